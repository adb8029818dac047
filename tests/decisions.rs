//! Rulings from end to end: what people decide in a returned list binds the next run, also on the
//! next export; what new data contradicts is asked again; what cannot be taken is pointed out.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use bidui::config::Project;
use bidui::pipeline::RunReport;
use bidui::pipeline::decide::{self, ImportReport};
use jiff::Timestamp;

use crate::support::answers::{self, LIST, Line, fill, sheets};
use crate::support::program::{bidui, fixture};
use crate::support::story;

const STUDENTS: &str = "inputs/enrollment/佳木斯技师学院.csv";
/// The first 王伟 and the first 李娜 of the registry: end of the number, and 人编号.
const WANG: (&str, &str) = ("55518", "230000000101");
const LI: (&str, &str) = ("15625", "230000000303");
const OTHER_LI: (&str, &str) = ("15641", "230000000404");

/// A copy of the story of namesakes after a run: two of its students are in review.
fn namesakes() -> tempfile::TempDir {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("namesakes");
        if folder.exists() {
            fs_err::remove_dir_all(&folder).expect("removed");
        }
        story::copy(&fixture("cases/namesakes"), &folder);
        let report = story::run(&folder).expect("a run");
        assert_eq!(report.decisions[0].review, 2);
        folder
    });
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(&FOLDER, folder.path());
    folder
}

fn import(folder: &Path, files: &[&str]) -> ImportReport {
    let project = Project::load(&folder.join("project.toml"), None).expect("a project");
    let words: Vec<String> =
        files.iter().map(|file| folder.join(file).to_string_lossy().into_owned()).collect();
    let at: Timestamp = "2019-06-11T02:00:00Z".parse().expect("a time");
    decide::import(&project, &words, at).expect("a ledger")
}

/// A copy with these answers: name, end of the registered number, answer, note.
fn copy_with(folder: &Path, copy: &str, clerk: &str, answers: &[(&str, &str, &str, &str)]) {
    fill(&folder.join(LIST), &folder.join(copy), clerk, |line: &mut Line| {
        for (name, registered, answer, note) in answers {
            if line.asks(name, registered) {
                line.answer(answer, note);
            }
        }
    });
}

/// Answers one question and takes it in.
fn rule(folder: &Path, name: &str, registered: &str, answer: &str) {
    copy_with(folder, "copy.xlsx", "赵核", &[(name, registered, answer, "户口簿已核")]);
    let report = import(folder, &["copy.xlsx"]);
    assert_eq!((report.taken, report.refused.len()), (1, 0), "{report:?}");
}

/// Decision, person and evidence of the students of that name and number, in order.
fn students(folder: &Path, name: &str, number: &str) -> Vec<(String, String, String)> {
    let links = story::table(&folder.join("out/links.csv"));
    let column = |heading| story::column(&links, heading);
    let (file, row) = (column("source_file"), column("source_row"));
    let (decision, person, evidence) =
        (column("decision"), column("person_id"), column("evidence"));
    let mut found = Vec::new();
    for link in &links[1..] {
        let source = story::table(&folder.join(&link[file]));
        let place: usize = link[row].parse().expect("a row");
        let of = |heading: &str| &source[place - 1][story::column(&source, heading)];
        if of("姓名") == name && of("身份证号") == number {
            found.push((link[decision].clone(), link[person].clone(), link[evidence].clone()));
        }
    }
    found
}

/// The student without a number who is asked about: 李娜.
fn li_na(folder: &Path) -> (String, String, String) {
    students(folder, "李娜", "").remove(0)
}

fn counts(folder: &Path) -> [u64; 4] {
    let text = fs_err::read_to_string(folder.join("out/run.json")).expect("published");
    let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let of = |name: &str| manifest["counts"]["decisions"][name].as_u64().expect("a count");
    ["standing", "applied", "contradicted", "unused"].map(of)
}

/// The texts of one sheet of the list.
fn sheet(folder: &Path, name: &str) -> Vec<String> {
    let found = sheets(&folder.join(LIST)).into_iter().find(|(sheet, _)| sheet == name);
    found.expect("the sheet").1.concat()
}

fn says(texts: &[String], part: &str) -> bool {
    texts.iter().any(|text| text.contains(part))
}

