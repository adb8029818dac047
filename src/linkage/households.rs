//! Who lives with whom: what linkage asks the whole registry about a row before it compares anybody.
//! Nothing here hangs on the order of files: persons are taken by region and 人编号.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::engine::columns::{Lists, NOBODY};
use super::engine::interner::text_hash;
use super::owners::{Holders, NumberClaim, Owners, SoundId};
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

/// Rows of a registry by region, 人编号 and 户编号.
pub(super) fn order(persons: &[Person]) -> Vec<u32> {
    let mut rows: Vec<u32> =
        (0..u32::try_from(persons.len()).expect("fewer than 2^32 persons")).collect();
    rows.par_sort_unstable_by_key(|row| {
        let person = &persons[*row as usize];
        (person.region, person.person_no.as_str(), person.household_no.as_str(), *row)
    });
    rows
}

/// A name as [`RightKinship::members`] keeps it; `None` where there is none.
pub fn name_hash(name: &crate::records::person_name::PersonName) -> Option<u64> {
    (!name.text.is_empty() && !name.folded.is_empty()).then(|| text_hash(&name.folded))
}

impl RightKinship {
    /// Of people of known households, in the order given.
    pub(super) fn of(people: &Holders<'_, '_>, order: &[u32], numbers: &NumberHomes<'_>) -> Self {
        let claims = people.facts.iter().map(|facts| numbers.right(facts)).collect();
        let members = members(people.facts, people.households, order);
        Self { household: people.households.to_vec(), members, claims }
    }
}

/// Whose the numbers of the right side are and where they live: what left rows are asked about.
#[derive(Clone, Debug)]
pub(super) struct NumberHomes<'run> {
    owners: FxHashMap<SoundId, u64>,
    claims: Owners<'run>,
}

impl<'run> NumberHomes<'run> {
    /// Of people of known households, in the order given.
    pub(super) fn of(people: &Holders<'_, 'run>, order: &[u32]) -> Self {
        let owners = owners(people.facts, people.households, order);
        Self { owners, claims: Owners::of(people) }
    }

    /// What is said of a right row's number.
    pub(super) fn right(&self, facts: &Facts) -> NumberClaim {
        self.claims.right(facts)
    }

    /// What is said of left rows.
    pub(super) fn left(&self, rows: &NamedRelatives<'_>) -> LeftKinship {
        let mut homes = Lists::default();
        for relatives in rows.relatives {
            let sound = relatives.iter().filter(|relative| relative.id.is_sound());
            homes.push(sound.filter_map(|relative| self.owners.get(&relative.id.digits).copied()));
        }
        LeftKinship {
            owner: rows.facts.iter().map(|facts| owner_of(&self.owners, facts)).collect(),
            homes,
            claims: self.claims.left_rows(rows.facts),
        }
    }
}

fn owner_of(owners: &FxHashMap<SoundId, u64>, facts: &Facts) -> u64 {
    let sound = facts.id.is_sound().then(|| owners.get(&facts.id.digits).copied()).flatten();
    sound.unwrap_or(NOBODY)
}

/// Sound ID → household; of a number that several people carry, the household of the first of them.
fn owners(people: &[&Facts], household: &[u64], order: &[u32]) -> FxHashMap<SoundId, u64> {
    let mut owners = FxHashMap::default();
    for row in order.iter().map(|row| *row as usize).filter(|row| people[*row].id.is_sound()) {
        owners.entry(people[row].id.digits).or_insert(household[row]);
    }
    owners
}

fn members(people: &[&Facts], household: &[u64], order: &[u32]) -> Lists {
    let mut living: Vec<(u64, u32, u32)> =
        order.iter().zip(0..).map(|(row, place)| (household[*row as usize], place, *row)).collect();
    living.par_sort_unstable();
    let start = |home: u64| living.partition_point(|(other, ..)| *other < home);
    let others_of = |person: usize| {
        let home = household[person];
        let block = living[start(home)..].iter().take_while(move |(other, ..)| *other == home);
        let rows = block.map(|(_, _, row)| *row as usize);
        let others = rows.filter(|row| *row != person).take(MEMBERS);
        others.filter_map(|row| name_hash(&people[row].name)).collect::<Vec<u64>>()
    };
    let found: Vec<Vec<u64>> = (0..people.len()).into_par_iter().map(others_of).collect();
    let mut lists = Lists::default();
    for names in found {
        lists.push(names);
    }
    lists
}

/// Names of the relatives a left row names, but for those that bear its own name.
pub(super) fn relatives(own: &Facts, relatives: &[Relative]) -> impl Iterator<Item = u64> {
    let others = relatives.iter().filter(|relative| relative.name.folded != own.name.folded);
    others.filter_map(|relative| name_hash(&relative.name))
}
