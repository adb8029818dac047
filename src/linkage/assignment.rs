//! Ranked candidates → decisions: deterministic rules, thresholds, and rows that compete for one
//! person. Ties go to review.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Decision;
use super::candidates::{BlockingCount, Candidates};
use super::columns::{Column, Tables};
use super::comparison::{IdentityLevel, Kind, Pair};
use super::model::{Assignment, Verdict};
use super::plan::Plan;
use super::posterior::{Ranked, RowPrior, Scored, rank};
use super::scoring::Scorer;

/// Left rows judged in one go.
const CHUNK: usize = 1024;

/// Most candidates kept per row.
const KEPT: usize = 5;

/// What the columns cannot say about the rows.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Left: rows of one group share a prior (students, trainees).
    pub group: Vec<u8>,
    /// Left: rows of one scope (a school, a class) are different people.
    pub scope: Vec<u32>,
    /// Right: rows of one entity are one person registered twice.
    pub entity: Vec<u32>,
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
    /// Another row of the same school or class fits the person better.
    TakenInScope,
    /// Another left row took the right row (one-to-one).
    TakenOneToOne,
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
}

/// Links two tables.
pub fn judge(tables: &Tables, plan: &Plan, context: &Context, scorer: &Scorer) -> Judgement {
    let Candidates { pairs, counts } = super::candidates::find(tables, plan, scorer);
    let priors: Vec<f64> = super::prior::observe(tables, plan, &context.group, &pairs)
        .into_iter()
        .map(|seen| seen.unwrap_or(plan.prior.matched))
        .collect();
    let row_priors: Vec<RowPrior> = priors
        .iter()
        .map(|share| RowPrior::new(*share, plan.prior.relative, tables.right.rows))
        .collect();
    let judge = Judge { plan, scorer, context, priors: &row_priors };
    let mut rows = judge.rows(tables.left.rows, &pairs);
    match plan.assignment {
        Assignment::Free => yield_within_scope(tables, plan, context, &mut rows),
        Assignment::OneToOne => assign_one_to_one(plan, &mut rows),
    }
    Judgement { rows, counts, pairs: pairs.len(), priors }
}

struct Judge<'run> {
    plan: &'run Plan,
    scorer: &'run Scorer<'run>,
    context: &'run Context,
    priors: &'run [RowPrior],
}

impl Judge<'_> {
    fn rows(&self, count: usize, pairs: &[Pair]) -> Vec<Judged> {
        let left = |row: usize| u32::try_from(row).expect("fewer than 2^32 rows");
        let start = |row: usize| pairs.partition_point(|pair| pair.left < left(row));
        let chunks: Vec<usize> = (0..count).step_by(CHUNK).collect();
        let judge_chunk = |first: usize| {
            let last = count.min(first + CHUNK);
            let mut rest = &pairs[start(first)..start(last)];
            let mut judged = Vec::with_capacity(last - first);
            for row in first..last {
                let size = rest.partition_point(|pair| pair.left == left(row));
                judged.push(self.row(row, &rest[..size]));
                rest = &rest[size..];
            }
            judged
        };
        chunks.into_par_iter().flat_map_iter(judge_chunk).collect()
    }

    fn row(&self, row: usize, pairs: &[Pair]) -> Judged {
        let group = self.context.group.get(row).copied().unwrap_or(0);
        let scored: Vec<Scored> = pairs.iter().map(|pair| self.scored(*pair)).collect();
        let mut ranked = rank(&scored, self.priors[group as usize]);
        ranked.truncate(KEPT);
        let (decision, reason) = self.decide(&ranked);
        Judged { decision, reason, ranked }
    }

    fn scored(&self, pair: Pair) -> Scored {
        let score = self.scorer.score(pair);
        let entity = self.context.entity.get(pair.right as usize).copied().unwrap_or(pair.right);
        let first = self.plan.rules.iter().find(|rule| rule.holds(&score.levels));
        let vetoed = first.is_some_and(|rule| rule.verdict == Verdict::None);
        Scored { right: pair.right, entity, score, vetoed }
    }

    fn decide(&self, ranked: &[Ranked]) -> (Decision, Reason) {
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

/// Rows of one school or class that were linked to one person: those that carry the person's ID,
/// or the best row's very name, are the same person entered twice; any other row is a relative or
/// namesake that took the place, and goes to review.
fn yield_within_scope(tables: &Tables, plan: &Plan, context: &Context, rows: &mut [Judged]) {
    let (Some(identity), Some(name)) =
        (plan.identity, plan.comparisons.iter().position(|c| c.comparison.kind == Kind::Name))
    else {
        return;
    };
    let Column::Name(names) = &tables.left.columns[plan.comparisons[name].comparison.column] else {
        return;
    };
    for members in shared_persons(context, rows) {
        let best = members
            .iter()
            .copied()
            .max_by(|a, b| rows[*a].ranked[0].weight.total_cmp(&rows[*b].ranked[0].weight));
        let Some(best) = best else { continue };
        for row in members {
            let level = rows[row].ranked[0].levels[identity];
            if level != IdentityLevel::Equal as u8 && names[row] != names[best] {
                rows[row].decision = Decision::Review;
                rows[row].reason = Reason::TakenInScope;
            }
        }
    }
}

/// Linked rows by scope and person, where there are several; in row order.
fn shared_persons(context: &Context, rows: &[Judged]) -> Vec<Vec<usize>> {
    let mut linked: Vec<(u32, u32, usize)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.decision == Decision::Link)
        .filter_map(|(index, row)| {
            let scope = context.scope.get(index)?;
            let right = row.ranked.first()?.right;
            let entity = context.entity.get(right as usize).copied().unwrap_or(right);
            Some((*scope, entity, index))
        })
        .collect();
    linked.sort_unstable();
    let several = linked.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|block| block.len() > 1);
    several.map(|block| block.iter().map(|(_, _, index)| *index).collect()).collect()
}

/// One-to-one: the heaviest pairs first; two left rows with the same claim on a right row both go
/// to review.
fn assign_one_to_one(plan: &Plan, rows: &mut [Judged]) {
    let mut claims: Vec<(f64, usize, u32)> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let worth = row.ranked.iter().filter(|r| r.probability >= plan.thresholds.review);
        claims.extend(worth.map(|ranked| (ranked.weight, index, ranked.right)));
    }
    claims.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut taken: FxHashMap<u32, (usize, f64)> = FxHashMap::default();
    let mut placed = vec![None; rows.len()];
    for (weight, index, right) in claims {
        if placed[index].is_some() {
            continue;
        }
        match taken.get(&right) {
            None => {
                taken.insert(right, (index, weight));
                placed[index] = Some(right);
            }
            Some((holder, held)) if (held - weight).abs() < 1e-9 => {
                let holder = *holder;
                (rows[holder].decision, rows[holder].reason) =
                    (Decision::Review, Reason::Contested);
            }
            Some(_) => {}
        }
    }
    for (row, right) in rows.iter_mut().zip(placed) {
        settle_one_to_one(row, right);
    }
}

fn settle_one_to_one(row: &mut Judged, right: Option<u32>) {
    match right.and_then(|right| row.ranked.iter().position(|ranked| ranked.right == right)) {
        Some(position) => row.ranked.swap(0, position),
        None if row.decision == Decision::Link => {
            (row.decision, row.reason) = (Decision::Review, Reason::TakenOneToOne);
        }
        None => {}
    }
}
