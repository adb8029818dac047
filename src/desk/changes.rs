//! What a new run says otherwise than the one before: row by row, and in the figures.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;

use jiff::Timestamp;

use super::material::Material;
use crate::linkage::{Decision, Outcome};
use crate::origin::Origin;
use crate::pipeline::RunReport;
use crate::records::SourceRecord;
use crate::records::identity::own_number;
use crate::results::Results;
use crate::statistics::change::{Changed, changed_figures};
use crate::statistics::snapshot::{SnapshotKey, row_key};

/// Position of a row: file, sheet, row.
pub(super) type RowAddress<'run> = (&'run str, &'run str, u32);

/// What a run says of a row: the decision, and whom it is linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stand<'run> {
    /// The decision.
    pub(super) decision: Decision,
    /// The linked person: 人编号, empty where there is none that lasts, and address.
    pub(super) linked: Option<(&'run str, RowAddress<'run>)>,
}

/// From which decision to which; `None` where a run has no such row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Transition {
    /// In the earlier run.
    pub(super) before: Option<Decision>,
    /// In the later run.
    pub(super) now: Option<Decision>,
}

impl Transition {
    /// What users read.
    pub(super) fn label(self) -> String {
        match (self.before, self.now) {
            (Some(Decision::Link), Some(Decision::Link)) => "比对一致，换成另一人".to_owned(),
            (None, now) => format!("新读入的行 → {}", now.map_or("", Decision::label)),
            (before, None) => format!("{} → 这一行已不在", before.map_or("", Decision::label)),
            (Some(before), Some(now)) => format!("{} → {}", before.label(), now.label()),
        }
    }

    /// Its name in an address.
    pub(super) fn key(self) -> String {
        let key = |side: Option<Decision>| side.map_or("absent", Decision::key);
        format!("{}-{}", key(self.before), key(self.now))
    }
}

/// A row as comparisons see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct ComparedRow<'run> {
    /// Its position.
    pub(super) address: RowAddress<'run>,
    /// Of school or agency, name and number: stays when lines above it come or go.
    pub(super) key: SnapshotKey,
    /// What is said of it.
    pub(super) stand: Stand<'run>,
}

/// A row of which two runs say different things, by its place in either list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MovedRow {
    /// From what to what.
    pub(super) transition: Transition,
    /// Place in the earlier run's list.
    pub(super) before: Option<usize>,
    /// Place in the later run's list.
    pub(super) now: Option<usize>,
}

/// Rows of which two runs say different things: those of the later run in its order, then those it
/// has no more.
pub(super) fn compare(before: &[ComparedRow], now: &[ComparedRow]) -> Vec<MovedRow> {
    let partners = partners(before, now);
    let mut is_there = vec![false; before.len()];
    for old in partners.iter().flatten() {
        is_there[*old] = true;
    }
    let stayed = partners.into_iter().enumerate().map(|(new, old)| (old, Some(new)));
    let left = (0..before.len()).filter(|old| !is_there[*old]).map(|old| (Some(old), None));
    let moved = |(old, new): (Option<usize>, Option<usize>)| {
        let stood = old.map(|place| before[place].stand);
        let stands = new.map(|place| now[place].stand);
        Some(MovedRow { transition: transition(stood, stands)?, before: old, now: new })
    };
    stayed.chain(left).filter_map(moved).collect()
}

/// For each later row the earlier one it is: the one that says the same at the same place, else one
/// that says the same elsewhere, else the one at its place.
fn partners(before: &[ComparedRow], now: &[ComparedRow]) -> Vec<Option<usize>> {
    let mut partners = vec![None; now.len()];
    let mut free = vec![true; before.len()];
    pair(before, now, |row| (Some(row.address), row.key), &mut partners, &mut free);
    pair(before, now, |row| row.key, &mut partners, &mut free);
    pair(before, now, |row| (Some(row.address), 0), &mut partners, &mut free);
    partners
}

/// Pairs rows that have no partner yet and are alike in this, in their order.
fn pair<'run, K: Ord>(
    before: &[ComparedRow<'run>],
    now: &[ComparedRow<'run>],
    of: impl Fn(&ComparedRow<'run>) -> K,
    partners: &mut [Option<usize>],
    free: &mut [bool],
) {
    let mut waiting: BTreeMap<K, VecDeque<usize>> = BTreeMap::new();
    for (place, row) in before.iter().enumerate().filter(|(place, _)| free[*place]) {
        waiting.entry(of(row)).or_default().push_back(place);
    }
    for (row, partner) in now.iter().zip(partners).filter(|(_, partner)| partner.is_none()) {
        *partner = waiting.get_mut(&of(row)).and_then(VecDeque::pop_front);
        if let Some(place) = *partner {
            free[place] = false;
        }
    }
}

fn transition(before: Option<Stand>, now: Option<Stand>) -> Option<Transition> {
    let is_same = match (before, now) {
        (Some(before), Some(now)) => {
            before.decision == now.decision && is_same_person(before.linked, now.linked)
        }
        _ => false,
    };
    let decision = |stand: Option<Stand>| stand.map(|stand| stand.decision);
    (!is_same).then(|| Transition { before: decision(before), now: decision(now) })
}

type ChangedPerson<'run> = Option<(&'run str, RowAddress<'run>)>;

/// By 人编号 where both have one, else by the position of the row.
fn is_same_person(before: ChangedPerson, now: ChangedPerson) -> bool {
    match (before, now) {
        (Some((a, _)), Some((b, _))) if !a.is_empty() && !b.is_empty() => a == b,
        (a, b) => a.map(|(_, address)| address) == b.map(|(_, address)| address),
    }
}

/// What one run says of a row, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// Name of the row.
    pub(super) name: String,
    /// Its number, masked.
    pub(super) id: String,
    /// School or agency.
    pub(super) institution: String,
    /// Its position.
    pub(super) place: String,
    /// The linked person, or the best candidate of a row in review: name and home.
    pub(super) person: Option<(String, String)>,
    /// Why.
    pub(super) reason: String,
}

/// A row with what either run says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ChangeLine {
    /// From what to what.
    pub(super) transition: Transition,
    /// The earlier run.
    pub(super) before: Option<Said>,
    /// The later run.
    pub(super) now: Option<Said>,
    /// Index of the row in the later run.
    pub(super) row: Option<u32>,
}

