//! `04_培训意愿.xlsx`: the villages' lists row by row, who is counted as 有培训意愿 and why not, and who
//! of those who want to train has been trained. A county's return carries its own rows.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::XlsxError;

use crate::linkage::{Candidate, Decision, Outcome};
use crate::records::{Intention, Person};
use crate::statistics::wishes::Wish;
use crate::vocabulary::labels::Willing;

use super::book::Book;
use super::columns::{Cell, CellKind, ColumnLook, TableColumn, column, joined, nth, numbered};
use super::context::Context;
use super::table::{SheetSpec, SheetTable};
use crate::results::groups::CountyKey;
use crate::results::{RegisteredHome, words};
use crate::workbooks::compared;

/// File name.
pub(super) const FILE: &str = "04_培训意愿.xlsx";

/// A county's rows, or all of them.
struct CountyWishes<'a> {
    county: String,
    counts: &'a WishCounts,
}

/// What is counted of the rows, in the order of [`WishCounts`], with the widths of the columns.
const COUNTED: [(&str, u16); 7] = [
    ("名单行数", 10),
    ("比对一致", 10),
    ("待核", 10),
    ("未比中", 10),
    ("有培训意愿(计入)", 12),
    ("有意愿不属劳动力", 12),
    ("计入的人中已参加过培训", 12),
];

fn summary_columns<'a>() -> Vec<TableColumn<CountyWishes<'a>>> {
    let counted = COUNTED.into_iter().enumerate().map(|(place, (heading, widest))| {
        let look = ColumnLook::plain(heading, CellKind::Count, widest);
        nth(look, place, |one: &CountyWishes, place| one.counts[place].into())
    });
    joined([
        vec![
            numbered(8),
            column("县(市、区)", CellKind::Text, 20, |one| one.county.as_str().into()),
        ],
        counted.collect(),
        vec![column("尚未参加过培训", CellKind::Count, 12, |one| {
            (one.counts[4] - one.counts[6]).into()
        })],
    ])
}

/// A row of a village's list.
struct WishRow<'a> {
    wish: Wish,
    row: &'a Intention,
    outcome: &'a Outcome,
    best: Option<(&'a Candidate, &'a Person)>,
    /// Name and number, then those of the registry.
    sides: [Cell<'a>; 4],
    home: RegisteredHome<'a>,
    courses: String,
    file: &'a str,
    sheet: &'a str,
}

impl<'a> WishRow<'a> {
    fn person(&self) -> Option<&'a Person> {
        self.best.map(|(_, person)| person)
    }
}

fn list_columns<'a>() -> Vec<TableColumn<WishRow<'a>>> {
    vec![
        numbered(8),
        column("县(市、区)", CellKind::Word, 14, |one| one.home.county.into()),
        column("乡(镇)", CellKind::Word, 14, |one| one.home.town.into()),
        column("村", CellKind::Text, 18, |one| one.home.village.into()),
        column("姓名", CellKind::Word, 12, |one| one.sides[0].lent()),
        column("证件号码", CellKind::Code, 24, |one| one.sides[1].lent()),
        column("培训意愿", CellKind::Word, 10, |one| {
            one.row.willing.map(Willing::label).into()
        }),
        column("意愿培训工种", CellKind::Text, 18, |one| one.row.trade.as_str().into()),
        column("拟就读院校、专业", CellKind::Text, 22, |one| {
            [one.row.school.as_str(), one.row.major.as_str()].join(" ").trim().to_owned().into()
        }),
        column("登记日期", CellKind::Code, 12, |one| words::date(one.row.filed_on).into()),
        column("决定", CellKind::Coloured, 10, |one| one.outcome.decision.label().into()),
        column("是否计入", CellKind::Text, 24, |one| one.wish.label().into()),
        column("登记姓名", CellKind::Word, 12, |one| one.sides[2].lent()),
        column("户编号", CellKind::Code, 16, |one| {
            one.person().map(|person| person.household_no.as_str()).into()
        }),
        column("人编号", CellKind::Code, 18, |one| {
            one.person().map(|person| person.person_no.as_str()).into()
        }),
        column("匹配概率", CellKind::Rate, 8, |one| {
            one.best.map(|(candidate, _)| candidate.probability).into()
        }),
        column("依据", CellKind::Text, 36, |one| (&*one.outcome.reason).into()),
        column("已参加的培训", CellKind::Text, 30, |one| one.courses.as_str().into()),
        column("来源文件", CellKind::Text, 28, |one| one.file.into()),
        column("工作表", CellKind::Text, 12, |one| one.sheet.into()),
        column("行", CellKind::Word, 8, |one| (one.row.origin.row as usize).into()),
    ]
}

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
    let spec = SheetSpec {
        name: "汇总",
        title: "培训意愿名单汇总",
        note: "“有培训意愿(计入)”即附件3的有培训意愿人数；“已参加过培训”不限统计期。比中人员的县以建档立卡登记为准。",
        frozen: 2,
        back: None,
    };
    let mut table = SheetTable::open(book, spec, summary_columns())?;
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
    for (county, counts) in known.chain(unknown) {
        table.row(&CountyWishes { county, counts })?;
        total.iter_mut().zip(counts).for_each(|(total, more)| *total += more);
    }
    table.total(&CountyWishes { county: "总计".to_owned(), counts: &total })?;
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
    let spec = SheetSpec { name, title: name, note, frozen: 5, back: None };
    let rows = rows.iter().map(|row| wishes.row(*row));
    SheetTable::write(book, spec, list_columns(), rows)
}

impl<'run> Wishes<'_, 'run> {
    fn row(&self, index: u32) -> WishRow<'run> {
        let Wishes { context, trained, is_outside } = self;
        let results = &context.results;
        let row = &results.records.intentions[index as usize];
        let outcome = &results.wishes[index as usize];
        let best = results.best(outcome).filter(|_| outcome.decision != Decision::None);
        let person = best.map(|(_, person)| person);
        let sides = if let Some(person) = person {
            compared::compared(&row.facts, person)
        } else {
            let (name, id) = (row.facts.name.raw().trim(), words::id_as_filed(&row.facts.id));
            [name.into(), Cell::Text(id), Cell::Empty, Cell::Empty]
        };
        let sheet = results.catalogue.sheet(row.origin.sheet);
        WishRow {
            wish: results.statistics.wishes[index as usize],
            row,
            outcome,
            best,
            sides,
            home: results.home(person.map_or(&row.facts.place, |person| &person.facts.place)),
            courses: courses(context, outcome.linked().and_then(|person| trained.get(&person))),
            file: if *is_outside { sheet.file_name() } else { &sheet.file },
            sheet: &sheet.sheet,
        }
    }
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
