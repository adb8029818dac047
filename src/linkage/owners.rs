//! Whose the numbers are: of one person or of two, of somebody of another name, of which household where
//! the end of a number is lost.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::engine::columns::NOBODY;
use super::engine::comparison::compare_names;
use super::engine::interner::Names;
use super::engine::scoring::is_other_name;
use crate::records::Facts;
use crate::records::identifier::{IdNumber, UNKNOWN};
use crate::records::person_name::PersonName;

/// Digits of a sound ID number.
pub(super) type SoundId = [u8; 18];

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

/// The people of the right side as far as their numbers go; lists by person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holders<'side, 'run> {
    /// What is known of each.
    pub facts: &'side [&'run Facts],
    /// Household of each.
    pub households: &'side [u64],
    /// Rows of one entity are one person.
    pub entity: &'side [u32],
}

/// Whose the numbers of the right side are.
#[derive(Clone, Debug, Default)]
pub(super) struct Owners<'run> {
    /// Sound numbers that one person bears, with one of the person's names.
    bearers: FxHashMap<SoundId, &'run PersonName>,
    /// Sound numbers that two people bear.
    shared: FxHashSet<SoundId>,
    prefixes: Prefixes,
}

impl<'run> Owners<'run> {
    /// Of all people of the right side.
    pub(super) fn of(people: &Holders<'_, 'run>) -> Self {
        let shared = shared_numbers(people);
        let mut bearers: FxHashMap<SoundId, &PersonName> = FxHashMap::default();
        for facts in people.facts.iter().filter(|facts| facts.id.is_sound()) {
            let name = &facts.name;
            if !shared.contains(&facts.id.digits) {
                // Of a person's several names the first in order, whatever the order of rows.
                let known = bearers.entry(facts.id.digits).or_insert(name);
                if (&name.folded, &name.text) < (&known.folded, &known.text) {
                    *known = name;
                }
            }
        }
        Self { bearers, shared, prefixes: Prefixes::of(people) }
    }

    /// What is said of a right row's number.
    pub(super) fn right(&self, facts: &Facts) -> NumberClaim {
        let is_shared = facts.id.is_sound() && self.shared.contains(&facts.id.digits);
        NumberClaim { is_shared, ..NumberClaim::default() }
    }

    /// What is said of a left row's number.
    pub(super) fn left(&self, facts: &Facts) -> NumberClaim {
        let id = &facts.id;
        let bearer = id.is_sound().then(|| self.bearers.get(&id.digits)).flatten();
        let is_of_another = bearer.is_some_and(|name| is_other(&facts.name, name));
        let is_borne = bearer.is_some() || (id.is_sound() && self.shared.contains(&id.digits));
        let household = if is_borne { NOBODY } else { self.prefixes.household(id) };
        NumberClaim { is_shared: false, is_of_another, household }
    }

    /// What is said of all left rows, in their order.
    pub(super) fn left_rows(&self, facts: &[&Facts]) -> Vec<NumberClaim> {
        facts.par_iter().map(|facts| self.left(facts)).collect()
    }
}

fn is_other(own: &PersonName, bearer: &PersonName) -> bool {
    if own.folded == bearer.folded {
        return false;
    }
    let mut names = Names::default();
    let [own, bearer] = [own, bearer].map(|name| names.intern(&name.text, &name.folded));
    is_other_name(compare_names(&names, own, bearer) as u8)
}

/// Sound numbers that rows of two different people bear: a number that was copied along with the
/// address of a household, or filled down a column, is the own number of one of them at most.
fn shared_numbers(people: &Holders<'_, '_>) -> FxHashSet<SoundId> {
    let mut first: FxHashMap<SoundId, u32> = FxHashMap::default();
    let mut shared = FxHashSet::default();
    for (facts, entity) in people.facts.iter().zip(people.entity) {
        if facts.id.is_sound() && *first.entry(facts.id.digits).or_insert(*entity) != *entity {
            shared.insert(facts.id.digits);
        }
    }
    shared
}

/// First digits of an ID: area, birth date and the beginning of the sequence.
type FirstDigits = [u8; 15];

/// Which households numbers belong to whose end is lost on one side or the other.
#[derive(Clone, Debug, Default)]
struct Prefixes {
    /// Of numbers that are cut on the right side.
    cut: FxHashMap<FirstDigits, u64>,
    /// Of all numbers of the right side.
    all: FxHashMap<FirstDigits, u64>,
}

impl Prefixes {
    fn of(people: &Holders<'_, '_>) -> Self {
        let mut prefixes = Self::default();
        for (facts, household) in people.facts.iter().zip(people.households) {
            let Some(first) = first_digits(&facts.id) else { continue };
            keep(&mut prefixes.all, first, *household);
            if !facts.id.is_sound() {
                keep(&mut prefixes.cut, first, *household);
            }
        }
        prefixes
    }

    fn household(&self, id: &IdNumber) -> u64 {
        let known = if id.is_sound() { &self.cut } else { &self.all };
        first_digits(id).and_then(|first| known.get(&first)).copied().unwrap_or(NOBODY)
    }
}

/// Keeps the one household of some digits; [`NOBODY`] as soon as there are two.
fn keep(households: &mut FxHashMap<FirstDigits, u64>, first: FirstDigits, household: u64) {
    let known = households.entry(first).or_insert(household);
    if *known != household {
        *known = NOBODY;
    }
}

fn first_digits(id: &IdNumber) -> Option<FirstDigits> {
    let first: FirstDigits = id.digits[..15].try_into().ok()?;
    (!first.contains(&UNKNOWN)).then_some(first)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
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
            phones: Box::default(),
        }
    }

    fn said(people: &[Facts], entity: &[u32], left: &Facts) -> (Vec<NumberClaim>, NumberClaim) {
        let facts: Vec<&Facts> = people.iter().collect();
        let households: Vec<u64> = (0..people.len() as u64).map(|home| home + 1).collect();
        let owners = Owners::of(&Holders { facts: &facts, households: &households, entity });
        (facts.iter().map(|facts| owners.right(facts)).collect(), owners.left(left))
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
