//! The XML of one worksheet: cells are replaced and rows put in; every other byte that can stay
//! stays, so that fonts, borders, widths and print set-up are the bureau's own.

use std::fmt::Write as _;

use quick_xml::events::{BytesStart, Event};

use crate::origin::column_letters;

use super::references::Shift;

/// What a cell is to hold.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum XmlValue {
    /// Text.
    Text(String),
    /// A number as it is written.
    Number(String),
    /// A formula with its value.
    Formula(String, String),
}

/// A cell: its column, its attributes without the address, and what stands inside, as XML.
struct XmlCell {
    column: u32,
    attributes: Vec<(String, String)>,
    inner: String,
}

/// A row likewise.
struct XmlRow {
    number: u32,
    attributes: Vec<(String, String)>,
    cells: Vec<XmlCell>,
}

/// A worksheet in pieces.
pub(super) struct SheetXml<'text> {
    head: &'text str,
    rows: Vec<XmlRow>,
    tail: &'text str,
    shift: Shift,
}

/// Why a worksheet cannot be written into.
pub(super) const UNREADABLE: &str =
    "工作表的内部结构读不懂；请用 Excel、WPS 或 LibreOffice 另存一次";

impl<'text> SheetXml<'text> {
    /// Takes the rows out of the XML.
    ///
    /// # Errors
    /// Where it is broken or has no table.
    pub(super) fn parse(text: &'text str) -> Result<Self, String> {
        let empty = text.find("<sheetData/>").map(|at| (at, at + "<sheetData/>".len()));
        let (open, close) = if let Some(place) = empty {
            place
        } else {
            let open = text.find("<sheetData>").ok_or(UNREADABLE)?;
            (open, text.find("</sheetData>").ok_or(UNREADABLE)? + "</sheetData>".len())
        };
        let (head, rest) = text.split_at(open);
        let (table, tail) = rest.split_at(close - open);
        Ok(Self { head, rows: rows(table)?, tail, shift: Shift::default() })
    }

    /// Puts rows in above the row `at`, each looking like the row `like`.
    pub(super) fn put_in(&mut self, at: u32, count: u32, like: u32) {
        self.shift = Shift { from: at, by: count };
        for row in &mut self.rows {
            row.number = self.shift.row(row.number);
            for cell in &mut row.cells {
                cell.inner = formulas(&cell.inner, self.shift);
            }
        }
        let like = self.shift.row(like);
        for number in at..at + count {
            self.copy_looks(like, number);
        }
    }

    /// Gives a row the looks of another, cell by cell; a row that has cells keeps its own.
    pub(super) fn copy_looks(&mut self, like: u32, number: u32) {
        let Some(model) = self.rows.iter().find(|row| row.number == like) else { return };
        let looks = |cell: &XmlCell| XmlCell {
            column: cell.column,
            attributes: only_style(&cell.attributes),
            inner: String::new(),
        };
        let row = XmlRow {
            number,
            attributes: model.attributes.clone(),
            cells: model.cells.iter().map(looks).collect(),
        };
        if let Err(place) = self.rows.binary_search_by_key(&number, |row| row.number) {
            self.rows.insert(place, row);
        }
    }

    /// Writes a cell; it keeps its looks.
    pub(super) fn set(&mut self, row: u32, column: u32, value: &XmlValue) {
        let place = match self.rows.binary_search_by_key(&row, |row| row.number) {
            Ok(place) => place,
            Err(place) => {
                self.rows.insert(place, XmlRow { number: row, attributes: vec![], cells: vec![] });
                place
            }
        };
        let cells = &mut self.rows[place].cells;
        let place = match cells.binary_search_by_key(&column, |cell| cell.column) {
            Ok(place) => place,
            Err(place) => {
                cells.insert(place, XmlCell { column, attributes: vec![], inner: String::new() });
                place
            }
        };
        let cell = &mut cells[place];
        cell.attributes = only_style(&cell.attributes);
        let escaped = |text: &str| quick_xml::escape::escape(text).into_owned();
        cell.inner = match value {
            XmlValue::Text(text) => {
                cell.attributes.push(("t".to_owned(), "inlineStr".to_owned()));
                format!("<is><t xml:space=\"preserve\">{}</t></is>", escaped(text))
            }
            XmlValue::Number(number) => format!("<v>{number}</v>"),
            XmlValue::Formula(formula, value) => {
                format!("<f>{}</f><v>{value}</v>", escaped(formula))
            }
        };
    }

    /// The whole worksheet.
    ///
    /// # Errors
    /// Where what surrounds the table is broken.
    pub(super) fn write(&self) -> Result<String, String> {
        let mut table = String::from("<sheetData>");
        for row in &self.rows {
            write!(table, "<row r=\"{}\"{}>", row.number, listed(&row.attributes)).expect(STRING);
            for cell in &row.cells {
                let address = format!("{}{}", column_letters(cell.column), row.number);
                let attributes = listed(&cell.attributes);
                write!(table, "<c r=\"{address}\"{attributes}>{}</c>", cell.inner).expect(STRING);
            }
            table.push_str("</row>");
        }
        table.push_str("</sheetData>");
        let (head, tail) = if self.shift.by == 0 {
            (self.head.to_owned(), self.tail.to_owned())
        } else {
            (around(self.head, self.shift)?, around(self.tail, self.shift)?)
        };
        Ok([head, table, tail].concat())
    }
}

