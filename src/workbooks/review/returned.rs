//! A returned copy → the answers in it, each with its place, and whether its line is as it was
//! sent out. Columns are found by their headings: a clerk may have inserted rows above them, and
//! WPS and `LibreOffice` save what they like around them.

use crate::origin::column_letters;
use crate::sources::{Grid, shown_cell};

use crate::workbooks::columns::{self, ColumnLook};

use super::form::{ANSWER, CHECK, CLERK, KEY, NAMES, NOTE, check, is_checked, is_heading};
use super::line;

/// One filled-in line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnedLine {
    /// Sheet it stands in.
    pub sheet: String,
    /// Address of the answer's cell.
    pub cell: String,
    /// Key of the pair as the line has it.
    pub key: String,
    /// Whether key and protected cells are as they were sent out.
    pub intact: bool,
    /// What was chosen or typed.
    pub answer: String,
    /// The remark.
    pub note: String,
    /// 姓名 and 登记姓名, for messages.
    pub who: String,
    /// Who filled in the sheet; empty where nobody says.
    pub clerk: String,
}

/// Something in a copy that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnedTrouble {
    /// Sheet; empty for the whole file.
    pub sheet: String,
    /// Address; empty for a whole sheet.
    pub cell: String,
    /// What is wrong.
    pub message: String,
}

/// All that a copy says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Returned {
    /// SHA-256 of the file.
    pub sha256: String,
    /// The lines with an answer or a remark, in order.
    pub lines: Vec<ReturnedLine>,
    /// Lines nothing was filled in.
    pub open: usize,
    /// What could not be used.
    pub troubles: Vec<ReturnedTrouble>,
}

/// The answers of all review lists among the sheets of a workbook, and whether there is one. Where a
/// list does not say who filled it in, the workbook may.
pub(in crate::workbooks) fn take(sha256: String, grids: &[Grid], filler: &str) -> (Returned, bool) {
    let sheets: Vec<ReturnedSheet> = grids.iter().map(ReturnedSheet::of).collect();
    let mut returned = Returned { sha256, ..Returned::default() };
    let mut found = false;
    for sheet in &sheets {
        if let Some(mut columns) = Layout::find(sheet) {
            found = true;
            if columns.clerk.is_empty() {
                filler.clone_into(&mut columns.clerk);
            }
            columns.take(sheet, &mut returned);
        }
    }
    (returned, found)
}

/// A returned sheet as text.
struct ReturnedSheet {
    name: String,
    /// Number of each filled row, and its cells from column A on.
    rows: Vec<(u32, Vec<String>)>,
}

impl ReturnedSheet {
    fn of(grid: &Grid) -> Self {
        let row = |row: &crate::sources::Row| {
            let width = row.cells.last().map_or(0, |(index, _)| index + 1);
            let cells = (0..width).map(|index| shown_cell(row.cell(index)).into_owned());
            (row.number, cells.collect())
        };
        Self { name: grid.sheet.clone(), rows: grid.rows.iter().map(row).collect() }
    }
}

/// Where the columns stand in a returned sheet.
struct Layout {
    /// Place of the heading row in the grid.
    heading: usize,
    /// The columns of the form, each with its place; `None` for one that is gone.
    columns: Vec<(ColumnLook, Option<usize>)>,
    clerk: String,
}

impl Layout {
    fn find(sheet: &ReturnedSheet) -> Option<Self> {
        let bare = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
        let looks = columns::looks(&line::columns());
        let placed = |(_, row): &(u32, Vec<String>)| -> Vec<(ColumnLook, Option<usize>)> {
            let cells: Vec<String> = row.iter().map(|cell| bare(cell)).collect();
            let place = |look: &ColumnLook| cells.iter().position(|cell| is_heading(look, cell));
            looks.iter().map(|look| (*look, place(look))).collect()
        };
        let (heading, columns) =
            sheet.rows.iter().take(40).enumerate().find_map(|(number, row)| {
                let columns = placed(row);
                let is_there = |heading: &&str| {
                    columns.iter().any(|(look, place)| look.heading == *heading && place.is_some())
                };
                [ANSWER, KEY, CHECK].iter().all(is_there).then_some((number, columns))
            })?;
        let clerk = clerk(&sheet.rows[..heading]);
        Some(Self { heading, columns, clerk })
    }

    fn place(&self, heading: &str) -> Option<usize> {
        let column = self.columns.iter().find(|(look, _)| look.heading == heading);
        column.and_then(|(_, place)| *place)
    }

    fn text<'a>(&self, row: &'a [String], heading: &str) -> &'a str {
        self.place(heading).and_then(|place| row.get(place)).map_or("", |text| text.trim())
    }

    fn take(&self, sheet: &ReturnedSheet, returned: &mut Returned) {
        let mut nameless = 0_usize;
        for (number, row) in sheet.rows.iter().skip(self.heading + 1) {
            let (answer, note) = (self.text(row, ANSWER), self.text(row, NOTE));
            if answer.is_empty() && note.is_empty() {
                returned.open += usize::from(!self.text(row, KEY).is_empty());
                continue;
            }
            nameless += usize::from(self.clerk.is_empty());
            returned.lines.push(self.line(sheet, *number, row));
        }
        if nameless > 0 {
            returned.troubles.push(ReturnedTrouble {
                sheet: sheet.name.clone(),
                cell: String::new(),
                message: format!("没有填“{CLERK}”，本表填的 {nameless} 行都不采用；请补填后再交"),
            });
        }
    }

    fn line(&self, sheet: &ReturnedSheet, number: u32, row: &[String]) -> ReturnedLine {
        let checked = self.columns.iter().filter(|(look, _)| is_checked(look));
        let key = self.text(row, KEY);
        let value = check(key, checked.map(|(look, _)| self.text(row, look.heading)));
        let place = self.place(ANSWER).and_then(|place| u32::try_from(place).ok()).unwrap_or(0);
        ReturnedLine {
            sheet: sheet.name.clone(),
            cell: format!("{}{number}", column_letters(place)),
            key: key.to_owned(),
            intact: value == self.text(row, CHECK),
            answer: self.text(row, ANSWER).to_owned(),
            note: self.text(row, NOTE).to_owned(),
            who: format!("{}／{}", name(self.text(row, NAMES[0])), name(self.text(row, NAMES[1]))),
            clerk: self.clerk.clone(),
        }
    }
}

/// The name above sex and birth date.
fn name(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// The name behind 核对人, in the same cell or in the next filled one.
fn clerk(above: &[(u32, Vec<String>)]) -> String {
    for (_, row) in above {
        let Some(place) = row.iter().position(|cell| cell.trim().starts_with(CLERK)) else {
            continue;
        };
        let label = row[place].trim().strip_prefix(CLERK).unwrap_or_default();
        let inside = label.trim_matches([':', '：', ' ']);
        let next = row[place + 1..].iter().map(|cell| cell.trim()).find(|cell| !cell.is_empty());
        let next = next.filter(|text| !text.starts_with("已填"));
        return if inside.is_empty() { next.unwrap_or_default() } else { inside }.to_owned();
    }
    String::new()
}
