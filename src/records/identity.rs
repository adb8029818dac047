//! The one rule of who is one registered person. Rows of a registry are one person when
//!
//! - they carry the same 人编号 in the registries of one city, unless they contradict each other: two
//!   different sound ID numbers under unlike names are two people (a number given twice, or filled
//!   down), and nobody guesses which of them is meant; or
//! - they carry the same sound ID number under like names, whatever the 人编号.
//!
//! Linkage, rulings, findings, figures and rounds all ask here.

use std::hash::BuildHasher;

use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::person_name::{SoundLevel, same_sound, similar_shape};
use super::sound_number::SoundNumber;
use super::{Person, Records};

/// Under one number this many unlike names are no person but a column that was filled down.
const MOST_NAMES: usize = 3;

/// Under one number this many rows that say different things are none either.
const MOST_ROWS: usize = 100;

/// What the rule looks at in a row of a registry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Registered<'a> {
    /// Whose registry: a 人编号 names a person within one city's registries only.
    pub region: u16,
    /// 人编号; empty where the registry gave none.
    pub number: &'a str,
    /// A sound ID number.
    pub id: Option<SoundNumber>,
    /// Name with variant forms folded.
    pub name: &'a str,
}

impl<'a> Registered<'a> {
    /// What a registry row says.
    pub fn of(person: &'a Person) -> Self {
        Self {
            region: person.region,
            number: own_number(person),
            id: person.facts.id.sound_number(),
            name: person.facts.name.folded(),
        }
    }

    /// Whether both are one person.
    pub fn is(self, other: Self) -> bool {
        (self.shares_id(other) && is_alike(self.name, other.name))
            || (self.shares_number(other) && !self.contradicts(other))
    }

    fn shares_id(self, other: Self) -> bool {
        self.id.is_some() && self.id == other.id
    }

    fn shares_number(self, other: Self) -> bool {
        !self.number.is_empty() && (self.region, self.number) == (other.region, other.number)
    }

    fn number_hash(self) -> Option<u64> {
        let hash = || FxBuildHasher.hash_one((self.region, self.number));
        (!self.number.is_empty()).then(hash)
    }

    /// Two different sound numbers under unlike names.
    fn contradicts(self, other: Self) -> bool {
        let two = self.id.zip(other.id).is_some_and(|(own, others)| own != others);
        two && !is_alike(self.name, other.name)
    }
}

/// 人编号, unless it was made up of a row number (`户编号#sheet-row`) where the file had none.
pub fn own_number(person: &Person) -> &str {
    if person.person_no.contains('#') { "" } else { &person.person_no }
}

/// Whether two registry rows are one person.
pub fn is_one(left: &Person, right: &Person) -> bool {
    Registered::of(left).is(Registered::of(right))
}

/// Whether two folded names can be one person's: equal, or as long and every character alike in
/// sound or shape.
pub fn is_alike(left: &str, right: &str) -> bool {
    let alike = |(a, b): (char, char)| {
        a == b || same_sound(a, b) != SoundLevel::Different || similar_shape(a, b)
    };
    !left.is_empty()
        && left.chars().count() == right.chars().count()
        && left.chars().zip(right.chars()).all(alike)
}

/// For every registry row the row that stands for its person. The project's own registry comes
/// before other cities', then the smallest 人编号.
pub fn representatives(records: &Records) -> Vec<u32> {
    of_persons(&records.persons)
}

/// The same, for the rows of the registry alone.
pub fn of_persons(persons: &[Person]) -> Vec<u32> {
    let order = |row: u32| {
        let person = &persons[row as usize];
        (person.region, person.person_no.as_str(), row)
    };
    people(persons.len(), &|row| Registered::of(&persons[row as usize]), &order)
}

/// For each of so many rows the one that stands for its person; the first by `order` does.
///
/// # Panics
/// With 2^32 rows or more.
pub fn people<'a, Order: Ord>(
    count: usize,
    said: &(impl Fn(u32) -> Registered<'a> + Sync),
    order: &impl Fn(u32) -> Order,
) -> Vec<u32> {
    let count = u32::try_from(count).expect("fewer than 2^32 registry rows");
    let mut sets = Sets { parent: (0..count).collect() };
    // Nearly every row has a number of its own: numbers are told apart by their hashes, and looked at
    // only where two hashes are equal. No row has two of them, so that it does not matter which comes first.
    for mut rows in shared_by(count, &|row| said(row).number_hash()) {
        rows.sort_by_key(|row| (said(*row).region, said(*row).number));
        let shares = |left: &u32, right: &u32| said(*left).shares_number(said(*right));
        for stretch in rows.chunk_by(shares).filter(|stretch| stretch.len() > 1) {
            unite(&mut sets, said, stretch);
        }
    }
    // What one ID number unites may decide about the next: these come in their order.
    for rows in shared_by(count, &|row| said(row).id) {
        unite(&mut sets, said, &rows);
    }
    sets.best(order)
}

/// The rows of each key that two rows or more have, by the order of the keys.
fn shared_by<Key: Copy + Ord + Send>(
    count: u32,
    key: &(impl Fn(u32) -> Option<Key> + Sync),
) -> Vec<Vec<u32>> {
    let keyed = (0..count).into_par_iter().filter_map(|row| key(row).map(|key| (key, row)));
    let mut keyed: Vec<(Key, u32)> = keyed.collect();
    keyed.par_sort_unstable();
    let shared = keyed.chunk_by(|(left, _), (right, _)| left == right);
    let shared = shared.filter(|rows| rows.len() > 1);
    shared.map(|rows| rows.iter().map(|(_, row)| *row).collect()).collect()
}

