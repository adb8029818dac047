//! The share of left rows that have a match, observed before anything is estimated: rows with a
//! sound ID tell it directly, by how many of them find their number under the same name.

use super::columns::{Column, Tables};
use super::comparison::{IdentityLevel, Kind};
use super::plan::Plan;
use super::scoring::{Compared, is_same_name};

/// Fewest rows with a sound ID from which a prior is observed.
const OBSERVABLE: usize = 200;

/// Share of matched rows by group of left rows (at least one group); `None` where the model does
/// not ask for it or too few rows of the group have a sound ID.
pub fn observe(tables: &Tables, plan: &Plan, group: &[u8], pairs: &[Compared]) -> Vec<Option<f64>> {
    let groups = group.iter().max().map_or(1, |group| usize::from(*group) + 1);
    let unseen = vec![None; groups];
    let (true, Some(identity)) = (plan.prior.observe, plan.identity) else { return unseen };
    let name = plan.comparisons.iter().position(|c| c.comparison.kind == Kind::Name);
    let column = plan.comparisons[identity].comparison.column;
    let (Some(name), Column::Identity(ids)) = (name, &tables.left.columns[column]) else {
        return unseen;
    };
    let group_of = |row: usize| group.get(row).copied().map_or(0, usize::from);
    let mut sound = vec![0_u32; groups];
    for (row, _) in ids.iter().enumerate().filter(|(_, id)| id.is_sound()) {
        sound[group_of(row)] += 1;
    }
    let hit = |compared: &&Compared| {
        compared.levels[identity] == IdentityLevel::Equal as u8
            && is_same_name(compared.levels[name])
    };
    let mut found: Vec<u32> = pairs.iter().filter(hit).map(|compared| compared.pair.left).collect();
    found.dedup();
    let mut hits = vec![0_u32; groups];
    for row in found.iter().filter(|row| ids[**row as usize].is_sound()) {
        hits[group_of(*row as usize)] += 1;
    }
    let share = |group: usize| f64::from(hits[group] + 1) / f64::from(sound[group] + 2);
    let enough = |group: &usize| sound[*group] as usize >= OBSERVABLE;
    (0..groups).map(|group| enough(&group).then(|| share(group))).collect()
}
