//! A bureau's own blank form, filled: the blank `.xlsx` is taken as it is, and only the bound cells
//! are written. What does not fit is found before anything is read or linked.

mod check;
mod package;
mod references;
mod sheet;

use std::path::Path;

use crate::config::{Address, Binding, Project, ReportWindow};
use crate::origin::column_letters;
use crate::problems::Problem;
use crate::statistics::indicators::indicators;
use crate::vocabulary::Annex;
use crate::vocabulary::HalfYear;

use super::WorkbookError;
use super::form::{Figure, Filling, FormRow, NO_SOURCE, ten_thousand_yuan};
use crate::results::words::chinese_date;
use package::Package;
use sheet::{SheetXml, UNREADABLE, Value};

/// Every mistake of the project's own blank forms, with its cell.
pub fn mistakes(project: &Project) -> Vec<Problem> {
    project.templates.iter().flat_map(check::mistakes).collect()
}

/// What a bound column prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Number,
    Name,
    Note,
    Figure(usize),
}

impl Column {
    fn of(form: Annex, what: &str) -> Option<Self> {
        match what {
            "number" => Some(Self::Number),
            "name" => Some(Self::Name),
            "note" if form == Annex::Three => Some(Self::Note),
            code => {
                let slot = indicators(form).iter().position(|one| one.code == code)?;
                Some(Self::Figure(slot))
            }
        }
    }
}

/// Writes a filled copy of the blank form.
///
/// # Errors
/// Where the blank cannot be read or the copy cannot be written.
pub(super) fn write(
    path: &Path,
    binding: &Binding,
    project: &Project,
    filling: &Filling,
) -> Result<(), WorkbookError> {
    let broken = |reason: String| WorkbookError::Template { path: binding.path.clone(), reason };
    let mut package = Package::open(&fs_err::read(&binding.path)?).map_err(broken)?;
    let part = package.sheet(&binding.sheet).ok_or_else(|| broken(UNREADABLE.to_owned()))?;
    let text = package.text(&part).ok_or_else(|| broken(UNREADABLE.to_owned()))?;
    // Formulas that are not bound keep no value of the empty form.
    let text = package::without_values(text);
    let mut sheet = SheetXml::parse(&text).map_err(|reason| broken(reason.to_owned()))?;
    let blank = check::Blank::open(binding).map_err(broken)?;
    let room = Room::make(&mut sheet, binding, filling.rows.len());
    heading_cells(&mut sheet, binding, project, (&room, &blank, filling));
    rows(&mut sheet, binding, filling);
    if let Some(total) = room.total {
        totals(&mut sheet, binding, filling, total);
    }
    let text = sheet.write().map_err(|reason| broken(reason.to_owned()))?;
    package.replace(&part, &text);
    package.follow(&binding.sheet, &part, room.shift());
    if room.inserted > 0 {
        package.move_names(&binding.sheet, room.shift());
    }
    Ok(package.save(path)?)
}

/// Where things stand once there is room for all rows.
struct Room {
    /// Before this row of the blank rows were put in.
    at: u32,
    inserted: u32,
    total: Option<u32>,
}

impl Room {
    /// Makes room above the last blank row, so that sums over the blank rows take in the new ones.
    fn make(sheet: &mut SheetXml<'_>, binding: &Binding, rows: usize) -> Self {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        let first = binding.first_row;
        let Some(total) = binding.total_row else {
            for number in first..first.saturating_add(rows) {
                sheet.copy_looks(first, number);
            }
            return Self { at: first, inserted: 0, total: None };
        };
        let (at, inserted) = (total - 1, rows.saturating_sub(total - first));
        if inserted > 0 {
            sheet.put_in(at, inserted, first);
        }
        Self { at, inserted, total: Some(total + inserted) }
    }

    fn shift(&self) -> references::Shift {
        references::Shift { from: self.at, by: self.inserted }
    }
}

fn columns(binding: &Binding) -> impl Iterator<Item = (u32, Column)> {
    let column = |(index, what): (&u32, &String)| Some((*index, Column::of(binding.form, what)?));
    binding.columns.iter().filter_map(column)
}

fn rows(sheet: &mut SheetXml<'_>, binding: &Binding, filling: &Filling) {
    for (index, row) in (0_u32..).zip(&filling.rows) {
        for (column, what) in columns(binding) {
            if let Some(value) = cell(binding, what, index, row) {
                sheet.set(binding.first_row + index, column, &value);
            }
        }
    }
}

fn cell(binding: &Binding, what: Column, index: u32, row: &FormRow) -> Option<Value> {
    match what {
        Column::Number => Some(Value::Number((index + 1).to_string())),
        Column::Name => Some(Value::Text(row.name.clone())),
        Column::Note => row.figures.last().and_then(|figure| value(binding, figure)),
        Column::Figure(slot) => row.figures.get(slot).and_then(|figure| value(binding, figure)),
    }
}

fn value(binding: &Binding, figure: &Figure) -> Option<Value> {
    match figure {
        Figure::Count(_) | Figure::Money(_) => number(binding, figure).map(Value::Number),
        Figure::Missing => Some(Value::Text(NO_SOURCE.to_owned())),
        Figure::Remark(text) => (!text.is_empty()).then(|| Value::Text(text.clone())),
    }
}

fn number(binding: &Binding, figure: &Figure) -> Option<String> {
    match figure {
        Figure::Count(count) => Some(count.to_string()),
        Figure::Money(fen) if binding.yuan => Some(super::csv_files::yuan(*fen)),
        Figure::Money(fen) => Some(ten_thousand_yuan(*fen).to_string()),
        Figure::Missing | Figure::Remark(_) => None,
    }
}

/// 总计: live sums with their values.
fn totals(sheet: &mut SheetXml<'_>, binding: &Binding, filling: &Filling, row: u32) {
    for (column, what) in columns(binding) {
        let Column::Figure(slot) = what else { continue };
        let Some(figure) = filling.total.get(slot) else { continue };
        let letters = column_letters(column);
        let sum = format!("SUM({letters}{}:{letters}{})", binding.first_row, row - 1);
        let written = match number(binding, figure) {
            Some(number) => Some(Value::Formula(sum, number)),
            None => value(binding, figure),
        };
        if let Some(written) = written {
            sheet.set(row, column, &written);
        }
    }
}

/// 填表单位 and the like, behind the label that stands in the cell.
fn heading_cells(
    sheet: &mut SheetXml<'_>,
    binding: &Binding,
    project: &Project,
    (room, blank, filling): (&Room, &check::Blank, &Filling),
) {
    for (what, address) in &binding.cells {
        let text = heading_text(what, project, filling);
        let label = blank.label(*address).unwrap_or_default();
        let Address { column, row } = *address;
        sheet.set(room.shift().row(row), column, &Value::Text(format!("{label}{text}")));
    }
}

fn heading_text(what: &str, project: &Project, filling: &Filling) -> String {
    match what {
        "bureau" => project.bureau(),
        "filled_on" => chinese_date(project.filled_on.unwrap_or(project.as_of)),
        "filled_by" => project.filled_by.clone().unwrap_or_default(),
        "period" => match project.report_window {
            ReportWindow::HalfYear => HalfYear::of(project.as_of).label(),
            ReportWindow::YearToDate => {
                format!("{}年1月1日至{}", project.as_of.year(), chinese_date(project.as_of))
            }
        },
        _ => {
            let notes = filling.notes.iter().map(|note| note.trim_start_matches("注："));
            notes.collect::<Vec<_>>().join("\n")
        }
    }
}
