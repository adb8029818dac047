//! Which figures can be known from what was handed over. A list or column that is not there makes
//! the figures that hang on it unknown (`None`, “—” on the forms), never 0; 0 means that somebody
//! looked and there is nobody.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::config::LiangHouSheng;
use crate::origin::{Catalogue, SheetId};
use crate::problems::{Problem, Severity};
use crate::records::{Detail, Records};
use crate::sources::{Field, SourceKind};

use super::Basis;
use super::choices::Choice;
use super::counting::rows_selected;
use super::indicators::{ANNEX2, ANNEX3, Absent, Frame, Indicator, Need};
use super::rules::Terms;
use super::window::Window;

/// What came of a kind of list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// Rows, some of them in the window.
    Given,
    /// The project asks for no such list.
    NotAsked,
    /// Asked for, and not one row was read.
    Missing,
    /// Rows, none of which falls into the window.
    OutsideWindow,
}

/// Why figures are not known, or not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// The figures of a form, in its order.
    pub figures: Vec<&'static str>,
    /// The reason, as a clause.
    pub why: String,
    /// Rows of the form it is confined to; empty where it concerns the whole form.
    pub rows: Vec<String>,
    /// Whether the figures show 0 all the same.
    pub is_zero: bool,
}

impl Lack {
    /// What stands under the form, and first in the summary.
    pub fn sentence(&self) -> String {
        let figures = joined(&self.figures);
        let Self { why, rows, .. } = self;
        match (rows.as_slice(), self.is_zero) {
            ([], true) => format!("{figures}：{why}，填0不表示没有人"),
            ([], false) => format!("{figures}填“—”：{why}，不是零"),
            (rows, _) => format!("{figures}不含{}的人员：{why}", rows.join("、")),
        }
    }
}

/// Marks stand side by side, names are listed.
fn joined(figures: &[&str]) -> String {
    let marks = figures.iter().all(|figure| figure.chars().count() == 1);
    figures.join(if marks { "" } else { "、" })
}

/// What came of a kind of list, for every kind that is counted.
pub fn handed(records: &Records, basis: &Basis, kind: SourceKind) -> Handed {
    let window = Window::of(basis);
    let placing = |detail: &Detail| match detail {
        Detail::Enrollment(student) => {
            window.contains(student.entry) || window.contains(student.left)
        }
        Detail::Training(course) => match basis.settings.training_date {
            crate::config::TrainingDate::Start => window.contains(course.start),
            crate::config::TrainingDate::End => window.contains(course.end),
        },
    };
    let mut any = false;
    for record in records.sources.iter().filter(|record| record.kind() == kind) {
        if placing(&record.detail) {
            return Handed::Given;
        }
        any = true;
    }
    match (any, basis.asked.contains(&kind)) {
        (true, _) => Handed::OutsideWindow,
        (false, true) => Handed::Missing,
        (false, false) => Handed::NotAsked,
    }
}

/// The kinds of lists whose figures hang on the rows of schools and agencies.
const COUNTED: [SourceKind; 2] = [SourceKind::Enrollment, SourceKind::Training];

/// A problem for each kind of list that leaves figures unknown.
pub fn problems(records: &Records, basis: &Basis) -> Vec<Problem> {
    let problem = |kind: SourceKind| {
        let handed = handed(records, basis, kind);
        let code = match handed {
            Handed::Missing => "list-missing",
            Handed::OutsideWindow => "list-outside-window",
            Handed::Given | Handed::NotAsked => return None,
        };
        let of_kind = |one: &&Indicator| one.list == kind && is_unknown(one, handed);
        let marks: Vec<&str> = ANNEX2.iter().filter(of_kind).map(|one| one.mark).collect();
        let more = if kind == SourceKind::Training { "和附件3的培训各栏" } else { "" };
        let action = format!(
            "附件2{}{more}填“—”，不是零；请补收名单，或核对统计日期",
            joined(&marks)
        );
        let problem = Problem::file("", code, Severity::Warning);
        Some(problem.saying(why_not(kind, handed, basis), action))
    };
    COUNTED.into_iter().filter_map(problem).collect()
}

/// Whether a figure is unknown in a whole form for want of its list.
fn is_unknown(indicator: &Indicator, handed: Handed) -> bool {
    match handed {
        Handed::Given => false,
        Handed::OutsideWindow => indicator.flow,
        Handed::Missing | Handed::NotAsked => true,
    }
}

fn why_not(kind: SourceKind, handed: Handed, basis: &Basis) -> String {
    let label = kind.label();
    let window = Window::of(basis);
    match handed {
        Handed::OutsideWindow => format!(
            "{label}名单中没有日期在统计期（{}至{}）内的行",
            window.start, window.end
        ),
        Handed::NotAsked => format!("项目文件没有列{label}名单"),
        Handed::Missing | Handed::Given => format!("没有收到{label}名单"),
    }
}

/// What a form is judged from.
pub struct Ground<'run> {
    /// All records.
    pub records: &'run Records,
    /// Which columns the sheets have.
    pub catalogue: &'run Catalogue,
    /// Dates and settings.
    pub basis: &'run Basis,
    /// Source rows with a registry person.
    pub rows: &'run DataFrame,
}

/// Which figures of a form are known.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// By figure: unknown everywhere, in the total, and in these rows.
    unknown: Vec<Unknown>,
    /// Why.
    pub lacks: Vec<Lack>,
}

#[derive(Clone, Debug, Default)]
struct Unknown {
    everywhere: bool,
    in_total: bool,
    rows: BTreeSet<u32>,
}

impl Known {
    /// A figure of a row, if it can be known.
    pub fn in_row<T>(&self, slot: usize, row: u32, value: T) -> Option<T> {
        let unknown = self.unknown.get(slot);
        let hidden = unknown.is_some_and(|one| one.everywhere || one.rows.contains(&row));
        (!hidden).then_some(value)
    }

