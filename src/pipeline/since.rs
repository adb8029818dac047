//! What a run says otherwise than the last one of the same half-year. Told at its end and on the
//! review page only: results may not depend on what ran before them.

use crate::config::Project;
use crate::ledger::Ledger;
use crate::statistics::change::{Changed, LinkChange, changed_figures, changed_links};
use crate::statistics::snapshot::Snapshot;
use crate::vocabulary::HalfYear;

use super::error::RunError;

/// A run against the last one of the same half-year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// The earlier run.
    pub run_id: String,
    /// Rows by what became of their links.
    pub links: LinkChange,
    /// Figures of both forms that are not the same.
    pub figures: Vec<Changed>,
}

impl Since {
    /// The first figures that changed in words, totals before others.
    pub fn told(&self, most: usize) -> Vec<String> {
        let mut figures: Vec<&Changed> = self.figures.iter().collect();
        figures.sort_by_key(|one| one.unit != "总计");
        figures.into_iter().take(most).map(Changed::sentence).collect()
    }
}

/// Compares with the run the ledger keeps of this half-year; `None` where there is none, or where
/// it was this very run.
pub(super) fn last(
    ledger: &Ledger,
    project: &Project,
    run_id: &str,
    now: &Snapshot,
) -> Result<Option<Since>, RunError> {
    let kept = ledger.period_of(&project.unit, HalfYear::of(project.as_of))?;
    let Some(kept) = kept.filter(|kept| kept.run_id != run_id) else { return Ok(None) };
    let before = ledger.snapshot(&kept)?;
    let (links, figures) = (changed_links(&before, now), changed_figures(&before, now));
    Ok(Some(Since { run_id: kept.run_id, links, figures }))
}
