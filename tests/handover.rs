//! What is handed over, as offices do it: half a registry, lists in each other's folder, the same
//! list twice, an older export beside the new one, columns filled wrongly.

use std::path::Path;

use crate::support::program::{Outcome, bidui};
use crate::support::story;

const REGISTRY: &str = "县,乡镇,村,户编号,人编号,姓名,证件号码,与户主关系,文化程度,劳动技能,脱贫属性\n\
    桦南县,长发镇,红光村,H1,230800000001,郑云海,239921200304121134,之子,初中,普通劳动力,未脱贫\n\
    桦南县,长发镇,红光村,H2,230800000002,沈若梅,23992120021130226X,之女,初中,普通劳动力,未脱贫\n\
    桦南县,长发镇,丰收村,H3,230800000003,高启明,239922200401053379,之子,初中,普通劳动力,未脱贫\n\
    桦南县,梨树乡,新民村,H4,230800000004,梁小满,239922200308234482,之女,初中,普通劳动力,未脱贫\n";

const SCHOOL: &str = "姓名,身份证号,入学年月,学籍状态,专业名称,招生对象\n\
    郑云海,239921200304121134,2019-03-01,正式学籍,汽车维修,初中毕业生\n\
    沈若梅,23992120021130226X,2019-03-01,正式学籍,汽车维修,初中毕业生\n\
    高启明,239922200401053379,2019-03-01,正式学籍,汽车维修,初中毕业生\n";

const PROJECT: &str = "unit = \"佳木斯市\"\nas_of = 2019-06-10\n\
    [[source]]\nkind = \"registry\"\nfiles = [\"inputs/registry/*\"]\n\
    [[source]]\nkind = \"enrollment\"\nfiles = [\"inputs/enrollment/*\"]\n";

/// A project of these files beside its project file.
fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), "project.toml", PROJECT);
    for (name, text) in files {
        put(folder.path(), name, text);
    }
    folder
}

fn put(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs_err::create_dir_all(path.parent().expect("inside the folder")).expect("made");
    fs_err::write(path, text).expect("written");
}

fn run(folder: &Path) -> Outcome {
    bidui(folder, &["run", "project.toml", "--out", "out"])
}

/// Decision and person of each row.
fn links(folder: &Path) -> Vec<(String, String)> {
    let table = story::table(&folder.join("out/links.csv"));
    let (decision, person) =
        (story::column(&table, "decision"), story::column(&table, "person_id"));
    table[1..].iter().map(|row| (row[decision].clone(), row[person].clone())).collect()
}

fn linked(persons: &[&str]) -> Vec<(String, String)> {
    persons.iter().map(|person| ("link".to_owned(), (*person).to_owned())).collect()
}

fn problems(folder: &Path) -> String {
    fs_err::read_to_string(folder.join("out/problems.csv")).expect("problems")
}

const ALL: [&str; 3] = ["230800000001", "230800000002", "230800000003"];

#[test]
fn part_of_a_registry_stops_the_run_unless_the_project_lets_it() {
    let broken = [
        ("桦南县二.xlsx", "PK\u{3}\u{4}half"),
        ("空.csv", ""),
        ("只有表头.csv", "姓名,证件号码,户编号\n"),
    ];
    for (name, text) in broken {
        let folder = project(&[
            ("inputs/registry/桦南县.csv", REGISTRY),
            (&format!("inputs/registry/{name}"), text),
            ("inputs/enrollment/佳木斯技师学院.csv", SCHOOL),
        ]);
        let stopped = run(folder.path());
        assert_eq!(stopped.status, 2, "{name}: {}", stopped.out);
        assert!(
            stopped.err.contains(name) && stopped.err.contains("allow_missing"),
            "{}",
            stopped.err
        );
        assert!(!folder.path().join("out").exists());
        let allowed = PROJECT.replace(
            "files = [\"inputs/registry/*\"]",
            "files = [\"inputs/registry/*\"]\nallow_missing = true",
        );
        put(folder.path(), "project.toml", &allowed);
        assert_eq!(run(folder.path()).status, 1, "{name}");
        assert_eq!(links(folder.path()), linked(&ALL));
    }
}

