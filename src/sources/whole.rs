//! Whole sheets, every cell in its place: what forms are read from, whose headings may stand
//! anywhere and whose rows are no list of people.
//!
//! Comes in: globs. Goes out: one [`Grid`] per sheet, with the formulas that carry no value, and
//! the problems met. Formats and encodings are those of the other inputs.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::listing::{self, Listed};
use super::{Progress, RawCell, Row};
use crate::grids::{Flow, GridEvent, MAX_ROWS, ReadOptions, Refusal, Taker};
use crate::problems::Problem;
use crate::quarantine::Readers;

/// Filled rows beyond these belong to no form.
const MOST_ROWS: usize = 200_000;

/// One sheet.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// Path relative to the project file, with `/`.
    pub file: String,
    /// Sheet name; empty for text files.
    pub sheet: String,
    /// Whether the sheet is hidden.
    pub hidden: bool,
    /// Whether the format tells numbers from text.
    pub typed: bool,
    /// Filled rows from the top.
    pub rows: Vec<Row>,
    /// Formulas by row (from 1) and column (from 0).
    pub formulas: BTreeMap<(u32, u32), String>,
}

/// One file that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridFile {
    /// Path relative to the project file, with `/`.
    pub path: String,
    /// SHA-256 in hexadecimal; empty when the file could not be opened.
    pub sha256: String,
}

/// All that was read.
#[derive(Clone, Debug, Default)]
pub struct Grids {
    /// Every file, also those that were refused.
    pub files: Vec<GridFile>,
    /// The sheets in the order of the files.
    pub grids: Vec<Grid>,
    /// What was met.
    pub problems: Vec<Problem>,
}

/// Reads the sheets of all files the globs name. Never fails: what cannot be used is a problem.
pub fn read_grids(
    root: &Path,
    patterns: &[String],
    passwords: &[String],
    progress: &dyn Progress,
) -> Grids {
    let (files, problems) = listing::list_patterns(root, patterns);
    progress.stage("读取文件", u64::try_from(files.len()).unwrap_or(0));
    let mut all = Grids { problems, ..Grids::default() };
    let readers = Readers::new();
    let read = |listed: &Listed| {
        let whole = read_whole(&readers, &listed.path, &listed.shown, passwords);
        progress.advance(1);
        whole
    };
    let wholes: Vec<Whole> = files.par_iter().map(read).collect();
    for (listed, whole) in files.into_iter().zip(wholes) {
        all.problems.extend(whole.problems);
        match whole.grids {
            Ok(grids) => all.grids.extend(grids),
            Err(refusal) => all.problems.push(refusal.problem(&listed.shown)),
        }
        all.files.push(GridFile { path: listed.shown, sha256: whole.sha256 });
    }
    all
}

/// Reads the sheets of one file, and gives its SHA-256 with them.
///
/// # Errors
/// Why the file cannot be used, with its name as `shown`.
pub fn read_grid_file(path: &Path, shown: &str) -> Result<(String, Vec<Grid>), Box<Problem>> {
    let whole = read_whole(&Readers::new(), path, shown, &[]);
    let grids = whole.grids.map_err(|refusal| Box::new(refusal.problem(shown)))?;
    Ok((whole.sha256, grids))
}

/// One file after its reading.
struct Whole {
    sha256: String,
    grids: Result<Vec<Grid>, Refusal>,
    problems: Vec<Problem>,
}

fn read_whole(readers: &Readers, path: &Path, shown: &str, passwords: &[String]) -> Whole {
    let mut problems = Vec::new();
    let mut sheets =
        Sheets { file: shown, problems: &mut problems, open: Grid::default(), done: Vec::new() };
    let reported = readers.read(path, ReadOptions { passwords, formulas: true }, &mut sheets);
    let grids = sheets.done;
    let is_blank = grids.iter().all(|grid| grid.rows.is_empty());
    let grids = match reported.read {
        Ok(()) if is_blank => Err(Refusal::EmptyWorkbook),
        read => read.map(|()| grids),
    };
    Whole { sha256: reported.identity.sha256, grids, problems }
}

/// Keeps every row.
struct Sheets<'a> {
    file: &'a str,
    problems: &'a mut Vec<Problem>,
    open: Grid,
    done: Vec<Grid>,
}

impl Taker for Sheets<'_> {
    fn take(&mut self, event: GridEvent) -> Flow {
        match event {
            GridEvent::Row(row) => return self.row(row),
            GridEvent::Sheet { name, hidden, typed } => {
                let file = self.file.to_owned();
                self.open = Grid { file, sheet: name, hidden, typed, ..Grid::default() };
            }
            GridEvent::SheetHidden => self.open.hidden = true,
            GridEvent::Formula(formula) => {
                self.open.formulas.insert((formula.row, formula.column), formula.text);
            }
            GridEvent::End => self.done.push(std::mem::take(&mut self.open)),
            GridEvent::Remark(remark) => self.problems.push(remark.problem(self.file)),
            GridEvent::Merge(_)
            | GridEvent::HiddenRows(_)
            | GridEvent::Valueless(_)
            | GridEvent::Reach { .. } => {}
        }
        Flow::Continue
    }
}

impl Sheets<'_> {
    fn row(&mut self, Row { number, mut cells }: Row) -> Flow {
        cells.retain(|(_, cell)| *cell != RawCell::Empty);
        if number > MAX_ROWS || self.open.rows.len() >= MOST_ROWS {
            return Flow::Stop;
        }
        if !cells.is_empty() {
            self.open.rows.push(Row { number, cells });
        }
        Flow::Continue
    }
}
