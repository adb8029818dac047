//! Whether an estimate helps: rows whose sound ID tells who they are, looked at as if they had none.
//!
//! The estimate and the model it started from both say, without the number, who each of these rows is;
//! the number knows. What is compared is the mean log loss over every outcome of a row, one of the
//! candidates or nobody. The rows are not among those the estimate is made on.

use crate::linkage::compile;
use crate::linkage::engine::candidates;
use crate::linkage::engine::columns::{PackedColumn, Tables};
use crate::linkage::engine::comparison::{IdentityLevel, Kind};
use crate::linkage::engine::judging::RowContext;
use crate::linkage::engine::observed::RunObservations;
use crate::linkage::engine::plan::Plan;
use crate::linkage::engine::posterior::{RowPrior, Scored, rank};
use crate::linkage::engine::scoring::{Compared, Scorer, is_same_name};
use crate::linkage::model::Model;

use super::TrainingInput;

/// One left row in so many is kept out of the estimate.
const ONE_IN: usize = 4;

/// Most rows that are looked at.
const MOST: usize = 4_000;

/// Fewest rows that decide anything.
const FEWEST: usize = 50;

/// No probability is taken for smaller: one row must not decide.
const FLOOR: f64 = 1e-4;

/// Whether a left row is kept out of the estimate.
pub(super) fn is_kept_out(row: usize) -> bool {
    row % ONE_IN == ONE_IN - 1
}

/// Rows that were kept out, as they would be without a number.
pub(super) struct Holdout {
    tables: Tables,
    /// The entity each row is; `None` for nobody on the right side.
    truth: Vec<Option<u32>>,
    pairs: Vec<Compared>,
    /// Prior share of the group of each row.
    shares: Vec<f64>,
}

impl Holdout {
    /// Takes the rows whose number tells who they are; `None` where there are too few.
    pub(super) fn new(
        ground: &TrainingInput,
        model: &Model,
        observed: &[Option<f64>],
    ) -> Option<Self> {
        let plan = compile::plan(model);
        let known = known(ground, model);
        if known.len() < FEWEST {
            return None;
        }
        let step = known.len().div_ceil(MOST);
        let known: Vec<(u32, Option<u32>)> = known.into_iter().step_by(step).collect();
        let rows: Vec<u32> = known.iter().map(|(row, _)| *row).collect();
        let left = ground.tables.left.without_ids(&rows).into();
        let tables = Tables { left, ..ground.tables.clone() };
        let scorer = Scorer::new(&tables, &plan, ground.frequencies);
        let pairs = candidates::find(&plan, &scorer).pairs;
        let share = |row: &u32| {
            observed[ground.context.groups.of(*row as usize)].unwrap_or(model.prior.matched)
        };
        let shares = rows.iter().map(share).collect();
        let truth = known.into_iter().map(|(_, entity)| entity).collect();
        Some(Self { tables, truth, pairs, shares })
    }

    /// Log loss of a model on each of these rows, in nats; of a row whose person is no candidate nothing can
    /// be learnt, so it is left out.
    pub(super) fn losses(&self, ground: &TrainingInput, model: &Model) -> Vec<f64> {
        let plan = as_in_a_run(ground, model);
        let scorer = Scorer::new(&self.tables, &plan, ground.frequencies);
        let mut losses = Vec::with_capacity(self.truth.len());
        for (row, truth) in (0_u32..).zip(&self.truth) {
            let start = self.pairs.partition_point(|compared| compared.pair.left < row);
            let own = self.pairs[start..].iter().take_while(|compared| compared.pair.left == row);
            let scored: Vec<Scored> =
                own.map(|pair| scored(&scorer, ground.context, *pair)).collect();
            let prior = RowPrior::new(
                self.shares[row as usize],
                plan.prior.relative,
                self.tables.right.rows,
            );
            if let Some(probability) = probability_of(*truth, &scored, prior) {
                losses.push(-libm::log(probability.max(FLOOR)));
            }
        }
        losses
    }
}

/// What a run links by: the model, and beside it what the rows show. An estimate that only tells what a run
/// sees anyway is no gain.
fn as_in_a_run(ground: &TrainingInput, model: &Model) -> Plan {
    let plan = compile::plan(model);
    RunObservations::of(ground.tables, &plan, ground.frequencies).plan(plan)
}

fn scored(scorer: &Scorer, context: &RowContext, pair: Compared) -> Scored {
    let right = pair.pair.right;
    Scored { right, entity: context.entity_of(right), score: scorer.score(pair), vetoed: false }
}

/// What a model gives the true outcome; `None` where the person is no candidate.
fn probability_of(truth: Option<u32>, scored: &[Scored], prior: RowPrior) -> Option<f64> {
    let ranked = rank(scored, prior);
    match truth {
        None => Some(1.0 - ranked.iter().map(|found| found.probability).sum::<f64>()),
        Some(entity) => {
            let found = ranked.iter().find(|found| found.entity == entity);
            found.map(|found| found.probability)
        }
    }
}

/// Rows kept out with a sound number: whose it is, under a name that is the same; or nobody's, where
/// no number on the right side is the same and none belongs to the same household.
fn known(ground: &TrainingInput, model: &Model) -> Vec<(u32, Option<u32>)> {
    let plan = compile::plan(model);
    let name = plan.comparisons.iter().position(|c| c.comparison.kind == Kind::Name);
    let (Some(identity), Some(name)) = (plan.identity, name) else { return Vec::new() };
    let column = plan.comparisons[identity].comparison.column;
    let PackedColumn::Identity(ids) = &ground.tables.left.columns[column] else {
        return Vec::new();
    };
    let pairs = &ground.candidates.pairs;
    let mut known = Vec::new();
    for (row, id) in (0_u32..).zip(ids) {
        if !is_kept_out(row as usize) || !id.is_sound() {
            continue;
        }
        let start = pairs.partition_point(|compared| compared.pair.left < row);
        let own = || pairs[start..].iter().take_while(|compared| compared.pair.left == row);
        let level = |compared: &Compared| compared.levels[identity];
        let equal = own().find(|compared| level(compared) == IdentityLevel::Equal as u8);
        match equal {
            Some(found) if is_same_name(found.levels[name]) => {
                known.push((row, Some(ground.context.entity_of(found.pair.right))));
            }
            None if own().all(|c| level(c) > IdentityLevel::CloseSound as u8) => {
                known.push((row, None));
            }
            _ => {}
        }
    }
    known
}
