//! The province's run: returned forms → figures by city and faults → the provincial forms and the
//! list of what goes back.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::config::Province;
use crate::ledger::{EarlierRun, InputEntry, InputKind, Ledger, LedgerError, RunEntry, lock};
use crate::origin::column_letters;
use crate::problems::Severity;
use crate::province::cities::Roster;
use crate::province::fault::{Fault, FaultSpot};
use crate::province::form::ReturnedForm;
use crate::province::{
    Collection, Previous, ReturnedPlans, Rules, collect, collect_plans, read_previous,
};
use crate::sources::{Grids, Progress, read_grids};
use crate::statistics::indicators::indicators;
use crate::vocabulary::Annex;
use crate::vocabulary::HalfYear;
use crate::workbooks::{self, ProvinceResults};

use super::accounting::{self, ProblemCounts};
use super::error::RunError;
use super::manifest::{self, Particulars};
use super::publish::{self, Draft, PublishError};
use super::record::{self, KeptForLater};
use super::report::RunOptions;
use super::watch::{Clock, Watch};
use super::{VERSION, identity, start};

/// Only a province's run writes this file.
const SEND_BACK: &str = "退回修改清单.xlsx";

/// What became of a city's two forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CityOutcome {
    /// Printed name.
    pub name: String,
    /// 附件2 and 附件3.
    pub words: [&'static str; 2],
    /// Faults that need a return.
    pub faults: usize,
}

/// What a province's run did.
#[derive(Clone, Debug)]
pub struct RollupReport {
    /// Equal for equal inputs and settings.
    pub run_id: String,
    /// Folder of the results.
    pub folder: PathBuf,
    /// Files that were read, and forms found in them.
    pub files: usize,
    /// Forms found.
    pub forms: usize,
    /// By city, in official order.
    pub cities: Vec<CityOutcome>,
    /// Faults by weight.
    pub problems: ProblemCounts,
    /// Where the last period's figures came from.
    pub previous: Option<PathBuf>,
    /// The earlier run on the same inputs, if any, and the files that are not the same now.
    pub repeat: Option<(EarlierRun, Vec<String>)>,
}

impl RollupReport {
    /// Whether something has to go back to a city: exit status 1.
    pub fn needs_person(&self) -> bool {
        self.problems.errors + self.problems.warnings > 0
    }
}

/// Everything read and found, before it is written.
struct Returns {
    grids: Grids,
    earlier: Option<(PathBuf, Grids)>,
    collection: Collection,
    plans: ReturnedPlans,
}

/// Reads the returned forms, checks them and publishes the province's.
///
/// # Errors
/// See [`RunError`]; nothing is published then.
pub fn rollup(
    province: &Province,
    options: &RunOptions,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<RollupReport, RunError> {
    let waiting = || progress.stage("等待另一次汇总结束", 0);
    let _lock = lock::acquire(&province.root, options.wait, &waiting)?;
    let mut ledger = Ledger::open(&province.root)?;
    if let Some(out) = &options.out {
        publish::check_target(out)?;
    }
    let mut watch = Watch::start(clock);
    let station = read(province, &ledger, &mut watch, progress)?;
    let inputs = inputs(&station);
    let versions = [VERSION, "rollup"];
    let known = inputs.iter().map(start::identified);
    let run_id = identity::run_id(province.as_of, &province.settings(), &versions, known);
    let default = || province.root.join("runs").join(&run_id);
    let draft = Draft::begin(&options.out.clone().unwrap_or_else(default), &ledger)?;
    progress.stage("写出结果", 0);
    let results =
        ProvinceResults { province, collection: &station.collection, plans: &station.plans };
    watch.time("workbooks", || workbooks::write_province(draft.folder(), &results))?;
    let closing = ProvinceClosing { province, run_id, inputs, station: &station, watch };
    closing.finish(draft, &mut ledger)
}

fn read(
    province: &Province,
    ledger: &Ledger,
    watch: &mut Watch<'_>,
    progress: &dyn Progress,
) -> Result<Returns, RunError> {
    let (root, passwords) = (&province.root, &province.passwords);
    let grids = watch.time("read", || read_grids(root, &province.files, passwords, progress));
    let folder = match &province.previous {
        Some(folder) => Some(folder.clone()),
        None => last_period(province, ledger)?,
    };
    let earlier = folder.map(|folder| {
        let grids = read_grids(&folder, &previous_files(&folder), passwords, progress);
        (folder, grids)
    });
    let roster = Roster::expecting(&province.cities);
    let previous =
        earlier.as_ref().map_or_else(Previous::default, |(_, grids)| read_previous(grids, &roster));
    progress.stage("核对", 0);
    let rules = Rules { as_of: province.as_of, liang_hou_sheng: province.liang_hou_sheng, roster };
    let mut collection = watch.time("check", || collect(&grids, &rules, &previous));
    let mut plans = collect_plans(&grids, &rules.roster, province.as_of);
    if collection.forms == 0 && !plans.lines.is_empty() {
        // Whoever collects progress tables alone misses no form.
        collection.faults.retain(|fault| fault.problem.code != "not-returned");
    }
    collection.faults.append(&mut plans.faults);
    if collection.forms == 0 && plans.lines.is_empty() {
        let problems = collection.faults.into_iter().map(|fault| fault.problem);
        return Err(RunError::NoReturns { problems: problems.collect() });
    }
    if let Some(folder) = province.previous.as_ref().filter(|_| previous.is_empty()) {
        collection.faults.push(nothing_before(folder));
    }
    let earlier = earlier.filter(|_| !previous.is_empty());
    Ok(Returns { grids, earlier, collection, plans })
}

fn nothing_before(folder: &Path) -> Fault {
    let shown = folder.display().to_string();
    let spot = FaultSpot { file: &shown, sheet: "", cell: "" };
    Fault::at(spot, "previous-empty", Severity::Warning).saying(
        "上期文件夹里没有读到任何市(地)的数据，没有与上期比较",
        "请核对 previous 的路径：可以是上期汇总的结果文件夹，也可以是上期各市报来的表",
    )
}

/// The folder of the unit's own last run for an earlier half-year, if it still exists.
fn last_period(province: &Province, ledger: &Ledger) -> Result<Option<PathBuf>, LedgerError> {
    let start = HalfYear::of(province.as_of).start().to_string();
    let runs = ledger.runs()?.into_iter().filter(|run| {
        run.unit == province.unit
            && run.as_of < start
            && run.results.iter().any(|path| path == SEND_BACK)
            && run.folder.is_dir()
    });
    Ok(runs.max_by(|one, other| one.as_of.cmp(&other.as_of)).map(|run| run.folder))
}

/// The province's own files of that period, else whatever the cities returned.
fn previous_files(folder: &Path) -> Vec<String> {
    let own: Vec<String> = ["annex2.csv", "annex3.csv"]
        .into_iter()
        .filter(|name| folder.join(name).is_file())
        .map(str::to_owned)
        .collect();
    if own.is_empty() { vec!["**/*".to_owned()] } else { own }
}

/// The files with the rows that were taken from them.
fn inputs(station: &Returns) -> Vec<InputEntry> {
    let entries = |kind: InputKind, grids: &Grids| -> Vec<InputEntry> {
        let entry = |file: &crate::sources::GridFile| {
            let of = |form: &ReturnedForm| {
                if form.file == file.path { form.rows.len() } else { 0 }
            };
            let rows = forms(&station.collection).map(|(_, form)| of(form)).sum();
            InputEntry { kind, path: file.path.clone(), sha256: file.sha256.clone(), rows }
        };
        grids.files.iter().map(entry).collect()
    };
    let mut all = entries(InputKind::Returned, &station.grids);
    if let Some((_, grids)) = &station.earlier {
        all.extend(entries(InputKind::Previous, grids));
    }
    all
}

/// The forms that were taken, with their city.
fn forms(collection: &Collection) -> impl Iterator<Item = (&str, &ReturnedForm)> {
    collection.cities.iter().flat_map(|city| {
        let taken = city.forms.iter().filter_map(|one| one.form.as_ref());
        taken.map(|form| (city.name.as_str(), form))
    })
}

/// A province's run whose results are written, but not yet published.
struct ProvinceClosing<'run> {
    province: &'run Province,
    run_id: String,
    inputs: Vec<InputEntry>,
    station: &'run Returns,
    watch: Watch<'run>,
}

