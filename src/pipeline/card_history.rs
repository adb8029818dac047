//! What cards have told so far, and what names people on them.

use std::collections::BTreeMap;

use crate::ledger::{Ledger, LedgerError};
use crate::linkage::Outcome;
use crate::programmes::CardLine;
use crate::programmes::history::names_of;
use crate::results::Results;

use super::keepers;

/// What names each person on cards, the first of which is written on them.
pub(super) fn tokens(results: &Results, ledger: &Ledger) -> Vec<Vec<String>> {
    let Some(census) = results.census else { return Vec::new() };
    let keys = ledger.name_keys();
    let number = |registry: Option<u32>| registry.map(|row| &*results.person(row).person_no);
    let names = names_of(results.records, census);
    let people = census.persons.iter().zip(&names);
    people.map(|(one, names)| keys.tokens(number(one.registry), names)).collect()
}

/// What cards say, with people by their keys in results where this run knows them.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn known(ledger: &Ledger, results: &Results) -> Result<Vec<CardLine>, LedgerError> {
    let mut lines = ledger.cards()?;
    lines.extend(keepers::told(ledger, results.project)?);
    if lines.is_empty() {
        return Ok(lines);
    }
    let keys = ledger.name_keys();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let linked = results.outcomes.iter().filter_map(Outcome::linked);
    for person in linked.map(|person| results.person(person).person_no.to_string()) {
        names.insert(keys.card(&person), person);
    }
    for (person, own) in (0_u32..).zip(tokens(results, ledger)) {
        let name = results.person_key(person);
        // Cards handed out by earlier versions name people as results do.
        for token in own.iter().chain([&name]) {
            names.insert(keys.card(token), name.clone());
        }
    }
    for line in &mut lines {
        if let Some(name) = names.get(&line.person) {
            line.person.clone_from(name);
        }
    }
    lines.sort_by(|a, b| {
        let key = |line: &CardLine| {
            (line.card.clone(), line.month.clone(), line.unit.clone(), line.person.clone())
        };
        key(a).cmp(&key(b))
    });
    Ok(lines)
}
