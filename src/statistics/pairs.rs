//! Annex 1 of 黑人社发〔2019〕10号: which school is paired with which counties.

use std::sync::LazyLock;

use serde::Deserialize;

/// One line of Annex 1.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SchoolPair {
    /// 技工院校名称.
    pub school: String,
    /// 贫困县（市）名称.
    pub counties: Vec<String>,
}

#[derive(Deserialize)]
struct PairsFile {
    pair: Vec<SchoolPair>,
}

static PAIRS: LazyLock<Vec<SchoolPair>> = LazyLock::new(|| {
    let text = include_str!("../../schemas/paired_counties.toml");
    toml::from_str::<PairsFile>(text).expect("the embedded table is checked by a test").pair
});

/// Annex 1 in its own order.
pub fn pairs() -> &'static [SchoolPair] {
    &PAIRS
}

/// Place of a school in Annex 1; schools that are not in it come last.
pub fn position(school: &str) -> usize {
    pairs().iter().position(|pair| pair.school == school).unwrap_or(usize::MAX)
}

/// Counties paired with a school.
pub fn counties_of(school: &str) -> &'static [String] {
    pairs().iter().find(|pair| pair.school == school).map_or(&[], |pair| pair.counties.as_slice())
}

/// Whether a division's name means a county of the table: 县, 市 and 区 change with reforms
/// (抚远县 became 抚远市), the name before them does not.
pub fn is_same_county(listed: &str, name: &str) -> bool {
    fn stem(name: &str) -> &str {
        name.trim_end_matches(['县', '市', '区'])
    }
    !name.is_empty() && stem(listed) == stem(name)
}

#[cfg(test)]
mod tests {
    use super::{counties_of, is_same_county, pairs, position};

    #[test]
    fn annex_1_has_eight_schools_and_fifteen_counties() {
        assert_eq!(pairs().len(), 8);
        assert_eq!(pairs().iter().map(|pair| pair.counties.len()).sum::<usize>(), 15);
        assert_eq!(position("佳木斯技师学院"), 5);
        assert_eq!(counties_of("伊春技师学院"), ["绥滨县".to_owned()]);
        assert!(counties_of("别的学校").is_empty());
    }

    #[test]
    fn reformed_counties_are_recognised() {
        assert!(is_same_county("海伦市", "海伦县"));
        assert!(!is_same_county("海伦市", "海林市"));
        assert!(!is_same_county("海伦市", ""));
    }
}
