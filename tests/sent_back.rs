//! What is sent out comes back: every yellow cell of every workbook for schools, agencies, counties and
//! keepers of lists, filled in and saved by another program, is taken, and what cannot be understood is
//! named by its cell. A corrected number binds the next run and can be taken back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use bidui::config::Project;
use bidui::ledger::Ledger;
use bidui::pipeline::decide::{self, ImportReport};
use jiff::Timestamp;
use rust_xlsxwriter::Workbook;

use crate::support::answers::sheets;
use crate::support::program::{bidui, fixture};
use crate::support::story;

/// The ID number of the registered 李娜 the school's row without a number is about.
const LI: &str = "230899200206015625";
/// A valid number that is nobody's.
const NEW_ID: &str = "239900199001010018";

/// What is written under each heading; 核实结果 has other words on lists of identity.
fn filling(form: &str, heading: &str) -> Option<&'static str> {
    Some(match (form, heading) {
        ("identity", "核实结果") => "是",
        (_, "核实结果") => "已更正",
        (_, "更正后姓名") => "关正",
        (_, "更正后证件号码") => NEW_ID,
        (_, "备注") => "已核对户口簿",
        (_, "政策落实情况") => "部分落实",
        (_, "其他更正内容") => "户编号已改",
        (_, "走访日期") => "2019-06-12",
        (_, "走访结果") => "愿培训",
        (_, "意向院校、工种或去向") => "焊工",
        (_, "起止时间") => "2018年1月至2019年12月",
        _ => return None,
    })
}

/// A copy of a workbook as another program saves it: cells kept, formats lost. `change` gets sheet,
/// form and cells by heading of every line that has a key.
pub fn copy(
    from: &Path,
    to: &Path,
    clerk: &str,
    mut change: impl FnMut(&str, &mut BTreeMap<String, String>),
) {
    let mut book = Workbook::new();
    for (name, rows) in sheets(from) {
        let sheet = book.add_worksheet().set_name(&name).expect("a name");
        let mut headings: Vec<String> = Vec::new();
        for (number, mut cells) in (0_u32..).zip(rows) {
            if !headings.is_empty() {
                let mut line: BTreeMap<String, String> =
                    headings.iter().cloned().zip(cells.iter().cloned()).collect();
                change(&name, &mut line);
                cells = headings.iter().map(|heading| line[heading].clone()).collect();
            } else if let Some(place) = cells.iter().position(|cell| cell == "填表人") {
                clerk.clone_into(&mut cells[place + 1]);
            } else if cells.iter().any(|cell| cell == "标识") {
                headings.clone_from(&cells);
            }
            for (column, cell) in (0_u16..).zip(&cells).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(number, column, cell).expect("fits");
            }
        }
    }
    book.save(to).expect("saved");
}

pub fn form_of(line: &BTreeMap<String, String>) -> Option<String> {
    let (form, _) = line.get("标识")?.split_once('|')?;
    Some(form.to_owned())
}

pub fn import(folder: &Path, files: &[&Path]) -> ImportReport {
    let project = Project::load(&folder.join("project.toml"), None).expect("a project");
    let words: Vec<String> = files.iter().map(|file| file.to_string_lossy().into_owned()).collect();
    let at: Timestamp = "2019-06-11T02:00:00Z".parse().expect("a time");
    decide::import(&project, &words, at).expect("a ledger")
}

pub fn ran(from: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(&fixture(from), folder.path());
    story::run(folder.path()).expect("a run");
    folder
}

/// All workbooks that are sent out.
fn sent_out(folder: &Path) -> Vec<PathBuf> {
    let out = folder.join("out");
    let files = story::files(&out).into_iter();
    let sent = files.filter(|file| file.starts_with("反馈") || file.starts_with("派发"));
    sent.map(|file| out.join(file)).collect()
}

/// Fills in every yellow cell of every list; hands out how many lines of each form there were.
fn all_filled_in(folder: &Path) -> (ImportReport, BTreeMap<String, usize>) {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let back = folder.join("back");
    fs_err::create_dir(&back).expect("made");
    let mut files = Vec::new();
    for (number, from) in (0..).zip(sent_out(folder)) {
        let to = back.join(format!("{number}.xlsx"));
        copy(&from, &to, "赵核", |_, line| {
            let Some(form) = form_of(line) else { return };
            *lines.entry(form.clone()).or_default() += 1;
            for (heading, cell) in line.iter_mut() {
                if let Some(text) = filling(&form, heading) {
                    text.clone_into(cell);
                }
            }
        });
        files.push(to);
    }
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    (import(folder, &files), lines)
}

