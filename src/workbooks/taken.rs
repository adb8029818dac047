//! A returned workbook → what was filled in, each with its cell: answers of review lists, and
//! answers, corrected names and ID numbers of all other lists that are sent out. Columns are found by
//! their headings: Excel, WPS and `LibreOffice` save what they like around them.

use std::collections::BTreeMap;
use std::path::Path;

use crate::origin::column_letters;
use crate::problems::{Problem, Severity};
use crate::sources::{Grid, Row, read_grid_file, shown_cell};

use super::cover::FILLER;
use super::review::{self, CLERK, Returned, ReturnedTrouble, check};
use super::sent::{CHECK, CODES, KEY, LineKey, SentForm};
use super::sent_forms::{self, SENT_FORMS};

/// One filled-in line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledLine {
    /// Sheet it stands in.
    pub sheet: String,
    /// Number of its row.
    pub row: u32,
    /// What names it; `None` where the hidden cell is gone or no longer readable.
    pub key: Option<LineKey>,
    /// Codes of the mismatches it asks about; empty where it asks about none.
    pub asked: String,
    /// Whether its protected cells are as they were sent out.
    pub intact: bool,
    /// What was filled in by heading, and the cell it stands in.
    pub filled: BTreeMap<String, FilledCell>,
}

/// One filled-in cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledCell {
    /// Address.
    pub cell: String,
    /// What it says.
    pub text: String,
}

/// All that a returned workbook says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenBook {
    /// Answers of its review lists.
    pub review: Returned,
    /// Filled-in lines of its other lists.
    pub lines: Vec<FilledLine>,
    /// Lines of those nothing was filled in.
    pub open: usize,
    /// Who filled it in; empty where nobody says.
    pub filler: String,
}

/// Reads a returned workbook.
///
/// # Errors
/// Why the file is none: unreadable, or without a list of ours.
pub fn read(path: &Path, shown: &str) -> Result<TakenBook, Box<Problem>> {
    let (sha256, grids) = read_grid_file(path, shown)?;
    let filler = grids.iter().map(filler).find(|name| !name.is_empty()).unwrap_or_default();
    let (review, has_review) = review::take(sha256, &grids, &filler);
    let mut book = TakenBook { review, filler, ..TakenBook::default() };
    let mut has_list = false;
    for grid in &grids {
        if let Some(layout) = ListLayout::find(grid) {
            has_list = true;
            layout.take(grid, &mut book);
        }
    }
    if has_review || has_list { Ok(book) } else { Err(Box::new(no_list(shown))) }
}

fn no_list(shown: &str) -> Problem {
    Problem::file(shown, "no-review-list", Severity::Error).saying(
        "里面没有本程序发出的待核清单或反馈表，或“标识”“校验”列已被删去",
        "请交回本程序发出的工作簿，不要另建表格或删列；每月登记卡用 bidui cards import 收回",
    )
}

fn texts(row: &Row) -> Vec<String> {
    let width = row.cells.last().map_or(0, |(index, _)| index + 1);
    (0..width).map(|index| shown_cell(row.cell(index)).trim().to_owned()).collect()
}

/// The name behind 填表人 or 核对人, in the same cell or in the next filled one.
fn filler(grid: &Grid) -> String {
    for row in grid.rows.iter().take(40) {
        let cells = texts(row);
        for label in [FILLER, CLERK] {
            // A heading of that name stands among others.
            let first = cells.iter().position(|cell| !cell.is_empty());
            let Some(place) = first.filter(|place| cells[*place].starts_with(label)) else {
                continue;
            };
            let inside = cells[place].trim_start_matches(label).trim_matches([':', '：', ' ']);
            let next = cells[place + 1..].iter().find(|cell| !cell.is_empty());
            let next = next.filter(|text| !text.starts_with("已填")).map_or("", String::as_str);
            let name = if inside.is_empty() { next } else { inside };
            if !name.is_empty() {
                return name.to_owned();
            }
        }
    }
    String::new()
}

/// Where the columns stand in a returned sheet, by their headings without blanks.
struct ListLayout {
    /// Place of the heading row in the grid.
    heading: usize,
    places: BTreeMap<String, usize>,
}

fn bare(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

impl ListLayout {
    /// A sheet with both hidden columns; review lists have a reader of their own.
    fn find(grid: &Grid) -> Option<Self> {
        let heading = grid.rows.iter().take(40).position(|row| {
            let cells = texts(row);
            let has = |word: &str| cells.iter().any(|cell| cell == word);
            has(KEY) && has(CHECK) && !has(review::ANSWER) && !has("卡片")
        })?;
        let cells = texts(&grid.rows[heading]);
        let places = cells.iter().enumerate().rev();
        let places = places.map(|(place, cell)| (bare(cell), place)).collect();
        Some(Self { heading, places })
    }

    fn text<'a>(&self, row: &'a [String], heading: &str) -> &'a str {
        let place = self.places.get(&bare(heading));
        place.and_then(|place| row.get(*place)).map_or("", String::as_str)
    }

    fn take(&self, grid: &Grid, book: &mut TakenBook) {
        for row in grid.rows.iter().skip(self.heading + 1) {
            let (number, cells) = (row.number, texts(row));
            let hidden = self.text(&cells, KEY);
            let key = LineKey::from_text(hidden);
            let form = key.as_ref().and_then(|key| sent_forms::form(&key.form));
            let filled = self.filled(form, number, &cells);
            if filled.is_empty() {
                book.open += usize::from(form.is_some());
                continue;
            }
            let intact = form.is_some_and(|form| {
                let protected = form.protected().map(|heading| self.text(&cells, heading));
                check(hidden, protected) == self.text(&cells, CHECK)
            });
            let sheet = grid.sheet.clone();
            let asked = self.text(&cells, CODES).to_owned();
            book.lines.push(FilledLine { sheet, row: number, key, asked, intact, filled });
        }
    }

    /// What stands in the cells to be filled in; of a line that has lost its key, in all that any form
    /// has.
    fn filled(
        &self,
        form: Option<&SentForm>,
        number: u32,
        cells: &[String],
    ) -> BTreeMap<String, FilledCell> {
        let of = |form: &SentForm| form.inputs().map(|(heading, _)| heading).collect::<Vec<_>>();
        let headings = match form {
            Some(form) => of(form),
            None => SENT_FORMS.iter().flat_map(of).collect(),
        };
        let mut filled = BTreeMap::new();
        for heading in headings {
            let text = self.text(cells, heading);
            let place = self.places.get(&bare(heading)).and_then(|at| u32::try_from(*at).ok());
            if let (false, Some(place)) = (text.is_empty(), place) {
                let cell = format!("{}{number}", column_letters(place));
                filled.insert(heading.to_owned(), FilledCell { cell, text: text.to_owned() });
            }
        }
        filled
    }
}

impl FilledLine {
    /// A trouble with the line as a whole.
    pub fn trouble(&self, message: String) -> ReturnedTrouble {
        ReturnedTrouble { sheet: self.sheet.clone(), cell: format!("第{}行", self.row), message }
    }
}
