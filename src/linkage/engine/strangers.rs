//! Where rows that are certainly nobody of the right side live, and when they were born: rows with a sound
//! number that nobody there has. A registry of poor households is no picture of them: its villages
//! are the poor ones, and its people are old where students are young. What strangers share with a
//! right row by chance is therefore counted among strangers.

use rustc_hash::FxHashMap;

use super::columns::{PackedColumn, PackedPlace, PackedTable, RoleKind};
use super::count::to_f64;
use super::interner::NONE;

/// How many strangers the right side's own share is worth, for each division of the kind.
const BORROWED_PER_DIVISION: f64 = 2.0;

/// How many strangers the right side's own share of a birth year is worth.
const BORROWED_YEARS: f64 = 200.0;

/// Kinds of division, in the order of [`Strangers::placed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Division {
    County,
    Town,
    Village,
}

/// Rows with a sound number that nobody of the right side has.
#[derive(Clone, Debug, Default)]
pub(super) struct Strangers {
    /// Division → strangers; numbers of all kinds of division are distinct.
    places: FxHashMap<u32, u32>,
    /// Strangers whose division is known, by kind.
    placed: [f64; 3],
    /// Divisions of the right side, by kind.
    divisions: [f64; 3],
    /// By role: birth year → strangers.
    years: [FxHashMap<u32, u32>; 3],
    born: [f64; 3],
}

impl Strangers {
    /// Counts rows of the left side.
    pub(super) fn of(
        left: &PackedTable,
        divisions: [f64; 3],
        is_stranger: impl Fn(usize) -> bool,
    ) -> Self {
        let mut strangers = Self { divisions, ..Self::default() };
        let column = |wanted: fn(&PackedColumn) -> bool| left.columns.iter().find(|c| wanted(c));
        let places = column(|c| matches!(c, PackedColumn::Place(_)));
        let dates = column(|c| matches!(c, PackedColumn::Date(_)));
        for row in (0..left.rows).filter(|row| is_stranger(*row)) {
            if let Some(PackedColumn::Place(places)) = places {
                strangers.count_place(places[row]);
            }
            if let Some(PackedColumn::Date(dates)) = dates {
                strangers.count_year(role(left, row), dates[row].year());
            }
        }
        strangers
    }

    fn count_place(&mut self, place: PackedPlace) {
        for (kind, id) in [place.county, place.town, place.village].into_iter().enumerate() {
            if id != NONE {
                *self.places.entry(id).or_default() += 1;
                self.placed[kind] += 1.0;
            }
        }
    }

    fn count_year(&mut self, role: usize, year: u32) {
        if year != 0 {
            *self.years[role].entry(year).or_default() += 1;
            self.born[role] += 1.0;
        }
    }

    /// How likely a stranger lives in a division, which holds this share of the right side.
    pub(super) fn place(&self, kind: Division, id: u32, share: f64) -> f64 {
        let kind = kind as usize;
        let borrowed = BORROWED_PER_DIVISION * self.divisions[kind].max(1.0);
        let seen = self.places.get(&id).map_or(0.0, |count| to_f64(*count));
        (seen + borrowed * share) / (self.placed[kind] + borrowed)
    }

    /// How likely a stranger of a role was born in a year, which holds this share of the right side.
    pub(super) fn year(&self, role: usize, year: u32, share: f64) -> f64 {
        let seen = self.years[role].get(&year).map_or(0.0, |count| to_f64(*count));
        (seen + BORROWED_YEARS * share) / (self.born[role] + BORROWED_YEARS)
    }
}

/// Which of the kinds of role a row has.
pub(super) fn role(table: &PackedTable, row: usize) -> usize {
    let roles = table.columns.iter().find_map(|column| match column {
        PackedColumn::Role(roles) => roles.get(row),
        _ => None,
    });
    match roles.map(|role| role.kind) {
        Some(RoleKind::School) => 1,
        Some(RoleKind::Course) => 2,
        _ => 0,
    }
}
