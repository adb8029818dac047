//! The progress tables the cities return (扩招进度, 培训计划进度) → the province's, with what cannot be right.
//!
//! A city returns the workbook its own run made, or its `progress.csv`. Of each, the lines of the city itself and of
//! its schools are taken; 总计 and lines of other cities are not.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::config::{Programme, shipped_programmes};
use crate::problems::Severity;
use crate::programmes::{ProgressRow, TOTAL, Targets};
use crate::province::cities::Roster;
use crate::province::fault::{Fault, FaultSpot, address};
use crate::records::date::parse;
use crate::sources::{Grid, Grids, RawCell, Row, shown_cell};
use crate::vocabulary::states;

/// A line as a city returned it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanLine {
    /// The figure.
    pub line: ProgressRow,
    /// The city, by its place in the roster.
    pub city: usize,
    /// File and sheet it was read from.
    pub place: (String, String),
    /// Its row.
    pub row: u32,
}

/// What the cities' tables add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReturnedPlans {
    /// What was taken, by programme, period, figure and city.
    pub lines: Vec<PlanLine>,
    /// The same with the sums of all cities in front of each figure.
    pub sums: Vec<ProgressRow>,
    /// What the cities have to look at.
    pub faults: Vec<Fault>,
}

/// Whether a sheet is a progress table.
pub(super) fn is_plan(grid: &Grid) -> bool {
    headings(grid).is_some()
}

/// Where the columns of a progress table are.
struct PlanColumns {
    /// Place of the row of headings in the sheet.
    at: usize,
    of: BTreeMap<&'static str, u32>,
}

/// Headings of workbooks and of `progress.csv`.
const WORDS: [(&str, [&str; 2]); 9] = [
    ("programme", ["programme", "项目"]),
    ("figure", ["figure", "代码"]),
    ("row", ["row", "地区、学校"]),
    ("start", ["period_start", "起"]),
    ("end", ["period_end", "止"]),
    ("target", ["target", "任务数"]),
    ("value", ["value", "完成数"]),
    ("pending", ["pending", "另:未确定"]),
    ("persons", ["distinct_persons", "人数"]),
];

fn headings(grid: &Grid) -> Option<PlanColumns> {
    grid.rows.iter().take(12).enumerate().find_map(|(at, row)| {
        let of: BTreeMap<&'static str, u32> = row
            .cells
            .iter()
            .filter_map(|(column, cell)| {
                let text = shown_cell(cell);
                let known = WORDS.iter().find(|(_, words)| words.contains(&text.trim()))?;
                Some((known.0, *column))
            })
            .collect();
        let is_one = ["figure", "row", "value"].iter().all(|key| of.contains_key(key));
        is_one.then_some(PlanColumns { at, of })
    })
}

/// Takes all progress tables of some returns.
pub fn collect_plans(grids: &Grids, roster: &Roster, as_of: Date) -> ReturnedPlans {
    let programmes = shipped_programmes();
    let mut plans = ReturnedPlans::default();
    for grid in grids.grids.iter().filter(|grid| !grid.hidden) {
        if let Some(columns) = headings(grid) {
            let reader = PlanReader { grid, columns, programmes, roster };
            reader.read(&mut plans);
        }
    }
    if plans.lines.is_empty() && plans.faults.is_empty() {
        return plans;
    }
    plans.once();
    plans.lines.retain(|one| one.line.end <= as_of || one.line.start <= as_of);
    plans.missing(programmes, roster);
    plans.check(programmes, roster);
    plans.sums = sums(&plans.lines, programmes);
    plans
        .faults
        .sort_by_key(|fault| (fault.city.unwrap_or(usize::MAX), fault.problem.file.clone()));
    plans
}

/// What stands above a table.
struct PlanHead {
    city: usize,
    /// Which programme, by its title.
    title: Option<usize>,
    period: Option<(Date, Date)>,
}

/// Reads one sheet.
struct PlanReader<'a> {
    grid: &'a Grid,
    columns: PlanColumns,
    programmes: &'a [Programme],
    roster: &'a Roster,
}

