//! What is handed out and comes back: confirmation lists of groups, graduates for the unified query, and lists
//! pushed to schools.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bidui::results::FindingWork;

use crate::support::answers::{Line, fill, sheets};
use crate::support::program::bidui;
use crate::support::story::{copy, run, table};

/// All texts of a workbook.
fn texts(path: &Path) -> Vec<String> {
    sheets(path).into_iter().flat_map(|(_, rows)| rows.into_iter().flatten()).collect()
}

fn says(texts: &[String], part: &str) -> bool {
    texts.iter().any(|text| text.contains(part))
}

fn find(folder: &Path, part: &str) -> PathBuf {
    let mut files =
        fs_err::read_dir(folder).expect("a folder").map(|file| file.expect("file").path());
    files.find(|path| path.to_string_lossy().contains(part)).expect("the file")
}

/// Verdict and reason of S14 in a row of the example's classes.
fn verdict(folder: &Path, row: &str) -> String {
    let lines = table(&folder.join("out/entitlements.csv"));
    let at = |name: &str| lines[0].iter().position(|heading| heading == name).expect("a column");
    let is_it = |line: &&Vec<String>| {
        line[at("rule")] == "S14"
            && line[at("source_file")] == "inputs/培训.csv"
            && line[at("source_row")] == row
    };
    let line = lines.iter().find(is_it).expect("the line");
    format!("{} {}", line[at("verdict")], line[at("reason_code")])
}

/// The example after a run, an answer of the keeper of 失业登记, and another run.
fn answered(answer: &str, span: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(Path::new("fixtures/programmes"), folder.path());
    run(folder.path()).expect("a run");
    assert_eq!(verdict(folder.path(), "19"), "undecided membership");
    let list = find(&folder.path().join("out/派发/身份核实"), "失业");
    let back = folder.path().join("交回.xlsx");
    fill(&list, &back, "王保管", |line: &mut Line| {
        answer.clone_into(line.cell("核实结果"));
        span.clone_into(line.cell("起止时间"));
    });
    let taken = bidui(folder.path(), &["decide", "import", "project.toml", "交回.xlsx"]);
    assert_eq!(taken.status, 0, "{}{}", taken.out, taken.err);
    run(folder.path()).expect("a run");
    folder
}

#[test]
fn a_keeper_s_yes_is_as_good_as_a_row_of_the_list() {
    let folder = answered("是", "2019-01-01至2021-12-31");
    assert_eq!(verdict(folder.path(), "19"), "entitled ");
    let told = texts(&folder.path().join("out/项目/派发收回情况.xlsx"));
    assert!(says(&told, "核实结果") && says(&told, "失业"), "{told:?}");
}

#[test]
fn a_keeper_s_no_decides_against_own_words_and_comes_first() {
    let folder = answered("否", "");
    assert_eq!(verdict(folder.path(), "19"), "not-eligible not-member-then");
    let told = sheets(&folder.path().join("out/项目/派发收回情况.xlsx"));
    assert_eq!(told[0].0, "例外");
    let first: Vec<String> = told[0].1.concat();
    assert!(says(&first, "自报身份不成立"), "{first:?}");
    let again = fs_err::read_dir(folder.path().join("out/派发/身份核实")).map(|files| {
        let names = files.map(|file| file.expect("a file").file_name());
        names.filter(|name| name.to_string_lossy().contains("失业")).count()
    });
    assert_eq!(again.unwrap_or(0), 0, "nobody is asked twice");
}

#[test]
fn a_changed_line_of_a_confirmation_list_is_not_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(Path::new("fixtures/programmes"), folder.path());
    run(folder.path()).expect("a run");
    let list = find(&folder.path().join("out/派发/身份核实"), "失业");
    fill(&list, &folder.path().join("交回.xlsx"), "王保管", |line: &mut Line| {
        "是".clone_into(line.cell("核实结果"));
        "改了名".clone_into(line.cell("姓名"));
    });
    let taken = bidui(folder.path(), &["decide", "import", "project.toml", "交回.xlsx"]);
    assert_eq!(taken.status, 1, "{}{}", taken.out, taken.err);
    assert!(taken.out.contains("被改动过"), "{}", taken.out);
}

const GRADUATES: &str = "title = \"毕业生\"\nunit = \"佳木斯市\"\nas_of = 2025-07-31\n\
    [[source]]\nkind = \"registry\"\nfiles = [\"inputs/登记.csv\"]\n\
    [[source]]\nkind = \"enrollment\"\nfiles = [\"inputs/佳木斯技师学院.csv\"]\n\
    [[source]]\nkind = \"list\"\nlist = \"graduate_unemployed\"\nfiles = [\"inputs/离校未就业.csv\"]\n\
    [[source]]\nkind = \"list\"\nlist = \"services\"\nfiles = [\"inputs/服务.csv\"]\n\
    [programmes]\nuse = []\ncatalogues = { jobs = [\"inputs/岗位.csv\"] }\n";

