//! Where strangers live and when they were born. A stranger is a left row whose sound number nobody of the
//! right side has. A registry of poor households is no picture of them: its villages are the poor ones,
//! and its people are of all ages where students are young. So what a stranger shares with a right row by
//! chance is counted among strangers, and drawn towards the right side's own shares.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::columns::{PackedColumn, PackedPlace, PackedTable, RoleKind};
use super::interner::NONE;
use super::occurrences::Occurrences;

/// How many strangers the right side's own shares are worth, for each division of a kind.
const BORROWED_PER_DIVISION: f64 = 2.0;

/// How many strangers the right side's own shares of birth years are worth.
const BORROWED_YEARS: f64 = 200.0;

/// Kinds of division.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DivisionKind {
    /// 县.
    County,
    /// 乡镇.
    Town,
    /// 村.
    Village,
}

/// How many kinds of division there are.
const DIVISIONS: usize = 3;

/// How many roles a left row can have.
const ROLES: usize = 3;

/// What is counted of strangers beside one right row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrangerCounts {
    /// Strangers of its county, its town and its village.
    pub living: [u32; DIVISIONS],
    /// Strangers born in its year: those of no role, students, trainees.
    pub born: [u32; ROLES],
}

/// How many strangers there are in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StrangerTotals {
    /// Strangers whose county, town and village is known.
    pub living: [u32; DIVISIONS],
    /// Strangers whose birth year is known, by role.
    pub born: [u32; ROLES],
    /// Counties, towns and villages of the right side.
    pub divisions: [u32; DIVISIONS],
}

impl StrangerTotals {
    /// How likely a stranger lives in a right row's division, which holds this share of the right side.
    pub fn lives(&self, division: DivisionKind, counts: &StrangerCounts, share: f64) -> f64 {
        let at = division as usize;
        let borrowed = BORROWED_PER_DIVISION * f64::from(self.divisions[at].max(1));
        let seen = f64::from(counts.living[at]) + borrowed * share;
        seen / (f64::from(self.living[at]) + borrowed)
    }

    /// How likely a stranger of a role was born in a right row's year, which holds this share of the right
    /// side.
    pub fn born(&self, role: RoleKind, counts: &StrangerCounts, share: f64) -> f64 {
        let at = role as usize;
        let seen = f64::from(counts.born[at]) + BORROWED_YEARS * share;
        seen / (f64::from(self.born[at]) + BORROWED_YEARS)
    }
}

/// Strangers by division and by birth year.
#[derive(Clone, Debug, Default)]
pub(super) struct Strangers {
    /// Numbers of all kinds of division are distinct.
    places: Occurrences,
    years: [FxHashMap<u32, u32>; ROLES],
    totals: StrangerTotals,
}

impl Strangers {
    /// Of the left rows that are strangers; the right side has so many divisions of each kind.
    pub(super) fn of(
        left: &PackedTable,
        divisions: [u32; DIVISIONS],
        is_stranger: impl Fn(usize) -> bool,
    ) -> Self {
        let totals = StrangerTotals { divisions, ..StrangerTotals::default() };
        let mut strangers = Self { totals, ..Self::default() };
        for row in (0..left.rows).filter(|row| is_stranger(*row)) {
            let role = role(left, row);
            for column in &left.columns {
                match column {
                    PackedColumn::Place(places) => strangers.count_place(places[row]),
                    PackedColumn::Date(dates) => strangers.count_year(role, dates[row].year()),
                    _ => {}
                }
            }
        }
        strangers
    }

    fn count_place(&mut self, place: PackedPlace) {
        for (at, number) in divisions_of(place).into_iter().enumerate() {
            if number != NONE {
                self.places.add(number);
                self.totals.living[at] += 1;
            }
        }
    }

    fn count_year(&mut self, role: RoleKind, year: u32) {
        if year != 0 {
            *self.years[role as usize].entry(year).or_default() += 1;
            self.totals.born[role as usize] += 1;
        }
    }

    pub(super) fn totals(&self) -> StrangerTotals {
        self.totals
    }