impl PlanReader<'_> {
    fn spot(&self) -> FaultSpot<'_> {
        FaultSpot { file: &self.grid.file, sheet: &self.grid.sheet, cell: "" }
    }

    fn read(&self, plans: &mut ReturnedPlans) {
        let above = self.above();
        let named = above.iter().find_map(|text| self.roster.only(text));
        let path = self.grid.file.rsplit('/').find_map(|part| self.roster.only(part));
        let Some(city) = named.or(path) else {
            plans.faults.push(
                Fault::at(self.spot(), "city-unknown", Severity::Error)
                    .saying(
                        "看不出是哪个市(地)的进度表",
                        "请用市(地)自己运行生成的工作簿报送，不要改文件名和表头",
                    )
                    .so("整表未计入"),
            );
            return;
        };
        let period = above.iter().find_map(|text| span(text)).or_else(|| span(&self.grid.sheet));
        let title = above
            .iter()
            .find_map(|text| self.programmes.iter().position(|one| one.title == text.trim()));
        let head = PlanHead { city, title, period };
        for row in &self.grid.rows[self.columns.at + 1..] {
            self.line(row, &head, plans);
        }
    }

    /// Texts above the headings.
    fn above(&self) -> Vec<String> {
        let rows = self.grid.rows[..self.columns.at].iter();
        rows.flat_map(|row| row.cells.iter().map(|(_, cell)| shown_cell(cell).to_string()))
            .collect()
    }

    fn text(&self, row: &Row, key: &str) -> String {
        let column = self.columns.of.get(key);
        column.map_or_else(String::new, |column| shown_cell(row.cell(*column)).trim().to_owned())
    }

    fn line(&self, row: &Row, head: &PlanHead, plans: &mut ReturnedPlans) {
        let PlanHead { city, title, period } = *head;
        let id = self.text(row, "programme");
        let programme = self.programmes.iter().position(|one| one.id == id).or(title);
        let own = day(&self.text(row, "start")).zip(day(&self.text(row, "end")));
        let (Some(programme), Some((start, end))) = (programme, own.or(period)) else { return };
        let name = self.text(row, "row");
        let area = name.split('/').next().unwrap_or_default();
        if area == TOTAL || self.roster.only(area) != Some(city) {
            return;
        }
        let printed = self.roster.name(city);
        let mut count = |key: &str| match number(&self.text(row, key)) {
            Ok(value) => value,
            Err(text) => {
                plans.faults.push(self.unreadable(row, key, &text, city));
                None
            }
        };
        let line = ProgressRow {
            programme,
            figure: self.text(row, "figure"),
            row: name.replacen(area, printed, 1),
            start,
            end,
            target: count("target"),
            value: count("value"),
            pending: count("pending"),
            persons: count("persons"),
            previous: None,
            rows: Vec::new(),
        };
        let place = (self.grid.file.clone(), self.grid.sheet.clone());
        plans.lines.push(PlanLine { line, city, place, row: row.number });
    }

    fn unreadable(&self, row: &Row, key: &str, text: &str, city: usize) -> Fault {
        let cell = address(self.columns.of.get(key).copied().unwrap_or(0), row.number);
        let spot = FaultSpot { cell: &cell, ..self.spot() };
        let fault = Fault::at(spot, "cell-unreadable", Severity::Error)
            .saying("不是可用的数", "请填写整数后重新报送")
            .quoting(text)
            .so("该格未计入");
        Fault { city: Some(city), ..fault }
    }
}

/// A count; nothing for a blank cell or a dash.
fn number(text: &str) -> Result<Option<i64>, String> {
    if text.is_empty() || text == "—" {
        return Ok(None);
    }
    let plain: String = text.chars().filter(|letter| !matches!(letter, ',' | '，' | ' ')).collect();
    let plain = plain.trim_end_matches(".0");
    plain.parse().ok().filter(|value| *value >= 0).map(Some).ok_or_else(|| text.to_owned())
}

fn day(text: &str) -> Option<Date> {
    let as_of = Date::MAX;
    parse(&RawCell::Text(text.into()), as_of).ok()?.full()
}

/// `… 2019年9月1日 至 2020年3月31日…`, or the name of a sheet: `19.09.01至20.03.31`.
fn span(text: &str) -> Option<(Date, Date)> {
    let (first, last) = text.split_once('至')?;
    let is_part =
        |letter: &char| letter.is_ascii_digit() || matches!(letter, '年' | '月' | '日' | '.' | '-');
    let tail = |text: &str| -> String {
        let last: Vec<char> = text.trim_end().chars().rev().take_while(is_part).collect();
        last.into_iter().rev().collect()
    };
    let head = |text: &str| -> String {
        let kept =
            |letter: &char| letter.is_ascii_digit() || matches!(letter, '年' | '月' | '日' | '-');
        let text = text.trim_start();
        if text.contains('年') || text.contains('-') {
            text.chars().take_while(kept).collect()
        } else {
            text.chars().take_while(|letter| kept(letter) || *letter == '.').collect()
        }
    };
    let whole = |text: String| {
        let short = text.find('.') == Some(2);
        day(&if short { format!("20{text}") } else { text })
    };
    whole(tail(first)).zip(whole(head(last)))
}

impl ReturnedPlans {
    /// Each figure of a city once; what is said twice and differently is not taken.
    fn once(&mut self) {
        type Key = (usize, Date, Date, String, String);
        let key = |one: &PlanLine| -> Key {
            let line = &one.line;
            (line.programme, line.start, line.end, line.figure.clone(), line.row.clone())
        };
        let mut known: BTreeMap<Key, Vec<PlanLine>> = BTreeMap::new();
        for one in std::mem::take(&mut self.lines) {
            known.entry(key(&one)).or_default().push(one);
        }
        for lines in known.into_values() {
            let differ = lines.iter().any(|one| one.line.value != lines[0].line.value);
            if differ {
                let one = &lines[0];
                let message =
                    format!("{}的{}报了不止一份，数字不同", one.line.row, one.line.figure);
                self.faults.push(fault(
                    one,
                    "city-twice",
                    message,
                    "请说明以哪一份为准",
                    states::NOT_COUNTED,
                ));
            } else {
                self.lines.extend(lines.into_iter().next());
            }
        }
    }

