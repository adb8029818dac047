//! Workbooks of Excel and WPS through calamine: cell types kept, hidden sheets told apart.

use std::io::Cursor;

use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Ods, Range, Reader, Sheet, SheetType, SheetVisible,
    Xls, Xlsb, Xlsx,
};

use super::RawCell;
use super::cell::{DAYS_1904, from_iso, from_text};
use super::format::Format;
use super::merges::Merge;
use super::refusal::Refusal;
use super::taker::{Flow, Taker};
use super::{ods_merges, package};

type Bytes<'a> = Cursor<&'a [u8]>;
type NextCell = Result<Option<((u32, u32), RawCell)>, Refusal>;

/// Hands all worksheets over. May panic on hostile files; the caller catches that.
///
/// # Errors
/// Where the container is refused or the parser gives up; what was handed over is then worthless.
pub(super) fn read(bytes: &[u8], format: Format, taker: &mut dyn Taker) -> Result<(), Refusal> {
    let input = Cursor::new(bytes);
    match format {
        Format::Xls => {
            package::check_xls(bytes)?;
            read_xls(Xls::new(input).map_err(damaged)?, taker)
        }
        Format::Ods => {
            package::check_zip(bytes)?;
            let merges = ods_merges::read(bytes)?;
            read_ods(Ods::new(input).map_err(damaged)?, &merges, taker)
        }
        Format::Xlsb => {
            package::check_zip(bytes)?;
            read_xlsb(Xlsb::new(input).map_err(damaged)?, taker)
        }
        _ => {
            package::check_zip(bytes)?;
            let merged = package::has_merged_cells(bytes)?;
            read_xlsx(Xlsx::new(input).map_err(damaged)?, merged, taker)
        }
    }
}

/// The parser's own error as a refusal; a password it notices has its own words.
fn damaged(error: impl std::fmt::Display) -> Refusal {
    let text = error.to_string();
    if text.to_lowercase().contains("password") {
        Refusal::Encrypted
    } else {
        Refusal::damaged(&text)
    }
}

fn worksheets(sheets: &[Sheet]) -> Vec<(String, bool)> {
    let tables = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    tables.map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible)).collect()
}

