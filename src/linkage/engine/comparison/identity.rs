//! ID numbers: what two of them, whole or damaged, say about each other.

use super::levels;
use crate::linkage::engine::columns::PackedId;
use crate::linkage::engine::interner::{Interner, NONE};
use crate::records::identifier::{IdClass, UNKNOWN};

levels! {
    /// Levels of the ID comparison, strongest first.
    IdentityLevel {
        /// Both whole (repaired, upgraded, taken from a 残疾人证) and equal.
        Equal = "equal" / "一致",
        /// Equal as text although no valid number: both offices copied the same paper.
        EqualText = "equal_text" / "无效但相同",
        /// Damaged, at least the first 14 digits known, and all known digits agree.
        Prefix = "prefix" / "残缺但已知各位一致",
        /// One digit wrong, two neighbours swapped, one digit missing or too many.
        Near = "near" / "相差一位或邻位互换",
        /// Two or three digits differ.
        Close = "close" / "相差两三位",
        /// Masked or damaged with 7 to 13 known digits that agree.
        Partial = "partial" / "部分数字一致",
        /// The number belongs to another member of the household.
        Kin = "kin" / "是家庭其他成员的证件号",
        /// No valid number, and it does not agree.
        Different = "different" / "不一致（号码有缺陷）",
        /// Damaged or masked, and digits that are known for certain differ.
        DifferentKnown = "different_known" / "已知各位不一致",
        /// Both whole and different: two numbers are two persons.
        DifferentSound = "different_sound" / "两个有效号码不同",
        /// Nothing to compare.
        Missing = "missing" / "缺失或不足以比较",
    }
}

/// What the ID comparison says about the birth date and sex that stand inside the numbers, so that
/// nothing is counted twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InsideId {
    /// Nothing: they are compared on their own.
    Open,
    /// The numbers agree, and with them birth and sex.
    Agrees,
    /// The row's number is a relative's: what stands inside it is the relative's too.
    Relative,
    /// The row has a whole number, and it is not this person's.
    Foreign,
}

impl InsideId {
    /// What a level of the ID comparison says.
    pub fn of(level: u8) -> Self {
        if level <= IdentityLevel::Close as u8 {
            Self::Agrees
        } else if level == IdentityLevel::Kin as u8 {
            Self::Relative
        } else if level == IdentityLevel::DifferentSound as u8 {
            Self::Foreign
        } else {
            Self::Open
        }
    }
}

/// Compares two numbers.
pub(super) fn compare(left: &PackedId, right: &PackedId, texts: &Interner) -> IdentityLevel {
    if left.class == IdClass::Missing || right.class == IdClass::Missing {
        return IdentityLevel::Missing;
    }
    if left.is_sound() && right.is_sound() {
        return compare_sound(left, right);
    }
    if left.odd_text != NONE || right.odd_text != NONE {
        return compare_odd(left, right, texts);
    }
    compare_damaged(left, right)
}

fn compare_sound(left: &PackedId, right: &PackedId) -> IdentityLevel {
    if left.digits == right.digits {
        IdentityLevel::Equal
    } else if left.owner != NONE && left.owner == right.owner {
        IdentityLevel::Kin
    } else {
        IdentityLevel::DifferentSound
    }
}

/// At least one number has not 18 characters: a digit too few or too many is one slip.
fn compare_odd(left: &PackedId, right: &PackedId, texts: &Interner) -> IdentityLevel {
    if left.odd_text == right.odd_text {
        return IdentityLevel::EqualText;
    }
    let (a, b) = (text_of(left, texts), text_of(right, texts));
    let near = one_edit_apart(&a, &b) || carries_on(&a, &b) || carries_on(&b, &a);
    if near { IdentityLevel::Near } else { IdentityLevel::Different }
}

/// A whole number with more behind it: a 残疾人证 number that lost or gained a digit at its end.
fn carries_on(long: &[u8], whole: &[u8]) -> bool {
    whole.len() == 18 && (19..=22).contains(&long.len()) && long.starts_with(whole)
}

fn text_of(id: &PackedId, texts: &Interner) -> Vec<u8> {
    if id.odd_text == NONE {
        let digit = |digit: &u8| if *digit == 10 { b'X' } else { b'0' + digit % 10 };
        id.digits.iter().map(digit).collect()
    } else {
        texts.text(id.odd_text).bytes().collect()
    }
}

