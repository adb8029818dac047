//! Source files → raw rows.
//!
//! Comes in: the files a project lists, in any of the formats offices hand over. Goes out: one
//! [`RawTable`] per data sheet, holding only the recognised columns, cell types kept (a number in
//! an ID column is evidence of damage), and the problems met. A file that cannot be used is a
//! problem, never a stop. This stage never interprets a value.

mod field;
mod progress;

pub use field::Field;
pub use progress::Progress;

use compact_str::CompactString;

use crate::origin::SheetId;

/// What a source holds.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// 建档立卡 registry of persons.
    Registry,
    /// 技工院校学籍: one row per student.
    Enrollment,
    /// 职业培训实名制: one row per trainee and class.
    Training,
}

impl SourceKind {
    /// The name used in project files and in `links.csv`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Enrollment => "enrollment",
            Self::Training => "training",
        }
    }

    /// The name users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Registry => "建档立卡信息",
            Self::Enrollment => "技工院校学籍",
            Self::Training => "职业培训实名制",
        }
    }
}

/// One cell as the file has it. The type is evidence and is kept to the end of intake.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum RawCell {
    /// Nothing, or only blanks.
    #[default]
    Empty,
    /// Text, untouched except that an `="…"` wrapper is opened.
    Text(CompactString),
    /// A number without a date format.
    Number(f64),
    /// A number with a date format: an Excel serial day count, already in the 1900 system.
    Date(f64),
    /// TRUE or FALSE.
    Bool(bool),
    /// An Excel error value such as `#N/A`.
    Error(CompactString),
}

/// The recognised cells of one column, top to bottom; `cells.len()` equals `RawTable::rows.len()`.
#[derive(Clone, Debug)]
pub struct RawColumn {
    /// What the column holds.
    pub field: Field,
    /// One cell per data row.
    pub cells: Vec<RawCell>,
}

/// The data rows of one sheet, column by column.
#[derive(Clone, Debug)]
pub struct RawTable {
    /// Where it came from.
    pub sheet: SheetId,
    /// What it holds.
    pub kind: SourceKind,
    /// For a registry: the city it belongs to when it is not the project's own.
    pub region: Option<String>,
    /// School or agency found in title rows, sheet name or file name; used where no column says it.
    pub institution: Option<String>,
    /// Row number (from 1, as Excel shows it) of every data row.
    pub rows: Vec<u32>,
    /// The recognised columns.
    pub columns: Vec<RawColumn>,
}

impl RawTable {
    /// The cells of a field, if the sheet has such a column.
    pub fn column(&self, field: Field) -> Option<&[RawCell]> {
        self.columns.iter().find(|column| column.field == field).map(|c| c.cells.as_slice())
    }
}
