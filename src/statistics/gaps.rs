//! Dates and labels that a figure could not use, or could use only by a rule of thumb: one table of
//! rules, over the rows with a registered person; nobody else is counted. Where a whole sheet has no
//! such column, it is one problem for the sheet, not one per row.

use std::collections::BTreeMap;

use crate::origin::{Catalogue, Origin, SheetId};
use crate::problems::{Problem, Severity};
use crate::records::date::PartialDate;
use crate::records::date_ranges::show;
use crate::records::{Detail, Records};
use crate::vocabulary::Field;

use super::Basis;
use super::indicators::find;
use super::masks::Masks;
use super::rules::FigureRule;
use super::window::Window;

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GapKind {
    /// After the report date.
    Later,
    /// Partly inside the window.
    Cut,
    /// Not there, and these figures of Annex 2 cannot count the row for want of it.
    Missing(&'static [&'static str]),
    /// In work or business by the status, without a date; counted by a setting only.
    Undated(&'static [&'static str]),
}

/// A value some rows lack or have too late.
struct Gap {
    /// The rows.
    rule: FigureRule,
    /// The cell.
    field: Field,
    kind: GapKind,
}

const fn gap(rule: FigureRule, field: Field, kind: GapKind) -> Gap {
    Gap { rule, field, kind }
}

use GapKind::{Cut, Later, Missing, Undated};

/// In the order they are told of a row.
const GAPS: &[Gap] = &[
    gap(FigureRule::AnyEntryLate, Field::EntryDate, Later),
    gap(FigureRule::EntryCut, Field::EntryDate, Cut),
    gap(FigureRule::StudentWorkLate, Field::EmployedOn, Later),
    gap(FigureRule::LeavingLate, Field::GraduatedOn, Later),
    gap(FigureRule::LeavingCut, Field::GraduatedOn, Cut),
    gap(FigureRule::NoStatus, Field::StudentStatus, Missing(&["a2_1", "a2_2", "a2_3"])),
    gap(FigureRule::OriginUnknown, Field::IntakeFrom, Missing(&["a2_1"])),
    gap(
        FigureRule::StudyFormUnknown,
        Field::StudyForm,
        Missing(&["a2_1", "a2_2", "a2_3", "a2_4", "a2_5"]),
    ),
    gap(FigureRule::EntryUnknown, Field::EntryDate, Missing(&["a2_1", "a2_2"])),
    gap(FigureRule::GraduationUnknown, Field::GraduatedOn, Missing(&["a2_4", "a2_5"])),
    gap(FigureRule::StartLate, Field::StartDate, Later),
    gap(FigureRule::StartCut, Field::StartDate, Cut),
    gap(FigureRule::EndCut, Field::EndDate, Cut),
    gap(FigureRule::TraineeWorkLate, Field::EmployedOn, Later),
    gap(FigureRule::BusinessLate, Field::BusinessOn, Later),
    gap(FigureRule::StartUnknown, Field::StartDate, Missing(&["a2_6", "a2_7"])),
    gap(FigureRule::ClassEndUnknown, Field::EndDate, Missing(&["a2_6", "a2_7"])),
    gap(FigureRule::EndUnknown, Field::EndDate, Missing(&["a2_7"])),
    gap(FigureRule::UndatedWork, Field::EmployedOn, Undated(&["a2_7"])),
];

/// All such problems of the rows that count or may come to count.
pub(super) fn problems(
    records: &Records,
    masks: &Masks,
    basis: &Basis,
    catalogue: &Catalogue,
) -> Vec<Problem> {
    let teller = Teller { records, basis, catalogue, window: Window::of(basis) };
    let mut rows: Vec<(u32, usize)> = Vec::new();
    for (index, gap) in GAPS.iter().enumerate() {
        rows.extend(masks.rows_of(gap.rule).into_iter().map(|row| (row, index)));
    }
    rows.sort_unstable();
    let mut found = Vec::new();
    let mut sheets: BTreeMap<(SheetId, Field, usize), u64> = BTreeMap::new();
    for (row, index) in rows {
        let (gap, at) = (&GAPS[index], records.sources[row as usize].origin);
        if gap.may_lack_column() && catalogue.cell(at, gap.field).is_empty() {
            *sheets.entry((at.sheet, gap.field, index)).or_default() += 1;
        } else {
            found.push(teller.of_row(row, at, gap));
        }
    }
    let of_sheet = |((sheet, _, index), rows)| teller.of_sheet(sheet, &GAPS[index], rows);
    found.extend(sheets.into_iter().map(of_sheet));
    found
}

impl Gap {
    /// Whether a sheet without the column explains it.
    fn may_lack_column(&self) -> bool {
        matches!(self.kind, Missing(_) | Undated(_))
    }
}

/// The marks of figures: ①② or ①至⑤.
fn marks(codes: &[&str]) -> String {
    let marks: Vec<&str> = codes.iter().filter_map(|code| Some(find(code)?.mark)).collect();
    match marks.as_slice() {
        [first, _, _, .., last] if marks.len() > 3 => format!("{first}至{last}"),
        few => few.concat(),
    }
}

