//! The province's roll-up on generated returns: every planted fault is found at its cell, nothing is
//! invented, and the sums are those of what may be taken.

use std::collections::BTreeSet;
use std::path::Path;

use crate::returns::{self, PLANTS, Plan, Plant, Planted, Truth};
use crate::support::answers::sheets;
use crate::support::program::{Outcome, bidui, fixture, names};
use crate::support::story::copy;

fn made(seed: u64, plan: &Plan) -> (tempfile::TempDir, Truth) {
    let folder = tempfile::tempdir().expect("a folder");
    let truth = returns::write(folder.path(), seed, plan).expect("written");
    (folder, truth)
}

fn rollup(folder: &Path) -> Outcome {
    bidui(folder, &["rollup", "province.toml", "--out", "out"])
}

fn table(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).expect("a CSV file");
    let line = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    reader.records().map(|record| line(record.expect("a record"))).collect()
}

/// What the program reports, but for notes.
fn found(folder: &Path) -> Vec<Planted> {
    let lines = table(&folder.join("out/problems.csv"));
    let mut found: Vec<Planted> = lines
        .into_iter()
        .filter(|line| line[4] != "提示")
        .map(|line| Planted {
            city: line[7].clone(),
            file: line[0].clone(),
            sheet: line[1].clone(),
            cell: line[2].clone(),
            code: Box::leak(line[3].clone().into_boxed_str()),
        })
        .collect();
    found.sort();
    found
}

/// The figures of both files by city, money in fen; the last line is the province's.
fn figures(folder: &Path, file: &str, skip: usize) -> Vec<(String, Vec<Option<i64>>)> {
    let money = |index: usize| file == "annex3.csv" && index >= 13;
    let figure = |(index, text): (usize, &String)| {
        let digits: String = text.chars().filter(|letter| *letter != '.').collect();
        assert!(text.is_empty() || money(index) == text.contains('.'), "{text}");
        digits.parse().ok()
    };
    let lines = table(&folder.join("out").join(file));
    let line = |line: Vec<String>| {
        let figures = line[skip..line.len() - 1].iter().enumerate().map(figure).collect();
        (line[0].clone(), figures)
    };
    lines.into_iter().map(line).collect()
}

/// Compares faults and figures; returns the first difference in words.
fn compare(folder: &Path, truth: &Truth) -> Result<(), String> {
    let outcome = rollup(folder);
    let status = i32::from(!truth.planted.is_empty());
    if outcome.status > 1 {
        return Err(format!("status {}: {}{}", outcome.status, outcome.out, outcome.err));
    }
    let found: BTreeSet<Planted> = found(folder).into_iter().collect();
    let planted: BTreeSet<Planted> = truth.planted.iter().cloned().collect();
    if found != planted || outcome.status != status {
        let missed: Vec<_> = planted.difference(&found).collect();
        let invented: Vec<_> = found.difference(&planted).collect();
        return Err(format!("missed {missed:?}\ninvented {invented:?}"));
    }
    for (at, (file, skip)) in [("annex2.csv", 2), ("annex3.csv", 1)].into_iter().enumerate() {
        let figures = figures(folder, file, skip);
        let (total, cities) = figures.split_last().expect("a total");
        for ((name, figures), (expected_name, expected)) in cities.iter().zip(&truth.expected) {
            if (name, figures) != (expected_name, &expected[at]) {
                return Err(format!("{file} {name}: {figures:?}\nexpected {:?}", expected[at]));
            }
        }
        for (slot, sum) in total.1.iter().enumerate() {
            let expected: i64 = truth.expected.iter().filter_map(|(_, e)| e[at][slot]).sum();
            if sum.unwrap_or(0) != expected {
                return Err(format!("{file} 总计 {slot}: {sum:?}, expected {expected}"));
            }
        }
    }
    Ok(())
}

#[test]
fn nothing_is_invented_on_clean_returns() {
    for seed in 1..=6 {
        let (folder, truth) = made(seed, &Vec::new());
        if let Err(difference) = compare(folder.path(), &truth) {
            panic!("seed {seed}: {difference}");
        }
    }
}

