//! Rows of a village's list of wishes → [`Intention`].

use std::sync::Arc;

use super::lexicon::LabelReading;
use super::mentions::Mentions;
use super::place::Place;
use super::sheet::SheetCells;
use super::{Intention, Relative};
use crate::vocabulary::Field;
use crate::vocabulary::labels::Willing;

/// Builds the wish of a row.
pub(super) fn intention(
    sheet: &SheetCells,
    row: usize,
    place: Arc<Place>,
    mentions: &mut Mentions,
) -> Intention {
    let facts = sheet.facts(row, place, mentions);
    let (willing, said) = willing(sheet, row, mentions);
    let trade = sheet.text(Field::WishTrade, row);
    Intention {
        origin: sheet.origin(row),
        relatives: head(sheet, row, facts.name.folded()),
        willing,
        trade: if trade.is_empty() { said } else { trade },
        school: sheet.text(Field::WishSchool, row),
        major: sheet.text(Field::WishMajor, row),
        filed_on: sheet.date(Field::FiledOn, row, mentions),
        facts,
    }
}

/// 是否有培训意愿; a column of that name that holds a trade instead of yes or no says both.
fn willing(
    sheet: &SheetCells,
    row: usize,
    mentions: &mut Mentions,
) -> (Option<Willing>, compact_str::CompactString) {
    match sheet.reading::<Willing>(Field::Willing, row) {
        LabelReading::Unknown(text) => (None, text),
        _ => (sheet.label(Field::Willing, row, mentions), "".into()),
    }
}

/// The head of the household, unless the row is about that person.
fn head(sheet: &SheetCells, row: usize, own: &str) -> Box<[Relative]> {
    let head = sheet.relative(Field::HeadName, Field::HeadId, row);
    head.filter(|head| head.name.folded() != own).into_iter().collect()
}
