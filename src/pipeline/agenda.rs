//! What the ledger knows about a project without a run: whether anything is new, and the
//! dates of its rounds.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::config::Project;
use crate::deadlines::{self, Deadline};
use crate::ledger::{Ledger, LedgerError, PastRun, lock};
use crate::vocabulary::HalfYear;

use super::error::RunError;
use super::publish::MANIFEST;
use super::report::RunOptions;
use super::start::StandingRun;

/// The folder of the last published run, where that run had the same inputs, settings and program
/// and its results are still in place. Files are only summed, not read; a run under way is waited for as
/// in a run.
///
/// # Errors
/// The ledger, its lock, or a model file that cannot be read.
pub fn unchanged(project: &Project, options: &RunOptions) -> Result<Option<PathBuf>, RunError> {
    let Some(ledger) = Ledger::existing(&project.root)? else { return Ok(None) };
    let _lock = lock::acquire(&project.root, options.wait, &|| ())?;
    let Some(last) = ledger.runs()?.pop() else { return Ok(None) };
    let same = StandingRun::of(project, options, &ledger)?.run_id == last.run_id;
    Ok((same && stands(&last, options.out.as_deref())).then_some(last.folder))
}

/// Whether a run's results are still in place, and where this run would put its own.
fn stands(run: &PastRun, out: Option<&Path>) -> bool {
    let real = |path: &Path| fs_err::canonicalize(path).ok();
    let same_place = out.is_none_or(|out| {
        real(out).is_some_and(|out| real(&run.folder).is_some_and(|folder| folder == out))
    });
    same_place && run.folder.join(MANIFEST).is_file()
}

/// The folder of the newest run whose results are still in place, wherever it put them; nothing where there
/// is none, or the ledger cannot be read.
pub fn newest_results(root: &Path) -> Option<PathBuf> {
    let runs = Ledger::existing(root).ok()??.runs().ok()?;
    let there = runs.into_iter().rev().map(|run| run.folder);
    there.into_iter().find(|folder| folder.join(MANIFEST).is_file())
}

/// The dates of the round the report date lies in and, where today lies in a later half-year,
/// those of that one. Makes no ledger where there is none.
///
/// # Errors
/// When the ledger cannot be read.
pub fn deadlines(project: &Project, today: Date) -> Result<Vec<Deadline>, LedgerError> {
    let runs = match Ledger::existing(&project.root)? {
        Some(ledger) => ledger.runs()?,
        None => Vec::new(),
    };
    let own: Vec<_> = runs.into_iter().filter(|run| run.unit == project.unit).collect();
    let reported = HalfYear::of(project.as_of);
    let current = Some(HalfYear::of(today)).filter(|current| *current > reported);
    let rounds = [Some(reported), current].into_iter().flatten();
    let dates = |round: HalfYear| {
        let of_programmes = deadlines::of_programmes(round, &project.programmes, &own);
        deadlines::of_round(round, &own).into_iter().chain(of_programmes).collect::<Vec<_>>()
    };
    Ok(rounds.flat_map(dates).collect())
}