    /// Cities that returned nothing for a programme others returned.
    fn missing(&mut self, programmes: &[Programme], roster: &Roster) {
        let told: BTreeSet<(usize, usize)> =
            self.lines.iter().map(|one| (one.line.programme, one.city)).collect();
        let asked: BTreeSet<usize> = told.iter().map(|(programme, _)| *programme).collect();
        for programme in asked {
            let title = &programmes[programme].title;
            for city in (0..roster.cities.len()).filter(|city| !told.contains(&(programme, *city)))
            {
                let spot = FaultSpot { file: "", sheet: "", cell: "" };
                let name = roster.name(city);
                let fault = Fault::at(spot, "not-returned", Severity::Error)
                    .saying(
                        format!("没有收到{name}的{title}进度表"),
                        format!("请报送{title}进度表"),
                    )
                    .so("未计入");
                self.faults.push(Fault { city: Some(city), ..fault });
            }
        }
    }

    /// What cannot be right within one city's table, and targets that are not the document's.
    fn check(&mut self, programmes: &[Programme], roster: &Roster) {
        let targets = Targets::shipped(programmes);
        let mut found = Vec::new();
        for one in &self.lines {
            let (line, id) = (&one.line, &programmes[one.line.programme].id);
            if line.row.contains('/') {
                continue;
            }
            if line.persons.zip(line.value).is_some_and(|(persons, times)| persons > times) {
                let message = format!("{}的{}：人数大于人次", line.row, line.figure);
                found.push(fault(one, "relation", message, "请核对后重新报送", states::DOUBTFUL));
            }
            let stated = line.target.zip(targets.target(id, roster.name(one.city)));
            if let Some((stated, own)) = stated.filter(|(stated, own)| stated != own) {
                let message = format!("{}的任务数写{stated}，文件分解为{own}", line.row);
                found.push(fault(
                    one,
                    "target-other",
                    message,
                    "请说明任务数的依据",
                    "按文件的任务数",
                ));
            }
            let schools: Vec<i64> = self
                .lines
                .iter()
                .filter(|other| {
                    let same = (other.line.programme, other.line.end, &other.line.figure)
                        == (line.programme, line.end, &line.figure);
                    same && other.city == one.city && other.line.row.contains('/')
                })
                .filter_map(|other| other.line.value)
                .collect();
            let sum: i64 = schools.iter().sum();
            if !schools.is_empty() && line.value.is_some_and(|value| value > sum) {
                let message = format!("{}的{}大于所属各校之和{sum}", line.row, line.figure);
                found.push(fault(one, "relation", message, "请核对后重新报送", states::DOUBTFUL));
            }
        }
        self.faults.extend(found);
    }
}

fn fault(one: &PlanLine, code: &'static str, message: String, action: &str, effect: &str) -> Fault {
    let cell = format!("A{}", one.row);
    let spot = FaultSpot { file: &one.place.0, sheet: &one.place.1, cell: &cell };
    let value = one.line.value.map_or_else(String::new, |value| value.to_string());
    let fault =
        Fault::at(spot, code, Severity::Warning).saying(message, action).quoting(&value).so(effect);
    Fault { city: Some(one.city), ..fault }
}

/// Figures of all cities with their sums in front; persons of several cities may be the same and are not added up.
fn sums(lines: &[PlanLine], programmes: &[Programme]) -> Vec<ProgressRow> {
    let targets = Targets::shipped(programmes);
    let mut all: BTreeMap<(usize, Date, Date, &str), Vec<&PlanLine>> = BTreeMap::new();
    for one in lines {
        let line = &one.line;
        let key = (line.programme, line.start, line.end, line.figure.as_str());
        all.entry(key).or_default().push(one);
    }
    let mut sums = Vec::new();
    for ((programme, ..), mut own) in all {
        own.sort_by(|a, b| (a.city, &a.line.row).cmp(&(b.city, &b.line.row)));
        let areas = || own.iter().filter(|one| !one.line.row.contains('/')).map(|one| &one.line);
        let add = |of: fn(&ProgressRow) -> Option<i64>| {
            areas().filter_map(of).fold(None, |sum, value| Some(sum.unwrap_or(0) + value))
        };
        let id = &programmes[programme].id;
        let has_target = areas().any(|line| line.target.is_some());
        let whole: i64 = targets
            .rows(id)
            .iter()
            .filter(|row| *row != TOTAL)
            .filter_map(|row| targets.target(id, row))
            .sum();
        sums.push(ProgressRow {
            row: TOTAL.to_owned(),
            target: has_target.then_some(whole),
            value: add(|line| line.value),
            pending: add(|line| line.pending),
            persons: None,
            ..own[0].line.clone()
        });
        sums.extend(own.iter().map(|one| ProgressRow {
            target:
                one.line.target.and_then(|_| targets.target(id, &one.line.row)).or(one.line.target),
            ..one.line.clone()
        }));
    }
    sums
}
