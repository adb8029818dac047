//! Links and records → the figures of Annex 2 and Annex 3, with the checks between them.
//!
//! Every figure counts distinct persons (人) unless it says 人次; only rows decided `link` count,
//! and rows in `review` are counted beside as 待核. No I/O, no clock.

mod basis;
pub mod change;
pub mod checks;
pub mod choices;
mod columns;
mod counties;
mod counting;
mod coverage;
pub mod drilldown;
pub mod forms;
pub mod frames;
mod gaps;
pub mod indicators;
pub mod known;
mod masks;
mod paired;
pub mod pairs;
pub mod reach;
mod rules;
pub mod snapshot;
mod terms;
mod units;
mod view;
mod window;
pub mod wishes;
pub mod youth;

#[cfg(test)]
mod drilldown_tests;
#[cfg(test)]
mod forms_tests;
#[cfg(test)]
mod known_tests;
#[cfg(test)]
mod tests;

pub use columns::age_at;
pub use units::institution_order;

use std::sync::Arc;

use jiff::civil::Date;

use crate::config::{FigureSettings, ReportWindow};
use crate::linkage::Outcome;
use crate::origin::Catalogue;
use crate::problems::Problem;
use crate::records::Records;
use crate::vocabulary::{Annex, SourceKind};
use choices::{Choice, Other};
use columns::Sources;
use drilldown::{DrillDown, RuleRows};
use forms::{FigureTally, FilledAnnex, FormLines, Lack};
use frames::Frame;
use indicators::{ANNEX2, ANNEX3};
use masks::Masks;
use paired::{Paired, counts_registry};
use rules::FigureRule;

/// What the figures depend on besides the data.
#[derive(Clone, Debug)]
pub struct Basis {
    /// Report date.
    pub as_of: Date,
    /// Window of the flows.
    pub window: ReportWindow,
    /// Counting rules.
    pub settings: FigureSettings,
    /// Names in the order the forms print them, before all others (which go by name).
    pub institution_order: Vec<String>,
    /// The kinds of lists the project names: one that is not there is missing.
    pub asked: Vec<SourceKind>,
}

/// A person counted in a figure of Annex 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FigureMember {
    /// Row of the form.
    pub unit: u32,
    /// ① … ⑦ as 1 … 7.
    pub figure: u8,
    /// Index into `Records::persons`.
    pub person: u32,
}

/// What a relation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Totals of a form, or both forms.
    Total,
    /// A row of Annex 2.
    Unit,
    /// A row of Annex 3.
    County,
}

impl Scope {
    /// The word of the 勾稽关系 sheet.
    pub fn label(self) -> &'static str {
        match self {
            Self::Total => "总计",
            Self::Unit => "各单位",
            Self::County => "各县(市、区)",
        }
    }
}

/// One relation between figures (勾稽关系).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What must hold, e.g. `培训人数 ≤ 培训人次`.
    pub relation: String,
    /// What it is about.
    pub scope: Scope,
    /// Where, e.g. a county or `总计`.
    pub place: String,
    /// Left figure.
    pub left: i64,
    /// Right figure.
    pub right: i64,
    /// Whether it holds.
    pub holds: bool,
    /// Why it does not hold, or what to know.
    pub explanation: String,
}

/// A line of 口径说明: a choice, its value, and what it does.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BasisNote {
    /// Which figure or choice.
    pub subject: String,
    /// What is in force.
    pub rule: String,
    /// Name of the setting in the project file, if any.
    pub setting: String,
}

/// All figures of a run.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    /// Annex 2 技工院校技能脱贫攻坚进展情况表: schools first, then agencies.
    pub annex2: FilledAnnex,
    /// Annex 3 技能培训技能脱贫攻坚进展情况表: counties in official order, the project's own before
    /// other cities'. A person is registered in one county, so sums are distinct persons, too.
    pub annex3: FilledAnnex,
    /// 勾稽关系.
    pub checks: Vec<Check>,
    /// 口径说明.
    pub basis: Vec<BasisNote>,
    /// Who is counted in which figure of Annex 2; not of ① where it is taken from paired counties.
    pub members: Vec<FigureMember>,
    /// The villages' lists: what became of each row, same order as `Records::intentions`.
    pub wishes: Vec<wishes::Wish>,
    /// 两后生 by the registry, by index of their rows.
    pub youth: Vec<youth::Young>,
    /// Annex 1: each school and county.
    pub reach: Vec<reach::PairReach>,
    /// Dates after the report date, undated employment and the like.
    pub problems: Vec<Problem>,
    /// The people behind the figures.
    pub details: Details,
    /// For every row of the registries the row that stands for its person.
    pub representatives: Arc<[u32]>,
}

impl Statistics {
    /// A form with the people behind each of its figures.
    pub fn form(&self, annex: Annex) -> (&FilledAnnex, &[DrillDown]) {
        match annex {
            Annex::Two => (&self.annex2, &self.details.annex2),
            Annex::Three => (&self.annex3, &self.details.annex3),
        }
    }
}

impl Statistics {
    /// Registered persons: whoever stands in the registries twice is one.
    pub fn registered(&self) -> usize {
        (0_u32..).zip(&*self.representatives).filter(|(row, of)| row == *of).count()
    }

    /// The row that stands for the person of a registry row.
    pub fn representative(&self, row: u32) -> u32 {
        self.representatives.get(row as usize).copied().unwrap_or(row)
    }

    /// Why figures of the forms are not known, or not whole: one sentence each.
    pub fn lacks(&self) -> Vec<String> {
        let of = |form: &str, lacks: &[Lack]| -> Vec<String> {
            lacks.iter().map(|lack| format!("{form}{}", lack.sentence())).collect()
        };
        [of("附件2", &self.annex2.lacks), of("附件3", &self.annex3.lacks)].concat()
    }
}

