//! What is wrong with a return: where, what stands there, what was done about it, what to send.

use crate::origin::column_letters;
use crate::problems::{Problem, Severity};
use crate::records::identifier::mask;
use crate::vocabulary::Annex;

/// One thing a city has to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Index of the city in the roster; `None` where no city could be told.
    pub city: Option<usize>,
    /// The form, where it is about one.
    pub annex: Option<Annex>,
    /// Where and what; its action says what to send again.
    pub problem: Problem,
    /// What stands in the cell.
    pub value: String,
    /// What was done with the figure.
    pub effect: String,
}

/// Where a fault stands.
#[derive(Clone, Copy, Debug)]
pub struct FaultSpot<'a> {
    /// Path of the file.
    pub file: &'a str,
    /// Sheet name.
    pub sheet: &'a str,
    /// A1 address; empty for a whole sheet.
    pub cell: &'a str,
}

impl Fault {
    /// A fault of a place.
    pub fn at(spot: FaultSpot<'_>, code: &'static str, severity: Severity) -> Self {
        let problem = Problem::file(spot.file, code, severity).at(spot.sheet, spot.cell);
        Self { city: None, annex: None, problem, value: String::new(), effect: String::new() }
    }

    /// With what is wrong and what to send.
    #[must_use]
    pub fn saying(mut self, message: impl Into<String>, action: impl Into<String>) -> Self {
        self.problem = self.problem.saying(message, action);
        self
    }

    /// With what stands in the cell; long numbers may be ID numbers and are masked.
    #[must_use]
    pub fn quoting(mut self, value: &str) -> Self {
        let digits = value.chars().filter(char::is_ascii_digit).count();
        self.value = if digits >= 14 { mask(value) } else { value.chars().take(60).collect() };
        self
    }

    /// With what was done.
    #[must_use]
    pub fn so(mut self, effect: impl Into<String>) -> Self {
        self.effect = effect.into();
        self
    }

    /// Whether the city must send something again.
    pub fn needs_return(&self) -> bool {
        self.problem.severity > Severity::Note
    }
}

/// `F9` of a column index from 0 and a row from 1.
pub fn address(column: u32, row: u32) -> String {
    format!("{}{row}", column_letters(column))
}
