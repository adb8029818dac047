//! Which rows are about one and the same person: rows linked to one registry person, and rows
//! that carry the same sound ID number.

use rayon::prelude::*;

use crate::linkage::Outcome;
use crate::records::Records;
use crate::records::identifier::{IdClass, IdNumber};
use crate::records::person_name::{PersonName, SoundLevel, same_sound, similar_shape};

/// A person as rows can be grouped by it. Sound ID numbers and registry indices never collide:
/// an ID is below 10^17, an index has the highest bit set.
pub(super) type IdentityKey = u64;

/// The first 17 digits of a sound number as one integer; the 18th follows from them.
pub(super) fn id_key(id: &IdNumber) -> Option<IdentityKey> {
    id.is_sound().then(|| id.digits[..17].iter().fold(0, |sum, d| sum * 10 + u64::from(*d)))
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
            rows().filter(|row| linked(*row) || is_alike(name(*row), name(known))).collect()
        })
        .filter(|rows| rows.len() > 1)
        .collect()
}

/// Whether two names can be one person's: equal, or as long and every character alike in sound or
/// shape.
fn is_alike(left: &PersonName, right: &PersonName) -> bool {
    let alike = |(a, b): (char, char)| {
        a == b || same_sound(a, b) != SoundLevel::Different || similar_shape(a, b)
    };
    left.folded.chars().count() == right.folded.chars().count()
        && left.folded.chars().zip(right.folded.chars()).all(alike)
}

/// Rows of one institution that nobody could be found for, with the same name and the same damaged
/// or faulty number: copies of each other, even though the number proves nothing.
pub(super) fn copies(records: &Records, identities: &[Option<IdentityKey>]) -> Vec<Vec<u32>> {
    let key = |row: u32| {
        let record = &records.sources[row as usize];
        let facts = &record.facts;
        (record.institution, &facts.name.folded, &facts.id.text)
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

/// For every registry row the row that stands for the person in counts: rows with the same
/// 人编号, or with the same sound ID number and the same name, are one person. The project's own
/// registry comes before other cities', then the smallest 人编号.
pub fn representatives(records: &Records) -> Vec<u32> {
    let count = u32::try_from(records.persons.len()).expect("fewer than 2^32 registry rows");
    let mut parent: Vec<u32> = (0..count).collect();
    let mut by_number: Vec<u32> = (0..count).collect();
    by_number.par_sort_by_key(|row| rank(records, *row));
    unite_runs(&mut parent, &by_number, |left, right| {
        let (left, right) = (&records.persons[left as usize], &records.persons[right as usize]);
        left.region == right.region
            && !left.person_no.is_empty()
            && left.person_no == right.person_no
    });
    let name = |row: u32| &records.persons[row as usize].facts.name.folded;
    let key = |row: u32| id_key(&records.persons[row as usize].facts.id);
    let mut by_id: Vec<u32> = (0..count).filter(|row| key(*row).is_some()).collect();
    by_id.par_sort_by_key(|row| (key(*row), name(*row), rank(records, *row)));
    unite_runs(&mut parent, &by_id, |left, right| {
        key(left) == key(right) && name(left) == name(right)
    });
    by_number_roots(records, &mut parent, &by_number)
}

/// Order in which rows are preferred as representative.
fn rank(records: &Records, row: u32) -> (u16, &str, u32) {
    let person = &records.persons[row as usize];
    (person.region, person.person_no.as_str(), row)
}

fn unite_runs(parent: &mut [u32], rows: &[u32], same: impl Fn(u32, u32) -> bool) {
    for pair in rows.windows(2).filter(|pair| same(pair[0], pair[1])) {
        let (left, right) = (root(parent, pair[0]), root(parent, pair[1]));
        parent[right as usize] = left;
    }
}

fn root(parent: &mut [u32], mut row: u32) -> u32 {
    while parent[row as usize] != row {
        parent[row as usize] = parent[parent[row as usize] as usize];
        row = parent[row as usize];
    }
    row
}

/// The best-ranked row of each united set, handed to all its rows.
fn by_number_roots(records: &Records, parent: &mut [u32], ranked: &[u32]) -> Vec<u32> {
    let mut best: Vec<Option<u32>> = vec![None; records.persons.len()];
    let mut chosen = vec![0; records.persons.len()];
    for row in ranked {
        let set = root(parent, *row) as usize;
        chosen[*row as usize] = *best[set].get_or_insert(*row);
    }
    chosen
}
