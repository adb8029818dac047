//! `期间对比.xlsx`: this round against the last and against the same of last year: every figure by school,
//! agency and county, and the people who came and went, with the reason.

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use crate::records::money::yuan;
use crate::results::words::chinese_date;
use crate::statistics::change::{Changed, HalfYearComparison, Moved, Why};
use crate::statistics::indicators::ANNEX2;
use crate::vocabulary::Annex;

use super::book::Book;
use super::context::Context;
use super::cover::{self, Cover};
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};

/// File name.
pub(super) const FILE: &str = "期间对比.xlsx";
/// The unit of totals.
const TOTAL: &str = "总计";

const FIGURE_COLUMNS: [Column; 9] = [
    column("序号", CellKind::Count, 8),
    column("表", CellKind::Word, 10),
    column("单位、县(市、区)", CellKind::Text, 30),
    column("指标", CellKind::Text, 44),
    column("对比期", CellKind::Count, 12),
    column("本期", CellKind::Count, 12),
    column("增减", CellKind::Count, 12),
    column("新计入(人)", CellKind::Count, 10),
    column("不再计入(人)", CellKind::Count, 10),
];

const REASON_COLUMNS: [Column; 5] = [
    column("序号", CellKind::Count, 8),
    column("指标", CellKind::Text, 44),
    column("增减", CellKind::Word, 12),
    column("原因", CellKind::Text, 40),
    column("人数", CellKind::Count, 10),
];

const PEOPLE_COLUMNS: [Column; 9] = [
    column("序号", CellKind::Count, 8),
    column("单位", CellKind::Text, 30),
    column("指标", CellKind::Text, 36),
    column("增减", CellKind::Word, 12),
    column("姓名", CellKind::Word, 12),
    column("证件号码", CellKind::Code, 22),
    column("登记地", CellKind::Text, 30),
    column("原因", CellKind::Text, 34),
    column("学籍状态、开班", CellKind::Text, 20),
];

const TOTAL_COLUMNS: [Column; 8] = [
    column("序号", CellKind::Count, 8),
    column("与哪期比", CellKind::Word, 12),
    column("对比期", CellKind::Word, 18),
    column("表", CellKind::Word, 10),
    column("指标", CellKind::Text, 52),
    column("对比期数", CellKind::Count, 12),
    column("本期数", CellKind::Count, 12),
    column("增减", CellKind::Count, 12),
];

/// Writes the totals, three sheets per earlier round, and what they mean.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    totals(book, context)?;
    for comparison in context.results.comparisons {
        figures(book, comparison)?;
        reasons(book, comparison)?;
        people(book, comparison)?;
    }
    cover::write(book, &cover(context))
}

/// The totals of every form against every earlier round.
fn totals(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let note = "全部单位、全部县合计；各单位、各县的见后面各表，怎样比的见“说明”。“比对”各行为数据行数，不是人数。";
    let mut table = Table::open(book, spec("总计", note, &TOTAL_COLUMNS))?;
    let comparisons = context.results.comparisons.iter();
    let totals = comparisons.flat_map(|one| {
        let totals = one.change.figures.iter().filter(|changed| changed.unit == TOTAL);
        totals.map(move |changed| (one, changed))
    });
    for (number, (comparison, changed)) in (1_usize..).zip(totals) {
        table.row(&[
            number.into(),
            comparison.name.into(),
            comparison.half.label().into(),
            changed.form_label().into(),
            changed.name().into(),
            value(changed, changed.before),
            value(changed, changed.now),
            value(changed, changed.difference()),
        ])?;
    }
    table.close()
}

/// Money as yuan, counts as they are.
fn value<'a>(changed: &Changed, value: Option<i64>) -> Cell<'a> {
    match value {
        None => Cell::Empty,
        Some(fen) if changed.is_money() => yuan(fen).into(),
        Some(count) => Cell::Number(signed(count)),
    }
}

fn cover(context: &Context) -> Cover {
    let project = context.results.project;
    let comparisons = context.results.comparisons;
    let against = |one: &HalfYearComparison| {
        format!("{}：{}，统计日期{}", one.name, one.half.label(), one.as_of)
    };
    let missing = if comparisons.iter().any(|one| is_last_year(context, one)) {
        ""
    } else {
        "；台账中没有去年同期的运行，不作同比"
    };
    let text = |text: &str| text.to_owned();
    Cover {
        title: format!("{}　期间对比", project.unit),
        lines: vec![
            ("统计时点", chinese_date(project.as_of)),
            ("对比期", comparisons.iter().map(against).collect::<Vec<_>>().join("；") + missing),
            (
                "数字从哪里来",
                text(
                    "对比期取台账中该半年最后一次运行的数字和名单，之后又重新运行过的以最后一次为准。",
                ),
            ),
            (
                "怎样认人",
                text(
                    "同一人编号为同一人；登记信息没有人编号的，按姓名和证件号码。更正过证件号码的人不受影响。",
                ),
            ),
            (
                "当期指标",
                text(
                    "①②④⑤⑥⑦只计本统计期内发生的人，换一期自然换一批人，原因多为“不再符合该指标”；③在校生为时点数，增减最有意义。",
                ),
            ),
            ("注意", text("证件号码已遮盖。含个人信息，不得外传。")),
        ],
    }
}

