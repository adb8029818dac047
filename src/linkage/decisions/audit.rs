//! Which links are put before people for a check. Questions come from the review cases, so answers
//! to them say nothing of the links; only links taken at random do.

use std::collections::{BTreeMap, BTreeSet};

use super::effects::Effect;
use super::traces::SourceTrace;
use crate::linkage::{Decision, Outcome};
use crate::records::Records;

/// Links drawn at random.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Students and trainees the program links on its own.
    pub links: usize,
    /// The first row of each that was drawn.
    pub rows: BTreeSet<u32>,
}

/// What the program says of every row on its own, whatever people have ruled.
pub fn own_decisions(outcomes: &[Outcome], effects: &[(Effect, Decision)]) -> Vec<Decision> {
    let mut own: Vec<Decision> = outcomes.iter().map(|outcome| outcome.decision).collect();
    for (effect, decision) in effects {
        own[effect.row as usize] = *decision;
    }
    own
}

/// Draws so many of the rows that are linked, plainly: each student and trainee has the same chance.
/// The keys are digests, so their order has nothing to do with what they name, and who is drawn once
/// is drawn again in the next run as long as the row says the same.
pub fn draw(records: &Records, own: &[Decision], wanted: usize) -> Sample {
    if wanted == 0 {
        return Sample::default();
    }
    let mut first: BTreeMap<String, u32> = BTreeMap::new();
    for ((row, record), decision) in (0..).zip(&records.sources).zip(own) {
        if *decision == Decision::Link {
            first.entry(SourceTrace::of(record, records).key()).or_insert(row);
        }
    }
    Sample { links: first.len(), rows: first.into_values().take(wanted).collect() }
}
