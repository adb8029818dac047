//! What taking returned workbooks did, and why nothing was done at all.

use crate::ledger::LedgerError;
use crate::problems::{Problem, Severity};

/// Something that was not taken, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedLine {
    /// `file › sheet › cell`.
    pub place: String,
    /// Why, and what to do.
    pub message: String,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Files read.
    pub files: usize,
    /// Files that are none of ours or cannot be read.
    pub unusable: Vec<String>,
    /// Rulings added.
    pub taken: usize,
    /// Lines of other lists taken.
    pub lines: usize,
    /// Of these, lines that correct a name or an ID number.
    pub corrections: usize,
    /// Rulings added that replace an earlier one, with their places and what stood before.
    pub replaced: Vec<String>,
    /// Answers the ledger already has.
    pub unchanged: usize,
    /// Lines without an answer.
    pub open: usize,
    /// What was not taken.
    pub refused: Vec<RefusedLine>,
}

/// Why nothing was done at all.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// No run has put a question yet.
    #[error("这个项目还没有运行过，没有待核清单可收；请先运行 bidui run")]
    NoLedger,
    /// A word that names no file.
    #[error("没有找到“{0}”对应的文件")]
    NoFile(String),
    /// A ruling that does not exist or is not in force.
    #[error("没有第 {0} 号认定，或它已被更新、撤回；现有的认定见 bidui decide list")]
    NotStanding(i64),
    /// A filled-in line that does not exist or is not in force.
    #[error("没有第 G{0} 号填报，或它已被更新、撤回；现有的见 bidui decide list")]
    NotFilled(i64),
    /// A workbook nothing of which is in force, or several.
    #[error(
        "没有“{0}”这份交回的表，或它的内容都已撤回；现有的见 bidui decide list 中 F 开头的编号"
    )]
    NoReturnedFile(String),
    /// A question this ledger does not know.
    #[error("没有这条待核，可能属于另一个项目；请回到待核清单重新打开")]
    NoSuchCase,
    /// An answer conflicts with another one.
    #[error("{0}")]
    Refused(String),
}

impl ImportReport {
    pub(super) fn refuse(&mut self, place: String, message: String) {
        self.refused.push(RefusedLine { place, message: masked(message) });
    }

    /// Whether a person has to look at it: exit status 1.
    pub fn needs_person(&self) -> bool {
        !self.refused.is_empty() || !self.unusable.is_empty()
    }
}

/// A text with ID numbers masked, as problems have it.
pub(super) fn masked(text: String) -> String {
    Problem::file("", "returned", Severity::Note).saying(text, "").message
}
