//! What a new run says otherwise than the one before: row by row, and in the figures.

use std::cmp::Ordering;
use std::path::PathBuf;

use jiff::Timestamp;

use super::material::Material;
use crate::linkage::{Decision, Outcome};
use crate::statistics::change::{Changed, changed_figures};
use crate::workbooks::Results;

/// Where a row stands: file, sheet, row.
pub(super) type Address<'run> = (&'run str, &'run str, u32);

/// What a run says of a row: the decision, and whom it is linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stand<'run> {
    /// The decision.
    pub(super) decision: Decision,
    /// The linked person: 人编号, empty where there is none that lasts, and address.
    pub(super) linked: Option<(&'run str, Address<'run>)>,
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

/// A row of which two runs say different things, by its place in either list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moved {
    /// From what to what.
    pub(super) transition: Transition,
    /// Place in the earlier run's list.
    pub(super) before: Option<usize>,
    /// Place in the later run's list.
    pub(super) now: Option<usize>,
}

/// Compares two lists that are sorted by address.
pub(super) fn compare(before: &[(Address, Stand)], now: &[(Address, Stand)]) -> Vec<Moved> {
    let mut moved = Vec::new();
    let (mut left, mut right) = (0, 0);
    while left < before.len() || right < now.len() {
        let order = match (before.get(left), now.get(right)) {
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        let old = order.is_le().then_some(left);
        let new = order.is_ge().then_some(right);
        let stands = (old.map(|place| before[place].1), new.map(|place| now[place].1));
        if let Some(transition) = transition(stands) {
            moved.push(Moved { transition, before: old, now: new });
        }
        left += usize::from(old.is_some());
        right += usize::from(new.is_some());
    }
    moved
}

fn transition(stands: (Option<Stand>, Option<Stand>)) -> Option<Transition> {
    let (before, now) = stands;
    let is_same = match (before, now) {
        (Some(before), Some(now)) => {
            before.decision == now.decision && is_same_person(before.linked, now.linked)
        }
        _ => false,
    };
    let decision = |stand: Option<Stand>| stand.map(|stand| stand.decision);
    (!is_same).then(|| Transition { before: decision(before), now: decision(now) })
}

type Person<'run> = Option<(&'run str, Address<'run>)>;

/// By 人编号 where both have one, else by where the person stands.
fn is_same_person(before: Person, now: Person) -> bool {
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
    /// Where it stands.
    pub(super) place: String,
    /// The linked person, or the best candidate of a row in review: name and home.
    pub(super) person: Option<(String, String)>,
    /// Why.
    pub(super) reason: String,
}

/// A row with what either run says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
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
    /// Rows by transition, all of them counted.
    pub(super) counts: Vec<(Transition, usize)>,
    /// The rows, transition by transition, at most [`LISTED`] of each.
    pub(super) lines: Vec<Line>,
    /// Figures of both forms that changed.
    pub(super) figures: Vec<Changed>,
}

impl Changes {
    /// Compares two runs.
    pub(super) fn between(
        (before, now): (&Material, &Material),
        (at, folder): (Timestamp, PathBuf),
    ) -> Self {
        let (old, new) = (before.results(), now.results());
        let (old_rows, new_rows) = (stands(&old), stands(&new));
        let (left, right) = (addressed(&old_rows), addressed(&new_rows));
        let mut moved = compare(&left, &right);
        moved.sort_by_key(|one| one.transition);
        let mut counts = Vec::new();
        let mut lines = Vec::new();
        for block in moved.chunk_by(|a, b| a.transition == b.transition) {
            counts.push((block[0].transition, block.len()));
            lines.extend(block.iter().take(LISTED).map(|one| {
                let row = one.now.map(|place| new_rows[place].1);
                let before = one.before.map(|place| said(&old, old_rows[place].1));
                Line {
                    transition: one.transition,
                    before,
                    now: row.map(|row| said(&new, row)),
                    row,
                }
            }));
        }
        let runs = (before.survey().run_id().to_owned(), now.survey().run_id().to_owned());
        let figures = changed_figures(before.survey().snapshot(), now.survey().snapshot());
        Self { at, folder, runs, serial: now.serial(), counts, lines, figures }
    }
}

/// A row's address, its index and what is said of it.
type Row<'run> = (Address<'run>, u32, Stand<'run>);

fn addressed<'run>(rows: &[Row<'run>]) -> Vec<(Address<'run>, Stand<'run>)> {
    rows.iter().map(|(address, _, stand)| (*address, *stand)).collect()
}

fn stands<'run>(results: &Results<'run>) -> Vec<Row<'run>> {
    let address = |origin: crate::origin::Origin| {
        let sheet = results.catalogue.sheet(origin.sheet);
        (sheet.file.as_str(), sheet.sheet.as_str(), origin.row)
    };
    let stand = |outcome: &Outcome| {
        let linked = outcome.linked().map(|person| {
            let person = results.person(person);
            // A number with `#` was made of a place in the file.
            let number = person.person_no.as_str();
            (if number.contains('#') { "" } else { number }, address(person.origin))
        });
        Stand { decision: outcome.decision, linked }
    };
    let rows = (0_u32..).zip(results.records.sources.iter().zip(results.outcomes));
    let mut rows: Vec<Row> = rows
        .map(|(index, (record, outcome))| (address(record.origin), index, stand(outcome)))
        .collect();
    rows.sort_by_key(|(address, index, _)| (*address, *index));
    rows
}

fn said(results: &Results, row: u32) -> Said {
    let (record, outcome) = results.row(row);
    let best = results.best(outcome).filter(|_| outcome.decision != Decision::None);
    let person = best.map(|(_, person)| {
        let facts = &person.facts;
        (facts.name.text.to_string(), results.home(&facts.place).joined())
    });
    Said {
        name: record.facts.name.text.to_string(),
        id: record.facts.id.masked(),
        institution: results.institution(record).to_owned(),
        place: results.name_cell(record.origin),
        person,
        reason: outcome.reason.clone(),
    }
}
