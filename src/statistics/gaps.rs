//! Dates and labels that a figure could not use, or could use only by a rule of thumb.
//!
//! Only rows with a registry person are looked at: nobody else is counted. Where a whole sheet has
//! no such column, it is one problem for the sheet, not one per row.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::config::TrainingDate;
use crate::linkage::Decision;
use crate::origin::{Catalogue, Origin, SheetId};
use crate::problems::{Problem, Severity};
use crate::records::date::PartialDate;
use crate::records::date_ranges::show;
use crate::records::{Detail, Enrollment, Records, Training};
use crate::vocabulary::Field;
use crate::vocabulary::labels::{EmploymentStatus, LeaveKind, StudentStatus};

use super::window::Window;
use super::{Basis, Outcome};

/// What is wrong with one value of one row.
enum Trouble {
    /// After the report date.
    Future(Field, PartialDate),
    /// Partly inside the window.
    Cut(Field, PartialDate),
    /// Not there, and what could not be counted for want of it.
    Missing(Field, &'static str),
    /// In work or business by the status, without a date.
    Undated(EmploymentStatus),
}

/// All such problems of the rows that count or may come to count.
pub(super) fn problems(
    records: &Records,
    outcomes: &[Outcome],
    basis: &Basis,
    catalogue: &Catalogue,
) -> Vec<Problem> {
    let judge = Judge { basis, catalogue, window: Window::of(basis) };
    let mut found = Vec::new();
    let mut sheets: BTreeMap<(SheetId, Field, &'static str), u64> = BTreeMap::new();
    let concerned = records.sources.iter().zip(outcomes);
    for (record, _) in concerned.filter(|(_, outcome)| outcome.decision != Decision::None) {
        let troubles = match &record.detail {
            Detail::Enrollment(student) => judge.student(student),
            Detail::Training(course) => judge.course(course),
        };
        for trouble in troubles {
            match judge.sheet_wide(record.origin, &trouble) {
                Some(key) => *sheets.entry(key).or_default() += 1,
                None => found.push(judge.problem(record.origin, &trouble)),
            }
        }
    }
    found.extend(sheets.into_iter().map(|(key, rows)| judge.whole_sheet(key, rows)));
    found
}

struct Judge<'run> {
    basis: &'run Basis,
    catalogue: &'run Catalogue,
    window: Window,
}

impl Judge<'_> {
    fn as_of(&self) -> Date {
        self.basis.as_of
    }

    fn is_future(&self, date: PartialDate) -> bool {
        date.first_day().is_some_and(|day| day > self.as_of())
    }

    fn check(&self, field: Field, date: PartialDate, placed: bool) -> Option<Trouble> {
        if self.is_future(date) {
            return Some(Trouble::Future(field, date));
        }
        (placed && self.window.cuts(date)).then_some(Trouble::Cut(field, date))
    }

    fn student(&self, student: &Enrollment) -> Vec<Trouble> {
        let enrolled = student.status == Some(StudentStatus::Enrolled);
        let graduated = student.leave_kind == Some(LeaveKind::Graduated);
        let mut found = Vec::new();
        found.extend(self.check(Field::EntryDate, student.entry, enrolled));
        found.extend(self.check(Field::EmployedOn, student.employed, false));
        // Beside 正式学籍 a later date is the planned graduation.
        if graduated || student.status == Some(StudentStatus::Left) {
            found.extend(self.check(Field::GraduatedOn, student.left, graduated));
        }
        // A row that says nothing of its status is in no figure at all: say so.
        if student.status.is_none() {
            found.push(Trouble::Missing(Field::StudentStatus, "①②③"));
        }
        if enrolled && self.window.contains(student.entry) && student.intake_from.is_none() {
            found.push(Trouble::Missing(Field::IntakeFrom, "①"));
        }
        if self.basis.settings.full_time_only
            && (enrolled || graduated)
            && student.study_form.is_none()
        {
            found.push(Trouble::Missing(Field::StudyForm, "①至⑤"));
        }
        if enrolled && student.entry.is_empty() {
            found.push(Trouble::Missing(Field::EntryDate, "①②"));
        }
        if graduated && student.left.is_empty() {
            found.push(Trouble::Missing(Field::GraduatedOn, "④⑤"));
        }
        found
    }

