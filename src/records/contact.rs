//! Telephone cells → numbers that can be compared.

use super::text::{compact_text, half_width, tidy};
use crate::sources::RawCell;

/// Telephone numbers of a person or household, digits only: mostly one, which takes no room of its own.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Phones(PhoneList);

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum PhoneList {
    One([u64; 1]),
    Other(Box<[u64]>),
}

impl Default for Phones {
    fn default() -> Self {
        Self(PhoneList::Other(Box::default()))
    }
}

impl From<&[u64]> for Phones {
    fn from(numbers: &[u64]) -> Self {
        match numbers {
            [one] => Self(PhoneList::One([*one])),
            several => Self(PhoneList::Other(several.into())),
        }
    }
}

impl std::ops::Deref for Phones {
    type Target = [u64];

    fn deref(&self) -> &[u64] {
        match &self.0 {
            PhoneList::One(one) => one,
            PhoneList::Other(numbers) => numbers,
        }
    }
}

/// The numbers in a telephone cell, in order, each once: 11-digit mobiles and landlines with
/// their area code (as a number, so the leading 0 is gone). Fillers such as 13800000000 and
/// numbers without an area code tell nobody apart and are left out.
pub fn phones(cell: &RawCell) -> Vec<u64> {
    if let RawCell::Text(text) = cell
        && let Some(digits) = mobile(text)
    {
        return if is_filler(&digits) { Vec::new() } else { vec![number(&digits)] };
    }
    let text = tidy(cell);
    let mut found = Vec::new();
    for part in
        text.split(|c: char| matches!(half_width(c), '/' | ';' | '、' | ',' | '|' | '或' | '；'))
    {
        read_part(part, &mut found);
    }
    found
}

/// The digits of a mobile where nothing else stands in a cell, as in nearly all.
fn mobile(text: &str) -> Option<[u8; 11]> {
    let letters: &[u8; 11] = text.as_bytes().try_into().ok()?;
    let is_mobile =
        letters[0] == b'1' && letters[1] > b'2' && letters.iter().all(u8::is_ascii_digit);
    is_mobile.then(|| letters.map(|letter| letter - b'0'))
}

fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(*digit))
}

fn read_part(part: &str, found: &mut Vec<u64>) {
    let whole = phone(&compact_text(part));
    // "0454-8231234 13845412345": blanks part two numbers only when both halves are numbers.
    let numbers: Vec<u64> = match whole {
        Some(number) => vec![number],
        None => part.split_whitespace().filter_map(phone).collect(),
    };
    for number in numbers {
        if !found.contains(&number) {
            found.push(number);
        }
    }
}

/// One number, or nothing when it is no full telephone number or an obvious filler.
fn phone(text: &str) -> Option<u64> {
    let mut digits: Vec<u8> = Vec::new();
    for letter in text.chars().map(half_width) {
        match letter.to_digit(10) {
            Some(digit) => digits.push(u8::try_from(digit).expect("one digit")),
            None if matches!(letter, '-' | '—' | '－' | '(' | ')' | '+' | '.' | '_' | ' ') => {}
            None => return None,
        }
    }
    let digits =
        digits.strip_prefix(&[0, 0, 8, 6]).or(digits.strip_prefix(&[8, 6])).unwrap_or(&digits);
    let mobile = digits.len() == 11 && digits.first() == Some(&1) && digits.get(1) > Some(&2);
    let landline = (10..=12).contains(&digits.len()) && digits.first() == Some(&0);
    if !(mobile || landline) || is_filler(digits) {
        return None;
    }
    Some(number(digits))
}

/// Numbers people type to get past a required column: one digit repeated at the end, or a run.
fn is_filler(digits: &[u8]) -> bool {
    let tail = &digits[digits.len() - 7..];
    let repeated = tail.windows(2).all(|pair| pair[0] == pair[1]);
    let counting = tail.windows(2).all(|pair| pair[1] == (pair[0] + 1) % 10);
    repeated
        || counting
        || digits.ends_with(&[0, 0, 1, 3, 8, 0, 0, 0])
        || digits == [1, 3, 8, 0, 0, 1, 3, 8, 0, 0, 0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_cells() {
        let cases: &[(&str, &[u64])] = &[
            ("13845412047", &[13_845_412_047]),
            ("138 4541 2047", &[13_845_412_047]),
            ("+86-13845412047", &[13_845_412_047]),
            ("0454-8231947", &[4_548_231_947]),
            ("0454-8231947/13845412047", &[4_548_231_947, 13_845_412_047]),
            ("0454-8231947 13845412047", &[4_548_231_947, 13_845_412_047]),
            ("13845412047、13845412047", &[13_845_412_047]),
            ("8231947", &[]),
            ("13800000000", &[]),
            ("13800138000", &[]),
            ("无", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(phones(&RawCell::Text((*text).into())), *expected, "{text}");
        }
        assert_eq!(phones(&RawCell::Number(13_845_412_047.0)), [13_845_412_047]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(raw in ".{0,24}") {
            let _ = phones(&RawCell::Text(raw.as_str().into()));
        }
    }
}
