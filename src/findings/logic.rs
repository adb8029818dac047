//! Source rows whose own values contradict each other, or the registry: 逻辑异常.
//! Only rows with a registry person (linked or to be reviewed) are looked at: what is odd about
//! people outside the registry is none of this comparison's business.

use jiff::civil::Date;

use crate::linkage::Decision;
use crate::records::date::PartialDate;
use crate::records::{Detail, Enrollment, Facts, SourceRecord, Training};
use crate::vocabulary::Field;
use crate::vocabulary::labels::{IntakeFrom, LeaveKind, StudentStatus};

use super::{Finding, FindingKind, Inputs, duplicates, evidence};
use crate::records::date_ranges::{age_range, last_day, show, surely_after};

/// Nobody enters a technical school younger (初中 ends at 14–16).
const YOUNGEST_STUDENT: i16 = 14;
/// After 高中 nobody is younger.
const YOUNGEST_FROM_HIGH_SCHOOL: i16 = 16;
/// Subsidised training is for people of working age.
const YOUNGEST_TRAINEE: i16 = 16;
/// A course of at least so many days beside 正式学籍 is odd (人社厅发〔2017〕31号: people in short
/// courses must not be registered as students); a holiday course is not.
const LONG_COURSE_DAYS: i32 = 30;

/// A conflict: what is said, and the cells it rests on.
type Contradiction = (String, Vec<Field>);

/// Conflicts inside one row.
pub(super) fn of_row(inputs: &Inputs, row: u32) -> Vec<Finding> {
    if inputs.outcome(row).decision == Decision::None {
        return Vec::new();
    }
    let record = inputs.record(row);
    let mut conflicts: Vec<Contradiction> = Vec::new();
    conflicts.extend(sex_against_id(&record.facts));
    conflicts.extend(birth_against_id(&record.facts));
    conflicts.extend(age_against_birth(record, inputs.as_of));
    match &record.detail {
        Detail::Enrollment(student) => {
            conflicts.extend(student_dates(student, inputs.as_of));
            conflicts.extend(student_age(&record.facts, student));
        }
        Detail::Training(course) => {
            conflicts.extend(course_dates(course, inputs.as_of));
            conflicts.extend(trainee_age(&record.facts, course));
        }
    }
    let finding = |(reason, fields): Contradiction| {
        let reason = format!("“{}”{reason}", record.facts.name.raw());
        let cells = evidence::of_source(record, &[Field::Name]);
        let conflicting = evidence::of_source(record, &fields);
        inputs.on_row(FindingKind::Illogical, row, reason).with(cells).with(conflicting)
    };
    conflicts.into_iter().map(finding).collect()
}

/// 性别 column against the 17th digit.
pub(super) fn sex_against_id(facts: &Facts) -> Option<Contradiction> {
    let (column, number) = (facts.sex?, facts.id.sex()?);
    (facts.id.is_sound() && column != number).then(|| {
        let reason = format!("性别填“{}”，证件号码第17位表示“{}”", column.label(), number.label());
        (reason, vec![Field::Sex, Field::IdNumber])
    })
}

/// 出生日期 column against the number, as far as the column goes.
pub(super) fn birth_against_id(facts: &Facts) -> Option<Contradiction> {
    let number = facts.id.birth();
    let apart = surely_after(number, facts.birth) || surely_after(facts.birth, number);
    (facts.id.is_sound() && apart).then(|| {
        let reason = format!("出生日期填{}，证件号码中为{}", show(facts.birth), show(number));
        (reason, vec![Field::Birth, Field::IdNumber])
    })
}

/// Birth date of the number where it is sound, else of the column.
fn birth(facts: &Facts) -> PartialDate {
    if facts.id.is_sound() { facts.id.birth() } else { facts.birth }
}

/// 年龄 may be counted to the year's end or a year back: more than a year off is a conflict.
fn age_against_birth(record: &SourceRecord, as_of: Date) -> Option<Contradiction> {
    let stated = i16::from(record.age?);
    let (least, most) = age_range(birth(&record.facts), as_of)?;
    let far = stated + 1 < least || stated > most + 1;
    far.then(|| {
        let reason = format!("年龄填{stated}岁，按出生日期应为{most}岁");
        (reason, vec![Field::Age, Field::Birth, Field::IdNumber])
    })
}

/// A date that lies after the report date for certain by its first day.
fn in_future(date: PartialDate, as_of: Date) -> bool {
    date.first_day().is_some_and(|day| day > as_of)
}

fn future(word: &str, date: PartialDate, as_of: Date, field: Field) -> Option<Contradiction> {
    in_future(date, as_of)
        .then(|| (format!("{word}{}晚于统计日期{as_of}", show(date)), vec![field]))
}

