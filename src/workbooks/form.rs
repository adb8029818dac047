//! The frame both official forms share: `附件N`, title, the three lines above the table, two
//! heading rows, the rows, 总计 with live sums, and notes below. A4 landscape (GB/T 9704-2012).

use jiff::civil::Date;
use rust_xlsxwriter::{Format, Formula, Worksheet, XlsxError};

use crate::config::Project;
use crate::results::words::chinese_date;
use crate::statistics::forms::Lack;
use crate::statistics::forms::{AnnexRow, Values};
use crate::statistics::indicators::{Indicator, Measure};
use crate::statistics::{BasisNote, Check};

use super::book::Book;
use super::columns::{Cell, CellKind, ColumnLook, TableColumn, column, count_value, nth, numbered};
use super::style::FormStyles;
use super::table::{
    MAX_HEIGHT, SheetPlace, SheetSpec, SheetTable, column_index, display_width, fit_cell, landscape,
};

/// First heading row; the lines above it are 附件, title and the three lines.
const HEADING_ROW: u32 = 5;
const FIRST_ROW: u32 = HEADING_ROW + 2;

/// Under a form whose figures rows in review can still raise.
pub(super) const PENDING_NOTE: &str =
    "注：表内只计已确认的人员；尚待核对的人员未计入，见所附“待核影响”表。";

/// What stands where there is no source: never 0.
pub(super) const NO_SOURCE: &str = "—";

/// One column of a form.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    /// Heading above several columns; neighbours with the same one are merged.
    pub(super) group: Option<&'static str>,
    /// Heading.
    pub(super) text: String,
    /// Width in Excel's character units.
    pub(super) width: f64,
}

/// A column without a group.
pub(super) fn heading(text: &str, width: f64) -> Heading {
    Heading { group: None, text: text.to_owned(), width }
}

/// The columns of figures.
pub(super) fn figure_headings(indicators: &[Indicator]) -> Vec<Heading> {
    let heading = |one: &Indicator| Heading {
        group: Some(one.group).filter(|group| !group.is_empty()),
        text: one.printed(),
        width: one.width,
    };
    indicators.iter().map(heading).collect()
}

/// A form's fixed parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form<'a> {
    /// `附件2`; also the sheet's name.
    pub(super) attachment: &'a str,
    /// Title.
    pub(super) title: &'a str,
    /// All columns, 序号 and name included.
    pub(super) headings: &'a [Heading],
    /// Heights of the two heading rows, in points.
    pub(super) heading_heights: [f64; 2],
}

/// One figure of a form.
#[derive(Clone, Debug)]
pub(super) enum FormFigure {
    /// Persons or 人次.
    Count(u64),
    /// Money in fen, printed in 万元.
    Money(i64),
    /// No source.
    Missing,
    /// 备注.
    Remark(String),
}

impl FormFigure {
    /// A figure as its indicator measures it; nothing where there is no source.
    pub(super) fn of(indicator: &Indicator, value: Option<i64>) -> Self {
        match (value, indicator.measure) {
            (None, _) => Self::Missing,
            (Some(fen), Measure::Money(_)) => Self::Money(fen),
            (Some(count), _) => Self::Count(count.unsigned_abs()),
        }
    }
}

/// The figures of a row in the order of the form.
pub(super) fn figures(indicators: &[Indicator], values: &Values) -> Vec<FormFigure> {
    indicators.iter().map(|one| FormFigure::of(one, values.get(one.code))).collect()
}

/// One row of a form.
#[derive(Clone, Debug)]
pub(super) struct FormRow {
    /// School, agency or county; unused in the total.
    pub(super) name: String,
    /// The figures.
    pub(super) figures: Vec<FormFigure>,
}

/// What fills a form.
#[derive(Clone, Debug)]
pub(super) struct Filling {
    /// The rows.
    pub(super) rows: Vec<FormRow>,
    /// 总计.
    pub(super) total: Vec<FormFigure>,
    /// Notes under the table.
    pub(super) notes: Vec<String>,
}

/// What stands in the three lines above a form.
#[derive(Clone, Debug)]
pub(super) struct Signature<'a> {
    /// 填表单位.
    pub(super) bureau: String,
    /// 填表时间.
    pub(super) filled_on: Date,
    /// 填表人; a blank to be filled in where nobody is named.
    pub(super) filled_by: &'a str,
}

