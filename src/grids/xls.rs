//! `.xls` and WPS `.et` (BIFF5 and BIFF8) through calamine.
//!
//! The parser never sees the file itself: the workbook stream of the root storage is taken out, made plain
//! by [`biff`], and given a container of its own.

use std::io::Cursor;

use calamine::{Reader as _, Xls};

use super::biff::{self, BiffBook};
use super::content::{Content, Format};
use super::ole::{self, Ole};
use super::workbook::{damaged, formulas, hand_over, note_merges, shift, worksheets};
use super::{Refusal, Taker};

/// See [`Format`].
pub(super) const FORMAT: Format = Format { fits, read };

/// The name in BIFF8, and the one in BIFF5.
const STREAMS: [&str; 2] = ["workbook", "book"];

fn fits(content: &Content<'_>) -> bool {
    let named = |name: &String| STREAMS.contains(&name.as_str());
    content.streams().iter().any(named) || biff::is_bare(content.bytes)
}

fn read(content: &Content<'_>, taker: &mut dyn Taker) -> Result<(), Refusal> {
    let BiffBook { stream, mut sheets } =
        biff::read(stream(content.bytes)?, content.asked.passwords)?;
    let plain = ole::wrap(&stream);
    drop(stream);
    let mut book = Xls::new(Cursor::new(plain.as_slice())).map_err(damaged)?;
    let shift = shift(book.has_1904_epoch());
    for (place, (name, hidden)) in worksheets(book.sheets_metadata()).into_iter().enumerate() {
        let range = book.worksheet_range(&name).map_err(damaged)?;
        let merges = book.merge_cells_by_sheet_name(&name).map_err(damaged)?;
        taker.begin(&name, hidden);
        note_merges(&merges, taker);
        sheets.get_mut(place).map(std::mem::take).unwrap_or_default().tell(taker);
        hand_over(&range, shift, taker);
        if content.asked.formulas {
            formulas(&mut book, &name, taker);
        }
        taker.end();
    }
    Ok(())
}

/// The workbook stream of the list itself, not of an object in it; or the file where it is bare.
fn stream(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    if biff::is_bare(bytes) {
        return Ok(bytes.to_vec());
    }
    let container = Ole::open(bytes)?;
    let found = STREAMS.iter().find_map(|name| container.stream(name));
    found.ok_or_else(|| Refusal::Damaged("工作簿数据读不出来".to_owned()))
}