    fn course(&self, course: &Training) -> Vec<Trouble> {
        let by_start = self.basis.settings.training_date == TrainingDate::Start;
        let (placing, placed) =
            if by_start { (Field::StartDate, course.start) } else { (Field::EndDate, course.end) };
        let mut found = Vec::new();
        found.extend(self.check(Field::StartDate, course.start, by_start));
        if !by_start && self.window.cuts(course.end) {
            found.push(Trouble::Cut(Field::EndDate, course.end));
        }
        found.extend(self.check(Field::EmployedOn, course.employed, false));
        found.extend(self.check(Field::BusinessOn, course.business, false));
        if placed.is_empty() {
            found.push(Trouble::Missing(placing, "⑥⑦"));
        } else if self.window.contains(placed) {
            found.extend(employment(course));
        }
        found
    }

    fn is_counted_undated(&self) -> bool {
        self.basis.settings.count_undated_employment
    }

    /// The sheet and column, when the sheet lacks the column altogether.
    fn sheet_wide(&self, at: Origin, trouble: &Trouble) -> Option<(SheetId, Field, &'static str)> {
        let (field, what) = match trouble {
            Trouble::Missing(field, what) => (*field, *what),
            Trouble::Undated(_) => (Field::EmployedOn, "⑦"),
            Trouble::Future(..) | Trouble::Cut(..) => return None,
        };
        self.catalogue.cell(at, field).is_empty().then_some((at.sheet, field, what))
    }

    fn problem(&self, at: Origin, trouble: &Trouble) -> Problem {
        let as_of = self.as_of();
        match trouble {
            Trouble::Future(field, date) => {
                let message = format!("{}{}晚于统计日期{as_of}", name(*field), show(*date));
                self.at(at, *field, "date-after-report", Severity::Warning)
                    .saying(message, "该行不计入以此日期为准的指标；请核对日期或统计日期")
            }
            Trouble::Cut(field, date) => {
                let message = format!(
                    "{}只写到“{}”，统计期{}至{as_of}从中间穿过",
                    name(*field),
                    show(*date),
                    self.window.start
                );
                self.at(at, *field, "date-partial", Severity::Note)
                    .saying(message, "按可能的第一天判断；如有出入请补全日期")
            }
            Trouble::Missing(field, what) => {
                let message = format!("没有可用的{}", name(*field));
                let action = format!("该行不计入{what}；请补填或更正");
                self.at(at, *field, "figure-value-missing", Severity::Warning)
                    .saying(message, action)
            }
            Trouble::Undated(status) => {
                let message = format!("就业状态为“{}”，没有就业时间或创业时间", status.label());
                let action = if self.is_counted_undated() {
                    "按设置 count_undated_employment 计入⑦"
                } else {
                    "该行不计入⑦；请补填就业时间"
                };
                self.at(at, Field::EmploymentStatus, "employment-undated", self.undated_severity())
                    .saying(message, action)
            }
        }
    }

    fn undated_severity(&self) -> Severity {
        if self.is_counted_undated() { Severity::Note } else { Severity::Warning }
    }

    fn at(&self, at: Origin, field: Field, code: &'static str, severity: Severity) -> Problem {
        let sheet = self.catalogue.sheet(at.sheet);
        Problem::file(&sheet.file, code, severity).at(&sheet.sheet, &self.catalogue.cell(at, field))
    }

    fn whole_sheet(&self, key: (SheetId, Field, &'static str), rows: u64) -> Problem {
        let (sheet, field, what) = key;
        let sheet = self.catalogue.sheet(sheet);
        let undated = what == "⑦";
        let counted = undated && self.is_counted_undated();
        let (code, severity) = if undated {
            ("employment-undated", self.undated_severity())
        } else {
            ("figure-value-missing", Severity::Warning)
        };
        let action = if counted {
            format!("{rows}行按设置 count_undated_employment 计入{what}")
        } else {
            format!("{rows}行已比中或待核的人员不计入{what}；请补上这一列")
        };
        Problem::file(&sheet.file, code, severity)
            .at(&sheet.sheet, "")
            .saying(format!("没有“{}”列", name(field)), action)
    }
}

fn employment(course: &Training) -> Option<Trouble> {
    use EmploymentStatus::{Employed, SelfEmployed};
    let dated = !course.employed.is_empty() || !course.business.is_empty();
    if dated && course.end.is_empty() {
        return Some(Trouble::Missing(Field::EndDate, "⑦"));
    }
    let status = course.employment.filter(|status| matches!(status, Employed | SelfEmployed))?;
    (!dated).then_some(Trouble::Undated(status))
}

/// The column as users know it.
fn name(field: Field) -> &'static str {
    match field {
        Field::EntryDate => "入学时间",
        Field::GraduatedOn => "毕业时间",
        Field::StartDate => "开班日期",
        Field::EndDate => "结业日期",
        Field::BusinessOn => "创业时间",
        Field::StudentStatus => "学籍状态",
        Field::IntakeFrom => "招生对象",
        Field::StudyForm => "学习形式",
        _ => "就业时间",
    }
}
