//! What a change of policy costs: a kind of list nobody foresaw is one file, a rule with a number is
//! one row of a file of rules; neither needs a line of code. A format is its reader, a row of a table
//! and the line that declares the module. (A figure is a rule and a row: `statistics::forms_tests` makes one. A column of a workbook is an
//! entry of its table's list: the tests of `workbooks::table` make one.)

use std::path::Path;

use crate::support::source_code::files;
use crate::support::story::{run, table};

/// Volunteers: on no list the program knows.
const LIST: &str = r#"list = "volunteer"
title = "志愿者"
role = "group"
keeper = "团委"
rank = 90
include = "person"
required = [["name"], ["id_number"]]

[membership]
from = ["recognised_on"]
to = ["cancelled_on"]

[[column]]
field = "recognised_on"
headings = ["注册志愿者日期"]

[[column]]
field = "cancelled_on"
headings = ["退出志愿者日期"]
"#;

/// At most three trainings a year are paid for.
const RULES: &str = r#"id = "volunteers-2021"
title = "志愿者培训补贴"
document = "试行办法（三）"
from = 2021-01-01
to = 2021-12-31
sheet = "志愿者培训补贴"
date = ["ended_on"]
lists = ["volunteer"]

[[limit]]
id = "LV"
basis = "（三）每人每年不超过3次"
rules = ["V1"]
count = 3
per = ["person", "year"]

[[rule]]
id = "V1"
basis = "（三）"
title = "培训补贴"
subject = "attendance"
groups_any = ["volunteer"]
groups_at = "began_on"
amount = { kind = "fixed", yuan = 100 }
payee = "个人"
"#;

const PROJECT: &str = r#"title = "新名单示例"
unit = "佳木斯市"
as_of = 2021-12-31

[[source]]
kind = "registry"
files = ["建档立卡.csv"]

[[source]]
kind = "training"
files = ["培训.csv"]

[[source]]
kind = "list"
list = "volunteer"
files = ["志愿者.csv"]

[programmes]
use = ["volunteers-2021"]
lists = ["志愿者.toml"]
files = ["志愿者补贴.toml"]
"#;

const REGISTRY: &str = "省,市,县,乡镇,行政村,户编号,人编号,姓名,证件号码,与户主关系,脱贫属性,人员识别时间
黑龙江省,佳木斯市,桦南县,桦南镇,红光村,230822990001,23082299000001,田野,239999198203030022,户主,未脱贫,2015-12-01
";

const VOLUNTEERS: &str = "姓名,身份证号码,注册志愿者日期\n江河,239999198001010015,2020-05-04\n";

const TRAINING: &str =
    "班级编号,培训机构名称,姓名,身份证号码,培训类型,培训工种,等级,开班日期,结业日期
K1,佳木斯市向阳职业培训学校,江河,239999198001010015,就业技能培训,家政服务员,五级,2021-03-01,2021-03-20
K2,佳木斯市向阳职业培训学校,江河,239999198001010015,就业技能培训,养老护理员,五级,2021-05-06,2021-05-25
K3,佳木斯市向阳职业培训学校,江河,239999198001010015,就业技能培训,中式烹调师,五级,2021-07-06,2021-07-25
K4,佳木斯市向阳职业培训学校,江河,239999198001010015,就业技能培训,美容师,五级,2021-09-06,2021-09-25
";

fn write_all(folder: &Path) {
    let all = [
        ("project.toml", PROJECT),
        ("志愿者.toml", LIST),
        ("志愿者补贴.toml", RULES),
        ("建档立卡.csv", REGISTRY),
        ("志愿者.csv", VOLUNTEERS),
        ("培训.csv", TRAINING),
    ];
    for (name, text) in all {
        fs_err::write(folder.join(name), text).expect("written");
    }
}

#[test]
fn a_list_is_a_file_and_a_rule_with_a_number_a_row() {
    let folder = tempfile::tempdir().expect("a folder");
    write_all(folder.path());
    run(folder.path()).expect("a run");
    let out = folder.path().join("out");
    let lists = table(&out.join("lists.csv"));
    assert_eq!(lists.len(), 2, "a head and the volunteer: {lists:?}");
    assert_eq!(lists[1][0], "volunteer");
    let entitlements = table(&out.join("entitlements.csv"));
    let at = |name: &str| entitlements[0].iter().position(|head| head == name).expect("a column");
    let (rule, row, verdict) = (at("rule"), at("source_row"), at("verdict"));
    let said: Vec<[&str; 3]> = entitlements[1..]
        .iter()
        .map(|line| [line[rule].as_str(), line[row].as_str(), line[verdict].as_str()])
        .collect();
    let expected = [
        ["V1", "2", "entitled"],
        ["V1", "3", "entitled"],
        ["V1", "4", "entitled"],
        ["V1", "5", "over-limit"],
    ];
    assert_eq!(said, expected);
}

/// The table of formats alone names a reader: to add one is to write its file and its row.
#[test]
fn a_format_is_its_reader_and_a_row() {
    let grids = || files().iter().filter(|file| file.room() == "grids");
    let rows = grids().find(|file| file.path == "grids/format.rs").expect("a table of formats");
    let readers: Vec<&str> = rows
        .tokens
        .split_whitespace()
        .collect::<Vec<_>>()
        .windows(4)
        .filter(|words| words[1..] == [":", ":", "FORMAT"])
        .map(|words| words[0])
        .collect();
    assert!(readers.len() >= 8, "{readers:?}");
    let mut others = Vec::new();
    for file in grids().filter(|file| file.path != "grids/format.rs") {
        let named =
            readers.iter().filter(|reader| file.tokens.contains(&format!("{reader} : : FORMAT")));
        others.extend(named.map(|reader| format!("{} names {reader}", file.path)));
    }
    assert!(others.is_empty(), "{others:?}");
}
