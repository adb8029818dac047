//! What a file really is: told by its first bytes and its inner parts, never by its extension.

use super::Refusal;
use super::content::{Container, Content, Format, ZIP};
use super::{
    ReadOptions, Taker, delimited, encrypted, html, ods, ole, strangers, xls, xlsb, xlsx,
    xml_spreadsheet,
};

/// The formats in the order in which they are tried. Plain text comes last: nearly everything fits.
const FORMATS: [Format; 9] = [
    xlsb::FORMAT,
    xlsx::FORMAT,
    ods::FORMAT,
    encrypted::FORMAT,
    xls::FORMAT,
    xml_spreadsheet::FORMAT,
    ods::FLAT,
    html::FORMAT,
    delimited::FORMAT,
];

/// Tells the format of a file and reads it.
///
/// # Errors
/// Why the file cannot be read as a table.
pub(super) fn read(
    bytes: &[u8],
    asked: ReadOptions<'_>,
    taker: &mut dyn Taker,
) -> Result<(), Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    let content = Content::of(behind_page(bytes), asked, read)?;
    match FORMATS.iter().find(|format| (format.fits)(&content)) {
        Some(format) => (format.read)(&content, taker),
        None => Err(stranger(&content)),
    }
}

/// What a file is that no reader takes.
fn stranger(content: &Content<'_>) -> Refusal {
    match &content.container {
        Container::Zip(names) => strangers::package(names, content.mimetype()),
        Container::Ole(names) => strangers::container(names),
        Container::None => strangers::loose(content.head()),
    }
}

/// The workbook behind what a page printed before it: blank lines, a warning. The marks are four and
/// eight bytes that occur in no text.
fn behind_page(bytes: &[u8]) -> &[u8] {
    let head = bytes.get(..LONGEST_PAGE).unwrap_or(bytes);
    let marks = [ZIP[0], ole::MARK];
    let places = marks.iter().filter_map(|mark| memchr::memmem::find(head, mark));
    let start = places.min().filter(|at| !head[..*at].contains(&0)).unwrap_or(0);
    bytes.get(start..).unwrap_or(bytes)
}

/// More than this is no page's slip.
const LONGEST_PAGE: usize = 16 << 10;
