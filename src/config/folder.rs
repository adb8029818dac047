//! The folder a configuration file is in, from which its paths are read.

use std::path::{Path, PathBuf};

/// Folder of a path; `.` for a bare file name.
pub(super) fn root_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
