//! `期间对比.xlsx`: this round against the last and against the same of last year: every figure by school,
//! agency and county, and the people who came and went, with the reason.

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use crate::records::money::yuan;
use crate::results::words::chinese_date;
use crate::statistics::change::{Changed, HalfYearComparison, Moved, Why};
use crate::statistics::indicators::{ANNEX2, Indicator};
use crate::vocabulary::Annex;

use super::book::Book;
use super::columns::{Cell, CellKind, TableColumn, column, numbered};
use super::context::Context;
use super::cover::{self, Cover};
use super::table::{SheetSpec, SheetTable};

/// File name.
pub(super) const FILE: &str = "期间对比.xlsx";
/// The unit of totals.
const TOTAL: &str = "总计";

/// A figure of a unit in both half-years, and who came and went.
struct UnitChange<'a> {
    changed: &'a Changed,
    moves: Option<&'a [usize; 2]>,
}

fn figure_columns<'a>() -> Vec<TableColumn<UnitChange<'a>>> {
    vec![
        numbered(8),
        column("表", CellKind::Word, 10, |one| one.changed.form_label().into()),
        column("单位、县(市、区)", CellKind::Text, 30, |one| {
            one.changed.unit.as_str().into()
        }),
        column("指标", CellKind::Text, 44, |one| one.changed.name().into()),
        column("对比期", CellKind::Count, 12, |one| value(one.changed, one.changed.before)),
        column("本期", CellKind::Count, 12, |one| value(one.changed, one.changed.now)),
        column("增减", CellKind::Count, 12, |one| value(one.changed, one.changed.difference())),
        column("新计入(人)", CellKind::Count, 10, |one| one.moves.map(|moves| moves[0]).into()),
        column("不再计入(人)", CellKind::Count, 10, |one| {
            one.moves.map(|moves| moves[1]).into()
        }),
    ]
}

/// How many came to a figure or left it for one reason.
struct ReasonCount {
    figure: u8,
    came: bool,
    why: Why,
    count: usize,
}

fn reason_columns() -> Vec<TableColumn<ReasonCount>> {
    vec![
        numbered(8),
        column("指标", CellKind::Text, 44, |one| title(one.figure).into()),
        column("增减", CellKind::Word, 12, |one| direction(one.came).into()),
        column("原因", CellKind::Text, 40, |one| one.why.label().into()),
        column("人数", CellKind::Count, 10, |one| one.count.into()),
    ]
}

fn people_columns<'a>() -> Vec<TableColumn<&'a Moved>> {
    vec![
        numbered(8),
        column("单位", CellKind::Text, 30, |one| one.unit.as_str().into()),
        column("指标", CellKind::Text, 36, |one| title(one.figure).into()),
        column("增减", CellKind::Word, 12, |one| direction(one.came).into()),
        column("姓名", CellKind::Word, 12, |one| one.known.name.as_str().into()),
        column("证件号码", CellKind::Code, 22, |one| one.known.id.as_str().into()),
        column("登记地", CellKind::Text, 30, |one| one.known.place.as_str().into()),
        column("原因", CellKind::Text, 34, |one| one.why.label().into()),
        column("学籍状态、开班", CellKind::Text, 20, |one| one.state.as_str().into()),
    ]
}

/// The total of a figure against a half-year.
struct TotalChange<'a> {
    comparison: &'a HalfYearComparison,
    changed: &'a Changed,
}

fn total_columns<'a>() -> Vec<TableColumn<TotalChange<'a>>> {
    vec![
        numbered(8),
        column("与哪期比", CellKind::Word, 12, |one| one.comparison.name.into()),
        column("对比期", CellKind::Word, 18, |one| one.comparison.half.label().into()),
        column("表", CellKind::Word, 10, |one| one.changed.form_label().into()),
        column("指标", CellKind::Text, 52, |one| one.changed.name().into()),
        column("对比期数", CellKind::Count, 12, |one| value(one.changed, one.changed.before)),
        column("本期数", CellKind::Count, 12, |one| value(one.changed, one.changed.now)),
        column("增减", CellKind::Count, 12, |one| value(one.changed, one.changed.difference())),
    ]
}

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
    let comparisons = context.results.comparisons.iter();
    let totals = comparisons.flat_map(|comparison| {
        let totals = comparison.change.figures.iter().filter(|changed| changed.unit == TOTAL);
        totals.map(move |changed| TotalChange { comparison, changed })
    });
    SheetTable::write(book, spec("总计", note), total_columns(), totals)
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
    let moves = moves(&comparison.change.moved);
    let rows = comparison.change.figures.iter().map(|changed| {
        let code = changed.indicator().map_or("", |one| one.code);
        let own = moves.get(&(changed.unit.as_str(), code));
        UnitChange { changed, moves: own.filter(|_| changed.form == Annex::Two.key()) }
    });
    SheetTable::write(book, spec(&name, &note), figure_columns(), rows)
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
    indicator(one.figure).code
}

fn title(figure: u8) -> String {
    indicator(figure).title()
}

/// A figure of 附件2 by its number.
fn indicator(figure: u8) -> &'static Indicator {
    &ANNEX2[usize::from(figure.clamp(1, 7)) - 1]
}

/// A count as Excel stores it.
fn signed(count: i64) -> f64 {
    let size = f64::from(u32::try_from(count.unsigned_abs()).unwrap_or(u32::MAX));
    if count < 0 { -size } else { size }
}

fn reasons(book: &mut Book, comparison: &HalfYearComparison) -> Result<(), XlsxError> {
    let name = format!("{}_原因", comparison.name);
    let note = "每个指标新计入和不再计入的人，按原因合计（各单位相加，一人在两个单位计两次）。";
    let mut sums: BTreeMap<(u8, bool, Why), usize> = BTreeMap::new();
    for one in &comparison.change.moved {
        *sums.entry((one.figure, !one.came, one.why)).or_default() += 1;
    }
    let rows = sums.into_iter().map(|((figure, went, why), count)| {
        let came = !went;
        ReasonCount { figure, came, why, count }
    });
    SheetTable::write(book, spec(&name, note), reason_columns(), rows)
}

fn direction(came: bool) -> &'static str {
    if came { "新计入" } else { "不再计入" }
}

fn people(book: &mut Book, comparison: &HalfYearComparison) -> Result<(), XlsxError> {
    let name = format!("{}_人员", comparison.name);
    let note = "本期新计入附件2和不再计入附件2的人员；①按对接县取数时不列人员。";
    SheetTable::write(book, spec(&name, note), people_columns(), &comparison.change.moved)
}

fn spec<'a>(name: &'a str, note: &'a str) -> SheetSpec<'a> {
    SheetSpec { name, title: name, note, frozen: 4, back: None }
}
