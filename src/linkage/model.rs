//! The linkage model as a file: fields, comparisons with their levels, blocking rules, prior and
//! thresholds. Loading checks every name and reports all mistakes at once; nothing is looked up
//! by name afterwards (see [`super::engine::plan`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::engine::comparison::Kind;
use super::engine::keys::{self, KeyPart};
pub use super::engine::plan::{Assignment, Prior, Thresholds, Verdict};

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
    /// Rows that a `link` rule accepts through this rule are not searched further.
    #[serde(default)]
    pub settles: bool,
    /// Only left rows without a sound ID take part: they are few, and a row whose sound ID the
    /// registry does not know needs no search for slips in it.
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
    pub verdict: Verdict,
}

fn default_limit() -> usize {
    500
}

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file cannot be read.
    #[error("模型文件读不了：{0}")]
    Read(#[from] std::io::Error),
    /// Not TOML, or a key of the wrong name or type.
    #[error("模型文件 {path} 有错：{message}")]
    Syntax {
        /// The file.
        path: String,
        /// Parser's message.
        message: String,
    },
    /// Names or numbers that make no sense, all of them.
    #[error("模型文件 {path} 有 {} 处错误：\n{}", .mistakes.len(), .mistakes.join("\n"))]
    Mistakes {
        /// The file.
        path: String,
        /// One line each.
        mistakes: Vec<String>,
    },
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
        let mistakes = model.mistakes();
        if mistakes.is_empty() {
            Ok(model)
        } else {
            Err(ModelError::Mistakes { path: path.to_owned(), mistakes })
        }
    }

    /// Every name and number that makes no sense, one line each.
    pub(super) fn mistakes(&self) -> Vec<String> {
        let mut mistakes = self.number_mistakes();
        for comparison in &self.comparisons {
            mistakes.extend(self.comparison_mistakes(comparison));
        }
        for rule in &self.blocking {
            for part in &rule.on {
                mistakes.extend(self.key_part(part).err());
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

    fn number_mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        let mut unit = |name: &str, value: f64| {
            if !(0.0..=1.0).contains(&value) {
                mistakes.push(format!("{name} = {value} 不在 0 与 1 之间"));
            }
        };
        unit("prior.match", self.prior.matched);
        unit("prior.relative", self.prior.relative);
        unit("thresholds.link", self.thresholds.link);
        unit("thresholds.review", self.thresholds.review);
        if self.thresholds.review > self.thresholds.link {
            mistakes.push("thresholds.review 大于 thresholds.link".to_owned());
        }
        mistakes
    }

    fn field_mistake(&self, field: &FieldSpec) -> Option<String> {
        let fallback = field.fallback.as_ref()?;
        let known = self.fields.iter().any(|f| f.name == *fallback && f.kind == Kind::Identity);
        (!known).then(|| format!("字段“{}”的 fallback “{fallback}”不是证件号字段", field.name))
    }

    fn comparison_mistakes(&self, comparison: &ComparisonSpec) -> Vec<String> {
        let mut mistakes = Vec::new();
        let name = &comparison.name;
        if comparison.states().len() > MOST_STATES {
            mistakes.push(format!("比较“{name}”的 states 超过 {MOST_STATES} 种"));
        }
        match self.field(&comparison.field) {
            None => mistakes.push(format!("比较“{name}”的字段“{}”没有定义", comparison.field)),
            Some(field) if field.kind != comparison.kind => {
                mistakes.push(format!("比较“{name}”不能用于字段“{}”", comparison.field));
            }
            Some(_) => {}
        }
        let known = comparison.kind.level_names();
        for level in &comparison.level {
            if !known.is_empty() && !known.contains(&level.name.as_str()) {
                let nearest = nearest(&level.name, known);
                mistakes
                    .push(format!("比较“{name}”没有等级“{}”，最接近的是“{nearest}”", level.name));
            }
            for value in [Some(level.m), Some(level.u), level.kin].into_iter().flatten() {
                if !(value > 0.0 && value <= 1.0) {
                    mistakes.push(format!(
                        "比较“{name}”等级“{}”的概率 {value} 不在 (0, 1] 内",
                        level.name
                    ));
                }
            }
        }
        mistakes
    }

    fn rule_mistakes(&self, rule: &RuleSpec) -> Vec<String> {
        let mut mistakes = Vec::new();
        for (name, levels) in &rule.when {
            let Some(comparison) = self.comparisons.iter().find(|c| c.name == *name) else {
                mistakes.push(format!("规则“{}”用了没有定义的比较“{name}”", rule.name));
                continue;
            };
            let known = comparison.kind.level_names();
            for level in levels.iter().filter(|level| !known.contains(&level.as_str())) {
                let nearest = nearest(level, known);
                mistakes.push(format!(
                    "规则“{}”：比较“{name}”没有等级“{level}”，最接近的是“{nearest}”",
                    rule.name
                ));
            }
        }
        mistakes
    }

    /// The part of a blocking rule that a text such as `id.area_birth` names.
    pub(super) fn key_part(&self, text: &str) -> Result<KeyPart, String> {
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

/// The name in `known` most like `name`.
pub(super) fn nearest<'a>(name: &str, known: &[&'a str]) -> &'a str {
    let likeness = |other: &&&str| strsim::damerau_levenshtein(name, other);
    known.iter().min_by_key(likeness).copied().unwrap_or("")
}