fn rerun(folder: &Path) -> RunReport {
    story::run(folder).expect("a run")
}

#[test]
fn a_confirmed_person_is_linked_by_the_next_run_which_then_repeats() {
    let folder = namesakes();
    assert_eq!(li_na(folder.path()).0, "review");
    rule(folder.path(), "李娜", LI.0, "同一人");
    let report = rerun(folder.path());
    assert!(report.repeat.is_none(), "a ruling makes another run");
    let (decision, person, evidence) = li_na(folder.path());
    assert_eq!((decision.as_str(), person.as_str()), ("link", LI.1));
    assert!(evidence.starts_with("人工认定=同一人"), "{evidence}");
    assert_eq!(counts(folder.path()), [1, 1, 0, 0]);
    let effects = sheet(folder.path(), "认定的作用");
    for part in ["赵核", "2019-06-11", "户口簿已核", "按认定比对一致"] {
        assert!(says(&effects, part), "no {part} in {effects:?}");
    }
    assert!(!says(&sheet(folder.path(), "待核清单"), "李娜"), "never asked twice");
    let (_, differences) = rerun(folder.path()).repeat.expect("the same run");
    assert!(differences.is_empty(), "{differences:?}");
}

#[test]
fn an_excluded_person_gives_way_to_the_next() {
    let folder = namesakes();
    let both = [("李娜", LI.0, "不是同一人", ""), ("李娜", OTHER_LI.0, "不是同一人", "")];
    copy_with(folder.path(), "second.xlsx", "赵核", &both[1..]);
    rule(folder.path(), "李娜", LI.0, "不是同一人");
    rerun(folder.path());
    let (decision, person, _) = li_na(folder.path());
    assert_eq!((decision.as_str(), person.as_str()), ("link", OTHER_LI.1));
    let matched = sheets(&folder.path().join("out/01_比对结果.xlsx"));
    let told = matched.iter().any(|(_, rows)| {
        says(&rows.concat(), "已人工排除 1 名候选人（赵核，2019-06-11：户口簿已核）")
    });
    assert!(told, "{matched:?}");
    assert_eq!(import(folder.path(), &["second.xlsx"]).taken, 1);
    rerun(folder.path());
    assert_eq!(li_na(folder.path()).0, "none");
    assert_eq!(counts(folder.path()), [2, 2, 0, 0]);
}

/// Lists that were sent out by an earlier version had other headings over two pairs of columns.
#[test]
fn a_list_of_an_earlier_version_is_taken() {
    let folder = namesakes();
    copy_with(folder.path(), "old.xlsx", "赵核", &[("李娜", LI.0, "同一人", "")]);
    answers::rewrite(&folder.path().join("old.xlsx"), |cell| {
        let former = match cell {
            "姓名、性别、出生" => "姓名",
            "登记姓名、性别、出生" => "登记姓名",
            "证件号码" => "证件号码、性别、出生",
            "登记证件号码" => "登记证件号码、性别、出生",
            other => other,
        };
        former.to_owned()
    });
    assert_eq!(import(folder.path(), &["old.xlsx"]).taken, 1);
}

#[test]
fn what_nobody_can_tell_stays_in_review_with_the_note() {
    let folder = namesakes();
    rule(folder.path(), "李娜", LI.0, "无法判断");
    rerun(folder.path());
    assert_eq!(li_na(folder.path()).0, "review");
    let list = sheet(folder.path(), "待核清单");
    assert!(says(&list, "此前人工无法判断（赵核，2019-06-11：户口簿已核）"), "{list:?}");
    copy_with(folder.path(), "copy.xlsx", "钱科", &[("李娜", LI.0, "同一人", "")]);
    let report = import(folder.path(), &["copy.xlsx"]);
    assert_eq!((report.taken, report.refused.len()), (1, 0), "it was asked again: {report:?}");
    assert!(report.replaced[0].ends_with("原为赵核认定的“无法判断”"), "{report:?}");
}

/// The students' file under another name, its rows turned round.
fn next_export(folder: &Path, change: impl Fn(String) -> String) {
    let path = folder.join(STUDENTS);
    let text = fs_err::read_to_string(&path).expect("readable");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[1..].reverse();
    let renamed = folder.join("inputs/enrollment/2019秋季学籍.csv");
    fs_err::write(renamed, change(lines.join("\n"))).expect("written");
    fs_err::remove_file(path).expect("removed");
}

