//! Cells merged over several rows: the value stands in the first row and is meant for all of them.
//!
//! Only what a merge covers downwards is filled in: a cell merged to the right is a title, a
//! divider or a closing line. Amounts are never repeated, since one sum over twelve trainees is
//! the sum of all twelve.

use std::collections::BTreeMap;

use super::{RawCell, Row};
use crate::grids::Merge;
use crate::vocabulary::Field;

/// The merges of a sheet while its rows come in, top to bottom.
#[derive(Debug, Default)]
pub(super) struct Merges {
    /// By row and column of the value: last row and last column.
    extents: BTreeMap<(u32, u32), (u32, u32)>,
    waiting: BTreeMap<(u32, u32), u32>,
    /// By column: last row and value.
    open: BTreeMap<u32, (u32, RawCell)>,
}

impl Merges {
    /// Notes a merge.
    pub(super) fn add(&mut self, merge: Merge) {
        if merge.last_row > merge.first_row || merge.last_column > merge.column {
            let extent = (merge.last_row, merge.last_column);
            self.extents.insert((merge.first_row, merge.column), extent);
        }
        if merge.last_row > merge.first_row {
            self.waiting.insert((merge.first_row, merge.column), merge.last_row);
        }
    }

    /// Last row and last column that the cell at a row and column covers, where it is merged.
    pub(super) fn extent(&self, row: u32, column: u32) -> Option<(u32, u32)> {
        self.extents.get(&(row, column)).copied()
    }

    /// What merges above give to the empty cells of a row.
    pub(super) fn covering(&mut self, row: &Row) -> Vec<(u32, RawCell)> {
        if self.open.is_empty() {
            return Vec::new();
        }
        self.open.retain(|_, (last_row, _)| *last_row >= row.number);
        let own = |column: u32| row.cells.iter().any(|(index, _)| *index == column);
        let open = self.open.iter().filter(|(column, _)| !own(**column));
        open.map(|(column, (_, value))| (*column, value.clone())).collect()
    }

    /// Lets the merges that begin in a data row reach down.
    pub(super) fn begin(&mut self, row: &Row) {
        let begun = self.waiting.range((row.number, 0)..=(row.number, u32::MAX));
        for (&(_, column), &last_row) in begun {
            if let Some((_, value)) = row.cells.iter().find(|(index, _)| *index == column) {
                self.open.insert(column, (last_row, value.clone()));
            }
        }
    }
}

/// Whether a merged value holds for every row it covers.
pub(super) fn is_repeatable(field: Field) -> bool {
    !matches!(field, Field::TrainingFee | Field::ExamFee | Field::LivingFee)
}

#[cfg(test)]
mod tests {
    use super::{Merge, Merges, RawCell, Row};

    fn row(number: u32, cells: &[(u32, &str)]) -> Row {
        let cells = cells.iter().map(|(index, text)| (*index, RawCell::Text((*text).into())));
        Row { number, cells: cells.collect() }
    }

    #[test]
    fn a_merge_reaches_to_its_last_row_and_yields_to_own_cells() {
        let mut merges = Merges::default();
        merges.add(Merge { first_row: 3, last_row: 5, column: 1, last_column: 1 });
        merges.begin(&row(3, &[(0, "1"), (1, "甲校")]));
        let covered = |merges: &mut Merges, row: &Row| merges.covering(row).len();
        assert_eq!(merges.covering(&row(4, &[(0, "2")])), row(4, &[(1, "甲校")]).cells);
        assert_eq!(covered(&mut merges, &row(5, &[(1, "乙校")])), 0);
        assert_eq!(covered(&mut merges, &row(6, &[(0, "4")])), 0);
    }

    #[test]
    fn a_merge_of_an_empty_cell_gives_nothing() {
        let mut merges = Merges::default();
        merges.add(Merge { first_row: 3, last_row: 5, column: 1, last_column: 1 });
        merges.begin(&row(3, &[(0, "1")]));
        assert!(merges.covering(&row(4, &[(0, "2")])).is_empty());
    }
}
