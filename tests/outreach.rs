//! The villages' lists, 两后生 and Annex 1's pairs on the story `village-wishes`: who stands in which
//! list, as the story's README tells it. Then on a generated world, against its truth.

use std::collections::BTreeSet;
use std::path::Path;

use calamine::{Reader as _, Xlsx};

use crate::support::program::fixture;
use crate::support::story;
use crate::support::world::{self, Agreement, World};

/// A sheet's rows under the row of headings, as texts.
fn sheet(path: &Path, name: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let range = book.worksheet_range(name).expect("the sheet");
    let texts = |row: &[calamine::Data]| row.iter().map(ToString::to_string).collect();
    range.rows().skip(2).map(texts).collect()
}

/// The cells of some columns, headings left out.
fn cells(rows: &[Vec<String>], headings: &[&str]) -> Vec<String> {
    let columns: Vec<usize> = headings.iter().map(|heading| story::column(rows, heading)).collect();
    let line = |row: &Vec<String>| {
        columns.iter().map(|column| row[*column].clone()).collect::<Vec<_>>().join(" ")
    };
    rows[1..].iter().map(line).collect()
}

fn ran() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(&fixture("cases").join("village-wishes"), folder.path());
    story::run(folder.path()).expect("a run");
    folder
}

#[test]
fn every_wish_is_told_with_what_became_of_it() {
    let folder = ran();
    let out = folder.path().join("out");
    let rows = sheet(&out.join("04_培训意愿.xlsx"), "培训意愿名单");
    let told = cells(&rows, &["行", "姓名", "决定", "是否计入"]);
    assert_eq!(
        told,
        [
            "3 张国富 比对一致 无培训意愿，不计入",
            "4 张伟 比对一致 计入",
            "5 赵雪梅 比对一致 计入",
            "6 孙秀兰 比对一致 计入",
            "7 陈桂芝 比对一致 不属于劳动力口径，不计入",
            "8 孙秀兰 比对一致 重复登记，不再计",
            "9 胡大志 未比中 未比中，不计入",
            "10 吕凤霞 比对一致 登记日期晚于统计日期，不计入",
            "11 周立新 比对一致 无培训意愿，不计入",
        ]
    );
    let courses = cells(&rows, &["已参加的培训"]);
    assert_eq!(courses[2], "2019-04-01 惠民职业培训学校 美容师");
    assert_eq!(courses[3], "2018-05-01 惠民职业培训学校 家政服务员");
    assert!(courses[1].is_empty());
    let county = sheet(&out.join("反馈/扶贫部门/桦川县.xlsx"), "培训意愿名单");
    assert_eq!(cells(&county, &["姓名"]).len(), 9);
    let links = fs_err::read_to_string(out.join("links.csv")).expect("links");
    assert_eq!(links.lines().count(), 1 + 6 + 2);
    assert!(!links.contains("intention"));
}

#[test]
fn whom_nobody_has_reached_is_listed_by_village() {
    let folder = ran();
    let out = folder.path().join("out");
    let rows = sheet(&out.join("两后生名单.xlsx"), "名单");
    let told = cells(&rows, &["县(市、区)", "姓名", "户主", "联系电话", "意愿名单", "提示"]);
    assert_eq!(
        told,
        [
            "桦南县 郑永胜 郑永胜 15400000011  ",
            "桦川县 冯小军 冯小军   疑似在佳木斯技师学院（2019-03-01），待核",
            "桦川县 张伟 张国富 15400000001 愿培训：电焊工 ",
            "桦川县 周立新 周立新 15400000004 愿就读：佳木斯技师学院 曾在佳木斯技师学院（2017-09-01，已离校（退学））",
            "鹤岗市绥滨县 何丽 何丽 15400000021  ",
        ]
    );
    let summary = sheet(&out.join("两后生名单.xlsx"), "汇总");
    assert_eq!(summary.last().expect("total")[3..], ["10", "3", "1", "1", "5", "1"]);
}

