//! Files and folders only their owner may open: every result carries ID numbers.

use std::path::Path;

use fs_err as fs;

/// Creates a file (0600 on Unix); an existing one is an error, so that nothing is overwritten.
pub(super) fn create(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).read(true).create_new(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Creates a folder below an existing one, and those between; each, the existing one included, is
/// 0700 on Unix.
pub(super) fn create_folders(root: &Path, below: &Path) -> std::io::Result<()> {
    let mut path = root.to_owned();
    close_to_others(&path)?;
    for part in below {
        path.push(part);
        fs::create_dir_all(&path)?;
        close_to_others(&path)?;
    }
    Ok(())
}

#[cfg(unix)]
fn close_to_others(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = fs::metadata(folder)?.permissions();
    permissions.set_mode(0o700);
    fs::set_permissions(folder, permissions)
}

#[cfg(not(unix))]
fn close_to_others(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}
