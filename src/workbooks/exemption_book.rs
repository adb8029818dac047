//! `五免一助/<school>.xlsx`: each student of the school who has to do with the registry, and the six items.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::XlsxError;

use crate::config::Subject;
use crate::file_names::FileNames;
use crate::programmes::{Verdict, VerdictLine};
use crate::records::{Enrollment, SourceRecord};
use crate::vocabulary::states;

use super::book::Book;
use super::columns::{CellKind, ColumnLook, TableColumn, column, joined, nth, numbered};
use super::context::Context;
use super::lists_csv::short_yuan;
use super::table::{SheetSpec, SheetTable};

/// A student and what is said of each item.
struct StudentItems<'a> {
    record: Option<&'a SourceRecord>,
    /// Verdicts in the order of [`ITEMS`].
    lines: &'a [&'a VerdictLine],
}

/// The items with the widths of their columns, in the order of the rules.
const ITEMS: [(&str, u16); 6] = [
    ("免学费", 8),
    ("免鉴定费", 8),
    ("免住宿费", 8),
    ("免教材费", 8),
    ("免服装费", 8),
    ("国家助学金", 10),
];

fn columns<'a>() -> Vec<TableColumn<StudentItems<'a>>> {
    let items = ITEMS.into_iter().enumerate().map(|(place, (heading, widest))| {
        let look = ColumnLook::plain(heading, CellKind::Word, widest);
        nth(look, place, |one: &StudentItems, place| {
            one.lines.get(place).map(|line| mark(line)).into()
        })
    });
    joined([
        vec![
            numbered(7),
            column("姓名", CellKind::Word, 10, |one| {
                one.record.map(|record| record.facts.name.raw().trim()).into()
            }),
            column("证件号码", CellKind::Code, 21, |one| {
                one.record.map(|record| record.facts.id.masked()).into()
            }),
            column("学籍编号", CellKind::Code, 20, |one| {
                one.student().map(|student| student.student_no.as_str()).into()
            }),
            column("班级", CellKind::Text, 16, |one| {
                one.student().map(|student| student.class_name.as_str()).into()
            }),
        ],
        items.collect(),
        vec![
            column("金额（元）", CellKind::Code, 10, |one| one.amount().into()),
            column("备注", CellKind::Text, 40, |one| one.why().into()),
        ],
    ])
}

fn mark(line: &VerdictLine) -> &'static str {
    match line.verdict {
        Verdict::Entitled => "√",
        Verdict::Undecided => states::UNDECIDED,
        _ => "—",
    }
}

impl<'a> StudentItems<'a> {
    fn student(&self) -> Option<&'a Enrollment> {
        self.record.and_then(SourceRecord::enrollment)
    }

    fn amount(&self) -> String {
        let sum: i64 = self.lines.iter().filter_map(|line| line.low).sum();
        short_yuan((sum > 0).then_some(sum))
    }

    fn why(&self) -> String {
        let told = self.lines.iter().filter(|line| !line.code.is_empty());
        let mut why: Vec<String> =
            told.map(|line| format!("{}：{}", line.rule, line.reason())).collect();
        why.dedup();
        why.join("；")
    }
}

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
    let spec = SheetSpec {
        name: "五免一助",
        title: &title,
        note: "√ 可享受；待定 须核实，见备注；— 不享受。金额只有国家助学金按学期有数。证件号码已遮盖。",
        frozen: 2,
        back: None,
    };
    let mut own = lines(context, school);
    own.sort_by(|a, b| {
        let key =
            |line: &VerdictLine| (judged.events[line.event as usize].place(), line.rule.clone());
        key(a).cmp(&key(b))
    });
    let rows = own.chunk_by(|a, b| a.event == b.event).map(|lines| {
        let source = judged.events[lines[0].event as usize].source;
        let record = source.map(|row| &results.records.sources[row as usize]);
        StudentItems { record, lines }
    });
    SheetTable::write(book, spec, columns(), rows)
}
