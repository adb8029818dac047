//! One class of findings → one sheet: a line per row, what a reader needs at once on the left, the
//! evidence folded away on the right.

use std::collections::BTreeSet;

use rust_xlsxwriter::XlsxError;

use crate::findings::{EvidenceCell, Finding, FindingKind};
use crate::linkage::Outcome;
use crate::origin::SheetId;
use crate::vocabulary::states::ANSWERED;

use crate::results::{Results, evidence, groups, words};
use crate::workbooks::book::Book;
use crate::workbooks::compared;
use crate::workbooks::context::Context;
use crate::workbooks::table::{Cell, CellKind, Column, Table, TableSpec, column, folded};

use super::{Class, KindsOfRows, SUMMARY};

const COLUMNS: [Column; 19] = [
    column("序号", CellKind::Count, 6),
    column("处理", CellKind::Coloured, 6),
    column("学校/机构", CellKind::Text, 31),
    column("行", CellKind::Word, 7),
    column("姓名", CellKind::Word, 12),
    column("证件号码", CellKind::Code, 21),
    column("登记姓名", CellKind::Word, 12),
    column("登记证件号码", CellKind::Code, 21),
    column("问题", CellKind::Text, 54),
    column("责任方", CellKind::Coloured, 9),
    column("同行另有", CellKind::Text, 14),
    folded("类别代码", CellKind::Code, 7),
    folded("县乡村", CellKind::Line, 24),
    folded("决定", CellKind::Coloured, 10),
    folded("概率", CellKind::Rate, 8),
    folded("源单元格", CellKind::Line, 40),
    folded("登记单元格", CellKind::Line, 40),
    folded("原因", CellKind::Line, 60),
    folded("依据与权重", CellKind::Line, 80),
];

/// Columns of the unit and of the place in the registry: a class of the registry's own rows shows the
/// place instead.
const UNIT: usize = 2;
const HOME: usize = 12;
/// Where what the owner answered stands, in a class anything came back on.
const ANSWER: usize = 10;

/// One line: all findings of the class about one row.
struct ClassLine<'a, 'run> {
    context: &'a Context<'run>,
    class: &'a Class<'run>,
    findings: &'a [&'run Finding],
}

/// Writes the sheet.
pub(super) fn write(
    book: &mut Book,
    context: &Context,
    class: &Class,
    others: &KindsOfRows,
) -> Result<(), XlsxError> {
    let of_registry = class.findings.iter().all(|finding| finding.record.is_none());
    let results = &context.results;
    let answered = class.findings.iter().any(|finding| results.answer_to(finding).is_some());
    let mut columns = COLUMNS.to_vec();
    if of_registry {
        columns[UNIT] = column("县乡村", CellKind::Text, 31);
        columns[HOME] = folded("学校/机构", CellKind::Line, 24);
    }
    if answered {
        columns.insert(ANSWER, column("答复", CellKind::Text, 26));
    }
    let lines: Vec<&[&Finding]> = class.findings.chunk_by(|a, b| is_of_one_row(a, b)).collect();
    let title = title(results, class, lines.len());
    let spec = TableSpec {
        name: &class.sheet,
        title: &title,
        note: class.kind.definition(),
        columns: &columns,
        frozen: 5,
        back: Some(SUMMARY),
    };
    let mut table = Table::open(book, spec)?.upright();
    for (number, findings) in (1_usize..).zip(lines) {
        let line = ClassLine { context, class, findings };
        let mut cells = line.cells(number, others).to_vec();
        if of_registry {
            cells.swap(UNIT, HOME);
        }
        if answered {
            cells.insert(ANSWER, line.answer().into());
        }
        table.row(&cells)?;
    }
    table.close()
}

fn title(results: &Results, class: &Class, lines: usize) -> String {
    let kind = class.kind;
    let (name, count) = (kind.label(), class.findings.len());
    let lines = if lines == count { String::new() } else { format!("、{lines}行") };
    let answered = match class.answered(results) {
        0 => String::new(),
        answered => format!("，{ANSWERED}{answered}条"),
    };
    format!("{} {} {name}（{count}条{lines}{answered}）", kind.urgency().label(), kind.code())
}

/// Findings about one row of a list, or about one registered person alone.
fn is_of_one_row(a: &Finding, b: &Finding) -> bool {
    match (a.record, b.record) {
        (Some(a), Some(b)) => a == b,
        (None, None) => {
            a.entry == b.entry && a.person == b.person && a.person.or(a.entry).is_some()
        }
        _ => false,
    }
}

