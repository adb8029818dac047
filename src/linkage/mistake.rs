//! What is wrong in a model file, in the two languages it is said in: a bureau's run speaks Chinese,
//! `bidui link`, which anybody's tables go through, speaks English.

use std::path::Path;

use super::engine::keys::KeyMistake;

/// A name or a number in a model or parameter file that makes no sense.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelMistake {
    /// A share outside 0 to 1.
    Share {
        /// Key in the file.
        key: &'static str,
        /// Its value.
        value: f64,
    },
    /// `thresholds.review` lies above `thresholds.link`.
    Thresholds,
    /// A field's `fallback` is no identity field.
    Fallback {
        /// The field.
        field: String,
        /// What it falls back on.
        fallback: String,
    },
    /// Levels of a comparison name more states than there may be.
    States {
        /// The comparison.
        comparison: String,
        /// How many there may be.
        most: usize,
    },
    /// A comparison of a field that is not defined.
    Field {
        /// The comparison.
        comparison: String,
        /// The field.
        field: String,
    },
    /// A comparison of another kind than its field.
    Kind {
        /// The comparison.
        comparison: String,
        /// The field.
        field: String,
    },
    /// A level the comparison does not have.
    Level {
        /// The comparison.
        comparison: String,
        /// The level.
        level: String,
        /// The one most like it.
        nearest: String,
    },
    /// A level's probability outside (0, 1].
    Probability {
        /// The comparison.
        comparison: String,
        /// The level.
        level: String,
        /// The value.
        value: f64,
    },
    /// A part of a blocking rule.
    Blocking(KeyMistake),
    /// A rule on a comparison that is not defined.
    RuleComparison {
        /// The rule.
        rule: String,
        /// The comparison.
        comparison: String,
    },
    /// A rule on a level the comparison does not have.
    RuleLevel {
        /// The rule.
        rule: String,
        /// The comparison.
        comparison: String,
        /// The level.
        level: String,
        /// The one most like it.
        nearest: String,
    },
    /// Parameters of a comparison the model does not have.
    ParameterComparison {
        /// The comparison.
        comparison: String,
    },
    /// Parameters of a level that is not there or not estimated.
    ParameterLevel {
        /// The comparison.
        comparison: String,
        /// The level.
        level: String,
    },
}

impl ModelMistake {
    /// For a bureau's user.
    pub fn chinese(&self) -> String {
        match self {
            Self::Share { key, value } => format!("{key} = {value} 不在 0 与 1 之间"),
            Self::Thresholds => "thresholds.review 大于 thresholds.link".to_owned(),
            Self::Fallback { field, fallback } => {
                format!("字段“{field}”的 fallback “{fallback}”不是证件号字段")
            }
            Self::States { comparison, most } => {
                format!("比较“{comparison}”的 states 超过 {most} 种")
            }
            Self::Field { comparison, field } => {
                format!("比较“{comparison}”的字段“{field}”没有定义")
            }
            Self::Kind { comparison, field } => format!("比较“{comparison}”不能用于字段“{field}”"),
            Self::Level { comparison, level, nearest } => {
                format!("比较“{comparison}”没有等级“{level}”，最接近的是“{nearest}”")
            }
            Self::Probability { comparison, level, value } => {
                format!("比较“{comparison}”等级“{level}”的概率 {value} 不在 (0, 1] 内")
            }
            Self::Blocking(KeyMistake::Field { field }) => {
                format!("分块规则用了没有定义的字段“{field}”")
            }
            Self::Blocking(KeyMistake::Part { text, field, known }) => {
                format!("分块规则“{text}”：字段“{field}”只有 {known:?}")
            }
            Self::RuleComparison { rule, comparison } => {
                format!("规则“{rule}”用了没有定义的比较“{comparison}”")
            }
            Self::RuleLevel { rule, comparison, level, nearest } => {
                format!("规则“{rule}”：比较“{comparison}”没有等级“{level}”，最接近的是“{nearest}”")
            }
            Self::ParameterComparison { comparison } => {
                format!("模型没有“{comparison}”这个比较")
            }
            Self::ParameterLevel { comparison, level } => {
                format!("比较“{comparison}”没有可以估计的等级“{level}”")
            }
        }
    }

    /// For whoever links tables of their own.
    pub fn english(&self) -> String {
        match self {
            Self::Share { key, value } => format!("{key} = {value} is not between 0 and 1"),
            Self::Thresholds => "thresholds.review is larger than thresholds.link".to_owned(),
            Self::Fallback { field, fallback } => {
                format!("field \"{field}\": fallback \"{fallback}\" is no identity field")
            }
            Self::States { comparison, most } => {
                format!("comparison \"{comparison}\" names more than {most} states")
            }
            Self::Field { comparison, field } => {
                format!("comparison \"{comparison}\": there is no field \"{field}\"")
            }
            Self::Kind { comparison, field } => {
                format!("comparison \"{comparison}\" is of another kind than its field \"{field}\"")
            }
            Self::Level { comparison, level, nearest } => format!(
                "comparison \"{comparison}\" has no level \"{level}\"; the nearest is \"{nearest}\""
            ),
            Self::Probability { comparison, level, value } => {
                format!("comparison \"{comparison}\", level \"{level}\": {value} is not in (0, 1]")
            }
            Self::Blocking(KeyMistake::Field { field }) => {
                format!("a blocking rule uses \"{field}\", which is no field")
            }
            Self::Blocking(KeyMistake::Part { text, field, known }) => {
                format!("blocking rule \"{text}\": field \"{field}\" has only {known:?}")
            }
            Self::RuleComparison { rule, comparison } => {
                format!("rule \"{rule}\": there is no comparison \"{comparison}\"")
            }
            Self::RuleLevel { rule, comparison, level, nearest } => format!(
                "rule \"{rule}\": comparison \"{comparison}\" has no level \"{level}\"; the nearest is \
                 \"{nearest}\""
            ),
            Self::ParameterComparison { comparison } => {
                format!("the model has no comparison \"{comparison}\"")
            }
            Self::ParameterLevel { comparison, level } => {
                format!("comparison \"{comparison}\" has no level \"{level}\" to estimate")
            }
        }
    }
}

/// Why a model file cannot be used; its text is for a bureau's user.
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
    #[error("模型文件 {path} 有 {} 处错误：\n{}", .mistakes.len(), listed(.mistakes, ModelMistake::chinese))]
    Mistakes {
        /// The file.
        path: String,
        /// All of them.
        mistakes: Vec<ModelMistake>,
    },
}

impl ModelError {
    /// Whether nothing is wrong, else all mistakes of a file.
    pub fn unless_none(path: &Path, mistakes: Vec<ModelMistake>) -> Result<(), Self> {
        if mistakes.is_empty() {
            return Ok(());
        }
        Err(Self::Mistakes { path: path.display().to_string(), mistakes })
    }

    /// For whoever links tables of their own.
    pub fn english(&self) -> String {
        match self {
            Self::Read(error) => format!("the model file cannot be read: {error}"),
            Self::Syntax { path, message } => format!("model file {path}: {message}"),
            Self::Mistakes { path, mistakes } => format!(
                "model file {path} has {} mistakes:\n{}",
                mistakes.len(),
                listed(mistakes, ModelMistake::english)
            ),
        }
    }
}

fn listed(mistakes: &[ModelMistake], said: fn(&ModelMistake) -> String) -> String {
    mistakes.iter().map(said).collect::<Vec<_>>().join("\n")
}