/// The people behind the figures of both forms, in the order of the columns.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// By row of Annex 2.
    pub annex2: Vec<DrillDown>,
    /// By row of Annex 3.
    pub annex3: Vec<DrillDown>,
}

/// What linkage said, row by row, in the order of the records.
#[derive(Clone, Copy, Debug)]
pub struct RowOutcomes<'run> {
    /// One per source row.
    pub sources: &'run [Outcome],
    /// One per row of the villages' lists.
    pub wishes: &'run [Outcome],
}

/// Counts all figures. `representatives` are those of the records (`records::identity`); the catalogue only
/// serves to name cells in the problems.
pub fn summarise(
    records: &Records,
    said: RowOutcomes<'_>,
    representatives: Arc<[u32]>,
    basis: &Basis,
    catalogue: &Catalogue,
) -> Statistics {
    let (units, counties) =
        (units::units(records, &basis.institution_order), counties::counties(records));
    let sources = Sources {
        records,
        outcomes: said.sources,
        wishes: said.wishes,
        basis,
        representatives,
        units: units.of_institution,
        counties: counties.of_person,
    };
    let frames = sources.frames();
    let others: Vec<Other> =
        Choice::ALL.into_iter().filter_map(|choice| choice.other(basis)).collect();
    let (masks, paired) = (Masks::new(&frames, basis), Paired::of(records, &units.lines.rows));
    let material = RuleRows::new(&frames, &masks, &others, &paired);
    let details = Details {
        annex2: material.lists(ANNEX2, "unit"),
        annex3: material.lists(ANNEX3, "county"),
    };
    let summary = Summary { sources: &sources, catalogue, masks: &masks, paired: &paired };
    summary.make(units.lines, counties.lines, details)
}

/// What the figures of a run are made from.
struct Summary<'run> {
    sources: &'run Sources<'run>,
    catalogue: &'run Catalogue,
    masks: &'run Masks<'run>,
    paired: &'run Paired,
}

impl Summary<'_> {
    fn make(&self, units: FormLines, counties: FormLines, details: Details) -> Statistics {
        let (sources, masks, catalogue) = (self.sources, self.masks, self.catalogue);
        let (records, basis) = (sources.records, sources.basis);
        let (annex2, annex3) = (self.form(units), self.form(counties));
        let courses = masks.rows_of(FigureRule::CurrentCourse);
        let youth =
            youth::whereabouts(sources, &masks.registered(FigureRule::LiangHouSheng), &courses);
        let wishes = wishes::wishes(sources, masks);
        let mut checks = checks::checks(&annex2, &annex3, basis.settings.liang_hou_sheng);
        let courses = records.sources.iter().filter_map(|row| row.training());
        if courses.into_iter().any(|course| course.kind.is_none() && course.course.is_some()) {
            checks::tell_other_kinds(&mut checks);
        }
        let mut problems = known::problems(records, basis);
        problems.extend(gaps::problems(records, masks, basis, catalogue));
        problems.extend(wishes::problems(sources, &wishes, catalogue));
        Statistics {
            reach: reach::reach(sources, &youth, &self.intake()),
            members: self.members(),
            wishes,
            youth,
            checks,
            basis: self.notes(&annex2),
            problems,
            annex2,
            annex3,
            details,
            representatives: Arc::clone(&sources.representatives),
        }
    }

    fn form(&self, lines: FormLines) -> FilledAnnex {
        let (records, basis) = (self.sources.records, self.sources.basis);
        let masks = self.masks;
        let ground = known::FormInput { records, catalogue: self.catalogue, basis, masks };
        let (known, key) = (ground.of(&lines), lines.key);
        known.fill(lines, |indicator| {
            if counts_registry(indicator, basis) {
                self.paired.count(masks)
            } else {
                FigureTally::of(masks, indicator, key)
            }
        })
    }

    fn notes(&self, annex2: &FilledAnnex) -> Vec<BasisNote> {
        let Sources { records, basis, representatives, wishes, .. } = self.sources;
        let merged = (0_u32..).zip(&**representatives).filter(|(row, of)| row != *of).count();
        let mut notes = basis::notes(basis, annex2, merged);
        notes.extend(basis::unknown_ages(self.masks.registered(FigureRule::AgelessWorker).len()));
        notes.extend(coverage::notes(records, self.catalogue));
        if !records.intentions.is_empty() {
            let others = self.masks.registered(FigureRule::WillingOther).len();
            notes.push(basis::wishes(records.intentions.len(), wishes, others));
        }
        notes
    }

    /// Whom each unit took in, by county.
    fn intake(&self) -> reach::TakenIn {
        let taken = self.masks.linked(FigureRule::Recruited);
        let places = self.masks.pairs(Frame::Rows, ["unit", "county"], &taken).into_iter();
        let persons = self.masks.numbers(Frame::Rows, "person", &taken);
        places.zip(persons).map(|((unit, county), person)| (unit, county, person)).collect()
    }

    /// Who is counted in each figure of each row of Annex 2, sorted.
    fn members(&self) -> Vec<FigureMember> {
        let basis = self.sources.basis;
        let mut members = Vec::new();
        let counted = (1_u8..).zip(ANNEX2).filter(|(_, one)| !counts_registry(one, basis));
        for (figure, indicator) in counted {
            let persons = forms::members(self.masks, indicator.rule, "unit").into_iter();
            members.extend(persons.map(|(unit, person)| FigureMember { unit, figure, person }));
        }
        members.sort_unstable();
        members
    }
}