impl<'run> ClassLine<'_, 'run> {
    fn results(&self) -> &Results<'run> {
        &self.context.results
    }

    fn first(&self) -> &'run Finding {
        self.findings[0]
    }

    fn cells(&self, number: usize, others: &KindsOfRows) -> [Cell<'run>; 19] {
        let (results, finding) = (self.results(), self.first());
        let kind = self.class.kind;
        let row = finding.record.map(|record| results.row(record));
        let person = groups::person_of(results, finding);
        let [name, id, registered_name, registered_id] = self.who();
        let probability = row.zip(person).and_then(|((_, outcome), person)| {
            let mut candidates = outcome.candidates.iter();
            candidates.find(|candidate| candidate.person == person)
        });
        let home = person.map(|person| results.home(&results.person(person).facts.place).joined());
        let [source_cells, registry_cells] = self.places(&self.context.groups.registry_sheets);
        [
            number.into(),
            kind.urgency().label().into(),
            row.map_or("", |(record, _)| results.institution(record)).into(),
            self.row_number().into(),
            name,
            id,
            registered_name,
            registered_id,
            self.joined(Finding::gist).into(),
            self.owners().into(),
            finding.record.map_or_else(String::new, |row| other_codes(others, row, kind)).into(),
            kind.code().into(),
            home.unwrap_or_default().into(),
            row.map_or("", |(_, outcome)| outcome.decision.label()).into(),
            probability.map_or(Cell::Empty, |candidate| candidate.probability.into()),
            source_cells.into(),
            registry_cells.into(),
            self.joined(|finding| &finding.reason).into(),
            row.map_or_else(String::new, |(_, outcome)| basis(outcome)).into(),
        ]
    }

    fn joined(&self, text: impl Fn(&Finding) -> &str) -> String {
        self.findings.iter().map(|finding| text(finding)).collect::<Vec<_>>().join("；")
    }

    /// What whoever has to mend it answered.
    fn answer(&self) -> String {
        let as_of = self.results().project.as_of;
        let answers = self.findings.iter().filter_map(|one| self.results().answer_to(one));
        let mut words: Vec<String> = answers.map(|answer| answer.words(as_of)).collect();
        words.dedup();
        words.join("；")
    }

    fn owners(&self) -> String {
        let mut owners: Vec<&str> = self.findings.iter().map(|one| one.owner.label()).collect();
        owners.dedup();
        owners.join("、")
    }

    /// The row of the file the finding is about.
    fn row_number(&self) -> String {
        let (results, finding) = (self.results(), self.first());
        let origin = match (finding.record, finding.entry, finding.person) {
            (Some(row), _, _) => Some(results.row(row).0.origin),
            (None, Some(entry), _) => Some(results.records.entries[entry as usize].origin),
            (None, None, Some(person)) => Some(results.person(person).origin),
            (None, None, None) => None,
        };
        origin.map_or_else(String::new, |origin| origin.row.to_string())
    }

    /// Name and ID on the source's side and on the registry's, as far as the finding has both.
    fn who(&self) -> [Cell<'run>; 4] {
        let (results, finding) = (self.results(), self.first());
        let record = finding.record.map(|record| results.row(record).0);
        let person = groups::person_of(results, finding).map(|person| results.person(person));
        let mut cells = match (record, person) {
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
        };
        // The class itself says that the digits are ruined.
        if let (FindingKind::IdTruncated, Some(record)) = (self.class.kind, record) {
            cells[1] = record.facts.id.raw.trim().into();
        }
        cells
    }

    /// The findings' cells as `file › sheet › cells`, a line per sheet: the source's and the
    /// registry's.
    fn places(&self, registry: &BTreeSet<SheetId>) -> [String; 2] {
        let (results, finding) = (self.results(), self.first());
        let side = |registry_side: bool| -> Vec<String> {
            let cells: Vec<&EvidenceCell> = self
                .findings
                .iter()
                .flat_map(|finding| &finding.evidence)
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
}

/// Codes of what else is found of the row.
fn other_codes(others: &KindsOfRows, row: u32, kind: FindingKind) -> String {
    let kinds = others.get(&row).into_iter().flatten().filter(|other| **other != kind);
    kinds.map(|other| other.code()).collect::<Vec<_>>().join("、")
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
