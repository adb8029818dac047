//! `02_差异报告.xlsx`: counts by class and institution with a chart, one filterable sheet per class,
//! the problem list and the definitions of the classes.

mod classes;
mod summary;

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use crate::findings::{Finding, FindingKind};
use crate::problems::Problem;

use super::book::Book;
use super::context::Context;
use super::table::{CellKind, Column, Table, TableSpec, column};

/// Name of the first sheet, to which the others link back.
const SUMMARY: &str = "汇总";
const PROBLEMS: &str = "问题清单";
const DEFINITIONS: &str = "类别说明";

/// The findings of one class and the sheet they stand on.
struct Class<'run> {
    kind: FindingKind,
    sheet: String,
    findings: Vec<&'run Finding>,
}

/// Writes all sheets.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    for name in [SUMMARY, PROBLEMS, DEFINITIONS] {
        book.sheets.sheet(name);
    }
    let classes = by_class(book, context.results.findings);
    summary::write(book, context, None, &classes)?;
    for class in &classes {
        classes::write(book, context, class)?;
    }
    problems(book, context.results.problems)?;
    definitions(book, &classes)
}

/// Writes the sheets of chosen findings; the words say which. Problems belong to the whole run.
pub(super) fn fill_chosen(
    book: &mut Book,
    context: &Context,
    chosen: &str,
) -> Result<(), XlsxError> {
    for name in [SUMMARY, DEFINITIONS] {
        book.sheets.sheet(name);
    }
    let classes = by_class(book, context.results.findings);
    summary::write(book, context, Some(chosen), &classes)?;
    for class in &classes {
        classes::write(book, context, class)?;
    }
    definitions(book, &classes)
}

/// Classes that occur, in report order.
fn by_class<'run>(book: &mut Book, findings: &'run [Finding]) -> Vec<Class<'run>> {
    let mut found: BTreeMap<FindingKind, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        found.entry(finding.kind).or_default().push(finding);
    }
    let present = FindingKind::ALL.iter().filter_map(|kind| found.remove_entry(kind));
    present
        .map(|(kind, findings)| Class { kind, sheet: book.sheets.sheet(kind.label()), findings })
        .collect()
}

const PROBLEM_COLUMNS: [Column; 8] = [
    column("序号", CellKind::Count, 8),
    column("级别", CellKind::Coloured, 8),
    column("文件", CellKind::Text, 34),
    column("工作表", CellKind::Text, 14),
    column("单元格", CellKind::Code, 10),
    column("问题", CellKind::Text, 56),
    column("处理与建议", CellKind::Text, 56),
    column("代码", CellKind::Code, 22),
];

fn problems(book: &mut Book, problems: &[Problem]) -> Result<(), XlsxError> {
    let spec = TableSpec {
        name: PROBLEMS,
        title: "问题清单（数据读取与整理）",
        note: "证件号码已部分隐藏；按文件、工作表、单元格可找到原处。",
        columns: &PROBLEM_COLUMNS,
        frozen: 0,
        back: Some(SUMMARY),
    };
    let mut table = Table::open(book, spec)?;
    for (number, problem) in problems.iter().enumerate() {
        table.row(&[
            (number + 1).into(),
            problem.severity.label().into(),
            problem.file.as_str().into(),
            problem.sheet.as_str().into(),
            problem.cell.as_str().into(),
            problem.message.as_str().into(),
            problem.action.as_str().into(),
            problem.code.into(),
        ])?;
    }
    table.close()
}

const DEFINITION_COLUMNS: [Column; 4] = [
    column("类别代码", CellKind::Code, 12),
    column("类别", CellKind::Word, 24),
    column("含义", CellKind::Text, 90),
    column("本次条数", CellKind::Count, 12),
];

fn definitions(book: &mut Book, classes: &[Class]) -> Result<(), XlsxError> {
    let spec = TableSpec {
        name: DEFINITIONS,
        title: "类别说明",
        note: "差异的全部类别；本次没有出现的类别不另设工作表。",
        columns: &DEFINITION_COLUMNS,
        frozen: 0,
        back: Some(SUMMARY),
    };
    let mut table = Table::open(book, spec)?;
    let has_lists = classes.iter().any(|class| class.kind.is_of_lists());
    for kind in FindingKind::ALL.iter().filter(|kind| has_lists || !kind.is_of_lists()) {
        let class = classes.iter().find(|class| class.kind == *kind);
        let count = class.map_or(0, |class| class.findings.len());
        table.row(&[
            kind.code().into(),
            kind.label().into(),
            kind.definition().into(),
            count.into(),
        ])?;
    }
    table.close()
}
