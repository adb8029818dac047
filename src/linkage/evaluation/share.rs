//! Shares and qualities with their 95 % intervals.

use serde::Serialize;

use crate::linkage::engine::count::to_f64;

/// Quantile of the normal distribution for 95 %.
const Z: f64 = 1.959_964;

/// A share with its 95 % interval (Wilson 1927).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// How many.
    pub part: usize,
    /// Of how many.
    pub whole: usize,
    /// The share; 0 when there is nothing to share.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

impl Share {
    /// A share with its interval.
    pub fn new(part: usize, whole: usize) -> Self {
        if whole == 0 {
            return Self { part, whole, value: 0.0, low: 0.0, high: 1.0 };
        }
        let (n, p, z) = (to_f64(whole), to_f64(part) / to_f64(whole), Z);
        let centre = p + z * z / (2.0 * n);
        let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        let bound = |value: f64| (value / scale).clamp(0.0, 1.0);
        Self { part, whole, value: p, low: bound(centre - spread), high: bound(centre + spread) }
    }
}

/// Precision, recall and F1 of a selection of links.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quality {
    /// Right ones among the selected.
    pub precision: Share,
    /// Selected right ones among all true matches.
    pub recall: Share,
    /// Harmonic mean.
    pub f1: f64,
    /// Lower bound of F1.
    pub f1_low: f64,
    /// Upper bound of F1.
    pub f1_high: f64,
}

impl Quality {
    /// From the right ones among the selected, the selected and the true matches.
    ///
    /// F1 is 2J/(1+J) of the share J of right ones among all that was selected or should have been,
    /// and grows with it; so the interval of J gives that of F1.
    pub fn new(right: usize, selected: usize, truths: usize) -> Self {
        let concerned = (selected + truths).saturating_sub(right);
        let jaccard = Share::new(right, concerned);
        let f1 = |share: f64| 2.0 * share / (1.0 + share);
        Self {
            precision: Share::new(right, selected),
            recall: Share::new(right, truths),
            f1: f1(jaccard.value),
            f1_low: f1(jaccard.low),
            f1_high: f1(jaccard.high),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_interval_of_the_textbook() {
        // 8 of 10: 0.490 to 0.943 (Brown, Cai and DasGupta 2001, formula 4).
        let share = Share::new(8, 10);
        assert!((share.low - 0.4902).abs() < 5e-4 && (share.high - 0.9433).abs() < 5e-4);
    }

    #[test]
    fn f1_is_the_harmonic_mean_inside_its_interval() {
        // 6 right of 8 selected, 10 true: P 3/4, R 3/5, F1 2/3; J = 6/12, Wilson 0.2538 to 0.7462.
        let quality = Quality::new(6, 8, 10);
        assert!((quality.f1 - 2.0 / 3.0).abs() < 1e-12);
        let low = 2.0 * 0.2538 / 1.2538;
        let high = 2.0 * 0.7462 / 1.7462;
        assert!((quality.f1_low - low).abs() < 5e-4 && (quality.f1_high - high).abs() < 5e-4);
    }

    #[test]
    fn nothing_to_share_says_nothing() {
        let quality = Quality::new(0, 0, 0);
        assert_eq!((quality.precision.low, quality.precision.high), (0.0, 1.0));
        assert_eq!((quality.f1, quality.f1_low, quality.f1_high), (0.0, 0.0, 1.0));
    }
}
