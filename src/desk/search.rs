//! People by name, number or village, in all sources.

use crate::records::Facts;
use crate::records::identifier::mask;
use crate::results::Results;

use super::material::Material;
use super::search_words::SearchWords;

/// People found.
#[derive(Debug, Default)]
pub(super) struct FoundPeople {
    /// Registered persons.
    pub(super) persons: Vec<u32>,
    /// Source rows.
    pub(super) rows: Vec<u32>,
    /// How many there are of both, shown or not.
    pub(super) counts: [usize; 2],
}

/// Most people of one side that are shown.
pub(super) const SHOWN: usize = 100;

/// Everybody a text means.
pub(super) fn search(results: &Results, text: &str) -> FoundPeople {
    let words = SearchWords::new(text);
    if words.is_empty() {
        return FoundPeople::default();
    }
    let records = results.records;
    let pick = |facts: &mut dyn Iterator<Item = &Facts>| {
        let mut found = Vec::new();
        let mut count = 0;
        for (index, facts) in (0_u32..).zip(facts) {
            if words.mean(results, facts) {
                count += 1;
                if found.len() < SHOWN {
                    found.push(index);
                }
            }
        }
        (found, count)
    };
    let (persons, in_registry) = pick(&mut records.persons.iter().map(|person| &person.facts));
    let (rows, in_sources) = pick(&mut records.sources.iter().map(|record| &record.facts));
    FoundPeople { persons, rows, counts: [in_registry, in_sources] }
}

/// A row, and the person it is linked to with all rows of that person.
pub(super) fn around(material: &Material, row: u32) -> FoundPeople {
    let results = material.results();
    let Some(outcome) = results.outcomes.get(row as usize) else { return FoundPeople::default() };
    let persons: Vec<u32> = outcome.linked().into_iter().collect();
    let mut rows: Vec<u32> = persons.iter().flat_map(|one| material.rows_of(*one)).collect();
    if rows.is_empty() {
        rows.push(row);
    }
    let counts = [persons.len(), rows.len()];
    FoundPeople { persons, rows, counts }
}

/// A telephone number with its middle hidden: `13*******78`.
pub(super) fn masked_phone(number: u64) -> String {
    mask(&number.to_string())
}
