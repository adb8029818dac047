//! Rulings of people → labels of candidate pairs, which estimation takes as known instead of
//! estimating them.

use std::collections::BTreeSet;

use super::Rulings;
use crate::linkage::decisions::{Answer, Effect};
use crate::linkage::engine::judging::{Force, RowContext};
use crate::linkage::engine::scoring::Compared;
use crate::linkage::parameters::LabelNote;

/// What is known of a candidate pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PairLabel {
    /// Nothing.
    #[default]
    Open,
    /// They are one person.
    Same,
    /// They are two.
    Different,
}

/// Labels by left row and entity of the right row.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    list: Vec<(u32, u32, PairLabel)>,
    /// What became of the rulings; `None` where none were asked for.
    pub note: Option<LabelNote>,
}

impl Labels {
    /// The labels rulings give to candidate pairs, of every `step`th row. A confirmed person who is
    /// no candidate gives none: m speaks of the pairs candidate search finds.
    pub fn new(rulings: Rulings, context: &RowContext, pairs: &[Compared], step: usize) -> Self {
        let Rulings { list: rulings, effects } = rulings;
        let mut list = Vec::new();
        let mut used = BTreeSet::new();
        for effect in effects.by_row().flatten() {
            let Some((row, entity, label)) = label_of(effect, context) else { continue };
            let seen =
                (row as usize).is_multiple_of(step) && is_candidate(pairs, context, row, entity);
            if seen {
                list.push((row, entity, label));
                used.insert(effect.ruling);
            }
        }
        list.sort_unstable();
        list.dedup();
        let bound = list.iter().filter(|(_, _, label)| *label == PairLabel::Same);
        let bound: BTreeSet<u32> = bound.map(|(row, _, _)| *row).collect();
        let unsure = rulings.iter().filter(|ruling| ruling.answer == Answer::Unsure).count();
        let excluded = list.iter().filter(|(row, _, _)| !bound.contains(row)).count();
        let note = LabelNote {
            rulings: rulings.len(),
            same: bound.len(),
            different: excluded,
            unsure,
            unused: rulings.len() - unsure - used.len(),
        };
        Self { list, note: Some(note) }
    }

    /// Whether anything is known of a left row.
    pub fn has(&self, row: usize) -> bool {
        self.list.binary_search_by_key(&row, |(known, _, _)| *known as usize).is_ok()
    }

    /// What is known of a candidate of a row. Whoever is one registered person is no other.
    pub fn of(&self, row: u32, entity: u32) -> PairLabel {
        let start = self.list.partition_point(|(known, _, _)| *known < row);
        let block = self.list[start..].iter().take_while(|(known, _, _)| *known == row);
        let mut found = PairLabel::Open;
        for (_, known, label) in block {
            match label {
                PairLabel::Same if *known == entity => return PairLabel::Same,
                PairLabel::Same => found = PairLabel::Different,
                PairLabel::Different if *known == entity => found = PairLabel::Different,
                PairLabel::Different | PairLabel::Open => {}
            }
        }
        found
    }
}

fn label_of(effect: &Effect, context: &RowContext) -> Option<(u32, u32, PairLabel)> {
    let label = match effect.force {
        Force::Same => PairLabel::Same,
        Force::Different => PairLabel::Different,
        Force::Unsure | Force::Again => return None,
    };
    Some((effect.row, context.entity_of(effect.person?), label))
}

fn is_candidate(pairs: &[Compared], context: &RowContext, row: u32, entity: u32) -> bool {
    let start = pairs.partition_point(|compared| compared.pair.left < row);
    let own = pairs[start..].iter().take_while(|compared| compared.pair.left == row);
    own.into_iter().any(|compared| context.entity_of(compared.pair.right) == entity)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(list: &[(u32, u32, PairLabel)]) -> Labels {
        Labels { list: list.to_vec(), note: None }
    }

    #[test]
    fn whoever_is_one_person_is_no_other() {
        let known = labels(&[
            (3, 10, PairLabel::Same),
            (3, 11, PairLabel::Different),
            (7, 10, PairLabel::Different),
        ]);
        let expected = [
            ((3, 10), PairLabel::Same),
            ((3, 11), PairLabel::Different),
            ((3, 12), PairLabel::Different),
            ((7, 10), PairLabel::Different),
            ((7, 11), PairLabel::Open),
            ((5, 10), PairLabel::Open),
        ];
        for ((row, entity), label) in expected {
            assert_eq!(known.of(row, entity), label, "{row} {entity}");
        }
    }
}
