//! Whose registry a person stands in. A project may list the registries of several cities; where
//! it does not say which is whose, the registry's own county does.

use std::collections::BTreeMap;

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
    let mut known: BTreeMap<PlaceId, u16> = BTreeMap::new();
    for person in &mut records.persons {
        let city = person.facts.place.city;
        if person.region != 0 || city == NOWHERE || own(city) {
            continue;
        }
        person.region = *known
            .entry(city)
            .or_insert_with(|| number(&mut records.regions, records.gazetteer.name(city)));
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
