//! `项目/派发收回情况.xlsx`: what came back on cards and confirmation lists, what somebody has to look at first.

use rust_xlsxwriter::XlsxError;

use super::book::Book;
use super::columns::{CellKind, TableColumn, column, numbered};
use super::context::Context;
use super::table::{SheetSpec, SheetTable};
use crate::programmes::{CardLine, REFUSED, card_title};

pub(super) const FILE: &str = "项目/派发收回情况.xlsx";

/// A filled-in cell and what it asks for.
struct ReturnedCell<'a> {
    line: &'a CardLine,
    who: &'a str,
    what: &'a str,
}

fn columns<'a>() -> Vec<TableColumn<ReturnedCell<'a>>> {
    vec![
        numbered(7),
        column("表", CellKind::Word, 12, |one| card_title(&one.line.card).into()),
        column("单位、名单", CellKind::Text, 26, |one| one.line.unit.as_str().into()),
        column("月份", CellKind::Code, 10, |one| one.line.month.as_str().into()),
        column("姓名", CellKind::Word, 10, |one| one.who.into()),
        column("项目", CellKind::Word, 14, |one| one.line.field.as_str().into()),
        column("内容", CellKind::Text, 22, |one| one.line.value.as_str().into()),
        column("要做什么", CellKind::Text, 44, |one| one.what.into()),
        column("出处", CellKind::Text, 44, |one| one.line.place().into()),
    ]
}

/// Writes the workbook.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let lines = context.results.cards;
    let concerns: Vec<(&CardLine, &str)> =
        lines.iter().filter_map(|line| Some((line, concern(line)?))).collect();
    let rest: Vec<(&CardLine, &str)> = lines.iter().map(|line| (line, "")).collect();
    let note = "名单保管方答“否”“不清楚”的，本人不愿意接受服务的，在校情况异常的，先办；每月监测另有汇总。";
    list(book, context, "例外", note, &concerns)?;
    list(book, context, "收回明细", "收回的每一格；同一格收回多次的，以最后一次为准。", &rest)
}

/// What a filled-in cell asks for.
fn concern(line: &CardLine) -> Option<&'static str> {
    match (line.field.as_str(), line.value.as_str()) {
        ("核实结果", "否") => Some("自报身份不成立；请学校、培训机构更正，涉及的补贴不再享受"),
        ("核实结果", "不清楚") => Some("仍是待定；请补充材料后再核实"),
        ("培训或见习", REFUSED) => Some("本人不愿意参加；请再联系一次并留存说明"),
        ("在校情况", "退学" | "失联") => Some("核对学籍状态，落实去向"),
        ("学习情况" | "生活情况", "有困难") => {
            Some("核对是否已采取帮扶，见每月监测汇总")
        }
        _ => None,
    }
}

fn list(
    book: &mut Book,
    context: &Context,
    name: &str,
    note: &str,
    lines: &[(&CardLine, &str)],
) -> Result<(), XlsxError> {
    let names = context.card_names();
    let spec = SheetSpec { name, title: name, note, frozen: 2, back: None };
    let who =
        |line: &CardLine| names.get(line.person.as_str()).copied().unwrap_or("不在本期数据中");
    let rows = lines.iter().map(|(line, what)| ReturnedCell { line, who: who(line), what });
    SheetTable::write(book, spec, columns(), rows)
}
