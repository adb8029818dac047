//! The stages of a run in memory, for the review page: it shows what a run would say now, and
//! nothing is published. Only the questions go into the ledger, so that answers find them there.
//!
//! A run that was published has kept what the page opens with; then nothing is read before somebody asks
//! for a page that shows everybody.

use crate::config::Project;
use crate::ledger::{CaseEntry, InputEntry, Ledger, LedgerError};
use crate::linkage::model::{Model, Thresholds};
use crate::results::Results;
use crate::results::fates::RulingFate;
use crate::results::overview::Overview;
use crate::sources::Progress;
use crate::statistics::snapshot::Snapshot;
use crate::vocabulary::HalfYear;

use super::card_history;
use super::cases;
use super::error::RunError;
use super::questions::{self, CountedOnce, KeptStation};
use super::report::{RunOptions, RunReport};
use super::run::complete;
use super::stages::{Station, process};
use super::start::{NamedRun, StandingRun, begin};
use super::watch::{Clock, Watch};

/// Everything a run would know; or, of a run that was published, what it has kept for the review page.
pub struct Survey {
    project: Project,
    station: Station,
    counted: CountedOnce,
    run_id: String,
    is_published: bool,
    /// Of what a run has kept: the number each row has in the run.
    kept_rows: Option<Vec<u32>>,
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
    let named = begin(&project, &RunOptions::default(), &ledger, &mut watch, progress)?;
    let run_id = named.run_id.clone();
    let station = gone_through(&project, named, &ledger, &mut watch, progress)?;
    ledger.put_cases(&cases::entries(&station, &run_id))?;
    let is_published = ledger.earlier(&run_id)?.is_some();
    Ok((Survey::new(project, station, run_id, is_published), ledger))
}

/// The stages of a run that has a name.
fn gone_through(
    project: &Project,
    named: NamedRun,
    ledger: &Ledger,
    watch: &mut Watch<'_>,
    progress: &dyn Progress,
) -> Result<Station, RunError> {
    let NamedRun { start, earlier, .. } = named;
    let mut station = process(project, start, watch, progress)?;
    station.snapshot = ledger.keyed(station.snapshot);
    station.comparisons = earlier.compare(ledger, &station.snapshot)?;
    station.policy.cards = card_history::known(ledger, &station.results(project))?;
    Ok(station)
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
    Ok((report, Survey::new(project, station, run_id, true)))
}

/// With what a review page can be opened.
pub enum ReviewOpening {
    /// With what the last run has kept: it is what a run would say now, but for rulings made since.
    Kept(Box<KeptSurvey>),
    /// Everything has to be read first, and why.
    Whole(&'static str),
}

/// What the last run has kept, and the ledger it is kept in.
pub struct KeptSurvey {
    /// The people in question and those shown beside them.
    pub survey: Survey,
    /// The open ledger.
    pub ledger: Ledger,
}

const NOTHING_KEPT: &str = "台账里没有可以直接打开的待核内容（还没有比对过，或上一次是别的版本的程序比对的），先读取全部名单；比对一次以后再打开就快了。";
const CHANGED: &str = "数据文件、设置、模型或交回的更正与上一次比对时不同（上一次重新估计过参数的，也算不同），先读取全部名单再打开待核页面。";

/// Looks whether the last run still stands, by the sums of its inputs: none of them is read.
///
/// # Errors
/// The ledger, or a model file that cannot be read.
pub fn review_opening(project: &Project) -> Result<ReviewOpening, RunError> {
    let Some(mut ledger) = Ledger::existing(&project.root)? else {
        return Ok(ReviewOpening::Whole(NOTHING_KEPT));
    };
    let Some(kept) = ledger.questions()? else { return Ok(ReviewOpening::Whole(NOTHING_KEPT)) };
    let options = RunOptions { rulings_until: Some(kept.known), ..RunOptions::default() };
    let run = StandingRun::of(project, &options, &ledger)?;
    if run.run_id != kept.run_id {
        return Ok(ReviewOpening::Whole(CHANGED));
    }
    let Some(KeptStation { station, counted, rows }) = questions::opened(&kept, run) else {
        return Ok(ReviewOpening::Whole(NOTHING_KEPT));
    };
    put_again(&mut ledger, &cases::entries(&station, &kept.run_id))?;
    let is_published = ledger.earlier(&kept.run_id)?.is_some();
    let (project, run_id, kept_rows) = (project.clone(), kept.run_id, Some(rows));
    let survey = Survey { project, station, counted, run_id, is_published, kept_rows };
    Ok(ReviewOpening::Kept(Box::new(KeptSurvey { survey, ledger })))
}

/// Puts the questions as this run sees them, where another survey has put them since.
fn put_again(ledger: &mut Ledger, questions: &[CaseEntry]) -> Result<(), LedgerError> {
    for question in questions {
        let put = ledger.case(&question.key)?;
        if put.is_none_or(|put| put.view.run_id != question.view.run_id) {
            return ledger.put_cases(questions);
        }
    }
    Ok(())
}

/// The whole of a run of which a survey has what was kept.
///
/// # Errors
/// As [`survey`]; [`RunError::Changed`] where it would be another run now.
pub fn whole(
    kept: &Survey,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<Survey, RunError> {
    let (project, run_id) = (kept.project.clone(), kept.run_id.clone());
    let mut watch = Watch::start(clock);
    let ledger = Ledger::existing(&project.root)?.ok_or(RunError::Changed)?;
    let options = RunOptions { rulings_until: Some(kept.known()), ..RunOptions::default() };
    let named = begin(&project, &options, &ledger, &mut watch, progress)?;
    if named.run_id != run_id {
        return Err(RunError::Changed);
    }
    let station = gone_through(&project, named, &ledger, &mut watch, progress)?;
    Ok(Survey::new(project, station, run_id, kept.is_published))
}

impl Survey {
    fn new(project: Project, station: Station, run_id: String, is_published: bool) -> Self {
        let counted = CountedOnce::of(&station.results(&project));
        Self { project, station, counted, run_id, is_published, kept_rows: None }
    }

    /// Whether everybody is there, not only those a run has kept.
    pub fn is_whole(&self) -> bool {
        self.kept_rows.is_none()
    }

    /// The number a row of these results has in the whole run.
    pub fn row_in_run(&self, row: u32) -> u32 {
        let kept = self.kept_rows.as_ref();
        kept.and_then(|rows| rows.get(row as usize)).copied().unwrap_or(row)
    }

    /// The figures over everybody.
    pub fn overview(&self) -> &Overview {
        &self.counted.overview
    }

    /// What became of a ruling; `None` where the stages did not know it.
    pub fn fate(&self, number: i64) -> Option<&RulingFate> {
        self.counted.fates.get(&number)
    }

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
