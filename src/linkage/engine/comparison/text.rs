//! Any text: levels by equality, edit distance or Jaro–Winkler similarity, as the model file says.

use crate::linkage::engine::interner::{Interner, NONE};

/// One level of a text comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum TextLevel {
    /// Values are equal.
    Equal,
    /// Optimal-string-alignment distance at most this.
    Distance(usize),
    /// Jaro–Winkler similarity at least this.
    JaroWinkler(f64),
    /// Everything else.
    Else,
}

/// Index of the first level two texts reach; one past the last when a value is missing.
pub(super) fn compare(texts: &Interner, left: u32, right: u32, levels: &[TextLevel]) -> u8 {
    let missing = u8::try_from(levels.len()).expect("few levels");
    if left == NONE || right == NONE {
        return missing;
    }
    let (a, b) = (texts.text(left), texts.text(right));
    let reached = |level: &TextLevel| match level {
        TextLevel::Equal => left == right,
        TextLevel::Distance(most) => left == right || strsim::osa_distance(a, b) <= *most,
        TextLevel::JaroWinkler(least) => left == right || strsim::jaro_winkler(a, b) >= *least,
        TextLevel::Else => true,
    };
    let found = levels.iter().position(reached).map(|index| u8::try_from(index).unwrap_or(missing));
    found.unwrap_or(missing)
}
