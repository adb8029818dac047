//! The machine-readable results: `links.csv`, `problems.csv`, `annex2.csv`, `annex3.csv`; UTF-8
//! without BOM, comma-separated, with a heading row. Other programs read them: columns are added
//! at the end or not at all.

use std::io::{BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::linkage::Decision;
use crate::problems::Problem;
pub(super) use crate::records::money::yuan;
use crate::statistics::forms::{AnnexRow, FilledAnnex};
use crate::statistics::indicators::{ANNEX2, ANNEX3, Indicator, Measure};

use super::WorkbookError;
use crate::results::{Results, evidence, words};
use crate::{csv_cells, private_files};

/// A CSV file being written.
pub(super) struct CsvFile<'path, W: Write = BufWriter<fs_err::File>> {
    path: &'path Path,
    writer: csv::Writer<W>,
}

impl<'path> CsvFile<'path> {
    pub(super) fn create(path: &'path Path, headings: &[&str]) -> Result<Self, WorkbookError> {
        let file = BufWriter::new(private_files::create_file(path)?);
        Self::into(file, path, headings)
    }

    pub(super) fn close(mut self) -> Result<(), WorkbookError> {
        Ok(self.writer.flush()?)
    }
}

/// A CSV file packed with gzip, as programs read it.
pub(super) type PackedCsv<'path> = CsvFile<'path, GzEncoder<BufWriter<fs_err::File>>>;

impl<'path> PackedCsv<'path> {
    pub(super) fn create_packed(
        path: &'path Path,
        headings: &[&str],
    ) -> Result<Self, WorkbookError> {
        let file = BufWriter::new(private_files::create_file(path)?);
        Self::into(GzEncoder::new(file, Compression::fast()), path, headings)
    }

    pub(super) fn close_packed(self) -> Result<(), WorkbookError> {
        let packed = self.writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        Ok(packed.finish()?.flush()?)
    }
}

impl<'path, W: Write> CsvFile<'path, W> {
    fn into(writer: W, path: &'path Path, headings: &[&str]) -> Result<Self, WorkbookError> {
        let mut file = Self { path, writer: csv::Writer::from_writer(writer) };
        file.line(headings)?;
        Ok(file)
    }

    /// Writes a line; see [`csv_cells`] for what becomes of a cell that looks like a formula.
    pub(super) fn line<T: AsRef<str>>(&mut self, cells: &[T]) -> Result<(), WorkbookError> {
        let named = |source| WorkbookError::Csv { path: self.path.to_owned(), source };
        let guarded = cells.iter().map(|cell| csv_cells::guarded(cell.as_ref()));
        for cell in guarded {
            self.writer.write_field(cell.as_bytes()).map_err(named)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(named)
    }
}

/// One line per source row, in input order.
pub(super) fn links(path: &Path, results: &Results) -> Result<(), WorkbookError> {
    let headings = [
        "source_kind",
        "source_file",
        "source_sheet",
        "source_row",
        "decision",
        "person_id",
        "probability",
        "match_class",
        "evidence",
    ];
    let mut file = CsvFile::create(path, &headings)?;
    for (record, outcome) in results.records.sources.iter().zip(results.outcomes) {
        let spot = results.spot(record.origin);
        let best = results.best(outcome);
        let shown = best.filter(|_| outcome.decision != Decision::None);
        let probability = best.map_or(0.0, |(candidate, _)| candidate.probability);
        file.line(&[
            record.kind().key(),
            spot.file,
            spot.sheet,
            &spot.row.to_string(),
            outcome.decision.key(),
            shown.map_or("", |(_, person)| person.person_no.as_str()),
            &format!("{probability:.6}"),
            outcome.match_class.label(),
            &evidence::compact(outcome),
        ])?;
    }
    file.close()
}

/// One line per problem. IDs in messages are masked already.
pub(super) fn problems(path: &Path, problems: &[Problem]) -> Result<(), WorkbookError> {
    let mut file = CsvFile::create(path, &PROBLEM_HEADINGS)?;
    for problem in problems {
        file.line(&problem_cells(problem))?;
    }
    file.close()
}

/// Columns of every `problems.csv`.
pub(super) const PROBLEM_HEADINGS: [&str; 7] =
    ["source_file", "source_sheet", "cell", "code", "severity", "message", "action"];

/// A problem under [`PROBLEM_HEADINGS`].
pub(super) fn problem_cells(problem: &Problem) -> [&str; 7] {
    [
        &problem.file,
        &problem.sheet,
        &problem.cell,
        problem.code,
        problem.severity.label(),
        &problem.message,
        &problem.action,
    ]
}

/// ① … ⑦ per school and agency, empty where a figure cannot be known; last line 总计 (column sums, as
/// the form prints them).
pub(super) fn annex2(path: &Path, annex: &FilledAnnex) -> Result<(), WorkbookError> {
    let mut file = CsvFile::create(path, &annex2_headings())?;
    for row in annex.rows.iter().chain([&annex.total]) {
        let kind = row.kind.map_or("", words::institution_kind);
        let names = [row.name.clone(), kind.to_owned()];
        file.line(&[&names[..], &values(ANNEX2, row)].concat())?;
    }
    file.close()
}

fn values(indicators: &[Indicator], row: &AnnexRow) -> Vec<String> {
    indicators.iter().map(|one| printed(one, row.values.get(one.code))).collect()
}

/// Columns of every `annex2.csv`.
pub(super) fn annex2_headings() -> Vec<&'static str> {
    ["unit", "unit_kind"].into_iter().chain(ANNEX2.iter().map(|one| one.code)).collect()
}

/// Columns of every `annex3.csv`.
pub(super) fn annex3_headings() -> Vec<&'static str> {
    let codes = ANNEX3.iter().map(|one| one.code);
    ["county"].into_iter().chain(codes).chain(["note"]).collect()
}

/// A figure as its indicator measures it; money in yuan, empty where there is no source.
pub(super) fn printed(indicator: &Indicator, value: Option<i64>) -> String {
    match (value, indicator.measure) {
        (Some(fen), Measure::Money(_)) => yuan(fen),
        (Some(count), _) => count.to_string(),
        (None, _) => String::new(),
    }
}

/// The figures per county, in the order of the form; money in yuan; last line 总计.
pub(super) fn annex3(path: &Path, annex: &FilledAnnex) -> Result<(), WorkbookError> {
    let mut file = CsvFile::create(path, &annex3_headings())?;
    for row in annex.rows.iter().chain([&annex.total]) {
        let names = [row.name.clone()];
        file.line(&[&names[..], &values(ANNEX3, row), std::slice::from_ref(&row.note)].concat())?;
    }
    file.close()
}
