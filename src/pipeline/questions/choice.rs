//! Which rows and persons the pages about questions show.

use std::collections::{BTreeMap, BTreeSet};

use crate::results::Results;
use crate::results::groups::with_households;

/// Rows and persons of a run, each list in ascending order; a place in a list is the new number.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// Rows somebody is asked about.
    pub(super) asked: BTreeSet<u32>,
    /// Candidates of these rows.
    pub(super) candidates: BTreeSet<u32>,
    /// The candidates and their families.
    pub(super) persons: Vec<u32>,
    /// The rows asked about, and those linked to one of these persons.
    pub(super) rows: Vec<u32>,
}

impl Shown {
    /// Chooses.
    pub(super) fn of(results: &Results) -> Self {
        let asked: BTreeSet<u32> = results.cases.iter().map(|case| case.row).collect();
        let found = asked.iter().flat_map(|row| &results.row(*row).1.candidates);
        let candidates: BTreeSet<u32> = found.map(|candidate| candidate.person).collect();
        let persons = with_households(results, &candidates);
        let mut is_shown = vec![false; results.records.persons.len()];
        for person in &persons {
            is_shown[*person as usize] = true;
        }
        let rows = (0_u32..).zip(results.outcomes).filter_map(|(row, outcome)| {
            let is_linked = outcome.linked().is_some_and(|person| is_shown[person as usize]);
            (is_linked || asked.contains(&row)).then_some(row)
        });
        let rows = rows.collect();
        Self { asked, candidates, persons, rows }
    }

    /// The new number of a person.
    pub(super) fn person(&self, person: u32) -> Option<u32> {
        place(&self.persons, person)
    }

    /// The new number of a row.
    pub(super) fn row(&self, row: u32) -> Option<u32> {
        place(&self.rows, row)
    }

    /// For each of the persons the one that stands for whoever is registered twice: the first of them that
    /// is shown.
    pub(super) fn representatives(&self, results: &Results) -> Vec<u32> {
        let mut first: BTreeMap<u32, u32> = BTreeMap::new();
        let numbered = (0_u32..).zip(&self.persons);
        numbered
            .map(|(number, person)| {
                *first.entry(results.statistics.representative(*person)).or_insert(number)
            })
            .collect()
    }
}

fn place(list: &[u32], wanted: u32) -> Option<u32> {
    list.binary_search(&wanted).ok().and_then(|place| u32::try_from(place).ok())
}
