//! Schools by indicators (000 三（二） 行动快、扩招好、质量高; 002 十三): a rank per indicator, no total, because no document
//! gives weights.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::census::Census;
use crate::findings::{Finding, Urgency};
use crate::linkage::Outcome;
use crate::records::attendance::is_still_enrolled;
use crate::records::{Enrollment, Records};
use crate::vocabulary::SourceKind;
use crate::vocabulary::labels::LeaveKind;

use super::day_span::DaySpan;
use super::progress_row::ProgressRow;

/// Fewest cases a share is ranked from.
const LEAST: i64 = 20;

/// What schools are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SchoolMeasure {
    /// 扩招好: new students against the number to reach.
    Completion,
    /// 扩招好: new students beyond those of the same months of the year before.
    Increase,
    /// 行动快: share admitted by the day of the split.
    Early,
    /// 行动快: the day half of the number to reach was reached.
    HalfReached,
    /// 行动快: the day all of it was reached.
    Reached,
    /// 质量高: of those who entered in the window, still enrolled.
    Kept,
    /// 质量高: of those who left, graduates.
    Graduated,
    /// 质量高: of graduates, employed.
    Employed,
    /// 质量高: of graduates, those with a certificate of their occupation.
    Certified,
    /// Share of students due for monthly monitoring whose line came back.
    Monitored,
    /// Share of students who are registered.
    Poor,
    /// Findings to mend per hundred rows; fewer is better.
    Mistakes,
}

impl SchoolMeasure {
    /// All indicators in the order of the table.
    pub const ALL: [Self; 12] = [
        Self::Completion,
        Self::Increase,
        Self::Early,
        Self::HalfReached,
        Self::Reached,
        Self::Kept,
        Self::Graduated,
        Self::Employed,
        Self::Certified,
        Self::Monitored,
        Self::Poor,
        Self::Mistakes,
    ];

    /// The word users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Completion => "扩招好:任务完成率",
            Self::Increase => "扩招好:比上年同期增长",
            Self::Early => "行动快:秋季录取占比",
            Self::HalfReached => "行动快:完成任务一半的日期",
            Self::Reached => "行动快:完成任务的日期",
            Self::Kept => "质量高:在读保持率",
            Self::Graduated => "质量高:毕业率",
            Self::Employed => "质量高:毕业生就业率",
            Self::Certified => "质量高:毕业生取证率",
            Self::Monitored => "每月监测填报率",
            Self::Poor => "建档立卡学生占比",
            Self::Mistakes => "每百行须更正差异",
        }
    }
}

/// One school's figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchoolStanding {
    /// Cases that count.
    pub part: i64,
    /// All cases.
    pub whole: i64,
    /// The day, of an indicator that is one.
    pub day: Option<Date>,
    /// Place; `None` below twenty cases.
    pub rank: Option<usize>,
}

impl SchoolStanding {
    /// So many of so many; `None` of nobody.
    pub fn of(part: i64, whole: i64) -> Option<Self> {
        (whole > 0).then_some(Self { part, whole, day: None, rank: None })
    }

    /// Part of the whole in ten-thousandths, rounded half up.
    pub fn share(self) -> i32 {
        let doubled = 2 * self.whole.max(1);
        i32::try_from((self.part * 20_000 + self.whole).div_euclid(doubled)).unwrap_or(i32::MAX)
    }
}

/// A school with its figures.
#[derive(Clone, Debug)]
pub struct RankedSchool {
    /// Index into `Records::institutions`.
    pub institution: u32,
    /// By indicator; one without a source is absent.
    pub figures: BTreeMap<SchoolMeasure, SchoolStanding>,
}

/// What schools are ranked from.
#[derive(Clone, Copy, Debug)]
pub struct RankBasis<'run> {
    /// Rows.
    pub records: &'run Records,
    /// Whose they are.
    pub census: &'run Census,
    /// One per source row.
    pub outcomes: &'run [Outcome],
    /// Mismatches.
    pub findings: &'run [Finding],
    /// Figures of the enlargement.
    pub progress: &'run [&'run ProgressRow],
    /// First and last day of the enlargement.
    pub window: DaySpan,
    /// Students due for monitoring and lines that came back, by school.
    pub monitored: &'run BTreeMap<String, SchoolStanding>,
}

