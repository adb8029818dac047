//! `02_差异报告.xlsx`: counts by class and institution with a chart, one filterable sheet per class
//! in the order of work (更正, 核实, 告知), and the definitions of the classes.

mod classes;
mod summary;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::XlsxError;

use crate::findings::{Finding, FindingKind, Urgency};

use crate::results::Results;

use super::book::Book;
use super::columns::{CellKind, TableColumn, column};
use super::context::Context;
use super::table::{SheetSpec, SheetTable};

/// Name of the first sheet, to which the others link back.
const SUMMARY: &str = "汇总";
const DEFINITIONS: &str = "类别说明";

/// The findings of one class and the sheet they stand on.
struct Class<'run> {
    kind: FindingKind,
    sheet: String,
    findings: Vec<&'run Finding>,
}

impl Class<'_> {
    /// Whether somebody has something to do about it.
    fn is_work(&self) -> bool {
        self.kind.urgency() != Urgency::Inform
    }

    /// How many are answered.
    fn answered(&self, results: &Results) -> usize {
        self.findings.iter().filter(|finding| results.is_answered(finding)).count()
    }
}

/// What is found of each source row, so that a line can point to the others of its row.
type KindsOfRows = BTreeMap<u32, BTreeSet<FindingKind>>;

/// Writes all sheets.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    write(book, context, None)
}

/// Writes the sheets of chosen findings; the words say which.
pub(super) fn fill_chosen(
    book: &mut Book,
    context: &Context,
    chosen: &str,
) -> Result<(), XlsxError> {
    write(book, context, Some(chosen))
}

fn write(book: &mut Book, context: &Context, chosen: Option<&str>) -> Result<(), XlsxError> {
    for name in [SUMMARY, DEFINITIONS] {
        book.sheets.sheet(name);
    }
    let findings = context.results.findings;
    let classes = by_class(book, findings);
    let mut others = KindsOfRows::new();
    for (row, kind) in findings.iter().filter_map(|one| Some((one.record?, one.kind))) {
        others.entry(row).or_default().insert(kind);
    }
    summary::write(book, context, chosen, &classes)?;
    for class in &classes {
        classes::write(book, context, class, &others)?;
    }
    definitions(book, &classes)
}

/// Classes that occur, in the order of work: what is to be mended first, what is only told last.
fn by_class<'run>(book: &mut Book, findings: &'run [Finding]) -> Vec<Class<'run>> {
    let mut found: BTreeMap<(Reverse<Urgency>, FindingKind), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let place = (Reverse(finding.kind.urgency()), finding.kind);
        found.entry(place).or_default().push(finding);
    }
    found
        .into_iter()
        .map(|((_, kind), findings)| Class {
            kind,
            sheet: book.sheets.sheet(kind.label()),
            findings,
        })
        .collect()
}

/// A class, and how many findings there are of it.
struct ClassDefinition {
    kind: FindingKind,
    count: usize,
}

fn definition_columns() -> Vec<TableColumn<ClassDefinition>> {
    vec![
        column("类别代码", CellKind::Code, 12, |one| one.kind.code().into()),
        column("类别", CellKind::Word, 24, |one| one.kind.label().into()),
        column("处理", CellKind::Coloured, 8, |one| one.kind.urgency().label().into()),
        column("含义", CellKind::Text, 90, |one| one.kind.definition().into()),
        column("本次条数", CellKind::Count, 12, |one| one.count.into()),
    ]
}

fn definitions(book: &mut Book, classes: &[Class]) -> Result<(), XlsxError> {
    let spec = SheetSpec {
        name: DEFINITIONS,
        title: "类别说明",
        note: "差异的全部类别；本次没有出现的类别不另设工作表。更正：数据有错，须改；核实：须有人看；告知：已处理，不需办理。",
        frozen: 0,
        back: Some(SUMMARY),
    };
    let has_lists = classes.iter().any(|class| class.kind.is_of_lists());
    let mut kinds: Vec<FindingKind> = FindingKind::ALL.to_vec();
    kinds.retain(|kind| has_lists || !kind.is_of_lists());
    kinds.sort_by_key(|kind| (Reverse(kind.urgency()), *kind));
    let rows = kinds.into_iter().map(|kind| {
        let class = classes.iter().find(|class| class.kind == kind);
        ClassDefinition { kind, count: class.map_or(0, |class| class.findings.len()) }
    });
    SheetTable::write(book, spec, definition_columns(), rows)
}
