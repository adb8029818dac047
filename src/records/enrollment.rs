//! Rows of 技工院校学籍 → [`Enrollment`].

use super::lexicon::{LabelReading, names_registered};
use super::mentions::Mentions;
use super::sheet::SheetCells;
use super::{Enrollment, StudentPapers};
use crate::vocabulary::Field;
use crate::vocabulary::labels::{DeclaredPoor, LeaveKind, StudentStatus};

/// Builds the student's details of a row.
pub(super) fn details(sheet: &SheetCells, row: usize, mentions: &mut Mentions) -> Enrollment {
    let leave_kind = leave_kind(sheet, row, mentions);
    let graduated = sheet.date(Field::GraduatedOn, row, mentions);
    let left = sheet.date(Field::LeaveDate, row, mentions);
    Enrollment {
        student_no: sheet.code(Field::StudentNo, row),
        class_name: sheet.text(Field::ClassName, row),
        major: sheet.text(Field::Major, row),
        entry: sheet.date(Field::EntryDate, row, mentions),
        status: status(sheet, row, leave_kind, mentions),
        leave_kind,
        left: if graduated.is_empty() { left } else { graduated },
        employed: sheet.date(Field::EmployedOn, row, mentions),
        intake_from: sheet
            .label(Field::IntakeFrom, row, mentions)
            .or_else(|| sheet.label(Field::PriorEducation, row, mentions)),
        study_form: sheet.label(Field::StudyForm, row, mentions),
        admitted: sheet.date(Field::AdmittedOn, row, mentions),
        enlarged: enlarged(sheet, row),
        papers: papers(sheet, row).some(),
    }
}

fn papers(sheet: &SheetCells, row: usize) -> StudentPapers {
    StudentPapers {
        intake_season: sheet.text(Field::IntakeSeason, row),
        training_level: sheet.text(Field::TrainingLevel, row),
        graduation_no: sheet.text(Field::GraduationNo, row),
        certificate_no: sheet.text(Field::CertificateNo, row),
        certificate_kind: sheet.text(Field::CertificateKind, row),
        certificate_level: sheet.text(Field::CertificateLevel, row),
        aid_kind: sheet.text(Field::AidKind, row),
    }
}

/// Whether the row says that the student counts for the enlargement.
fn enlarged(sheet: &SheetCells, row: usize) -> Option<bool> {
    if sheet.text(Field::Enlarged, row).contains("扩招") {
        return Some(true);
    }
    sheet.affirmed(Field::Enlarged, row)
}

/// 离校类别; without such a column (or entry) a status such as 毕业 or 退学 says it.
fn leave_kind(sheet: &SheetCells, row: usize, mentions: &mut Mentions) -> Option<LeaveKind> {
    let own = sheet.label(Field::LeaveKind, row, mentions);
    own.or_else(|| match sheet.reading(Field::StudentStatus, row) {
        LabelReading::Known(kind) => Some(kind),
        _ => None,
    })
}

/// 学籍状态; where it is empty, a leave kind says that the student left.
fn status(
    sheet: &SheetCells,
    row: usize,
    leave_kind: Option<LeaveKind>,
    mentions: &mut Mentions,
) -> Option<StudentStatus> {
    let own = sheet.label(Field::StudentStatus, row, mentions);
    own.or_else(|| leave_kind.map(|_| StudentStatus::Left))
}

/// Whether a school or agency says the person is registered: 是否建档立卡 in words, else a 困难类型
/// or 学员类型 that names registered households.
pub(super) fn declared_poor(
    sheet: &SheetCells,
    row: usize,
    mentions: &mut Mentions,
) -> Option<DeclaredPoor> {
    if let Some(declared) = sheet.label(Field::DeclaredPoor, row, mentions) {
        return Some(declared);
    }
    let kinds = [Field::HardshipKind, Field::TraineeKind];
    let says = kinds.iter().any(|field| names_registered(&sheet.text(*field, row)));
    says.then_some(DeclaredPoor::Yes)
}
