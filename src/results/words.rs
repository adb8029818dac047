//! How a row or a person is worded: cell texts made from records, in one place so that workbooks
//! and pages word them alike.

use std::borrow::Cow;

pub use crate::records::date_ranges::show as date;
use crate::records::identifier::{IdClass, IdNumber};
use crate::records::{Detail, Person, SourceRecord};
use crate::vocabulary::SourceKind;

/// The ID as the file has it; a number a spreadsheet has ruined says so, because its last digits
/// look like any others.
pub fn id_as_filed(id: &IdNumber) -> Cow<'_, str> {
    if id.class == IdClass::Truncated {
        Cow::Owned(format!("{}（末几位已失真）", id.raw().trim()))
    } else {
        Cow::Borrowed(id.raw().trim())
    }
}

/// 入学时间 or 开班日期.
pub fn began(record: &SourceRecord) -> String {
    match &record.detail {
        Detail::Enrollment(enrollment) => date(enrollment.entry),
        Detail::Training(training) => date(training.start),
    }
}

/// 学籍状态 (with 离校类别) or 培训类型.
pub fn state(record: &SourceRecord) -> String {
    match &record.detail {
        Detail::Enrollment(enrollment) => {
            let status = enrollment.status.map_or("", |status| status.label());
            match enrollment.leave_kind {
                Some(kind) => format!("{status}（{}）", kind.label()),
                None => status.to_owned(),
            }
        }
        Detail::Training(training) => {
            training.kind.map_or_else(String::new, |kind| kind.label().to_owned())
        }
    }
}

/// 专业 and 班级, or 工种 and 班级.
pub fn course(record: &SourceRecord) -> [&str; 2] {
    match &record.detail {
        Detail::Enrollment(enrollment) => [&enrollment.major, &enrollment.class_name],
        Detail::Training(training) => [&training.trade, &training.class_no],
    }
}

/// 是否自报建档立卡: 是, 否 or nothing.
pub fn declared(record: &SourceRecord) -> &'static str {
    record.declared_poor.map_or("", |declared| declared.label())
}

/// 与户主关系.
pub fn relation(person: &Person) -> &'static str {
    person.relation.map_or("", |relation| relation.label())
}

/// 脱贫属性, 户类型 and 监测对象类型, those that are known.
pub fn standing(person: &Person) -> String {
    let standing = &person.standing;
    let status = standing.poverty_status.map_or("", |status| status.label());
    let parts = [status, standing.household_type(), standing.monitor_type()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("、")
}

/// 技工院校 or 职业培训机构.
pub fn institution_kind(kind: SourceKind) -> &'static str {
    if kind == SourceKind::Training { "职业培训机构" } else { "技工院校" }
}

/// `2019年6月10日`.
pub fn chinese_date(date: jiff::civil::Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}
