//! One file from its bytes to its tables and problems.

use super::assembly::{AssembledSheet, Assembly, SheetOutcome};
use super::columns::{self, choose};
use super::heading::one_line;
use super::listing::Listed;
use super::meter::Meter;
use super::recognise;
use super::report::{self, ProblemPlace};
use super::sheet::Kept;
use super::synonyms::Synonyms;
use super::{NameForm, NamedBy, Progress, RawColumn, Row, UnitName, institution};
use crate::config::Source;
use crate::grids::{ReadOptions, Refusal, cell_from_text};
use crate::origin::{MappedColumn, SheetInfo};
use crate::problems::{Problem, Severity};
use crate::quarantine::{FileIdentity, Readers};
use crate::vocabulary::{Field, SourceKind};

/// How the files of one source are read.
#[derive(Debug)]
pub(super) struct FilePlan<'a> {
    /// The source as the project has it.
    pub(super) source: &'a Source,
    /// Its headings.
    pub(super) synonyms: Synonyms,
}

/// A table that has no sheet id yet.
#[derive(Debug)]
pub(super) struct TableDraft {
    /// What the catalogue will say of it.
    pub(super) info: SheetInfo,
    /// Names of schools or agencies found around its rows.
    pub(super) named: Vec<UnitName>,
    /// Row numbers.
    pub(super) rows: Vec<u32>,
    /// Cells by field.
    pub(super) columns: Vec<RawColumn>,
}

/// All that came of one file.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// SHA-256 in hexadecimal; empty when the file could not be read.
    pub(super) sha256: String,
    /// Size in bytes.
    pub(super) bytes: u64,
    /// Its tables.
    pub(super) drafts: Vec<TableDraft>,
    /// What was met.
    pub(super) problems: Vec<Problem>,
}

/// Reads a file. Whatever is wrong with it becomes a problem.
pub(super) fn read(
    listed: &Listed,
    plan: &FilePlan<'_>,
    readers: &Readers,
    progress: &dyn Progress,
) -> Reading {
    let (path, shown) = (listed.path.as_path(), listed.shown.as_str());
    let bytes = fs_err::metadata(path).map_or(0, |data| data.len());
    let mut assembly = Assembly::new(&plan.synonyms, Meter::new(progress, bytes));
    let asked = ReadOptions { passwords: &plan.source.passwords, formulas: false };
    let reported = readers.read(path, asked, &mut assembly);
    let FileIdentity { sha256, bytes } = reported.identity;
    let mut reading = Reading { sha256, bytes, ..Reading::default() };
    match reported.read {
        Ok(()) => {
            reading.problems.extend(assembly.remarks.iter().map(|remark| remark.problem(shown)));
            tables(assembly.sheets, shown, plan, &mut reading);
        }
        Err(refusal) => reading.problems = vec![refusal.problem(shown)],
    }
    reading
}

/// Turns the sheets into tables and says what became of the others.
fn tables(sheets: Vec<AssembledSheet>, shown: &str, plan: &FilePlan<'_>, reading: &mut Reading) {
    if sheets.iter().all(|sheet| matches!(sheet.outcome, SheetOutcome::Blank)) {
        reading.problems = vec![Refusal::EmptyWorkbook.problem(shown)];
        return;
    }
    let usable = sheets.iter().any(|sheet| {
        matches!(
            sheet.outcome,
            SheetOutcome::Kept(_) | SheetOutcome::Continued(_) | SheetOutcome::Below(_)
        )
    });
    let mut cover: Vec<Row> = Vec::new();
    for sheet in sheets {
        let place = ProblemPlace { file: shown, sheet: &sheet.name, synonyms: &plan.synonyms };
        if let Some(really) = recognise::sheet(plan.source.kind, &plan.synonyms, &sheet.outcome) {
            reading.problems.push(report::wrong_kind(&place, plan.source.kind, really));
            continue;
        }
        match sheet.outcome {
            SheetOutcome::Blank | SheetOutcome::HiddenHelper => {}
            SheetOutcome::Hidden => reading.problems.push(report::hidden(&place)),
            SheetOutcome::Headless(seen) => {
                // A sheet of explanations beside the data is no mistake.
                if seen.people || !usable {
                    reading.problems.push(report::headless(&place, &seen));
                }
                cover.push(cover_row(&seen.texts));
            }
            SheetOutcome::Incomplete(header, missing) => {
                let has_ids = header.candidates.iter().any(|c| c.meaning.field == Field::IdNumber);
                let helper = usable && !has_ids && missing.len() == plan.synonyms.required.len();
                if !helper {
                    reading.problems.push(report::incomplete(&place, &header, &missing));
                }
            }
            SheetOutcome::Kept(kept) => {
                let titles = [sheet.titles.as_slice(), &cover].concat();
                let named = names(&titles, &place, plan);
                keep(*kept, &place, named, reading);
            }
            SheetOutcome::Below(kept) => {
                reading.problems.push(report::below(&place, &kept.header, kept.rows.len()));
                let own = names(&sheet.titles, &place, plan);
                let said = own.iter().any(|name| name.by == NamedBy::Title);
                let named = if said { own } else { reading.names_before() };
                keep(*kept, &place, named, reading);
            }
            SheetOutcome::Continued(kept) => {
                reading.problems.push(report::continued(&place, kept.rows.len()));
                let named = reading.names_before();
                keep(*kept, &place, named, reading);
            }
        }
    }
    let refused = reading.problems.iter().any(|problem| problem.severity == Severity::Error);
    if !usable && !refused {
        reading.problems.push(report::nothing_usable(shown));
    }
}

