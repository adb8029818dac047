//! The stations the run calls, under the shapes the run expects of them.

use std::path::Path;

use jiff::civil::Date;

use super::{RunError, publish};
use crate::config::{PlaceAlias, Project, Source};
use crate::linkage::model::Model;
use crate::origin::Catalogue;
use crate::problems::Problem;
use crate::records::Records;
use crate::sources::{Progress, RawTable, SourceKind};
use crate::workbooks::Results;

/// One input file that was looked at.
#[derive(Clone, Debug)]
pub(super) struct InputFile {
    pub(super) path: String,
    pub(super) kind: SourceKind,
    pub(super) sha256: String,
}

/// What `sources::read` hands on.
#[derive(Clone, Debug, Default)]
pub(super) struct Intake {
    pub(super) catalogue: Catalogue,
    pub(super) tables: Vec<RawTable>,
    pub(super) files: Vec<InputFile>,
    pub(super) problems: Vec<Problem>,
}

pub(super) fn read(_root: &Path, _sources: &[Source], _progress: &dyn Progress) -> Intake {
    Intake::default()
}

pub(super) fn describe(_catalogue: &Catalogue) -> String {
    String::new()
}

/// What `records::normalise` needs besides the tables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings<'run> {
    pub(super) as_of: Date,
    pub(super) places: &'run [PlaceAlias],
    pub(super) sources: &'run [Source],
    pub(super) unit: &'run str,
}

pub(super) fn normalise(
    _tables: Vec<RawTable>,
    _catalogue: &Catalogue,
    _settings: &Settings<'_>,
) -> (Records, Vec<Problem>) {
    (Records::default(), Vec::new())
}

/// The linkage model in force, with the SHA-256 of its file (empty for the shipped model).
pub(super) fn model(path: Option<&Path>) -> Result<(Model, String), RunError> {
    let Some(path) = path else { return Ok((Model::shipped(), String::new())) };
    let model = Model::load(path).map_err(|error| RunError::Model(error.to_string()))?;
    let (sha256, _) = publish::sum(path).map_err(|error| RunError::Model(error.to_string()))?;
    Ok((model, sha256))
}

pub(super) fn write(_folder: &Path, _results: &Results<'_>) -> Result<(), RunError> {
    Ok(())
}

/// Where the settings of `records::normalise` come from.
pub(super) fn settings(project: &Project) -> Settings<'_> {
    Settings {
        as_of: project.as_of,
        places: &project.places,
        sources: &project.sources,
        unit: &project.unit,
    }
}
