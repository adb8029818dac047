//! Which rows of one person are one attendance, and whether it still goes on.

use compact_str::CompactString;

use super::date::PartialDate;
use super::{Enrollment, SourceRecord};
use crate::vocabulary::labels::StudentStatus;

/// One class of an agency: by its number, or by trade and first day where it has none.
pub type ClassKey = (u32, CompactString, PartialDate);

/// The class of a trainee's row; `None` for a student. Rows of one person with equal keys are
/// one attendance.
pub fn class_key(record: &SourceRecord) -> Option<ClassKey> {
    let course = record.training()?;
    Some(if course.class_no.is_empty() {
        (record.institution, course.trade.clone(), course.start)
    } else {
        (record.institution, course.class_no.clone(), PartialDate::default())
    })
}

/// Whether a student has not left, as far as the row says.
pub fn is_still_enrolled(student: &Enrollment) -> bool {
    match student.status {
        Some(status) => status != StudentStatus::Left,
        None => student.leave_kind.is_none() && student.left.is_empty(),
    }
}