/// Most rows that are listed of one transition.
pub(super) const LISTED: usize = 2000;

/// Everything that changed.
#[derive(Clone, Debug)]
pub(super) struct Changes {
    /// When the new results were complete.
    pub(super) at: Timestamp,
    /// Where they were published.
    pub(super) folder: PathBuf,
    /// Id of the earlier run and of the new.
    pub(super) runs: (String, String),
    /// The new run's number among those of this desk.
    pub(super) serial: u32,
    /// Whether rows could be compared: not where the earlier run's are there no more.
    pub(super) has_rows: bool,
    /// Rows by transition, all of them counted.
    pub(super) counts: Vec<(Transition, usize)>,
    /// The rows, transition by transition, at most [`LISTED`] of each.
    pub(super) lines: Vec<ChangeLine>,
    /// Figures of both forms that changed.
    pub(super) figures: Vec<Changed>,
}

impl Changes {
    /// Compares two runs; of an earlier one that has not everybody the figures alone.
    pub(super) fn between(
        before: &Material,
        now: &Material,
        at: Timestamp,
        report: RunReport,
    ) -> Self {
        let runs = (before.survey().run_id().to_owned(), now.survey().run_id().to_owned());
        let (folder, serial, has_rows) = (report.folder, now.serial(), before.survey().is_whole());
        let changes = Self {
            at,
            folder,
            runs,
            serial,
            has_rows,
            counts: Vec::new(),
            lines: Vec::new(),
            figures: Vec::new(),
        };
        if !has_rows {
            let figures = report.since.map(|since| since.figures).unwrap_or_default();
            return Self { figures, ..changes };
        }
        let figures = changed_figures(before.survey().snapshot(), now.survey().snapshot());
        Self { figures, ..changes }.with_rows(before.results(), now.results())
    }

    /// The same with the rows of which the two runs say different things.
    fn with_rows(self, old: Results, new: Results) -> Self {
        let mut moved = compare(&rows(&old), &rows(&new));
        moved.sort_by_key(|one| one.transition);
        let mut counts = Vec::new();
        let mut lines = Vec::new();
        for block in moved.chunk_by(|a, b| a.transition == b.transition) {
            counts.push((block[0].transition, block.len()));
            lines.extend(block.iter().take(LISTED).map(|one| {
                let index = |place: usize| u32::try_from(place).ok();
                let row = one.now.and_then(index);
                let before = one.before.and_then(index).map(|row| said(&old, row));
                ChangeLine {
                    transition: one.transition,
                    before,
                    now: row.map(|row| said(&new, row)),
                    row,
                }
            }));
        }
        Self { counts, lines, ..self }
    }
}

/// All rows, in input order.
fn rows<'run>(results: &Results<'run>) -> Vec<ComparedRow<'run>> {
    let address = |origin: Origin| {
        let sheet = results.catalogue.sheet(origin.sheet);
        (sheet.file.as_str(), sheet.sheet.as_str(), origin.row)
    };
    let stand = |outcome: &Outcome| {
        let linked = outcome.linked().map(|person| {
            let person = results.person(person);
            (own_number(person), address(person.origin))
        });
        Stand { decision: outcome.decision, linked }
    };
    let row = |(record, outcome): (&'run SourceRecord, &Outcome)| ComparedRow {
        address: address(record.origin),
        key: row_key(results.records, record),
        stand: stand(outcome),
    };
    results.records.sources.iter().zip(results.outcomes).map(row).collect()
}

fn said(results: &Results, row: u32) -> Said {
    let (record, outcome) = results.row(row);
    let best = results.best(outcome).filter(|_| outcome.decision != Decision::None);
    let person = best.map(|(_, person)| {
        let facts = &person.facts;
        (facts.name.text().to_string(), results.home(&facts.place).joined())
    });
    Said {
        name: record.facts.name.text().to_string(),
        id: record.facts.id.masked(),
        institution: results.institution(record).to_owned(),
        place: results.name_cell(record.origin),
        person,
        reason: outcome.reason.to_string(),
    }
}
