//! Paths as Windows wants them, and people.

use std::io;
use std::path::{Path, PathBuf};

/// Length in UTF-16 units from which Windows wants a path in its long form; its limit is 260, and
/// `SQLite` appends `-journal`.
const LONG: usize = 240;

/// A path without links and `..`, in the form people know: `C:\…`, not `\\?\C:\…`.
///
/// # Errors
/// Where nothing stands there.
pub fn real(path: &Path) -> io::Result<PathBuf> {
    Ok(dunce::simplified(&fs_err::canonicalize(path)?).to_owned())
}

/// A path by which libraries that ask Windows themselves find a file however long the path is: its
/// long form where it needs one. The folder must exist. Elsewhere the path as it is.
pub fn reachable(path: &Path) -> PathBuf {
    if !cfg!(windows) || path.to_string_lossy().encode_utf16().count() < LONG {
        return path.to_owned();
    }
    match (path.parent().map(fs_err::canonicalize), path.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}
