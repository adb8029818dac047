//! Annex 1 against the links: of the 两后生 of each paired county, who has been reached, and how many
//! the paired school took in. A county counts from whatever city's registry it is loaded.

use std::collections::BTreeSet;

use crate::records::attendance::is_still_enrolled;
use crate::records::place::PlaceId;
use crate::records::{Institution, Records, SourceRecord};
use crate::vocabulary::SourceKind;

use super::columns::Sources;
use super::pairs::{is_same_county, pairs};
use super::youth::{Whereabouts, Young};

/// One school and one of its counties.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PairReach {
    /// 技工院校名称 of Annex 1.
    pub school: String,
    /// 贫困县（市）名称 of Annex 1.
    pub county: String,
    /// The city whose registry holds the county; `None` where no registry does.
    pub city: Option<String>,
    /// Whether any row of the school was read.
    pub school_loaded: bool,
    /// The county's 两后生: indices into `Statistics::youth`.
    pub young: Vec<u32>,
    /// Of these at the paired school.
    pub here: u64,
    /// At another school.
    pub elsewhere: u64,
    /// With a school's certificate.
    pub graduated: u64,
    /// In a course.
    pub in_course: u64,
    /// Reached by nobody.
    pub open: u64,
    /// Of those reached by nobody: perhaps one of the rows in review.
    pub pending: u64,
    /// Persons of the county the school took in during the window, 两后生 or not.
    pub intake: u64,
}

impl PairReach {
    /// Reached by any school or course.
    pub fn reached(&self) -> u64 {
        self.here + self.elsewhere + self.graduated + self.in_course
    }

    /// Reached as a share of all; `None` of nobody.
    pub fn share(&self) -> Option<f64> {
        let figure = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        (!self.young.is_empty())
            .then(|| figure(self.reached()) / figure(self.reached() + self.open))
    }
}

/// Persons taken in by a unit and registered in a county, as rows of the two forms.
pub type TakenIn = BTreeSet<(u32, u32, u32)>;

/// A county of the registries: whose registry, the county, its row of Annex 3.
type Home = (u16, PlaceId, u32);

/// Every pair of Annex 1, in its order.
pub fn reach(sources: &Sources, young: &[Young], taken: &TakenIn) -> Vec<PairReach> {
    let records = sources.records;
    let homes: BTreeSet<Home> = records
        .persons
        .iter()
        .zip(&sources.counties)
        .map(|(person, row)| (person.region, person.facts.place.county, *row))
        .collect();
    let of_county = |county: &str| -> Vec<Home> {
        let lies = |(_, place, _): &&Home| is_same_county(county, records.gazetteer.name(*place));
        homes.iter().filter(lies).copied().collect()
    };
    let each = pairs().iter().flat_map(|pair| {
        let one = |county: &String| {
            let homes = of_county(county);
            let pair = begin(sources, taken, &pair.school, county, &homes);
            fill(pair, records, young, &homes)
        };
        pair.counties.iter().map(one)
    });
    each.collect()
}

fn school_index(records: &Records, school: &str) -> Option<usize> {
    let is_school = |one: &Institution| one.kind == SourceKind::Enrollment && one.name == school;
    records.institutions.iter().position(is_school)
}

/// A pair before its 两后生 are counted.
fn begin(
    sources: &Sources,
    taken: &TakenIn,
    school: &str,
    county: &str,
    homes: &[Home],
) -> PairReach {
    let found = school_index(sources.records, school);
    PairReach {
        school: school.to_owned(),
        county: county.to_owned(),
        city: homes.first().map(|home| city_of(sources.records, *home)),
        school_loaded: found.is_some(),
        intake: found.map_or(0, |school| intake(taken, sources.units[school], homes)),
        ..PairReach::default()
    }
}

fn fill(mut pair: PairReach, records: &Records, young: &[Young], homes: &[Home]) -> PairReach {
    let found = school_index(records, &pair.school);
    let lives = |person: u32| {
        let county = records.persons[person as usize].facts.place.county;
        homes.iter().any(|(_, place, _)| *place == county)
    };
    for (index, one) in (0..).zip(young).filter(|(_, one)| lives(one.person)) {
        pair.young.push(index);
        pair.count(one.at, |row| {
            let record = &records.sources[row as usize];
            Some(record.institution as usize) == found && studies(record)
        });
    }
    pair
}

fn studies(record: &SourceRecord) -> bool {
    record.enrollment().is_some_and(is_still_enrolled)
}

impl PairReach {
    fn count(&mut self, at: Whereabouts, is_here: impl Fn(u32) -> bool) {
        match at {
            Whereabouts::School(row) if is_here(row) => self.here += 1,
            Whereabouts::School(_) => self.elsewhere += 1,
            Whereabouts::Graduated(_) => self.graduated += 1,
            Whereabouts::Course(_) => self.in_course += 1,
            Whereabouts::Nowhere { pending, .. } => {
                self.open += 1;
                self.pending += u64::from(pending.is_some());
            }
        }
    }
}

/// The city the county lies in, else whose registry holds it.
fn city_of(records: &Records, (region, county, _): Home) -> String {
    let city = records.gazetteer.name(records.gazetteer.city_of(county));
    let region = || records.regions.get(usize::from(region)).cloned().unwrap_or_default();
    if city.is_empty() { region() } else { city.to_owned() }
}

/// Distinct persons of the county among the school's intake.
fn intake(taken: &TakenIn, unit: u32, homes: &[Home]) -> u64 {
    let lines: BTreeSet<u32> = homes.iter().map(|(_, _, line)| *line).collect();
    let of = |line: u32| taken.range((unit, line, 0)..=(unit, line, u32::MAX)).count() as u64;
    lines.into_iter().map(of).sum()
}
