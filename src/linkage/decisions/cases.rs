//! Review rows → the questions to put to people: each pair once, however many rows it stands in.

use std::collections::BTreeMap;

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
}

/// All questions of a run, in input order.
pub fn cases(records: &Records, outcomes: &[Outcome]) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for ((row, record), outcome) in (0_u32..).zip(&records.sources).zip(outcomes) {
        if outcome.decision != Decision::Review {
            continue;
        }
        let source = SourceTrace::of(record, records);
        for (place, candidate) in outcome.candidates.iter().enumerate() {
            let person = &records.persons[candidate.person as usize];
            let person = RegistryTrace::of(person, records);
            let pair = PairTrace { source: source.clone(), person };
            let key = pair.key();
            if let Some(first) = asked.get(&key) {
                cases[*first].rows += 1;
                continue;
            }
            asked.insert(key.clone(), cases.len());
            cases.push(Case { row, rows: 1, candidate: place, pair, key });
        }
    }
    cases
}

/// What settling a row is worth: the persons it adds to the figures, as far as can be expected.
pub fn worth(outcome: &Outcome) -> f64 {
    outcome.candidates.iter().map(|candidate| candidate.probability).sum()
}
