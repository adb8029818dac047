//! The share of left rows that have a match, observed before anything is estimated: rows with a
//! sound ID tell it directly, by how many of them find their number under the same name.
//!
//! Rows are grouped by whatever tells something of the share before a single candidate is looked at (who
//! handed the row in, whether it says that the person is on the right side), and groups form a tree:
//! a group with few sound IDs borrows from the one above it, and none strays far from the root,
//! because rows without a sound ID need not be like the others.

use super::columns::{PackedColumn, Tables};
use super::comparison::{IdentityLevel, Kind};
use super::plan::Plan;
use super::scoring::{Compared, Levels, is_same_name};

/// Fewest rows with a sound ID from which a prior is observed.
const OBSERVABLE: u32 = 200;

/// How many rows with a sound ID the group above is worth.
const BORROWED: f64 = 50.0;

/// Most bits by which the odds of a group differ from those of its root.
const STRAYS: f64 = 4.5;

/// Left rows by what tells something of their prior.
#[derive(Clone, Debug, Default)]
pub struct PriorGroups {
    /// Group of every left row; all are one group where nothing is said.
    pub of_row: Vec<u32>,
    /// The group above each group, which has a smaller number; `None` for a root.
    pub above: Vec<Option<u32>>,
}

impl PriorGroups {
    /// How many there are, at least one.
    pub fn count(&self) -> usize {
        self.above.len().max(1)
    }

    /// The group of a left row.
    pub fn of(&self, row: usize) -> usize {
        self.of_row.get(row).map_or(0, |group| *group as usize)
    }

    fn above(&self, group: usize) -> Option<usize> {
        self.above.get(group).copied().flatten().map(|above| above as usize)
    }
}

/// Rows with a sound ID, and those of them that found their number under the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SoundRows {
    /// Rows.
    pub rows: u32,
    /// Those that found it.
    pub hits: u32,
}

/// Whether a comparison vector says that a number was found under the same name.
pub fn is_hit(plan: &Plan, levels: &Levels) -> bool {
    let name = plan.comparisons.iter().position(|c| c.comparison.kind == Kind::Name);
    let (Some(identity), Some(name)) = (plan.identity, name) else { return false };
    levels[identity] == IdentityLevel::Equal as u8 && is_same_name(levels[name])
}

/// Share of matched rows by group; `None` where the model does not ask for it or too few rows of the
/// root have a sound ID.
pub fn observe(
    tables: &Tables,
    plan: &Plan,
    groups: &PriorGroups,
    pairs: &[Compared],
) -> Vec<Option<f64>> {
    if !is_observed(plan) {
        return vec![None; groups.count()];
    }
    let identity = plan.identity.map(|identity| plan.comparisons[identity].comparison.column);
    let Some(PackedColumn::Identity(ids)) = identity.map(|column| &tables.left.columns[column])
    else {
        return vec![None; groups.count()];
    };
    let mut sound = vec![SoundRows::default(); groups.count()];
    for (row, _) in ids.iter().enumerate().filter(|(_, id)| id.is_sound()) {
        sound[groups.of(row)].rows += 1;
    }
    let hit = |compared: &&Compared| is_hit(plan, &compared.levels);
    let mut found: Vec<u32> = pairs.iter().filter(hit).map(|compared| compared.pair.left).collect();
    found.dedup();
    for row in found.into_iter().filter(|row| ids[*row as usize].is_sound()) {
        sound[groups.of(row as usize)].hits += 1;
    }
    shares(groups, sound)
}

/// Whether the model asks for the share to be observed, and it can be.
pub fn is_observed(plan: &Plan) -> bool {
    let has_name = plan.comparisons.iter().any(|c| c.comparison.kind == Kind::Name);
    plan.prior.observe && plan.identity.is_some() && has_name
}

/// Shares from counts of the rows that stand in a group itself.
pub fn shares(groups: &PriorGroups, mut sound: Vec<SoundRows>) -> Vec<Option<f64>> {
    for group in (0..sound.len()).rev() {
        if let Some(above) = groups.above(group) {
            let SoundRows { rows, hits } = sound[group];
            sound[above].rows += rows;
            sound[above].hits += hits;
        }
    }
    let mut shares: Vec<Option<f64>> = Vec::with_capacity(sound.len());
    // Log odds of the root of each group.
    let mut roots: Vec<f64> = Vec::with_capacity(sound.len());
    for (group, SoundRows { rows, hits }) in sound.into_iter().enumerate() {
        let Some(above) = groups.above(group) else {
            let share = f64::from(hits + 1) / f64::from(rows + 2);
            shares.push((rows >= OBSERVABLE).then_some(share));
            roots.push(log_odds(share));
            continue;
        };
        let root = roots[above];
        roots.push(root);
        shares.push(shares[above].map(|borrowed| {
            let share = (f64::from(hits) + BORROWED * borrowed) / (f64::from(rows) + BORROWED);
            share_of(log_odds(share).clamp(root - STRAYS, root + STRAYS))
        }));
    }
    shares
}

fn log_odds(share: f64) -> f64 {
    let share = share.clamp(1e-6, 1.0 - 1e-6);
    libm::log2(share / (1.0 - share))
}

fn share_of(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp2(-log_odds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(above: &[Option<u32>], counts: &[(u32, u32)]) -> Vec<Option<f64>> {
        let groups = PriorGroups { of_row: Vec::new(), above: above.to_vec() };
        shares(
            &groups,
            counts.iter().map(|(rows, hits)| SoundRows { rows: *rows, hits: *hits }).collect(),
        )
    }

    #[test]
    fn a_group_shows_its_own_share_and_borrows_where_it_is_small() {
        let found = share(&[None, Some(0), Some(0)], &[(0, 0), (10_000, 3_000), (0, 0)]);
        let (root, large, small) = (found[0].unwrap(), found[1].unwrap(), found[2].unwrap());
        assert!((root - 0.3).abs() < 1e-3 && (large - 0.3).abs() < 1e-3);
        assert!((small - root).abs() < 1e-9);
    }

    #[test]
    fn no_group_strays_far_from_its_root() {
        let found = share(&[None, Some(0), Some(0)], &[(0, 0), (10_000, 9_990), (20_000, 10)]);
        let bits = |group: usize| log_odds(found[group].unwrap());
        assert!((bits(1) - bits(0) - STRAYS).abs() < 1e-9, "{found:?}");
        assert!((bits(0) - bits(2) - STRAYS).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn too_few_sound_numbers_show_nothing() {
        assert_eq!(share(&[None, Some(0)], &[(0, 0), (199, 50)]), [None, None]);
    }
}
