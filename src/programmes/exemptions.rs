//! 五免一助 of students, term by term: 免学费, 免鉴定费, 免住宿费, 免教材费, 免服装费, 国家助学金.

use jiff::civil::Date;

use crate::config::{AmountKind, Programme, Rule, Subject};
use crate::records::Enrollment;
use crate::records::attendance::is_still_enrolled;
use crate::vocabulary::labels::{StudentStatus, StudyForm};

use super::basis::ProgrammeBasis;
use super::event::Event;
use super::groups::{CensusGroups, Certainty};
use super::verdict::{Verdict, VerdictLine};

/// A school term: 秋 from September to February, 春 from March to August.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
}

impl Term {
    /// The term a day lies in.
    pub(super) fn of(day: Date) -> Self {
        let (year, month) = (day.year(), day.month());
        let at = |year: i16, month: i8| Date::new(year, month, 1).unwrap_or(day);
        let (start, last) = match month {
            3..=8 => (at(year, 3), at(year, 8)),
            9..=12 => (at(year, 9), at(year + 1, 2)),
            _ => (at(year - 1, 9), at(year, 2)),
        };
        Self { start, end: last.last_of_month() }
    }
}

/// Events of all students at school in the term of the report date, in input order.
pub(super) fn students(basis: &ProgrammeBasis<'_>) -> Vec<Event> {
    let is_asked =
        |policy: &Programme| policy.rules.iter().any(|rule| rule.subject == Subject::Enrollment);
    if !basis.programmes.iter().any(is_asked) {
        return Vec::new();
    }
    let term = Term::of(basis.as_of);
    let mut all = Vec::new();
    for (row, record) in (0_u32..).zip(&basis.records.sources) {
        let Some(student) = record.enrollment() else { continue };
        let later = student.entry.first_day().is_some_and(|entry| entry > term.end);
        if later || !is_still_enrolled(student) {
            continue;
        }
        all.push(Event {
            origin: Some(record.origin),
            source: Some(row),
            person: basis.census.of_source[row as usize],
            subject: Some(Subject::Enrollment),
            began_on: Some(term.start),
            ended_on: Some(term.end),
            institution: Some(record.institution),
            ..Event::default()
        });
    }
    all
}

/// Judges students by one rule.
pub(super) struct StudentTest<'run> {
    pub(super) basis: &'run ProgrammeBasis<'run>,
    pub(super) groups: &'run CensusGroups<'run>,
    /// Index into the programmes in use.
    pub(super) programme: usize,
    pub(super) rule: &'run Rule,
}

impl StudentTest<'_> {
    /// The verdict on one student; `None` for who has nothing to do with the rule's groups. `index` is the
    /// event's place among all.
    pub(super) fn line(&self, index: u32, event: &Event) -> Option<VerdictLine> {
        let Self { basis, groups, programme, rule } = *self;
        let policy = &basis.programmes[programme];
        let start = event.began_on?;
        if !groups.is_candidate(event.person, &rule.groups_any) {
            return None;
        }
        let record = &basis.records.sources[event.source? as usize];
        let student = record.enrollment()?;
        let found = if start < policy.from || policy.to < start {
            (Verdict::Outside, "")
        } else {
            condition(groups, rule, event, student)
        };
        let amount = match (&rule.amount.kind, found.0) {
            (AmountKind::Fixed(fen), Verdict::Entitled) => Some(rule.amount.on(*fen, start)),
            _ => None,
        };
        Some(VerdictLine {
            programme,
            rule: rule.id.clone(),
            event: index,
            person: event.person,
            counted_on: Some(start),
            verdict: found.0,
            code: found.1.to_owned(),
            low: amount,
            high: amount,
            claimed: None,
            paid: None,
            note: String::new(),
            payee: rule.payee.clone(),
            groups: groups.named(event.person, &rule.groups_any, Some(start)),
        })
    }
}

fn condition(
    groups: &CensusGroups<'_>,
    rule: &Rule,
    event: &Event,
    student: &Enrollment,
) -> (Verdict, &'static str) {
    let (start, end) = (event.began_on, event.ended_on);
    if student.status == Some(StudentStatus::Suspended) {
        return (Verdict::NotEligible, "suspended");
    }
    if student.status.is_none() {
        return (Verdict::Undecided, "lacks-status");
    }
    match groups.any(event.person, &rule.groups_any, start) {
        Certainty::Yes => {}
        Certainty::Unknown => return (Verdict::Undecided, "membership"),
        // Whoever was found in the course of the term may be entitled from then on; who was a member
        // before it, perhaps still.
        Certainty::No if groups.any(event.person, &rule.groups_any, end) == Certainty::Yes => {
            return (Verdict::Undecided, "identified-later");
        }
        Certainty::No => return (Verdict::Undecided, "not-member-now"),
    }
    if rule.full_time && student.study_form != Some(StudyForm::FullTime) {
        let code = if student.study_form.is_some() { "part-time" } else { "lacks-study_form" };
        return (Verdict::Undecided, code);
    }
    let Some(years) = rule.years else { return (Verdict::Entitled, "") };
    let Some(entry) = student.entry.first_day() else {
        return (Verdict::Undecided, "lacks-entry_date");
    };
    let first = Term::of(entry).start;
    let later =
        start.is_some_and(|start| super::condition::months_after(first, years * 12) <= start);
    if later { (Verdict::Undecided, "later-year") } else { (Verdict::Entitled, "") }
}
