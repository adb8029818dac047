//! The villages' lists: the decisions of `04_培训意愿.xlsx` with the cells of the lists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::support::answers;

use super::cells::{self, Heading, Rows};
use super::registry::Registry;
use super::settings::Settings;

const HEADINGS: [Heading; 4] = [
    ("willing", &["是否有培训意愿", "有无培训意愿"], &[], false),
    ("trade", &["培训工种"], &[], false),
    ("school", &["就读院校"], &[], false),
    ("filed", &["登记"], &[], true),
];

/// What became of a row: file, sheet, row, decision, 人编号.
struct Decided {
    file: String,
    sheet: String,
    row: usize,
    linked: bool,
    person: String,
}

/// The rows of the workbook, in its order.
fn decided(path: &Path) -> Vec<Decided> {
    let sheets = answers::sheets(path);
    let (_, rows) = sheets.iter().find(|(name, _)| name == "培训意愿名单").expect("a sheet");
    let head = rows.iter().position(|row| row.iter().any(|cell| cell == "来源文件"));
    let head = head.expect("headings");
    let at = |name: &str| rows[head].iter().position(|cell| cell == name).expect(name);
    let places = ["来源文件", "工作表", "行", "决定", "人编号"].map(at);
    let one = |row: &Vec<String>| {
        let [file, sheet, line, decision, person] = places.map(|place| row[place].clone());
        let row = line.parse().ok()?;
        Some(Decided { file, sheet, row, linked: decision == "比对一致", person })
    };
    rows[head + 1..].iter().filter_map(one).collect()
}

/// Workers who want to train, by county; none where there is no list.
pub fn willing(
    folder: &Path,
    registry: &Registry,
    settings: &Settings,
) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let workbook = folder.join("out/04_培训意愿.xlsx");
    if !workbook.exists() {
        return None;
    }
    let mut read: BTreeMap<String, Vec<(String, Rows)>> = BTreeMap::new();
    let mut counties: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in decided(&workbook).iter().filter(|one| one.linked) {
        let load = || cells::sheets(&folder.join(&one.file));
        let sheets = read.entry(one.file.clone()).or_insert_with(load);
        let (_, rows) = sheets.iter().find(|(name, _)| *name == one.sheet).expect("the sheet");
        let person = registry.person(&one.person).expect("a registered person");
        if wants(rows, one.row, settings) && person.is_worker(settings) {
            counties.entry(person.county.clone()).or_default().insert(person.number.clone());
        }
    }
    Some(counties)
}

/// Being on the list is a wish to train, but for those who say no and those who only name a school.
fn wants(rows: &Rows, row: usize, settings: &Settings) -> bool {
    // A title, then the headings.
    let text = |heading: &Heading| {
        let column = cells::column(&rows[1], heading)?;
        rows[row - 1].get(column).cloned()
    };
    let [said, trade, school, filed] = HEADINGS.each_ref().map(|h| text(h).unwrap_or_default());
    let later = cells::day(&filed).is_some_and(|day| day > settings.as_of);
    let wants = match said.as_str() {
        "" => !trade.is_empty() || school.is_empty(),
        said => ["是", "有"].contains(&said),
    };
    wants && !later
}
