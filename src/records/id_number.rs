//! An ID number as it is kept: a registry has millions, and nearly all of them stand in their cells as they
//! are, with blanks or a formula about them at most.

use compact_str::CompactString;

use super::date::PartialDate;
use crate::vocabulary::labels::Sex;

/// A position of [`IdNumber::digits`] that is not known.
pub const UNKNOWN: u8 = 0xFF;

/// What is left of an ID number.
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
    /// Only the first 15 of 18 characters are there.
    pub const CUT: u16 = 1 << 15;
}

/// What was understood of a cell of an ID column, each thing by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdParts {
    /// What is left of it.
    pub class: IdClass,
    /// As [`IdNumber::digits`].
    pub digits: [u8; 18],
    /// As [`IdNumber::text`].
    pub text: CompactString,
    /// As [`IdNumber::raw`].
    pub raw: CompactString,
    /// Bits of [`note`].
    pub notes: u16,
}

/// One ID number with what was understood of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct IdNumber {
    raw: CompactString,
    /// What does not follow from the cell; absent for nearly all.
    apart: Option<Box<NumberApart>>,
    /// Bits of [`note`].
    pub notes: u16,
    /// Where in the cell the normalised text stands, in bytes.
    start: u8,
    length: u8,
    /// What is left of it.
    pub class: IdClass,
}

/// Of a number whose text is no part of its cell, or whose digits are not those of its text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct NumberApart {
    text: CompactString,
    digits: [u8; 18],
}

impl From<IdParts> for IdNumber {
    fn from(IdParts { class, digits, text, raw, notes }: IdParts) -> Self {
        let place = place_in(&raw, &text).filter(|_| digits_of(&text) == digits);
        let (start, length) = place.unwrap_or_default();
        let apart = place.is_none().then(|| Box::new(NumberApart { text, digits }));
        Self { raw, apart, notes, start, length, class }
    }
}

/// Start and length of a text within its cell.
fn place_in(raw: &str, text: &str) -> Option<(u8, u8)> {
    let start =
        text.bytes().next().map_or(Some(0), |first| raw.bytes().position(|b| b == first))?;
    let is_there = raw.as_bytes().get(start..)?.starts_with(text.as_bytes());
    is_there.then_some((u8::try_from(start).ok()?, u8::try_from(text.len()).ok()?))
}

/// The digits of a text of 18 characters; none of them is known of any other.
fn digits_of(text: &str) -> [u8; 18] {
    let mut digits = [UNKNOWN; 18];
    if text.len() == digits.len() {
        for (slot, letter) in digits.iter_mut().zip(text.bytes()) {
            *slot = match letter {
                b'0'..=b'9' => letter - b'0',
                b'X' => 10,
                _ => UNKNOWN,
            };
        }
    }
    digits
}

impl IdNumber {
    /// The cell as it stood, for reports.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Normalised text (look-alikes folded); empty when missing.
    pub fn text(&self) -> &str {
        let start = usize::from(self.start);
        let within = || self.raw.get(start..start + usize::from(self.length));
        match &self.apart {
            Some(apart) => &apart.text,
            None => within().unwrap_or_default(),
        }
    }

    /// Values 0–9, 10 for X, [`UNKNOWN`] for positions not known; all unknown unless the class is
    /// `Intact`, `Repaired`, `Truncated` or `Masked`, or it is `Invalid` with 18 characters.
    pub fn digits(&self) -> [u8; 18] {
        self.apart.as_ref().map_or_else(|| digits_of(self.text()), |apart| apart.digits)
    }

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
        if self.class == IdClass::Missing { PartialDate::default() } else { birth(&self.digits()) }
    }

    /// Birth year inside a number that is not sound and makes no date: digits 7–10, where they are a year
    /// somebody alive can be born in. A slip elsewhere in the number leaves them as they were.
    pub fn year_of_unsound(&self) -> Option<i16> {
        if self.class != IdClass::Invalid || !(16..=19).contains(&self.text().len()) {
            return None;
        }
        let year: i16 = self.text().get(6..10)?.parse().ok()?;
        (1900..=2030).contains(&year).then_some(year)
    }

    /// Sex inside the number (17th digit odd: male), when known.
    pub fn sex(&self) -> Option<Sex> {
        match self.digits()[16] {
            digit if digit > 9 || self.class == IdClass::Missing => None,
            digit if digit % 2 == 1 => Some(Sex::Male),
            _ => Some(Sex::Female),
        }
    }

    /// The number with birth and sequence hidden, for logs and pages: `230102********123X`.
    pub fn masked(&self) -> String {
        mask(self.text())
    }

    /// The number judged at a report date: born after it, it is no valid number.
    #[must_use]
    pub fn judged_at(mut self, as_of: jiff::civil::Date) -> Self {
        let after = self.birth().full().is_some_and(|birth| birth > as_of);
        if after && self.class != IdClass::Missing {
            self.notes |= note::BIRTH;
            if self.is_sound() {
                self.class = IdClass::Invalid;
            }
        }
        self
    }
}

/// Birth date of a number's digits, when positions 7–14 are known and make a date.
pub(super) fn birth(digits: &[u8; 18]) -> PartialDate {
    let digits = &digits[6..14];
    if digits.iter().any(|digit| *digit > 9) {
        return PartialDate::default();
    }
    let number = |range: std::ops::Range<usize>| {
        digits[range].iter().fold(0_i16, |sum, digit| sum * 10 + i16::from(*digit))
    };
    let small = |value: i16| u8::try_from(value).unwrap_or(0);
    let date =
        PartialDate { year: number(0..4), month: small(number(4..6)), day: small(number(6..8)) };
    if date.full().is_some() { date } else { PartialDate::default() }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str, raw: &str, digits: [u8; 18]) -> (IdNumber, IdParts) {
        let class = IdClass::Invalid;
        let parts = IdParts { class, digits, text: text.into(), raw: raw.into(), notes: 3 };
        (parts.clone().into(), parts)
    }

    #[test]
    fn whatever_was_understood_is_kept() {
        let digits = digits_of("11010519491231002X");
        let cases = [
            ("11010519491231002X", "11010519491231002X", digits, false),
            ("11010519491231002X", "=\"11010519491231002X\"", digits, false),
            ("", "无", [UNKNOWN; 18], false),
            ("1101051949", "1101051949", [UNKNOWN; 18], false),
            ("11010519491231002X", "11010519491231002x", digits, true),
            ("11010519491231002X", "110105491231002", digits, true),
            ("11010519491231002X", "11010519491231002X", [UNKNOWN; 18], true),
        ];
        for (text, raw, digits, is_apart) in cases {
            let (number, parts) = kept(text, raw, digits);
            assert_eq!(number.apart.is_some(), is_apart, "{raw}");
            assert_eq!((number.text(), number.raw()), (text, raw));
            assert_eq!((number.digits(), number.notes, number.class), (digits, 3, parts.class));
        }
    }
}
