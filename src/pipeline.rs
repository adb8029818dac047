//! The whole run in one function, stage after stage; nothing else calls two stages.
//!
//! Comes in: a checked project. Goes out: a published result folder, a line in the ledger and a
//! [`RunReport`]; or a [`RunError`] and nothing published. Time comes in through [`Clock`] and
//! reaches `run.json` and the ledger only, never a result.

mod accounting;
mod agenda;
pub mod decide;
mod identity;
mod manifest;
mod periods;
mod publish;
mod rollup;
mod rulings;
mod since;
mod stages;
mod study;
mod survey;
mod watch;

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

pub use accounting::{KindCounts, ProblemCounts};
pub use agenda::{deadlines, unchanged};
pub use publish::PublishError;
pub use rollup::{CityOutcome, RollupReport, rollup};
pub use since::Since;
pub use study::{evaluate_rulings, explain, train};
pub use survey::{Survey, run_and_keep, survey};
pub use watch::Clock;

use crate::config::{Project, Source};
pub use crate::deadlines::{Deadline, icalendar};
pub use crate::ledger::EarlierRun;
use crate::ledger::{CaseEntry, InputEntry, InputKind, Ledger, LedgerError, RunEntry, lock};
use crate::linkage::candidates::BlockingCount;
use crate::linkage::decisions::{self, Case, Effect, Ruling, RulingCounts};
use crate::linkage::model::Model;
use crate::linkage::parameters::Parameters;
use crate::linkage::people::{self, Linked};
use crate::linkage::{Decision, Outcome};
use crate::origin::Catalogue;
use crate::problems::{Problem, Severity};
use crate::records::{self, Records};
use crate::results::Results;
use crate::sources;
use crate::sources::{InputFile, Intake, Progress};
use crate::statistics::change::Comparison;
use crate::statistics::snapshot::Snapshot;
use crate::statistics::{Basis, Check, Statistics};
pub use crate::submissions::State as FormState;
use crate::vocabulary::HalfYear;
use crate::vocabulary::SourceKind;
use crate::workbooks::WorkbookError;
use crate::{findings, pages, statistics, workbooks};
use manifest::Particulars;
use periods::Earlier;
use publish::Draft;
use watch::Watch;

/// Version of the program, as `run.json` names it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Name of the file that holds what a run estimated.
const PARAMETERS: &str = "模型参数.toml";

/// The run on one page.
const REPORT: &str = "报告.html";

/// What the command line says about a run.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Where the results go; `runs/<run id>` beside the project file where nothing is said.
    pub out: Option<PathBuf>,
    /// How long to wait for another run in the same folder.
    pub wait: Duration,
    /// Whether m, u and the prior are estimated on the run's own data first.
    pub estimate: bool,
}

/// What a run did, for the summary at its end.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// Equal for equal inputs and settings.
    pub run_id: String,
    /// Where the results stand.
    pub folder: PathBuf,
    /// Registry rows.
    pub persons: usize,
    /// Why figures of the forms are not known, or not whole.
    pub lacks: Vec<String>,
    /// Rows by decision, per kind of source.
    pub decisions: Vec<KindCounts>,
    /// Findings of the mismatch report.
    pub findings: usize,
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

/// What a check of the inputs found.
#[derive(Clone, Debug)]
pub struct CheckReport {
    /// The mapping found, sheet by sheet, as text.
    pub mapping: String,
    /// Files that were looked at, with their data rows.
    pub inputs: Vec<InputEntry>,
    /// Everything met while reading and normalising.
    pub problems: Vec<Problem>,
    /// Why a run would stop, if it would.
    pub fatal: Option<String>,
}