#[test]
fn every_kind_of_fault_is_found_at_its_cell() {
    for (seed, plants) in (31..).zip(PLANTS.chunks(returns::CITIES.len())) {
        let (folder, truth) = made(seed, &plants.iter().copied().enumerate().collect());
        for (city, plant) in returns::CITIES.iter().zip(plants) {
            let own = |one: &Planted| one.city == *city;
            assert!(truth.planted.iter().any(own), "{plant:?} plants nothing");
        }
        if let Err(difference) = compare(folder.path(), &truth) {
            panic!("seed {seed}: {difference}");
        }
    }
}

#[test]
fn faults_in_all_cities_at_once_are_told_apart() {
    for seed in 21..=28 {
        let (folder, truth) = made(seed, &returns::draw_plan(seed));
        if let Err(difference) = compare(folder.path(), &truth) {
            panic!("seed {seed}: {difference}");
        }
    }
}

#[test]
fn the_shipped_example_has_the_faults_its_list_names() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&fixture("rollup-example"), folder.path());
    assert_eq!(rollup(folder.path()).status, 1);
    let line = |line: Vec<String>| -> [String; 5] { line.try_into().expect("five columns") };
    let planted: BTreeSet<[String; 5]> =
        table(&folder.path().join("planted.csv")).into_iter().map(line).collect();
    let found = found(folder.path())
        .into_iter()
        .map(|one| [one.city, one.file, one.sheet, one.cell, one.code.to_owned()]);
    assert_eq!(found.collect::<BTreeSet<_>>(), planted);
}

/// Sheet and cell of every fault, as a sheet with these headings tells them.
fn told(rows: &[Vec<String>], of: impl Fn(&[String], usize) -> bool) -> Vec<[String; 4]> {
    let head =
        rows.iter().position(|row| row.iter().any(|cell| cell == "单元格")).expect("headings");
    let place =
        |heading: &str| rows[head].iter().position(|cell| cell == heading).unwrap_or(usize::MAX);
    let wanted = ["文件", "工作表", "单元格", "级别"].map(place);
    let city = place("市(地)");
    let lines = rows[head + 1..].iter().filter(|row| of(row, city));
    let mut told: Vec<[String; 4]> = lines
        .map(|row| {
            wanted.map(|column| row[column].rsplit('/').next().unwrap_or_default().to_owned())
        })
        .filter(|line| line[3] != "提示")
        .collect();
    told.sort();
    told
}

#[test]
fn each_city_gets_its_own_faults_and_nothing_of_others() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&fixture("rollup-example"), folder.path());
    assert_eq!(rollup(folder.path()).status, 1);
    let out = folder.path().join("out");
    let whole = sheets(&out.join("退回修改清单.xlsx"));
    let list = &whole.iter().find(|(name, _)| name == "问题清单").expect("there").1;
    let mut all = 0;
    for file in names(&out.join("退回")) {
        let city = file.trim_end_matches(".xlsx");
        let book = sheets(&out.join("退回").join(&file));
        let own = &book.iter().find(|(name, _)| name == "请改正").expect("there").1;
        let own = told(own, |row, _| row.first().is_some_and(|cell| !cell.is_empty()));
        let wanted = told(list, |row, column| row[column] == city);
        assert!(!own.is_empty() && own == wanted, "{city}: {own:?} {wanted:?}");
        all += own.len();
        for cell in book.iter().flat_map(|(_, rows)| rows.iter().flatten()) {
            assert!(!cell.contains("returned/"), "{city}: {cell}");
        }
        let summary = &whole.iter().find(|(name, _)| name == "汇总").expect("there").1;
        let line = summary.iter().find(|row| row.iter().any(|cell| cell == city)).expect("a line");
        let cover = book[0].1.concat().join("");
        let states = format!("附件2：{}；附件3：{}", line[2], line[3]);
        assert!(cover.contains(&states), "{city}: {states} in {cover}");
    }
    let known = told(list, |row, column| row.get(column).is_some_and(|city| city != "（未知）"));
    assert_eq!(all, known.len(), "no city's fault is left out");
}

