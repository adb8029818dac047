//! The stages in their order, in memory: raw rows → records → links → findings → figures.

use std::path::{Path, PathBuf};

use crate::config::Project;
use crate::findings;
use crate::ledger::InputEntry;
use crate::linkage::decisions::{self, Case, Correction, Effect, Ruling, RulingCounts};
use crate::linkage::engine::candidates::BlockingCount;
use crate::linkage::index::RegistryIndex;
use crate::linkage::model::Model;
use crate::linkage::model_files;
use crate::linkage::parameters::Parameters;
use crate::linkage::people::{self as linker, Linked};
use crate::linkage::{Decision, Outcome};
use crate::origin::Catalogue;
use crate::problems::Problem;
use crate::records::{self, Records};
use crate::results::{FindingWork, Results, UnitAnswers, next_steps};
use crate::sources::{Intake, Progress, RawTable};
use crate::statistics::change::HalfYearComparison;
use crate::statistics::snapshot::Snapshot;
use crate::statistics::{self, Basis, RowOutcomes, Statistics};

use super::error::RunError;
use super::links::LinkFolder;
use super::policy::Policy;
use super::publish::Draft;
use super::report::RunReport;
use super::start::{KnownBefore, RunStart};
use super::watch::Watch;
use super::{accounting, corrections, policy, rulings, setup};

/// Everything the stages made, before it is written.
pub(super) struct Station {
    pub(super) model: Model,
    /// Text of the parameter file, where the run estimated them.
    pub(super) parameters: Option<String>,
    pub(super) inputs: Vec<InputEntry>,
    pub(super) catalogue: Catalogue,
    pub(super) records: Records,
    pub(super) outcomes: Vec<Outcome>,
    /// Of the villages' lists of wishes.
    pub(super) wishes: Vec<Outcome>,
    pub(super) findings: Vec<findings::Finding>,
    pub(super) statistics: Statistics,
    pub(super) problems: Vec<Problem>,
    pub(super) rulings: Vec<Ruling>,
    /// The newest entry among the ledger's rulings, withdrawals included; 0 for none.
    pub(super) newest_ruling: i64,
    pub(super) ruling_counts: RulingCounts,
    pub(super) effects: Vec<(Effect, Decision)>,
    pub(super) cases: Vec<Case>,
    /// Under the names of the ledger, once a run with one has come so far.
    pub(super) snapshot: Snapshot,
    pub(super) comparisons: Vec<HalfYearComparison>,
    /// What units answered on their lists.
    pub(super) answers: UnitAnswers,
    /// What lists and programmes made of the run.
    pub(super) policy: Policy,
}

/// The model with parameters estimated on the run's own records, and the text of their file.
pub(super) fn estimated(
    project: &Project,
    model: &Model,
    records: &Records,
    progress: &dyn Progress,
    to: &Path,
) -> Result<(Model, String), RunError> {
    progress.stage("估计模型参数", 0);
    let mut registry = RegistryIndex::new(&records.persons, model);
    let trained = linker::train(&mut registry, records, None);
    trained.usable().map_err(|refusal| RunError::Model(refusal.chinese()))?;
    let base = model_files::base(project.model.as_deref(), to, Some(&project.root))
        .map_err(|error| RunError::Model(error.to_string()))?;
    let parameters = Parameters::of(&trained.model, base, trained.data);
    let model = Model { version: parameters.version.clone(), ..trained.model };
    Ok((model, parameters.to_toml()))
}

/// Links the rows, or takes what a distributed run has decided of them.
fn link(
    registry: &mut RegistryIndex<'_>,
    records: &Records,
    rulings: &[Ruling],
    links: Option<LinkFolder>,
) -> Result<Linked, RunError> {
    let Some(links) = links else { return Ok(linker::link(registry, records, rulings)) };
    Ok(linker::link_judged(records, registry.model(), rulings, links.read(records)?))
}

/// Raw rows → records, with what units have corrected.
fn as_corrected(
    project: &Project,
    tables: Vec<RawTable>,
    catalogue: &Catalogue,
    corrected: &[Correction],
    problems: &mut Vec<Problem>,
) -> Records {
    let (mut records, more) = records::normalise(tables, catalogue, &setup::settings(project));
    problems.extend(more);
    problems.extend(corrections::apply(project, &mut records, corrected, catalogue));
    records
}

