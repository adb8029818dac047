//! The stages of a run in memory, for the review page: it shows what a run would say now, and
//! nothing is published. Only the questions go into the ledger, so that answers find them there.

use crate::config::Project;
use crate::ledger::{InputEntry, Ledger};
use crate::linkage::model::{Model, Thresholds};
use crate::results::Results;
use crate::sources::Progress;
use crate::statistics::snapshot::Snapshot;
use crate::vocabulary::HalfYear;

use super::card_history;
use super::cases;
use super::error::RunError;
use super::report::{RunOptions, RunReport};
use super::run::complete;
use super::stages::{Station, process};
use super::start::{NamedRun, begin};
use super::watch::{Clock, Watch};

/// Everything a run would know.
pub struct Survey {
    project: Project,
    station: Station,
    run_id: String,
    is_published: bool,
}

/// Runs the stages from the inputs to the figures, as a run without options does. Hands out the
/// ledger, too, which is made where there is none.
///
/// # Errors
/// As a run, but for what publishing can add.
pub fn survey(
    project: Project,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<(Survey, Ledger), RunError> {
    let mut watch = Watch::start(clock);
    let mut ledger = Ledger::open(&project.root)?;
    let options = RunOptions::default();
    let NamedRun { start, earlier, run_id } =
        begin(&project, &options, &ledger, &mut watch, progress)?;
    let mut station = process(&project, start, &mut watch, progress)?;
    station.snapshot = ledger.keyed(station.snapshot);
    station.comparisons = earlier.compare(&ledger, &station.snapshot)?;
    station.policy.cards = card_history::known(&ledger, &station.results(&project))?;
    ledger.put_cases(&cases::entries(&station, &run_id))?;
    let is_published = ledger.earlier(&run_id)?.is_some();
    Ok((Survey { project, station, run_id, is_published }, ledger))
}

/// A real run, published and recorded, that hands out what its stages made as well: nothing is
/// computed twice.
///
/// # Errors
/// As [`super::run`].
pub fn run_and_keep(
    project: Project,
    options: &RunOptions,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<(RunReport, Survey), RunError> {
    let (report, station) = complete(&project, options, clock, progress)?;
    let run_id = report.run_id.clone();
    Ok((report, Survey { project, station, run_id, is_published: true }))
}

impl Survey {
    /// The results, as writers of pages see them.
    pub fn results(&self) -> Results<'_> {
        self.station.results(&self.project)
    }

    /// The id a run on these inputs has.
    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// Whether a run on these inputs, settings and rulings has been published.
    pub fn is_published(&self) -> bool {
        self.is_published
    }

    /// The newest ruling or withdrawal the stages knew; 0 for none.
    pub fn known(&self) -> i64 {
        self.station.newest_ruling
    }

    /// The figures and who was counted where, as the ledger would keep them.
    pub fn snapshot(&self) -> &Snapshot {
        &self.station.snapshot
    }

    /// The half-year of the report date.
    pub fn half_year(&self) -> HalfYear {
        HalfYear::of(self.project.as_of)
    }

    /// The files that were read.
    pub fn inputs(&self) -> &[InputEntry] {
        &self.station.inputs
    }

    pub(super) fn linkage_model(&self) -> &Model {
        &self.station.model
    }

    /// Name and version of the model, and where it turns probabilities into decisions.
    pub fn model(&self) -> (&str, &str, Thresholds) {
        let model = &self.station.model;
        (&model.name, &model.version, model.thresholds)
    }
}
