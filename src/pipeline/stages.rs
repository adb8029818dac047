//! The stages in their order, in memory: raw rows → records → links → findings → figures.

use std::path::Path;

use crate::config::Project;
use crate::findings;
use crate::ledger::InputEntry;
use crate::linkage::decisions::{self, Case, Effect, Ruling, RulingCounts};
use crate::linkage::engine::candidates::BlockingCount;
use crate::linkage::model::Model;
use crate::linkage::model_files;
use crate::linkage::parameters::Parameters;
use crate::linkage::people::{self, Linked};
use crate::linkage::{Decision, Outcome};
use crate::origin::Catalogue;
use crate::problems::Problem;
use crate::records::{self, Records};
use crate::results::Results;
use crate::sources::{Intake, Progress};
use crate::statistics::change::Comparison;
use crate::statistics::snapshot::Snapshot;
use crate::statistics::{self, Basis, Statistics};

use super::error::RunError;
use super::publish::Draft;
use super::report::RunReport;
use super::start::RunStart;
use super::watch::Watch;
use super::{accounting, rulings, setup};

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
    pub(super) snapshot: Snapshot,
    pub(super) comparisons: Vec<Comparison>,
}

/// The model with parameters estimated on the run's own records, and the text of their file.
pub(super) fn estimated(
    project: &Project,
    model: &Model,
    records: &Records,
    to: &Path,
) -> Result<(Model, String), RunError> {
    let trained = people::train(records, model, None);
    trained.usable().map_err(|refusal| RunError::Model(refusal.chinese()))?;
    let base = model_files::base(project.model.as_deref(), to, Some(&project.root))
        .map_err(|error| RunError::Model(error.to_string()))?;
    let parameters = Parameters::of(&trained.model, base, trained.data);
    let model = Model { version: parameters.version.clone(), ..trained.model };
    Ok((model, parameters.to_toml()))
}

/// Raw rows → records → links → findings → figures.
pub(super) fn process(
    project: &Project,
    RunStart { model, estimate, intake, inputs, rulings, newest_ruling }: RunStart,
    watch: &mut Watch<'_>,
    progress: &dyn Progress,
) -> Result<Station, RunError> {
    let Intake { catalogue, tables, mut problems, .. } = intake;
    let settings = setup::settings(project);
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
    let returned = decisions::returned(&records, &outcomes);
    problems.extend(decisions::return_tasks(&returned, &catalogue));
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
        }
    }

    pub(super) fn report(&self, run_id: &str, draft: &Draft) -> RunReport {
        let failed = self.statistics.checks.iter().filter(|check| !check.holds);
        RunReport {
            run_id: run_id.to_owned(),
            folder: draft.target().to_owned(),
            persons: self.records.persons.len(),
            lacks: self.statistics.lacks(),
            decisions: accounting::decisions(&self.records, &self.outcomes, &self.wishes),
            findings: self.findings.len(),
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
