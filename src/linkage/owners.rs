//! Whose the numbers are: of one person or of two, of somebody of another name, of which household where
//! the end of a number is lost.

use std::cmp::Ordering;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::engine::columns::NOBODY;
use super::engine::comparison::compare_names;
use super::engine::interner::Names;
use super::engine::scoring::is_other_name;
use crate::records::identifier::IdNumber;
use crate::records::person_name::PersonName;
use crate::records::sound_number::{FirstDigits, SoundNumber};
use crate::records::{Facts, Person};

/// What the whole right side says of a row's number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberClaim {
    /// Right: two people bear the row's sound number, so that one of them is not its owner.
    pub is_shared: bool,
    /// Left: the only bearer of the row's sound number has another name.
    pub is_of_another: bool,
    /// Left: the household to which alone the first digits of a number that nobody bears point;
    /// [`NOBODY`] where there is none or more than one.
    pub household: u64,
}

/// Who comes first, whatever the order of files: persons by region, 人编号 and 户编号, people who have none by
/// their rows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Precedence<'run> {
    /// The persons of a registry; empty where people have no numbers.
    pub persons: &'run [Person],
}

impl Precedence<'_> {
    /// Which of two rows comes first.
    pub(super) fn compare(self, left: u32, right: u32) -> Ordering {
        let key = |row: u32| match self.persons.get(row as usize) {
            Some(person) => (person.region, &*person.person_no, &*person.household_no, row),
            None => (0, "", "", row),
        };
        key(left).cmp(&key(right))
    }
}

/// The people of the right side as far as their numbers go; lists by person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holders<'side, 'run> {
    /// What is known of each.
    pub facts: &'side [&'run Facts],
    /// Household of each.
    pub households: &'side [u64],
    /// Rows of one entity are one person.
    pub entity: &'side [u32],
    /// Who comes first.
    pub precedence: Precedence<'run>,
}

/// Stands for a person where two bear a number.
const TWO_PEOPLE: u32 = u32::MAX;

/// A sound number that somebody bears.
#[derive(Clone, Copy, Debug)]
struct Borne {
    number: SoundNumber,
    /// Row of the first of those who bear it.
    first: u32,
    /// Row that says the name of the one person who bears it; [`TWO_PEOPLE`] where two do.
    named: u32,
}

impl Borne {
    /// Of all rows that bear a number, in their order.
    fn of(number: SoundNumber, rows: &[(SoundNumber, u32)], people: &Holders<'_, '_>) -> Self {
        let (mut first, mut named) = (rows[0].1, rows[0].1);
        let entity = people.entity[first as usize];
        for (_, row) in &rows[1..] {
            if people.precedence.compare(*row, first) == Ordering::Less {
                first = *row;
            }
            // Of a person's several names the first in order, whatever the order of rows.
            if people.entity[*row as usize] != entity {
                named = TWO_PEOPLE;
            } else if named != TWO_PEOPLE && name_order(people, *row) < name_order(people, named) {
                named = *row;
            }
        }
        Self { number, first, named }
    }
}

fn name_order<'run>(people: &Holders<'_, 'run>, row: u32) -> (&'run str, &'run str) {
    let name = &people.facts[row as usize].name;
    (name.folded(), name.text())
}

/// Whose the numbers of the right side are. Rows are those of the [`Holders`] it was made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Owners {
    /// Every number once, in order.
    borne: Vec<Borne>,
    /// Whether two people bear a row's number, by row: one that was copied along with the address of a
    /// household, or filled down a column, is the own number of one of them at most.
    shared: Vec<bool>,
    /// Numbers that people of two households bear.
    of_two_homes: FxHashSet<SoundNumber>,
    /// Household of the numbers that are not sound by their first digits; [`NOBODY`] where there are two.
    cut: FxHashMap<FirstDigits, u64>,
}

impl Owners {
    /// Of all people of the right side.
    pub(super) fn of(people: &Holders<'_, '_>) -> Self {
        let rows = people.facts.par_iter().enumerate();
        let sound = rows.filter_map(|(row, facts)| {
            Some((facts.id.sound_number()?, u32::try_from(row).expect("fewer than 2^32 persons")))
        });
        let mut sound: Vec<(SoundNumber, u32)> = sound.collect();
        sound.par_sort_unstable();
        let mut owners = Self {
            borne: Vec::with_capacity(sound.len()),
            shared: vec![false; people.facts.len()],
            ..Self::default()
        };
        for rows in sound.chunk_by(|(left, _), (right, _)| left == right) {
            owners.bear(rows, people);
        }
        for (facts, household) in people.facts.iter().zip(people.households) {
            if facts.id.is_sound() {
                continue;
            }
            if let Some(first) = FirstDigits::of(&facts.id) {
                let known = owners.cut.entry(first).or_insert(*household);
                *known = one_home(*known, *household);
            }
        }
        owners
    }

    /// Takes in all rows of a number.
    fn bear(&mut self, rows: &[(SoundNumber, u32)], people: &Holders<'_, '_>) {
        let borne = Borne::of(rows[0].0, rows, people);
        self.borne.push(borne);
        let home = |row: u32| people.households[row as usize];
        for (number, row) in rows {
            if home(*row) != home(borne.first) {
                self.of_two_homes.insert(*number);
            }
        }
        if borne.named == TWO_PEOPLE {
            for (_, row) in rows {
                self.shared[*row as usize] = true;
            }
        }
    }

    fn borne(&self, number: SoundNumber) -> Option<Borne> {
        let place = self.borne.binary_search_by_key(&number, |borne| borne.number).ok()?;
        Some(self.borne[place])
    }

