//! Figures from masks: the rows of a rule grouped by a row of a form, and persons, attendances or fen
//! added up.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::ChunkFilter;

use super::frames::{Frame, Mask, SOUND};
use super::indicators::{Indicator, Measure};
use super::masks::Masks;
use super::rules::FigureRule;

/// A figure by row of a form; a row nobody stands in is left out.
pub(super) type ByLine = BTreeMap<u32, i64>;

impl Masks<'_> {
    /// A figure by the column `key` (`unit`, `county`), over these of its rows.
    pub fn by_line(&self, indicator: &Indicator, key: &str, mask: &Mask) -> ByLine {
        let frame = indicator.rule.frame();
        match indicator.measure {
            Measure::Money(column) => {
                sums(&self.numbers(frame, key, mask), &self.fen(frame, column, mask))
            }
            measure => distinct(self.pairs(frame, [key, once(measure)], mask)),
        }
    }

    /// A figure over the whole frame.
    pub fn overall(&self, indicator: &Indicator, mask: &Mask) -> i64 {
        let frame = indicator.rule.frame();
        match indicator.measure {
            Measure::Money(column) => self.fen(frame, column, mask).iter().sum(),
            measure => {
                let mut seen = self.numbers(frame, once(measure), mask);
                seen.sort_unstable();
                seen.dedup();
                i64::try_from(seen.len()).unwrap_or(i64::MAX)
            }
        }
    }

    /// The registered persons a rule holds for, sorted.
    pub fn registered(&self, rule: FigureRule) -> Vec<u32> {
        self.people(self.of(rule))
    }

    /// The registered persons a mask over them selects, sorted.
    pub fn people(&self, mask: &Mask) -> Vec<u32> {
        let mut persons = self.numbers(Frame::People, "person", mask);
        persons.sort_unstable();
        persons
    }

    /// The rows a mask selects, as a row of a form (`unit`, `county`) and another index.
    pub fn pairs(&self, frame: Frame, columns: [&str; 2], mask: &Mask) -> Vec<(u32, u32)> {
        let [left, right] = columns.map(|column| self.numbers(frame, column, mask));
        left.into_iter().zip(right).collect()
    }

    /// The rows of the inputs (source rows, rows of the villages' lists) a rule holds for.
    pub fn rows_of(&self, rule: FigureRule) -> BTreeSet<u32> {
        self.numbers(rule.frame(), "row", self.of(rule)).into_iter().collect()
    }

    /// A column of indices, of the rows a mask selects.
    pub fn numbers(&self, frame: Frame, column: &str, mask: &Mask) -> Vec<u32> {
        self.frames.numbers(frame, column, Some(mask))
    }

    /// A column of money in fen, of the rows a mask selects; what is not known adds nothing.
    pub(super) fn fen(&self, frame: Frame, column: &str, mask: &Mask) -> Vec<i64> {
        let fen = self.frame(frame).column(column).and_then(|column| column.i64()).expect(SOUND);
        fen.filter(mask).expect(SOUND).iter().map(|fen| fen.unwrap_or(0)).collect()
    }
}

/// What counts once.
pub(super) fn once(measure: Measure) -> &'static str {
    match measure {
        Measure::Persons => "person",
        Measure::Times | Measure::Money(_) => "attendance",
    }
}

/// How many different things stand in each line.
fn distinct(mut pairs: Vec<(u32, u32)>) -> ByLine {
    pairs.sort_unstable();
    pairs.dedup();
    let lines = pairs.chunk_by(|one, other| one.0 == other.0);
    lines.map(|line| (line[0].0, i64::try_from(line.len()).unwrap_or(i64::MAX))).collect()
}

fn sums(lines: &[u32], fen: &[i64]) -> ByLine {
    let mut sums = ByLine::new();
    for (line, fen) in lines.iter().zip(fen) {
        *sums.entry(*line).or_default() += fen;
    }
    sums
}
