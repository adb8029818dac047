use std::path::Path;

use jiff::civil::date;

use super::{LiangHouSheng, Project, ReportWindow, TrainingDate, parse_date};

const SOURCES: &str = r#"
[[source]]
kind = "registry"
files = ["inputs/registry/*"]
[[source]]
kind = "training"
files = "inputs/training/*"
"#;

fn parse(head: &str) -> Result<Project, super::ConfigErrors> {
    Project::parse(&format!("{head}{SOURCES}"), Path::new("p/project.toml"), None)
}

/// The mistakes as `line: message`, joined.
fn mistakes(text: &str) -> String {
    let error = Project::parse(text, Path::new("p/project.toml"), None).expect_err("a mistake");
    let lines = error.mistakes.iter().map(|m| format!("{}: {}", m.line, m.message));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_shortest_project_is_enough() {
    let project = parse("unit = \"佳木斯\"\nas_of = 2019-06-10\n").expect("a project");
    assert_eq!(project.unit, "佳木斯市");
    assert_eq!(project.title, "佳木斯市技能脱贫数据比对");
    assert_eq!(project.bureau(), "佳木斯市人力资源社会保障局");
    assert_eq!(project.as_of, date(2019, 6, 10));
    assert_eq!(project.report_window, ReportWindow::HalfYear);
    assert_eq!(project.root, Path::new("p"));
    assert_eq!(project.sources[1].files, ["inputs/training/*"]);
}

#[test]
fn counting_rules_stand_at_top_level_or_under_figures() {
    let head = "unit = \"佳木斯市\"\nas_of = \"2019年6月10日\"\ntraining_date = \"end\"\n\
                count_suspended = true\n[figures]\nliang_hou_sheng = \"paired-counties\"\n\
                worker_ages = [18, 59]\n";
    let figures = parse(head).expect("a project").figures;
    assert_eq!(figures.training_date, TrainingDate::End);
    assert_eq!(figures.liang_hou_sheng, LiangHouSheng::PairedCounties);
    assert!(figures.count_suspended && !figures.count_undated_employment);
    assert_eq!((figures.worker_ages, figures.liang_hou_sheng_ages), ([18, 59], [15, 22]));
}

#[test]
fn a_date_on_the_command_line_wins_and_suffices() {
    let text = format!("unit = \"佳木斯市\"\n{SOURCES}");
    let given = Some(date(2019, 12, 10));
    let project = Project::parse(&text, Path::new("project.toml"), given).expect("a project");
    assert_eq!(project.as_of, date(2019, 12, 10));
    assert_eq!(project.root, Path::new("."));
}

#[test]
fn all_mistakes_come_at_once_in_line_order() {
    let text = "unt = \"佳木斯市\"\nas_of = \"2019-06-31\"\nreport_window = \"half-yer\"\n\
                worker_ages = [60, 16]\ncount_suspended = \"yes\"\n[[source]]\n\
                kind = \"registy\"\nfiles = []\nregoin = \"鹤岗市\"\n";
    let found = mistakes(text);
    let expected = [
        "1: 没有“unt”这个设置；是否应为“unit”？",
        "4: “worker_ages”的起始年龄 60 大于截止年龄 16；请按 [小, 大] 的顺序写",
        "5: “count_suspended”应为true（是）或 false（否），不加引号，现在写的是文字“yes”",
        "3: “report_window”不能是“half-yer”；是否应为“half-year”？可写：half-year、year-to-date",
        "9: 第1个 [[source]] 没有“regoin”这个设置；是否应为“region”？",
        "8: 第1个 [[source]] 的“files”没有列出任何文件",
    ];
    for line in expected {
        assert!(found.lines().any(|have| have == line), "missing {line}\nin\n{found}");
    }
    assert!(found.contains("kind”不能是“registy”；是否应为“registry”？"), "{found}");
    assert!(found.contains("2: “as_of”的“2019-06-31”不是有效日期"), "{found}");
    assert!(
        found.ends_with("0: 缺“unit”（填报单位）；请加一行，如 unit = \"佳木斯市\""),
        "{found}"
    );
}

#[test]
fn broken_lines_do_not_hide_the_others_nor_invent_any() {
    let text = "unit = “佳木斯市”\nas_of = 2019-06-31\ntitel = \"甲\"\n[[source]]\n\
                kind = \"registry\"\nfiles = [\"a\"\n";
    let found = mistakes(text);
    let expected = [
        "1: 这一行用了全角的 “ ；请改为半角（英文）的 \"",
        "2: 没有这一天；日期请写成 2019-06-10 的样子",
        "3: 没有“titel”这个设置；是否应为“title”？",
    ];
    for line in expected {
        assert!(found.lines().any(|have| have == line), "missing {line}\nin\n{found}");
    }
    assert!(!found.contains("0: ") && !found.contains("没有写"), "{found}");
}

#[test]
fn a_comparison_needs_both_sides() {
    let head = "unit = \"佳木斯市\"\nas_of = 2019-06-10\n";
    let only = |kind: &str| format!("{head}[[source]]\nkind = \"{kind}\"\nfiles = [\"a\"]\n");
    assert!(mistakes(&only("registry")).contains("没有要比对的数据"));
    assert!(mistakes(&only("training")).contains("没有建档立卡信息"));
}

#[test]
fn settings_never_hold_passwords() {
    let text =
        format!("unit = \"佳木斯市\"\nas_of = 2019-06-10\n{SOURCES}passwords = [\"hunter2\"]\n");
    let project = Project::parse(&text, Path::new("p.toml"), None).expect("a project");
    assert_eq!(project.sources[1].passwords, ["hunter2"]);
    let written = project.settings().to_string();
    assert!(!written.contains("hunter2") && written.contains("\"passwords_given\":1"), "{written}");
    let source = serde_json::to_string(&project.sources[1]).expect("json");
    assert!(!source.contains("hunter2"));
}

#[test]
fn dates_as_people_write_them() {
    let day = Some(date(2019, 6, 10));
    let cases = [
        ("2019-06-10", day),
        ("2019-6-10", day),
        ("2019/6/10", day),
        ("2019.06.10", day),
        ("2019年6月10日", day),
        ("20190610", day),
        (" 2019-06-10 ", day),
        ("2019-06-31", None),
        ("1019-06-10", None),
        ("2019-06", None),
        ("六月十日", None),
        ("", None),
    ];
    for (text, expected) in cases {
        assert_eq!(parse_date(text), expected, "{text}");
    }
}

#[test]
fn schools_and_agencies_are_described() {
    let head = "unit = \"佳木斯市\"\nas_of = 2019-06-10\n[[institution]]\nname = \"佳木斯技师学院\"\n\
                also = [\"佳木斯市技师学院\"]\narea = \"佳木斯市\"\nkind = \"技师学院\"\nownership = \"公办\"\n";
    let project = parse(head).expect("a project");
    let one = &project.institutions[0];
    assert_eq!(
        (one.name.as_str(), one.also.as_slice()),
        ("佳木斯技师学院", &["佳木斯市技师学院".to_owned()][..])
    );
    assert_eq!(one.kind.map(super::UnitKind::label), Some("技师学院"));
    assert_eq!(one.ownership.map(super::Ownership::label), Some("公办"));
    assert!(project.settings()["institutions"].is_array());
    let without = parse("unit = \"佳木斯市\"\nas_of = 2019-06-10\n").expect("a project");
    assert!(without.settings().get("institutions").is_none());
}

#[test]
fn mistakes_about_schools_and_agencies_name_their_line() {
    let text = format!(
        "unit = \"佳木斯市\"\nas_of = 2019-06-10\n[[institution]]\nname = \"甲校\"\nalso = [\"乙校\"]\n\
         [[institution]]\nname = \"乙校\"\nkind = \"技工学院\"\n[[institution]]\nalsoo = [\"丙校\"]\n{SOURCES}"
    );
    let expected = "7: 第2个 [[institution]] 的“name”的“乙校”已经写在“甲校”那一段里；一种写法只能属于一个单位\n\
                    8: 第2个 [[institution]] 的“kind”不能是“技工学院”；是否应为“技师学院”？\
                    可写：普通技工学校、高级技工学校、技师学院、职业培训机构、企业\n\
                    9: 第3个 [[institution]] 的“name”没有写\n\
                    10: 第3个 [[institution]] 没有“alsoo”这个设置；是否应为“also”？";
    assert_eq!(mistakes(&text), expected);
}

#[test]
fn arbitrary_text_never_panics() {
    proptest::proptest!(|(text: String)| {
        let _outcome = Project::parse(&text, Path::new("p.toml"), None);
    });
}
