//! Figures from masks: the rows of a rule grouped by a row of a form, and persons, attendances or fen
//! added up.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, UniqueKeepStrategy};

use super::frames::{Frame, Mask, SOUND};
use super::indicators::{Indicator, Measure};
use super::masks::Masks;
use super::rules::FigureRule;

/// A figure by row of a form; a row nobody stands in is left out.
pub(super) type ByLine = BTreeMap<u32, i64>;

impl Masks<'_> {
    /// A figure by the column `key` (`unit`, `county`), over these of its rows.
    pub fn by_line(&self, indicator: &Indicator, key: &str, mask: &Mask) -> ByLine {
        let chosen = self.frame(indicator.rule.frame()).filter(mask).expect(SOUND);
        match indicator.measure {
            Measure::Money(column) => sums(&chosen, key, column),
            measure => distinct(&chosen, key, once(measure)),
        }
    }

    /// A figure over the whole frame.
    pub fn overall(&self, indicator: &Indicator, mask: &Mask) -> i64 {
        let chosen = self.frame(indicator.rule.frame()).filter(mask).expect(SOUND);
        match indicator.measure {
            Measure::Money(column) => {
                let fen = chosen.column(column).and_then(|column| column.i64()).expect(SOUND);
                fen.iter().flatten().sum()
            }
            measure => {
                let one = chosen.column(once(measure)).and_then(polars::prelude::Column::n_unique);
                i64::try_from(one.expect(SOUND)).unwrap_or(i64::MAX)
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
}

/// What counts once.
fn once(measure: Measure) -> &'static str {
    match measure {
        Measure::Persons => "person",
        Measure::Times | Measure::Money(_) => "attendance",
    }
}

fn distinct(chosen: &DataFrame, key: &str, once: &str) -> ByLine {
    let pairs = chosen.select([key, once]).expect(SOUND);
    let pairs = pairs.unique_stable(None, UniqueKeepStrategy::First, None).expect(SOUND);
    let counts = pairs.group_by([key]).and_then(|groups| groups.select([once]).count());
    let counts = counts.expect(SOUND);
    let numbers = |column: usize| {
        let numbers = counts.columns()[column].u32().expect(SOUND);
        numbers.into_no_null_iter().collect::<Vec<u32>>()
    };
    numbers(0).into_iter().zip(numbers(1).into_iter().map(i64::from)).collect()
}

fn sums(chosen: &DataFrame, key: &str, column: &str) -> ByLine {
    let lines = chosen.column(key).and_then(|column| column.u32()).expect(SOUND);
    let fen = chosen.column(column).and_then(|column| column.i64()).expect(SOUND);
    let mut sums = ByLine::new();
    for (line, fen) in lines.into_no_null_iter().zip(fen.iter()) {
        *sums.entry(line).or_default() += fen.unwrap_or(0);
    }
    sums
}
