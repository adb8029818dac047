//! Both sides as columns of small integers: all that candidate search and scoring ever touch.

use std::sync::Arc;

use super::interner::NONE;
use crate::records::date::PartialDate;
use crate::records::identifier::{IdClass, IdNumber, UNKNOWN, note};
use crate::records::sound_number::{SoundNumber, joined_digits};
use crate::vocabulary::labels::Sex;

/// No household.
pub const NOBODY: u64 = 0;

/// By what a number's household is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnedBy {
    /// By the whole number.
    Number,
    /// By its first digits, which no other household has.
    FirstDigits,
}

/// An ID number packed for comparison.
#[derive(Clone, Copy, Debug)]
pub struct PackedId {
    /// As [`IdNumber::digits`].
    pub digits: [u8; 18],
    /// What is left of the number.
    pub class: IdClass,
    /// Number of the text where its length is not 18; [`NONE`] otherwise.
    pub odd_text: u32,
    /// Household on the right side that owns this number; [`NOBODY`] when nobody does.
    pub owner: u64,
    /// Whether the number was made of one of 15 digits, which leave the century out: it is the one before
    /// 2000 by the rule, but offices cut newer numbers down to that shape, too.
    pub from_15: bool,
    /// Right: another person bears the number, too, so that one of the two is not its owner. It tells
    /// something where it agrees, and nothing where it does not.
    pub doubtful: bool,
    /// Left: the row's own sex, birth date, age or name says that the number is another one's.
    pub contradicted: bool,
    /// Left: by what the owner is known.
    pub owned_by: OwnedBy,
}

impl PackedId {
    /// Packs a number; text of an odd length must be interned by the caller.
    pub fn new(id: &IdNumber, odd_text: u32) -> Self {
        let from_15 = id.has(note::FROM_15);
        Self {
            digits: id.digits(),
            class: id.class,
            odd_text,
            owner: NOBODY,
            from_15,
            doubtful: false,
            contradicted: false,
            owned_by: OwnedBy::Number,
        }
    }

    /// No number.
    pub fn missing() -> Self {
        Self {
            digits: [UNKNOWN; 18],
            class: IdClass::Missing,
            odd_text: NONE,
            owner: NOBODY,
            from_15: false,
            doubtful: false,
            contradicted: false,
            owned_by: OwnedBy::Number,
        }
    }

    /// Whether the whole number is trustworthy.
    pub fn is_sound(&self) -> bool {
        matches!(self.class, IdClass::Intact | IdClass::Repaired)
    }

    /// Whether it is sound and nobody else's.
    pub fn is_own(&self) -> bool {
        self.is_sound() && !self.doubtful
    }

    /// The digits of a range as one integer; `None` when one of them is unknown.
    pub fn segment(&self, range: std::ops::Range<usize>) -> Option<u64> {
        joined_digits(&self.digits[range])
    }

    /// The whole number, where it is trustworthy.
    pub fn sound_number(&self) -> Option<SoundNumber> {
        self.is_sound().then(|| SoundNumber::of_digits(&self.digits)).flatten()
    }

    /// How many digits are known.
    pub fn known(&self) -> usize {
        self.digits.iter().filter(|digit| **digit != UNKNOWN).count()
    }
}

/// What tells a birth date or sex: an ID number holds both, and many systems fill their columns
/// out of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Told {
    /// A column of the row's own.
    #[default]
    Column,
    /// A column of the row's own, and the row's number says the same.
    Both,
    /// The number alone.
    Number,
    /// A number that need not be the person's own.
    DoubtfulNumber,
}

impl Told {
    /// What tells a value that a column may hold and the number may hold.
    pub fn by<T: PartialEq>(column: Option<&T>, number: Option<&T>) -> Self {
        match (column, number) {
            (None, _) => Self::Number,
            (Some(a), Some(b)) if a == b => Self::Both,
            (Some(_), _) => Self::Column,
        }
    }
}

