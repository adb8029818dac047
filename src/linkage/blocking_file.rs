//! Other blocking rules for a model, as a file of its own: what is searched depends on the size of the
//! registry, how pairs are weighed does not.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::mistake::ModelError;
use super::model::{BlockingSpec, Model};
use super::parameters::SHIPPED;

/// A blocking file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BlockingFile {
    /// The model: `people`, or the path of a model file relative to this file.
    base: String,
    /// Goes behind the model's version.
    version: String,
    /// The rules that stand in place of the model's.
    #[serde(rename = "blocking")]
    rules: Vec<BlockingSpec>,
}

impl BlockingFile {
    /// Whether a file's text is a blocking file: it names a base and rules.
    pub(super) fn is_meant_by(text: &str) -> bool {
        let has = |table: &toml::Table, key| table.contains_key(key);
        text.parse::<toml::Table>()
            .is_ok_and(|table| has(&table, "base") && has(&table, "blocking"))
    }

    /// Reads a blocking file's text.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, ModelError> {
        toml::from_str(text).map_err(|error| ModelError::Syntax {
            path: path.to_owned(),
            message: error.to_string(),
        })
    }

    /// The file of the base model, seen from this one; `None` for the shipped model.
    pub(super) fn base_file(&self, own: &Path) -> Option<PathBuf> {
        let folder = own.parent().unwrap_or(Path::new(""));
        (self.base != SHIPPED).then(|| folder.join(&self.base))
    }

    /// The model with these rules.
    pub(super) fn apply(self, model: Model) -> Model {
        let version = format!("{} {}", model.version, self.version);
        Model { version, blocking: self.rules, ..model }
    }
}
