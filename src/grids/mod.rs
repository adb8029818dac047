//! Every file format → sheets of typed cells.
//!
//! Comes in: the bytes of one file and the passwords that may open it. Goes out: a stream of
//! [`GridEvent`]s (sheets, rows, merges, hidden rows, formulas, remarks), and at its end either `Ok`
//! or the [`Refusal`] that says what the file is and what to do. Cell types are kept, no value is
//! interpreted, no heading is looked for; what a list holds is the business of `sources`.
//!
//! This is a boundary: [`read`] is the only entry, never panics, touches no file, reads no clock, and
//! everything that crosses it is plain owned data with serde's traits. So it can run in a process of its
//! own under limits of memory and time, which passes each event on as it comes: rows are handed over one
//! by one, and a large file is never held a second time as cells.
//!
//! A new format costs two files: its reader, which exports a `FORMAT`, and one line of the table in
//! `format.rs`.

mod biff;
mod blanks;
mod bounds;
mod cell;
mod content;
mod delimited;
mod encrypted;
mod exact;
mod format;
mod guard;
mod html;
mod ods;
mod ods_content;
mod ole;
mod package;
mod parts;
mod rc4;
mod refusal;
mod remark;
mod strangers;
mod survey;
mod taker;
mod text;
mod workbook;
mod xls;
mod xlsb;
mod xlsb_records;
mod xlsx;
mod xml_spreadsheet;

#[cfg(test)]
mod tests;

pub use cell::{from_text as cell_from_text, shown as shown_cell};
pub use refusal::Refusal;
pub use remark::Remark;
pub use taker::{Flow, GridEvent, Taker};
pub use text::undo_western;

use compact_str::CompactString;

/// Longest text of a cell, in UTF-16 units: Excel's own limit. A longer one is cut, and said.
pub const MAX_TEXT: usize = 32_767;
/// Columns beyond these do not exist in Excel; what a file says of them is left out, and told.
pub const MAX_COLUMNS: u32 = 16_384;
/// Rows of a sheet of Excel. Text files and web pages may have more.
pub const MAX_ROWS: u32 = 1_048_576;

/// One cell as the file has it. The type is evidence and is kept to the end of intake.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
pub enum RawCell {
    /// Nothing, or only blanks.
    #[default]
    Empty,
    /// Text, untouched except that an `="…"` wrapper is opened.
    Text(CompactString),
    /// A number without a date format.
    Number(f64),
    /// A number with a date format: an Excel serial day count, already in the 1900 system.
    Date(f64),
    /// TRUE or FALSE.
    Bool(bool),
    /// An Excel error value such as `#N/A`. Rare, so it must not make every cell larger.
    Error(Box<str>),
}

/// A row with its filled cells, by column index from 0.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Row {
    /// From 1, as Excel shows it.
    pub number: u32,
    /// Filled cells in column order.
    pub cells: Vec<(u32, RawCell)>,
}

impl Row {
    /// The cell in a column; empty where there is none.
    pub fn cell(&self, column: u32) -> &RawCell {
        let found = self.cells.binary_search_by_key(&column, |(index, _)| *index);
        found.map_or(&RawCell::Empty, |place| &self.cells[place].1)
    }
}

/// A cell that covers rows below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct Merge {
    /// Row of the value, from 1.
    pub first_row: u32,
    /// Last covered row.
    pub last_row: u32,
    /// Column index from 0.
    pub column: u32,
    /// Last covered column.
    pub last_column: u32,
}

/// A formula of the sheet that was begun last.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct PlacedFormula {
    /// Row from 1.
    pub row: u32,
    /// Column from 0.
    pub column: u32,
    /// Its text, without `=`.
    pub text: String,
}

/// What is asked of a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions<'a> {
    /// Passwords that may open it, tried in order.
    pub passwords: &'a [String],
    /// Whether formulas are handed over, too: a second way through a workbook.
    pub formulas: bool,
}

/// Reads a file: hands its sheets over, whatever its name says it is.
///
/// # Errors
/// Why it cannot be read; what was handed over before is then worthless.
pub fn read(bytes: &[u8], asked: ReadOptions<'_>, taker: &mut dyn Taker) -> Result<(), Refusal> {
    let mut bounded = bounds::Bounded::new(bytes.len(), taker);
    let read = guard::guarded(|| format::read(bytes, asked, &mut bounded));
    // Where too much was said, what a reader makes of being stopped does not count.
    bounded.finish()?;
    read.unwrap_or_else(|| Err(Refusal::Damaged("解析程序出错".to_owned())))
}
