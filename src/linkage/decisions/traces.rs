//! How a person is recognised in a later export: what is kept of both sides of a pair.
//!
//! Files are renamed, rows change their order, damaged numbers are repaired. What stays is the
//! number where it is sound, the school's own student number, the name with birth date and place,
//! and in the registry 人编号.

use compact_str::CompactString;

use crate::digest::TextDigest;
use crate::records::date::PartialDate;
use crate::records::identifier::{IdClass, IdNumber, UNKNOWN};
use crate::records::identity::own_number;
use crate::records::place::Place;
use crate::records::sound_number::SoundNumber;
use crate::records::{Facts, Person, Records, SourceRecord, person_name};
use crate::vocabulary::SourceKind;

/// How much of an ID number was there.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum IdState {
    /// All of it, and valid.
    Sound,
    /// Some digits; the others are `?`.
    Partial,
    /// Something that is no valid number.
    Invalid,
    /// Nothing.
    #[default]
    Missing,
}

impl IdState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Sound, Self::Partial, Self::Invalid, Self::Missing];

    /// The word of the ledger.
    pub fn key(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Partial => "partial",
            Self::Invalid => "invalid",
            Self::Missing => "missing",
        }
    }

    /// The state of a word of the ledger.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// What became of a number since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdChange {
    /// Nothing.
    None,
    /// Digits came or went, or a slip was corrected; it can be the same number.
    Repaired,
    /// It is another number.
    Different,
}

/// An ID number, comparable across exports whatever damaged it.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct IdTrace {
    /// How much was there.
    pub state: IdState,
    /// The digits, `?` where unknown; the text of an invalid number; empty when missing.
    pub text: String,
}

impl IdTrace {
    /// The trace of a number.
    pub fn of(id: &IdNumber) -> Self {
        let state = match id.class {
            IdClass::Intact | IdClass::Repaired => IdState::Sound,
            IdClass::Truncated | IdClass::Masked => IdState::Partial,
            IdClass::Invalid => IdState::Invalid,
            IdClass::Missing => IdState::Missing,
        };
        let text = match state {
            IdState::Sound | IdState::Partial => id.digits().iter().copied().map(letter).collect(),
            IdState::Invalid => id.text().to_string(),
            IdState::Missing => String::new(),
        };
        Self { state, text }
    }

    /// The whole number, where it is known.
    pub fn sound_number(&self) -> Option<SoundNumber> {
        self.is_sound().then(|| SoundNumber::of_text(&self.text)).flatten()
    }

    /// Whether the whole number is known.
    pub fn is_sound(&self) -> bool {
        self.state == IdState::Sound
    }

    /// What became of this number where another export has the other one; which of the two is earlier does
    /// not matter.
    pub fn change(&self, other: &Self) -> IdChange {
        if self == other {
            return IdChange::None;
        }
        let can_be_one = match (self.state, other.state) {
            (IdState::Missing, _) | (_, IdState::Missing) => true,
            (IdState::Invalid, _) | (_, IdState::Invalid) => near(&self.text, &other.text),
            _ => known_digits_agree(&self.text, &other.text),
        };
        if can_be_one { IdChange::Repaired } else { IdChange::Different }
    }
}

fn letter(digit: u8) -> char {
    match digit {
        UNKNOWN => '?',
        10 => 'X',
        digit => char::from_digit(u32::from(digit), 10).unwrap_or('?'),
    }
}

fn known_digits_agree(a: &str, b: &str) -> bool {
    a.chars().zip(b.chars()).all(|(a, b)| a == b || a == '?' || b == '?')
}

/// At most two slips apart, unknown digits aside.
fn near(a: &str, b: &str) -> bool {
    let unknown = a.chars().chain(b.chars()).filter(|letter| *letter == '?').count();
    strsim::damerau_levenshtein(a, b) <= 2 + unknown
}

