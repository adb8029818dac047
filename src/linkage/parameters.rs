//! What `train` estimates, as a file of its own: m, u and prior of a model, with a version made of
//! the numbers themselves and a note of the data they rest on. A parameter file names its model
//! (`base`) and stands wherever a model file may stand.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::mistake::{ModelError, ModelMistake};
use super::model::{Given, LevelSpec, Model};

/// Name under which the shipped people model is a base.
pub const SHIPPED: &str = "people";

/// A parameter file.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// The model: `people`, or the path of a model file relative to this file.
    pub base: String,
    /// Version of the model, `+`, and eight digits that name these numbers.
    pub version: String,
    /// Share of matched rows and of relatives among the others.
    pub prior: PriorParameters,
    /// What the numbers were estimated from.
    pub data: DataNote,
    /// m, u and what relatives show.
    #[serde(rename = "comparison")]
    pub comparisons: Vec<ComparisonParameters>,
}

/// Estimated prior.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PriorParameters {
    /// Share of left rows that have a match.
    #[serde(rename = "match")]
    pub matched: f64,
}

/// What an estimate rests on.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DataNote {
    /// Rows of the left table.
    pub left_rows: usize,
    /// Rows of the right table.
    pub right_rows: usize,
    /// Candidate pairs looked at.
    pub pairs: usize,
    /// Random pairs looked at for u.
    pub random_pairs: u64,
    /// Expected matches among the rows looked at.
    pub matches: f64,
    /// Iterations until nothing changed.
    pub iterations: usize,
    /// Levels (`comparison/level`) whose m stayed as it was, because no candidate pair showed them.
    pub m_not_seen: Vec<String>,
    /// Levels whose u stayed as it was, because random pairs showed them too seldom.
    pub u_not_seen: Vec<String>,
    /// What people had ruled, where the estimate took it into account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<LabelNote>,
}

/// What became of the rulings an estimate was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LabelNote {
    /// Rulings in force.
    pub rulings: usize,
    /// Rows known to be a registered person.
    pub same: usize,
    /// Pairs known to be two people, where the row's own person is not known.
    pub different: usize,
    /// Rulings that say it cannot be told.
    pub unsure: usize,
    /// Rulings about people who are not in these inputs, that new data contradicts, or whose pair
    /// is no candidate or not among the rows looked at.
    pub unused: usize,
}

/// Parameters of one comparison.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonParameters {
    /// Its name.
    pub name: String,
    /// Its levels.
    pub level: Vec<LevelParameters>,
}

/// Parameters of one level.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LevelParameters {
    /// Its name.
    pub name: String,
    /// Probability among matches.
    pub m: f64,
    /// Probability among strangers.
    pub u: f64,
    /// Probability among relatives, where the model has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kin: Option<f64>,
}

impl Parameters {
    /// The parameters of a model, under the base it came from.
    pub fn of(model: &Model, base: String, data: DataNote) -> Self {
        let level =
            |l: &LevelSpec| LevelParameters { name: l.name.clone(), m: l.m, u: l.u, kin: l.kin };
        let comparisons: Vec<ComparisonParameters> = model
            .comparisons
            .iter()
            .map(|c| ComparisonParameters {
                name: c.name.clone(),
                level: c.level.iter().filter(|l| l.given != Given::Both).map(level).collect(),
            })
            .collect();
        let prior = PriorParameters { matched: model.prior.matched };
        let version = version(model, prior, &comparisons);
        Self { base, version, prior, data, comparisons }
    }

    /// The text of the file, with a first line for a bureau's user.
    pub fn to_toml(&self) -> String {
        self.text("由 bidui train 估计的模型参数（m、u 与先验），可直接用作模型文件。")
    }

    /// The text of the file, with a first line for whoever links tables of their own.
    pub fn to_english_toml(&self) -> String {
        self.text("m, u and prior as bidui link --train estimated them; stands wherever a model file may stand.")
    }

    /// # Panics
    /// Never: parameters are plain data.
    fn text(&self, about: &str) -> String {
        let text = toml::to_string_pretty(self).expect("parameters are plain data");
        format!("# {about}\n{text}")
    }

    /// Whether a file's text is a parameter file: it names a base.
    pub fn is_meant_by(text: &str) -> bool {
        text.parse::<toml::Table>().is_ok_and(|table| table.contains_key("base"))
    }