    /// Strangers of each division of a place.
    pub(super) fn living(&self, place: PackedPlace) -> [u32; DIVISIONS] {
        let of = |number| if number == NONE { 0 } else { self.places.get(number) };
        divisions_of(place).map(of)
    }

    /// Strangers born in a year, by role.
    pub(super) fn born(&self, year: u32) -> [u32; ROLES] {
        self.years.each_ref().map(|years| years.get(&year).copied().unwrap_or(0))
    }
}

fn divisions_of(place: PackedPlace) -> [u32; DIVISIONS] {
    [place.county, place.town, place.village]
}

/// How many divisions of each kind a side names.
pub(super) fn divisions(places: &[PackedPlace]) -> [u32; DIVISIONS] {
    [0, 1, 2].map(|at| {
        let numbers = places.iter().map(|place| divisions_of(*place)[at]);
        let named: rustc_hash::FxHashSet<u32> = numbers.filter(|number| *number != NONE).collect();
        u32::try_from(named.len()).unwrap_or(u32::MAX)
    })
}

/// The role of a left row; none where nothing says it.
pub fn role(left: &PackedTable, row: usize) -> RoleKind {
    let roles = left.columns.iter().find_map(|column| match column {
        PackedColumn::Role(roles) => roles.get(row),
        _ => None,
    });
    roles.map_or(RoleKind::None, |role| role.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::engine::columns::{PackedDate, Role, Told};

    /// Strangers of one village: so many students born in 2002, as many trainees born in 1970.
    fn village(number: u32, of_each: usize) -> PackedTable {
        let rows = 2 * of_each;
        let place = PackedPlace { county: 1, town: 2, village: number };
        let is_student = |row: usize| row < of_each;
        let born = |row: usize| if is_student(row) { 20_020_000 } else { 19_700_000 };
        let role = |row: usize| Role {
            kind: if is_student(row) { RoleKind::School } else { RoleKind::Course },
            ..Role::default()
        };
        let dates = (0..rows).map(|row| PackedDate { value: born(row), told: Told::Column });
        let columns = vec![
            PackedColumn::Place(vec![place; rows]),
            PackedColumn::Date(dates.collect()),
            PackedColumn::Role((0..rows).map(role).collect()),
        ];
        PackedTable { rows, columns }
    }

    #[test]
    fn a_village_of_many_strangers_says_less_than_its_share_of_the_registry() {
        let strangers = Strangers::of(&village(7, 500), [1, 1, 10], |_| true);
        let of = |village: u32| {
            let living = strangers.living(PackedPlace { county: 1, town: 2, village });
            let counts = StrangerCounts { living, ..StrangerCounts::default() };
            strangers.totals().lives(DivisionKind::Village, &counts, 0.1)
        };
        // Ten villages are worth twenty strangers, two of them in each.
        assert!((of(7) - 1002.0 / 1020.0).abs() < 1e-12);
        assert!((of(8) - 2.0 / 1020.0).abs() < 1e-12);
    }

    #[test]
    fn a_student_is_born_when_students_are() {
        let strangers = Strangers::of(&village(7, 1000), [1, 1, 1], |_| true);
        let share = |role, year| {
            let counts = StrangerCounts { born: strangers.born(year), ..StrangerCounts::default() };
            strangers.totals().born(role, &counts, 0.01)
        };
        assert!((share(RoleKind::School, 2002) - 1002.0 / 1200.0).abs() < 1e-12);
        assert!((share(RoleKind::Course, 2002) - 2.0 / 1200.0).abs() < 1e-12);
        assert!((share(RoleKind::None, 2002) - 0.01).abs() < 1e-12, "nobody is counted");
    }

    #[test]
    fn who_is_no_stranger_is_not_counted() {
        let strangers = Strangers::of(&village(7, 5), [1, 1, 1], |row| row < 3);
        assert_eq!(strangers.totals().living, [3, 3, 3]);
        assert_eq!(strangers.totals().born, [0, 3, 0]);
    }
}
