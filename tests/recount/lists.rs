//! `附件2_明细.xlsx` and `附件3_明细.xlsx` against the recount: of every figure the people, what their
//! lines add up to, and how many distinct persons there are in all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::support::answers;

use super::count::{County, Town};

/// People by row of the form.
type People = BTreeMap<String, BTreeSet<String>>;
/// Figures by row of the form.
type Sums = BTreeMap<String, f64>;

/// A sheet of a list of people: the persons that count in each row of the form, what their lines
/// add up to, and the near misses with their reasons.
#[derive(Default)]
pub struct Listed {
    people: People,
    sums: Sums,
    pub missed: Vec<(String, String, String)>,
}

impl Listed {
    fn of(rows: &[Vec<String>]) -> Self {
        let is_head = |row: &&Vec<String>| row.iter().any(|cell| cell == "是否计入");
        let head = rows.iter().find(is_head).expect("headings");
        let at = |names: &[&str]| head.iter().position(|cell| names.contains(&cell.as_str()));
        let place = |names: &[&str]| at(names).expect("a column");
        let (counted, person) = (place(&["是否计入"]), place(&["人编号"]));
        let (amount, why) = (place(&["计数", "金额(元)"]), place(&["说明"]));
        let mut listed = Self::default();
        for row in rows {
            // A county of another city says so behind its name.
            let unit = row[1].split("（登记").next().unwrap_or_default().to_owned();
            let person = row[person].clone();
            if row[counted] == "计入" {
                let added: f64 = row[amount].parse().expect("a number");
                *listed.sums.entry(unit.clone()).or_default() += added;
                listed.people.entry(unit).or_default().insert(person);
            } else if row[counted] == "未计入" {
                listed.missed.push((unit, person, row[why].clone()));
            }
        }
        listed
    }
}

/// The sheets of one of the two lists, by name.
pub fn listed(out: &Path, file: &str) -> BTreeMap<String, Listed> {
    let sheets = answers::sheets(&out.join(file));
    let of_people =
        sheets.into_iter().filter(|(name, _)| name != "合计核对" && name != "重复计入人员");
    of_people.map(|(name, rows)| (name, Listed::of(&rows))).collect()
}

/// 去重人数 of every figure, by the sheet its people stand in.
fn distinct(out: &Path, file: &str) -> BTreeMap<String, String> {
    let sheets = answers::sheets(&out.join(file));
    let (_, rows) = sheets.iter().find(|(name, _)| name == "合计核对").expect("a sheet");
    let head = rows.iter().position(|row| row.iter().any(|cell| cell == "去重人数"));
    let head = head.expect("headings");
    let at = |name: &str| rows[head].iter().position(|cell| cell == name).expect(name);
    let (persons, sheet) = (at("去重人数"), at("所在工作表"));
    let rows = rows[head + 1..].iter().filter(|row| !row[sheet].is_empty());
    rows.map(|row| (row[sheet].clone(), row[persons].clone())).collect()
}

/// One of the sets of people of a county.
type Of = for<'a, 'b> fn(&'b County<'a>) -> &'b BTreeSet<&'a str>;

const PERSONS: [(&str, Of); 5] = [
    ("贫困劳动力人数", |county| &county.workers),
    ("培训人数", |county| &county.persons),
    ("取得证书人数", |county| &county.certified),
    ("培训后就业创业人数", |county| &county.employed),
    ("创业人数", |county| &county.founded),
];
const KINDS: [&str; 6] = [
    "引导性培训",
    "就业技能培训",
    "岗位技能培训",
    "就地就近技能培训",
    "劳动预备制培训",
    "创业培训",
];
const MONEY: [&str; 3] = ["培训费", "鉴定费", "生活费"];

