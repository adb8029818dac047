//! `bidui evaluate` from outside: what it says, what it writes, and what it refuses.

use std::path::Path;

use bidui::linkage::decisions::{Answer, Case};
use bidui::pipeline::Survey;
use serde_json::Value;

use crate::support::answers::{LIST, sheets};
use crate::support::program::{Outcome, bidui, fixture, small_project};
use crate::support::{story, town};

const LINKS: &str = "source_file,source_sheet,source_row,decision,person_id,probability\n\
                     a.csv,,2,link,p1,0.999\na.csv,,3,review,p2,0.6\na.csv,,4,none,,0.0\n";
const TRUTH: &str = "source_file,source_sheet,source_row,person_id\n\
                     a.csv,,2,p1\na.csv,,3,p2\na.csv,,4,\n";

/// Evaluates two texts in a folder of their own.
fn evaluated(links: &str, truth: &str, more: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    evaluated_in(folder.path(), (links, truth), more)
}

fn evaluated_in(folder: &Path, (links, truth): (&str, &str), more: &[&str]) -> Outcome {
    fs_err::write(folder.join("links.csv"), links).expect("written");
    fs_err::write(folder.join("truth.csv"), truth).expect("written");
    let arguments = ["evaluate", "--links", "links.csv", "--truth", "truth.csv"];
    bidui(folder, &[&arguments, more].concat())
}

/// The status is 2, nothing is said of figures, and every part stands in the complaint.
fn refused(links: &str, truth: &str, parts: &[&str]) {
    let outcome = evaluated(links, truth, &[]);
    assert_eq!((outcome.status, outcome.out.as_str()), (2, ""), "{}", outcome.err);
    for part in parts {
        assert!(outcome.err.contains(part), "no {part} in\n{}", outcome.err);
    }
}

#[test]
fn the_text_says_everything() {
    let folder = fixture("evaluation");
    let outcome = bidui(&folder, &["evaluate", "--links", "links.csv", "--truth", "truth.csv"]);
    assert_eq!((outcome.status, outcome.err.as_str()), (0, ""));
    let expected = fs_err::read_to_string(folder.join("expected.txt")).expect("readable");
    assert_eq!(outcome.out, expected);
}

#[test]
fn an_unreadable_line_is_named_with_its_value() {
    let links = LINKS.replace("0.999", "99%").replace("0.6", "1.5").replace("none", "perhaps");
    let parts = [
        "links.csv 有 3 处错误",
        "第 2 行：概率“99%”不是 0 到 1 之间的数",
        "第 3 行：概率“1.5”",
        "第 4 行：不认识的决定“perhaps”，应为 link、review 或 none",
    ];
    refused(&links, TRUTH, &parts);
    refused(&LINKS.replace("0.999", "NaN"), TRUTH, &["第 2 行：概率“NaN”"]);
    refused(&LINKS.replace("0.999", ""), TRUTH, &["第 2 行：概率“”"]);
    refused(&LINKS.replace("p1,", ","), TRUTH, &["第 2 行：决定是“link”，却没有写是哪一个人"]);
}

#[test]
fn a_row_named_twice_or_not_at_all_is_refused() {
    let twice = LINKS.replace("a.csv,,4", "a.csv,,2");
    refused(&twice, TRUTH, &["links.csv", "第 4 行：“a.csv › 第 2 行”在第 2 行已经有了"]);
    let twice = TRUTH.replace("a.csv,,4", "a.csv,,2");
    refused(LINKS, &twice, &["truth.csv", "第 4 行：“a.csv › 第 2 行”在第 2 行已经有了"]);
    refused(LINKS, &TRUTH.replace("a.csv,,3", "a.csv,,"), &["第 3 行：“source_row”是空的"]);
}

#[test]
fn a_missing_column_or_file_is_named() {
    for column in ["source_sheet", "source_row", "decision", "person_id", "probability"] {
        refused(&LINKS.replace(column, "other"), TRUTH, &["links.csv 缺少列", column]);
    }
    for column in ["source_file", "source_sheet", "source_row", "person_id"] {
        refused(LINKS, &TRUTH.replace(column, "other"), &["truth.csv 缺少列", column]);
    }
    refused("", TRUTH, &["links.csv 没有数据行"]);
    refused(LINKS, TRUTH.lines().next().expect("a header"), &["truth.csv 没有数据行"]);
    let folder = tempfile::tempdir().expect("a folder");
    let outcome = bidui(folder.path(), &["evaluate", "--links", "no.csv", "--truth", "no.csv"]);
    assert_eq!((outcome.status, outcome.err.as_str()), (2, "评估没有完成：no.csv：没有这个文件\n"));
}

