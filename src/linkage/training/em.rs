//! Expectation maximisation (Fellegi–Sunter with conditional independence; Winkler 1988), with the
//! candidates of a row in competition: a row is one of them, or a relative of one, or a stranger
//! (as in [`crate::linkage::engine::posterior`]). Without the competition households pass for persons:
//! brothers share village, surname, parents and telephone, and agree on most columns.
//!
//! A pair people have ruled on is not estimated: its posterior is 1 or 0, and the other candidates
//! of the row share what that leaves (EM over labelled and unlabelled records; Larsen and Rubin
//! 2001, Winkler 2002). Which pairs were asked about hangs on their comparison vectors only, which
//! are all in the likelihood, so it is not distorted by the choice; counting the ruled pairs alone would be.
//!
//! u is given (random pairs), relatives stay as the model has them, the prior is estimated only
//! where it could not be observed; m and nothing else is free.

use rayon::prelude::*;

use super::PairLabel;
use super::observations::{AlikeRows, Observations, Observed};
use super::shares::shares;
use crate::linkage::engine::count::to_f64;
use crate::linkage::engine::plan::{LevelWeight, Plan};
use crate::linkage::engine::posterior::RowPrior;

/// Most iterations.
const MOST: usize = 60;
/// Largest change of a probability at which the fit has converged: a tenth of what the shipped numbers
/// are rounded to.
const TOLERANCE: f64 = 1e-4;
/// Matches' worth of trust in the model's own m (the mean of a Dirichlet prior): as much as where sound
/// numbers show it. Pairs that contradict each other are the ones expectation maximisation gives to
/// relatives and strangers, so a level that few matches show must not be taken for impossible.
const TRUST: f64 = 200.0;
/// Rows whose sums are taken in one go; fixed, so that the result does not hang on threads.
const CHUNK: usize = 4096;

/// Result of a fit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fitted {
    /// m by comparison and level; `None` for a level no pair showed.
    pub m: Vec<Vec<Option<f64>>>,
    /// Share of matched rows by group.
    pub matched: Vec<f64>,
    /// Expected number of matches among the rows looked at.
    pub matches: f64,
    /// Iterations used.
    pub iterations: usize,
}

/// What a fit starts from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start<'run> {
    /// The model: starting m, u, and what relatives show.
    pub plan: &'run Plan,
    /// Share of matched rows by group where it was observed.
    pub observed: &'run [Option<f64>],
    /// Rows of the right table.
    pub right_rows: usize,
}

/// Fits m to the observations.
pub(super) fn fit(start: &Start, seen: &Observations) -> Fitted {
    let first = |prior: &Option<f64>| prior.unwrap_or(start.plan.prior.matched);
    let mut matched: Vec<f64> = start.observed.iter().map(first).collect();
    let mut m = weights(start.plan, |level| libm::exp2(level.m));
    let of_kin = pattern_weights(start.plan, seen, |_, _, level| level.kin);
    let mut expected_matches = 0.0;
    let mut iterations = 0;
    for _ in 0..MOST {
        iterations += 1;
        let expected = expect(start, seen, &Estimate { m: &m, matched: &matched, of_kin: &of_kin });
        let next = maximise(start.plan, seen, &expected.by_pattern);
        let change = largest_change(&m, &next);
        m = next;
        expected_matches = expected.by_group.iter().sum();
        for (group, share) in matched.iter_mut().enumerate() {
            if start.observed[group].is_none() {
                let rows = to_f64(seen.totals[group]).max(1.0);
                *share = (expected.by_group[group] / rows).clamp(1e-6, 1.0 - 1e-6);
            }
        }
        if change < TOLERANCE {
            break;
        }
    }
    Fitted { m: seen_only(start.plan, seen, &m), matched, matches: expected_matches, iterations }
}

/// A number per comparison and level.
type ByLevel = Vec<Vec<f64>>;

fn weights(plan: &Plan, pick: impl Fn(&LevelWeight) -> f64) -> ByLevel {
    plan.comparisons.iter().map(|c| c.levels.iter().map(&pick).collect()).collect()
}

/// Expected matches by pattern and by group.
struct Expected {
    by_pattern: Vec<f64>,
    by_group: Vec<f64>,
}

