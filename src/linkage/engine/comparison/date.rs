//! Birth dates and sexes. Where an agreeing ID already speaks for them, only a column of the row's
//! own can still say something: whether the number is the person's own.

use super::identity::InsideId;
use super::levels;
use crate::linkage::engine::columns::{PackedDate, PackedSex, Told};

levels! {
    /// Levels of the date comparison, strongest first.
    DateLevel {
        /// Year, month and day equal.
        Equal = "equal" / "相同",
        /// Month and day exchanged.
        Swapped = "swapped" / "月日颠倒",
        /// One digit differs.
        OneDigit = "one_digit" / "一位数字不同",
        /// One side has only the year, or year and month, and it agrees.
        Partial = "partial" / "已知部分相同",
        /// One side says 1 January of the same year: filled in, not known.
        Placeholder = "placeholder" / "同年（1月1日疑为填充）",
        /// Same month and day, year within two: nominal age, late registration.
        NearYear = "near_year" / "月日相同、年相差不超过两年",
        /// Same year.
        SameYear = "same_year" / "仅年相同",
        /// Different.
        Different = "different" / "不同",
        /// An agreeing ID speaks for it and the row's own column agrees too.
        ImpliedEqual = "implied_equal" / "与证件号一致（不重复计）",
        /// An agreeing ID speaks for it but the row's own column does not fit.
        ImpliedConflict = "implied_conflict" / "与证件号矛盾",
        /// Another date, which is the one inside the row's number, and that is somebody else's.
        OfOtherId = "of_other_id" / "随不一致的证件号而不同",
        /// Nothing (more) to compare.
        Missing = "missing" / "缺失或已含在证件号中",
    }
}

levels! {
    /// Levels of the sex comparison.
    SexLevel {
        /// Equal.
        Equal = "equal" / "相同",
        /// Different.
        Different = "different" / "不同",
        /// An agreeing ID speaks for it and the row's own column agrees too.
        ImpliedEqual = "implied_equal" / "与证件号一致（不重复计）",
        /// An agreeing ID speaks for it but the row's own column does not fit.
        ImpliedConflict = "implied_conflict" / "与证件号矛盾",
        /// Nothing (more) to compare.
        Missing = "missing" / "缺失或已含在证件号中",
    }
}

/// Compares two birth dates.
///
/// A number that agrees speaks for the date inside it; a number that is somebody else's brought its
/// own date along, so a date equal to the one inside the row's number then tells little by being
/// another one.
pub(super) fn compare(left: PackedDate, right: PackedDate, inside: InsideId) -> DateLevel {
    if left.value == 0 || right.value == 0 {
        return DateLevel::Missing;
    }
    let level = compare_values(left, right);
    let doubtful = right.told == Told::DoubtfulNumber && inside != InsideId::Agrees;
    if doubtful && !matches!(level, DateLevel::Equal | DateLevel::Partial) {
        return DateLevel::Missing;
    }
    let parts = matches!(level, DateLevel::Different | DateLevel::SameYear | DateLevel::NearYear);
    match (inside, left.told) {
        (InsideId::Agrees | InsideId::Relative, Told::Number) => DateLevel::Missing,
        (InsideId::Foreign, Told::Number) if parts => DateLevel::Missing,
        (InsideId::Relative | InsideId::Foreign, Told::Both) if parts => DateLevel::OfOtherId,
        (InsideId::Agrees, _) if parts => DateLevel::ImpliedConflict,
        (InsideId::Agrees, _) => DateLevel::ImpliedEqual,
        _ => level,
    }
}

fn compare_values(left: PackedDate, right: PackedDate) -> DateLevel {
    let same_year = left.year() == right.year();
    if !left.is_full() || !right.is_full() {
        return if same_year && months_agree(left, right) {
            DateLevel::Partial
        } else {
            DateLevel::Different
        };
    }
    let (a, b) = (left.value % 10_000, right.value % 10_000);
    if left.value == right.value {
        DateLevel::Equal
    } else if same_year && a == b % 100 * 100 + b / 100 {
        DateLevel::Swapped
    } else if same_year && (a == 101 || b == 101) {
        DateLevel::Placeholder
    } else if differing_digits(left.value, right.value) == 1 {
        DateLevel::OneDigit
    } else if a == b && left.year().abs_diff(right.year()) <= 2 {
        DateLevel::NearYear
    } else if same_year {
        DateLevel::SameYear
    } else {
        DateLevel::Different
    }
}

