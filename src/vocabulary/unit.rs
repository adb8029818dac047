//! The reporting unit's name: the bare division, and the bureau the forms print.

/// What a bureau's own name may end with, longest first.
const BUREAU: [&str; 4] =
    ["人力资源和社会保障局", "人力资源社会保障局", "人社局", "人力资源与社会保障局"];

/// Endings of a complete division name.
const DIVISION: [char; 7] = ['市', '县', '区', '盟', '州', '旗', '省'];

/// `佳木斯`, `佳木斯市` and `佳木斯市人力资源和社会保障局` → `佳木斯市`; 地区 stays 地区.
pub fn bare_name(written: &str) -> String {
    let written = written.trim();
    let bare = BUREAU.iter().find_map(|end| written.strip_suffix(end)).unwrap_or(written).trim();
    if bare == "大兴安岭" {
        // The only prefecture of Heilongjiang that is no city.
        return "大兴安岭地区".to_owned();
    }
    if bare.is_empty() || bare.ends_with(DIVISION) { bare.to_owned() } else { format!("{bare}市") }
}

/// What the forms print as 填表单位: a city's bureau, a province's department.
pub fn bureau(unit: &str) -> String {
    if unit.ends_with('省') {
        return format!("{unit}人力资源和社会保障厅");
    }
    format!("{unit}人力资源社会保障局")
}

#[cfg(test)]
mod tests {
    use crate::vocabulary::unit::{bare_name, bureau};

    #[test]
    fn names_become_bare_divisions() {
        let cases = [
            ("佳木斯市", "佳木斯市"),
            ("佳木斯", "佳木斯市"),
            (" 佳木斯市人力资源和社会保障局", "佳木斯市"),
            ("佳木斯市人社局", "佳木斯市"),
            ("大兴安岭地区", "大兴安岭地区"),
            ("大兴安岭", "大兴安岭地区"),
            ("桦南县", "桦南县"),
        ];
        for (written, bare) in cases {
            assert_eq!(bare_name(written), bare, "{written}");
        }
    }

    #[test]
    fn bureau_as_annex_2_prints_it() {
        assert_eq!(bureau("佳木斯市"), "佳木斯市人力资源社会保障局");
        assert_eq!(bureau("大兴安岭地区"), "大兴安岭地区人力资源社会保障局");
    }
}
