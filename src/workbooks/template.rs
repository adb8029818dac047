//! A bureau's own blank form, filled: the blank `.xlsx` is taken as it is, and only the bound cells
//! are written. What does not fit is found before anything is read or linked.

mod check;
mod package;
mod references;
mod sheet;

use std::path::Path;

use crate::config::{Binding, BoundForm, CellAddress, Project, ReportWindow};
use crate::origin::column_letters;
use crate::private_files::read_small;
use crate::problems::Problem;
use crate::statistics::indicators::indicators;
use crate::vocabulary::Annex;
use crate::vocabulary::HalfYear;

use super::WorkbookError;
use super::form::{Filling, FormFigure, FormRow, NO_SOURCE, ten_thousand_yuan};
use super::plan_form;
use crate::results::words::chinese_date;
use package::Package;
use sheet::{SheetXml, UNREADABLE, XmlValue};

/// Every mistake of the project's own blank forms, with its cell.
pub fn mistakes(project: &Project) -> Vec<Problem> {
    let mistakes = |binding| check::mistakes(binding, &codes(project, binding));
    project.templates.iter().flat_map(mistakes).collect()
}

/// A blank form with what fills it.
pub(super) struct OwnForm<'run> {
    pub(super) binding: &'run Binding,
    pub(super) filling: Filling,
    /// What the figures are counted for; the project's window where none is given.
    pub(super) period: Option<String>,
}

/// What a form's columns may be bound to, in the order of [`FormRow::figures`].
fn codes(project: &Project, binding: &Binding) -> Vec<String> {
    match &binding.form {
        BoundForm::Annex(annex) => {
            indicators(*annex).iter().map(|one| one.code.to_owned()).collect()
        }
        BoundForm::Report(id) => {
            let policy = project.programmes.iter().find(|one| one.id == *id);
            policy.map(plan_form::codes).unwrap_or_default()
        }
    }
}

/// What a bound column prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BoundColumn {
    Number,
    Name,
    Note,
    Figure(usize),
}

impl BoundColumn {
    fn of(form: &BoundForm, codes: &[String], what: &str) -> Option<Self> {
        match what {
            "number" => Some(Self::Number),
            "name" => Some(Self::Name),
            "note" if *form == BoundForm::Annex(Annex::Three) => Some(Self::Note),
            code => codes.iter().position(|one| one == code).map(Self::Figure),
        }
    }
}

/// Writes a filled copy of the blank form.
///
/// # Errors
/// Where the blank cannot be read or the copy cannot be written.
pub(super) fn write(
    path: &Path,
    own: &OwnForm<'_>,
    project: &Project,
) -> Result<(), WorkbookError> {
    let OwnForm { binding, filling, .. } = own;
    let broken = |reason: String| WorkbookError::Template { path: binding.path.clone(), reason };
    let mut package =
        Package::open(&read_small(&binding.path, package::LARGEST)?).map_err(broken)?;
    let part = package.sheet(&binding.sheet).ok_or_else(|| broken(UNREADABLE.to_owned()))?;
    let text = package.text(&part).ok_or_else(|| broken(UNREADABLE.to_owned()))?;
    // Formulas that are not bound keep no value of the empty form.
    let text = package::without_values(text);
    let mut sheet = SheetXml::parse(&text).map_err(broken)?;
    let blank = check::Blank::open(binding).map_err(broken)?;
    let room = Room::make(&mut sheet, binding, filling.rows.len());
    let headings = HeadingCells { own, blank: &blank, shift: room.shift() };
    headings.write(&mut sheet, project);
    let columns = columns(binding, &codes(project, binding));
    let table = BoundTable { binding, columns };
    table.rows(&mut sheet, filling);
    if let Some(total) = room.total {
        table.totals(&mut sheet, filling, total);
    }
    let text = sheet.write().map_err(broken)?;
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

fn columns(binding: &Binding, codes: &[String]) -> Vec<(u32, BoundColumn)> {
    let column = |(index, what): (&u32, &String)| {
        Some((*index, BoundColumn::of(&binding.form, codes, what)?))
    };
    binding.columns.iter().filter_map(column).collect()
}

/// The table of a blank form, with what each bound column holds.
struct BoundTable<'a> {
    binding: &'a Binding,
    columns: Vec<(u32, BoundColumn)>,
}

