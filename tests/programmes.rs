//! Lists and programmes: the example's verdicts, a recount by a plain program, what lists must never
//! change, and what must never leave the office.

use std::collections::BTreeMap;
use std::path::Path;

use calamine::Reader as _;

use crate::recount::verdicts;
use crate::support::program::bidui;
use crate::support::story::{copy, run};

const FIXTURE: &str = "fixtures/programmes";

/// The results of the example.
fn example() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(Path::new(FIXTURE), folder.path());
    run(folder.path()).expect("a run");
    folder
}

fn lines(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("readable");
    reader.deserialize().map(|line| line.expect("a line")).collect()
}

/// A verdict as one line of text, by its place.
fn shown(line: &BTreeMap<String, String>) -> (String, String) {
    let cell = |key: &str| line.get(key).map_or("", String::as_str);
    let place = ["programme", "rule", "source_file", "source_row"].map(cell).join(" ");
    let said =
        ["counted_on", "verdict", "reason_code", "amount_low", "amount_high"].map(cell).join(" ");
    (place, said)
}

fn compare(expected: &BTreeMap<String, String>, found: &BTreeMap<String, String>) {
    let places: std::collections::BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    let differing: Vec<String> = places
        .into_iter()
        .filter(|place| expected.get(*place) != found.get(*place))
        .map(|place| {
            format!("{place}: {:?} expected, {:?} found", expected.get(place), found.get(place))
        })
        .collect();
    assert!(differing.is_empty(), "\n{}", differing.join("\n"));
}

#[test]
fn verdicts_of_the_example_are_exactly_as_expected() {
    let folder = example();
    let found = lines(&folder.path().join("out/entitlements.csv")).iter().map(shown).collect();
    let expected = lines(&folder.path().join("expected.csv")).iter().map(shown).collect();
    compare(&expected, &found);
}

#[test]
fn a_plain_program_comes_to_the_same_verdicts() {
    let folder = example();
    let found = lines(&folder.path().join("out/entitlements.csv")).iter().map(shown).collect();
    let recounted = verdicts::recount(&folder.path().join("inputs"));
    compare(&recounted, &found);
}

#[test]
fn every_row_of_every_list_stands_once_in_lists_csv() {
    let folder = example();
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines(&folder.path().join("out/lists.csv")) {
        *rows.entry(line["source_file"].clone()).or_default() += 1;
    }
    let inputs = fs_err::read_dir(folder.path().join("inputs")).expect("readable");
    for file in inputs.map(|file| file.expect("a file").path()) {
        let name = format!("inputs/{}", file.file_name().expect("a name").to_string_lossy());
        let data = fs_err::read_to_string(&file).expect("readable").lines().count() - 1;
        let is_list = !name.contains("建档立卡") && !name.contains("培训.csv");
        if is_list {
            assert_eq!(rows.get(&name).copied().unwrap_or(0), data, "{name}");
        }
    }
}

#[test]
fn a_list_changes_no_link_and_no_form() {
    let with = example();
    let without = tempfile::tempdir().expect("a folder");
    copy(Path::new(FIXTURE), without.path());
    let project = without.path().join("project.toml");
    let text = fs_err::read_to_string(&project).expect("readable");
    let text = text.split("[programmes]").next().expect("a first part");
    let sources: Vec<&str> =
        text.split("\n[[source]]").filter(|part| !part.contains("\"list\"")).collect();
    fs_err::write(&project, sources.join("\n[[source]]")).expect("written");
    run(without.path()).expect("a run");
    for file in ["links.csv", "annex2.csv", "annex3.csv"] {
        let read = |folder: &Path| fs_err::read(folder.join("out").join(file)).expect("readable");
        assert_eq!(read(with.path()), read(without.path()), "{file}");
    }
    assert!(!without.path().join("out/lists.csv").exists());
    assert!(!without.path().join("out/entitlements.csv").exists());
}

/// Words that tell of the one sensitive list.
const SENSITIVE: [&str; 4] = ["服刑", "戒毒", "inmate_rehab", "S16"];

#[test]
fn no_sensitive_group_leaves_the_office() {
    let folder = example();
    for place in ["反馈", "派发"] {
        let mut files = Vec::new();
        walk(&folder.path().join("out").join(place), &mut files);
        assert!(!files.is_empty() || place == "派发", "{place}");
        for file in files {
            let text = whole_text(&file);
            for word in SENSITIVE {
                assert!(!text.contains(word), "{} tells of {word}", file.display());
            }
        }
    }
}

fn walk(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    let Ok(items) = fs_err::read_dir(folder) else { return };
    for path in items.map(|item| item.expect("an item").path()) {
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

/// All cells of a workbook.
fn whole_text(path: &Path) -> String {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let sheets = book.worksheets();
    let cells = sheets.iter().flat_map(|(_, range)| range.cells().map(|(_, _, cell)| cell));
    cells.map(|cell| format!("{cell}\n")).collect()
}

#[test]
fn mistakes_of_a_rule_file_come_all_at_once_with_line_and_word() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(Path::new(FIXTURE), folder.path());
    let own = "id = \"own\"\ntitle = \"本市\"\ndocument = \"某文\"\nfrom = 2020-01-01\nto = 2019-01-01\n\
               sheet = \"本市\"\n[[limit]]\nid = \"L1\"\nrules = [\"R2\"]\ncount = 1\nper = [\"persn\"]\n\
               [[rule]]\nid = \"R1\"\ntitle = \"某补贴\"\nsubject = \"attendence\"\n\
               amount = { kind = \"fixd\", yuan = 10 }\n";
    fs_err::write(folder.path().join("own.toml"), own).expect("written");
    let project = folder.path().join("project.toml");
    let text = fs_err::read_to_string(&project).expect("readable");
    let text = text.replace("[programmes]", "[programmes]\nfiles = [\"own.toml\"]");
    let text = text.replace("\"skills-2019\"]", "\"skils-2019\"]");
    fs_err::write(&project, text).expect("written");
    let error = run(folder.path()).expect_err("mistakes");
    for word in [
        "第5行",
        "第9行",
        "R2",
        "第11行",
        "persn",
        "第15行",
        "attendence",
        "第16行",
        "fixd",
        "skills-2019",
    ] {
        assert!(error.contains(word), "{word}: {error}");
    }
}

#[test]
fn cards_go_out_and_an_empty_one_says_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(Path::new("fixtures/cases/exact"), folder.path());
    let issued = bidui(folder.path(), &["cards", "issue", "project.toml", "--month", "2019-06"]);
    assert_eq!(issued.status, 0, "{}", issued.err);
    assert!(issued.out.contains("派发 1 份"), "{}", issued.out);
    let mut files = Vec::new();
    walk(&folder.path().join("派发"), &mut files);
    let text = whole_text(&files[0]);
    assert!(text.contains("张伟") && text.contains("待建档"), "{text}");
    assert!(!text.contains("230899200103051818"), "no full number is handed out");
    let back = bidui(folder.path(), &["cards", "import", "project.toml", "派发/*/*/*.xlsx"]);
    assert!(back.out.contains("采用 0 行，未填"), "{}{}", back.out, back.err);
}
