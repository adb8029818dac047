//! A run's questions as the ledger keeps them.

use crate::ledger::{CaseEntry, RulingView};
use crate::linkage::{Candidate, Contribution};

use super::stages::Station;

/// The questions of a run with what it said of them.
pub(super) fn entries(station: &Station, run_id: &str) -> Vec<CaseEntry> {
    let known = station.rulings.iter().map(|ruling| ruling.number).max().unwrap_or(0);
    let entry = |case: &crate::linkage::decisions::Case| {
        let candidate = &station.outcomes[case.row as usize].candidates[case.candidate];
        CaseEntry {
            key: case.key.clone(),
            pair: case.pair.clone(),
            known,
            view: RulingView {
                run_id: run_id.to_owned(),
                model_version: station.model.version.clone(),
                probability: candidate.probability,
                evidence: evidence(candidate),
            },
        }
    };
    station.cases.iter().map(entry).collect()
}

/// As `links.csv` has it. It is kept with every ruling for good, so what weighs nothing, which is
/// half of the text, is left out.
fn evidence(candidate: &Candidate) -> String {
    let part = |c: &Contribution| format!("{}={}({:+.2})", c.comparison(), c.level(), c.weight);
    let weighs = |c: &&Contribution| c.weight.abs() >= 0.005;
    candidate.contributions.iter().filter(weighs).map(part).collect::<Vec<_>>().join(";")
}
