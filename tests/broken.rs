//! Inputs that cannot be used, through the program: what is said, what is published, and that the
//! other files go on. The messages stand in `fixtures/broken/*/expected.txt`; all broken files
//! come into one project, each from a folder of its own.

use std::fmt::Write as _;
use std::path::Path;

use crate::support::program::{Outcome, bidui, fixture, names, small_project};
use crate::support::story;

/// Cases in whose own folder a usable file stands beside the broken one.
const WITH_SOUND_FILE: [&str; 3] = ["empty-file", "encrypted-xlsx", "open-in-excel"];

/// A mistake of the project file itself: no input is looked at.
const REFUSED: &str = "unknown-field";

fn cases() -> Vec<String> {
    let mut cases = names(&fixture("broken"));
    cases.retain(|name| name != REFUSED);
    assert!(cases.len() > 15, "{cases:?}");
    cases
}

/// The lines a user has to see of a case.
fn expected(name: &str) -> Vec<String> {
    let path = fixture("broken").join(name).join("expected.txt");
    let text = fs_err::read_to_string(path).expect("expected.txt");
    text.replace("inputs/", &format!("{name}/")).lines().map(str::to_owned).collect()
}

/// The small project with the sources of these cases behind its first `kept` own ones.
fn project_with(cases: &[String], kept: usize) -> tempfile::TempDir {
    let folder = small_project();
    let project = folder.path().join("project.toml");
    let text = fs_err::read_to_string(&project).expect("a project");
    let own: Vec<&str> = text.split("[[source]]").take(1 + kept).collect();
    let mut text = own.join("[[source]]");
    for name in cases {
        let case = fixture("broken").join(name);
        let broken = fs_err::read_to_string(case.join("project.toml")).expect("project.toml");
        let (_, source) = broken.split_once("[[source]]").expect("a source");
        let source = source.replace("\"inputs/", &format!("\"{name}/"));
        write!(text, "\n[[source]]{source}").expect("in memory");
        if case.join("inputs").exists() {
            story::copy(&case.join("inputs"), &folder.path().join(name));
        }
    }
    fs_err::write(&project, text).expect("written");
    folder
}

fn run(folder: &Path) -> Outcome {
    bidui(folder, &["run", "project.toml", "--out", "out", "--quiet"])
}

/// `problems.csv` put together as the lines of `expected.txt`.
fn problem_lines(out: &Path) -> Vec<String> {
    let table = story::table(&out.join("problems.csv"));
    let headings = ["source_file", "source_sheet", "cell", "message", "action"];
    let columns = headings.map(|heading| story::column(&table, heading));
    let line = |row: &Vec<String>| {
        let [file, sheet, cell, message, action] = columns.map(|column| row[column].as_str());
        let place: Vec<&str> =
            [file, sheet, cell].into_iter().filter(|part| !part.is_empty()).collect();
        format!("{}：{message}；{action}", place.join(" › "))
    };
    table[1..].iter().map(line).collect()
}

#[test]
fn other_files_go_on_beside_broken_ones() {
    let cases = cases();
    let folder = project_with(&cases, 3);
    let outcome = run(folder.path());
    assert_eq!(outcome.status, 1, "{}{}", outcome.out, outcome.err);
    let out = folder.path().join("out");
    let said = problem_lines(&out);
    for line in cases.iter().flat_map(|name| expected(name)) {
        assert!(said.contains(&line), "not said: {line}\nbut {said:#?}");
    }
    let links = story::links(&out);
    let sound = "inputs/enrollment/佳木斯技师学院.csv,2,link,230000000102";
    assert!(links.contains(sound), "{links}");
    for name in &cases {
        let read = links.contains(&format!("\n{name}/"));
        assert_eq!(read, WITH_SOUND_FILE.contains(&name.as_str()), "{name}\n{links}");
    }
}

#[test]
fn check_tells_the_same_and_writes_nothing() {
    let cases = cases();
    let folder = project_with(&cases, 3);
    let before = names(folder.path());
    let outcome = bidui(folder.path(), &["check", "project.toml", "--quiet"]);
    assert_eq!(outcome.status, 1, "{}{}", outcome.out, outcome.err);
    for line in cases.iter().flat_map(|name| expected(name)) {
        assert!(outcome.out.contains(&line), "not said: {line}\n{}", outcome.out);
    }
    assert_eq!(names(folder.path()), before);
}

#[test]
fn a_note_alone_leaves_nothing_to_do() {
    let folder = project_with(&["open-in-excel".to_owned()], 3);
    // A list with every column the figures need: otherwise the missing one is said, as a run does.
    let list = "院校名称,姓名,性别,身份证号,学籍状态,学习形式,入学时间,专业名称,招生对象\n\
                佳木斯技师学院,张丽,女,230899200207149262,正式学籍,全日制,2019-03-01,焊接加工,初中毕业\n";
    fs_err::write(folder.path().join("inputs/enrollment/佳木斯技师学院.csv"), list)
        .expect("written");
    let outcome = bidui(folder.path(), &["check", "project.toml", "--quiet"]);
    assert_eq!(outcome.status, 0, "{}{}", outcome.out, outcome.err);
    assert!(outcome.out.contains(&expected("open-in-excel")[0]), "{}", outcome.out);
}

#[test]
fn nothing_is_published_where_nothing_else_is_there() {
    let mut cases = cases();
    cases.retain(|name| !WITH_SOUND_FILE.contains(&name.as_str()));
    let folder = project_with(&cases, 1);
    let before = names(folder.path());
    let outcome = run(folder.path());
    assert_eq!((outcome.status, outcome.out.as_str()), (2, ""), "{}", outcome.err);
    let (first, why) = outcome.err.split_once('\n').expect("reasons");
    assert_eq!(first, "比对没有完成：没有读到任何学籍或培训数据，没有可比对的人员");
    let mut why: Vec<&str> = why.lines().map(str::trim_start).collect();
    let mut told: Vec<String> = cases.iter().flat_map(|name| expected(name)).collect();
    // A sheet that is hidden on purpose is no error; the file without another is.
    told.retain(|line| !line.contains("这是隐藏的工作表"));
    why.sort_unstable();
    told.sort_unstable();
    assert_eq!(why, told);
    let mut after = names(folder.path());
    after.retain(|name| name != "bidui.db" && name != "bidui.lock");
    assert_eq!(after, before);
}

#[test]
fn a_field_nobody_knows_refuses_the_project() {
    let folder = project_with(&[REFUSED.to_owned()], 3);
    let outcome = run(folder.path());
    assert_eq!((outcome.status, outcome.out.as_str()), (2, ""));
    assert!(outcome.err.contains("“id_numer”不是字段名；是否应为“id_number”？"), "{}", outcome.err);
    assert!(!folder.path().join("out").exists());
}
