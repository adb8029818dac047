//! ID numbers of a list that stand beside so many names that they are nobody's: placeholders, or one cell
//! that was filled down.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::text::compact;
use crate::sources::{RawCell, RawTable};
use crate::vocabulary::Field;

/// Beside more names than this a number is no person's: relatives of one household share one at
/// most so many times.
const MOST_NAMES: usize = 5;

/// ID numbers of a table that stand beside more than [`MOST_NAMES`] different names, with their
/// rows (indices).
pub(super) fn shared_numbers(table: &RawTable) -> BTreeMap<CompactString, Vec<usize>> {
    let (Some(ids), Some(names)) = (table.column(Field::IdNumber), table.column(Field::Name))
    else {
        return BTreeMap::new();
    };
    let mut rows: FxHashMap<CompactString, u32> = FxHashMap::default();
    let number = |cell: &RawCell| (!matches!(cell, RawCell::Empty)).then(|| compact(cell));
    for number in ids.iter().filter_map(number).filter(|text| text.len() >= 15) {
        *rows.entry(number).or_default() += 1;
    }
    rows.retain(|_, count| *count as usize > MOST_NAMES);
    let mut shared: BTreeMap<CompactString, Vec<usize>> = BTreeMap::new();
    if rows.is_empty() {
        return shared;
    }
    for (row, cell) in ids.iter().enumerate() {
        if let Some(number) = number(cell).filter(|text| rows.contains_key(text)) {
            shared.entry(number).or_default().push(row);
        }
    }
    shared.retain(|_, rows| {
        let names: BTreeSet<CompactString> =
            rows.iter().map(|row| compact(&names[*row])).take(1_000).collect();
        names.len() > MOST_NAMES
    });
    shared.into_iter().map(|(text, rows)| (text.to_uppercase(), rows)).collect()
}
