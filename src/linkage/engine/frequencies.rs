//! How common a value is on the right side: agreeing on a rare name says more than agreeing on a
//! common one (term-frequency adjustment, Winkler 1989). Counted from the registry of the run,
//! because names differ between provinces and cohorts.
//!
//! Villages have more namesakes than the frequencies of names make expect: families hand names on. How
//! many more is observed: rows whose sound number nobody on the right side has are strangers, and
//! how often they bear the name of somebody of their village can be counted.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::columns::{PackedColumn, PackedId, PackedPlace, PackedTable, Tables};
use super::comparison::{DateLevel, Pair, PlaceLevel};
use super::count::to_f64;
use super::interner::{NONE, Names};
use super::occurrences::{Bearer, Occurrences, YearsOf};
use super::strangers::{self, DivisionKind, StrangerCounts, StrangerTotals, Strangers};

/// Birth years on either side of a person's own that make up the cohort a given name is counted in.
const COHORT: u32 = 7;

/// All that the frequencies of a right row's values are made of. A whole run counts them from its own
/// right side; a part of a distributed run gets them with the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCounts {
    /// Rows of the same folded name.
    pub bearers: u32,
    /// Rows of a name that sounds the same, the same name included.
    pub sound: u32,
    /// Rows of the same surname.
    pub surname: u32,
    /// Of these the ones in the row's village.
    pub surname_in_village: u32,
    /// Named rows in the row's village.
    pub village_people: u32,
    /// Rows of the same given name born within [`COHORT`] years; all of them where the birth year is not
    /// known.
    pub given_near: u32,
    /// All named rows born within [`COHORT`] years; all where the birth year is not known.
    pub all_near: u32,
    /// Rows of the same birth year.
    pub year: u32,
    /// Rows of the same county.
    pub county: u32,
    /// Rows of the same town.
    pub town: u32,
    /// Rows of the same village.
    pub village: u32,
    /// Rows of the same given name, whenever they were born.
    pub given: u32,
    /// Rows whose ID number begins with the same six digits.
    pub area: u32,
    /// Strangers who live where the row does, and who are as old.
    pub strangers: StrangerCounts,
}

/// How the names of a registry are spread; see [`Frequencies::name`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NameSpread {
    /// How evenly whole names are spread over what their parts make expect: the shape of a gamma
    /// distribution, large where surname and given name are independent.
    pub evenness: f64,
    /// How likely a stranger of a village bears a given villager's name beyond what the name's
    /// frequency makes expect.
    pub namesake: f64,
}

/// How evenly names are taken to be spread where too few show it.
pub(super) const UNKNOWN_EVENNESS: f64 = 1.0;

impl Default for NameSpread {
    fn default() -> Self {
        Self { evenness: UNKNOWN_EVENNESS, namesake: 0.0 }
    }
}

/// How often names and their parts occur in a registry.
pub(super) struct NameCounts<'run> {
    /// Rows.
    pub rows: f64,
    /// Whole names → rows.
    pub names: &'run Occurrences,
    /// Surnames → rows.
    pub surnames: &'run Occurrences,
    /// Given names → one birth year per row.
    pub given: &'run YearsOf,
}

/// Counts that hang on more than the name of a row; see [`RowCounts`].
#[derive(Clone, Copy, Debug, Default)]
struct NameCountsOfRow {
    given_near: u32,
    all_near: u32,
    surname_in_village: u32,
}

/// How often the values of a right side occur, counted once however often it is asked.
#[derive(Debug, Default)]
pub(super) struct RightCounts {
    rows: f64,
    /// Column index → number of a value → count.
    counts: Vec<Occurrences>,
    surname: Occurrences,
    sound: Occurrences,
    /// Given name → birth years of those who bear it, sorted.
    given: YearsOf,
    /// By row; empty where names are not known.
    named: Vec<NameCountsOfRow>,
    village: Occurrences,
    name_column: Option<usize>,
    date_column: Option<usize>,
    place_column: Option<usize>,
    identity_column: Option<usize>,
    /// Counties, towns and villages.
    divisions: [u32; 3],
}

