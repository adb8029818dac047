//! The end of a run: sealed, recorded in the ledger and published, all or nothing.

use crate::config::Project;
use crate::interruption;
use crate::ledger::{CaseEntry, KeptPeriod, KeptQuestions, Ledger, RunEntry};
use crate::linkage::Decision;
use crate::programmes::history::PeopleRecord;
use crate::statistics::snapshot::Snapshot;
use crate::vocabulary::HalfYear;

use super::error::RunError;
use super::manifest::{self, Particulars};
use super::publish::{Draft, PublishError};
use super::report::RunReport;
use super::stages::Station;
use super::watch::Watch;
use super::{VERSION, cases, questions, since};

/// What the ledger keeps of a run for later ones.
#[derive(Default)]
pub(super) struct KeptForLater<'run> {
    pub(super) cases: Vec<CaseEntry>,
    pub(super) period: Option<(HalfYear, &'run Snapshot)>,
    /// Its people; `None` without lists and programmes.
    pub(super) people: Option<PeopleRecord>,
    /// What its review page opens with.
    pub(super) questions: Option<KeptQuestions>,
}

/// A run whose results are written, but not yet published.
pub(super) struct Closing<'run> {
    pub(super) project: &'run Project,
    pub(super) run_id: String,
    pub(super) station: &'run Station,
    pub(super) watch: Watch<'run>,
}

impl Closing<'_> {
    /// Seals, records and publishes.
    pub(super) fn finish(self, draft: Draft, ledger: &mut Ledger) -> Result<RunReport, RunError> {
        let Self { project, run_id, station, mut watch } = self;
        let mut report = station.report(project, &run_id, &draft);
        let results = watch.time("seal", || draft.seal()).map_err(PublishError::from)?;
        let earlier = ledger.earlier(&run_id)?;
        report.repeat = earlier.map(|earlier| {
            let differences = earlier.differences(&results);
            (earlier, differences)
        });
        report.since = since::last(ledger, project, &run_id, &station.snapshot)?;
        count_all(&mut watch, station, &report);
        let questions = watch.time("questions", || questions::kept(station, project, &run_id));
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
        let cases = cases::entries(station, &entry.run_id);
        let kept = KeptForLater {
            cases,
            period: Some((HalfYear::of(project.as_of), &station.snapshot)),
            people: watch.time("people", || station.results(project).kept_people()),
            questions: Some(questions),
        };
        // Others wait for the ledger from its transaction on, so what takes long is done before.
        draft.complete(&manifest)?;
        publish(&entry, &kept, draft, ledger)?;
        Ok(report)
    }
}

/// Records and publishes a draft that is complete. The ledger's transaction encloses the exchange,
/// and a record that cannot be made lasting takes the results back: neither a record without results
/// nor results without a record comes about. Ctrl+C waits for the end of it.
pub(super) fn publish(
    entry: &RunEntry,
    kept: &KeptForLater,
    draft: Draft,
    ledger: &mut Ledger,
) -> Result<(), RunError> {
    let _step = interruption::undivided();
    let pending = ledger.record(entry)?;
    pending.keep_cases(&kept.cases)?;
    kept.questions.iter().try_for_each(|questions| pending.keep_questions(questions))?;
    let people = &kept.people;
    if let Some((half, snapshot)) = kept.period {
        let kept =
            KeptPeriod { unit: &entry.unit, half, run_id: &entry.run_id, as_of: &entry.as_of };
        let number = pending.keep_period(&kept, snapshot)?;
        if let Some(people) = people {
            pending.keep_people(number, people)?;
        }
    }
    let published = draft.publish(entry, pending.path())?;
    pending.commit()?;
    published.settle();
    Ok(())
}

pub(super) fn count_all(watch: &mut Watch<'_>, station: &Station, report: &RunReport) {
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
