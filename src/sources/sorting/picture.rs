//! The first rows of a file as they stand in it, to be looked at by a person; ID numbers are masked.

use std::collections::BTreeMap;
use std::path::Path;

use super::head::FileHead;
use crate::grids::{GridEvent, Merge, ReadOptions};
use crate::privacy::masked;
use crate::quarantine::Readers;
use crate::sources::shown_cell;

/// A sheet as one sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetPicture {
    /// Its name; empty for text files.
    pub name: String,
    /// Rows with something in them, by number.
    pub rows: Vec<PictureRow>,
    /// Cells that cover others.
    pub wide: Vec<WideCell>,
}

/// A row as one sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PictureRow {
    /// From 1.
    pub number: u32,
    /// What the filled cells show, by column from 0.
    pub cells: BTreeMap<u32, String>,
}

/// A cell that covers others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WideCell {
    /// Row from 1.
    pub row: u32,
    /// Column from 0.
    pub column: u32,
    /// Rows it covers, itself included.
    pub rows: u32,
    /// Columns it covers, itself included.
    pub columns: u32,
}

/// The sheets of a file as far as their first rows go.
///
/// # Errors
/// Why it cannot be read, in words for users.
pub fn pictures(path: &Path, passwords: &[String]) -> Result<Vec<SheetPicture>, String> {
    let mut head = FileHead::default();
    let asked = ReadOptions { passwords, formulas: false };
    let shown = path.file_name().unwrap_or_default().to_string_lossy();
    let read = Readers::new().read(path, asked, &mut head).read;
    read.map_err(|refusal| refusal.problem(&shown).message)?;
    let mut sheets: Vec<SheetPicture> = Vec::new();
    for event in head.events {
        match (event, sheets.last_mut()) {
            (GridEvent::Sheet { name, .. }, _) => {
                sheets.push(SheetPicture { name, ..SheetPicture::default() });
            }
            (GridEvent::Row(row), Some(sheet)) => {
                let cells = row
                    .cells
                    .iter()
                    .map(|(column, cell)| (*column, masked(&shown_cell(cell)).into_owned()));
                let cells: BTreeMap<u32, String> =
                    cells.filter(|(_, text)| !text.is_empty()).collect();
                sheet.rows.push(PictureRow { number: row.number, cells });
            }
            (GridEvent::Merge(merge), Some(sheet)) => sheet.wide.push(wide(merge)),
            _ => {}
        }
    }
    Ok(sheets)
}

fn wide(merge: Merge) -> WideCell {
    WideCell {
        row: merge.first_row,
        column: merge.column,
        rows: merge.last_row.saturating_sub(merge.first_row) + 1,
        columns: merge.last_column.saturating_sub(merge.column) + 1,
    }
}