fn read_xlsx(
    mut book: Xlsx<Bytes<'_>>,
    has_merges: bool,
    taker: &mut dyn Taker,
) -> Result<(), Refusal> {
    let shift = shift(book.has_1904_epoch());
    let sheets = worksheets(book.sheets_metadata());
    for (index, (name, hidden)) in sheets.iter().enumerate() {
        // The merges stand behind the rows, so that finding them reads the sheet once more.
        let merges = if has_merges { book.merge_cells_by_sheet_name(name) } else { Ok(Vec::new()) };
        let mut cells = match book.worksheet_cells_reader(name) {
            Ok(cells) => cells,
            // A chart sheet listed among the worksheets.
            Err(calamine::XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(damaged(error)),
        };
        taker.begin(name, *hidden);
        note_merges(&merges.map_err(damaged)?, taker);
        let stretch = Stretch { index, sheets: sheets.len(), last_row: cells.dimensions().end.0 };
        pump(taker, stretch, || {
            let cell = cells.next_cell().map_err(damaged)?;
            Ok(cell.map(|cell| (cell.get_position(), from_ref(cell.get_value(), shift))))
        })?;
        taker.end();
    }
    Ok(())
}

fn read_xlsb(mut book: Xlsb<Bytes<'_>>, taker: &mut dyn Taker) -> Result<(), Refusal> {
    let shift = shift(book.has_1904_epoch());
    let sheets = worksheets(book.sheets_metadata());
    for (index, (name, hidden)) in sheets.iter().enumerate() {
        let mut cells = book.worksheet_cells_reader(name).map_err(damaged)?;
        taker.begin(name, *hidden);
        let stretch = Stretch { index, sheets: sheets.len(), last_row: cells.dimensions().end.0 };
        pump(taker, stretch, || {
            let cell = cells.next_cell().map_err(damaged)?;
            Ok(cell.map(|cell| (cell.get_position(), from_ref(cell.get_value(), shift))))
        })?;
        taker.end();
    }
    Ok(())
}

fn read_xls(mut book: Xls<Bytes<'_>>, taker: &mut dyn Taker) -> Result<(), Refusal> {
    let shift = shift(book.has_1904_epoch());
    for (name, hidden) in worksheets(book.sheets_metadata()) {
        let range = book.worksheet_range(&name).map_err(damaged)?;
        let merges = book.merge_cells_by_sheet_name(&name).map_err(damaged)?;
        taker.begin(&name, hidden);
        note_merges(&merges, taker);
        hand_over(&range, shift, taker);
    }
    Ok(())
}

fn read_ods(
    mut book: Ods<Bytes<'_>>,
    merges: &[(String, Merge)],
    taker: &mut dyn Taker,
) -> Result<(), Refusal> {
    for (name, hidden) in worksheets(book.sheets_metadata()) {
        let range = book.worksheet_range(&name).map_err(damaged)?;
        taker.begin(&name, hidden);
        let own = merges.iter().filter(|(sheet, _)| *sheet == name);
        own.for_each(|(_, merge)| taker.merged(*merge));
        hand_over(&range, 0.0, taker);
    }
    Ok(())
}

/// A formula: its sheet, its place (row from 1, column from 0) and its text.
pub(super) type PlacedFormula = (String, (u32, u32), String);

/// All formulas of a workbook.
///
/// # Errors
/// Where the parser gives up.
pub(super) fn formulas(bytes: &[u8], format: Format) -> Result<Vec<PlacedFormula>, Refusal> {
    let input = Cursor::new(bytes);
    Ok(match format {
        Format::Xls => sheet_formulas(Xls::new(input).map_err(damaged)?),
        Format::Ods => sheet_formulas(Ods::new(input).map_err(damaged)?),
        Format::Xlsb => sheet_formulas(Xlsb::new(input).map_err(damaged)?),
        _ => sheet_formulas(Xlsx::new(input).map_err(damaged)?),
    })
}

fn sheet_formulas<'a>(mut book: impl Reader<Bytes<'a>>) -> Vec<PlacedFormula> {
    let mut found = Vec::new();
    for (name, _) in worksheets(book.sheets_metadata()) {
        // A chart sheet among the worksheets has none.
        let Ok(range) = book.worksheet_formula(&name) else { continue };
        let (row, column) = range.start().unwrap_or((0, 0));
        let small = |number: usize| u32::try_from(number).unwrap_or(0);
        found.extend(range.used_cells().map(|(down, across, formula)| {
            (name.clone(), (row + 1 + small(down), column + small(across)), formula.clone())
        }));
    }
    found
}

fn note_merges(merges: &[Dimensions], taker: &mut dyn Taker) {
    for Dimensions { start, end } in merges {
        let (first_row, last_row) = (start.0 + 1, end.0 + 1);
        taker.merged(Merge { first_row, last_row, column: start.1, last_column: end.1 });
    }
}

fn shift(is_1904: bool) -> f64 {
    if is_1904 { DAYS_1904 } else { 0.0 }
}

/// Which part of a workbook a sheet is, as far as the file says.
#[derive(Clone, Copy)]
struct Stretch {
    index: usize,
    sheets: usize,
    last_row: u32,
}

impl Stretch {
    fn tell(&self, row: u32, taker: &mut dyn Taker) {
        let rows = self.last_row as usize + 1;
        let done = self.index * rows + (row as usize).min(rows);
        taker.reach(done, self.sheets * rows);
    }
}

/// Gathers the cells of a streaming reader into rows.
fn pump(
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

fn hand_over(range: &Range<Data>, shift: f64, taker: &mut dyn Taker) {
    let (first_row, first_column) = range.start().unwrap_or((0, 0));
    for (number, row) in (first_row + 1..).zip(range.rows()) {
        let filled = (first_column..).zip(row).filter(|(_, cell)| **cell != Data::Empty);
        let cells = filled.map(|(index, cell)| (index, from_data(cell, shift))).collect();
        if taker.row(number, cells) == Flow::Stop {
            break;
        }
    }
    taker.end();
}

fn from_ref(cell: &DataRef<'_>, shift: f64) -> RawCell {
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

pub(super) fn from_data(cell: &Data, shift: f64) -> RawCell {
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
