//! People over years: limits that reach beyond what a run loads, and files over half-years.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::program::bidui;
use crate::support::story::{copy, findings, run, table};

const PROJECT: &str = "project.toml";
const TRAINING: &str = "inputs/培训.csv";

/// Keeps the rows whose class or stint began in these years and empties the others, so that every row stays
/// where it was.
fn keep_years(folder: &Path, file: &str, column: &str, years: std::ops::RangeInclusive<i32>) {
    let path = folder.join(file);
    let rows = table(&path);
    let at = rows[0].iter().position(|heading| heading == column).expect("the column");
    let text = fs_err::read_to_string(&path).expect("readable");
    let kept = text.lines().zip(&rows).enumerate().map(|(number, (line, row))| {
        let year = row[at].get(..4).and_then(|year| year.parse().ok());
        let is_kept = number == 0 || year.is_some_and(|year: i32| years.contains(&year));
        if is_kept { line.to_owned() } else { ",".repeat(rows[0].len() - 1) }
    });
    let text: Vec<String> = kept.collect();
    fs_err::write(&path, text.join("\n") + "\n").expect("written");
}

fn dated(folder: &Path, as_of: &str) {
    let path = folder.join(PROJECT);
    let text = fs_err::read_to_string(&path).expect("readable");
    fs_err::write(&path, text.replace("as_of = 2021-12-31", &format!("as_of = {as_of}")))
        .expect("written");
}

/// Verdicts by place.
fn verdicts(path: &Path) -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_path(path).expect("readable");
    let lines = reader.deserialize::<BTreeMap<String, String>>();
    lines
        .map(|line| {
            let line = line.expect("a line");
            let place = ["programme", "rule", "source_file", "source_row"].map(|key| &*line[key]);
            let said = ["verdict", "reason_code", "amount_low"].map(|key| &*line[key]);
            (place.join(" "), said.join(" "))
        })
        .collect()
}

/// The example in two half-years: what began until 2019, then with the rest alone.
fn two_years() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(Path::new("fixtures/programmes"), folder.path());
    let whole = fs_err::read(folder.path().join(TRAINING)).expect("readable");
    keep_years(folder.path(), TRAINING, "开班日期", 2018..=2019);
    dated(folder.path(), "2019-12-31");
    run(folder.path()).expect("the first run");
    fs_err::write(folder.path().join(TRAINING), whole).expect("written");
    keep_years(folder.path(), TRAINING, "开班日期", 2020..=2022);
    let text = fs_err::read_to_string(folder.path().join(PROJECT)).expect("readable");
    let text = text.replace("as_of = 2019-12-31", "as_of = 2021-12-31");
    fs_err::write(folder.path().join(PROJECT), text).expect("written");
    run(folder.path()).expect("the second run");
    folder
}

#[test]
fn limits_know_what_earlier_half_years_gave() {
    let folder = two_years();
    let expected = verdicts(&folder.path().join("expected.csv"));
    let found = verdicts(&folder.path().join("out/entitlements.csv"));
    let trained: Vec<_> = found.iter().filter(|(place, _)| place.contains(TRAINING)).collect();
    assert!(trained.len() > 30, "{}", trained.len());
    let mut repeated = 0;
    for (place, said) in trained {
        assert_eq!(expected.get(place), Some(said), "{place}");
        repeated += usize::from(said.contains("L21b"));
    }
    assert!(repeated > 0, "something repeats what only the ledger knows");
    let reasons = fs_err::read_to_string(folder.path().join("out/entitlements.csv")).expect("text");
    assert!(reasons.contains("计入台账所载以前各期"));
}

#[test]
fn without_the_earlier_half_year_a_repeat_is_not_seen() {
    let folder = two_years();
    fs_err::remove_file(folder.path().join("bidui.db")).expect("removed");
    run(folder.path()).expect("a run");
    let expected = verdicts(&folder.path().join("expected.csv"));
    let found = verdicts(&folder.path().join("out/entitlements.csv"));
    let differing = found.iter().filter(|(place, said)| expected.get(*place) != Some(*said));
    assert!(differing.count() > 0, "the ledger makes a difference");
}

