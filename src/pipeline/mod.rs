//! From a project to published results; the only place where two stages meet.
//!
//! [`run()`] is the run as one paragraph: a checked project comes in; a published result folder, a
//! line in the ledger and a [`RunReport`] go out; or a [`RunError`] and nothing published. [`check()`]
//! reads only, [`rollup()`] is a province's run, [`survey()`] keeps the stages in memory for the review
//! page. Time comes in through [`Clock`] and reaches `run.json` and the ledger only, never a result.

mod accounting;
mod agenda;
mod answers;
mod came_back;
mod card_history;
pub mod cards;
mod cases;
mod check;
mod corrections;
pub mod decide;
mod distribution;
mod error;
mod handing_out;
mod identity;
mod imports;
pub mod init;
mod inputs;
mod keepers;
mod links;
mod manifest;
mod people;
mod periods;
pub mod person_file;
mod policy;
mod publish;
mod push;
mod questions;
mod record;
mod report;
mod returns;
mod rollup;
mod rulings;
mod run;
mod setup;
mod since;
mod stages;
mod start;
mod study;
mod survey;
mod watch;
mod workers;

pub use accounting::{KindCounts, ProblemCounts, problems as problem_counts};
pub use agenda::{deadlines, newest_results, unchanged};
pub use came_back::{ReturnedEntry, ReturnedFile, ReturnedNumber, came_back, undo_file};
pub use check::{CheckReport, SheetColumns, check, columns};
pub use distribution::{ExportReport, export_rows};
pub use error::RunError;
pub use publish::PublishError;
pub use report::{RunOptions, RunReport};
pub use rollup::{CityOutcome, RollupReport, rollup};
pub use run::run;
pub use since::Since;
pub use study::{evaluate_rulings, explain, train};
pub use survey::{KeptSurvey, ReviewOpening, Survey, review_opening, run_and_keep, survey, whole};
pub use watch::Clock;
pub use workers::workers;

pub use crate::deadlines::{Deadline, icalendar};
pub use crate::ledger::EarlierRun;
pub use crate::province::FormState;
pub use crate::results::FIRST;

/// Version of the program, as `run.json` names it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
