//! Results → Excel workbooks and the machine-readable files, written into one folder.
//!
//! Comes in: everything a run knows, as [`Results`]. Goes out: files. Workbooks are byte-identical
//! for equal inputs: dates inside are fixed, rows sorted, IDs written as text.

use crate::config::Project;
use crate::findings::Finding;
use crate::linkage::Outcome;
use crate::origin::Catalogue;
use crate::problems::Problem;
use crate::records::Records;
use crate::statistics::Statistics;

/// Everything the writers need.
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
    /// Mismatches.
    pub findings: &'run [Finding],
    /// The forms' figures.
    pub statistics: &'run Statistics,
    /// Problems of all stages.
    pub problems: &'run [Problem],
}
