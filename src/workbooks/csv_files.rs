//! The machine-readable results: `links.csv`, `problems.csv`, `annex2.csv`, `annex3.csv`; UTF-8
//! without BOM, comma-separated, with a heading row. Other programs read them: columns are added
//! at the end or not at all. As in workbooks, a column carries its heading and what makes its text.

use std::borrow::Cow;
use std::io::{BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::linkage::{Candidate, Decision, Outcome};
use crate::problems::Problem;
use crate::province::Fault;
pub(super) use crate::records::money::yuan;
use crate::records::{Person, SourceRecord};
use crate::statistics::forms::{AnnexRow, FilledAnnex};
use crate::statistics::indicators::{Indicator, Measure, indicators};
use crate::vocabulary::Annex;

use super::WorkbookError;
use crate::results::{Results, RowSpot, evidence, words};
use crate::{csv_cells, private_files};

/// A column of a CSV file whose lines are about `R`.
pub(super) struct CsvColumn<R> {
    heading: &'static str,
    text: CsvText<R>,
}

/// Where the texts of a column come from.
enum CsvText<R> {
    /// The line.
    Line(fn(&R) -> Cow<'_, str>),
    /// The line, for one of several columns that are alike: its place among them.
    Nth(usize, fn(&R, usize) -> Cow<'_, str>),
}

/// A column whose text is made from the line.
pub(super) const fn field<R>(heading: &'static str, text: fn(&R) -> Cow<'_, str>) -> CsvColumn<R> {
    CsvColumn { heading, text: CsvText::Line(text) }
}

/// One of several columns that are alike but for their place among them.
pub(super) const fn nth_field<R>(
    heading: &'static str,
    place: usize,
    text: fn(&R, usize) -> Cow<'_, str>,
) -> CsvColumn<R> {
    CsvColumn { heading, text: CsvText::Nth(place, text) }
}

impl<R> CsvColumn<R> {
    fn text<'line>(&self, line: &'line R) -> Cow<'line, str> {
        match &self.text {
            CsvText::Line(text) => text(line),
            CsvText::Nth(place, text) => text(line, *place),
        }
    }
}

/// Writes a whole file.
pub(super) fn write_csv<R>(
    path: &Path,
    columns: &[CsvColumn<R>],
    lines: impl IntoIterator<Item = R>,
) -> Result<(), WorkbookError> {
    let headings: Vec<&str> = columns.iter().map(|column| column.heading).collect();
    let mut file = CsvFile::create(path, &headings)?;
    for line in lines {
        let texts: Vec<Cow<'_, str>> = columns.iter().map(|column| column.text(&line)).collect();
        file.line(&texts)?;
    }
    file.close()
}

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

/// A source row and what came of it.
struct LinkLine<'a> {
    record: &'a SourceRecord,
    outcome: &'a Outcome,
    best: Option<(&'a Candidate, &'a Person)>,
    spot: RowSpot<'a>,
}

impl LinkLine<'_> {
    fn person(&self) -> &str {
        let shown = self.best.filter(|_| self.outcome.decision != Decision::None);
        shown.map_or("", |(_, person)| person.person_no.as_str())
    }

    fn probability(&self) -> String {
        let probability = self.best.map_or(0.0, |(candidate, _)| candidate.probability);
        format!("{probability:.6}")
    }
}

/// One line per source row, in input order.
pub(super) fn links(path: &Path, results: &Results) -> Result<(), WorkbookError> {
    let columns = [
        field("source_kind", |line: &LinkLine| line.record.kind().key().into()),
        field("source_file", |line| line.spot.file.into()),
        field("source_sheet", |line| line.spot.sheet.into()),
        field("source_row", |line| line.spot.row.to_string().into()),
        field("decision", |line| line.outcome.decision.key().into()),
        field("person_id", |line| line.person().into()),
        field("probability", |line| line.probability().into()),
        field("match_class", |line| line.outcome.match_class.label().into()),
        field("evidence", |line| evidence::compact(line.outcome).into()),
    ];
    let rows = results.records.sources.iter().zip(results.outcomes);
    let lines = rows.map(|(record, outcome)| LinkLine {
        record,
        outcome,
        best: results.best(outcome),
        spot: results.spot(record.origin),
    });
    write_csv(path, &columns, lines)
}

