//! The tables between two steps: names and kinds of their columns. Row numbers count from 0 over all
//! rows of a side; hashes are 64 bits, whatever their sign.

use super::batches::BatchKind::{Bytes, Long, Longs, Real, Text};
use super::batches::BatchLayout;

/// Registry rows, as `bidui records` writes them.
pub const PERSONS: &BatchLayout = &[
    ("row", Long),
    // Index into the regions of the job; 0 is the project's own.
    ("region", Long),
    ("person_no", Text),
    ("household_no", Text),
    // Hash of region and 户编号; of the row where there is none.
    ("household", Long),
    ("sound_id", Long),
    // 人编号 as the registry gave it, missing where it gave none.
    ("number", Text),
    // Folded name.
    ("name", Text),
    // Hashes of folded name, its sound, surname and given name; missing where there is no name.
    ("folded", Long),
    ("sound", Long),
    ("surname", Long),
    ("given", Long),
    // Birth year; 0 when not known.
    ("year", Long),
    // Hashes of the divisions' paths.
    ("county", Long),
    ("town", Long),
    ("village", Long),
    // First six digits of the ID number; missing where one is not known.
    ("area", Long),
    // Strangers of its county, town and village; born in its year, of no role, students, trainees.
    ("strangers", Longs),
    ("packed", Bytes),
];

/// Source rows, as `bidui records` writes them.
pub const SOURCES: &BatchLayout = &[
    ("row", Long),
    ("group_no", Long),
    ("scope", Long),
    // Hash of the cleaned name.
    ("name_hash", Long),
    ("sound_id", Long),
    // Sound numbers of the relatives the row names, each as often as it stands there.
    ("relatives", Longs),
    ("packed", Bytes),
];

/// Registry rows that share a 人编号 or an ID number with another one.
pub(super) const NAMED: &BatchLayout = &[
    ("row", Long),
    ("region", Long),
    ("person_no", Text),
    ("number", Text),
    ("sound_id", Long),
    ("name", Text),
];

/// The row that stands for each person.
pub(super) const ENTITIES: &BatchLayout = &[("row", Long), ("entity", Long)];

/// Registry rows by household, and within it by region, 人编号 and row.
pub(super) const LIVING: &BatchLayout = &[("household", Long), ("row", Long), ("folded", Long)];

/// Names of everybody else in the household, eight bytes each.
pub(super) const MEMBERS: &BatchLayout = &[("row", Long), ("members", Bytes)];

/// Source rows with what the registry says of their numbers.
pub(super) const LEFT_KEYS: &BatchLayout =
    &[("row", Long), ("owner", Long), ("homes", Longs), ("packed", Bytes)];

/// Registry rows with their household.
pub(super) const RIGHT_KEYS: &BatchLayout =
    &[("row", Long), ("household", Long), ("packed", Bytes)];

/// Blocking keys.
pub(super) const KEYS: &BatchLayout = &[("lane", Long), ("key", Long), ("row", Long)];

/// A slice of a bit set over keys, and which one.
pub(super) const SLICES: &BatchLayout = &[("slice", Long), ("bits", Bytes)];

/// Source rows (`right` is missing), each before its candidates in the order of their rows.
pub(super) const PAIRS: &BatchLayout = &[
    ("left", Long),
    ("right", Long),
    ("packed", Bytes),
    ("owner", Long),
    ("homes", Longs),
    ("entity", Long),
    ("household", Long),
    ("members", Bytes),
    ("counts", Longs),
];

/// Scored pairs.
pub(super) const SCORED: &BatchLayout = &[
    ("left", Long),
    ("right", Long),
    ("entity", Long),
    ("weight", Real),
    ("kin", Real),
    ("vetoed", Long),
    ("hit", Long),
    ("settles", Long),
    ("levels", Bytes),
];

/// Rows with a sound number, and those that found it, by group.
pub(super) const SOUND: &BatchLayout = &[("group_no", Long), ("rows", Long), ("hits", Long)];

/// Prior share of matched rows by group.
pub(super) const PRIORS: &BatchLayout = &[("group_no", Long), ("share", Real)];

/// Source rows (`right` is missing), each before its scored pairs in the order of the registry rows. A
/// pair of `forced` 1 was asked for by a ruling.
pub(super) const CANDIDATES: &BatchLayout = &[
    ("left", Long),
    ("group_no", Long),
    ("right", Long),
    ("forced", Long),
    ("entity", Long),
    ("weight", Real),
    ("kin", Real),
    ("vetoed", Long),
    ("levels", Bytes),
];

/// Decided rows: one line per candidate that is kept, in order; one of `place` −1 where there is none.
pub(super) const DECIDED: &BatchLayout = &[
    ("left", Long),
    ("place", Long),
    ("right", Long),
    ("entity", Long),
    ("probability", Real),
    ("weight", Real),
    ("levels", Bytes),
    ("decision", Long),
    ("reason", Long),
    // What the program said of a row that was ruled on; −1 of all others.
    ("own", Long),
];

/// Decided rows with what assignment asks, sorted by row and place; scopes are never divided.
pub(super) const SCOPED: &BatchLayout = &[
    ("scope", Long),
    ("name_hash", Long),
    ("left", Long),
    ("place", Long),
    ("right", Long),
    ("entity", Long),
    ("probability", Real),
    ("weight", Real),
    ("levels", Bytes),
    ("decision", Long),
    ("reason", Long),
    ("own", Long),
];

/// Decided rows with the counts of each candidate, sorted by row and place: what `bidui run` takes.
pub(super) const OUTCOMES: &BatchLayout = &[
    ("left", Long),
    ("place", Long),
    ("right", Long),
    ("entity", Long),
    ("probability", Real),
    ("weight", Real),
    ("levels", Bytes),
    ("decision", Long),
    ("reason", Long),
    ("own", Long),
    ("counts", Longs),
];

/// All tables by name.
pub(super) const ALL: [(&str, &BatchLayout); 18] = [
    ("persons", PERSONS),
    ("sources", SOURCES),
    ("named", NAMED),
    ("entities", ENTITIES),
    ("living", LIVING),
    ("members", MEMBERS),
    ("left-keys", LEFT_KEYS),
    ("right-keys", RIGHT_KEYS),
    ("keys", KEYS),
    ("slices", SLICES),
    ("pairs", PAIRS),
    ("scored", SCORED),
    ("sound", SOUND),
    ("priors", PRIORS),
    ("candidates", CANDIDATES),
    ("decided", DECIDED),
    ("scoped", SCOPED),
    ("outcomes", OUTCOMES),
];

/// A table by its name, for whoever moves the rows and for tests.
pub fn layout_of(name: &str) -> Option<&'static BatchLayout> {
    ALL.iter().find(|(known, _)| *known == name).map(|(_, layout)| *layout)
}
