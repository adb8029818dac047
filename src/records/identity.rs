//! The one rule of who is one registered person. Rows of a registry are one person when
//!
//! - they carry the same 人编号 in the registries of one city, unless they contradict each other: two
//!   different sound ID numbers under unlike names are two people (a number given twice, or filled
//!   down), and nobody guesses which of them is meant; or
//! - they carry the same sound ID number under like names, whatever the 人编号.
//!
//! Linkage, rulings, findings, figures and rounds all ask here.

use rayon::prelude::*;

use super::person_name::{SoundLevel, same_sound, similar_shape};
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
    /// A sound ID number; empty where there is none.
    pub id: &'a [u8],
    /// Name with variant forms folded.
    pub name: &'a str,
}

impl<'a> Registered<'a> {
    /// What a registry row says.
    pub fn of(person: &'a Person) -> Self {
        let id = &person.facts.id;
        Self {
            region: person.region,
            number: own_number(person),
            id: if id.is_sound() { &id.digits } else { &[] },
            name: &person.facts.name.folded,
        }
    }

    /// Whether both are one person.
    pub fn is(self, other: Self) -> bool {
        (self.shares_id(other) && is_alike(self.name, other.name))
            || (self.shares_number(other) && !self.contradicts(other))
    }

    fn shares_id(self, other: Self) -> bool {
        !self.id.is_empty() && self.id == other.id
    }

    fn shares_number(self, other: Self) -> bool {
        !self.number.is_empty() && (self.region, self.number) == (other.region, other.number)
    }

    /// Two different sound numbers under unlike names.
    fn contradicts(self, other: Self) -> bool {
        let two = !self.id.is_empty() && !other.id.is_empty() && self.id != other.id;
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
pub fn people<'a, Order: Ord + Send>(
    count: usize,
    said: &(impl Fn(u32) -> Registered<'a> + Sync),
    order: &(impl Fn(u32) -> Order + Sync),
) -> Vec<u32> {
    let count = u32::try_from(count).expect("fewer than 2^32 registry rows");
    let mut sets = Sets { parent: (0..count).collect() };
    // Sorting asks each row many times.
    let all: Vec<Registered<'a>> = (0..count).into_par_iter().map(said).collect();
    let said = |row: u32| all[row as usize];
    let mut ranked: Vec<u32> = (0..count).collect();
    ranked.par_sort_by_key(|row| order(*row));
    let mut numbered: Vec<u32> =
        ranked.iter().copied().filter(|row| !said(*row).number.is_empty()).collect();
    numbered.par_sort_by_key(|row| (said(*row).region, said(*row).number));
    let shares = |left: &u32, right: &u32| said(*left).shares_number(said(*right));
    for stretch in numbered.chunk_by(shares).filter(|stretch| stretch.len() > 1) {
        unite(&mut sets, &said, stretch);
    }
    let mut sound: Vec<u32> =
        ranked.iter().copied().filter(|row| !said(*row).id.is_empty()).collect();
    sound.par_sort_by_key(|row| said(*row).id);
    let shares = |left: &u32, right: &u32| said(*left).shares_id(said(*right));
    for stretch in sound.chunk_by(shares).filter(|stretch| stretch.len() > 1) {
        unite(&mut sets, &said, stretch);
    }
    sets.best(&ranked)
}

/// Unites rows that share a number. A row joins whoever it is one with, if that is one person only:
/// between two people nobody guesses.
fn unite<'a>(sets: &mut Sets, said: &impl Fn(u32) -> Registered<'a>, stretch: &[u32]) {
    // Rows that say the same stand beside each other, so that each saying is compared once.
    let mut rows = stretch.to_vec();
    rows.sort_by_key(|row| {
        let one = said(*row);
        (one.id.is_empty(), one.id, one.name, one.region, one.number)
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

    /// The best-ranked row of each set, handed to all its rows.
    fn best(mut self, ranked: &[u32]) -> Vec<u32> {
        let mut best: Vec<Option<u32>> = vec![None; ranked.len()];
        let mut chosen = vec![0; ranked.len()];
        for row in ranked {
            let set = self.root(*row) as usize;
            chosen[*row as usize] = *best[set].get_or_insert(*row);
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::{Registered, people};

    /// 人编号, ID number, name.
    type Row = (&'static str, &'static str, &'static str);

    /// Groups of the rows, whatever order they come in.
    fn groups(rows: &[Row]) -> Vec<u32> {
        let said = |row: u32| {
            let (number, id, name) = rows[row as usize];
            Registered { region: 0, number, id: id.as_bytes(), name }
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
