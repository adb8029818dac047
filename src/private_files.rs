//! Files and folders only their owner may read: results and ledger hold people's ID numbers.
//!
//! On systems without Unix modes the folder's own permissions apply.

use std::io::{self, Write as _};
use std::path::Path;

use fs_err::{File, OpenOptions};

/// Opens a file for reading and writing, made with mode 0600 where it does not exist.
pub fn open_file(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().create(true))
}

/// Makes a file with mode 0600; one that exists is an error, so that nothing is overwritten.
pub fn create_file(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().create_new(true))
}

fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    options.read(true).write(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Puts a text where a file is or is not yet: all of it or nothing, with mode 0600 either way.
pub fn write_file(path: &Path, text: &str) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_string_lossy();
    let draft = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = open_file(&draft).and_then(|mut file| {
        file.set_len(0)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let placed = written.and_then(|()| fs_err::rename(&draft, path));
    if placed.is_err() && fs_err::remove_file(&draft).is_err() {
        // Whatever stopped the writing stops the clean-up, too; the first error is reported.
    }
    placed
}

/// Makes a folder and its missing parents, with mode 0700 where it makes them.
pub fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_folder(parent)?;
    }
    match fs_err::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(error),
        Ok(()) => restrict(path),
    }
}

/// Takes all rights of group and others from one file or folder.
pub fn restrict(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let folder = fs_err::metadata(path)?.is_dir();
        let mode = if folder { 0o700 } else { 0o600 };
        fs_err::set_permissions(path, PermissionsExt::from_mode(mode))?;
    }
    #[cfg(not(unix))]
    let _same_everywhere = path;
    Ok(())
}