/// A problem, in a province's run of a city's form.
pub(super) struct ProblemLine<'a> {
    /// What was found.
    pub(super) problem: &'a Problem,
    /// Whose it is; nobody's outside a province's run.
    pub(super) city: &'a str,
    /// What stood there and what was done.
    pub(super) fault: Option<&'a Fault>,
}

/// One line per problem. IDs in messages are masked already.
pub(super) fn problems(path: &Path, problems: &[Problem]) -> Result<(), WorkbookError> {
    let lines = problems.iter().map(|problem| ProblemLine { problem, city: "", fault: None });
    write_csv(path, &problem_columns(), lines)
}

/// Columns of every `problems.csv`.
pub(super) fn problem_columns<'a>() -> Vec<CsvColumn<ProblemLine<'a>>> {
    vec![
        field("source_file", |one| one.problem.file.as_str().into()),
        field("source_sheet", |one| one.problem.sheet.as_str().into()),
        field("cell", |one| one.problem.cell.as_str().into()),
        field("code", |one| one.problem.code.into()),
        field("severity", |one| one.problem.severity.label().into()),
        field("message", |one| one.problem.message.as_str().into()),
        field("action", |one| one.problem.action.as_str().into()),
    ]
}

/// A line of `annex2.csv` or `annex3.csv`.
pub(super) struct AnnexLine<'a> {
    /// The form.
    pub(super) annex: Annex,
    /// Unit, county or city.
    pub(super) name: &'a str,
    /// What a unit is.
    pub(super) kind: &'static str,
    /// The figures in the order of the form; nothing where there is no source.
    pub(super) values: Vec<Option<i64>>,
    /// 备注.
    pub(super) note: &'a str,
}

/// ① … ⑦ per school and agency, empty where a figure cannot be known; last line 总计 (column sums, as
/// the form prints them).
pub(super) fn annex2(path: &Path, annex: &FilledAnnex) -> Result<(), WorkbookError> {
    write_csv(path, &annex2_columns(), lines_of(Annex::Two, annex))
}

/// The figures per county, in the order of the form; money in yuan; last line 总计.
pub(super) fn annex3(path: &Path, annex: &FilledAnnex) -> Result<(), WorkbookError> {
    write_csv(path, &annex3_columns(), lines_of(Annex::Three, annex))
}

fn lines_of(annex: Annex, form: &FilledAnnex) -> impl Iterator<Item = AnnexLine<'_>> {
    let value = |row: &AnnexRow, one: &Indicator| row.values.get(one.code);
    form.rows.iter().chain([&form.total]).map(move |row| AnnexLine {
        annex,
        name: &row.name,
        kind: row.kind.map_or("", words::institution_kind),
        values: indicators(annex).iter().map(|one| value(row, one)).collect(),
        note: &row.note,
    })
}

/// Columns of every `annex2.csv`.
pub(super) fn annex2_columns<'a>() -> Vec<CsvColumn<AnnexLine<'a>>> {
    let mut columns: Vec<CsvColumn<AnnexLine>> =
        vec![field("unit", |line| line.name.into()), field("unit_kind", |line| line.kind.into())];
    columns.extend(figure_columns(Annex::Two));
    columns
}

/// Columns of every `annex3.csv`.
pub(super) fn annex3_columns<'a>() -> Vec<CsvColumn<AnnexLine<'a>>> {
    let mut columns: Vec<CsvColumn<AnnexLine>> = vec![field("county", |line| line.name.into())];
    columns.extend(figure_columns(Annex::Three));
    columns.push(note_column());
    columns
}

/// The remark on a line.
pub(super) fn note_column<'a>() -> CsvColumn<AnnexLine<'a>> {
    field("note", |line| line.note.into())
}

fn figure_columns<'a>(annex: Annex) -> impl Iterator<Item = CsvColumn<AnnexLine<'a>>> {
    let text = |line: &AnnexLine<'a>, place: usize| -> Cow<'_, str> {
        printed(&indicators(line.annex)[place], line.values[place]).into()
    };
    indicators(annex).iter().enumerate().map(move |(place, one)| nth_field(one.code, place, text))
}

/// A figure as its indicator measures it; money in yuan, empty where there is no source.
fn printed(indicator: &Indicator, value: Option<i64>) -> String {
    match (value, indicator.measure) {
        (Some(fen), Measure::Money(_)) => yuan(fen),
        (Some(count), _) => count.to_string(),
        (None, _) => String::new(),
    }
}
