//! Ranked candidates → decisions: deterministic rules, thresholds, and rows that compete for one
//! person. Ties go to review.

use rayon::prelude::*;

use super::Decision;
use super::candidates::{BlockingCount, Candidates};
use super::decisions::{self, Effects, Force};
use super::model::{Assignment, Verdict};
use super::plan::Plan;
use super::posterior::{Ranked, RowPrior, Scored, rank};
use super::scoring::{Compared, Scorer};

/// Left rows judged in one go.
const CHUNK: usize = 1024;

/// Most candidates kept per row.
pub(super) const KEPT: usize = 5;

/// What the columns cannot say about the rows.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Left: rows of one group share a prior (students, trainees).
    pub group: Vec<u8>,
    /// Left: rows of one scope (a school, a class) are different people.
    pub scope: Vec<u32>,
    /// Right: rows of one entity are one person registered twice.
    pub entity: Vec<u32>,
    /// What people have ruled about left rows.
    pub effects: Effects,
}

impl Context {
    /// The entity a right row belongs to.
    pub fn entity_of(&self, right: u32) -> u32 {
        self.entity.get(right as usize).copied().unwrap_or(right)
    }

    /// The scope of a left row; all rows are one where nothing is said.
    pub fn scope_of(&self, left: usize) -> u32 {
        self.scope.get(left).copied().unwrap_or(0)
    }
}

/// Why a row got its decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug)]
pub struct Judged {
    /// The decision.
    pub decision: Decision,
    /// Why.
    pub reason: Reason,
    /// Best first.
    pub ranked: Vec<Ranked>,
}

/// All rows of the left side.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// One per left row.
    pub rows: Vec<Judged>,
    /// What blocking found.
    pub counts: Vec<BlockingCount>,
    /// Pairs scored.
    pub pairs: usize,
    /// Share of matched rows used as prior, by group.
    pub priors: Vec<f64>,
    /// Rows somebody has ruled on, with what the program said of them on its own.
    pub own: Vec<(u32, Decision)>,
}

/// Judges every left row by its candidates.
pub fn judge(scorer: &Scorer, context: &Context, candidates: &Candidates) -> Judgement {
    let (tables, plan) = (scorer.tables(), scorer.plan());
    let pairs = &candidates.pairs;
    let priors: Vec<f64> = super::prior::observe(tables, plan, &context.group, pairs)
        .into_iter()
        .map(|seen| seen.unwrap_or(plan.prior.matched))
        .collect();
    let row_priors: Vec<RowPrior> = priors
        .iter()
        .map(|share| RowPrior::new(*share, plan.prior.relative, tables.right.rows))
        .collect();
    let judge = Judge { plan, scorer, context, priors: &row_priors };
    let mut rows = judge.rows(tables.left.rows, pairs);
    let own = decisions::rejudge(&judge, &context.effects, pairs, &mut rows);
    let ruled = decisions::ruled(&own, &rows);
    if plan.assignment == Assignment::OneToOne || !context.scope.is_empty() {
        super::scope::share_out(tables, plan, context, &mut rows);
    }
    decisions::settle(plan, context, ruled, &mut rows);
    Judgement { rows, counts: candidates.counts.clone(), pairs: pairs.len(), priors, own }
}

/// Judges rows one by one.
pub(super) struct Judge<'run> {
    plan: &'run Plan,
    /// Scores pairs.
    pub(super) scorer: &'run Scorer<'run>,
    /// What the columns cannot say.
    pub(super) context: &'run Context,
    priors: &'run [RowPrior],
}

impl Judge<'_> {
    fn rows(&self, count: usize, pairs: &[Compared]) -> Vec<Judged> {
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
        let mut ranked = rank(&scored, self.prior(row));
        ranked.truncate(KEPT);
        let (decision, reason) = self.decide(&ranked);
        Judged { decision, reason, ranked }
    }

    /// Prior of the row's group.
    pub(super) fn prior(&self, row: usize) -> RowPrior {
        let group = self.context.group.get(row).copied().unwrap_or(0);
        self.priors[usize::from(group)]
    }

    /// Scores a pair; rules may speak against it.
    pub(super) fn scored(&self, compared: Compared) -> Scored {
        let score = self.scorer.score(compared);
        let right = compared.pair.right;
        let entity = self.context.entity_of(right);
        let first = self.plan.rules.iter().find(|rule| rule.holds(&score.levels));
        let vetoed = first.is_some_and(|rule| rule.verdict == Verdict::None);
        Scored { right, entity, score, vetoed }
    }

    /// Rules and thresholds applied to ranked candidates.
    pub(super) fn decide(&self, ranked: &[Ranked]) -> (Decision, Reason) {
        let thresholds = self.plan.thresholds;
        let Some(best) = ranked.first() else { return (Decision::None, Reason::NoCandidate) };
        if best.probability < thresholds.review {
            return (Decision::None, Reason::BelowReview);
        }
        let rule = self.plan.rules.iter().position(|rule| rule.holds(&best.levels));
        match rule.map(|index| (index, self.plan.rules[index].verdict)) {
            Some((index, Verdict::Review)) => (Decision::Review, Reason::Rule(index)),
            Some((index, Verdict::Link)) if best.probability >= 0.5 => {
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
