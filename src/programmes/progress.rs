//! Figures of a programme by row and period, against targets.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::config::{
    CountedBy, CourseResult, EventDate, Period, Programme, ProgressFigure, RowLevel,
    StudentCondition, Subject,
};
use crate::records::attendance::is_still_enrolled;
use crate::records::date::PartialDate;
use crate::records::date_ranges::{age_range, last_day};
use crate::records::{Enrollment, Records};

use super::basis::ProgrammeBasis;
use super::day_span::DaySpan;
use super::event::Event;
use super::groups::{CensusGroups, Certainty};
use super::judge::Verdicts;
use super::progress_row::{ProgressRow, TOTAL};
use super::targets::Targets;
use super::verdict::Verdict;

/// Where nothing tells the area of a school.
pub(super) const NOWHERE: &str = "不详";

/// Something that may count: a student or an event.
#[derive(Clone)]
struct Countable {
    person: u32,
    /// Area and institution.
    place: (String, String),
    /// Days the date can mean.
    days: DaySpan,
    /// Whether it certainly counts (subsidised, settled).
    is_sure: bool,
    has_id: bool,
    origin: crate::origin::Origin,
    index: usize,
}

/// All figures of all programmes with figures, in their order.
pub fn progress(
    basis: &ProgrammeBasis<'_>,
    judged: &Verdicts,
    targets: &Targets,
    as_of: Date,
) -> Vec<ProgressRow> {
    let mut all = Vec::new();
    let groups = CensusGroups::new(basis.records, basis.census, basis.lists);
    let paid = judged.claims.has_payments.then(|| paid(judged));
    for (programme, policy) in basis.programmes.iter().enumerate() {
        let groups = &groups;
        let paid = paid.as_ref();
        let counter = Counter { basis, judged, targets, groups, policy, programme, as_of, paid };
        for figure in policy.figures.iter().filter(|figure| figure.of.is_none()) {
            all.extend(counter.root(figure));
        }
    }
    all
}

/// What was paid for each event that certainly is meant, in 分.
fn paid(judged: &Verdicts) -> FxHashMap<usize, i64> {
    let mut paid: FxHashMap<usize, i64> = FxHashMap::default();
    for claim in judged.claims.list.iter().filter(|claim| claim.is_paid) {
        if let (Some(event), Some(amount)) = (claim.sure_event(), claim.amount) {
            *paid.entry(event as usize).or_default() += amount;
        }
    }
    paid
}

/// A row in a window, and what counts in it.
#[derive(Clone, Copy)]
struct RowCount<'a> {
    row: &'a str,
    window: DaySpan,
    own: &'a [&'a Countable],
}

impl<'a> RowCount<'a> {
    /// The same row and window with others in it.
    fn of(self, own: &'a [&'a Countable]) -> Self {
        Self { own, ..self }
    }
}

struct Counter<'run> {
    basis: &'run ProgrammeBasis<'run>,
    judged: &'run Verdicts,
    targets: &'run Targets,
    groups: &'run CensusGroups<'run>,
    policy: &'run Programme,
    programme: usize,
    as_of: Date,
    /// 分 paid for events; `None` where nobody handed payments over.
    paid: Option<&'run FxHashMap<usize, i64>>,
}

