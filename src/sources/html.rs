//! HTML saved as `.xls`: what many Chinese systems call an Excel export. Every table becomes a
//! sheet; a table inside a cell is read as part of that cell's text.

use std::collections::BTreeMap;

use html5gum::{StartTag, Token, Tokenizer};

use super::RawCell;
use super::assembly::{Assembly, MAX_COLUMNS};
use super::cell::from_text;
use super::sheet::Flow;

/// A span larger than this is a mistake or an attack.
const LONGEST_SPAN: u32 = 1000;

/// Hands every table over as a sheet. Returns whether there was any.
pub(super) fn read(text: &str, assembly: &mut Assembly<'_>) -> bool {
    let mut reader = Reader::default();
    for token in Tokenizer::new(text).flatten() {
        match token {
            Token::StartTag(tag) => reader.open(&tag, assembly),
            Token::EndTag(tag) => reader.close(&tag.name, assembly),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    while reader.depth > 0 {
        reader.close(b"table", assembly);
    }
    reader.tables > 0
}

/// The encoding an HTML or XML head names.
pub(super) fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes)).to_lowercase();
    let after = head.split_once("charset=").or_else(|| head.split_once("encoding="))?.1;
    let name: String = after
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
        .collect();
    (!name.is_empty()).then_some(name)
}

#[derive(Default)]
struct Reader {
    tables: u32,
    depth: u32,
    /// Inside `<style>`, `<script>` or `<head>`'s `<title>`: text there is no content.
    muted: u32,
    row: u32,
    row_open: bool,
    cells: BTreeMap<u32, RawCell>,
    cell: Option<Cell>,
    /// Columns still covered by a cell above: column → rows left.
    covered: BTreeMap<u32, u32>,
    stopped: bool,
}

struct Cell {
    text: String,
    columns: u32,
    rows: u32,
}

impl Reader {
    fn open(&mut self, tag: &StartTag<()>, assembly: &mut Assembly<'_>) {
        match tag.name.as_slice() {
            b"style" | b"script" | b"title" if !tag.self_closing => self.muted += 1,
            b"table" => self.open_table(assembly),
            b"tr" if self.depth == 1 => self.open_row(assembly),
            b"td" | b"th" if self.depth == 1 => {
                self.close_cell();
                let span = |name: &[u8]| span_of(tag, name);
                self.cell = Some(Cell {
                    text: String::new(),
                    columns: span(b"colspan"),
                    rows: span(b"rowspan"),
                });
            }
            b"br" | b"p" | b"div" | b"tr" => self.text(" "),
            _ => {}
        }
    }

    fn close(&mut self, name: &[u8], assembly: &mut Assembly<'_>) {
        match name {
            b"style" | b"script" | b"title" => self.muted = self.muted.saturating_sub(1),
            b"td" | b"th" if self.depth == 1 => self.close_cell(),
            b"tr" if self.depth == 1 => self.close_row(assembly),
            b"table" => {
                if self.depth == 1 {
                    self.close_row(assembly);
                    assembly.end();
                }
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
    }

    fn open_table(&mut self, assembly: &mut Assembly<'_>) {
        // Sloppy exports forget `</td>` before a nested table only inside a cell; without an open
        // cell a table in a table is a new one in the same place.
        self.depth += 1;
        if self.depth == 1 {
            self.tables += 1;
            self.row = 0;
            self.row_open = false;
            self.stopped = false;
            self.covered.clear();
            self.cells.clear();
            let name = if self.tables == 1 { String::new() } else { format!("表{}", self.tables) };
            assembly.begin(&name, false);
        }
    }

    fn open_row(&mut self, assembly: &mut Assembly<'_>) {
        self.close_row(assembly);
        self.row = self.row.saturating_add(1);
        self.row_open = true;
        self.cells.clear();
    }

    fn close_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let mut column = 0;
        while column < MAX_COLUMNS
            && (self.cells.contains_key(&column) || self.covered.contains_key(&column))
        {
            column += 1;
        }
        for offset in 0..cell.columns {
            if cell.rows > 1 {
                self.covered.insert(column + offset, cell.rows);
            }
            self.cells.entry(column + offset).or_insert(RawCell::Empty);
        }
        let text = cell.text.trim_matches(|letter: char| letter.is_ascii_whitespace());
        self.cells.insert(column, from_text(text));
    }

    fn close_row(&mut self, assembly: &mut Assembly<'_>) {
        self.close_cell();
        // `</tr>` and the next `<tr>` both end a row; cells without any `<tr>` make one too.
        if !std::mem::take(&mut self.row_open) && self.cells.is_empty() {
            return;
        }
        self.row = self.row.max(1);
        let cells = std::mem::take(&mut self.cells).into_iter().collect();
        if !self.stopped {
            self.stopped = assembly.row(self.row, cells) == Flow::Stop;
        }
        // A cell over n rows covers the n - 1 rows below this one.
        for left in self.covered.values_mut() {
            *left -= 1;
        }
        self.covered.retain(|_, left| *left > 0);
    }

    fn text(&mut self, text: &str) {
        if self.muted > 0 {
            return;
        }
        if let Some(cell) = &mut self.cell
            && cell.text.len() + text.len() < 100_000
        {
            cell.text.push_str(text);
        }
    }
}

fn span_of(tag: &StartTag<()>, name: &[u8]) -> u32 {
    let value = tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
    let number = value.and_then(|value| value.trim().parse::<u32>().ok());
    number.unwrap_or(1).clamp(1, LONGEST_SPAN)
}
