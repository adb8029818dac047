//! Places: free-text addresses and registry columns → county, town, village of a [`Gazetteer`].

use compact_str::CompactString;

/// Index of a county, town or village in the gazetteer; [`NOWHERE`] when not resolved.
pub type PlaceId = u32;

/// Not resolved.
pub const NOWHERE: PlaceId = u32::MAX;

/// What was understood of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// One division of any level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// Official name, e.g. `桦南县`, `桦南镇`, `红光村村委会`.
    pub name: CompactString,
    /// The division above; [`NOWHERE`] for a city.
    pub parent: PlaceId,
    /// Statistical code (4, 6, 9 or 12 digits) or empty for a village only the registry knows.
    pub code: CompactString,
}

/// All divisions known to a run: the embedded ones and the registry's own villages.
#[derive(Clone, Debug, Default)]
pub struct Gazetteer {
    /// Cities, counties, towns and villages in one list; a [`PlaceId`] is an index into it.
    pub divisions: Vec<Division>,
}

impl Gazetteer {
    /// Name of a division; empty for [`NOWHERE`].
    pub fn name(&self, id: PlaceId) -> &str {
        self.divisions.get(id as usize).map_or("", |division| division.name.as_str())
    }
}
