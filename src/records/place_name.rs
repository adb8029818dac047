//! Names of divisions without the words that come and go: 桦南镇 and 桦南, 红光村村委会 and 红光村.

use super::place::Level;

/// Minority names that stand before 乡, 镇 and 区 and are often left out.
const PEOPLES: [&str; 12] = [
    "朝鲜族",
    "满族",
    "回族",
    "蒙古族",
    "达斡尔族",
    "鄂伦春族",
    "鄂温克族",
    "赫哲族",
    "锡伯族",
    "柯尔克孜族",
    "俄罗斯族",
    "各族",
];

const CITY_ENDS: &[&str] = &["地区行政公署", "地区", "市"];
const COUNTY_ENDS: &[&str] = &["自治县", "县", "市", "区"];
const TOWN_ENDS: &[&str] = &[
    "社区街道办事处",
    "社区街道",
    "社区地区",
    "街道办事处",
    "街道办",
    "街道",
    "地区办事处",
    "办事处",
    "人民政府",
    "自治乡",
    "民族乡",
    "民族镇",
    "生活区",
    "地区",
    "镇",
    "乡",
    "社区",
];
const VILLAGE_ENDS: &[&str] = &[
    "社区居民委员会",
    "社区居委会",
    "村民委员会",
    "居民委员会",
    "村村民委员会",
    "村村委会",
    "村委会",
    "居委会",
    "社区",
    "委会",
    "村",
];

/// Words that follow the stem of a division of this level, longest first where one holds another.
pub(super) fn ends(level: Level) -> &'static [&'static str] {
    match level {
        Level::City => CITY_ENDS,
        Level::County => COUNTY_ENDS,
        Level::Town => TOWN_ENDS,
        Level::Village => VILLAGE_ENDS,
    }
}

/// The part of a name that stays when its level words go; at least two characters (宾县 and 郊区
/// stay whole).
pub(super) fn stem(name: &str, level: Level) -> &str {
    let mut stem = name;
    // 保田村村委会 → 保田村 → 保田; 星火朝鲜族乡 → 星火朝鲜族 → 星火.
    while let Some(shorter) = without_end(stem, level) {
        stem = shorter;
    }
    stem
}

fn without_end(name: &str, level: Level) -> Option<&str> {
    let peoples: &[&str] = if level == Level::Village { &[] } else { &PEOPLES };
    let ends = ends(level).iter().chain(peoples);
    ends.filter_map(|end| name.strip_suffix(end)).find(|rest| rest.chars().nth(1).is_some())
}

/// What follows a stem in a text: the length in bytes of the level words there (民族 names
/// included), 0 when there are none.
pub(super) fn end_length(rest: &str, level: Level) -> usize {
    let mut at = 0;
    if level != Level::Village {
        while let Some(people) = rest.get(at..).and_then(|r| starts_with_any(r, &PEOPLES)) {
            at += people;
        }
    }
    let found = rest.get(at..).and_then(|rest| starts_with_any(rest, ends(level)));
    // 满族 alone is no level word, but 杜尔伯特蒙古族自治县 and 同和满族 are written both ways.
    found.map_or(at, |end| at + end)
}

fn starts_with_any(text: &str, words: &[&str]) -> Option<usize> {
    words.iter().filter(|word| text.starts_with(**word)).map(|word| word.len()).max()
}

/// Whether a name is a town community (社区, 居委会) rather than a village.
pub(super) fn is_community(name: &str) -> bool {
    name.contains("社区") || name.contains("居委") || name.contains("居民委")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems() {
        let cases = [
            ("佳木斯市", Level::City, "佳木斯"),
            ("大兴安岭地区", Level::City, "大兴安岭"),
            ("桦南县", Level::County, "桦南"),
            ("宾县", Level::County, "宾县"),
            ("杜尔伯特蒙古族自治县", Level::County, "杜尔伯特"),
            ("梅里斯达斡尔族区", Level::County, "梅里斯"),
            ("桦南镇", Level::Town, "桦南"),
            ("星火朝鲜族乡", Level::Town, "星火"),
            ("东升街道办事处", Level::Town, "东升"),
            ("旭日社区街道", Level::Town, "旭日"),
            ("红光村村委会", Level::Village, "红光"),
            ("星火村民委员会", Level::Village, "星火"),
            ("胜利社区居委会", Level::Village, "胜利"),
            ("四村村委会", Level::Village, "四村"),
            ("李家屯村委会", Level::Village, "李家屯"),
        ];
        for (name, level, expected) in cases {
            assert_eq!(stem(name, level), expected, "{name}");
        }
    }

    #[test]
    fn ends_in_texts() {
        assert_eq!(end_length("朝鲜族乡红光村", Level::Town), "朝鲜族乡".len());
        assert_eq!(end_length("村村委会3组", Level::Village), "村村委会".len());
        assert_eq!(end_length("3组", Level::Village), 0);
    }
}
