//! Rows of the 建档立卡 registry → [`Person`].

use std::sync::Arc;

use compact_str::{CompactString, format_compact};
use jiff::civil::Date;
use rustc_hash::FxHashSet;

use super::lexicon::LabelReading;
use super::mentions::{MentionTrouble, Mentions};
use super::place::Place;
use super::sheet::SheetCells;
use super::{Person, PrintedTypes, Standing};
use crate::sources::RawCell;
use crate::vocabulary::Field;
use crate::vocabulary::labels::Schooling;

/// What every row of a registry sheet shares.
#[derive(Clone, Copy, Debug)]
pub(super) struct Registry<'a> {
    /// Index into `Records::regions`.
    pub(super) region: u16,
    /// Path of the file, for persons without a number.
    pub(super) file: &'a str,
}

/// Builds the person of a row.
pub(super) fn person(
    sheet: &SheetCells,
    row: usize,
    place: Arc<Place>,
    registry: Registry,
    mentions: &mut Mentions,
) -> Person {
    let household_no = sheet.code(Field::HouseholdNo, row);
    Person {
        origin: sheet.origin(row),
        region: registry.region,
        person_no: person_no(sheet, row, &household_no, registry.file, mentions),
        household_no,
        relation: sheet.label(Field::Relation, row, mentions),
        education: sheet.label(Field::Education, row, mentions),
        schooling: schooling(sheet, row, mentions),
        skill: sheet.label(Field::Skill, row, mentions),
        standing: standing(sheet, row, mentions),
        head_name: super::person_name::parse(sheet.cell(Field::HeadName, row)).text().into(),
        facts: sheet.facts(row, place, mentions),
    }
}

/// 人编号, or a stand-in that names the household (else the file) and the row.
fn person_no(
    sheet: &SheetCells,
    row: usize,
    household_no: &str,
    file: &str,
    mentions: &mut Mentions,
) -> CompactString {
    let number = sheet.code(Field::PersonNo, row);
    if !number.is_empty() {
        return number;
    }
    let origin = sheet.origin(row);
    mentions.add(Field::PersonNo, MentionTrouble::NoPersonNo, "", origin.row);
    let sheet_no = origin.sheet.0;
    if household_no.is_empty() {
        format_compact!("{file}#{sheet_no}-{}", origin.row)
    } else {
        format_compact!("{household_no}#{sheet_no}-{}", origin.row)
    }
}

/// An empty cell means 非在校生, where the sheet has the column at all.
fn schooling(sheet: &SheetCells, row: usize, mentions: &mut Mentions) -> Option<Schooling> {
    let empty = matches!(sheet.reading::<Schooling>(Field::Schooling, row), LabelReading::Empty);
    if empty && sheet.has(Field::Schooling) {
        return Some(Schooling::None);
    }
    sheet.label(Field::Schooling, row, mentions)
}

fn standing(sheet: &SheetCells, row: usize, mentions: &mut Mentions) -> Standing {
    let own = sheet.date(Field::PersonIdentifiedOn, row, mentions);
    let household = sheet.date(Field::IdentifiedOn, row, mentions);
    Standing {
        poverty_status: sheet.label(Field::PovertyStatus, row, mentions),
        exit_year: exit_year(sheet, row, sheet.as_of, mentions),
        printed: printed(sheet, row),
        risk_cleared: risk_cleared(sheet, row),
        identified_on: if own.is_empty() { household } else { own },
        risk_cleared_on: sheet.date(Field::RiskClearedOn, row, mentions),
    }
}

fn printed(sheet: &SheetCells, row: usize) -> Option<Arc<PrintedTypes>> {
    let household = sheet.text(Field::HouseholdType, row);
    let monitor = sheet.text(Field::MonitorType, row);
    let is_printed = !household.is_empty() || !monitor.is_empty();
    is_printed.then(|| Arc::new(PrintedTypes { household, monitor }))
}

/// Lets rows that say the same share the types they print: there are a handful.
pub(super) fn share_types(persons: &mut [Person]) {
    let mut known: FxHashSet<Arc<PrintedTypes>> = FxHashSet::default();
    for types in persons.iter_mut().filter_map(|person| person.standing.printed.as_mut()) {
        if let Some(same) = known.get(types) {
            *types = Arc::clone(same);
        } else {
            known.insert(Arc::clone(types));
        }
    }
}

/// 脱贫年度: a year, or a date of which the year counts. 0 means none.
fn exit_year(sheet: &SheetCells, row: usize, as_of: Date, mentions: &mut Mentions) -> Option<i16> {
    let cell = sheet.cell(Field::ExitYear, row);
    let text = super::text::compact(cell);
    let year = text.trim_end_matches(['年', '度']);
    let cell = if year.len() < text.len() { RawCell::Text(year.into()) } else { cell.clone() };
    match super::date::parse(&cell, as_of) {
        Ok(date) if date.is_empty() => None,
        Ok(date) => Some(date.year),
        Err(_) => {
            mentions.add(Field::ExitYear, MentionTrouble::Number, &text, sheet.origin(row).row);
            None
        }
    }
}

/// 风险是否消除: 是/否, 已消除/未消除.
fn risk_cleared(sheet: &SheetCells, row: usize) -> Option<bool> {
    let text = sheet.text(Field::RiskCleared, row);
    match text.as_str() {
        "是" | "已消除" | "消除" | "风险已消除" => Some(true),
        "否" | "未消除" | "风险未消除" => Some(false),
        _ => None,
    }
}
