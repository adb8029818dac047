//! Pairs of people who live in one registered household: what relatives who are not the same
//! person show, read off the registry itself.

use rayon::prelude::*;

use super::{Pattern, count_patterns};
use crate::linkage::compile;
use crate::linkage::engine::columns::{PackedColumn, Tables};
use crate::linkage::engine::comparison::{Kind, Pair};
use crate::linkage::engine::count::to_f64;
use crate::linkage::engine::frequencies::Frequencies;
use crate::linkage::engine::scoring::Scorer;
use crate::linkage::model::{Given, Model};

/// Most pairs that are looked at.
const MOST: usize = 50_000;

/// Fewest pairs that must show a level before its share is believed.
const BELIEVED: f64 = 30.0;

/// Sets `kin` of names, birth dates and sexes to what members of one household show; other
/// comparisons say something about the left row's own papers and keep theirs.
pub(super) fn set_kin(tables: &Tables, frequencies: &Frequencies, model: &mut Model) {
    let pairs = members(tables);
    if pairs.is_empty() {
        return;
    }
    let plan = compile::plan(model);
    let among = Tables { left: tables.right.clone(), ..tables.clone() };
    let shown = count_patterns(&Scorer::new(&among, &plan, frequencies), &pairs);
    for (index, spec) in model.comparisons.iter_mut().enumerate() {
        if !matches!(spec.kind, Kind::Name | Kind::Date | Kind::Sex) {
            continue;
        }
        let weighted = &plan.comparisons[index];
        let levels = &weighted.levels;
        let counts = level_counts(&shown, index, levels.len());
        let found = super::shares::shares(levels, &counts);
        for (position, level) in
            spec.level.iter_mut().enumerate().filter(|(_, l)| l.given != Given::Both)
        {
            let at = weighted.place_of(&level.name, position);
            if counts[at] >= BELIEVED {
                level.kin = Some(found[at]);
            }
        }
    }
}

fn level_counts(shown: &[Pattern], comparison: usize, levels: usize) -> Vec<f64> {
    let mut counts = vec![0.0; levels];
    for (vector, count) in shown {
        counts[usize::from(vector[comparison])] += to_f64(*count);
    }
    counts
}

/// Every person with the next members of the household, up to [`MOST`] pairs evenly taken.
fn members(tables: &Tables) -> Vec<Pair> {
    let column = tables.right.columns.iter().find_map(|column| match column {
        PackedColumn::Household(household) => Some(&household.households),
        _ => None,
    });
    let Some(households) = column else { return Vec::new() };
    let rows = 0..u32::try_from(tables.right.rows).expect("fewer than 2^32 rows");
    let mut living: Vec<(u64, u32)> = rows
        .filter_map(|row| households.get(row as usize).first().map(|home| (*home, row)))
        .collect();
    living.par_sort_unstable();
    let pairs: Vec<Pair> = living
        .windows(2)
        .filter(|two| two[0].0 == two[1].0)
        .map(|two| Pair { left: two[0].1, right: two[1].1 })
        .collect();
    let step = pairs.len().div_ceil(MOST).max(1);
    pairs.into_iter().step_by(step).collect()
}
