//! What people decided about pairs, and what it does to the next run.
//!
//! Comes in: the rulings that stand, as the ledger kept them, and the records of a run. Goes out:
//! [`Effects`], which rows are bound to or barred from which persons, and [`Case`]s, the questions
//! a run puts to people. A row number means nothing in the next export, so both sides of a pair
//! are kept as traces and recognised anew each time. No I/O and no clock: who ruled and when comes
//! in with the rulings.

mod audit;
mod cases;
mod corrections;
mod effects;
mod fit;
mod judging;
mod returned;
mod traces;
mod words;

#[cfg(test)]
mod tests;

use jiff::civil::Date;

pub use super::engine::judging::Force;
pub use audit::{Sample, draw, own_decisions};
pub use cases::{Case, cases, worth};
pub use corrections::{About, Correction, CorrectionEffect, CorrectionFate, correct, number};
pub use effects::{Effect, Effects, RulingCounts, apply, recognised};
pub use returned::{SheetToReturn, return_tasks, returned};
pub use traces::{IdChange, IdState, IdTrace, PairTrace, PersonTrace, RegistryTrace, SourceTrace};

pub(super) use effects::is_registered_twice;
pub(super) use judging::{RuledOn, rejudge, ruled, settle, under_rulings};
pub use words::contradiction;
pub(super) use words::words;

/// What a person answered to the question whether a pair is one person.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Answer {
    /// They are one person.
    Same,
    /// They are two.
    Different,
    /// It cannot be told.
    Unsure,
}

impl Answer {
    /// All answers in the order of the drop-down.
    pub const ALL: [Self; 3] = [Self::Same, Self::Different, Self::Unsure];

    /// The word of the ledger.
    pub fn key(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Unsure => "unsure",
        }
    }

    /// The word users choose.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Same => "同一人",
            Self::Different => "不是同一人",
            Self::Unsure => "无法判断",
        }
    }

    /// The answer of a word of the ledger.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.key() == key)
    }

    /// The answer of a word a user chose or typed; blanks do not matter.
    pub fn from_label(text: &str) -> Option<Self> {
        let bare: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        Self::ALL.into_iter().find(|answer| answer.label() == bare)
    }
}

/// A ruling in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruling {
    /// Its number in the ledger; later ones are higher.
    pub number: i64,
    /// Both sides as they were when it was made.
    pub pair: PairTrace,
    /// What was decided.
    pub answer: Answer,
    /// Who decided.
    pub clerk: String,
    /// When.
    pub on: Date,
    /// Why, in the clerk's words; may be empty.
    pub note: String,
}

impl Ruling {
    /// `张三，2019-06-01：户口簿已核`.
    pub fn signature(&self) -> String {
        let colon = if self.note.is_empty() { "" } else { "：" };
        format!("{}，{}{colon}{}", self.clerk, self.on, self.note)
    }
}