#[test]
fn every_yellow_cell_of_every_workbook_that_is_sent_out_comes_back() {
    let mut forms = BTreeSet::new();
    for from in ["example", "programmes"] {
        let folder = ran(from);
        let (report, lines) = all_filled_in(folder.path());
        assert_eq!(report.unusable, Vec::<String>::new());
        assert_eq!(report.refused.first(), None);
        let all: usize = lines.values().sum();
        assert_eq!(report.lines + report.unchanged, all, "{lines:?}");
        let ledger = Ledger::open(folder.path()).expect("a ledger");
        let kept = ledger.returns().expect("readable");
        assert_eq!(kept.len(), report.lines);
        for entry in &kept {
            let form = entry.line.form.as_str();
            assert_eq!(entry.line.clerk, "赵核");
            for (heading, text) in &entry.line.filled {
                assert_eq!(Some(text.as_str()), filling(form, heading), "{form} {heading}");
            }
            assert!(entry.line.place.contains(".xlsx › "), "{}", entry.line.place);
        }
        forms.extend(lines.into_keys());
    }
    let all = ["identity", "mend", "policy", "registry", "supply", "visit"].map(str::to_owned);
    assert_eq!(forms, BTreeSet::from(all), "every kind of list is among them");
}

#[test]
fn no_workbook_that_is_sent_out_shows_the_bureau_s_folders() {
    for from in ["example", "programmes"] {
        let folder = ran(from);
        for file in sent_out(folder.path()) {
            let cells: Vec<String> =
                sheets(&file).into_iter().flat_map(|(_, rows)| rows.concat()).collect();
            let path = cells.iter().find(|cell| cell.contains("inputs/"));
            assert_eq!(path, None, "{}", file.display());
        }
    }
}

const SCHOOL: &str = "out/反馈/技工院校/佳木斯技师学院.xlsx";

/// 决定 of the student without a number.
fn li_na(folder: &Path) -> (String, String) {
    let links = story::table(&folder.join("out/links.csv"));
    let column = |heading| story::column(&links, heading);
    let line = links.iter().find(|line| line[column("source_row")] == "5").expect("there");
    (line[column("decision")].clone(), line[column("person_id")].clone())
}

/// A returned copy in which 李娜's line has these texts.
fn corrected(folder: &Path, name: &str, clerk: &str, texts: &[(&str, &str)]) -> PathBuf {
    let to = folder.join(name);
    copy(&folder.join(SCHOOL), &to, clerk, |sheet, line| {
        if sheet == "待核补号" && line.get("姓名").is_some_and(|name| name == "李娜") {
            for (heading, text) in texts {
                line.insert((*heading).to_owned(), (*text).to_owned());
            }
        }
    });
    to
}

#[test]
fn a_supplied_number_binds_the_next_run_until_it_is_taken_back() {
    let folder = ran("cases/namesakes");
    let folder = folder.path();
    assert_eq!(li_na(folder).0, "review");
    let back =
        corrected(folder, "back.xlsx", "钱校", &[("核实结果", "已更正"), ("更正后证件号码", LI)]);
    let report = import(folder, &[&back]);
    assert_eq!((report.lines, report.corrections, report.refused.len()), (1, 1, 0), "{report:?}");
    assert_eq!(import(folder, &[&back]).unchanged, 1, "taken once");

    story::run(folder).expect("a run");
    assert_eq!(li_na(folder), ("link".to_owned(), "230000000303".to_owned()));
    let problems = fs_err::read_to_string(folder.join("out/problems.csv")).expect("there");
    let line = problems.lines().find(|line| line.contains("correction-applied")).expect("told");
    assert!(
        line.contains("钱校于2019-06-11交回的更正（第 G1 号，“李娜”证件号码改为230899"),
        "{line}"
    );
    assert!(!line.contains(LI), "masked: {line}");

    let list = bidui(folder, &["decide", "list", "project.toml"]);
    assert!(list.out.contains("G1  李娜") && !list.out.contains(LI), "{}", list.out);
    let undone = bidui(folder, &["decide", "undo", "project.toml", "G1", "--by", "孙复"]);
    assert_eq!(undone.status, 0, "{}", undone.err);
    story::run(folder).expect("a run");
    assert_eq!(li_na(folder).0, "review", "as before");
    assert_eq!(import(folder, &[&back]).lines, 0, "an old copy does not bring it back");
}

