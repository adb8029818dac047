//! Which earlier half-years a run is compared with, and the comparison.

use crate::config::Project;
use crate::ledger::{Ledger, LedgerError, PastPeriod};
use crate::statistics::change::{HalfYearComparison, compare};
use crate::statistics::snapshot::Snapshot;
use crate::vocabulary::HalfYear;

use super::error::RunError;

/// The half-years a run is compared with.
#[derive(Clone, Debug, Default)]
pub(super) struct Earlier {
    /// The latest one before.
    last: Option<PastPeriod>,
    /// The same one of the year before, where it is not the latest as well.
    year: Option<PastPeriod>,
}

impl Earlier {
    /// What the ledger has.
    pub(super) fn of(ledger: &Ledger, project: &Project) -> Result<Self, LedgerError> {
        let half = HalfYear::of(project.as_of);
        let last = ledger.period_before(&project.unit, half)?;
        let year = ledger.period_of(&project.unit, half.before().before())?;
        let year = year.filter(|year| Some(year) != last.as_ref());
        Ok(Self { last, year })
    }

    /// What the ledger adds to a run's identity: its rulings, and the rounds the results compare
    /// with.
    pub(super) fn state(&self, rulings: Option<String>) -> Vec<String> {
        let named = |name: &str, period: &Option<PastPeriod>| {
            period.as_ref().map(|period| format!("{name}:{}", period.run_id))
        };
        let rounds = [named("last", &self.last), named("year", &self.year)];
        rulings.into_iter().chain(rounds.into_iter().flatten()).collect()
    }

    /// This round against each of them.
    pub(super) fn compare(
        &self,
        ledger: &Ledger,
        now: &Snapshot,
    ) -> Result<Vec<HalfYearComparison>, RunError> {
        let earlier = [("上期", &self.last), ("去年同期", &self.year)];
        let mut comparisons = Vec::new();
        for (name, period) in earlier {
            let Some(period) = period else { continue };
            let before = ledger.snapshot(period)?;
            comparisons.push(HalfYearComparison {
                name,
                half: period.half,
                as_of: period.as_of.clone(),
                change: compare(&before, now),
            });
        }
        Ok(comparisons)
    }
}
