//! Which rows are about one and the same person: rows linked to one registry person, and rows
//! that carry the same sound ID number.

use rayon::prelude::*;

use crate::linkage::Outcome;
use crate::records::Records;
use crate::records::identifier::{IdClass, IdNumber};
use crate::records::identity::is_alike;

/// A person as rows can be grouped by it. Sound ID numbers and registry indices never collide:
/// an ID is below 10^17, an index has the highest bit set.
pub(super) type IdentityKey = u64;

/// The first 17 digits of a sound number as one integer; the 18th follows from them.
pub(super) fn id_key(id: &IdNumber) -> Option<IdentityKey> {
    id.is_sound().then(|| id.digits()[..17].iter().fold(0, |sum, d| sum * 10 + u64::from(*d)))
}

/// The person of each source row, where one is known: the linked person's number (or, where the
/// registry has no sound one, the registry row), else the row's own sound number.
pub(super) fn identities(records: &Records, outcomes: &[Outcome]) -> Vec<Option<IdentityKey>> {
    let of_person = |person: u32| {
        id_key(&records.persons[person as usize].facts.id)
            .unwrap_or(IdentityKey::from(person) | 1 << 63)
    };
    records
        .sources
        .par_iter()
        .zip(outcomes)
        .map(|(record, outcome)| outcome.linked().map(of_person).or(id_key(&record.facts.id)))
        .collect()
}

/// Rows of each known person, persons with one row left out; rows in input order within a group.
/// A row that nobody was found for belongs to a person by its number alone; under another name it
/// is more likely a relative's (a child with the father's number) and is left out.
pub(super) fn groups(
    records: &Records,
    outcomes: &[Outcome],
    identities: &[Option<IdentityKey>],
) -> Vec<Vec<u32>> {
    let linked = |row: u32| outcomes[row as usize].linked().is_some();
    let name = |row: u32| &records.sources[row as usize].facts.name;
    let numbered = (0_u32..).zip(identities);
    let mut keyed: Vec<(IdentityKey, u32)> =
        numbered.filter_map(|(row, key)| key.map(|key| (key, row))).collect();
    keyed.par_sort_unstable();
    keyed
        .chunk_by(|left, right| left.0 == right.0)
        .filter(|group| group.len() > 1)
        .map(|group| -> Vec<u32> {
            let rows = || group.iter().map(|(_, row)| *row);
            let known = rows().find(|row| linked(*row)).unwrap_or(group[0].1);
            rows()
                .filter(|row| linked(*row) || is_alike(name(*row).folded(), name(known).folded()))
                .collect()
        })
        .filter(|rows| rows.len() > 1)
        .collect()
}

/// Rows of one institution that nobody could be found for, with the same name and the same damaged
/// or faulty number: copies of each other, even though the number proves nothing.
pub(super) fn copies(records: &Records, identities: &[Option<IdentityKey>]) -> Vec<Vec<u32>> {
    let key = |row: u32| {
        let record = &records.sources[row as usize];
        let facts = &record.facts;
        (record.institution, facts.name.folded(), facts.id.text())
    };
    let unknown = (0_u32..).zip(identities).filter(|(_, identity)| identity.is_none());
    let mut rows: Vec<u32> = unknown
        .map(|(row, _)| row)
        .filter(|row| records.sources[*row as usize].facts.id.class != IdClass::Missing)
        .collect();
    rows.par_sort_by_key(|row| (key(*row), *row));
    rows.chunk_by(|left, right| key(*left) == key(*right))
        .filter(|group| group.len() > 1)
        .map(<[u32]>::to_vec)
        .collect()
}
