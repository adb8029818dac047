//! What another threshold would give: precision, recall and F1 of the named persons at and above
//! a probability. Only the probability counts here; the deterministic rules and the competition
//! for one person, which a run applies besides, do not.

use serde::Serialize;

use super::super::model::Thresholds;
use super::row::EvaluatedRow;
use super::share::Quality;

/// Thresholds a table shows.
pub const ROUND: [f64; 10] = [0.05, 0.15, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 0.999, 0.9999];

/// Match weights at the ends of the curve, in bits: links carry six digits of a probability, and
/// 20 bits are 0.999999.
const LOWEST: f64 = -20.0;
const HIGHEST: f64 = 20.0;

/// One threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CurvePoint {
    /// The probability.
    pub threshold: f64,
    /// Everybody named at or above it taken.
    pub quality: Quality,
}

/// A probability as log2 odds, kept within what six digits can tell.
pub fn bits(probability: f64) -> f64 {
    if probability >= 1.0 {
        return HIGHEST;
    }
    libm::log2(probability / (1.0 - probability)).clamp(LOWEST, HIGHEST)
}

/// The probability of log2 odds.
pub fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + libm::exp2(-bits))
}

/// The curve at every quarter of a bit from the lowest probability named, at round thresholds and
/// at those of the run, ascending; empty when nobody is named.
pub(super) fn curve(rows: &[EvaluatedRow], thresholds: Option<Thresholds>) -> Vec<CurvePoint> {
    let named = rows.iter().filter(|row| row.is_named()).map(|row| row.probability);
    let Some(lowest) = named.min_by(f64::total_cmp) else { return Vec::new() };
    let start = bits(lowest).floor();
    let steps = (0_u32..=160).map(|step| start + f64::from(step) / 4.0);
    let own = thresholds.iter().flat_map(|of_run| [of_run.review, of_run.link]);
    let shown: Vec<f64> = own.chain(ROUND).collect();
    let mut places: Vec<f64> = steps
        .take_while(|place| *place < HIGHEST)
        .map(probability)
        .chain(shown.iter().copied())
        .collect();
    // Below the lowest probability every threshold gives the same; the first says it for all.
    places.retain(|place| *place >= lowest || shown.contains(place));
    places.sort_by(f64::total_cmp);
    places.dedup();
    let counts = Counts::new(rows);
    places.into_iter().map(|threshold| counts.at(threshold)).collect()
}

/// Named rows by falling probability, with the right ones counted up to each.
struct Counts {
    probabilities: Vec<f64>,
    right: Vec<usize>,
    matched: usize,
}

impl Counts {
    fn new(rows: &[EvaluatedRow]) -> Self {
        let mut named: Vec<&EvaluatedRow> = rows.iter().filter(|row| row.is_named()).collect();
        named.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let mut right = vec![0];
        let mut sum = 0;
        for row in &named {
            sum += usize::from(row.is_right());
            right.push(sum);
        }
        Self {
            probabilities: named.iter().map(|row| row.probability).collect(),
            right,
            matched: rows.iter().filter(|row| row.is_matched()).count(),
        }
    }

    fn at(&self, threshold: f64) -> CurvePoint {
        let selected = self.probabilities.partition_point(|known| *known >= threshold);
        let quality = Quality::new(self.right[selected], selected, self.matched);
        CurvePoint { threshold, quality }
    }
}
