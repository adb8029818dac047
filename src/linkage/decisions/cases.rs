//! Review rows → the questions to put to people: each pair once, however many rows it stands in.

use std::collections::{BTreeMap, BTreeSet};

use super::Force;
use super::audit;
use super::effects::Effect;
use super::returned::{is_left_to_school, returned};
use super::traces::{PairTrace, RegistryTrace, SourceTrace};
use crate::linkage::{Decision, Outcome};
use crate::records::Records;

/// One question: is this student or trainee that registered person?
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The first row it is asked about; index into `Records::sources`.
    pub row: u32,
    /// Rows that say the same of the same person (a trainee in several classes).
    pub rows: usize,
    /// Which candidate of the row's outcome, from 0.
    pub candidate: usize,
    /// Both sides.
    pub pair: PairTrace,
    /// [`PairTrace::key`].
    pub key: String,
    /// Whether it is a link drawn for a check, which stays one unless somebody says otherwise.
    pub is_audit: bool,
}

/// A second candidate less likely than this is not worth a clerk's look: once those before it are
/// ruled out, it comes to the front by itself.
const WORTH_ASKING: f64 = 0.005;

/// All questions of a run, in input order, with so many links drawn for a check. Whoever a ruling was
/// about is asked about again, however unlikely by now; a link somebody confirmed is not.
pub fn cases(
    records: &Records,
    outcomes: &[Outcome],
    effects: &[(Effect, Decision)],
    audit: usize,
) -> Vec<Case> {
    let mut drawn = audit::draw(records, &audit::own_decisions(outcomes, effects), audit).rows;
    for (effect, _) in effects.iter().filter(|(effect, _)| effect.force == Force::Same) {
        drawn.remove(&effect.row);
    }
    let open = effects.iter().map(|(effect, _)| effect);
    let open = open.filter(|effect| matches!(effect.force, Force::Again | Force::Unsure));
    let open: BTreeSet<(u32, u32)> =
        open.filter_map(|effect| Some((effect.row, effect.person?))).collect();
    let returned = returned(records, outcomes);
    let mut cases: Vec<Case> = Vec::new();
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for ((row, record), outcome) in (0_u32..).zip(&records.sources).zip(outcomes) {
        let is_audit = outcome.decision == Decision::Link && drawn.contains(&row);
        if outcome.decision != Decision::Review && !is_audit {
            continue;
        }
        let ruled = open.range((row, 0)..=(row, u32::MAX)).next().is_some();
        if !is_audit && !ruled && is_left_to_school(record, &returned) {
            continue;
        }
        let source = SourceTrace::of(record, records);
        for (place, candidate) in outcome.candidates.iter().enumerate() {
            let asked_before = open.contains(&(row, candidate.person));
            if place > 0 && candidate.probability < WORTH_ASKING && !asked_before {
                continue;
            }
            let person = &records.persons[candidate.person as usize];
            let person = RegistryTrace::of(person, records);
            let pair = PairTrace { source: source.clone(), person };
            let key = pair.key();
            if let Some(first) = asked.get(&key) {
                cases[*first].rows += 1;
                continue;
            }
            asked.insert(key.clone(), cases.len());
            cases.push(Case { row, rows: 1, candidate: place, pair, key, is_audit });
        }
    }
    cases
}

/// What settling a row is worth: the persons it adds to the figures, as far as can be expected. A
/// link counts already.
pub fn worth(outcome: &Outcome) -> f64 {
    if outcome.decision == Decision::Link {
        return 0.0;
    }
    outcome.candidates.iter().map(|candidate| candidate.probability).sum()
}
