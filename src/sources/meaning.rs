//! What a heading means below its group headings.
//!
//! `父亲 | 姓名` is read together; where that is nothing known, `姓名` counts alone, unless a group
//! makes it somebody else's. Group headings over the parts of an address leave the parts as they are.

use rustc_hash::FxHashMap;

use super::heading::normalise;
use super::synonyms::{Recognised, Synonyms};
use crate::vocabulary::Field;

/// What group headings say beside their subject: `父亲情况`, `学籍信息`.
const TRAILERS: &[&str] =
    &["基本信息", "基本情况", "有关情况", "相关信息", "信息", "情况", "资料", "一栏", "栏"];

/// Words of groups about the student's or trainee's family. Relatives below them are his own.
const FAMILY: &[&str] = &["家庭", "家长", "家属", "亲属"];

/// A heading below a second group of addresses comes after one below the first.
const LATER_ADDRESS: u16 = 50;

/// Reads headings, each text once.
#[derive(Debug)]
pub(super) struct Meanings<'a> {
    synonyms: &'a Synonyms,
    seen: FxHashMap<String, Option<Recognised>>,
}

impl<'a> Meanings<'a> {
    pub(super) fn new(synonyms: &'a Synonyms) -> Self {
        Self { synonyms, seen: FxHashMap::default() }
    }

    /// The meaning of a column by its headings, outermost first.
    pub(super) fn of(&mut self, path: &[String]) -> Option<Recognised> {
        let (leaf, groups) = path.split_last()?;
        if groups.is_empty() {
            return self.alone(leaf);
        }
        let joined = self.joined(groups, leaf);
        if let Joined::Known(found) = joined {
            return Some(found);
        }
        if joined == Joined::Ignored {
            return None;
        }
        let own = self.below(groups, leaf);
        let near = if let Joined::Near(found) = joined { Some(found) } else { None };
        match own {
            Some(found) if !found.guessed => Some(found),
            own => near.or(own),
        }
    }

    /// What a single heading means.
    pub(super) fn alone(&mut self, heading: &str) -> Option<Recognised> {
        if let Some(known) = self.seen.get(heading) {
            return *known;
        }
        let found = self.synonyms.recognise(heading);
        self.seen.insert(heading.to_owned(), found);
        found
    }

    /// A heading read together with its groups: the nearest first, then all of them.
    fn joined(&mut self, groups: &[String], leaf: &str) -> Joined {
        let mut near = Joined::Nothing;
        for (place, text) in joints(groups, leaf) {
            if self.synonyms.ignores(&text) {
                return Joined::Ignored;
            }
            let Some(found) = self.alone(&text) else { continue };
            if groups[..place].iter().any(|outer| self.is_foreign(outer)) {
                continue;
            }
            if !found.guessed {
                return Joined::Known(found);
            }
            if near == Joined::Nothing {
                near = Joined::Near(found);
            }
        }
        near
    }

    /// A heading by itself below groups that do not make it somebody else's.
    fn below(&mut self, groups: &[String], leaf: &str) -> Option<Recognised> {
        let mut found = self.alone(leaf)?;
        for group in groups {
            let address = self.alone(group).filter(|group| group.field == Field::Address);
            if let Some(address) = address.filter(|_| is_place(found.field)) {
                found.rank += LATER_ADDRESS * address.rank.min(20);
            } else if found.field != Field::Remark && self.synonyms.is_others_group(group) {
                let of_family = !self.is_foreign(group) && !is_personal(found.field);
                of_family.then_some(())?;
            }
        }
        // 单位名称 below 就业情况 is an employer; 培训单位名称 below 班级信息 is none.
        let of_training = ["培训", "承训", "办学", "承办"].iter().any(|word| leaf.contains(word));
        let is_unit = matches!(found.field, Field::School | Field::Agency);
        let vague = is_unit && leaf.contains("单位") && !of_training;
        (!vague).then_some(found)
    }

    /// Whether a group is about somebody else than the person and the person's family.
    fn is_foreign(&self, group: &str) -> bool {
        let text = normalise(group).whole;
        let text = FAMILY.iter().fold(text, |text, word| text.replace(word, ""));
        self.synonyms.is_others_group(&text)
    }
}

/// What a heading and its groups are together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joined {
    Nothing,
    /// Known and not used.
    Ignored,
    Near(Recognised),
    Known(Recognised),
}