const STRING: &str = "writing to a string";

fn listed(attributes: &[(String, String)]) -> String {
    attributes.iter().fold(String::new(), |mut text, (key, value)| {
        write!(text, " {key}=\"{}\"", value.replace('"', "&quot;")).expect(STRING);
        text
    })
}

fn only_style(attributes: &[(String, String)]) -> Vec<(String, String)> {
    attributes.iter().filter(|(key, _)| key == "s").cloned().collect()
}

fn attributes(tag: &BytesStart<'_>) -> Vec<(String, String)> {
    let mut all = tag.attributes();
    let sound = all.with_checks(false).flatten();
    sound.map(|one| (one.key.as_ref().to_owned(), one.value.into_owned())).collect()
}

/// Why the XML cannot be read, and where.
fn unreadable(at: u64, error: &quick_xml::Error) -> String {
    format!("{UNREADABLE}（第 {at} 字节：{error}）")
}

/// A position in a text that is in memory.
fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// The rows between `<sheetData>` and its end. Rows and cells without an address follow the one
/// before.
fn rows(table: &str) -> Result<Vec<XmlRow>, String> {
    let mut xml = quick_xml::Reader::from_str(table);
    let mut rows: Vec<XmlRow> = Vec::new();
    loop {
        let event = xml.read_event().map_err(|error| unreadable(xml.error_position(), &error))?;
        let at = offset(xml.buffer_position());
        match event {
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == "row" => {
                rows.push(row(&tag, rows.last()));
            }
            Event::Empty(tag) if tag.name().as_ref() == "c" => {
                let row = rows.last_mut().ok_or(UNREADABLE)?;
                row.cells.push(cell(&tag, row.cells.last()));
            }
            Event::Start(tag) if tag.name().as_ref() == "c" => {
                let row = rows.last_mut().ok_or(UNREADABLE)?;
                let mut cell = cell(&tag, row.cells.last());
                let span = xml.read_to_end(tag.to_end().name());
                let span = span.map_err(|error| unreadable(xml.error_position(), &error))?;
                let end = offset(span.end);
                table.get(at..end).ok_or(UNREADABLE)?.clone_into(&mut cell.inner);
                row.cells.push(cell);
            }
            Event::Eof => return Ok(rows),
            _ => {}
        }
    }
}

fn row(tag: &BytesStart<'_>, before: Option<&XmlRow>) -> XmlRow {
    let (own, attributes): (Vec<_>, Vec<_>) =
        attributes(tag).into_iter().partition(|(key, _)| key == "r");
    let number = own.first().and_then(|(_, number)| number.parse().ok());
    let number = number.unwrap_or_else(|| before.map_or(1, |row| row.number + 1));
    XmlRow { number, attributes, cells: Vec::new() }
}

fn cell(tag: &BytesStart<'_>, before: Option<&XmlCell>) -> XmlCell {
    let (own, attributes): (Vec<_>, Vec<_>) =
        attributes(tag).into_iter().partition(|(key, _)| key == "r");
    let address = own.first().and_then(|(_, address)| crate::config::address(address));
    let next = || before.map_or(0, |cell| cell.column + 1);
    let column = address.map_or_else(next, |address| address.column);
    XmlCell { column, attributes, inner: String::new() }
}

/// The formula of a cell with its addresses moved.
fn formulas(inner: &str, shift: Shift) -> String {
    let place = inner.find("<f").and_then(|open| {
        let close = inner.get(open..)?.find("</f>")?;
        Some((open, open + close))
    });
    let Some((open, close)) = place else { return inner.to_owned() };
    let (head, rest) = inner.split_at(open);
    let (formula, tail) = rest.split_at(close - open);
    [head, &shift.text(formula), tail].concat()
}

/// Merges, formats, checks of input and the like around the table, moved with its rows.
fn around(text: &str, shift: Shift) -> Result<String, String> {
    const MOVED: [&str; 3] = ["ref", "sqref", "topLeftCell"];
    let mut xml = quick_xml::Reader::from_str(text);
    xml.config_mut().check_end_names = false;
    xml.config_mut().allow_unmatched_ends = true;
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    loop {
        let event = xml.read_event().map_err(|error| unreadable(xml.error_position(), &error))?;
        let to = offset(xml.buffer_position());
        let piece = text.get(from..to).ok_or(UNREADABLE)?;
        from = to;
        match event {
            Event::Eof => return Ok(out),
            Event::Start(tag) | Event::Empty(tag) if has_reference(&tag, &MOVED) => {
                let moved = attributes(&tag).into_iter().map(|(key, value)| {
                    let value =
                        if MOVED.contains(&key.as_str()) { shift.text(&value) } else { value };
                    (key, value)
                });
                let moved: Vec<(String, String)> = moved.collect();
                let end = if piece.ends_with("/>") { "/>" } else { ">" };
                write!(out, "<{}{}{end}", tag.name().as_ref(), listed(&moved)).expect(STRING);
            }
            _ => out.push_str(piece),
        }
    }
}

fn has_reference(tag: &BytesStart<'_>, moved: &[&str]) -> bool {
    attributes(tag).iter().any(|(key, _)| moved.contains(&key.as_str()))
}
