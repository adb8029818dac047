//! One class of findings → one sheet: a line per row, what a reader needs at once on the left, the
//! evidence folded away on the right.

use std::collections::BTreeSet;

use rust_xlsxwriter::XlsxError;

use crate::findings::{EvidenceCell, Finding, FindingKind};
use crate::linkage::{Candidate, Outcome};
use crate::origin::SheetId;
use crate::records::{Person, SourceRecord};
use crate::vocabulary::states::ANSWERED;

use crate::results::{Results, evidence, groups, words};
use crate::workbooks::book::Book;
use crate::workbooks::columns::{Cell, CellKind, TableColumn, column, folded, joined, numbered};
use crate::workbooks::compared;
use crate::workbooks::context::Context;
use crate::workbooks::table::{SheetSpec, SheetTable};

use super::{Class, KindsOfRows, SUMMARY};

/// One line: all findings of the class about one row.
struct ClassLine<'a, 'run> {
    context: &'a Context<'run>,
    class: &'a Class<'run>,
    findings: &'a [&'run Finding],
    others: &'a KindsOfRows,
    row: Option<(&'run SourceRecord, &'run Outcome)>,
    person: Option<&'run Person>,
    /// The candidate that is this person.
    candidate: Option<&'run Candidate>,
    /// Name and number, then those of the registry.
    sides: [Cell<'run>; 4],
    /// Cells of the source and of the registry.
    places: [String; 2],
}

/// What a class has on its lines.
#[derive(Clone, Copy)]
struct ClassShape {
    /// A class of the registry's own rows shows the place in the place of the unit.
    of_registry: bool,
    /// Anything came back on it.
    is_answered: bool,
}

fn columns<'a, 'run: 'a>(shape: ClassShape) -> Vec<TableColumn<ClassLine<'a, 'run>>> {
    joined([
        vec![
            numbered(6),
            column("处理", CellKind::Coloured, 6, |line| {
                line.class.kind.urgency().label().into()
            }),
            if shape.of_registry {
                column(HOME, CellKind::Text, 31, |line| line.home().into())
            } else {
                column(UNIT, CellKind::Text, 31, |line| line.unit().into())
            },
            column("行", CellKind::Word, 7, |line| line.row_number().into()),
            column("姓名", CellKind::Word, 12, |line| line.sides[0].lent()),
            column("证件号码", CellKind::Code, 21, |line| line.sides[1].lent()),
            column("登记姓名", CellKind::Word, 12, |line| line.sides[2].lent()),
            column("登记证件号码", CellKind::Code, 21, |line| line.sides[3].lent()),
            column("问题", CellKind::Text, 54, |line| line.joined(Finding::gist).into()),
            column("责任方", CellKind::Coloured, 9, |line| line.owners().into()),
        ],
        answer_column(shape).into_iter().collect(),
        vec![
            column("同行另有", CellKind::Text, 14, |line| line.other_codes().into()),
            folded("类别代码", CellKind::Code, 7, |line| line.class.kind.code().into()),
            if shape.of_registry {
                folded(UNIT, CellKind::Line, 24, |line| line.unit().into())
            } else {
                folded(HOME, CellKind::Line, 24, |line| line.home().into())
            },
            folded("决定", CellKind::Coloured, 10, |line| {
                line.row.map(|(_, outcome)| outcome.decision.label()).into()
            }),
            folded("概率", CellKind::Rate, 8, |line| {
                line.candidate.map(|one| one.probability).into()
            }),
            folded("源单元格", CellKind::Line, 40, |line| line.places[0].as_str().into()),
            folded("登记单元格", CellKind::Line, 40, |line| line.places[1].as_str().into()),
            folded("原因", CellKind::Line, 60, |line| line.joined(|one| &one.reason).into()),
            folded("依据与权重", CellKind::Line, 80, |line| {
                line.row.map(|(_, outcome)| basis(outcome)).into()
            }),
        ],
    ])
}

