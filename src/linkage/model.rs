//! The linkage model as a file: fields, comparisons with their levels, blocking rules, prior and
//! thresholds. Loading checks every name and reports all mistakes at once; nothing is looked up
//! by name afterwards (see [`super::engine::plan`]).

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::engine::comparison::Kind;
use super::engine::keys::{self, KeyMistake, KeyPart};
pub use super::engine::plan::{Assignment, Prior, RuleVerdict, Thresholds};
use super::mistake::{ModelError, ModelMistake};

/// The people model that ships with the program.
const PEOPLE: &str = include_str!("../../schemas/linkage/people.toml");

/// What a model file says.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Name of the model.
    pub name: String,
    /// Version; recorded with every run.
    pub version: String,
    /// Column that identifies a row in `bidui link` inputs.
    #[serde(default = "default_id_column")]
    pub id_column: String,
    /// Which rows may share a match.
    #[serde(default)]
    pub assignment: Assignment,
    /// Before any comparison.
    pub prior: Prior,
    /// Where probabilities become decisions.
    pub thresholds: Thresholds,
    /// The columns.
    #[serde(rename = "field")]
    pub fields: Vec<FieldSpec>,
    /// The comparisons, in the order explanations print them.
    #[serde(rename = "comparison")]
    pub comparisons: Vec<ComparisonSpec>,
    /// The blocking rules.
    #[serde(rename = "blocking")]
    pub blocking: Vec<BlockingSpec>,
    /// The deterministic rules; the first that holds for the best candidate decides.
    #[serde(rename = "rule", default)]
    pub rules: Vec<RuleSpec>,
}

fn default_id_column() -> String {
    "unique_id".to_owned()
}

/// One field of the model.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// Name used by comparisons and blocking rules.
    pub name: String,
    /// How it is read.
    pub kind: Kind,
    /// CSV columns it is made of (several: county, town, village of a place).
    #[serde(default)]
    pub columns: Vec<String>,
    /// An identity field that fills this one where it is empty (birth date, sex).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
}

/// One comparison of the model.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonSpec {
    /// Name printed in explanations.
    pub name: String,
    /// Which comparison.
    pub kind: Kind,
    /// Field compared.
    pub field: String,
    /// Its levels.
    pub level: Vec<LevelSpec>,
}

impl ComparisonSpec {
    /// The states its levels name, each once, in file order.
    pub fn states(&self) -> Vec<&str> {
        let mut known: Vec<&str> = Vec::new();
        for state in self.level.iter().flat_map(|level| &level.states) {
            if !known.contains(&state.as_str()) {
                known.push(state);
            }
        }
        known
    }
}

/// Most states the levels of one comparison may name.
pub const MOST_STATES: usize = 7;

/// One comparison level.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LevelSpec {
    /// Name of the level; fixed for all kinds but `text`.
    pub name: String,
    /// Probability of the level among matches.
    pub m: f64,
    /// Probability of the level among non-matches.
    pub u: f64,
    /// Probability of the level among close relatives who are not the same person; `u` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kin: Option<f64>,
    /// Whether the value's own frequency on the right side replaces `u` where it is larger.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frequency: bool,
    /// States of the values in which the level can occur (`whole`, `masked` …; none named: the
    /// same as all other levels that name none). m and u are probabilities within a state.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<String>,
    /// What training leaves as it is.
    #[serde(default, skip_serializing_if = "Given::is_nothing")]
    pub given: Given,
    /// Text only: values are equal.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub equal: bool,
    /// Text only: Jaro–Winkler similarity at least this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jaro_winkler: Option<f64>,
    /// Text only: Damerau–Levenshtein distance (optimal string alignment) at most this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance: Option<usize>,
}

/// What training leaves as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    /// Nothing: m and u are estimated.
    #[default]
    Nothing,
    /// u: random pairs cannot show it, because the level says something about a third person.
    U,
    /// m and u: the data cannot tell them, or another comparison speaks for the level.
    Both,
}

impl Given {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
    fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }
}

/// One blocking rule: rows that agree on all parts become candidates.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BlockingSpec {
    /// Parts such as `name`, `id.first15`, `place.village`.
    pub on: Vec<String>,
    /// Blocks with more right rows than this are left out and reported.
    #[serde(default = "default_limit")]
    pub limit: usize,
    /// Blocks of more pairs than this are left out and reported, too: a right side within its limit says
    /// nothing of a left side that has a placeholder for a value. No limit where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs: Option<usize>,
    /// Rows that a `link` rule accepts through this rule are not searched further.
    #[serde(default)]
    pub settles: bool,
    /// Only pairs take part of which one row at least has no sound ID: they are few, and two sound IDs
    /// that differ need no search for slips.
    #[serde(default)]
    pub without_sound_id: bool,
}

/// A deterministic rule: levels that have to be reached, by comparison name.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// Printed as the reason.
    pub name: String,
    /// Comparison name → levels, any of which satisfies the rule.
    pub when: BTreeMap<String, Vec<String>>,
    /// What follows.
    pub verdict: RuleVerdict,
    /// Probability below which a `link` rule leaves the pair to a person.
    #[serde(default = "default_least")]
    pub least: f64,
}

fn default_least() -> f64 {
    0.5
}

fn default_limit() -> usize {
    500
}

impl Model {
    /// The shipped people model.
    ///
    /// # Panics
    /// Never in a released program: the shipped model is checked by a test.
    pub fn shipped() -> Self {
        Self::parse("people.toml", PEOPLE).expect("the shipped model is valid")
    }