/// Why a run published nothing.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The ledger or its lock.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The target of the results, or the disk.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// A model file of the user's own.
    #[error("{0}")]
    Model(String),
    /// A blank form of the user's own.
    #[error("[form] templates 里的表样不能用{}", listed(.problems))]
    Templates {
        /// Why, cell by cell.
        problems: Vec<Problem>,
    },
    /// No file of the registry could be used.
    #[error("没有读到任何建档立卡信息，无法比对{}", listed(.problems))]
    NoRegistry {
        /// Why.
        problems: Vec<Problem>,
    },
    /// Of several registries one is not there.
    #[error(
        "“{pattern}”没有找到任何建档立卡信息的文件；缺了它，这些地方的人都会被当作没有登记，所以没有比对。         请放入文件；如不再需要，请从项目文件里删去这一段{}", listed(.problems)
    )]
    RegistryMissing {
        /// Its globs.
        pattern: String,
        /// Why.
        problems: Vec<Problem>,
    },
    /// No enrolment and no training rows.
    #[error("没有读到任何学籍或培训数据，没有可比对的人员{}", listed(.problems))]
    NothingToCompare {
        /// Why.
        problems: Vec<Problem>,
    },
    /// None of the files holds a form.
    #[error("各市报送的文件里没有读到附件2或附件3{}", listed(.problems))]
    NoReturns {
        /// Why.
        problems: Vec<Problem>,
    },
    /// A row the user named was not read.
    #[error(
        "没有读到“{0}”这一行；请写成 文件:工作表:行号（文本文件写 文件::行号），行号按 Excel 显示的数"
    )]
    NoSuchRow(String),
    /// A workbook or file could not be written.
    #[error(transparent)]
    Write(#[from] WorkbookError),
    /// A mistake of the program: a row went astray.
    #[error(
        "程序内部核对没有通过：{place} 读入 {read} 行，处理后为 {kept} 行。没有写出任何结果；请把这句话转告程序的开发者"
    )]
    RowsLost {
        /// Sheet or result file.
        place: String,
        /// Rows before.
        read: usize,
        /// Rows after.
        kept: usize,
    },
}

/// Longest list an error text holds.
const LISTED: usize = 20;

/// The problems that weigh most, one per line, for an error text.
fn listed(problems: &[Problem]) -> String {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    let more = errors.clone().count().saturating_sub(LISTED);
    let lines = errors.take(LISTED).flat_map(|problem| ["\n  ".to_owned(), problem.line()]);
    let rest = (more > 0).then(|| format!("\n  ……还有{more}条，用 bidui check 查看全部"));
    lines.chain(rest).collect()
}

/// Everything the stages made, before it is written.
struct Station {
    model: Model,
    /// Text of the parameter file, where the run estimated them.
    parameters: Option<String>,
    inputs: Vec<InputEntry>,
    catalogue: Catalogue,
    records: Records,
    outcomes: Vec<Outcome>,
    /// Of the villages' lists of wishes.
    wishes: Vec<Outcome>,
    findings: Vec<findings::Finding>,
    statistics: Statistics,
    problems: Vec<Problem>,
    rulings: Vec<Ruling>,
    /// The newest entry among the ledger's rulings, withdrawals included; 0 for none.
    newest_ruling: i64,
    ruling_counts: RulingCounts,
    effects: Vec<(Effect, Decision)>,
    cases: Vec<Case>,
    snapshot: Snapshot,
    comparisons: Vec<Comparison>,
}

/// What the ledger keeps of a run for later ones.
#[derive(Default)]
struct Kept<'run> {
    cases: Vec<CaseEntry>,
    period: Option<(HalfYear, &'run Snapshot)>,
}

/// What a run starts from, beside the project.
struct Start {
    model: Model,
    /// Where the estimated parameters will stand; `None` when nothing is estimated.
    estimate: Option<PathBuf>,
    intake: Intake,
    inputs: Vec<InputEntry>,
    rulings: Vec<Ruling>,
    newest_ruling: i64,
}

