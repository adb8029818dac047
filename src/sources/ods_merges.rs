//! Merged cells of an `.ods`, which the workbook parser does not tell.

use std::io::{Cursor, Read};

use quick_xml::events::{BytesStart, Event};

use super::merges::Merge;
use super::refusal::Refusal;

/// Sheet name and merge of every cell over several rows or columns.
///
/// # Errors
/// [`Refusal::Damaged`] where the content cannot be unpacked or is no XML.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<(String, Merge)>, Refusal> {
    let damaged = |error: &dyn std::fmt::Display| Refusal::damaged(&error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let Ok(mut part) = archive.by_name("content.xml") else { return Ok(Vec::new()) };
    let mut content = String::new();
    part.read_to_string(&mut content).map_err(|e| damaged(&e))?;
    if !content.contains("number-rows-spanned") && !content.contains("number-columns-spanned") {
        return Ok(Vec::new());
    }
    parse(&content).map_err(|e| Refusal::damaged(&format!("xml {e}")))
}

fn parse(content: &str) -> Result<Vec<(String, Merge)>, quick_xml::Error> {
    let mut xml = quick_xml::Reader::from_str(content);
    xml.config_mut().check_end_names = false;
    let mut place = Place::default();
    loop {
        match xml.read_event()? {
            Event::Start(tag) => place.open(&tag, false),
            Event::Empty(tag) => place.open(&tag, true),
            Event::Eof => return Ok(place.found),
            _ => {}
        }
    }
}

#[derive(Default)]
struct Place {
    sheet: String,
    /// Row about to come, from 1.
    next_row: u32,
    row: u32,
    column: u32,
    found: Vec<(String, Merge)>,
}

impl Place {
    fn open(&mut self, tag: &BytesStart<'_>, empty: bool) {
        let repeated = |name: &str| number(tag, name).unwrap_or(1).max(1);
        match tag.name().as_ref() {
            "table:table" if !empty => {
                self.sheet = attribute(tag, "table:name").unwrap_or_default();
                self.next_row = 1;
            }
            "table:table-row" => {
                self.row = self.next_row;
                let rows = repeated("table:number-rows-repeated");
                self.next_row = self.next_row.saturating_add(rows);
                self.column = 0;
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let rows = number(tag, "table:number-rows-spanned").unwrap_or(1).max(1);
                let columns = number(tag, "table:number-columns-spanned").unwrap_or(1).max(1);
                if rows > 1 || columns > 1 {
                    let (first_row, column) = (self.row, self.column);
                    let last_row = first_row.saturating_add(rows - 1);
                    let last_column = column.saturating_add(columns - 1);
                    let merge = Merge { first_row, last_row, column, last_column };
                    self.found.push((self.sheet.clone(), merge));
                }
                let columns = repeated("table:number-columns-repeated");
                self.column = self.column.saturating_add(columns);
            }
            _ => {}
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.try_get_attribute(name).ok().flatten()?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}

fn number(tag: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(tag, name).and_then(|value| value.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::super::merges::Merge;
    use super::parse;

    #[test]
    fn rows_and_columns_are_counted_with_their_repetitions() {
        let content = r#"<table:table table:name="甲&amp;乙"><table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row><table:table-row><table:table-cell table:number-columns-repeated="3"/><table:table-cell table:number-rows-spanned="4"><text:p>x</text:p></table:table-cell></table:table-row></table:table>"#;
        let merge = Merge { first_row: 3, last_row: 6, column: 3, last_column: 3 };
        assert_eq!(parse(content).unwrap(), [("甲&乙".to_owned(), merge)]);
    }
}
