//! How many persons stand behind rows: whoever several rows are about is counted once.

use std::collections::BTreeSet;

use super::Results;
use crate::linkage::Decision;
use crate::linkage::decisions::SourceTrace;

/// Whom a row is about, as far as it can be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Somebody<'run> {
    /// Linked: the registry row that stands for the person.
    Registered(u32),
    /// A sound number under a name. Under another name it is more likely a relative's.
    Numbered([u8; 18], &'run str),
    /// Rows that say the very same of the same student or trainee.
    Told(String),
}

fn somebody<'run>(results: &Results<'run>, row: u32) -> Somebody<'run> {
    let (record, outcome) = results.row(row);
    let facts = &record.facts;
    match outcome.linked() {
        Some(person) => Somebody::Registered(results.statistics.representative(person)),
        None if facts.id.is_sound() => Somebody::Numbered(facts.id.digits(), facts.name.folded()),
        None => Somebody::Told(SourceTrace::of(record, results.records).key()),
    }
}

/// Persons behind rows of schools and agencies.
pub fn behind(results: &Results, rows: impl Iterator<Item = u32>) -> usize {
    rows.map(|row| somebody(results, row)).collect::<BTreeSet<_>>().len()
}

/// What is open for people to decide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Rows in review.
    pub rows: usize,
    /// Persons they are about.
    pub people: usize,
    /// Lines of the review list: a question each; links drawn for a check are among them.
    pub lines: usize,
}

impl Open {
    /// Counts what a run leaves open.
    pub fn of(results: &Results) -> Self {
        let rows = (0_u32..).zip(results.outcomes);
        let open: Vec<u32> = rows
            .filter(|(_, outcome)| outcome.decision == Decision::Review)
            .map(|(row, _)| row)
            .collect();
        let (rows, lines) = (open.len(), results.cases.len());
        Self { rows, people: behind(results, open.into_iter()), lines }
    }

    /// `18 行（10 人，清单 14 条）`.
    pub fn words(self) -> String {
        format!("{} 行（{} 人，清单 {} 条）", self.rows, self.people, self.lines)
    }
}
