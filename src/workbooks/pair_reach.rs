//! `结对帮扶覆盖情况.xlsx`: Annex 1 of the document, school by school and county by county: the county's
//! 两后生, whom schools and courses have reached, and who is still to be reached.

use rust_xlsxwriter::XlsxError;

use crate::statistics::reach::PairReach;

use super::book::Book;
use super::context::Context;
use super::outreach::{self, PERSON_COLUMNS};
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};

/// File name.
pub(super) const FILE: &str = "结对帮扶覆盖情况.xlsx";

const COLUMNS: [Column; 15] = [
    column("序号", CellKind::Count, 6),
    column("技工院校", CellKind::Text, 24),
    column("对接县(市)", CellKind::Word, 12),
    column("所在市", CellKind::Word, 12),
    column("两后生人数", CellKind::Count, 9),
    column("在对接学校就读", CellKind::Count, 9),
    column("在其他技工院校就读", CellKind::Count, 10),
    column("技工院校毕业", CellKind::Count, 9),
    column("本期参加培训", CellKind::Count, 9),
    column("已覆盖合计", CellKind::Count, 9),
    column("覆盖率", CellKind::Rate, 8),
    column("未覆盖", CellKind::Count, 9),
    column("其中:待核", CellKind::Count, 9),
    column("当(半)年对接学校招收本县人数", CellKind::Count, 12),
    column("备注", CellKind::Text, 44),
];

/// Writes both sheets.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    pairs(book, context)?;
    open_people(book, context)
}

fn pairs(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let note = "按黑人社发〔2019〕10号附件1的次序。覆盖率为已覆盖合计占两后生人数；“招收本县人数”含非两后生，口径同附件2②。\
                只计比对一致的人员。";
    let spec = TableSpec {
        name: "对接情况",
        title: "优质技工院校与重点贫困县（市）对接情况",
        note,
        columns: &COLUMNS,
        frozen: 3,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    for (number, pair) in (1_usize..).zip(&context.results.statistics.reach) {
        table.row(&pair_cells(number, pair))?;
    }
    table.close()
}

fn pair_cells(number: usize, pair: &PairReach) -> Vec<Cell<'_>> {
    let mut cells: Vec<Cell> =
        vec![number.into(), pair.school.as_str().into(), pair.county.as_str().into()];
    cells.push(pair.city.as_deref().unwrap_or("").into());
    let young = pair.young.len();
    let figure = |count: u64| Cell::from(usize::try_from(count).unwrap_or(usize::MAX));
    if pair.city.is_some() {
        cells.push(young.into());
        cells.extend([pair.here, pair.elsewhere, pair.graduated, pair.in_course].map(figure));
        cells.push(figure(pair.reached()));
        cells.push(pair.share().map_or(Cell::Empty, Cell::from));
        cells.extend([pair.open, pair.pending].map(figure));
    } else {
        cells.extend(std::iter::repeat_n(Cell::from("—"), 9));
    }
    let known = pair.city.is_some() && pair.school_loaded;
    cells.push(if known { figure(pair.intake) } else { "—".into() });
    cells.push(remark(pair).into());
    cells
}

/// Why figures are missing, or cannot be told apart.
fn remark(pair: &PairReach) -> &'static str {
    match (pair.city.is_some(), pair.school_loaded) {
        (true, true) if pair.young.is_empty() => "该县没有符合口径的两后生",
        (true, true) => "",
        (true, false) => "没有读入该校学籍：在该校就读的人员看不到，覆盖率偏低",
        (false, true) => "没有读入该县的建档立卡信息",
        (false, false) => "没有读入该县的建档立卡信息和该校学籍",
    }
}

fn open_people(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let mut columns = vec![PERSON_COLUMNS[0], column("对接学校", CellKind::Text, 24)];
    columns.extend(&PERSON_COLUMNS[1..]);
    let spec = TableSpec {
        name: "未覆盖名单",
        title: "对接县（市）中尚未就读、参训的两后生",
        note: "一县由两所学校对接的，在各校下各列一次。证件号码已遮盖。",
        columns: &columns,
        frozen: 2,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    let results = &context.results;
    let mut number = 0;
    for pair in &results.statistics.reach {
        let young = pair.young.iter().map(|index| &results.statistics.youth[*index as usize]);
        let open = young.filter(|one| one.at.is_open()).collect();
        for one in outreach::in_order(results, open) {
            number += 1;
            let mut cells = outreach::person_cells(context, number, one, false).to_vec();
            cells.insert(1, pair.school.as_str().into());
            table.row(&cells)?;
        }
    }
    table.close()
}
