//! A sheet → the forms in it: heading line, columns, lines above the table, rows, total.
//!
//! Columns may have moved and rows been added; both forms may stand in one sheet, one below the
//! other. Nothing is judged here but what a row is.

use crate::province::amount;
use crate::province::amount::{PrintedAmount, Unit};
use crate::province::fault::address;
use crate::province::wording::Wording;
use crate::records::date::{self, PartialDate};
use crate::records::text::compact_text;
use crate::sources::{Grid, RawCell, Row, heading_line, normalise_heading, shown_cell};
use crate::statistics::indicators::indicators;
use crate::vocabulary::Annex;

use super::wording::{is_money, least_columns};

/// A column that holds a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormColumn {
    /// Which figure.
    pub slot: usize,
    /// Column index from 0.
    pub index: u32,
    /// Heading as the file has it.
    pub heading: String,
    /// What it is counted in.
    pub unit: Unit,
    /// Whether it was told by its place alone.
    pub by_place: bool,
}

/// A text above or below the table, with its cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadingLine {
    /// The text, the cell to its right behind it where it ends in a colon.
    pub text: String,
    /// A1 address.
    pub cell: String,
}

/// One row of a form.
#[derive(Clone, Debug, Default)]
pub struct ReturnedRow {
    /// From 1, as Excel shows it.
    pub number: u32,
    /// School, agency or county.
    pub name: String,
    /// The figures by slot.
    pub amounts: Vec<PrintedAmount>,
    /// Whether it stands below the total.
    pub below_total: bool,
}

/// A form as it stands in a sheet.
#[derive(Clone, Debug)]
pub struct ReturnedForm {
    /// Path of the file.
    pub file: String,
    /// Sheet name.
    pub sheet: String,
    /// Which form.
    pub annex: Annex,
    /// Row of the last heading line.
    pub header_row: u32,
    /// Column of the names.
    pub name_column: u32,
    /// The columns that were told.
    pub columns: Vec<FormColumn>,
    /// Columns whose figure another column has already.
    pub twice: Vec<FormColumn>,
    /// Figures without a column.
    pub missing: Vec<usize>,
    /// Texts above and below the table.
    pub lines: Vec<HeadingLine>,
    /// The rows.
    pub rows: Vec<ReturnedRow>,
    /// 总计.
    pub total: Option<ReturnedRow>,
}

impl ReturnedForm {
    /// A1 address of a figure in a row; the heading row's beginning where there is no such column.
    pub fn cell(&self, slot: usize, row: u32) -> String {
        let column = self.columns.iter().find(|column| column.slot == slot);
        address(column.map_or(0, |column| column.index), row)
    }
}

/// Finds all forms of a sheet.
pub fn find(grid: &Grid, wording: &Wording) -> Vec<ReturnedForm> {
    let headers = headers(grid, wording);
    let mut forms: Vec<ReturnedForm> = Vec::new();
    let mut above = 0;
    for (place, header) in headers.iter().enumerate() {
        let limit = headers.get(place + 1).map_or(grid.rows.len(), |next| next.first);
        let body = &grid.rows[header.after..limit];
        let end = header.after + body.iter().position(is_title).unwrap_or(body.len());
        let last = place + 1 == headers.len();
        let mut lines = lines(&grid.rows[above..header.first]);
        if last {
            lines.extend(crate::province::form::lines(&grid.rows[end..]));
        }
        let form = read(grid, header, &grid.rows[header.after..end], lines);
        match forms.last_mut() {
            // A heading line repeated at the top of a printed page.
            Some(before) if form.annex == before.annex && form.lines.is_empty() => {
                before.append(form);
            }
            _ => forms.push(form),
        }
        above = end;
    }
    forms
}

impl ReturnedForm {
    fn append(&mut self, more: Self) {
        self.rows.extend(more.rows);
        self.total = more.total.or(self.total.take());
    }
}

