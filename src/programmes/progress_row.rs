//! One line of a progress table: a figure of a row and a period, against its target.

use jiff::civil::Date;

use crate::origin::Origin;

/// The row of all rows.
pub const TOTAL: &str = "总计";

/// One figure of one row and period. `None` is: nothing was handed over, or nothing falls into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressRow {
    /// Index into the programmes in use.
    pub programme: usize,
    /// Code of the figure; of a group `en_group:veteran`.
    pub figure: String,
    /// Area, `area/institution`, or [`TOTAL`].
    pub row: String,
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// Number to reach.
    pub target: Option<i64>,
    /// Number reached.
    pub value: Option<i64>,
    /// What may count, too, once it is settled.
    pub pending: Option<i64>,
    /// People behind the number, those with a usable number.
    pub persons: Option<i64>,
    /// The same figure of the period before.
    pub previous: Option<i64>,
    /// Places of the rows behind the value: sheet and row.
    pub rows: Vec<Origin>,
}

impl ProgressRow {
    /// Value over target with four decimals; `None` without either.
    pub fn rate(&self) -> Option<String> {
        let (value, target) = (self.value?, self.target.filter(|target| *target > 0)?);
        // Rounded half up in whole numbers, so that no float decides the last digit.
        let scaled = (value * 20_000 + target) / (2 * target);
        Some(format!("{}.{:04}", scaled / 10_000, scaled % 10_000))
    }
}
