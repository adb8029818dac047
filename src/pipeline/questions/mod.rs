//! What a run keeps of itself so that its review page opens without reading the inputs again.
//!
//! Comes in: what the stages made. Goes out: bytes for the ledger, with the rows in question, the people
//! and rows shown beside them, and the figures counted over everybody; and from these bytes a station
//! that holds these people alone. Rows and persons have other numbers in it than in the run. Nothing here
//! reads a file.

mod choice;
mod counted;
mod lean;
mod packed;

use std::sync::Arc;

use crate::config::Project;
use crate::ledger::{InputEntry, InputKind, KeptQuestions};
use crate::linkage::Outcome;
use crate::linkage::decisions::{Case, PairTrace, RegistryTrace, SourceTrace};
use crate::records::Records;
use crate::sources::FileSum;
use crate::statistics::Statistics;

use super::stages::Station;
use super::start::StandingRun;
pub(super) use counted::CountedOnce;
use packed::{LAYOUT, PackedCase, PackedQuestions};

/// What the ledger keeps of a run for its review page.
pub(super) fn kept(station: &Station, project: &Project, run_id: &str) -> KeptQuestions {
    let results = station.results(project);
    let packed = PackedQuestions::of(&results, &station.inputs);
    KeptQuestions {
        run_id: run_id.to_owned(),
        known: station.newest_ruling,
        layout: LAYOUT,
        content: packed.to_bytes(),
    }
}

/// A station of the people a run has kept.
pub(super) struct KeptStation {
    /// The people in question and those shown beside them; everything else is empty.
    pub(super) station: Station,
    /// The figures over everybody.
    pub(super) counted: CountedOnce,
    /// The number each row has in the run.
    pub(super) rows: Vec<u32>,
}

/// The station of a record; `None` where it is none this program can read.
pub(super) fn opened(kept: &KeptQuestions, run: StandingRun) -> Option<KeptStation> {
    let packed = (kept.layout == LAYOUT).then(|| PackedQuestions::read(&kept.content))??;
    let inputs = inputs(run.files, &packed.rows_read);
    if packed.effects.iter().any(|(effect, _)| effect.ruling >= run.rulings.len()) {
        return None;
    }
    let PackedQuestions { catalogue, basis, effects, counted, .. } = packed;
    let representatives = Arc::from(packed.representatives);
    let (mut sources, mut outcomes, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for row in packed.rows {
        sources.push(row.record);
        outcomes.push(row.outcome.outcome()?);
        rows.push(row.number);
    }
    let records = Records {
        persons: packed.persons,
        sources,
        institutions: packed.institutions,
        gazetteer: packed.gazetteer,
        ..Records::default()
    };
    let cases = packed.cases.into_iter().map(|case| asked(case, &records, &outcomes));
    let station = Station {
        cases: cases.collect::<Option<_>>()?,
        inputs,
        catalogue,
        statistics: Statistics { basis, representatives, ..Statistics::default() },
        rulings: run.rulings,
        newest_ruling: kept.known,
        effects,
        outcomes,
        records,
        ..Station::empty(run.in_force.model)
    };
    Some(KeptStation { station, counted, rows })
}

/// A question; both sides follow from its row and its candidate.
fn asked(case: PackedCase, records: &Records, outcomes: &[Outcome]) -> Option<Case> {
    let PackedCase { row, rows, candidate, is_audit } = case;
    let source = records.sources.get(row as usize)?;
    let found = outcomes.get(row as usize)?.candidates.get(candidate)?;
    let person = records.persons.get(found.person as usize)?;
    let (source, person) = (SourceTrace::of(source, records), RegistryTrace::of(person, records));
    let pair = PairTrace { source, person };
    let key = pair.key();
    Some(Case { row, rows, candidate, pair, key, is_audit })
}

/// The files with their data rows. Equal run ids mean equal files in equal order.
fn inputs(files: Vec<FileSum>, rows: &[usize]) -> Vec<InputEntry> {
    let entry = |(file, rows): (FileSum, &usize)| InputEntry {
        kind: InputKind::Source(file.kind),
        path: file.path,
        sha256: file.sha256,
        rows: *rows,
    };
    files.into_iter().zip(rows).map(entry).collect()
}
