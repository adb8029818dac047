//! Folders people keep files in, as this system has them.

use std::path::{Path, PathBuf};

use crate::desk::UsualPlace;

/// The folder the chooser begins in.
pub(super) fn home() -> PathBuf {
    let home = std::env::var_os("USERPROFILE").or_else(|| std::env::var_os("HOME"));
    home.map(PathBuf::from).filter(|home| home.is_dir()).unwrap_or_else(|| PathBuf::from("."))
}

/// Folders the chooser offers everywhere: those that are there.
pub(super) fn usual(home: &Path) -> Vec<UsualPlace> {
    let mut places = personal(home);
    places.extend(drives());
    places.retain(|place| place.path.is_dir());
    places
}

/// Windows moves these folders, to another drive or into a cloud, and knows where they are.
#[cfg(windows)]
fn personal(home: &Path) -> Vec<UsualPlace> {
    use known_folders::{KnownFolder, get_known_folder_path};
    let known = [
        ("桌面", KnownFolder::Desktop, "Desktop"),
        ("文档", KnownFolder::Documents, "Documents"),
        ("下载", KnownFolder::Downloads, "Downloads"),
    ];
    let place = |(name, folder, usual): (&str, KnownFolder, &str)| UsualPlace {
        name: name.to_owned(),
        path: get_known_folder_path(folder).unwrap_or_else(|| home.join(usual)),
    };
    known.into_iter().map(place).collect()
}

/// Desktops name these folders in the language they were first used in.
#[cfg(not(windows))]
fn personal(home: &Path) -> Vec<UsualPlace> {
    let known = [("桌面", "Desktop"), ("文档", "Documents"), ("下载", "Downloads")];
    let in_either = |(name, english): (&str, &str)| {
        let chinese = home.join(name);
        let path = if chinese.is_dir() { chinese } else { home.join(english) };
        UsualPlace { name: name.to_owned(), path }
    };
    known.into_iter().map(in_either).collect()
}

/// A drive has no folder above it in which it could be found; A and B are floppies, which are slow to
/// say that they are empty.
fn drives() -> Vec<UsualPlace> {
    let letters = if cfg!(windows) { "CDEFGHIJKLMNOPQRSTUVWXYZ" } else { "" };
    let drive = |letter| UsualPlace {
        name: format!("{letter} 盘"),
        path: PathBuf::from(format!("{letter}:\\")),
    };
    letters.chars().map(drive).collect()
}

#[cfg(test)]
mod tests {
    use super::usual;

    #[test]
    fn folders_that_are_there_are_offered() {
        let home = tempfile::tempdir().expect("a folder");
        assert!(usual(home.path()).is_empty());
        for name in ["下载", "Documents"] {
            fs_err::create_dir(home.path().join(name)).expect("made");
        }
        let names: Vec<String> = usual(home.path()).into_iter().map(|place| place.name).collect();
        assert_eq!(names, ["文档", "下载"]);
    }
}
