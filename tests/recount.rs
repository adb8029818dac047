//! The figures of both forms, counted a second time: from the decisions in `links.csv` and the
//! cells of the inputs, with nothing of the program's own reading or counting.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::support::{answers, story, town};

const START: u32 = 20_190_101;
const REPORT: u32 = 20_190_610;

/// What a linked row says.
struct Row {
    person: String,
    county: Option<String>,
    training: bool,
    unit: String,
    cells: BTreeMap<&'static str, String>,
}

/// Headings by the words they hold and the words they do not.
type Heading = (&'static str, &'static [&'static str], &'static [&'static str], bool);

/// Of each group one word has to be there; `true` where it has to be a date as well.
const HEADINGS: [Heading; 18] = [
    ("school", &["学校", "院校"], &["毕业", "地址"], false),
    ("agency", &["培训单位", "培训机构", "承训", "机构名称"], &["电话", "地址"], false),
    ("entry", &["入学", "入校"], &["前"], true),
    ("status", &["学籍状态"], &[], false),
    ("from", &["生源", "招生对象"], &[], false),
    ("leave", &["离校类"], &[], false),
    ("left", &["毕业", "离校"], &["就业", "类"], true),
    ("employed", &["就业"], &[], true),
    ("founded", &["创业"], &["就业"], true),
    ("class", &["班级编号", "班期编号", "开班编号", "班号", "期次"], &[], false),
    ("kind", &["培训类"], &[], false),
    ("trade", &["工种"], &["等级"], false),
    ("start", &["开班", "开始", "起始"], &[], true),
    ("end", &["结业", "终止", "结束"], &["编号"], true),
    ("certificate", &["证书"], &["编号"], false),
    ("training_fee", &["培训补贴", "培训费补贴"], &[], false),
    ("exam_fee", &["鉴定"], &[], false),
    ("living", &["生活"], &[], false),
];

fn column(headings: &[String], (_, any, none, date): &Heading) -> Option<usize> {
    let fits = |heading: &String| {
        let says = |word: &&str| heading.contains(*word);
        let dated = ["时间", "日期", "年月"].iter().any(|word| heading.contains(word));
        any.iter().any(says) && !none.iter().any(says) && (!date || dated)
    };
    headings.iter().position(fits)
}

/// The number 20190310 of `2019/3/10`, `2019年3月10日`, `20190310`, `2019.03` (its first day).
fn day(text: &str) -> Option<u32> {
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let number = |text: &str| text.parse::<u32>().ok();
    match parts.as_slice() {
        [one] if one.len() == 8 => number(one),
        [one] if one.len() == 6 => Some(number(one)? * 100 + 1),
        [year, month] => Some(number(year)? * 10_000 + number(month)? * 100 + 1),
        [year, month, day] => Some(number(year)? * 10_000 + number(month)? * 100 + number(day)?),
        _ => None,
    }
}

impl Row {
    fn text(&self, key: &str) -> &str {
        self.cells.get(key).map_or("", String::as_str)
    }

    fn day(&self, key: &str) -> Option<u32> {
        day(self.text(key))
    }

    fn in_window(&self, key: &str) -> bool {
        self.day(key).is_some_and(|day| (START..=REPORT).contains(&day))
    }

    /// Whether something came of the course between its end and the report date.
    fn afterwards(&self, key: &str) -> bool {
        let end = self.day("end").unwrap_or(0);
        self.day(key).is_some_and(|day| (end..=REPORT).contains(&day))
    }

    /// ① … ⑦.
    fn counts(&self) -> [bool; 7] {
        let enrolled = self.text("status").contains("正式学籍");
        let new = !self.training && enrolled && self.in_window("entry");
        let from = ["初中", "高中"].iter().any(|word| self.text("from").contains(word));
        let here = !self.training && enrolled;
        let leave = self.text("leave");
        let graduated = leave.contains("毕业") && !leave.contains('预') && self.in_window("left");
        let employed = self.day("employed").is_some_and(|day| day <= REPORT);
        let trained = self.training && self.in_window("start");
        let at_work = self.afterwards("employed") || self.afterwards("founded");
        let graduate = !self.training && graduated;
        [new && from, new, here, graduate, graduate && employed, trained, trained && at_work]
    }

    fn kind(&self) -> usize {
        let has = |words: &[&str]| words.iter().any(|word| self.text("kind").contains(word));
        match () {
            () if has(&["引导"]) => 0,
            () if has(&["创业"]) => 5,
            () if has(&["预备"]) => 4,
            () if has(&["就地", "就近", "实用", "车间"]) => 3,
            () if has(&["岗", "订单", "定向", "特种", "学徒", "安全"]) => 2,
            () => 1,
        }
    }

    /// The class: by its number, else by trade and first day.
    fn class(&self) -> (String, String) {
        let number = self.text("class");
        let named = if number.is_empty() { self.text("trade") } else { number };
        (self.unit.clone(), format!("{named} {}", self.text("start")))
    }
}

fn is_registry(file: &Path) -> bool {
    file.to_string_lossy().starts_with("registry")
}

/// 人编号 → county, of all registries.
fn counties(folder: &Path) -> BTreeMap<String, String> {
    let inputs = folder.join("inputs");
    let mut found = BTreeMap::new();
    for file in story::files(&inputs).iter().filter(|file| is_registry(file)) {
        let rows = town::cells(&inputs.join(file));
        let of = |row: &Vec<String>, words: [&str; 2]| {
            row.iter().position(|cell| words.iter().any(|word| cell.starts_with(word)))
        };
        let numbered = |row: &&Vec<String>| of(row, ["人编号", "人口编号"]).is_some();
        let headings = rows.iter().find(numbered).expect("headings");
        let number = of(headings, ["人编号", "人口编号"]).expect("numbers");
        let county = of(headings, ["县", "区县"]).expect("counties");
        found.extend(rows.iter().map(|row| (row[number].clone(), row[county].clone())));
    }
    found
}

/// The school or agency: its column, else the file's name, else the title before the year.
fn unit(file: &str, rows: &[Vec<String>], cell: &str) -> String {
    let stem = Path::new(file).file_stem().expect("a name").to_string_lossy();
    if !cell.is_empty() {
        return cell.to_owned();
    }
    if !stem.contains("导出") {
        return stem.into_owned();
    }
    rows[0][0].split("2019").next().unwrap_or_default().to_owned()
}

/// All linked rows of a finished run.
fn linked(folder: &Path) -> Vec<Row> {
    let links = story::table(&folder.join("out/links.csv"));
    let at = |heading: &str| story::column(&links, heading);
    let (file, line) = (at("source_file"), at("source_row"));
    let (decision, person) = (at("decision"), at("person_id"));
    let counties = counties(folder);
    let mut sheets: BTreeMap<&str, (Vec<Vec<String>>, usize)> = BTreeMap::new();
    for link in &links[1..] {
        let first: usize = link[line].parse().expect("a row");
        // The headings stand above the first data row.
        sheets
            .entry(&link[file])
            .or_insert_with(|| (town::cells(&folder.join(&link[file])), first - 2));
    }
    let rows = links[1..].iter().filter(|link| link[decision] == "link");
    rows.map(|link| {
        let (cells, headings) = &sheets[link[file].as_str()];
        let number: usize = link[line].parse().expect("a row");
        let value = |heading: &Heading| {
            let column = column(&cells[*headings], heading)?;
            Some((heading.0, cells[number - 1].get(column)?.clone()))
        };
        let values: BTreeMap<&'static str, String> = HEADINGS.iter().filter_map(value).collect();
        let training = link[file].contains("/training/");
        let key = if training { "agency" } else { "school" };
        let own = values.get(key).map_or("", String::as_str);
        Row {
            person: link[person].clone(),
            county: counties.get(&link[person]).cloned(),
            training,
            unit: unit(&link[file], cells, own),
            cells: values,
        }
    })
    .collect()
}

/// Who is counted, by unit and column of Annex 2.
fn people2(rows: &[Row]) -> BTreeMap<&str, [BTreeSet<&str>; 7]> {
    let mut persons: BTreeMap<&str, [BTreeSet<&str>; 7]> = BTreeMap::new();
    for row in rows {
        let unit = persons.entry(&row.unit).or_default();
        for (set, counts) in unit.iter_mut().zip(row.counts()) {
            if counts {
                set.insert(&row.person);
            }
        }
    }
    persons
}

/// Persons by unit and column of Annex 2.
fn annex2(rows: &[Row]) -> BTreeMap<String, Vec<String>> {
    let persons = people2(rows);
    let figures = |sets: &[BTreeSet<&str>; 7]| sets.iter().map(|s| s.len().to_string()).collect();
    persons.iter().map(|(unit, sets)| ((*unit).to_owned(), figures(sets))).collect()
}

/// A person's attendance of one class.
type Attendance<'a> = (&'a str, (String, String));

/// What Annex 3 counts in one county.
#[derive(Default)]
struct County<'a> {
    persons: BTreeSet<&'a str>,
    kinds: BTreeMap<Attendance<'a>, usize>,
    certified: BTreeSet<&'a str>,
    employed: BTreeSet<&'a str>,
    founded: BTreeSet<&'a str>,
    fees: BTreeMap<Attendance<'a>, [f64; 3]>,
}

impl<'a> County<'a> {
    fn take(&mut self, row: &'a Row) {
        let person = row.person.as_str();
        self.persons.insert(person);
        let attendance = (person, row.class());
        self.kinds.insert(attendance.clone(), row.kind());
        let fees = self.fees.entry(attendance).or_default();
        for (fee, key) in fees.iter_mut().zip(["training_fee", "exam_fee", "living"]) {
            *fee = fee.max(row.text(key).parse().unwrap_or(0.0));
        }
        let certificate = row.text("certificate");
        let sets = [
            (!certificate.is_empty() && certificate != "无", &mut self.certified),
            (row.counts()[6], &mut self.employed),
            (row.afterwards("founded"), &mut self.founded),
        ];
        for (_, set) in sets.into_iter().filter(|(counts, _)| *counts) {
            set.insert(person);
        }
    }

    /// The figures in the order of `annex3.csv`, from `a3_persons` to `a3_living`.
    fn figures(&self) -> Vec<String> {
        let kind = |wanted: usize| self.kinds.values().filter(|kind| **kind == wanted).count();
        let mut figures = vec![self.persons.len(), self.kinds.len()];
        figures.extend((0..6).map(kind));
        figures.extend([&self.certified, &self.employed, &self.founded].map(BTreeSet::len));
        let money =
            |fee: usize| format!("{:.2}", self.fees.values().map(|fees| fees[fee]).sum::<f64>());
        figures.iter().map(ToString::to_string).chain((0..3).map(money)).collect()
    }
}

/// What Annex 3 counts, by county.
fn people3(rows: &[Row]) -> BTreeMap<&str, County<'_>> {
    let mut counties: BTreeMap<&str, County> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.training && row.in_window("start")) {
        if let Some(county) = &row.county {
            counties.entry(county).or_default().take(row);
        }
    }
    counties
}

