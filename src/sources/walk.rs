//! Globs → paths. Names are matched as a person reads them: a name that is not UTF-8 is one packed
//! on Chinese Windows and unpacked elsewhere, and is read as GB18030.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use glob::Pattern;

/// A folder that could not be listed.
#[derive(Debug)]
pub(super) struct Unlisted {
    /// The folder.
    pub(super) folder: PathBuf,
    /// Why, as the system says.
    pub(super) error: std::io::Error,
}

/// What a glob finds.
#[derive(Debug, Default)]
pub(super) struct GlobMatches {
    /// Files and folders, in no order.
    pub(super) paths: Vec<PathBuf>,
    /// Folders that could not be looked into.
    pub(super) unlisted: Vec<Unlisted>,
}

/// Folders below each other that `**` goes into.
const DEEPEST: usize = 32;

/// Everything below `root` that fits a glob with `/` between its parts; an absolute glob starts at
/// the root of the system.
///
/// # Errors
/// A part that is no glob.
pub(super) fn find(root: &Path, pattern: &str) -> Result<GlobMatches, glob::PatternError> {
    let (start, rest) = start_of(root, pattern);
    let parts: Vec<GlobPart> = rest
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .map(GlobPart::of)
        .collect::<Result<_, _>>()?;
    let mut found = GlobMatches::default();
    step(&start, &parts, 0, &mut found);
    Ok(found)
}

/// Where a glob starts: `/…` and `C:/…` at a root of the system, all others in the project's folder.
fn start_of<'a>(root: &Path, pattern: &'a str) -> (PathBuf, &'a str) {
    if !Path::new(pattern).is_absolute() {
        return (root.to_owned(), pattern);
    }
    let head = pattern.find('/').map_or(0, |at| at + 1);
    let (start, rest) = pattern.split_at(head);
    (PathBuf::from(start), rest)
}

/// One part of a glob between two `/`.
#[derive(Debug)]
enum GlobPart {
    /// A name without wildcards.
    Name(String),
    /// A name with wildcards.
    Glob(Pattern),
    /// `**`: this folder and all below.
    Deep,
}

impl GlobPart {
    fn of(text: &str) -> Result<Self, glob::PatternError> {
        if text == "**" {
            return Ok(Self::Deep);
        }
        let pattern = Pattern::new(text)?;
        let plain = !text.contains(['*', '?', '[', ']']);
        Ok(if plain { Self::Name(text.to_owned()) } else { Self::Glob(pattern) })
    }
}

fn step(folder: &Path, parts: &[GlobPart], depth: usize, found: &mut GlobMatches) {
    let Some((part, rest)) = parts.split_first() else {
        found.paths.push(folder.to_owned());
        return;
    };
    match part {
        GlobPart::Name(name) if name == ".." => step(&folder.join(".."), rest, depth, found),
        // A name that is there needs no listing: folders on the way may be closed to listing.
        GlobPart::Name(name) if folder.join(name).symlink_metadata().is_ok() => {
            step(&folder.join(name), rest, depth, found);
        }
        GlobPart::Name(name) => {
            let is = |other: &OsStr| shown_name(other) == *name;
            for path in children(folder, &is, found) {
                step(&path, rest, depth, found);
            }
        }
        GlobPart::Glob(pattern) => {
            let is = |other: &OsStr| pattern.matches(&shown_name(other));
            for path in children(folder, &is, found) {
                step(&path, rest, depth, found);
            }
        }
        GlobPart::Deep => deep(folder, parts, depth, found),
    }
}

/// `**` fits no folder at all, and every folder below; a link to a folder may lead round in a
/// circle and is not followed.
fn deep(folder: &Path, parts: &[GlobPart], depth: usize, found: &mut GlobMatches) {
    let rest = parts.get(1..).unwrap_or_default();
    if !rest.is_empty() {
        step(folder, rest, depth, found);
    }
    if depth >= DEEPEST {
        return;
    }
    for path in children(folder, &|_: &OsStr| true, found) {
        let is_folder = path.symlink_metadata().is_ok_and(|data| data.is_dir());
        if is_folder {
            if rest.is_empty() {
                found.paths.push(path.clone());
            }
            deep(&path, parts, depth + 1, found);
        }
    }
}

/// What stands in a folder under a fitting name; nothing where it is no folder or not there.
fn children(folder: &Path, fits: &dyn Fn(&OsStr) -> bool, found: &mut GlobMatches) -> Vec<PathBuf> {
    if !folder.is_dir() {
        return Vec::new();
    }
    let listed = fs_err::read_dir(folder);
    let entries: Result<Vec<_>, std::io::Error> = listed.and_then(Iterator::collect);
    match entries {
        Ok(entries) => entries
            .into_iter()
            .filter(|entry| fits(&entry.file_name()))
            .map(|entry| entry.path())
            .collect(),
        Err(error) => {
            found.unlisted.push(Unlisted { folder: folder.to_owned(), error });
            Vec::new()
        }
    }
}

/// A name as a person reads it.
pub(super) fn shown_name(name: &OsStr) -> String {
    match name.to_str() {
        Some(name) => name.to_owned(),
        None => decoded(name),
    }
}

#[cfg(unix)]
fn decoded(name: &OsStr) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    encoding_rs::GB18030.decode_without_bom_handling(name.as_bytes()).0.into_owned()
}

#[cfg(not(unix))]
fn decoded(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::path::Path;

    use super::{find, shown_name};

    fn names(root: &Path, pattern: &str) -> Vec<String> {
        let found = find(root, pattern).expect("a glob");
        let mut names: Vec<String> = found
            .paths
            .iter()
            .map(|path| {
                let parts = path.strip_prefix(root).unwrap_or(path).components();
                parts.map(|part| shown_name(part.as_os_str())).collect::<Vec<_>>().join("/")
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn names_in_gbk_fit_globs_and_names() {
        let folder = tempfile::tempdir().unwrap();
        let gbk = |name: &str| encoding_rs::GBK.encode(name).0.into_owned();
        let school = folder.path().join(OsStr::from_bytes(&gbk("学籍")));
        fs_err::create_dir(&school).unwrap();
        fs_err::write(school.join(OsStr::from_bytes(&gbk("佳木斯技师学院.csv"))), b"x").unwrap();
        let expected = vec!["学籍/佳木斯技师学院.csv".to_owned()];
        for pattern in ["学籍/*", "*/*技师*.csv", "学籍/佳木斯技师学院.csv", "**/*.csv"]
        {
            assert_eq!(names(folder.path(), pattern), expected, "{pattern}");
        }
        assert!(names(folder.path(), "学籍/别的*").is_empty());
    }

    #[test]
    fn folders_below_are_searched_once_and_links_do_not_lead_round() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(folder.path().join("a/b")).unwrap();
        for name in ["1.csv", "a/2.csv", "a/b/3.csv"] {
            fs_err::write(folder.path().join(name), b"x").unwrap();
        }
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/round")).unwrap();
        assert_eq!(names(folder.path(), "**/*.csv"), ["1.csv", "a/2.csv", "a/b/3.csv"]);
        assert_eq!(names(folder.path(), "a/**/*.csv"), ["a/2.csv", "a/b/3.csv"]);
        assert_eq!(names(folder.path(), "./a/../1.csv"), ["a/../1.csv"]);
    }
}
