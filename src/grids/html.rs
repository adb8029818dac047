//! HTML saved as `.xls`: what many Chinese systems call an Excel export. Every table becomes a
//! sheet, also one that stands in a cell of a layout table.

use std::collections::BTreeMap;

use html5gum::{StartTag, Token, Tokenizer};

use super::cell::from_text;
use super::format::{Content, Format};
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
    let mut reader = Reader::default();
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

fn hand_over(table: &mut Table, taker: &mut dyn Taker) {
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

#[derive(Default)]
struct Reader {
    tables: u32,
    /// Inside `<style>`, `<script>` or `<title>`: text there is no content.
    muted: u32,
    /// The open tables, the innermost last.
    stack: Vec<Table>,
    done: Vec<Table>,
}

#[derive(Default)]
struct Table {
    number: u32,
    rows: Vec<(u32, Vec<(u32, RawCell)>)>,
    row: u32,
    row_open: bool,
    cells: BTreeMap<u32, RawCell>,
    /// No column before this one is free in the current row.
    next: u32,
    cell: Option<Cell>,
    /// Columns still covered by a cell above: column → rows left.
    covered: BTreeMap<u32, u32>,
    merges: Vec<Merge>,
    hidden: Vec<u32>,
}

struct Cell {
    text: String,
    columns: u32,
    rows: u32,
}

impl Reader {
    fn open(&mut self, tag: &StartTag<()>) {
        match tag.name.as_slice() {
            b"style" | b"script" | b"title" if !tag.self_closing => self.muted += 1,
            b"table" if self.stack.len() < DEEPEST => {
                self.tables += 1;
                self.stack.push(Table { number: self.tables, ..Table::default() });
            }
            b"tr" => {
                if let Some(table) = self.stack.last_mut() {
                    table.open_row();
                    table.hidden.extend(is_hidden(tag).then_some(table.row));
                }
            }
            b"td" | b"th" => {
                if let Some(table) = self.stack.last_mut() {
                    table.open_cell(span_of(tag, b"colspan"), span_of(tag, b"rowspan"));
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
            b"td" | b"th" => self.stack.last_mut().into_iter().for_each(Table::close_cell),
            b"tr" => self.stack.last_mut().into_iter().for_each(Table::close_row),
            b"table" => self.close_table(),
            _ => {}
        }
    }

    fn close_table(&mut self) {
        if let Some(mut table) = self.stack.pop() {
            table.close_row();
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

impl Table {
    fn open_row(&mut self) {
        self.close_row();
        self.row = self.row.saturating_add(1);
        self.row_open = true;
    }

    fn open_cell(&mut self, columns: u32, rows: u32) {
        self.close_cell();
        self.cell = Some(Cell { text: String::new(), columns, rows });
    }

    fn close_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let taken =
            |column: &u32| self.cells.contains_key(column) || self.covered.contains_key(column);
        let column = (self.next..MAX_COLUMNS).find(|column| !taken(column));
        let Some(column) = column else { return };
        self.next = column + 1;
        let (first_row, last_row) = (self.row.max(1), self.row.max(1) + cell.rows - 1);
        let last_column = column + cell.columns.max(1) - 1;
        self.merges.push(Merge { first_row, last_row, column, last_column });
        for column in column..column + cell.columns {
            if cell.rows > 1 {
                self.covered.insert(column, cell.rows);
            }
            self.cells.entry(column).or_insert(RawCell::Empty);
        }
        let text = cell.text.trim_matches(|letter: char| letter.is_ascii_whitespace());
        self.cells.insert(column, from_text(text));
    }

    fn close_row(&mut self) {
        self.close_cell();
        // `</tr>` and the next `<tr>` both end a row; cells without any `<tr>` make one too.
        if !std::mem::take(&mut self.row_open) && self.cells.is_empty() {
            return;
        }
        self.row = self.row.max(1);
        self.next = 0;
        let cells = std::mem::take(&mut self.cells).into_iter();
        let filled = cells.filter(|(_, cell)| *cell != RawCell::Empty).collect();
        self.rows.push((self.row, filled));
        // A cell over n rows covers the n - 1 rows below this one.
        for left in self.covered.values_mut() {
            *left -= 1;
        }
        self.covered.retain(|_, left| *left > 0);
    }
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