/// A date packed as `yyyymmdd`, unknown parts 0, and what tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PackedDate {
    /// `yyyymmdd`; 0 when nothing is known.
    pub value: u32,
    /// What tells it.
    pub told: Told,
}

impl PackedDate {
    /// The date of a column, or where that is empty the one inside the number.
    pub fn new(column: PartialDate, number: PartialDate) -> Self {
        let told = Told::by(Some(&column).filter(|date| !date.is_empty()), Some(&number));
        let date = if column.is_empty() { number } else { column };
        let year = u32::from(date.year.unsigned_abs());
        Self { value: year * 10_000 + u32::from(date.month) * 100 + u32::from(date.day), told }
    }

    /// Whether a column of the row's own says that a number with this date inside is somebody else's: another
    /// year and another day, as no slip makes it.
    pub fn denies(self, number: PartialDate) -> bool {
        let number = Self::new(PartialDate::default(), number);
        let (own, other) = (self.value, number.value);
        let is_column = self.told == Told::Column && self.is_full() && number.is_full();
        is_column && own / 10_000 != other / 10_000 && own % 10_000 != other % 10_000
    }

    /// The date as it would be without the row's number.
    fn of_column(self) -> Self {
        if self.told == Told::Number {
            Self::default()
        } else {
            Self { told: Told::Column, ..self }
        }
    }

    /// Year; 0 when unknown.
    pub fn year(self) -> u32 {
        self.value / 10_000
    }

    /// Whether year, month and day are known.
    pub fn is_full(self) -> bool {
        !(self.value / 100).is_multiple_of(100) && !self.value.is_multiple_of(100)
    }
}

/// A sex and what tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PackedSex {
    /// The sex.
    pub value: Option<Sex>,
    /// What tells it.
    pub told: Told,
}

impl PackedSex {
    /// The sex as it would be without the row's number.
    fn of_column(self) -> Self {
        if self.told == Told::Number {
            Self::default()
        } else {
            Self { told: Told::Column, ..self }
        }
    }

    /// Whether a column of the row's own says that a number with this sex inside is somebody else's.
    pub fn denies(self, number: Option<Sex>) -> bool {
        let is_other = self.value.zip(number).is_some_and(|(own, number)| own != number);
        self.told == Told::Column && is_other
    }

    /// The sex of a column, or where that is empty the one inside the number.
    pub fn new(column: Option<Sex>, number: Option<Sex>) -> Self {
        Self { value: column.or(number), told: Told::by(column.as_ref(), number.as_ref()) }
    }
}

/// County, town and village as gazetteer ids; [`NONE`] when not resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackedPlace {
    /// County.
    pub county: u32,
    /// Town.
    pub town: u32,
    /// Village.
    pub village: u32,
}

/// Small lists per row, kept in one allocation.
#[derive(Clone, Debug)]
pub struct Lists {
    starts: Vec<u32>,
    values: Vec<u64>,
}

impl Default for Lists {
    fn default() -> Self {
        Self { starts: vec![0], values: Vec::new() }
    }
}

impl Lists {
    /// The lists of some rows.
    fn of_rows(&self, rows: &[u32]) -> Self {
        let mut lists = Self::default();
        for row in rows {
            lists.push(self.get(*row as usize).iter().copied());
        }
        lists
    }

    /// Appends a row's list.
    pub fn push(&mut self, row: impl IntoIterator<Item = u64>) {
        self.values.extend(row);
        self.starts.push(u32::try_from(self.values.len()).expect("fewer than 2^32 values"));
    }

    /// A row's list.
    pub fn get(&self, row: usize) -> &[u64] {
        if self.values.is_empty() {
            return &[];
        }
        &self.values[self.starts[row] as usize..self.starts[row + 1] as usize]
    }
}

/// What is known of a row's household.
#[derive(Clone, Debug, Default)]
pub struct Household {
    /// Right: the row's household. Left: households its relatives' IDs or phones point to.
    pub households: Lists,
    /// Right: folded names of the household's other members. Left: folded names of relatives. All as
    /// [`super::interner::text_hash`].
    pub names: Lists,
}