impl<'a> Signature<'a> {
    /// That of a city's own forms.
    pub(super) fn of(project: &'a Project) -> Self {
        Self {
            bureau: project.bureau(),
            filled_on: project.filled_on.unwrap_or(project.as_of),
            filled_by: project.filled_by.as_deref().unwrap_or_default(),
        }
    }
}

/// Writes the form's sheet.
pub(super) fn write(
    book: &mut Book,
    form: &Form,
    signature: &Signature<'_>,
    filling: &Filling,
) -> Result<(), XlsxError> {
    let styles = book.styles.form.clone();
    let sheet = book.page(form.attachment)?;
    for (index, heading) in form.headings.iter().enumerate() {
        sheet.set_column_width(column_index(index), heading.width)?;
    }
    head(sheet, form, signature, &styles)?;
    headings(sheet, form, &styles)?;
    let mut next = FIRST_ROW;
    for (number, row) in (1_u32..).zip(&filling.rows) {
        sheet.set_row_height(next, row_height(form, row))?;
        form_row(sheet, next, number, row, &styles)?;
        next += 1;
    }
    total_row(sheet, next, &filling.total, &styles)?;
    notes(sheet, next + 1, form, &filling.notes, &styles)?;
    sheet.set_repeat_rows(HEADING_ROW, HEADING_ROW + 1)?;
    sheet.set_freeze_panes(FIRST_ROW, 2)?;
    landscape(sheet);
    sheet.set_print_center_horizontally(true).set_margins(0.6, 0.6, 0.7, 0.7, 0.3, 0.35);
    Ok(())
}

fn head(
    sheet: &mut Worksheet,
    form: &Form,
    signature: &Signature<'_>,
    styles: &FormStyles,
) -> Result<(), XlsxError> {
    let last = column_index(form.headings.len() - 1);
    sheet.set_row_height(0, 26)?;
    sheet.write_string_with_format(0, 0, form.attachment, &styles.attachment)?;
    sheet.set_row_height(1, 40)?;
    sheet.merge_range(1, 0, 1, last, form.title, &styles.title)?;
    let lines = [
        format!("填表单位(盖章): {}", signature.bureau),
        format!("填表时间: {}", chinese_date(signature.filled_on)),
        format!("填表人: {}", signature.filled_by),
    ];
    for (row, line) in (2_u32..).zip(&lines) {
        sheet.set_row_height(row, 21)?.write_string_with_format(
            row,
            0,
            fit_cell(line).as_ref(),
            &styles.line,
        )?;
    }
    Ok(())
}

fn headings(sheet: &mut Worksheet, form: &Form, styles: &FormStyles) -> Result<(), XlsxError> {
    let [upper, lower] = form.heading_heights;
    sheet.set_row_height(HEADING_ROW, upper)?.set_row_height(HEADING_ROW + 1, lower)?;
    let mut first = 0;
    for stretch in form.headings.chunk_by(same_group) {
        let last = first + stretch.len() - 1;
        group_heading(sheet, column_index(first), stretch, &styles.heading)?;
        first = last + 1;
    }
    Ok(())
}

fn same_group(left: &Heading, right: &Heading) -> bool {
    left.group.is_some() && left.group == right.group
}

fn group_heading(
    sheet: &mut Worksheet,
    first: u16,
    stretch: &[Heading],
    format: &Format,
) -> Result<(), XlsxError> {
    let last = first + column_index(stretch.len()) - 1;
    let Some(group) = stretch.first().and_then(|heading| heading.group) else {
        let text = stretch.first().map_or("", |heading| heading.text.as_str());
        sheet.merge_range(HEADING_ROW, first, HEADING_ROW + 1, last, text, format)?;
        return Ok(());
    };
    if first == last {
        sheet.write_string_with_format(HEADING_ROW, first, group, format)?;
    } else {
        sheet.merge_range(HEADING_ROW, first, HEADING_ROW, last, group, format)?;
    }
    for (column, heading) in (first..).zip(stretch) {
        sheet.write_string_with_format(HEADING_ROW + 1, column, &heading.text, format)?;
    }
    Ok(())
}

