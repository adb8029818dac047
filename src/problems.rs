//! Data problems: something in an input that does not stop the run.
//!
//! A problem names its place, quotes the value, says what was done with the row (`action`) and
//! what the user can do. Problems are values: every stage returns the ones it met, and the run
//! publishes all of them in `problems.csv`. What stops a run is an error type of its stage; what
//! must never happen is a panic with the broken invariant in its message.

use crate::privacy::masked_text;

/// How much a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Noted and handled; nobody needs to act.
    Note,
    /// A person should look; the row is kept.
    Warning,
    /// A file, sheet or row could not be used.
    Error,
}

impl Severity {
    /// The word printed for users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Note => "提示",
            Self::Warning => "警告",
            Self::Error => "错误",
        }
    }
}

/// One data problem.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Path relative to the project file; empty for the project as a whole.
    pub file: String,
    /// Sheet name; empty for text files and whole files.
    pub sheet: String,
    /// A1 address; empty for a whole file or sheet.
    pub cell: String,
    /// Stable code, e.g. `id-column-damaged`.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong, in plain Chinese, with the value quoted and IDs masked.
    pub message: String,
    /// What was done with the row, and what the user can do.
    pub action: String,
}

impl Problem {
    /// A problem of a whole file.
    pub fn file(file: &str, code: &'static str, severity: Severity) -> Self {
        Self {
            file: file.to_owned(),
            sheet: String::new(),
            cell: String::new(),
            code,
            severity,
            message: String::new(),
            action: String::new(),
        }
    }

    /// The same problem placed at a sheet and cell (either may be empty).
    #[must_use]
    pub fn at(mut self, sheet: &str, cell: &str) -> Self {
        sheet.clone_into(&mut self.sheet);
        cell.clone_into(&mut self.cell);
        self
    }

    /// The same problem with its message and action; whatever looks like an ID number is masked.
    #[must_use]
    pub fn saying(mut self, message: impl Into<String>, action: impl Into<String>) -> Self {
        self.message = masked_text(message.into());
        self.action = masked_text(action.into());
        self
    }

    /// `file › sheet › cell：message；action`, as terminals and logs show it.
    pub fn line(&self) -> String {
        let place: Vec<&str> = [self.file.as_str(), self.sheet.as_str(), self.cell.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        let colon = if place.is_empty() { "" } else { "：" };
        let action = if self.action.is_empty() { "" } else { "；" };
        let line = format!("{}{colon}{}{action}{}", place.join(" › "), self.message, self.action);
        // A file name may hold a line break.
        line.replace(char::is_control, " ")
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, Severity};

    #[test]
    fn a_line_names_the_place_only_where_there_is_one() {
        let problem = Problem::file("甲\n乙.xls", "x", Severity::Note).saying("坏了", "请改");
        assert_eq!(problem.clone().at("表1", "A2").line(), "甲 乙.xls › 表1 › A2：坏了；请改");
        let problem = Problem { file: String::new(), action: String::new(), ..problem };
        assert_eq!(problem.line(), "坏了");
    }
}