    /// What is said of a right row's number.
    pub(super) fn right(&self, row: usize) -> NumberClaim {
        NumberClaim { is_shared: self.shared[row], ..NumberClaim::default() }
    }

    /// Household of the first of those who bear a number; [`NOBODY`] where nobody does.
    pub(super) fn home(&self, id: &IdNumber, people: &Holders<'_, '_>) -> u64 {
        let borne = id.sound_number().and_then(|number| self.borne(number));
        borne.map_or(NOBODY, |borne| people.households[borne.first as usize])
    }

    /// What is said of a left row's number.
    pub(super) fn left(&self, facts: &Facts, people: &Holders<'_, '_>) -> NumberClaim {
        let borne = facts.id.sound_number().and_then(|number| self.borne(number));
        let Some(borne) = borne else {
            let household = self.home_by_first_digits(&facts.id, people);
            return NumberClaim { household, ..NumberClaim::default() };
        };
        // Where two people bear the number there is no row of that number.
        let bearer = people.facts.get(borne.named as usize);
        let is_of_another = bearer.is_some_and(|bearer| is_other(&facts.name, &bearer.name));
        NumberClaim { is_of_another, ..NumberClaim::default() }
    }

    /// Household of the numbers that begin as one does whose end is lost on one side or the other.
    fn home_by_first_digits(&self, id: &IdNumber, people: &Holders<'_, '_>) -> u64 {
        let Some(first) = FirstDigits::of(id) else { return NOBODY };
        let cut = self.cut.get(&first).copied();
        if id.is_sound() {
            return cut.unwrap_or(NOBODY);
        }
        let start = self.borne.partition_point(|borne| borne.number.first_digits() < first);
        let alike = self.borne[start..].iter();
        let homes = alike.take_while(|borne| borne.number.first_digits() == first).map(|borne| {
            let of_two = self.of_two_homes.contains(&borne.number);
            if of_two { NOBODY } else { people.households[borne.first as usize] }
        });
        homes.chain(cut).reduce(one_home).unwrap_or(NOBODY)
    }
}

/// The household two numbers have in common; [`NOBODY`] as soon as there are two.
fn one_home(known: u64, other: u64) -> u64 {
    if known == other { known } else { NOBODY }
}

fn is_other(own: &PersonName, bearer: &PersonName) -> bool {
    if own.folded() == bearer.folded() {
        return false;
    }
    let mut names = Names::default();
    let [own, bearer] = [own, bearer].map(|name| names.intern(name.text(), name.folded()));
    is_other_name(compare_names(&names, own, bearer) as u8)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::records::contact::Phones;
    use crate::records::date::PartialDate;
    use crate::records::id_column::ColumnVerdict;
    use crate::records::{identifier, person_name};
    use crate::sources::RawCell;

    fn row(id: &str, name: &str) -> Facts {
        let id = identifier::parse(&RawCell::Text(id.into()), ColumnVerdict::SOUND, None);
        Facts {
            id,
            name: person_name::parse(&RawCell::Text(name.into())),
            sex: None,
            birth: PartialDate::default(),
            place: Arc::default(),
            phones: Phones::default(),
        }
    }

    fn said(people: &[Facts], entity: &[u32], left: &Facts) -> (Vec<NumberClaim>, NumberClaim) {
        let facts: Vec<&Facts> = people.iter().collect();
        let households: Vec<u64> = (0..people.len() as u64).map(|home| home + 1).collect();
        let precedence = Precedence::default();
        let people = Holders { facts: &facts, households: &households, entity, precedence };
        let owners = Owners::of(&people);
        ((0..facts.len()).map(|row| owners.right(row)).collect(), owners.left(left, &people))
    }

    #[test]
    fn a_number_of_two_people_is_shared_and_of_one_person_twice_is_not() {
        let people = [row("239901200501011238", "王丽华"), row("239901200501011238", "王桂兰")];
        let left = row("239901200501011238", "王丽华");
        let (right, of_left) = said(&people, &[0, 1], &left);
        assert!(right.iter().all(|claim| claim.is_shared) && !of_left.is_of_another);
        let (right, _) = said(&people, &[0, 0], &left);
        assert!(right.iter().all(|claim| !claim.is_shared));
    }

    #[test]
    fn a_bearer_of_another_name_is_told_and_a_slip_is_not() {
        let people = [row("239901200501011238", "王丽华")];
        let of = |name: &str| said(&people, &[0], &row("239901200501011238", name)).1.is_of_another;
        assert!(of("李春雨"));
        assert!(!of("王丽华") && !of("王丽花") && !of(""));
    }

    #[test]
    fn the_first_digits_of_one_household_are_its_own() {
        let people = [row("239901200501011***", "王丽华"), row("239901197105061220", "王桂兰")];
        let left = |id: &str| said(&people, &[0, 1], &row(id, "王小明")).1.household;
        assert_eq!(left("239901200501011238"), 1, "a whole number, and a cut one is registered");
        assert_eq!(left("239901197105061***"), 2, "a cut number, and a whole one is registered");
        assert_eq!(left("239901197105061220"), NOBODY, "somebody bears it");
        assert_eq!(left("239901199901011***"), NOBODY, "nobody's");
        let two = [row("239901200501011***", "王丽华"), row("239901200501011***", "李丽华")];
        let of_two = said(&two, &[0, 1], &row("239901200501011238", "王小明")).1.household;
        assert_eq!(of_two, NOBODY, "of two households");
    }
}
