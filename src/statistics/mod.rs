//! Links and records → the figures of Annex 2 and Annex 3, with the checks between them.
//!
//! Every figure counts distinct persons (人) unless it says 人次; only rows decided `link` count,
//! and rows in `review` are counted beside as 待核. No I/O, no clock.

use jiff::civil::Date;

use crate::config::{FigureSettings, ReportWindow};
use crate::linkage::Outcome;
use crate::problems::Problem;
use crate::records::Records;
use crate::sources::SourceKind;

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
}

/// One row of Annex 2: a school or an agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annex2Row {
    /// Bare name.
    pub unit: String,
    /// Enrolment (技工院校) or training (职业培训机构).
    pub kind: SourceKind,
    /// ① … ⑦ in persons.
    pub values: [u64; 7],
    /// The same figures over rows still in review.
    pub pending: [u64; 7],
}

/// Annex 2 技工院校技能脱贫攻坚进展情况表.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annex2 {
    /// Schools first, then agencies.
    pub rows: Vec<Annex2Row>,
    /// Column sums, as the form prints them.
    pub total: [u64; 7],
    /// Distinct persons over all rows.
    pub distinct: [u64; 7],
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
    /// 培训人数.
    pub persons: u64,
    /// 培训人次.
    pub times: u64,
    /// 引导性, 就业技能, 岗位技能, 就地就近, 劳动预备制, 创业, in 人次.
    pub kinds: [u64; 6],
    /// 取得证书人数.
    pub certified: Option<u64>,
    /// 培训后就业创业人数.
    pub employed: u64,
    /// 其中:创业人数.
    pub founded: u64,
    /// 培训费, 鉴定费, 生活费 in 分; `None` without a source.
    pub fees: [Option<i64>; 3],
    /// 备注.
    pub note: String,
}

/// Annex 3 技能培训技能脱贫攻坚进展情况表.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annex3 {
    /// Counties in official order.
    pub rows: Vec<Annex3Row>,
    /// Column sums.
    pub total: Annex3Row,
    /// Distinct persons over all counties: 培训人数, 取得证书, 就业创业, 创业.
    pub distinct: [u64; 4],
}

/// One relation between figures (勾稽关系).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What must hold, e.g. `培训人数 ≤ 培训人次`.
    pub relation: String,
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
    /// Dates after the report date, undated employment and the like.
    pub problems: Vec<Problem>,
}

/// Counts all figures.
pub fn summarise(_records: &Records, _outcomes: &[Outcome], _basis: &Basis) -> Statistics {
    Statistics::default()
}