/// Ranks the schools of a run.
pub fn rank(basis: &RankBasis<'_>) -> Vec<RankedSchool> {
    let records = basis.records;
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); records.institutions.len()];
    for (row, record) in records.sources.iter().enumerate() {
        rows[record.institution as usize].push(row);
    }
    let mut schools: Vec<RankedSchool> = (0_u32..)
        .zip(&records.institutions)
        .zip(rows)
        .filter(|((_, one), _)| one.kind == SourceKind::Enrollment)
        .map(|((index, one), rows)| {
            let mut all = of_rows(basis, &rows);
            all.extend(of_progress(basis, &one.name));
            all.extend(mistakes(basis.findings, &rows));
            let monitored = basis.monitored.get(&one.name);
            all.extend(monitored.map(|one| (SchoolMeasure::Monitored, *one)));
            RankedSchool { institution: index, figures: all }
        })
        .collect();
    for indicator in SchoolMeasure::ALL {
        give_places(&mut schools, indicator);
    }
    schools
}

/// Equal shares have one place.
fn give_places(schools: &mut [RankedSchool], indicator: SchoolMeasure) {
    let better = |a: &SchoolStanding, b: &SchoolStanding| {
        if let (Some(a), Some(b)) = (a.day, b.day) {
            return a < b;
        }
        let (a, b) = (a.part * b.whole, b.part * a.whole);
        if indicator == SchoolMeasure::Mistakes { a < b } else { a > b }
    };
    let ranked: Vec<SchoolStanding> = schools
        .iter()
        .filter_map(|school| school.figures.get(&indicator))
        .filter(|one| one.whole >= LEAST)
        .copied()
        .collect();
    for school in schools.iter_mut() {
        if let Some(own) = school.figures.get_mut(&indicator).filter(|own| own.whole >= LEAST) {
            own.rank = Some(1 + ranked.iter().filter(|other| better(other, own)).count());
        }
    }
}

fn standing(part: usize, whole: usize) -> Option<SchoolStanding> {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    SchoolStanding::of(count(part), count(whole))
}

fn of_rows(basis: &RankBasis<'_>, rows: &[usize]) -> BTreeMap<SchoolMeasure, SchoolStanding> {
    let RankBasis { records, outcomes, window, .. } = *basis;
    let students: Vec<(usize, &Enrollment)> = rows
        .iter()
        .filter_map(|row| records.sources[*row].enrollment().map(|student| (*row, student)))
        .collect();
    let entered = |student: &Enrollment| {
        let date = if student.admitted.is_empty() { student.entry } else { student.admitted };
        date.first_day().is_some_and(|day| window.contains(day))
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
    let certified = count(&|_, student| {
        let has_certificate = !student.papers().certificate_no.is_empty()
            || !student.papers().certificate_level.is_empty();
        has_graduated(student) && has_certificate
    });
    let enrolled = count(&|_, student| is_still_enrolled(student));
    let poor =
        count(&|row, student| is_still_enrolled(student) && outcomes[row].linked().is_some());
    let all = [
        (SchoolMeasure::Kept, standing(kept, new)),
        (SchoolMeasure::Graduated, standing(graduates, left)),
        (SchoolMeasure::Employed, standing(employed, graduates)),
        (SchoolMeasure::Certified, standing(certified, graduates)),
        (SchoolMeasure::Poor, standing(poor, enrolled)),
    ];
    all.into_iter().filter_map(|(indicator, one)| Some((indicator, one?))).collect()
}

fn of_progress(basis: &RankBasis<'_>, school: &str) -> Vec<(SchoolMeasure, SchoolStanding)> {
    let own = |suffix: &str| {
        let line = basis.progress.iter().find(|line| {
            line.figure.ends_with(suffix)
                && line.row.split_once('/').is_some_and(|row| row.1 == school)
        });
        line.copied()
    };
    let headline = own("_headline").and_then(|line| Some((line, line.value?, line.target?)));
    let completion = headline.and_then(|(_, value, target)| SchoolStanding::of(value, target));
    let value = |suffix: &str| own(suffix).and_then(|line| line.value);
    let all = value("_all");
    let early = value("_autumn").zip(all).and_then(|(part, whole)| SchoolStanding::of(part, whole));
    let increase = value("_increase").zip(all);
    let increase = increase.and_then(|(more, all)| SchoolStanding::of(more, all - more));
    let days = headline.map(|(line, ..)| days_of_admission(basis, line)).unwrap_or_default();
    // Of students beyond those of the year before the first are that many: the number of the year before is
    // reached before any of them counts.
    let before = headline.zip(own("_all")).map_or(0, |((line, value, _), all)| {
        if line.rows.len() == all.rows.len() { all.value.unwrap_or(value) - value } else { 0 }
    });
    let reached = |share: i64| {
        let (_, _, target) = headline?;
        let place = (target + share - 1) / share + before;
        let place = usize::try_from(place).ok()?.checked_sub(1)?;
        let standing = SchoolStanding::of(target / share, target)?;
        Some(SchoolStanding { day: Some(*days.get(place)?), ..standing })
    };
    let found = [
        (SchoolMeasure::Completion, completion),
        (SchoolMeasure::Increase, increase),
        (SchoolMeasure::Early, early),
        (SchoolMeasure::HalfReached, reached(2)),
        (SchoolMeasure::Reached, reached(1)),
    ];
    found.into_iter().filter_map(|(indicator, one)| Some((indicator, one?))).collect()
}

/// Days on which the students behind a figure were admitted, each once, the earliest first; of a month without a
/// day its first.
fn days_of_admission(basis: &RankBasis<'_>, line: &ProgressRow) -> Vec<Date> {
    let mut days: BTreeMap<u32, Date> = BTreeMap::new();
    for origin in &line.rows {
        let at = basis.records.sources.binary_search_by_key(origin, |row| row.origin);
        let Ok(at) = at else { continue };
        let Some(student) = basis.records.sources[at].enrollment() else { continue };
        let date = if student.admitted.is_empty() { student.entry } else { student.admitted };
        if let Some(day) = date.first_day() {
            let first = days.entry(basis.census.of_source[at]).or_insert(day);
            *first = day.min(*first);
        }
    }
    let mut days: Vec<Date> = days.into_values().collect();
    days.sort_unstable();
    days
}

/// What an institution has done for people (000 六; 002 十三): persons, each once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InstitutionReach {
    /// Graduates in work.
    pub employed: usize,
    /// People in its courses.
    pub trained: usize,
    /// Of these, registered ones.
    pub trained_poor: usize,
}