impl Expected {
    fn new(patterns: usize, groups: usize) -> Self {
        Self { by_pattern: vec![0.0; patterns], by_group: vec![0.0; groups] }
    }

    fn add(&mut self, other: &Self) {
        let sum = |into: &mut [f64], from: &[f64]| {
            into.iter_mut().zip(from).for_each(|(into, from)| *into += from);
        };
        sum(&mut self.by_pattern, &other.by_pattern);
        sum(&mut self.by_group, &other.by_group);
    }
}

/// What an iteration goes by.
struct Estimate<'a> {
    m: &'a ByLevel,
    /// Share of matched rows by group.
    matched: &'a [f64],
    /// Weights of relatives by pattern, which no iteration changes.
    of_kin: &'a [f64],
}

/// Weights by pattern, of matches and of relatives.
#[derive(Clone, Copy)]
struct PatternWeights<'a> {
    of_match: &'a [f64],
    of_kin: &'a [f64],
}

fn expect(start: &Start, seen: &Observations, estimate: &Estimate) -> Expected {
    let Estimate { m, matched, of_kin } = *estimate;
    let relative = start.plan.prior.relative;
    let priors: Vec<RowPrior> =
        matched.iter().map(|share| RowPrior::new(*share, relative, start.right_rows)).collect();
    let of_match = pattern_weights(start.plan, seen, |c, l, level| {
        if level.estimated { libm::log2(m[c][l]) } else { level.m }
    });
    let weights = PatternWeights { of_match: &of_match, of_kin };
    let empty = || Expected::new(seen.patterns.len(), matched.len());
    let chunk = |rows: &[AlikeRows]| {
        let mut sums = empty();
        let mut shares = Vec::new();
        for row in rows {
            let prior = priors[row.group as usize];
            compete(&row.candidates, prior, weights, &mut shares);
            let count = to_f64(row.count);
            for (candidate, share) in row.candidates.iter().zip(&shares) {
                sums.by_pattern[candidate.pattern as usize] += share * count;
                sums.by_group[row.group as usize] += share * count;
            }
        }
        sums
    };
    // Summed in a fixed order: sums of floats hang on it.
    let parts: Vec<Expected> = seen.rows.par_chunks(CHUNK).map(chunk).collect();
    let mut total = empty();
    for part in &parts {
        total.add(part);
    }
    total
}

/// log2 of P(pattern | class) / P(pattern | strangers), rarity of values left out.
fn pattern_weights(
    plan: &Plan,
    seen: &Observations,
    of: impl Fn(usize, usize, &LevelWeight) -> f64,
) -> Vec<f64> {
    let by_level: ByLevel = (plan.comparisons.iter().enumerate())
        .map(|(c, comparison)| {
            let weight = |(l, level): (usize, &LevelWeight)| {
                of(c, l, level) - if level.frequency { 0.0 } else { level.u }
            };
            comparison.levels.iter().enumerate().map(weight).collect()
        })
        .collect();
    let weight = |levels: &crate::linkage::engine::scoring::Levels| -> f64 {
        by_level.iter().zip(levels).map(|(weights, level)| weights[usize::from(*level)]).sum()
    };
    seen.patterns.iter().map(weight).collect()
}

/// The probability of each candidate of a row, as the posterior has it. What people have ruled is
/// certain: a confirmed person leaves nothing to anybody else, an excluded one can only be a
/// relative.
fn compete(
    candidates: &[Observed],
    prior: RowPrior,
    weights: PatternWeights,
    shares: &mut Vec<f64>,
) {
    let PatternWeights { of_match, of_kin } = weights;
    let confirmed = candidates.iter().any(|c| c.label == PairLabel::Same);
    let possible = if confirmed { PairLabel::Same } else { PairLabel::Open };
    let unless = |excluded: bool, log: f64| if excluded { f64::NEG_INFINITY } else { log };
    let matched = |c: &Observed| {
        unless(c.label != possible, of_match[c.pattern as usize] + c.bits() + prior.matched)
    };
    let kin =
        |c: &Observed| unless(confirmed, of_kin[c.pattern as usize] + c.bits() + prior.relative);
    let stranger = unless(confirmed, prior.stranger);
    let top = candidates.iter().flat_map(|c| [matched(c), kin(c)]).fold(stranger, f64::max);
    let mass = |log: f64| libm::exp2(log - top);
    shares.clear();
    shares.extend(candidates.iter().map(|c| mass(matched(c))));
    let rivals: f64 = candidates.iter().map(|c| mass(kin(c))).sum();
    let total = shares.iter().sum::<f64>() + rivals + mass(stranger);
    for share in shares.iter_mut() {
        *share /= total;
    }
}

