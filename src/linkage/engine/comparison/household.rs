//! Evidence around the person: relatives against the household, telephones, and whether the age
//! fits the school or course.

use super::identity::InsideId;
use super::levels;
use crate::linkage::engine::columns::{Household, Role};

levels! {
    /// Levels of the household comparison, strongest first.
    HouseholdLevel {
        /// A relative's ID or a telephone of the row belongs to the household.
        Points = "points" / "亲属证件号属于该户",
        /// A named relative is a member of the household.
        Named = "named" / "所填亲属是该户成员",
        /// Relatives are named, and none is a member.
        Different = "different" / "所填亲属不在该户",
        /// Nothing to compare.
        Missing = "missing" / "未填亲属",
    }
}

levels! {
    /// Levels of the telephone comparison.
    PhoneLevel {
        /// A number in common.
        Equal = "equal" / "相同",
        /// None in common.
        Different = "different" / "不同",
        /// Nothing to compare.
        Missing = "missing" / "缺失",
    }
}

levels! {
    /// Levels of age against school or course. Where a birth date is known it speaks for the age;
    /// but when the row carries a person's number, the age tells whether that is the student.
    RoleLevel {
        /// The usual age of a school.
        SchoolAge = "school_age" / "年龄与入学相符",
        /// Not the age of a school.
        NotSchoolAge = "not_school_age" / "年龄与入学不符",
        /// The usual age of a course.
        WorkingAge = "working_age" / "年龄与培训相符",
        /// Not the age of a course.
        NotWorkingAge = "not_working_age" / "年龄与培训不符",
        /// The number's owner has the usual age of a school.
        ImpliedSchoolAge = "implied_school_age" / "证件号年龄与入学相符",
        /// The number's owner has not the age of a school: a parent's number?
        ImpliedNotSchoolAge = "implied_not_school_age" / "证件号年龄与入学不符",
        /// Nothing to compare.
        Missing = "missing" / "不适用",
    }
}

/// Compares relatives with a household.
pub(super) fn compare(left: &Household, l: usize, right: &Household, r: usize) -> HouseholdLevel {
    let home = right.households.get(r);
    if left.households.get(l).iter().any(|household| home.contains(household)) {
        return HouseholdLevel::Points;
    }
    let (relatives, members) = (left.names.get(l), right.names.get(r));
    if relatives.is_empty() || members.is_empty() {
        HouseholdLevel::Missing
    } else if relatives.iter().any(|name| members.contains(name)) {
        HouseholdLevel::Named
    } else {
        HouseholdLevel::Different
    }
}

/// Compares telephone numbers.
pub(super) fn compare_phones(left: &[u64], right: &[u64]) -> PhoneLevel {
    if left.is_empty() || right.is_empty() {
        PhoneLevel::Missing
    } else if left.iter().any(|number| right.contains(number)) {
        PhoneLevel::Equal
    } else {
        PhoneLevel::Different
    }
}

/// Ages (at the beginning) a school (1) or course (2) usually has, both included.
///
/// A student enters after 初中 or 高中, seldom later; training is for people of working age.
pub fn role_window(kind: u8) -> (u16, u16) {
    if kind == 1 { (14, 22) } else { (16, 61) }
}

/// Compares an age with what the school or course expects.
pub(super) fn compare_role(left: Role, right: Role, inside: InsideId) -> RoleLevel {
    if left.kind == 0 || left.year == 0 || right.year == 0 {
        return RoleLevel::Missing;
    }
    let (youngest, oldest) = role_window(left.kind);
    let fits =
        left.year.checked_sub(right.year).is_some_and(|age| (youngest..=oldest).contains(&age));
    match (left.kind, left.dated, fits) {
        (1, true, true) if inside == InsideId::Agrees => RoleLevel::ImpliedSchoolAge,
        (1, true, false) if inside == InsideId::Agrees => RoleLevel::ImpliedNotSchoolAge,
        (_, true, _) => RoleLevel::Missing,
        (1, false, true) => RoleLevel::SchoolAge,
        (1, false, false) => RoleLevel::NotSchoolAge,
        (_, false, true) => RoleLevel::WorkingAge,
        (_, false, false) => RoleLevel::NotWorkingAge,
    }
}