#[test]
fn the_next_export_is_not_asked_about_again() {
    let folder = namesakes();
    rule(folder.path(), "李娜", LI.0, "同一人");
    rule(folder.path(), "王伟", WANG.0, "同一人");
    next_export(folder.path(), |text| text);
    rerun(folder.path());
    let (decision, person, _) = li_na(folder.path());
    assert_eq!((decision.as_str(), person.as_str()), ("link", LI.1));
    assert_eq!(counts(folder.path()), [2, 2, 0, 0]);
}

#[test]
fn a_ruling_on_a_student_known_by_name_alone_passes_to_no_namesake() {
    let folder = namesakes();
    rule(folder.path(), "王伟", WANG.0, "不是同一人");
    let bare =
        "佳木斯技师学院,王伟,男,,正式学籍,全日制,初中毕业,2019-03-01,佳木斯市桦南县桦南镇红光村,\n";
    next_export(folder.path(), |text| {
        let kept = format!("{text}\n").replace(bare, "");
        assert!(kept.len() < text.len(), "the student has left");
        kept
    });
    rerun(folder.path());
    let namesake = students(folder.path(), "王伟", "").remove(0);
    assert_eq!((namesake.0.as_str(), namesake.1.as_str()), ("link", WANG.1));
    assert_eq!(counts(folder.path()), [1, 0, 0, 1]);
}

/// Changes the registry's one file.
fn change_registry(folder: &Path, from: &str, to: &str) {
    let registry = folder.join("inputs/registry");
    let file = registry.join(story::files(&registry).remove(0));
    let text = fs_err::read_to_string(&file).expect("readable");
    assert!(text.contains(from), "{from}");
    fs_err::write(&file, text.replace(from, to)).expect("written");
}

#[test]
fn what_new_data_contradicts_is_asked_again() {
    let li = "230000000303,李娜,230899200206015625";
    // Other sound numbers, of the same birthday and of another.
    let cases = [
        ("230000000303,李娜,230899200206015668", "登记证件号码已改为另一号码"),
        ("230000000303,李慧,230899200206015625", "登记姓名由“李娜”改为“李慧”"),
        ("230000000999,孙丽,230899200307015624", "登记信息中已没有此人"),
    ];
    for (changed, why) in cases {
        let folder = namesakes();
        rule(folder.path(), "李娜", LI.0, "同一人");
        change_registry(folder.path(), li, changed);
        rerun(folder.path());
        assert_eq!(li_na(folder.path()).0, "review", "{why}");
        assert_eq!(counts(folder.path()), [1, 0, 1, 0], "{why}");
        let problems =
            fs_err::read_to_string(folder.path().join("out/problems.csv")).expect("there");
        assert!(problems.contains("ruling-contradicted") && problems.contains(why), "{problems}");
        let list = sheet(folder.path(), "待核清单");
        assert!(says(&list, "曾人工认定为同一人（赵核，2019-06-11：户口簿已核），但"), "{list:?}");
    }
}

#[test]
fn a_new_answer_settles_a_contradicted_one() {
    let folder = namesakes();
    rule(folder.path(), "李娜", LI.0, "同一人");
    change_registry(folder.path(), "230000000303,李娜", "230000000303,李慧");
    rerun(folder.path());
    rule(folder.path(), "李娜", LI.0, "同一人");
    rerun(folder.path());
    let (decision, person, _) = li_na(folder.path());
    assert_eq!((decision.as_str(), person.as_str()), ("link", LI.1));
    assert_eq!(counts(folder.path()), [2, 1, 0, 1]);
}

#[test]
fn a_number_that_is_completed_keeps_or_loses_the_ruling() {
    let number = |text: String, id: &str| text.replace("李娜,女,,", &format!("李娜,女,{id},"));
    for (id, expected) in [("230899200206015625", "link"), ("230899200206015721", "review")] {
        let folder = namesakes();
        rule(folder.path(), "李娜", LI.0, "同一人");
        next_export(folder.path(), |text| number(text, id));
        rerun(folder.path());
        let found = students(folder.path(), "李娜", id).remove(0);
        assert_eq!(found.0, expected, "{id}");
        let contradicted = u64::from(expected == "review");
        assert_eq!(counts(folder.path()), [1, 1 - contradicted, contradicted, 0], "{id}");
    }
}