    /// The model as the text of a model file.
    ///
    /// # Panics
    /// Never: every model can be written as TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).expect("a model is plain data")
    }

    /// Reads and checks a model's text; `path` is for messages.
    pub fn parse(path: &str, text: &str) -> Result<Self, ModelError> {
        let model: Self = toml::from_str(text).map_err(|error| ModelError::Syntax {
            path: path.to_owned(),
            message: error.to_string(),
        })?;
        ModelError::unless_none(Path::new(path), model.mistakes())?;
        Ok(model)
    }

    /// Every name and number that makes no sense, one line each.
    pub(super) fn mistakes(&self) -> Vec<ModelMistake> {
        let mut mistakes = self.number_mistakes();
        for comparison in &self.comparisons {
            mistakes.extend(self.comparison_mistakes(comparison));
        }
        for rule in &self.blocking {
            for part in &rule.on {
                mistakes.extend(self.key_part(part).err().map(ModelMistake::Blocking));
            }
        }
        for field in &self.fields {
            mistakes.extend(self.field_mistake(field));
        }
        for rule in &self.rules {
            mistakes.extend(self.rule_mistakes(rule));
        }
        mistakes
    }

    fn number_mistakes(&self) -> Vec<ModelMistake> {
        let shares = [
            ("prior.match", self.prior.matched),
            ("prior.relative", self.prior.relative),
            ("thresholds.link", self.thresholds.link),
            ("thresholds.review", self.thresholds.review),
        ];
        let shares = shares.into_iter().chain(self.rules.iter().map(|r| ("rule.least", r.least)));
        let outside = |(_, value): &(&str, f64)| !(0.0..=1.0).contains(value);
        let mut mistakes: Vec<ModelMistake> = (shares.filter(outside))
            .map(|(key, value)| ModelMistake::Share { key, value })
            .collect();
        if self.thresholds.review > self.thresholds.link {
            mistakes.push(ModelMistake::Thresholds);
        }
        mistakes
    }

    fn field_mistake(&self, field: &FieldSpec) -> Option<ModelMistake> {
        let fallback = field.fallback.as_ref()?;
        let known = self.fields.iter().any(|f| f.name == *fallback && f.kind == Kind::Identity);
        let mistake =
            || ModelMistake::Fallback { field: field.name.clone(), fallback: fallback.clone() };
        (!known).then(mistake)
    }

    fn comparison_mistakes(&self, spec: &ComparisonSpec) -> Vec<ModelMistake> {
        let mut mistakes = Vec::new();
        let comparison = spec.name.clone();
        if spec.states().len() > MOST_STATES {
            mistakes
                .push(ModelMistake::States { comparison: comparison.clone(), most: MOST_STATES });
        }
        let field = spec.field.clone();
        match self.field(&field) {
            None => mistakes.push(ModelMistake::Field { comparison, field }),
            Some(known) if known.kind != spec.kind => {
                mistakes.push(ModelMistake::Kind { comparison, field });
            }
            Some(_) => {}
        }
        spec.level.iter().for_each(|level| mistakes.extend(level_mistakes(spec, level)));
        mistakes
    }

    fn rule_mistakes(&self, spec: &RuleSpec) -> Vec<ModelMistake> {
        let mut mistakes = Vec::new();
        for (comparison, levels) in &spec.when {
            let (rule, comparison) = (spec.name.clone(), comparison.clone());
            let Some(found) = self.comparisons.iter().find(|c| c.name == comparison) else {
                mistakes.push(ModelMistake::RuleComparison { rule, comparison });
                continue;
            };
            let known = found.kind.level_names();
            let unknown = levels.iter().filter(|level| !known.contains(&level.as_str()));
            mistakes.extend(unknown.map(|level| ModelMistake::RuleLevel {
                rule: rule.clone(),
                comparison: comparison.clone(),
                level: level.clone(),
                nearest: nearest(level, known).to_owned(),
            }));
        }
        mistakes
    }

    /// The part of a blocking rule that a text such as `id.area_birth` names.
    pub(super) fn key_part(&self, text: &str) -> Result<KeyPart, KeyMistake> {
        keys::parse(text, |name| {
            let column = self.fields.iter().position(|field| field.name == name)?;
            Some((column, self.fields[column].kind))
        })
    }

    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&FieldSpec> {
        self.fields.iter().find(|field| field.name == name)
    }
}

fn level_mistakes(spec: &ComparisonSpec, level: &LevelSpec) -> Vec<ModelMistake> {
    let (comparison, name) = (&spec.name, &level.name);
    let known = spec.kind.level_names();
    let unknown = !known.is_empty() && !known.contains(&name.as_str());
    let values = [Some(level.m), Some(level.u), level.kin].into_iter().flatten();
    let outside = values.filter(|value| !(*value > 0.0 && *value <= 1.0));
    let mut mistakes: Vec<ModelMistake> = outside
        .map(|value| ModelMistake::Probability {
            comparison: comparison.clone(),
            level: name.clone(),
            value,
        })
        .collect();
    if unknown {
        let nearest = nearest(name, known).to_owned();
        let (comparison, level) = (comparison.clone(), name.clone());
        mistakes.insert(0, ModelMistake::Level { comparison, level, nearest });
    }
    mistakes
}

/// The name in `known` most like `name`.
pub(super) fn nearest<'a>(name: &str, known: &[&'a str]) -> &'a str {
    let likeness = |other: &&&str| strsim::damerau_levenshtein(name, other);
    known.iter().min_by_key(likeness).copied().unwrap_or("")
}
