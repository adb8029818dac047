//! `OpenDocument` spreadsheets through calamine: `.ods`, and the flat `.fods`, which is the same content
//! without a package around it. The parser never sees the file itself but its content, made plain by
//! [`ods_content`], in a package of its own.

use std::io::Cursor;

use calamine::{Ods, Reader as _};

use super::content::{Content, Format};
use super::parts::{self, PackageWriter};
use super::workbook::{damaged, formulas, hand_over, worksheets};
use super::{Refusal, Taker, ods_content, package, text};

/// Packages; see [`Format`].
pub(super) const FORMAT: Format = Format { fits, read };

/// Flat files; see [`Format`].
pub(super) const FLAT: Format = Format { fits: is_flat, read: read_flat };

const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

fn fits(content: &Content<'_>) -> bool {
    let kind = content.mimetype();
    let content_xml = || content.parts().iter().any(|name| name == "content.xml");
    kind.contains("spreadsheet") || !kind.contains("opendocument.text") && content_xml()
}

fn is_flat(content: &Content<'_>) -> bool {
    content.head().contains("<office:document") && content.head().contains(MIMETYPE)
}

fn read(content: &Content<'_>, taker: &mut dyn Taker) -> Result<(), Refusal> {
    package::check_zip(content.bytes)?;
    let mut archive = parts::open(content.bytes)?;
    let manifest = parts::xml(&mut archive, "META-INF/manifest.xml").unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(Refusal::Encrypted);
    }
    let missing = || Refusal::Damaged("缺少必需的部分".to_owned());
    let xml = parts::xml(&mut archive, "content.xml").ok_or_else(missing)?;
    read_content(content, &xml, taker)
}

fn read_flat(content: &Content<'_>, taker: &mut dyn Taker) -> Result<(), Refusal> {
    let xml = text::decoded(content.bytes, None, taker);
    read_content(content, &xml, taker)
}

fn read_content(content: &Content<'_>, xml: &str, taker: &mut dyn Taker) -> Result<(), Refusal> {
    let ods_content::Plain { xml, mut sheets } = ods_content::read(xml)?;
    let package = packed(&xml)?;
    drop(xml);
    let mut book = Ods::new(Cursor::new(package.as_slice())).map_err(damaged)?;
    for (name, hidden) in worksheets(book.sheets_metadata()) {
        let range = book.worksheet_range(&name).map_err(damaged)?;
        taker.begin(&name, hidden);
        let beside = sheets.remove(&name).unwrap_or_default();
        beside.merges.into_iter().for_each(|merge| taker.merged(merge));
        beside.unseen.tell(taker);
        hand_over(&range, 0.0, taker);
        if content.asked.formulas {
            formulas(&mut book, &name, taker);
        }
        taker.end();
    }
    Ok(())
}

/// A package of the least there must be.
fn packed(xml: &str) -> Result<Vec<u8>, Refusal> {
    let mut package = PackageWriter::default();
    package.put("mimetype", MIMETYPE.as_bytes())?;
    package.put("META-INF/manifest.xml", b"<manifest:manifest/>")?;
    package.put("content.xml", xml.as_bytes())?;
    package.finish()
}
