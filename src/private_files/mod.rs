//! Files and folders only their owner may read: results and ledger hold people's ID numbers.
//!
//! What that takes is the system's affair (`rights`): modes on Unix, an access list on Windows. So is
//! whether another program can keep a file from being replaced (`held`).

mod held;
mod paths;
mod rights;

use std::io::{self, Read as _, Write as _};
use std::path::Path;

use fs_err::{File, OpenOptions};
pub use held::{is_held, is_open_elsewhere, rename};
pub use paths::{reachable, real};
pub use rights::owner_only as restrict;

/// Opens a file for reading and writing, made for its owner only where it does not exist.
pub fn open_file(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().create(true))
}

/// As [`open_file`], but an error where the name is a symbolic link.
pub fn open_unlinked(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NOFOLLOW.bits();
        options.custom_flags(i32::try_from(flags).map_err(io::Error::other)?);
    }
    open(path, &mut options)
}

/// Makes a file for its owner only; one that exists is an error, so that nothing is overwritten.
pub fn create_file(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().create_new(true))
}

fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    rights::open(path, options.read(true).write(true))
}

/// Opens a file to append to, made for its owner only where it does not exist.
pub fn append_to(path: &Path) -> io::Result<File> {
    rights::open(path, OpenOptions::new().append(true).create(true))
}

/// Puts a text where a file is or is not yet: all of it or nothing, for its owner only either way. What is no file
/// (a pipe, anything below `/dev`) is written to and stays what it is.
pub fn write_file(path: &Path, text: &str) -> io::Result<()> {
    if path.starts_with("/dev") || path.exists() && !path.is_file() {
        return fs_err::write(path, text);
    }
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_string_lossy();
    let draft = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = open_file(&draft).and_then(|mut file| {
        file.set_len(0)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let placed = written.and_then(|()| rename(&draft, path));
    if placed.is_err() && fs_err::remove_file(&draft).is_err() {
        // Whatever stopped the writing stops the clean-up, too; the first error is reported.
    }
    placed
}

/// Makes a folder and its missing parents, for their owner only where it makes them.
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

/// Reads a file that can honestly have no more than so many bytes.
///
/// # Errors
/// [`io::ErrorKind::FileTooLarge`] for a larger one; whatever the system says.
pub fn read_small(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= most) {
        Ok(bytes)
    } else {
        Err(io::ErrorKind::FileTooLarge.into())
    }
}

/// What the system's refusal means, in the user's words.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        _ if is_held(error) => error.to_string(),
        io::ErrorKind::StorageFull => "磁盘已满".to_owned(),
        io::ErrorKind::QuotaExceeded => "超出磁盘配额".to_owned(),
        io::ErrorKind::FileTooLarge => "文件超过系统允许的大小".to_owned(),
        io::ErrorKind::PermissionDenied => format!("没有写入的权限（{error}）"),
        io::ErrorKind::ReadOnlyFilesystem => format!("磁盘是只读的（{error}）"),
        _ => error.to_string(),
    }
}
