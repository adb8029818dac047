//! `项目/毕业生就读参训情况.xlsx` (M21 G3, 齐人社发〔2025〕7号): graduates without work who are found in 预备技师班
//! or in 订单班, and how far 1131 has come.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::XlsxError;

use super::book::Book;
use super::columns::{CellKind, TableColumn, column, numbered};
use super::context::Context;
use super::table::{SheetSpec, SheetTable};
use crate::programmes::{CardLine, still_due};
use crate::records::{Entry, SourceRecord};
use crate::results::{Results, words};

pub(super) const FILE: &str = "项目/毕业生就读参训情况.xlsx";

/// What is counted of the list.
struct OutlookCount {
    what: &'static str,
    count: usize,
}

fn summary_columns() -> Vec<TableColumn<OutlookCount>> {
    vec![
        column("项目", CellKind::Text, 36, |one| one.what.into()),
        column("人数", CellKind::Count, 12, |one| one.count.into()),
    ]
}

fn people_columns<'a>() -> Vec<TableColumn<GraduateIntake<'a>>> {
    vec![
        numbered(7),
        column("姓名", CellKind::Word, 10, |one| one.record.facts.name.raw().trim().into()),
        column("毕业院校", CellKind::Text, 24, |one| one.former.into()),
        column("就读、参训单位", CellKind::Text, 28, |one| one.unit.into()),
        column("类别", CellKind::Word, 12, |one| {
            if one.is_school { "预备技师班" } else { "订单班" }.into()
        }),
        column("专业、工种", CellKind::Text, 18, |one| words::course(one.record)[0].into()),
        column("证书", CellKind::Text, 22, |one| certificate(one.record).into()),
        column("出处", CellKind::Text, 44, |one| one.place.as_str().into()),
    ]
}

fn certificate(record: &SourceRecord) -> String {
    match (record.enrollment(), record.training()) {
        (Some(student), _) => {
            format!("{}{}", student.papers().certificate_kind, student.papers().certificate_level)
        }
        (_, Some(course)) => course.level.map_or("", |level| level.label()).to_owned(),
        _ => String::new(),
    }
}

/// Whether a list of graduates without work was handed over.
pub(super) fn is_due(results: &Results) -> bool {
    results.census.is_some() && entries(results).next().is_some()
}

fn entries<'a>(results: &'a Results) -> impl Iterator<Item = (&'a Entry, u32)> {
    let of = results.census.map(|census| census.of_entry.as_slice()).unwrap_or_default();
    let list = |entry: &Entry| results.records.lists[usize::from(entry.list)].list.as_str();
    let all = results.records.entries.iter().zip(of.iter().copied());
    all.filter(move |(entry, _)| list(entry) == "graduate_unemployed")
}

/// A row that counts as an intake.
struct GraduateIntake<'a> {
    person: u32,
    record: &'a SourceRecord,
    is_school: bool,
    /// The school or agency now, and where the row says so.
    unit: &'a str,
    place: String,
    /// The school the list of those without work names.
    former: &'a str,
}

/// 预备技师班 of a school, or a class ordered by an employer.
fn intakes<'a>(results: &Results<'a>, former: &BTreeMap<u32, &'a str>) -> Vec<GraduateIntake<'a>> {
    let of = results.census.map(|census| census.of_source.as_slice()).unwrap_or_default();
    let rows = results.records.sources.iter().zip(of);
    let rows = rows.filter(|(record, _)| counts(record));
    rows.filter_map(|(record, person)| {
        Some(GraduateIntake {
            person: *person,
            record,
            is_school: record.enrollment().is_some(),
            unit: results.institution(record),
            place: results.name_cell(record.origin),
            former: former.get(person)?,
        })
    })
    .collect()
}

fn counts(record: &SourceRecord) -> bool {
    let named = |texts: &[&str], words: &[&str]| {
        texts.iter().any(|text| words.iter().any(|word| text.contains(word)))
    };
    match (record.enrollment(), record.training()) {
        (Some(student), _) => {
            named(&[&student.papers().training_level, &student.class_name], &["技师班", "预备技师"])
        }
        (_, Some(course)) => {
            named(&[&course.class_no, &course.class_nature], &["订单", "定向", "冠名"])
        }
        _ => false,
    }
}

/// Writes the workbook.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let results = &context.results;
    let rows: Vec<(&Entry, u32)> = entries(results).collect();
    let former: BTreeMap<u32, &str> =
        rows.iter().map(|(entry, person)| (*person, entry.detail.school.as_str())).collect();
    let found = intakes(results, &former);
    summary(book, results, &rows, &found)?;
    list(book, found)
}

fn summary(
    book: &mut Book,
    results: &Results,
    rows: &[(&Entry, u32)],
    found: &[GraduateIntake],
) -> Result<(), XlsxError> {
    let people: BTreeSet<u32> = rows.iter().map(|(_, person)| *person).collect();
    let of = |is_school: bool| -> BTreeSet<u32> {
        let own = found.iter().filter(|one| one.is_school == is_school);
        own.map(|one| one.person).collect()
    };
    let (schools, classes) = (of(true), of(false));
    let employed: BTreeSet<u32> = rows
        .iter()
        .filter(|(entry, _)| entry.to.is_some() || entry.lapsed)
        .map(|(_, person)| *person)
        .collect();
    let served = complete(results, &people);
    let note = "1131 的内容为推定：政策宣介1次、职业指导1次、岗位推介3次、培训或见习1次。";
    let spec = SheetSpec {
        name: "汇总",
        title: "离校未就业高校毕业生就读参训情况",
        note,
        frozen: 1,
        back: None,
    };
    let lines: [(&'static str, usize); 9] = [
        ("名单行数", rows.len()),
        ("名单人数", people.len()),
        ("重复登记的行数", rows.len() - people.len()),
        ("在预备技师（技师）班就读", schools.len()),
        ("参加订单、定向、冠名班", classes.len()),
        ("其中:两者都有", schools.intersection(&classes).count()),
        ("就读、参训合计（不重复）", schools.union(&classes).count()),
        ("已就业或已退出名单", employed.len()),
        ("1131 服务已齐", served),
    ];
    let rows = lines.map(|(what, count)| OutlookCount { what, count });
    SheetTable::write(book, spec, summary_columns(), rows)
}

/// How many people have had all services of 1131, as records and cards tell.
fn complete(results: &Results, people: &BTreeSet<u32>) -> usize {
    let mut records: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let of = results.census.map(|census| census.of_entry.as_slice()).unwrap_or_default();
    for (entry, person) in results.records.entries.iter().zip(of) {
        if results.records.lists[usize::from(entry.list)].list == "services" {
            records.entry(*person).or_default().push(entry.detail.measure.to_string());
        }
    }
    let none: Vec<String> = Vec::new();
    let is_complete = |person: &&u32| {
        let key = results.person_key(**person);
        let cards = results.cards.iter();
        let cards: Vec<&CardLine> =
            cards.filter(|line| line.card == "services" && line.person == key).collect();
        still_due(records.get(*person).unwrap_or(&none), &cards).is_empty()
    };
    people.iter().filter(is_complete).count()
}

fn list(book: &mut Book, found: Vec<GraduateIntake>) -> Result<(), XlsxError> {
    let spec = SheetSpec {
        name: "名单",
        title: "就读、参训名单",
        note: "同一人既就读又参训的各列一行。",
        frozen: 2,
        back: None,
    };
    SheetTable::write(book, spec, people_columns(), found)
}