/// Unites rows that share a number. A row joins whoever it is one with, if that is one person only:
/// between two people nobody guesses.
fn unite<'a>(sets: &mut Sets, said: &impl Fn(u32) -> Registered<'a>, stretch: &[u32]) {
    // Rows that say the same stand beside each other, so that each saying is compared once.
    let mut rows = stretch.to_vec();
    rows.sort_by_key(|row| {
        let one = said(*row);
        (one.id.is_none(), one.id, one.name, one.region, one.number)
    });
    let mut different: Vec<u32> = Vec::new();
    for alike in rows.chunk_by(|left, right| said(*left) == said(*right)) {
        for row in alike {
            sets.join(alike[0], *row);
        }
        different.push(alike[0]);
    }
    if different.len() > MOST_ROWS || unlike_names(&different, said) > MOST_NAMES {
        return;
    }
    for (place, row) in different.iter().enumerate() {
        let known = different[..place].iter().filter(|other| said(**other).is(said(*row)));
        let mut people: Vec<u32> = known.map(|other| sets.root(*other)).collect();
        people.sort_unstable();
        people.dedup();
        if let [one] = people[..] {
            sets.join(one, *row);
        }
    }
}

/// Names of which none is like another, counted no further than needed.
fn unlike_names<'a>(rows: &[u32], said: &impl Fn(u32) -> Registered<'a>) -> usize {
    let mut names: Vec<&str> = Vec::new();
    for row in rows {
        let name = said(*row).name;
        if !names.iter().any(|known| is_alike(known, name)) {
            names.push(name);
        }
        if names.len() > MOST_NAMES {
            break;
        }
    }
    names.len()
}

/// Disjoint sets of rows.
struct Sets {
    parent: Vec<u32>,
}

impl Sets {
    fn root(&mut self, mut row: u32) -> u32 {
        while self.parent[row as usize] != row {
            self.parent[row as usize] = self.parent[self.parent[row as usize] as usize];
            row = self.parent[row as usize];
        }
        row
    }

    fn join(&mut self, left: u32, right: u32) {
        let (left, right) = (self.root(left), self.root(right));
        self.parent[right as usize] = left;
    }

    /// The first row of each set by `order`, handed to all its rows.
    fn best<Order: Ord>(mut self, order: &impl Fn(u32) -> Order) -> Vec<u32> {
        let rows = 0..u32::try_from(self.parent.len()).expect("as many rows as came in");
        let mut best: Vec<u32> = rows.clone().collect();
        for row in rows.clone() {
            let set = self.root(row);
            let known = best[set as usize];
            if row != set && order(row) < order(known) {
                best[set as usize] = row;
            }
        }
        rows.map(|row| best[self.root(row) as usize]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Registered, SoundNumber, people};

    /// 人编号, ID number, name.
    type Row = (&'static str, &'static str, &'static str);

    /// Groups of the rows, whatever order they come in.
    fn groups(rows: &[Row]) -> Vec<u32> {
        let said = |row: u32| {
            let (number, id, name) = rows[row as usize];
            let id = id.bytes().next().and_then(|letter| SoundNumber::new(letter.into()));
            Registered { region: 0, number, id, name }
        };
        people(rows.len(), &said, &|row| (rows[row as usize].0, row))
    }

    #[test]
    fn one_number_is_one_person_whatever_else_is_missing() {
        let cases: [(&[Row], &[u32]); 6] = [
            // Two monthly exports, the second without ID.
            (&[("P1", "A", "沈若梅"), ("P1", "", "沈若梅")], &[0, 0]),
            // The ID was corrected.
            (&[("P1", "A", "沈若梅"), ("P1", "B", "沈若梅")], &[0, 0]),
            // Somebody was renamed.
            (&[("P1", "A", "沈若梅"), ("P1", "A", "沈小花")], &[0, 0]),
            // One ID under a second 人编号 and a slip in the name.
            (&[("P1", "A", "王丽"), ("P2", "A", "王莉")], &[0, 0]),
            // Twins entered under one ID are two until somebody has found out.
            (&[("P1", "A", "王丽"), ("P2", "A", "王强")], &[0, 1]),
            // Namesakes without numbers are not one.
            (&[("", "", "王丽"), ("", "", "王丽")], &[0, 1]),
        ];
        for (rows, expected) in cases {
            assert_eq!(groups(rows), expected, "{rows:?}");
        }
    }

    #[test]
    fn a_number_given_to_two_people_is_no_person() {
        let two = [("P1", "A", "王丽"), ("P1", "B", "赵强")];
        assert_eq!(groups(&two), [0, 1]);
        // Whoever could be either is neither, by name only the one it is named like.
        let third = [two[0], two[1], ("P1", "", "孙宁")];
        assert_eq!(groups(&third), [0, 1, 2]);
        let mut turned = third;
        turned.reverse();
        assert_eq!(groups(&turned), [0, 1, 2]);
    }

    #[test]
    fn a_column_that_was_filled_down_makes_nobody_one() {
        let names = ["王丽", "赵强", "孙宁", "周燕", "吴刚"];
        let rows: Vec<Row> = names.iter().map(|name| ("P1", "", *name)).collect();
        assert_eq!(groups(&rows), [0, 1, 2, 3, 4]);
        let rows: Vec<Row> = names.iter().map(|name| ("", "A", *name)).collect();
        assert_eq!(groups(&rows), [0, 1, 2, 3, 4]);
    }
}
