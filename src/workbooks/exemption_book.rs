//! `五免一助/<school>.xlsx`: each student of the school who has to do with the registry, and the six items.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::XlsxError;

use crate::config::Subject;
use crate::file_names::FileNames;
use crate::programmes::{Verdict, VerdictLine};
use crate::vocabulary::states;

use super::book::Book;
use super::context::Context;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};

const COLUMNS: [Column; 13] = [
    column("序号", CellKind::Count, 7),
    column("姓名", CellKind::Word, 10),
    column("证件号码", CellKind::Code, 21),
    column("学籍编号", CellKind::Code, 20),
    column("班级", CellKind::Text, 16),
    column("免学费", CellKind::Word, 8),
    column("免鉴定费", CellKind::Word, 8),
    column("免住宿费", CellKind::Word, 8),
    column("免教材费", CellKind::Word, 8),
    column("免服装费", CellKind::Word, 8),
    column("国家助学金", CellKind::Word, 10),
    column("金额（元）", CellKind::Code, 10),
    column("备注", CellKind::Text, 40),
];

/// The programme of the project that judges students, if there is one.
fn programme(context: &Context) -> Option<usize> {
    let programmes = &context.results.project.programmes;
    programmes
        .iter()
        .position(|one| one.rules.iter().any(|rule| rule.subject == Subject::Enrollment))
}

/// One workbook per school with lines: its path and the school's index.
pub(super) fn files(context: &Context) -> Vec<(PathBuf, usize)> {
    let mut taken = FileNames::default();
    let order = context.institution_order.iter().copied();
    let with_lines = order.filter(|school| !lines(context, *school).is_empty());
    let path = |school: usize| {
        let name = taken.give(&context.results.records.institutions[school].name);
        (Path::new("五免一助").join(format!("{name}.xlsx")), school)
    };
    with_lines.map(path).collect()
}

fn lines<'run>(context: &Context<'run>, school: usize) -> Vec<&'run VerdictLine> {
    let (Some(judged), Some(programme)) = (context.results.judged, programme(context)) else {
        return Vec::new();
    };
    let own = judged.lines.iter().filter(|line| line.programme == programme);
    own.filter(|line| {
        let institution = judged.events[line.event as usize].institution;
        institution.is_some_and(|at| at as usize == school)
    })
    .collect()
}

/// Writes a workbook.
pub(super) fn fill(book: &mut Book, context: &Context, school: usize) -> Result<(), XlsxError> {
    let results = &context.results;
    let Some(judged) = results.judged else { return Ok(()) };
    let title = format!("{}　五免一助", results.records.institutions[school].name);
    let spec = TableSpec {
        name: "五免一助",
        title: &title,
        note: "√ 可享受；待定 须核实，见备注；— 不享受。金额只有国家助学金按学期有数。证件号码已遮盖。",
        columns: &COLUMNS,
        frozen: 2,
        back: None,
    };
    let mut own = lines(context, school);
    own.sort_by(|a, b| {
        let key =
            |line: &VerdictLine| (judged.events[line.event as usize].place(), line.rule.clone());
        key(a).cmp(&key(b))
    });
    let mut table = Table::open(book, spec)?;
    for (number, student) in own.chunk_by(|a, b| a.event == b.event).enumerate() {
        table.row(&cells(context, number + 1, student))?;
    }
    table.close()
}

fn cells<'a>(context: &Context<'a>, number: usize, lines: &[&'a VerdictLine]) -> Vec<Cell<'a>> {
    let results = &context.results;
    let row = lines.first().and_then(|line| {
        results.judged.and_then(|judged| judged.events[line.event as usize].source)
    });
    let record = row.map(|row| &results.records.sources[row as usize]);
    let student = record.and_then(|record| record.enrollment());
    let mark = |verdict: Verdict| match verdict {
        Verdict::Entitled => "√",
        Verdict::Undecided => states::UNDECIDED,
        _ => "—",
    };
    let facts = record.map(|record| &record.facts);
    let mut cells: Vec<Cell> = vec![
        number.into(),
        facts.map_or("", |facts| facts.name.raw.trim()).into(),
        facts.map_or_else(String::new, |facts| facts.id.masked()).into(),
        student.map_or("", |student| student.student_no.as_str()).into(),
        student.map_or("", |student| student.class_name.as_str()).into(),
    ];
    cells.extend(lines.iter().take(6).map(|line| Cell::from(mark(line.verdict))));
    cells.resize(11, Cell::Empty);
    let sum: i64 = lines.iter().filter_map(|line| line.low).sum();
    cells.push(super::lists_csv::short_yuan((sum > 0).then_some(sum)).into());
    let mut why: Vec<String> = lines
        .iter()
        .filter(|line| !line.code.is_empty())
        .map(|line| format!("{}：{}", line.rule, line.reason()))
        .collect();
    why.dedup();
    cells.push(why.join("；").into());
    cells
}
