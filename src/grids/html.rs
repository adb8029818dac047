//! HTML saved as `.xls`: what many Chinese systems call an Excel export. Every table becomes a
//! sheet, also one that stands in a cell of a layout table.

use std::collections::BTreeMap;

use html5gum::{StartTag, Token, Tokenizer};

use super::cell::from_text;
use super::content::{Content, Format};
use super::exact::NumberEvidence;
use super::taker::Unseen;
use super::{Flow, MAX_COLUMNS, Refusal, Taker, text};
use super::{Merge, RawCell};

/// See [`Format`].
pub(super) const FORMAT: Format = Format { fits, read };

fn fits(content: &Content<'_>) -> bool {
    let marks = ["<html", "<!doctype html", "<table", "<head", "<body", "<meta", "<style", "<div"];
    let head = content.head();
    head.starts_with('<') && marks.iter().any(|mark| head.contains(mark))
}

fn read(content: &Content<'_>, taker: &mut dyn Taker) -> Result<(), Refusal> {
    let declared = text::declared_encoding(content.bytes);
    let text = text::decoded(content.bytes, declared.as_deref(), taker);
    if read_text(&text, taker) { Ok(()) } else { Err(Refusal::NoTable) }
}

/// A span larger than this is a mistake or an attack.
const LONGEST_SPAN: u32 = 1000;
/// Tables in tables in tables beyond this are an attack.
const DEEPEST: usize = 50;