impl ProvinceClosing<'_> {
    fn finish(self, draft: Draft, ledger: &mut Ledger) -> Result<RollupReport, RunError> {
        let Self { province, run_id, inputs, station, mut watch } = self;
        let results = watch.time("seal", || draft.seal()).map_err(PublishError::from)?;
        let mut report = report(station, &run_id, draft.target());
        report.repeat = ledger.earlier(&run_id)?.map(|earlier| {
            let differences = earlier.differences(&results);
            (earlier, differences)
        });
        watch.count("read", [("files", report.files), ("forms", report.forms)]);
        let counts = report.problems;
        watch.count("check", [("errors", counts.errors), ("warnings", counts.warnings)]);
        let entry = RunEntry {
            run_id,
            started_at: watch.started_at(),
            finished_at: watch.now(),
            title: province.title.clone(),
            unit: province.unit.clone(),
            as_of: province.as_of.to_string(),
            program_version: VERSION.to_owned(),
            model_version: String::new(),
            settings: province.settings().to_string(),
            folder: draft.target().to_owned(),
            exit_status: u8::from(report.needs_person()),
            inputs,
            stages: watch.stages(),
            counts: watch.counts(),
            results,
        };
        let sheets = forms(&station.collection).map(|(city, form)| mapping(city, form)).collect();
        let particulars = Particulars { sheets, thresholds: None, rows_accounted_for: None };
        let manifest = manifest::render(province.settings(), particulars, &entry, watch.seconds());
        draft.complete(&manifest)?;
        record::publish(&entry, &KeptForLater::default(), draft, ledger)?;
        Ok(report)
    }
}

fn report(station: &Returns, run_id: &str, folder: &Path) -> RollupReport {
    let collection = &station.collection;
    let problems: Vec<_> = collection.faults.iter().map(|fault| fault.problem.clone()).collect();
    let outcome = |(index, city): (usize, &crate::province::CityReturn)| CityOutcome {
        name: city.name.clone(),
        words: Annex::ALL.map(|annex| city.form(annex).word()),
        faults: collection
            .faults
            .iter()
            .filter(|fault| fault.city == Some(index) && fault.needs_return())
            .count(),
    };
    RollupReport {
        run_id: run_id.to_owned(),
        folder: folder.to_owned(),
        files: station.grids.files.len(),
        forms: collection.forms,
        cities: collection.cities.iter().enumerate().map(outcome).collect(),
        problems: accounting::problems(&problems),
        previous: station.earlier.as_ref().map(|(folder, _)| folder.clone()),
        repeat: None,
    }
}

/// How a form was understood.
fn mapping(city: &str, form: &ReturnedForm) -> Value {
    let columns = form.columns.iter().map(|column| {
        json!({
            "column": column_letters(column.index),
            "heading": column.heading,
            "figure": indicators(form.annex)[column.slot].code,
        })
    });
    json!({
        "city": city,
        "form": form.annex.label(),
        "file": form.file,
        "sheet": form.sheet,
        "header_row": form.header_row,
        "rows": form.rows.len(),
        "columns": columns.collect::<Vec<_>>(),
    })
}