/// What whoever has to mend it answered.
fn answer_column<'a, 'run: 'a>(shape: ClassShape) -> Option<TableColumn<ClassLine<'a, 'run>>> {
    let answer = |line: &ClassLine| line.answer().into();
    shape.is_answered.then(|| column("答复", CellKind::Text, 26, answer))
}

const UNIT: &str = "学校/机构";
const HOME: &str = "县乡村";

/// Writes the sheet.
pub(super) fn write(
    book: &mut Book,
    context: &Context,
    class: &Class,
    others: &KindsOfRows,
) -> Result<(), XlsxError> {
    let of_registry = class.findings.iter().all(|finding| finding.record.is_none());
    let results = &context.results;
    let is_answered = class.findings.iter().any(|finding| results.answer_to(finding).is_some());
    let columns = columns(ClassShape { of_registry, is_answered });
    let lines: Vec<&[&Finding]> = class.findings.chunk_by(|a, b| is_of_one_row(a, b)).collect();
    let title = title(results, class, lines.len());
    let spec = SheetSpec {
        name: &class.sheet,
        title: &title,
        note: class.kind.definition(),
        frozen: 5,
        back: Some(SUMMARY),
    };
    let mut table = SheetTable::open(book, spec, columns)?.upright();
    for findings in lines {
        table.row(&ClassLine::of(context, class, others, findings))?;
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

impl<'a, 'run> ClassLine<'a, 'run> {
    fn of(
        context: &'a Context<'run>,
        class: &'a Class<'run>,
        others: &'a KindsOfRows,
        findings: &'a [&'run Finding],
    ) -> Self {
        let results = &context.results;
        let row = findings[0].record.map(|record| results.row(record));
        let person = groups::person_of(results, findings[0]);
        let candidate = row.zip(person).and_then(|((_, outcome), person)| {
            outcome.candidates.iter().find(|candidate| candidate.person == person)
        });
        let person = person.map(|person| results.person(person));
        let mut line = Self {
            context,
            class,
            findings,
            others,
            row,
            person,
            candidate,
            sides: [const { Cell::Empty }; 4],
            places: Default::default(),
        };
        line.sides = line.who();
        line.places = line.places_of(&context.groups.registry_sheets);
        line
    }

    fn results(&self) -> &Results<'run> {
        &self.context.results
    }

    fn first(&self) -> &'run Finding {
        self.findings[0]
    }

    fn unit(&self) -> &'run str {
        self.row.map_or("", |(record, _)| self.results().institution(record))
    }

    fn home(&self) -> Option<String> {
        self.person.map(|person| self.results().home(&person.facts.place).joined())
    }

    /// Codes of what else is found of the row.
    fn other_codes(&self) -> String {
        let others = self.first().record.and_then(|row| self.others.get(&row));
        let kinds = others.into_iter().flatten().filter(|other| **other != self.class.kind);
        kinds.map(|other| other.code()).collect::<Vec<_>>().join("、")
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
        let record = self.row.map(|(record, _)| record);
        let mut cells = match (record, self.person) {
            (Some(record), Some(person)) => compared::compared(&record.facts, person),
            (Some(record), None) => {
                let facts = &record.facts;
                let id = Cell::Text(words::id_as_filed(&facts.id));
                [facts.name.raw().trim().into(), id, Cell::Empty, Cell::Empty]
            }
            (None, Some(person)) => {
                let facts = &person.facts;
                let id = facts.id.raw().trim().into();
                [Cell::Empty, Cell::Empty, facts.name.raw().trim().into(), id]
            }
            (None, None) => [Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty],
        };
        // The class itself says that the digits are ruined.
        if let (FindingKind::IdTruncated, Some(record)) = (self.class.kind, record) {
            cells[1] = record.facts.id.raw().trim().into();
        }
        cells
    }

    /// The findings' cells as `file › sheet › cells`, a line per sheet: the source's and the
    /// registry's.
    fn places_of(&self, registry: &BTreeSet<SheetId>) -> [String; 2] {
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