/// Hands every table over as a sheet, in the order in which they begin. Returns whether there was
/// any.
fn read_text(text: &str, taker: &mut dyn Taker) -> bool {
    let mut reader = HtmlReader { evidence: evidence(text), ..HtmlReader::default() };
    for token in Tokenizer::new(text).flatten() {
        match token {
            Token::StartTag(tag) => reader.open(&tag),
            Token::EndTag(tag) => reader.close(&tag.name),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    while !reader.stack.is_empty() {
        reader.close_table();
    }
    reader.done.sort_by_key(|table| table.number);
    for table in &mut reader.done {
        hand_over(table, taker);
    }
    !reader.done.is_empty()
}

fn hand_over(table: &mut TableInPage, taker: &mut dyn Taker) {
    let first = table.number == 1;
    let name = if first { String::new() } else { format!("表{}", table.number) };
    taker.begin_text(&name);
    table.merges.iter().for_each(|merge| taker.merged(*merge));
    let hidden_rows = std::mem::take(&mut table.hidden);
    Unseen { hidden_rows, ..Unseen::default() }.tell(taker);
    for (number, cells) in std::mem::take(&mut table.rows) {
        if taker.row(number, cells) == Flow::Stop {
            break;
        }
    }
    taker.end();
}

/// The values Excel writes beside the texts it shows.
fn evidence(text: &str) -> NumberEvidence {
    const VALUE: &str = "x:num=";
    let mut evidence = NumberEvidence::default();
    for at in memchr::memmem::find_iter(text.as_bytes(), VALUE) {
        let rest = text.get(at + VALUE.len()..).unwrap_or_default();
        let value = rest.trim_start_matches(['"', '\'']);
        evidence.look(value.split(['"', '\'', '>', ' ']).next().unwrap_or_default());
    }
    evidence
}

#[derive(Default)]
struct HtmlReader {
    evidence: NumberEvidence,
    tables: u32,
    /// Inside `<style>`, `<script>` or `<title>`: text there is no content.
    muted: u32,
    /// The open tables, the innermost last.
    stack: Vec<TableInPage>,
    done: Vec<TableInPage>,
}

#[derive(Default)]
struct TableInPage {
    number: u32,
    rows: Vec<(u32, Vec<(u32, RawCell)>)>,
    row: u32,
    row_open: bool,
    /// What stands in the current row.
    cells: Vec<(u32, RawCell)>,
    /// No column before this one is free in the current row.
    next: u32,
    cell: Option<HtmlCell>,
    covers: RowSpans,
    merges: Vec<Merge>,
    hidden: Vec<u32>,
}

struct HtmlCell {
    text: String,
    /// The number behind the text, as Excel writes it into its web pages (`x:num`).
    number: String,
    columns: u32,
    rows: u32,
}

/// Stretches of columns that cells above reach down into: first column → stretch. No two living
/// ones overlap.
#[derive(Default)]
struct RowSpans(BTreeMap<u32, RowSpan>);

struct RowSpan {
    last_column: u32,
    last_row: u32,
}

impl RowSpans {
    /// The first column from this one on that nothing covers in a row.
    fn free(&self, row: u32, mut column: u32) -> u32 {
        while let Some((_, cover)) = self.0.range(..=column).next_back() {
            if cover.last_row < row || cover.last_column < column {
                break;
            }
            column = cover.last_column + 1;
        }
        column
    }

    /// A cell of this row reaches down; it ends where another one from above stands in its way.
    fn add(&mut self, row: u32, column: u32, mut cover: RowSpan) {
        let inside = self.0.range(column..=cover.last_column);
        let (mut dead, mut living) = (Vec::new(), None);
        for (first, other) in inside {
            if other.last_row >= row {
                living = Some(*first);
                break;
            }
            dead.push(*first);
        }
        for first in dead {
            self.0.remove(&first);
        }
        if let Some(first) = living {
            cover.last_column = first.saturating_sub(1);
        }
        if cover.last_row > row && cover.last_column >= column {
            self.0.insert(column, cover);
        }
    }
}

impl HtmlReader {
    fn open(&mut self, tag: &StartTag<()>) {
        match tag.name.as_slice() {
            b"style" | b"script" | b"title" if !tag.self_closing => self.muted += 1,
            b"table" if self.stack.len() < DEEPEST => {
                self.tables += 1;
                self.stack.push(TableInPage { number: self.tables, ..TableInPage::default() });
            }
            b"tr" => {
                if let Some(table) = self.stack.last_mut() {
                    table.open_row(self.evidence);
                    table.hidden.extend(is_hidden(tag).then_some(table.row));
                }
            }
            b"td" | b"th" => {
                self.innermost(TableInPage::close_cell);
                if let Some(table) = self.stack.last_mut() {
                    table.cell = Some(HtmlCell {
                        text: String::new(),
                        number: attribute(tag, b"x:num").unwrap_or_default(),
                        columns: span_of(tag, b"colspan"),
                        rows: span_of(tag, b"rowspan"),
                    });
                }
            }
            b"br" | b"p" | b"div" => self.text(" "),
            // Pages saved with their form fields keep the values there.
            b"input" if is_visible_input(tag) => {
                self.text(&attribute(tag, b"value").unwrap_or_default());
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &[u8]) {
        match name {
            b"style" | b"script" | b"title" => self.muted = self.muted.saturating_sub(1),
            b"td" | b"th" => self.innermost(TableInPage::close_cell),
            b"tr" => self.innermost(TableInPage::close_row),
            b"table" => self.close_table(),
            _ => {}
        }
    }

    fn innermost(&mut self, step: fn(&mut TableInPage, NumberEvidence)) {
        let evidence = self.evidence;
        self.stack.last_mut().into_iter().for_each(|table| step(table, evidence));
    }

    fn close_table(&mut self) {
        if let Some(mut table) = self.stack.pop() {
            table.close_row(self.evidence);
            self.done.push(table);
        }
    }

    fn text(&mut self, text: &str) {
        let cell = self.stack.last_mut().and_then(|table| table.cell.as_mut());
        if let Some(cell) = cell
            && self.muted == 0
            && cell.text.len() + text.len() < 100_000
        {
            cell.text.push_str(text);
        }
    }
}

impl TableInPage {
    fn open_row(&mut self, evidence: NumberEvidence) {
        self.close_row(evidence);
        self.row = self.row.saturating_add(1);
        self.row_open = true;
    }

    fn close_cell(&mut self, evidence: NumberEvidence) {
        let Some(cell) = self.cell.take() else { return };
        let first_row = self.row.max(1);
        let column = self.covers.free(first_row, self.next);
        let last_row = first_row.saturating_add(cell.rows - 1);
        let last_column = column.saturating_add(cell.columns - 1);
        self.next = last_column.saturating_add(1);
        if column < MAX_COLUMNS {
            self.merges.push(Merge { first_row, last_row, column, last_column });
            self.covers.add(first_row, column, RowSpan { last_column, last_row });
        }
        let value = cell.value(evidence);
        if value != RawCell::Empty {
            self.cells.push((column, value));
        }
    }

    fn close_row(&mut self, evidence: NumberEvidence) {
        self.close_cell(evidence);
        // `</tr>` and the next `<tr>` both end a row; cells without any `<tr>` make one too.
        if !std::mem::take(&mut self.row_open) && self.next == 0 {
            return;
        }
        self.row = self.row.max(1);
        self.next = 0;
        self.rows.push((self.row, std::mem::take(&mut self.cells)));
    }
}

impl HtmlCell {
    /// What it holds: the number behind a number that is shown shortened (`2.39921E+17`), else the
    /// text. A date keeps its text; the number behind it would be a count of days.
    fn value(&self, evidence: NumberEvidence) -> RawCell {
        let text = self.text.trim_matches(|letter: char| letter.is_ascii_whitespace());
        if let Some(digits) = evidence.exact(&self.number) {
            return from_text(digits);
        }
        match self.number.trim().parse::<f64>() {
            Ok(number) if number.is_finite() && is_shortened(text) => RawCell::Number(number),
            _ => from_text(text),
        }
    }
}

/// A number in scientific notation, as a narrow column shows it.
fn is_shortened(text: &str) -> bool {
    text.contains(['E', 'e']) && text.parse::<f64>().is_ok()
}

/// As Excel saves a hidden or filtered row.
fn is_hidden(tag: &StartTag<()>) -> bool {
    let style = attribute(tag, b"style").unwrap_or_default();
    let style: String = style.chars().filter(|letter| !letter.is_whitespace()).collect();
    style.to_lowercase().contains("display:none")
        || tag.attributes.contains_key(b"hidden".as_slice())
}

fn attribute(tag: &StartTag<()>, name: &[u8]) -> Option<String> {
    tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned())
}

/// A field one reads: no button, tick or hidden value.
fn is_visible_input(tag: &StartTag<()>) -> bool {
    attribute(tag, b"type").is_none_or(|kind| kind.eq_ignore_ascii_case("text"))
}

fn span_of(tag: &StartTag<()>, name: &[u8]) -> u32 {
    let value = attribute(tag, name);
    let number = value.and_then(|value| value.trim().parse::<u32>().ok());
    number.unwrap_or(1).clamp(1, LONGEST_SPAN)
}
