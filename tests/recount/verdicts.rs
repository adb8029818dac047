//! The verdicts of 黑人社发〔2019〕10号（九） and 黑政办规〔2019〕12号第14—23项 by a plain program: files in,
//! one line per verdict out. It knows the documents and nothing of the program: no rule files, no
//! linkage, one person per ID number.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan as _};

type Row = BTreeMap<String, String>;

/// What is known of a question.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Known {
    No,
    Perhaps,
    Yes,
}
use Known::{No, Perhaps, Yes};

#[derive(Clone, Debug)]
struct Class {
    file: &'static str,
    line: usize,
    who: String,
    work: bool,
    kind: String,
    trade: String,
    level: String,
    began: Option<Date>,
    ended: Option<Date>,
    cert: Option<Date>,
    odd_cert: bool,
    employed: Option<Date>,
    near: Option<bool>,
    referred: Option<bool>,
    insured: Option<bool>,
    days: Option<i64>,
    coal: bool,
}

#[derive(Clone, Debug)]
struct Verdict {
    rule: &'static str,
    class: usize,
    on: Date,
    out: bool,
    what: String,
    code: String,
    low: Option<i64>,
    high: Option<i64>,
}

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).expect("readable");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn day(text: &str) -> Option<Date> {
    text.replace('.', "-").parse().ok()
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "是" | "已参保" => Some(true),
        "否" | "未参保" => Some(false),
        _ => None,
    }
}

