//! What every format's reader hands sheets to, row by row.

use super::RawCell;
use super::merges::Merge;

/// Columns and rows beyond these do not exist in Excel; a file that names them is not believed.
pub(super) const MAX_COLUMNS: u32 = 16_384;
/// See [`MAX_COLUMNS`].
pub(super) const MAX_ROWS: u32 = 1_048_576;

/// What a format reader does after a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Hand over the next row.
    Continue,
    /// The rest of the sheet is of no interest.
    Stop,
}

/// Takes the sheets of one file.
pub(super) trait Taker {
    /// Begins a sheet.
    fn begin(&mut self, name: &str, hidden: bool);

    /// Says late that the sheet is hidden: some formats tell it after the rows.
    fn hide(&mut self);

    /// Notes a cell that covers rows below it; at the latest before the row it begins in.
    fn merged(&mut self, merge: Merge);

    /// Takes a row: its number from 1 and its cells in column order. Empty cells are dropped here.
    fn row(&mut self, number: u32, cells: Vec<(u32, RawCell)>) -> Flow;

    /// Ends the sheet.
    fn end(&mut self);

    /// So much of the whole file is done, in whatever unit the reader knows.
    fn reach(&mut self, done: usize, whole: usize);
}
