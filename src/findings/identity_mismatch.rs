//! Source and registry agree that it is one person, but name or number are not the same:
//! 号同名异, 名同号异, 15与18位一致, 残疾人证一致.

use pinyin::ToPinyin;

use crate::linkage::{Decision, MatchClass};
use crate::records::person_name::{PersonName, note};
use crate::records::{Person, SourceRecord, identifier};
use crate::vocabulary::Field;

use super::{Finding, FindingKind, Inputs, Owner, evidence, id_difference};

const SHOWN: &[Field] = &[Field::Name, Field::IdNumber, Field::PersonNo];

/// The mismatch of a linked row or review case with its best candidate.
pub(super) fn of_row(inputs: &Inputs, row: u32) -> Option<Finding> {
    let outcome = inputs.outcome(row);
    if outcome.decision == Decision::None {
        return None;
    }
    let best = outcome.best()?.person;
    let (record, person) = (inputs.record(row), inputs.person(best));
    let Difference { kind, why, mut reason } = describe(outcome.match_class, record, person)?;
    if outcome.decision == Decision::Review {
        reason.push_str("；待人工判定");
    }
    let owner = if kind == FindingKind::IdDiffers && !person.facts.id.is_sound() {
        Owner::PovertyOffice
    } else {
        Owner::of_row(record)
    };
    let evidence = evidence::of_both(record, person, SHOWN);
    let finding = inputs.on_row(kind, row, reason).briefly(why);
    Some(finding.about(best).owned_by(owner).with(evidence))
}

/// How two sides of one person differ.
struct Difference {
    kind: FindingKind,
    /// In a few words.
    why: String,
    /// With names and numbers.
    reason: String,
}

fn describe(class: MatchClass, record: &SourceRecord, person: &Person) -> Option<Difference> {
    let (source, registry) = (&record.facts, &person.facts);
    let numbers = || format!("来源{}，建档立卡{}", source.id.masked(), registry.id.masked());
    let names = || format!("来源“{}”，建档立卡“{}”", source.name.raw(), registry.name.raw());
    let side = |note: u16| if source.id.has(note) { "来源" } else { "建档立卡" };
    let (kind, why) = match class {
        MatchClass::NameFormat => {
            (FindingKind::NameFormat, format_difference(&source.name, &registry.name))
        }
        MatchClass::NameDiffers => {
            (FindingKind::NameDiffers, name_difference(&source.name, &registry.name))
        }
        MatchClass::IdDiffers => {
            (FindingKind::IdDiffers, id_difference::describe(&source.id, &registry.id))
        }
        MatchClass::Upgraded15 => {
            let old = side(identifier::note::FROM_15);
            (FindingKind::Upgraded15, format!("{old}为15位旧号，升为18位后一致"))
        }
        MatchClass::Disability => {
            let card = side(identifier::note::DISABILITY);
            (FindingKind::Disability, format!("{card}填的是残疾人证号，前18位一致"))
        }
        _ => return None,
    };
    let reason = match kind {
        FindingKind::NameFormat => format!("{why}：{}", names()),
        FindingKind::NameDiffers => {
            format!("{why}：{}；证件号码同为{}", names(), source.id.masked())
        }
        FindingKind::IdDiffers => {
            let same = source.name.folded() == registry.name.folded();
            let name =
                if same { format!("姓名同为“{}”", source.name.raw()) } else { names() };
            format!("{why}（来源→建档立卡）：{}；{name}", numbers())
        }
        _ => format!("{why}：{}", numbers()),
    };
    Some(Difference { kind, why, reason })
}

/// What differs in form only.
fn format_difference(left: &PersonName, right: &PersonName) -> String {
    const WORDS: [(u8, &str); 4] = [
        (note::SEPARATOR, "间隔号"),
        (note::BLANKS, "空格"),
        (note::SUFFIX, "括注或后缀"),
        (note::COMPATIBILITY, "全角或兼容字形"),
    ];
    let either = left.notes() | right.notes();
    let mut words: Vec<&str> =
        WORDS.iter().filter(|(bit, _)| either & bit != 0).map(|(_, word)| *word).collect();
    if left.text() != right.text() && left.folded() == right.folded() {
        words.push("繁简或异体字");
    }
    if words.is_empty() {
        "写法不同".to_owned()
    } else {
        format!("{}不同", words.join("、"))
    }
}

/// How two names really differ: the one character, its sound, or all.
fn name_difference(left: &PersonName, right: &PersonName) -> String {
    if (left.notes() | right.notes()) & note::UNKNOWN_GLYPH != 0 {
        return "姓名中有未能显示的字".to_owned();
    }
    let (a, b): (Vec<char>, Vec<char>) =
        (left.folded().chars().collect(), right.folded().chars().collect());
    if a.len() != b.len() {
        return "姓名字数不同".to_owned();
    }
    if sorted(&a) == sorted(&b) {
        return "姓名用字相同、次序不同".to_owned();
    }
    let differing: Vec<usize> = (0..a.len()).filter(|i| a[*i] != b[*i]).collect();
    let sound =
        if differing.iter().all(|i| same_sound(a[*i], b[*i])) { "（同音）" } else { "" };
    match differing.as_slice() {
        [one] => format!("姓名第{}字不同{sound}", one + 1),
        _ if !sound.is_empty() => "姓名不同（同音）".to_owned(),
        _ => "姓名不同".to_owned(),
    }
}

fn sorted(letters: &[char]) -> Vec<char> {
    let mut letters = letters.to_vec();
    letters.sort_unstable();
    letters
}

/// Whether two characters have the same reading without tone.
fn same_sound(left: char, right: char) -> bool {
    match (left.to_pinyin(), right.to_pinyin()) {
        (Some(left), Some(right)) => left.plain() == right.plain(),
        _ => false,
    }
}
