//! Source files → raw rows.
//!
//! Comes in: the files a project lists, in any of the formats offices hand over. Goes out: one
//! [`RawTable`] per data sheet, holding only the recognised columns, cell types kept (a number in
//! an ID column is evidence of damage), and the problems met. A file that cannot be used is a
//! problem, never a stop. This stage never interprets a value.

mod assembly;
mod cell;
mod columns;
mod data_row;
mod delimited;
mod excel;
mod file;
mod format;
mod grids;
mod guard;
mod header;
mod heading;
mod html;
mod institution;
mod listing;
mod mapping;
mod merges;
mod meter;
mod ods_merges;
mod package;
mod progress;
mod refusal;
mod report;
mod sheet;
mod synonyms;
mod taker;
mod text;
mod xml_spreadsheet;

#[cfg(test)]
mod tests;

pub use cell::shown as shown_cell;
pub use grids::{Grid, GridFile, Grids, read_grid_file, read_grids};
pub use header::{Row, heading_line};
pub use heading::{Normal, normalise as normalise_heading};
pub use listing::{FileSum, GLOB_NO_MATCH, sums};
pub use mapping::describe;
pub use progress::{Progress, Silent};

use std::path::Path;

use compact_str::CompactString;
use rayon::prelude::*;

use crate::config::Source;
use crate::origin::{Catalogue, SheetId};
use crate::problems::Problem;
use crate::vocabulary::{Field, SourceKind};

/// One cell as the file has it. The type is evidence and is kept to the end of intake.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum RawCell {
    /// Nothing, or only blanks.
    #[default]
    Empty,
    /// Text, untouched except that an `="…"` wrapper is opened.
    Text(CompactString),
    /// A number without a date format.
    Number(f64),
    /// A number with a date format: an Excel serial day count, already in the 1900 system.
    Date(f64),
    /// TRUE or FALSE.
    Bool(bool),
    /// An Excel error value such as `#N/A`. Rare, so it must not make every cell larger.
    Error(Box<str>),
}

/// The recognised cells of one column, top to bottom; `cells.len()` equals `RawTable::rows.len()`.
#[derive(Clone, Debug)]
pub struct RawColumn {
    /// What the column holds.
    pub field: Field,
    /// One cell per data row.
    pub cells: Vec<RawCell>,
}

/// The data rows of one sheet, column by column.
#[derive(Clone, Debug)]
pub struct RawTable {
    /// Where it came from.
    pub sheet: SheetId,
    /// What it holds.
    pub kind: SourceKind,
    /// Index of the `[[source]]` of the project the file belongs to.
    pub source: usize,
    /// For a registry: the city it belongs to when it is not the project's own.
    pub region: Option<String>,
    /// School or agency found in title rows, sheet name or file name; used where no column says it.
    pub institution: Option<String>,
    /// Row number (from 1, as Excel shows it) of every data row.
    pub rows: Vec<u32>,
    /// The recognised columns.
    pub columns: Vec<RawColumn>,
}

impl RawTable {
    /// The cells of a field, if the sheet has such a column.
    pub fn column(&self, field: Field) -> Option<&[RawCell]> {
        self.columns.iter().find(|column| column.field == field).map(|c| c.cells.as_slice())
    }
}

/// One file of the inputs, for the run's record.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct InputFile {
    /// Path relative to the project folder, with `/`.
    pub path: String,
    /// What it holds.
    pub kind: SourceKind,
    /// SHA-256 in hexadecimal; empty when the file could not be opened.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Data rows in all its sheets; 0 for a file that was refused.
    pub rows: usize,
}

/// All that was read.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// The data sheets.
    pub catalogue: Catalogue,
    /// Their rows, in the order of the catalogue.
    pub tables: Vec<RawTable>,
    /// Every file, also those that were refused.
    pub files: Vec<InputFile>,
    /// What was met, in the order of the files.
    pub problems: Vec<Problem>,
}

/// Reads all files of a project. `root` is the folder of the project file.
///
/// Files are read in parallel; the result is in the order of the sources, their globs and the
/// sorted paths, whatever the number of threads. Never fails: what cannot be used is a problem.
pub fn read(root: &Path, sources: &[Source], progress: &dyn Progress) -> Intake {
    let mut intake = Intake::default();
    let plans: Vec<file::Plan<'_>> =
        sources.iter().map(|source| plan(source, &mut intake.problems)).collect();
    let (files, problems) = listing::list(root, sources);
    intake.problems.extend(problems);
    let size = |file: &listing::Listed| fs_err::metadata(&file.path).map_or(0, |data| data.len());
    progress.stage("读取文件", files.iter().map(size).sum());
    let readings: Vec<file::Reading> = files
        .par_iter()
        .map(|listed| file::read((&listed.path, &listed.shown), &plans[listed.source], progress))
        .collect();
    for (listed, reading) in files.into_iter().zip(readings) {
        intake.add(listed, sources, reading);
    }
    intake
}

fn plan<'a>(source: &'a Source, problems: &mut Vec<Problem>) -> file::Plan<'a> {
    let mut known = synonyms::Synonyms::of(source.kind);
    for key in known.extend(&source.columns) {
        problems.push(report::unknown_key(source.kind, &key, synonyms::nearest_key(&key)));
    }
    file::Plan { source, synonyms: known }
}

impl Intake {
    fn add(&mut self, listed: listing::Listed, sources: &[Source], reading: file::Reading) {
        let source = &sources[listed.source];
        let rows = reading.drafts.iter().map(|draft| draft.rows.len()).sum();
        let file::Reading { sha256, bytes, drafts, problems } = reading;
        self.files.push(InputFile { path: listed.shown, kind: source.kind, sha256, bytes, rows });
        self.problems.extend(problems);
        for draft in drafts {
            let sheet = self.catalogue.add(draft.info);
            self.tables.push(RawTable {
                sheet,
                kind: source.kind,
                source: listed.source,
                region: source.region.clone(),
                institution: draft.institution,
                rows: draft.rows,
                columns: draft.columns,
            });
        }
    }
}