#[test]
fn lists_in_each_others_place_are_refused_by_name() {
    let folder = project(&[
        ("inputs/registry/学籍.csv", SCHOOL),
        ("inputs/enrollment/建档立卡.csv", REGISTRY),
    ]);
    let stopped = run(folder.path());
    assert_eq!(stopped.status, 2);
    for words in ["学籍.csv：这像是技工院校学籍名单", "建档立卡.csv：这像是建档立卡信息"]
    {
        assert!(stopped.err.contains(words), "{}", stopped.err);
    }
    // A ledger among the schools' lists is left out, the others are read.
    let ledger = "姓名,身份证号,培训机构名称,培训工种,开班日期,结业日期\n\
        梁小满,239922200308234482,阳光培训学校,面点,2019-03-01,2019-03-20\n";
    let folder = project(&[
        ("inputs/registry/桦南县.csv", REGISTRY),
        ("inputs/enrollment/佳木斯技师学院.csv", SCHOOL),
        ("inputs/enrollment/台账.csv", ledger),
    ]);
    assert_eq!(run(folder.path()).status, 1);
    assert!(problems(folder.path()).contains("这像是职业培训实名制名单"));
    assert_eq!(links(folder.path()), linked(&ALL));
    // Our own result, put among the inputs, is none either.
    fs_err::copy(
        folder.path().join("out/01_比对结果.xlsx"),
        folder.path().join("inputs/enrollment/01_比对结果.xlsx"),
    )
    .expect("copied");
    assert_eq!(run(folder.path()).status, 1);
    assert!(problems(folder.path()).contains("这像是本程序写出的结果"));
    assert_eq!(links(folder.path()), linked(&ALL));
}

#[test]
fn the_same_list_twice_counts_once() {
    let moved: String = SCHOOL.replace("2019-03-01", "2019/3/1");
    let folder = project(&[
        ("inputs/registry/桦南县.csv", REGISTRY),
        ("inputs/enrollment/佳木斯技师学院.csv", SCHOOL),
        ("inputs/enrollment/佳木斯技师学院副本.csv", &moved),
    ]);
    assert_eq!(run(folder.path()).status, 1);
    assert!(problems(folder.path()).contains("list-repeated"), "{}", problems(folder.path()));
    assert_eq!(links(folder.path()), linked(&ALL));
}

/// Found at random: a list of one row beside a list with another row of that person was taken for an
/// older version, and its row was in no result.
#[test]
fn lists_of_one_row_are_no_versions_of_each_other() {
    let list = |row: &str| format!("院校名称,姓名,身份证号,学籍编号,入学年月,学籍状态\n{row}\n");
    let first = list("佳木斯技师学院,郑云海,239921200304121134,XJ1,2019-03-01,正式学籍");
    let second = list("佳木斯技师学院,郑云浩,239921200304121134,XJ2,2019-05-01,正式学籍");
    let folder = project(&[
        ("inputs/registry/佳木斯市.csv", REGISTRY),
        ("inputs/enrollment/甲.csv", &first),
        ("inputs/enrollment/乙.csv", &second),
    ]);
    run(folder.path());
    assert_eq!(links(folder.path()).len(), 2, "{}", problems(folder.path()));
}

#[test]
fn of_two_exports_of_one_registry_the_newer_wins() {
    let older = REGISTRY.replace("郑云海", "郑云").replace("未脱贫", "已脱贫");
    let files = |old: &str, new: &str| {
        project(&[
            (&format!("inputs/registry/{old}"), &older),
            (&format!("inputs/registry/{new}"), REGISTRY),
            ("inputs/enrollment/佳木斯技师学院.csv", SCHOOL),
        ])
    };
    for (old, new) in [("z201812.csv", "a201905.csv"), ("2018年.csv", "2019-05.csv")] {
        let folder = files(old, new);
        let done = run(folder.path());
        assert!(done.out.contains("建档立卡信息 4 行，4 人"), "{}", done.out);
        let told = problems(folder.path());
        assert!(told.contains(&format!("inputs/registry/{old},,,list-older-version")), "{told}");
        assert_eq!(links(folder.path()), linked(&ALL));
    }
    let folder = files("甲.csv", "乙.csv");
    let stopped = run(folder.path());
    assert_eq!(stopped.status, 2);
    assert!(stopped.err.contains("看不出哪份较新"), "{}", stopped.err);
}

