//! A row as it is judged: what was said about it beside what is true of it.

use super::super::Decision;

/// A row with its claim and its truth.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluatedRow {
    /// Where it stands, as a reader is told; ID numbers are masked.
    pub place: String,
    /// What was decided.
    pub decision: Decision,
    /// The person named; empty for none.
    pub person: String,
    /// Stated probability of that person.
    pub probability: f64,
    /// Match class; empty where the links have none.
    pub class: String,
    /// The right persons; empty for a row without a match.
    pub persons: Vec<String>,
    /// Kinds of errors known to be in the row.
    pub errors: Vec<String>,
    /// School or agency, or the file where no other is known; empty where neither is.
    pub school: String,
}

impl EvaluatedRow {
    /// Whether the row has a match.
    pub fn is_matched(&self) -> bool {
        !self.persons.is_empty()
    }

    /// Whether somebody is named.
    pub fn is_named(&self) -> bool {
        !self.person.is_empty()
    }

    /// Whether the named person is a right one.
    pub fn is_right(&self) -> bool {
        self.persons.contains(&self.person)
    }

    /// Whether the row is linked to somebody else than a right person.
    pub fn is_wrong_link(&self) -> bool {
        self.decision == Decision::Link && !self.is_right()
    }

    /// Whether the right person is linked or shown to the reviewer.
    pub fn is_found(&self) -> bool {
        self.decision != Decision::None && self.is_right()
    }

    /// Whether a registered person was neither linked nor shown to the reviewer.
    pub fn is_missed(&self) -> bool {
        self.is_matched() && !self.is_found()
    }
}
