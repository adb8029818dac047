//! The province adds up the progress tables of its cities: from workbooks and from `progress.csv`.

use std::collections::BTreeMap;
use std::path::Path;

use rust_xlsxwriter::Workbook;

use crate::support::program::bidui;
use crate::support::story::table;

const PROVINCE: &str = "unit = \"黑龙江省\"\nas_of = 2019-09-30\nfiles = [\"returned/**/*\"]\n";

/// A city's workbook as its run writes it.
fn workbook(folder: &Path, city: &str, rows: &[(&str, &str, &str)]) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("19.01.01至19.09.30").expect("a name");
    let title = "职业技能提升行动培训计划";
    let note = format!(
        "黑政办规〔2019〕12号　{city}人力资源社会保障局　2019年1月1日 至 2019年9月30日。（推定）"
    );
    let headings = [
        "序号",
        "地区、学校",
        "指标",
        "代码",
        "任务数",
        "完成数",
        "完成率",
        "另:未确定",
        "人数",
        "上期",
    ];
    sheet.write_string(0, 0, title).expect("fits");
    sheet.write_string(1, 0, note).expect("fits");
    for (column, heading) in (0_u16..).zip(headings) {
        sheet.write_string(2, column, heading).expect("fits");
    }
    for (row, (name, target, value)) in (3_u32..).zip(rows) {
        for (column, text) in [(1, *name), (3, "sp_times"), (4, *target), (5, *value)] {
            sheet.write_string(row, column, text).expect("fits");
        }
    }
    fs_err::create_dir_all(folder.join("returned")).expect("made");
    book.save(folder.join(format!("returned/{city}_培训计划进度.xlsx"))).expect("saved");
}

fn figures(folder: &Path) -> BTreeMap<String, (String, String)> {
    let rows = table(&folder.join("out/progress.csv"));
    let at = |name: &str| rows[0].iter().position(|heading| heading == name).expect("a column");
    rows[1..]
        .iter()
        .map(|row| (row[at("row")].clone(), (row[at("target")].clone(), row[at("value")].clone())))
        .collect()
}

#[test]
fn cities_tables_are_added_up_and_what_cannot_be_right_goes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    fs_err::write(folder.path().join("province.toml"), PROVINCE).expect("written");
    workbook(
        folder.path(),
        "佳木斯市",
        &[("佳木斯市", "23000", "15640"), ("总计", "300000", "15640")],
    );
    workbook(folder.path(), "鹤岗市", &[("鹤岗市", "9999", "8000"), ("佳木斯市", "", "77")]);
    workbook(folder.path(), "鸡西市", &[("鸡西市", "", "很多")]);
    let csv = "programme,figure,row,period_start,period_end,target,value,pending,distinct_persons,rate,previous\n\
               skills-plan-2019,sp_times,伊春市,2019-01-01,2019-09-30,,1200,5,1100,,\n";
    fs_err::create_dir_all(folder.path().join("returned/伊春市")).expect("made");
    fs_err::write(folder.path().join("returned/伊春市/progress.csv"), csv).expect("written");
    let told = bidui(folder.path(), &["rollup", "province.toml", "--out", "out"]);
    assert_eq!(told.status, 1, "{}{}", told.out, told.err);
    let found = figures(folder.path());
    let value = |row: &str| found.get(row).map(|(_, value)| value.as_str());
    assert_eq!(value("佳木斯市"), Some("15640"));
    assert_eq!(value("鹤岗市"), Some("8000"));
    assert_eq!(value("鸡西市"), Some(""), "what cannot be read is no number");
    assert_eq!(
        value("总计"),
        Some("24840"),
        "15640 + 8000 + 1200, and nobody's sums or other cities' lines"
    );
    assert_eq!(found["总计"].0, "300000");
    let problems =
        fs_err::read_to_string(folder.path().join("out/problems.csv")).expect("problems");
    for part in ["任务数写9999", "很多", "没有收到大庆市的职业技能提升行动培训计划"]
    {
        assert!(problems.contains(part), "no {part} in {problems}");
    }
    assert!(!problems.contains("附件2"), "forms nobody collects are not missing");
    assert!(folder.path().join("out/项目/培训计划进度.xlsx").is_file());
}

#[test]
fn two_tables_of_one_city_that_differ_are_not_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    fs_err::write(folder.path().join("province.toml"), PROVINCE).expect("written");
    workbook(
        folder.path(),
        "佳木斯市",
        &[("佳木斯市", "23000", "15640"), ("佳木斯市", "23000", "15641")],
    );
    workbook(folder.path(), "鹤岗市", &[("鹤岗市", "", "1")]);
    bidui(folder.path(), &["rollup", "province.toml", "--out", "out"]);
    let found = figures(folder.path());
    assert_eq!(found.get("佳木斯市"), None);
    assert_eq!(found["总计"].1, "1");
}
