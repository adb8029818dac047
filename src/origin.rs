//! Where a value came from: file, sheet, row and column, carried as two small integers and shown
//! the way Excel shows it (`佳木斯技师学院.xls › Sheet1 › H17`).
//!
//! Every record keeps an [`Origin`]; the [`Catalogue`] turns it back into words for reports.

use crate::vocabulary::Field;

/// Index of a sheet in the [`Catalogue`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct SheetId(pub u32);

/// One data row of one sheet. `row` counts from 1 as Excel shows it, title rows included.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Origin {
    /// The sheet the row is in.
    pub sheet: SheetId,
    /// Row number from 1.
    pub row: u32,
}

/// A recognised column of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MappedColumn {
    /// What the column holds.
    pub field: Field,
    /// Column index from 0 (`A` = 0).
    pub index: u32,
    /// The heading as the file has it.
    pub heading: String,
}

/// One data sheet (or text file) that was read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SheetInfo {
    /// Path relative to the project file, with `/`.
    pub file: String,
    /// Sheet name; empty for text files.
    pub sheet: String,
    /// Row of the (last) heading line, from 1.
    pub header_row: u32,
    /// The recognised columns in sheet order.
    pub columns: Vec<MappedColumn>,
    /// Headings nothing was recognised in, with their column index.
    pub unknown_columns: Vec<(u32, String)>,
    /// Number of data rows.
    pub rows: usize,
}

/// All sheets of a run, in the order of the inputs.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Catalogue {
    /// The sheets; a [`SheetId`] is an index into this list.
    pub sheets: Vec<SheetInfo>,
}

impl SheetInfo {
    /// The file's own name: what leaves the bureau never shows where it keeps its files.
    pub fn file_name(&self) -> &str {
        self.file.rsplit('/').next().unwrap_or(&self.file)
    }
}

impl Catalogue {
    /// Adds a sheet and hands out its id.
    ///
    /// # Panics
    /// With more than `u32::MAX` sheets.
    pub fn add(&mut self, sheet: SheetInfo) -> SheetId {
        let id = SheetId(u32::try_from(self.sheets.len()).expect("fewer than 2^32 sheets"));
        self.sheets.push(sheet);
        id
    }

    /// The sheet an origin points into.
    pub fn sheet(&self, id: SheetId) -> &SheetInfo {
        &self.sheets[id.0 as usize]
    }

    /// A1 address of a field in a row; empty when the sheet has no such column.
    pub fn cell(&self, origin: Origin, field: Field) -> String {
        let sheet = self.sheet(origin.sheet);
        let column = sheet.columns.iter().find(|column| column.field == field);
        column.map_or_else(String::new, |c| format!("{}{}", column_letters(c.index), origin.row))
    }

    /// `file › sheet › cell` (or `› 第17行` when no single cell is meant).
    pub fn show(&self, origin: Origin, field: Option<Field>) -> String {
        self.shown(&self.sheet(origin.sheet).file, origin, field)
    }

    /// The same with the file's own name, for those who are not to see the bureau's folders.
    pub fn show_outside(&self, origin: Origin, field: Option<Field>) -> String {
        self.shown(self.sheet(origin.sheet).file_name(), origin, field)
    }

    fn shown(&self, file: &str, origin: Origin, field: Option<Field>) -> String {
        let sheet = self.sheet(origin.sheet);
        let cell = field.map(|field| self.cell(origin, field)).filter(|cell| !cell.is_empty());
        let place = cell.unwrap_or_else(|| format!("第{}行", origin.row));
        if sheet.sheet.is_empty() {
            format!("{file} › {place}")
        } else {
            format!("{file} › {} › {place}", sheet.sheet)
        }
    }
}

/// Column letters of a 0-based column index: 0 → `A`, 26 → `AA`.
pub fn column_letters(index: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).expect("below 26");
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::column_letters;

    #[test]
    fn letters_follow_excel() {
        let cases = [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")];
        for (index, letters) in cases {
            assert_eq!(column_letters(index), letters);
        }
    }
}
