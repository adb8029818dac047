//! `04_培训意愿.xlsx`: the villages' lists row by row, who is counted as 有培训意愿 and why not, and who
//! of those who want to train has been trained. A county's return carries its own rows.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::XlsxError;

use crate::linkage::{Decision, Outcome};
use crate::statistics::wishes::Wish;

use super::book::Book;
use super::context::Context;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};
use crate::results::groups::CountyKey;
use crate::results::words;
use crate::workbooks::compared;

/// File name.
pub(super) const FILE: &str = "04_培训意愿.xlsx";

const SUMMARY_COLUMNS: [Column; 10] = [
    column("序号", CellKind::Count, 8),
    column("县(市、区)", CellKind::Text, 20),
    column("名单行数", CellKind::Count, 10),
    column("比对一致", CellKind::Count, 10),
    column("待核", CellKind::Count, 10),
    column("未比中", CellKind::Count, 10),
    column("有培训意愿(计入)", CellKind::Count, 12),
    column("有意愿不属劳动力", CellKind::Count, 12),
    column("计入的人中已参加过培训", CellKind::Count, 12),
    column("尚未参加过培训", CellKind::Count, 12),
];

const LIST_COLUMNS: [Column; 21] = [
    column("序号", CellKind::Count, 8),
    column("县(市、区)", CellKind::Word, 14),
    column("乡(镇)", CellKind::Word, 14),
    column("村", CellKind::Text, 18),
    column("姓名", CellKind::Word, 12),
    column("证件号码", CellKind::Code, 24),
    column("培训意愿", CellKind::Word, 10),
    column("意愿培训工种", CellKind::Text, 18),
    column("拟就读院校、专业", CellKind::Text, 22),
    column("登记日期", CellKind::Code, 12),
    column("决定", CellKind::Coloured, 10),
    column("是否计入", CellKind::Text, 24),
    column("登记姓名", CellKind::Word, 12),
    column("户编号", CellKind::Code, 16),
    column("人编号", CellKind::Code, 18),
    column("匹配概率", CellKind::Rate, 8),
    column("依据", CellKind::Text, 36),
    column("已参加的培训", CellKind::Text, 30),
    column("来源文件", CellKind::Text, 28),
    column("工作表", CellKind::Text, 12),
    column("行", CellKind::Word, 8),
];

/// Writes both sheets.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let trained = trained(context);
    summary(book, context, &trained)?;
    let rows: Vec<u32> = (0..).zip(&context.results.records.intentions).map(|(i, _)| i).collect();
    let note =
        "村级汇总名单的每一行；红色为两边不同的字。“已参加的培训”为读入的培训数据中比对一致的班。";
    list(book, &Wishes { context, trained: &trained, is_outside: false }, &rows, note)
}

/// Writes a county's rows into its return.
pub(super) fn fill_county(
    book: &mut Book,
    context: &Context,
    rows: &[u32],
) -> Result<(), XlsxError> {
    let note = "本县意愿名单的每一行；待核、未比中的请村里核对姓名、证件号码后重新报送。";
    let trained = trained(context);
    list(book, &Wishes { context, trained: &trained, is_outside: true }, rows, note)
}

/// The courses of the people the lists are about: rows by person.
fn trained(context: &Context) -> BTreeMap<u32, Vec<u32>> {
    let results = &context.results;
    let listed: BTreeSet<u32> = results.wishes.iter().filter_map(Outcome::linked).collect();
    let mut trained: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (row, outcome) in (0..).zip(results.outcomes) {
        let person = outcome.linked().filter(|person| listed.contains(person));
        let (record, _) = results.row(row);
        if let Some(person) = person.filter(|_| record.training().is_some()) {
            trained.entry(person).or_default().push(row);
        }
    }
    trained
}

/// Rows, linked, review, none, counted, willing without being workers, counted and trained.
type WishCounts = [usize; 7];