/// A heading line of a form.
#[derive(Clone, Debug)]
struct FormHeader {
    annex: Annex,
    /// Its first row, as a place in the sheet.
    first: usize,
    /// Its last row, and the first one behind it and a row that numbers the columns.
    last: usize,
    after: usize,
    columns: Vec<FormColumn>,
    twice: Vec<FormColumn>,
    /// Columns of names and running numbers.
    name: Option<u32>,
    serial: Option<u32>,
    score: usize,
}

fn headers(grid: &Grid, wording: &Wording) -> Vec<FormHeader> {
    let mut found: Vec<FormHeader> = Vec::new();
    let mut place = 0;
    while place < grid.rows.len() {
        let here = (place..=place + 1).flat_map(|first| [(first, 1), (first, 2)]);
        let mut best: Option<FormHeader> = None;
        let reached = at(grid, place, 1, wording).or(at(grid, place, 2, wording)).is_some();
        for header in
            here.filter_map(|(first, span)| at(grid, first, span, wording)).filter(|_| reached)
        {
            if best.as_ref().is_none_or(|one| header.score > one.score) {
                best = Some(header);
            }
        }
        place = best.as_ref().map_or(place + 1, |header| header.after);
        found.extend(best);
    }
    found
}

/// The heading line of one or two rows from a place on, if that is one.
fn at(grid: &Grid, first: usize, span: usize, wording: &Wording) -> Option<FormHeader> {
    let lines = grid.rows.get(first..first + span)?;
    let headings = heading_line(lines);
    if headings.iter().any(|(_, group, heading)| {
        wording.is_foreign(heading) || (!group.is_empty() && wording.is_foreign(group))
    }) {
        return None;
    }
    let of = |annex| told(annex, first, span, &headings, wording);
    let (two, three) = (of(Annex::Two), of(Annex::Three));
    let best = if three.score > two.score { three } else { two };
    (best.columns.len() >= least_columns(best.annex)).then(|| FormHeader {
        after: best.after + usize::from(grid.rows.get(best.after).is_some_and(is_numbering)),
        ..best
    })
}

fn told(
    annex: Annex,
    first: usize,
    span: usize,
    headings: &[(u32, String, String)],
    wording: &Wording,
) -> FormHeader {
    let (columns, twice) = (Vec::new(), Vec::new());
    let (last, after) = (first + span - 1, first + span);
    let mut header = FormHeader {
        annex,
        first,
        last,
        after,
        columns,
        twice,
        name: None,
        serial: None,
        score: 0,
    };
    let mut unknown = Vec::new();
    for (index, group, heading) in headings {
        let words = normalise_heading(heading).whole;
        match wording.slot(annex, group, heading) {
            Some(slot) => header.add(column(annex, slot, *index, group, heading)),
            None if words.contains("序号") => header.serial = Some(*index),
            None if header.name.is_none() && is_name(&words) => header.name = Some(*index),
            None => unknown.push((*index, group.as_str(), heading.as_str())),
        }
    }
    header.guess(&unknown);
    let named = usize::from(header.name.is_some()) * 2 + usize::from(header.serial.is_some());
    header.score = (header.columns.len() * 4 + named).saturating_sub(span);
    header
}

fn column(annex: Annex, slot: usize, index: u32, group: &str, heading: &str) -> FormColumn {
    let unit = unit(annex, slot, &format!("{heading}{group}"));
    FormColumn { slot, index, heading: heading.to_owned(), unit, by_place: false }
}

/// The form prints 万元; a heading that says 元 alone means it.
fn unit(annex: Annex, slot: usize, heading: &str) -> Unit {
    if !is_money(annex, slot) {
        return Unit::Whole;
    }
    let words = normalise_heading(heading).whole;
    if words.contains('元') && !words.contains("万元") {
        Unit::Yuan
    } else {
        Unit::TenThousandYuan
    }
}

fn is_name(words: &str) -> bool {
    ["名称", "学校", "院校", "机构", "单位", "县", "地区", "区划"].iter().any(|w| words.contains(w))
}

