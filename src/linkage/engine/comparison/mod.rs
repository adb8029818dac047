//! One pair of rows → one level per comparison. Every comparison has a fixed list of levels
//! (`text` takes its list from the model file); which m and u belong to them is the model's matter.

mod date;
mod household;
mod identity;
mod name;
mod place;
mod text;

use serde::{Deserialize, Serialize};

use super::columns::{PackedColumn, Tables};

pub use date::{DateLevel, SexLevel};
pub use household::{HouseholdLevel, PhoneLevel, RoleLevel, is_impossible};
pub use identity::{IdentityLevel, InsideId};
pub use name::{NameLevel, compare as compare_names};
pub use place::PlaceLevel;
pub use text::TextLevel;

macro_rules! levels {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $vdoc:literal])* $variant:ident = $key:literal / $label:literal),+ $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[doc = $vdoc])* $variant),+ }

        impl $name {
            /// Names used in model files, in level order.
            pub const KEYS: &'static [&'static str] = &[$($key),+];
            /// Names users read, in level order.
            pub const LABELS: &'static [&'static str] = &[$($label),+];
        }
    };
}
use levels;

/// The kinds of fields, and with them the comparisons: each kind has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// ID numbers of GB 11643-1999.
    Identity,
    /// Chinese person names.
    Name,
    /// Calendar dates.
    Date,
    /// 男 or 女.
    Sex,
    /// County, town and village.
    Place,
    /// Telephone numbers.
    Phone,
    /// Household and relatives (filled by the run, not from CSV).
    Household,
    /// The age a school or course implies (filled by the run, not from CSV).
    Role,
    /// Any text.
    Text,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Identity,
        Self::Name,
        Self::Date,
        Self::Sex,
        Self::Place,
        Self::Phone,
        Self::Household,
        Self::Role,
        Self::Text,
    ];

    /// Names of its levels; empty where the model file makes its own.
    pub fn level_names(self) -> &'static [&'static str] {
        match self {
            Self::Identity => IdentityLevel::KEYS,
            Self::Name => NameLevel::KEYS,
            Self::Date => DateLevel::KEYS,
            Self::Sex => SexLevel::KEYS,
            Self::Place => PlaceLevel::KEYS,
            Self::Phone => PhoneLevel::KEYS,
            Self::Household => HouseholdLevel::KEYS,
            Self::Role => RoleLevel::KEYS,
            Self::Text => &[],
        }
    }

    /// Words users read for its levels; empty where the model file makes its own.
    pub fn level_labels(self) -> &'static [&'static str] {
        match self {
            Self::Identity => IdentityLevel::LABELS,
            Self::Name => NameLevel::LABELS,
            Self::Date => DateLevel::LABELS,
            Self::Sex => SexLevel::LABELS,
            Self::Place => PlaceLevel::LABELS,
            Self::Phone => PhoneLevel::LABELS,
            Self::Household => HouseholdLevel::LABELS,
            Self::Role => RoleLevel::LABELS,
            Self::Text => &[],
        }
    }

    /// What users read for the comparison itself.
    pub fn label(self) -> &'static str {
        match self {
            Self::Identity => "证件号码",
            Self::Name => "姓名",
            Self::Date => "出生日期",
            Self::Sex => "性别",
            Self::Place => "户籍地",
            Self::Phone => "电话",
            Self::Household => "家庭成员",
            Self::Role => "年龄",
            Self::Text => "文本",
        }
    }
}

/// One comparison made ready for the inner loop: a column index and, for text, its thresholds.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Which comparison.
    pub kind: Kind,
    /// Index of the column on both sides.
    pub column: usize,
    /// Levels of a text comparison, strongest first.
    pub text_levels: Vec<TextLevel>,
}

/// Two rows: left and right row numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// Row on the left side.
    pub left: u32,
    /// Row on the right side.
    pub right: u32,
}

impl Pair {
    pub(super) fn rows(self) -> (usize, usize) {
        (self.left as usize, self.right as usize)
    }
}

/// Pairs that are compared together.
#[derive(Clone, Copy, Debug)]
pub struct PairsAtOnce<'a> {
    /// The rows.
    pub pairs: &'a [Pair],
    /// Whether the IDs of each pair already speak for birth and sex.
    pub inside: &'a [InsideId],
}

impl PairsAtOnce<'_> {
    /// Sets the level of each pair. The rows of one pair have nothing to do with those of the next, so a
    /// processor fetches many at once.
    fn set(self, levels: &mut [u8], level: impl Fn(usize, usize, InsideId) -> u8) {
        for ((pair, inside), slot) in self.pairs.iter().zip(self.inside).zip(levels) {
            let (l, r) = pair.rows();
            *slot = level(l, r, *inside);
        }
    }
}

impl Comparison {
    /// The level a pair reaches; `inside` says whether the IDs already speak for birth and sex.
    pub fn level(&self, tables: &Tables, pair: Pair, inside: InsideId) -> u8 {
        let mut levels = [0];
        self.set_levels(tables, PairsAtOnce { pairs: &[pair], inside: &[inside] }, &mut levels);
        levels[0]
    }

    /// Sets the levels that pairs reach.
    pub fn set_levels(&self, tables: &Tables, block: PairsAtOnce<'_>, levels: &mut [u8]) {
        match (&tables.left.columns[self.column], &tables.right.columns[self.column]) {
            (PackedColumn::Identity(a), PackedColumn::Identity(b)) => {
                block.set(levels, |l, r, _| identity::compare(&a[l], &b[r], &tables.texts) as u8);
            }
            (PackedColumn::Name(a), PackedColumn::Name(b)) => {
                block.set(levels, |l, r, _| name::compare(&tables.names, a[l], b[r]) as u8);
            }
            (PackedColumn::Date(a), PackedColumn::Date(b)) => {
                block.set(levels, |l, r, inside| date::compare(a[l], b[r], inside) as u8);
            }
            (PackedColumn::Sex(a), PackedColumn::Sex(b)) => {
                block.set(levels, |l, r, inside| date::compare_sex(a[l], b[r], inside) as u8);
            }
            (PackedColumn::Place(a), PackedColumn::Place(b)) => {
                block.set(levels, |l, r, _| place::compare(a[l], b[r]) as u8);
            }
            (PackedColumn::Phone(a), PackedColumn::Phone(b)) => {
                block.set(levels, |l, r, _| household::compare_phones(a.get(l), b.get(r)) as u8);
            }
            (PackedColumn::Household(a), PackedColumn::Household(b)) => {
                block.set(levels, |l, r, _| household::compare(a, l, b, r) as u8);
            }
            (PackedColumn::Role(a), PackedColumn::Role(b)) => {
                block.set(levels, |l, r, inside| household::compare_role(a[l], b[r], inside) as u8);
            }
            (PackedColumn::Text(a), PackedColumn::Text(b)) => block
                .set(levels, |l, r, _| text::compare(&tables.texts, a[l], b[r], &self.text_levels)),
            _ => unreachable!("both sides are built from the same fields"),
        }
    }
}
