//! Rounds one after the other on the story `village-wishes`: who came, who went, and why.

use std::path::Path;

use calamine::{Reader as _, Xlsx};

use crate::support::program::fixture;
use crate::support::story;

const SCHOOL: &str = "inputs/enrollment/佳木斯.csv";
const OTHERS: &str = "inputs/enrollment/其他.csv";

pub fn edit(folder: &Path, file: &str, change: impl FnOnce(String) -> String) {
    let path = folder.join(file);
    let text = fs_err::read_to_string(&path).expect("readable");
    fs_err::write(&path, change(text)).expect("written");
}

/// The lines of a text that name nobody of these.
pub fn without(text: &str, names: &[&str]) -> String {
    let keeps = |line: &&str| !names.iter().any(|name| line.contains(name));
    text.lines().filter(keeps).flat_map(|line| [line, "\n"]).collect()
}

/// The number of a registered person of the story.
fn id_of(name: &str) -> String {
    let registries = ["registry/佳木斯市.csv", "hegang/鹤岗市.csv"];
    let texts = registries.map(|file| {
        fs_err::read_to_string(fixture("cases/village-wishes/inputs").join(file)).expect("readable")
    });
    let line = texts.iter().flat_map(|text| text.lines()).find(|line| line.contains(name));
    line.expect(name).split(',').nth(6).expect("a number").to_owned()
}

fn student(school: &str, name: &str, status: &str, entry: &str) -> String {
    format!("{school},{name},,{},{status},,初中毕业,{entry},,\n", id_of(name))
}

/// The story as it may have stood half a year before.
pub fn earlier() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    story::copy(&fixture("cases").join("village-wishes"), root);
    edit(root, "project.toml", |text| text.replace("2019-06-10", "2018-12-10"));
    edit(root, "inputs/hegang/鹤岗市.csv", |text| without(&text, &["唐勇"]));
    edit(root, SCHOOL, |text| {
        let mut text = text.lines().next().expect("headings").to_owned() + "\n";
        for name in ["周立新", "李志强", "冯小军", "郑永胜"] {
            text.push_str(&student("佳木斯技师学院", name, "正式学籍", "2017-09-01"));
        }
        text
    });
    edit(root, OTHERS, |text| {
        text.replace("2019-03-01", "2018-09-01")
            + &student("伊春技师学院", "何丽", "正式学籍", "2018-09-01")
    });
    folder
}

/// The story's own inputs again, but for one who has left the registry and is still at school.
pub fn go_on(root: &Path) {
    story::copy(&fixture("cases").join("village-wishes"), root);
    edit(root, "inputs/registry/佳木斯市.csv", |text| without(&text, &["郑永胜"]));
    let line = student("佳木斯技师学院", "郑永胜", "正式学籍", "2017-09-01");
    edit(root, SCHOOL, |text| text + &line);
    edit(root, OTHERS, |text| text.replace("2019-03-01", "2018-09-01"));
}

fn sheet(path: &Path, name: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let range = book.worksheet_range(name).expect("the sheet");
    let texts = |row: &[calamine::Data]| row.iter().map(ToString::to_string).collect();
    range.rows().skip(3).map(texts).collect()
}

#[test]
fn who_came_and_who_went_is_told_with_the_reason() {
    let folder = earlier();
    let root = folder.path();
    story::run(root).expect("the first round");
    let book = root.join("out/期间对比.xlsx");
    assert!(!book.exists(), "there is nothing to compare with");
    let page = fs_err::read_to_string(root.join("out/报告.html")).expect("a page");
    assert!(page.contains("台账中没有更早一期的运行"));

    go_on(root);
    story::run(root).expect("the second round");
    let people = sheet(&book, "上期_人员");
    let mut moved: Vec<String> = people
        .iter()
        .filter(|row| row[2].starts_with('③'))
        .map(|row| [&row[3], &row[4], &row[1], &row[7]].map(String::as_str).join(" "))
        .collect();
    moved.sort();
    let mut expected = [
        "不再计入 何丽 伊春技师学院 学校（机构）本期没有报此人",
        "不再计入 冯小军 佳木斯技师学院 认定改变：上期比中，本期待核",
        "不再计入 周立新 佳木斯技师学院 仍比中，本期不再符合该指标",
        "不再计入 李志强 佳木斯技师学院 仍比中，本期不再符合该指标",
        "不再计入 郑永胜 佳木斯技师学院 已不在建档立卡信息中",
        "新计入 刘洋 佳木斯技师学院 新列入：学校（机构）本期新报的人",
        "新计入 唐勇 伊春技师学院 新登记：上期不在建档立卡信息中",
    ];
    expected.sort_unstable();
    assert_eq!(moved, expected);
    assert!(people.iter().all(|row| row[5].contains('*')), "numbers are masked");
    let graduated = people.iter().find(|row| row[2].starts_with('④')).expect("a graduate");
    assert_eq!([&*graduated[4], &*graduated[7]], ["李志强", "上期已比中，本期符合该指标"]);
    let figures = sheet(&book, "上期_指标");
    let stock = figures.iter().find(|row| row[2] == "佳木斯技师学院" && row[3].starts_with('③'));
    assert_eq!(stock.expect("a figure")[4..], ["4", "1", "-3", "1", "4"]);
    let total = figures.iter().find(|row| row[2] == "总计" && row[3].starts_with('③'));
    assert_eq!(total.expect("a figure")[4..7], ["6", "3", "-3"]);
    let page = fs_err::read_to_string(root.join("out/报告.html")).expect("a page");
    assert!(page.contains("上期：2018年下半年（统计日期 2018-12-10）"));
}

#[test]
fn the_same_half_of_last_year_stands_beside_the_last() {
    let folder = earlier();
    let root = folder.path();
    edit(root, "project.toml", |text| text.replace("2018-12-10", "2018-06-10"));
    story::run(root).expect("the first round");
    edit(root, "project.toml", |text| text.replace("2018-06-10", "2018-12-10"));
    story::run(root).expect("the second round");
    go_on(root);
    let third = story::run(root).expect("the third round");
    let book = root.join("out/期间对比.xlsx");
    let in_school = |name: &str| -> Vec<Vec<String>> {
        let rows = sheet(&book, name).into_iter().filter(|row| row[2].starts_with('③'));
        rows.map(|row| row[3..].to_vec()).collect()
    };
    assert_eq!(in_school("上期_人员"), in_school("去年同期_人员"));
    assert_eq!(in_school("去年同期_人员").len(), 7);

    let again = story::run(root).expect("once more");
    assert_eq!(again.run_id, third.run_id);
    assert_eq!(again.repeat.expect("known").1, Vec::<String>::new());
    // What an earlier round says anew, this one says otherwise: it is another run.
    let story = fs_err::read_to_string(root.join("project.toml")).expect("readable");
    edit(root, "project.toml", |text| text.replace("2019-06-10", "2018-12-10"));
    story::run(root).expect("the second round with other inputs");
    fs_err::write(root.join("project.toml"), story).expect("written");
    let after = story::run(root).expect("the third round");
    assert_ne!(after.run_id, third.run_id);
}