impl Counter<'_> {
    /// A figure with all that are part of it.
    fn root(&self, figure: &ProgressFigure) -> Vec<ProgressRow> {
        let counted = match figure.subject {
            Some(Subject::Enrollment) => self.students(figure),
            Some(subject) => self.events(figure, subject),
            None => Vec::new(),
        };
        let mut lines = Vec::new();
        let mut previous: BTreeMap<(String, String, bool), i64> = BTreeMap::new();
        for (window, is_to_date) in self.windows() {
            let found = self.window(figure, &counted, window);
            for mut line in found {
                let key = |is_to_date| (line.figure.clone(), line.row.clone(), is_to_date);
                let before = previous.get(&key(is_to_date)).copied();
                let keys: Vec<_> = if window.first == self.policy.from {
                    vec![key(true), key(false)]
                } else {
                    vec![key(false)]
                };
                // What the quarter had is the next quarter's past, what the year had the year's.
                let keys = keys.into_iter().filter(|key| {
                    key.2 == is_to_date || window.last <= quarter_end(self.policy.from)
                });
                let keys: Vec<_> = keys.collect();
                previous.extend(
                    line.value
                        .into_iter()
                        .flat_map(|value| keys.iter().map(move |key| (key.clone(), value))),
                );
                line.previous = before;
                // The plan's numbers are the year's.
                if !self.policy.periods.is_empty() && !is_to_date {
                    line.target = None;
                }
                lines.push(line);
            }
        }
        lines
    }

    /// The windows to count, and whether each runs from the programme's first day.
    fn windows(&self) -> Vec<(DaySpan, bool)> {
        let (from, to) = (self.policy.from, self.policy.to.min(self.as_of));
        if to < from {
            return Vec::new();
        }
        let whole = DaySpan { first: from, last: to };
        if self.policy.periods.is_empty() {
            return vec![(whole, true)];
        }
        let mut windows: Vec<(DaySpan, bool)> = Vec::new();
        if self.policy.periods.contains(&Period::Quarter) {
            let mut start = from;
            while start <= to {
                let end = quarter_end(start).min(to);
                // The first quarter is the year to its end.
                if start > from {
                    windows.push((DaySpan { first: start, last: end }, false));
                }
                windows.push((DaySpan { first: from, last: end }, true));
                let Ok(next) = quarter_end(start).tomorrow() else { break };
                start = next;
            }
        } else {
            windows.push((whole, true));
        }
        windows
    }

    /// All figures of one window.
    fn window(
        &self,
        figure: &ProgressFigure,
        counted: &[Countable],
        window: DaySpan,
    ) -> Vec<ProgressRow> {
        let inside: Vec<&Countable> = counted.iter().filter(|one| one.days.meets(window)).collect();
        let mut lines = Vec::new();
        for row in self.rows(&inside) {
            let own: Vec<&Countable> =
                inside.iter().copied().filter(|one| row == TOTAL || is_in(&row, one)).collect();
            let own = RowCount { row: &row, window, own: &own };
            let parts = self.policy.figures.iter();
            let parts = parts.filter(|part| part.of.as_deref() == Some(figure.code.as_str()));
            lines.push(self.line(figure, own));
            for part in parts {
                lines.extend(self.part(figure, part, own));
            }
            if self.policy.word("counting").is_some() {
                lines.extend(self.readings(figure, own));
            }
        }
        lines
    }

    /// Rows in the order of the targets, institutions below their area, then the others.
    fn rows(&self, inside: &[&Countable]) -> Vec<String> {
        let told = self.targets.rows(&self.policy.id);
        let mut areas: Vec<String> = told.into_iter().filter(|row| row != TOTAL).collect();
        let seen: BTreeSet<&String> = inside.iter().map(|one| &one.place.0).collect();
        for area in seen {
            if !areas.contains(area) {
                areas.push(area.clone());
            }
        }
        let mut rows = Vec::new();
        for area in areas.iter().filter(|area| !area.contains('/')) {
            rows.push(area.clone());
            if self.policy.rows.contains(&RowLevel::Institution) {
                let own: BTreeSet<&String> = inside
                    .iter()
                    .filter(|one| one.place.0 == *area)
                    .map(|one| &one.place.1)
                    .collect();
                rows.extend(own.into_iter().map(|unit| format!("{area}/{unit}")));
            }
        }
        rows.push(TOTAL.to_owned());
        rows
    }

    /// One figure of one row. Where something of which the window is not certain may count, it pends.
    fn line(
        &self,
        figure: &ProgressFigure,
        RowCount { row, window, own }: RowCount,
    ) -> ProgressRow {
        let sure: Vec<&Countable> =
            own.iter().copied().filter(|one| one.is_sure && one.days.lies_in(window)).collect();
        let nothing = own.is_empty();
        let value = self.amount(figure, &sure);
        let pending = self.amount(figure, own) - value;
        ProgressRow {
            programme: self.programme,
            figure: figure.code.clone(),
            row: row.to_owned(),
            start: window.first,
            end: window.last,
            target: if self.has_headline() {
                None
            } else {
                self.targets.target(&self.policy.id, row)
            }
            .filter(|_| self.is_first(figure)),
            value: (!nothing).then_some(value),
            pending: (!nothing).then_some(pending),
            persons: (!nothing).then(|| persons(&sure)),
            previous: None,
            rows: sure.iter().map(|one| one.origin).collect(),
        }
    }

    /// Whether the targets belong to this figure: the programme's first one.
    fn is_first(&self, figure: &ProgressFigure) -> bool {
        self.policy.figures.first().is_some_and(|first| first.code == figure.code)
    }

    /// Whether a figure of its own carries the targets.
    fn has_headline(&self) -> bool {
        self.policy.word("counting").is_some()
    }

    fn amount(&self, figure: &ProgressFigure, counted: &[&Countable]) -> i64 {
        match figure.count {
            CountedBy::Times => i64::try_from(counted.len()).unwrap_or(i64::MAX),
            CountedBy::Money => {
                let paid = |one: &&Countable| self.paid?.get(&one.index).copied();
                counted.iter().filter_map(paid).sum()
            }
            CountedBy::Persons => {
                let people: BTreeSet<u32> = counted.iter().map(|one| one.person).collect();
                i64::try_from(people.len()).unwrap_or(i64::MAX)
            }
        }
    }

    /// Figures that are part of another: by date, by kind, or one for each group.
    fn part(
        &self,
        root: &ProgressFigure,
        part: &ProgressFigure,
        count: RowCount,
    ) -> Vec<ProgressRow> {
        let RowCount { window, own, .. } = count;
        let asks = root.subject == Some(Subject::Enrollment)
            && part.students != StudentCondition::default();
        let answered = if asks { self.of_students(part, own) } else { Vec::new() };
        let of_students: Vec<&Countable> =
            if asks { answered.iter().collect() } else { own.to_vec() };
        let of_kind: Vec<&Countable> = of_students
            .into_iter()
            .filter(|one| self.is_of_kind(root, part, one) && self.has_come_to(part, one))
            .collect();
        if !part.each.is_empty() {
            let of_group = |group: &String| {
                let line = self.group(root, part, group, count.of(&of_kind));
                let is_known = !own.is_empty() && !self.groups.is_missing(group);
                if is_known { none_is_zero(line) } else { line }
            };
            return part.each.iter().map(of_group).collect();
        }
        let until = part.when.until.as_deref().and_then(|key| self.policy.day(key));
        let after = part.when.after.as_deref().and_then(|key| self.policy.day(key));
        let recent = part.last_days.and_then(|days| first_of_last(window.last, days));
        let kept: Vec<&Countable> = of_kind
            .into_iter()
            .filter(|one| until.is_none_or(|day| one.days.last <= day))
            .filter(|one| after.is_none_or(|day| day < one.days.first))
            .filter(|one| recent.is_none_or(|day| day <= one.days.first))
            .collect();
        // Money is another thing than the people and times it is part of.
        let counted_by = if part.count == CountedBy::Money { part.count } else { root.count };
        let figure = ProgressFigure { count: counted_by, ..part.clone() };
        let line = self.line(&figure, count.of(&kept));
        let is_unknown = counted_by == CountedBy::Money && self.paid.is_none();
        vec![match own {
            _ if is_unknown => nothing(&line),
            [] => line,
            _ => none_is_zero(line),
        }]
    }

    /// What a part counts of students: an age or intake nobody knows makes it uncertain.
    fn of_students(&self, part: &ProgressFigure, own: &[&Countable]) -> Vec<Countable> {
        let answered = own.iter().filter_map(|one| {
            let answer = self.is_student(&part.students, one);
            (answer != Certainty::No).then(|| Countable {
                is_sure: one.is_sure && answer == Certainty::Yes,
                ..(*one).clone()
            })
        });
        answered.collect()
    }

    fn is_student(&self, wanted: &StudentCondition, one: &Countable) -> Certainty {
        let Some(student) = self.student(one.index) else { return Certainty::No };
        let intake = match student.intake_from {
            _ if wanted.intake.is_empty() => Certainty::Yes,
            None => Certainty::Unknown,
            Some(from) if wanted.intake.iter().any(|one| one == from.label()) => Certainty::Yes,
            Some(_) => Certainty::No,
        };
        intake.min(self.has_age(wanted, one))
    }

    /// Whether full years at entry lie in the range; where the day of birth or entry is open, both ends must.
    fn has_age(&self, wanted: &StudentCondition, one: &Countable) -> Certainty {
        let ages = (wanted.age_from.unwrap_or(0), wanted.age_to.unwrap_or(usize::MAX));
        if ages == (0, usize::MAX) {
            return Certainty::Yes;
        }
        let facts = &self.basis.records.sources[one.index].facts;
        let birth = facts.birth_told();
        let youngest = age_range(birth, one.days.first).map(|range| range.0);
        let oldest = age_range(birth, one.days.last).map(|range| range.1);
        let (Some(youngest), Some(oldest)) = (youngest, oldest) else { return Certainty::Unknown };
        let years = |age: i16| usize::try_from(age).unwrap_or(0);
        let (youngest, oldest) = (years(youngest), years(oldest));
        if ages.0 <= youngest && oldest <= ages.1 {
            Certainty::Yes
        } else if oldest < ages.0 || ages.1 < youngest {
            Certainty::No
        } else {
            Certainty::Unknown
        }
    }

    /// Whether an event came to what the part asks for.
    fn has_come_to(&self, part: &ProgressFigure, one: &Countable) -> bool {
        let Some(event) = self.judged.events.get(one.index) else { return part.having.is_none() };
        match part.having {
            None => true,
            Some(CourseResult::Certificate) => {
                event.certificate_on.is_some() || !event.certificate_no.is_empty()
            }
            Some(CourseResult::Employment) => event.employed_on.is_some(),
        }
    }

    fn is_of_kind(&self, root: &ProgressFigure, part: &ProgressFigure, one: &Countable) -> bool {
        let kinds = &part.condition.kinds;
        if kinds.is_empty() || root.subject == Some(Subject::Enrollment) {
            return true;
        }
        let course = self.judged.events[one.index].course;
        course.is_some_and(|course| kinds.iter().any(|kind| kind == course.label()))
    }

    /// Members of a group: certain ones count, declared ones and those in review pend.
    fn group(
        &self,
        root: &ProgressFigure,
        part: &ProgressFigure,
        group: &str,
        RowCount { row, window, own }: RowCount,
    ) -> ProgressRow {
        let groups = self.groups;
        let answer = |one: &&Countable| {
            if group == "junior_senior" {
                let yes = groups.is_candidate(one.person, &[group.to_owned()]);
                return if yes { Certainty::Yes } else { Certainty::No };
            }
            if !groups.is_candidate(one.person, &[group.to_owned()]) {
                return Certainty::No;
            }
            groups.member(one.person, group, Some(one.days.first))
        };
        let of = |wanted: Certainty| -> Vec<&Countable> {
            own.iter().copied().filter(|one| one.is_sure && answer(one) == wanted).collect()
        };
        let (members, maybe) = (of(Certainty::Yes), of(Certainty::Unknown));
        let is_known = !own.is_empty() && !groups.is_missing(group);
        ProgressRow {
            programme: self.programme,
            figure: format!("{}:{group}", part.code),
            row: row.to_owned(),
            start: window.first,
            end: window.last,
            target: None,
            value: is_known.then(|| self.amount(root, &members)),
            pending: (!own.is_empty()).then(|| self.amount(root, &maybe)),
            persons: is_known.then(|| persons(&members)),
            previous: None,
            rows: members.iter().map(|one| one.origin).collect(),
        }
    }

    /// The three readings of an enlargement and the one that carries the target.
    fn readings(&self, figure: &ProgressFigure, count: RowCount) -> Vec<ProgressRow> {
        let RowCount { row, own, .. } = count;
        let prefix = figure.code.strip_suffix("all").unwrap_or(&figure.code);
        let base = self.line(figure, count);
        let marks = self.basis.records.sources.iter().filter_map(|row| row.enrollment());
        let is_marked = marks.into_iter().any(|student| student.enlarged.is_some());
        let flagged: Vec<&Countable> = own
            .iter()
            .copied()
            .filter(|one| {
                self.student(one.index).and_then(|student| student.enlarged) == Some(true)
            })
            .collect();
        let named = |code: &str, line: ProgressRow| ProgressRow {
            figure: format!("{prefix}{code}"),
            target: None,
            ..line
        };
        let marked = if is_marked && !own.is_empty() {
            ProgressRow {
                value: Some(self.amount(figure, &flagged)),
                ..self.line(figure, count.of(&flagged))
            }
        } else {
            nothing(&base)
        };
        let baseline = self.targets.baseline(&self.policy.id, row);
        let increase = base.value.zip(baseline).map(|(value, before)| value - before);
        let increase = if increase.is_some() {
            ProgressRow { value: increase, ..base.clone() }
        } else {
            nothing(&base)
        };
        let headline = match self.policy.word("counting") {
            Some("all") => &base,
            Some("marked") => &marked,
            Some("increase") => &increase,
            _ if marked.value.is_some() => &marked,
            _ if increase.value.is_some() => &increase,
            _ => &base,
        };
        let headline = headline.clone();
        let target = self.targets.target(&self.policy.id, row);
        let lines = [named("marked", marked), named("increase", increase)];
        let headline = ProgressRow { target, ..named("headline", headline) };
        lines.into_iter().chain([headline]).collect()
    }

    fn student(&self, row: usize) -> Option<&Enrollment> {
        self.basis.records.sources.get(row).and_then(|row| row.enrollment())
    }

    /// Students whose rows count at all.
    fn students(&self, figure: &ProgressFigure) -> Vec<Countable> {
        let records = self.basis.records;
        let mut all = Vec::new();
        for (index, record) in records.sources.iter().enumerate() {
            let Some(student) = record.enrollment() else { continue };
            let status = student.status.map_or("", |status| status.label());
            let fits = figure.status.is_empty() || figure.status.iter().any(|one| one == status);
            let Some(days) = self.entry(figure, student).filter(|_| fits) else { continue };
            if !is_still_enrolled(student) {
                continue;
            }
            let school = institution(records, record.institution);
            let area = self.basis.areas.of_name(school).unwrap_or(NOWHERE);
            let person = self.basis.census.of_source[index];
            all.push(Countable {
                person,
                place: (area.to_owned(), school.to_owned()),
                days,
                is_sure: true,
                has_id: record.facts.id.is_sound(),
                origin: record.origin,
                index,
            });
        }
        all
    }

    /// Days a student's entry can mean.
    fn entry(&self, figure: &ProgressFigure, student: &Enrollment) -> Option<DaySpan> {
        let date = |which: &EventDate| match which {
            EventDate::AdmittedOn => student.admitted,
            EventDate::EntryDate => student.entry,
            EventDate::GraduatedOn => student.left,
            _ => PartialDate::default(),
        };
        let told = figure.when.date.iter().map(date).find(|date| !date.is_empty());
        match told {
            Some(date) => Some(DaySpan { first: date.first_day()?, last: last_day(date)? }),
            None => self.season(&student.papers().intake_season),
        }
    }

    /// `2019年秋季`, `2020春`: the part of the programme before or after its split.
    fn season(&self, text: &str) -> Option<DaySpan> {
        let digits: String = text.chars().filter(char::is_ascii_digit).take(4).collect();
        let year: i16 = digits.parse().ok()?;
        let split = self.policy.day("split_on").unwrap_or(self.policy.to);
        let (first, last) = (self.policy.from, self.policy.to);
        if text.contains('秋') && year == first.year() {
            return Some(DaySpan { first, last: split });
        }
        if text.contains('春') && year == last.year() {
            return split.tomorrow().ok().map(|first| DaySpan { first, last });
        }
        None
    }

    /// Attendances or stints of work that count.
    fn events(&self, figure: &ProgressFigure, subject: Subject) -> Vec<Countable> {
        let claimed: BTreeSet<u32> =
            self.judged.claims.list.iter().filter_map(super::claims::Claim::sure_event).collect();
        let entitled: BTreeSet<u32> = self
            .judged
            .lines
            .iter()
            .filter(|line| line.verdict == Verdict::Entitled)
            .map(|line| line.event)
            .collect();
        let mut all = Vec::new();
        for (index, event) in self.judged.events.iter().enumerate() {
            if event.subject != Some(subject) || is_excluded(figure, event) {
                continue;
            }
            let Some(day) = self.counted_on(event, subject) else { continue };
            let number = u32::try_from(index).unwrap_or(u32::MAX);
            let backed = claimed.contains(&number) || entitled.contains(&number);
            let is_sure = match (figure.subsidised, subsidised(&event.class_nature)) {
                (false, _) => true,
                (true, Some(false)) if !backed => continue,
                (true, said) => backed || said == Some(true),
            };
            let unit = event.institution.map(|at| institution(self.basis.records, at));
            let unit = unit.unwrap_or(event.unit.as_str());
            all.push(Countable {
                person: event.person,
                place: (self.area(unit).to_owned(), unit.to_owned()),
                days: DaySpan { first: day, last: day },
                is_sure,
                has_id: self.has_id(event),
                origin: event.origin.unwrap_or(NO_ORIGIN),
                index,
            });
        }
        all
    }

    fn has_id(&self, event: &Event) -> bool {
        let records = self.basis.records;
        let source = event.source.map(|row| &records.sources[row as usize].facts);
        let entry = event.entry.map(|row| &records.entries[row as usize].facts);
        let own = source.or(entry).is_some_and(|facts| facts.id.is_sound());
        own || self.basis.census.persons[event.person as usize].registry.is_some()
    }

    fn area(&self, unit: &str) -> &str {
        match self.policy.word("area_of") {
            Some("agency") => self.basis.areas.of_name(unit).unwrap_or(NOWHERE),
            _ => self.basis.areas.payer(unit),
        }
    }

    /// The day an event counts on; stints of work count by their beginning.
    fn counted_on(&self, event: &Event, subject: Subject) -> Option<Date> {
        match (subject, self.policy.word("counted_on")) {
            (Subject::Attendance, Some("end")) => event.ended_on,
            (Subject::Attendance, Some("certificate")) => event.certificate_on,
            _ => event.began_on,
        }
    }
}

