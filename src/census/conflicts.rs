//! One number under two names, and one person under two numbers, across lists (F26).

use rustc_hash::FxHashMap;

use super::Census;
use super::founding::{id_key, is_alike};
use crate::linkage::Decision;
use crate::origin::Origin;
use crate::records::{CardConflict, Facts, Records};

/// Two rows that cannot both be right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The row of the list.
    pub entry: u32,
    /// The other row.
    pub other: Origin,
    /// What disagrees.
    pub about: ConflictAbout,
}

/// What two rows, or a row and its own disability card, disagree in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConflictAbout {
    /// One number, two names.
    Names,
    /// One person, two numbers.
    Numbers,
    /// A row and the number of its own disability card.
    Card(CardConflict),
}

/// Finds contradictions of lists' rows with each other and with the registry, each row once.
pub(super) fn find(records: &Records, census: &Census) -> Vec<Conflict> {
    let mut first: FxHashMap<u64, Vec<(&Facts, Origin)>> = FxHashMap::default();
    let mut found = Vec::new();
    for (row, entry) in (0_u32..).zip(&records.entries) {
        if let Some(card) = entry.card {
            let about = ConflictAbout::Card(card);
            found.push(Conflict { entry: row, other: entry.origin, about });
        }
        let listing = &census.listings[row as usize];
        let registered = listing.registry.filter(|_| listing.decision == Decision::Link);
        if let Some(person) = registered.map(|row| &records.persons[row as usize])
            && person.facts.id.is_sound()
            && entry.facts.id.is_sound()
            && person.facts.id.digits() != entry.facts.id.digits()
        {
            found.push(Conflict {
                entry: row,
                other: person.origin,
                about: ConflictAbout::Numbers,
            });
        }
        let Some(key) = id_key(&entry.facts.id) else { continue };
        let known = first.entry(key).or_default();
        let unlike = known.iter().find(|(facts, _)| !is_alike(&facts.name, &entry.facts.name));
        if let Some((_, other)) = unlike {
            found.push(Conflict { entry: row, other: *other, about: ConflictAbout::Names });
        }
        if known.iter().all(|(facts, _)| facts.name.folded() != entry.facts.name.folded()) {
            known.push((&entry.facts, entry.origin));
        }
    }
    found.sort();
    found.dedup();
    found
}
