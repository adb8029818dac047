//! What happened to people: attendances and stints of work, each once.

use compact_str::CompactString;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::census::{Census, PersonIndex};
use crate::config::{EventDate, ListRole, Subject};
use crate::origin::Origin;
use crate::records::date::PartialDate;
use crate::records::text::compact_text;
use crate::records::{CertificateMark, Entry, Records, SourceRecord, Training};
use crate::vocabulary::labels::{CourseKind, SkillLevel};

/// One event.
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// The first row that tells of it.
    pub origin: Option<Origin>,
    /// Index into `Records::sources`, for an attendance.
    pub source: Option<u32>,
    /// Index into `Records::entries`, for a stint of work.
    pub entry: Option<u32>,
    /// Whom it happened to.
    pub person: PersonIndex,
    /// What it is; `None` never stands in a finished event.
    pub subject: Option<Subject>,
    /// Kind of training.
    pub course: Option<CourseKind>,
    /// 职业编码.
    pub occupation_code: CompactString,
    /// 工种, without blanks.
    pub trade: CompactString,
    /// 等级.
    pub level: Option<SkillLevel>,
    /// First day.
    pub began_on: Option<Date>,
    /// Last day.
    pub ended_on: Option<Date>,
    /// Whether both days are known to the day.
    pub is_exact: bool,
    /// 培训天数.
    pub days: Option<u16>,
    /// Day of the certificate.
    pub certificate_on: Option<Date>,
    /// Kind of the certificate.
    pub certificate: CertificateMark,
    /// 证书编号.
    pub certificate_no: CompactString,
    /// First day of work.
    pub employed_on: Option<Date>,
    /// Whether the work is in the province.
    pub employed_in_province: Option<bool>,
    /// Whether the agency found it.
    pub referred: Option<bool>,
    /// Whether the employer pays social insurance.
    pub insured: Option<bool>,
    /// 班级编号.
    pub class_no: CompactString,
    /// 班级性质.
    pub class_nature: CompactString,
    /// Index into `Records::institutions`, for an attendance.
    pub institution: Option<u32>,
    /// The employer.
    pub unit: CompactString,
    /// What the row itself claims, in 分.
    pub claimed: Option<i64>,
    /// Further rows that tell of the same event.
    pub repeats: Vec<Origin>,
}

impl Event {
    /// A date of the event.
    pub fn date(&self, which: EventDate) -> Option<Date> {
        match which {
            EventDate::BeganOn => self.began_on,
            EventDate::EndedOn => self.ended_on,
            EventDate::CertificateOn => self.certificate_on,
            EventDate::EmployedOn => self.employed_on,
            EventDate::AdmittedOn | EventDate::EntryDate | EventDate::GraduatedOn => None,
        }
    }

    /// Place in the order of inputs.
    pub fn place(&self) -> (u32, u32) {
        self.origin.map_or((u32::MAX, u32::MAX), |origin| (origin.sheet.0, origin.row))
    }
}

/// All events of a run, in input order: attendances, then stints of work.
pub fn events(records: &Records, census: &Census) -> Vec<Event> {
    let mut all = Vec::new();
    let mut classes: FxHashMap<(PersonIndex, &str), Vec<usize>> = FxHashMap::default();
    let mut courses: FxHashMap<(PersonIndex, &str, PartialDate), Vec<usize>> = FxHashMap::default();
    for (row, record) in (0_u32..).zip(&records.sources) {
        let Some(course) = record.training() else { continue };
        let person = census.of_source[row as usize];
        let class = (person, course.class_no.as_str());
        let trade = (person, course.trade.as_str(), course.start);
        let event = attendance(row, record, course, person);
        let known = classes.get(&class).filter(|_| !course.class_no.is_empty());
        let same_class =
            known.and_then(|known| known.iter().find(|at| is_class(&all[**at], &event)));
        let known = courses.get(&trade).filter(|_| !course.trade.is_empty());
        let same = same_class.or_else(|| {
            known.and_then(|known| known.iter().find(|at| is_course(&all[**at], &event)))
        });
        if let Some(at) = same.copied() {
            merge(&mut all[at], event);
            continue;
        }
        classes.entry(class).or_default().push(all.len());
        courses.entry(trade).or_default().push(all.len());
        all.push(event);
    }
    for (row, entry) in (0_u32..).zip(&records.entries) {
        let list = &records.lists[usize::from(entry.list)];
        if list.role == ListRole::Event && list.list == "on_the_job" {
            all.push(stint(row, entry, census.of_entry[row as usize]));
        }
    }
    all
}