fn student_dates(student: &Enrollment, as_of: Date) -> Vec<Contradiction> {
    let has_left = student.status == Some(StudentStatus::Left);
    let graduated = student.leave_kind == Some(LeaveKind::Graduated);
    let mut found = Vec::new();
    found.extend(future("入学时间", student.entry, as_of, Field::EntryDate));
    found.extend(future("就业时间", student.employed, as_of, Field::EmployedOn));
    // A later date beside 正式学籍 is the planned graduation.
    if has_left {
        found.extend(future("离校时间", student.left, as_of, Field::GraduatedOn));
    }
    if surely_after(student.entry, student.left) {
        let reason = format!("离校时间{}早于入学时间{}", show(student.left), show(student.entry));
        found.push((reason, vec![Field::GraduatedOn, Field::EntryDate]));
    }
    if graduated && surely_after(student.left, student.employed) {
        let reason =
            format!("就业时间{}早于毕业时间{}", show(student.employed), show(student.left));
        found.push((reason, vec![Field::EmployedOn, Field::GraduatedOn]));
    }
    found
}

fn course_dates(course: &Training, as_of: Date) -> Vec<Contradiction> {
    let mut found = Vec::new();
    found.extend(future("开班日期", course.start, as_of, Field::StartDate));
    found.extend(future("就业时间", course.employed, as_of, Field::EmployedOn));
    found.extend(future("创业时间", course.business, as_of, Field::BusinessOn));
    if surely_after(course.start, course.end) {
        let reason = format!("结业日期{}早于开班日期{}", show(course.end), show(course.start));
        found.push((reason, vec![Field::StartDate, Field::EndDate]));
        return found;
    }
    let after = [
        ("就业", course.employed, Field::EmployedOn),
        ("创业", course.business, Field::BusinessOn),
    ];
    for (word, date, field) in after.into_iter().filter(|(_, d, _)| surely_after(course.end, *d)) {
        let reason = format!("{word}时间{}早于结业日期{}", show(date), show(course.end));
        found.push((reason, vec![field, Field::EndDate]));
    }
    found
}

fn student_age(facts: &Facts, student: &Enrollment) -> Option<Contradiction> {
    let (_, most) = age_range(birth(facts), last_day(student.entry)?)?;
    let high_school = student.intake_from == Some(IntakeFrom::SeniorMiddle);
    let least = if high_school { YOUNGEST_FROM_HIGH_SCHOOL } else { YOUNGEST_STUDENT };
    (most < least).then(|| {
        let from = student.intake_from.map_or("", |from| from.label());
        let reason = format!("入学时只有{most}岁，与招生对象“{from}”不符");
        (reason, vec![Field::IdNumber, Field::Birth, Field::EntryDate, Field::IntakeFrom])
    })
}

fn trainee_age(facts: &Facts, course: &Training) -> Option<Contradiction> {
    let (_, most) = age_range(birth(facts), last_day(course.start)?)?;
    (most < YOUNGEST_TRAINEE).then(|| {
        let reason = format!("开班时只有{most}岁，未满{YOUNGEST_TRAINEE}岁");
        (reason, vec![Field::IdNumber, Field::Birth, Field::StartDate])
    })
}

/// Conflicts between rows of one person: a long course while in school.
pub(super) fn of_group(inputs: &Inputs, rows: &[u32]) -> Vec<Finding> {
    if rows.iter().all(|row| inputs.linked(*row).is_none()) {
        return Vec::new();
    }
    let (students, trainees): (Vec<u32>, Vec<u32>) =
        rows.iter().partition(|row| inputs.record(**row).enrollment().is_some());
    let school = |course: &Training| {
        students.iter().copied().find(|row| {
            inputs.record(*row).enrollment().is_some_and(|student| is_beside(student, course))
        })
    };
    trainees
        .iter()
        .filter_map(|row| {
            let course = inputs.record(*row).training()?;
            school(course).map(|student| beside_school(inputs, *row, student))
        })
        .collect()
}

/// Whether a long course ran wholly while the student was registered.
fn is_beside(student: &Enrollment, course: &Training) -> bool {
    let Some((start, end)) = duplicates::sure_range(course) else {
        return false;
    };
    let long = (end - start).get_days() >= LONG_COURSE_DAYS;
    let entered = last_day(student.entry).is_some_and(|entry| entry <= start);
    let there = student.status == Some(StudentStatus::Enrolled)
        || student.left.first_day().is_some_and(|left| left > end);
    long && entered && there
}

fn beside_school(inputs: &Inputs, row: u32, student: u32) -> Finding {
    let course = inputs.record(row).training().map(duplicates::sure_range);
    let days = course.flatten().map_or(0, |(start, end)| (end - start).get_days() + 1);
    let reason = format!(
        "“{}”在{}有正式学籍期间参加{days}天的培训（{}）",
        inputs.record(row).facts.name.raw(),
        inputs.institution(student),
        inputs.place(student)
    );
    let trainee = [Field::Name, Field::IdNumber, Field::StartDate, Field::EndDate];
    let pupil = [Field::Name, Field::IdNumber, Field::EntryDate, Field::StudentStatus];
    inputs
        .on_row(FindingKind::Illogical, row, reason)
        .with(evidence::of_source(inputs.record(row), &trainee))
        .with(evidence::of_source(inputs.record(student), &pupil))
}
