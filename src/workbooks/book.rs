//! One workbook being written: its formats, its sheet names, and its fixed document properties.

use std::path::Path;

use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use super::WorkbookError;
use super::disk::{self, PatientFile};
use super::names::SheetNames;
use super::style::Styles;

/// How hard long lists are packed: level 4 takes two fifths of the time of the usual level 6 and makes a list a
/// twentieth larger; 5 saves less, and from 3 on downwards lists grow by a sixth and more.
const PACKING_OF_LONG_LISTS: u8 = 4;

/// A workbook being written.
pub(super) struct Book {
    workbook: Workbook,
    /// Whether long sheets go to disk while they are written.
    is_streamed: bool,
    /// Formats shared by all its sheets.
    pub(super) styles: Styles,
    /// Sheet names given away.
    pub(super) sheets: SheetNames,
}

impl Book {
    /// An empty workbook. Its creation date is the report date: a rerun must give the same bytes.
    /// Unfinished sheets are kept in `folder`, which is as private as the results.
    pub(super) fn new(title: &str, as_of: Date, folder: &Path) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(folder)?.set_zip_compression_level(PACKING_OF_LONG_LISTS);
        Self::with(workbook, title, as_of, true)
    }

    /// The same for a workbook that never touches the disk.
    pub(super) fn in_memory(title: &str, as_of: Date) -> Result<Self, XlsxError> {
        Self::with(Workbook::new(), title, as_of, false)
    }

    fn with(
        mut workbook: Workbook,
        title: &str,
        as_of: Date,
        is_streamed: bool,
    ) -> Result<Self, XlsxError> {
        let created = ExcelDateTime::from_ymd(
            u16::try_from(as_of.year()).unwrap_or(1900).max(1900),
            as_of.month().unsigned_abs(),
            as_of.day().unsigned_abs(),
        )?;
        let properties = DocProperties::new()
            .set_title(title)
            .set_author("bidui")
            .set_creation_datetime(&created);
        workbook.set_properties(&properties);
        Ok(Self { workbook, is_streamed, styles: Styles::new(), sheets: SheetNames::default() })
    }

    /// Whether rows go to disk as soon as the next one begins.
    pub(super) fn is_streamed(&self) -> bool {
        self.is_streamed
    }

    /// A sheet for long tables, written row by row.
    pub(super) fn streamed_sheet(&mut self, name: &str) -> Result<Worksheet, XlsxError> {
        let mut sheet = if self.is_streamed {
            self.workbook.new_worksheet_with_constant_memory()?
        } else {
            Worksheet::new()
        };
        sheet.set_name(name)?;
        Ok(sheet)
    }

    /// A sheet for pages with merged cells, charts or formulas, in the order of the calls.
    pub(super) fn page(&mut self, name: &str) -> Result<&mut Worksheet, XlsxError> {
        self.workbook.add_worksheet().set_name(name)
    }

    /// Hangs a finished sheet behind the others.
    pub(super) fn push(&mut self, sheet: Worksheet) {
        self.workbook.push_worksheet(sheet);
    }

    /// The workbook as bytes.
    pub(super) fn bytes(mut self) -> Result<Vec<u8>, XlsxError> {
        self.workbook.save_to_buffer()
    }

    /// Writes the file, readable by its owner only.
    pub(super) fn save(mut self, path: &Path) -> Result<(), WorkbookError> {
        let mut file = PatientFile::create(path)?;
        self.workbook
            .save_to_writer(&mut file)
            .map_err(|source| disk::workbook_error(path, source))?;
        Ok(file.finish()?)
    }
}