struct World {
    classes: Vec<Class>,
    /// Person, group, first and last day.
    listed: Vec<(String, &'static str, Option<Date>, Option<Date>)>,
    /// Person and group by the person's own word, or by a link nobody has settled.
    said: Vec<(String, &'static str)>,
}

const LISTS: [(&str, &str, &str, &str); 9] = [
    ("建档立卡.csv", "poor", "人员识别时间", ""),
    ("退役军人.csv", "veteran", "退役时间", ""),
    ("失业登记.csv", "unemployed", "失业登记日期", "就业日期"),
    ("就业困难人员.csv", "hard", "认定时间", "有效期止"),
    ("残疾人.csv", "disabled", "发证日期", "有效期止"),
    ("企业职工.csv", "employee", "合同开始日期", "合同结束日期"),
    ("转岗职工.csv", "transferred", "转岗时间", "注销时间"),
    ("服刑戒毒.csv", "inmate", "入所时间", "期满日期"),
    ("毕业年度高校毕业生.csv", "graduate", "毕业年度", ""),
];

impl World {
    fn read(inputs: &Path) -> Self {
        let mut world = Self { classes: Vec::new(), listed: Vec::new(), said: Vec::new() };
        for (file, group, from, to) in LISTS {
            for row in rows(&inputs.join(file)) {
                let id = row.get("身份证号码").or(row.get("证件号码")).expect("an ID column");
                let cell = |key: &str| row.get(key).and_then(|text| day(text));
                world.listed.push((id.clone(), group, cell(from), cell(to)));
            }
        }
        world.trainings(&rows(&inputs.join("培训.csv")));
        world.stints(&rows(&inputs.join("以工代训.csv")));
        world
    }

    fn trainings(&mut self, rows: &[Row]) {
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        for (at, row) in rows.iter().enumerate() {
            let who = if row["身份证号码"].is_empty() {
                row["姓名"].clone()
            } else {
                row["身份证号码"].clone()
            };
            if !seen.insert((who.clone(), row["班级编号"].clone())) {
                continue;
            }
            // Without a number the namesake of the registry is only perhaps the person.
            if row["身份证号码"].is_empty() {
                self.said.push((who.clone(), "poor"));
            }
            match row["学员类型"].as_str() {
                "失业人员" => self.said.push((who.clone(), "unemployed")),
                "两后生" => self.said.push((who.clone(), "two-after")),
                _ => {}
            }
            let place = row["就业地点"].as_str();
            self.classes.push(Class {
                file: "inputs/培训.csv",
                line: at + 2,
                who,
                work: false,
                kind: row["培训类型"].clone(),
                trade: row["培训工种"].clone(),
                level: row["等级"].clone(),
                began: day(&row["开班日期"]),
                ended: day(&row["结业日期"]),
                cert: day(&row["发证日期"]),
                odd_cert: row["证书类别"] == "结业证书",
                employed: day(&row["就业时间"]),
                near: if place.is_empty() { None } else { Some(place.starts_with("黑龙江")) },
                referred: flag(&row["是否推荐就业"]),
                insured: None,
                days: row["培训天数"].parse().ok(),
                coal: row["培训机构名称"].starts_with("鸡西"),
            });
        }
    }

    fn stints(&mut self, rows: &[Row]) {
        for (at, row) in rows.iter().enumerate() {
            let span = &row["用工起止"];
            let (first, last) = span
                .split_once('至')
                .or_else(|| span.split_once('-').filter(|_| span.contains('.')))
                .expect("two days");
            self.classes.push(Class {
                file: "inputs/以工代训.csv",
                line: at + 2,
                who: row["身份证号码"].clone(),
                work: true,
                kind: "以工代训".to_owned(),
                trade: String::new(),
                level: String::new(),
                began: day(first),
                ended: day(last),
                cert: None,
                odd_cert: false,
                employed: None,
                near: None,
                referred: None,
                insured: flag(&row["参保状态"]),
                days: None,
                coal: false,
            });
        }
    }

    fn touches(&self, who: &str, groups: &[&str]) -> bool {
        self.listed.iter().any(|one| one.0 == who && groups.contains(&one.1))
            || self.said.iter().any(|one| one.0 == who && groups.contains(&one.1))
    }

    fn member(&self, who: &str, groups: &[&str], on: Date) -> Known {
        let one = |group: &&str| {
            let listed: Vec<_> =
                self.listed.iter().filter(|one| one.0 == who && one.1 == *group).collect();
            let inside = |one: &&&(String, &str, Option<Date>, Option<Date>)| {
                one.2.is_none_or(|from| from <= on) && one.3.is_none_or(|to| on <= to)
            };
            if listed.iter().any(|one| inside(&one)) {
                return Yes;
            }
            let said = self.said.iter().any(|one| one.0 == who && one.1 == *group);
            if listed.is_empty() && said { Perhaps } else { No }
        };
        groups.iter().map(one).max().unwrap_or(No)
    }
}

const S14: [&str; 8] =
    ["poor", "two-after", "rural", "unemployed", "transferred", "veteran", "graduate", "disabled"];
const S23: [&str; 9] = [
    "poor",
    "two-after",
    "rural",
    "unemployed",
    "transferred",
    "veteran",
    "graduate",
    "disabled",
    "hard",
];
const SPECIAL: [&str; 6] = [
    "项目制培训",
    "岗前培训",
    "转岗转业培训",
    "岗位技能提升培训",
    "企业新型学徒制培训",
    "以工代训",
];
const EARLY: Date = date(2019, 1, 1);
const START: Date = date(2019, 7, 31);
const STOP: Date = date(2021, 12, 31);

/// The groups of a rule.
fn groups(rule: &str) -> Vec<&'static str> {
    match rule {
        "P15" | "S20p" => vec!["poor"],
        "S14" => S14.to_vec(),
        "S15" => vec!["poor", "unemployed", "veteran"],
        "S16" => vec!["inmate"],
        "S17" | "S17x" | "S18a" => vec!["employee"],
        "S18b" => vec!["employee", "transferred"],
        "S19" => vec!["poor", "hard"],
        "S20" => vec!["hard", "two-after"],
        _ => S23.to_vec(),
    }
}

fn is_about(rule: &str, class: &Class) -> bool {
    let kind = class.kind.as_str();
    match rule {
        "S19" => class.work,
        _ if class.work => false,
        "S14" => !SPECIAL.contains(&kind),
        "S15" => kind == "项目制培训",
        "S17" => kind == "岗位技能提升培训",
        "S17x" => kind == "企业新型学徒制培训",
        "S18a" => kind == "岗前培训",
        "S18b" => kind == "转岗转业培训",
        "S20" | "S20p" => kind != "以工代训",
        "S23" => class.employed.is_some(),
        _ => true,
    }
}

/// The verdict before limits and amounts.
fn first_verdict(world: &World, rule: &'static str, at: usize) -> Option<Verdict> {
    let class = &world.classes[at];
    let began = class.began.expect("the example has all first days");
    if !is_about(rule, class) || !world.touches(&class.who, &groups(rule)) {
        return None;
    }
    let usual = class.cert.or(class.ended).unwrap_or(began);
    let (mut on, mut out) = (usual, usual < START || STOP < usual);
    if rule == "P15" {
        on = began.max(EARLY);
        out = began > date(2020, 12, 31) || class.ended.is_some_and(|ended| ended < EARLY);
    }
    if rule == "S20p" {
        if class.ended.or(class.cert).is_some_and(|last| last < date(2021, 1, 1)) {
            return None;
        }
        on = began.max(date(2021, 1, 1));
        out = false;
    }
    let (what, code) = conditions(world, rule, class, began);
    let new = |what: &str, code: String| Verdict {
        rule,
        class: at,
        on,
        out,
        what: what.to_owned(),
        code,
        low: None,
        high: None,
    };
    Some(new(what, code))
}

fn conditions(world: &World, rule: &str, class: &Class, began: Date) -> (&'static str, String) {
    let at = if rule.starts_with("S18") { class.ended.unwrap_or(began) } else { began };
    let member = world.member(&class.who, &groups(rule), at);
    let open = |code: &str| ("undecided", code.to_owned());
    let refused = |code: &str| ("not-eligible", code.to_owned());
    if member == No {
        return refused("not-member-then");
    }
    if rule == "S23" {
        let work = class.employed.expect("asked for");
        let Some(ended) = class.ended else { return open("lacks-ended_on") };
        if work < ended {
            return refused("too-early");
        }
        if work > ended.saturating_add(6.months()) {
            return refused("too-late");
        }
        for (answer, name) in [(class.near, "employed_in_province"), (class.referred, "referred")] {
            if answer == Some(false) {
                return refused(&format!("no-{name}"));
            }
        }
        let asked = [("employed_in_province", class.near), ("referred", class.referred)];
        let lacking: Vec<&str> =
            asked.iter().filter(|one| one.1.is_none()).map(|one| one.0).collect();
        if !lacking.is_empty() {
            return open(&format!("lacks-{}", lacking.join("+")));
        }
    }
    if rule == "S19" && class.insured != Some(true) {
        let poor = world.member(&class.who, &["poor"], began);
        if poor == No && class.insured == Some(false) {
            return refused("not-insured");
        }
        if poor != Yes {
            return open("insured-unknown");
        }
    }
    if ["S14", "S16", "S17"].contains(&rule) {
        if class.cert.is_none() {
            return open("lacks-certificate_on");
        }
        if class.odd_cert {
            return open("certificate-kind");
        }
    }
    if ["P15", "S20", "S20p"].contains(&rule) && class.ended.is_none() {
        return open("lacks-ended_on");
    }
    if member == Perhaps {
        return open("membership");
    }
    if rule == "S15" && world.member(&class.who, &["poor", "veteran"], began) != Yes {
        return open("ask");
    }
    ("entitled", String::new())
}

/// Name, rules, places, whether by year, whether by trade and level.
type Limit = (&'static str, &'static [&'static str], usize, bool, bool, &'static str);

const PROGRAMMES: [(&str, &[&str], &[Limit]); 2] = [
    ("poverty-subsidies", &["P15"], &[("LP15", &["P15"], 1, true, false, "duplicate")]),
    (
        "skills-2019",
        &["S14", "S15", "S16", "S17", "S17x", "S18a", "S18b", "S19", "S20", "S20p", "S23"],
        &[
            (
                "L21a",
                &["S14", "S15", "S16", "S17", "S17x", "S18a", "S18b"],
                3,
                true,
                false,
                "over-limit",
            ),
            ("L21b", &["S14", "S15", "S16", "S17"], 1, false, true, "duplicate"),
            ("L20p", &["S20p"], 1, true, false, "undecided"),
        ],
    ),
];

/// Fate of each verdict under the limits: nothing, or what refuses or ties it.
fn fates(world: &World, all: &[Verdict], limits: &[Limit], loose: bool) -> Vec<String> {
    let mut fates = vec![String::new(); all.len()];
    let mut used: Vec<Vec<usize>> = vec![Vec::new(); limits.len()];
    let counts = |one: &Verdict| {
        let before = one.out && !["P15", "S20p"].contains(&one.rule);
        let before = before && one.on < START && one.on.year() == START.year();
        (one.what == "entitled" || loose && one.what == "undecided") && (!one.out || before)
    };
    let mut days: Vec<Date> = all.iter().map(|one| one.on).collect();
    days.sort();
    days.dedup();
    for today in days {
        let mut alive: Vec<usize> =
            (0..all.len()).filter(|at| all[*at].on == today && counts(&all[*at])).collect();
        for (number, limit) in limits.iter().enumerate() {
            let same = |a: usize, b: usize| {
                let (x, y) = (&world.classes[all[a].class], &world.classes[all[b].class]);
                let year = !limit.3 || all[a].on.year() == all[b].on.year();
                let blank = x.level.is_empty() || y.level.is_empty();
                let level = x.level == y.level && !blank || loose && blank;
                let trade = !limit.4 || x.trade == y.trade && level;
                all[a].class == all[b].class || x.who == y.who && year && trade
            };
            let mine: Vec<usize> =
                alive.iter().copied().filter(|at| limit.1.contains(&all[*at].rule)).collect();
            let classes = |list: &[usize], at: usize| {
                let found: BTreeSet<usize> =
                    list.iter().filter(|b| same(at, **b)).map(|b| all[*b].class).collect();
                found.len()
            };
            for at in &mine {
                let before = classes(&used[number], *at);
                if before >= limit.2 {
                    fates[*at] = limit.0.to_owned();
                } else if before + classes(&mine, *at) > limit.2 {
                    fates[*at] = format!("tie-{}", limit.0);
                }
            }
            alive.retain(|at| fates[*at].is_empty());
        }
        for (number, limit) in limits.iter().enumerate() {
            used[number]
                .extend(alive.iter().filter(|at| limit.1.contains(&all[**at].rule)).copied());
        }
    }
    fates
}

/// All verdicts, by programme, rule, file and line.
pub fn recount(inputs: &Path) -> BTreeMap<String, String> {
    let world = World::read(inputs);
    let mut purse: BTreeMap<String, BTreeSet<Date>> = BTreeMap::new();
    let mut worked: BTreeMap<String, BTreeSet<(i16, i8)>> = BTreeMap::new();
    let mut second: BTreeSet<usize> = BTreeSet::new();
    let mut found = BTreeMap::new();
    for (programme, rules, limits) in PROGRAMMES {
        let mut all: Vec<Verdict> = Vec::new();
        for rule in rules {
            all.extend((0..world.classes.len()).filter_map(|at| first_verdict(&world, rule, at)));
        }
        let (without, with) =
            (fates(&world, &all, limits, false), fates(&world, &all, limits, true));
        for (at, one) in all.iter_mut().enumerate() {
            limited(one, &without[at], &with[at], limits);
            if one.rule == "P15" && one.what == "duplicate" {
                second.insert(one.class);
            }
        }
        all.sort_by_key(|one| (one.on, world.classes[one.class].began, one.class));
        for one in &mut all {
            if one.rule == "S20" && one.what == "entitled" && second.contains(&one.class) {
                (one.what, one.code) = ("undecided".to_owned(), "special-rule-P15".to_owned());
            }
            amount(&world.classes[one.class], one, &mut purse, &mut worked);
        }
        let coal: Vec<Verdict> = all
            .iter()
            .filter(|one| ["S14", "S15"].contains(&one.rule))
            .filter(|one| world.classes[one.class].coal)
            .map(|one| Verdict {
                rule: "S22",
                what: "undecided".to_owned(),
                code: "ask".to_owned(),
                ..one.clone()
            })
            .collect();
        for one in all.iter().chain(&coal) {
            let class = &world.classes[one.class];
            let place = format!("{programme} {} {} {}", one.rule, class.file, class.line);
            let yuan = |sum: Option<i64>| sum.map_or(String::new(), |sum| sum.to_string());
            let said = format!(
                "{} {} {} {} {}",
                one.on,
                one.what,
                one.code,
                yuan(one.low),
                yuan(one.high)
            );
            found.insert(place, said);
        }
    }
    found
}

fn limited(one: &mut Verdict, without: &str, with: &str, limits: &[Limit]) {
    if one.out {
        (one.what, one.code) = ("outside".to_owned(), String::new());
        return;
    }
    if one.what != "entitled" {
        return;
    }
    if without.starts_with("tie-") {
        (one.what, one.code) = ("undecided".to_owned(), without.to_owned());
    } else if !without.is_empty() {
        let limit = limits.iter().find(|limit| limit.0 == without).expect("a limit of the list");
        (one.what, one.code) = (limit.5.to_owned(), without.to_owned());
    } else if !with.is_empty() {
        let name = with.trim_start_matches("tie-");
        (one.what, one.code) = ("undecided".to_owned(), format!("depends-{name}"));
    }
}

fn amount(
    class: &Class,
    one: &mut Verdict,
    purse: &mut BTreeMap<String, BTreeSet<Date>>,
    worked: &mut BTreeMap<String, BTreeSet<(i16, i8)>>,
) {
    if one.what != "entitled" {
        return;
    }
    let began = class.began.expect("the example has all first days");
    let ended = class.ended.unwrap_or(began);
    match one.rule {
        "S17" => {
            let usual = [("五级", 1000), ("四级", 1500), ("三级", 2000)];
            let urgent = [("五级", 1200), ("四级", 1800), ("三级", 2500)];
            let table = if class.trade == "焊工" { urgent } else { usual };
            let sum = table.iter().find(|line| line.0 == class.level).map(|line| line.1);
            (one.low, one.high) = (sum, sum);
        }
        "S17x" => one.low = Some(4000),
        "S18a" => (one.low, one.high) = (Some(1000), Some(1000)),
        "S18b" => (one.low, one.high) = (Some(1500), Some(1500)),
        "S23" => (one.low, one.high) = (Some(200), Some(200)),
        "S19" => months(class, one, worked, (began, ended)),
        "P15" | "S20" | "S20p" => {
            let (start, stop) = match one.rule {
                "P15" => (EARLY, date(2020, 12, 31)),
                "S20p" => (date(2021, 1, 1), STOP),
                _ => (began, ended),
            };
            let all: Vec<Date> =
                began.series(1.day()).take_while(|today| *today <= ended).collect();
            let due: Vec<Date> =
                all.iter().copied().filter(|today| start <= *today && *today <= stop).collect();
            let paid = purse.entry(class.who.clone()).or_default();
            let fresh: Vec<Date> =
                due.iter().copied().filter(|today| !paid.contains(today)).collect();
            let fewer = class.days.filter(|days| (*days as usize) < all.len());
            if fresh.is_empty() {
                (one.what, one.code) = ("duplicate".to_owned(), "days-paid".to_owned());
            } else if fewer.is_some() && due.len() < all.len() {
                (one.what, one.code) = ("undecided".to_owned(), "days-unknown".to_owned());
            } else {
                let sum = 15 * fewer.unwrap_or(fresh.len() as i64);
                (one.low, one.high) = (Some(sum), Some(sum));
                paid.extend(fresh);
            }
        }
        _ => {}
    }
}

fn months(
    class: &Class,
    one: &mut Verdict,
    worked: &mut BTreeMap<String, BTreeSet<(i16, i8)>>,
    (began, ended): (Date, Date),
) {
    let mut stint: Vec<(i16, i8)> = Vec::new();
    for count in 0..60 {
        let start = began.saturating_add(Span::new().months(count));
        if start <= ended {
            stint.push((start.year(), start.month()));
        }
    }
    let held = worked.entry(class.who.clone()).or_default();
    if held.len() >= 6 {
        (one.what, one.code) = ("over-limit".to_owned(), "at-most".to_owned());
        return;
    }
    let fresh: Vec<(i16, i8)> =
        stint.iter().copied().filter(|month| !held.contains(month)).take(6 - held.len()).collect();
    held.extend(&fresh);
    if fresh.len() < stint.len() {
        one.code = format!("months {} of {}", fresh.len(), stint.len());
    }
    let sum = 500 * fresh.len() as i64;
    (one.low, one.high) = (Some(sum), Some(sum));
}