/// Raw rows → records → links → findings → figures.
pub(super) fn process(
    project: &Project,
    RunStart { model, estimate, intake, inputs, known, links, people }: RunStart,
    watch: &mut Watch<'_>,
    progress: &dyn Progress,
) -> Result<Station, RunError> {
    let Intake { catalogue, tables, mut problems, .. } = intake;
    let KnownBefore { rulings, newest_ruling, corrections, answers } = known;
    progress.stage("整理记录", 0);
    let normalise = || as_corrected(project, tables, &catalogue, &corrections, &mut problems);
    let records = watch.time("normalise", normalise);
    let train = |to: PathBuf| estimated(project, &model, &records, progress, &to);
    let trained = estimate.map(|to| watch.time("train", || train(to))).transpose()?;
    let (model, parameters) = trained.map_or((model, None), |(model, text)| (model, Some(text)));
    progress.stage("比对", 0);
    let mut registry = RegistryIndex::new(&records.persons, &model);
    let linked = watch.time("link", || link(&mut registry, &records, &rulings, links))?;
    count_pairs(watch, &linked);
    problems.extend(linked.problems);
    problems.extend(rulings::contradicted(&linked.effects, &rulings, &records, &catalogue));
    let outcomes = linked.outcomes;
    let cases = decisions::cases(&records, &outcomes, &linked.effects, project.audit);
    problems.extend(decisions::return_tasks(&decisions::returned(&records, &outcomes), &catalogue));
    let listed = watch.time("link-intentions", || linker::link_intentions(&mut registry, &records));
    problems.extend(listed.problems);
    let wishes = listed.outcomes;
    accounting::check_rows(&catalogue, &records, &outcomes, &wishes)?;
    progress.stage("查找差异、统计", 0);
    let judging = policy::Judging::new(project, &records, &catalogue, progress);
    let (mut policy, found) = judging.after(&people).apply(&outcomes, &mut registry, watch);
    let representatives = registry.into_representatives();
    problems.append(&mut policy.problems);
    let statistics = watch.time("statistics", || {
        let said = RowOutcomes { sources: &outcomes, wishes: &wishes };
        statistics::summarise(&records, said, representatives, &basis(project), &catalogue)
    });
    problems.extend(statistics.problems.iter().cloned());
    let snapshot = watch.time("snapshot", || Snapshot::take(&records, &outcomes, &statistics));
    Ok(Station {
        answers: UnitAnswers::found(answers, &records),
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
        policy,
    })
}

impl Station {
    /// Of nobody.
    pub(super) fn empty(model: Model) -> Self {
        Self {
            model,
            parameters: None,
            inputs: Vec::new(),
            catalogue: Catalogue::default(),
            records: Records::default(),
            outcomes: Vec::new(),
            wishes: Vec::new(),
            findings: Vec::new(),
            statistics: Statistics::default(),
            problems: Vec::new(),
            rulings: Vec::new(),
            newest_ruling: 0,
            ruling_counts: RulingCounts::default(),
            effects: Vec::new(),
            cases: Vec::new(),
            snapshot: Snapshot::default(),
            comparisons: Vec::new(),
            answers: UnitAnswers::default(),
            policy: Policy::default(),
        }
    }

    pub(super) fn results<'run>(&'run self, project: &'run Project) -> Results<'run> {
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
            cards: &self.policy.cards,
            answers: &self.answers,
            census: self.policy.census.as_ref(),
            judged: self.policy.judged.as_ref(),
        }
    }

    pub(super) fn report(&self, project: &Project, run_id: &str, draft: &Draft) -> RunReport {
        let results = self.results(project);
        let failed = self.statistics.checks.iter().filter(|check| !check.holds);
        RunReport {
            run_id: run_id.to_owned(),
            folder: draft.target().to_owned(),
            persons: self.records.persons.len(),
            people: self.statistics.registered(),
            lacks: self.statistics.lacks(),
            decisions: accounting::decisions(&self.records, &self.outcomes, &self.wishes),
            findings: FindingWork::of(&results),
            steps: next_steps(&results),
            problems: accounting::problems(&self.problems),
            failed_checks: failed.cloned().collect(),
            rulings: self.ruling_counts,
            repeat: None,
            since: None,
        }
    }
}

/// What each blocking rule found, and the pairs that were scored.
pub(super) fn count_pairs(watch: &mut Watch<'_>, linked: &Linked) {
    let pairs = |count: &BlockingCount| (format!("pairs: {}", count.rule), count.pairs);
    watch.count("link", linked.blocking.iter().map(pairs));
    watch.count("link", [("pairs", linked.pairs)]);
}

pub(super) fn basis(project: &Project) -> Basis {
    Basis {
        as_of: project.as_of,
        window: project.report_window,
        settings: project.figures.clone(),
        institution_order: project.institution_order.clone(),
        asked: project.sources.iter().map(|source| source.kind).collect(),
    }
}