/// Runs a project from its inputs to its published results.
///
/// # Errors
/// See [`RunError`]; nothing is published then, and earlier results stand as before.
pub fn run(
    project: &Project,
    options: &RunOptions,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<RunReport, RunError> {
    complete(project, options, clock, progress).map(|(report, _)| report)
}

/// The run, and everything the stages made on the way.
fn complete(
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
    let model = stages::model(project.model.as_deref())?;
    stages::templates(project)?;
    let (mut start, earlier, run_id) =
        begin((project, options), model, &ledger, &mut watch, progress)?;
    let default = || project.root.join("runs").join(&run_id);
    let draft = Draft::begin(&options.out.clone().unwrap_or_else(default), &run_id)?;
    start.estimate = options.estimate.then(|| draft.target().join(PARAMETERS));
    let mut station = process(project, start, &mut watch, progress)?;
    station.comparisons = watch.time("compare", || earlier.compare(&ledger, &station.snapshot))?;
    progress.stage("写出结果", 0);
    let results = station.results(project);
    watch.time("workbooks", || workbooks::write(draft.folder(), &results))?;
    if let Some(parameters) = &station.parameters {
        draft.add(PARAMETERS, parameters)?;
    }
    let page = pages::Run { results, run_id: &run_id, thresholds: station.model.thresholds };
    let page = watch.time("report", || pages::report(&page));
    draft.add(REPORT, &page)?;
    let report = finish(project, run_id, &station, (draft, watch), &mut ledger)?;
    Ok((report, station))
}

/// Reads the inputs and what the ledger knows, which together name the run; nothing is estimated
/// unless the caller says where to.
fn begin(
    (project, options): (&Project, &RunOptions),
    (model, model_sum): (Model, String),
    ledger: &Ledger,
    watch: &mut Watch<'_>,
    progress: &dyn Progress,
) -> Result<(Start, Earlier, String), RunError> {
    let intake = watch.time("read", || sources::read(&project.root, &project.sources, progress));
    demand_rows(project, &intake)?;
    let inputs = inputs(&intake);
    let (newest_ruling, rulings) = (ledger.newest_ruling()?, ledger.rulings()?);
    let earlier = Earlier::of(ledger, project)?;
    let state = earlier.state(rulings::fingerprint(&rulings));
    let versions = versions(&model, &model_sum, state, options);
    let run_id = run_id(project, &versions, inputs.iter().map(identified));
    let start = Start { model, estimate: None, intake, inputs, rulings, newest_ruling };
    Ok((start, earlier, run_id))
}

/// What beside settings and inputs makes a run what it is: program, model, what the ledger adds
/// (rulings in force, rounds compared with), and whether the model's parameters are estimated.
fn versions(model: &Model, sum: &str, state: Vec<String>, options: &RunOptions) -> Vec<String> {
    let estimate = options.estimate.then(|| "estimate".to_owned());
    let fixed = [VERSION.to_owned(), model.version.clone(), sum.to_owned()];
    fixed.into_iter().chain(state).chain(estimate).collect()
}

/// The run id of a project on inputs.
fn run_id<'a>(
    project: &Project,
    versions: &[String],
    inputs: impl IntoIterator<Item = identity::Identified<'a>>,
) -> String {
    let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
    identity::run_id((project.as_of, &project.settings()), &versions, inputs)
}

/// The model with parameters estimated on the run's own records, and the text of their file.
fn estimated(
    project: &Project,
    model: &Model,
    records: &Records,
    to: &Path,
) -> Result<(Model, String), RunError> {
    let trained = people::train(records, model, None);
    trained.usable().map_err(RunError::Model)?;
    let base = Model::base(project.model.as_deref(), to, Some(&project.root))
        .map_err(|error| RunError::Model(error.to_string()))?;
    let parameters = Parameters::of(&trained.model, base, trained.data);
    let model = Model { version: parameters.version.clone(), ..trained.model };
    Ok((model, parameters.to_toml()))
}

fn identified(input: &InputEntry) -> identity::Identified<'_> {
    (input.kind, &input.path, &input.sha256)
}

/// Raw rows → records → links → findings → figures.
fn process(
    project: &Project,
    Start { model, estimate, intake, inputs, rulings, newest_ruling }: Start,
    watch: &mut Watch<'_>,
    progress: &dyn Progress,
) -> Result<Station, RunError> {
    let Intake { catalogue, tables, mut problems, .. } = intake;
    let settings = stages::settings(project);
    progress.stage("整理记录", 0);
    let (records, more) =
        watch.time("normalise", || records::normalise(tables, &catalogue, &settings));
    problems.extend(more);
    let (model, parameters) = if let Some(to) = estimate {
        progress.stage("估计模型参数", 0);
        let (model, text) = watch.time("train", || estimated(project, &model, &records, &to))?;
        (model, Some(text))
    } else {
        (model, None)
    };
    progress.stage("比对", 0);
    let linked = watch.time("link", || people::link(&records, &model, &rulings));
    count_pairs(watch, &linked);
    problems.extend(linked.problems);
    problems.extend(rulings::contradicted(&linked.effects, &rulings, &records, &catalogue));
    let outcomes = linked.outcomes;
    let cases = decisions::cases(&records, &outcomes, &linked.effects, project.audit);
    let listed = watch.time("link-intentions", || people::link_intentions(&records, &model));
    problems.extend(listed.problems);
    let wishes = listed.outcomes;
    accounting::check_rows(&catalogue, &records, &outcomes, &wishes)?;
    progress.stage("查找差异、统计", 0);
    let found = watch.time("findings", || findings::collect(&records, &outcomes, project.as_of));
    let statistics = watch.time("statistics", || {
        statistics::summarise(&records, (&outcomes, &wishes), &basis(project), &catalogue)
    });
    problems.extend(statistics.problems.iter().cloned());
    let snapshot = watch.time("snapshot", || Snapshot::take(&records, &outcomes, &statistics));
    Ok(Station {
        model,
        parameters,
        inputs,
        catalogue,
        records,
        outcomes,
        wishes,
        findings: found,
        statistics,
        problems,
        rulings,
        newest_ruling,
        ruling_counts: linked.rulings,
        effects: linked.effects,
        cases,
        snapshot,
        comparisons: Vec::new(),
    })
}