#[test]
fn rows_on_one_side_only_are_counted_and_refused() {
    let short = TRUTH.replace("a.csv,,3,p2\n", "");
    let parts = ["比对结果中有 1 行不在真值里：a.csv › 第 3 行", "--partial"];
    refused(LINKS, &short, &parts);
    let short = LINKS.replace("a.csv,,3,review,p2,0.6\n", "");
    refused(&short, TRUTH, &["真值中有 1 行不在比对结果里：a.csv › 第 3 行", "同一批数据"]);
    refused(LINKS, &TRUTH.replace("a.csv", "b.csv"), &["没有一行对得上"]);
}

#[test]
fn a_sample_and_a_list_of_matches_say_what_the_figures_stand_on() {
    let sample = TRUTH.replace("a.csv,,3,p2\n", "");
    let outcome = evaluated(LINKS, &sample, &["--partial"]);
    assert_eq!(outcome.status, 0, "{}", outcome.err);
    let start = "行数 2，其中应比中 1\n真值是抽查：只评估真值中的 2 行，比对结果中另外 1 行不计\n";
    assert!(outcome.out.starts_with(start), "{}", outcome.out);
    let matches = TRUTH.replace("a.csv,,4,\n", "");
    let outcome = evaluated(LINKS, &matches, &[]);
    assert_eq!(outcome.status, 0, "{}", outcome.err);
    let start = "行数 3，其中应比中 2\n真值只列出应比中的行；比对结果中有 1 行不在真值里";
    assert!(outcome.out.starts_with(start), "{}", outcome.out);
}

#[test]
fn links_of_two_tables_are_evaluated_too() {
    let links = "left_id,right_id,probability,decision\na1,b1,0.9999,link\na2,b9,0.6,review\n\
                 a5,b5,0.98,link\n";
    let truth = "rec_id_a,rec_id_b\na1,b1\na2,b2\na3,b3\na4,b4\n";
    let outcome = evaluated(links, truth, &["--model", "model.toml"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.err.contains("model.toml"), "{}", outcome.err);
    let outcome = evaluated(links, truth, &[]);
    assert_eq!(outcome.status, 0, "{}", outcome.err);
    for part in [
        "行数 5，其中应比中 4\n",
        "比对结果中有 1 行不在真值里，按本来就比不中计算",
        "真值中有 2 行在比对结果里没有出现，按没有比中计算",
        "link（比对一致）：准确率 0.50000（1/2，",
        "召回率 0.25000（1/4，",
    ] {
        assert!(outcome.out.contains(part), "no {part} in\n{}", outcome.out);
    }
}

#[test]
fn a_school_of_the_truth_comes_before_the_file() {
    let truth = "source_file,source_sheet,source_row,person_id,institution\n\
                 a.csv,,2,p1,甲校\na.csv,,3,p2,乙校\na.csv,,4,,乙校\n";
    let outcome = evaluated(LINKS, truth, &[]);
    let (_, schools) = outcome.out.split_once("\n按学校（机构）").expect("a table");
    let (second, first) = (schools.find("甲校"), schools.find("乙校"));
    assert!(first < second && first.is_some(), "{schools}");
}

#[test]
fn the_thresholds_of_a_run_are_found_beside_its_links() {
    let folder = small_project();
    bidui(folder.path(), &["run", "project.toml", "--out", "out"]);
    let links = fs_err::read_to_string(folder.path().join("out/links.csv")).expect("links");
    let truth = links.lines().map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        [cells[1], cells[2], cells[3], cells[5]].join(",")
    });
    let truth = truth.collect::<Vec<_>>().join("\n");
    fs_err::write(folder.path().join("truth.csv"), truth).expect("written");
    let arguments = ["evaluate", "--links", "out/links.csv", "--truth", "truth.csv", "--json"];
    let outcome = bidui(folder.path(), &[&arguments[..], &["e.json"]].concat());
    assert_eq!(outcome.status, 0, "{}", outcome.err);
    let text = fs_err::read_to_string(folder.path().join("e.json")).expect("written");
    let figures: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(figures["thresholds"], serde_json::json!({"link": 0.98, "review": 0.15}));
    assert_eq!(figures["link"]["precision"]["value"], 1.0);
    assert!(outcome.out.contains("← link 阈值"), "{}", outcome.out);
}

