//! `项目/学校指标排名.xlsx`: schools by indicators, a rank per column and no total.

use rust_xlsxwriter::XlsxError;

use crate::config::Subject;
use crate::programmes::{ProgressRow, SchoolMeasure, rank};

use super::book::Book;
use super::context::Context;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column, count_value};

/// File name.
pub(super) const FILE: &str = "项目/学校指标排名.xlsx";

const COLUMNS: [Column; 7] = [
    column("序号", CellKind::Count, 7),
    column("学校", CellKind::Text, 30),
    column("指标", CellKind::Text, 24),
    column("数", CellKind::Count, 10),
    column("总数", CellKind::Count, 10),
    column("比例", CellKind::Rate, 10),
    column("名次", CellKind::Word, 10),
];

/// The programme whose figures count students, if there is one.
pub(super) fn programme(context: &Context) -> Option<usize> {
    let programmes = &context.results.project.programmes;
    programmes.iter().position(|one| {
        one.figures.iter().any(|figure| figure.subject == Some(Subject::Enrollment))
    })
}

/// Writes the workbook.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let results = &context.results;
    let (Some(index), Some(judged)) = (programme(context), results.judged) else { return Ok(()) };
    let policy = &results.project.programmes[index];
    let own: Vec<&ProgressRow> =
        judged.progress.iter().filter(|one| one.programme == index).collect();
    let window = (policy.from, policy.to);
    let schools = rank(results.records, results.outcomes, results.findings, (&own, window));
    let spec = TableSpec {
        name: "排名",
        title: "学校指标排名",
        note: "每项指标单独排名，文件没有权重，不加总分；总数不足20的列出、不排名；比例相同的名次相同；没有来源的不列。",
        columns: &COLUMNS,
        frozen: 2,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    let mut number = 0;
    for indicator in SchoolMeasure::ALL {
        let mut lines: Vec<_> = schools
            .iter()
            .filter_map(|(school, all)| Some((*school, all.get(&indicator)?)))
            .collect();
        lines.sort_by_key(|(school, one)| (one.rank.unwrap_or(usize::MAX), *school));
        for (school, one) in lines {
            number += 1;
            let count = |value: i64| Cell::from(usize::try_from(value).unwrap_or(0));
            let share = usize::try_from(one.share()).unwrap_or(0);
            let place = one.rank.map_or("不排名".to_owned(), |rank| rank.to_string());
            table.row(&[
                number.into(),
                results.records.institutions[school as usize].name.as_str().into(),
                indicator.label().into(),
                count(one.part),
                count(one.whole),
                Cell::Number(count_value(share) / 10_000.0),
                place.into(),
            ])?;
        }
    }
    table.close()
}
