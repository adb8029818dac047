//! People by name, number or village, in all sources.

use crate::records::Facts;
use crate::records::identifier::mask;
use crate::results::Results;

use super::material::Material;

/// What somebody looks for: every word has to be found.
#[derive(Clone, Debug)]
pub(super) struct SearchWords {
    list: Vec<String>,
}

/// Fewest digits that count as the end of a number.
const FEWEST_DIGITS: usize = 4;

impl SearchWords {
    /// The words of a text; `x` at the end of a number is `X`.
    pub(super) fn new(text: &str) -> Self {
        Self { list: text.split_whitespace().map(str::to_uppercase).collect() }
    }

    /// Whether nothing is looked for.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether every word fits; told with each is whether it is a number or the end of one.
    pub(super) fn each(&self, fits: impl Fn(&str, bool) -> bool) -> bool {
        self.list.iter().all(|word| fits(word, is_number(word)))
    }

    /// Whether somebody is meant.
    pub(super) fn mean(&self, results: &Results, facts: &Facts) -> bool {
        self.each(|word, is_number| fits(word, is_number, results, facts))
    }
}

fn is_number(word: &str) -> bool {
    word.len() >= FEWEST_DIGITS
        && word.chars().enumerate().all(|(place, letter)| {
            letter.is_ascii_digit() || (letter == 'X' && place + 1 == word.len())
        })
}

/// A number is met whole or by its last four digits or more; anything else by name or place.
fn fits(word: &str, is_number: bool, results: &Results, facts: &Facts) -> bool {
    if is_number {
        let number = facts.id.text.to_uppercase();
        return number == word || number.ends_with(word);
    }
    let place = &facts.place;
    let named = facts.name.text.contains(word)
        || facts.name.raw.contains(word)
        || facts.name.folded.contains(word);
    let gazetteer = &results.records.gazetteer;
    let known = [place.village, place.town].into_iter().any(|id| gazetteer.name(id).contains(word));
    named || known || place.raw.contains(word)
}

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

/// A row, and the person it is linked to with all rows of theirs.
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
