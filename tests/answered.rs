//! What a unit answered without correcting anything is told in the next run's workbooks, where the line is
//! asked about: who, when and what; it is no open work any more, and changes nothing else. Taken back on
//! the page, by line or by workbook, everything is as it was, byte for byte.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::accessibility::looked_at;
use crate::front::{enter, open};
use crate::sent_back::{copy, form_of, import, ran};
use crate::support::answers::sheets;
use crate::support::chromium::Chromium;
use crate::support::program::bidui;
use crate::support::story;

const SCHOOL: &str = "反馈/技工院校/佳木斯技师学院.xlsx";

/// All results but the record of the run itself.
fn results(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let out = folder.join("out");
    let files = story::files(&out).into_iter().filter(|file| file != Path::new("run.json"));
    let name = |file: &PathBuf| file.to_string_lossy().replace('\\', "/");
    files.map(|file| (name(&file), fs_err::read(out.join(&file)).expect("there"))).collect()
}

/// The school's workbook with the first line to be mended answered; and whom it is about.
fn answered(folder: &Path, name: &str, word: &str) -> (PathBuf, String) {
    let to = folder.join(name);
    let mut who = String::new();
    copy(&folder.join("out").join(SCHOOL), &to, "钱校", |_, line| {
        if who.is_empty() && form_of(line).as_deref() == Some("mend") {
            who.clone_from(&line["姓名"]);
            line.insert("核实结果".to_owned(), word.to_owned());
            line.insert("备注".to_owned(), "户口簿已核".to_owned());
        }
    });
    assert!(!who.is_empty(), "the school has something to mend");
    (to, who)
}

/// What stands under a heading of a workbook's sheets in lines that name somebody.
fn under(file: &Path, heading: &str, who: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (_, rows) in sheets(file) {
        let head = rows.iter().find(|row| row.iter().any(|cell| cell == heading));
        let place = head.and_then(|row| row.iter().position(|cell| cell == heading));
        let Some(place) = place else { continue };
        let named = rows.iter().filter(|row| row.iter().any(|cell| cell == who));
        found.extend(named.map(|row| row.get(place).cloned().unwrap_or_default()));
    }
    found.retain(|cell| !cell.is_empty());
    found
}

/// The words about 02 on the first page.
fn step(folder: &Path) -> String {
    let cells = sheets(&folder.join("out/00_先看这里.xlsx")).remove(0).1.concat();
    cells.into_iter().find(|cell| cell.starts_with("须更正 ")).expect("a step")
}

/// How many are to be mended, by the first page.
fn to_mend(folder: &Path) -> usize {
    let step = step(folder);
    step["须更正 ".len()..].split(' ').next().and_then(|n| n.parse().ok()).expect("a number")
}

#[test]
fn an_answer_is_told_where_it_was_asked_and_is_no_open_work() {
    let folder = ran("example");
    let folder = folder.path();
    let (before, mend) = (results(folder), to_mend(folder));
    let (back, who) = answered(folder, "佳木斯技师学院.xlsx", "无误");
    let report = import(folder, &[&back]);
    assert_eq!((report.lines, report.corrections, report.refused.len()), (1, 0, 0), "{report:?}");

    story::run(folder).expect("a run");
    let after = results(folder);
    let told = "无误；备注：户口簿已核（钱校，2019-06-11）";
    let own = folder.join("out").join(SCHOOL);
    assert_eq!(under(&own, "已收到的答复", &who), [told]);
    let report = folder.join("out/02_差异报告.xlsx");
    let lines = under(&report, "答复", &who);
    assert!(!lines.is_empty() && lines.iter().all(|line| line == told), "{lines:?}");
    assert_eq!(to_mend(folder), mend - lines.len(), "{}", step(folder));
    assert!(step(folder).contains(&format!("（另有已答复 {} 条）", lines.len())));
    let cells = sheets(&report).into_iter().find(|(name, _)| name == "汇总").expect("there").1;
    assert!(cells.concat().iter().any(|cell| cell == "已答复"));
    // The school may go on in its new copy.
    let again = answered(folder, "again.xlsx", "无误").0;
    assert_eq!(import(folder, &[&again]).refused.len(), 0, "the new column is no harm");

    let changed: Vec<&String> =
        before.keys().filter(|file| before[*file] != after[*file]).collect();
    // The report for the manager names the run, which is another one.
    let expected = ["00_先看这里.xlsx", "02_差异报告.xlsx", SCHOOL, "报告.html"];
    assert_eq!(changed, expected, "and nothing else");
}

