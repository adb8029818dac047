//! Who lives with whom: what linkage asks the whole registry about a row before it compares anybody.
//! Nothing here hangs on the order of files: persons are taken by region and 人编号.

use rayon::prelude::*;

use super::engine::columns::{Lists, NOBODY};
use super::engine::interner::text_hash;
use super::owners::{Holders, NumberClaim, Owners};
use crate::records::{Facts, Person, Records, Relative};

/// Most other members of a household whose names are kept.
pub const MEMBERS: usize = 12;

/// What the right side says of its own rows.
#[derive(Clone, Debug, Default)]
pub struct RightKinship {
    /// The household of every person.
    pub household: Vec<u64>,
    /// Names of the household's other members, as [`text_hash`] of the folded names.
    pub members: Lists,
    /// What is said of every person's number.
    pub claims: Vec<NumberClaim>,
}

/// What the right side says of left rows.
#[derive(Clone, Debug, Default)]
pub struct LeftKinship {
    /// The household that owns the row's number; [`NOBODY`] where nobody does.
    pub owner: Vec<u64>,
    /// Households that own the numbers of the row's relatives.
    pub homes: Lists,
    /// What is said of every row's number.
    pub claims: Vec<NumberClaim>,
}

/// Left rows and the relatives each of them names.
#[derive(Clone, Copy, Debug)]
pub(super) struct NamedRelatives<'run> {
    /// Who each row is about.
    pub(super) facts: &'run [&'run Facts],
    /// Its relatives.
    pub(super) relatives: &'run [&'run [Relative]],
}

/// The number of a household, the same wherever it is worked out; of somebody who lives alone where
/// the registry gives no 户编号. `row` is the person's place in the whole registry.
pub fn number(region: &str, household_no: &str, row: u64) -> u64 {
    let text = if household_no.is_empty() {
        format!("\u{1e}{row}")
    } else {
        format!("{region}\u{1f}{household_no}")
    };
    text_hash(&text).max(NOBODY + 1)
}

/// Household of every person of a registry.
pub(super) fn of_persons(persons: &[Person]) -> Vec<u64> {
    let one = |(row, person): (usize, &Person)| {
        number(&person.region.to_string(), &person.household_no, row as u64)
    };
    persons.par_iter().enumerate().map(one).collect()
}

/// The same with names of regions instead of their places in a list, which no two exports need have in common.
pub(super) fn of_records(records: &Records) -> Vec<u64> {
    let one = |(row, person): (usize, &Person)| {
        let region = records.regions.get(usize::from(person.region));
        number(region.map_or("", String::as_str), &person.household_no, row as u64)
    };
    records.persons.par_iter().enumerate().map(one).collect()
}

/// A name as [`RightKinship::members`] keeps it; `None` where there is none.
pub fn name_hash(name: &crate::records::person_name::PersonName) -> Option<u64> {
    (!name.text().is_empty() && !name.folded().is_empty()).then(|| text_hash(name.folded()))
}

impl RightKinship {
    /// Of people of known households, whose numbers are known.
    pub(super) fn of(people: &Holders<'_, '_>, owners: &Owners) -> Self {
        let claims = (0..people.facts.len()).map(|row| owners.right(row)).collect();
        Self { household: people.households.to_vec(), members: members(people), claims }
    }
}

impl LeftKinship {
    /// Of left rows beside people whose numbers are known.
    pub(super) fn of(rows: &NamedRelatives<'_>, people: &Holders<'_, '_>, owners: &Owners) -> Self {
        let mut homes = Lists::default();
        for relatives in rows.relatives {
            let known = relatives.iter().map(|relative| owners.home(&relative.id, people));
            homes.push(known.filter(|home| *home != NOBODY));
        }
        let rows = rows.facts.par_iter();
        Self {
            owner: rows.clone().map(|facts| owners.home(&facts.id, people)).collect(),
            homes,
            claims: rows.map(|facts| owners.left(facts, people)).collect(),
        }
    }
}

/// People by household, each with what is kept of the name.
struct Living {
    /// Household and row, the first of a household first.
    rows: Vec<(u64, u32)>,
    /// What is kept of the names, in the same order.
    names: Vec<Option<u64>>,
}

impl Living {
    fn of(people: &Holders<'_, '_>) -> Self {
        let mut rows: Vec<(u64, u32)> = people.households.iter().copied().zip(0..).collect();
        rows.par_sort_unstable();
        for home in rows.chunk_by_mut(|(left, _), (right, _)| left == right) {
            home.sort_by(|(_, left), (_, right)| people.precedence.compare(*left, *right));
        }
        let name = |(_, row): &(u64, u32)| name_hash(&people.facts[*row as usize].name);
        let names = rows.par_iter().map(name).collect();
        Self { rows, names }
    }

    /// Where the household of every row begins.
    fn starts(&self) -> Vec<u32> {
        let mut starts = vec![0; self.rows.len()];
        let mut start = 0;
        for home in self.rows.chunk_by(|(left, _), (right, _)| left == right) {
            for (_, row) in home {
                starts[*row as usize] = start;
            }
            start += u32::try_from(home.len()).expect("fewer than 2^32 persons");
        }
        starts
    }

    /// Names of those who live with a person of a household that begins at a place.
    fn others(&self, start: u32, person: u32) -> impl Iterator<Item = u64> {
        let rows = &self.rows[start as usize..];
        let home = rows[0].0;
        let block = rows.iter().zip(&self.names[start as usize..]);
        let block = block.take_while(move |((other, _), _)| *other == home);
        let others = block.filter(move |((_, row), _)| *row != person).take(MEMBERS);
        others.filter_map(|(_, name)| *name)
    }
}

fn members(people: &Holders<'_, '_>) -> Lists {
    let living = Living::of(people);
    let mut lists = Lists::default();
    for (start, person) in living.starts().into_iter().zip(0..) {
        lists.push(living.others(start, person));
    }
    lists
}

/// Names of the relatives a left row names, but for those that bear its own name.
pub(super) fn relatives(own: &Facts, relatives: &[Relative]) -> impl Iterator<Item = u64> {
    let others = relatives.iter().filter(|relative| relative.name.folded() != own.name.folded());
    others.filter_map(|relative| name_hash(&relative.name))
}
