//! A headed CSV file as text: what the two file commands read.

use std::path::Path;

use crate::csv_cells;

/// After so many rows room is made for the others.
const SHOWN: usize = 10_000;

/// Header and rows of a file.
pub(super) struct HeadedCsv {
    /// The file, for messages.
    pub(super) path: String,
    /// Column names, without byte-order mark and blanks.
    pub(super) header: Vec<String>,
    /// One per column of the header; none for columns nobody asked for.
    columns: Vec<Option<CellColumn>>,
    /// Line each row begins in, from 1.
    lines: Vec<u64>,
}

/// Cells of one column without blanks around them; in one text, because a province has ten million of
/// them.
#[derive(Default)]
struct CellColumn {
    text: String,
    /// Where each cell ends in the text.
    ends: Vec<usize>,
}

impl CellColumn {
    fn push(&mut self, cell: &str) {
        self.text.push_str(csv_cells::unguarded(cell.trim()));
        self.ends.push(self.text.len());
    }

    /// Makes room for so many times what is there, if there is so much.
    fn expect(&mut self, times: usize) {
        self.text.try_reserve(self.text.len().saturating_mul(times)).ok();
        self.ends.try_reserve(self.ends.len().saturating_mul(times)).ok();
    }

    fn cell(&self, row: usize) -> &str {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start..self.ends[row]).unwrap_or("")
    }
}

impl HeadedCsv {
    /// Reads a whole file.
    pub(super) fn read(path: &Path) -> Result<Self, csv::Error> {
        Self::read_columns(path, |_| true)
    }

    /// Reads a file; cells are kept of the columns that are wanted by their name. A short row is filled up
    /// with empty cells.
    pub(super) fn read_columns(
        path: &Path,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Self, csv::Error> {
        let file = fs_err::File::open(path)?;
        let size = file.metadata()?.len();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let trim = |name: &str| name.trim_start_matches('\u{feff}').trim().to_owned();
        let header: Vec<String> = reader.headers()?.iter().map(trim).collect();
        let column = |name: &String| is_wanted(name).then(CellColumn::default);
        let mut columns: Vec<Option<CellColumn>> = header.iter().map(column).collect();
        let mut lines = Vec::new();
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record)? {
            if lines.len() == SHOWN {
                // The rest will be like these rows.
                let times = size / reader.position().byte().max(1) + 1;
                let times = usize::try_from(times).unwrap_or(0);
                columns.iter_mut().flatten().for_each(|column| column.expect(times));
            }
            lines.push(record.position().map_or(0, csv::Position::line));
            for (index, column) in columns.iter_mut().enumerate() {
                if let Some(column) = column {
                    column.push(record.get(index).unwrap_or(""));
                }
            }
        }
        Ok(Self { path: path.display().to_string(), header, columns, lines })
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

    /// A cell; empty where the column was not wanted.
    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        self.columns[column].as_ref().map_or("", |column| column.cell(row))
    }

    /// The cells of a column, top to bottom.
    pub(super) fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        (0..self.rows()).map(move |row| self.cell(row, column))
    }
}
