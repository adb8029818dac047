//! Rows on their way between processes: all that linkage sees of a row, typed, as a few dozen bytes.

use std::sync::Arc;

use compact_str::CompactString;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::engine::columns::{Role, RoleKind, Told};
use super::owners::NumberClaim;
use super::sides::role_of;
use crate::packing;
use crate::records::date::PartialDate;
use crate::records::identifier::{IdClass, IdNumber, IdParts};
use crate::records::person_name::{NameParts, PersonName};
use crate::records::place::Place;
use crate::records::{Facts, Relative};
use crate::vocabulary::labels::Sex;

/// Number of the layout; whoever reads another one refuses.
pub const LAYOUT: u32 = 5;

/// County, town and village by the hashes of their paths, which are the same in every process; 0 where
/// not known.
pub type PlaceHashes = [u64; 3];

/// What is kept of an ID number: linkage never looks at the cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct PackedNumber {
    digits: [u8; 18],
    class: u8,
    notes: u16,
    /// Of a number that is not valid.
    text: CompactString,
}

/// Classes in the order of their codes.
const CLASSES: [IdClass; 6] = [
    IdClass::Intact,
    IdClass::Repaired,
    IdClass::Truncated,
    IdClass::Masked,
    IdClass::Invalid,
    IdClass::Missing,
];

impl PackedNumber {
    fn of(id: &IdNumber) -> Self {
        let class =
            CLASSES.iter().position(|class| *class == id.class).unwrap_or(CLASSES.len() - 1);
        let text = if id.class == IdClass::Invalid { id.text().into() } else { "".into() };
        Self { digits: id.digits(), class: u8::try_from(class).unwrap_or(0), notes: id.notes, text }
    }

    fn number(self) -> Option<IdNumber> {
        let class = *CLASSES.get(usize::from(self.class))?;
        // A number whose digits follow from its text takes the least room.
        let text = match class {
            IdClass::Invalid | IdClass::Missing => self.text,
            _ => CompactString::from_utf8(self.digits.map(letter)).ok()?,
        };
        let (digits, raw, notes) = (self.digits, text.clone(), self.notes);
        Some(IdParts { class, digits, text, raw, notes }.into())
    }
}

fn letter(digit: u8) -> u8 {
    match digit {
        0..=9 => b'0' + digit,
        10 => b'X',
        _ => b'*',
    }
}

/// A name as comparisons see it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct PackedName {
    text: CompactString,
    /// Empty where it is the text.
    folded: CompactString,
}

impl PackedName {
    fn of(name: &PersonName) -> Self {
        let same = name.folded() == name.text();
        let folded = if same { "" } else { name.folded() };
        Self { text: name.text().into(), folded: folded.into() }
    }

    fn name(self) -> PersonName {
        let folded = if self.folded.is_empty() { self.text.clone() } else { self.folded };
        NameParts { raw: self.text.clone(), text: self.text, folded, notes: 0 }.into()
    }
}

/// What a school or a course implies of the age; see [`Role`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct PackedRole {
    is_course: bool,
    year: u16,
    told: Option<u8>,
}

const TOLD: [Told; 3] = [Told::Column, Told::Both, Told::Number];

impl PackedRole {
    fn of(role: Role) -> Option<Self> {
        let told = role.told.and_then(|told| TOLD.iter().position(|known| *known == told));
        (role.kind != RoleKind::None).then_some(Self {
            is_course: role.kind == RoleKind::Course,
            year: role.year,
            told: told.and_then(|told| u8::try_from(told).ok()),
        })
    }

    fn role(self) -> Role {
        let kind = if self.is_course { RoleKind::Course } else { RoleKind::School };
        let told = self.told.and_then(|told| TOLD.get(usize::from(told)).copied());
        role_of(kind, self.year, told)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct PackedRelative {
    name: PackedName,
    id: PackedNumber,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Packed {
    id: PackedNumber,
    name: PackedName,
    sex: Option<bool>,
    birth: (i16, u8, u8),
    place: PlaceHashes,
    phones: Box<[u64]>,
    relatives: Vec<PackedRelative>,
    role: Option<PackedRole>,
    claim: NumberClaim,
}

/// A row as linkage sees it.
#[derive(Clone, Debug)]
pub struct UnpackedRow {
    /// Who it is about; the place is left out.
    pub facts: Facts,
    /// Its place.
    pub place: PlaceHashes,
    /// Relatives the row names.
    pub relatives: Vec<Relative>,
    /// What it implies of the age.
    pub role: Role,
    /// What the whole registry says of its number.
    pub claim: NumberClaim,
}

/// What the whole registry says of one of its rows, but for its counts, which stand behind it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PersonBeside {
    pub(super) entity: u32,
    pub(super) household: u64,
    pub(super) members: Vec<u64>,
}

/// What the whole registry says of a source row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SourceBeside {
    pub(super) owner: u64,
    pub(super) homes: Vec<u64>,
}

/// Packs a row.
///
/// # Panics
/// Never: the bytes go to memory.
pub(super) fn pack(
    facts: &Facts,
    place: PlaceHashes,
    relatives: &[Relative],
    role: Role,
    claim: NumberClaim,
) -> Vec<u8> {
    let relative = |relative: &Relative| PackedRelative {
        name: PackedName::of(&relative.name),
        id: PackedNumber::of(&relative.id),
    };
    let packed = Packed {
        id: PackedNumber::of(&facts.id),
        name: PackedName::of(&facts.name),
        sex: facts.sex.map(|sex| sex == Sex::Male),
        birth: (facts.birth.year, facts.birth.month, facts.birth.day),
        place,
        phones: (*facts.phones).into(),
        relatives: relatives.iter().map(relative).collect(),
        role: PackedRole::of(role),
        claim,
    };
    postcard::to_stdvec(&packed).expect("plain data becomes bytes")
}

/// Appends what the registry says to a packed row.
///
/// # Panics
/// Never: the bytes go to memory.
pub(super) fn with<T: Serialize>(mut packed: Vec<u8>, beside: &T) -> Vec<u8> {
    packing::append(beside, &mut packed).expect("plain data becomes bytes");
    packed
}

/// Unpacks a row and what the registry says of it, and gives the bytes behind them; `None` where the bytes are
/// none.
pub(super) fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Option<(UnpackedRow, T, &[u8])> {
    let (packed, rest): (Packed, &[u8]) = postcard::take_from_bytes(bytes).ok()?;
    let (beside, rest) = postcard::take_from_bytes(rest).ok()?;
    Some((packed.row()?, beside, rest))
}

impl Packed {
    fn row(self) -> Option<UnpackedRow> {
        let (year, month, day) = self.birth;
        let relative = |relative: PackedRelative| {
            Some(Relative { name: relative.name.name(), id: relative.id.number()? })
        };
        let facts = Facts {
            id: self.id.number()?,
            name: self.name.name(),
            sex: self.sex.map(|male| if male { Sex::Male } else { Sex::Female }),
            birth: PartialDate { year, month, day },
            place: Arc::new(Place::default()),
            phones: (*self.phones).into(),
        };
        Some(UnpackedRow {
            facts,
            place: self.place,
            relatives: self.relatives.into_iter().map(relative).collect::<Option<_>>()?,
            role: self.role.map(PackedRole::role).unwrap_or_default(),
            claim: self.claim,
        })
    }
}
