//! A headed CSV file as text: what the two file commands read.

use std::path::Path;

use crate::csv_cells;

/// Header and rows of a file. The cells stand in one text, because a province has ten million of
/// them.
pub(super) struct HeadedCsv {
    /// The file, for messages.
    pub(super) path: String,
    /// Column names, without byte-order mark and blanks.
    pub(super) header: Vec<String>,
    /// Cells without blanks around them, row by row; a short row is filled up with empty cells.
    text: String,
    /// Where each cell ends in the text.
    ends: Vec<usize>,
    /// Line each row begins in, from 1.
    lines: Vec<u64>,
}

impl HeadedCsv {
    /// Reads a whole file.
    pub(super) fn read(path: &Path) -> Result<Self, csv::Error> {
        let file = fs_err::File::open(path)?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let trim = |name: &str| name.trim_start_matches('\u{feff}').trim().to_owned();
        let header: Vec<String> = reader.headers()?.iter().map(trim).collect();
        let (mut text, mut ends, mut lines) = (String::new(), Vec::new(), Vec::new());
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record)? {
            lines.push(record.position().map_or(0, csv::Position::line));
            for column in 0..header.len() {
                text.push_str(csv_cells::unguarded(record.get(column).unwrap_or("").trim()));
                ends.push(text.len());
            }
        }
        Ok(Self { path: path.display().to_string(), header, text, ends, lines })
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Line a row begins in, from 1.
    pub(super) fn line(&self, row: usize) -> u64 {
        self.lines[row]
    }

    /// Index of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|known| known == name)
    }

    /// A cell.
    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        let at = row * self.header.len() + column;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start..self.ends[at]).unwrap_or("")
    }

    /// The cells of a column, top to bottom.
    pub(super) fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        (0..self.rows()).map(move |row| self.cell(row, column))
    }
}
