//! What single lists say of themselves: disability cards, households of 城市低保, wishes as a list, kinds of training
//! Annex 3 does not print, and the dates of programmes.

use std::path::Path;

use crate::support::answers::sheets;
use crate::support::program::bidui;
use crate::support::story::{run, table};

const PROJECT: &str = "title = \"名单细节\"\nunit = \"佳木斯市\"\nas_of = 2020-12-10\n\
    [[source]]\nkind = \"registry\"\nfiles = [\"inputs/登记.csv\"]\n\
    [[source]]\nkind = \"training\"\nfiles = [\"inputs/向阳职业培训学校.csv\"]\n\
    [[source]]\nkind = \"list\"\nlist = \"intention\"\nfiles = [\"inputs/意愿.csv\"]\n\
    [[source]]\nkind = \"list\"\nlist = \"disabled\"\nfiles = [\"inputs/残疾人.csv\"]\n\
    [[source]]\nkind = \"list\"\nlist = \"urban_subsistence\"\nfiles = [\"inputs/低保.csv\"]\n";

fn project(extra: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs_err::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs_err::write(path, text).expect("written");
    };
    write("project.toml", &format!("{PROJECT}{extra}"));
    write(
        "inputs/登记.csv",
        "县(市、区、旗),乡(镇),行政村,户编号,人编号,姓名,证件号码,与户主关系,劳动技能\n\
         桦南县,桦南镇,红光村,2300000001,230000000101,周海燕,23990119700101100X,户主,普通劳动力\n\
         桦南县,桦南镇,红光村,2300000001,230000000102,韩春生,239901198810191631,之子,普通劳动力\n\
         桦南县,桦南镇,红光村,2300000002,230000000201,杨淑芬,239901199011211709,户主,普通劳动力\n",
    );
    write(
        "inputs/向阳职业培训学校.csv",
        "班级编号,姓名,身份证号码,培训类型,培训工种,开班日期,结业日期\n\
         B1,韩春生,239901198810191631,项目制培训,电工,2020-09-01,2020-09-20\n\
         B2,杨淑芬,239901199011211709,就业技能培训,电工,2020-09-01,2020-09-20\n",
    );
    write(
        "inputs/意愿.csv",
        "姓名,证件号码,是否有培训意愿,意愿培训工种,登记日期\n\
         韩春生,239901198810191631,是,电工,2020-06-01\n",
    );
    write(
        "inputs/残疾人.csv",
        "姓名,证件号码,残疾人证号,残疾类别,残疾等级,发证日期\n\
         沈玉梅,239901198609171567,23990119860917156743,肢体,三级,2019-01-01\n\
         周海燕,23990119700101100X,23990119700101100X14,肢体,四级,2019-01-01\n\
         卫秀珍,239901198207131423,23990119860917156743,肢体,三级,2019-01-01\n\
         韩春生,239901198810191631,23990119881019163142,肢体,一级,2019-01-01\n\
         杨淑芬,23990119901121170943,,肢体,三级,2019-01-01\n",
    );
    write(
        "inputs/低保.csv",
        "姓名,证件号码,保障人口,起始月份\n周海燕,23990119700101100X,2,2019-01\n",
    );
    folder
}

fn rows(path: &Path, part: &str) -> Vec<String> {
    let all = sheets(path).into_iter().flat_map(|(_, rows)| rows);
    all.map(|row| row.join("｜")).filter(|row| row.contains(part)).collect()
}

#[test]
fn a_disability_card_is_held_against_its_row() {
    let folder = project("");
    run(folder.path()).expect("a run");
    let found = rows(&folder.path().join("out/02_差异报告.xlsx"), "残疾人证号");
    let of = |name: &str| found.iter().filter(|row| row.contains(name)).collect::<Vec<_>>();
    assert!(of("周海燕")[0].contains("第19位与类别不符"), "{found:?}");
    assert!(of("卫秀珍")[0].contains("前18位与证件号码不同"), "{found:?}");
    assert!(of("韩春生")[0].contains("第20位与等级不符"), "{found:?}");
    assert_eq!((of("沈玉梅").len(), of("杨淑芬").len()), (0, 0), "agreement is none: {found:?}");
}

#[test]
fn members_of_a_household_with_one_row_are_not_settled() {
    let folder = project("");
    run(folder.path()).expect("a run");
    let lines = table(&folder.path().join("out/memberships.csv"));
    let at = |name: &str| lines[0].iter().position(|heading| heading == name).expect("a column");
    let of = |person: &str| -> Vec<&str> {
        let own = lines.iter().filter(|line| line[at("group")] == "urban_subsistence");
        own.filter(|line| line[at("person")] == person).map(|line| &*line[at("state")]).collect()
    };
    assert_eq!(of("230000000101"), ["confirmed"]);
    assert_eq!(of("230000000102"), ["review"], "the son, who has no row");
    assert_eq!(of("230000000201"), [""; 0]);
}

#[test]
fn wishes_may_be_a_list_and_kinds_beside_the_six_are_told() {
    let folder = project("");
    run(folder.path()).expect("a run");
    let wishes = rows(&folder.path().join("out/04_培训意愿.xlsx"), "韩春生");
    assert_eq!(wishes.len(), 1, "{wishes:?}");
    let links = fs_err::read_to_string(folder.path().join("out/links.csv")).expect("links");
    assert_eq!(links.lines().count(), 3, "wishes are no rows to be matched");
    let forms = folder.path().join("out/附件3 技能培训技能脱贫攻坚进展情况表.xlsx");
    let told = rows(&forms, "六类");
    assert!(told.iter().any(|row| row.contains("类型无须改")), "{told:?}");
}

#[test]
fn programmes_in_use_stand_in_the_calendar() {
    let folder = project("[programmes]\nuse = [\"skills-plan-2019\", \"five-exemptions\"]\n");
    let told = bidui(folder.path(), &["calendar", "project.toml", "--today", "2020-12-01"]);
    assert_eq!(told.status, 0, "{}", told.err);
    for part in ["每月监测", "季报", "年报", "2020年12月31日"] {
        assert!(told.out.contains(part), "no {part} in {}", told.out);
    }
    let without = project("");
    let told = bidui(without.path(), &["calendar", "project.toml", "--today", "2020-12-01"]);
    assert!(!told.out.contains("季报"), "{}", told.out);
}
