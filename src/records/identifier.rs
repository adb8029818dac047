//! ID numbers (GB 11643-1999) as exports really carry them → [`IdNumber`].

use compact_str::CompactString;

use super::date::PartialDate;
use super::labels::Sex;

/// A position of [`IdNumber::digits`] that is not known.
pub const UNKNOWN: u8 = 0xFF;

/// What is left of an ID number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdClass {
    /// 18 characters, valid date and check digit, nothing had to be changed but blanks and case.
    Intact,
    /// Valid after look-alikes were folded, a 15-digit number was upgraded, or the ID was taken
    /// out of a 残疾人证 number; `notes` says which.
    Repaired,
    /// Only leading digits are trustworthy (a spreadsheet or a float ate the rest).
    Truncated,
    /// Some characters are masked (`230102********123X`).
    Masked,
    /// Something stands there, but no valid number; near comparisons use `text`.
    Invalid,
    /// Empty, a placeholder or a temporary number.
    #[default]
    Missing,
}

/// Flags of what was met in a number.
pub mod note {
    /// Blanks, zero-width characters, apostrophes or `="…"` were taken off.
    pub const BLANKS: u16 = 1;
    /// Full-width characters were folded.
    pub const FULL_WIDTH: u16 = 1 << 1;
    /// Look-alikes (Cyrillic Х, ×, letter O, l, I) were folded.
    pub const LOOK_ALIKE: u16 = 1 << 2;
    /// A 15-digit number was upgraded by GB 11643-1999.
    pub const FROM_15: u16 = 1 << 3;
    /// Taken from a 20- or 22-character 残疾人证 number.
    pub const DISABILITY: u16 = 1 << 4;
    /// Excel kept 15 significant digits.
    pub const EXCEL_15: u16 = 1 << 5;
    /// The column went through a 64-bit float: multiples of 16, 32 … .
    pub const FLOAT: u16 = 1 << 6;
    /// Text in scientific notation (`2.30120E+17`).
    pub const SCIENTIFIC: u16 = 1 << 7;
    /// The check digit does not fit.
    pub const CHECK_DIGIT: u16 = 1 << 8;
    /// The birth date inside is impossible.
    pub const BIRTH: u16 = 1 << 9;
    /// The length fits no number.
    pub const LENGTH: u16 = 1 << 10;
    /// 无, 0, 不详, 999999…: nothing was meant.
    pub const PLACEHOLDER: u16 = 1 << 11;
    /// 999 + school code + serial: a temporary number.
    pub const TEMPORARY: u16 = 1 << 12;
    /// The first six digits were no county when the person was born or registered.
    pub const REGION: u16 = 1 << 13;
    /// Stood in a numeric cell.
    pub const NUMERIC: u16 = 1 << 14;
}

/// One ID number with what was understood of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdNumber {
    /// What is left of it.
    pub class: IdClass,
    /// Values 0–9, 10 for X, [`UNKNOWN`] for positions not known; all unknown unless the class is
    /// `Intact`, `Repaired`, `Truncated` or `Masked`, or it is `Invalid` with 18 characters.
    pub digits: [u8; 18],
    /// Normalised text (look-alikes folded); empty when missing.
    pub text: CompactString,
    /// The cell as it stood, for reports.
    pub raw: CompactString,
    /// Bits of [`note`].
    pub notes: u16,
}

impl IdNumber {
    /// Whether the whole number is trustworthy.
    pub fn is_sound(&self) -> bool {
        matches!(self.class, IdClass::Intact | IdClass::Repaired)
    }

    /// Whether a note bit is set.
    pub fn has(&self, bit: u16) -> bool {
        self.notes & bit != 0
    }

    /// Birth date inside the number, when positions 7–14 are known and make a date.
    pub fn birth(&self) -> PartialDate {
        let digits = self.digits.get(6..14).unwrap_or_default();
        if digits.iter().any(|digit| *digit > 9) || self.class == IdClass::Missing {
            return PartialDate::default();
        }
        let number = |range: std::ops::Range<usize>| {
            digits[range].iter().fold(0_i16, |sum, digit| sum * 10 + i16::from(*digit))
        };
        let small = |value: i16| u8::try_from(value).unwrap_or(0);
        let date = PartialDate {
            year: number(0..4),
            month: small(number(4..6)),
            day: small(number(6..8)),
        };
        if date.full().is_some() { date } else { PartialDate::default() }
    }

    /// Sex inside the number (17th digit odd: male), when known.
    pub fn sex(&self) -> Option<Sex> {
        match self.digits[16] {
            digit if digit > 9 || self.class == IdClass::Missing => None,
            digit if digit % 2 == 1 => Some(Sex::Male),
            _ => Some(Sex::Female),
        }
    }

    /// The number with birth and sequence hidden, for logs and pages: `230102********123X`.
    pub fn masked(&self) -> String {
        mask(&self.text)
    }
}

/// Hides the middle of anything that may be an ID number: the first 6 and last 4 characters stay.
pub fn mask(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let count = letters.len();
    if count < 8 {
        return text.to_owned();
    }
    let (head, tail) = if count >= 14 { (6, 4) } else { (2, 2) };
    let shown = |index: usize| index < head || index >= count - tail;
    letters.iter().enumerate().map(|(i, letter)| if shown(i) { *letter } else { '*' }).collect()
}