impl RightCounts {
    fn of(table: &PackedTable, names: &Names) -> Self {
        let columns = &table.columns;
        let mut counts = Self {
            rows: to_f64(table.rows.max(1)),
            counts: columns.iter().map(|column| count_column(names, column)).collect(),
            name_column: columns.iter().position(|c| matches!(c, PackedColumn::Name(_))),
            date_column: columns.iter().position(|c| matches!(c, PackedColumn::Date(_))),
            place_column: columns.iter().position(|c| matches!(c, PackedColumn::Place(_))),
            identity_column: columns.iter().position(|c| matches!(c, PackedColumn::Identity(_))),
            ..Self::default()
        };
        counts.count_names(table, names);
        if let Some(PackedColumn::Place(places)) = counts.place_column.map(|c| &columns[c]) {
            counts.divisions = strangers::divisions(places);
        }
        counts
    }

    fn count_names(&mut self, table: &PackedTable, names: &Names) {
        let Some(PackedColumn::Name(numbers)) = self.name_column.map(|c| &table.columns[c]) else {
            return;
        };
        let mut bearers: Vec<Option<Bearer>> = Vec::with_capacity(table.rows);
        let mut families = Families::default();
        for (row, number) in numbers.iter().enumerate() {
            let name = names.get(*number);
            let village = self.place(table, row).map_or(NONE, |place| place.village);
            families.push(name.map_or(NONE, |name| name.surname_text), village);
            let year = self.year(table, row);
            bearers.push(name.map(|name| Bearer { given: name.given_text, year }));
            let Some(name) = name else { continue };
            self.surname.add(name.surname_text);
            self.sound.add(name.sound);
            if village != NONE {
                self.village.add(village);
            }
        }
        self.given = YearsOf::new(bearers.iter().copied().flatten());
        self.named = self.count_named(&bearers, families);
    }

    /// Counts of each row.
    fn count_named(&self, bearers: &[Option<Bearer>], families: Families) -> Vec<NameCountsOfRow> {
        let mut years: Vec<u16> = bearers.iter().flatten().map(|bearer| bearer.year).collect();
        years.sort_unstable();
        let one_of_each = years.chunk_by(|a, b| a == b).map(|same| same[0]);
        let all_near: FxHashMap<u16, u32> =
            one_of_each.map(|year| (year, born_near(&years, year))).collect();
        let of_row = |(bearer, surname_in_village): (&Option<Bearer>, u32)| {
            let near = |Bearer { given, year }: Bearer| NameCountsOfRow {
                given_near: born_near(self.given.get(given), year),
                all_near: all_near.get(&year).copied().unwrap_or(0),
                surname_in_village,
            };
            bearer.map(near).unwrap_or_default()
        };
        bearers.iter().zip(families.sizes()).map(of_row).collect()
    }

    fn value(&self, column: usize, value: u32) -> u32 {
        self.counts[column].get(value)
    }

    /// Birth year of a right row; 0 when not known.
    fn year(&self, table: &PackedTable, row: usize) -> u16 {
        match self.date_column.map(|column| &table.columns[column]) {
            Some(PackedColumn::Date(dates)) => u16::try_from(dates[row].year()).unwrap_or(0),
            _ => 0,
        }
    }

    fn place(&self, table: &PackedTable, row: usize) -> Option<PackedPlace> {
        match &table.columns[self.place_column?] {
            PackedColumn::Place(places) => places.get(row).copied(),
            _ => None,
        }
    }
}

/// Rows of one surname in one village.
#[derive(Default)]
struct Families {
    numbers: FxHashMap<u64, u32>,
    /// Number of each row's family; [`NONE`] where surname or village is not known.
    of_row: Vec<u32>,
}

impl Families {
    fn push(&mut self, surname: u32, village: u32) {
        if surname == NONE || village == NONE {
            self.of_row.push(NONE);
            return;
        }
        let next = number(self.numbers.len());
        let both = u64::from(village) << 32 | u64::from(surname);
        self.of_row.push(*self.numbers.entry(both).or_insert(next));
    }

    /// By row how many there are; one where the family is not known.
    fn sizes(self) -> Vec<u32> {
        let mut sizes = Occurrences::default();
        let known = self.of_row.iter().filter(|family| **family != NONE);
        known.for_each(|family| sizes.add(*family));
        self.of_row.into_iter().map(|family| sizes.get(family).max(1)).collect()
    }
}

/// How common the values of a right side are, and how its names are spread.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    /// Counts by right row that were worked out elsewhere; empty where they are counted here.
    given_rows: Vec<RowCounts>,
    right: Arc<RightCounts>,
    spread: NameSpread,
    strangers: Arc<Strangers>,
    totals: StrangerTotals,
}