/// Where the lists and the recount disagree; nothing where they agree.
pub fn disagreements(town: &Town, out: &Path) -> Vec<String> {
    let mut checks = Checks::new(out, "附件2_明细.xlsx");
    assert_eq!(checks.sheets.len(), 7);
    let units = town.annex2();
    let names: Vec<String> = checks.sheets.keys().cloned().collect();
    for (slot, name) in names.iter().enumerate() {
        let people = units.iter().map(|(unit, sets)| (unit.clone(), sets[slot].clone()));
        checks.persons(name, people.collect());
    }
    let mut found = checks.found;

    let mut checks = Checks::new(out, "附件3_明细.xlsx");
    let counties = town.annex3();
    let owned = |set: &BTreeSet<&str>| set.iter().map(|one| (*one).to_owned()).collect();
    for (name, of) in PERSONS {
        let people = counties.iter().map(|(name, one)| ((*name).to_owned(), owned(of(one))));
        checks.persons(name, people.collect());
    }
    if let Some(willing) = &town.willing {
        checks.persons("有培训意愿人数", willing.clone());
    }
    let sums = |of: &dyn Fn(&County) -> f64| -> Sums {
        counties.iter().map(|(name, one)| ((*name).to_owned(), of(one))).collect()
    };
    for (slot, name) in MONEY.iter().enumerate() {
        checks.sums(name, sums(&|one| one.money(slot)));
    }
    let number = |count: usize| f64::from(u32::try_from(count).expect("few"));
    checks.sums("培训人次", sums(&|one| number(one.kinds.len())));
    for (kind, name) in KINDS.iter().enumerate() {
        checks.sums(name, sums(&|one| number(one.of_kind(kind))));
    }
    found.extend(checks.found);
    found
}

struct Checks {
    sheets: BTreeMap<String, Listed>,
    distinct: BTreeMap<String, String>,
    found: Vec<String>,
}

impl Checks {
    fn new(out: &Path, file: &str) -> Self {
        Self { sheets: listed(out, file), distinct: distinct(out, file), found: Vec::new() }
    }

    /// The same people, each adding one to the sum, and as many distinct persons in all.
    fn persons(&mut self, name: &str, mut people: People) {
        people.retain(|_, set| !set.is_empty());
        let all: BTreeSet<&String> = people.values().flatten().collect();
        let said = self.distinct.get(name).map(String::as_str);
        if said != Some(all.len().to_string().as_str()) {
            self.found.push(format!("{name} 去重人数 {said:?} ≠ {}", all.len()));
        }
        if self.sheets.get(name).map(|sheet| &sheet.people) != Some(&people) {
            let said = self.sheets.get(name).map(|sheet| &sheet.people);
            self.found.push(format!("{name} {}", apart(said, &people)));
        }
        let size = |set: &BTreeSet<String>| f64::from(u32::try_from(set.len()).expect("few"));
        self.sums(name, people.iter().map(|(unit, set)| (unit.clone(), size(set))).collect());
    }

    fn sums(&mut self, name: &str, mut sums: Sums) {
        sums.retain(|_, sum| *sum > 0.0);
        let mut said = self.sheets.get(name).map(|sheet| sheet.sums.clone()).unwrap_or_default();
        said.retain(|_, sum| *sum > 0.0);
        if said != sums {
            self.found.push(format!("{name} {said:?} ≠ {sums:?}"));
        }
    }
}

/// Who stands only in one of two lists.
fn apart(said: Option<&People>, counted: &People) -> String {
    let flat = |people: &People| -> BTreeSet<(String, String)> {
        let of = |(unit, set): (&String, &BTreeSet<String>)| {
            set.iter().map(|one| (unit.clone(), one.clone())).collect::<Vec<_>>()
        };
        people.iter().flat_map(of).collect()
    };
    let (said, counted) = (said.map(flat).unwrap_or_default(), flat(counted));
    let only = |a: &BTreeSet<(String, String)>, b: &BTreeSet<(String, String)>| {
        a.difference(b).cloned().collect::<Vec<_>>()
    };
    format!("只在明细: {:?}; 只在复算: {:?}", only(&said, &counted), only(&counted, &said))
}
