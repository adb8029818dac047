//! Options of a run, and its report.

use std::path::PathBuf;
use std::time::Duration;

use crate::ledger::EarlierRun;
use crate::linkage::decisions::RulingCounts;
use crate::results::{FindingWork, NextStep};
use crate::statistics::Check;

use super::accounting::{KindCounts, ProblemCounts};
use super::since::Since;

/// What the command line says about a run.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Where the results go; `runs/<run id>` beside the project file where nothing is said.
    pub out: Option<PathBuf>,
    /// How long to wait for another run in the same folder.
    pub wait: Duration,
    /// Whether m, u and the prior are estimated on the run's own data first.
    pub estimate: bool,
    /// Where a distributed run has left its decided rows; linked here where nothing is said.
    pub links: Option<PathBuf>,
    /// Rulings with higher numbers are not known to the run; all are where nothing is said.
    pub rulings_until: Option<i64>,
}

/// What a run did, for the summary at its end.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// Equal for equal inputs and settings.
    pub run_id: String,
    /// Folder of the results.
    pub folder: PathBuf,
    /// Registry rows.
    pub persons: usize,
    /// Persons they are about.
    pub people: usize,
    /// Why figures of the forms are not known, or not whole.
    pub lacks: Vec<String>,
    /// Rows by decision, per kind of source.
    pub decisions: Vec<KindCounts>,
    /// Findings of the mismatch report.
    pub findings: FindingWork,
    /// What to do with the results, in order.
    pub steps: Vec<NextStep>,
    /// Problems by weight.
    pub problems: ProblemCounts,
    /// Relations between figures that do not hold.
    pub failed_checks: Vec<Check>,
    /// What became of the rulings in force.
    pub rulings: RulingCounts,
    /// The earlier run on the same inputs, if any, and the files that are not the same now.
    pub repeat: Option<(EarlierRun, Vec<String>)>,
    /// What is otherwise than in the last run of the same half-year, if there was another one.
    pub since: Option<Since>,
}

impl RunReport {
    /// Whether inputs or checks need a person: exit status 1.
    pub fn needs_person(&self) -> bool {
        self.problems.errors + self.problems.warnings > 0
            || !self.failed_checks.is_empty()
            || self.decisions.iter().any(|counts| counts.review > 0)
    }
}