impl Frequencies {
    /// Counts a right side's values; how its names are spread is not looked at yet.
    pub(super) fn count(tables: &Tables) -> Self {
        let right = RightCounts::of(&tables.right, &tables.names);
        Self { right: Arc::new(right), ..Self::default() }
    }

    /// Counts that came with the right rows, out of so many rows in all.
    pub fn given(
        all_rows: usize,
        counts: Vec<RowCounts>,
        spread: NameSpread,
        totals: StrangerTotals,
    ) -> Self {
        let right = RightCounts { rows: to_f64(all_rows.max(1)), ..RightCounts::default() };
        let strangers = Arc::default();
        Self { given_rows: counts, right: Arc::new(right), spread, strangers, totals }
    }

    /// How often names and their parts occur; `None` where there are none.
    pub(super) fn names(&self) -> Option<NameCounts<'_>> {
        Some(NameCounts {
            rows: self.right.rows,
            names: &self.right.counts[self.right.name_column?],
            surnames: &self.right.surname,
            given: &self.right.given,
        })
    }

    pub(super) fn set_strangers(&mut self, strangers: Strangers) {
        self.totals = strangers.totals();
        self.strangers = Arc::new(strangers);
    }

    /// How many rows are certainly nobody of the right side.
    pub fn strangers(&self) -> StrangerTotals {
        self.totals
    }

    /// How many divisions of each kind the right side names.
    pub(super) fn divisions(&self) -> [u32; 3] {
        self.right.divisions
    }

    pub(super) fn set_spread(&mut self, spread: NameSpread) {
        self.spread = spread;
    }

    /// How the names of the right side are spread.
    pub fn spread(&self) -> NameSpread {
        self.spread
    }

    /// All counts of a right row. Names count by the first column of names, and so on.
    pub fn row(&self, tables: &Tables, right: usize) -> RowCounts {
        self.given_or(right, |counts| {
            if let Some(column) = self.right.name_column {
                self.count_name(tables, column, right, counts);
            }
            if let Some(column) = self.right.place_column {
                self.count_place(tables, column, right, counts);
            }
            if let Some(column) = self.right.date_column {
                self.count_date(tables, column, right, counts);
            }
            if let Some(column) = self.right.identity_column {
                self.count_area(tables, column, right, counts);
            }
        })
    }

    /// The counts that came with a right row, or those that are counted now.
    fn given_or(&self, right: usize, count: impl FnOnce(&mut RowCounts)) -> RowCounts {
        self.given_rows.get(right).copied().unwrap_or_else(|| {
            let mut counts = RowCounts::default();
            count(&mut counts);
            counts
        })
    }

    fn share(&self, count: u32) -> f64 {
        f64::from(count.max(1)) / self.right.rows
    }

    /// How likely a stranger bears the name of a right row. `within` is the deepest division both rows are known
    /// to share; namesakes of the village come on top of the name's frequency, and of a row whose
    /// village is not known the village is the right one only as often as its share of the division.
    pub fn name(
        &self,
        tables: &Tables,
        column: usize,
        right: usize,
        within: SharedDivision,
    ) -> f64 {
        let counts = self.given_or(right, |counts| {
            self.count_name(tables, column, right, counts);
            if let Some(column) = self.right.place_column {
                self.count_place(tables, column, right, counts);
            }
        });
        if counts.bearers == 0 {
            return 1.0;
        }
        let frequency = self.name_frequency(&counts, within == SharedDivision::Village);
        (frequency + self.spread.namesake * self.is_the_village(&counts, within)).min(1.0)
    }

    /// How likely a stranger bears another name that sounds like a right row's: as often as others on the right
    /// side do, or half a row where none does; in one village by the surname's share there.
    pub fn sounding(
        &self,
        tables: &Tables,
        column: usize,
        right: usize,
        within: SharedDivision,
    ) -> f64 {
        let counts = self.given_or(right, |counts| self.count_name(tables, column, right, counts));
        if counts.bearers == 0 {
            return 1.0;
        }
        let others = f64::from(counts.sound.saturating_sub(counts.bearers)) + 0.5;
        let surname = f64::from(counts.surname) / self.right.rows;
        let here = self.surname(&counts, within == SharedDivision::Village) / surname;
        (others / self.right.rows * here).min(1.0)
    }

    /// What its surname and its given name make expect, drawn towards what the other bearers of the name show.
    /// The given name counts by its share in the cohort of the right row's birth: 子涵 is rare in a
    /// registry and common in a school. Where both rows live in one village the surname counts by its share
    /// there.
    fn name_frequency(&self, counts: &RowCounts, one_village: bool) -> f64 {
        let surname = self.surname(counts, one_village);
        let given = f64::from(counts.given_near.max(1)) / f64::from(counts.all_near.max(1));
        let others = f64::from(counts.bearers - 1);
        // How much more common the whole name is than its parts make expect: its other bearers
        // against the expected ones, drawn towards 1 (gamma-Poisson).
        let expected = f64::from(counts.surname) * f64::from(counts.given) / self.right.rows;
        let popularity = (self.spread.evenness + others) / (self.spread.evenness + expected);
        // One bearer more than expected happens to any name.
        let shown = (others - 1.0) / self.right.rows;
        (surname * given * popularity).max(shown)
    }

    /// A surname's share, in one village by the village: where half the people are called 孙 it says little. A
    /// hamlet of three registered people says nothing about shares: ten more, spread evenly.
    fn surname(&self, counts: &RowCounts, one_village: bool) -> f64 {
        if one_village {
            (f64::from(counts.surname_in_village) + 1.0) / (f64::from(counts.village_people) + 10.0)
        } else {
            f64::from(counts.surname) / self.right.rows
        }
    }

    /// How likely a row lives in the right row's village, of which the division they share is known.
    fn is_the_village(&self, counts: &RowCounts, within: SharedDivision) -> f64 {
        if counts.village == 0 {
            return 0.0;
        }
        let people = f64::from(counts.village_people.max(1));
        let of = |count: u32| f64::from(count.max(1));
        let share = match within {
            SharedDivision::Village => 1.0,
            SharedDivision::Town => people / of(counts.town),
            SharedDivision::County => people / of(counts.county),
            SharedDivision::Unknown => people / self.right.rows,
            SharedDivision::Elsewhere => 0.0,
        };
        share.min(1.0)
    }

    /// Counts of the name that stands in a column of a right row; nothing where there is none.
    fn count_name(&self, tables: &Tables, column: usize, right: usize, counts: &mut RowCounts) {
        let PackedColumn::Name(names) = &tables.right.columns[column] else { return };
        let Some(name) = tables.names.get(names[right]) else { return };
        let of = |counted: &Occurrences, number: u32| counted.get(number).max(1);
        counts.bearers = of(&self.right.counts[column], name.folded);
        counts.surname = of(&self.right.surname, name.surname_text);
        counts.sound = of(&self.right.sound, name.sound);
        let NameCountsOfRow { given_near, all_near, surname_in_village } = self.right.named[right];
        (counts.given_near, counts.all_near) = (given_near, all_near);
        if let Some(PackedPlace { village, .. }) = self.right.place(&tables.right, right) {
            counts.surname_in_village = surname_in_village;
            counts.village_people = of(&self.right.village, village);
        }
        counts.given = number(self.right.given.get(name.given_text).len());
    }

    fn count_place(&self, tables: &Tables, column: usize, right: usize, counts: &mut RowCounts) {
        let PackedColumn::Place(places) = &tables.right.columns[column] else { return };
        let place = places[right];
        counts.county = self.right.value(column, place.county);
        counts.town = self.right.value(column, place.town);
        counts.village = self.right.value(column, place.village);
        counts.strangers.living = self.strangers.living(place);
    }

    fn count_date(&self, tables: &Tables, column: usize, right: usize, counts: &mut RowCounts) {
        if let PackedColumn::Date(dates) = &tables.right.columns[column] {
            let year = dates[right].year();
            counts.year = self.right.value(column, year);
            counts.strangers.born = self.strangers.born(year);
        }
    }

    fn count_area(&self, tables: &Tables, column: usize, right: usize, counts: &mut RowCounts) {
        if let PackedColumn::Identity(ids) = &tables.right.columns[column] {
            counts.area = area(&ids[right]).map_or(0, |area| self.right.value(column, area));
        }
    }

    /// How likely a stranger lives in the division a right row's place shares with another one.
    pub fn shared_place(&self, tables: &Tables, column: usize, right: usize, level: u8) -> f64 {
        let counts = self.given_or(right, |counts| self.count_place(tables, column, right, counts));
        let (division, count) = match level {
            l if l == PlaceLevel::Village as u8 => (DivisionKind::Village, counts.village),
            l if l == PlaceLevel::Town as u8 || l == PlaceLevel::OtherVillage as u8 => {
                (DivisionKind::Town, counts.town)
            }
            _ => (DivisionKind::County, counts.county),
        };
        self.totals.lives(division, &counts.strangers, self.share(count))
    }

    /// How likely a stranger in the left row's role was born on a right row's birth date: the year's share, spread
    /// evenly over the days.
    pub fn date(&self, tables: &Tables, column: usize, pair: Pair, level: u8) -> f64 {
        let right = pair.right as usize;
        let days = if level == DateLevel::Equal as u8 { 365.0 } else { 1.0 };
        let counts = self.given_or(right, |counts| self.count_date(tables, column, right, counts));
        let role = strangers::role(&tables.left, pair.left as usize);
        self.totals.born(role, &counts.strangers, self.share(counts.year)) / days
    }

    /// Share of the ID numbers that begin with the same six digits as a right row's.
    pub fn area(&self, tables: &Tables, column: usize, right: usize) -> f64 {
        let counts = self.given_or(right, |counts| self.count_area(tables, column, right, counts));
        if counts.area == 0 { 1.0 } else { self.share(counts.area) }
    }

    /// Frequency on the right side of the commoner of a pair's texts: of two that differ by a slip one is seldom a
    /// name, and it is the other one that strangers share. Texts are not among what comes with a row.
    pub fn text(&self, tables: &Tables, column: usize, pair: Pair) -> f64 {
        let sides = (tables.left.columns.get(column), tables.right.columns.get(column));
        let (Some(PackedColumn::Text(left)), Some(PackedColumn::Text(right))) = sides else {
            return 1.0;
        };
        let (l, r) = pair.rows();
        self.share(self.right.value(column, left[l]).max(self.right.value(column, right[r])))
    }
}

