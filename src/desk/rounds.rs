//! People in earlier rounds: what is sought, and what was found.

use std::collections::BTreeMap;

use super::search_words::SearchWords;
use crate::ledger::Presence;
use crate::records::identifier::mask;
use crate::statistics::snapshot::KnownPerson;

/// A person in one earlier round, whose registry had the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Round {
    /// The half-year in words.
    pub(super) half: String,
    /// Rows and figures.
    pub(super) presence: Presence,
}

/// What the ledger's earlier rounds know of the people sought.
#[derive(Clone, Debug, Default)]
pub(super) struct Rounds {
    /// The half-years the ledger knows, latest first.
    pub(super) halves: Vec<String>,
    /// By index of a registered person, latest round first.
    pub(super) of: BTreeMap<u32, Vec<Round>>,
    /// People the registry has no more.
    pub(super) gone: Vec<(KnownPerson, Vec<Round>)>,
    /// How many those are, listed or not.
    pub(super) gone_count: usize,
}

/// Whether words match a person of an earlier half-year, of whom a masked number is kept.
pub(super) fn mean(words: &SearchWords, known: &KnownPerson) -> bool {
    words.each(|word, is_number| {
        if is_number {
            fits_number(word, &known.id)
        } else {
            known.name.contains(word) || known.place.contains(word)
        }
    })
}

/// A whole number by what is left of it; the end of one by as much as is left.
fn fits_number(word: &str, masked: &str) -> bool {
    if mask(word) == masked || masked.ends_with(word) {
        return true;
    }
    let left = masked.rsplit('*').next().unwrap_or_default();
    let is_end = word.len() < masked.len() && !left.is_empty();
    is_end && masked.contains('*') && word.ends_with(left)
}
