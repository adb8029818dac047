//! Links and records → the figures of Annex 2 and Annex 3, with the checks between them.
//!
//! Every figure counts distinct persons (人) unless it says 人次; only rows decided `link` count,
//! and rows in `review` are counted beside as 待核. No I/O, no clock.

mod annex2;
mod annex3;
mod basis;
pub mod change;
mod checks;
pub mod choices;
mod counting;
mod coverage;
pub mod drilldown;
mod facts;
mod gaps;
pub mod indicators;
pub mod known;
pub mod pairs;
pub mod reach;
mod rules;
pub mod snapshot;
mod window;
pub mod wishes;
pub mod youth;

#[cfg(test)]
mod drilldown_tests;
#[cfg(test)]
mod known_tests;
#[cfg(test)]
mod tests;

pub use facts::age_at;

use jiff::civil::Date;

use crate::config::{FigureSettings, ReportWindow};
use crate::findings::representatives;
use crate::linkage::Outcome;
use crate::origin::Catalogue;
use crate::problems::Problem;
use crate::records::Records;
use crate::sources::SourceKind;
use drilldown::{DrillDown, Material};
use indicators::{ANNEX2, ANNEX3};
use known::Lack;

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

/// One row of Annex 2: a school or an agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annex2Row {
    /// Bare name.
    pub unit: String,
    /// Enrolment (技工院校) or training (职业培训机构).
    pub kind: SourceKind,
    /// ① … ⑦ in persons; `None` where it cannot be known.
    pub values: [Option<u64>; 7],
    /// By how much rows still in review can raise them.
    pub pending: [u64; 7],
}

/// A person counted in a figure of Annex 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// Index into [`Annex2::rows`].
    pub unit: u32,
    /// ① … ⑦ as 1 … 7.
    pub figure: u8,
    /// Index into `Records::persons`.
    pub person: u32,
}

/// Annex 2 技工院校技能脱贫攻坚进展情况表.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annex2 {
    /// Schools first, then agencies.
    pub rows: Vec<Annex2Row>,
    /// Sums of what is known, as the form prints them; `None` where nothing is.
    pub total: [Option<u64>; 7],
    /// Distinct persons over all rows, likewise.
    pub distinct: [Option<u64>; 7],
    /// Why figures are not known, or not whole.
    pub lacks: Vec<Lack>,
}

/// One row of Annex 3: a registry county, or the total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annex3Row {
    /// County name; `总计` in the total.
    pub county: String,
    /// 建档立卡贫困劳动力人数; `None` without a source.
    pub workers: Option<u64>,
    /// 有培训意愿人数; `None` without a source.
    pub willing: Option<u64>,
    /// 培训人数; `None` where it cannot be known, as all that follow.
    pub persons: Option<u64>,
    /// 培训人次.
    pub times: Option<u64>,
    /// 引导性, 就业技能, 岗位技能, 就地就近, 劳动预备制, 创业, in 人次.
    pub kinds: [Option<u64>; 6],
    /// 取得证书人数.
    pub certified: Option<u64>,
    /// 培训后就业创业人数.
    pub employed: Option<u64>,
    /// 其中:创业人数.
    pub founded: Option<u64>,
    /// 培训费, 鉴定费, 生活费 in 分; `None` without a source.
    pub fees: [Option<i64>; 3],
    /// 备注.
    pub note: String,
    /// By how much rows still in review can raise 培训人数, 培训人次, 取得证书人数,
    /// 培训后就业创业人数 and 创业人数.
    pub pending: [u64; 5],
}

impl Annex3Row {
    /// The figures in the order of [`indicators::ANNEX3`]; money in 分.
    pub fn values(&self) -> Vec<Option<i64>> {
        let counts = [self.workers, self.willing, self.persons, self.times];
        let results = [self.certified, self.employed, self.founded];
        let counted = counts.into_iter().chain(self.kinds).chain(results);
        let signed = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        counted.map(|value| value.map(signed)).chain(self.fees).collect()
    }
}

/// Annex 3 技能培训技能脱贫攻坚进展情况表.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annex3 {
    /// Counties in official order, the project's own before other cities'.
    pub rows: Vec<Annex3Row>,
    /// Column sums; a person is registered in one county, so they are distinct persons too.
    pub total: Annex3Row,
    /// Why figures are not known, or not whole.
    pub lacks: Vec<Lack>,
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Annex 2.
    pub annex2: Annex2,
    /// Annex 3.
    pub annex3: Annex3,
    /// 勾稽关系.
    pub checks: Vec<Check>,
    /// 口径说明.
    pub basis: Vec<BasisNote>,
    /// Who is counted in which figure of Annex 2; not of ① where it is taken from paired counties.
    pub members: Vec<Counted>,
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
}

impl Statistics {
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

/// Counts all figures; `outcomes` has one entry per source row, in the same order, and `wishes` one
/// per row of the villages' lists. The catalogue only serves to name cells in the problems.
pub fn summarise(
    records: &Records,
    (outcomes, wishes): (&[Outcome], &[Outcome]),
    basis: &Basis,
    catalogue: &Catalogue,
) -> Statistics {
    let units = annex2::units(records, &basis.institution_order);
    let counties = annex3::counties(records);
    let sources = facts::Sources {
        records,
        outcomes,
        wishes,
        basis,
        representatives: representatives(records),
        units: units.of_institution.clone(),
        counties: counties.of_person.clone(),
    };
    let merged = (0_u32..).zip(&sources.representatives).filter(|(row, of)| row != *of).count();
    let (rows, people) = (sources.rows_frame(), sources.people_frame());
    let terms = rules::Terms::of(basis);
    let material = Material::new(records, &units, (&rows, &people), basis);
    let details = Details {
        annex2: material.lists(ANNEX2, "unit"),
        annex3: material.lists(ANNEX3, "county"),
    };
    let ground = known::Ground { records, catalogue, basis, rows: &rows };
    let names: Vec<String> = units.rows.iter().map(|(name, _)| name.clone()).collect();
    let counts = annex2::count(records, &units, &rows, &people, &terms);
    let annex2 = counts.form(ground.annex2(&names));
    let names: Vec<String> = counties.rows.iter().map(|(name, _)| name.clone()).collect();
    let known = ground.annex3(&names);
    let annex3 = annex3::count(records, &counties, (&rows, &people), &terms, known);
    let rule = basis.settings.liang_hou_sheng;
    let ageless = counting::persons(&people, rules::ageless_workers());
    let mut notes = basis::notes(basis, &annex2, merged);
    notes.extend(basis::unknown_ages(ageless));
    notes.extend(coverage::notes(records, catalogue));
    if !records.intentions.is_empty() {
        let others = counting::persons(&people, rules::willing_others(&terms));
        notes.push(basis::wishes((records.intentions.len(), wishes), others));
    }
    let young = counting::selected(&people, rules::liang_hou_sheng(&terms));
    let youth = youth::whereabouts(&sources, &young);
    let workers = counting::selected(&people, rules::workers(&terms));
    let verdicts = wishes::wishes(&sources, &workers);
    let mut problems = known::problems(records, basis);
    problems.extend(gaps::problems(records, outcomes, basis, catalogue));
    problems.extend(wishes::problems(&sources, &verdicts, catalogue));
    Statistics {
        reach: reach::reach(&sources, &youth, &reach::Frames { rows: &rows, terms: &terms }),
        members: annex2::members(&rows, &terms),
        wishes: verdicts,
        youth,
        checks: checks::checks(&annex2, &annex3, rule),
        basis: notes,
        problems,
        annex2,
        annex3,
        details,
    }
}