/// Ages, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ages {
    /// The youngest.
    pub from: u16,
    /// The oldest.
    pub to: u16,
}

/// The ages a role implies: a school, a course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RoleKind {
    /// Nothing is implied.
    #[default]
    None,
    /// Young people.
    School,
    /// People of working age.
    Course,
}

/// What a row's role says about age; on the right only the birth year counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// Left: which levels it reaches.
    pub kind: RoleKind,
    /// Left: ages at the beginning that are usual.
    pub usual: Ages,
    /// Left: ages that occur.
    pub possible: Ages,
    /// Left: year the role began. Right: year of birth. 0 when unknown.
    pub year: u16,
    /// What tells the birth date. Left: it may speak for the age; `None` where nothing does.
    pub told: Option<Told>,
}

/// One column of one side.
#[derive(Clone, Debug)]
pub enum PackedColumn {
    /// ID numbers.
    Identity(Vec<PackedId>),
    /// Numbers of names.
    Name(Vec<u32>),
    /// Dates.
    Date(Vec<PackedDate>),
    /// Sexes.
    Sex(Vec<PackedSex>),
    /// Places.
    Place(Vec<PackedPlace>),
    /// Telephone numbers.
    Phone(Lists),
    /// Households.
    Household(Household),
    /// Roles.
    Role(Vec<Role>),
    /// Numbers of texts.
    Text(Vec<u32>),
}

/// One side: its columns in the order of the model's fields.
#[derive(Clone, Debug, Default)]
pub struct PackedTable {
    /// Number of rows.
    pub rows: usize,
    /// The columns.
    pub columns: Vec<PackedColumn>,
}

impl PackedTable {
    /// Some rows of the table with no ID number, and with nothing that only the number told: what an
    /// office would have handed in that has no numbers.
    #[must_use]
    pub fn without_ids(&self, rows: &[u32]) -> Self {
        let columns = self.columns.iter().map(|column| column.without_ids(rows)).collect();
        Self { rows: rows.len(), columns }
    }
}

impl PackedColumn {
    fn without_ids(&self, rows: &[u32]) -> Self {
        fn some<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
            rows.iter().map(|row| values[*row as usize]).collect()
        }
        match self {
            Self::Identity(_) => Self::Identity(vec![PackedId::missing(); rows.len()]),
            Self::Name(names) => Self::Name(some(names, rows)),
            Self::Date(dates) => {
                Self::Date(some(dates, rows).into_iter().map(PackedDate::of_column).collect())
            }
            Self::Sex(sexes) => {
                Self::Sex(some(sexes, rows).into_iter().map(PackedSex::of_column).collect())
            }
            Self::Place(places) => Self::Place(some(places, rows)),
            Self::Phone(lists) => Self::Phone(lists.of_rows(rows)),
            Self::Household(household) => Self::Household(Household {
                households: household.households.of_rows(rows),
                names: household.names.of_rows(rows),
            }),
            Self::Role(roles) => {
                let bare = |role: Role| Role {
                    told: role.told.filter(|told| *told != Told::Number).map(|_| Told::Column),
                    ..role
                };
                Self::Role(some(roles, rows).into_iter().map(bare).collect())
            }
            Self::Text(texts) => Self::Text(some(texts, rows)),
        }
    }
}

/// Both sides and what they share.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// The side whose rows look for a match (source rows).
    pub left: Arc<PackedTable>,
    /// The side that is searched (registry).
    pub right: Arc<PackedTable>,
    /// Distinct names.
    pub names: Arc<super::interner::Names>,
    /// Distinct texts.
    pub texts: Arc<super::interner::Interner>,
    /// Hash of a division by its number, where the numbers mean nothing outside these tables; empty where
    /// they do.
    pub divisions: Arc<Vec<u64>>,
}
