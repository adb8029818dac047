//! ID numbers: what two of them, whole or damaged, say about each other.

use super::levels;
use crate::linkage::engine::columns::{NOBODY, OwnedBy, PackedId};
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
        /// Damaged, at least the first 14 digits known, and all but one of the known digits agree (or
        /// two neighbours are swapped).
        KnownNear = "known_near" / "残缺，已知各位只差一位",
        /// Two or three digits differ.
        Close = "close" / "相差两三位",
        /// Masked or damaged with 7 to 13 known digits that agree.
        Partial = "partial" / "部分数字一致",
        /// Masked or damaged with 7 to 13 known digits of which all but one agree.
        PartialNear = "partial_near" / "部分数字只差一位",
        /// Of 3 to 6 known digits all agree (`2.30826E+17`): mostly the county of registration.
        Few = "few" / "仅存的前几位一致",
        /// The number belongs to another member of the household.
        Kin = "kin" / "是家庭其他成员的证件号",
        /// As far as the digits are known, the number belongs to another member of the household.
        KinCut = "kin_cut" / "已知各位与家庭其他成员的证件号一致",
        /// Both whole, and up to three digits differ: a twin, a neighbour in the sequence, or slips
        /// that the check digit did not catch.
        CloseSound = "close_sound" / "两个有效号码只差两三位",
        /// No valid number, and four or five digits differ.
        Similar = "similar" / "相差四五位（号码有缺陷）",
        /// No valid number, and six digits or more differ.
        Different = "different" / "不一致（号码有缺陷）",
        /// Damaged or masked, and two or more digits that are known for certain differ.
        DifferentKnown = "different_known" / "已知各位不一致",
        /// Of 3 to 6 known digits some differ.
        FewDifferent = "few_different" / "仅存的前几位不一致",
        /// Both whole and different, the birth dates inside less than two years apart.
        DifferentSound = "different_sound" / "两个有效号码不同",
        /// Both whole and different, the birth dates inside two years apart or more.
        Apart = "apart" / "两个有效号码不同且出生相差两年以上",
        /// Both whole and different, and the row's number cannot be the row's own: sex or age contradict it.
        NotOwn = "not_own" / "两个有效号码不同，本行号码与本行性别或年龄不符",
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
        } else if level == IdentityLevel::Kin as u8 || level == IdentityLevel::KinCut as u8 {
            Self::Relative
        } else if FOREIGN.iter().any(|foreign| level == *foreign as u8) {
            Self::Foreign
        } else {
            Self::Open
        }
    }
}

/// Levels of two whole numbers that are not the same person's.
const FOREIGN: [IdentityLevel; 4] = [
    IdentityLevel::CloseSound,
    IdentityLevel::DifferentSound,
    IdentityLevel::Apart,
    IdentityLevel::NotOwn,
];

/// Levels that speak for one person.
const AGREEING: [IdentityLevel; 7] = [
    IdentityLevel::Equal,
    IdentityLevel::EqualText,
    IdentityLevel::Prefix,
    IdentityLevel::Near,
    IdentityLevel::KnownNear,
    IdentityLevel::Partial,
    IdentityLevel::Few,
];

/// Fewest known digits that are compared at all.
const FEWEST: usize = 3;

/// Days as `yyyymmdd`: so far apart, no slip of an office makes one birth out of the other.
const TWO_YEARS: u64 = 20_000;

/// Compares two numbers. A number of the right side that two people bear belongs to one of them at most.
pub(super) fn compare(left: &PackedId, right: &PackedId, texts: &Interner) -> IdentityLevel {
    let level = compare_numbers(left, right, texts);
    if AGREEING.contains(&level) {
        level
    } else if left.owner != NOBODY && left.owner == right.owner {
        match left.owned_by {
            OwnedBy::Number => IdentityLevel::Kin,
            OwnedBy::FirstDigits => IdentityLevel::KinCut,
        }
    } else if right.doubtful {
        IdentityLevel::Missing
    } else {
        level
    }
}

fn compare_numbers(left: &PackedId, right: &PackedId, texts: &Interner) -> IdentityLevel {
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
    } else if (left.from_15 || right.from_15) && same_but_century(left, right) {
        IdentityLevel::Prefix
    } else if distance(left, right) <= 3 {
        IdentityLevel::CloseSound
    } else if left.contradicted {
        IdentityLevel::NotOwn
    } else if born(left).abs_diff(born(right)) >= TWO_YEARS {
        IdentityLevel::Apart
    } else {
        IdentityLevel::DifferentSound
    }
}

/// Whether two numbers agree in all that one of 15 digits holds.
fn same_but_century(left: &PackedId, right: &PackedId) -> bool {
    left.digits[..6] == right.digits[..6] && left.digits[8..17] == right.digits[8..17]
}

