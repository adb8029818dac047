//! Files and folders only their owner may read: results and ledger hold people's ID numbers.
//!
//! On systems without Unix modes the folder's own permissions apply.

use std::io::{self, Read as _, Write as _};
use std::path::Path;

use fs_err::{File, OpenOptions};

/// Opens a file for reading and writing, made with mode 0600 where it does not exist.
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
        io::ErrorKind::StorageFull => "磁盘已满".to_owned(),
        io::ErrorKind::QuotaExceeded => "超出磁盘配额".to_owned(),
        io::ErrorKind::FileTooLarge => "文件超过系统允许的大小".to_owned(),
        io::ErrorKind::PermissionDenied => format!("没有写入的权限（{error}）"),
        io::ErrorKind::ReadOnlyFilesystem => format!("磁盘是只读的（{error}）"),
        _ => error.to_string(),
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
