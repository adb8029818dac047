//! `附件2 技工院校技能脱贫攻坚进展情况表.xlsx`: the form of 黑人社发〔2019〕10号, how far pending rows can
//! still move it, what is counted, and the checks.

use rust_xlsxwriter::XlsxError;

use crate::results::words;
use crate::statistics::forms::{AnnexRow, FilledAnnex};
use crate::statistics::indicators::ANNEX2;

use super::book::Book;
use super::context::Context;
use super::form::{self, Filling, Form, FormRow, Heading, Signature, heading};
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};

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

const PENDING_COLUMNS: [Column; 17] = [
    column("序号", CellKind::Count, 6),
    column("技工院校名称", CellKind::Text, 32),
    column("类型", CellKind::Word, 16),
    column("①两后生\n表内", CellKind::Count, 9),
    column("①待核", CellKind::Count, 9),
    column("②招收\n表内", CellKind::Count, 9),
    column("②待核", CellKind::Count, 9),
    column("③在校生\n表内", CellKind::Count, 9),
    column("③待核", CellKind::Count, 9),
    column("④毕业生\n表内", CellKind::Count, 9),
    column("④待核", CellKind::Count, 9),
    column("⑤毕业生就业\n表内", CellKind::Count, 9),
    column("⑤待核", CellKind::Count, 9),
    column("⑥职业培训\n表内", CellKind::Count, 9),
    column("⑥待核", CellKind::Count, 9),
    column("⑦培训后就业创业\n表内", CellKind::Count, 9),
    column("⑦待核", CellKind::Count, 9),
];

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
    let spec = TableSpec {
        name: "待核影响",
        title: "待核影响",
        note,
        columns: &PENDING_COLUMNS,
        frozen: 2,
        back: None,
    };
    debug_assert_eq!(PENDING_COLUMNS.len(), 3 + 2 * ANNEX2.len(), "two columns per figure");
    let mut table = Table::open(book, spec)?;
    for (number, row) in annex.rows.iter().enumerate() {
        let kind = row.kind.map_or("", words::institution_kind);
        let names = [row.name.as_str().into(), kind.into()];
        table.row(&pending_cells((number + 1).into(), names, row))?;
    }
    table.total(&pending_cells(Cell::Empty, ["总计".into(), Cell::Empty], &annex.total))?;
    table.close()
}

fn pending_cells<'a>(number: Cell<'a>, names: [Cell<'a>; 2], row: &AnnexRow) -> Vec<Cell<'a>> {
    let figures = ANNEX2.iter().flat_map(|one| form::with_pending(row, one.code));
    [number].into_iter().chain(names).chain(figures).collect()
}
