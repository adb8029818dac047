//! Rounds one after the other on the story `village-wishes`: who came, who went, and why. Then on two
//! rounds of a generated world, against its truth.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use calamine::{Reader as _, Xlsx};

use crate::recount::registry::Registry;
use crate::support::program::fixture;
use crate::support::story;
use crate::support::world::{self, World};

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

/// Somebody who came or went, with the 人编号 that fit.
struct Moved {
    unit: String,
    figure: String,
    came: bool,
    numbers: BTreeSet<String>,
    why: &'static str,
}

/// ① → `a2_1`.
fn code(figure: &str) -> String {
    let place = "①②③④⑤⑥⑦".chars().position(|sign| figure.starts_with(sign)).expect(figure);
    format!("a2_{}", place + 1)
}

/// Why, as the truth can know it: 登记, 名册 or 口径; 认定 is the program's own.
fn kind_of(why: &str) -> &'static str {
    match why {
        "新登记：上期不在建档立卡信息中" | "已不在建档立卡信息中" => {
            "登记"
        }
        "新列入：学校（机构）本期新报的人" | "学校（机构）本期没有报此人" => {
            "名册"
        }
        "上期已比中，本期符合该指标" | "仍比中，本期不再符合该指标" => {
            "口径"
        }
        _ => "认定",
    }
}

/// The people the workbook tells of. It masks numbers, so name and number find the 人编号.
fn told_of(world: &World) -> Vec<Moved> {
    let mut known: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for second in [false, true] {
        for person in Registry::read(&world.round(second)).persons {
            known.entry(person.masked()).or_default().insert(person.number);
        }
    }
    let rows = sheet(&world.round(true).join("out/期间对比.xlsx"), "上期_人员");
    let one = |row: &Vec<String>| Moved {
        unit: row[1].clone(),
        figure: code(&row[2]),
        came: row[3] == "新计入",
        numbers: known.get(&(row[4].clone(), row[5].clone())).cloned().unwrap_or_default(),
        why: kind_of(&row[7]),
    };
    rows.iter().filter(|row| !row[2].is_empty()).map(one).collect()
}

/// Of the people told of, and of those of the truth, how many agree, and in how many the reason.
#[derive(Debug)]
pub struct Moves {
    told: usize,
    told_right: usize,
    truth: usize,
    truth_met: usize,
    same_reason: usize,
    own_reason: usize,
}

pub fn told(world: &World) -> String {
    format!("{:?}", moves(world))
}

fn moves(world: &World) -> Moves {
    let told = told_of(world);
    let truth = world.truth(true, "changes.csv");
    let fits = |one: &Moved, row: &Vec<String>| {
        (&one.unit, &one.figure, one.came) == (&row[0], &row[1], row[3] == "新计入")
            && row[2].split('|').any(|number| one.numbers.contains(number))
    };
    let pairs: Vec<(&Moved, &Vec<String>)> = told
        .iter()
        .filter_map(|one| truth.iter().find(|row| fits(one, row)).map(|row| (one, row)))
        .collect();
    Moves {
        told: told.len(),
        told_right: pairs.len(),
        truth: truth.len(),
        truth_met: truth.iter().filter(|row| told.iter().any(|one| fits(one, row))).count(),
        same_reason: pairs.iter().filter(|(one, row)| one.why == row[4]).count(),
        own_reason: pairs.iter().filter(|(one, _)| one.why == "认定").count(),
    }
}

#[test]
fn who_truly_came_and_went_is_told_and_why() {
    let found = moves(world::shared());
    assert!(found.truth > 200, "{found:?}");
    assert!(found.told_right * 100 >= found.told * 95, "{found:?}");
    assert!(found.truth_met * 100 >= found.truth * 95, "{found:?}");
    // What the program could not decide in one of the rounds has a reason of its own.
    let other_reason = found.told_right - found.own_reason;
    assert!(found.same_reason * 100 >= other_reason * 98, "{found:?}");
}

#[test]
fn the_rounds_figures_are_those_of_their_own_forms() {
    let world = world::shared();
    let forms = ["annex2.csv", "annex3.csv"].map(|form| {
        [false, true].map(|second| story::table(&world.round(second).join("out").join(form)))
    });
    let mut compared = 0;
    for row in sheet(&world.round(true).join("out/期间对比.xlsx"), "上期_指标") {
        if row[1] != "附件2" {
            continue;
        }
        let figure = |table: &Vec<Vec<String>>| {
            let column = story::column(table, &code(&row[3]));
            let line = table.iter().find(|line| line[0] == row[2]);
            line.map_or_else(String::new, |line| line[column].clone())
        };
        let [before, now] = forms[0].each_ref().map(figure);
        assert_eq!([&row[4], &row[5]], [&before, &now], "{row:?}");
        compared += 1;
    }
    assert_eq!(compared, (forms[0][1].len() - 1) * 7);
    let persons = |table: &Vec<Vec<String>>| {
        let column = story::column(table, "a3_persons");
        table.last().expect("a total")[column].clone()
    };
    let [before, now] = forms[1].each_ref().map(persons);
    let rows = sheet(&world.round(true).join("out/期间对比.xlsx"), "上期_指标");
    let total = rows
        .iter()
        .find(|row| (&*row[1], &*row[2]) == ("附件3", "总计") && row[3].starts_with("培训人数"));
    assert_eq!(total.expect("a line")[4..6], [before, now]);
}
