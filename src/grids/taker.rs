//! What every format's reader hands sheets to, row by row.

use super::{Merge, PlacedFormula, RawCell, Remark, Row};

/// What a format reader does after a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Hand over the next row.
    Continue,
    /// The rest of the sheet is of no interest.
    Stop,
}

/// One step through a file. What stands between a [`GridEvent::Sheet`] and its [`GridEvent::End`]
/// belongs to that sheet.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub enum GridEvent {
    /// A sheet begins.
    Sheet {
        /// Its name; empty for text files.
        name: String,
        /// Whether it is hidden.
        hidden: bool,
        /// Whether the format tells numbers from text.
        typed: bool,
    },
    /// Said late: the sheet is hidden. Some formats tell it after the rows.
    SheetHidden,
    /// A cell that covers rows below it; at the latest before the row it begins in.
    Merge(Merge),
    /// A row, in the order of their numbers. May hold empty cells.
    Row(Row),
    /// The rows of the sheet that are hidden, by hand or by a filter, from 1; before the rows or after
    /// them, in any number of pieces. They are handed over like all others.
    HiddenRows(Vec<u32>),
    /// Cells (row from 1, column from 0) whose formula was saved without a value; they are empty.
    Valueless(Vec<(u32, u32)>),
    /// A formula; after the rows, and only where it was asked for.
    Formula(PlacedFormula),
    /// The sheet ends.
    End,
    /// Something about the file as a whole that a person should know.
    Remark(Remark),
    /// So much of the whole file is done, in whatever unit the reader knows.
    Reach {
        /// Units done.
        done: usize,
        /// Units of the whole.
        whole: usize,
    },
}

/// Takes the sheets of one file.
pub trait Taker {
    /// Takes the next step; the answer counts after a row only.
    fn take(&mut self, event: GridEvent) -> Flow;
}

impl<F: FnMut(GridEvent) -> Flow> Taker for F {
    fn take(&mut self, event: GridEvent) -> Flow {
        self(event)
    }
}

/// What a parser of others does not tell of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unseen {
    /// See [`GridEvent::HiddenRows`].
    pub(super) hidden_rows: Vec<u32>,
    /// See [`GridEvent::Valueless`].
    pub(super) valueless: Vec<(u32, u32)>,
}

impl Unseen {
    /// Tells it.
    pub(super) fn tell(self, taker: &mut dyn Taker) {
        if !self.hidden_rows.is_empty() {
            taker.take(GridEvent::HiddenRows(self.hidden_rows));
        }
        if !self.valueless.is_empty() {
            taker.take(GridEvent::Valueless(self.valueless));
        }
    }
}

/// The events in the words of the readers.
impl dyn Taker + '_ {
    /// Begins a sheet of a format that tells numbers from text.
    pub(super) fn begin(&mut self, name: &str, hidden: bool) {
        self.take(GridEvent::Sheet { name: name.to_owned(), hidden, typed: true });
    }

    /// Begins a sheet of which every cell is text.
    pub(super) fn begin_text(&mut self, name: &str) {
        self.take(GridEvent::Sheet { name: name.to_owned(), hidden: false, typed: false });
    }

    /// See [`GridEvent::Formula`].
    pub(super) fn formula(&mut self, formula: PlacedFormula) {
        self.take(GridEvent::Formula(formula));
    }

    /// See [`GridEvent::SheetHidden`].
    pub(super) fn hide(&mut self) {
        self.take(GridEvent::SheetHidden);
    }

    /// See [`GridEvent::Merge`].
    pub(super) fn merged(&mut self, merge: Merge) {
        self.take(GridEvent::Merge(merge));
    }

    /// See [`GridEvent::Row`].
    pub(super) fn row(&mut self, number: u32, cells: Vec<(u32, RawCell)>) -> Flow {
        self.take(GridEvent::Row(Row { number, cells }))
    }

    /// See [`GridEvent::End`].
    pub(super) fn end(&mut self) {
        self.take(GridEvent::End);
    }

    /// See [`GridEvent::Remark`].
    pub(super) fn remark(&mut self, remark: Remark) {
        self.take(GridEvent::Remark(remark));
    }

    /// See [`GridEvent::Reach`].
    pub(super) fn reach(&mut self, done: usize, whole: usize) {
        self.take(GridEvent::Reach { done, whole });
    }
}