fn is_last_year(context: &Context, one: &HalfYearComparison) -> bool {
    let own = crate::vocabulary::HalfYear::of(context.results.project.as_of);
    one.half == own.before().before()
}

fn figures(book: &mut Book, comparison: &HalfYearComparison) -> Result<(), XlsxError> {
    let name = format!("{}_指标", comparison.name);
    let note = format!(
        "与{}（统计日期{}）相比。空格为该期没有这个单位或没有数据来源。",
        comparison.half.label(),
        comparison.as_of
    );
    let mut table = Table::open(book, spec(&name, &note, &FIGURE_COLUMNS))?;
    let moves = moves(&comparison.change.moved);
    for (number, changed) in (1_usize..).zip(&comparison.change.figures) {
        table.row(&figure_cells(number, changed, &moves))?;
    }
    table.close()
}

type Moves<'a> = BTreeMap<(&'a str, &'static str), [usize; 2]>;

/// Who came and went, by unit and figure.
fn moves(moved: &[Moved]) -> Moves<'_> {
    let mut sums = Moves::new();
    for one in moved {
        let counts = sums.entry((one.unit.as_str(), code(one))).or_default();
        counts[usize::from(!one.came)] += 1;
    }
    sums
}

fn code(one: &Moved) -> &'static str {
    ANNEX2[usize::from(one.figure.clamp(1, 7)) - 1].code
}

fn figure_cells<'a>(number: usize, changed: &'a Changed, moves: &Moves) -> Vec<Cell<'a>> {
    let code = changed.indicator().map_or("", |one| one.code);
    let counts =
        moves.get(&(changed.unit.as_str(), code)).filter(|_| changed.form == Annex::Two.key());
    let count = |index: usize| counts.map_or(Cell::Empty, |counts| counts[index].into());
    vec![
        number.into(),
        changed.form_label().into(),
        changed.unit.as_str().into(),
        changed.name().into(),
        value(changed, changed.before),
        value(changed, changed.now),
        value(changed, changed.difference()),
        count(0),
        count(1),
    ]
}

/// A count as Excel stores it.
fn signed(count: i64) -> f64 {
    let size = f64::from(u32::try_from(count.unsigned_abs()).unwrap_or(u32::MAX));
    if count < 0 { -size } else { size }
}

fn reasons(book: &mut Book, comparison: &HalfYearComparison) -> Result<(), XlsxError> {
    let name = format!("{}_原因", comparison.name);
    let note = "每个指标新计入和不再计入的人，按原因合计（各单位相加，一人在两个单位计两次）。";
    let mut table = Table::open(book, spec(&name, note, &REASON_COLUMNS))?;
    let mut sums: BTreeMap<(u8, bool, Why), usize> = BTreeMap::new();
    for one in &comparison.change.moved {
        *sums.entry((one.figure, !one.came, one.why)).or_default() += 1;
    }
    for (number, ((figure, went, why), count)) in (1_usize..).zip(sums) {
        let heading = ANNEX2[usize::from(figure.clamp(1, 7)) - 1].title();
        let direction = direction(!went);
        table.row(&[
            number.into(),
            heading.into(),
            direction.into(),
            why.label().into(),
            count.into(),
        ])?;
    }
    table.close()
}

fn direction(came: bool) -> &'static str {
    if came { "新计入" } else { "不再计入" }
}

fn people(book: &mut Book, comparison: &HalfYearComparison) -> Result<(), XlsxError> {
    let name = format!("{}_人员", comparison.name);
    let note = "本期新计入附件2和不再计入附件2的人员；①按对接县取数时不列人员。";
    let mut table = Table::open(book, spec(&name, note, &PEOPLE_COLUMNS))?;
    for (number, one) in (1_usize..).zip(&comparison.change.moved) {
        let heading = ANNEX2[usize::from(one.figure.clamp(1, 7)) - 1].title();
        table.row(&[
            number.into(),
            one.unit.as_str().into(),
            heading.into(),
            direction(one.came).into(),
            one.known.name.as_str().into(),
            one.known.id.as_str().into(),
            one.known.place.as_str().into(),
            one.why.label().into(),
            one.state.as_str().into(),
        ])?;
    }
    table.close()
}

fn spec<'a>(name: &'a str, note: &'a str, columns: &'a [Column]) -> TableSpec<'a> {
    TableSpec { name, title: name, note, columns, frozen: 4, back: None }
}