#[test]
fn files_are_replaced_whole_but_never_an_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("page.html");
    fs_err::write(&page, "x".repeat(1_000_000)).expect("written");
    let more = ["--html", "page.html", "--json", "figures.json"];
    let outcome = evaluated_in(folder.path(), (LINKS, TRUTH), &more);
    assert_eq!(outcome.status, 0, "{}", outcome.err);
    assert!(outcome.out.ends_with("已写入 figures.json\n已写入 page.html\n"), "{}", outcome.out);
    let text = fs_err::read_to_string(&page).expect("readable");
    assert!(text.ends_with("</html>\n") && text.len() < 1_000_000);
    let names = crate::support::program::names(folder.path());
    assert_eq!(names, ["figures.json", "links.csv", "page.html", "truth.csv"]);
    for more in [["--html", "./links.csv"], ["--json", "truth.csv"]] {
        let outcome = evaluated_in(folder.path(), (LINKS, TRUTH), &more);
        assert_eq!(outcome.status, 2);
        assert!(outcome.err.contains("已经用作别的文件"), "{}", outcome.err);
    }
    let kept = fs_err::read_to_string(folder.path().join("links.csv")).expect("readable");
    assert_eq!(kept, LINKS);
}

#[cfg(unix)]
#[test]
fn files_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let files = ["--html", "page.html", "--json", "figures.json"];
    evaluated_in(folder.path(), (LINKS, TRUTH), &files);
    for name in ["page.html", "figures.json"] {
        let mode = fs_err::metadata(folder.path().join(name)).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

/// Keys, rows and persons of the links that are drawn.
fn drawn(survey: &Survey) -> Vec<(String, u32, u32)> {
    let results = survey.results();
    let audits = results.cases.iter().filter(|case| case.is_audit);
    let person = |row: u32| results.outcomes[row as usize].linked().expect("a link");
    audits.map(|case| (case.key.clone(), case.row, person(case.row))).collect()
}

#[test]
fn links_drawn_for_a_check_stay_links_until_somebody_says_otherwise() {
    let folder = town::audited(5);
    story::run(folder.path()).expect("a run");
    let links = |folder: &Path| fs_err::read(folder.join("out/links.csv")).expect("readable");
    assert_eq!(links(folder.path()), links(town::dirty()), "a check changes no decision");
    let list = sheets(&folder.path().join(LIST));
    let cells = list.iter().flat_map(|(_, rows)| rows.concat());
    assert_eq!(cells.filter(|cell| cell.starts_with("抽查：")).count(), 5);

    let (survey, mut ledger) = story::survey(folder.path());
    let before = drawn(&survey);
    assert_eq!(before.len(), 5);
    let place = |key: &str| before.iter().position(|(known, _, _)| known == key);
    story::rule((&survey, &mut ledger), false, |case, _| match place(&case.key)? {
        0 => Some(Answer::Different),
        1 => Some(Answer::Unsure),
        2 => None,
        _ => Some(Answer::Same),
    });
    let (survey, _) = story::survey(folder.path());
    let linked = |row: u32| survey.results().outcomes[row as usize].linked();
    let (_, row, person) = before[0];
    assert_ne!(linked(row), Some(person), "it was said to be somebody else");
    for (key, row, person) in &before[1..] {
        assert_eq!(linked(*row), Some(*person), "{key} stays");
    }
    let after: Vec<String> = drawn(&survey).into_iter().map(|(key, _, _)| key).collect();
    assert!(after.contains(&before[1].0) && after.contains(&before[2].0), "asked until answered");
    assert!(!after.contains(&before[3].0) && !after.contains(&before[4].0), "never asked twice");

    let words =
        ["evaluate", "--decisions", "project.toml", "--json", "f.json", "--html", "page.html"];
    let outcome = bidui(folder.path(), &words);
    assert_eq!(outcome.status, 0, "{}", outcome.err);
    let text = fs_err::read_to_string(folder.path().join("f.json")).expect("readable");
    let figures: Value = serde_json::from_str(&text).expect("JSON");
    let of =
        |share: &Value| [&share["part"], &share["whole"]].map(|n| n.as_u64().expect("a count"));
    let audit = &figures["audit"];
    assert_eq!(of(&audit["right"]), [2, 3], "{audit}");
    assert_eq!((audit["drawn"].as_u64(), audit["unsure"].as_u64()), (Some(5), Some(1)));
    assert_eq!(figures["wrong_links"].as_array().map(Vec::len), Some(1));
    assert_eq!(of(&figures["then"]["same"]), [2, 3]);
    for part in
        ["随机抽查 5 人，已看 4 人，其中无法判断 1 人；准确率 0.66667（2/3", "还有 1 人没有看"]
    {
        assert!(outcome.out.contains(part), "no {part} in {}", outcome.out);
    }
    let page = fs_err::read_to_string(folder.path().join("page.html")).expect("readable");
    assert!(page.contains("用人工认定评估模型") && page.ends_with("</html>\n"));
}

#[test]
fn rulings_are_held_against_what_the_model_says_on_its_own() {
    let folder = town::audited(3);
    town::doubting(folder.path());
    let words = ["evaluate", "--decisions", "project.toml", "--json", "f.json"];
    let outcome = bidui(folder.path(), &words);
    assert_eq!((outcome.status, outcome.out.as_str()), (2, ""));
    assert!(outcome.err.contains("还没有人工认定"), "{}", outcome.err);
    // The doubtful are right, the links are wrong.
    let (survey, mut ledger) = story::survey(folder.path());
    let results = survey.results();
    let stated =
        |case: &Case| results.outcomes[case.row as usize].candidates[case.candidate].probability;
    let expected: f64 = results.cases.iter().map(stated).sum();
    let doubtful = results.cases.iter().filter(|case| !case.is_audit).count();
    assert!(doubtful > 0, "the town has doubtful rows");
    story::rule((&survey, &mut ledger), false, |case, _| {
        Some(if case.is_audit { Answer::Different } else { Answer::Same })
    });
    let outcome = bidui(folder.path(), &words);
    assert_eq!(outcome.status, 0, "{}", outcome.err);
    let said = [
        format!("同一人 {doubtful} 条，不是同一人 3 条"),
        format!("review：1.00000（{doubtful}/{doubtful}"),
        "准确率 0.00000（0/3".to_owned(),
        "与认定相反的 link 3 行：".to_owned(),
    ];
    for part in said {
        assert!(outcome.out.contains(&part), "no {part} in {}", outcome.out);
    }
    let text = fs_err::read_to_string(folder.path().join("f.json")).expect("readable");
    let figures: Value = serde_json::from_str(&text).expect("JSON");
    for when in ["then", "now"] {
        let found = figures[when]["expected"].as_f64().expect("a number");
        assert!((found - expected).abs() < 1e-9, "{when}: {found} {expected}");
    }
    // Without a sample nothing is said of the links but the mistakes that are known.
    let path = folder.path().join("project.toml");
    let project = fs_err::read_to_string(&path).expect("readable");
    fs_err::write(&path, project.replace("audit = 3", "audit = 0")).expect("written");
    let outcome = bidui(folder.path(), &words);
    assert!(outcome.out.contains("项目没有要求抽查"), "{}", outcome.out);
    assert!(outcome.out.contains("已知与认定相反的 link 3 行"), "{}", outcome.out);
}

#[test]
fn a_truth_and_rulings_exclude_each_other() {
    let folder = small_project();
    let words = ["evaluate", "--decisions", "project.toml", "--links", "a.csv"];
    let outcome = bidui(folder.path(), &words);
    assert_eq!(outcome.status, 2);
    assert!(outcome.err.contains("不能与") && outcome.err.contains("同时使用"), "{}", outcome.err);
    let outcome = bidui(folder.path(), &["evaluate", "--links", "a.csv"]);
    assert!(outcome.err.contains("缺少 --truth"), "{}", outcome.err);
}