/// First of so many days up to the last.
fn first_of_last(last: Date, days: usize) -> Option<Date> {
    let back = i64::try_from(days).ok()?.saturating_sub(1);
    last.checked_sub(jiff::Span::new().try_days(back).ok()?).ok()
}

/// A figure of which the source is there and holds nobody.
fn none_is_zero(line: ProgressRow) -> ProgressRow {
    let [value, pending, persons] =
        [line.value, line.pending, line.persons].map(|one| one.or(Some(0)));
    ProgressRow { value, pending, persons, ..line }
}

/// A figure that was not handed over.
fn nothing(line: &ProgressRow) -> ProgressRow {
    ProgressRow { value: None, pending: None, persons: None, rows: Vec::new(), ..line.clone() }
}

const NO_ORIGIN: crate::origin::Origin =
    crate::origin::Origin { sheet: crate::origin::SheetId(0), row: 0 };

fn is_excluded(figure: &ProgressFigure, event: &Event) -> bool {
    let condition = &figure.condition;
    let Some(course) = event.course else { return !condition.kinds.is_empty() };
    let named = |kinds: &[String]| kinds.iter().any(|kind| kind == course.label());
    named(&condition.kinds_none) || !condition.kinds.is_empty() && !named(&condition.kinds)
}

/// What 班级性质 says: 政府补贴班, 自费班.
fn subsidised(nature: &str) -> Option<bool> {
    if nature.contains("自费") || nature.contains("非补贴") {
        return Some(false);
    }
    (nature.contains("补贴") || nature == "是").then_some(true)
}

fn institution(records: &Records, at: u32) -> &str {
    records.institutions.get(at as usize).map_or("", |one| one.name.as_str())
}

fn is_in(row: &str, one: &Countable) -> bool {
    match row.split_once('/') {
        Some((area, unit)) => one.place.0 == area && one.place.1 == unit,
        None => one.place.0 == row,
    }
}

fn persons(counted: &[&Countable]) -> i64 {
    let people: BTreeSet<u32> =
        counted.iter().filter(|one| one.has_id).map(|one| one.person).collect();
    i64::try_from(people.len()).unwrap_or(i64::MAX)
}

fn quarter_end(day: Date) -> Date {
    let month = (day.month() - 1) / 3 * 3 + 3;
    Date::new(day.year(), month, 1).map_or(day, Date::last_of_month)
}
