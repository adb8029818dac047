//! XML Spreadsheet 2003 (`urn:schemas-microsoft-com:office:spreadsheet`), usually saved as `.xls`.

use quick_xml::events::{BytesRef, BytesStart, Event};

use super::cell::{from_iso, from_text};
use super::content::{Content, Format};
use super::exact::NumberEvidence;
use super::{Flow, GridEvent, MAX_COLUMNS, Refusal, Taker, text};
use super::{Merge, RawCell};

/// See [`Format`].
pub(super) const FORMAT: Format = Format { fits, read };

fn fits(content: &Content<'_>) -> bool {
    let has = |part: &str| content.head().contains(part);
    has("<workbook") && has("urn:schemas-microsoft-com:office:spreadsheet") || has("<ss:workbook")
}

fn read(content: &Content<'_>, taker: &mut dyn Taker) -> Result<(), Refusal> {
    let declared = text::declared_encoding(content.bytes);
    read_text(&text::decoded(content.bytes, declared.as_deref(), taker), taker)
}

/// Hands every worksheet over.
///
/// # Errors
/// Where the XML is broken.
fn read_text(text: &str, taker: &mut dyn Taker) -> Result<(), Refusal> {
    let mut xml = quick_xml::Reader::from_str(text);
    xml.config_mut().check_end_names = false;
    let mut reader =
        XmlSpreadsheetReader { evidence: evidence(text), ..XmlSpreadsheetReader::default() };
    loop {
        let event = xml.read_event().map_err(|error| Refusal::damaged(&format!("xml {error}")))?;
        match event {
            Event::Start(tag) => reader.open(&tag, taker),
            Event::Empty(tag) => {
                reader.open(&tag, taker);
                reader.close(local(tag.name().as_ref()), taker);
            }
            Event::End(tag) => {
                reader.close(local(tag.name().as_ref()), taker);
                let at = usize::try_from(xml.buffer_position()).unwrap_or(0);
                taker.reach(at, text.len());
            }
            Event::Text(text) => {
                reader.text(&text.into_inner());
                if reader.aside == Aside::Visible {
                    taker.hide();
                }
            }
            Event::CData(text) => reader.text(&text.into_inner()),
            Event::GeneralRef(reference) => reader.text(&resolve(&reference)),
            Event::Eof => break,
            _ => {}
        }
    }
    if reader.open_sheet {
        return Err(Refusal::Truncated);
    }
    Ok(())
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// `&lt;`, `&#22995;` and their like.
fn resolve(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return letter.to_string();
    }
    match &*reference.clone().into_inner() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{a0}",
        _ => "",
    }
    .to_owned()
}

/// Values of cells that hold numbers.
fn evidence(text: &str) -> NumberEvidence {
    const NUMBER: &str = "Type=\"Number\"";
    let mut evidence = NumberEvidence::default();
    for at in memchr::memmem::find_iter(text.as_bytes(), NUMBER) {
        let rest = text.get(at + NUMBER.len()..).unwrap_or_default();
        // Behind the tag, and behind tags of fonts in a rich text.
        let value = rest.split('>').skip(1).map(|piece| piece.split('<').next().unwrap_or(piece));
        value.take(8).find(|value| !value.trim().is_empty()).into_iter().for_each(|value| {
            evidence.look(value);
        });
    }
    evidence
}

#[derive(Default)]
struct XmlSpreadsheetReader {
    evidence: NumberEvidence,
    open_sheet: bool,
    stopped: bool,
    row: u32,
    column: u32,
    /// Further columns the current cell covers.
    across: u32,
    cells: Vec<(u32, RawCell)>,
    kind: String,
    data: Option<String>,
    aside: Aside,
}

/// Where text stands that is no cell value.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Aside {
    #[default]
    None,
    /// In a cell comment, whose text is marked as data too.
    Comment,
    /// In `<Visible>`, which is only there where the worksheet is hidden.
    Visible,
}

impl XmlSpreadsheetReader {
    fn open(&mut self, tag: &BytesStart<'_>, taker: &mut dyn Taker) {
        match local(tag.name().as_ref()) {
            "Worksheet" => {
                let name = attribute(tag, "Name").unwrap_or_default();
                self.open_sheet = true;
                self.stopped = false;
                self.row = 0;
                taker.begin(&name, false);
            }
            "Row" => {
                let next = self.row.saturating_add(1);
                self.row = number(tag, "Index").filter(|row| *row >= next).unwrap_or(next);
                self.column = 0;
                self.cells.clear();
                if attribute(tag, "Hidden").is_some_and(|value| value.trim() == "1") {
                    // One tag may stand for several empty rows, which are of no interest.
                    taker.take(GridEvent::HiddenRows(vec![self.row]));
                }
            }
            "Cell" => {
                let given = number(tag, "Index").and_then(|index| index.checked_sub(1));
                self.column = given.filter(|index| *index >= self.column).unwrap_or(self.column);
                self.across = number(tag, "MergeAcross").unwrap_or(0).min(MAX_COLUMNS);
                let (first_row, column) = (self.row, self.column);
                let last_row = first_row.saturating_add(number(tag, "MergeDown").unwrap_or(0));
                let last_column = column.saturating_add(self.across);
                taker.merged(Merge { first_row, last_row, column, last_column });
            }
            "Comment" => self.aside = Aside::Comment,
            "Visible" => self.aside = Aside::Visible,
            "Data" if self.aside != Aside::Comment => {
                self.kind = attribute(tag, "Type").unwrap_or_default();
                self.data = Some(String::new());
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str, taker: &mut dyn Taker) {
        match name {
            "Comment" | "Visible" => self.aside = Aside::None,
            "Data" if self.aside != Aside::Comment => {
                let text = self.data.take().unwrap_or_default();
                self.cells.push((self.column, self.value(&text)));
            }
            "Cell" => {
                self.column = self.column.saturating_add(1).saturating_add(self.across);
                self.across = 0;
            }
            "Row" => {
                let cells = std::mem::take(&mut self.cells);
                if self.open_sheet && !self.stopped {
                    self.stopped = taker.row(self.row, cells) == Flow::Stop;
                }
            }
            "Worksheet" if self.open_sheet => {
                self.open_sheet = false;
                taker.end();
            }
            _ => {}
        }
    }

    fn value(&self, text: &str) -> RawCell {
        let parsed = || text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        match self.kind.as_str() {
            "Number" => match self.evidence.exact(text) {
                Some(digits) => from_text(digits),
                None => parsed().map_or_else(|| from_text(text), RawCell::Number),
            },
            // Written as a calendar date, whatever the workbook's date system.
            "DateTime" => from_iso(text.trim()),
            "Boolean" => RawCell::Bool(text.trim() == "1"),
            "Error" => RawCell::Error(text.trim().into()),
            _ => from_text(text),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(data) = &mut self.data {
            data.push_str(text);
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut sound = attributes.with_checks(false).flatten();
    let found = sound.find(|attribute| local(attribute.key.as_ref()) == name)?;
    let value = quick_xml::escape::unescape(&found.value).map(std::borrow::Cow::into_owned);
    Some(value.unwrap_or_default())
}

fn number(tag: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(tag, name).and_then(|value| value.trim().parse().ok())
}
