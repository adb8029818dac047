//! The files a project lists: globs opened, in a fixed order, each file once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::walk::{self, Unlisted};
use crate::config::Source;
use crate::problems::{Problem, Severity};
use crate::quarantine;
use crate::vocabulary::SourceKind;

/// Code of the problem that a glob finds no file; its file is the glob.
pub const GLOB_NO_MATCH: &str = "glob-no-match";

/// Code of the problem that a folder could not be looked into; its file is the folder.
pub(super) const FOLDER_UNREADABLE: &str = "folder-unreadable";

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Path relative to the project folder, with `/`.
    pub(super) shown: String,
    /// Index of its source in the project.
    pub(super) source: usize,
}

/// One file as the program met it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSum {
    /// What it holds.
    pub kind: SourceKind,
    /// Path relative to the project folder, with `/`.
    pub path: String,
    /// SHA-256 in hexadecimal; empty when the file could not be opened.
    pub sha256: String,
}

/// Names and sums of all files of a project, in the order they would be read; nothing is parsed.
pub fn sums(root: &Path, sources: &[Source]) -> Vec<FileSum> {
    let (files, _) = list(root, sources);
    let sum = |file: Listed| FileSum {
        kind: sources[file.source].kind,
        sha256: quarantine::sum(&file.path).sha256,
        path: file.shown,
    };
    files.into_iter().map(sum).collect()
}

/// Path and sum of all files some globs name, for tables beside the sources.
pub fn pattern_sums(root: &Path, patterns: &[String]) -> Vec<String> {
    let (files, _) = list_patterns(root, patterns);
    let sum = |file: &Listed| format!("{} {}", file.shown, quarantine::sum(&file.path).sha256);
    files.iter().map(sum).collect()
}

/// Globs, and what their files hold where there are several kinds of files.
struct Wanted<'a> {
    kind: Option<SourceKind>,
    patterns: &'a [String],
}

impl<'a> Wanted<'a> {
    fn of(source: &'a Source) -> Self {
        Self { kind: Some(source.kind), patterns: &source.files }
    }
}

/// Opens the globs of all sources: sources in project order, globs in order, paths sorted.
pub(super) fn list(root: &Path, sources: &[Source]) -> (Vec<Listed>, Vec<Problem>) {
    let wanted: Vec<Wanted<'_>> = sources.iter().map(Wanted::of).collect();
    gather(root, &wanted)
}

/// The same for globs of files of one kind.
pub(super) fn list_patterns(root: &Path, patterns: &[String]) -> (Vec<Listed>, Vec<Problem>) {
    gather(root, &[Wanted { kind: None, patterns }])
}

