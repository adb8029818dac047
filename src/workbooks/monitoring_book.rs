//! `项目/每月监测汇总.xlsx`: what schools said of their students in the newest month, and what somebody has to
//! look at.

use std::collections::BTreeSet;

use rust_xlsxwriter::XlsxError;

use crate::programmes::{Concern, DueStudent, MonitoredMonth, SchoolMonth, monitor};
use crate::records::attendance::is_still_enrolled;
use crate::results::Results;

use super::book::Book;
use super::columns::{CellKind, TableColumn, column, count_value, numbered};
use super::context::Context;
use super::table::{SheetSpec, SheetTable};

/// File name.
pub(super) const FILE: &str = "项目/每月监测汇总.xlsx";

/// A school's month.
struct MonitoredSchool<'a> {
    unit: &'a str,
    month: &'a SchoolMonth,
}

fn school_columns<'a>() -> Vec<TableColumn<MonitoredSchool<'a>>> {
    vec![
        numbered(7),
        column("学校", CellKind::Text, 30, |one| one.unit.into()),
        column("应监测人数", CellKind::Count, 11, |one| one.month.due.into()),
        column("已填人数", CellKind::Count, 11, |one| one.month.filled.into()),
        column("填报率", CellKind::Rate, 10, |one| {
            (count_value(one.month.filled) / count_value(one.month.due.max(1))).into()
        }),
        column("学习有困难", CellKind::Count, 11, |one| one.month.study.into()),
        column("生活有困难", CellKind::Count, 11, |one| one.month.life.into()),
        column("已有帮扶", CellKind::Count, 11, |one| one.month.helped.into()),
        column("上月困难已解决", CellKind::Count, 12, |one| one.month.closed.into()),
    ]
}

fn concern_columns<'a>() -> Vec<TableColumn<&'a Concern>> {
    vec![
        numbered(7),
        column("代码", CellKind::Code, 8, |one| one.code.into()),
        column("学校", CellKind::Text, 30, |one| one.unit.as_str().into()),
        column("姓名", CellKind::Word, 12, |one| one.name.as_str().into()),
        column("情况", CellKind::Text, 44, |one| one.text.as_str().into()),
    ]
}

/// What the cards of the newest month say of the students linked and at school now.
pub(super) fn month(results: &Results) -> Option<MonitoredMonth> {
    monitor(&due(results), results.cards)
}

/// Linked students at school, each once a school.
fn due(results: &Results) -> Vec<DueStudent> {
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    let mut all = Vec::new();
    for (record, outcome) in results.records.sources.iter().zip(results.outcomes) {
        let (Some(student), Some(person)) = (record.enrollment(), outcome.linked()) else {
            continue;
        };
        let unit = results.institution(record).to_owned();
        let person = results.person(person).person_no.to_string();
        if is_still_enrolled(student) && seen.insert((unit.clone(), person.clone())) {
            let name = record.facts.name.raw().trim().to_owned();
            all.push(DueStudent { unit, person, name });
        }
    }
    all
}

/// Writes the workbook.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let Some(found) = month(&context.results) else { return Ok(()) };
    let note = format!(
        "{}。依据黑人社发〔2019〕10号（四）（表样推定）；应监测的是比对一致、学籍名单中在校的学生。",
        found.month
    );
    schools(book, &found, &note)?;
    let spec = SheetSpec {
        name: "须关注",
        title: "每月监测须关注的情况",
        note: "W2 有困难没有帮扶；W3 困难两个月以上；W4 没有填写；W5 学校没有交回；W6 登记表与学籍不符；W7 本月新增；W8 日期不在当月。",
        frozen: 2,
        back: None,
    };
    SheetTable::write(book, spec, concern_columns(), &found.concerns)
}

fn schools(book: &mut Book, found: &MonitoredMonth, note: &str) -> Result<(), XlsxError> {
    let spec =
        SheetSpec { name: "汇总", title: "每月监测汇总", note, frozen: 2, back: None };
    let rows = found.schools.iter().map(|(unit, month)| MonitoredSchool { unit, month });
    SheetTable::write(book, spec, school_columns(), rows)
}