    /// Reads a parameter file's text.
    pub fn parse(path: &str, text: &str) -> Result<Self, ModelError> {
        toml::from_str(text).map_err(|error| ModelError::Syntax {
            path: path.to_owned(),
            message: error.to_string(),
        })
    }

    /// Puts the parameters into the model they belong to; returns every name the model does not
    /// know.
    pub fn apply(&self, model: &mut Model) -> Vec<ModelMistake> {
        let mut mistakes = Vec::new();
        model.version.clone_from(&self.version);
        model.prior.matched = self.prior.matched;
        for comparison in &self.comparisons {
            let known = model.comparisons.iter_mut().find(|c| c.name == comparison.name);
            let Some(known) = known else {
                mistakes.push(ModelMistake::ParameterComparison {
                    comparison: comparison.name.clone(),
                });
                continue;
            };
            for level in &comparison.level {
                match known
                    .level
                    .iter_mut()
                    .find(|l| l.name == level.name && l.given != Given::Both)
                {
                    Some(spec) => (spec.m, spec.u, spec.kin) = (level.m, level.u, level.kin),
                    None => mistakes.push(ModelMistake::ParameterLevel {
                        comparison: comparison.name.clone(),
                        level: level.name.clone(),
                    }),
                }
            }
        }
        mistakes
    }

    /// The file of the base model, seen from the parameter file; `None` for the shipped model.
    pub fn base_file(&self, own: &Path) -> Option<PathBuf> {
        let folder = own.parent().unwrap_or(Path::new(""));
        (self.base != SHIPPED).then(|| folder.join(&self.base))
    }
}

/// The base model's version and the first eight digits of the SHA-256 of the numbers.
fn version(model: &Model, prior: PriorParameters, comparisons: &[ComparisonParameters]) -> String {
    let mut hash = Sha256::new();
    hash.update(prior.matched.to_le_bytes());
    for comparison in comparisons {
        hash.update(comparison.name.as_bytes());
        for level in &comparison.level {
            hash.update(level.name.as_bytes());
            hash.update(level.m.to_le_bytes());
            hash.update(level.u.to_le_bytes());
            hash.update(level.kin.unwrap_or(level.u).to_le_bytes());
        }
    }
    let sum = hash.finalize();
    let digits = u32::from_be_bytes([sum[0], sum[1], sum[2], sum[3]]);
    let base = model.version.split('+').next().unwrap_or_default();
    format!("{base}+{digits:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_come_back_from_their_file() {
        let mut model = Model::shipped();
        model.comparisons[0].level[0].m = 0.123;
        let parameters = Parameters::of(&model, SHIPPED.to_owned(), DataNote::default());
        let text = parameters.to_toml();
        assert!(Parameters::is_meant_by(&text) && !Parameters::is_meant_by(&model.to_toml()));
        let read = Parameters::parse("p.toml", &text).unwrap();
        assert_eq!(read, parameters);
        let mut fresh = Model::shipped();
        assert_eq!(read.apply(&mut fresh), []);
        assert!((fresh.comparisons[0].level[0].m - 0.123).abs() < 1e-12);
        assert_eq!(fresh.version, parameters.version);
    }

    #[test]
    fn other_numbers_are_another_version() {
        let mut model = Model::shipped();
        let one = Parameters::of(&model, SHIPPED.to_owned(), DataNote::default()).version;
        model.comparisons[0].level[0].m = 0.5;
        let two = Parameters::of(&model, SHIPPED.to_owned(), DataNote::default()).version;
        assert_ne!(one, two);
        model.version = two;
        let again = Parameters::of(&model, SHIPPED.to_owned(), DataNote::default()).version;
        assert_eq!(again, model.version, "a version does not grow with every estimate");
    }

    #[test]
    fn a_name_the_model_does_not_know_is_a_mistake() {
        let mut parameters =
            Parameters::of(&Model::shipped(), SHIPPED.to_owned(), DataNote::default());
        parameters.comparisons[0].level[0].name = "eqaul".to_owned();
        parameters.comparisons[1].name = "名字".to_owned();
        assert_eq!(parameters.apply(&mut Model::shipped()).len(), 2);
    }
}
