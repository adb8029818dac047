//! Whose registry a person stands in. A project may list the registries of several cities; where
//! it does not say which is whose, the registry's own county does.

use std::collections::{BTreeMap, BTreeSet};

use super::Records;
use super::place::{NOWHERE, PlaceId};

/// Moves persons of other cities out of region 0, the unit's own registry.
///
/// Nothing is moved when the unit is no city (a province, or a name nobody knows), or when no
/// person at all lives in it: then the project's unit and its files do not belong together, and
/// calling everybody a stranger would help nobody.
pub(super) fn tell_apart(records: &mut Records, unit_city: PlaceId) {
    let own = |city: PlaceId| city == unit_city;
    if unit_city == NOWHERE || !records.persons.iter().any(|p| own(p.facts.place.city)) {
        return;
    }
    let is_other = |city: PlaceId, region: u16| region == 0 && city != NOWHERE && !own(city);
    let persons = records.persons.iter().map(|person| (person.facts.place.city, person.region));
    let others: BTreeSet<PlaceId> =
        persons.filter(|(city, region)| is_other(*city, *region)).map(|(city, _)| city).collect();
    // By name, so that the order of files decides nothing.
    let mut named: Vec<(&str, PlaceId)> =
        others.into_iter().map(|city| (records.gazetteer.name(city), city)).collect();
    named.sort_unstable();
    let numbered = named.into_iter().map(|(name, city)| (city, number(&mut records.regions, name)));
    let known: BTreeMap<PlaceId, u16> = numbered.collect();
    for person in &mut records.persons {
        let city = person.facts.place.city;
        if is_other(city, person.region) {
            person.region = known.get(&city).copied().unwrap_or(0);
        }
    }
}

/// Index of a region by name; a new one is added.
pub(super) fn number(regions: &mut Vec<String>, name: &str) -> u16 {
    let known = regions.iter().position(|region| region == name);
    let index = known.unwrap_or_else(|| {
        regions.push(name.to_owned());
        regions.len() - 1
    });
    u16::try_from(index).expect("fewer than 65,536 registries")
}
