//! How common a value is on the right side: agreeing on a rare name says more than agreeing on a
//! common one (term-frequency adjustment, Winkler 1989). Counted from the registry of the run,
//! because names differ between provinces and cohorts.

use rustc_hash::FxHashMap;

use super::columns::{Column, PackedPlace, Tables};
use super::comparison::{DateLevel, PlaceLevel};
use super::vocabulary::NONE;

/// Counts over the right side.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    rows: f64,
    /// Column index → number of a value → count.
    counts: Vec<FxHashMap<u32, u32>>,
    given: FxHashMap<u32, u32>,
    surname_in_village: FxHashMap<(u32, u32), u32>,
    village: FxHashMap<u32, u32>,
    name_column: Option<usize>,
    place_column: Option<usize>,
}

impl Frequencies {
    /// Counts the right side's values.
    pub fn count(tables: &Tables) -> Self {
        let columns = &tables.right.columns;
        let mut frequencies = Self {
            rows: f64::from(u32::try_from(tables.right.rows.max(1)).unwrap_or(u32::MAX)),
            counts: columns.iter().map(|column| count_column(tables, column)).collect(),
            name_column: columns.iter().position(|c| matches!(c, Column::Name(_))),
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
        for name in names.iter().filter_map(|number| tables.names.get(*number)) {
            *self.given.entry(name.given_text).or_default() += 1;
        }
        let Some(Column::Place(places)) = self.place_column.map(|c| &tables.right.columns[c])
        else {
            return;
        };
        for (number, place) in names.iter().zip(places) {
            if let (Some(name), true) = (tables.names.get(*number), place.village != NONE) {
                *self.village.entry(place.village).or_default() += 1;
                *self.surname_in_village.entry((name.surname_text, place.village)).or_default() +=
                    1;
            }
        }
    }

    fn share(&self, column: usize, value: u32) -> f64 {
        f64::from(self.counts[column].get(&value).copied().unwrap_or(0).max(1)) / self.rows
    }

    /// Frequency of a name. In a village where half the people are called 孙, the surname says
    /// little: where the places agree, the surname counts by its share in that village.
    pub fn name(&self, tables: &Tables, column: usize, right: usize) -> f64 {
        let Column::Name(names) = &tables.right.columns[column] else { return 1.0 };
        let Some(name) = tables.names.get(names[right]) else { return 1.0 };
        self.share(column, name.folded)
    }

    /// The same where both rows live in one village.
    pub fn name_in_village(&self, tables: &Tables, column: usize, right: usize) -> f64 {
        let overall = self.name(tables, column, right);
        let (Column::Name(names), Some(place)) =
            (&tables.right.columns[column], self.place(tables, right))
        else {
            return overall;
        };
        let Some(name) = tables.names.get(names[right]) else { return overall };
        let key = (name.surname_text, place.village);
        let surname = f64::from(self.surname_in_village.get(&key).copied().unwrap_or(1));
        let people = f64::from(self.village.get(&place.village).copied().unwrap_or(1));
        let given = f64::from(self.given.get(&name.given_text).copied().unwrap_or(1)) / self.rows;
        // A hamlet of three registered people says nothing about shares: ten more, spread evenly.
        overall.max((surname + 1.0) / (people + 10.0) * given)
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