#[test]
fn what_is_under_way_is_told_and_stays_open_and_a_later_half_year_asks_again() {
    let folder = ran("example");
    let folder = folder.path();
    let mend = to_mend(folder);
    let (back, who) = answered(folder, "back.xlsx", "正在核实");
    import(folder, &[&back]);
    story::run(folder).expect("a run");
    let own = folder.join("out").join(SCHOOL);
    assert_eq!(under(&own, "已收到的答复", &who).len(), 1);
    assert_eq!(to_mend(folder), mend);

    let (back, _) = answered(folder, "mended.xlsx", "已更正");
    assert_eq!(import(folder, &[&back]).lines, 1);
    story::run(folder).expect("a run");
    assert!(to_mend(folder) < mend);
    let file = folder.join("project.toml");
    let text = fs_err::read_to_string(&file).expect("there");
    fs_err::write(&file, text.replace("as_of = 2019-06-10", "as_of = 2019-12-10")).expect("set");
    story::run(folder).expect("a run");
    let told = under(&own, "已收到的答复", &who);
    assert_eq!(told, ["已更正；备注：户口簿已核（钱校，2019-06-11）；本期数据仍未改"]);
    assert!(!step(folder).contains("已答复"), "{}", step(folder));
}

#[test]
fn what_came_back_is_listed_on_the_page_and_taken_back_there() {
    let folder = ran("example");
    let folder = folder.path();
    let before = results(folder);
    let (back, who) = answered(folder, "佳木斯技师学院.xlsx", "无误");
    let counties = folder.join("out/反馈/扶贫部门");
    let county =
        fs_err::read_dir(counties).expect("there").next().expect("one").expect("one").path();
    let other = folder.join("县.xlsx");
    copy(&county, &other, "孙县", |_, line| {
        if form_of(line).as_deref() == Some("visit") {
            line.insert("走访结果".to_owned(), "愿培训".to_owned());
        }
    });
    let lines = import(folder, &[&back, &other]).lines;
    assert!(lines >= 2, "{lines}");

    let home = tempfile::tempdir().expect("a folder");
    let desk = open(folder, home.path());
    let browser = enter(&desk);
    let page = browser.get("/returned").body;
    for words in ["佳木斯技师学院.xlsx", "县.xlsx", "钱校", "孙县", who.as_str(), "核实结果 无误"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    if let Some(mut chromium) = Chromium::start() {
        let window = chromium.window();
        let mut other = open(folder, home.path());
        chromium.open(&window, &format!("http://{}{}", other.host, other.start));
        looked_at(&mut chromium, &window, &other.host.clone(), &["/returned"]);
        other.kill();
    }
    let refused = browser.post("/returned/undo", &[("undo", "G1"), ("clerk", "")]);
    assert_eq!(refused.header("location"), "/returned");
    assert!(browser.get("/returned").body.contains("请先填写谁来撤回"));
    let number = browser.get("/returned").after("name=\"undo\" value=\"G").to_owned();
    browser.post("/returned/undo", &[("undo", &format!("G{number}")), ("clerk", "周主任")]);
    let page = browser.get("/returned").body;
    assert!(page.contains(&format!("已撤回第 G{number} 号填报")), "{page}");
    // The other workbook at once.
    while let Some(place) = browser.get("/returned").body.find("name=\"undo\" value=\"F") {
        let page = browser.get("/returned").body;
        let file = &page[place + "name=\"undo\" value=\"".len()..][..9];
        browser.post("/returned/undo", &[("undo", file), ("clerk", "周主任")]);
    }
    assert!(browser.get("/returned").body.contains("还没有收过交回的表"));
    story::run(folder).expect("a run");
    assert_eq!(results(folder), before, "as before, byte for byte");
    let gone = bidui(folder, &["decide", "undo", "project.toml", "F00000000", "--by", "周主任"]);
    assert!(gone.status == 2 && gone.err.contains("没有“F00000000”这份交回的表"), "{}", gone.err);
}