fn gather(root: &Path, wanted: &[Wanted<'_>]) -> (Vec<Listed>, Vec<Problem>) {
    let mut files: Vec<Listed> = Vec::new();
    let mut problems = Vec::new();
    let mut seen: BTreeMap<PathBuf, usize> = BTreeMap::new();
    let mut others: BTreeSet<PathBuf> = BTreeSet::new();
    for (number, pattern) in patterns_of(wanted) {
        let paths = match paths(root, pattern) {
            Ok((paths, met)) => {
                problems.extend(met);
                paths
            }
            Err(problem) => {
                problems.push(*problem);
                continue;
            }
        };
        let (paths, no_files): (Vec<_>, Vec<_>) =
            paths.into_iter().partition(|path| path.is_file());
        others.extend(no_files);
        for path in paths {
            let shown = shown(root, &path);
            match seen.get(&path).map(|first| wanted[*first].kind) {
                None => {
                    seen.insert(path.clone(), number);
                    let shown = own_name(shown, &files);
                    files.push(Listed { path, shown, source: number });
                }
                Some(first) => problems.extend(two_kinds(&shown, first, wanted[number].kind)),
            }
        }
    }
    problems.extend(files.iter().filter(|file| is_foreign(&file.path)).map(|f| foreign(&f.shown)));
    let (locks, files): (Vec<Listed>, _) = files.into_iter().partition(|file| is_lock(&file.shown));
    problems.extend(locks.iter().map(|lock| open_in_excel(&lock.shown)));
    problems.extend(others.iter().filter_map(|path| not_read(root, path, &files)));
    problems.dedup();
    (files, problems)
}

fn patterns_of<'a>(wanted: &'a [Wanted<'a>]) -> impl Iterator<Item = (usize, &'a String)> {
    let numbered = wanted.iter().enumerate();
    numbered.flat_map(|(number, one)| one.patterns.iter().map(move |pattern| (number, pattern)))
}

/// A folder of which no file is read, or what is neither file nor folder: a link to nowhere.
fn not_read(root: &Path, path: &Path, files: &[Listed]) -> Option<Problem> {
    let shown = shown(root, path);
    if !path.is_dir() {
        let problem = Problem::file(&shown, "file-unreadable", Severity::Error);
        return Some(problem.saying(
            "这不是普通文件，或是指向别处而已失效的链接",
            "未读入，其他文件照常处理；请放入文件本身",
        ));
    }
    let used = files.iter().any(|file| file.path.starts_with(path));
    let mut inside = fs_err::read_dir(path).ok()?.flatten();
    if used || inside.all(|entry| is_leftover(&entry.path())) {
        return None;
    }
    Some(Problem::file(&shown, "folder-not-read", Severity::Warning).saying(
        "这是文件夹，其中的文件没有读入",
        format!("如需读入，请在 files 中再写一项“{shown}/*”；否则把它移到别处"),
    ))
}

/// What one glob finds, without leftovers of the system; a folder that cannot be looked into is
/// told, and what the glob finds elsewhere is read.
fn paths(root: &Path, pattern: &str) -> Result<(Vec<PathBuf>, Vec<Problem>), Box<Problem>> {
    let found = walk::find(root, pattern).map_err(|error| {
        Problem::file(pattern, "glob-invalid", Severity::Error).saying(
            format!("files 中的“{pattern}”写法不对（{}）", error.msg),
            "该项未读入；* 代表任意文件名，** 代表任意层文件夹",
        )
    });
    let found = found.map_err(Box::new)?;
    let mut paths = found.paths;
    paths.retain(|path| !is_leftover(path));
    paths.sort();
    let mut problems: Vec<Problem> =
        found.unlisted.iter().map(|folder| unreadable(root, folder)).collect();
    let nobody = paths.iter().all(|path| is_lock(&name_of(path)) && !path.is_dir());
    if nobody && problems.is_empty() {
        problems.push(nothing(pattern));
    }
    Ok((paths, problems))
}

fn unreadable(root: &Path, folder: &Unlisted) -> Problem {
    let shown = shown(root, &folder.folder);
    Problem::file(&shown, FOLDER_UNREADABLE, Severity::Error).saying(
        format!("文件夹“{shown}”打不开（{}）", crate::private_files::reason(&folder.error)),
        "其中的文件未读入；请检查文件夹权限，或网络盘是否断开",
    )
}

fn nothing(pattern: &str) -> Problem {
    Problem::file(pattern, GLOB_NO_MATCH, Severity::Error).saying(
        format!("没有找到“{pattern}”对应的文件"),
        "请检查文件夹和文件名（路径相对于项目文件），或删去这一项",
    )
}

/// Two names may read alike where one of them is not UTF-8.
fn own_name(shown: String, files: &[Listed]) -> String {
    let is_taken = |name: &str| files.iter().any(|file| file.shown == name);
    if is_taken(&shown) { format!("{shown}（另一编码）") } else { shown }
}

/// Whether a name had to be decoded to be shown.
fn is_foreign(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_str().is_none())
}

fn foreign(shown: &str) -> Problem {
    Problem::file(shown, "file-name-foreign", Severity::Note).saying(
        "文件名不是UTF-8编码（多为中文Windows压缩包在别处解开），已按GBK显示",
        "照常读入；如显示的名称不对，请改文件名",
    )
}

