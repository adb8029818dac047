//! Stories: small projects under `fixtures/cases`, run from end to end, whose results a person
//! has read and found right. `make cases-accept` writes the results anew, to be read again.

use std::path::Path;

use rayon::prelude::*;

use crate::support::program::{fixture, names};
use crate::support::story;

/// What a story expects, by file of its folder `expected`.
fn results(case: &Path) -> Vec<(&'static str, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(case, folder.path());
    let report = match story::run(folder.path()) {
        Ok(report) => report,
        Err(error) => return vec![("failure.txt", format!("{error}\n"))],
    };
    let out = folder.path().join("out");
    let read = |name: &str| fs_err::read_to_string(out.join(name)).expect("published");
    let failed = report.failed_checks.iter().map(|check| {
        format!("{}：{}（{} 与 {}）\n", check.place, check.relation, check.left, check.right)
    });
    vec![
        ("links.csv", story::links(&out)),
        ("findings.txt", story::findings(&out)),
        ("annex2.csv", read("annex2.csv")),
        ("annex3.csv", read("annex3.csv")),
        ("problems.csv", read("problems.csv")),
        ("failed_checks.txt", failed.collect()),
    ]
}

/// Files without a word in them are not kept.
fn accept(expected: &Path, results: &[(&str, String)]) {
    if expected.exists() {
        fs_err::remove_dir_all(expected).expect("removed");
    }
    fs_err::create_dir(expected).expect("made");
    for (name, text) in results.iter().filter(|(_, text)| !text.is_empty()) {
        fs_err::write(expected.join(name), text).expect("written");
    }
}

/// Lines that one side has and the other has not, for a reader.
fn difference(case: &str, file: &str, expected: &str, result: &str) -> Option<String> {
    if expected == result {
        return None;
    }
    let only = |mark: &str, these: &str, those: &str| -> String {
        let missing = these.lines().filter(|line| !those.lines().any(|other| other == *line));
        missing.flat_map(|line| ["  ", mark, " ", line, "\n"]).collect::<Vec<_>>().concat()
    };
    let gone = only("-", expected, result);
    let come = only("+", result, expected);
    let order = if gone.is_empty() && come.is_empty() { "  another order\n" } else { "" };
    Some(format!("{case}/expected/{file}:\n{gone}{come}{order}"))
}

fn compare(case: &Path, name: &str) -> Vec<String> {
    let results = results(case);
    let expected = case.join("expected");
    if std::env::var_os("BIDUI_ACCEPT").is_some() {
        accept(&expected, &results);
        return Vec::new();
    }
    let known = if expected.exists() { names(&expected) } else { Vec::new() };
    let gone = known.iter().filter(|file| !results.iter().any(|(name, _)| name == file));
    let gone = gone.map(|file| format!("{name}/expected/{file}: not written\n"));
    let differing = results.iter().filter_map(|(file, text)| {
        let wanted = fs_err::read_to_string(expected.join(file)).unwrap_or_default();
        difference(name, file, &wanted, text)
    });
    gone.chain(differing).collect()
}

#[test]
fn stories_come_out_as_expected() {
    let cases = fixture("cases");
    let names = names(&cases);
    assert!(!names.is_empty());
    let mut wrong: Vec<String> =
        names.par_iter().flat_map_iter(|name| compare(&cases.join(name), name)).collect();
    wrong.sort();
    assert!(wrong.is_empty(), "\n{}", wrong.concat());
}

#[test]
fn every_story_tells_what_it_is_about() {
    for name in names(&fixture("cases")) {
        let readme = fixture("cases").join(&name).join("README.md");
        let text = fs_err::read_to_string(&readme).unwrap_or_default();
        assert!(text.starts_with("# ") && text.lines().count() > 2, "{name}/README.md");
    }
}
