//! A headed CSV file as text: what the two file commands read.

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::csv_cells;

/// After so many rows room is made for the others.
const SHOWN: usize = 10_000;

/// Bytes of a file that are looked at together.
const BLOCK: usize = 1 << 20;

/// Header and rows of a file.
pub(super) struct HeadedCsv {
    /// The file, for messages.
    pub(super) path: String,
    /// Column names, without byte-order mark and blanks.
    pub(super) header: Vec<String>,
    /// One per column of the header; none for columns nobody asked for.
    columns: Vec<Option<CellColumn>>,
    rows: usize,
    /// Line each row begins in, from 1; empty where nobody asked for it.
    lines: Vec<u64>,
    /// Bytes of the file.
    size: u64,
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
    /// Reads a whole file, with the line each row begins in.
    pub(super) fn read(path: &Path) -> Result<Self, csv::Error> {
        let (mut table, mut reader) = Self::open(path, |_| true)?;
        let mut lines = Vec::new();
        table.read_rest(&mut reader, |line| lines.push(line))?;
        Ok(Self { lines, ..table })
    }

    /// Reads the columns that are wanted by their name.
    pub(super) fn read_columns(
        path: &Path,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Self, csv::Error> {
        let (mut table, mut reader) = Self::open(path, is_wanted)?;
        let plain = table.read_plain(path, reader.position().clone())?;
        reader.seek(plain)?;
        table.read_rest(&mut reader, |_| ())?;
        Ok(table)
    }

    /// Reads the header.
    fn open(
        path: &Path,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<(Self, csv::Reader<fs_err::File>), csv::Error> {
        let file = fs_err::File::open(path)?;
        let size = file.metadata()?.len();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let trim = |name: &str| name.trim_start_matches('\u{feff}').trim().to_owned();
        let header: Vec<String> = reader.headers()?.iter().map(trim).collect();
        let column = |name: &String| is_wanted(name).then(CellColumn::default);
        let columns = header.iter().map(column).collect();
        let path = path.display().to_string();
        Ok((Self { path, header, columns, rows: 0, lines: Vec::new(), size }, reader))
    }

    /// Reads rows from a position on. A short row is filled up with empty cells.
    fn read_rest(
        &mut self,
        reader: &mut csv::Reader<fs_err::File>,
        mut tell_line: impl FnMut(u64),
    ) -> Result<(), csv::Error> {
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record)? {
            if self.rows == SHOWN {
                self.make_room(reader.position().byte());
            }
            tell_line(record.position().map_or(0, csv::Position::line));
            for (index, column) in self.columns.iter_mut().enumerate() {
                if let Some(column) = column {
                    column.push(record.get(index).unwrap_or(""));
                }
            }
            self.rows += 1;
        }
        Ok(())
    }

    /// Makes room for the rest of the file, which will be like what was read of it.
    fn make_room(&mut self, read: u64) {
        let times = usize::try_from(self.size / read.max(1) + 1).unwrap_or(0);
        self.columns.iter_mut().flatten().for_each(|column| column.expect(times));
    }

    /// Reads rows in which nothing is quoted, from a position on, and says how far it came. Most files hold
    /// no others, and taking those apart byte by byte takes several times as long.
    fn read_plain(
        &mut self,
        path: &Path,
        mut position: csv::Position,
    ) -> Result<csv::Position, csv::Error> {
        let mut file = fs_err::File::open(path)?;
        file.seek(SeekFrom::Start(position.byte()))?;
        let mut block = Vec::with_capacity(BLOCK);
        loop {
            let room = (BLOCK - block.len()) as u64;
            file.by_ref().take(room).read_to_end(&mut block)?;
            let whole = memchr::memrchr(b'\n', &block).map_or(0, |last| last + 1);
            let Some(text) = plain(&block[..whole]) else { return Ok(position) };
            let rows = self.rows;
            let lines = self.push_plain(text);
            let byte = position.byte() + whole as u64;
            let record = position.record() + (self.rows - rows) as u64;
            let line = position.line() + lines;
            position.set_byte(byte).set_line(line).set_record(record);
            if rows == 0 {
                self.make_room(byte);
            }
            block.drain(..whole);
        }
    }

    /// Takes in whole lines and counts them.
    fn push_plain(&mut self, text: &str) -> u64 {
        let (mut start, mut index, mut lines) = (0, 0, 0);
        for at in memchr::memchr2_iter(b',', b'\n', text.as_bytes()) {
            let cell = text.get(start..at).unwrap_or("");
            let is_last = text.as_bytes()[at] == b'\n';
            start = at + 1;
            lines += u64::from(is_last);
            if is_last && index == 0 && matches!(cell, "" | "\r") {
                continue;
            }
            if let Some(Some(column)) = self.columns.get_mut(index) {
                column.push(cell);
            }
            index += 1;
            if is_last {
                self.columns.iter_mut().skip(index).flatten().for_each(|column| column.push(""));
                (index, self.rows) = (0, self.rows + 1);
            }
        }
        lines
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
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

/// Whole lines as text, if there are any and nothing in them is quoted or ends a line but a line feed.
fn plain(lines: &[u8]) -> Option<&str> {
    let ends_line = |at: usize| lines.get(at + 1) == Some(&b'\n');
    let is_plain = !lines.is_empty()
        && memchr::memchr(b'"', lines).is_none()
        && memchr::memchr_iter(b'\r', lines).all(ends_line);
    if is_plain { std::str::from_utf8(lines).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells of the wanted columns, row by row, or what is wrong.
    fn read(text: &[u8], is_all: bool) -> Result<Vec<[String; 2]>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        fs_err::write(&path, text).unwrap();
        let read = if is_all {
            HeadedCsv::read(&path)
        } else {
            HeadedCsv::read_columns(&path, |name| matches!(name, "a" | "c"))
        };
        let table = read.map_err(|error| error.to_string())?;
        let cell = |row: usize, name: &str| table.cell(row, table.column(name).unwrap()).to_owned();
        Ok((0..table.rows()).map(|row| [cell(row, "a"), cell(row, "c")]).collect())
    }

    #[test]
    fn plain_rows_are_read_as_all_rows_are() {
        let rows: [&[u8]; 12] = [
            b"1,2,3\n4,5,6\n",
            b"1,2,3\n4,5,6",
            b"1,2,3\r\n\r\n4,5,6\r\n",
            b"1,2,3\r4,5,6\n7,8,9\n",
            b"\n\n1\n,,\n , , ,x\n1,2,3,4,5\n",
            b"1,2,\"3\n\"\n4,5,6\n",
            b"1,2,3\n\"a,b\",c,\"d\"\"e\"\n",
            b"1,2,3\nx\",\"y\n\",z\n",
            b"'=1,2,\xe5\xbc\xa0\n",
            b"1,2,3\n1,2,\xff\n",
            b"",
            b"1",
        ];
        for rows in rows {
            for head in ["\u{feff}a,b,c\n", "a,b, c\r\n"] {
                let file = [head.as_bytes(), rows].concat();
                let shown = String::from_utf8_lossy(&file);
                assert_eq!(read(&file, false), read(&file, true), "{shown}");
            }
        }
    }

    #[test]
    fn a_late_quotation_mark_changes_nothing() {
        let mut file = b"a,b,c\n".to_vec();
        for row in 0..200_000 {
            let quote = if row == 150_000 { "\"" } else { "" };
            file.extend(format!("{row},{quote}x{quote},{row}\n").bytes());
        }
        let rows = read(&file, false).unwrap();
        assert_eq!(rows.len(), 200_000);
        assert!((0..).zip(&rows).all(|(row, [a, c])| *a == format!("{row}") && a == c));
    }
}
