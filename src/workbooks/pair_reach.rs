//! `结对帮扶覆盖情况.xlsx`: Annex 1 of the document, school by school and county by county: the county's
//! 两后生, whom schools and courses have reached, and who is still to be reached.

use rust_xlsxwriter::XlsxError;

use crate::statistics::reach::PairReach;

use super::book::Book;
use super::columns::{Cell, CellKind, TableColumn, column, numbered};
use super::context::Context;
use super::outreach::{self, YouthRow};
use super::table::{SheetSpec, SheetTable};

/// File name.
pub(super) const FILE: &str = "结对帮扶覆盖情况.xlsx";

fn columns<'a>() -> Vec<TableColumn<&'a PairReach>> {
    vec![
        numbered(6),
        column("技工院校", CellKind::Text, 24, |pair| pair.school.as_str().into()),
        column("对接县(市)", CellKind::Word, 12, |pair| pair.county.as_str().into()),
        column("所在市", CellKind::Word, 12, |pair| pair.city.as_deref().into()),
        column("两后生人数", CellKind::Count, 9, |pair| of_county(pair, pair.young.len())),
        column("在对接学校就读", CellKind::Count, 9, |pair| {
            of_county(pair, figure(pair.here))
        }),
        column("在其他技工院校就读", CellKind::Count, 10, |pair| {
            of_county(pair, figure(pair.elsewhere))
        }),
        column("技工院校毕业", CellKind::Count, 9, |pair| {
            of_county(pair, figure(pair.graduated))
        }),
        column("本期参加培训", CellKind::Count, 9, |pair| {
            of_county(pair, figure(pair.in_course))
        }),
        column("已覆盖合计", CellKind::Count, 9, |pair| {
            of_county(pair, figure(pair.reached()))
        }),
        column("覆盖率", CellKind::Rate, 8, |pair| of_county(pair, pair.share())),
        column("未覆盖", CellKind::Count, 9, |pair| of_county(pair, figure(pair.open))),
        column("其中:待核", CellKind::Count, 9, |pair| of_county(pair, figure(pair.pending))),
        column("当(半)年对接学校招收本县人数", CellKind::Count, 12, |pair| {
            if pair.school_loaded { of_county(pair, figure(pair.intake)) } else { "—".into() }
        }),
        column("备注", CellKind::Text, 44, |pair| remark(pair).into()),
    ]
}

/// A dash where the county's registry was not read.
fn of_county<'a>(pair: &PairReach, cell: impl Into<Cell<'a>>) -> Cell<'a> {
    if pair.city.is_some() { cell.into() } else { "—".into() }
}

fn figure(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Writes both sheets.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    pairs(book, context)?;
    open_people(book, context)
}

fn pairs(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let note = "按黑人社发〔2019〕10号附件1的次序。覆盖率为已覆盖合计占两后生人数；“招收本县人数”含非两后生，口径同附件2②。\
                只计比对一致的人员。";
    let spec = SheetSpec {
        name: "对接情况",
        title: "优质技工院校与重点贫困县（市）对接情况",
        note,
        frozen: 3,
        back: None,
    };
    SheetTable::write(book, spec, columns(), &context.results.statistics.reach)
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
    let mut columns = outreach::person_columns();
    columns.insert(1, column("对接学校", CellKind::Text, 24, |row| row.school.into()));
    let spec = SheetSpec {
        name: "未覆盖名单",
        title: "对接县（市）中尚未就读、参训的两后生",
        note: "一县由两所学校对接的，在各校下各列一次。证件号码已遮盖。",
        frozen: 2,
        back: None,
    };
    let results = &context.results;
    let rows = results.statistics.reach.iter().flat_map(|pair| {
        let young = pair.young.iter().map(|index| &results.statistics.youth[*index as usize]);
        let open = young.filter(|one| one.at.is_open()).collect();
        let people = outreach::in_order(results, open).into_iter();
        people.map(|one| YouthRow::of(context, one, false).of_school(&pair.school))
    });
    SheetTable::write(book, spec, columns, rows)
}
