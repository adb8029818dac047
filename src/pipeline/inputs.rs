//! The files a run has read, and whether they leave anything to compare.

use crate::config::{Project, Source};
use crate::ledger::{InputEntry, InputKind};
use crate::sources::{self, InputFile, Intake};
use crate::vocabulary::SourceKind;

use super::error::RunError;

/// Refuses inputs that leave nothing to compare.
pub(super) fn demand_rows(project: &Project, intake: &Intake) -> Result<(), RunError> {
    let rows = |wanted: fn(SourceKind) -> bool| {
        intake.tables.iter().any(|table| wanted(table.kind) && !table.rows.is_empty())
    };
    let problems = || intake.problems.clone();
    if !rows(|kind| kind == SourceKind::Registry) {
        let obstacles = intake.obstacles.clone();
        return Err(RunError::NoRegistry { obstacles, problems: problems() });
    }
    if let Some(source) = project.sources.iter().find(|source| is_missing(source, intake)) {
        let pattern = source.files.join("、");
        return Err(RunError::RegistryMissing { pattern, problems: problems() });
    }
    if !intake.obstacles.is_empty() {
        let obstacles = intake.obstacles.clone();
        return Err(RunError::HandedOver { obstacles, problems: problems() });
    }
    if !rows(|kind| matches!(kind, SourceKind::Enrollment | SourceKind::Training)) {
        return Err(RunError::NothingToCompare { problems: problems() });
    }
    Ok(())
}

/// Whether this is a registry of which no glob finds a file. Its people would pass for unregistered
/// ones; a list of a school that is late only waits.
pub(super) fn is_missing(source: &Source, intake: &Intake) -> bool {
    let finds_nothing = |pattern: &String| {
        let found = intake.problems.iter();
        let mut found = found.filter(|problem| problem.code == sources::GLOB_NO_MATCH);
        found.any(|problem| problem.file == *pattern)
    };
    let required = source.kind == SourceKind::Registry && !source.allow_missing;
    required && source.files.iter().all(finds_nothing)
}

/// The inputs with their data rows.
pub(super) fn entries(intake: &Intake) -> Vec<InputEntry> {
    let entry = |file: &InputFile| InputEntry {
        kind: InputKind::Source(file.kind),
        path: file.path.clone(),
        sha256: file.sha256.clone(),
        rows: file.rows,
    };
    intake.files.iter().map(entry).collect()
}