#[test]
fn a_file_taken_twice_adds_nothing_also_after_an_undo() {
    let folder = namesakes();
    rule(folder.path(), "李娜", LI.0, "同一人");
    let again = import(folder.path(), &["copy.xlsx"]);
    assert_eq!((again.taken, again.unchanged, again.needs_person()), (0, 1, false));
    let project = Project::load(&folder.path().join("project.toml"), None).expect("a project");
    let at = Timestamp::UNIX_EPOCH;
    decide::undo(&project, 1, "钱科", "看错了", at).expect("taken back");
    assert!(decide::list(&project).expect("readable").is_empty());
    decide::undo(&project, 1, "钱科", "", at).expect_err("taken back already");
    assert_eq!(import(folder.path(), &["copy.xlsx"]).taken, 0, "it was taken back");
    rerun(folder.path());
    assert_eq!(li_na(folder.path()).0, "review");
    copy_with(folder.path(), "new.xlsx", "钱科", &[("李娜", LI.0, "不是同一人", "")]);
    assert_eq!(import(folder.path(), &["new.xlsx"]).taken, 1, "another file may rule anew");
}

#[test]
fn two_clerks_who_disagree_are_both_pointed_out() {
    let folder = namesakes();
    copy_with(
        folder.path(),
        "a.xlsx",
        "赵核",
        &[("李娜", LI.0, "同一人", ""), ("王伟", WANG.0, "同一人", "")],
    );
    copy_with(
        folder.path(),
        "b.xlsx",
        "钱科",
        &[("李娜", LI.0, "不是同一人", ""), ("王伟", WANG.0, "同一人", "")],
    );
    let report = import(folder.path(), &["*.xlsx"]);
    assert_eq!((report.files, report.taken, report.unchanged), (2, 1, 1), "{report:?}");
    let places: Vec<&str> = report.refused.iter().map(|refused| refused.place.as_str()).collect();
    assert!(places.len() == 2 && places[0].contains("a.xlsx › 待核清单 › N"), "{places:?}");
    assert!(report.refused[1].message.contains("赵核填“同一人”"), "{report:?}");
    assert!(report.needs_person());

    copy_with(folder.path(), "c.xlsx", "孙某", &[("王伟", WANG.0, "不是同一人", "")]);
    let report = import(folder.path(), &["c.xlsx"]);
    assert_eq!((report.taken, report.refused.len()), (0, 1));
    assert!(report.refused[0].message.contains("而赵核已认定“同一人”（第 1 号）"), "{report:?}");
    copy_with(folder.path(), "d.xlsx", "赵核", &[("王伟", WANG.0, "不是同一人", "")]);
    let report = import(folder.path(), &["d.xlsx"]);
    assert_eq!((report.taken, report.replaced.len()), (1, 1), "one may correct oneself");
}

#[test]
fn one_student_cannot_be_two_registered_persons() {
    let folder = namesakes();
    let both = [("李娜", LI.0, "同一人", ""), ("李娜", OTHER_LI.0, "同一人", "")];
    copy_with(folder.path(), "a.xlsx", "赵核", &both);
    let report = import(folder.path(), &["a.xlsx"]);
    assert_eq!((report.taken, report.refused.len()), (0, 2), "{report:?}");
    rule(folder.path(), "李娜", LI.0, "同一人");
    copy_with(folder.path(), "b.xlsx", "钱科", &both[1..]);
    let report = import(folder.path(), &["b.xlsx"]);
    assert_eq!((report.taken, report.refused.len()), (0, 1), "{report:?}");
    assert!(report.refused[0].message.contains("另一登记人员（第 1 号）"), "{report:?}");
}

