//! The enlargement of schools (黑政办规〔2019〕14号): who is counted, how fast it goes, who is of the age of upper
//! secondary school, and which schools recruit nobody. Numbers reckoned by hand from nine rows.

use crate::support::answers::sheets;
use crate::support::story::{run, table};

const PROJECT: &str = "title = \"扩招\"\nunit = \"佳木斯市\"\nas_of = 2020-03-31\n\
    [[source]]\nkind = \"registry\"\nfiles = [\"登记.csv\"]\n\
    [[source]]\nkind = \"enrollment\"\nfiles = [\"学籍.csv\"]\n\
    [[institution]]\nname = \"佳木斯技师学院\"\narea = \"佳木斯市\"\n\
    [[institution]]\nname = \"桦南县技工学校\"\narea = \"佳木斯市\"\n\
    [programmes]\nuse = [\"enlargement-2019\"]\n";

/// Age at entry: 15, 17, 18, 16 without 初中毕业, 16 or 17 (born in some month of 2003 that the column leaves
/// open), an employee; one who has left; and a school whose only student entered two years before.
const STUDENTS: &str = "学校名称,学号,姓名,身份证号码,出生日期,招生对象,学籍状态,入学时间\n\
    佳木斯技师学院,1,韩春生,,2004-08-01,初中毕业,正式学籍,2019-09-10\n\
    佳木斯技师学院,2,杨淑芬,,2002-05-01,初中毕业,正式学籍,2019-10-20\n\
    佳木斯技师学院,3,周海燕,,2001-10-01,初中毕业,正式学籍,2019-10-21\n\
    佳木斯技师学院,4,沈玉梅,,2003-08-01,高中毕业,正式学籍,2020-03-04\n\
    佳木斯技师学院,5,卫秀珍,,2002,初中毕业,正式学籍,2020-03-05\n\
    佳木斯技师学院,6,蒋建国,,1990-08-01,在职职工,正式学籍,2019-09-01\n\
    佳木斯技师学院,7,孔令山,,2004-08-01,初中毕业,注销学籍,2019-09-10\n\
    桦南县技工学校,8,曹文秀,,2002-08-01,初中毕业,正式学籍,2017-09-01\n";

#[test]
fn pace_ages_and_schools_that_recruit_nobody_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        fs_err::write(folder.path().join(name), text).expect("written");
    };
    write("project.toml", PROJECT);
    write("学籍.csv", STUDENTS);
    write(
        "登记.csv",
        "县(市、区、旗),乡(镇),行政村,户编号,人编号,姓名,证件号码,与户主关系\n\
         桦南县,桦南镇,红光村,2300000001,230000000101,郝玉兰,23990119700101100X,户主\n",
    );
    run(folder.path()).expect("a run");
    let book = sheets(&folder.path().join("out/项目/扩招进度.xlsx"));
    let (_, lines) = book.iter().find(|(name, _)| name.contains("至")).expect("the period");
    // 完成数 and 待定 of a line of the city.
    let of = |code: &str| {
        let line =
            lines.iter().find(|line| line.len() > 7 && line[1] == "佳木斯市" && line[3] == code);
        let line = line.unwrap_or_else(|| panic!("no {code} in {lines:?}"));
        (line[5].clone(), line[7].clone())
    };
    let number = |value: &str, pending: &str| (value.to_owned(), pending.to_owned());
    assert_eq!(of("en_all"), number("6", "0"));
    assert_eq!(of("en_autumn"), number("3", "0"), "20 October is autumn");
    assert_eq!(of("en_recent"), number("2", "0"), "4 March is the first of 28 days");
    assert_eq!(of("en_senior_high"), number("2", "1"), "15 and 17; born in 2002: 17 or 18");
    let (_, schools) = book.iter().find(|(name, _)| name == "没有新生的学校").expect("the sheet");
    let told: Vec<&[String]> =
        schools.iter().filter(|row| row[0] == "1" || row[0] == "2").map(|row| &row[1..4]).collect();
    assert_eq!(told, [["桦南县技工学校", "1", "2017-09-01"]]);
    let figures = table(&folder.path().join("out/progress.csv"));
    assert!(figures.iter().flatten().all(|cell| cell != "en_recent"), "only in the workbook");
}