impl FormHeader {
    fn add(&mut self, column: FormColumn) {
        let known = self.columns.iter().any(|other| other.slot == column.slot);
        if known { self.twice.push(column) } else { self.columns.push(column) }
    }

    /// A single figure that is missing, and a single heading that means nothing where the form
    /// has that figure: its words were changed.
    fn guess(&mut self, unknown: &[(u32, &str, &str)]) {
        let count = indicators(self.annex).len();
        let missing: Vec<usize> =
            (0..count).filter(|slot| self.columns.iter().all(|one| one.slot != *slot)).collect();
        let [slot] = missing.as_slice() else { return };
        let index = |slot: usize| self.columns.iter().find(|c| c.slot == slot).map(|c| c.index);
        let left = slot.checked_sub(1).map_or(self.name, index);
        let right = index(slot + 1);
        let between = |at: u32| {
            left.is_some_and(|left| at == left + 1) && right.is_none_or(|right| at + 1 == right)
        };
        let fitting: Vec<_> = unknown.iter().filter(|(at, _, _)| between(*at)).collect();
        if let [(at, group, heading)] = fitting.as_slice() {
            let guessed = column(self.annex, *slot, *at, group, heading);
            self.columns.push(FormColumn { by_place: true, ..guessed });
        }
    }
}

/// A row that numbers the columns: 1, 2, 3 … or ①, ②.
fn is_numbering(row: &Row) -> bool {
    let number =
        |cell: &RawCell| compact_text(&shown_cell(cell)).trim_matches(['(', ')']).parse::<u32>();
    let numbers: Vec<_> = row.cells.iter().filter_map(|(_, cell)| number(cell).ok()).collect();
    numbers.len() >= 4
        && numbers.len() + 2 >= row.cells.len()
        && numbers.windows(2).all(|pair| pair[0] + 1 == pair[1])
}

/// A line that belongs to the head of a form.
fn is_title(row: &Row) -> bool {
    const WORDS: [&str; 5] = ["填表单位", "填报单位", "填表时间", "填报时间", "进展情况表"];
    row.cells.iter().any(|(_, cell)| {
        let text = compact_text(&shown_cell(cell));
        text.starts_with("附件") || WORDS.iter().any(|word| text.contains(word))
    })
}

/// The texts of rows; where a label ends in a colon its value may stand in the next cell.
fn lines(rows: &[Row]) -> Vec<HeadingLine> {
    let mut lines = Vec::new();
    for row in rows {
        for (place, (column, cell)) in row.cells.iter().enumerate() {
            let mut text = shown_cell(cell).trim().to_owned();
            if text.ends_with([':', '：'])
                && let Some((_, next)) = row.cells.get(place + 1)
            {
                text.push_str(&date_or_text(next));
            }
            lines.push(HeadingLine { text, cell: address(*column, row.number) });
        }
    }
    lines
}

/// A date cell as a date, so that a line reads the same whether it was typed or formatted.
fn date_or_text(cell: &RawCell) -> String {
    let latest = jiff::civil::date(2100, 1, 1);
    let day = match cell {
        RawCell::Date(_) => date::parse(cell, latest).ok().and_then(PartialDate::full),
        _ => None,
    };
    day.map_or_else(|| shown_cell(cell).into_owned(), |day| day.to_string())
}

fn read(grid: &Grid, header: &FormHeader, body: &[Row], lines: Vec<HeadingLine>) -> ReturnedForm {
    let slots = 0..indicators(header.annex).len();
    let missing = slots.filter(|slot| header.columns.iter().all(|one| one.slot != *slot));
    let mut form = ReturnedForm {
        file: grid.file.clone(),
        sheet: grid.sheet.clone(),
        annex: header.annex,
        header_row: grid.rows.get(header.last).map_or(1, |row| row.number),
        name_column: header.name.unwrap_or_else(|| name_column(header, body)),
        columns: header.columns.clone(),
        twice: header.twice.clone(),
        missing: missing.collect(),
        lines,
        rows: Vec::new(),
        total: None,
    };
    for row in body {
        form.take(grid, header, row);
    }
    form
}