fn form_row(
    sheet: &mut Worksheet,
    row: u32,
    number: u32,
    content: &FormRow,
    styles: &FormStyles,
) -> Result<(), XlsxError> {
    sheet.write_number_with_format(row, 0, number, &styles.count)?;
    sheet.write_string_with_format(row, 1, fit_cell(&content.name).as_ref(), &styles.name)?;
    for (index, figure) in content.figures.iter().enumerate() {
        let place = SheetPlace { row, column: column_index(index + 2) };
        write_figure(sheet, place, figure, styles)?;
    }
    Ok(())
}

/// High enough for the name and the remark to wrap in their columns.
fn row_height(form: &Form, row: &FormRow) -> f64 {
    // A character of 小四 is a seventh wider than the unit columns are measured in; remarks are
    // set smaller.
    let needed = |text: &str, scale: f64, width: f64| {
        (count_value(display_width(text)) * scale / width).ceil()
    };
    let figures = row.figures.iter().zip(form.headings.iter().skip(2));
    let remarks = figures.map(|(figure, heading)| match figure {
        FormFigure::Remark(text) => needed(text, 1.02, heading.width),
        _ => 1.0,
    });
    let name = form.headings.get(1).map_or(1.0, |heading| needed(&row.name, 1.15, heading.width));
    remarks.fold(name, f64::max).max(1.0) * 16.0 + 9.0
}

fn write_figure(
    sheet: &mut Worksheet,
    SheetPlace { row, column }: SheetPlace,
    figure: &FormFigure,
    styles: &FormStyles,
) -> Result<(), XlsxError> {
    match figure {
        FormFigure::Count(count) => {
            sheet.write_number_with_format(row, column, whole(*count), &styles.count)?
        }
        FormFigure::Money(fen) => {
            sheet.write_number_with_format(row, column, ten_thousand_yuan(*fen), &styles.money)?
        }
        FormFigure::Missing => {
            sheet.write_string_with_format(row, column, NO_SOURCE, &styles.count)?
        }
        FormFigure::Remark(text) => {
            sheet.write_string_with_format(row, column, fit_cell(text).as_ref(), &styles.remark)?
        }
    };
    Ok(())
}

/// 总计: sums Excel recomputes, with the value stored for readers that do not.
fn total_row(
    sheet: &mut Worksheet,
    row: u32,
    total: &[FormFigure],
    styles: &FormStyles,
) -> Result<(), XlsxError> {
    sheet.set_row_height(row, 27)?;
    sheet.merge_range(row, 0, row, 1, "总计", &styles.name)?;
    for (index, figure) in total.iter().enumerate() {
        let column = column_index(index + 2);
        let (value, format) = match figure {
            FormFigure::Count(count) => (count.to_string(), &styles.count),
            FormFigure::Money(fen) => (ten_thousand_yuan(*fen).to_string(), &styles.money),
            FormFigure::Missing | FormFigure::Remark(_) => {
                write_figure(sheet, SheetPlace { row, column }, figure, styles)?;
                continue;
            }
        };
        if row == FIRST_ROW {
            write_figure(sheet, SheetPlace { row, column }, figure, styles)?;
            continue;
        }
        let letters = crate::origin::column_letters(u32::from(column));
        let sum = format!("=SUM({letters}{}:{letters}{row})", FIRST_ROW + 1);
        let formula = Formula::new(sum).set_result(value);
        sheet.write_formula_with_format(row, column, formula, format)?;
    }
    Ok(())
}

fn notes(
    sheet: &mut Worksheet,
    first: u32,
    form: &Form,
    notes: &[String],
    styles: &FormStyles,
) -> Result<(), XlsxError> {
    let last = column_index(form.headings.len() - 1);
    let room: f64 = form.headings.iter().map(|heading| heading.width).sum();
    for (row, note) in (first..).zip(notes) {
        let lines = (count_value(display_width(note)) * 1.08 / room).ceil().max(1.0);
        sheet.set_row_height(row, (lines * 15.0 + 3.0).min(MAX_HEIGHT))?;
        sheet.merge_range(row, 0, row, last, fit_cell(note).as_ref(), &styles.note)?;
    }
    Ok(())
}

/// 万元 of an amount in fen.
#[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2^53 fen")]
pub(super) fn ten_thousand_yuan(fen: i64) -> f64 {
    fen as f64 / 1_000_000.0
}

#[expect(clippy::cast_precision_loss, reason = "counts of people stay far below 2^53")]
fn whole(count: u64) -> f64 {
    count as f64
}