impl Station {
    fn results<'run>(&'run self, project: &'run Project) -> Results<'run> {
        Results {
            project,
            catalogue: &self.catalogue,
            records: &self.records,
            outcomes: &self.outcomes,
            wishes: &self.wishes,
            findings: &self.findings,
            statistics: &self.statistics,
            problems: &self.problems,
            cases: &self.cases,
            rulings: &self.rulings,
            effects: &self.effects,
            comparisons: &self.comparisons,
        }
    }

    fn report(&self, run_id: &str, draft: &Draft) -> RunReport {
        let failed = self.statistics.checks.iter().filter(|check| !check.holds);
        RunReport {
            run_id: run_id.to_owned(),
            folder: draft.target().to_owned(),
            persons: self.records.persons.len(),
            lacks: self.statistics.lacks(),
            decisions: accounting::decisions(&self.records, &self.outcomes, &self.wishes),
            findings: self.findings.len(),
            problems: problem_counts(&self.problems),
            failed_checks: failed.cloned().collect(),
            rulings: self.ruling_counts,
            repeat: None,
            since: None,
        }
    }
}

/// Seals, records and publishes.
fn finish(
    project: &Project,
    run_id: String,
    station: &Station,
    (draft, mut watch): (Draft, Watch<'_>),
    ledger: &mut Ledger,
) -> Result<RunReport, RunError> {
    let mut report = station.report(&run_id, &draft);
    let results = watch.time("seal", || draft.seal()).map_err(PublishError::from)?;
    let earlier = ledger.earlier(&run_id)?;
    report.repeat = earlier.map(|earlier| {
        let differences = earlier.differences(&results);
        (earlier, differences)
    });
    report.since = since::last(ledger, project, &run_id, &station.snapshot)?;
    count_all(&mut watch, station, &report);
    let entry = RunEntry {
        run_id,
        started_at: watch.started_at(),
        finished_at: watch.now(),
        title: project.title.clone(),
        unit: project.unit.clone(),
        as_of: project.as_of.to_string(),
        program_version: VERSION.to_owned(),
        model_version: station.model.version.clone(),
        settings: project.settings().to_string(),
        folder: draft.target().to_owned(),
        exit_status: u8::from(report.needs_person()),
        inputs: station.inputs.clone(),
        stages: watch.stages(),
        counts: watch.counts(),
        results,
    };
    let particulars = Particulars::of_comparison(&station.catalogue, station.model.thresholds);
    let manifest = manifest::render(project.settings(), particulars, &entry, watch.seconds());
    let cases = rulings::entries(station, &entry.run_id);
    let kept = Kept { cases, period: Some((HalfYear::of(project.as_of), &station.snapshot)) };
    publish(&entry, &kept, (draft, &manifest), ledger)?;
    Ok(report)
}

/// The ledger's transaction encloses the renaming, so that neither a record without results nor
/// results without a record can come about.
fn publish(
    entry: &RunEntry,
    kept: &Kept,
    (draft, manifest): (Draft, &str),
    ledger: &mut Ledger,
) -> Result<(), RunError> {
    // Others wait for the ledger from here on, so what takes long is done before.
    draft.complete(manifest)?;
    let pending = ledger.record(entry)?;
    pending.keep_cases(&kept.cases)?;
    if let Some((half, snapshot)) = kept.period {
        pending.keep_period((&entry.unit, half), (&entry.run_id, &entry.as_of), snapshot)?;
    }
    draft.publish()?;
    pending.commit()?;
    Ok(())
}

/// What each blocking rule found, and the pairs that were scored.
fn count_pairs(watch: &mut Watch<'_>, linked: &Linked) {
    let pairs = |count: &BlockingCount| (format!("pairs: {}", count.rule), count.pairs);
    watch.count("link", linked.blocking.iter().map(pairs));
    watch.count("link", [("pairs", linked.pairs)]);
}

fn count_all(watch: &mut Watch<'_>, station: &Station, report: &RunReport) {
    let problems = report.problems;
    let rows = station.catalogue.sheets.iter().map(|sheet| sheet.rows).sum();
    watch.count("read", [("sheets", station.catalogue.sheets.len()), ("rows", rows)]);
    let (persons, sources) = (station.records.persons.len(), station.records.sources.len());
    watch.count("normalise", [("persons", persons), ("source_rows", sources)]);
    for decision in [Decision::Link, Decision::Review, Decision::None] {
        let own = station.outcomes.iter().filter(|outcome| outcome.decision == decision);
        watch.count("link", [(decision.key(), own.count())]);
    }
    for decision in [Decision::Link, Decision::Review, Decision::None] {
        let own = station.wishes.iter().filter(|outcome| outcome.decision == decision);
        watch.count("link-intentions", [(decision.key(), own.count())]);
    }
    let rulings = report.rulings;
    let became = [
        ("standing", station.rulings.len()),
        ("applied", rulings.applied),
        ("contradicted", rulings.contradicted),
        ("unused", rulings.unused),
        ("asked", station.cases.len()),
    ];
    watch.count("decisions", became);
    watch.count("findings", [("findings", station.findings.len())]);
    let failed = report.failed_checks.len();
    watch.count("statistics", [("checks", station.statistics.checks.len()), ("failed", failed)]);
    let by_weight =
        [("errors", problems.errors), ("warnings", problems.warnings), ("notes", problems.notes)];
    watch.count("problems", by_weight);
}

/// Reads and validates inputs and settings; writes nothing.
pub fn check(project: &Project, progress: &dyn Progress) -> CheckReport {
    let intake = sources::read(&project.root, &project.sources, progress);
    let model = stages::model(project.model.as_deref()).err();
    let templates = stages::templates(project).err();
    let stop = model.or(templates).or_else(|| demand_rows(project, &intake).err());
    let stop = stop.map(|error| headline(&error));
    let inputs = inputs(&intake);
    let mapping = stages::describe(&intake.catalogue);
    let Intake { catalogue, tables, mut problems, .. } = intake;
    progress.stage("整理记录", 0);
    let (_records, more) = records::normalise(tables, &catalogue, &stages::settings(project));
    problems.extend(more);
    problems.extend(workbooks::template_mistakes(project));
    CheckReport { mapping, inputs, problems, fatal: stop }
}

/// First line of an error: `check` lists the problems itself.
fn headline(error: &RunError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

/// Refuses inputs that leave nothing to compare.
fn demand_rows(project: &Project, intake: &Intake) -> Result<(), RunError> {
    let rows = |wanted: fn(SourceKind) -> bool| {
        intake.tables.iter().any(|table| wanted(table.kind) && !table.rows.is_empty())
    };
    let problems = || intake.problems.clone();
    if !rows(|kind| kind == SourceKind::Registry) {
        return Err(RunError::NoRegistry { problems: problems() });
    }
    if let Some(source) = project.sources.iter().find(|source| is_missing(source, intake)) {
        let pattern = source.files.join("、");
        return Err(RunError::RegistryMissing { pattern, problems: problems() });
    }
    if !rows(|kind| matches!(kind, SourceKind::Enrollment | SourceKind::Training)) {
        return Err(RunError::NothingToCompare { problems: problems() });
    }
    Ok(())
}

/// Whether this is a registry of which no glob finds a file. Its people would pass for unregistered
/// ones; a list of a school that is late only waits.
fn is_missing(source: &Source, intake: &Intake) -> bool {
    let finds_nothing = |pattern: &String| {
        let found = intake.problems.iter();
        let mut found = found.filter(|problem| problem.code == sources::GLOB_NO_MATCH);
        found.any(|problem| problem.file == *pattern)
    };
    source.kind == SourceKind::Registry && source.files.iter().all(finds_nothing)
}

/// The inputs with their data rows.
fn inputs(intake: &Intake) -> Vec<InputEntry> {
    let entry = |file: &InputFile| InputEntry {
        kind: InputKind::Source(file.kind),
        path: file.path.clone(),
        sha256: file.sha256.clone(),
        rows: file.rows,
    };
    intake.files.iter().map(entry).collect()
}

fn basis(project: &Project) -> Basis {
    Basis {
        as_of: project.as_of,
        window: project.report_window,
        settings: project.figures.clone(),
        institution_order: project.institution_order.clone(),
        asked: project.sources.iter().map(|source| source.kind).collect(),
    }
}

/// Problems by weight.
pub fn problem_counts(problems: &[Problem]) -> ProblemCounts {
    accounting::problems(problems)
}

/// Beijing time, which all of the program's users keep: `2019-06-10 14:03`.
pub fn beijing_time(at: Timestamp) -> String {
    let local = jiff::tz::Offset::constant(8).to_datetime(at);
    local.strftime("%Y-%m-%d %H:%M").to_string()
}
