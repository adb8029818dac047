//! Places: free-text addresses and registry columns → county, town, village of a [`Gazetteer`].
//!
//! Two places are the same exactly when their ids are equal: a division that was renamed, merged
//! or written in another form has one id, the one in force at the report date.

use compact_str::CompactString;

/// Index of a county, town or village in the gazetteer; [`NOWHERE`] when not resolved.
pub type PlaceId = u32;

/// Not resolved.
pub const NOWHERE: PlaceId = u32::MAX;

/// What was understood of a place.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// The text (or the joined columns) as it stood.
    pub raw: CompactString,
    /// City (地级).
    pub city: PlaceId,
    /// County (县、市、区), after the crosswalk to the divisions at the report date.
    pub county: PlaceId,
    /// Town (乡、镇、街道).
    pub town: PlaceId,
    /// Administrative village or community.
    pub village: PlaceId,
    /// What could not be resolved of the text.
    pub rest: CompactString,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            raw: CompactString::default(),
            city: NOWHERE,
            county: NOWHERE,
            town: NOWHERE,
            village: NOWHERE,
            rest: CompactString::default(),
        }
    }
}

/// Level of a division.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Level {
    /// 地级市, 地区
    City,
    /// 县、市、区
    County,
    /// 乡、镇、街道, and the farms and forestry units counted with them
    Town,
    /// 行政村, 社区
    Village,
}

/// One division of any level.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Division {
    /// Its level.
    pub level: Level,
    /// Official name, e.g. `桦南县`, `桦南镇`, `红光村村委会`.
    pub name: CompactString,
    /// The division above; [`NOWHERE`] for a city.
    pub parent: PlaceId,
    /// Statistical code (4, 6, 9 or 12 digits) or empty for a village only the registry knows.
    pub code: CompactString,
}

/// All divisions known to a run: the embedded ones and the registry's own villages.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Gazetteer {
    /// Cities, counties, towns and villages in one list; a [`PlaceId`] is an index into it.
    pub divisions: Vec<Division>,
}

impl Gazetteer {
    /// Name of a division; empty for [`NOWHERE`].
    pub fn name(&self, id: PlaceId) -> &str {
        self.divisions.get(id as usize).map_or("", |division| division.name.as_str())
    }

    /// The division of a level that `id` is or lies in; [`NOWHERE`] when there is none.
    pub fn ancestor(&self, id: PlaceId, level: Level) -> PlaceId {
        let mut at = id;
        while let Some(division) = self.divisions.get(at as usize) {
            if division.level == level {
                return at;
            }
            at = division.parent;
        }
        NOWHERE
    }

    /// Town of a village (or the town itself).
    pub fn town_of(&self, id: PlaceId) -> PlaceId {
        self.ancestor(id, Level::Town)
    }

    /// County of a town or village (or the county itself).
    pub fn county_of(&self, id: PlaceId) -> PlaceId {
        self.ancestor(id, Level::County)
    }

    /// City of a county, town or village (or the city itself).
    pub fn city_of(&self, id: PlaceId) -> PlaceId {
        self.ancestor(id, Level::City)
    }

    /// Sorts counties as the province's tables print them: cities in official order, counties by
    /// code, those without a code last in the order they were met. Doubles go.
    pub fn official_order(&self, counties: &[PlaceId]) -> Vec<PlaceId> {
        let mut sorted = counties.to_vec();
        sorted.sort_by_cached_key(|id| {
            let code = self.divisions.get(*id as usize).map(|county| county.code.clone());
            let code = code.unwrap_or_default();
            (city_rank(self.name(self.city_of(*id))), code.is_empty(), code, *id)
        });
        sorted.dedup();
        sorted
    }
}

/// Position of a city in the province's official tables (not the order of codes).
fn city_rank(name: &str) -> usize {
    const ORDER: [&str; 13] = [
        "哈尔滨",
        "齐齐哈尔",
        "牡丹江",
        "佳木斯",
        "大庆",
        "鸡西",
        "双鸭山",
        "伊春",
        "七台河",
        "鹤岗",
        "黑河",
        "绥化",
        "大兴安岭",
    ];
    ORDER.iter().position(|city| name.starts_with(city)).unwrap_or(ORDER.len())
}
