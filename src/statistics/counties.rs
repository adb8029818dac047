//! The rows of Annex 3: one per county of every registry.

use std::collections::BTreeMap;

use crate::records::place::{NOWHERE, PlaceId};
use crate::records::{Person, Records};

use super::forms::{AnnexRow, FormLines};
use super::indicators::ANNEX3;

/// Row name of persons whose county could not be understood.
pub(super) const UNKNOWN_COUNTY: &str = "县（市、区）不详";

/// The rows of the form and, for each registry row, its row.
pub(super) struct Counties {
    /// The form before anything is counted.
    pub lines: FormLines,
    /// Its row for each registry row.
    pub of_person: Vec<u32>,
}

/// A row of the form: whose registry (0 is the project's own), and the county.
type RegistryCounty = (u16, PlaceId);

/// The counties of all registries: the project's own before other cities', each in official order,
/// unknown ones last.
pub(super) fn counties(records: &Records) -> Counties {
    let regions = regions(records);
    let key = |person: &Person| -> RegistryCounty {
        let county = person.facts.place.county;
        (regions.get(&county).copied().unwrap_or(person.region), county)
    };
    let mut found: Vec<RegistryCounty> = records.persons.iter().map(key).collect();
    found.sort_unstable();
    found.dedup();
    let rows = in_form_order(records, &found);
    let numbered: BTreeMap<RegistryCounty, u32> = rows.iter().copied().zip(0..).collect();
    let of_person = records.persons.iter().map(|person| numbered[&key(person)]).collect();
    let rows = named(records, &rows);
    Counties { lines: FormLines { indicators: ANNEX3, key: "county", rows }, of_person }
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

fn in_form_order(records: &Records, rows: &[RegistryCounty]) -> Vec<RegistryCounty> {
    let places: Vec<PlaceId> = rows.iter().map(|(_, place)| *place).collect();
    let ordered = records.gazetteer.official_order(&places);
    let rank: BTreeMap<PlaceId, usize> = ordered.into_iter().zip(0..).collect();
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row @ (region, place)| (*region > 0, *place == NOWHERE, rank[place], *row));
    rows
}

/// Name and 备注. Districts of different cities share names (向阳区): the city tells them apart.
fn named(records: &Records, rows: &[RegistryCounty]) -> Vec<AnnexRow> {
    let gazetteer = &records.gazetteer;
    let name = |place: PlaceId| match place {
        NOWHERE => UNKNOWN_COUNTY,
        known => gazetteer.name(known),
    };
    let shared = |place: PlaceId| rows.iter().filter(|row| name(row.1) == name(place)).count() > 1;
    let remark = |(region, place): RegistryCounty| match records.regions.get(usize::from(region)) {
        Some(city) if region > 0 => format!("登记在{city}"),
        _ if place != NOWHERE && shared(place) => gazetteer.name(gazetteer.city_of(place)).into(),
        _ => String::new(),
    };
    let named = |row: &RegistryCounty| AnnexRow {
        name: name(row.1).to_owned(),
        note: remark(*row),
        ..AnnexRow::default()
    };
    rows.iter().map(named).collect()
}