impl BoundTable<'_> {
    fn rows(&self, sheet: &mut SheetXml<'_>, filling: &Filling) {
        for (index, row) in (0_u32..).zip(&filling.rows) {
            for (column, what) in &self.columns {
                if let Some(value) = cell(self.binding, *what, index, row) {
                    sheet.set(self.binding.first_row + index, *column, &value);
                }
            }
        }
    }

    /// 总计: live sums with their values.
    fn totals(&self, sheet: &mut SheetXml<'_>, filling: &Filling, row: u32) {
        let binding = self.binding;
        for (column, what) in &self.columns {
            let BoundColumn::Figure(slot) = what else { continue };
            let Some(figure) = filling.total.get(*slot) else { continue };
            let letters = column_letters(*column);
            let sum = format!("SUM({letters}{}:{letters}{})", binding.first_row, row - 1);
            let written = match number(binding, figure) {
                Some(number) => Some(XmlValue::Formula(sum, number)),
                None => value(binding, figure),
            };
            if let Some(written) = written {
                sheet.set(row, *column, &written);
            }
        }
    }
}

fn cell(binding: &Binding, what: BoundColumn, index: u32, row: &FormRow) -> Option<XmlValue> {
    match what {
        BoundColumn::Number => Some(XmlValue::Number((index + 1).to_string())),
        BoundColumn::Name => Some(XmlValue::Text(row.name.clone())),
        BoundColumn::Note => row.figures.last().and_then(|figure| value(binding, figure)),
        BoundColumn::Figure(slot) => {
            row.figures.get(slot).and_then(|figure| value(binding, figure))
        }
    }
}

fn value(binding: &Binding, figure: &FormFigure) -> Option<XmlValue> {
    match figure {
        FormFigure::Count(_) | FormFigure::Money(_) => {
            number(binding, figure).map(XmlValue::Number)
        }
        FormFigure::Missing => Some(XmlValue::Text(NO_SOURCE.to_owned())),
        FormFigure::Remark(text) => (!text.is_empty()).then(|| XmlValue::Text(text.clone())),
    }
}

fn number(binding: &Binding, figure: &FormFigure) -> Option<String> {
    match figure {
        FormFigure::Count(count) => Some(count.to_string()),
        FormFigure::Money(fen) if binding.yuan => Some(super::csv_files::yuan(*fen)),
        FormFigure::Money(fen) => Some(ten_thousand_yuan(*fen).to_string()),
        FormFigure::Missing | FormFigure::Remark(_) => None,
    }
}

/// 填表单位 and the like, behind the label that stands in the cell.
struct HeadingCells<'a> {
    own: &'a OwnForm<'a>,
    blank: &'a check::Blank,
    shift: references::Shift,
}

impl HeadingCells<'_> {
    fn write(&self, sheet: &mut SheetXml<'_>, project: &Project) {
        for (what, address) in &self.own.binding.cells {
            let text = heading_text(what, project, self.own);
            let label = self.blank.label(*address).unwrap_or_default();
            let CellAddress { column, row } = *address;
            sheet.set(self.shift.row(row), column, &XmlValue::Text(format!("{label}{text}")));
        }
    }
}

fn heading_text(what: &str, project: &Project, own: &OwnForm<'_>) -> String {
    match what {
        "bureau" => project.bureau(),
        "filled_on" => chinese_date(project.filled_on.unwrap_or(project.as_of)),
        "filled_by" => project.filled_by.clone().unwrap_or_default(),
        "period" => own.period.clone().unwrap_or_else(|| window(project)),
        _ => {
            let notes = own.filling.notes.iter().map(|note| note.trim_start_matches("注："));
            notes.collect::<Vec<_>>().join("\n")
        }
    }
}

fn window(project: &Project) -> String {
    match project.report_window {
        ReportWindow::HalfYear => HalfYear::of(project.as_of).label(),
        ReportWindow::YearToDate => {
            format!("{}年1月1日至{}", project.as_of.year(), chinese_date(project.as_of))
        }
    }
}
