//! `bidui check`: goes through all stages of a run in memory, and writes nothing.

use crate::config::Project;
use crate::ledger::{InputEntry, Ledger};
use crate::linkage::model::Model;
use crate::origin::{Catalogue, SheetInfo};
use crate::problems::Problem;
use crate::records::units::UnitLine;
use crate::records::{self, Institution, Records};
use crate::sources::{self, Intake, Progress};
use crate::vocabulary::Field;
use crate::{statistics, workbooks};

use super::error::RunError;
use super::inputs::{self, demand_rows};
use super::people::EarlierPeople;
use super::stages::process;
use super::start::{KnownBefore, RunStart};
use super::watch::{Clock, Watch};
use super::{corrections, setup};

/// What a check of the inputs found.
#[derive(Clone, Debug, Default)]
pub struct CheckReport {
    /// The mapping found, sheet by sheet, as text.
    pub mapping: String,
    /// Files that were looked at, with their data rows.
    pub inputs: Vec<InputEntry>,
    /// Schools and agencies in the order of the forms, with where their names were read.
    pub units: Vec<(Institution, UnitLine)>,
    /// Why figures of the forms are not known, or not whole.
    pub lacks: Vec<String>,
    /// Everything a run says of the inputs.
    pub problems: Vec<Problem>,
    /// Why a run would stop, if it would.
    pub fatal: Option<String>,
}

/// One sheet of the inputs, with what its columns are taken for.
#[derive(Clone, Debug)]
pub struct SheetColumns {
    /// The sheet and its columns.
    pub sheet: SheetInfo,
    /// Index of the project's source its file belongs to.
    pub source: usize,
    /// What a column of it may hold, with names for users.
    pub fields: Vec<(Field, String)>,
}

/// What the columns of all inputs are taken for; nothing beyond reading is done.
pub fn columns(project: &Project, progress: &dyn Progress) -> Vec<SheetColumns> {
    let intake = sources::read(&project.root, &project.sources, progress);
    let tables = intake.tables.iter().map(|table| table.source);
    let sheets = intake.catalogue.sheets.into_iter().zip(tables);
    let of = |(sheet, source): (SheetInfo, usize)| {
        let fields = sources::fields_of(&project.sources[source]);
        SheetColumns { sheet, source, fields }
    };
    sheets.map(of).collect()
}

/// Reads and validates inputs and settings and goes through the stages of a run, so that whatever a run
/// says of the inputs is said here; writes nothing.
pub fn check(project: &Project, clock: &dyn Clock, progress: &dyn Progress) -> CheckReport {
    let intake = sources::read(&project.root, &project.sources, progress);
    let mut report = CheckReport {
        mapping: setup::describe(&intake.catalogue),
        inputs: inputs::entries(&intake),
        ..CheckReport::default()
    };
    match ready(project, &intake) {
        Ok((model, known)) => {
            let inputs = report.inputs.clone();
            let start = RunStart {
                model,
                estimate: None,
                intake,
                inputs,
                known,
                links: None,
                people: EarlierPeople::default(),
            };
            match process(project, start, &mut Watch::start(clock), progress) {
                Ok(made) => {
                    report.units = units(&made.records, &made.catalogue, project);
                    report.lacks = made.statistics.lacks();
                    report.problems = made.problems;
                }
                Err(error) => report.fatal = Some(headline(&error)),
            }
        }
        Err(error) => {
            report.fatal = Some(headline(&error));
            report.read_only(intake, project);
        }
    }
    report
}

/// What a run needs besides its inputs, or why it would stop.
fn ready(project: &Project, intake: &Intake) -> Result<(Model, KnownBefore), RunError> {
    let model = setup::model(project.model.as_deref())?.model;
    setup::templates(project)?;
    demand_rows(project, intake)?;
    let rulings = Ledger::rulings_in(&project.root)?;
    let corrections = corrections::of(&Ledger::returns_in(&project.root)?);
    Ok((model, KnownBefore { rulings, newest_ruling: 0, corrections, answers: Vec::new() }))
}

impl CheckReport {
    /// What can be said where a run would stop before its stages.
    fn read_only(&mut self, intake: Intake, project: &Project) {
        let Intake { catalogue, tables, problems, .. } = intake;
        let (records, more) = records::normalise(tables, &catalogue, &setup::settings(project));
        self.problems = problems;
        self.problems.extend(more);
        self.problems.extend(workbooks::template_mistakes(project));
        self.units = units(&records, &catalogue, project);
    }
}

/// The table of schools and agencies, in the order of the forms.
fn units(
    records: &Records,
    catalogue: &Catalogue,
    project: &Project,
) -> Vec<(Institution, UnitLine)> {
    let lines = records::units::table(records, catalogue);
    let order = statistics::institution_order(records, &project.institution_order);
    let line = |at: usize| {
        let line = lines.iter().find(|line| line.institution as usize == at)?;
        Some((records.institutions.get(at)?.clone(), line.clone()))
    };
    order.into_iter().filter_map(line).collect()
}

/// First line of an error: `check` lists the problems itself.
pub(super) fn headline(error: &RunError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
