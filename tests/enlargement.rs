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

/// A number with its check character (GB 11643-1999) in an area nobody lives in.
fn number(born: &str, sequence: usize) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = format!("239901{born}{sequence:03}");
    let sum: u32 =
        digits.chars().filter_map(|c| c.to_digit(10)).zip(WEIGHTS).map(|(d, w)| d * w).sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][(sum % 11) as usize];
    format!("{digits}{check}")
}

/// Students of one school who entered and left alike.
struct Cohort {
    school: &'static str,
    count: usize,
    entry: &'static str,
    /// 离校类别, 离校时间, 就业时间, 证书编号.
    left: [&'static str; 4],
}

const fn cohort(school: &'static str, count: usize, entry: &'static str) -> Cohort {
    Cohort { school, count, entry, left: [""; 4] }
}

const A: &str = "佳木斯技师学院";
const B: &str = "桦南县技工学校";

const COHORTS: [Cohort; 10] = [
    cohort(A, 12, "2019-09-10"),
    cohort(A, 6, "2019-10-20"),
    cohort(A, 4, "2019-11-05"),
    Cohort { left: ["退学", "2020-01-10", "", ""], ..cohort(A, 2, "2019-11-05") },
    Cohort {
        left: ["毕业", "2019-07-01", "2019-08-01", "2323010000400001"],
        ..cohort(A, 10, "2016-09-01")
    },
    Cohort { left: ["毕业", "2019-07-01", "2019-08-01", ""], ..cohort(A, 5, "2016-09-01") },
    Cohort { left: ["毕业", "2019-07-01", "", ""], ..cohort(A, 5, "2016-09-01") },
    Cohort { left: ["退学", "2018-07-01", "", ""], ..cohort(A, 5, "2016-09-01") },
    cohort(B, 25, "2019-09-20"),
    cohort(B, 5, "2019-10-25"),
];

/// The project of the cohorts: every second student of A's three first cohorts is registered.
fn ranked_project(folder: &std::path::Path) {
    let write = |name: &str, text: &str| fs_err::write(folder.join(name), text).expect("written");
    let mut students =
        "学校名称,学号,姓名,身份证号码,学籍状态,入学时间,离校类别,离校时间,就业时间,证书编号\n"
            .to_owned();
    let mut registry =
        "县(市、区、旗),乡(镇),行政村,户编号,人编号,姓名,证件号码,与户主关系\n".to_owned();
    let given: Vec<char> = "春夏秋冬山水江海林森金玉宝庆祥瑞".chars().collect();
    let mut count = 0;
    for (place, one) in COHORTS.iter().enumerate() {
        for _ in 0..one.count {
            let name = format!("赵{}{}", given[count / 16], given[count % 16]);
            let id = number("20040801", count);
            let status = if one.left[0].is_empty() { "正式学籍" } else { "注销学籍" };
            students += &format!(
                "{},{count},{name},{id},{status},{},{}\n",
                one.school,
                one.entry,
                one.left.join(",")
            );
            if place < 3 && count % 2 == 0 {
                registry += &format!(
                    "桦南县,桦南镇,红光村,23000{count:05},2300000{count:05},{name},{id},户主\n"
                );
            }
            count += 1;
        }
    }
    write(
        "project.toml",
        &format!("{PROJECT}[[target]]\nprogramme = \"enlargement-2019\"\nfiles = [\"任务.csv\"]\n"),
    );
    write("学籍.csv", &students);
    write("登记.csv", &registry);
    write(
        "任务.csv",
        &format!(
            "学校名称,任务数,类别\n佳木斯市/{A},20,任务\n佳木斯市/{A},2,上年同期\n佳木斯市/{B},25,任务\n佳木斯市/{B},10,上年同期\n"
        ),
    );
}

#[test]
fn schools_stand_where_the_cohorts_put_them() {
    let folder = tempfile::tempdir().expect("a folder");
    ranked_project(folder.path());
    run(folder.path()).expect("a run");
    let book = sheets(&folder.path().join("out/项目/学校指标排名.xlsx"));
    let shares = |school: &str| -> Vec<String> {
        let own = book[0].1.iter().filter(|row| row.len() > 7 && row[1] == school);
        own.map(|row| row[5].clone()).collect()
    };
    assert!(shares(A).contains(&"0.9167".to_owned()), "22 of 24: {:?}", shares(A));
    // 数, 总数, 日期, 名次.
    let of = |school: &str, measure: &str| {
        let line = book[0]
            .1
            .iter()
            .find(|row| row.len() > 7 && row[1] == school && row[2].contains(measure));
        line.map(|row| {
            [&row[3], &row[4], &row[6], &row[7]].map(|cell| cell.trim().to_owned()).join(" ")
        })
    };
    let told = |school: &str, measure: &str, expected: &str| {
        assert_eq!(of(school, measure).as_deref(), Some(expected), "{school} {measure}");
    };
    // 22 stand against 2 of the year before, 30 against 10: 20 of 20 and 20 of 25.
    told(A, "任务完成率", "20 20  1");
    told(B, "任务完成率", "20 25  2");
    // Beyond the 2 and 10 of the year before: the 12th and the 22nd, the 23rd and (35th) nobody.
    told(A, "完成任务一半的日期", "10 20 2019年9月10日 1");
    told(A, "完成任务的日期", "20 20 2019年11月5日 1");
    told(B, "完成任务一半的日期", "12 25 2019年9月20日 2");
    assert_eq!(of(B, "完成任务的日期"), None);
    told(A, "比上年同期增长", "20 2  不排名");
    told(A, "秋季录取占比", "18 22  2");
    told(B, "秋季录取占比", "25 30  1");
    told(A, "在读保持率", "22 24  2");
    told(B, "在读保持率", "30 30  1");
    told(A, "毕业率", "20 27  1");
    told(A, "就业率", "15 20  1");
    told(A, "取证率", "10 20  1");
    told(A, "建档立卡学生占比", "11 22  1");
    told(B, "建档立卡学生占比", "0 30  2");
    assert_eq!(of(B, "毕业率"), None, "nobody has left");
    assert_eq!(of(A, "每月监测填报率"), None, "no cards were handed out");
}