/// A student who graduated from one level and studies on in the next, two graduates without work, of whom one
/// stands on the list twice, and a post.
fn graduates() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs_err::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs_err::write(path, text).expect("written");
    };
    write("project.toml", GRADUATES);
    write(
        "inputs/登记.csv",
        "县(市、区、旗),乡(镇),行政村,户编号,人编号,姓名,证件号码,与户主关系\n\
         桦南县,桦南镇,红光村,2300000001,230000000101,沈玉梅,239901198609171567,户主\n",
    );
    write(
        "inputs/佳木斯技师学院.csv",
        "姓名,身份证号,学籍编号,专业,班级,培养层次,学习形式,入学时间,毕业时间,学籍状态,离校类别,毕业证书编号\n\
         周海燕,23990119700101100X,X1,焊接加工,中级班,中级工,全日制,2015-09-01,2018-07-10,离校,毕业,B001\n\
         周海燕,23990119700101100X,X2,焊接加工,高级班,高级工,全日制,2018-09-01,,正式学籍,,\n\
         沈玉梅,239901198609171567,X3,烹饪,预备技师班,预备技师,全日制,2024-09-01,,正式学籍,,\n",
    );
    write(
        "inputs/离校未就业.csv",
        "姓名,身份证号,毕业院校,专业,毕业时间,生源所在地,联系电话,就业意向\n\
         沈玉梅,239901198609171567,佳木斯大学,食品科学,2024-06-30,黑龙江省佳木斯市桦南县,13800000001,本市\n\
         沈玉梅,239901198609171567,佳木斯大学,食品科学,2024-06-30,黑龙江省佳木斯市桦南县,13800000001,餐饮\n\
         卫秀珍,239901198207131423,佳木斯大学,法学,2024-06-30,黑龙江省佳木斯市桦南县,13800000002,文员\n",
    );
    write(
        "inputs/服务.csv",
        "姓名,身份证号,服务类型,服务时间\n沈玉梅,239901198609171567,政策宣讲,2025-03-01\n",
    );
    write("inputs/岗位.csv", "单位名称,岗位名称,招聘人数,学历要求\n桦南亚麻厂,挡车工,5,不限\n");
    folder
}

#[test]
fn graduates_are_handed_over_and_who_studies_on_is_no_double() {
    let folder = graduates();
    run(folder.path()).expect("a run");
    let rows = table(&folder.path().join("out/毕业生信息.csv"));
    let at = |name: &str| rows[0].iter().position(|heading| heading == name).expect("a column");
    let told: BTreeMap<&str, &str> =
        rows[1..].iter().map(|row| (&*row[at("学籍编号")], &*row[at("同等待遇")])).collect();
    assert_eq!(told, BTreeMap::from([("X1", "中专"), ("X2", "在读")]));
    let report = run(folder.path()).expect("a run");
    assert_eq!(report.findings, FindingWork::default(), "progression is no double");
}

#[test]
fn schools_hear_of_graduates_and_of_each_post_once() {
    let folder = graduates();
    let issue = |month: &str| {
        let told = bidui(folder.path(), &["cards", "issue", "project.toml", "--month", month]);
        assert_eq!(told.status, 0, "{}{}", told.out, told.err);
        let newest = told.out.lines().rfind(|line| line.contains("院校"));
        let newest = newest.expect("a list").trim().split('　').next().expect("its path");
        folder.path().join(newest.trim_start_matches("./"))
    };
    let first = texts(&issue("2025-07"));
    assert!(says(&first, "卫秀珍") && says(&first, "13800000002") && says(&first, "挡车工"));
    assert!(!says(&first, "2399011"), "no ID number leaves the office");
    assert!(says(&texts(&issue("2025-07")), "挡车工"), "the same month says the same");
    let next = texts(&issue("2025-08"));
    assert!(says(&next, "卫秀珍") && !says(&next, "挡车工"), "{next:?}");
    run(folder.path()).expect("a run");
    let told = table_of(&folder.path().join("out/项目/毕业生就读参训情况.xlsx"));
    let expected = [
        ("名单行数", "3"),
        ("名单人数", "2"),
        ("重复登记的行数", "1"),
        ("在预备技师（技师）班就读", "1"),
        ("1131 服务已齐", "0"),
    ];
    for (name, count) in expected {
        assert_eq!(told.get(name).map(String::as_str), Some(count), "{name}");
    }
}

/// The two columns of a workbook's first sheet.
fn table_of(path: &Path) -> BTreeMap<String, String> {
    let rows = sheets(path).swap_remove(0).1;
    rows.into_iter()
        .filter(|row| row.len() > 1)
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect()
}
