//! One folder put in the place of another, in one step where the system can.

use std::io;
use std::path::Path;

use crate::private_files;

/// Puts `new` where `target` is; what stood there goes to `aside`, which must not exist. Where the
/// system exchanges names, there is no moment without a folder at `target`.
///
/// # Errors
/// When the system refuses; everything then stands as before.
pub(super) fn put(new: &Path, target: &Path, aside: &Path) -> io::Result<()> {
    if !target.exists() {
        return private_files::rename(new, target);
    }
    if swapped(new, target) {
        return private_files::rename(new, aside);
    }
    private_files::rename(target, aside)?;
    private_files::rename(new, target).or_else(|error| {
        private_files::rename(aside, target)?;
        Err(error)
    })
}

/// Exchanges two names; `false` where this system or file system does not do that.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn swapped(one: &Path, other: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok()
}

/// Exchanges two names; this system does not do that.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn swapped(_one: &Path, _other: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::put;

    #[test]
    fn what_stood_there_is_kept_aside() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for (name, text) in [("new", "新"), ("target", "旧")] {
            fs_err::create_dir(at(name)).unwrap();
            fs_err::write(at(name).join("a"), text).unwrap();
        }
        put(&at("new"), &at("target"), &at("aside")).unwrap();
        let read = |name: &str| fs_err::read_to_string(at(name).join("a")).unwrap();
        assert_eq!((read("target").as_str(), read("aside").as_str()), ("新", "旧"));
        assert!(!at("new").exists());
    }
}
