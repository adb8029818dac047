//! The content of an `OpenDocument` spreadsheet, made plain before the parser sees it: without the blanks
//! between elements that pretty-printing programs write, and with the digits of long numbers kept; and what
//! the parser does not tell: merges and hidden rows.

use std::collections::BTreeMap;

use memchr::memmem;
use quick_xml::events::{BytesStart, Event};

use super::MAX_ROWS;
use super::exact::NumberEvidence;
use super::taker::Unseen;
use super::{Merge, Refusal};

/// Content the parser takes, and what it does not tell of it.
#[derive(Debug, Default)]
pub(super) struct Plain {
    /// The XML.
    pub(super) xml: String,
    /// By sheet name.
    pub(super) sheets: BTreeMap<String, Beside>,
}

/// What a sheet holds beside its cells.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Cells over several rows.
    pub(super) merges: Vec<Merge>,
    /// Hidden rows.
    pub(super) unseen: Unseen,
}

/// Goes through the content once.
///
/// # Errors
/// [`Refusal::Damaged`] where it is no XML.
pub(super) fn read(content: &str) -> Result<Plain, Refusal> {
    let mut xml = quick_xml::Reader::from_str(content);
    xml.config_mut().check_end_names = false;
    let mut walk = OdsWalk { evidence: evidence(content), ..OdsWalk::default() };
    walk.plain.xml.reserve(content.len());
    let position = |xml: &quick_xml::Reader<&[u8]>| {
        usize::try_from(xml.buffer_position()).unwrap_or(usize::MAX)
    };
    loop {
        let before = position(&xml);
        let event = xml.read_event().map_err(|error| Refusal::damaged(&format!("xml {error}")))?;
        let raw = content.get(before..position(&xml)).unwrap_or_default();
        match event {
            Event::Eof => return Ok(walk.plain),
            Event::Start(tag) => walk.open(&tag, raw, false),
            Event::Empty(tag) => walk.open(&tag, raw, true),
            Event::End(tag) => walk.close(tag.name().as_ref(), raw),
            Event::Comment(_) => {}
            _ if walk.is_between() => {}
            _ => walk.keep(raw),
        }
    }
}

/// Values of cells, as they are written.
fn evidence(content: &str) -> NumberEvidence {
    const VALUE: &str = " office:value=\"";
    let mut evidence = NumberEvidence::default();
    for at in memmem::find_iter(content.as_bytes(), VALUE) {
        let value = content.get(at + VALUE.len()..).and_then(|rest| rest.split('"').next());
        if let Some(value) = value {
            evidence.look(value);
        }
    }
    evidence
}

#[derive(Default)]
struct OdsWalk {
    plain: Plain,
    evidence: NumberEvidence,
    sheet: Option<String>,
    in_row: bool,
    in_cell: bool,
    /// Open paragraphs, in a cell.
    paragraphs: u32,
    /// Open elements that have no business in a row.
    foreign: u32,
    /// Row about to come, from 1.
    next_row: u32,
    row: u32,
    column: u32,
}

impl OdsWalk {
    fn keep(&mut self, raw: &str) {
        if self.foreign == 0 {
            self.plain.xml.push_str(raw);
        }
    }

    /// Whether text here stands between elements of a sheet.
    fn is_between(&self) -> bool {
        self.sheet.is_some() && self.paragraphs == 0
    }

    fn open(&mut self, tag: &BytesStart<'_>, raw: &str, empty: bool) {
        let name = tag.name();
        let cell = matches!(name.as_ref(), "table:table-cell" | "table:covered-table-cell");
        // Drawings may hold tables of their own, comments text that is no value.
        let aside = self.sheet.is_some()
            && (matches!(name.as_ref(), "table:shapes" | "office:forms" | "office:annotation")
                || name.as_ref().starts_with("draw:"));
        if self.foreign > 0 || aside || self.in_row && !self.in_cell && !cell {
            self.foreign += u32::from(!empty);
            return;
        }
        match name.as_ref() {
            "table:table" if !empty && self.sheet.is_none() => {
                self.sheet = Some(attribute(tag, "table:name").unwrap_or_default());
                self.next_row = 1;
            }
            "table:table-row" => self.open_row(tag, empty),
            _ if cell && self.in_row => return self.open_cell(tag, raw, empty),
            "text:p" if !empty => self.paragraphs += 1,
            _ => {}
        }
        self.keep(raw);
    }

