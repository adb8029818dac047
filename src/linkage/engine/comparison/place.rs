//! Places: the deepest division both sides share, or the level at which they part.

use super::levels;
use crate::linkage::engine::columns::PackedPlace;
use crate::linkage::engine::interner::NONE;

levels! {
    /// Levels of the place comparison, strongest first.
    PlaceLevel {
        /// Same village.
        Village = "village" / "同村",
        /// Same town, the village not known on one side.
        Town = "town" / "同乡镇（村不详）",
        /// Same county, the town not known on one side.
        County = "county" / "同县（乡镇不详）",
        /// Same town, another village.
        OtherVillage = "other_village" / "同乡镇不同村",
        /// Same county, another town.
        OtherTown = "other_town" / "同县不同乡镇",
        /// Another county.
        Elsewhere = "elsewhere" / "不同县",
        /// Nothing to compare.
        Missing = "missing" / "缺失或无法识别",
    }
}

/// Compares two places.
pub(super) fn compare(left: PackedPlace, right: PackedPlace) -> PlaceLevel {
    let state = |a: u32, b: u32| (a != NONE && b != NONE).then_some(a == b);
    match (
        state(left.village, right.village),
        state(left.town, right.town),
        state(left.county, right.county),
    ) {
        (Some(true), ..) => PlaceLevel::Village,
        (Some(false), Some(true), _) => PlaceLevel::OtherVillage,
        (None, Some(true), _) => PlaceLevel::Town,
        (_, Some(false), Some(true)) | (Some(false), None, Some(true)) => PlaceLevel::OtherTown,
        (None, None, Some(true)) => PlaceLevel::County,
        (_, _, Some(false)) | (_, Some(false), None) | (Some(false), None, None) => {
            PlaceLevel::Elsewhere
        }
        (None, None, None) => PlaceLevel::Missing,
    }
}