/// The ways to read a heading with its groups, each with the place of the outermost group in it.
fn joints(groups: &[String], leaf: &str) -> Vec<(usize, String)> {
    let mut ways = Vec::new();
    for (place, group) in groups.iter().enumerate().rev() {
        let whole = normalise(group).whole;
        let core = subject(&whole);
        ways.push((place, format!("{whole}{leaf}")));
        if !core.is_empty() && core != whole {
            ways.push((place, format!("{core}{leaf}")));
        }
    }
    if groups.len() > 1 {
        ways.push((0, format!("{}{leaf}", groups.concat())));
    }
    ways
}

/// `父亲基本情况` → `父亲`.
fn subject(group: &str) -> &str {
    TRAILERS.iter().find_map(|end| group.strip_suffix(end)).unwrap_or(group)
}

/// Parts of an address.
fn is_place(field: Field) -> bool {
    matches!(
        field,
        Field::Province
            | Field::City
            | Field::County
            | Field::Town
            | Field::Village
            | Field::Hamlet
            | Field::Address
    )
}

/// What is true of one person and not of the whole family.
fn is_personal(field: Field) -> bool {
    matches!(
        field,
        Field::Name
            | Field::IdNumber
            | Field::IdType
            | Field::Sex
            | Field::Birth
            | Field::Age
            | Field::Ethnicity
            | Field::Education
            | Field::PriorEducation
            | Field::Health
            | Field::Phone
            | Field::PersonNo
            | Field::StudentNo
            | Field::Relation
            | Field::Schooling
            | Field::Skill
            | Field::DisabilityNo
            | Field::EmploymentStatus
            | Field::EmployedOn
    )
}

#[cfg(test)]
mod tests {
    use super::{Meanings, Synonyms};
    use crate::vocabulary::SourceKind::{self, Enrollment, Intention, Registry, Training};

    fn key(kind: SourceKind, path: &str) -> &'static str {
        let synonyms = Synonyms::of(kind);
        let path: Vec<String> = path.split('/').map(str::to_owned).collect();
        Meanings::new(&synonyms).of(&path).map_or("", |found| found.field.key())
    }

    #[test]
    fn groups_leave_own_columns_and_take_others() {
        let cases = [
            (Enrollment, "家庭住址/县", "county"),
            (Enrollment, "家庭所在地/乡镇", "town"),
            (Enrollment, "现住址/村", "village"),
            (Enrollment, "学校地址/县", ""),
            (Enrollment, "家庭情况/父亲/姓名", "father_name"),
            (Enrollment, "家庭情况/联系电话", "contact_phone"),
            (Enrollment, "家庭情况/姓名", ""),
            (Enrollment, "家庭情况/困难类型", "hardship_kind"),
            (Enrollment, "家庭成员/姓名", ""),
            (Enrollment, "监护人信息/姓名", "guardian_name"),
            (Enrollment, "监护人/身份证号", "guardian_id"),
            (Enrollment, "学生/姓名", "name"),
            (Enrollment, "学校信息/联系人/姓名", ""),
            (Enrollment, "学籍信息/入学情况/入学年月", "entry_date"),
            (Enrollment, "学籍信息/状态", "student_status"),
            (Enrollment, "入学情况/年月", "entry_date"),
            (Enrollment, "就业情况/单位名称", ""),
            (Enrollment, "就业情况/就业时间", "employed_on"),
            (Enrollment, "毕业/学校", ""),
            (Enrollment, "配偶/姓名", ""),
            (Training, "班级信息/培训单位名称", "agency"),
            (Training, "办班情况/承训单位", "agency"),
            (Training, "就业情况/单位名称", ""),
            (Training, "培训机构/名称", "agency"),
            (Training, "培训机构/地址", ""),
            (Training, "证书情况/编号", "certificate_no"),
            (Training, "证书/编号", "certificate_no"),
            (Registry, "家庭成员信息/姓名", "name"),
            (Registry, "家庭成员基本情况/身份证号", "id_number"),
            (Registry, "家庭成员/性别", "sex"),
            (Registry, "家庭基本情况/户编号", "household_no"),
            (Registry, "户主信息/姓名", "head_name"),
            (Registry, "户主/证件号码", "head_id"),
            (Registry, "帮扶责任人/姓名", ""),
            (Intention, "家庭成员信息/姓名", "name"),
        ];
        for (kind, path, expected) in cases {
            assert_eq!(key(kind, path), expected, "{kind:?} {path}");
        }
    }

    #[test]
    fn of_two_addresses_the_registered_one_comes_first() {
        let synonyms = Synonyms::of(Enrollment);
        let mut meanings = Meanings::new(&synonyms);
        let mut rank =
            |group: &str| meanings.of(&[group.to_owned(), "县".to_owned()]).map(|found| found.rank);
        assert!(rank("户籍地址") < rank("现住址"));
    }
}
