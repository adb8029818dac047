//! Expectation maximisation over counts of agreement patterns (Fellegi–Sunter with conditional
//! independence; Winkler 1988). Candidate pairs are no random pairs, so the strangers among them
//! get a distribution of their own, which is thrown away afterwards.

use super::{Pattern, to_f64};
use crate::linkage::plan::Plan;

/// Most iterations.
const MOST: usize = 200;
/// Largest change of a probability at which the fit has converged.
const TOLERANCE: f64 = 1e-7;

/// Result of a fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// m by comparison and level; `None` for a level no pair showed.
    pub m: Vec<Vec<Option<f64>>>,
    /// Expected number of matches among the pairs.
    pub matches: f64,
    /// Iterations used.
    pub iterations: usize,
}

/// Probabilities of one class of pairs.
type Class = Vec<Vec<f64>>;

/// Fits m to patterns, starting from the plan's own values.
pub fn fit(plan: &Plan, patterns: &[Pattern]) -> Fitted {
    let start = |pick: fn(&crate::linkage::plan::LevelWeight) -> f64| -> Class {
        plan.comparisons.iter().map(|c| c.levels.iter().map(|l| pick(l).exp2()).collect()).collect()
    };
    let (mut m, mut u) = (start(|l| l.m), start(|l| l.u));
    let total: f64 = patterns.iter().map(|(_, count)| to_f64(*count)).sum();
    let mut share = 0.1;
    let mut iterations = 0;
    for _ in 0..MOST {
        iterations += 1;
        let posterior: Vec<f64> =
            patterns.iter().map(|(levels, _)| probability(plan, levels, (&m, &u), share)).collect();
        let weight = |i: usize| to_f64(patterns[i].1) * posterior[i];
        let rest = |i: usize| to_f64(patterns[i].1) * (1.0 - posterior[i]);
        let (next_m, next_u) = (tally(plan, patterns, &weight), tally(plan, patterns, &rest));
        share = ((0..patterns.len()).map(weight).sum::<f64>() / total.max(1.0)).clamp(1e-9, 0.999);
        let change = largest_change(&m, &next_m);
        (m, u) = (next_m, next_u);
        if change < TOLERANCE {
            break;
        }
    }
    Fitted { m: seen_only(plan, patterns, m), matches: share * total, iterations }
}

/// Match probability of a pattern; levels that are not estimated take no part.
fn probability(plan: &Plan, levels: &[u8], (m, u): (&Class, &Class), share: f64) -> f64 {
    let ratio = |(index, level): (usize, &u8)| {
        let level = usize::from(*level);
        let taken = plan.comparisons[index].levels[level].estimated;
        if taken { m[index][level] / u[index][level] } else { 1.0 }
    };
    let compared = levels.iter().take(plan.comparisons.len()).enumerate();
    let odds = compared.map(ratio).product::<f64>() * share / (1.0 - share);
    odds / (1.0 + odds)
}

/// Weighted shares of the levels that are estimated.
fn tally(plan: &Plan, patterns: &[Pattern], weight: &dyn Fn(usize) -> f64) -> Class {
    let mut class: Class = plan.comparisons.iter().map(|c| vec![1e-4; c.levels.len()]).collect();
    for (index, (levels, _)) in patterns.iter().enumerate() {
        let weight = weight(index);
        for (shares, level) in class.iter_mut().zip(levels) {
            shares[usize::from(*level)] += weight;
        }
    }
    for (shares, comparison) in class.iter_mut().zip(&plan.comparisons) {
        let taken = |at: &usize| comparison.levels[*at].estimated;
        let sum: f64 = (0..shares.len()).filter(taken).map(|at| shares[at]).sum();
        for share in shares.iter_mut() {
            *share = (*share / sum).clamp(1e-9, 1.0);
        }
    }
    class
}

fn largest_change(a: &Class, b: &Class) -> f64 {
    let pairs = a.iter().flatten().zip(b.iter().flatten());
    pairs.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}

fn seen_only(plan: &Plan, patterns: &[Pattern], m: Class) -> Vec<Vec<Option<f64>>> {
    let seen = |comparison: usize, level: usize| {
        patterns.iter().any(|(levels, _)| usize::from(levels[comparison]) == level)
    };
    m.into_iter()
        .enumerate()
        .map(|(comparison, levels)| {
            let last = plan.comparisons[comparison].levels.len() - 1;
            let value =
                |(level, m): (usize, f64)| (level < last && seen(comparison, level)).then_some(m);
            levels.into_iter().enumerate().map(value).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::model::Model;
    use crate::linkage::scoring::Levels;

    const THREE: &str = r#"
name = "three"
version = "test"
[prior]
match = 0.3
[thresholds]
link = 0.9
review = 0.1
[[field]]
name = "a"
kind = "text"
[[field]]
name = "b"
kind = "text"
[[field]]
name = "c"
kind = "text"
[[comparison]]
name = "a"
kind = "text"
field = "a"
level = [{ name = "equal", equal = true, m = 0.8, u = 0.2 }, { name = "else", m = 0.2, u = 0.8 }]
[[comparison]]
name = "b"
kind = "text"
field = "b"
level = [{ name = "equal", equal = true, m = 0.8, u = 0.2 }, { name = "else", m = 0.2, u = 0.8 }]
[[comparison]]
name = "c"
kind = "text"
field = "c"
level = [{ name = "equal", equal = true, m = 0.8, u = 0.2 }, { name = "else", m = 0.2, u = 0.8 }]
[[blocking]]
on = ["a"]
"#;

    /// Exact pattern counts of a known mixture must give its parameters back.
    #[test]
    fn known_parameters_are_recovered() {
        let plan = Plan::new(&Model::parse("three", THREE).unwrap());
        let (m, u, share, total) = ([0.95, 0.9, 0.7], [0.05, 0.1, 0.3], 0.2, 1e9);
        let patterns: Vec<Pattern> = (0..8_u8)
            .map(|bits| {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a count below 1e9"
                )]
                let count = |expected: f64| expected.round() as u64;
                let mut levels = Levels::default();
                let (mut same, mut other) = (share, 1.0 - share);
                for (i, level) in levels.iter_mut().enumerate().take(3) {
                    *level = bits >> i & 1;
                    let agree = *level == 0;
                    same *= if agree { m[i] } else { 1.0 - m[i] };
                    other *= if agree { u[i] } else { 1.0 - u[i] };
                }
                (levels, count((same + other) * total))
            })
            .collect();
        let fitted = fit(&plan, &patterns);
        for (i, expected) in m.iter().enumerate() {
            let found = fitted.m[i][0].unwrap();
            assert!((found - expected).abs() < 1e-3, "m of {i}: {found} against {expected}");
        }
        assert!((fitted.matches / total - share).abs() < 1e-3);
    }

    #[test]
    fn a_level_no_pair_shows_is_not_invented() {
        let plan = Plan::new(&Model::parse("three", THREE).unwrap());
        let patterns = [(Levels::default(), 10)];
        assert_eq!(fit(&plan, &patterns).m[0][1], None);
    }
}
