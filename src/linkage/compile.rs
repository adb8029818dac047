//! A checked model → the plan the engine works by.

use super::engine::comparison::{Comparison, Kind, TextLevel};
use super::engine::plan::{BlockLimits, Blocking, DeterministicRule, LevelWeight, Plan, Weighted};
use super::model::{BlockingSpec, ComparisonSpec, Given, LevelSpec, Model, RuleSpec};

/// Compiles a checked model.
pub(super) fn plan(model: &Model) -> Plan {
    let comparisons: Vec<Weighted> =
        model.comparisons.iter().map(|spec| weighted(model, spec)).collect();
    let identity = comparisons.iter().position(|c| c.comparison.kind == Kind::Identity);
    Plan {
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
            borrowed: None,
            frequency: false,
            estimated: false,
            states: 0,
        };
    };
    LevelWeight {
        label: label.to_owned(),
        m: libm::log2(level.m),
        u: libm::log2(level.u),
        kin: libm::log2(level.kin.unwrap_or(level.u)),
        borrowed: None,
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
        parts: spec.on.iter().filter_map(|part| model.key_part(part).ok()).collect(),
        limits: BlockLimits { right: spec.limit, pairs: spec.pairs.unwrap_or(usize::MAX) },
        settles: spec.settles,
        without_sound_id: spec.without_sound_id,
    }
}

fn rules(model: &Model, comparisons: &[Weighted]) -> Vec<DeterministicRule> {
    let compile = |spec: &RuleSpec| DeterministicRule {
        name: spec.name.clone(),
        verdict: spec.verdict,
        least: spec.least,
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
