//! The engine's steps in their order, with the rulings of people between them: rows are judged, those
//! somebody has ruled on judged again, and then the rows share the right side out.

use super::decisions::{self, Effects};
use super::engine::candidates::{BlockingCount, Candidates};
use super::engine::judging::{Decision, Judge, Judged, RowContext};
use super::engine::plan::Assignment;
use super::engine::posterior::RowPrior;
use super::engine::scoring::Scorer;
use super::engine::{assignment, prior};

/// All rows of the left side.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// One per left row.
    pub rows: Vec<Judged>,
    /// What blocking found.
    pub counts: Vec<BlockingCount>,
    /// Pairs scored.
    pub pairs: usize,
    /// Share of matched rows used as prior, by group of left rows.
    pub priors: Vec<f64>,
    /// Rows somebody has ruled on, with what the program said of them on its own.
    pub own: Vec<(u32, Decision)>,
}

/// Judges every left row by its candidates.
pub(super) fn judge(
    scorer: &Scorer,
    context: &RowContext,
    candidates: &Candidates,
    effects: &Effects,
) -> Judgement {
    let (tables, plan) = (scorer.tables(), scorer.plan());
    let pairs = &candidates.pairs;
    let priors: Vec<f64> = prior::observe(tables, plan, &context.groups, pairs)
        .into_iter()
        .map(|seen| seen.unwrap_or(plan.prior.matched))
        .collect();
    let row_priors: Vec<RowPrior> = priors
        .iter()
        .map(|share| RowPrior::new(*share, plan.prior.relative, tables.right.rows))
        .collect();
    let judge = Judge { plan, scorer, context, priors: &row_priors };
    let mut rows = judge.rows(tables.left.rows, pairs);
    let own = decisions::rejudge(&judge, effects, pairs, &mut rows);
    let ruled = decisions::ruled(&own, &rows);
    if plan.assignment == Assignment::OneToOne || !context.scope.is_empty() {
        assignment::share_out(plan, &context.scope, assignment::names(tables, plan), &mut rows);
    }
    decisions::settle(plan, &context.scope, ruled, &mut rows);
    Judgement { rows, counts: candidates.counts.clone(), pairs: pairs.len(), priors, own }
}
