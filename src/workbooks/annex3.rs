//! `附件3 技能培训技能脱贫攻坚进展情况表.xlsx`. The document names this form but its columns were never
//! published with it; the layout is ours and says so on 口径说明, not on the printed page.

use rust_xlsxwriter::XlsxError;

use crate::statistics::forms::{AnnexRow, FilledAnnex};
use crate::statistics::indicators::ANNEX3;

use super::book::Book;
use super::columns::{CellKind, TableColumn, column, joined, numbered};
use super::context::Context;
use super::form::{
    self, Filling, Form, FormFigure, FormRow, Heading, PendingFigure, PendingRow, Signature,
    heading, pending_columns,
};
use super::table::{SheetSpec, SheetTable};

/// File name: the title of the document's list of annexes.
pub(super) const FILE: &str = "附件3 技能培训技能脱贫攻坚进展情况表.xlsx";

/// The columns of our layout.
pub(super) fn headings() -> Vec<Heading> {
    let mut headings = vec![heading("序号", 5.0), heading("县(市、区)名称", 13.0)];
    headings.extend(form::figure_headings(ANNEX3));
    headings.push(heading("备注", 14.0));
    headings
}

/// The form with its columns.
pub(super) fn form(headings: &[Heading]) -> Form<'_> {
    Form {
        attachment: "附件3",
        title: "技能培训技能脱贫攻坚进展情况表",
        headings,
        heading_heights: [36.0, 76.0],
    }
}

/// The figures that can be pending, with their names on the sheet that says so.
const PENDING: [PendingFigure; 5] = [
    PendingFigure { code: "a3_persons", headings: ["培训人数 表内", "培训人数 待核"] },
    PendingFigure { code: "a3_times", headings: ["培训人次 表内", "培训人次 待核"] },
    PendingFigure {
        code: "a3_certified", headings: ["取得证书 表内", "取得证书 待核"]
    },
    PendingFigure { code: "a3_employed", headings: ["就业创业 表内", "就业创业 待核"] },
    PendingFigure {
        code: "a3_founded", headings: ["其中:创业 表内", "其中:创业 待核"]
    },
];

fn columns<'a>() -> Vec<TableColumn<PendingRow<'a>>> {
    joined([
        vec![
            numbered(6),
            column("县(市、区)名称", CellKind::Text, 24, |one| one.row.name.as_str().into()),
        ],
        pending_columns(&PENDING, 11),
    ])
}

/// Writes all sheets: the form, and what explains it.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let filling = filling(&context.results.statistics.annex3);
    form::write(book, &form(&headings()), &Signature::of(context.results.project), &filling)?;
    explain(book, context)
}

/// Writes what explains the form, which stands alone where the form is the bureau's own.
pub(super) fn explain(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let statistics = context.results.statistics;
    pending(book, &statistics.annex3)?;
    let note = "本次统计采用的口径如下；附件3为推定表样（非官方），“—”表示没有数据来源，不是零。";
    form::basis(book, note, &statistics.basis)?;
    form::checks(book, &statistics.checks)
}

/// The rows of the form.
pub(super) fn filling(annex: &FilledAnnex) -> Filling {
    let row = |row: &AnnexRow| FormRow { name: row.name.clone(), figures: figures(row) };
    let open = annex.total.pending.any();
    Filling {
        rows: annex.rows.iter().map(row).collect(),
        total: figures(&annex.total),
        notes: form::lack_notes(&annex.lacks)
            .chain(open.then(|| form::PENDING_NOTE.to_owned()))
            .collect(),
    }
}

fn pending(book: &mut Book, annex: &FilledAnnex) -> Result<(), XlsxError> {
    let spec = SheetSpec {
        name: "待核影响",
        title: "待核影响",
        note: "“表内”为已计入附件3的数；“待核”为核实后最多可能增加的数，未计入附件3。",
        frozen: 2,
        back: None,
    };
    let mut table = SheetTable::open(book, spec, columns())?;
    for row in &annex.rows {
        table.row(&PendingRow { row, figures: &PENDING })?;
    }
    table.total(&PendingRow { row: &annex.total, figures: &PENDING })?;
    table.close()
}

fn figures(row: &AnnexRow) -> Vec<FormFigure> {
    let mut figures = form::figures(ANNEX3, &row.values);
    figures.push(FormFigure::Remark(row.note.clone()));
    figures
}
