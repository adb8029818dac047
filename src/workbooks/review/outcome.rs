//! What the rulings that stand did to this run, as a sheet.

use rust_xlsxwriter::XlsxError;

use crate::linkage::decisions::{Effect, Force, Ruling};
use crate::linkage::{Decision, Outcome};
use crate::records::SourceRecord;
use crate::results::Results;
use crate::workbooks::book::Book;
use crate::workbooks::columns::{CellKind, TableColumn, column, numbered};
use crate::workbooks::context::Context;
use crate::workbooks::table::{SheetSpec, SheetTable};

/// A ruling and what it did to a row.
struct EffectLine<'a> {
    results: &'a Results<'a>,
    effect: &'a Effect,
    /// What the program had decided.
    own: Decision,
    ruling: &'a Ruling,
    record: &'a SourceRecord,
    outcome: &'a Outcome,
}

fn columns<'a>() -> Vec<TableColumn<EffectLine<'a>>> {
    vec![
        numbered(8),
        column("学校/机构", CellKind::Text, 24, |one| {
            one.results.institution(one.record).into()
        }),
        column("姓名", CellKind::Word, 12, |one| one.record.facts.name.raw().trim().into()),
        column("登记姓名", CellKind::Word, 12, |one| {
            one.ruling.pair.person.who.name.as_str().into()
        }),
        column("认定", CellKind::Word, 12, |one| one.ruling.answer.label().into()),
        column("核对人", CellKind::Word, 12, |one| one.ruling.clerk.as_str().into()),
        column("日期", CellKind::Code, 12, |one| one.ruling.on.to_string().into()),
        column("备注", CellKind::Text, 24, |one| one.ruling.note.as_str().into()),
        column("程序原来的判断", CellKind::Coloured, 12, |one| one.own.label().into()),
        column("本次结果", CellKind::Coloured, 12, |one| one.outcome.decision.label().into()),
        column("说明", CellKind::Text, 40, |one| one.explained().into()),
        column("出处", CellKind::Text, 40, |one| one.results.name_cell(one.record.origin).into()),
    ]
}

impl EffectLine<'_> {
    fn explained(&self) -> String {
        match self.effect.force {
            Force::Same => "按认定比对一致".to_owned(),
            Force::Different => "按认定排除此候选人".to_owned(),
            Force::Unsure if self.outcome.decision == Decision::Link => "仍按比对一致".to_owned(),
            Force::Unsure => "仍须核实".to_owned(),
            Force::Again => format!("未采用：{}；已重新列入待核或按新数据判断", self.effect.why),
        }
    }
}

/// Writes the sheet: what was changed first.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let note = "人工认定对本次结果的作用，逐行列出；结果因认定而改变的在前。";
    let spec =
        SheetSpec {
            name: "认定的作用", title: "人工认定的作用", note, frozen: 3, back: None
        };
    let mut lines: Vec<&(Effect, Decision)> = context.results.effects.iter().collect();
    let outcome = |effect: &Effect| &context.results.outcomes[effect.row as usize];
    lines.sort_by_key(|(effect, own)| outcome(effect).decision == *own);
    let results = &context.results;
    let rows = lines.into_iter().map(|(effect, own)| {
        let (record, outcome) = results.row(effect.row);
        let ruling = &results.rulings[effect.ruling];
        EffectLine { results, effect, own: *own, ruling, record, outcome }
    });
    SheetTable::write(book, spec, columns(), rows)
}
