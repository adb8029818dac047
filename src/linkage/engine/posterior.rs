//! Scores of all candidates of one row → match probabilities.
//!
//! A row is one registry person, or an unlisted close relative of one, or a stranger; exactly one
//! of these is true, so the candidates compete: two namesakes that fit equally well get half each
//! and neither is linked. With prior share λ of matched rows, share ρ of relatives among the rest,
//! and N right rows, a candidate weighs λ/N · 2^weight, its family (1−λ)ρ/N · 2^kin, and the
//! stranger (1−λ)(1−ρ).

use serde::{Deserialize, Serialize};

use super::scoring::{Levels, Score};

/// Prior of one row, in log2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowPrior {
    /// log2 λ/N.
    pub matched: f64,
    /// log2 (1−λ)ρ/N.
    pub relative: f64,
    /// log2 (1−λ)(1−ρ).
    pub stranger: f64,
}

impl RowPrior {
    /// From the shares and the number of right rows.
    pub fn new(matched: f64, relative: f64, right_rows: usize) -> Self {
        let n = f64::from(u32::try_from(right_rows.max(1)).unwrap_or(u32::MAX));
        let matched = matched.clamp(1e-6, 1.0 - 1e-6);
        let relative = relative.clamp(1e-9, 0.999);
        Self {
            matched: libm::log2(matched / n),
            relative: libm::log2((1.0 - matched) * relative / n),
            stranger: libm::log2((1.0 - matched) * (1.0 - relative)),
        }
    }
}

/// A candidate with its probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// Right row, by its number in the whole table.
    pub right: u32,
    /// The right row that stands for the person.
    pub entity: u32,
    /// Match probability.
    pub probability: f64,
    /// Match weight with prior, log2 odds against the stranger.
    pub weight: f64,
    /// Comparison vector.
    pub levels: Levels,
}

/// One candidate before ranking.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Scored {
    /// Right row, by its number in the whole table.
    pub right: u32,
    /// Right rows of one entity are the same person, registered twice.
    pub entity: u32,
    /// Its score.
    pub score: Score,
    /// A rule says it cannot be this person; it still counts as a possible relative.
    pub vetoed: bool,
}

/// Ranks the candidates of one row, best first; equal ones by right row, which nobody relies on
/// because ties are never linked.
pub fn rank(scored: &[Scored], prior: RowPrior) -> Vec<Ranked> {
    let matched = |s: &Scored| s.score.weight + prior.matched;
    let top = scored
        .iter()
        .flat_map(|s| [matched(s), s.score.kin + prior.relative])
        .fold(prior.stranger, f64::max);
    let mass = |log: f64| libm::exp2(log - top);
    let rival: f64 = scored.iter().map(|s| mass(s.score.kin + prior.relative)).sum();
    let fits: f64 = scored.iter().filter(|s| !s.vetoed).map(|s| mass(matched(s))).sum();
    let total = mass(prior.stranger) + rival + fits;
    let mut ranked: Vec<Ranked> = scored
        .iter()
        .filter(|s| !s.vetoed)
        .map(|s| {
            let weight = matched(s) - prior.stranger;
            let probability = mass(matched(s)) / total;
            let Scored { right, entity, .. } = *s;
            Ranked { right, entity, probability, weight, levels: s.score.levels }
        })
        .collect();
    ranked.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.right.cmp(&b.right)));
    merge_entities(ranked)
}

/// A person registered twice is one candidate, with the sum of their probabilities. The row that
/// gives the entity its number stands for both, so that the choice never hangs on input order.
fn merge_entities(ranked: Vec<Ranked>) -> Vec<Ranked> {
    let mut merged: Vec<Ranked> = Vec::with_capacity(ranked.len());
    for candidate in ranked {
        match merged.iter_mut().find(|known| known.entity == candidate.entity) {
            Some(first) => {
                let probability = first.probability + candidate.probability;
                if candidate.right == candidate.entity {
                    *first = candidate;
                }
                first.probability = probability;
            }
            None => merged.push(candidate),
        }
    }
    merged.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.right.cmp(&b.right)));
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(right: u32, weight: f64, kin: f64) -> Scored {
        let score = Score { weight, kin, levels: Levels::default() };
        Scored { right, entity: right, score, vetoed: false }
    }

    #[test]
    fn namesakes_share_the_probability() {
        let prior = RowPrior::new(0.5, 0.1, 1000);
        let ranked = rank(&[scored(1, 30.0, 0.0), scored(2, 30.0, 0.0)], prior);
        assert!((ranked[0].probability - 0.5).abs() < 1e-4);
        assert!((ranked[0].probability - ranked[1].probability).abs() < 1e-12);
    }

    #[test]
    fn a_weight_is_worth_what_bayes_says() {
        // λ = 0.5, N = 1, no relatives: odds are 2^weight.
        let prior = RowPrior::new(0.5, 0.0, 1);
        let ranked = rank(&[scored(1, 3.0, -60.0)], prior);
        assert!((ranked[0].probability - 8.0 / 9.0).abs() < 1e-6);
    }

    #[test]
    fn a_likely_relative_takes_the_probability_away() {
        let prior = RowPrior::new(0.5, 0.1, 1000);
        let alone = rank(&[scored(1, 20.0, -20.0)], prior)[0].probability;
        let rivalled = rank(&[scored(1, 20.0, 24.0)], prior)[0].probability;
        assert!(alone > 0.99 && rivalled < 0.5, "{alone} {rivalled}");
    }

    #[test]
    fn one_person_registered_twice_is_one_candidate() {
        let prior = RowPrior::new(0.5, 0.1, 1000);
        let mut twice = [scored(1, 30.0, 0.0), scored(2, 30.0, 0.0)];
        twice[1].entity = 1;
        let ranked = rank(&twice, prior);
        assert_eq!(ranked.len(), 1);
        assert!(ranked[0].probability > 0.999);
    }
}
