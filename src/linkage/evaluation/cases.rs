//! The rows that went wrong, one by one, so that somebody can look at them.

use serde::Serialize;

use super::row::EvaluatedRow;
use crate::records::identifier::mask;

/// A row that went wrong. Persons are masked: the list is made to be shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WrongRow {
    /// Where the row stands.
    pub place: String,
    /// `link`, `review` or `none`.
    pub decision: &'static str,
    /// The person named, masked; empty for none.
    pub named: String,
    /// The right persons, masked; empty when there is none.
    pub right: String,
    /// Stated probability.
    pub probability: f64,
    /// Match class.
    pub class: String,
    /// Kinds of errors in the row.
    pub errors: String,
}

impl WrongRow {
    fn new(row: &EvaluatedRow) -> Self {
        let right: Vec<String> = row.persons.iter().map(|person| mask(person)).collect();
        Self {
            place: row.place.clone(),
            decision: row.decision.key(),
            named: mask(&row.person),
            right: right.join("、"),
            probability: row.probability,
            class: row.class.clone(),
            errors: row.errors.join("、"),
        }
    }
}

/// Rows linked to a wrong person, the surest first.
pub(super) fn wrong_links(rows: &[EvaluatedRow]) -> Vec<WrongRow> {
    cases(rows, EvaluatedRow::is_wrong_link)
}

/// Rows whose right person is neither linked nor shown to the reviewer, the surest first.
pub(super) fn missed(rows: &[EvaluatedRow]) -> Vec<WrongRow> {
    cases(rows, EvaluatedRow::is_missed)
}

fn cases(rows: &[EvaluatedRow], of: impl Fn(&EvaluatedRow) -> bool) -> Vec<WrongRow> {
    let mut found: Vec<&EvaluatedRow> = rows.iter().filter(|row| of(row)).collect();
    found.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    found.into_iter().map(WrongRow::new).collect()
}
