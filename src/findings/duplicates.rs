//! The same person more than once in what schools and agencies sent:
//! 本表重复, 一人多籍, 一人同期多班.

use jiff::civil::Date;

use crate::records::attendance::{ClassKey, class_key, is_still_enrolled};
use crate::records::date::PartialDate;
use crate::records::{SourceRecord, Training};
use crate::vocabulary::Field;

use super::{Finding, FindingKind, Inputs, evidence};
use crate::records::date_ranges::last_day;

const SHOWN: &[Field] = &[
    Field::Name,
    Field::IdNumber,
    Field::StudentNo,
    Field::StudentStatus,
    Field::EntryDate,
    Field::ClassNo,
    Field::Trade,
    Field::StartDate,
    Field::EndDate,
];

/// All duplicate findings of the rows of one person.
pub(super) fn of_group(inputs: &Inputs, rows: &[u32]) -> Vec<Finding> {
    let mut found = repeated(inputs, rows);
    found.extend(two_schools(inputs, rows));
    found.extend(overlapping(inputs, rows));
    found
}

/// Rows with equal keys should not exist twice.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum RowKey {
    /// School; entry date only once the student has left (who comes back has a second row).
    Student(u32, Option<PartialDate>),
    Trainee(ClassKey),
}

fn row_key(record: &SourceRecord) -> Option<RowKey> {
    if let Some(student) = record.enrollment() {
        let entry = (!is_still_enrolled(student)).then_some(student.entry);
        return Some(RowKey::Student(record.institution, entry));
    }
    class_key(record).map(RowKey::Trainee)
}

/// 本表重复 among rows of one person.
pub(super) fn repeated(inputs: &Inputs, rows: &[u32]) -> Vec<Finding> {
    let mut keyed: Vec<(RowKey, u32)> =
        rows.iter().filter_map(|row| row_key(inputs.record(*row)).map(|key| (key, *row))).collect();
    keyed.sort_unstable();
    let mut found = Vec::new();
    for group in keyed.chunk_by(|left, right| left.0 == right.0).filter(|group| group.len() > 1) {
        for (_, row) in group {
            let other = if *row == group[0].1 { group[1].1 } else { group[0].1 };
            found.push(repeated_row(inputs, *row, other, group.len()));
        }
    }
    found
}

fn repeated_row(inputs: &Inputs, row: u32, other: u32, count: usize) -> Finding {
    let what =
        if inputs.record(row).training().is_some() { "在同一班级" } else { "在同一学校" };
    let reason = format!(
        "“{}”{what}登记了{count}行：本行与{}",
        inputs.record(row).facts.name.raw(),
        inputs.place(other)
    );
    pair(inputs, FindingKind::RepeatedRow, row, other, reason)
}

fn pair(inputs: &Inputs, kind: FindingKind, row: u32, other: u32, reason: String) -> Finding {
    let cells = evidence::of_source(inputs.record(row), SHOWN);
    let others = evidence::of_source(inputs.record(other), SHOWN);
    inputs.on_row(kind, row, reason).with(cells).with(others)
}

fn two_schools(inputs: &Inputs, rows: &[u32]) -> Vec<Finding> {
    let mut enrolled: Vec<(u32, u32)> = rows
        .iter()
        .filter(|row| inputs.record(**row).enrollment().is_some_and(is_still_enrolled))
        .map(|row| (inputs.record(*row).institution, *row))
        .collect();
    enrolled.sort_unstable();
    let Some((first, last)) = enrolled.first().copied().zip(enrolled.last().copied()) else {
        return Vec::new();
    };
    if first.0 == last.0 {
        return Vec::new();
    }
    let mut schools: Vec<u32> = enrolled.iter().map(|(school, _)| *school).collect();
    schools.dedup();
    let finding = |(school, row): &(u32, u32)| {
        let other = if *school == first.0 { last.1 } else { first.1 };
        let name = inputs.record(*row).facts.name.raw();
        let place = inputs.place(other);
        let reason = format!("“{name}”在{}所学校有未离校学籍：本行与{place}", schools.len());
        pair(inputs, FindingKind::TwoSchools, *row, other, reason)
    };
    enrolled.iter().map(finding).collect()
}

/// Days a course surely covers: latest possible start to earliest possible end.
pub(super) fn sure_range(course: &Training) -> Option<(Date, Date)> {
    let start = last_day(course.start)?;
    let end = course.end.first_day().unwrap_or(start);
    (start <= end).then_some((start, end))
}

fn overlapping(inputs: &Inputs, rows: &[u32]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut longest: Option<(Date, Date, u32)> = None;
    for class in first_of_each_class(inputs, rows) {
        let (start, end, row) = class;
        if let Some((_, earlier_end, earlier)) = longest
            && start <= earlier_end
        {
            found.push(overlap(inputs, row, earlier));
            found.push(overlap(inputs, earlier, row));
        }
        if longest.is_none_or(|(_, earlier_end, _)| end > earlier_end) {
            longest = Some(class);
        }
    }
    // A long class that meets several others is one finding, with the first of them.
    found.sort_by_key(|finding| finding.record);
    found.dedup_by_key(|finding| finding.record);
    found
}

fn first_of_each_class(inputs: &Inputs, rows: &[u32]) -> Vec<(Date, Date, u32)> {
    let mut classes: Vec<(ClassKey, u32)> = rows
        .iter()
        .filter_map(|row| class_key(inputs.record(*row)).map(|key| (key, *row)))
        .collect();
    classes.sort_unstable();
    classes.dedup_by(|later, earlier| later.0 == earlier.0);
    let range = |row: u32| inputs.record(row).training().and_then(sure_range);
    let mut ranges: Vec<(Date, Date, u32)> = classes
        .iter()
        .filter_map(|(_, row)| range(*row).map(|(start, end)| (start, end, *row)))
        .collect();
    ranges.sort_unstable();
    ranges
}

fn overlap(inputs: &Inputs, row: u32, other: u32) -> Finding {
    let days = |row: u32| {
        let range = inputs.record(row).training().and_then(sure_range);
        range.map_or_else(String::new, |(start, end)| format!("{start}至{end}"))
    };
    let reason = format!(
        "“{}”的培训日期重叠：本行{}，{}为{}",
        inputs.record(row).facts.name.raw(),
        days(row),
        inputs.place(other),
        days(other)
    );
    let brief = format!("本行{}，与{}重叠", days(row), inputs.place(other));
    pair(inputs, FindingKind::OverlappingClasses, row, other, reason).briefly(brief)
}
