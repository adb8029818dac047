//! What a run starts from: inputs, model, rulings and earlier rounds, which together name it.

use std::path::PathBuf;

use crate::config::Project;
use crate::ledger::{InputEntry, InputKind, Ledger, LedgerError};
use crate::linkage::decisions::{Correction, Ruling};
use crate::linkage::model::Model;
use crate::results::UnitAnswer;
use crate::sources::{self, FileSum, Intake, Progress};

use super::error::RunError;
use super::inputs::{self, demand_rows};
use super::links::LinkFolder;
use super::people::EarlierPeople;
use super::periods::Earlier;
use super::report::RunOptions;
use super::setup::{self, ModelInForce};
use super::watch::Watch;
use super::{VERSION, answers, corrections, identity, keepers, people, policy};

/// What a run starts from, beside the project.
pub(super) struct RunStart {
    pub(super) model: Model,
    /// Path of the estimated parameters; `None` when nothing is estimated.
    pub(super) estimate: Option<PathBuf>,
    pub(super) intake: Intake,
    pub(super) inputs: Vec<InputEntry>,
    pub(super) known: KnownBefore,
    /// Decided rows of a distributed run; `None` where the run links itself.
    pub(super) links: Option<LinkFolder>,
    /// People of earlier half-years.
    pub(super) people: EarlierPeople,
}

/// What people have decided and corrected before the run.
pub(super) struct KnownBefore {
    pub(super) rulings: Vec<Ruling>,
    /// The newest entry among the rulings, withdrawals included; 0 for none.
    pub(super) newest_ruling: i64,
    pub(super) corrections: Vec<Correction>,
    /// What units answered on their lists.
    pub(super) answers: Vec<UnitAnswer>,
}

/// A run that has a name, but has computed nothing yet.
pub(super) struct NamedRun {
    /// What the stages start from.
    pub(super) start: RunStart,
    /// The rounds it is compared with.
    pub(super) earlier: Earlier,
    /// Its id.
    pub(super) run_id: String,
}

/// Reads the inputs and what the ledger knows, which together name the run; nothing is estimated
/// unless the caller says where to.
pub(super) fn begin(
    project: &Project,
    options: &RunOptions,
    ledger: &Ledger,
    watch: &mut Watch<'_>,
    progress: &dyn Progress,
) -> Result<NamedRun, RunError> {
    let in_force = setup::model(project.model.as_deref())?;
    let intake = watch.time("read", || sources::read(&project.root, &project.sources, progress));
    demand_rows(project, &intake)?;
    let inputs = inputs::entries(&intake);
    let (newest_ruling, rulings) = rulings_for(ledger, options)?;
    let returned = ledger.returns()?;
    let (corrections, answers) = (corrections::of(&returned), answers::of(&returned));
    let ruled = corrections::fingerprint(&rulings, &corrections);
    let earlier = Earlier::of(ledger, project)?;
    let mut state = earlier.state(ruled.clone());
    state.extend(policy::beside(project));
    let people = EarlierPeople::of(ledger, project)?;
    state.extend(people.state.iter().cloned());
    state.extend(ledger.cards_state()?);
    state.extend(keepers::state(ledger)?);
    state.extend(answers::state(&answers));
    if options.estimate && options.links.is_some() {
        let what = "采用分布式比对的结果时不能再估计模型参数；请先 bidui train，再导出";
        return Err(RunError::Rows(what.to_owned()));
    }
    let links = options
        .links
        .as_ref()
        .map(|folder| LinkFolder::open(folder, &rows_id(project, &in_force, &inputs, ruled)));
    let links = links.transpose()?;
    let versions = versions(&in_force, state, options);
    let run_id = run_id(project, &versions, inputs.iter().map(identified));
    let model = in_force.model;
    let estimate = None;
    let known = KnownBefore { rulings, newest_ruling, corrections, answers };
    let start = RunStart { model, estimate, intake, inputs, known, links, people };
    Ok(NamedRun { start, earlier, run_id })
}

/// The rulings a run goes by, and the newest number it knows.
fn rulings_for(ledger: &Ledger, options: &RunOptions) -> Result<(i64, Vec<Ruling>), LedgerError> {
    match options.rulings_until {
        Some(number) => Ok((number, ledger.rulings_until(number)?)),
        None => Ok((ledger.newest_ruling()?, ledger.rulings()?)),
    }
}

/// What a run of the project would be as everything stands, by the files' sums: none is read.
pub(super) struct StandingRun {
    /// Its id.
    pub(super) run_id: String,
    /// Its inputs.
    pub(super) files: Vec<FileSum>,
    /// Its model.
    pub(super) in_force: ModelInForce,
    /// The rulings it goes by.
    pub(super) rulings: Vec<Ruling>,
}

impl StandingRun {
    /// Names the run.
    pub(super) fn of(
        project: &Project,
        options: &RunOptions,
        ledger: &Ledger,
    ) -> Result<Self, RunError> {
        let in_force = setup::model(project.model.as_deref())?;
        let files = sources::sums(&project.root, &project.sources);
        let (_, rulings) = rulings_for(ledger, options)?;
        let returned = ledger.returns()?;
        let ruled = corrections::fingerprint(&rulings, &corrections::of(&returned));
        let mut state = Earlier::of(ledger, project)?.state(ruled);
        state.extend(policy::beside(project));
        state.extend(people::state(ledger, project)?);
        state.extend(ledger.cards_state()?);
        state.extend(keepers::state(ledger)?);
        state.extend(answers::state(&answers::of(&returned)));
        let inputs = files
            .iter()
            .map(|file| (InputKind::Source(file.kind), file.path.as_str(), file.sha256.as_str()));
        let run_id = run_id(project, &versions(&in_force, state, options), inputs);
        Ok(Self { run_id, files, in_force, rulings })
    }
}

/// What beside settings and inputs makes a run what it is: program, model, what the ledger adds
/// (rulings in force, rounds compared with), and whether the model's parameters are estimated.
pub(super) fn versions(
    in_force: &ModelInForce,
    state: Vec<String>,
    options: &RunOptions,
) -> Vec<String> {
    let estimate = options.estimate.then(|| "estimate".to_owned());
    let fixed = [VERSION.to_owned(), in_force.model.version.clone(), in_force.sha256.clone()];
    fixed.into_iter().chain(state).chain(estimate).collect()
}

/// The run id of a project on inputs.
pub(super) fn run_id<'a>(
    project: &Project,
    versions: &[String],
    inputs: impl IntoIterator<Item = identity::Identified<'a>>,
) -> String {
    let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
    identity::run_id(project.as_of, &project.settings(), &versions, inputs)
}

pub(super) fn identified(input: &InputEntry) -> identity::Identified<'_> {
    (input.kind, &input.path, &input.sha256)
}

/// Names what linkage sees of a run: inputs, settings, model, program, and what the ledger knows of
/// rulings and corrections.
pub(super) fn rows_id(
    project: &Project,
    in_force: &ModelInForce,
    inputs: &[InputEntry],
    known: Option<String>,
) -> String {
    let ModelInForce { model, sha256 } = in_force;
    let fixed = ["rows", VERSION, &model.version, sha256].map(str::to_owned);
    let versions: Vec<String> = fixed.into_iter().chain(known).collect();
    run_id(project, &versions, inputs.iter().map(identified))
}
