//! Between ledger and linkage: the rulings in force as part of a run's identity, the problems they
//! give, and the run's questions as the ledger keeps them.

use sha2::{Digest as _, Sha256};

use crate::ledger::{CaseEntry, RulingView};
use crate::linkage::decisions::{Effect, Force, Ruling, contradiction};
use crate::linkage::{Candidate, Contribution, Decision};
use crate::origin::Catalogue;
use crate::problems::{Problem, Severity};
use crate::records::Records;
use crate::vocabulary::Field;

use super::publish::hex;
use super::stages::Station;

/// A sum over all rulings in force; `None` without any, so that a run nobody has ruled on keeps its
/// id.
pub(super) fn fingerprint(rulings: &[Ruling]) -> Option<String> {
    if rulings.is_empty() {
        return None;
    }
    let mut hasher = Sha256::new();
    for ruling in rulings {
        let day = ruling.on.to_string();
        let parts = [&ruling.pair.key(), ruling.answer.key(), &ruling.clerk, &day, &ruling.note];
        for part in parts {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    Some(hex(&hasher.finalize()))
}

/// A problem for every ruling new data contradicts, at the row's name.
pub(super) fn contradicted(
    effects: &[(Effect, Decision)],
    rulings: &[Ruling],
    records: &Records,
    catalogue: &Catalogue,
) -> Vec<Problem> {
    let again = effects.iter().filter(|(effect, _)| effect.force == Force::Again);
    let problem = |(effect, _): &(Effect, Decision)| {
        let origin = records.sources[effect.row as usize].origin;
        let sheet = catalogue.sheet(origin.sheet);
        let ruling = &rulings[effect.ruling];
        Problem::file(&sheet.file, "ruling-contradicted", Severity::Warning)
            .at(&sheet.sheet, &catalogue.cell(origin, Field::Name))
            .saying(
                contradiction(effect, ruling),
                "这条认定没有采用；如在待核清单中，请重新填写结论",
            )
    };
    again.map(problem).collect()
}

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
    let part = |c: &Contribution| format!("{}={}({:+.2})", c.comparison, c.level, c.weight);
    let weighs = |c: &&Contribution| c.weight.abs() >= 0.005;
    candidate.contributions.iter().filter(weighs).map(part).collect::<Vec<_>>().join(";")
}
