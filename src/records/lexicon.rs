//! Words → values of code lists, by the lists of `schemas/labels.toml` and the project's own
//! mapping. An unknown word is reported, never guessed.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::text::{compact, compact_text, is_placeholder};
use crate::sources::RawCell;
use crate::vocabulary::labels::Label;

const WORDS: &str = include_str!("../../schemas/labels.toml");

/// What a label cell says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LabelReading<L> {
    /// Nothing, or a placeholder.
    Empty,
    /// A value of the list.
    Known(L),
    /// A bare number, which only the project can explain.
    Number(CompactString),
    /// A word that stands in no list.
    Unknown(CompactString),
}

/// A column's own mapping: text or code in the file → label of the list.
pub(super) type Mapping = BTreeMap<String, String>;

type LabelLists = FxHashMap<String, FxHashMap<CompactString, String>>;

/// All lists: words as [`key`] writes them → label.
fn lists() -> &'static LabelLists {
    static LISTS: OnceLock<LabelLists> = OnceLock::new();
    LISTS.get_or_init(|| {
        let file: BTreeMap<String, BTreeMap<String, Vec<String>>> =
            toml::from_str(WORDS).expect("the embedded word lists are valid TOML");
        file.into_iter().map(|(list, labels)| (list, words(labels))).collect()
    })
}

fn words(labels: BTreeMap<String, Vec<String>>) -> FxHashMap<CompactString, String> {
    let mut words = FxHashMap::default();
    for (label, synonyms) in labels {
        for synonym in synonyms {
            words.insert(key(&synonym), label.clone());
        }
        words.insert(key(&label), label);
    }
    words
}

/// A word as it is looked up: no blanks, half-width, upper case.
fn key(text: &str) -> CompactString {
    compact_text(text).to_uppercase()
}

/// Reads a cell as a value of list `L`.
pub(super) fn read<L: Label>(cell: &RawCell, mapping: Option<&Mapping>) -> LabelReading<L> {
    let text = compact(cell);
    if text.is_empty() {
        return LabelReading::Empty;
    }
    if let Some(value) = mapped(&text, mapping) {
        return LabelReading::Known(value);
    }
    if let Some(value) = word(&text) {
        return LabelReading::Known(value);
    }
    let label = without_code(&text);
    if label.is_empty() {
        return LabelReading::Number(text);
    }
    match word(label).or_else(|| word(without_brackets(label))) {
        Some(value) => LabelReading::Known(value),
        None if is_placeholder(label) => LabelReading::Empty,
        None => LabelReading::Unknown(text),
    }
}

/// A value by the project's own mapping; the right side may be any known word of the list.
fn mapped<L: Label>(text: &str, mapping: Option<&Mapping>) -> Option<L> {
    let mapping = mapping?;
    let found = mapping.iter().find(|(from, _)| compact_text(from) == text)?;
    word(found.1)
}

/// A value by its label or a synonym.
pub(super) fn word<L: Label>(text: &str) -> Option<L> {
    let label = lists().get(L::LIST)?.get(&key(text))?;
    L::all().iter().copied().find(|value| value.word() == label)
}

/// All words of a value, its label among them, as [`key`] writes them.
pub(super) fn words_of<L: Label>(value: L) -> impl Iterator<Item = &'static str> {
    let words = lists().get(L::LIST).into_iter().flatten();
    words.filter(move |(_, label)| *label == value.word()).map(|(word, _)| word.as_str())
}

/// A skill level as rule files, catalogues and lists write it.
pub fn skill_level(text: &str) -> Option<crate::vocabulary::labels::SkillLevel> {
    match read(&RawCell::Text(text.into()), None) {
        LabelReading::Known(level) => Some(level),
        _ => None,
    }
}

/// The groups a 学员类型 says its person belongs to; several kinds may stand in one cell.
pub fn declared_groups(text: &str) -> Vec<&'static str> {
    let Some(list) = lists().get("Declared") else { return Vec::new() };
    let parts = text.split(['、', ',', '，', ';', '；', '/', '|', ' ']);
    let group = |part: &str| {
        let part = without_code(part);
        let found = list.get(&key(part)).map(String::as_str);
        found.or_else(|| names_registered(part).then_some("poor"))
    };
    let mut groups: Vec<&str> = parts.filter_map(group).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// Whether one of the kinds in a cell (they may be listed) is that of registered households.
pub(super) fn names_registered(text: &str) -> bool {
    const WORDS: [&str; 6] =
        ["建档立卡", "贫困家庭子女", "贫困劳动力", "脱贫劳动力", "脱贫家庭", "贫困户"];
    text.split(['、', ',', '，', ';', '；', '/', '|'])
        .any(|kind| !kind.contains('非') && WORDS.iter().any(|word| kind.contains(word)))
}

/// Takes a code off the front: `001-居民身份证` → `居民身份证`, `02小学` → `小学`; a bare number
/// leaves nothing.
pub(super) fn without_code(text: &str) -> &str {
    let label = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if label.len() == text.len() {
        return text;
    }
    label.trim_start_matches(['-', '_', '.', '、', ':', '：', '－', '—', '|', ' '])
}

