//! Inputs that cannot be used, through the program: what is said, what is published, and that the
//! other files go on. The messages themselves stand in `fixtures/broken/*/expected.txt`.

use std::path::Path;

use crate::support::program::{Outcome, bidui, fixture, names, small_project};
use crate::support::story;

/// The lines a user has to see.
fn expected(name: &str) -> Vec<String> {
    let path = fixture("broken").join(name).join("expected.txt");
    let text = fs_err::read_to_string(path).expect("expected.txt");
    text.lines().map(str::to_owned).collect()
}

/// Cases that are told as a note: nothing is broken for certain.
const NOTES: [&str; 1] = ["open-in-excel"];

/// Cases in whose own folder a usable file stands beside the broken one.
const WITH_SOUND_FILE: [&str; 3] = ["empty-file", "encrypted-xlsx", "open-in-excel"];

/// A mistake of the project file itself: no input is looked at.
const REFUSED: &str = "unknown-field";

fn cases() -> Vec<String> {
    let mut cases = names(&fixture("broken"));
    cases.retain(|name| name != REFUSED);
    cases
}

/// The broken files as a further source of the small project, whose registry goes on, and whose
/// other lists do where `kept` says so.
fn beside_sound_files(name: &str, kept: bool) -> tempfile::TempDir {
    let (folder, case) = (small_project(), fixture("broken").join(name));
    let own = fs_err::read_to_string(case.join("project.toml")).expect("project.toml");
    let (_, broken) = own.split_once("[[source]]").expect("a source");
    let project = folder.path().join("project.toml");
    let text = fs_err::read_to_string(&project).expect("a project");
    let text = text.replace("\"inputs/", "\"sound/");
    let sources = if kept { 3 } else { 1 };
    let parts: Vec<&str> = text.split("[[source]]").take(1 + sources).chain([broken]).collect();
    fs_err::write(&project, parts.join("[[source]]")).expect("written");
    fs_err::rename(folder.path().join("inputs"), folder.path().join("sound")).expect("moved");
    if case.join("inputs").exists() {
        story::copy(&case.join("inputs"), &folder.path().join("inputs"));
    }
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
fn other_files_go_on_beside_a_broken_one() {
    let mut wrong = Vec::new();
    for name in cases() {
        let folder = beside_sound_files(&name, true);
        let outcome = run(folder.path());
        let out = folder.path().join("out");
        if outcome.status != 1 {
            wrong.push(format!("{name}: {}\n{}{}", outcome.status, outcome.out, outcome.err));
            continue;
        }
        let said = problem_lines(&out);
        let missing = expected(&name).into_iter().filter(|line| !said.contains(line));
        wrong.extend(missing.map(|line| format!("{name} does not say {line}, but {said:#?}")));
        let links = story::links(&out);
        let sound = "sound/enrollment/佳木斯技师学院.csv,2,link,230000000102";
        if !links.contains(sound) {
            wrong.push(format!("{name}: the sound file did not go on\n{links}"));
        }
        let own = links.contains("\ninputs/");
        if own != WITH_SOUND_FILE.contains(&name.as_str()) {
            wrong.push(format!("{name}: rows of its own: {own}\n{links}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn check_tells_the_same_and_writes_nothing() {
    for name in cases() {
        let folder = beside_sound_files(&name, true);
        let before = names(folder.path());
        let outcome = bidui(folder.path(), &["check", "project.toml", "--quiet"]);
        let status = i32::from(!NOTES.contains(&name.as_str()));
        assert_eq!(outcome.status, status, "{name}\n{}{}", outcome.out, outcome.err);
        for line in expected(&name) {
            assert!(outcome.out.contains(&line), "{name} does not say {line}\n{}", outcome.out);
        }
        assert_eq!(names(folder.path()), before, "{name}");
    }
}

#[test]
fn nothing_is_published_where_nothing_else_is_there() {
    let hopeless = cases().into_iter().filter(|name| !WITH_SOUND_FILE.contains(&name.as_str()));
    for name in hopeless {
        let folder = beside_sound_files(&name, false);
        let before = names(folder.path());
        let outcome = run(folder.path());
        assert_eq!((outcome.status, outcome.out.as_str()), (2, ""), "{name}: {}", outcome.err);
        let mut lines = outcome.err.lines();
        let first = "比对没有完成：没有读到任何学籍或培训数据，没有可比对的人员";
        assert_eq!(lines.next(), Some(first), "{name}");
        let why: Vec<&str> = lines.map(str::trim_start).collect();
        let told = expected(&name);
        assert!(!why.is_empty(), "{name}: no reason\n{}", outcome.err);
        for line in why {
            assert!(told.iter().any(|known| known == line), "{name}: {line}");
        }
        let mut after = names(folder.path());
        after.retain(|name| name != "bidui.db" && name != "bidui.lock");
        assert_eq!(after, before, "{name}");
    }
}

#[test]
fn a_field_nobody_knows_refuses_the_project() {
    let folder = beside_sound_files(REFUSED, true);
    let outcome = run(folder.path());
    assert_eq!((outcome.status, outcome.out.as_str()), (2, ""));
    assert!(outcome.err.contains("“id_numer”不是字段名；是否应为“id_number”？"), "{}", outcome.err);
    assert!(!folder.path().join("out").exists());
}
