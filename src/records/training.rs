//! Rows of 职业培训实名制 → [`Training`].

use std::cmp::Reverse;
use std::sync::LazyLock;

use compact_str::CompactString;

use super::address::{OTHER_PROVINCES, PlaceCells, Resolver};
use super::lexicon::{self, LabelReading, without_code};
use super::mentions::Mentions;
use super::place::NOWHERE;
use super::sheet::SheetCells;
use super::{CertificateMark, Training};
use crate::vocabulary::Field;
use crate::vocabulary::labels::{CertificateKind, CourseKind, SkillLevel, TrainingKind};

/// Builds the trainee's details of a row.
pub(super) fn details(
    sheet: &SheetCells,
    row: usize,
    resolver: &Resolver,
    mentions: &mut Mentions,
) -> Training {
    let class_no = sheet.code(Field::ClassNo, row);
    let class_no = if class_no.is_empty() { sheet.text(Field::ClassName, row) } else { class_no };
    let (start, end) = sheet.period(row, mentions);
    Training {
        class_no,
        kind: kind(sheet, row, mentions),
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
        course: course(sheet, row),
        level: level(sheet, row),
        occupation_code: sheet.text(Field::OccupationCode, row),
        days: days(sheet, row),
        trainee_kind: sheet.text(Field::TraineeKind, row),
        class_nature: sheet.text(Field::ClassNature, row),
        certificate: certificate_mark(sheet, row),
        certificate_no: sheet.text(Field::CertificateNo, row),
        certificate_on: date_or_nothing(sheet, Field::CertificateDate, row),
        referred: sheet.affirmed(Field::Referred, row),
        employed_in_province: in_province(&sheet.text(Field::EmployedWhere, row), resolver),
    }
}

/// One of the six kinds of Annex 3. The documents know further ones that are none of the six, which is no
/// mistake of the file.
fn kind(sheet: &SheetCells, row: usize, mentions: &mut Mentions) -> Option<TrainingKind> {
    match (sheet.reading(Field::TrainingKind, row), course(sheet, row)) {
        (LabelReading::Known(kind), _) => Some(kind),
        (_, Some(_)) => None,
        _ => sheet.label(Field::TrainingKind, row, mentions),
    }
}

/// The documents' finer kind of training, where the word says one.
fn course(sheet: &SheetCells, row: usize) -> Option<CourseKind> {
    match sheet.reading(Field::TrainingKind, row) {
        LabelReading::Known(kind) => Some(kind),
        _ => None,
    }
}

/// The level of the certificate, else that of the course. Bare numbers are read with a mapping only.
pub(super) fn level(sheet: &SheetCells, row: usize) -> Option<SkillLevel> {
    let read = |field: Field| match sheet.reading(field, row) {
        LabelReading::Known(level) => Some(level),
        LabelReading::Unknown(text) => level_inside(&text),
        _ => None,
    };
    [Field::CertificateLevel, Field::TrainingLevel, Field::CertificateKind]
        .into_iter()
        .find_map(read)
}

/// A level named within other words: `职业资格证书五级`.
fn level_inside(text: &str) -> Option<SkillLevel> {
    let named = level_words().iter().find(|(word, _)| text.contains(*word));
    named.map(|(_, level)| *level)
}

/// All words for levels: 高级技师 holds 技师 and 高级, so the longest decides, of equal ones that of the highest
/// level.
fn level_words() -> &'static [(&'static str, SkillLevel)] {
    static WORDS: LazyLock<Vec<(&str, SkillLevel)>> = LazyLock::new(|| {
        let levels = SkillLevel::ALL.iter().filter(|level| level.label() != "无级别").rev();
        let words = |level: &SkillLevel| lexicon::words_of(*level).zip(std::iter::repeat(*level));
        let mut all: Vec<_> = levels.flat_map(words).collect();
        all.sort_by_key(|(word, _)| Reverse(word.chars().count()));
        all
    });
    &WORDS
}

/// 培训天数; what is no whole number is no number of days.
fn days(sheet: &SheetCells, row: usize) -> Option<u16> {
    let text = super::text::compact(sheet.cell(Field::Days, row));
    text.trim_end_matches('天').trim_end_matches(".0").parse().ok().filter(|days| *days > 0)
}

fn date_or_nothing(sheet: &SheetCells, field: Field, row: usize) -> super::date::PartialDate {
    super::date::parse(sheet.cell(field, row), sheet.as_of).unwrap_or_default()
}

/// What the cell about the certificate says: one of the documents' five kinds, none, or another.
fn certificate_mark(sheet: &SheetCells, row: usize) -> CertificateMark {
    let text = sheet.text(Field::CertificateKind, row);
    let named = without_code(&text);
    if named.is_empty() {
        return CertificateMark::Unsaid;
    }
    if named.starts_with('无') || named.starts_with('未') || named == "否" {
        return CertificateMark::Nothing;
    }
    let known = |kind: &CertificateKind| lexicon::words_of(*kind).any(|word| named.contains(word));
    let is_known = named == "是" || named == "有" || CertificateKind::ALL.iter().any(known);
    if is_known || level_inside(named).is_some() {
        CertificateMark::Known
    } else {
        CertificateMark::Other
    }
}

/// Whether a place of work lies in the province; `None` where nobody can tell.
fn in_province(text: &CompactString, resolver: &Resolver) -> Option<bool> {
    if text.is_empty() {
        return None;
    }
    // 哈尔滨市 … 北京路 is in the province; what a place begins with decides.
    let elsewhere = OTHER_PROVINCES.iter().chain(&["省外", "外省"]);
    if elsewhere.into_iter().any(|name| text.starts_with(name)) {
        return Some(false);
    }
    let own = ["黑龙江", "省内", "本省", "本市", "本县", "本地"];
    if own.iter().any(|name| text.starts_with(name)) {
        return Some(true);
    }
    let cells = PlaceCells { address: text.clone(), ..PlaceCells::default() };
    let place = resolver.resolve(&cells, None);
    (place.city != NOWHERE || place.county != NOWHERE).then_some(true)
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

#[cfg(test)]
mod tests {
    use super::level_inside;
    use crate::vocabulary::labels::SkillLevel;

    #[test]
    fn the_longest_word_for_a_level_decides() {
        let cases = [
            ("高级技师证书", Some(SkillLevel::SeniorTechnician)),
            ("技师证书", Some(SkillLevel::Technician)),
            ("职业资格证书五级", Some(SkillLevel::Beginner)),
            ("职业资格证书（高级工）", Some(SkillLevel::Advanced)),
            ("结业证书", None),
        ];
        for (text, level) in cases {
            assert_eq!(level_inside(text), level, "{text}");
        }
    }
}
