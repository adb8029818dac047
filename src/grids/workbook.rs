//! What the readers of workbooks share: calamine's cells → ours, and sheets handed over row by row.

use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Range, Reader, Sheet, SheetType, SheetVisible,
};

use super::cell::{DAYS_1904, from_iso, from_text};
use super::{Flow, Merge, PlacedFormula, RawCell, Refusal, Taker};

/// The next filled cell with its row and column, both from 0.
pub(super) type NextCell = Result<Option<((u32, u32), RawCell)>, Refusal>;

/// The parser's own error as a refusal; a password it notices has its own words.
pub(super) fn damaged(error: impl std::fmt::Display) -> Refusal {
    let text = error.to_string();
    if text.to_lowercase().contains("password") {
        Refusal::Encrypted
    } else {
        Refusal::damaged(&text)
    }
}

/// Name of every worksheet, and whether it is hidden.
pub(super) fn worksheets(sheets: &[Sheet]) -> Vec<(String, bool)> {
    let tables = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    tables.map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible)).collect()
}

/// Hands the formulas of a sheet over.
pub(super) fn formulas<R>(book: &mut impl Reader<R>, name: &str, taker: &mut dyn Taker)
where
    R: std::io::Read + std::io::Seek,
{
    // A chart sheet among the worksheets has none.
    let Ok(range) = book.worksheet_formula(name) else { return };
    let (first_row, first_column) = range.start().unwrap_or((0, 0));
    let small = |number: usize| u32::try_from(number).unwrap_or(0);
    for (down, across, text) in range.used_cells() {
        let (row, column) = (first_row + 1 + small(down), first_column + small(across));
        taker.formula(PlacedFormula { row, column, text: text.clone() });
    }
}

/// Hands the merges of a sheet over.
pub(super) fn note_merges(merges: &[Dimensions], taker: &mut dyn Taker) {
    for Dimensions { start, end } in merges {
        let (first_row, last_row) = (start.0 + 1, end.0 + 1);
        taker.merged(Merge { first_row, last_row, column: start.1, last_column: end.1 });
    }
}

/// Days to add to the serials of a workbook.
pub(super) fn shift(is_1904: bool) -> f64 {
    if is_1904 { DAYS_1904 } else { 0.0 }
}

/// Which part of a workbook a sheet is, as far as the file says.
#[derive(Clone, Copy)]
pub(super) struct Stretch {
    /// Its place among the sheets, from 0.
    pub(super) index: usize,
    /// How many sheets there are.
    pub(super) sheets: usize,
    /// Its last row, from 0.
    pub(super) last_row: u32,
}

impl Stretch {
    fn tell(&self, row: u32, taker: &mut dyn Taker) {
        let rows = self.last_row as usize + 1;
        let done = self.index * rows + (row as usize).min(rows);
        taker.reach(done, self.sheets * rows);
    }
}

/// Gathers the cells of a streaming reader into rows.
pub(super) fn pump(
    taker: &mut dyn Taker,
    stretch: Stretch,
    mut next: impl FnMut() -> NextCell,
) -> Result<(), Refusal> {
    let mut current = 0;
    let mut row = Vec::new();
    while let Some(((number, column), cell)) = next()? {
        if number != current {
            if taker.row(current + 1, std::mem::take(&mut row)) == Flow::Stop {
                return Ok(());
            }
            current = number;
            stretch.tell(number, taker);
        }
        if cell != RawCell::Empty {
            row.push((column, cell));
        }
    }
    taker.row(current + 1, row);
    Ok(())
}

/// Hands the rows of a whole sheet over.
pub(super) fn hand_over(range: &Range<Data>, shift: f64, taker: &mut dyn Taker) {
    let (first_row, first_column) = range.start().unwrap_or((0, 0));
    for (number, row) in (first_row + 1..).zip(range.rows()) {
        let filled = (first_column..).zip(row).filter(|(_, cell)| **cell != Data::Empty);
        let cells = filled.map(|(index, cell)| (index, from_data(cell, shift))).collect();
        if taker.row(number, cells) == Flow::Stop {
            break;
        }
    }
}

/// A cell of a streaming reader; `shift` brings its dates into the 1900 system.
pub(super) fn from_ref(cell: &DataRef<'_>, shift: f64) -> RawCell {
    match cell {
        DataRef::Empty => RawCell::Empty,
        DataRef::SharedString(text) => from_text(text),
        DataRef::String(text) | DataRef::DurationIso(text) => from_text(text),
        DataRef::DateTimeIso(text) => from_iso(text),
        DataRef::Int(number) => from_integer(*number),
        DataRef::Float(number) => RawCell::Number(*number),
        DataRef::Bool(yes) => RawCell::Bool(*yes),
        DataRef::DateTime(moment) => from_moment(moment, shift),
        DataRef::Error(error) => RawCell::Error(error.to_string().into()),
    }
}

fn from_data(cell: &Data, shift: f64) -> RawCell {
    match cell {
        Data::Empty => RawCell::Empty,
        Data::String(text) | Data::DurationIso(text) => from_text(text),
        Data::DateTimeIso(text) => from_iso(text),
        Data::Int(number) => from_integer(*number),
        Data::Float(number) => RawCell::Number(*number),
        Data::Bool(yes) => RawCell::Bool(*yes),
        Data::DateTime(moment) => from_moment(moment, shift),
        Data::Error(error) => RawCell::Error(error.to_string().into()),
    }
}

/// Integers of the parser come from cells of at most 30 bits.
#[expect(clippy::cast_precision_loss, reason = "RK integers have 30 bits")]
fn from_integer(number: i64) -> RawCell {
    RawCell::Number(number as f64)
}

/// A duration format (`[h]:mm`) is no date.
fn from_moment(moment: &ExcelDateTime, shift: f64) -> RawCell {
    if moment.is_datetime() {
        RawCell::Date(moment.as_f64() + shift)
    } else {
        RawCell::Number(moment.as_f64())
    }
}
