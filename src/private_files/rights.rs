//! Rights of the owner alone, as each system keeps them.

#[cfg(unix)]
pub(super) use unix::open;
#[cfg(unix)]
pub use unix::owner_only;
#[cfg(windows)]
pub(super) use windows::open;
#[cfg(windows)]
pub use windows::owner_only;

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use fs_err::os::unix::fs::OpenOptionsExt as _;
    use fs_err::{File, OpenOptions};

    /// Takes all rights of group and others from one file or folder.
    pub fn owner_only(path: &Path) -> io::Result<()> {
        let folder = fs_err::metadata(path)?.is_dir();
        let mode = if folder { 0o700 } else { 0o600 };
        fs_err::set_permissions(path, PermissionsExt::from_mode(mode))
    }

    /// Opens a file; one that is made is its owner's from the first moment.
    pub(in crate::private_files) fn open(
        path: &Path,
        options: &mut OpenOptions,
    ) -> io::Result<File> {
        options.mode(0o600).open(path)
    }
}

#[cfg(windows)]
mod windows {
    use std::io;
    use std::path::Path;

    use fs_err::{File, OpenOptions};
    use windows_permissions::constants::{SeObjectType, SecurityInformation};
    use windows_permissions::wrappers::SetNamedSecurityInfo;
    use windows_permissions::{LocalBox, SecurityDescriptor, utilities};

    /// File systems without rights, such as that of a memory stick: `ERROR_INVALID_FUNCTION`,
    /// `ERROR_NOT_SUPPORTED`. Whoever holds the stick reads it.
    const WITHOUT_RIGHTS: [i32; 2] = [1, 50];

    /// Gives one file or folder an access list of its own: whoever runs the program, and the system
    /// itself (backups, virus scanners), and nothing inherited. What is made in such a folder later
    /// inherits the same.
    pub fn owner_only(path: &Path) -> io::Result<()> {
        let below = if fs_err::metadata(path)?.is_dir() { "OICI" } else { "" };
        let user = utilities::current_process_sid()?;
        let list = format!("D:P(A;{below};FA;;;{user})(A;{below};FA;;;SY)");
        let list: LocalBox<SecurityDescriptor> = list.parse()?;
        let set = SetNamedSecurityInfo(
            crate::private_files::reachable(path).as_os_str(),
            SeObjectType::SE_FILE_OBJECT,
            SecurityInformation::Dacl | SecurityInformation::ProtectedDacl,
            None,
            None,
            list.dacl(),
            None,
        );
        match set {
            Err(error)
                if error.raw_os_error().is_some_and(|code| WITHOUT_RIGHTS.contains(&code)) =>
            {
                Ok(())
            }
            Err(error) => {
                let told = format!("不能把 {} 设为只限本人读取：{error}", path.display());
                Err(io::Error::new(error.kind(), told))
            }
            Ok(()) => Ok(()),
        }
    }

    /// Opens a file; one that is made is its owner's before anything is written.
    pub(in crate::private_files) fn open(
        path: &Path,
        options: &mut OpenOptions,
    ) -> io::Result<File> {
        let is_new = !path.exists();
        let file = options.open(path)?;
        if is_new {
            owner_only(path)?;
        }
        Ok(file)
    }
}