#[test]
fn a_file_reaches_over_half_years_also_of_whom_today_s_lists_do_not_name() {
    let folder = two_years();
    let of = |word: &str| bidui(folder.path(), &["file", PROJECT, word]);
    let told = of("沈玉梅");
    assert_eq!(told.status, 0, "{}", told.err);
    for part in ["2019年下半年", "2021年下半年（本期）", "【补贴】", "【培训】"]
    {
        assert!(told.out.contains(part), "no {part} in {}", told.out);
    }
    let stages = told.out.lines().filter(|line| line.contains("/5")).count();
    assert_eq!(stages, 3, "{}", told.out);
    let nobody = of("查无此人");
    assert_eq!(nobody.status, 2);
    let out = bidui(folder.path(), &["file", PROJECT, "沈玉梅", "--out", "档案"]);
    assert_eq!(out.status, 0, "{}", out.err);
    let files = fs_err::read_dir(folder.path().join("档案")).expect("a folder").count();
    assert_eq!(files, 1);
}

#[test]
fn a_correction_stays_beside_what_it_corrects() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(Path::new("fixtures/programmes"), folder.path());
    dated(folder.path(), "2021-06-30");
    run(folder.path()).expect("the first run");
    let path = folder.path().join(TRAINING);
    let text = fs_err::read_to_string(&path).expect("readable");
    let line = text.lines().find(|line| line.contains("沈玉梅")).expect("a class").to_owned();
    let trade =
        table(&path).iter().find(|row| row.contains(&"沈玉梅".to_owned())).expect("a row").clone();
    let at = table(&path)[0].iter().position(|heading| heading == "培训工种").expect("the column");
    let changed = line.replacen(&trade[at], "面点师", 1);
    fs_err::write(&path, text.replace(&line, &changed)).expect("written");
    let project = folder.path().join(PROJECT);
    let text = fs_err::read_to_string(&project).expect("readable");
    fs_err::write(&project, text.replace("as_of = 2021-06-30", "as_of = 2021-12-31"))
        .expect("text");
    let told = bidui(folder.path(), &["file", PROJECT, "沈玉梅"]);
    assert!(told.out.contains("已被后来的数据更正"), "{}", told.out);
    assert!(told.out.contains("面点师"), "{}", told.out);
}

#[test]
fn money_for_a_class_of_an_earlier_half_year_is_for_something() {
    let folder = two_years();
    let class = &table(Path::new("fixtures/programmes").join(TRAINING).as_path())[10];
    let (name, number) = (&class[2], &class[3]);
    assert!(class[9].starts_with("2019"), "the class of the first run");
    let payments = format!(
        "姓名,身份证号,补贴项目,金额,发放年月\n{name},{number},建档立卡贫困劳动力培训生活费补贴,300,2020-01\n\
         卫秀珍,239901198207131423,建档立卡贫困劳动力培训生活费补贴,300,2020-01\n"
    );
    fs_err::write(folder.path().join("inputs/发放.csv"), payments).expect("written");
    let project = folder.path().join(PROJECT);
    let text = fs_err::read_to_string(&project).expect("readable");
    let source =
        "[[source]]\nkind = \"list\"\nlist = \"payments\"\nfiles = [\"inputs/发放.csv\"]\n";
    let text = text.replacen("[[source]]", &format!("{source}\n[[source]]"), 1);
    fs_err::write(&project, text).expect("written");
    let nothing_behind = || {
        run(folder.path()).expect("a run");
        let all = findings(&folder.path().join("out"));
        all.lines().filter(|line| line.contains("没有找到对应的培训")).count()
    };
    assert_eq!(nothing_behind(), 1, "of the stranger alone");
    fs_err::remove_file(folder.path().join("bidui.db")).expect("removed");
    assert_eq!(nothing_behind(), 2, "nobody remembers the class");
}
