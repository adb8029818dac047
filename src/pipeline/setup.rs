//! What a run needs before its first stage: the model, the blank forms, the settings of the stages.

use std::path::Path;

use crate::config::Project;
use crate::linkage::model::Model;
use crate::linkage::model_files;
use crate::origin::Catalogue;
use crate::records::Settings;
use crate::{sources, workbooks};

use super::error::RunError;
use super::publish;

/// The heading mapping, sheet by sheet.
pub(super) fn describe(catalogue: &Catalogue) -> String {
    sources::describe(catalogue).join("\n")
}

/// The linkage model a run uses.
pub(super) struct ModelInForce {
    /// The model.
    pub(super) model: Model,
    /// SHA-256 of its file; empty for the shipped model.
    pub(super) sha256: String,
}

/// The linkage model in force.
pub(super) fn model(path: Option<&Path>) -> Result<ModelInForce, RunError> {
    let Some(path) = path else {
        return Ok(ModelInForce { model: Model::shipped(), sha256: String::new() });
    };
    let model = model_files::load(path).map_err(|error| RunError::Model(error.to_string()))?;
    let (sha256, _) = publish::sum(path).map_err(|error| RunError::Model(error.to_string()))?;
    Ok(ModelInForce { model, sha256 })
}

/// Refuses blank forms that cannot be filled, before any work is done.
pub(super) fn templates(project: &Project) -> Result<(), RunError> {
    let problems = workbooks::template_mistakes(project);
    if problems.is_empty() { Ok(()) } else { Err(RunError::Templates { problems }) }
}

/// Where the settings of `records::normalise` come from.
pub(super) fn settings(project: &Project) -> Settings<'_> {
    Settings {
        as_of: project.as_of,
        places: &project.places,
        institutions: &project.institutions,
        sources: &project.sources,
        unit: &project.unit,
    }
}