fn basis_columns<'a>() -> Vec<TableColumn<&'a BasisNote>> {
    vec![
        numbered(6),
        column("指标或选项", CellKind::Text, 46, |line| line.subject.as_str().into()),
        column("口径", CellKind::Text, 84, |line| line.rule.as_str().into()),
        column("设置项", CellKind::Text, 42, |line| line.setting.as_str().into()),
    ]
}

/// The 口径说明 sheet.
pub(super) fn basis(book: &mut Book, note: &str, basis: &[BasisNote]) -> Result<(), XlsxError> {
    let spec =
        SheetSpec { name: "口径说明", title: "口径说明", note, frozen: 0, back: None };
    SheetTable::write(book, spec, basis_columns(), basis)
}

fn check_columns<'a>() -> Vec<TableColumn<&'a Check>> {
    vec![
        numbered(6),
        column("类别", CellKind::Word, 14, |check| check.scope.label().into()),
        column("关系", CellKind::Text, 44, |check| check.relation.as_str().into()),
        column("范围", CellKind::Text, 34, |check| check.place.as_str().into()),
        column("左边数", CellKind::Count, 12, |check| signed(check.left)),
        column("右边数", CellKind::Count, 12, |check| signed(check.right)),
        column("结果", CellKind::Coloured, 10, |check| {
            if check.holds { "通过" } else { "不符" }.into()
        }),
        column("说明", CellKind::Text, 60, |check| check.explanation.as_str().into()),
    ]
}

/// The 勾稽关系 sheet.
pub(super) fn checks(book: &mut Book, checks: &[Check]) -> Result<(), XlsxError> {
    let failed = checks.iter().filter(|check| !check.holds).count();
    let advice =
        if failed > 0 { "不符的列在最前，请先查明原因再上报；" } else { "" };
    let note = format!(
        "共 {} 项，不符 {failed} 项。{advice}其后依次为总计、各单位、各县(市、区)，两边都为0的单位和县不列。",
        checks.len()
    );
    let spec =
        SheetSpec {
            name: "勾稽关系", title: "勾稽关系", note: &note, frozen: 0, back: None
        };
    SheetTable::write(book, spec, check_columns(), checks)
}

/// Under a form: why figures are not known, or not whole.
pub(super) fn lack_notes(lacks: &[Lack]) -> impl Iterator<Item = String> {
    lacks.iter().map(|lack| format!("注：{}。", lack.sentence()))
}

/// A figure rows in review can still raise: its code, and the headings of what counts and what may.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingFigure {
    /// Code of its indicator.
    pub(super) code: &'static str,
    /// Headings of both columns.
    pub(super) headings: [&'static str; 2],
}

/// A row of a form whose figures may be pending.
#[derive(Clone, Copy)]
pub(super) struct PendingRow<'a> {
    /// The row.
    pub(super) row: &'a AnnexRow,
    /// Its figures on this sheet.
    pub(super) figures: &'static [PendingFigure],
}

impl PendingRow<'_> {
    fn inside(&self, place: usize) -> Option<i64> {
        self.row.values.get(self.figures[place].code)
    }

    /// By how much it can grow; nothing where the figure cannot be known.
    fn open(&self, place: usize) -> Option<i64> {
        self.inside(place)?;
        Some(self.row.pending.get(self.figures[place].code).unwrap_or(0))
    }
}

/// Two columns a figure: what counts, and by how much it can grow.
pub(super) fn pending_columns<'a>(
    figures: &'static [PendingFigure],
    widest: u16,
) -> Vec<TableColumn<PendingRow<'a>>> {
    let look = |heading| ColumnLook::plain(heading, CellKind::Count, widest);
    let both = |(place, one): (usize, &PendingFigure)| {
        let [inside, open] = one.headings.map(look);
        [
            nth(inside, place, |row: &PendingRow, place| row.inside(place).map(signed).into()),
            nth(open, place, |row: &PendingRow, place| row.open(place).map(signed).into()),
        ]
    };
    figures.iter().enumerate().flat_map(both).collect()
}

/// A count in a table beside a form.
pub(super) fn count_cell<'a>(count: u64) -> Cell<'a> {
    Cell::Number(whole(count))
}

#[expect(clippy::cast_precision_loss, reason = "figures stay far below 2^53")]
pub(super) fn signed(value: i64) -> Cell<'static> {
    Cell::Number(value as f64)
}