/// Where no heading says it, the names stand in the column with most texts before the figures.
fn name_column(header: &FormHeader, body: &[Row]) -> u32 {
    let first = header.columns.iter().map(|column| column.index).min().unwrap_or(1);
    let texts = |column: u32| {
        let is_text = |row: &&Row| matches!(row.cell(column), RawCell::Text(_));
        body.iter().filter(is_text).count()
    };
    let columns = (0..first).filter(|column| Some(*column) != header.serial);
    columns.max_by_key(|column| (texts(*column), *column)).unwrap_or(0)
}

impl ReturnedForm {
    fn take(&mut self, grid: &Grid, header: &FormHeader, row: &Row) {
        let name = text_at(row, self.name_column);
        let label = label(header, row, &name);
        let amounts = self.amounts(grid, row);
        let filled = amounts.iter().any(|amount| !amount.written.is_empty());
        let total = is_total(&label);
        if label.contains("小计") || (!filled && !total && (name.is_empty() || is_note(&label))) {
            return;
        }
        // A total above all rows is the other custom; only a row after others and a total is odd.
        let below_total = self.total.as_ref().is_some_and(|total| {
            self.rows.first().is_some_and(|first| first.number < total.number)
        });
        let row = ReturnedRow { number: row.number, name, amounts, below_total };
        if total || self.is_unlabelled_total(&row) {
            // Of two totals the last counts; the first was one of a part.
            self.rows.iter_mut().for_each(|row| row.below_total = false);
            self.total = Some(row);
        } else {
            self.rows.push(row);
        }
    }

    fn amounts(&self, grid: &Grid, row: &Row) -> Vec<PrintedAmount> {
        let mut amounts = vec![PrintedAmount::default(); indicators(self.annex).len()];
        for column in &self.columns {
            let cell = row.cell(column.index);
            let formula = grid.formulas.get(&(row.number, column.index));
            amounts[column.slot] = match formula {
                Some(formula) if *cell == RawCell::Empty => PrintedAmount::empty_formula(formula),
                _ => amount::read(cell, column.unit, grid.typed),
            };
        }
        amounts
    }

    /// A last row without a name that holds the sums of all above it.
    fn is_unlabelled_total(&self, row: &ReturnedRow) -> bool {
        let sum = |slot: usize| -> i64 {
            self.rows.iter().filter_map(|row| row.amounts[slot].value()).sum()
        };
        let mut figures = (0..row.amounts.len()).filter_map(|s| Some((s, row.amounts[s].value()?)));
        row.name.is_empty()
            && self.rows.len() >= 2
            && self.total.is_none()
            && figures.clone().any(|(_, value)| value > 0)
            && figures.all(|(slot, value)| value == sum(slot))
    }
}

/// What a row calls itself: its name, or what stands in the columns before it.
fn label(header: &FormHeader, row: &Row, name: &str) -> String {
    if !name.is_empty() {
        return name.to_owned();
    }
    let columns = [header.serial, Some(0)];
    let texts = columns.into_iter().flatten().map(|column| text_at(row, column));
    let mut words = texts.filter(|text| !text.is_empty() && text.parse::<f64>().is_err());
    words.next().unwrap_or_default()
}

fn text_at(row: &Row, column: u32) -> String {
    compact_text(&shown_cell(row.cell(column))).to_string()
}

fn is_total(label: &str) -> bool {
    let label = label.trim_end_matches([':', '：', ')']);
    label.chars().count() <= 8
        && ["总计", "合计", "共计", "累计"].iter().any(|word| label.ends_with(word))
}

/// A remark under the table, not a unit that filled nothing in.
fn is_note(label: &str) -> bool {
    const WORDS: [&str; 10] =
        ["注", "说明", "填表", "填报", "审核", "负责人", "联系", "电话", "盖章", "以下"];
    label.chars().count() > 30 || WORDS.iter().any(|word| label.contains(word))
}