fn months_agree(left: PackedDate, right: PackedDate) -> bool {
    let (a, b) = (left.value / 100 % 100, right.value / 100 % 100);
    a == 0 || b == 0 || a == b
}

fn differing_digits(mut a: u32, mut b: u32) -> u32 {
    let mut count = 0;
    while a > 0 || b > 0 {
        count += u32::from(a % 10 != b % 10);
        (a, b) = (a / 10, b / 10);
    }
    count
}

/// Compares two sexes; what a number speaks for is left out as in [`compare`].
pub(super) fn compare_sex(left: PackedSex, right: PackedSex, inside: InsideId) -> SexLevel {
    let (Some(a), Some(b)) = (left.value, right.value) else { return SexLevel::Missing };
    match (inside, left.told) {
        // Half of all numbers hold the same sex: somebody else's number tells nothing by it.
        (InsideId::Agrees | InsideId::Relative | InsideId::Foreign, Told::Number)
        | (InsideId::Relative | InsideId::Foreign, Told::Both) => SexLevel::Missing,
        (InsideId::Agrees, _) if a == b => SexLevel::ImpliedEqual,
        (InsideId::Agrees, _) => SexLevel::ImpliedConflict,
        _ if a == b => SexLevel::Equal,
        _ => SexLevel::Different,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_follow_the_slip() {
        let cases = [
            (20_010_203, 20_010_203, DateLevel::Equal),
            (20_010_203, 20_010_302, DateLevel::Swapped),
            (20_010_203, 20_010_213, DateLevel::OneDigit),
            (20_010_000, 20_010_203, DateLevel::Partial),
            (20_010_200, 20_010_203, DateLevel::Partial),
            (20_010_300, 20_010_203, DateLevel::Different),
            (20_010_101, 20_010_203, DateLevel::Placeholder),
            (19_990_203, 20_010_203, DateLevel::NearYear),
            (20_010_825, 20_010_203, DateLevel::SameYear),
            (19_870_825, 20_010_203, DateLevel::Different),
            (0, 20_010_203, DateLevel::Missing),
        ];
        for (left, right, level) in cases {
            let date = |value| PackedDate { value, told: Told::Column };
            assert_eq!(compare(date(left), date(right), InsideId::Open), level, "{left} {right}");
        }
    }

    #[test]
    fn an_agreeing_number_is_not_counted_twice() {
        let own = PackedDate { value: 20_010_203, told: Told::Column };
        let borrowed = PackedDate { value: 20_010_203, told: Told::Number };
        assert_eq!(compare(own, own, InsideId::Agrees), DateLevel::ImpliedEqual);
        assert_eq!(compare(borrowed, own, InsideId::Agrees), DateLevel::Missing);
        let other = PackedDate { value: 19_770_901, told: Told::Column };
        assert_eq!(compare(other, own, InsideId::Agrees), DateLevel::ImpliedConflict);
    }

    #[test]
    fn a_date_that_may_be_a_relatives_speaks_by_agreeing_only() {
        let right = PackedDate { value: 20_010_203, told: Told::DoubtfulNumber };
        let left = |value| PackedDate { value, told: Told::Column };
        assert_eq!(compare(left(20_010_203), right, InsideId::Open), DateLevel::Equal);
        assert_eq!(compare(left(19_770_901), right, InsideId::Open), DateLevel::Missing);
        let conflict = compare(left(19_770_901), right, InsideId::Agrees);
        assert_eq!(conflict, DateLevel::ImpliedConflict);
    }

    #[test]
    fn a_relatives_birth_date_says_nothing() {
        let own = PackedDate { value: 20_010_203, told: Told::Column };
        let mothers = PackedDate { value: 19_770_901, told: Told::Number };
        assert_eq!(compare(mothers, own, InsideId::Relative), DateLevel::Missing);
        assert_eq!(compare(own, own, InsideId::Relative), DateLevel::Equal);
    }

    #[test]
    fn a_date_that_came_with_somebody_elses_number_tells_nothing_by_differing() {
        let right = PackedDate { value: 20_010_203, told: Told::Column };
        let left = |value, told| PackedDate { value, told };
        let cases = [
            (19_870_825, Told::Both, DateLevel::OfOtherId),
            (19_870_825, Told::Number, DateLevel::Missing),
            (19_870_825, Told::Column, DateLevel::Different),
            (20_010_203, Told::Both, DateLevel::Equal),
            (20_010_203, Told::Number, DateLevel::Equal),
        ];
        for (value, told, level) in cases {
            assert_eq!(compare(left(value, told), right, InsideId::Foreign), level, "{told:?}");
        }
    }
}
