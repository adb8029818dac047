//! What is kept, as it is written.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde::{Deserialize, Serialize};

use super::choice::Shown;
use super::counted::CountedOnce;
use super::lean;
use crate::ledger::InputEntry;
use crate::linkage::decisions::{Case, Effect, Force};
use crate::linkage::{Candidate, Contribution, Decision, MatchClass, Outcome};
use crate::origin::Catalogue;
use crate::records::place::Gazetteer;
use crate::records::{Institution, Person, SourceRecord};
use crate::results::Results;
use crate::statistics::BasisNote;

/// Number of the layout. Whatever changes the bytes has to raise it: a field here, in the records of
/// people, or a value of a code list.
pub(super) const LAYOUT: u32 = 1;

/// Everything, with persons and rows by their new numbers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PackedQuestions {
    /// Data rows of each input.
    pub(super) rows_read: Vec<usize>,
    pub(super) catalogue: Catalogue,
    pub(super) institutions: Vec<Institution>,
    pub(super) gazetteer: Gazetteer,
    pub(super) persons: Vec<Person>,
    pub(super) representatives: Vec<u32>,
    pub(super) rows: Vec<PackedRow>,
    pub(super) cases: Vec<PackedCase>,
    /// Those by which a question is asked again because somebody could not tell.
    pub(super) effects: Vec<(Effect, Decision)>,
    pub(super) basis: Vec<BasisNote>,
    pub(super) counted: CountedOnce,
}

/// A row with what linkage says of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PackedRow {
    /// Its number in the run.
    pub(super) number: u32,
    pub(super) record: SourceRecord,
    pub(super) outcome: PackedOutcome,
}

/// A question without its sides, which follow.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct PackedCase {
    pub(super) row: u32,
    pub(super) rows: usize,
    pub(super) candidate: usize,
    pub(super) is_audit: bool,
}

/// As [`Outcome`].
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PackedOutcome {
    decision: Decision,
    match_class: MatchClass,
    candidates: Vec<PackedCandidate>,
    reason: String,
}

/// As [`Candidate`].
#[derive(Debug, Serialize, Deserialize)]
struct PackedCandidate {
    person: u32,
    probability: f64,
    weight: f64,
    contributions: Vec<PackedContribution>,
}

/// As [`Contribution`].
#[derive(Debug, Serialize, Deserialize)]
struct PackedContribution {
    comparison: String,
    level: String,
    weight: f64,
}

impl PackedQuestions {
    /// What is kept of a run.
    pub(super) fn of(results: &Results, inputs: &[InputEntry]) -> Self {
        let shown = Shown::of(results);
        let person = |number: &u32| {
            let person = results.person(*number);
            if shown.candidates.contains(number) { person.clone() } else { lean::member(person) }
        };
        Self {
            rows_read: inputs.iter().map(|input| input.rows).collect(),
            catalogue: results.catalogue.clone(),
            institutions: results.records.institutions.clone(),
            gazetteer: results.records.gazetteer.clone(),
            persons: shown.persons.iter().map(person).collect(),
            representatives: shown.representatives(results),
            rows: shown.rows.iter().map(|number| row(results, &shown, *number)).collect(),
            cases: results.cases.iter().filter_map(|one| case(&shown, one)).collect(),
            effects: results
                .effects
                .iter()
                .filter_map(|(one, own)| Some((effect(&shown, one)?, *own)))
                .collect(),
            basis: results.statistics.basis.clone(),
            counted: CountedOnce::of(results),
        }
    }

    /// As bytes.
    ///
    /// # Panics
    /// Never: the bytes go to memory.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let plain = postcard::to_stdvec(self).expect("plain data becomes bytes");
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&plain).expect("memory takes bytes");
        packed.finish().expect("memory takes bytes")
    }

    /// From bytes; `None` where they are none of this layout, or their parts do not fit together.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut plain = Vec::new();
        ZlibDecoder::new(bytes).read_to_end(&mut plain).ok()?;
        postcard::from_bytes(&plain).ok().filter(Self::fits_together)
    }

    /// Whether every number stands for something that is there.
    fn fits_together(&self) -> bool {
        let is_sheet = |sheet: u32| (sheet as usize) < self.catalogue.sheets.len();
        let candidates = self.rows.iter().flat_map(|row| &row.outcome.candidates);
        let mut persons = candidates.map(|candidate| candidate.person);
        persons.all(|person| (person as usize) < self.persons.len())
            && self.persons.iter().all(|person| is_sheet(person.origin.sheet.0))
            && self.rows.iter().all(|row| is_sheet(row.record.origin.sheet.0))
            && self.effects.iter().all(|(effect, _)| (effect.row as usize) < self.rows.len())
    }
}

fn row(results: &Results, shown: &Shown, number: u32) -> PackedRow {
    let (record, outcome) = results.row(number);
    let (record, outcome) = if shown.asked.contains(&number) {
        (record.clone(), PackedOutcome::of(outcome, shown))
    } else {
        (lean::linked_row(record), PackedOutcome::of(&lean::linked(outcome), shown))
    };
    PackedRow { number, record, outcome }
}

fn case(shown: &Shown, case: &Case) -> Option<PackedCase> {
    let Case { rows, candidate, is_audit, .. } = *case;
    Some(PackedCase { row: shown.row(case.row)?, rows, candidate, is_audit })
}

fn effect(shown: &Shown, effect: &Effect) -> Option<Effect> {
    let is_shown = effect.force == Force::Unsure && shown.asked.contains(&effect.row);
    let row = shown.row(effect.row).filter(|_| is_shown)?;
    let person = effect.person.and_then(|person| shown.person(person));
    Some(Effect { row, person, ..effect.clone() })
}

impl PackedOutcome {
    fn of(outcome: &Outcome, shown: &Shown) -> Self {
        let candidates = outcome.candidates.iter();
        Self {
            decision: outcome.decision,
            match_class: outcome.match_class,
            candidates: candidates.filter_map(|one| PackedCandidate::of(one, shown)).collect(),
            reason: outcome.reason.to_string(),
        }
    }

    /// As linkage made it; `None` where it says words linkage does not know.
    pub(super) fn outcome(self) -> Option<Outcome> {
        let candidates = self.candidates.into_iter().map(PackedCandidate::candidate);
        Some(Outcome {
            decision: self.decision,
            match_class: self.match_class,
            candidates: candidates.collect::<Option<_>>()?,
            reason: self.reason.into(),
        })
    }
}

impl PackedCandidate {
    fn of(candidate: &Candidate, shown: &Shown) -> Option<Self> {
        let part = |part: &Contribution| PackedContribution {
            comparison: part.comparison().to_owned(),
            level: part.level().to_owned(),
            weight: part.weight,
        };
        Some(Self {
            person: shown.person(candidate.person)?,
            probability: candidate.probability,
            weight: candidate.weight,
            contributions: candidate.contributions.iter().map(part).collect(),
        })
    }

    fn candidate(self) -> Option<Candidate> {
        let part = |part: PackedContribution| {
            Contribution::of_words(&part.comparison, &part.level, part.weight)
        };
        Some(Candidate {
            person: self.person,
            probability: self.probability,
            weight: self.weight,
            contributions: self.contributions.into_iter().map(part).collect::<Option<_>>()?,
        })
    }
}
