//! What the rulings that stand did to this run, as a sheet.

use rust_xlsxwriter::XlsxError;

use crate::linkage::Decision;
use crate::linkage::decisions::{Effect, Force};
use crate::workbooks::book::Book;
use crate::workbooks::context::Context;
use crate::workbooks::table::{Cell, CellKind, Column, Table, TableSpec, column};

const COLUMNS: [Column; 12] = [
    column("序号", CellKind::Count, 8),
    column("学校/机构", CellKind::Text, 24),
    column("姓名", CellKind::Word, 12),
    column("登记姓名", CellKind::Word, 12),
    column("认定", CellKind::Word, 12),
    column("核对人", CellKind::Word, 12),
    column("日期", CellKind::Code, 12),
    column("备注", CellKind::Text, 24),
    column("程序原来的判断", CellKind::Coloured, 12),
    column("本次结果", CellKind::Coloured, 12),
    column("说明", CellKind::Text, 40),
    column("出处", CellKind::Text, 40),
];

/// Writes the sheet: what was changed first.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let note = "人工认定对本次结果的作用，逐行列出；结果因认定而改变的在前。";
    let spec = TableSpec {
        name: "认定的作用",
        title: "人工认定的作用",
        note,
        columns: &COLUMNS,
        frozen: 3,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    let mut lines: Vec<&(Effect, Decision)> = context.results.effects.iter().collect();
    let outcome = |effect: &Effect| &context.results.outcomes[effect.row as usize];
    lines.sort_by_key(|(effect, own)| outcome(effect).decision == *own);
    for (number, (effect, own)) in (1..).zip(lines) {
        table.row(&cells(context, number, effect, *own))?;
    }
    table.close()
}

fn cells<'run>(
    context: &Context<'run>,
    number: usize,
    effect: &'run Effect,
    own: Decision,
) -> [Cell<'run>; 12] {
    let results = context.results;
    let (record, outcome) = results.row(effect.row);
    let ruling = &results.rulings[effect.ruling];
    let explained = match effect.force {
        Force::Same => "按认定比对一致".to_owned(),
        Force::Different => "按认定排除此候选人".to_owned(),
        Force::Unsure if outcome.decision == Decision::Link => "仍按比对一致".to_owned(),
        Force::Unsure => "仍须核实".to_owned(),
        Force::Again => format!("未采用：{}；已重新列入待核或按新数据判断", effect.why),
    };
    [
        number.into(),
        results.institution(record).into(),
        record.facts.name.raw.trim().into(),
        ruling.pair.person.who.name.as_str().into(),
        ruling.answer.label().into(),
        ruling.clerk.as_str().into(),
        ruling.on.to_string().into(),
        ruling.note.as_str().into(),
        own.label().into(),
        outcome.decision.label().into(),
        explained.into(),
        results.name_cell(record.origin).into(),
    ]
}
