//! `05_数据问题.xlsx`: what was wrong with the inputs, for people: by file, the worst first, then one by
//! one. Programs read `problems.csv`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use crate::problems::{Problem, Severity};

use super::book::Book;
use super::columns::{Cell, CellKind, TableColumn, column, folded, numbered};
use super::context::Context;
use super::table::{SheetSpec, SheetTable};

const BY_FILE: &str = "按文件";
const LIST: &str = "问题清单";
/// What stands for problems of no single file.
const WHOLE_PROJECT: &str = "（整个项目）";

/// A file with its problems.
struct FileProblems<'a> {
    file: &'a str,
    problems: Vec<&'a Problem>,
}

impl<'a> FileProblems<'a> {
    fn count(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|problem| problem.severity == severity).count()
    }

    fn worst(&self) -> Option<&'a Problem> {
        self.problems.iter().copied().max_by_key(|problem| problem.severity)
    }
}

fn file_columns<'a>() -> Vec<TableColumn<FileProblems<'a>>> {
    vec![
        numbered(6),
        column("文件", CellKind::Text, 44, |one| shown(one.file)),
        column("错误", CellKind::Count, 8, |one| one.count(Severity::Error).into()),
        column("警告", CellKind::Count, 8, |one| one.count(Severity::Warning).into()),
        column("提示", CellKind::Count, 8, |one| one.count(Severity::Note).into()),
        column("最要紧的一处", CellKind::Text, 60, |one| {
            one.worst().map(|problem| problem.message.as_str()).into()
        }),
        column("处理与建议", CellKind::Text, 50, |one| {
            one.worst().map(|problem| problem.action.as_str()).into()
        }),
    ]
}

/// A file, or what stands for none.
fn shown(file: &str) -> Cell<'_> {
    if file.is_empty() { WHOLE_PROJECT } else { file }.into()
}

fn list_columns<'a>() -> Vec<TableColumn<&'a Problem>> {
    vec![
        numbered(6),
        column("级别", CellKind::Coloured, 8, |one| one.severity.label().into()),
        column("文件", CellKind::Text, 34, |one| shown(&one.file)),
        column("工作表", CellKind::Text, 12, |one| one.sheet.as_str().into()),
        column("单元格", CellKind::Code, 10, |one| one.cell.as_str().into()),
        column("问题", CellKind::Text, 60, |one| one.message.as_str().into()),
        column("处理与建议", CellKind::Text, 50, |one| one.action.as_str().into()),
        folded("代码", CellKind::Code, 24, |one| one.code.into()),
    ]
}

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
    let files = files.into_iter().map(|(file, problems)| FileProblems { file, problems });
    let mut files: Vec<FileProblems> = files.collect();
    files.sort_by_key(|one| {
        (Reverse([Severity::Error, Severity::Warning].map(|weight| one.count(weight))), one.file)
    });
    let spec = SheetSpec {
        name: BY_FILE,
        title: "数据问题（按文件）",
        note: "错误：有文件、工作表或行没有用上，先处理；警告：需要人看一眼，数据照常使用；提示：已处理，仅供了解。",
        frozen: 2,
        back: None,
    };
    SheetTable::write(book, spec, file_columns(), files)
}

fn list(book: &mut Book, problems: &[Problem]) -> Result<(), XlsxError> {
    let spec = SheetSpec {
        name: LIST,
        title: "数据问题清单",
        note: "重的在前；证件号码已部分隐藏；按文件、工作表、单元格可找到原处。",
        frozen: 0,
        back: Some(BY_FILE),
    };
    let mut worst_first: Vec<&Problem> = problems.iter().collect();
    worst_first.sort_by_key(|problem| Reverse(problem.severity));
    SheetTable::write(book, spec, list_columns(), worst_first)
}