fn distance(left: &PackedId, right: &PackedId) -> usize {
    left.digits.iter().zip(&right.digits).filter(|(a, b)| a != b).count()
}

/// The birth date inside a whole number, as `yyyymmdd`.
fn born(id: &PackedId) -> u64 {
    id.digits[6..14].iter().fold(0, |sum, digit| sum * 10 + u64::from(*digit))
}

/// At least one number has not 18 characters: a digit too few or too many is one slip.
fn compare_odd(left: &PackedId, right: &PackedId, texts: &Interner) -> IdentityLevel {
    if left.odd_text == right.odd_text {
        return IdentityLevel::EqualText;
    }
    let (a, b) = (text_of(left, texts), text_of(right, texts));
    if carries_on(&a, &b) || carries_on(&b, &a) {
        return IdentityLevel::Near;
    }
    if a.len().abs_diff(b.len()) > 5 {
        return IdentityLevel::Different;
    }
    match strsim::damerau_levenshtein(&letters(&a), &letters(&b)) {
        0 | 1 => IdentityLevel::Near,
        2 | 3 => IdentityLevel::Close,
        4 | 5 => IdentityLevel::Similar,
        _ => IdentityLevel::Different,
    }
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

/// Every byte as a letter: the library's distance of texts needs no table of hashes as the one of lists does.
fn letters(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn compare_damaged(left: &PackedId, right: &PackedId) -> IdentityLevel {
    let known = |i: &usize| left.digits[*i] != UNKNOWN && right.digits[*i] != UNKNOWN;
    let differs = |i: &usize| left.digits[*i] != right.digits[*i];
    let compared = (0..18).filter(known).count();
    let mut differing = (0..18).filter(known).filter(differs);
    let (first, second) = (differing.next(), differing.next());
    let slips = match (first, second) {
        (None, _) => 0,
        (Some(_), None) => 1,
        (Some(i), Some(j)) => {
            let more = differing.count();
            if more == 0 && j == i + 1 && swapped(left, right, i) { 1 } else { 2 + more }
        }
    };
    damage_level(compared, slips)
}

/// The level of so many compared digits with so many slips; a swap of neighbours is one slip.
fn damage_level(compared: usize, slips: usize) -> IdentityLevel {
    match (compared, slips) {
        (..FEWEST, _) => IdentityLevel::Missing,
        (FEWEST..=6, 0) => IdentityLevel::Few,
        (FEWEST..=6, _) => IdentityLevel::FewDifferent,
        (18, 0) => IdentityLevel::EqualText,
        (18, 1) => IdentityLevel::Near,
        (18, 2 | 3) => IdentityLevel::Close,
        (18, 4 | 5) => IdentityLevel::Similar,
        (18, _) => IdentityLevel::Different,
        (14.., 0) => IdentityLevel::Prefix,
        (14.., 1) => IdentityLevel::KnownNear,
        (_, 0) => IdentityLevel::Partial,
        (_, 1) => IdentityLevel::PartialNear,
        _ => IdentityLevel::DifferentKnown,
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

    proptest::proptest! {
        #[test]
        fn a_distance_of_letters_is_one_of_bytes(a in "[0-9X证]{0,9}", b in "[0-9X证]{0,9}") {
            let (a, b) = (a.into_bytes(), b.into_bytes());
            let of_letters = strsim::damerau_levenshtein(&letters(&a), &letters(&b));
            proptest::prop_assert_eq!(of_letters, strsim::generic_damerau_levenshtein(&a, &b));
        }
    }

    #[test]
    fn levels_follow_the_damage() {
        let whole = "239901200501011234";
        let cases = [
            (whole, IdClass::Intact, IdentityLevel::Equal),
            ("239901200501011235", IdClass::Intact, IdentityLevel::CloseSound),
            ("239901200612311235", IdClass::Intact, IdentityLevel::DifferentSound),
            ("239901200712311235", IdClass::Intact, IdentityLevel::Apart),
            (whole, IdClass::Invalid, IdentityLevel::EqualText),
            ("239901200501011***", IdClass::Truncated, IdentityLevel::Prefix),
            ("239901********1234", IdClass::Masked, IdentityLevel::Partial),
            ("239901********1224", IdClass::Masked, IdentityLevel::PartialNear),
            ("2399**************", IdClass::Truncated, IdentityLevel::Few),
            ("239901************", IdClass::Truncated, IdentityLevel::Few),
            ("239902************", IdClass::Truncated, IdentityLevel::FewDifferent),
            ("23****************", IdClass::Truncated, IdentityLevel::Missing),
            ("239901200501011334", IdClass::Invalid, IdentityLevel::Near),
            ("239901200501012134", IdClass::Invalid, IdentityLevel::Near),
            ("23990120050101123", IdClass::Invalid, IdentityLevel::Near),
            ("2399012005010112344", IdClass::Invalid, IdentityLevel::Near),
            ("239901200501011234424", IdClass::Invalid, IdentityLevel::Near),
            ("239901200501018234424", IdClass::Invalid, IdentityLevel::Similar),
            ("239901199512310024424", IdClass::Invalid, IdentityLevel::Different),
            ("239901200501018294", IdClass::Invalid, IdentityLevel::Close),
            ("239901199512310024", IdClass::Invalid, IdentityLevel::Different),
            ("239901200501999234", IdClass::Invalid, IdentityLevel::Close),
            ("239901200599999234", IdClass::Invalid, IdentityLevel::Similar),
            ("2399012005010", IdClass::Invalid, IdentityLevel::Similar),
            ("23990119951231", IdClass::Invalid, IdentityLevel::Different),
            ("239901199512311***", IdClass::Truncated, IdentityLevel::DifferentKnown),
            ("239901200501021***", IdClass::Truncated, IdentityLevel::KnownNear),
            ("239901200502011***", IdClass::Truncated, IdentityLevel::KnownNear),
            ("239901200510011***", IdClass::Truncated, IdentityLevel::KnownNear),
        ];
        let mut texts = Interner::default();
        for (text, class, level) in cases {
            let left = packed(text, class, &mut texts);
            let right = packed(whole, IdClass::Intact, &mut texts);
            assert_eq!(compare(&left, &right, &texts), level, "{text}");
        }
    }

    #[test]
    fn fifteen_digits_leave_the_century_open() {
        let mut texts = Interner::default();
        let left = packed("239901200501011238", IdClass::Intact, &mut texts);
        let mut right = packed("239901190501011236", IdClass::Repaired, &mut texts);
        assert_eq!(compare(&left, &right, &texts), IdentityLevel::CloseSound);
        right.from_15 = true;
        assert_eq!(compare(&left, &right, &texts), IdentityLevel::Prefix);
        let other = packed("239901200501011318", IdClass::Intact, &mut texts);
        assert_ne!(compare(&other, &right, &texts), IdentityLevel::Prefix);
    }

    #[test]
    fn a_relatives_number_is_told_from_a_strangers() {
        let mut texts = Interner::default();
        let mut left = packed("239901200501011234", IdClass::Intact, &mut texts);
        let mut right = packed("239901197501011234", IdClass::Intact, &mut texts);
        assert_eq!(compare(&left, &right, &texts), IdentityLevel::CloseSound);
        (left.owner, right.owner) = (7, 7);
        assert_eq!(compare(&left, &right, &texts), IdentityLevel::Kin);
        right = PackedId { owner: 7, ..PackedId::missing() };
        assert_eq!(compare(&left, &right, &texts), IdentityLevel::Kin);
        right.owner = 8;
        assert_eq!(compare(&left, &right, &texts), IdentityLevel::Missing);
        left = packed("239901200501011***", IdClass::Truncated, &mut texts);
        (left.owner, left.owned_by) = (7, OwnedBy::FirstDigits);
        right = packed("239901197501011234", IdClass::Intact, &mut texts);
        right.owner = 7;
        assert_eq!(compare(&left, &right, &texts), IdentityLevel::KinCut);
        right.digits = packed("239901200501011234", IdClass::Intact, &mut texts).digits;
        assert_eq!(compare(&left, &right, &texts), IdentityLevel::Prefix);
    }

    #[test]
    fn a_number_two_people_bear_speaks_for_them_and_against_neither() {
        let mut texts = Interner::default();
        let mut right = packed("239901200501011234", IdClass::Intact, &mut texts);
        right.doubtful = true;
        let cases = [
            ("239901200501011234", IdClass::Intact, IdentityLevel::Equal),
            ("239901200501011***", IdClass::Truncated, IdentityLevel::Prefix),
            ("239901199712311235", IdClass::Intact, IdentityLevel::Missing),
            ("239901199512311***", IdClass::Truncated, IdentityLevel::Missing),
            ("239901199512310024", IdClass::Invalid, IdentityLevel::Missing),
        ];
        for (text, class, level) in cases {
            let left = packed(text, class, &mut texts);
            assert_eq!(compare(&left, &right, &texts), level, "{text}");
        }
    }

    #[test]
    fn a_number_that_is_not_the_rows_own_is_hardly_evidence() {
        let mut texts = Interner::default();
        let right = packed("239901200501011234", IdClass::Intact, &mut texts);
        let mut left = packed("239901197712311235", IdClass::Intact, &mut texts);
        assert_eq!(compare(&left, &right, &texts), IdentityLevel::Apart);
        left.contradicted = true;
        assert_eq!(compare(&left, &right, &texts), IdentityLevel::NotOwn);
        left.digits = right.digits;
        assert_eq!(compare(&left, &right, &texts), IdentityLevel::Equal);
    }
}
