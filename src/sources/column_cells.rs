//! The cells of a column. A registry says the same few villages, types and relations a million times, so what
//! is said is kept once, and of each row where it stands. A column of numbers of its own (人编号) is kept
//! as it comes: looking each cell up would only cost.

use std::hash::{Hash, Hasher};
use std::ops::Index;

use rustc_hash::{FxHashMap, FxHasher};

use super::RawCell;

/// After so many cells a column shows whether it repeats itself.
const TRIAL: usize = 4096;

/// A column of which less than one cell in so many repeats an earlier one is not worth looking up.
const WORTH: usize = 4;

/// Cells, top to bottom.
#[derive(Clone, Debug, Default)]
pub struct ColumnCells {
    /// What is said. Each of them once, as far as the column repeats itself.
    said: Vec<RawCell>,
    /// Of each row its place in `said`.
    places: Vec<u32>,
    /// Places in `said` by the hash of what stands there, while cells are added.
    known: FxHashMap<u64, u32>,
    /// Whether cells are added without looking them up.
    as_they_come: bool,
}

impl ColumnCells {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The cell of a row, from 0.
    pub fn get(&self, row: usize) -> Option<&RawCell> {
        self.places.get(row).map(|place| &self.said[*place as usize])
    }

    /// All cells.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &RawCell> {
        self.places.iter().map(|place| &self.said[*place as usize])
    }

    /// What the rows say, each of it once as far as the column repeats itself, in the order of [`Self::key`].
    pub(super) fn different(&self) -> impl Iterator<Item = &RawCell> {
        // What only rows said that were dropped since counts no more.
        let mut is_said = vec![false; self.said.len()];
        for place in &self.places {
            is_said[*place as usize] = true;
        }
        self.said.iter().zip(is_said).filter_map(|(cell, is_said)| is_said.then_some(cell))
    }

    /// A number for what a row says: rows with one number say the same. Rows that say the same may have two.
    pub fn key(&self, row: usize) -> Option<u32> {
        self.places.get(row).copied()
    }

    /// Adds a cell below the others.
    pub(super) fn push(&mut self, cell: RawCell) {
        let place = self.place_of(cell);
        self.places.push(place);
        if self.places.len() == TRIAL && self.said.len() > TRIAL - TRIAL / WORTH {
            self.as_they_come = true;
            self.known = FxHashMap::default();
        }
    }

    /// Adds empty cells until there are so many.
    pub(super) fn fill(&mut self, rows: usize) {
        if self.places.len() < rows {
            let empty = self.place_of(RawCell::Empty);
            self.places.resize(rows, empty);
        }
    }

    /// Drops what stands below so many rows.
    pub(super) fn truncate(&mut self, rows: usize) {
        self.places.truncate(rows);
    }

    /// Says something else in a row.
    pub(super) fn set(&mut self, row: usize, cell: RawCell) {
        let place = self.place_of(cell);
        self.places[row] = place;
    }

    /// Drops the rows that are not to be kept.
    pub(super) fn retain(&mut self, keep: &[bool]) {
        let mut row = 0..;
        self.places.retain(|_| row.next().and_then(|row| keep.get(row)).copied().unwrap_or(true));
    }

    /// Nothing is added any more: no more memory than needed.
    pub(super) fn finish(&mut self) {
        self.known = FxHashMap::default();
        // Moved: an allocator leaves a block as it is that shrinks to half of it.
        let said = std::mem::take(&mut self.said);
        self.said.reserve_exact(said.len());
        self.said.extend(said);
        self.places.shrink_to_fit();
    }

    fn place_of(&mut self, cell: RawCell) -> u32 {
        let next = u32::try_from(self.said.len()).expect("fewer than 2^32 cells in a column");
        if !self.as_they_come {
            let place = *self.known.entry(hash(&cell)).or_insert(next);
            if self.said.get(place as usize) == Some(&cell) {
                return place;
            }
        }
        self.said.push(cell);
        next
    }
}