#[test]
fn results_are_published_whole_and_repeat_byte_by_byte() {
    let (folder, _) = made(5, &vec![(2, Plant::WrongTotal), (4, Plant::MissingCity)]);
    let first = rollup(folder.path());
    assert_eq!(first.status, 1, "{}", first.err);
    let expected = [
        "annex2.csv",
        "annex3.csv",
        "problems.csv",
        "run.json",
        "退回",
        "退回修改清单.xlsx",
        "附件2 技工院校技能脱贫攻坚进展情况表.xlsx",
        "附件3 技能培训技能脱贫攻坚进展情况表.xlsx",
    ];
    assert_eq!(names(&folder.path().join("out")), expected);
    // What goes to each city: the second and the fourth have something to mend.
    let sent = names(&folder.path().join("out/退回"));
    assert_eq!(sent.len(), 2, "{sent:?}");
    let again = rollup(folder.path());
    assert!(again.out.contains("逐字节一致"), "{}", again.out);
}

#[test]
fn the_last_run_is_the_last_period_where_none_is_named() {
    let (folder, _) = made(6, &Vec::new());
    let file = folder.path().join("province.toml");
    let text = fs_err::read_to_string(&file).expect("there");
    let alone = text.replace("previous = \"previous\"\n", "");
    fs_err::write(&file, alone.replace("2019-06-10", "2018-12-10")).expect("written");
    let before = bidui(folder.path(), &["rollup", "province.toml"]);
    assert_eq!(before.status, 1, "every form is of a later period: {}", before.out);
    fs_err::write(&file, &alone).expect("written");
    let now = bidui(folder.path(), &["rollup", "province.toml", "--out", "now"]);
    let runs = names(&folder.path().join("runs"));
    assert!(now.out.contains(&format!("上期数据：{}", folder.path().display())), "{}", now.out);
    assert!(now.out.contains(&runs[0]), "{}", now.out);
    assert_eq!(now.status, 0, "{}", now.out);
}

#[test]
fn a_return_read_again_from_the_province_s_own_form_has_the_same_figures() {
    let (folder, truth) = made(7, &Vec::new());
    rollup(folder.path());
    let own = folder.path().join("out/附件2 技工院校技能脱贫攻坚进展情况表.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(own).expect("a workbook");
    let range = calamine::Reader::worksheet_range(&mut book, "附件2").expect("a sheet");
    let text = |row: usize, column: usize| {
        range.get((row, column)).map(ToString::to_string).unwrap_or_default()
    };
    assert_eq!(text(2, 0), "填表单位(盖章): 黑龙江省人力资源和社会保障厅");
    let cities: Vec<String> = (7..21).map(|row| text(row, 1)).collect();
    assert_eq!(cities, returns::CITIES);
    let sum: i64 = truth.expected.iter().filter_map(|(_, expected)| expected[0][2]).sum();
    assert_eq!((text(21, 0), text(21, 4)), ("总计".to_owned(), sum.to_string()));
}

#[test]
fn a_province_file_s_mistakes_come_at_once_and_no_forms_are_a_failure() {
    let (folder, _) = made(8, &Vec::new());
    fs_err::write(folder.path().join("bad.toml"), "units = \"黑龙江\"\nfile = 3\n")
        .expect("written");
    let outcome = bidui(folder.path(), &["rollup", "bad.toml"]);
    assert_eq!(outcome.status, 2);
    let parts: BTreeSet<bool> =
        ["units", "file", "as_of"].iter().map(|part| outcome.err.contains(part)).collect();
    assert_eq!(parts, BTreeSet::from([true]), "{}", outcome.err);
    fs_err::remove_dir_all(folder.path().join("returned")).expect("removed");
    let outcome = rollup(folder.path());
    assert_eq!(outcome.status, 2, "{}", outcome.out);
    assert!(!folder.path().join("out").exists());
}