fn without_brackets(text: &str) -> &str {
    text.find('(').and_then(|start| text.get(..start)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::labels::{
        DeclaredPoor, Education, LeaveKind, PovertyStatus, Relation, Schooling, Sex, Skill,
        StudentStatus, TrainingKind,
    };

    fn text(raw: &str) -> RawCell {
        RawCell::Text(raw.into())
    }

    fn check<L: Label + PartialEq + std::fmt::Debug>(cases: &[(&str, L)]) {
        for (raw, expected) in cases {
            assert_eq!(read::<L>(&text(raw), None), LabelReading::Known(*expected), "{raw}");
        }
    }

    #[test]
    fn words_of_real_exports() {
        check(&[
            ("男", Sex::Male),
            ("1-男", Sex::Male),
            ("01 男", Sex::Male),
            ("女性", Sex::Female),
        ]);
        check(&[("01本人或户主", Relation::Head), ("之外孙女", Relation::Granddaughter)]);
        check(&[
            ("03初中", Education::JuniorMiddle),
            ("高中（含职业高中、技校）", Education::SeniorMiddle),
        ]);
        check(&[
            ("技师学院三年级", Schooling::Technician),
            ("16大专及以上", Schooling::University),
        ]);
        check(&[("散失劳动力", Skill::Lost), ("弱劳动力或半劳动力", Skill::Weak)]);
        check(&[
            ("已脱贫(不再享受政策)", PovertyStatus::LiftedIneligible),
            ("未脱贫", PovertyStatus::NotLifted),
        ]);
        check(&[
            ("1正式学籍", StudentStatus::Enrolled),
            ("休学", StudentStatus::Suspended),
            ("毕业", StudentStatus::Left),
        ]);
        check(&[("退学", LeaveKind::Withdrawn), ("毕业", LeaveKind::Graduated)]);
        check(&[
            ("转移就业技能培训", TrainingKind::Employment),
            ("农业实用技术培训", TrainingKind::Nearby),
            ("SYB 创业培训", TrainingKind::Startup),
            ("企业新型学徒制", TrainingKind::OnPost),
        ]);
        check(&[("是", DeclaredPoor::Yes), ("否", DeclaredPoor::No)]);
    }

    #[test]
    fn levels_of_all_writings_are_one() {
        use crate::vocabulary::labels::SkillLevel;
        check(&[
            ("初级", SkillLevel::Beginner),
            ("五级", SkillLevel::Beginner),
            ("5级", SkillLevel::Beginner),
            ("国家职业资格五级", SkillLevel::Beginner),
            ("五级/初级工", SkillLevel::Beginner),
            ("初级工（五级）", SkillLevel::Beginner),
            ("高级", SkillLevel::Advanced),
            ("一级/高级技师", SkillLevel::SeniorTechnician),
            ("无级别", SkillLevel::Without),
        ]);
        assert_eq!(read::<SkillLevel>(&text("5"), None), LabelReading::Number("5".into()));
    }

    #[test]
    fn kinds_of_trainees_name_groups() {
        assert_eq!(declared_groups("失业人员"), ["unemployed"]);
        assert_eq!(declared_groups("001-建档立卡贫困劳动力、残疾人"), ["disabled", "poor"]);
        assert!(declared_groups("其他").is_empty());
    }

    #[test]
    fn numbers_and_strangers_are_reported() {
        assert_eq!(read::<Sex>(&RawCell::Number(1.0), None), LabelReading::Number("1".into()));
        assert_eq!(read::<Sex>(&text("01"), None), LabelReading::Number("01".into()));
        assert_eq!(read::<Sex>(&text("雄"), None), LabelReading::Unknown("雄".into()));
        assert_eq!(read::<Sex>(&text("不详"), None), LabelReading::Empty);
        let mapping = Mapping::from([("1".to_owned(), "女".to_owned())]);
        assert_eq!(
            read::<Sex>(&RawCell::Number(1.0), Some(&mapping)),
            LabelReading::Known(Sex::Female)
        );
    }

    /// Every label stands in a list of its own name, and every list names real labels only.
    #[test]
    fn lists_and_enums_agree() {
        fn all_known<L: Label>() {
            for value in L::all() {
                assert!(word::<L>(value.word()).is_some(), "{} {}", L::LIST, value.word());
            }
            let known = |label: &String| L::all().iter().any(|value| value.word() == label);
            assert!(lists()[L::LIST].values().all(known), "{}", L::LIST);
        }
        all_known::<Sex>();
        all_known::<Relation>();
        all_known::<Education>();
        all_known::<Schooling>();
        all_known::<Skill>();
        all_known::<PovertyStatus>();
        all_known::<StudentStatus>();
        all_known::<LeaveKind>();
        all_known::<TrainingKind>();
        all_known::<DeclaredPoor>();
        all_known::<crate::vocabulary::labels::CourseKind>();
        all_known::<crate::vocabulary::labels::SkillLevel>();
        all_known::<crate::vocabulary::labels::CertificateKind>();
        all_known::<crate::vocabulary::labels::Insured>();
        all_known::<crate::vocabulary::labels::Affirmed>();
        all_known::<crate::vocabulary::labels::IntakeFrom>();
        all_known::<crate::vocabulary::labels::StudyForm>();
        all_known::<crate::vocabulary::labels::EmploymentStatus>();
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(raw in ".{0,24}") {
            let _ = read::<Sex>(&text(&raw), None);
        }
    }

    #[test]
    fn kinds_that_mean_registered() {
        let cases = [
            ("002-建档立卡家庭学生", true),
            ("低保、建档立卡", true),
            ("贫困家庭子女", true),
            ("非建档立卡贫困户", false),
            ("失业人员", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(names_registered(text), expected, "{text}");
        }
    }
}
