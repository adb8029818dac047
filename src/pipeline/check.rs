//! `bidui check`: reads and validates inputs and settings, and writes nothing.

use crate::config::Project;
use crate::ledger::InputEntry;
use crate::problems::Problem;
use crate::sources::{self, Intake, Progress};
use crate::{records, workbooks};

use super::error::RunError;
use super::inputs::{self, demand_rows};
use super::setup;

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

/// Reads and validates inputs and settings; writes nothing.
pub fn check(project: &Project, progress: &dyn Progress) -> CheckReport {
    let intake = sources::read(&project.root, &project.sources, progress);
    let model = setup::model(project.model.as_deref()).err();
    let templates = setup::templates(project).err();
    let stop = model.or(templates).or_else(|| demand_rows(project, &intake).err());
    let stop = stop.map(|error| headline(&error));
    let inputs = inputs::entries(&intake);
    let mapping = setup::describe(&intake.catalogue);
    let Intake { catalogue, tables, mut problems, .. } = intake;
    progress.stage("整理记录", 0);
    let (_records, more) = records::normalise(tables, &catalogue, &setup::settings(project));
    problems.extend(more);
    problems.extend(workbooks::template_mistakes(project));
    CheckReport { mapping, inputs, problems, fatal: stop }
}

/// First line of an error: `check` lists the problems itself.
pub(super) fn headline(error: &RunError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
