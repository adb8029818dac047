//! Whether the stated probabilities are true: bins, doubtful shares, and the distribution.

use std::collections::BTreeMap;

use serde::Serialize;

use super::curve::bits;
use super::row::EvaluatedRow;
use super::share::Share;
use crate::linkage::engine::count::to_f64;

/// One bin of the calibration table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// Lower end of the probabilities.
    pub from: f64,
    /// Mean probability; 0 in an empty bin.
    pub mean: f64,
    /// Right ones.
    pub right: Share,
}

/// How many of the named persons at and above a probability are wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Doubt {
    /// The probability.
    pub from: f64,
    /// Wrong ones.
    pub wrong: Share,
}

/// Named persons within one bit of match weight.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WeightBin {
    /// Lower end, in log2 odds; the bin is one wide.
    pub from: i32,
    /// Right ones.
    pub right: usize,
    /// Wrong ones.
    pub wrong: usize,
}

const BINS: [f64; 10] = [0.0, 0.05, 0.15, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 0.999];

/// The calibration table, empty bins included.
pub(super) fn bins(rows: &[EvaluatedRow]) -> Vec<Bin> {
    let upper = BINS.iter().copied().skip(1).chain([f64::INFINITY]);
    BINS.into_iter()
        .zip(upper)
        .map(|(from, to)| {
            let inside = |row: &&EvaluatedRow| row.probability >= from && row.probability < to;
            let members: Vec<&EvaluatedRow> =
                rows.iter().filter(|row| row.is_named()).filter(inside).collect();
            let sum: f64 = members.iter().map(|row| row.probability).sum();
            let right = members.iter().filter(|row| row.is_right()).count();
            let mean = sum / to_f64(members.len().max(1));
            Bin { from, mean, right: Share::new(right, members.len()) }
        })
        .collect()
}

/// How many are wrong where the program says it is nearly sure.
pub(super) fn doubts(rows: &[EvaluatedRow]) -> Vec<Doubt> {
    let doubt = |from: f64| {
        let members = || rows.iter().filter(|row| row.is_named() && row.probability >= from);
        let wrong = members().filter(|row| !row.is_right()).count();
        Doubt { from, wrong: Share::new(wrong, members().count()) }
    };
    [0.99, 0.9].map(doubt).into()
}

/// Mean log loss of the stated probabilities over all rows, in nats: −ln p where what is stated is true, −ln (1 − p)
/// where it is not. Stated is that the named person is the right one; where nobody is named, that the row has
/// a match at all, with the probability of the likeliest candidate.
pub(super) fn log_loss(rows: &[EvaluatedRow]) -> f64 {
    /// The last digit that links.csv has.
    const FLOOR: f64 = 1e-6;
    let loss = |row: &EvaluatedRow| {
        let is_true = if row.is_named() { row.is_right() } else { row.is_matched() };
        let stated = if is_true { row.probability } else { 1.0 - row.probability };
        -libm::log(stated.max(FLOOR))
    };
    rows.iter().map(loss).sum::<f64>() / to_f64(rows.len().max(1))
}

/// Right and wrong persons by match weight, from the lowest bin that occurs to the highest.
pub(super) fn weights(rows: &[EvaluatedRow]) -> Vec<WeightBin> {
    let mut counts: BTreeMap<i32, (usize, usize)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.is_named()) {
        let count = counts.entry(weight_bin(row.probability)).or_default();
        if row.is_right() { count.0 += 1 } else { count.1 += 1 }
    }
    let (Some(first), Some(last)) = (counts.keys().next(), counts.keys().next_back()) else {
        return Vec::new();
    };
    (*first..=*last)
        .map(|from| {
            let (right, wrong) = counts.get(&from).copied().unwrap_or_default();
            WeightBin { from, right, wrong }
        })
        .collect()
}

/// The whole number of bits at or below; counted out, because a cast would hide what is cut off.
fn weight_bin(probability: f64) -> i32 {
    let weight = bits(probability);
    (-20..20).rev().find(|from| f64::from(*from) <= weight).unwrap_or(-20)
}