    fn open_row(&mut self, tag: &BytesStart<'_>, empty: bool) {
        self.row = self.next_row;
        let rows = number(tag, "table:number-rows-repeated").unwrap_or(1).max(1);
        self.next_row = self.next_row.saturating_add(rows);
        self.column = 0;
        self.in_row = !empty;
        let visible = attribute(tag, "table:visibility");
        if visible.is_some_and(|how| matches!(how.as_str(), "collapse" | "filter")) {
            let last = self.next_row.min(MAX_ROWS + 1);
            let hidden = self.row..last.min(self.row.saturating_add(MOST_REPEATED));
            self.beside().unseen.hidden_rows.extend(hidden);
        }
    }

    fn open_cell(&mut self, tag: &BytesStart<'_>, raw: &str, empty: bool) {
        self.in_cell = !empty;
        let rows = number(tag, "table:number-rows-spanned").unwrap_or(1).max(1);
        let spanned = number(tag, "table:number-columns-spanned").unwrap_or(1).max(1);
        if rows > 1 || spanned > 1 {
            let (first_row, column) = (self.row, self.column);
            let last_row = first_row.saturating_add(rows - 1);
            let last_column = column.saturating_add(spanned - 1);
            self.beside().merges.push(Merge { first_row, last_row, column, last_column });
        }
        let columns = number(tag, "table:number-columns-repeated").unwrap_or(1).max(1);
        self.column = self.column.saturating_add(columns);
        let value = attribute(tag, "office:value").unwrap_or_default();
        match self.evidence.exact(&value) {
            Some(digits) => {
                let old = format!(" office:value=\"{value}\"");
                let new = format!(" office:string-value=\"{digits}\"");
                let exact = raw.replace(&old, &new);
                self.keep(&exact.replace("value-type=\"float\"", "value-type=\"string\""));
            }
            None => self.keep(raw),
        }
    }

    fn close(&mut self, name: &str, raw: &str) {
        if self.foreign > 0 {
            self.foreign -= 1;
            return;
        }
        match name {
            "table:table" if !self.in_row => self.sheet = None,
            "table:table-row" if !self.in_cell => self.in_row = false,
            "table:table-cell" | "table:covered-table-cell" => {
                (self.in_cell, self.paragraphs) = (false, 0);
            }
            "text:p" => self.paragraphs = self.paragraphs.saturating_sub(1),
            _ => {}
        }
        self.keep(raw);
    }

    fn beside(&mut self) -> &mut Beside {
        let sheet = self.sheet.clone().unwrap_or_default();
        self.plain.sheets.entry(sheet).or_default()
    }
}

/// Rows a repeated row stands for at most: further ones are the empty rest of a sheet.
const MOST_REPEATED: u32 = 10_000;

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.try_get_attribute(name).ok().flatten()?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}

fn number(tag: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(tag, name).and_then(|value| value.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::super::Merge;
    use super::read;

    #[test]
    fn rows_and_columns_are_counted_with_their_repetitions() {
        let content = r#"<table:table table:name="甲&amp;乙"><table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row><table:table-row><table:table-cell table:number-columns-repeated="3"/><table:table-cell table:number-rows-spanned="4"><text:p>x</text:p></table:table-cell></table:table-row></table:table>"#;
        let plain = read(content).unwrap();
        assert_eq!(plain.xml, content);
        let merge = Merge { first_row: 3, last_row: 6, column: 3, last_column: 3 };
        assert_eq!(plain.sheets["甲&乙"].merges, [merge]);
    }

    #[test]
    fn blanks_and_strangers_between_elements_go_and_text_stays() {
        let pretty = "<a>\n <table:table table:name=\"s\">\n  <table:table-row>\n   <table:table-cell>\n    \
            <text:p>x  y</text:p>\n   </table:table-cell><!-- c --><text:b><c/></text:b>\n  </table:table-row>\n </table:table>\n</a>";
        let plain = "<a>\n <table:table table:name=\"s\"><table:table-row><table:table-cell>\
            <text:p>x  y</text:p></table:table-cell></table:table-row></table:table>\n</a>";
        assert_eq!(read(pretty).unwrap().xml, plain);
    }

    #[test]
    fn hidden_rows_and_all_digits_are_kept() {
        let content = "<table:table table:name=\"s\"><table:table-row table:visibility=\"filter\">\
            <table:table-cell office:value-type=\"float\" office:value=\"239921200304121134\" calcext:value-type=\"float\"/>\
            </table:table-row></table:table>";
        let plain = read(content).unwrap();
        assert!(plain.xml.contains("office:string-value=\"239921200304121134\""));
        assert!(!plain.xml.contains("float"));
        assert_eq!(plain.sheets["s"].unseen.hidden_rows, [1]);
    }
}