    /// A figure of the total, if it can be known.
    pub fn in_total<T>(&self, slot: usize, value: T) -> Option<T> {
        let hidden = self.unknown.get(slot).is_some_and(|one| one.everywhere || one.in_total);
        (!hidden).then_some(value)
    }
}

/// The sheets of one figure's column: who hangs on it, by row of the form.
#[derive(Default)]
struct Hanging {
    /// Rows of the form with somebody the column says something about.
    told: BTreeSet<u32>,
    /// Rows of the form with somebody whose list has no such column.
    open: BTreeSet<u32>,
}

impl Ground<'_> {
    /// Annex 2: figures of a kind of list nobody asked for stay 0, and the form says so.
    pub fn annex2(&self, units: &[String]) -> Known {
        self.form(ANNEX2, "unit", units)
    }

    /// Annex 3.
    pub fn annex3(&self, counties: &[String]) -> Known {
        self.form(ANNEX3, "county", counties)
    }

    fn form(&self, figures: &'static [Indicator], key: &str, rows: &[String]) -> Known {
        let mut known = Known { unknown: vec![Unknown::default(); figures.len()], lacks: Vec::new() };
        let mut lacks: BTreeMap<(String, Vec<String>, bool), Vec<usize>> = BTreeMap::new();
        for (slot, figure) in figures.iter().enumerate().filter(|(_, one)| self.hangs(one)) {
            let handed = handed(self.records, self.basis, figure.list);
            if is_unknown(figure, handed) {
                let is_zero = handed == Handed::NotAsked && key == "unit";
                known.unknown[slot].everywhere = !is_zero;
                let why = why_not(figure.list, handed, self.basis);
                lacks.entry((why, Vec::new(), is_zero)).or_default().push(slot);
                continue;
            }
            for need in figure.needs {
                let open = self.judge(figure.list, need, key, &mut known.unknown[slot]);
                let Some(open) = open else { continue };
                let why = format!("{}名单没有“{}”列", figure.list.label(), need.heading);
                let whole = known.in_total(slot, ()).is_none();
                let named = |row: u32| rows.get(row as usize).cloned();
                let rows = if whole { Vec::new() } else { open.into_iter().filter_map(named).collect() };
                lacks.entry((why, rows, false)).or_default().push(slot);
            }
        }
        known.lacks = told(figures, lacks);
        known
    }

    /// Whether a figure is counted over the rows of schools and agencies.
    fn hangs(&self, figure: &Indicator) -> bool {
        let from_registry = self.basis.settings.liang_hou_sheng == LiangHouSheng::PairedCounties
            && figure.choices.contains(&Choice::LiangHouSheng);
        figure.frame == Frame::Rows && !from_registry
    }

    /// Marks what a missing column leaves unknown; the rows of the form concerned, if any are.
    fn judge(
        &self,
        list: SourceKind,
        need: &Need,
        key: &str,
        unknown: &mut Unknown,
    ) -> Option<BTreeSet<u32>> {
        let terms = Terms::of(self.basis);
        let columns = (need.columns)(&terms);
        let hanging = self.hanging(need, columns, key, &terms);
        let nowhere = hanging.told.is_empty() && !self.is_anywhere(list, columns);
        if need.absent == Absent::Everywhere && nowhere {
            unknown.everywhere = true;
            return Some(hanging.open);
        }
        if hanging.open.is_empty() {
            return None;
        }
        if need.absent != Absent::InTotal {
            unknown.rows.extend(hanging.open.difference(&hanging.told));
        }
        unknown.in_total |= hanging.told.is_empty();
        Some(hanging.open)
    }

    fn hanging(&self, need: &Need, columns: &[Field], key: &str, terms: &Terms) -> Hanging {
        let silent: BTreeSet<(u32, u32)> =
            rows_selected(self.rows, key, (need.silent)(terms)).into_iter().collect();
        let mut hanging = Hanging::default();
        for (line, row) in rows_selected(self.rows, key, (need.decides)(terms)) {
            let sheet = self.records.sources[row as usize].origin.sheet;
            let is_open = silent.contains(&(line, row)) && !self.has(sheet, columns);
            let side = if is_open { &mut hanging.open } else { &mut hanging.told };
            side.insert(line);
        }
        hanging
    }

    fn has(&self, sheet: SheetId, columns: &[Field]) -> bool {
        self.catalogue.sheet(sheet).columns.iter().any(|column| columns.contains(&column.field))
    }

    fn is_anywhere(&self, list: SourceKind, columns: &[Field]) -> bool {
        let sheets: BTreeSet<SheetId> = self
            .records
            .sources
            .iter()
            .filter(|record| record.kind() == list)
            .map(|record| record.origin.sheet)
            .collect();
        sheets.into_iter().any(|sheet| self.has(sheet, columns))
    }
}

/// What to say, in the order of the figures.
fn told(
    figures: &'static [Indicator],
    lacks: BTreeMap<(String, Vec<String>, bool), Vec<usize>>,
) -> Vec<Lack> {
    let mut lacks: Vec<(Vec<usize>, Lack)> = lacks
        .into_iter()
        .map(|((why, rows, is_zero), slots)| {
            let name = |slot: &usize| {
                let one = &figures[*slot];
                if one.mark.is_empty() { one.short } else { one.mark }
            };
            let named = slots.iter().map(name).collect();
            (slots, Lack { figures: named, why, rows, is_zero })
        })
        .collect();
    lacks.sort_by(|left, right| left.0.cmp(&right.0));
    lacks.into_iter().map(|(_, lack)| lack).collect()
}
