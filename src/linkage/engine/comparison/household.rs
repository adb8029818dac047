//! Evidence around the person: relatives against the household, telephones, and whether the age
//! fits the school or course.

use super::identity::InsideId;
use super::levels;
use crate::linkage::engine::columns::{Ages, Household, Role, RoleKind, Told};

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
    /// Levels of age against role. Where the birth dates are compared they speak for the age; but when
    /// the row carries a person's number, the age tells whether that is the student, and when its
    /// number is somebody else's, only the role tells what age to expect.
    RoleLevel {
        /// The usual age of a school.
        SchoolAge = "school_age" / "年龄与入学相符",
        /// An age that occurs at a school.
        NearSchoolAge = "near_school_age" / "年龄与入学勉强相符",
        /// No age of a school.
        NotSchoolAge = "not_school_age" / "年龄与入学不符",
        /// The usual age of a course.
        WorkingAge = "working_age" / "年龄与培训相符",
        /// An age that occurs in a course.
        NearWorkingAge = "near_working_age" / "年龄与培训勉强相符",
        /// A child at the time of the course.
        Child = "child" / "培训时还是儿童",
        /// Too old for a course.
        NotWorkingAge = "not_working_age" / "培训时年龄过大",
        /// The number's owner has the usual age of a school.
        ImpliedSchoolAge = "implied_school_age" / "证件号年龄与入学相符",
        /// The number's owner has an age that occurs at a school.
        ImpliedNearSchoolAge = "implied_near_school_age" / "证件号年龄与入学勉强相符",
        /// The number's owner has no age of a school: a parent's number?
        ImpliedNotSchoolAge = "implied_not_school_age" / "证件号年龄与入学不符",
        /// The number's owner has an age of a course.
        ImpliedWorkingAge = "implied_working_age" / "证件号年龄与培训相符",
        /// The number's owner is a child or too old for a course.
        ImpliedNotWorkingAge = "implied_not_working_age" / "证件号年龄与培训不符",
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

/// Where an age lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AgeFit {
    Usual,
    Possible,
    TooYoung,
    TooOld,
}

fn fit(role: Role, birth_year: u16) -> AgeFit {
    let within = |ages: Ages, age: u16| (ages.from..=ages.to).contains(&age);
    match role.year.checked_sub(birth_year) {
        None => AgeFit::TooYoung,
        Some(age) if within(role.usual, age) => AgeFit::Usual,
        Some(age) if within(role.possible, age) => AgeFit::Possible,
        Some(age) if age < role.possible.from => AgeFit::TooYoung,
        Some(_) => AgeFit::TooOld,
    }
}

/// Whether nobody born in that year has the role; of a year or role nobody knows, it is not.
pub fn is_impossible(role: Role, birth_year: u16) -> bool {
    let known = role.kind != RoleKind::None && role.year != 0 && birth_year != 0;
    known && matches!(fit(role, birth_year), AgeFit::TooYoung | AgeFit::TooOld)
}

/// Compares an age with what the role expects.
pub(super) fn compare_role(left: Role, right: Role, inside: InsideId) -> RoleLevel {
    if left.kind == RoleKind::None || left.year == 0 || right.year == 0 {
        return RoleLevel::Missing;
    }
    if right.told == Some(Told::DoubtfulNumber) && inside != InsideId::Agrees {
        return RoleLevel::Missing;
    }
    let fit = fit(left, right.year);
    let foreign = matches!(inside, InsideId::Foreign | InsideId::Relative);
    match left.told {
        Some(_) if inside == InsideId::Agrees => implied(left.kind, fit),
        // The date came along with somebody else's number.
        Some(Told::Number | Told::Both) if foreign => own(left.kind, fit),
        Some(_) => RoleLevel::Missing,
        None => own(left.kind, fit),
    }
}

