//! One class of findings → one sheet.

use std::collections::BTreeSet;

use rust_xlsxwriter::XlsxError;

use crate::findings::{EvidenceCell, Finding};
use crate::linkage::Outcome;
use crate::origin::SheetId;

use crate::results::{Results, evidence, groups, words};
use crate::workbooks::book::Book;
use crate::workbooks::compared;
use crate::workbooks::context::Context;
use crate::workbooks::table::{Cell, CellKind, Column, Table, TableSpec, column};

use super::{Class, SUMMARY};

const COLUMNS: [Column; 15] = [
    column("序号", CellKind::Count, 7),
    column("类别代码", CellKind::Code, 7),
    column("学校/机构", CellKind::Text, 18),
    column("姓名", CellKind::Word, 10),
    column("证件号码", CellKind::Code, 21),
    column("登记姓名", CellKind::Word, 10),
    column("登记证件号码", CellKind::Code, 21),
    column("县乡村", CellKind::Text, 17),
    column("原因", CellKind::Text, 32),
    column("责任方", CellKind::Coloured, 9),
    column("决定", CellKind::Coloured, 10),
    column("概率", CellKind::Rate, 8),
    column("源单元格", CellKind::Text, 24),
    column("登记单元格", CellKind::Text, 24),
    column("依据与权重", CellKind::Text, 40),
];

/// Writes the sheet.
pub(super) fn write(book: &mut Book, context: &Context, class: &Class) -> Result<(), XlsxError> {
    let title =
        format!("{} {}（{}条）", class.kind.code(), class.kind.label(), class.findings.len());
    let spec = TableSpec {
        name: &class.sheet,
        title: &title,
        note: class.kind.definition(),
        columns: &COLUMNS,
        frozen: 5,
        back: Some(SUMMARY),
    };
    let mut table = Table::open(book, spec)?;
    for (number, finding) in class.findings.iter().enumerate() {
        table.row(&cells(context, number + 1, finding))?;
    }
    table.close()
}

fn cells<'a>(context: &Context<'a>, number: usize, finding: &'a Finding) -> [Cell<'a>; 15] {
    let results = &context.results;
    let row = finding.record.map(|record| results.row(record));
    let person = groups::person_of(results, finding);
    let [name, id, registered_name, registered_id] = who(results, finding);
    let probability = row.zip(person).and_then(|((_, outcome), person)| {
        let mut candidates = outcome.candidates.iter();
        candidates.find(|candidate| candidate.person == person)
    });
    let home = person.map(|person| results.home(&results.person(person).facts.place).joined());
    let [source_cells, registry_cells] = places(results, finding, &context.groups.registry_sheets);
    [
        number.into(),
        finding.kind.code().into(),
        row.map_or("", |(record, _)| results.institution(record)).into(),
        name,
        id,
        registered_name,
        registered_id,
        home.unwrap_or_default().into(),
        finding.reason.as_str().into(),
        finding.owner.label().into(),
        row.map_or("", |(_, outcome)| outcome.decision.label()).into(),
        probability.map_or(Cell::Empty, |candidate| candidate.probability.into()),
        source_cells.into(),
        registry_cells.into(),
        row.map_or_else(String::new, |(_, outcome)| basis(outcome)).into(),
    ]
}

/// What speaks for and against the best candidate, in words and then as weights.
fn basis(outcome: &Outcome) -> String {
    let mut text = evidence::sentence(outcome);
    if let Some(best) = outcome.best() {
        text.push('\n');
        text.push_str(&evidence::waterfall(best));
    }
    text
}

/// Name and ID on the source's side and on the registry's, as far as the finding has both.
fn who<'a>(results: &Results<'a>, finding: &Finding) -> [Cell<'a>; 4] {
    let record = finding.record.map(|record| results.row(record).0);
    let person = groups::person_of(results, finding).map(|person| results.person(person));
    match (record, person) {
        (Some(record), Some(person)) => compared::compared(&record.facts, person),
        (Some(record), None) => {
            let facts = &record.facts;
            let id = Cell::Text(words::id_as_filed(&facts.id));
            [facts.name.raw.trim().into(), id, Cell::Empty, Cell::Empty]
        }
        (None, Some(person)) => {
            let facts = &person.facts;
            let id = facts.id.raw.trim().into();
            [Cell::Empty, Cell::Empty, facts.name.raw.trim().into(), id]
        }
        (None, None) => [Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty],
    }
}

/// The finding's cells as `file › sheet › cells`, a line per sheet: the source's and the
/// registry's.
fn places(results: &Results, finding: &Finding, registry: &BTreeSet<SheetId>) -> [String; 2] {
    let side = |registry_side: bool| -> Vec<String> {
        let cells: Vec<&EvidenceCell> = finding
            .evidence
            .iter()
            .filter(|cell| registry.contains(&cell.origin.sheet) == registry_side)
            .collect();
        let stretches = cells.chunk_by(|left, right| left.origin.sheet == right.origin.sheet);
        stretches.map(|stretch| places_of_sheet(results, stretch)).collect()
    };
    let (mut source, mut registered) = (side(false), side(true));
    if let (true, Some(record)) = (source.is_empty(), finding.record) {
        source.push(results.name_cell(results.row(record).0.origin));
    }
    if let (true, Some(person)) = (registered.is_empty(), groups::person_of(results, finding)) {
        registered.push(results.name_cell(results.person(person).origin));
    }
    [source.join("\n"), registered.join("\n")]
}

/// Cells of one sheet; its name stands once.
fn places_of_sheet(results: &Results, cells: &[&EvidenceCell]) -> String {
    let mut line = String::new();
    let mut named: Vec<String> = Vec::new();
    for cell in cells {
        let place = results.catalogue.show(cell.origin, Some(cell.field));
        if named.contains(&place) {
            continue;
        }
        match place.rsplit_once(" › ").filter(|_| !line.is_empty()) {
            Some((_, short)) => {
                line.push('、');
                line.push_str(short);
            }
            None => line.push_str(&place),
        }
        named.push(place);
    }
    line
}