fn name_of(path: &Path) -> String {
    path.file_name().map(walk::shown_name).unwrap_or_default()
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

pub(super) fn is_leftover(path: &Path) -> bool {
    let name = path.file_name().map(|name| walk::shown_name(name).to_lowercase());
    matches!(name.as_deref(), Some(".ds_store" | "thumbs.db" | "desktop.ini"))
        || name.is_some_and(|name| name.starts_with("._"))
}

/// Excel writes `~$name` beside a workbook it has open, WPS `.~name`, `LibreOffice` `.~lock.name#`.
pub(super) fn is_lock(path: &str) -> bool {
    let name = file_name(path);
    name.starts_with("~$") || name.starts_with(".~")
}

fn shown(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<String> =
        relative.components().map(|part| walk::shown_name(part.as_os_str())).collect();
    let joined = parts.join("/");
    if joined.starts_with("//") { joined.replacen("//", "/", 1) } else { joined }
}

fn open_in_excel(lock: &str) -> Problem {
    let name = file_name(lock);
    let office = name.strip_prefix(".~lock.").and_then(|rest| rest.strip_suffix('#'));
    let workbook = office.unwrap_or_else(|| name.trim_start_matches(['~', '$', '.']));
    let folder = lock.strip_suffix(name).unwrap_or("");
    Problem::file(&format!("{folder}{workbook}"), "file-open-in-excel", Severity::Note).saying(
        format!(
            "此文件正在Excel、WPS或LibreOffice中打开（有锁定文件“{name}”），可能有尚未保存的修改"
        ),
        "按磁盘上已保存的内容读入；请保存并关闭后重新运行（若并未打开，删除该锁定文件即可）",
    )
}

fn two_kinds(file: &str, first: Option<SourceKind>, second: Option<SourceKind>) -> Option<Problem> {
    let (first, second) = (first?, second?);
    let problem = || {
        Problem::file(file, "file-two-kinds", Severity::Error).saying(
            format!("此文件同时列在“{}”和“{}”两种来源下", first.label(), second.label()),
            format!("只按“{}”读入一次；请修改项目文件中的 files", first.label()),
        )
    };
    (first != second).then(problem)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::list;
    use crate::config::Source;
    use crate::vocabulary::SourceKind;

    fn source(kind: SourceKind, files: &[&str]) -> Source {
        Source {
            kind,
            files: files.iter().map(|file| (*file).to_owned()).collect(),
            list: None,
            definition: None,
            region: None,
            institution: None,
            columns: BTreeMap::new(),
            labels: BTreeMap::new(),
            passwords: Vec::new(),
            unused: Vec::new(),
            allow_missing: false,
        }
    }

    fn touch(folder: &Path, names: &[&str]) {
        for name in names {
            let path = folder.join(name);
            fs_err::create_dir_all(path.parent().expect("inside the folder")).unwrap();
            fs_err::write(path, b"x").unwrap();
        }
    }

    #[test]
    fn files_come_once_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let names = [
            "in/b.xls",
            "in/a.xls",
            "in/~$a.xls",
            "in/.~lock.b.xls#",
            "in/.DS_Store",
            "in/d/c.csv",
        ];
        touch(folder.path(), &names);
        let sources = [
            source(SourceKind::Enrollment, &["in/*", "in/b.*", "in/**/*.csv", "none/*"]),
            source(SourceKind::Training, &["in/d/*"]),
        ];
        let (files, problems) = list(folder.path(), &sources);
        let shown: Vec<&str> = files.iter().map(|file| file.shown.as_str()).collect();
        assert_eq!(shown, ["in/a.xls", "in/b.xls", "in/d/c.csv"]);
        let codes: Vec<(&str, &str)> = problems.iter().map(|p| (p.code, p.file.as_str())).collect();
        let expected = [
            ("glob-no-match", "none/*"),
            ("file-two-kinds", "in/d/c.csv"),
            ("file-open-in-excel", "in/b.xls"),
            ("file-open-in-excel", "in/a.xls"),
        ];
        assert_eq!(codes, expected);
    }

    #[cfg(unix)]
    #[test]
    fn folders_and_dead_links_are_pointed_out() {
        let folder = tempfile::tempdir().unwrap();
        touch(folder.path(), &["in/a.xls", "in/桦南/b.xls", "in/空/.DS_Store"]);
        std::os::unix::fs::symlink("/nowhere/x", folder.path().join("in/断.xls")).unwrap();
        let kind = SourceKind::Registry;
        let found = |patterns: &[&str]| {
            let (files, problems) = list(folder.path(), &[source(kind, patterns)]);
            let codes = problems.iter().map(|p| format!("{} {}", p.code, p.file));
            (files.len(), codes.collect::<Vec<_>>())
        };
        let dead = "file-unreadable in/断.xls".to_owned();
        let unread = "folder-not-read in/桦南".to_owned();
        assert_eq!(found(&["in/*"]), (1, vec![dead.clone(), unread]));
        assert_eq!(found(&["in/*", "in/桦南/*"]), (2, vec![dead]));
    }

    #[cfg(unix)]
    #[test]
    fn a_name_in_gbk_is_read_and_shown_decoded() {
        use std::os::unix::ffi::OsStrExt as _;
        let folder = tempfile::tempdir().unwrap();
        touch(folder.path(), &["in/桦南县.csv"]);
        let gbk = encoding_rs::GBK.encode("佳木斯技师学院.csv").0.into_owned();
        let name = std::ffi::OsStr::from_bytes(&gbk);
        fs_err::write(folder.path().join("in").join(name), b"x").unwrap();
        let (files, problems) =
            list(folder.path(), &[source(SourceKind::Enrollment, &["in/*.csv"])]);
        let mut shown: Vec<&str> = files.iter().map(|file| file.shown.as_str()).collect();
        shown.sort_unstable();
        assert_eq!(shown, ["in/佳木斯技师学院.csv", "in/桦南县.csv"]);
        assert_eq!(problems[0].code, "file-name-foreign");
        assert_eq!(problems[0].file, "in/佳木斯技师学院.csv");
    }

    #[test]
    fn brackets_in_the_project_folder_are_no_glob() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("2019[春]*");
        touch(&root, &["in/a.xls"]);
        let (files, problems) = list(&root, &[source(SourceKind::Registry, &["in/*"])]);
        assert_eq!((files.len(), problems.len()), (1, 0));
    }
}
