//! Two tables → m, u and prior, without labels.
//!
//! u comes from random pairs (nearly all of them strangers); m from expectation maximisation over
//! counts of agreement patterns among candidate pairs; the prior from the expected number of
//! matches. Nothing here is called by a run: training is a command of its own, and its result is a
//! model file.

mod em;
mod random_pairs;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::columns::Tables;
use super::comparison::Pair;
use super::model::{ComparisonSpec, Model};
use super::plan::Plan;
use super::scoring::{Levels, Scorer};

/// Random pairs compared for u.
const SAMPLE: usize = 2_000_000;

/// A comparison vector and how many pairs have it.
pub type Pattern = (Levels, u64);

/// What training found.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The model with new m, u and prior.
    pub model: Model,
    /// Levels that were never seen and kept their starting value: comparison and level.
    pub unseen: Vec<(String, String)>,
    /// Candidate pairs used.
    pub pairs: usize,
    /// Distinct patterns among them.
    pub patterns: usize,
    /// Iterations until nothing changed.
    pub iterations: usize,
    /// Expected number of matches.
    pub matches: f64,
}

/// Estimates a model's parameters on two tables.
pub fn estimate(tables: &Tables, model: &Model) -> Trained {
    let plan = Plan::new(model);
    let scorer = Scorer::new(tables, &plan);
    let pairs = super::candidates::find(tables, &plan, &scorer).pairs;
    let patterns = count_patterns(&scorer, &pairs);
    let random = count_patterns(&scorer, &random_pairs::draw(tables, SAMPLE));
    let fitted = em::fit(&plan, &patterns);
    let mut trained = Trained {
        model: model.clone(),
        unseen: Vec::new(),
        pairs: pairs.len(),
        patterns: patterns.len(),
        iterations: fitted.iterations,
        matches: fitted.matches,
    };
    let rows = f64::from(u32::try_from(tables.left.rows.max(1)).unwrap_or(u32::MAX));
    trained.model.prior.matched = (fitted.matches / rows).clamp(0.001, 0.999);
    for (index, spec) in trained.model.comparisons.iter_mut().enumerate() {
        let unseen = update(spec, &plan, index, &fitted, &random);
        trained.unseen.extend(unseen.into_iter().map(|level| (spec.name.clone(), level)));
    }
    trained
}

/// Counts comparison vectors, in a fixed order.
pub fn count_patterns(scorer: &Scorer, pairs: &[Pair]) -> Vec<Pattern> {
    const CHUNK: usize = 65_536;
    let count = |chunk: &[Pair]| {
        let mut counts: FxHashMap<Levels, u64> = FxHashMap::default();
        for pair in chunk {
            *counts.entry(scorer.levels(*pair)).or_default() += 1;
        }
        counts.into_iter().collect::<Vec<Pattern>>()
    };
    let mut all: Vec<Pattern> = pairs.par_chunks(CHUNK).flat_map_iter(count).collect();
    all.par_sort_unstable();
    let blocks = all.chunk_by(|a, b| a.0 == b.0);
    blocks.map(|block| (block[0].0, block.iter().map(|(_, count)| count).sum())).collect()
}

/// Writes m of the fit and u of the random pairs into a comparison; returns levels never seen.
fn update(
    spec: &mut ComparisonSpec,
    plan: &Plan,
    index: usize,
    fitted: &em::Fitted,
    random: &[Pattern],
) -> Vec<String> {
    let names = plan.comparisons[index].comparison.kind.level_names();
    let known = &plan.comparisons[index].levels;
    let seen = |level: usize| -> u64 {
        random.iter().filter(|(v, _)| v[index] as usize == level).map(|(_, count)| count).sum()
    };
    let total: u64 = (0..known.len()).filter(|at| known[*at].estimated).map(seen).sum();
    let mut unseen = Vec::new();
    for (position, level) in spec.level.iter_mut().enumerate() {
        let at = names.iter().position(|name| *name == level.name).unwrap_or(position);
        if level.fixed {
            continue;
        }
        match fitted.m[index].get(at).copied().flatten() {
            Some(m) => level.m = m,
            None => unseen.push(level.name.clone()),
        }
        // Half a pair for what the sample did not show, so that no level is impossible.
        if total > 0 {
            level.u = (to_f64(seen(at)) + 0.5) / (to_f64(total) + 1.0);
        }
    }
    unseen
}

/// A count as a float; counts here stay far below 2^52.
fn to_f64(count: u64) -> f64 {
    f64::from(u32::try_from(count / 1024).unwrap_or(u32::MAX)) * 1024.0
        + f64::from(u32::try_from(count % 1024).unwrap_or(0))
}
