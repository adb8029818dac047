//! `项目/每月监测汇总.xlsx`: what schools said of their students in the newest month, and what somebody has to
//! look at.

use std::collections::BTreeSet;

use rust_xlsxwriter::XlsxError;

use crate::programmes::{DueStudent, MonitoredMonth, monitor};
use crate::records::attendance::is_still_enrolled;
use crate::results::Results;

use super::book::Book;
use super::context::Context;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column, count_value};

/// File name.
pub(super) const FILE: &str = "项目/每月监测汇总.xlsx";

const SCHOOLS: [Column; 9] = [
    column("序号", CellKind::Count, 7),
    column("学校", CellKind::Text, 30),
    column("应监测人数", CellKind::Count, 11),
    column("已填人数", CellKind::Count, 11),
    column("填报率", CellKind::Rate, 10),
    column("学习有困难", CellKind::Count, 11),
    column("生活有困难", CellKind::Count, 11),
    column("已有帮扶", CellKind::Count, 11),
    column("上月困难已解决", CellKind::Count, 12),
];

const CONCERNS: [Column; 5] = [
    column("序号", CellKind::Count, 7),
    column("代码", CellKind::Code, 8),
    column("学校", CellKind::Text, 30),
    column("姓名", CellKind::Word, 12),
    column("情况", CellKind::Text, 44),
];

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
            let name = record.facts.name.raw.trim().to_owned();
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
    let spec = TableSpec {
        name: "须关注",
        title: "每月监测须关注的情况",
        note: "W2 有困难没有帮扶；W3 困难两个月以上；W4 没有填写；W5 学校没有交回；W6 登记表与学籍不符；W7 本月新增；W8 日期不在当月。",
        columns: &CONCERNS,
        frozen: 2,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    for (number, one) in found.concerns.iter().enumerate() {
        table.row(&[
            (number + 1).into(),
            one.code.into(),
            one.unit.as_str().into(),
            one.name.as_str().into(),
            one.text.as_str().into(),
        ])?;
    }
    table.close()
}

fn schools(book: &mut Book, found: &MonitoredMonth, note: &str) -> Result<(), XlsxError> {
    let spec = TableSpec {
        name: "汇总",
        title: "每月监测汇总",
        note,
        columns: &SCHOOLS,
        frozen: 2,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    for (number, (unit, one)) in found.schools.iter().enumerate() {
        let rate = count_value(one.filled) / count_value(one.due.max(1));
        table.row(&[
            (number + 1).into(),
            unit.as_str().into(),
            one.due.into(),
            one.filled.into(),
            Cell::Number(rate),
            one.study.into(),
            one.life.into(),
            one.helped.into(),
            one.closed.into(),
        ])?;
    }
    table.close()
}
