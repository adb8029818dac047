//! `电子档案/<name>.xlsx`: one person's file, a sheet for each part.

use std::path::Path;

use jiff::civil::Date;
use rust_xlsxwriter::XlsxError;

use crate::file_names::FileNames;
use crate::private_files;

use super::WorkbookError;
use super::book::Book;
use super::columns::{CellKind, ColumnLook, nth};
use super::table::{SheetSpec, SheetTable};

/// One sheet of a file.
#[derive(Clone, Debug)]
pub struct FileSheet {
    /// What it is called.
    pub title: String,
    /// Headings.
    pub headings: Vec<&'static str>,
    /// Cells.
    pub rows: Vec<Vec<String>>,
}

/// One person's file.
#[derive(Clone, Debug)]
pub struct PersonBook {
    /// Who it is about.
    pub title: String,
    /// Name of the file without ending.
    pub file_name: String,
    /// The sheets.
    pub sheets: Vec<FileSheet>,
}

/// Writes people's files: into a folder, or the only one as the workbook that is named.
///
/// # Errors
/// As [`super::write()`].
pub fn person_files(out: &Path, as_of: Date, books: &[PersonBook]) -> Result<(), WorkbookError> {
    let mut taken = FileNames::default();
    for one in books {
        let path = if is_workbook(out) {
            out.to_owned()
        } else {
            private_files::make_folder(out)?;
            out.join(format!("{}.xlsx", taken.give(&one.file_name)))
        };
        let excel = |source| WorkbookError::Excel { path: path.clone(), source };
        made(one, as_of).map_err(excel)?.save(&path)?;
    }
    Ok(())
}

fn made(one: &PersonBook, as_of: Date) -> Result<Book, XlsxError> {
    let mut book = Book::in_memory(&one.title, as_of)?;
    for sheet in &one.sheets {
        let of = |(place, heading): (usize, &&'static str)| {
            let look = ColumnLook::plain(heading, CellKind::Text, 36);
            nth(look, place, |row: &&Vec<String>, place| row.get(place).map(String::as_str).into())
        };
        let columns = sheet.headings.iter().enumerate().map(of).collect();
        let spec = SheetSpec {
            name: &sheet.title,
            title: &one.title,
            note: "由最近一次运行的数据和台账各期汇总；证件号码、证书编号已遮盖。",
            frozen: 0,
            back: None,
        };
        SheetTable::write(&mut book, spec, columns, &sheet.rows)?;
    }
    Ok(book)
}

/// Whether a path names a workbook and not a folder.
pub fn is_workbook(path: &Path) -> bool {
    !path.is_dir() && path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"))
}
