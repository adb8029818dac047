//! `.xlsb` through calamine, sheets with short cells written in full before.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Reader as _, Xlsb};

use super::content::{Content, Format};
use super::parts::{self, Archive, Parts};
use super::workbook::{Stretch, damaged, formulas, from_ref, pump, shift, worksheets};
use super::xlsb_records::{self, XlsbSheet};
use super::{Refusal, Taker, package};

/// See [`Format`].
pub(super) const FORMAT: Format = Format { fits, read };

fn fits(content: &Content<'_>) -> bool {
    content.parts().iter().any(|name| name == "xl/workbook.bin")
}

fn read(content: &Content<'_>, taker: &mut dyn Taker) -> Result<(), Refusal> {
    package::check_zip(content.bytes)?;
    let (plain, mut known) = survey(content.bytes)?;
    let bytes = plain.as_deref().unwrap_or(content.bytes);
    let mut book = Xlsb::new(Cursor::new(bytes)).map_err(damaged)?;
    let shift = shift(book.has_1904_epoch());
    let sheets = worksheets(book.sheets_metadata());
    for (index, (name, hidden)) in sheets.iter().enumerate() {
        let mut cells = book.worksheet_cells_reader(name).map_err(damaged)?;
        taker.begin(name, *hidden);
        let XlsbSheet { merges, unseen, .. } = known.remove(name).unwrap_or_default();
        for merge in merges {
            taker.merged(merge);
        }
        unseen.tell(taker);
        let stretch = Stretch { index, sheets: sheets.len(), last_row: cells.dimensions().end.0 };
        pump(taker, stretch, || {
            let cell = cells.next_cell().map_err(damaged)?;
            Ok(cell.map(|cell| (cell.get_position(), from_ref(cell.get_value(), shift))))
        })?;
        drop(cells);
        if content.asked.formulas {
            formulas(&mut book, name, taker);
        }
        taker.end();
    }
    Ok(())
}

/// A package made anew, where it had to be, and its sheets by name.
type Surveyed = (Option<Vec<u8>>, BTreeMap<String, XlsbSheet>);

/// The package with its sheets in full, where one was not; and what is known of each sheet.
fn survey(bytes: &[u8]) -> Result<Surveyed, Refusal> {
    let mut archive = parts::open(bytes)?;
    let parts = Parts::of_binary(&mut archive);
    let mut known = BTreeMap::new();
    let mut changed = BTreeMap::new();
    for sheet in &parts.sheets {
        let mut read = sheet_records(&mut archive, &sheet.part)?;
        if let Some(plain) = read.plain.take() {
            changed.insert(sheet.part.clone(), plain);
        }
        known.insert(sheet.name.clone(), read);
    }
    let plain = parts::exchanged(&mut archive, changed)?;
    Ok((plain, known))
}

fn sheet_records(archive: &mut Archive<'_>, part: &str) -> Result<XlsbSheet, Refusal> {
    let missing = || Refusal::Damaged("缺少必需的部分".to_owned());
    xlsb_records::read(&parts::part(archive, part).ok_or_else(missing)?)
}
