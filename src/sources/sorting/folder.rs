//! The files below a folder that may be lists: without hidden files, leftovers of the system, other
//! projects and results of earlier runs. Links to folders are not followed.

use std::path::{Path, PathBuf};

use super::PassedOver;
use crate::sources::listing::{is_leftover, is_lock};
use crate::sources::walk::shown_name;

/// Folders below each other that are looked into.
const DEEPEST: usize = 32;
/// Files that are looked at; a folder with more is hardly one of exports.
const MOST_FILES: usize = 20_000;

/// A file below the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderFile {
    /// Where it is.
    pub path: PathBuf,
    /// Path relative to the folder, with `/`.
    pub shown: String,
}

/// What a walk found, by path.
#[derive(Debug, Default)]
pub(super) struct FolderWalk {
    /// Regular files.
    pub(super) files: Vec<FolderFile>,
    /// What was not looked at.
    pub(super) passed_over: Vec<PassedOver>,
}

/// Walks through a folder.
pub(super) fn walk(root: &Path) -> FolderWalk {
    let mut found = FolderWalk::default();
    found.folder(root, "", 0);
    found.files.sort_by(|one, other| one.path.cmp(&other.path));
    found.passed_over.sort_by(|one, other| one.shown.cmp(&other.shown));
    found
}

impl FolderWalk {
    fn folder(&mut self, folder: &Path, shown: &str, depth: usize) {
        let listed = fs_err::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let Ok(mut entries) = listed else {
            self.pass(shown, "文件夹打不开，其中的文件没有看");
            return;
        };
        entries.sort_by_key(fs_err::DirEntry::file_name);
        for entry in entries {
            let name = shown_name(&entry.file_name());
            let below = if shown.is_empty() { name.clone() } else { format!("{shown}/{name}") };
            self.entry(&entry.path(), &name, below, depth);
        }
    }

    fn entry(&mut self, path: &Path, name: &str, shown: String, depth: usize) {
        // A name that is a link is judged by what it leads to, but for folders.
        let is_link = path.symlink_metadata().is_ok_and(|data| data.is_symlink());
        if is_leftover(path) || is_lock(name) || name.starts_with('.') || is_own(name) {
            return;
        }
        let Ok(data) = fs_err::metadata(path) else {
            self.pass(&shown, "打不开，或是指向别处而已失效的链接");
            return;
        };
        if data.is_dir() {
            match why_not_into(path, is_link, depth) {
                Some(why) => self.pass(&shown, why),
                None => self.folder(path, &shown, depth + 1),
            }
        } else if !data.is_file() {
            self.pass(&shown, "不是普通文件");
        } else if self.files.len() >= MOST_FILES {
            self.pass(&shown, "文件太多，没有看；请分成几个文件夹");
        } else {
            self.files.push(FolderFile { path: path.to_owned(), shown });
        }
    }

    fn pass(&mut self, shown: &str, why: &'static str) {
        self.passed_over.push(PassedOver { shown: shown.to_owned(), why });
    }
}

/// Settings and books this program keeps beside a project.
fn is_own(name: &str) -> bool {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or("");
    ending.eq_ignore_ascii_case("toml") || name.starts_with("bidui.")
}

fn why_not_into(folder: &Path, is_link: bool, depth: usize) -> Option<&'static str> {
    let has = |name: &str| folder.join(name).is_file();
    if is_link {
        Some("是指向别处的链接，没有看")
    } else if depth + 1 >= DEEPEST {
        Some("文件夹套得太深，没有看")
    } else if has("run.json") && has("problems.csv") {
        Some("是以前比对的结果")
    } else if has("project.toml") || has("province.toml") {
        Some("是另一个比对项目")
    } else {
        None
    }
}
