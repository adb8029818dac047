//! What a run found, as whoever writes or shows it sees it: borrowed from the stages, with the
//! words, groups and orders they share. Workbooks, pages and the review page are made from the same
//! [`Results`].

pub mod evidence;
pub mod groups;
pub mod marks;
pub mod orders;
mod rows;
pub mod words;

pub use rows::{RegisteredHome, RowSpot};

use crate::config::Project;
use crate::findings::Finding;
use crate::linkage::decisions::{Case, Effect, Ruling};
use crate::linkage::{Decision, Outcome};
use crate::origin::Catalogue;
use crate::problems::Problem;
use crate::records::Records;
use crate::statistics::Statistics;
use crate::statistics::change::Comparison;

/// Everything the stages made.
#[derive(Clone, Copy, Debug)]
pub struct Results<'run> {
    /// The project.
    pub project: &'run Project,
    /// Where rows stand.
    pub catalogue: &'run Catalogue,
    /// People.
    pub records: &'run Records,
    /// One per source row, same order as `records.sources`.
    pub outcomes: &'run [Outcome],
    /// One per row of the villages' lists, same order as `records.intentions`.
    pub wishes: &'run [Outcome],
    /// Mismatches.
    pub findings: &'run [Finding],
    /// The forms' figures.
    pub statistics: &'run Statistics,
    /// Problems of all stages.
    pub problems: &'run [Problem],
    /// The questions to people.
    pub cases: &'run [Case],
    /// The rulings in force.
    pub rulings: &'run [Ruling],
    /// What they did to rows, with what the program said of the row on its own.
    pub effects: &'run [(Effect, Decision)],
    /// This round against earlier ones; none where there is none.
    pub comparisons: &'run [Comparison],
}
