//! `.xlsx` and `.xlsm` through calamine, the package made plain where it is not.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Reader as _, Xlsx, XlsxError};

use super::content::{Content, Format};
use super::exact::NumberEvidence;
use super::parts::{self, Archive, Parts};
use super::survey::{self, Traits};
use super::taker::Unseen;
use super::workbook::{Stretch, damaged, formulas, from_ref, note_merges, pump, shift, worksheets};
use super::{Refusal, Taker, package};

/// See [`Format`].
pub(super) const FORMAT: Format = Format { fits, read };

fn fits(content: &Content<'_>) -> bool {
    let has = |part: &str| content.parts().iter().any(|name| name == part);
    let says = |kind: &str| content.content_types().contains(kind);
    let kinds =
        ["spreadsheetml.sheet.main", "sheet.macroenabled.main", "spreadsheetml.template.main"];
    has("xl/workbook.xml")
        || kinds.iter().any(|kind| says(kind))
        || content.parts().iter().any(|name| name.starts_with("xl/worksheets/"))
}

fn read(content: &Content<'_>, taker: &mut dyn Taker) -> Result<(), Refusal> {
    package::check_zip(content.bytes)?;
    let mut survey = PackageSurvey::of(content.bytes)?;
    let bytes = survey.plain.as_deref().unwrap_or(content.bytes);
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let shift = shift(book.has_1904_epoch());
    let sheets = worksheets(book.sheets_metadata());
    for (index, (name, hidden)) in sheets.iter().enumerate() {
        let known = survey.sheets.remove(name);
        let is_table = known.is_some();
        let known = known.unwrap_or_default();
        // The merges stand behind the rows, so that finding them reads the sheet once more.
        let merges =
            if known.merges { book.merge_cells_by_sheet_name(name) } else { Ok(Vec::new()) };
        let mut cells = match book.worksheet_cells_reader(name) {
            Ok(cells) => cells,
            // A chart sheet listed among the worksheets.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            // Sheets of macros and dialogues are XML of another kind; the relationships say so.
            Err(_) if !is_table => continue,
            Err(error) => return Err(damaged(error)),
        };
        taker.begin(name, *hidden);
        note_merges(&merges.map_err(damaged)?, taker);
        known.unseen.tell(taker);
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

/// What was found out about a package before it is parsed.
#[derive(Default)]
struct PackageSurvey {
    /// The package as the parser expects it, where it is not so by itself.
    plain: Option<Vec<u8>>,
    /// By sheet name.
    sheets: BTreeMap<String, SheetFacts>,
}

#[derive(Default)]
struct SheetFacts {
    merges: bool,
    unseen: Unseen,
}

impl PackageSurvey {
    fn of(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut archive = parts::open(bytes)?;
        let parts = Parts::of(&mut archive);
        let mut survey = Self::default();
        let mut all = Vec::new();
        let mut evidence = NumberEvidence::default();
        for sheet in &parts.sheets {
            let traits = traits(&mut archive, &sheet.part)?;
            evidence.add(traits.digits);
            all.push((sheet, traits));
        }
        for (sheet, traits) in &all {
            let unseen =
                if traits.unseen { unseen(&mut archive, &sheet.part) } else { Unseen::default() };
            survey.sheets.insert(sheet.name.clone(), SheetFacts { merges: traits.merges, unseen });
        }
        let mut changed = wide_parts(&mut archive, &parts);
        if evidence.is_exact() {
            for (sheet, _) in &all {
                exact(&mut archive, &sheet.part, evidence, &mut changed);
            }
        }
        survey.plain = parts.rebuilt(&mut archive, changed)?;
        Ok(survey)
    }
}

/// What a sheet has; one in UTF-16 is looked at as text.
fn traits(archive: &mut Archive<'_>, part: &str) -> Result<Traits, Refusal> {
    let broken = |error: &dyn std::fmt::Display| Refusal::damaged(&error.to_string());
    let file = archive.by_name(part).map_err(|e| broken(&e))?;
    let traits = survey::scan(file).map_err(|e| broken(&e))?;
    if !traits.wide {
        return Ok(traits);
    }
    let text = parts::xml(archive, part).unwrap_or_default();
    survey::scan(text.as_bytes()).map_err(|e| broken(&e))
}

fn unseen(archive: &mut Archive<'_>, part: &str) -> Unseen {
    match archive.by_name(part) {
        Ok(file) => survey::unseen(file),
        // It could be opened a moment ago; the parser will say what is wrong.
        Err(_) => Unseen::default(),
    }
}

/// Parts in UTF-16, in UTF-8.
fn wide_parts(archive: &mut Archive<'_>, parts: &Parts) -> BTreeMap<String, Vec<u8>> {
    let mut changed = BTreeMap::new();
    for part in parts.read_parts() {
        let is_wide = archive.by_name(part).is_ok_and(|mut file| {
            let mut first = [0; 2];
            std::io::Read::read_exact(&mut file, &mut first).is_ok() && parts::is_wide(&first)
        });
        if is_wide && let Some(text) = parts::xml(archive, part) {
            changed.insert(part.to_owned(), text.into_bytes());
        }
    }
    changed
}

/// Takes the long numbers of a sheet as they are written.
fn exact(
    archive: &mut Archive<'_>,
    part: &str,
    evidence: NumberEvidence,
    changed: &mut BTreeMap<String, Vec<u8>>,
) {
    let Some(sheet) = parts::xml(archive, part) else { return };
    let exact = survey::with_exact_numbers(&sheet, evidence);
    if exact != sheet {
        changed.insert(part.to_owned(), exact.into_bytes());
    }
}
