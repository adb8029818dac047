//! The whole run in one function, stage after stage.

use crate::config::Project;
use crate::ledger::{Ledger, lock};
use crate::sources::Progress;
use crate::{web, workbooks};

use super::card_history;
use super::error::RunError;
use super::publish::{self, Draft};
use super::record::Closing;
use super::report::{RunOptions, RunReport};
use super::setup;
use super::stages::{Station, process};
use super::start::{NamedRun, begin};
use super::watch::{Clock, Watch};

/// Name of the file that holds what a run estimated.
pub(super) const PARAMETERS: &str = "模型参数.toml";

/// The run on one page.
pub(super) const REPORT: &str = "报告.html";

/// Runs a project from its inputs to its published results.
///
/// # Errors
/// See [`RunError`]; nothing is published then, and earlier results are left as they were.
pub fn run(
    project: &Project,
    options: &RunOptions,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<RunReport, RunError> {
    complete(project, options, clock, progress).map(|(report, _)| report)
}

/// The run, and everything the stages made on the way.
pub(super) fn complete(
    project: &Project,
    options: &RunOptions,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<(RunReport, Station), RunError> {
    let waiting = || progress.stage("等待另一次比对结束", 0);
    let _lock = lock::acquire(&project.root, options.wait, &waiting)?;
    let mut ledger = Ledger::open(&project.root)?;
    if let Some(out) = &options.out {
        publish::check_target(out)?;
    }
    let mut watch = Watch::start(clock);
    setup::templates(project)?;
    let NamedRun { mut start, earlier, run_id } =
        begin(project, options, &ledger, &mut watch, progress)?;
    let default = || project.root.join("runs").join(&run_id);
    let draft = Draft::begin(&options.out.clone().unwrap_or_else(default), &ledger)?;
    start.estimate = options.estimate.then(|| draft.target().join(PARAMETERS));
    let mut station = process(project, start, &mut watch, progress)?;
    station.snapshot = ledger.keyed(station.snapshot);
    station.comparisons = watch.time("compare", || earlier.compare(&ledger, &station.snapshot))?;
    station.policy.cards = card_history::known(&ledger, &station.results(project))?;
    progress.stage("写出结果", 0);
    let results = station.results(project);
    watch.time("workbooks", || workbooks::write(draft.folder(), &results))?;
    if let Some(parameters) = &station.parameters {
        draft.add(PARAMETERS, parameters)?;
    }
    let page = web::RunPage { results, run_id: &run_id, thresholds: station.model.thresholds };
    let page = watch.time("report", || web::report(&page));
    draft.add(REPORT, &page)?;
    let closing = Closing { project, run_id, station: &station, watch };
    let report = closing.finish(draft, &mut ledger)?;
    Ok((report, station))
}
