//! A model made ready for the inner loop: names became indices, probabilities log2 weights.

use serde::{Deserialize, Serialize};

use super::comparison::Comparison;
use super::keys::KeyPart;

/// Which rows may share a match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assignment {
    /// Every left row for itself.
    #[default]
    Free,
    /// A right row matches at most one left row, and the other way round.
    OneToOne,
}

/// Prior of the model.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    /// Expected share of left rows that have a match.
    #[serde(rename = "match")]
    pub matched: f64,
    /// Whether the share is observed on rows with a sound ID where there are enough of them.
    #[serde(default)]
    pub observe: bool,
    /// Expected share of the other rows that are an unlisted relative of somebody on the right.
    #[serde(default)]
    pub relative: f64,
}

/// Thresholds on the match probability.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// At or above: link.
    pub link: f64,
    /// At or above, and below `link`: review.
    pub review: f64,
}

/// What a deterministic rule says of the best candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleVerdict {
    /// Link.
    Link,
    /// A person has to decide, however high the probability.
    Review,
    /// Never this person.
    None,
}

/// Weights of one level, in log2.
#[derive(Clone, Debug)]
pub struct LevelWeight {
    /// Word users read.
    pub label: String,
    /// log2 m.
    pub m: f64,
    /// log2 u; replaced by the value's own frequency where `frequency` says so.
    pub u: f64,
    /// log2 of the probability among close relatives.
    pub kin: f64,
    /// log2 of the probability, among relatives and strangers alike, where the row bears the person's very number under
    /// another name; where nothing was observed `u` and `kin` stand.
    pub borrowed: Option<f64>,
    /// Whether the value's frequency counts.
    pub frequency: bool,
    /// Whether training takes the level into account.
    pub estimated: bool,
    /// Bit set of the states in which the level can occur; none for levels the model does not list.
    pub states: u8,
}

/// One comparison with its weights.
#[derive(Clone, Debug)]
pub struct Weighted {
    /// Name users read.
    pub name: String,
    /// The comparison.
    pub comparison: Comparison,
    /// One weight per level; the last belongs to missing values and is neutral.
    pub levels: Vec<LevelWeight>,
}

impl Weighted {
    /// Place among the weights of the level that stands at `listed` in the model. Levels of texts
    /// have no names of their own and keep the model's order.
    pub fn place_of(&self, name: &str, listed: usize) -> usize {
        let names = self.comparison.kind.level_names();
        names.iter().position(|known| *known == name).unwrap_or(listed)
    }
}

/// How large a block may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockLimits {
    /// Most right rows.
    pub right: usize,
    /// Most pairs.
    pub pairs: usize,
}

impl BlockLimits {
    /// Whether a block of so many rows is compared.
    pub fn allow(self, left: usize, right: usize) -> bool {
        right <= self.right && left.saturating_mul(right) <= self.pairs
    }
}

/// One blocking rule.
#[derive(Clone, Debug)]
pub struct Blocking {
    /// How explanations name it.
    pub name: String,
    /// Its parts.
    pub parts: Vec<KeyPart>,
    /// Blocks beyond are left out.
    pub limits: BlockLimits,
    /// Whether rows that a `link` rule accepts here are not searched further.
    pub settles: bool,
    /// Whether only pairs take part of which one row at least has no sound ID.
    pub without_sound_id: bool,
}

/// A deterministic rule: a bit mask of levels per comparison.
#[derive(Clone, Debug)]
pub struct DeterministicRule {
    /// Its name, printed as the reason of the decision.
    pub name: String,
    /// Comparison index and the levels that satisfy the rule.
    pub conditions: Vec<(usize, u32)>,
    /// What it says.
    pub verdict: RuleVerdict,
    /// Probability below which it does not link.
    pub least: f64,
}

impl DeterministicRule {
    /// Whether a comparison vector satisfies all conditions.
    pub fn holds(&self, levels: &[u8]) -> bool {
        self.conditions.iter().all(|(comparison, mask)| mask >> levels[*comparison] & 1 == 1)
    }
}

/// The compiled model.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Name and version of the model.
    pub version: String,
    /// Comparisons in explanation order.
    pub comparisons: Vec<Weighted>,
    /// Index of the identity comparison, which is evaluated first.
    pub identity: Option<usize>,
    /// Blocking rules.
    pub blocking: Vec<Blocking>,
    /// Deterministic rules, first that holds wins.
    pub rules: Vec<DeterministicRule>,
    /// Prior.
    pub prior: Prior,
    /// Thresholds.
    pub thresholds: Thresholds,
    /// Which rows may share a match.
    pub assignment: Assignment,
}
