//! The first sheet of a returned workbook: what this is, as of when, how to use it, whom to return
//! it to.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::book::Book;
use super::columns::count_value;
use super::table::{MAX_HEIGHT, display_width, fit_cell, landscape};

/// A cover's text.
#[derive(Clone, Debug)]
pub(super) struct Cover {
    /// Title.
    pub(super) title: String,
    /// Heading and text of each paragraph.
    pub(super) lines: Vec<(&'static str, String)>,
}

/// Columns: heading and text.
const WIDTHS: [f64; 2] = [18.0, 104.0];

/// What stands before the cell for the name of whoever fills in a workbook.
pub(super) const FILLER: &str = "填表人";

/// Writes the sheet of a workbook that is to be filled in and returned: with a cell for a name.
pub(super) fn write_asking(book: &mut Book, cover: &Cover) -> Result<(), XlsxError> {
    let styles = book.styles.clone();
    let sheet = page(book, cover)?;
    sheet.set_row_height(1, 22)?.write_string_with_format(1, 0, FILLER, &styles.total_text)?;
    sheet.write_blank(1, 1, &styles.input)?;
    Ok(())
}

/// Writes the sheet.
pub(super) fn write(book: &mut Book, cover: &Cover) -> Result<(), XlsxError> {
    page(book, cover).map(|_| ())
}

fn page<'book>(book: &'book mut Book, cover: &Cover) -> Result<&'book mut Worksheet, XlsxError> {
    let styles = book.styles.clone();
    book.sheets.sheet("说明");
    let sheet = book.page("说明")?;
    for (column, width) in (0_u16..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_row_height(0, 34)?.write_string_with_format(
        0,
        0,
        fit_cell(&cover.title).as_ref(),
        &styles.title,
    )?;
    let words = styles.text.clone().set_indent(1);
    for (row, (heading, text)) in (2_u32..).zip(&cover.lines) {
        let lines = (count_value(display_width(text)) / (WIDTHS[1] - 4.0)).ceil().max(1.0);
        let breaks = count_value(text.lines().count().max(1));
        sheet.set_row_height(row, (lines.max(breaks) * 16.0 + 10.0).min(MAX_HEIGHT))?;
        sheet.write_string_with_format(row, 0, *heading, &styles.total_text)?;
        sheet.write_string_with_format(row, 1, fit_cell(text).as_ref(), &words)?;
    }
    sheet.set_screen_gridlines(false);
    landscape(sheet);
    Ok(sheet)
}