#[test]
fn name_and_number_in_each_others_column_are_turned_round_and_never_quoted() {
    let swapped = SCHOOL
        .replace("沈若梅,23992120021130226X", "23992120021130226X,沈若梅")
        .replace("高启明,239922200401053379", "239922200401053379,");
    let folder = project(&[
        ("inputs/registry/桦南县.csv", REGISTRY),
        ("inputs/enrollment/佳木斯技师学院.csv", &swapped),
    ]);
    let done = run(folder.path());
    let told = problems(folder.path());
    assert!(told.contains("name-id-exchanged") && told.contains("name-missing"), "{told}");
    for number in ["23992120021130226X", "239922200401053379"] {
        assert!(!told.contains(number) && !done.out.contains(number));
    }
    let found = links(folder.path());
    assert_eq!(found[..2], linked(&ALL)[..2]);
    assert!(found[2].0 != "link" || found[2].1 == ALL[2], "no false link: {found:?}");
}

#[test]
fn a_number_filled_down_is_told_and_links_nobody() {
    let names = ["郑云海", "沈若梅", "高启明", "梁小满", "宋立冬", "冯采薇", "贺长风"];
    let row = |(name, at): (&&str, u32)| {
        format!(
            "桦南县,长发镇,红光村,H{at},P{at},{name},239921200304121134,户主,初中,普通劳动力,未脱贫"
        )
    };
    let rows: Vec<String> = names.iter().zip(1..).map(row).collect();
    let rows = rows.join("\n");
    let head = REGISTRY.lines().next().expect("a heading");
    let folder = project(&[
        ("inputs/registry/桦南县.csv", &format!("{head}\n{rows}")),
        ("inputs/enrollment/佳木斯技师学院.csv", SCHOOL),
    ]);
    run(folder.path());
    let told = problems(folder.path());
    assert!(told.contains("id-column-repeated") && told.contains("239921********1134"), "{told}");
    assert!(links(folder.path()).iter().all(|(decision, _)| decision != "link"));
}

#[test]
fn two_rows_of_one_person_are_no_rivals_and_codes_are_what_they_were() {
    let twice = format!(
        "{}桦南县,长发镇,红光村,H2,230800000002.0,沈若梅,,之女,初中,普通劳动力,未脱贫\n",
        REGISTRY.replace("230800000001", "230800000001.0")
    );
    let nameless = SCHOOL.replace("23992120021130226X", "");
    let folder = project(&[
        ("inputs/registry/桦南县.csv", &twice),
        ("inputs/enrollment/佳木斯技师学院.csv", &nameless),
    ]);
    run(folder.path());
    let found = links(folder.path());
    assert_eq!(found[0], ("link".to_owned(), ALL[0].to_owned()));
    assert_eq!(found[1].1, ALL[1], "{found:?}");
    let review = fs_err::read_to_string(folder.path().join("out/links.csv")).expect("links");
    assert!(!review.contains(".0,"), "{review}");
}

#[test]
fn what_a_project_says_wrongly_is_said_in_plain_words() {
    let folder = project(&[
        ("inputs/registry/桦南县.csv", REGISTRY),
        ("inputs/enrollment/佳木斯技师学院.csv", SCHOOL),
    ]);
    put(folder.path(), "project.toml", &PROJECT.replace("佳木斯市", "佳木似市"));
    let checked = bidui(folder.path(), &["check", "project.toml"]);
    assert!(checked.out.contains("是否应为“佳木斯市”"), "{}", checked.out);
    put(folder.path(), "project.toml", &PROJECT.replace("2019-06-10", "2029-06-10"));
    let checked = bidui(folder.path(), &["check", "project.toml"]);
    assert!(checked.out.contains("相差10年"), "{}", checked.out);
    for date in ["2019/06/10", "2019-6-10"] {
        put(folder.path(), "project.toml", &PROJECT.replace("2019-06-10", date));
        let checked = bidui(folder.path(), &["check", "project.toml"]);
        assert!(checked.err.contains("请写成 2019-06-10"), "{}", checked.err);
    }
}