/// A cover sheet, or a table of titles above the table of data, may name the institution.
fn cover_row(texts: &[String]) -> Row {
    let cells = texts.iter().map(|text| cell_from_text(text));
    Row { number: 0, cells: (0..).zip(cells).collect() }
}

/// The names of schools or agencies around a list; of the project file alone where that says it.
fn names(titles: &[Row], place: &ProblemPlace<'_>, plan: &FilePlan<'_>) -> Vec<UnitName> {
    if matches!(plan.source.kind, SourceKind::Registry | SourceKind::Intention | SourceKind::List) {
        return Vec::new();
    }
    let Some(given) = &plan.source.institution else {
        return institution::find(titles, place.sheet, place.file);
    };
    let (name, whole) = (given.clone(), given.clone());
    vec![UnitName { name, whole, by: NamedBy::Project, form: NameForm::Full }]
}

impl Reading {
    fn names_before(&self) -> Vec<UnitName> {
        self.drafts.last().map_or_else(Vec::new, |draft| draft.named.clone())
    }
}

fn keep(mut kept: Kept, place: &ProblemPlace<'_>, named: Vec<UnitName>, reading: &mut Reading) {
    reading.problems.extend(report::about(place, &kept));
    let (chosen, problems) = choose(&kept, place.synonyms, place.file);
    reading.problems.extend(problems.into_iter().map(|problem| problem.at(place.sheet, "")));
    columns::fill_numbers(&mut kept, &chosen);
    reading.problems.extend(columns::hollow(&kept, &chosen, place));
    let columns = chosen
        .iter()
        .map(|slot| RawColumn {
            field: kept.header.candidates[*slot].meaning.field,
            cells: std::mem::take(&mut kept.cells[*slot]),
        })
        .collect();
    let info = info(&kept, &chosen, place);
    reading.drafts.push(TableDraft { info, named, rows: kept.rows, columns });
}

fn info(kept: &Kept, chosen: &[usize], place: &ProblemPlace<'_>) -> SheetInfo {
    let candidates = &kept.header.candidates;
    let mapped = |slot: &usize| MappedColumn {
        field: candidates[*slot].meaning.field,
        index: candidates[*slot].index,
        heading: one_line(&candidates[*slot].heading),
    };
    let unused = kept.candidates().filter(|(slot, _)| !chosen.contains(slot));
    let mut unknown: Vec<(u32, String)> = unused
        .map(|(_, candidate)| (candidate.index, candidate.heading.clone()))
        .chain(kept.header.unknown.iter().chain(&kept.header.serials).cloned())
        .chain(kept.untitled.iter().map(|index| (*index, String::new())))
        .map(|(index, heading)| (index, one_line(&heading)))
        .collect();
    unknown.sort();
    SheetInfo {
        file: place.file.to_owned(),
        sheet: place.sheet.to_owned(),
        header_row: kept.header.row_number,
        columns: chosen.iter().map(mapped).collect(),
        unknown_columns: unknown,
        rows: kept.rows.len(),
    }
}