fn summary(
    book: &mut Book,
    context: &Context,
    trained: &BTreeMap<u32, Vec<u32>>,
) -> Result<(), XlsxError> {
    let spec = TableSpec {
        name: "汇总",
        title: "培训意愿名单汇总",
        note: "“有培训意愿(计入)”即附件3的有培训意愿人数；“已参加过培训”不限统计期。比中人员的县以建档立卡登记为准。",
        columns: &SUMMARY_COLUMNS,
        frozen: 2,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    let mut total = WishCounts::default();
    let mut by_county: BTreeMap<Option<CountyKey>, WishCounts> = BTreeMap::new();
    let of_row: BTreeMap<u32, CountyKey> = context
        .groups
        .counties
        .iter()
        .flat_map(|(key, rows)| rows.wishes.iter().map(|row| (*row, *key)))
        .collect();
    for (row, _) in (0..).zip(context.results.wishes) {
        let sum = by_county.entry(of_row.get(&row).copied()).or_default();
        for (sum, more) in sum.iter_mut().zip(counts(context, row, trained)) {
            *sum += more;
        }
    }
    // Rows of no county of the registries stand last.
    let known = by_county.iter().filter_map(|(key, sum)| Some((context.county_name((*key)?), sum)));
    let unknown = by_county.get(&None).map(|sum| ("不在登记各县".to_owned(), sum));
    for (number, (county, sum)) in (1_usize..).zip(known.chain(unknown)) {
        table.row(&summary_cells(number.into(), county, sum))?;
        total.iter_mut().zip(sum).for_each(|(total, more)| *total += more);
    }
    table.total(&summary_cells(Cell::Empty, "总计".to_owned(), &total))?;
    table.close()
}

fn counts(context: &Context, row: u32, trained: &BTreeMap<u32, Vec<u32>>) -> WishCounts {
    let outcome = &context.results.wishes[row as usize];
    let wish = context.results.statistics.wishes[row as usize];
    let decided = |decision| usize::from(outcome.decision == decision);
    let counted = wish == Wish::Counted;
    let has_course = outcome.linked().is_some_and(|person| trained.contains_key(&person));
    [
        1,
        decided(Decision::Link),
        decided(Decision::Review),
        decided(Decision::None),
        usize::from(counted),
        usize::from(wish == Wish::NotWorker),
        usize::from(counted && has_course),
    ]
}

fn summary_cells<'a>(number: Cell<'a>, county: String, sum: &WishCounts) -> Vec<Cell<'a>> {
    let head = [number, county.into()];
    let open = sum[4] - sum[6];
    head.into_iter().chain(sum.map(Cell::from)).chain([open.into()]).collect()
}

/// What lines are made of.
struct Wishes<'a, 'run> {
    context: &'a Context<'run>,
    /// Courses by person.
    trained: &'a BTreeMap<u32, Vec<u32>>,
    /// Whether the list leaves the bureau.
    is_outside: bool,
}

fn list(book: &mut Book, wishes: &Wishes, rows: &[u32], note: &str) -> Result<(), XlsxError> {
    let name = "培训意愿名单";
    let columns = &LIST_COLUMNS;
    let spec = TableSpec { name, title: name, note, columns, frozen: 5, back: None };
    let mut table = Table::open(book, spec)?;
    for (number, row) in (1_usize..).zip(rows) {
        table.row(&list_cells(wishes, number, *row))?;
    }
    table.close()
}

fn list_cells<'run>(wishes: &Wishes<'_, 'run>, number: usize, index: u32) -> [Cell<'run>; 21] {
    let Wishes { context, trained, is_outside } = wishes;
    let results = &context.results;
    let row = &results.records.intentions[index as usize];
    let outcome = &results.wishes[index as usize];
    let best = results.best(outcome).filter(|_| outcome.decision != Decision::None);
    let person = best.map(|(_, person)| person);
    let [name, id, registered, _] = if let Some(person) = person {
        compared::compared(&row.facts, person)
    } else {
        let (name, id) = (row.facts.name.raw.trim(), words::id_as_filed(&row.facts.id));
        [name.into(), Cell::Text(id), Cell::Empty, Cell::Empty]
    };
    let home = results.home(person.map_or(&row.facts.place, |person| &person.facts.place));
    let spot = results.spot(row.origin);
    let sheet = results.catalogue.sheet(row.origin.sheet);
    let file = if *is_outside { sheet.file_name() } else { spot.file };
    let text = |text: Option<&'run str>| text.map_or(Cell::Empty, Cell::from);
    [
        number.into(),
        home.county.into(),
        home.town.into(),
        home.village.into(),
        name,
        id,
        row.willing.map_or("", |willing| willing.label()).into(),
        row.trade.as_str().into(),
        [row.school.as_str(), row.major.as_str()].join(" ").trim().to_owned().into(),
        words::date(row.filed_on).into(),
        outcome.decision.label().into(),
        results.statistics.wishes[index as usize].label().into(),
        registered,
        text(person.map(|person| person.household_no.as_str())),
        text(person.map(|person| person.person_no.as_str())),
        best.map_or(Cell::Empty, |(candidate, _)| candidate.probability.into()),
        outcome.reason.as_str().into(),
        courses(context, outcome.linked().and_then(|person| trained.get(&person))).into(),
        file.into(),
        spot.sheet.into(),
        spot.row.into(),
    ]
}

fn courses(context: &Context, rows: Option<&Vec<u32>>) -> String {
    let results = &context.results;
    let course = |row: &u32| {
        let (record, _) = results.row(*row);
        let [trade, _] = words::course(record);
        format!("{} {} {trade}", words::began(record), results.institution(record))
    };
    rows.map(|rows| rows.iter().map(course).collect::<Vec<_>>().join("\n")).unwrap_or_default()
}