/// Whether one insertion or deletion turns one text into the other.
fn one_edit_apart(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if long.len() != short.len() + 1 {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    short[same..] == long[same + 1..]
}

fn compare_damaged(left: &PackedId, right: &PackedId) -> IdentityLevel {
    let known = |i: &usize| left.digits[*i] != UNKNOWN && right.digits[*i] != UNKNOWN;
    let differs = |i: &usize| left.digits[*i] != right.digits[*i];
    let compared = (0..18).filter(known).count();
    let mut different = (0..18).filter(known).filter(differs);
    let (first, second) = (different.next(), different.next());
    let more = different.nth(1).is_some();
    match (first, second) {
        (None, _) if compared == 18 => IdentityLevel::EqualText,
        (None, _) if compared >= 14 => IdentityLevel::Prefix,
        (None, _) if compared >= 7 => IdentityLevel::Partial,
        _ if compared < 7 => IdentityLevel::Missing,
        _ if compared < 18 => IdentityLevel::DifferentKnown,
        (Some(_), None) => IdentityLevel::Near,
        (Some(i), Some(j)) if j == i + 1 && !more && swapped(left, right, i) => IdentityLevel::Near,
        _ if !more => IdentityLevel::Close,
        _ => IdentityLevel::Different,
    }
}

fn swapped(left: &PackedId, right: &PackedId, i: usize) -> bool {
    left.digits[i] == right.digits[i + 1] && left.digits[i + 1] == right.digits[i]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(text: &str, class: IdClass, texts: &mut Interner) -> PackedId {
        let mut id = PackedId::missing();
        id.class = class;
        if text.len() == 18 {
            for (slot, letter) in id.digits.iter_mut().zip(text.bytes()) {
                *slot = match letter {
                    b'X' => 10,
                    b'*' => UNKNOWN,
                    digit => digit - b'0',
                };
            }
        } else {
            id.odd_text = texts.intern(text);
        }
        id
    }

    #[test]
    fn levels_follow_the_damage() {
        let whole = "239901200501011234";
        let cases = [
            (whole, IdClass::Intact, IdentityLevel::Equal),
            ("239901200501011235", IdClass::Intact, IdentityLevel::DifferentSound),
            (whole, IdClass::Invalid, IdentityLevel::EqualText),
            ("239901200501011***", IdClass::Truncated, IdentityLevel::Prefix),
            ("239901********1234", IdClass::Masked, IdentityLevel::Partial),
            ("2399**************", IdClass::Truncated, IdentityLevel::Missing),
            ("239901200501011334", IdClass::Invalid, IdentityLevel::Near),
            ("239901200501012134", IdClass::Invalid, IdentityLevel::Near),
            ("23990120050101123", IdClass::Invalid, IdentityLevel::Near),
            ("2399012005010112344", IdClass::Invalid, IdentityLevel::Near),
            ("239901200501011234424", IdClass::Invalid, IdentityLevel::Near),
            ("239901200501018234424", IdClass::Invalid, IdentityLevel::Different),
            ("239901200501018294", IdClass::Invalid, IdentityLevel::Close),
            ("239901199512310024", IdClass::Invalid, IdentityLevel::Different),
            ("239901199512311***", IdClass::Truncated, IdentityLevel::DifferentKnown),
            ("239901200501021***", IdClass::Truncated, IdentityLevel::DifferentKnown),
        ];
        let mut texts = Interner::default();
        for (text, class, level) in cases {
            let left = packed(text, class, &mut texts);
            let right = packed(whole, IdClass::Intact, &mut texts);
            assert_eq!(compare(&left, &right, &texts), level, "{text}");
        }
    }

    #[test]
    fn a_relatives_number_is_told_from_a_strangers() {
        let mut texts = Interner::default();
        let mut left = packed("239901200501011234", IdClass::Intact, &mut texts);
        let mut right = packed("239901197501011234", IdClass::Intact, &mut texts);
        assert_eq!(compare(&left, &right, &texts), IdentityLevel::DifferentSound);
        (left.owner, right.owner) = (7, 7);
        assert_eq!(compare(&left, &right, &texts), IdentityLevel::Kin);
    }
}
