//! 两后生 by the registry, and where the links find each of them: in a school, in a course, or
//! nowhere, in which case somebody has to visit the family.

use std::collections::{BTreeMap, BTreeSet};

use crate::linkage::Decision;
use crate::records::attendance::is_still_enrolled;
use crate::vocabulary::labels::LeaveKind;

use super::columns::Sources;

/// Where a young person is, as far as schools and agencies say; rows are indices into
/// `Records::sources`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// At a school.
    School(u32),
    /// Left a school with its certificate.
    Graduated(u32),
    /// In a course that is running or was held in the window.
    Course(u32),
    /// In none.
    Nowhere {
        /// The latest school left or course finished before.
        former: Option<u32>,
        /// A row in review that may be this person.
        pending: Option<u32>,
    },
}

impl Whereabouts {
    /// Whether nobody has reached the person.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Nowhere { .. })
    }
}

/// One of the 两后生.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Young {
    /// Index into `Records::persons`.
    pub person: u32,
    /// Where the person is.
    pub at: Whereabouts,
    /// A row of a village's list about the person: index into `Records::intentions`.
    pub wish: Option<u32>,
}

/// Rows by person.
#[derive(Default)]
struct PersonRows {
    linked: Vec<u32>,
    pending: Option<u32>,
    wish: Option<u32>,
}

/// Where each of the persons is. `persons` are rows that stand for a person, `courses` the source
/// rows of courses that are running or were held in the window.
pub fn whereabouts(sources: &Sources, persons: &[u32], courses: &BTreeSet<u32>) -> Vec<Young> {
    let mut found: BTreeMap<u32, PersonRows> =
        persons.iter().map(|person| (*person, PersonRows::default())).collect();
    for (row, outcome) in (0..).zip(sources.outcomes) {
        let Some(best) = outcome.best() else { continue };
        let person = sources.representatives[best.person as usize];
        let Some(rows) = found.get_mut(&person) else { continue };
        match outcome.decision {
            Decision::Link => rows.linked.push(row),
            Decision::Review => rows.pending = rows.pending.or(Some(row)),
            Decision::None => {}
        }
    }
    for (row, outcome) in (0..).zip(sources.wishes) {
        let person = outcome.linked().map(|person| sources.representatives[person as usize]);
        if let Some(rows) = person.and_then(|person| found.get_mut(&person)) {
            rows.wish = rows.wish.or(Some(row));
        }
    }
    let young = |(person, rows): (u32, PersonRows)| Young {
        person,
        at: place(sources, &rows, courses),
        wish: rows.wish,
    };
    found.into_iter().map(young).collect()
}

fn place(sources: &Sources, rows: &PersonRows, courses: &BTreeSet<u32>) -> Whereabouts {
    let records = sources.records;
    let record = |row: &u32| &records.sources[*row as usize];
    let student = |row: &u32| record(row).enrollment();
    let first = |wanted: &dyn Fn(&u32) -> bool| rows.linked.iter().copied().find(wanted);
    if let Some(row) = first(&|row| student(row).is_some_and(is_still_enrolled)) {
        return Whereabouts::School(row);
    }
    if let Some(row) = first(&|row| courses.contains(row)) {
        return Whereabouts::Course(row);
    }
    let graduated = |row: &u32| {
        student(row).is_some_and(|student| student.leave_kind == Some(LeaveKind::Graduated))
    };
    if let Some(row) = first(&graduated) {
        return Whereabouts::Graduated(row);
    }
    let latest = rows.linked.iter().copied().max_by_key(|row| (record(row).began(), *row));
    Whereabouts::Nowhere { former: latest, pending: rows.pending }
}
