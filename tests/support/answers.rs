//! Fills in a review list as a clerk does, and saves it the way another program would: cells kept,
//! formats lost.

use std::path::Path;

use calamine::{Data, Reader as _, Sheets};
use rust_xlsxwriter::Workbook;

/// The published list of a run.
pub const LIST: &str = "out/03_待核清单.xlsx";

/// Where whoever fills in a list or a card writes the own name.
const CLERKS: [&str; 2] = ["核对人", "填表人"];

/// A line of the list while it is being filled in.
pub struct Line {
    headings: Vec<String>,
    pub cells: Vec<String>,
}

impl Line {
    /// The cell under a heading.
    pub fn cell(&mut self, heading: &str) -> &mut String {
        let place = self.headings.iter().position(|known| known == heading).expect(heading);
        &mut self.cells[place]
    }

    /// Whether the line asks about these two: a name, and digits of the registered number.
    pub fn asks(&mut self, name: &str, registered: &str) -> bool {
        self.cell("姓名、性别、出生").lines().next() == Some(name)
            && self.cell("登记证件号码").contains(registered)
    }

    /// Fills in an answer.
    pub fn answer(&mut self, answer: &str, note: &str) {
        answer.clone_into(self.cell("结论"));
        note.clone_into(self.cell("备注"));
    }
}

/// All sheets of a workbook as text.
pub fn sheets(path: &Path) -> Vec<(String, Vec<Vec<String>>)> {
    let mut book: Sheets<_> = calamine::open_workbook_auto(path).expect("a workbook");
    let names = book.sheet_names();
    let cells = |range: calamine::Range<Data>| {
        let size = range.end().map_or(0, |(_, last)| last as usize + 1);
        let (top, left) = range.start().unwrap_or((0, 0));
        let mut rows = vec![vec![String::new(); size]; top as usize];
        for row in range.rows() {
            let mut line = vec![String::new(); left as usize];
            line.extend(row.iter().map(ToString::to_string));
            rows.push(line);
        }
        rows
    };
    let sheet = |name: String| {
        let range = book.worksheet_range(&name).expect("a sheet");
        (name, cells(range))
    };
    names.into_iter().map(sheet).collect()
}

/// Copies a list or card to another place with the clerk's name and the answers `fill` writes.
pub fn fill(from: &Path, to: &Path, clerk: &str, mut fill: impl FnMut(&mut Line)) {
    let mut book = Workbook::new();
    for (name, rows) in sheets(from) {
        let sheet = book.add_worksheet().set_name(&name).expect("a name");
        let mut headings: Option<Vec<String>> = None;
        for (number, mut cells) in (0_u32..).zip(rows) {
            if let Some(headings) = &headings {
                let mut line = Line { headings: headings.clone(), cells };
                fill(&mut line);
                cells = line.cells;
            } else if let Some(place) = cells.iter().position(|cell| CLERKS.contains(&&**cell)) {
                clerk.clone_into(&mut cells[place + 1]);
            } else if cells.iter().any(|cell| cell == "标识" || cell == "卡片") {
                headings = Some(cells.clone());
            }
            for (column, cell) in (0_u16..).zip(&cells).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(number, column, cell).expect("fits");
            }
        }
    }
    book.save(to).expect("saved");
}

/// Writes a list again with other texts in its cells.
pub fn rewrite(path: &Path, change: impl Fn(&str) -> String) {
    let mut book = Workbook::new();
    for (name, rows) in sheets(path) {
        let sheet = book.add_worksheet().set_name(&name).expect("a name");
        for (number, cells) in (0_u32..).zip(rows) {
            for (column, cell) in (0_u16..).zip(&cells).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(number, column, change(cell)).expect("fits");
            }
        }
    }
    book.save(path).expect("saved");
}