fn annex3(rows: &[Row]) -> BTreeMap<String, Vec<String>> {
    let counties = people3(rows);
    counties.iter().map(|(name, county)| ((*name).to_owned(), county.figures())).collect()
}

/// Lines of a form by their first cell, from one column to another; 总计 left out.
fn form(path: &Path, from: &str, to: &str) -> BTreeMap<String, Vec<String>> {
    let table = story::table(path);
    let (from, to) = (story::column(&table, from), story::column(&table, to));
    let rows = table[1..].iter().filter(|row| row[0] != "总计");
    rows.map(|row| (row[0].clone(), row[from..=to].to_vec())).collect()
}

/// Counts a town again after its run.
fn recount(folder: &Path) {
    let out = folder.join("out");
    let rows = linked(folder);
    assert!(rows.len() > 200, "{}", rows.len());
    let mut printed = form(&out.join("annex2.csv"), "a2_1", "a2_7");
    // A unit without a linked row stands in the form with noughts.
    printed.retain(|_, figures| figures.iter().any(|figure| figure != "0"));
    let mut counted = annex2(&rows);
    counted.retain(|_, figures| figures.iter().any(|figure| figure != "0"));
    assert_eq!(printed, counted, "Annex 2");
    let printed = form(&out.join("annex3.csv"), "a3_persons", "a3_living");
    assert_eq!(printed, annex3(&rows), "Annex 3");
}

