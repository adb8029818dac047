//! How common a value is on the right side: agreeing on a rare name says more than agreeing on a
//! common one (term-frequency adjustment, Winkler 1989). Counted from the registry of the run,
//! because names differ between provinces and cohorts.

use rustc_hash::FxHashMap;

use super::columns::{Column, PackedPlace, Tables};
use super::comparison::{DateLevel, PlaceLevel};
use super::count::to_f64;
use super::interner::NONE;

/// Birth years on either side of a person's own that make up the cohort a given name is counted in.
const COHORT: u32 = 7;

/// Counts over the right side.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    rows: f64,
    /// Column index → number of a value → count.
    counts: Vec<FxHashMap<u32, u32>>,
    surname: FxHashMap<u32, u32>,
    /// Given name → birth years of those who bear it, sorted.
    given: FxHashMap<u32, Vec<u16>>,
    /// Birth years of all, sorted.
    years: Vec<u16>,
    surname_in_village: FxHashMap<(u32, u32), u32>,
    village: FxHashMap<u32, u32>,
    name_column: Option<usize>,
    date_column: Option<usize>,
    place_column: Option<usize>,
}

impl Frequencies {
    /// Counts the right side's values.
    pub fn count(tables: &Tables) -> Self {
        let columns = &tables.right.columns;
        let mut frequencies = Self {
            rows: to_f64(tables.right.rows.max(1)),
            counts: columns.iter().map(|column| count_column(tables, column)).collect(),
            name_column: columns.iter().position(|c| matches!(c, Column::Name(_))),
            date_column: columns.iter().position(|c| matches!(c, Column::Date(_))),
            place_column: columns.iter().position(|c| matches!(c, Column::Place(_))),
            ..Self::default()
        };
        frequencies.count_names(tables);
        frequencies
    }

    fn count_names(&mut self, tables: &Tables) {
        let Some(Column::Name(names)) = self.name_column.map(|c| &tables.right.columns[c]) else {
            return;
        };
        for (row, number) in names.iter().enumerate() {
            let Some(name) = tables.names.get(*number) else { continue };
            let year = self.year(tables, row);
            self.years.push(year);
            self.given.entry(name.given_text).or_default().push(year);
            *self.surname.entry(name.surname_text).or_default() += 1;
            let village = self.place(tables, row).map_or(NONE, |place| place.village);
            if village != NONE {
                *self.village.entry(village).or_default() += 1;
                *self.surname_in_village.entry((name.surname_text, village)).or_default() += 1;
            }
        }
        self.years.sort_unstable();
        self.given.values_mut().for_each(|years| years.sort_unstable());
    }

    fn share(&self, column: usize, value: u32) -> f64 {
        f64::from(self.counts[column].get(&value).copied().unwrap_or(0).max(1)) / self.rows
    }

    /// How likely a stranger bears a name: what its surname and its given name make expect, or
    /// what the others of this name show, whichever is more. The given name counts by its share in
    /// the cohort of the right row's birth: 子涵 is rare in a registry and common in a school.
    /// Where both rows live in one village the surname counts by its share there: where half the
    /// people are called 孙 it says little.
    pub fn name(&self, tables: &Tables, column: usize, right: usize, one_village: bool) -> f64 {
        let Column::Name(names) = &tables.right.columns[column] else { return 1.0 };
        let Some(name) = tables.names.get(names[right]) else { return 1.0 };
        let bearers = self.counts[column].get(&name.folded).copied().unwrap_or(1);
        let others = f64::from(bearers.saturating_sub(1)) / self.rows;
        let village = one_village.then(|| self.place(tables, right)).flatten();
        let surname = match village {
            Some(place) => self.surname_in(name.surname_text, place.village),
            None => {
                f64::from(self.surname.get(&name.surname_text).copied().unwrap_or(1)) / self.rows
            }
        };
        others.max(surname * self.given_in_cohort(name.given_text, self.year(tables, right)))
    }

    /// Share of a surname in a village. A hamlet of three registered people says nothing about
    /// shares: ten more, spread evenly.
    fn surname_in(&self, surname: u32, village: u32) -> f64 {
        let bearers = self.surname_in_village.get(&(surname, village)).copied().unwrap_or(1);
        let people = self.village.get(&village).copied().unwrap_or(1);
        (f64::from(bearers) + 1.0) / (f64::from(people) + 10.0)
    }

    /// Share of a given name among those born within [`COHORT`] years; among all where the birth
    /// year is not known.
    fn given_in_cohort(&self, given: u32, year: u16) -> f64 {
        let bearers = self.given.get(&given).map_or(&[][..], Vec::as_slice);
        let (some, all) = if year == 0 {
            (bearers.len(), self.years.len())
        } else {
            (born_near(bearers, year), born_near(&self.years, year))
        };
        to_f64(some.max(1)) / to_f64(all.max(1))
    }

    /// Birth year of a right row; 0 when not known.
    fn year(&self, tables: &Tables, right: usize) -> u16 {
        match self.date_column.map(|column| &tables.right.columns[column]) {
            Some(Column::Date(dates)) => u16::try_from(dates[right].year()).unwrap_or(0),
            _ => 0,
        }
    }

    fn place(&self, tables: &Tables, right: usize) -> Option<PackedPlace> {
        match &tables.right.columns[self.place_column?] {
            Column::Place(places) => places.get(right).copied(),
            _ => None,
        }
    }

    /// Frequency of the division two places share.
    pub fn shared_place(&self, column: usize, place: PackedPlace, level: u8) -> f64 {
        let shared = match level {
            l if l == PlaceLevel::Village as u8 => place.village,
            l if l == PlaceLevel::Town as u8 || l == PlaceLevel::OtherVillage as u8 => place.town,
            _ => place.county,
        };
        self.share(column, shared)
    }

    /// Frequency of a birth date: its year's share, spread evenly over the days.
    pub fn date(&self, column: usize, year: u32, level: u8) -> f64 {
        let days = if level == DateLevel::Equal as u8 { 365.0 } else { 1.0 };
        self.share(column, year) / days
    }

    /// Frequency of a text.
    pub fn text(&self, column: usize, text: u32) -> f64 {
        self.share(column, text)
    }
}

/// How many of the sorted years lie within [`COHORT`] of one.
fn born_near(years: &[u16], year: u16) -> usize {
    let from = years.partition_point(|y| u32::from(*y) + COHORT < u32::from(year));
    let to = years.partition_point(|y| u32::from(*y) <= u32::from(year) + COHORT);
    to - from
}

fn count_column(tables: &Tables, column: &Column) -> FxHashMap<u32, u32> {
    let mut counts = FxHashMap::default();
    let mut add = |value: u32| *counts.entry(value).or_default() += 1;
    match column {
        Column::Name(names) => {
            names.iter().filter_map(|n| tables.names.get(*n)).for_each(|name| add(name.folded));
        }
        Column::Date(dates) => dates.iter().for_each(|date| add(date.year())),
        Column::Place(places) => places.iter().for_each(|place| {
            // Ids of all levels are distinct, so one map serves.
            for id in [place.county, place.town, place.village] {
                if id != NONE {
                    add(id);
                }
            }
        }),
        Column::Text(texts) => texts.iter().for_each(|text| add(*text)),
        _ => {}
    }
    counts
}
