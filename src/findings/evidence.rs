//! The cells a finding rests on, as text.

use crate::records::date_ranges::show;
use crate::records::{Detail, Person, SourceRecord, money};
use crate::vocabulary::Field;

use super::EvidenceCell;

/// Cells of a source row; empty ones are left out, except the ID number, whose absence is evidence.
pub fn of_source(record: &SourceRecord, fields: &[Field]) -> Vec<EvidenceCell> {
    cells(fields, |field| source_value(record, field))
        .map(|(field, value)| EvidenceCell { origin: record.origin, field, value })
        .collect()
}

/// Cells of a registry row, likewise.
pub fn of_person(person: &Person, fields: &[Field]) -> Vec<EvidenceCell> {
    cells(fields, |field| person_value(person, field))
        .map(|(field, value)| EvidenceCell { origin: person.origin, field, value })
        .collect()
}

/// The same fields of both sides, source first.
pub fn of_both(record: &SourceRecord, person: &Person, fields: &[Field]) -> Vec<EvidenceCell> {
    let mut both = of_source(record, fields);
    both.extend(of_person(person, fields));
    both
}

/// Fields with their values, without the empty ones.
fn cells(
    fields: &[Field],
    value: impl Fn(Field) -> String,
) -> impl Iterator<Item = (Field, String)> {
    fields
        .iter()
        .map(move |field| (*field, value(*field)))
        .filter(|(field, value)| *field == Field::IdNumber || !value.is_empty())
}

/// What a cell of a source row says; empty where nothing is kept of it.
pub fn source_value(record: &SourceRecord, field: Field) -> String {
    let facts = &record.facts;
    match field {
        Field::Name => facts.name.raw().to_string(),
        Field::IdNumber => facts.id.raw().to_string(),
        Field::Sex => facts.sex.map_or("", |sex| sex.label()).to_owned(),
        Field::Birth => show(facts.birth),
        Field::Address => facts.place.raw.to_string(),
        Field::Age => record.age.map_or_else(String::new, |age| age.to_string()),
        Field::DeclaredPoor => record.declared_poor.map_or("", |said| said.label()).to_owned(),
        _ => detail_value(&record.detail, field),
    }
}

fn detail_value(detail: &Detail, field: Field) -> String {
    match detail {
        Detail::Enrollment(student) => match field {
            Field::StudentNo => student.student_no.to_string(),
            Field::ClassName => student.class_name.to_string(),
            Field::EntryDate => show(student.entry),
            Field::StudentStatus => student.status.map_or("", |s| s.label()).to_owned(),
            Field::LeaveKind => student.leave_kind.map_or("", |k| k.label()).to_owned(),
            Field::GraduatedOn => show(student.left),
            Field::EmployedOn => show(student.employed),
            Field::StudyForm => student.study_form.map_or("", |form| form.label()).to_owned(),
            Field::IntakeFrom => student.intake_from.map_or("", |from| from.label()).to_owned(),
            _ => String::new(),
        },
        Detail::Training(course) => match field {
            Field::ClassNo => course.class_no.to_string(),
            Field::Trade => course.trade.to_string(),
            Field::TrainingKind => course.kind.map_or("", |kind| kind.label()).to_owned(),
            Field::StartDate => show(course.start),
            Field::EndDate => show(course.end),
            Field::EmployedOn => show(course.employed),
            Field::BusinessOn => show(course.business),
            Field::TrainingFee => yuan(course.training_fee),
            Field::EmploymentStatus => course.employment.map_or("", |e| e.label()).to_owned(),
            Field::ExamFee => yuan(course.exam_fee),
            Field::LivingFee => yuan(course.living_fee),
            _ => String::new(),
        },
    }
}

/// What a cell of a registry row says, likewise.
pub fn person_value(person: &Person, field: Field) -> String {
    let (facts, standing) = (&person.facts, &person.standing);
    match field {
        Field::Name => facts.name.raw().to_string(),
        Field::IdNumber => facts.id.raw().to_string(),
        Field::Sex => facts.sex.map_or("", |sex| sex.label()).to_owned(),
        Field::Birth => show(facts.birth),
        // Registries keep places in columns; the joined text stands for them at the village.
        Field::Village => facts.place.raw.to_string(),
        Field::PersonNo => person.person_no.to_string(),
        Field::HouseholdNo => person.household_no.to_string(),
        Field::Relation => person.relation.map_or("", |relation| relation.label()).to_owned(),
        Field::Schooling => person.schooling.map_or("", |schooling| schooling.label()).to_owned(),
        Field::Skill => person.skill.map_or("", |skill| skill.label()).to_owned(),
        Field::Education => person.education.map_or("", |education| education.label()).to_owned(),
        Field::PovertyStatus => standing.poverty_status.map_or("", |s| s.label()).to_owned(),
        Field::ExitYear => standing.exit_year.map_or_else(String::new, |year| year.to_string()),
        Field::HouseholdType => standing.household_type().to_string(),
        Field::MonitorType => standing.monitor_type().to_string(),
        Field::PersonIdentifiedOn => show(standing.identified_on),
        Field::RiskClearedOn => show(standing.risk_cleared_on),
        _ => String::new(),
    }
}

/// 分 as yuan.
fn yuan(cents: Option<i64>) -> String {
    cents.map_or_else(String::new, |cents| format!("{}元", money::yuan(cents)))
}