/// What a pair's places are known to share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedDivision {
    /// The village.
    Village,
    /// The town, and the village of one is not known.
    Town,
    /// The county, and the town of one is not known.
    County,
    /// The place of one is not known.
    Unknown,
    /// They live in different places.
    Elsewhere,
}

impl SharedDivision {
    /// From the level of the place comparison.
    pub fn of(level: u8) -> Self {
        match level {
            l if l == PlaceLevel::Village as u8 => Self::Village,
            l if l == PlaceLevel::Town as u8 => Self::Town,
            l if l == PlaceLevel::County as u8 => Self::County,
            l if l == PlaceLevel::Missing as u8 => Self::Unknown,
            _ => Self::Elsewhere,
        }
    }
}

/// The first six digits of an ID number, where all of them are known.
pub fn area(id: &PackedId) -> Option<u32> {
    id.segment(0..6).and_then(|area| u32::try_from(area).ok())
}

/// How many of the sorted years lie within [`COHORT`] of one; all of them where it is not known (0).
fn born_near(years: &[u16], year: u16) -> u32 {
    if year == 0 {
        return number(years.len());
    }
    let from = years.partition_point(|y| u32::from(*y) + COHORT < u32::from(year));
    let to = years.partition_point(|y| u32::from(*y) <= u32::from(year) + COHORT);
    number(to - from)
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn count_column(names: &Names, column: &PackedColumn) -> Occurrences {
    let mut counts = Occurrences::default();
    let mut add = |value: u32| counts.add(value);
    match column {
        PackedColumn::Name(numbers) => {
            numbers
                .iter()
                .filter_map(|number| names.get(*number))
                .for_each(|name| add(name.folded));
        }
        PackedColumn::Date(dates) => dates.iter().for_each(|date| add(date.year())),
        PackedColumn::Place(places) => places.iter().for_each(|place| {
            // Ids of all levels are distinct, so one array serves.
            for id in [place.county, place.town, place.village] {
                if id != NONE {
                    add(id);
                }
            }
        }),
        PackedColumn::Identity(ids) => ids.iter().filter_map(area).for_each(&mut add),
        PackedColumn::Text(texts) => texts.iter().for_each(|text| add(*text)),
        _ => {}
    }
    counts
}