#[test]
fn changed_lines_are_refused_with_their_cell() {
    type Change = fn(&mut Line);
    let cases: [(Change, &str); 6] = [
        (|line| line.cell("标识").replace_range(0..2, "zz"), "不是本项目发出的"),
        (|line| line.cell("标识").clear(), "没有标识"),
        (|line| "王五".clone_into(line.cell("登记姓名、性别、出生")), "被改动过"),
        (|line| line.cell("校验").replace_range(0..2, "zz"), "被改动过"),
        (|line| line.answer("大概是", ""), "“大概是”不是可选的结论"),
        (|line| line.answer("", "问过家长"), "有备注而没有选结论"),
    ];
    let folder = namesakes();
    for (change, expected) in cases {
        let mut cell = String::new();
        let mut number = 0;
        fill(&folder.path().join(LIST), &folder.path().join("copy.xlsx"), "赵核", |line| {
            number += 1;
            if line.asks("李娜", LI.0) {
                line.answer("同一人", "");
                change(line);
                cell = format!("待核清单 › N{}", number + 4);
            }
        });
        let report = import(folder.path(), &["copy.xlsx"]);
        assert_eq!((report.taken, report.refused.len()), (0, 1), "{expected}: {report:?}");
        let refused = &report.refused[0];
        assert!(refused.message.contains(expected), "{expected}: {refused:?}");
        assert!(refused.place.ends_with(&cell), "{cell}: {refused:?}");
    }
    copy_with(folder.path(), "copy.xlsx", "", &[("李娜", LI.0, "同一人", "")]);
    let report = import(folder.path(), &["copy.xlsx"]);
    assert_eq!(report.taken, 0);
    assert!(report.refused[0].message.contains("没有填“核对人”，本表填的 1 行"), "{report:?}");
}

#[test]
fn the_command_tells_and_its_status_says_how_it_went() {
    let folder = namesakes();
    let call = |arguments: &[&str]| bidui(folder.path(), arguments);
    copy_with(folder.path(), "a.xlsx", "赵核", &[("李娜", LI.0, "同一人", "户口簿已核")]);
    let done = call(&["decide", "import", "project.toml", "a*.xlsx"]);
    assert_eq!(done.status, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("清单 1 份：采用 1 条"), "{}", done.out);
    let listed = call(&["decide", "list", "project.toml"]);
    assert!(listed.out.contains("李娜") && listed.out.contains("赵核，"), "{}", listed.out);

    fs_err::write(folder.path().join("b.xlsx"), "没有表格").expect("written");
    let mixed = call(&["decide", "import", "project.toml", "a.xlsx", "b.xlsx"]);
    assert_eq!(mixed.status, 1, "{}{}", mixed.out, mixed.err);
    assert_eq!(call(&["decide", "import", "project.toml", "b.xlsx"]).status, 2);
    assert_eq!(call(&["decide", "import", "project.toml", "out/01_比对结果.xlsx"]).status, 2);
    assert_eq!(call(&["decide", "import", "project.toml", "c.xlsx"]).status, 2);
    assert_eq!(call(&["decide", "undo", "project.toml", "7", "--by", "赵核"]).status, 2);
    assert_eq!(call(&["decide", "undo", "project.toml", "1", "--by", "赵核"]).status, 0);
    let empty = tempfile::tempdir().expect("a folder");
    story::copy(&fixture("cases/namesakes"), empty.path());
    let early = bidui(empty.path(), &["decide", "import", "project.toml", "x.xlsx"]);
    assert_eq!(early.status, 2);
    assert!(early.err.contains("还没有运行过"), "{}", early.err);
}

