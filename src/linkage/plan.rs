//! The model compiled for the inner loop: names became indices, probabilities log2 weights.

use super::comparison::{Comparison, Kind, TextLevel};
use super::keys::{self, KeyPart};
use super::model::{
    Assignment, BlockingSpec, ComparisonSpec, Given, LevelSpec, Model, Prior, Thresholds, Verdict,
};

/// What is wrong with a blocking key, for the model's list of mistakes.
pub(super) fn key_mistake(model: &Model, part: &str) -> Option<String> {
    keys::parse(model, part).err()
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

/// One blocking rule.
#[derive(Clone, Debug)]
pub struct Blocking {
    /// How explanations name it.
    pub name: String,
    /// Its parts.
    pub parts: Vec<KeyPart>,
    /// Largest block on the right side.
    pub limit: usize,
    /// Whether rows that a `link` rule accepts here are not searched further.
    pub settles: bool,
    /// Whether only left rows without a sound ID take part.
    pub without_sound_id: bool,
}

/// A deterministic rule: a bit mask of levels per comparison.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, printed as the reason of the decision.
    pub name: String,
    /// Comparison index and the levels that satisfy the rule.
    pub conditions: Vec<(usize, u32)>,
    /// What it says.
    pub verdict: Verdict,
}

impl Rule {
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
    pub rules: Vec<Rule>,
    /// Prior.
    pub prior: Prior,
    /// Thresholds.
    pub thresholds: Thresholds,
    /// Which rows may share a match.
    pub assignment: Assignment,
}

impl Plan {
    /// Compiles a checked model.
    pub fn new(model: &Model) -> Self {
        let comparisons: Vec<Weighted> =
            model.comparisons.iter().map(|spec| weighted(model, spec)).collect();
        let identity = comparisons.iter().position(|c| c.comparison.kind == Kind::Identity);
        Self {
            version: format!("{} {}", model.name, model.version),
            identity,
            blocking: model.blocking.iter().map(|spec| blocking(model, spec)).collect(),
            rules: rules(model, &comparisons),
            prior: model.prior,
            thresholds: model.thresholds,
            assignment: model.assignment,
            comparisons,
        }
    }
}

fn weighted(model: &Model, spec: &ComparisonSpec) -> Weighted {
    let column = model.fields.iter().position(|f| f.name == spec.field).unwrap_or(0);
    let text_levels = if spec.kind == Kind::Text {
        spec.level.iter().map(text_level).collect()
    } else {
        Vec::new()
    };
    Weighted {
        name: spec.name.clone(),
        comparison: Comparison { kind: spec.kind, column, text_levels },
        levels: level_weights(spec),
    }
}

fn text_level(level: &LevelSpec) -> TextLevel {
    if level.equal {
        TextLevel::Equal
    } else if let Some(most) = level.distance {
        TextLevel::Distance(most)
    } else if let Some(least) = level.jaro_winkler {
        TextLevel::JaroWinkler(least)
    } else {
        TextLevel::Else
    }
}

/// Levels the model does not list are neutral, as is the one behind the last (missing).
fn level_weights(spec: &ComparisonSpec) -> Vec<LevelWeight> {
    let states = spec.states();
    if spec.kind == Kind::Text {
        let listed = spec.level.iter().map(|level| level_weight(&level.name, Some(level), &states));
        return listed.chain([level_weight("缺失", None, &states)]).collect();
    }
    let named = spec.kind.level_names().iter().zip(spec.kind.level_labels());
    let find = |key: &str| spec.level.iter().find(|level| level.name == key);
    named.map(|(key, label)| level_weight(label, find(key), &states)).collect()
}

fn level_weight(label: &str, level: Option<&LevelSpec>, states: &[&str]) -> LevelWeight {
    let Some(level) = level else {
        return LevelWeight {
            label: label.to_owned(),
            m: 0.0,
            u: 0.0,
            kin: 0.0,
            frequency: false,
            estimated: false,
            states: 0,
        };
    };
    LevelWeight {
        label: label.to_owned(),
        m: level.m.log2(),
        u: level.u.log2(),
        kin: level.kin.unwrap_or(level.u).log2(),
        frequency: level.frequency,
        estimated: level.given != Given::Both,
        states: state_bits(level, states),
    }
}

/// Bit 0 stands for the state without a name.
fn state_bits(level: &LevelSpec, known: &[&str]) -> u8 {
    if level.states.is_empty() {
        return 1;
    }
    let bit = |state: &String| known.iter().position(|k| k == state).map(|at| 2_u8 << at);
    level.states.iter().filter_map(bit).fold(0, |bits, bit| bits | bit)
}

fn blocking(model: &Model, spec: &BlockingSpec) -> Blocking {
    Blocking {
        name: spec.on.join("+"),
        parts: spec.on.iter().filter_map(|part| keys::parse(model, part).ok()).collect(),
        limit: spec.limit,
        settles: spec.settles,
        without_sound_id: spec.without_sound_id,
    }
}

fn rules(model: &Model, comparisons: &[Weighted]) -> Vec<Rule> {
    let compile = |spec: &super::model::RuleSpec| Rule {
        name: spec.name.clone(),
        verdict: spec.verdict,
        conditions: spec
            .when
            .iter()
            .filter_map(|(name, levels)| {
                let index = comparisons.iter().position(|c| c.name == *name)?;
                let known = comparisons[index].comparison.kind.level_names();
                let bit =
                    |level: &String| known.iter().position(|k| k == level).map(|i| 1_u32 << i);
                Some((index, levels.iter().filter_map(bit).fold(0, |mask, bit| mask | bit)))
            })
            .collect(),
    };
    model.rules.iter().map(compile).collect()
}