#[test]
fn the_project_s_list_masks_numbers_and_the_county_s_own_does_not() {
    let folder = ran();
    let out = folder.path().join("out");
    let masked = cells(&sheet(&out.join("两后生名单.xlsx"), "名单"), &["证件号码"]);
    assert!(masked.iter().all(|id| id.contains('*')), "{masked:?}");
    let county = out.join("反馈/扶贫部门/桦川县.xlsx");
    let whole = cells(&sheet(&county, "两后生名单"), &["姓名", "证件号码", "走访结果"]);
    assert_eq!(whole.len(), 3);
    assert!(whole.iter().all(|line| !line.contains('*')), "{whole:?}");
}

/// A pair's 两后生, and where they are.
const REACHED: [&str; 6] = [
    "两后生人数",
    "在对接学校就读",
    "在其他技工院校就读",
    "技工院校毕业",
    "本期参加培训",
    "未覆盖",
];

#[test]
fn pairs_of_annex_1_count_across_cities() {
    let folder = ran();
    let rows = sheet(&folder.path().join("out/结对帮扶覆盖情况.xlsx"), "对接情况");
    let pair = ["技工院校", "对接县(市)", "所在市"];
    let rest = ["其中:待核", "当(半)年对接学校招收本县人数"];
    let headings = [pair.as_slice(), &REACHED, &rest].concat();
    let told = cells(&rows, &headings);
    assert_eq!(told.len(), 15);
    assert_eq!(told[0], "黑龙江技师学院 桦南县 佳木斯市 1 0 0 0 0 1 0 0");
    assert_eq!(told[11], "佳木斯技师学院 桦川县 佳木斯市 7 1 1 1 1 3 1 1");
    assert_eq!(told[14], "伊春技师学院 绥滨县 鹤岗市 2 1 0 0 0 1 0 1");
    assert_eq!(told[1], "黑龙江技师学院 汤原县  — — — — — — — —");
    let shares = cells(&rows, &["覆盖率", "备注"]);
    assert!(shares[11].starts_with("0.571"), "{}", shares[11]);
    assert_eq!(shares[2], "— 没有读入该县的建档立卡信息和该校学籍");
    let people = sheet(&folder.path().join("out/结对帮扶覆盖情况.xlsx"), "未覆盖名单");
    assert_eq!(cells(&people, &["对接学校", "姓名"]).len(), 5);
}

/// The cells of one column where another one says this.
fn column_where(rows: &[Vec<String>], wanted: &str, (heading, says): (&str, &str)) -> Vec<String> {
    let (wanted, told) = (story::column(rows, wanted), story::column(rows, heading));
    let of = rows[1..].iter().filter(|row| row[told] == says);
    of.map(|row| row[wanted].clone()).collect()
}

/// Who wants to train, as counted by a run and as it truly is.
fn willing(world: &World, second: bool) -> Agreement {
    let out = world.round(second).join("out");
    let rows = sheet(&out.join("04_培训意愿.xlsx"), "培训意愿名单");
    let found = column_where(&rows, "人编号", ("是否计入", "计入"));
    let truth = world.truth(second, "wishes.csv").into_iter();
    let counted = truth.filter(|row| row[6] == "1").map(|row| row[3].clone());
    let truth: BTreeSet<String> = counted.collect();
    Agreement::of(&found, &truth.into_iter().collect::<Vec<_>>())
}

/// Which of the 两后生 nobody has reached, as listed by a run and as it truly is.
fn unreached(world: &World, second: bool) -> Agreement {
    let rows = sheet(&world.round(second).join("out/两后生名单.xlsx"), "名单");
    let number = story::column(&rows, "人编号");
    let found: Vec<String> =
        rows[1..].iter().map(|row| row[number].clone()).filter(|text| !text.is_empty()).collect();
    let truth = world.truth(second, "youth.csv").into_iter();
    let open = truth.filter(|row| row[2] == "未覆盖").map(|row| row[0].clone());
    Agreement::of(&found, &open.collect::<Vec<_>>())
}

