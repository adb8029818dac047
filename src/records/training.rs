//! Rows of 职业培训实名制 → [`Training`].

use super::Training;
use super::lexicon::without_code;
use super::mentions::Mentions;
use super::sheet::SheetCells;
use crate::vocabulary::Field;

/// Builds the trainee's details of a row.
pub(super) fn details(sheet: &SheetCells, row: usize, mentions: &mut Mentions) -> Training {
    let class_no = sheet.code(Field::ClassNo, row);
    let class_no = if class_no.is_empty() { sheet.text(Field::ClassName, row) } else { class_no };
    let (start, end) = sheet.period(row, mentions);
    Training {
        class_no,
        kind: sheet.label(Field::TrainingKind, row, mentions),
        trade: sheet.text(Field::Trade, row),
        start,
        end,
        employment: sheet.label(Field::EmploymentStatus, row, mentions),
        employed: sheet.date(Field::EmployedOn, row, mentions),
        business: sheet.date(Field::BusinessOn, row, mentions),
        certified: is_certified(sheet, row, mentions),
        training_fee: sheet.money(Field::TrainingFee, row, mentions),
        exam_fee: sheet.money(Field::ExamFee, row, mentions),
        living_fee: sheet.money(Field::LivingFee, row, mentions),
    }
}

/// A certificate number, a date, or a kind other than 无 says there is one. A level alone does
/// not: rosters fill in the level the class aims at.
fn is_certified(sheet: &SheetCells, row: usize, mentions: &mut Mentions) -> bool {
    let kind = sheet.text(Field::CertificateKind, row);
    let named = without_code(&kind);
    let none =
        named.is_empty() || named.starts_with('无') || named.starts_with('未') || named == "否";
    !none
        || !sheet.text(Field::CertificateNo, row).is_empty()
        || !sheet.date(Field::CertificateDate, row, mentions).is_empty()
}
