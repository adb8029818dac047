//! Source files → raw rows.
//!
//! Comes in: the files a project lists, in any of the formats offices hand over. Goes out: one
//! [`RawTable`] per data sheet, holding only the recognised columns, cell types kept (a number in
//! an ID column is evidence of damage), and the problems met. A file that cannot be used is a
//! problem, never a stop. This stage never interprets a value.

mod assembly;
mod column_cells;
mod columns;
mod custody;
mod data_row;
mod file;
mod fingerprint;
mod header;
mod heading;
mod heading_tree;
mod institution;
mod listing;
mod mapping;
mod meaning;
mod merges;
mod meter;
mod progress;
mod recognise;
mod report;
mod sheet;
pub mod sorting;
mod synonyms;
mod unit_words;
mod versions;
mod walk;
mod whole;

#[cfg(test)]
mod heading_tests;
#[cfg(test)]
mod tests;

pub use column_cells::ColumnCells;
pub use custody::CustodyObstacle;
pub use header::heading_line;
pub use heading::{Normal, normalise as normalise_heading};
pub use institution::{NameForm, NamedBy, UnitName};
pub use listing::{FileSum, GLOB_NO_MATCH, pattern_sums, sums};
pub use mapping::{describe, describe_headings, fields_of};
pub use progress::{Progress, Silent};
pub use whole::{Grid, GridFile, Grids, read_grid_file, read_grids};

use std::path::Path;

use rayon::prelude::*;

use crate::config::Source;
pub use crate::grids::{RawCell, Row, shown_cell};
use crate::origin::{Catalogue, SheetId};
use crate::problems::Problem;
use crate::quarantine::Readers;
use crate::vocabulary::{Field, SourceKind};

/// The recognised cells of one column, top to bottom; `cells.len()` equals `RawTable::rows.len()`.
#[derive(Clone, Debug)]
pub struct RawColumn {
    /// What the column holds.
    pub field: Field,
    /// One cell per data row.
    pub cells: ColumnCells,
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
    /// Names of schools or agencies found in title rows, sheet name, file name and folder, the one that
    /// counts most first; used where no column says it.
    pub named: Vec<UnitName>,
    /// Row number (from 1, as Excel shows it) of every data row.
    pub rows: Vec<u32>,
    /// The recognised columns.
    pub columns: Vec<RawColumn>,
}

impl RawTable {
    /// The cells of a field, if the sheet has such a column.
    pub fn column(&self, field: Field) -> Option<&ColumnCells> {
        self.columns.iter().find(|column| column.field == field).map(|column| &column.cells)
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
    /// Why a run must not go on.
    pub obstacles: Vec<CustodyObstacle>,
}

/// Reads all files of a project. `root` is the folder of the project file.
///
/// Files are read in parallel; the result is in the order of the sources, their globs and the
/// sorted paths, whatever the number of threads. Never fails: what cannot be used is a problem.
pub fn read(root: &Path, sources: &[Source], progress: &dyn Progress) -> Intake {
    let mut intake = Intake::default();
    let plans: Vec<file::FilePlan<'_>> =
        sources.iter().map(|source| plan(source, &mut intake.problems)).collect();
    let (files, problems) = listing::list(root, sources);
    let size = |file: &listing::Listed| fs_err::metadata(&file.path).map_or(0, |data| data.len());
    progress.stage("读取文件", files.iter().map(size).sum());
    let readers = Readers::new();
    let mut readings: Vec<file::Reading> = files
        .par_iter()
        .map(|listed| {
            let plan = &plans[listed.source];
            file::read(listed, plan, &readers, progress)
        })
        .collect();
    let handed: Vec<_> = files.iter().zip(&readings).collect();
    intake.obstacles = custody::obstacles(sources, &problems, &handed);
    intake.problems.extend(problems);
    let (repeated, unclear) = custody::settle(sources, &files, &mut readings);
    intake.obstacles.extend(unclear);
    for (listed, reading) in files.into_iter().zip(readings) {
        intake.add(listed, sources, reading);
    }
    intake.problems.extend(repeated);
    intake
}

/// Paths of all files a project's sources name, relative to its folder, with `/`.
pub fn listed(root: &Path, sources: &[Source]) -> Vec<String> {
    listing::list(root, sources).0.into_iter().map(|file| file.shown).collect()
}

fn plan<'a>(source: &'a Source, problems: &mut Vec<Problem>) -> file::FilePlan<'a> {
    let mut known = match &source.definition {
        Some(definition) => synonyms::Synonyms::of_list(definition),
        None => synonyms::Synonyms::of(source.kind),
    };
    for key in known.extend(&source.columns) {
        problems.push(report::unknown_key(source.kind, &key, synonyms::nearest_key(&key)));
    }
    known.leave_out(&source.unused);
    file::FilePlan { source, synonyms: known }
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
                named: draft.named,
                rows: draft.rows,
                columns: draft.columns,
            });
        }
    }
}
