//! Annex 3: one row per county of the project's own registry.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::records::place::{NOWHERE, PlaceId};
use crate::records::{Records, Training};

use super::counting::{Figures, by_key, over, overall};
use super::facts::OUTSIDE;
use super::indicators::{ANNEX3, Frame, Terms};
use super::{Annex3, Annex3Row};

/// Row name of persons whose county could not be understood.
pub const UNKNOWN_COUNTY: &str = "县（市、区）不详";

/// The rows of the form and, for each registry row, its row.
pub struct Counties {
    /// Names in the order of the form.
    pub names: Vec<String>,
    /// Index into `names` for each registry row; [`OUTSIDE`] for other cities' registries.
    pub of_person: Vec<u32>,
}

/// The counties of the project's own registry in official order; unknown ones last.
pub fn counties(records: &Records) -> Counties {
    let own = || records.persons.iter().filter(|person| person.region == 0);
    let mut places: Vec<PlaceId> = own().map(|person| person.facts.place.county).collect();
    places.sort_unstable();
    places.dedup();
    let stranger = places.pop_if(|place| *place == NOWHERE);
    let mut places = records.gazetteer.official_order(&places);
    places.extend(stranger);
    let numbered = (0_u32..).zip(&places).map(|(row, place)| (*place, row));
    let row_of: BTreeMap<PlaceId, u32> = numbered.collect();
    let of_person = records
        .persons
        .iter()
        .map(|person| match person.region {
            0 => row_of.get(&person.facts.place.county).copied().unwrap_or(OUTSIDE),
            _ => OUTSIDE,
        })
        .collect();
    let name = |place: &PlaceId| match *place {
        NOWHERE => UNKNOWN_COUNTY.to_owned(),
        known => records.gazetteer.name(known).to_owned(),
    };
    Counties { names: places.iter().map(name).collect(), of_person }
}

/// Counts Annex 3.
pub fn count(
    records: &Records,
    counties: &Counties,
    rows: &DataFrame,
    people: &DataFrame,
    terms: &Terms,
) -> Annex3 {
    let (row_wise, people_wise) = (over(ANNEX3, Frame::Rows), over(ANNEX3, Frame::People));
    let trained = by_key(rows, "county", Some(false), &row_wise, terms);
    let registered = by_key(people, "county", None, &people_wise, terms);
    let loaded = Loaded::of(records);
    let row = |(index, name): (u32, &String)| {
        let workers = registered.get(&index).map_or(0, |figures| figures[0]);
        loaded.row(name, workers, trained.get(&index))
    };
    let rows_of_form: Vec<Annex3Row> = (0..).zip(&counties.names).map(row).collect();
    let outside = trained.get(&OUTSIDE);
    let everybody = overall(rows, Some(false), &row_wise, terms);
    let distinct =
        |index: usize| whole(everybody[index] - outside.map_or(0, |figures| figures[index]));
    Annex3 {
        total: total(&rows_of_form, &loaded),
        rows: rows_of_form,
        distinct: [distinct(0), distinct(8), distinct(9), distinct(10)],
    }
}

/// Which columns have a source: one without prints “—”, never 0.
struct Loaded {
    skills: bool,
    certificates: bool,
    fees: [bool; 3],
}

impl Loaded {
    fn of(records: &Records) -> Self {
        let courses = || records.sources.iter().filter_map(|record| record.training());
        let any = |has: fn(&Training) -> bool| courses().any(has);
        let own = |person: &&crate::records::Person| person.region == 0;
        Self {
            skills: records.persons.iter().filter(own).any(|person| person.skill.is_some()),
            certificates: any(|course| course.certified),
            fees: [
                any(|course| course.training_fee.is_some()),
                any(|course| course.exam_fee.is_some()),
                any(|course| course.living_fee.is_some()),
            ],
        }
    }

    fn row(&self, county: &str, workers: i64, figures: Option<&Figures>) -> Annex3Row {
        let figure = |index: usize| figures.map_or(0, |figures| figures[index]);
        let fee = |index: usize| self.fees[index].then(|| figure(11 + index));
        Annex3Row {
            county: county.to_owned(),
            workers: self.skills.then(|| whole(workers)),
            willing: None,
            persons: whole(figure(0)),
            times: whole(figure(1)),
            kinds: std::array::from_fn(|kind| whole(figure(2 + kind))),
            certified: self.certificates.then(|| whole(figure(8))),
            employed: whole(figure(9)),
            founded: whole(figure(10)),
            fees: std::array::from_fn(fee),
            note: String::new(),
        }
    }
}

fn whole(figure: i64) -> u64 {
    u64::try_from(figure).unwrap_or(0)
}

fn total(rows: &[Annex3Row], loaded: &Loaded) -> Annex3Row {
    let sum = |value: &dyn Fn(&Annex3Row) -> u64| rows.iter().map(value).sum();
    let fee = |index: usize| rows.iter().filter_map(|row| row.fees[index]).sum();
    Annex3Row {
        county: "总计".to_owned(),
        workers: loaded.skills.then(|| rows.iter().filter_map(|row| row.workers).sum()),
        willing: None,
        persons: sum(&|row| row.persons),
        times: sum(&|row| row.times),
        kinds: std::array::from_fn(|kind| sum(&|row: &Annex3Row| row.kinds[kind])),
        certified: loaded.certificates.then(|| rows.iter().filter_map(|row| row.certified).sum()),
        employed: sum(&|row| row.employed),
        founded: sum(&|row| row.founded),
        fees: std::array::from_fn(|index| loaded.fees[index].then(|| fee(index))),
        note: String::new(),
    }
}
