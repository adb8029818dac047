//! The province's progress tables: `progress.csv`, and `项目/<programme>.xlsx` with a row for every city, the sums of
//! all in front of each figure, and where each number was read.

use std::path::Path;

use rust_xlsxwriter::XlsxError;

use jiff::civil::Date;

use super::book::Book;
use super::columns::{CellKind, TableColumn, column, joined, numbered};
use super::csv_files::write_csv;
use super::form::signed;
use super::lists_csv::{FigureLine, progress_fields};
use super::progress_book::progress_columns;
use super::table::{SheetSpec, SheetTable};
use super::{ProvinceResults, WorkbookError};
use crate::config::{Programme, shipped_programmes};
use crate::file_names::FileNames;
use crate::private_files;
use crate::programmes::ProgressRow;
use crate::province::PlanLine;
use crate::results::words::chinese_date;

/// A line of all cities with what it was added up from.
struct SumLine<'a> {
    line: &'a ProgressRow,
    read: &'a [PlanLine],
}

impl AsRef<ProgressRow> for SumLine<'_> {
    fn as_ref(&self) -> &ProgressRow {
        self.line
    }
}

impl SumLine<'_> {
    /// Where the number was read; a sum was read nowhere.
    fn place(&self) -> String {
        let line = self.line;
        let same = |one: &&PlanLine| {
            let other = &one.line;
            (other.programme, other.start, other.end) == (line.programme, line.start, line.end)
                && (&other.figure, &other.row) == (&line.figure, &line.row)
        };
        let place = |one: &PlanLine| {
            let (file, sheet) = &one.place;
            format!("{file} › {sheet} › 第{}行", one.row)
        };
        self.read.iter().find(same).map_or("各市(地)之和".to_owned(), place)
    }
}

fn columns<'a>() -> Vec<TableColumn<SumLine<'a>>> {
    joined([
        vec![
            numbered(7),
            column("市(地)、学校", CellKind::Text, 34, |one| one.line.row.as_str().into()),
        ],
        progress_columns(),
        vec![
            column("人数", CellKind::Count, 11, |one| one.line.persons.map(signed).into()),
            column("出处", CellKind::Text, 48, |one| one.place().into()),
        ],
    ])
}

/// Writes everything the cities' progress tables give; nothing where none was returned.
pub(super) fn write(target: &Path, results: &ProvinceResults) -> Result<(), WorkbookError> {
    let plans = results.plans;
    if plans.sums.is_empty() {
        return Ok(());
    }
    let programmes = shipped_programmes();
    let lines = plans
        .sums
        .iter()
        .map(|line| FigureLine { programme: &programmes[line.programme].id, line });
    write_csv(&target.join("progress.csv"), &progress_fields(), lines)?;
    let folder = target.join("项目");
    private_files::make_folder(&folder)?;
    let mut taken = FileNames::default();
    for (index, programme) in programmes.iter().enumerate() {
        if plans.sums.iter().all(|line| line.programme != index) {
            continue;
        }
        let path = folder.join(format!("{}.xlsx", taken.give(&programme.sheet)));
        let excel = |source| WorkbookError::Excel { path: path.clone(), source };
        book(target, results, programme, index).map_err(excel)?.save(&path)?;
    }
    Ok(())
}

fn book(
    target: &Path,
    results: &ProvinceResults,
    programme: &Programme,
    index: usize,
) -> Result<Book, XlsxError> {
    let mut book = Book::new(&programme.title, results.province.as_of, target)?;
    let own = || results.plans.sums.iter().filter(|line| line.programme == index);
    let mut periods: Vec<(Date, Date)> = own().map(|line| (line.end, line.start)).collect();
    periods.sort_unstable();
    periods.dedup();
    // The newest period first: that is the one to be reported.
    for (end, start) in periods.into_iter().rev() {
        let lines: Vec<&ProgressRow> =
            own().filter(|line| (line.end, line.start) == (end, start)).collect();
        period(&mut book, results, programme, &lines)?;
    }
    Ok(book)
}

fn period(
    book: &mut Book,
    results: &ProvinceResults,
    programme: &Programme,
    lines: &[&ProgressRow],
) -> Result<(), XlsxError> {
    let Some(first) = lines.first() else { return Ok(()) };
    let day = |date: Date| date.strftime("%y.%m.%d").to_string();
    let name = book.sheets.sheet(&format!("{}至{}", day(first.start), day(first.end)));
    let note = format!(
        "{}　{}　{} 至 {}。各市(地)报送数相加；人数在各市之间可能重复，不相加；没有列出的市(地)未报送。（表样推定）",
        programme.document,
        results.province.bureau(),
        chinese_date(first.start),
        chinese_date(first.end)
    );
    let title = &programme.title;
    let spec = SheetSpec { name: &name, title, note: &note, frozen: 2, back: None };
    let rows = lines.iter().map(|line| SumLine { line, read: &results.plans.lines });
    SheetTable::write(book, spec, columns(), rows)
}
