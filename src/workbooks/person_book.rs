//! `电子档案/<name>.xlsx`: one person's file, a sheet for each part.

use std::path::Path;

use jiff::civil::Date;

use crate::{file_names, private_files};

use super::WorkbookError;
use super::book::Book;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};

/// Title, headings and rows of one sheet.
pub type FileSheet = (String, Vec<&'static str>, Vec<Vec<String>>);

/// Writes a person's file: into a folder, or as the workbook that is named.
///
/// # Errors
/// As [`super::write()`].
pub fn person_file(
    out: &Path,
    as_of: Date,
    title: &str,
    sheets: &[FileSheet],
) -> Result<(), WorkbookError> {
    let path = if is_workbook(out) {
        out.to_owned()
    } else {
        private_files::make_folder(out)?;
        out.join(format!("{}.xlsx", file_names::portable(title)))
    };
    let make = || {
        let mut book = Book::in_memory(title, as_of)?;
        for (name, headings, rows) in sheets {
            let columns: Vec<Column> =
                headings.iter().map(|heading| column(heading, CellKind::Text, 36)).collect();
            let note = "由最近一次运行的数据和台账汇总；证件号码已遮盖。";
            let spec = TableSpec { name, title, note, columns: &columns, frozen: 0, back: None };
            let mut table = Table::open(&mut book, spec)?;
            for row in rows {
                let cells: Vec<Cell> = row.iter().map(|text| Cell::from(text.as_str())).collect();
                table.row(&cells)?;
            }
            table.close()?;
        }
        Ok(book)
    };
    let book = make().map_err(|source| WorkbookError::Excel { path: path.clone(), source })?;
    book.save(&path)
}

/// Whether a path names a workbook and not a folder.
pub fn is_workbook(path: &Path) -> bool {
    !path.is_dir() && path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"))
}
