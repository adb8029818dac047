//! Which figures can be known from what was handed over. A list or column that is not there makes
//! the figures that hang on it unknown (`None`, “—” on the forms), never 0; 0 means that somebody
//! looked and there is nobody.

use std::collections::{BTreeMap, BTreeSet};

use crate::origin::{Catalogue, SheetId};
use crate::problems::{Problem, Severity};
use crate::records::{Detail, Records};
use crate::vocabulary::{Field, SourceKind};

use super::Basis;
use super::counting::ByLine;
use super::forms::{AnnexRow, FigureTally, FilledAnnex, FormLines, Lack, Values, joined};
use super::frames::Frame;
use super::indicators::{ANNEX2, Absent, ColumnNeed, Indicator};
use super::masks::Masks;
use super::paired::counts_registry;
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
        let action =
            format!("附件2{}{more}填“—”，不是零；请补收名单，或核对统计日期", joined(&marks));
        let problem = Problem::file("", code, Severity::Warning);
        Some(problem.saying(why_not(kind, handed, basis), action))
    };
    COUNTED.into_iter().filter_map(problem).chain(far_away(records, basis)).collect()
}

/// Days from the report date within which some row has to hold a date.
const NEAR: i32 = 730;

/// A report date far from everything the lists hold is a slip of the pen.
fn far_away(records: &Records, basis: &Basis) -> Option<Problem> {
    let dates = |detail: &Detail| match detail {
        Detail::Enrollment(student) => [student.entry, student.left],
        Detail::Training(course) => [course.start, course.end],
    };
    let as_of = Window::day_number(basis.as_of);
    let days = records.sources.iter().flat_map(|record| dates(&record.detail));
    let days = days.filter_map(crate::records::date::PartialDate::first_day);
    let nearest = days.min_by_key(|day| (Window::day_number(*day) - as_of).abs())?;
    let apart = (Window::day_number(nearest) - as_of).abs();
    (apart > NEAR).then(|| {
        Problem::file("", "report-date-far", Severity::Warning).saying(
            format!(
                "统计日期{}与各名单里最接近的日期{nearest}相差{}年，统计期内没有人",
                basis.as_of,
                apart / 365
            ),
            "照此统计；请核对项目文件的 as_of（或 --as-of）",
        )
    })
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
        Handed::OutsideWindow => {
            format!("{label}名单中没有日期在统计期（{}至{}）内的行", window.start, window.end)
        }
        Handed::NotAsked => format!("项目文件没有列{label}名单"),
        Handed::Missing | Handed::Given => format!("没有收到{label}名单"),
    }
}

/// What a form is judged from.
pub struct FormInput<'run> {
    /// All records.
    pub records: &'run Records,
    /// Which columns the sheets have.
    pub catalogue: &'run Catalogue,
    /// Dates and settings.
    pub basis: &'run Basis,
    /// The rows of every rule.
    pub masks: &'run Masks<'run>,
}

/// Which figures of a form are known.
#[derive(Clone, Debug, Default)]
pub struct KnownFigures {
    /// By figure: unknown everywhere, in the total, and in these rows.
    unknown: BTreeMap<&'static str, Unknown>,
    /// Why.
    pub lacks: Vec<Lack>,
}

#[derive(Clone, Debug, Default)]
struct Unknown {
    everywhere: bool,
    in_total: bool,
    rows: BTreeSet<u32>,
}

impl KnownFigures {
    /// A figure of a row, if it can be known.
    pub fn in_row<T>(&self, code: &str, row: u32, value: T) -> Option<T> {
        let unknown = self.unknown.get(code);
        let hidden = unknown.is_some_and(|one| one.everywhere || one.rows.contains(&row));
        (!hidden).then_some(value)
    }

    /// A figure of the total, if it can be known.
    pub fn in_total<T>(&self, code: &str, value: T) -> Option<T> {
        let hidden = self.unknown.get(code).is_some_and(|one| one.everywhere || one.in_total);
        (!hidden).then_some(value)
    }

