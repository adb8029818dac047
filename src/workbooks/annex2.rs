//! `附件2 技工院校技能脱贫攻坚进展情况表.xlsx`: the form of 黑人社发〔2019〕10号, how far pending rows can
//! still move it, what is counted, and the checks.

use rust_xlsxwriter::XlsxError;

use crate::results::words;
use crate::statistics::forms::{AnnexRow, FilledAnnex};
use crate::statistics::indicators::ANNEX2;

use super::book::Book;
use super::columns::{CellKind, TableColumn, column, joined, numbered};
use super::context::Context;
use super::form::{
    self, Filling, Form, FormRow, Heading, PendingFigure, PendingRow, Signature, heading,
    pending_columns,
};
use super::table::{SheetSpec, SheetTable};

/// File name: the title of the document's list of annexes.
pub(super) const FILE: &str = "附件2 技工院校技能脱贫攻坚进展情况表.xlsx";

/// Headings word for word; the document's text layer puts four columns under each group, the
/// meaning needs five and two.
pub(super) fn headings() -> Vec<Heading> {
    let mut headings = vec![heading("序号", 6.0), heading("技工院校名称", 33.0)];
    headings.extend(form::figure_headings(ANNEX2));
    headings
}

/// The form with its columns.
pub(super) fn form(headings: &[Heading]) -> Form<'_> {
    Form {
        attachment: "附件2",
        title: "技工院校技能脱贫攻坚进展情况表",
        headings,
        heading_heights: [24.0, 92.0],
    }
}

/// The figures of the form with their names on the sheet of what is pending.
const PENDING: [PendingFigure; 7] = [
    PendingFigure { code: "a2_1", headings: ["①两后生\n表内", "①待核"] },
    PendingFigure { code: "a2_2", headings: ["②招收\n表内", "②待核"] },
    PendingFigure { code: "a2_3", headings: ["③在校生\n表内", "③待核"] },
    PendingFigure { code: "a2_4", headings: ["④毕业生\n表内", "④待核"] },
    PendingFigure { code: "a2_5", headings: ["⑤毕业生就业\n表内", "⑤待核"] },
    PendingFigure { code: "a2_6", headings: ["⑥职业培训\n表内", "⑥待核"] },
    PendingFigure { code: "a2_7", headings: ["⑦培训后就业创业\n表内", "⑦待核"] },
];

fn columns<'a>() -> Vec<TableColumn<PendingRow<'a>>> {
    joined([
        vec![
            numbered(6),
            column("技工院校名称", CellKind::Text, 32, |one| one.row.name.as_str().into()),
            column("类型", CellKind::Word, 16, |one| {
                one.row.kind.map(words::institution_kind).into()
            }),
        ],
        pending_columns(&PENDING, 9),
    ])
}

/// Writes all sheets: the form, and what explains it.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let filling = filling(&context.results.statistics.annex2);
    form::write(book, &form(&headings()), &Signature::of(context.results.project), &filling)?;
    explain(book, context)
}

/// Writes what explains the form, which stands alone where the form is the bureau's own.
pub(super) fn explain(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let statistics = context.results.statistics;
    pending(book, &statistics.annex2)?;
    let note = "①至⑦依次为表中七个数据列；本次统计采用的口径如下。";
    form::basis(book, note, &statistics.basis)?;
    form::checks(book, &statistics.checks)
}

/// The rows of the form.
pub(super) fn filling(annex: &FilledAnnex) -> Filling {
    let figures = |row: &AnnexRow| form::figures(ANNEX2, &row.values);
    let row = |row: &AnnexRow| FormRow { name: row.name.clone(), figures: figures(row) };
    Filling {
        rows: annex.rows.iter().map(row).collect(),
        total: figures(&annex.total),
        notes: form::lack_notes(&annex.lacks)
            .chain([distinct_note(annex), pending_note(annex)].into_iter().flatten())
            .collect(),
    }
}

/// Said where a person stands in more than one row, so that the sum counts somebody twice.
fn distinct_note(annex: &FilledAnnex) -> Option<String> {
    let known = |code| Some((annex.total.values.get(code)?, annex.distinct.get(code)?));
    let differing: Vec<String> = ANNEX2
        .iter()
        .filter_map(|one| known(one.code).map(|(total, distinct)| (total, distinct, one)))
        .filter(|(total, distinct, _)| total != distinct)
        .map(|(total, distinct, one)| format!("{}各行之和{total}人、去重后{distinct}人", one.short))
        .collect();
    if differing.is_empty() {
        return None;
    }
    Some(format!("注：总计为各行之和，同一人在多个单位的重复计算。{}。", differing.join("；")))
}

fn pending_note(annex: &FilledAnnex) -> Option<String> {
    annex.total.pending.any().then(|| form::PENDING_NOTE.to_owned())
}

fn pending(book: &mut Book, annex: &FilledAnnex) -> Result<(), XlsxError> {
    let note = "“表内”为已计入附件2的人数；“待核”为核实后最多可能增加的人数，未计入附件2。";
    let spec =
        SheetSpec { name: "待核影响", title: "待核影响", note, frozen: 2, back: None };
    let mut table = SheetTable::open(book, spec, columns())?;
    for row in &annex.rows {
        table.row(&PendingRow { row, figures: &PENDING })?;
    }
    table.total(&PendingRow { row: &annex.total, figures: &PENDING })?;
    table.close()
}