/// Annex 1, as far as its counties stand in the generator's towns.
const PAIRED: [(&str, &str); 5] = [
    ("黑龙江技师学院", "桦南县"),
    ("黑龙江技师学院", "汤原县"),
    ("佳木斯技师学院", "桦川县"),
    ("佳木斯技师学院", "同江市"),
    ("伊春技师学院", "绥滨县"),
];

/// Of a pair: 两后生, at the paired school, at another, graduated, in a course, unreached.
fn true_reach(youth: &[Vec<String>], (school, county): (&str, &str)) -> [i64; 6] {
    let mut figures = [0; 6];
    for row in youth.iter().filter(|row| row[1] == county) {
        let here = row[3].split('、').any(|one| one == school);
        let place = match row[2].as_str() {
            "就读" if here => 1,
            "就读" => 2,
            "毕业" => 3,
            "培训" => 4,
            _ => 5,
        };
        figures[0] += 1;
        figures[place] += 1;
    }
    figures
}

/// By how many persons the figures of all pairs are off, and how many persons there are.
fn off_by(world: &World, second: bool) -> (i64, i64) {
    let rows = sheet(&world.round(second).join("out/结对帮扶覆盖情况.xlsx"), "对接情况");
    let youth = world.truth(second, "youth.csv");
    let columns = REACHED.map(|heading| story::column(&rows, heading));
    let (school, county) = (story::column(&rows, "技工院校"), story::column(&rows, "对接县(市)"));
    let (mut off, mut persons) = (0, 0);
    for pair in PAIRED {
        let row = rows.iter().find(|row| (&*row[school], &*row[county]) == pair);
        let row = row.expect("the pair's line");
        let said = columns.map(|column| row[column].parse::<i64>().expect("a number"));
        let truth = true_reach(&youth, pair);
        persons += truth[0];
        off += said.iter().zip(truth).map(|(said, truth)| (said - truth).abs()).sum::<i64>();
    }
    (off, persons)
}

/// Everything a run says of wishes and 两后生, next to the truth.
fn told(world: &World) -> String {
    let round = |second| {
        let (willing, unreached) = (willing(world, second), unreached(world, second));
        format!("{willing:?} {unreached:?} {:?}", off_by(world, second))
    };
    [round(false), round(true)].join("\n")
}

#[test]
fn wishes_are_counted_for_whom_they_are() {
    let world = world::shared();
    for second in [false, true] {
        assert!(willing(world, second).reaches(97, 93), "{}", told(world));
    }
}

#[test]
fn the_young_people_to_visit_are_those_whom_nobody_has_reached() {
    let world = world::shared();
    for second in [false, true] {
        assert!(unreached(world, second).reaches(90, 95), "{}", told(world));
    }
}

#[test]
fn the_reach_of_every_pair_is_nearly_the_true_one() {
    let world = world::shared();
    for second in [false, true] {
        let (off, persons) = off_by(world, second);
        // A person in the wrong place is off twice.
        assert!(persons > 50 && off * 100 <= persons * 12, "{}", told(world));
    }
}

/// `cargo test --test suite bigger_world -- --ignored --nocapture`
#[test]
#[ignore = "takes minutes"]
#[allow(clippy::print_stdout, reason = "it is run to read its figures")]
fn a_bigger_world_agrees_with_its_truth() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = World::make("town", 32, folder.path().to_owned());
    for world in [world::shared(), &world] {
        println!("{}\n{}", told(world), crate::periods::told(world));
    }
    for second in [false, true] {
        assert!(willing(&world, second).reaches(98, 95), "{}", told(&world));
        assert!(unreached(&world, second).reaches(90, 95), "{}", told(&world));
    }
}
