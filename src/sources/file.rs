//! One file from its bytes to its tables and problems.

use std::borrow::Cow;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::assembly::{Assembly, Outcome, Sheet};
use super::columns::{self, choose, one_line};
use super::format::{self, Format};
use super::guard::guarded;
use super::header::Row;
use super::meter::Meter;
use super::refusal::Refusal;
use super::report::{self, Place};
use super::sheet::Kept;
use super::synonyms::Synonyms;
use super::taker::Taker;
use super::{
    Progress, RawColumn, delimited, excel, html, institution, package, text, xml_spreadsheet,
};
use crate::config::Source;
use crate::origin::{MappedColumn, SheetInfo};
use crate::problems::{Problem, Severity};
use crate::vocabulary::{Field, SourceKind};

/// How the files of one source are read.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    /// The source as the project has it.
    pub(super) source: &'a Source,
    /// Its headings.
    pub(super) synonyms: Synonyms,
}

/// A table that has no sheet id yet.
#[derive(Debug)]
pub(super) struct Draft {
    /// What the catalogue will say of it.
    pub(super) info: SheetInfo,
    /// School or agency of its rows.
    pub(super) institution: Option<String>,
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
    pub(super) drafts: Vec<Draft>,
    /// What was met.
    pub(super) problems: Vec<Problem>,
}

/// Reads a file. Whatever is wrong with it becomes a problem.
pub(super) fn read(
    (path, shown): (&Path, &str),
    plan: &Plan<'_>,
    progress: &dyn Progress,
) -> Reading {
    let bytes = match fs_err::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let refusal = Refusal::Unreadable(reason(&error));
            return Reading { problems: vec![refusal.problem(shown)], ..Reading::default() };
        }
    };
    let mut reading = Reading {
        sha256: hex(&Sha256::digest(&bytes)),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        ..Reading::default()
    };
    let meter = Meter::new(progress, reading.bytes);
    match parse(&bytes, plan, (shown, &mut reading.problems), meter) {
        Ok(sheets) => tables(sheets, shown, plan, &mut reading),
        Err(refusal) => reading.problems = vec![refusal.problem(shown)],
    }
    reading
}

pub(super) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "文件不存在".to_owned(),
        std::io::ErrorKind::PermissionDenied => "没有权限".to_owned(),
        kind => kind.to_string(),
    }
}

pub(super) fn hex(digest: &[u8]) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|half| char::from_digit(half.into(), 16));
    digest.iter().flat_map(digits).flatten().collect()
}

/// Parses the bytes; a panic of a parser on a hostile file is a damaged file.
fn parse(
    bytes: &[u8],
    plan: &Plan<'_>,
    (shown, problems): (&str, &mut Vec<Problem>),
    meter: Meter<'_>,
) -> Result<Vec<Sheet>, Refusal> {
    let sheets = guarded(|| {
        let mut assembly = Assembly::new(&plan.synonyms, meter);
        let (opened, format) = open(bytes, &plan.source.passwords)?;
        dispatch(&opened, format, &mut assembly, (shown, problems))?;
        Ok(assembly.sheets)
    });
    sheets.unwrap_or_else(|| Err(Refusal::Damaged("解析程序出错".to_owned())))
}

/// The bytes a reader takes, an encrypted workbook opened, and their format.
pub(super) fn open<'a>(
    bytes: &'a [u8],
    passwords: &[String],
) -> Result<(Cow<'a, [u8]>, Format), Refusal> {
    let format = format::detect(bytes)?;
    if format != Format::Encrypted {
        return Ok((Cow::Borrowed(bytes), format));
    }
    let opened = package::decrypt(bytes, passwords)?;
    let format = format::detect(&opened)?;
    Ok((Cow::Owned(opened), format))
}

/// Hands the sheets of opened bytes over.
pub(super) fn dispatch(
    bytes: &[u8],
    format: Format,
    taker: &mut dyn Taker,
    (shown, problems): (&str, &mut Vec<Problem>),
) -> Result<(), Refusal> {
    if !matches!(format, Format::Text | Format::Html | Format::XmlSpreadsheet) {
        return excel::read(bytes, format, taker);
    }
    let declared = if format == Format::Text { None } else { html::declared_encoding(bytes) };
    let decoded = text::decode(bytes, declared.as_deref());
    if decoded.damaged > 0 {
        problems.push(report::undecodable(shown, decoded.damaged));
    }
    match format {
        Format::Html if !html::read(&decoded.text, taker) => Err(Refusal::NoTable),
        Format::Html => Ok(()),
        Format::XmlSpreadsheet => xml_spreadsheet::read(&decoded.text, taker),
        _ => {
            if delimited::read(&decoded.text, taker) {
                problems.push(report::open_quote(shown));
            }
            Ok(())
        }
    }
}

