//! The province's progress tables: `progress.csv`, and `项目/<programme>.xlsx` with a row for every city, the sums of
//! all in front of each figure, and where each number was read.

use std::path::Path;

use rust_xlsxwriter::XlsxError;

use jiff::civil::Date;

use super::book::Book;
use super::csv_files::CsvFile;
use super::lists_csv::{PROGRESS_HEADINGS, progress_cells};
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};
use super::{ProvinceResults, WorkbookError};
use crate::config::{Programme, shipped_programmes};
use crate::file_names::FileNames;
use crate::private_files;
use crate::programmes::ProgressRow;
use crate::province::PlanLine;
use crate::results::words::chinese_date;

const COLUMNS: [Column; 9] = [
    column("序号", CellKind::Count, 7),
    column("市(地)、学校", CellKind::Text, 34),
    column("代码", CellKind::Code, 22),
    column("任务数", CellKind::Count, 11),
    column("完成数", CellKind::Count, 11),
    column("完成率", CellKind::Rate, 10),
    column("另:未确定", CellKind::Count, 11),
    column("人数", CellKind::Count, 11),
    column("出处", CellKind::Text, 48),
];

/// Writes everything the cities' progress tables give; nothing where none was returned.
pub(super) fn write(target: &Path, results: &ProvinceResults) -> Result<(), WorkbookError> {
    let plans = results.plans;
    if plans.sums.is_empty() {
        return Ok(());
    }
    let programmes = shipped_programmes();
    let path = target.join("progress.csv");
    let mut file = CsvFile::create(&path, &PROGRESS_HEADINGS)?;
    for line in &plans.sums {
        file.line(&progress_cells(&programmes[line.programme].id, line))?;
    }
    file.close()?;
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
    let spec =
        TableSpec { name: &name, title, note: &note, columns: &COLUMNS, frozen: 2, back: None };
    let mut table = Table::open(book, spec)?;
    for (number, line) in lines.iter().enumerate() {
        table.row(&cells(number + 1, line, results.plans.lines.as_slice()))?;
    }
    table.close()
}

fn cells<'a>(number: usize, line: &'a ProgressRow, read: &[PlanLine]) -> [Cell<'a>; 9] {
    let count = |value: Option<i64>| {
        value.map_or(Cell::from("—"), |value| super::form::count_cell(value.unsigned_abs()))
    };
    let same = |one: &&PlanLine| {
        let other = &one.line;
        (other.programme, other.start, other.end) == (line.programme, line.start, line.end)
            && (&other.figure, &other.row) == (&line.figure, &line.row)
    };
    let place = read.iter().find(same).map(|one| {
        let (file, sheet) = &one.place;
        format!("{file} › {sheet} › 第{}行", one.row)
    });
    let rate = line.rate().and_then(|rate| rate.parse::<f64>().ok());
    [
        number.into(),
        line.row.as_str().into(),
        line.figure.as_str().into(),
        line.target.map_or(Cell::Empty, |target| count(Some(target))),
        count(line.value),
        rate.map_or(Cell::Empty, Cell::from),
        count(line.pending),
        line.persons.map_or(Cell::Empty, |persons| count(Some(persons))),
        place.unwrap_or_else(|| "各市(地)之和".to_owned()).into(),
    ]
}
