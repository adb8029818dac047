//! What a change of a project file changes, and what it leaves.

use std::collections::BTreeSet;
use std::path::Path;

use super::{ProjectText, SettingShape, placed, tables};
use crate::config::{Project, Source, project};
use crate::vocabulary::{Field, SourceKind};

const FILE: &str = "\
# 佳木斯市的项目，老张写的
title = \"比对\"   # 报告标题
unit = \"佳木斯市\"
as_of = 2019-06-10    # 报告日期

[[source]]
kind = \"registry\"
files = [
    # 民政给的
    \"登记/*\",
    \"补充/一.csv\",   # 后来补的
]

# 三所学校
[[source]]
kind = \"enrollment\"
files = [\"学籍/*\"]
columns = { school = [\"办学点\"] }

[form]
filled_by = '李四'
# 末尾的话
";

fn text(file: &str) -> ProjectText {
    ProjectText::parse(file).expect("a project file")
}

/// The lines that are not the same, those of before and those of after.
fn changed<'a>(before: &'a str, after: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let lost = before.lines().filter(|line| !after.lines().any(|other| other == *line));
    let new = after.lines().filter(|line| !before.lines().any(|other| other == *line));
    (lost.collect(), new.collect())
}

fn set(file: &str, path: &str, shape: SettingShape, written: &str) -> String {
    let mut text = text(file);
    text.set(path, shape, written);
    text.text()
}

#[test]
fn a_change_leaves_everything_else_as_it_was_written() {
    let cases = [
        ("title", SettingShape::Text, "新标题", "title = \"新标题\"   # 报告标题"),
        ("as_of", SettingShape::Date, "2019-12-10", "as_of = 2019-12-10    # 报告日期"),
        ("as_of", SettingShape::Date, "六月", "as_of = \"六月\"    # 报告日期"),
        ("report_window", SettingShape::Text, "half-year", "report_window = \"half-year\""),
        ("form.filled_by", SettingShape::Text, "王五", "filled_by = \"王五\""),
        ("form.filled_on", SettingShape::Date, "2019-06-28", "filled_on = 2019-06-28"),
        ("source.0.files", SettingShape::Texts, "登记/*\n补充/一.csv\n二.csv", "    \"二.csv\","),
        ("source.1.institution", SettingShape::Text, "三中", "institution = \"三中\""),
    ];
    for (path, shape, written, line) in cases {
        let after = set(FILE, path, shape, written);
        let (lost, new) = changed(FILE, &after);
        assert_eq!(new, [line], "{path}: {after}");
        assert!(lost.len() <= 1, "{path}: {lost:?}");
        assert_eq!(text(&after).shown(path, shape), written, "{path}");
    }
}

#[test]
fn what_says_the_same_and_what_is_taken_out() {
    assert_eq!(set(FILE, "form.filled_by", SettingShape::Text, " 李四 "), FILE);
    assert_eq!(set(FILE, "source.0.files", SettingShape::Texts, "登记/*\r\n补充/一.csv\r\n"), FILE);
    assert_eq!(set(FILE, "figures.full_time_only", SettingShape::Flag, ""), FILE);
    let after = set(FILE, "source.0.files", SettingShape::Texts, "登记/*");
    assert_eq!(
        changed(FILE, &after),
        (vec!["    \"补充/一.csv\",   # 后来补的"], vec![]),
        "{after}"
    );
    let after = set(FILE, "form.filled_by", SettingShape::Text, "");
    assert_eq!(changed(FILE, &after), (vec!["filled_by = '李四'"], vec![]), "{after}");
}

#[test]
fn new_sections_come_after_those_there_are() {
    let after = set(FILE, "figures.worker_ages", SettingShape::Ages, "16 到 59");
    assert!(after.contains("\n[figures]\nworker_ages = [16, 59]\n"), "{after}");
    let after = set(&after, "source.2.kind", SettingShape::Text, "training");
    let after = set(&after, "source.2.files", SettingShape::Texts, "培训/*");
    let source = after.find("[[source]]\nkind = \"training\"\nfiles = [\"培训/*\"]\n");
    assert!(source < after.find("[form]") && source.is_some(), "{after}");
    assert_eq!(changed(FILE, &after).0, Vec::<&str>::new());
    let project = Project::parse(&after, Path::new("project.toml"), None).expect("a project");
    assert_eq!((project.sources.len(), project.figures.worker_ages), (3, [16, 59]));
    let mut text = text(&after);
    text.remove("source.2");
    text.remove("source.9");
    assert_eq!(text.count("source"), 2);
}

#[test]
fn the_file_of_a_windows_notepad_stays_one() {
    let windows = format!("\u{feff}{}", FILE.replace('\n', "\r\n"));
    let after = set(&windows, "form.filled_on", SettingShape::Date, "2019-06-28");
    assert!(
        after.starts_with('\u{feff}') && !after.replace("\r\n", "").contains('\n'),
        "{after:?}"
    );
    assert!(after.contains("filled_on = 2019-06-28\r\n"), "{after:?}");
    assert_eq!(set(&windows, "title", SettingShape::Text, "比对"), windows);
}

#[test]
fn columns_mean_what_a_person_says_and_nothing_twice() {
    let mut text = text(FILE);
    text.map_column(1, "办学点", Some(Field::Name));
    text.map_column(1, "校名", Some(Field::School));
    text.map_column(1, "备注", None);
    let after = text.text();
    let project = Project::parse(&after, Path::new("project.toml"), None).expect("a project");
    let source = &project.sources[1];
    assert_eq!(source.columns["name"], ["办学点"], "{after}");
    assert_eq!(
        (&source.columns["school"][..], &source.unused[..]),
        (&["校名".to_owned()][..], &["备注".to_owned()][..])
    );
    text.map_column(1, "备注", Some(Field::School));
    text.map_column(1, "办学点", None);
    let project = Project::parse(&text.text(), Path::new("project.toml"), None).expect("a project");
    assert_eq!(project.sources[1].columns["school"], ["校名", "备注"]);
    assert_eq!(project.sources[1].unused, ["办学点"]);
    assert!(text.text().contains("# 三所学校") && text.text().contains("# 末尾的话"));
}

#[test]
fn files_go_where_their_like_are() {
    let mut text = text(FILE);
    let like = |kind: SourceKind, region: Option<&str>| {
        let project = Project::parse(FILE, Path::new("project.toml"), None).expect("a project");
        Source { kind, region: region.map(str::to_owned), ..project.sources[0].clone() }
    };
    text.add_files(&like(SourceKind::Enrollment, None), "收到/三中.xls");
    text.add_files(&like(SourceKind::Training, None), "收到/培训.xlsx");
    text.add_files(&like(SourceKind::Registry, Some("鹤岗市")), "收到/鹤岗.csv");
    let after = text.text();
    let project = Project::parse(&after, Path::new("project.toml"), None).expect("a project");
    let said: Vec<(SourceKind, Vec<String>, Option<String>)> =
        project.sources.into_iter().map(|one| (one.kind, one.files, one.region)).collect();
    assert_eq!(
        said[1],
        (SourceKind::Enrollment, vec!["学籍/*".to_owned(), "收到/三中.xls".to_owned()], None)
    );
    assert_eq!(said[2], (SourceKind::Training, vec!["收到/培训.xlsx".to_owned()], None));
    assert_eq!(said[3].2.as_deref(), Some("鹤岗市"));
    assert_eq!(changed(FILE, &after).0, ["files = [\"学籍/*\"]"]);
}

#[test]
fn mistakes_are_at_their_settings() {
    let mut text = text(FILE);
    text.set("as_of", SettingShape::Date, "六月");
    text.set("source.1.kind", SettingShape::Text, "学籍");
    text.set("source.2.files", SettingShape::Texts, "培训/*");
    text.set("figures.worker_ages", SettingShape::Ages, "60-16");
    let groups = text.groups(&[]);
    let errors =
        Project::parse(&text.text(), Path::new("project.toml"), None).expect_err("mistakes");
    let found = placed(&text.text(), &groups, &errors.mistakes);
    let at: Vec<&str> = found.at.keys().map(String::as_str).collect();
    assert_eq!(at, ["as_of", "figures.worker_ages", "source.1.kind", "source.2"], "{found:?}");
    assert!(found.at["as_of"][0].contains("六月"), "{found:?}");
}

#[test]
fn every_setting_there_is_can_be_changed() {
    let asked: BTreeSet<String> = text("")
        .groups(&[])
        .iter()
        .flat_map(|group| {
            let last = |path: &String| path.rsplit('.').next().unwrap_or_default().to_owned();
            group.fields.iter().map(move |field| format!("{}:{}", group.path, last(&field.path)))
        })
        .collect();
    let known = |section: &str, keys: &[&str]| -> Vec<String> {
        keys.iter().map(|key| format!("{section}:{key}")).collect()
    };
    let sections =
        ["source", "figures", "place", "institution", "form", "review", "programmes", "target"];
    let top: Vec<&str> =
        project::TOP_KEYS.into_iter().filter(|key| !sections.contains(key)).collect();
    let all = [
        known("", &top),
        known("figures", &project::FIGURE_KEYS),
        known("form", &project::FORM_KEYS),
        known("review", &project::REVIEW_KEYS),
        known("source.0", &project::SOURCE_KEYS),
        known("institution.0", &super::super::directory::KEYS),
    ];
    for key in all.iter().flatten() {
        assert!(asked.contains(key), "{key} is in no form: {asked:?}");
    }
    // The values of policies are asked for by policy.
    let shipped = crate::config::shipped_programmes();
    let groups = tables::groups(&text(""), shipped);
    let values = groups.iter().filter(|group| group.path.starts_with("programmes.settings"));
    let with_values = shipped.iter().filter(|one| !one.settings.is_empty()).count();
    assert_eq!(values.count(), with_values);
    let id = &shipped.iter().find(|one| !one.settings.is_empty()).expect("one").id;
    let path = format!("programmes.settings.{id}.x");
    let after = set("", &path, SettingShape::Count, "3");
    assert!(after.contains(&format!("[programmes.settings.{id}]\nx = 3")), "{after}");
    let inline = set("programmes = { use = [\"a\"] }\n", &path, SettingShape::Count, "3");
    assert!(
        inline.contains(&format!("{id} = {{"))
            && text(&inline).shown(&path, SettingShape::Count) == "3",
        "{inline}"
    );
}
