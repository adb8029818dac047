//! Subsidies one person seems to have had too often in a year: 补贴疑似重复.
//! 黑人社发〔2019〕10号（九）: 生活费补贴每人每年只享受一次; training subsidies at most three times a
//! year, never twice for the same trade.

use crate::records::Training;
use crate::vocabulary::Field;

use super::{Finding, FindingKind, Inputs, evidence};
use crate::records::attendance::{ClassKey, class_key};

/// Subsidised courses a person may have in a year.
const COURSES_A_YEAR: usize = 3;

/// One attendance of one class.
struct Attendance<'run> {
    row: u32,
    year: i16,
    course: &'run Training,
}

/// Findings of the rows of one person, when at least one of them is linked.
pub(super) fn of_group(inputs: &Inputs, rows: &[u32]) -> Vec<Finding> {
    if rows.iter().all(|row| inputs.linked(*row).is_none()) {
        return Vec::new();
    }
    let attendances = attendances(inputs, rows);
    let years = attendances.chunk_by(|left, right| left.year == right.year);
    years
        .flat_map(|year| {
            let mut found = living_fees(inputs, year);
            found.extend(same_trade(inputs, year));
            found.extend(too_many(inputs, year));
            found
        })
        .collect()
}

/// Each class once (a row entered twice is 本表重复), by year of the first day.
fn attendances<'run>(inputs: &'run Inputs, rows: &[u32]) -> Vec<Attendance<'run>> {
    let mut classes: Vec<(ClassKey, u32)> = rows
        .iter()
        .filter_map(|row| class_key(inputs.record(*row)).map(|key| (key, *row)))
        .collect();
    classes.sort_unstable();
    classes.dedup_by(|later, earlier| later.0 == earlier.0);
    let mut found: Vec<Attendance> = classes
        .into_iter()
        .filter_map(|(_, row)| inputs.record(row).training().map(|course| (row, course)))
        .map(|(row, course)| Attendance { row, year: course.start.year, course })
        .filter(|attendance| attendance.year != 0)
        .collect();
    found.sort_by_key(|attendance| (attendance.year, attendance.row));
    found
}

/// One finding per attendance, each pointing at another.
fn each(inputs: &Inputs, several: &[&Attendance], what: &str, fields: &[Field]) -> Vec<Finding> {
    let finding = |attendance: &&Attendance| {
        let row = attendance.row;
        let other = if row == several[0].row { several[1].row } else { several[0].row };
        let reason = format!(
            "“{}”{}年{what}{}次：本行与{}",
            inputs.record(row).facts.name.raw(),
            attendance.year,
            several.len(),
            inputs.place(other)
        );
        inputs
            .on_row(FindingKind::SubsidyRepeated, row, reason)
            .with(evidence::of_source(inputs.record(row), fields))
            .with(evidence::of_source(inputs.record(other), fields))
    };
    several.iter().map(finding).collect()
}

fn living_fees(inputs: &Inputs, year: &[Attendance]) -> Vec<Finding> {
    let paid = |attendance: &&Attendance| attendance.course.living_fee.is_some_and(|fee| fee > 0);
    let several: Vec<&Attendance> = year.iter().filter(paid).collect();
    if several.len() < 2 {
        return Vec::new();
    }
    let fields = [Field::Name, Field::IdNumber, Field::ClassNo, Field::StartDate, Field::LivingFee];
    each(inputs, &several, "享受生活费补贴", &fields)
}

fn same_trade(inputs: &Inputs, year: &[Attendance]) -> Vec<Finding> {
    let mut by_trade: Vec<&Attendance> =
        year.iter().filter(|attendance| !attendance.course.trade.is_empty()).collect();
    by_trade.sort_by_key(|attendance| (&attendance.course.trade, attendance.row));
    let fields = [Field::Name, Field::IdNumber, Field::ClassNo, Field::Trade, Field::StartDate];
    by_trade
        .chunk_by(|left, right| left.course.trade == right.course.trade)
        .filter(|several| several.len() > 1)
        .flat_map(|several| {
            let what = format!("参加同一工种“{}”培训", several[0].course.trade);
            each(inputs, several, &what, &fields)
        })
        .collect()
}

/// Courses paid for, or of which no fee is known.
fn too_many(inputs: &Inputs, year: &[Attendance]) -> Vec<Finding> {
    let subsidised = |attendance: &&Attendance| attendance.course.training_fee != Some(0);
    let several: Vec<&Attendance> = year.iter().filter(subsidised).collect();
    if several.len() <= COURSES_A_YEAR {
        return Vec::new();
    }
    let fields =
        [Field::Name, Field::IdNumber, Field::ClassNo, Field::StartDate, Field::TrainingFee];
    each(inputs, &several, "参加补贴培训（每年最多3次）", &fields)
}
