//! Schools by indicators (000 三（二） 行动快、扩招好、质量高; 002 十三): a rank per indicator, no total, because no document
//! gives weights.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::findings::{Finding, Urgency};
use crate::linkage::Outcome;
use crate::records::attendance::is_still_enrolled;
use crate::records::{Enrollment, Records};
use crate::vocabulary::SourceKind;
use crate::vocabulary::labels::LeaveKind;

use super::progress::ProgressRow;

/// Fewest cases a share is ranked from.
const LEAST: i64 = 20;

/// What schools are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SchoolMeasure {
    /// 扩招好: new students against the number to reach.
    Completion,
    /// 行动快: share admitted by the day of the split.
    Early,
    /// 质量高: of those who entered in the window, still enrolled.
    Kept,
    /// 质量高: of those who left, graduates.
    Graduated,
    /// 质量高: of graduates, employed.
    Employed,
    /// Share of students who are registered.
    Poor,
    /// Findings to mend per hundred rows; fewer is better.
    Mistakes,
}

impl SchoolMeasure {
    /// All indicators in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::Completion,
        Self::Early,
        Self::Kept,
        Self::Graduated,
        Self::Employed,
        Self::Poor,
        Self::Mistakes,
    ];

    /// The word users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Completion => "扩招好:任务完成率",
            Self::Early => "行动快:秋季录取占比",
            Self::Kept => "质量高:在读保持率",
            Self::Graduated => "质量高:毕业率",
            Self::Employed => "质量高:毕业生就业率",
            Self::Poor => "建档立卡学生占比",
            Self::Mistakes => "每百行须更正差异",
        }
    }
}

/// One school's figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Cases that count.
    pub part: i64,
    /// All cases.
    pub whole: i64,
    /// Place; `None` below twenty cases.
    pub rank: Option<usize>,
}

impl Standing {
    /// Part of the whole in ten-thousandths.
    pub fn share(self) -> i64 {
        if self.whole == 0 { 0 } else { self.part * 10_000 / self.whole }
    }
}

/// A school with its figures; an indicator without a source is absent.
pub(super) type RankedSchool = (u32, BTreeMap<SchoolMeasure, Standing>);

/// Ranks the schools of a run; `window` are the days of the enlargement.
pub fn rank(
    records: &Records,
    outcomes: &[Outcome],
    findings: &[Finding],
    (progress, window): (&[&ProgressRow], (Date, Date)),
) -> Vec<RankedSchool> {
    let mut schools: Vec<RankedSchool> = (0_u32..)
        .zip(&records.institutions)
        .filter(|(_, one)| one.kind == SourceKind::Enrollment)
        .map(|(index, one)| {
            let rows: Vec<usize> = (0..records.sources.len())
                .filter(|row| records.sources[*row].institution == index)
                .collect();
            let mut all = of_rows(records, outcomes, &rows, window);
            all.extend(of_progress(progress, &one.name));
            all.extend(mistakes(findings, &rows));
            (index, all)
        })
        .collect();
    for indicator in SchoolMeasure::ALL {
        give_places(&mut schools, indicator);
    }
    schools
}

/// Equal shares have one place.
fn give_places(schools: &mut [RankedSchool], indicator: SchoolMeasure) {
    let better = |a: &Standing, b: &Standing| {
        let (a, b) = (a.part * b.whole, b.part * a.whole);
        if indicator == SchoolMeasure::Mistakes { a < b } else { a > b }
    };
    let ranked: Vec<Standing> = schools
        .iter()
        .filter_map(|(_, all)| all.get(&indicator))
        .filter(|one| one.whole >= LEAST)
        .copied()
        .collect();
    for (_, all) in schools.iter_mut() {
        if let Some(own) = all.get_mut(&indicator).filter(|own| own.whole >= LEAST) {
            own.rank = Some(1 + ranked.iter().filter(|other| better(other, own)).count());
        }
    }
}

fn standing(part: usize, whole: usize) -> Option<Standing> {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    (whole > 0).then(|| Standing { part: count(part), whole: count(whole), rank: None })
}