/// What a row said of a person.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct PersonTrace {
    /// 证件号码.
    pub id: IdTrace,
    /// 姓名, cleaned.
    pub name: String,
    /// 出生日期 as the column says, else as the number does.
    pub birth: PartialDate,
    /// County, town and village, else what the address said.
    pub place: String,
}

impl PersonTrace {
    fn of(facts: &Facts, records: &Records) -> Self {
        Self {
            id: IdTrace::of(&facts.id),
            name: facts.name.text().to_string(),
            birth: facts.birth_told(),
            place: place_text(&facts.place, records),
        }
    }

    /// The name for comparison, variant characters folded.
    pub fn folded(&self) -> CompactString {
        person_name::fold(&self.name)
    }

    /// Whether year, month and day are known.
    pub fn is_born_on_a_day(&self) -> bool {
        self.birth.full().is_some()
    }
}

fn place_text(place: &Place, records: &Records) -> String {
    let names = [place.county, place.town, place.village].map(|id| records.gazetteer.name(id));
    let joined = names.concat();
    if names[2].is_empty() {
        let rest = if joined.is_empty() { &place.raw } else { &place.rest };
        return joined + rest.as_str();
    }
    joined
}

/// The student or trainee of a pair.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct SourceTrace {
    /// Student or trainee.
    pub kind: SourceKind,
    /// School or agency.
    pub institution: String,
    /// 学籍编号; empty for trainees and where the school gives none.
    pub student_no: String,
    /// Who it is.
    pub who: PersonTrace,
}

impl SourceTrace {
    /// The trace of a row.
    pub fn of(record: &SourceRecord, records: &Records) -> Self {
        let institution = records.institutions.get(record.institution as usize);
        let number = record.enrollment().map(|enrollment| enrollment.student_no.as_str());
        Self {
            kind: record.kind(),
            institution: institution.map_or_else(String::new, |found| found.name.clone()),
            student_no: number.unwrap_or_default().to_owned(),
            who: PersonTrace::of(&record.facts, records),
        }
    }

    /// Names this side of a pair: equal for rows that say the same of the same student or trainee.
    pub fn key(&self) -> String {
        let head = [self.kind.key(), &self.institution, &self.student_no];
        digest(head.into_iter().map(str::to_owned).chain(parts(&self.who)))
    }
}

/// The registered person of a pair.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct RegistryTrace {
    /// 人编号; empty where the registry had none.
    pub person_no: String,
    /// Who it is.
    pub who: PersonTrace,
}

impl RegistryTrace {
    /// The trace of a registered person.
    pub fn of(person: &Person, records: &Records) -> Self {
        Self {
            person_no: own_number(person).to_owned(),
            who: PersonTrace::of(&person.facts, records),
        }
    }

    /// Names the person: by 人编号, which stays when anything else is corrected, where there is one.
    pub fn key(&self) -> String {
        if self.person_no.is_empty() {
            return digest(parts(&self.who).into_iter());
        }
        digest(["registry", &self.person_no].into_iter().map(str::to_owned))
    }
}

/// Both sides of a pair as they were when the question was put.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PairTrace {
    /// The student or trainee.
    pub source: SourceTrace,
    /// The registered person.
    pub person: RegistryTrace,
}

impl PairTrace {
    /// Names the pair in workbooks and in the ledger. Everything the traces hold is in it, so that
    /// one key never stands for two states of the data.
    pub fn key(&self) -> String {
        let head = [self.source.key(), self.person.person_no.clone()];
        digest(head.into_iter().chain(parts(&self.person.who)))
    }
}

fn parts(who: &PersonTrace) -> [String; 5] {
    let born = who.birth;
    [
        who.id.state.key().to_owned(),
        who.id.text.clone(),
        who.name.clone(),
        format!("{}-{}-{}", born.year, born.month, born.day),
        who.place.clone(),
    ]
}

/// 24 hexadecimal digits that name the parts.
fn digest(parts: impl Iterator<Item = String>) -> String {
    TextDigest::of(parts).hex(12)
}