/// Saves a workbook in another format through `LibreOffice`; `None` where it is not installed.
fn saved_by_office(folder: &Path, file: &str, format: &str) -> Option<String> {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let status = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", format, "--outdir", "saved", file])
        .current_dir(folder)
        .output()
        .ok()?
        .status;
    assert!(status.success(), "soffice {format}");
    let stem = Path::new(file).file_stem().expect("a name").to_string_lossy().into_owned();
    Some(format!("saved/{stem}.{format}"))
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that is left out says why")]
fn copies_saved_by_libreoffice_are_taken() {
    let folder = namesakes();
    // The list itself, with its marked characters and its protection, through the office first.
    let Some(list) = saved_by_office(folder.path(), LIST, "xlsx") else {
        eprintln!("skipped: soffice is not installed");
        return;
    };
    fill(&folder.path().join(list), &folder.path().join("copy.xlsx"), "赵核", |line| {
        if line.asks("李娜", LI.0) {
            line.answer("同一人", "户口簿已核");
        }
    });
    // A list the office saved as xlsx is among the fixtures of the next test.
    for (format, taken) in [("ods", 1), ("xls", 0)] {
        let copy = saved_by_office(folder.path(), "copy.xlsx", format).expect("installed");
        let report = import(folder.path(), &[&copy]);
        assert!(report.refused.is_empty(), "{format}: {report:?}");
        assert_eq!((report.taken, report.taken + report.unchanged), (taken, 1), "{format}");
    }
}

#[test]
fn lists_filled_in_with_libreoffice_are_taken_and_its_changed_line_is_not() {
    let folder = namesakes();
    for (format, taken) in [("xlsx", 3), ("xls", 0), ("ods", 0)] {
        let copy = fixture("workbooks/review-list").join(format!("returned.{format}"));
        fs_err::copy(copy, folder.path().join("returned")).expect("copied");
        let report = import(folder.path(), &["returned"]);
        assert_eq!((report.taken, report.taken + report.unchanged), (taken, 3), "{format}");
        assert_eq!(report.refused.len(), 1, "{format}: {report:?}");
        assert!(report.refused[0].place.ends_with("待核清单 › N8"), "{report:?}");
        assert!(report.refused[0].message.contains("被改动过"), "{report:?}");
    }
    rerun(folder.path());
    let (decision, person, evidence) = li_na(folder.path());
    assert_eq!((decision.as_str(), person.as_str()), ("link", LI.1));
    assert!(evidence.starts_with("人工认定=同一人"), "{evidence}");
}

/// The key of a question and of persons and rows as anybody can compute them who has the numbers.
fn plain_digests(folder: &Path) -> Vec<Vec<u8>> {
    use bidui::digest::TextDigest;
    let mut digests = Vec::new();
    let mut take = |parts: &[&str]| {
        digests.push(TextDigest::of(parts).bytes()[..8].to_vec());
    };
    for file in ["inputs/registry/佳木斯市.csv", STUDENTS] {
        let rows = story::table(&folder.join(file));
        let headings = &rows[0];
        let number =
            ["人编号", "证件号码", "身份证号"].map(|one| headings.iter().position(|h| h == one));
        let name = story::column(&rows, "姓名");
        for row in &rows[1..] {
            let cells = number.iter().flatten().map(|column| row[*column].as_str());
            for cell in cells.filter(|cell| !cell.is_empty()) {
                take(&[cell]);
                for place in ["人编号", "登记", "佳木斯技师学院"] {
                    take(&[place, cell]);
                    take(&[place, &row[name], cell]);
                }
            }
        }
    }
    digests
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_ledger_of_an_earlier_version_keeps_its_rulings_and_loses_its_plain_digests() {
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(&fixture("cases/namesakes"), folder.path());
    let ledger = folder.path().join("bidui.db");
    fs_err::copy(fixture("old-ledger/version-6.sqlite"), &ledger).expect("copied");
    let old = fs_err::read(&ledger).expect("readable");
    let digests = plain_digests(folder.path());
    let known = digests.iter().filter(|digest| contains(&old, digest)).count();
    assert!(known >= 8, "the test knows how digests were made: {known}");
    let report = rerun(folder.path());
    assert!(report.since.is_none_or(|since| since.links.newly == 0));
    let (decision, person, evidence) = li_na(folder.path());
    assert_eq!((decision.as_str(), person.as_str()), ("link", LI.1), "{evidence}");
    assert_eq!(counts(folder.path()), [1, 1, 0, 0]);
    // A list the earlier version sent out is still taken, and the ledger knows its question.
    rule(folder.path(), "王伟", WANG.0, "同一人");
    let new = fs_err::read(&ledger).expect("readable");
    for digest in digests {
        assert!(!contains(&new, &digest), "{digest:02x?} can be computed from a number");
    }
    // Questions of the old list, by whose digits both sides can be tried.
    for pair in ["8bba34ba2da8a5af3c14c6f6", "6d04f0522de20fb6bbb128f4", "bd4fc6317bd7b923fec65d45"]
    {
        assert!(contains(&old, pair.as_bytes()) && !contains(&new, pair.as_bytes()), "{pair}");
    }
    let again = bidui(folder.path(), &["decide", "list", "project.toml"]);
    assert!(again.out.contains("赵核"), "{}{}", again.out, again.err);
}
