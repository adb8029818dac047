//! The two forms filled: every figure of every row by the code of its indicator.

use std::collections::BTreeMap;
use std::ops::Index;

use crate::vocabulary::SourceKind;

use super::counting::ByLine;
use super::indicators::{Indicator, Measure};
use super::masks::Masks;
use super::rules::FigureRule;

/// Figures by the code of their indicator; money in 分. One that cannot be known is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<&'static str, i64>);

impl Values {
    /// A figure, if it is known.
    pub fn get(&self, code: &str) -> Option<i64> {
        self.0.get(code).copied()
    }

    /// Sets a figure, or leaves it unknown.
    pub fn set(&mut self, code: &'static str, value: Option<i64>) {
        match value {
            Some(value) => self.0.insert(code, value),
            None => self.0.remove(code),
        };
    }

    /// Whether any figure is above 0.
    pub fn any(&self) -> bool {
        self.0.values().any(|value| *value > 0)
    }
}

impl Index<&str> for Values {
    type Output = i64;

    /// For figures that are certainly known.
    fn index(&self, code: &str) -> &i64 {
        &self.0[code]
    }
}

impl FromIterator<(&'static str, i64)> for Values {
    fn from_iter<All: IntoIterator<Item = (&'static str, i64)>>(all: All) -> Self {
        Self(all.into_iter().collect())
    }
}

/// One row of a form: a school or an agency, or a county; or the total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnnexRow {
    /// Bare name; `总计` in the total.
    pub name: String,
    /// Of a unit: enrolment (技工院校) or training (职业培训机构).
    pub kind: Option<SourceKind>,
    /// 备注 of a county: what tells it from another of its name.
    pub note: String,
    /// The figures.
    pub values: Values,
    /// By how much rows still in review can raise each that counts people or times.
    pub pending: Values,
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
pub(super) fn joined(figures: &[&str]) -> String {
    let marks = figures.iter().all(|figure| figure.chars().count() == 1);
    figures.join(if marks { "" } else { "、" })
}

/// A form, filled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilledAnnex {
    /// Its rows in its order.
    pub rows: Vec<AnnexRow>,
    /// Sums of what is known, as the form prints them.
    pub total: AnnexRow,
    /// Distinct persons (times, fen) over all rows.
    pub distinct: Values,
    /// Why figures are not known, or not whole.
    pub lacks: Vec<Lack>,
}

/// The rows of a form before anything is counted.
#[derive(Clone, Debug)]
pub struct FormLines {
    /// Its figures.
    pub indicators: &'static [Indicator],
    /// The column of the frames that holds a row's number.
    pub key: &'static str,
    /// Names, kinds and notes, in its order.
    pub rows: Vec<AnnexRow>,
}

/// A figure counted: by row, and over all of them.
#[derive(Clone, Debug, Default)]
pub struct FigureTally {
    /// Linked rows.
    pub by_line: ByLine,
    /// By how much rows in review raise it.
    pub pending: ByLine,
    /// Each person once over all rows.
    pub distinct: i64,
}

impl FigureTally {
    /// A figure by its rule, and what rows in review add to it: somebody counted already adds
    /// nothing.
    pub fn of(masks: &Masks, indicator: &Indicator, key: &str) -> Self {
        let linked = masks.linked(indicator.rule);
        let by_line = masks.by_line(indicator, key, &linked);
        let mut pending = ByLine::new();
        if !matches!(indicator.measure, Measure::Money(_)) {
            pending = masks.by_line(indicator, key, masks.of(indicator.rule));
            for (line, value) in &mut pending {
                *value -= by_line.get(line).copied().unwrap_or(0);
            }
        }
        Self { by_line, pending, distinct: masks.overall(indicator, &linked) }
    }
}

impl FormLines {
    /// The names of the rows.
    pub fn names(&self) -> Vec<String> {
        self.rows.iter().map(|row| row.name.clone()).collect()
    }
}

/// Persons in the rows of a form, by the rule of a figure.
pub fn members(masks: &Masks, rule: FigureRule, key: &str) -> Vec<(u32, u32)> {
    let mut pairs = masks.pairs(rule.frame(), [key, "person"], &masks.linked(rule));
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
