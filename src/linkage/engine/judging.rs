//! Ranked candidates → decisions, row by row: deterministic rules, then thresholds.

use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::plan::{Plan, RuleVerdict};
use super::posterior::{Ranked, RowPrior, Scored, rank};
use super::prior::PriorGroups;
use super::scoring::{Compared, Scorer};
use crate::vocabulary::states;

/// Left rows judged in one go.
const CHUNK: usize = 1024;

/// Most candidates kept per row.
pub const KEPT: usize = 5;

/// What was decided about a left row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Decision {
    /// Certain enough to count.
    Link,
    /// A person has to decide.
    Review,
    /// Nobody on the right side fits.
    None,
}

impl Decision {
    /// The word of `links.csv`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Review => "review",
            Self::None => "none",
        }
    }

    /// The word users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Link => "比对一致",
            Self::Review => states::REVIEW,
            Self::None => states::UNMATCHED,
        }
    }
}

/// What somebody who is not the engine has said of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Force {
    /// The row is linked to the person.
    Same,
    /// The person is no candidate of the row.
    Different,
    /// The row stays in review.
    Unsure,
    /// New data contradicts what was said: it is not applied, and the question is put again.
    Again,
}

/// What the columns cannot say about the rows.
#[derive(Clone, Debug, Default)]
pub struct RowContext {
    /// Left: rows of one group share a prior.
    pub groups: PriorGroups,
    /// Left: rows of one scope (a school, a class) are different people.
    pub scope: Vec<u32>,
    /// Right: rows of one entity are one person registered twice; it bears the number of one of them.
    pub entity: Arc<[u32]>,
    /// Right: number of each row in the whole table; empty where the columns hold the whole table.
    pub number: Vec<u32>,
}

impl RowContext {
    /// The number a right row has in the whole table, by its place in the columns.
    pub fn number_of(&self, right: u32) -> u32 {
        self.number.get(right as usize).copied().unwrap_or(right)
    }

    /// The entity a right row belongs to, by its place in the columns.
    pub fn entity_of(&self, right: u32) -> u32 {
        self.entity.get(right as usize).copied().unwrap_or(right)
    }

    /// The scope of a left row; all rows are one where nothing is said.
    pub fn scope_of(&self, left: usize) -> u32 {
        self.scope.get(left).copied().unwrap_or(0)
    }
}

/// Why a row got its decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// No candidate at all.
    NoCandidate,
    /// The rule of this index.
    Rule(usize),
    /// At or above the link threshold.
    AboveLink,
    /// Between the thresholds.
    BetweenThresholds,
    /// A second candidate fits nearly as well.
    Contested,
    /// Below the review threshold.
    BelowReview,
    /// Another row of the same scope (school, class, or the whole table) fits the person better.
    Taken,
    /// Somebody has ruled on the row.
    Ruled(Force),
}

/// A row with its decision.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Judged {
    /// The decision.
    pub decision: Decision,
    /// Why.
    pub reason: Reason,
    /// Best first.
    pub ranked: Vec<Ranked>,
}

/// Judges rows one by one.
#[derive(Clone, Copy, Debug)]
pub struct Judge<'run> {
    /// The compiled model.
    pub plan: &'run Plan,
    /// Scores pairs.
    pub scorer: &'run Scorer<'run>,
    /// What the columns cannot say.
    pub context: &'run RowContext,
    /// Prior by group of rows.
    pub priors: &'run [RowPrior],
}

impl Judge<'_> {
    /// Judges the first `count` left rows; `pairs` are sorted by left row.
    pub fn rows(&self, count: usize, pairs: &[Compared]) -> Vec<Judged> {
        let left = |row: usize| u32::try_from(row).expect("fewer than 2^32 rows");
        let start = |row: usize| pairs.partition_point(|compared| compared.pair.left < left(row));
        let chunks: Vec<usize> = (0..count).step_by(CHUNK).collect();
        let judge_chunk = |first: usize| {
            let last = count.min(first + CHUNK);
            let mut rest = &pairs[start(first)..start(last)];
            let mut judged = Vec::with_capacity(last - first);
            for row in first..last {
                let size = rest.partition_point(|compared| compared.pair.left == left(row));
                judged.push(self.row(row, &rest[..size]));
                rest = &rest[size..];
            }
            judged
        };
        chunks.into_par_iter().flat_map_iter(judge_chunk).collect()
    }

    fn row(&self, row: usize, pairs: &[Compared]) -> Judged {
        let scored: Vec<Scored> = pairs.iter().map(|pair| self.scored(*pair)).collect();
        self.judged(row, &scored)
    }

    /// A row by its candidates, which stand in the order of the right rows.
    pub fn judged(&self, row: usize, scored: &[Scored]) -> Judged {
        let mut ranked = rank(scored, self.prior(row));
        ranked.truncate(KEPT);
        let (decision, reason) = self.decide(&ranked);
        let refused = if decision == Decision::None { self.refused(row, scored) } else { None };
        Judged { decision, reason: refused.unwrap_or(reason), ranked }
    }

    /// The rule to thank for it that a row has no match: the one that excludes a candidate who would
    /// otherwise have been a question.
    fn refused(&self, row: usize, scored: &[Scored]) -> Option<Reason> {
        if !scored.iter().any(|scored| scored.vetoed) {
            return None;
        }
        let open: Vec<Scored> = scored.iter().map(|s| Scored { vetoed: false, ..*s }).collect();
        let ranked = rank(&open, self.prior(row));
        let best = ranked.first().filter(|best| best.probability >= self.plan.thresholds.review)?;
        let rule = self.plan.rules.iter().position(|rule| rule.holds(&best.levels))?;
        (self.plan.rules[rule].verdict == RuleVerdict::None).then_some(Reason::Rule(rule))
    }

    /// Prior of the row's group.
    pub fn prior(&self, row: usize) -> RowPrior {
        self.priors[self.context.groups.of(row)]
    }

    /// Scores a pair; rules may speak against it.
    pub fn scored(&self, compared: Compared) -> Scored {
        let (right, context) = (compared.pair.right, self.context);
        let score = self.scorer.score(compared);
        let first = self.plan.rules.iter().find(|rule| rule.holds(&score.levels));
        let vetoed = first.is_some_and(|rule| rule.verdict == RuleVerdict::None);
        let (number, entity) = (context.number_of(right), context.entity_of(right));
        Scored { right: number, entity, score, vetoed }
    }

    /// Rules and thresholds applied to ranked candidates.
    pub fn decide(&self, ranked: &[Ranked]) -> (Decision, Reason) {
        let thresholds = self.plan.thresholds;
        let Some(best) = ranked.first() else { return (Decision::None, Reason::NoCandidate) };
        if best.probability < thresholds.review {
            return (Decision::None, Reason::BelowReview);
        }
        let rule = self.plan.rules.iter().position(|rule| rule.holds(&best.levels));
        match rule.map(|index| (index, self.plan.rules[index].verdict)) {
            Some((index, RuleVerdict::Review)) => (Decision::Review, Reason::Rule(index)),
            Some((index, RuleVerdict::Link))
                if best.probability >= self.plan.rules[index].least =>
            {
                (Decision::Link, Reason::Rule(index))
            }
            _ if best.probability >= thresholds.link => (Decision::Link, Reason::AboveLink),
            _ if contested(ranked) => (Decision::Review, Reason::Contested),
            _ => (Decision::Review, Reason::BetweenThresholds),
        }
    }
}

fn contested(ranked: &[Ranked]) -> bool {
    ranked.get(1).is_some_and(|second| second.probability * 20.0 >= ranked[0].probability)
}