#[test]
fn a_correction_holds_while_the_row_says_what_it_said() {
    let folder = ran("cases/namesakes");
    let folder = folder.path();
    let back = corrected(folder, "back.xlsx", "钱校", &[("更正后证件号码", LI)]);
    assert_eq!(import(folder, &[&back]).corrections, 1);
    let students = folder.join("inputs/enrollment/佳木斯技师学院.csv");
    let text = fs_err::read_to_string(&students).expect("there");
    let code = |folder: &Path| {
        let problems = fs_err::read_to_string(folder.join("out/problems.csv")).expect("there");
        let codes = ["correction-applied", "correction-contradicted", "correction-unused"];
        codes.into_iter().find(|code| problems.contains(code))
    };
    // The school has mended its export.
    fs_err::write(&students, text.replacen("李娜,女,,", &format!("李娜,女,{LI},"), 1))
        .expect("set");
    story::run(folder).expect("a run");
    assert_eq!((code(folder), li_na(folder).0.as_str()), (None, "link"));
    // It has typed another number, so nobody knows which is right.
    let other = text.replacen("李娜,女,,", &format!("李娜,女,{NEW_ID},"), 1);
    fs_err::write(&students, other).expect("set");
    story::run(folder).expect("a run");
    assert_eq!(code(folder), Some("correction-contradicted"));
    // The student has left the list.
    let gone: Vec<&str> = text.lines().filter(|line| !line.contains("李娜")).collect();
    fs_err::write(&students, gone.join("\n")).expect("set");
    story::run(folder).expect("a run");
    assert_eq!(code(folder), Some("correction-unused"));
}

#[test]
fn what_cannot_be_understood_is_named_by_its_cell() {
    let folder = ran("cases/namesakes");
    let folder = folder.path();
    let texts = [
        ("核实结果", "改好了"),
        ("更正后姓名", "230899"),
        ("更正后证件号码", "230899200206015626"),
    ];
    let bad = corrected(folder, "bad.xlsx", "钱校", &texts);
    let report = import(folder, &[&bad]);
    assert_eq!((report.lines, report.refused.len()), (0, 3), "{report:?}");
    let said = |part: &str| {
        let found = report.refused.iter().find(|one| one.message.contains(part));
        let place = &found.unwrap_or_else(|| panic!("{part}: {report:?}")).place;
        place.rsplit(" › ").next().expect("a cell").trim_end_matches(char::is_numeric).to_owned()
    };
    assert_eq!(said("“改好了”不是可选的核实结果；请选：已更正、无误"), "I");
    assert_eq!(said("不是姓名"), "J");
    assert_eq!(said("校验码不对"), "K");
    assert!(report.refused.iter().all(|one| one.place.contains("bad.xlsx › 待核补号 › ")));
    assert!(report.refused.iter().all(|one| !one.message.contains("20020601")), "masked");

    let nameless = corrected(folder, "nameless.xlsx", "", &[("更正后证件号码", LI)]);
    let report = import(folder, &[&nameless]);
    assert!(
        report.lines == 0 && report.refused[0].message.contains("没有填“填表人”"),
        "{report:?}"
    );

    let changed =
        corrected(folder, "changed.xlsx", "钱校", &[("姓名", "李那"), ("更正后证件号码", LI)]);
    let report = import(folder, &[&changed]);
    assert!(report.lines == 0 && report.refused[0].message.contains("被改动过"), "{report:?}");

    let one = corrected(folder, "one.xlsx", "钱校", &[("更正后证件号码", LI)]);
    let other = corrected(folder, "other.xlsx", "孙校", &[("更正后证件号码", NEW_ID)]);
    let report = import(folder, &[&one, &other]);
    assert_eq!((report.lines, report.refused.len()), (0, 2), "both are told: {report:?}");
    assert_eq!(import(folder, &[&one]).lines, 1);
    let report = import(folder, &[&other]);
    assert!(report.refused[0].message.contains("与钱校已填的不一样（第 G1 号）"), "{report:?}");
}

#[test]
fn a_school_answers_its_questions_in_its_own_workbook() {
    let folder = ran("cases/namesakes");
    let folder = folder.path();
    let to = folder.join("back.xlsx");
    copy(&folder.join(SCHOOL), &to, "钱校", |sheet, line| {
        let asks = sheet == "待核清单"
            && line["姓名、性别、出生"].starts_with("李娜")
            && line["登记证件号码"].ends_with(&LI[14..]);
        if asks {
            line.insert("结论".to_owned(), "同一人".to_owned());
        }
    });
    let report = import(folder, &[&to]);
    assert_eq!((report.taken, report.refused.len()), (1, 0), "{report:?}");
    story::run(folder).expect("a run");
    assert_eq!(li_na(folder), ("link".to_owned(), "230000000303".to_owned()));
}
