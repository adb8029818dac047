//! A headed CSV file as text: what the two file commands read.

use std::path::Path;

/// Header and rows of a file.
pub(super) struct HeadedCsv {
    /// The file, for messages.
    pub(super) path: String,
    /// Column names, without byte-order mark and blanks.
    pub(super) header: Vec<String>,
    /// The rows; a short one counts as filled up with empty cells.
    pub(super) rows: Vec<csv::StringRecord>,
}

impl HeadedCsv {
    /// Reads a whole file.
    pub(super) fn read(path: &Path) -> Result<Self, csv::Error> {
        let file = fs_err::File::open(path)?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let trim = |name: &str| name.trim_start_matches('\u{feff}').trim().to_owned();
        let header = reader.headers()?.iter().map(trim).collect();
        let rows = reader.records().collect::<Result<_, _>>()?;
        Ok(Self { path: path.display().to_string(), header, rows })
    }

    /// Index of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|known| known == name)
    }

    /// The cells of a column, top to bottom.
    pub(super) fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |row| row.get(column).unwrap_or("").trim())
    }
}