/// Persons by institution, in the order of `Records::institutions`.
pub fn reach(records: &Records, outcomes: &[Outcome], census: &Census) -> Vec<InstitutionReach> {
    let mut seen: BTreeSet<(u32, u32)> = BTreeSet::new();
    let mut all = vec![InstitutionReach::default(); records.institutions.len()];
    for ((record, outcome), person) in records.sources.iter().zip(outcomes).zip(&census.of_source) {
        let own = &mut all[record.institution as usize];
        match record.enrollment() {
            Some(student) => {
                let works = student.leave_kind == Some(LeaveKind::Graduated)
                    && !student.employed.is_empty();
                if works && seen.insert((record.institution, *person)) {
                    own.employed += 1;
                }
            }
            None if seen.insert((record.institution, *person)) => {
                own.trained += 1;
                own.trained_poor += usize::from(outcome.linked().is_some());
            }
            None => {}
        }
    }
    all
}

fn mistakes(findings: &[Finding], rows: &[usize]) -> Option<(SchoolMeasure, SchoolStanding)> {
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

    use jiff::civil::date;

    use super::{RankedSchool, SchoolMeasure, SchoolStanding, give_places};

    fn places(measure: SchoolMeasure, standings: &[SchoolStanding]) -> Vec<Option<usize>> {
        let schools = (0_u32..).zip(standings);
        let school = |(institution, one): (u32, &SchoolStanding)| RankedSchool {
            institution,
            figures: BTreeMap::from([(measure, *one)]),
        };
        let mut schools: Vec<RankedSchool> = schools.map(school).collect();
        give_places(&mut schools, measure);
        schools.iter().map(|school| school.figures[&measure].rank).collect()
    }

    /// 800 of 1000, 420 of 400, and 12 of 10, which is too few to be ranked.
    #[test]
    fn few_cases_are_shown_and_not_ranked() {
        let of = |part, whole| SchoolStanding::of(part, whole).unwrap();
        let all = [of(800, 1000), of(420, 400), of(12, 10)];
        assert_eq!(places(SchoolMeasure::Completion, &all), [Some(2), Some(1), None]);
    }

    /// Half of the number on 12 and on 3 October.
    #[test]
    fn the_earlier_day_comes_first_and_equal_days_share_a_place() {
        let on = |whole, day| SchoolStanding {
            day: Some(date(2019, 10, day)),
            ..SchoolStanding::of(whole / 2, whole).unwrap()
        };
        let all = [on(1000, 12), on(400, 3), on(400, 3)];
        assert_eq!(places(SchoolMeasure::HalfReached, &all), [Some(3), Some(1), Some(1)]);
    }
}