/// Turns the sheets into tables and says what became of the others.
fn tables(sheets: Vec<Sheet>, shown: &str, plan: &Plan<'_>, reading: &mut Reading) {
    if sheets.iter().all(|sheet| matches!(sheet.outcome, Outcome::Blank)) {
        reading.problems = vec![Refusal::EmptyWorkbook.problem(shown)];
        return;
    }
    let usable = sheets
        .iter()
        .any(|sheet| matches!(sheet.outcome, Outcome::Kept(_) | Outcome::Continued(_)));
    let mut cover: Vec<Row> = Vec::new();
    for sheet in sheets {
        let place = Place { file: shown, sheet: &sheet.name, synonyms: &plan.synonyms };
        match sheet.outcome {
            Outcome::Blank | Outcome::HiddenHelper => {}
            Outcome::Hidden => reading.problems.push(report::hidden(&place)),
            Outcome::Headless(texts, people) => {
                // A sheet of explanations beside the data is no mistake.
                if people || !usable {
                    reading.problems.push(report::headless(&place, &texts));
                }
                cover.push(cover_row(&texts));
            }
            Outcome::Incomplete(header, missing) => {
                let has_ids = header.candidates.iter().any(|c| c.meaning.field == Field::IdNumber);
                let helper = usable && !has_ids && missing.len() == plan.synonyms.required.len();
                if !helper {
                    reading.problems.push(report::incomplete(&place, &header, &missing));
                }
            }
            Outcome::Kept(kept) => {
                let titles = [sheet.titles.as_slice(), &cover].concat();
                let hint = hint(&titles, &place, plan);
                keep(*kept, &place, hint, reading);
            }
            Outcome::Continued(kept) => {
                reading.problems.push(report::continued(&place, kept.rows.len()));
                let hint = reading.drafts.last().and_then(|draft| draft.institution.clone());
                keep(*kept, &place, hint, reading);
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
    let cells = texts.iter().map(|text| super::cell::from_text(text));
    Row { number: 0, cells: (0..).zip(cells).collect() }
}

fn hint(titles: &[Row], place: &Place<'_>, plan: &Plan<'_>) -> Option<String> {
    if matches!(plan.source.kind, SourceKind::Registry | SourceKind::Intention) {
        return None;
    }
    let given = plan.source.institution.clone();
    given.or_else(|| institution::find(titles, place.sheet, place.file))
}

fn keep(mut kept: Kept, place: &Place<'_>, institution: Option<String>, reading: &mut Reading) {
    reading.problems.extend(report::about(place, &kept));
    let (chosen, problems) = choose(&kept, place.synonyms, place.file);
    reading.problems.extend(problems.into_iter().map(|problem| problem.at(place.sheet, "")));
    reading.problems.extend(columns::hollow(&kept, &chosen, place));
    let columns = chosen
        .iter()
        .map(|slot| RawColumn {
            field: kept.header.candidates[*slot].meaning.field,
            cells: std::mem::take(&mut kept.cells[*slot]),
        })
        .collect();
    let info = info(&kept, &chosen, place);
    reading.drafts.push(Draft { info, institution, rows: kept.rows, columns });
}

fn info(kept: &Kept, chosen: &[usize], place: &Place<'_>) -> SheetInfo {
    let candidates = &kept.header.candidates;
    let mapped = |slot: &usize| MappedColumn {
        field: candidates[*slot].meaning.field,
        index: candidates[*slot].index,
        heading: one_line(&candidates[*slot].heading),
    };
    let unused = kept.candidates().filter(|(slot, _)| !chosen.contains(slot));
    let mut unknown: Vec<(u32, String)> = unused
        .map(|(_, candidate)| (candidate.index, candidate.heading.clone()))
        .chain(kept.header.unknown.iter().cloned())
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
