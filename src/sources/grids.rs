//! Whole sheets, every cell in its place: what forms are read from, whose headings may stand
//! anywhere and whose rows are no list of people.
//!
//! Comes in: globs. Goes out: one [`Grid`] per sheet, with the formulas that carry no value, and
//! the problems met. Formats and encodings are those of the other inputs.

use std::collections::BTreeMap;
use std::path::Path;

use crate::digests;
use crate::problems::Problem;

use super::file::{dispatch, open, reason};
use super::format::Format;
use super::guard::guarded;
use super::header::Row;
use super::listing::{self, Listed};
use super::merges::Merge;
use super::refusal::Refusal;
use super::taker::{Flow, MAX_COLUMNS, MAX_ROWS, Taker};
use super::{Progress, RawCell, excel};

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
    for Listed { path, shown, .. } in files {
        let bytes = match fs_err::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                all.problems.push(Refusal::Unreadable(reason(&error)).problem(&shown));
                all.files.push(GridFile { path: shown, sha256: String::new() });
                continue;
            }
        };
        let sheets = guarded(|| sheets(&bytes, passwords, (&shown, &mut all.problems)));
        match sheets.unwrap_or_else(|| Err(Refusal::Damaged("解析程序出错".to_owned()))) {
            Ok(sheets) => all.grids.extend(sheets),
            Err(refusal) => all.problems.push(refusal.problem(&shown)),
        }
        all.files.push(GridFile { path: shown, sha256: digests::sum(&bytes) });
        progress.advance(1);
    }
    all
}

/// Reads the sheets of one file, and gives its SHA-256 with them.
///
/// # Errors
/// Why the file cannot be used, with its name as `shown`.
pub fn read_grid_file(path: &Path, shown: &str) -> Result<(String, Vec<Grid>), Box<Problem>> {
    let refused = |refusal: Refusal| Box::new(refusal.problem(shown));
    let bytes = fs_err::read(path).map_err(|e| refused(Refusal::Unreadable(reason(&e))))?;
    let read = guarded(|| sheets(&bytes, &[], (shown, &mut Vec::new())));
    let read = read.unwrap_or_else(|| Err(Refusal::Damaged("解析程序出错".to_owned())));
    Ok((digests::sum(&bytes), read.map_err(refused)?))
}

fn sheets(
    bytes: &[u8],
    passwords: &[String],
    (shown, problems): (&str, &mut Vec<Problem>),
) -> Result<Vec<Grid>, Refusal> {
    let (opened, format) = open(bytes, passwords)?;
    let typed = !matches!(format, Format::Text | Format::Html);
    let mut sheets = Sheets::new(shown, typed);
    dispatch(&opened, format, &mut sheets, (shown, problems))?;
    let mut grids = sheets.done;
    if !matches!(format, Format::Text | Format::Html | Format::XmlSpreadsheet) {
        for (sheet, place, formula) in excel::formulas(&opened, format)? {
            if let Some(grid) = grids.iter_mut().find(|grid| grid.sheet == sheet) {
                grid.formulas.insert(place, formula);
            }
        }
    }
    if grids.iter().all(|grid| grid.rows.is_empty()) {
        return Err(Refusal::EmptyWorkbook);
    }
    Ok(grids)
}

/// Keeps every row.
#[derive(Debug)]
struct Sheets<'file> {
    file: &'file str,
    typed: bool,
    open: Grid,
    done: Vec<Grid>,
}

impl<'file> Sheets<'file> {
    fn new(file: &'file str, typed: bool) -> Self {
        Self { file, typed, open: Grid::default(), done: Vec::new() }
    }
}

impl Taker for Sheets<'_> {
    fn begin(&mut self, name: &str, hidden: bool) {
        let (file, sheet) = (self.file.to_owned(), name.to_owned());
        self.open = Grid { file, sheet, hidden, typed: self.typed, ..Grid::default() };
    }

    fn hide(&mut self) {
        self.open.hidden = true;
    }

    fn merged(&mut self, _merge: Merge) {}

    fn row(&mut self, number: u32, mut cells: Vec<(u32, RawCell)>) -> Flow {
        cells.retain(|(index, cell)| *cell != RawCell::Empty && *index < MAX_COLUMNS);
        if number > MAX_ROWS || self.open.rows.len() >= MOST_ROWS {
            return Flow::Stop;
        }
        if !cells.is_empty() {
            self.open.rows.push(Row { number, cells });
        }
        Flow::Continue
    }

    /// A reader may end a sheet twice.
    fn end(&mut self) {
        let sheet = std::mem::take(&mut self.open);
        if !sheet.file.is_empty() {
            self.done.push(sheet);
        }
    }

    fn reach(&mut self, _done: usize, _whole: usize) {}
}
