//! A workbook as it stands, sheet by sheet: for workbooks of ours that come back filled in, where
//! no heading has to be guessed.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::excel;
use super::file::{hex, reason};
use super::format::{self, Format};
use super::guard::guarded;
use super::refusal::Refusal;
use crate::problems::Problem;

/// The cells of one sheet as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// Name of the sheet.
    pub sheet: String,
    /// Number of the first row, from 1.
    pub first_row: u32,
    /// Index of the first column, from 0.
    pub first_column: u32,
    /// The rows, all of one width.
    pub rows: Vec<Vec<String>>,
}

/// All sheets of a workbook (`.xlsx`, `.xlsb`, `.xls`, `.ods`), and the SHA-256 of the file.
///
/// # Errors
/// Why the file cannot be read, with its name as `shown`.
pub fn grids(path: &Path, shown: &str) -> Result<(String, Vec<Grid>), Box<Problem>> {
    let refused = |refusal: Refusal| Box::new(refusal.problem(shown));
    let bytes = fs_err::read(path).map_err(|e| refused(Refusal::Unreadable(reason(&e))))?;
    let read = guarded(|| {
        let format = format::detect(&bytes)?;
        match format {
            Format::Encrypted => Err(Refusal::Encrypted),
            Format::Text | Format::Html | Format::XmlSpreadsheet => {
                Err(Refusal::OtherType("文本或网页"))
            }
            _ => excel::ranges(&bytes, format),
        }
    });
    let ranges = read.unwrap_or_else(|| Err(Refusal::Damaged("解析程序出错".to_owned())));
    let grids = ranges.map_err(refused)?.into_iter().map(grid).collect();
    Ok((hex(&Sha256::digest(&bytes)), grids))
}

fn grid((sheet, range): (String, calamine::Range<calamine::Data>)) -> Grid {
    let (row, column) = range.start().unwrap_or((0, 0));
    let text =
        |cell: &calamine::Data| super::cell::shown(&excel::from_data(cell, 0.0)).into_owned();
    let rows = range.rows().map(|row| row.iter().map(text).collect()).collect();
    Grid { sheet, first_row: row + 1, first_column: column, rows }
}