/// m from expected counts.
fn maximise(plan: &Plan, seen: &Observations, by_pattern: &[f64]) -> ByLevel {
    let mut m =
        weights(plan, |level| if level.states > 0 { libm::exp2(level.m) * TRUST } else { 0.0 });
    for (levels, expected) in seen.patterns.iter().zip(by_pattern) {
        for (counts, level) in m.iter_mut().zip(levels) {
            counts[usize::from(*level)] += expected;
        }
    }
    let normalised = m.iter().zip(&plan.comparisons).map(|(counts, comparison)| {
        let found = shares(&comparison.levels, counts);
        found.into_iter().map(|share| share.clamp(1e-9, 1.0)).collect()
    });
    normalised.collect()
}

fn largest_change(a: &ByLevel, b: &ByLevel) -> f64 {
    let pairs = a.iter().flatten().zip(b.iter().flatten());
    pairs.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}

fn seen_only(plan: &Plan, seen: &Observations, m: &ByLevel) -> Vec<Vec<Option<f64>>> {
    let shown = |comparison: usize, level: usize| {
        seen.patterns.iter().any(|levels| usize::from(levels[comparison]) == level)
    };
    let comparisons = m.iter().zip(&plan.comparisons).enumerate();
    comparisons
        .map(|(index, (shares, comparison))| {
            let estimated = |at: usize| comparison.levels[at].estimated && shown(index, at);
            shares.iter().enumerate().map(|(at, m)| estimated(at).then_some(*m)).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::compile;
    use crate::linkage::engine::scoring::Levels;
    use crate::linkage::model::Model;

    fn three() -> Plan {
        let head = "name = \"three\"\nversion = \"test\"\nprior = { match = 0.5 }\n\
                    thresholds = { link = 0.9, review = 0.1 }\nblocking = [{ on = [\"a\"] }]\n";
        let field = |name: &str| format!("[[field]]\nname = \"{name}\"\nkind = \"text\"\n");
        let comparison = |(name, u): (&str, f64)| {
            let equal = format!("{{ name = \"equal\", equal = true, m = 0.8, u = {u} }}");
            let other = format!("{{ name = \"else\", m = 0.2, u = {} }}", 1.0 - u);
            let head = format!("name = \"{name}\"\nkind = \"text\"\nfield = \"{name}\"");
            format!("[[comparison]]\n{head}\nlevel = [{equal}, {other}]\n")
        };
        let fields: String = ["a", "b", "c"].map(field).concat();
        let comparisons = [("a", 0.05), ("b", 0.1), ("c", 0.3)].map(comparison).concat();
        compile::plan(&Model::parse("three", &format!("{head}{fields}{comparisons}")).unwrap())
    }

    fn pattern(bits: u8) -> Levels {
        let mut levels = Levels::default();
        for (i, level) in levels.iter_mut().enumerate().take(3) {
            *level = bits >> i & 1;
        }
        levels
    }

    /// Exact counts of a known mixture must give its parameters back.
    #[test]
    fn known_parameters_are_recovered() {
        let plan = three();
        let (m, u, share, total) = ([0.95, 0.9, 0.7], [0.05, 0.1, 0.3], 0.2, 1e9_f64);
        let row = |bits: u8| {
            let (mut same, mut other) = (share, 1.0 - share);
            for (i, level) in pattern(bits).iter().enumerate().take(3) {
                let agree = *level == 0;
                same *= if agree { m[i] } else { 1.0 - m[i] };
                other *= if agree { u[i] } else { 1.0 - u[i] };
            }
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "below 1e9"
            )]
            let count = ((same + other) * total).round() as u64;
            AlikeRows { group: 0, candidates: vec![Observed::new(u32::from(bits), 0.0)], count }
        };
        let rows: Vec<AlikeRows> = (0..8).map(row).collect();
        let totals = vec![rows.iter().map(|row| row.count).sum()];
        let seen = Observations { patterns: (0..8).map(pattern).collect(), rows, totals };
        let fitted = fit(&Start { plan: &plan, observed: &[None], right_rows: 1 }, &seen);
        for (i, expected) in m.iter().enumerate() {
            let found = fitted.m[i][0].unwrap();
            assert!((found - expected).abs() < 1e-3, "m of {i}: {found} against {expected}");
        }
        assert!((fitted.matched[0] - share).abs() < 1e-3, "{:?}", fitted.matched);
    }

    /// Two candidates that agree alike get half a match each: a row has one match at most.
    #[test]
    fn a_row_is_never_counted_as_two_matches() {
        let plan = three();
        let twice = vec![Observed::new(0, 0.0), Observed::new(0, 0.0)];
        let rows = vec![AlikeRows { group: 0, candidates: twice, count: 1000 }];
        let seen = Observations { patterns: vec![pattern(0)], rows, totals: vec![1000] };
        let fitted = fit(&Start { plan: &plan, observed: &[Some(0.9)], right_rows: 2 }, &seen);
        assert!(fitted.matches <= 1000.0 + 1e-9, "{}", fitted.matches);
    }

    /// One row with these candidates, all of the pattern that agrees throughout.
    fn expected_matches(labels: &[PairLabel]) -> f64 {
        let plan = three();
        let candidate = |label: &PairLabel| Observed::new(0, 0.0).known_as(*label);
        let candidates = labels.iter().map(candidate).collect();
        let rows = vec![AlikeRows { group: 0, candidates, count: 1000 }];
        let seen = Observations { patterns: vec![pattern(0)], rows, totals: vec![1000] };
        let start = Start { plan: &plan, observed: &[Some(0.5)], right_rows: 100 };
        fit(&start, &seen).matches
    }

    #[test]
    fn what_is_known_of_a_pair_is_not_estimated() {
        use PairLabel::{Different, Open, Same};
        let known = |labels: &[PairLabel], expected: f64| {
            let found = expected_matches(labels);
            assert!((found - expected).abs() < 1e-9, "{labels:?}: {found}");
        };
        known(&[Same], 1000.0);
        known(&[Same, Different], 1000.0);
        // One person registered twice.
        known(&[Same, Same], 1000.0);
        known(&[Different], 0.0);
        known(&[Different, Different], 0.0);
        let alone = expected_matches(&[Open]);
        let beside = expected_matches(&[Open, Different]);
        assert!(0.0 < alone && alone < 1000.0, "{alone}");
        // The excluded one may still be a relative, so it never speaks for the other.
        assert!(0.0 < beside && beside <= alone, "{beside} {alone}");
    }

    #[test]
    fn m_follows_what_people_have_ruled() {
        let plan = three();
        let row = |bits: u8, label: PairLabel| AlikeRows {
            group: 0,
            candidates: vec![Observed::new(u32::from(bits), 0.0).known_as(label)],
            count: 50_000,
        };
        // "b" differs in half of the pairs; whether they are one person decides about its m.
        let m_of_b = |label: PairLabel| {
            let rows = vec![row(0, PairLabel::Same), row(2, label)];
            let seen = Observations {
                patterns: (0..8).map(pattern).collect(),
                rows,
                totals: vec![100_000],
            };
            let start = Start { plan: &plan, observed: &[Some(0.5)], right_rows: 10 };
            fit(&start, &seen).m[1][0].expect("shown")
        };
        let (same, different) = (m_of_b(PairLabel::Same), m_of_b(PairLabel::Different));
        assert!((same - 0.5).abs() < 0.01, "{same}");
        assert!(different > 0.99, "{different}");
    }

    #[test]
    fn a_level_no_pair_shows_is_not_invented() {
        let plan = three();
        let rows = vec![AlikeRows { group: 0, candidates: vec![Observed::new(0, 0.0)], count: 10 }];
        let seen = Observations { patterns: vec![pattern(0)], rows, totals: vec![10] };
        let fitted = fit(&Start { plan: &plan, observed: &[None], right_rows: 1 }, &seen);
        assert_eq!(fitted.m[0][1], None);
    }
}
