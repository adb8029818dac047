//! `05_数据问题.xlsx`: what was wrong with the inputs, for people: by file, the worst first, then one by
//! one. Programs read `problems.csv`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use crate::problems::{Problem, Severity};

use super::book::Book;
use super::context::Context;
use super::table::{CellKind, Column, Table, TableSpec, column, folded};

const BY_FILE: &str = "按文件";
const LIST: &str = "问题清单";
/// What stands for problems of no single file.
const WHOLE_PROJECT: &str = "（整个项目）";

const FILE_COLUMNS: [Column; 7] = [
    column("序号", CellKind::Count, 6),
    column("文件", CellKind::Text, 44),
    column("错误", CellKind::Count, 8),
    column("警告", CellKind::Count, 8),
    column("提示", CellKind::Count, 8),
    column("最要紧的一处", CellKind::Text, 60),
    column("处理与建议", CellKind::Text, 50),
];

const LIST_COLUMNS: [Column; 8] = [
    column("序号", CellKind::Count, 6),
    column("级别", CellKind::Coloured, 8),
    column("文件", CellKind::Text, 34),
    column("工作表", CellKind::Text, 12),
    column("单元格", CellKind::Code, 10),
    column("问题", CellKind::Text, 60),
    column("处理与建议", CellKind::Text, 50),
    folded("代码", CellKind::Code, 24),
];

/// Writes both sheets.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let problems = context.results.problems;
    by_file(book, problems)?;
    list(book, problems)
}

fn by_file(book: &mut Book, problems: &[Problem]) -> Result<(), XlsxError> {
    let mut files: BTreeMap<&str, Vec<&Problem>> = BTreeMap::new();
    for problem in problems {
        files.entry(&problem.file).or_default().push(problem);
    }
    let count = |list: &[&Problem], severity| {
        list.iter().filter(|problem| problem.severity == severity).count()
    };
    let mut files: Vec<(&str, Vec<&Problem>)> = files.into_iter().collect();
    files.sort_by_key(|(file, list)| {
        (Reverse([Severity::Error, Severity::Warning].map(|weight| count(list, weight))), *file)
    });
    let spec = TableSpec {
        name: BY_FILE,
        title: "数据问题（按文件）",
        note: "错误：有文件、工作表或行没有用上，先处理；警告：需要人看一眼，数据照常使用；提示：已处理，仅供了解。",
        columns: &FILE_COLUMNS,
        frozen: 2,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    for (number, (file, list)) in (1_usize..).zip(&files) {
        let worst = list.iter().max_by_key(|problem| problem.severity);
        table.row(&[
            number.into(),
            (if file.is_empty() { WHOLE_PROJECT } else { file }).into(),
            count(list, Severity::Error).into(),
            count(list, Severity::Warning).into(),
            count(list, Severity::Note).into(),
            worst.map_or("", |problem| problem.message.as_str()).into(),
            worst.map_or("", |problem| problem.action.as_str()).into(),
        ])?;
    }
    table.close()
}

fn list(book: &mut Book, problems: &[Problem]) -> Result<(), XlsxError> {
    let spec = TableSpec {
        name: LIST,
        title: "数据问题清单",
        note: "重的在前；证件号码已部分隐藏；按文件、工作表、单元格可找到原处。",
        columns: &LIST_COLUMNS,
        frozen: 0,
        back: Some(BY_FILE),
    };
    let mut table = Table::open(book, spec)?;
    let mut worst_first: Vec<&Problem> = problems.iter().collect();
    worst_first.sort_by_key(|problem| Reverse(problem.severity));
    for (number, problem) in (1_usize..).zip(worst_first) {
        table.row(&[
            number.into(),
            problem.severity.label().into(),
            (if problem.file.is_empty() { WHOLE_PROJECT } else { &problem.file }).into(),
            problem.sheet.as_str().into(),
            problem.cell.as_str().into(),
            problem.message.as_str().into(),
            problem.action.as_str().into(),
            problem.code.into(),
        ])?;
    }
    table.close()
}