/// Cells that are equal have the same one.
fn hash(cell: &RawCell) -> u64 {
    let mut hasher = FxHasher::default();
    match cell {
        RawCell::Empty => {}
        RawCell::Text(text) => text.hash(&mut hasher),
        RawCell::Error(text) => text.hash(&mut hasher),
        RawCell::Number(number) | RawCell::Date(number) => number.to_bits().hash(&mut hasher),
        RawCell::Bool(yes) => yes.hash(&mut hasher),
    }
    hasher.finish()
}

impl Index<usize> for ColumnCells {
    type Output = RawCell;

    /// The cell of a row that is there.
    fn index(&self, row: usize) -> &RawCell {
        &self.said[self.places[row] as usize]
    }
}

impl FromIterator<RawCell> for ColumnCells {
    fn from_iter<I: IntoIterator<Item = RawCell>>(cells: I) -> Self {
        let mut all = Self::default();
        cells.into_iter().for_each(|cell| all.push(cell));
        all.finish();
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> RawCell {
        RawCell::Text(text.into())
    }

    #[test]
    fn what_repeats_is_kept_once() {
        let villages = (0..10_000).map(|row| text(["红光村", "爱国村"][row % 2]));
        let cells: ColumnCells = villages.collect();
        assert_eq!((cells.len(), cells.said.len()), (10_000, 2));
        let numbers: ColumnCells = (0..10_000).map(|row| text(&row.to_string())).collect();
        assert_eq!((numbers.said.len(), numbers.as_they_come), (10_000, true));
        // Nothing is looked up any more, and nothing is lost by it.
        assert_eq!(numbers[9_999], text("9999"));
    }

    #[test]
    fn what_rows_say_is_told_once_and_what_only_dropped_rows_said_is_not() {
        let words = ["红光村", "爱国村", "红光村", "和平村", "爱国村"];
        let mut cells: ColumnCells = words.map(text).into_iter().collect();
        cells.truncate(4);
        cells.retain(&[true, true, true, false]);
        let different: Vec<&RawCell> = cells.different().collect();
        assert_eq!(different, [&text("红光村"), &text("爱国村")]);
    }

    #[test]
    fn a_number_and_its_text_are_two_cells() {
        let kinds = [
            text("1"),
            RawCell::Number(1.0),
            RawCell::Date(1.0),
            RawCell::Bool(true),
            RawCell::Empty,
            text(""),
            RawCell::Error("1".into()),
            RawCell::Number(f64::NAN),
        ];
        let cells: ColumnCells = kinds.iter().chain(&kinds).cloned().collect();
        let shown = |cell: &RawCell| format!("{cell:?}");
        let wanted: Vec<String> = kinds.iter().chain(&kinds).map(shown).collect();
        assert_eq!(cells.iter().map(shown).collect::<Vec<_>>(), wanted);
    }

    proptest! {
        /// Whatever is done to it, a column holds what a plain list would.
        #[test]
        fn a_column_is_a_list(
            acts in proptest::collection::vec((0..6_u8, 0..40_usize, "[a-c]{0,2}"), 0..60)
        ) {
            let (mut cells, mut list) = (ColumnCells::default(), Vec::new());
            for (act, at, word) in acts {
                match act {
                    0 if at < list.len() => {
                        cells.set(at, text(&word));
                        list[at] = text(&word);
                    }
                    1 => {
                        cells.truncate(at);
                        list.truncate(at);
                    }
                    2 => {
                        cells.fill(at);
                        list.resize(at.max(list.len()), RawCell::Empty);
                    }
                    3 => {
                        let keep: Vec<bool> = (0..list.len()).map(|row| row != at).collect();
                        cells.retain(&keep);
                        if at < list.len() {
                            list.remove(at);
                        }
                    }
                    4 => cells.finish(),
                    _ => {
                        cells.push(text(&word));
                        list.push(text(&word));
                    }
                }
                prop_assert_eq!(cells.iter().cloned().collect::<Vec<_>>(), list.clone());
                prop_assert!(list.iter().all(|cell| cells.different().any(|one| one == cell)));
                prop_assert!(cells.different().all(|cell| list.contains(cell)));
            }
        }
    }
}