/// Rows of one person under one class number are one attendance, unless their first days differ.
fn is_class(known: &Event, event: &Event) -> bool {
    let differ = |a: Option<Date>, b: Option<Date>| a.zip(b).is_some_and(|(a, b)| a != b);
    !differ(known.began_on, event.began_on)
}

/// So are rows of one trade and the same days.
fn is_course(known: &Event, event: &Event) -> bool {
    event.began_on.is_some() && known.ended_on == event.ended_on
}

/// Adds what a further row of the same event tells and the first one does not.
fn merge(known: &mut Event, event: Event) {
    known.repeats.extend(event.origin);
    known.course = known.course.or(event.course);
    known.level = known.level.or(event.level);
    known.ended_on = known.ended_on.or(event.ended_on);
    known.certificate_on = known.certificate_on.or(event.certificate_on);
    known.employed_on = known.employed_on.or(event.employed_on);
    known.employed_in_province = known.employed_in_province.or(event.employed_in_province);
    known.referred = known.referred.or(event.referred);
    known.days = known.days.or(event.days);
    if known.certificate_no.is_empty() {
        known.certificate_no = event.certificate_no;
    }
    if known.trade.is_empty() {
        known.trade = event.trade;
    }
    if known.certificate == CertificateMark::Unsaid {
        known.certificate = event.certificate;
    }
}

fn attendance(row: u32, record: &SourceRecord, course: &Training, person: PersonIndex) -> Event {
    let is_work = course.course == Some(CourseKind::OnTheJob);
    Event {
        origin: Some(record.origin),
        source: Some(row),
        person,
        subject: Some(if is_work { Subject::Months } else { Subject::Attendance }),
        course: course.course,
        occupation_code: course.occupation_code.clone(),
        trade: folded(&course.trade),
        level: course.level,
        began_on: first(course.start),
        ended_on: last(course.end),
        is_exact: is_exact(course.start, course.end),
        days: course.days,
        certificate_on: first(course.certificate_on),
        certificate: course.certificate,
        certificate_no: folded(&course.certificate_no),
        employed_on: first(course.employed),
        employed_in_province: course.employed_in_province,
        referred: course.referred,
        class_no: course.class_no.clone(),
        class_nature: course.class_nature.clone(),
        institution: Some(record.institution),
        ..Event::default()
    }
}

fn stint(row: u32, entry: &Entry, person: PersonIndex) -> Event {
    let detail = &entry.detail;
    Event {
        origin: Some(entry.origin),
        entry: Some(row),
        person,
        subject: Some(Subject::Months),
        course: Some(CourseKind::OnTheJob),
        trade: folded(&detail.trade),
        began_on: first(detail.began),
        ended_on: last(detail.ended),
        is_exact: is_exact(detail.began, detail.ended),
        insured: detail.insured,
        unit: if detail.unit_code.is_empty() {
            folded(&detail.unit)
        } else {
            detail.unit_code.clone()
        },
        claimed: detail.amount,
        ..Event::default()
    }
}

fn is_exact(began: PartialDate, ended: PartialDate) -> bool {
    began.day != 0 && (ended.is_empty() || ended.day != 0)
}

/// The first day a date of at least a month can mean.
fn first(date: PartialDate) -> Option<Date> {
    if date.month == 0 { None } else { date.first_day() }
}

/// The last day it can mean.
fn last(date: PartialDate) -> Option<Date> {
    let day = first(date)?;
    Some(if date.day == 0 { day.last_of_month() } else { day })
}

/// A word without blanks, in half-width letters, as all sheets are read.
pub(super) fn folded(text: &str) -> CompactString {
    compact_text(text)
}
