//! Running the indicators over a frame, by row of a form and in total.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, Expr, IntoLazy, col, lit};

use super::indicators::{Frame, Indicator};
use super::rules::Terms;

/// Figures of one form row, in the order of the indicators.
pub type Figures = Vec<i64>;

/// Why a query over a frame of ours cannot fail.
pub const SOUND: &str = "the rules only name columns of the frame they are made for";

/// Rows that are decided (`Some(false)`), to be reviewed (`Some(true)`), or all: the registry's
/// frame has no decision.
fn decided(pending: Option<bool>) -> Expr {
    pending.map_or(lit(true), |pending| col("pending").eq(lit(pending)))
}

fn aggregates(indicators: &[&Indicator], terms: &Terms) -> Vec<Expr> {
    indicators.iter().map(|indicator| indicator.aggregate(terms)).collect()
}

/// The figures by the value of a key column (`unit`, `county`, `place`).
pub fn by_key(
    frame: &DataFrame,
    key: &str,
    pending: Option<bool>,
    indicators: &[&Indicator],
    terms: &Terms,
) -> BTreeMap<u32, Figures> {
    let counted = frame
        .clone()
        .lazy()
        .filter(decided(pending))
        .group_by([col(key)])
        .agg(aggregates(indicators, terms))
        .collect()
        .expect(SOUND);
    let keys = counted.column(key).and_then(|column| column.u32().cloned()).expect(SOUND);
    let mut figures: BTreeMap<u32, Figures> =
        keys.into_no_null_iter().map(|key| (key, Vec::new())).collect();
    for indicator in indicators {
        let values = column(&counted, indicator.code);
        for (key, value) in keys.into_no_null_iter().zip(values) {
            figures.entry(key).or_default().push(value);
        }
    }
    figures
}

/// By how much a figure grows when rows in review are taken with the linked ones: a person who is
/// counted already adds nothing.
pub fn gain(linked: Option<&Figures>, either: Option<&Figures>, index: usize) -> u64 {
    let figure = |figures: Option<&Figures>| {
        figures.and_then(|figures| figures.get(index)).copied().unwrap_or(0)
    };
    u64::try_from(figure(either) - figure(linked)).unwrap_or(0)
}

/// The figures over the whole frame.
pub fn overall(
    frame: &DataFrame,
    pending: Option<bool>,
    indicators: &[&Indicator],
    terms: &Terms,
) -> Figures {
    let lazy = frame.clone().lazy().filter(decided(pending));
    let counted = lazy.select(aggregates(indicators, terms)).collect().expect(SOUND);
    indicators.iter().map(|one| column(&counted, one.code)[0]).collect()
}

/// Distinct persons of the rows a rule selects.
pub fn persons(frame: &DataFrame, rule: Expr) -> u64 {
    let counted = frame
        .clone()
        .lazy()
        .filter(rule)
        .select([col("person").n_unique().cast(polars::prelude::DataType::Int64)]);
    let counted = counted.collect().expect(SOUND);
    u64::try_from(column(&counted, "person")[0]).unwrap_or(0)
}

/// The persons a rule selects, sorted.
pub fn selected(frame: &DataFrame, rule: Expr) -> Vec<u32> {
    let mut persons: Vec<u32> =
        pairs_selected(frame, "person", rule).into_iter().map(|(_, person)| person).collect();
    persons.sort_unstable();
    persons
}

/// The rows a rule selects, as key (`unit`, `county`) and person, each pair once.
pub fn pairs_selected(frame: &DataFrame, key: &str, rule: Expr) -> Vec<(u32, u32)> {
    let lazy = frame.clone().lazy().filter(rule.fill_null(lit(false)));
    let found = lazy.select([col(key).alias("key"), col("person")]).collect().expect(SOUND);
    let numbers = |name: &str| {
        let column = found.column(name).and_then(|column| column.u32().cloned()).expect(SOUND);
        column.into_no_null_iter().collect::<Vec<u32>>()
    };
    let mut pairs: Vec<(u32, u32)> = numbers("key").into_iter().zip(numbers("person")).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The linked rows a rule selects, as key (`unit`, `county`) and index of the source row.
pub fn rows_selected(frame: &DataFrame, key: &str, rule: Expr) -> Vec<(u32, u32)> {
    let linked = decided(Some(false)).and(rule.fill_null(lit(false)));
    let lazy = frame.clone().lazy().filter(linked).select([col(key).alias("key"), col("row")]);
    let found = lazy.collect().expect(SOUND);
    let numbers = |name: &str| {
        let column = found.column(name).and_then(|column| column.u32().cloned()).expect(SOUND);
        column.into_no_null_iter().collect::<Vec<u32>>()
    };
    numbers("key").into_iter().zip(numbers("row")).collect()
}

fn column(frame: &DataFrame, name: &str) -> Vec<i64> {
    let column = frame.column(name).and_then(|column| column.i64().cloned()).expect(SOUND);
    column.iter().map(|value| value.unwrap_or(0)).collect()
}

/// The indicators of one frame.
pub fn over(indicators: &[Indicator], frame: Frame) -> Vec<&Indicator> {
    indicators.iter().filter(|indicator| indicator.frame == frame).collect()
}