fn own(kind: RoleKind, fit: AgeFit) -> RoleLevel {
    match (kind, fit) {
        (RoleKind::None, _) => RoleLevel::Missing,
        (RoleKind::School, AgeFit::Usual) => RoleLevel::SchoolAge,
        (RoleKind::School, AgeFit::Possible) => RoleLevel::NearSchoolAge,
        (RoleKind::School, AgeFit::TooYoung | AgeFit::TooOld) => RoleLevel::NotSchoolAge,
        (RoleKind::Course, AgeFit::Usual) => RoleLevel::WorkingAge,
        (RoleKind::Course, AgeFit::Possible) => RoleLevel::NearWorkingAge,
        (RoleKind::Course, AgeFit::TooYoung) => RoleLevel::Child,
        (RoleKind::Course, AgeFit::TooOld) => RoleLevel::NotWorkingAge,
    }
}

fn implied(kind: RoleKind, fit: AgeFit) -> RoleLevel {
    match (kind, fit) {
        (RoleKind::None, _) => RoleLevel::Missing,
        (RoleKind::School, AgeFit::Usual) => RoleLevel::ImpliedSchoolAge,
        (RoleKind::School, AgeFit::Possible) => RoleLevel::ImpliedNearSchoolAge,
        (RoleKind::School, AgeFit::TooYoung | AgeFit::TooOld) => RoleLevel::ImpliedNotSchoolAge,
        (RoleKind::Course, AgeFit::Usual | AgeFit::Possible) => RoleLevel::ImpliedWorkingAge,
        (RoleKind::Course, AgeFit::TooYoung | AgeFit::TooOld) => RoleLevel::ImpliedNotWorkingAge,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(kind: RoleKind, told: Option<Told>) -> Role {
        let (usual, possible) = match kind {
            RoleKind::School => (Ages { from: 14, to: 22 }, Ages { from: 12, to: 35 }),
            _ => (Ages { from: 16, to: 61 }, Ages { from: 15, to: 68 }),
        };
        Role { kind, usual, possible, year: 2018, told }
    }

    fn born(year: u16) -> Role {
        Role { year, ..Role::default() }
    }

    #[test]
    fn ages_are_graded() {
        let school = role(RoleKind::School, None);
        let course = role(RoleKind::Course, None);
        let cases = [
            (school, 2002, RoleLevel::SchoolAge),
            (school, 1990, RoleLevel::NearSchoolAge),
            (school, 1971, RoleLevel::NotSchoolAge),
            (school, 2013, RoleLevel::NotSchoolAge),
            (course, 1980, RoleLevel::WorkingAge),
            (course, 1952, RoleLevel::NearWorkingAge),
            (course, 1940, RoleLevel::NotWorkingAge),
            (course, 2013, RoleLevel::Child),
            (course, 2020, RoleLevel::Child),
            (Role::default(), 1980, RoleLevel::Missing),
        ];
        for (left, year, level) in cases {
            assert_eq!(compare_role(left, born(year), InsideId::Open), level, "{left:?} {year}");
        }
    }

    #[test]
    fn the_role_speaks_where_the_birth_date_is_somebody_elses() {
        let told = |told| role(RoleKind::School, Some(told));
        let level = |left, inside| compare_role(left, born(1971), inside);
        assert_eq!(level(told(Told::Both), InsideId::Foreign), RoleLevel::NotSchoolAge);
        assert_eq!(level(told(Told::Number), InsideId::Relative), RoleLevel::NotSchoolAge);
        assert_eq!(level(told(Told::Column), InsideId::Foreign), RoleLevel::Missing);
        assert_eq!(level(told(Told::Both), InsideId::Open), RoleLevel::Missing);
        assert_eq!(level(told(Told::Both), InsideId::Agrees), RoleLevel::ImpliedNotSchoolAge);
        let course = role(RoleKind::Course, Some(Told::Number));
        assert_eq!(level(course, InsideId::Agrees), RoleLevel::ImpliedWorkingAge);
        let child = compare_role(course, born(2013), InsideId::Agrees);
        assert_eq!(child, RoleLevel::ImpliedNotWorkingAge);
    }
}