/// A sheet of a list of people: the persons that count in each row of the form, what their lines
/// add up to, and the near misses with their reasons.
#[derive(Default)]
struct Listed {
    people: BTreeMap<String, BTreeSet<String>>,
    sums: BTreeMap<String, f64>,
    missed: Vec<(String, String, String)>,
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
fn listed(out: &Path, file: &str) -> BTreeMap<String, Listed> {
    let sheets = answers::sheets(&out.join(file));
    let of_people =
        sheets.into_iter().filter(|(name, _)| name != "合计核对" && name != "重复计入人员");
    of_people.map(|(name, rows)| (name, Listed::of(&rows))).collect()
}

fn owned(people: &BTreeSet<&str>) -> BTreeSet<String> {
    people.iter().map(|person| (*person).to_owned()).collect()
}

/// One of the sets of people of a county.
type Of = for<'a, 'b> fn(&'b County<'a>) -> &'b BTreeSet<&'a str>;

#[test]
fn every_list_holds_exactly_the_people_of_its_figure() {
    let folder = town::dirty();
    let (out, rows) = (folder.join("out"), linked(folder));
    let sheets = listed(&out, "附件2_明细.xlsx");
    assert_eq!(sheets.len(), 7);
    for (slot, (name, sheet)) in sheets.iter().enumerate() {
        let counted = people2(&rows);
        let counted = counted.iter().map(|(unit, sets)| ((*unit).to_owned(), owned(&sets[slot])));
        let counted: BTreeMap<_, _> = counted.filter(|(_, set)| !set.is_empty()).collect();
        assert_eq!(sheet.people, counted, "{name}");
        let sizes = counted.iter().map(|(unit, set)| (unit.clone(), set.len().to_string()));
        let sums = sheet.sums.iter().map(|(unit, sum)| (unit.clone(), sum.to_string()));
        assert!(sums.eq(sizes), "{name}");
    }
    let sheets = listed(&out, "附件3_明细.xlsx");
    let counties = people3(&rows);
    let sets: [(&str, Of); 4] = [
        ("培训人数", |county| &county.persons),
        ("取得证书人数", |county| &county.certified),
        ("培训后就业创业人数", |county| &county.employed),
        ("创业人数", |county| &county.founded),
    ];
    for (name, of) in sets {
        let counted = counties.iter().map(|(name, county)| ((*name).to_owned(), owned(of(county))));
        let counted: BTreeMap<_, _> = counted.filter(|(_, set)| !set.is_empty()).collect();
        assert_eq!(sheets[name].people, counted, "{name}");
    }
    for (slot, name) in ["培训费", "鉴定费", "生活费"].into_iter().enumerate() {
        let fees = |county: &County| county.fees.values().map(|fees| fees[slot]).sum::<f64>();
        let counted = counties.iter().map(|(name, county)| ((*name).to_owned(), fees(county)));
        let counted: BTreeMap<String, f64> = counted.filter(|(_, sum)| *sum > 0.0).collect();
        assert_eq!(sheets[name].sums, counted, "{name}");
    }
    let times = counties.iter().map(|(name, county)| (*name, county.kinds.len().to_string()));
    let sums = &sheets["培训人次"].sums;
    assert!(sums.iter().map(|(name, sum)| (name.as_str(), sum.to_string())).eq(times));
}

#[test]
fn suspended_students_are_the_near_misses_of_those_in_school() {
    let folder = town::dirty();
    let rows = linked(folder);
    let people = people2(&rows);
    let suspended = rows.iter().filter(|row| {
        row.text("status").contains("保留学籍")
            && !people[row.unit.as_str()][2].contains(&*row.person)
    });
    let expected: BTreeSet<(&str, &str)> =
        suspended.map(|row| (row.unit.as_str(), row.person.as_str())).collect();
    let sheets = listed(&folder.join("out"), "附件2_明细.xlsx");
    let missed = sheets["③在校生人数"].missed.iter();
    let found: BTreeSet<(&str, &str)> = missed
        .filter(|(_, _, why)| why.contains("count_suspended = true 时计入"))
        .map(|(unit, person, _)| (unit.as_str(), person.as_str()))
        .collect();
    assert!(!expected.is_empty());
    assert_eq!(found, expected);
}

#[test]
fn the_forms_are_what_the_links_and_the_inputs_say() {
    recount(town::dirty());
}

#[test]
fn the_forms_of_a_clean_town_are_the_generators() {
    let folder = town::unpack("clean");
    story::run(folder.path()).expect("a run");
    recount(folder.path());
    let (truth, out) = (folder.path().join("truth"), folder.path().join("out"));
    let lines = |path: &Path| -> BTreeSet<Vec<String>> { story::table(path).into_iter().collect() };
    assert_eq!(lines(&out.join("annex2.csv")), lines(&truth.join("annex2.csv")));
    let figures = |folder: &Path| form(&folder.join("annex3.csv"), "a3_workers", "a3_founded");
    assert_eq!(figures(&out), figures(&truth));
}