/// Code and weight of a problem.
struct GapNotice {
    code: &'static str,
    severity: Severity,
}

struct Teller<'run> {
    records: &'run Records,
    basis: &'run Basis,
    catalogue: &'run Catalogue,
    window: Window,
}

impl Teller<'_> {
    fn of_row(&self, row: u32, at: Origin, gap: &Gap) -> Problem {
        let (as_of, field) = (self.basis.as_of, name(gap.field));
        let detail = &self.records.sources[row as usize].detail;
        let date = || show(date_of(detail, gap.field));
        match gap.kind {
            Later => self
                .at(
                    at,
                    gap.field,
                    &GapNotice { code: "date-after-report", severity: Severity::Warning },
                )
                .saying(
                    format!("{field}{}晚于统计日期{as_of}", date()),
                    "该行不计入以此日期为准的指标；请核对日期或统计日期",
                ),
            Cut => {
                let start = self.window.start;
                let message =
                    format!("{field}只写到“{}”，统计期{start}至{as_of}从中间穿过", date());
                self.at(
                    at,
                    gap.field,
                    &GapNotice { code: "date-partial", severity: Severity::Note },
                )
                .saying(message, "按可能的第一天判断；如有出入请补全日期")
            }
            Missing(figures) => {
                let action = format!("该行不计入{}；请补填或更正", marks(figures));
                self.at(at, gap.field, &self.told(gap)).saying(format!("没有可用的{field}"), action)
            }
            Undated(figures) => {
                let status = status(detail);
                let figures = marks(figures);
                let action = if self.is_counted_undated() {
                    format!("按设置 count_undated_employment 计入{figures}")
                } else {
                    format!("该行不计入{figures}；请补填就业时间")
                };
                self.at(at, Field::EmploymentStatus, &self.told(gap))
                    .saying(format!("就业状态为“{status}”，没有就业时间或创业时间"), action)
            }
        }
    }

    fn of_sheet(&self, sheet: SheetId, gap: &Gap, rows: u64) -> Problem {
        let sheet = self.catalogue.sheet(sheet);
        let action = match gap.kind {
            Undated(figures) if self.is_counted_undated() => {
                format!("{rows}行按设置 count_undated_employment 计入{}", marks(figures))
            }
            Undated(figures) | Missing(figures) => {
                let figures = marks(figures);
                format!("{rows}行已比中或待核的人员不计入{figures}；请补上这一列")
            }
            Later | Cut => String::new(),
        };
        let GapNotice { code, severity } = self.told(gap);
        Problem::file(&sheet.file, code, severity)
            .at(&sheet.sheet, "")
            .saying(format!("没有“{}”列", name(gap.field)), action)
    }

    /// Code and weight of what is not there.
    fn told(&self, gap: &Gap) -> GapNotice {
        let (code, severity) = match gap.kind {
            Undated(_) if self.is_counted_undated() => ("employment-undated", Severity::Note),
            Undated(_) => ("employment-undated", Severity::Warning),
            _ => ("figure-value-missing", Severity::Warning),
        };
        GapNotice { code, severity }
    }

    fn is_counted_undated(&self) -> bool {
        self.basis.settings.count_undated_employment
    }

    fn at(&self, at: Origin, field: Field, told: &GapNotice) -> Problem {
        let sheet = self.catalogue.sheet(at.sheet);
        Problem::file(&sheet.file, told.code, told.severity)
            .at(&sheet.sheet, &self.catalogue.cell(at, field))
    }
}

/// The date a cell holds.
fn date_of(detail: &Detail, field: Field) -> PartialDate {
    match (detail, field) {
        (Detail::Enrollment(student), Field::EntryDate) => student.entry,
        (Detail::Enrollment(student), Field::GraduatedOn) => student.left,
        (Detail::Enrollment(student), _) => student.employed,
        (Detail::Training(course), Field::StartDate) => course.start,
        (Detail::Training(course), Field::EndDate) => course.end,
        (Detail::Training(course), Field::BusinessOn) => course.business,
        (Detail::Training(course), _) => course.employed,
    }
}

/// 就业状态 of a trainee.
fn status(detail: &Detail) -> &'static str {
    match detail {
        Detail::Training(course) => course.employment.map_or("", |status| status.label()),
        Detail::Enrollment(_) => "",
    }
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

#[cfg(test)]
mod tests {
    use super::{GAPS, GapKind, marks};
    use crate::statistics::indicators::find;

    #[test]
    fn every_figure_that_misses_a_value_is_one_of_the_form() {
        for gap in GAPS {
            if let GapKind::Missing(codes) | GapKind::Undated(codes) = gap.kind {
                assert!(codes.iter().all(|code| find(code).is_some()), "{:?}", gap.rule);
            }
        }
        assert_eq!(marks(&["a2_1", "a2_2", "a2_3"]), "①②③");
        assert_eq!(marks(&["a2_1", "a2_2", "a2_3", "a2_4", "a2_5"]), "①至⑤");
    }
}