fn of_rows(
    records: &Records,
    outcomes: &[Outcome],
    rows: &[usize],
    window: (Date, Date),
) -> BTreeMap<SchoolMeasure, Standing> {
    let students: Vec<(usize, &Enrollment)> = rows
        .iter()
        .filter_map(|row| records.sources[*row].enrollment().map(|student| (*row, student)))
        .collect();
    let entered = |student: &Enrollment| {
        let date = if student.admitted.is_empty() { student.entry } else { student.admitted };
        date.first_day().is_some_and(|day| window.0 <= day && day <= window.1)
    };
    let count = |wanted: &dyn Fn(usize, &Enrollment) -> bool| {
        students.iter().filter(|(row, student)| wanted(*row, student)).count()
    };
    let new = count(&|_, student| entered(student));
    let kept = count(&|_, student| entered(student) && is_still_enrolled(student));
    let left = count(&|_, student| student.leave_kind.is_some());
    let has_graduated = |student: &Enrollment| student.leave_kind == Some(LeaveKind::Graduated);
    let graduates = count(&|_, student| has_graduated(student));
    let employed = count(&|_, student| has_graduated(student) && !student.employed.is_empty());
    let enrolled = count(&|_, student| is_still_enrolled(student));
    let poor =
        count(&|row, student| is_still_enrolled(student) && outcomes[row].linked().is_some());
    let all = [
        (SchoolMeasure::Kept, standing(kept, new)),
        (SchoolMeasure::Graduated, standing(graduates, left)),
        (SchoolMeasure::Employed, standing(employed, graduates)),
        (SchoolMeasure::Poor, standing(poor, enrolled)),
    ];
    all.into_iter().filter_map(|(indicator, one)| Some((indicator, one?))).collect()
}

fn of_progress(progress: &[&ProgressRow], school: &str) -> Vec<(SchoolMeasure, Standing)> {
    let own = |suffix: &str| {
        let line = progress.iter().find(|line| {
            line.figure.ends_with(suffix)
                && line.row.split_once('/').is_some_and(|row| row.1 == school)
        });
        line.copied()
    };
    let completion = own("_headline")
        .and_then(|line| Some(Standing { part: line.value?, whole: line.target?, rank: None }));
    let all = own("_all").and_then(|line| line.value);
    let early = own("_autumn").and_then(|line| line.value).zip(all);
    let early = early.map(|(part, whole)| Standing { part, whole, rank: None });
    let found = [(SchoolMeasure::Completion, completion), (SchoolMeasure::Early, early)];
    found.into_iter().filter_map(|(indicator, one)| Some((indicator, one?))).collect()
}

fn mistakes(findings: &[Finding], rows: &[usize]) -> Option<(SchoolMeasure, Standing)> {
    let own: BTreeSet<usize> = rows.iter().copied().collect();
    let count = findings
        .iter()
        .filter(|finding| finding.kind.urgency() == Urgency::Mend)
        .filter(|finding| finding.record.is_some_and(|row| own.contains(&(row as usize))))
        .count();
    standing(count, rows.len()).map(|one| (SchoolMeasure::Mistakes, one))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{SchoolMeasure, Standing, give_places};

    /// 800 of 1000, 420 of 400, and 12 of 10, which is too few to be ranked.
    #[test]
    fn few_cases_are_shown_and_not_ranked() {
        let school = |index: u32, part: i64, whole: i64| {
            let one = Standing { part, whole, rank: None };
            (index, BTreeMap::from([(SchoolMeasure::Completion, one)]))
        };
        let mut schools = vec![school(0, 800, 1000), school(1, 420, 400), school(2, 12, 10)];
        give_places(&mut schools, SchoolMeasure::Completion);
        let ranks: Vec<Option<usize>> =
            schools.iter().map(|(_, all)| all[&SchoolMeasure::Completion].rank).collect();
        assert_eq!(ranks, [Some(2), Some(1), None]);
    }
}
