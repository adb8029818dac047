//! Workbooks of Excel and WPS through calamine: cell types kept, hidden sheets told apart.

use std::io::Cursor;

use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Ods, Range, Reader, Sheet, SheetType, SheetVisible,
    Xls, Xlsb, Xlsx,
};

use super::RawCell;
use super::assembly::Assembly;
use super::cell::{DAYS_1904, from_iso, from_text};
use super::format::Format;
use super::merges::Merge;
use super::refusal::Refusal;
use super::sheet::Flow;
use super::{ods_merges, package};

type Bytes<'a> = Cursor<&'a [u8]>;
type NextCell = Result<Option<((u32, u32), RawCell)>, Refusal>;

/// Hands all worksheets over. May panic on hostile files; the caller catches that.
///
/// # Errors
/// Where the container is refused or the parser gives up; what was handed over is then worthless.
pub(super) fn read(
    bytes: &[u8],
    format: Format,
    assembly: &mut Assembly<'_>,
) -> Result<(), Refusal> {
    let input = Cursor::new(bytes);
    match format {
        Format::Xls => {
            package::check_xls(bytes)?;
            read_xls(Xls::new(input).map_err(damaged)?, assembly)
        }
        Format::Ods => {
            package::check_zip(bytes)?;
            let merges = ods_merges::read(bytes)?;
            read_ods(Ods::new(input).map_err(damaged)?, &merges, assembly)
        }
        Format::Xlsb => {
            package::check_zip(bytes)?;
            read_xlsb(Xlsb::new(input).map_err(damaged)?, assembly)
        }
        _ => {
            package::check_zip(bytes)?;
            let merged = package::has_merged_cells(bytes)?;
            read_xlsx(Xlsx::new(input).map_err(damaged)?, merged, assembly)
        }
    }
}

/// All worksheets of a workbook as they are, hidden ones included. May panic on hostile files; the
/// caller catches that.
///
/// # Errors
/// Where the container is refused or the parser gives up.
pub(super) fn ranges(bytes: &[u8], format: Format) -> Result<Vec<(String, Range<Data>)>, Refusal> {
    let input = Cursor::new(bytes);
    if format == Format::Xls {
        package::check_xls(bytes)?;
        return all_ranges(Xls::new(input).map_err(damaged)?);
    }
    package::check_zip(bytes)?;
    match format {
        Format::Ods => all_ranges(Ods::new(input).map_err(damaged)?),
        Format::Xlsb => all_ranges(Xlsb::new(input).map_err(damaged)?),
        _ => all_ranges(Xlsx::new(input).map_err(damaged)?),
    }
}

fn all_ranges<'a, R>(mut book: R) -> Result<Vec<(String, Range<Data>)>, Refusal>
where
    R: Reader<Bytes<'a>>,
    R::Error: std::fmt::Display,
{
    let sheets = worksheets(book.sheets_metadata());
    let range = |(name, _): (String, bool)| {
        let range = book.worksheet_range(&name).map_err(damaged)?;
        Ok((name, range))
    };
    sheets.into_iter().map(range).collect()
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
    assembly: &mut Assembly<'_>,
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
        assembly.begin(name, *hidden);
        note_merges(&merges.map_err(damaged)?, assembly);
        let stretch = Stretch { index, sheets: sheets.len(), last_row: cells.dimensions().end.0 };
        pump(assembly, stretch, || {
            let cell = cells.next_cell().map_err(damaged)?;
            Ok(cell.map(|cell| (cell.get_position(), from_ref(cell.get_value(), shift))))
        })?;
        assembly.end();
    }
    Ok(())
}

fn read_xlsb(mut book: Xlsb<Bytes<'_>>, assembly: &mut Assembly<'_>) -> Result<(), Refusal> {
    let shift = shift(book.has_1904_epoch());
    let sheets = worksheets(book.sheets_metadata());
    for (index, (name, hidden)) in sheets.iter().enumerate() {
        let mut cells = book.worksheet_cells_reader(name).map_err(damaged)?;
        assembly.begin(name, *hidden);
        let stretch = Stretch { index, sheets: sheets.len(), last_row: cells.dimensions().end.0 };
        pump(assembly, stretch, || {
            let cell = cells.next_cell().map_err(damaged)?;
            Ok(cell.map(|cell| (cell.get_position(), from_ref(cell.get_value(), shift))))
        })?;
        assembly.end();
    }
    Ok(())
}

fn read_xls(mut book: Xls<Bytes<'_>>, assembly: &mut Assembly<'_>) -> Result<(), Refusal> {
    let shift = shift(book.has_1904_epoch());
    for (name, hidden) in worksheets(book.sheets_metadata()) {
        let range = book.worksheet_range(&name).map_err(damaged)?;
        let merges = book.merge_cells_by_sheet_name(&name).map_err(damaged)?;
        assembly.begin(&name, hidden);
        note_merges(&merges, assembly);
        hand_over(&range, shift, assembly);
    }
    Ok(())
}

fn read_ods(
    mut book: Ods<Bytes<'_>>,
    merges: &[(String, Merge)],
    assembly: &mut Assembly<'_>,
) -> Result<(), Refusal> {
    for (name, hidden) in worksheets(book.sheets_metadata()) {
        let range = book.worksheet_range(&name).map_err(damaged)?;
        assembly.begin(&name, hidden);
        let own = merges.iter().filter(|(sheet, _)| *sheet == name);
        own.for_each(|(_, merge)| assembly.merged(*merge));
        hand_over(&range, 0.0, assembly);
    }
    Ok(())
}

fn note_merges(merges: &[Dimensions], assembly: &mut Assembly<'_>) {
    for Dimensions { start, end } in merges {
        assembly.merged(Merge { first_row: start.0 + 1, last_row: end.0 + 1, column: start.1 });
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
    fn tell(&self, row: u32, assembly: &mut Assembly<'_>) {
        let rows = self.last_row as usize + 1;
        let done = self.index * rows + (row as usize).min(rows);
        assembly.meter.reach(done, self.sheets * rows);
    }
}

/// Gathers the cells of a streaming reader into rows.
fn pump(
    assembly: &mut Assembly<'_>,
    stretch: Stretch,
    mut next: impl FnMut() -> NextCell,
) -> Result<(), Refusal> {
    let mut current = 0;
    let mut row = Vec::new();
    while let Some(((number, column), cell)) = next()? {
        if number != current {
            if assembly.row(current + 1, std::mem::take(&mut row)) == Flow::Stop {
                return Ok(());
            }
            current = number;
            stretch.tell(number, assembly);
        }
        if cell != RawCell::Empty {
            row.push((column, cell));
        }
    }
    assembly.row(current + 1, row);
    Ok(())
}

fn hand_over(range: &Range<Data>, shift: f64, assembly: &mut Assembly<'_>) {
    let (first_row, first_column) = range.start().unwrap_or((0, 0));
    for (number, row) in (first_row + 1..).zip(range.rows()) {
        let filled = (first_column..).zip(row).filter(|(_, cell)| **cell != Data::Empty);
        let cells = filled.map(|(index, cell)| (index, from_data(cell, shift))).collect();
        if assembly.row(number, cells) == Flow::Stop {
            break;
        }
    }
    assembly.end();
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
