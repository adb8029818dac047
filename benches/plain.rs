//! The cells of a run's results, and the plainest way to write them again.

use std::error::Error;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use calamine::{Data, DataRef, Reader, Xlsx, open_workbook};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use rayon::prelude::*;
use rust_xlsxwriter::Workbook;

type Failed = Box<dyn Error + Send + Sync>;

/// One file of the results.
pub(crate) enum File {
    /// Its sheets, by name.
    Book(Vec<(String, Vec<Cell>)>),
    /// Its records.
    Csv(Vec<csv::StringRecord>),
    /// Its records; packed.
    PackedCsv(Vec<csv::StringRecord>),
}

/// A cell with something in it.
pub(crate) struct Cell {
    row: u32,
    column: u16,
    value: Value,
}

enum Value {
    Number(f64),
    Text(Box<str>),
}

/// All workbooks and CSV files below a folder; the longest first, as a run writes them.
pub(crate) fn load(folder: &Path) -> Result<Vec<File>, Failed> {
    let pattern = folder.join("**/*.*");
    let mut paths: Vec<(u64, PathBuf)> = Vec::new();
    for path in glob::glob(&pattern.to_string_lossy())? {
        let path = path?;
        paths.push((fs_err::metadata(&path)?.len(), path));
    }
    paths.sort();
    let files = paths.par_iter().rev().map(|(_, path)| one(path));
    Ok(files.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn one(path: &Path) -> Result<Option<File>, Failed> {
    Ok(match path.extension().and_then(|kind| kind.to_str()) {
        Some("xlsx") => Some(book(path)?),
        Some("csv") => Some(File::Csv(records(fs_err::File::open(path)?)?)),
        Some("gz") => Some(File::PackedCsv(records(GzDecoder::new(fs_err::File::open(path)?))?)),
        _ => None,
    })
}

fn records(file: impl Read) -> Result<Vec<csv::StringRecord>, Failed> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(file);
    Ok(reader.records().collect::<Result<_, _>>()?)
}

fn book(path: &Path) -> Result<File, Failed> {
    let mut book: Xlsx<_> = open_workbook(path)?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let mut reader = book.worksheet_cells_reader(&name)?;
        let mut cells = Vec::new();
        while let Some(cell) = reader.next_cell()? {
            let (row, column) = cell.get_position();
            let value = match cell.get_value() {
                DataRef::Empty => continue,
                DataRef::Float(number) => Value::Number(*number),
                DataRef::Int(number) => Value::Text(number.to_string().into()),
                DataRef::SharedString(text) => Value::Text((*text).into()),
                other => Value::Text(Data::from(other.clone()).to_string().into()),
            };
            cells.push(Cell { row, column: u16::try_from(column)?, value });
        }
        sheets.push((name, cells));
    }
    Ok(File::Book(sheets))
}

/// Writes them into an empty folder and counts the cells.
pub(crate) fn write(files: &[File], folder: &Path) -> Result<u64, Failed> {
    let each = files.par_iter().enumerate();
    each.map(|(number, file)| match file {
        File::Book(sheets) => write_book(sheets, folder, number),
        File::Csv(records) => {
            write_csv(records, fs_err::File::create(folder.join(format!("{number}.csv")))?)
        }
        File::PackedCsv(records) => {
            let file = fs_err::File::create(folder.join(format!("{number}.csv.gz")))?;
            write_csv(records, GzEncoder::new(file, Compression::fast()))
        }
    })
    .sum()
}

fn write_book(sheets: &[(String, Vec<Cell>)], folder: &Path, number: usize) -> Result<u64, Failed> {
    let mut workbook = Workbook::new();
    workbook.set_tempdir(folder)?;
    let mut count = 0;
    for (name, cells) in sheets {
        let sheet = workbook.add_worksheet_with_constant_memory()?.set_name(name)?;
        for cell in cells {
            match &cell.value {
                Value::Number(number) => sheet.write_number(cell.row, cell.column, *number)?,
                Value::Text(text) => sheet.write_string(cell.row, cell.column, text.as_ref())?,
            };
        }
        count += cells.len() as u64;
    }
    workbook.save(folder.join(format!("{number}.xlsx")))?;
    Ok(count)
}

fn write_csv(records: &[csv::StringRecord], file: impl Write) -> Result<u64, Failed> {
    let mut writer = csv::Writer::from_writer(file);
    let mut count = 0;
    for record in records {
        writer.write_record(record)?;
        count += record.len() as u64;
    }
    writer.flush()?;
    Ok(count)
}