    /// Fills a form: what cannot be known is left out, and a total adds up what is known.
    pub(super) fn fill(
        self,
        form: FormLines,
        count: impl Fn(&Indicator) -> FigureTally,
    ) -> FilledAnnex {
        let mut rows = form.rows;
        let mut total = AnnexRow { name: "总计".to_owned(), ..AnnexRow::default() };
        let mut distinct = Values::default();
        for one in form.indicators {
            let counted = count(one);
            let of = |line: u32, figures: &ByLine| figures.get(&line).copied().unwrap_or(0);
            let (mut sum, mut open) = (0, 0);
            for (line, row) in (0..).zip(&mut rows) {
                let value = self.in_row(one.code, line, of(line, &counted.by_line));
                row.values.set(one.code, value);
                row.pending.set(one.code, Some(of(line, &counted.pending)));
                sum += value.unwrap_or(0);
                open += of(line, &counted.pending);
            }
            total.values.set(one.code, self.in_total(one.code, sum));
            total.pending.set(one.code, Some(open));
            distinct.set(one.code, self.in_total(one.code, counted.distinct));
        }
        FilledAnnex { rows, total, distinct, lacks: self.lacks }
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

impl FormInput<'_> {
    /// What is known of a form. Figures of a kind of list nobody asked for stay 0 in Annex 2, and the
    /// form says so.
    pub fn of(&self, form: &FormLines) -> KnownFigures {
        let mut known = KnownFigures::default();
        let mut lacks: BTreeMap<(String, Vec<String>, bool), Vec<usize>> = BTreeMap::new();
        for (slot, figure) in form.indicators.iter().enumerate() {
            let mut unknown = Unknown::default();
            if figure.frame() == Frame::People {
                unknown.everywhere = !self.is_registered(figure);
            } else if !counts_registry(figure, self.basis) {
                for (why, rows, is_zero) in self.lacking(figure, form, &mut unknown) {
                    lacks.entry((why, rows, is_zero)).or_default().push(slot);
                }
            }
            known.unknown.insert(figure.code, unknown);
        }
        known.lacks = told(form.indicators, lacks);
        known
    }

    /// Whether the registry says what a figure of its persons needs: nobody's 劳动技能 is known where
    /// the column is not there, and nobody wants to train where there is no list of it.
    fn is_registered(&self, figure: &Indicator) -> bool {
        let skills = self.records.persons.iter().any(|person| person.skill.is_some());
        let wishes = figure.list != SourceKind::Intention || !self.records.intentions.is_empty();
        skills && wishes
    }

    /// Why a figure is not known: reason, rows of the form, and whether it shows 0 all the same.
    fn lacking(
        &self,
        figure: &Indicator,
        form: &FormLines,
        unknown: &mut Unknown,
    ) -> Vec<(String, Vec<String>, bool)> {
        let handed = handed(self.records, self.basis, figure.list);
        if is_unknown(figure, handed) {
            let is_zero = handed == Handed::NotAsked && form.key == "unit";
            unknown.everywhere = !is_zero;
            return vec![(why_not(figure.list, handed, self.basis), Vec::new(), is_zero)];
        }
        let mut lacks = Vec::new();
        for need in figure.needs {
            let Some(open) = self.judge(figure.list, need, form.key, unknown) else { continue };
            let why = format!("{}名单没有“{}”列", figure.list.label(), need.heading);
            let whole = unknown.everywhere || unknown.in_total;
            let named = |row: u32| Some(form.rows.get(row as usize)?.name.clone());
            let rows =
                if whole { Vec::new() } else { open.into_iter().filter_map(named).collect() };
            lacks.push((why, rows, false));
        }
        lacks
    }

    /// Marks what a missing column leaves unknown; the rows of the form concerned, if any are.
    fn judge(
        &self,
        list: SourceKind,
        need: &ColumnNeed,
        key: &str,
        unknown: &mut Unknown,
    ) -> Option<BTreeSet<u32>> {
        let columns = (need.columns)(&self.masks.terms);
        let hanging = self.hanging(need, columns, key);
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

    fn hanging(&self, need: &ColumnNeed, columns: &[Field], key: &str) -> Hanging {
        let rows = |rule| self.masks.pairs(Frame::Rows, [key, "row"], &self.masks.linked(rule));
        let silent: BTreeSet<(u32, u32)> = rows(need.silent).into_iter().collect();
        let mut hanging = Hanging::default();
        for (line, row) in rows(need.decides) {
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
