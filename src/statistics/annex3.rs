//! Annex 3: one row per county of every registry.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::records::place::{NOWHERE, PlaceId};
use crate::records::{Person, Records};

use super::counting::{Figures, by_key, gain, over};
use super::indicators::{ANNEX3, Frame};
use super::known::Known;
use super::rules::Terms;
use super::{Annex3, Annex3Row};

/// Row name of persons whose county could not be understood.
pub const UNKNOWN_COUNTY: &str = "县（市、区）不详";

/// The rows of the form and, for each registry row, its row.
pub struct Counties {
    /// Name and 备注, in the order of the form.
    pub rows: Vec<(String, String)>,
    /// Index into `rows` for each registry row.
    pub of_person: Vec<u32>,
}

/// A row of the form: whose registry (0 is the project's own), and the county.
type Row = (u16, PlaceId);

/// The counties of all registries: the project's own before other cities', each in official order,
/// unknown ones last.
pub fn counties(records: &Records) -> Counties {
    let regions = regions(records);
    let key = |person: &Person| -> Row {
        let county = person.facts.place.county;
        (regions.get(&county).copied().unwrap_or(person.region), county)
    };
    let mut found: Vec<Row> = records.persons.iter().map(key).collect();
    found.sort_unstable();
    found.dedup();
    let rows = in_form_order(records, &found);
    let numbered: BTreeMap<Row, u32> = rows.iter().copied().zip(0..).collect();
    let of_person = records.persons.iter().map(|person| numbered[&key(person)]).collect();
    Counties { rows: named(records, &rows), of_person }
}

/// Whose registry each known county belongs to. A county that stands in files of several cities
/// is one row, the project's own if it can be.
fn regions(records: &Records) -> BTreeMap<PlaceId, u16> {
    let mut regions = BTreeMap::new();
    for person in records.persons.iter().filter(|person| person.facts.place.county != NOWHERE) {
        let region = regions.entry(person.facts.place.county).or_insert(person.region);
        *region = person.region.min(*region);
    }
    regions
}

fn in_form_order(records: &Records, rows: &[Row]) -> Vec<Row> {
    let places: Vec<PlaceId> = rows.iter().map(|(_, place)| *place).collect();
    let ordered = records.gazetteer.official_order(&places);
    let rank: BTreeMap<PlaceId, usize> = ordered.into_iter().zip(0..).collect();
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row @ (region, place)| (*region > 0, *place == NOWHERE, rank[place], *row));
    rows
}

/// Name and 备注. Districts of different cities share names (向阳区): the city tells them apart.
fn named(records: &Records, rows: &[Row]) -> Vec<(String, String)> {
    let gazetteer = &records.gazetteer;
    let name = |place: PlaceId| match place {
        NOWHERE => UNKNOWN_COUNTY,
        known => gazetteer.name(known),
    };
    let shared = |place: PlaceId| rows.iter().filter(|row| name(row.1) == name(place)).count() > 1;
    let remark = |(region, place): Row| match records.regions.get(usize::from(region)) {
        Some(city) if region > 0 => format!("登记在{city}"),
        _ if place != NOWHERE && shared(place) => gazetteer.name(gazetteer.city_of(place)).into(),
        _ => String::new(),
    };
    rows.iter().map(|row| (name(row.1).to_owned(), remark(*row))).collect()
}

/// Counts Annex 3; what cannot be known is left out.
pub fn count(
    records: &Records,
    counties: &Counties,
    (rows, people): (&DataFrame, &DataFrame),
    terms: &Terms,
    known: Known,
) -> Annex3 {
    let (row_wise, people_wise) = (over(ANNEX3, Frame::Rows), over(ANNEX3, Frame::People));
    let trained = by_key(rows, "county", Some(false), &row_wise, terms);
    let registered = by_key(people, "county", None, &people_wise, terms);
    let loaded = Loaded::of(records);
    let either = by_key(rows, "county", None, &row_wise, terms);
    let row = |(index, (county, note)): (u32, &(String, String))| {
        let people = registered.get(&index).map_or([0, 0], |figures| [figures[0], figures[1]]);
        let (linked, all) = (trained.get(&index), either.get(&index));
        let figure = |slot: usize| {
            known.in_row(slot + PEOPLE, index, linked.map_or(0, |figures| figures[slot]))
        };
        let row = Annex3Row { county: county.clone(), note: note.clone(), ..of_rows(&figure) };
        Annex3Row { pending: gains(linked, all), ..loaded.people(people, row) }
    };
    let rows: Vec<Annex3Row> = (0..).zip(&counties.rows).map(row).collect();
    Annex3 { total: total(&rows, &loaded, &known), rows, lacks: known.lacks }
}

/// Figures of the form counted over persons, which stand before those counted over rows.
const PEOPLE: usize = 2;

/// By how much rows in review can raise 培训人数, 培训人次, 取得证书, 就业创业 and 创业.
fn gains(linked: Option<&Figures>, either: Option<&Figures>) -> [u64; 5] {
    [0, 1, 8, 9, 10].map(|index| gain(linked, either, index))
}

/// The figures counted over rows, by their place among themselves.
fn of_rows(figure: &dyn Fn(usize) -> Option<i64>) -> Annex3Row {
    let count = |index: usize| figure(index).map(whole);
    Annex3Row {
        persons: count(0),
        times: count(1),
        kinds: std::array::from_fn(|kind| count(2 + kind)),
        certified: count(8),
        employed: count(9),
        founded: count(10),
        fees: std::array::from_fn(|fee| figure(11 + fee)),
        ..Annex3Row::default()
    }
}

/// Which figures of the registry's persons have a source: one without prints “—”, never 0.
struct Loaded {
    skills: bool,
    wishes: bool,
}

impl Loaded {
    fn of(records: &Records) -> Self {
        let skills = records.persons.iter().any(|person| person.skill.is_some());
        Self { skills, wishes: skills && !records.intentions.is_empty() }
    }

    fn people(&self, [workers, willing]: [i64; 2], row: Annex3Row) -> Annex3Row {
        Annex3Row {
            workers: self.skills.then(|| whole(workers)),
            willing: self.wishes.then(|| whole(willing)),
            ..row
        }
    }
}

fn whole(figure: i64) -> u64 {
    u64::try_from(figure).unwrap_or(0)
}

fn total(rows: &[Annex3Row], loaded: &Loaded, known: &Known) -> Annex3Row {
    let column = |slot: usize| rows.iter().filter_map(move |row| row.values()[slot]);
    let sum = |slot: usize| known.in_total(slot, column(slot).sum::<i64>());
    let total = Annex3Row {
        county: "总计".to_owned(),
        pending: std::array::from_fn(|index| rows.iter().map(|row| row.pending[index]).sum()),
        ..of_rows(&|index| sum(index + PEOPLE))
    };
    loaded.people([0, 1].map(|slot| column(slot).sum()), total)
}
