//! `附件2_明细.xlsx`, `附件3_明细.xlsx`: a sheet per figure with the people that make it, the cells they
//! are counted by, and who is nearly counted and why not; before them how sums and distinct persons
//! agree, and by whom they differ. A figure with more lines than a person reads ([`Context::longest`]) is told
//! by row of the form there; all of it is a CSV file, and the review page makes a workbook of any one row.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::XlsxError;

use crate::file_names::portable;
use crate::findings::evidence::{person_value, source_value};
use crate::origin::{Catalogue, Origin, SheetInfo, column_letters};
use crate::records::Person;
use crate::results::RowSpot;
use crate::statistics::drilldown::{DrillDown, FigureEntry, FigureEvidence, Repeat};
use crate::statistics::forms::FilledAnnex;
use crate::statistics::frames::Frame;
use crate::statistics::indicators::{Measure, PAIRED_CELLS};
use crate::vocabulary::Annex;
use crate::vocabulary::Field;
use crate::vocabulary::states;

use super::WorkbookError;
use super::book::Book;
use super::columns::{self, Cell, CellKind, ColumnLook, TableColumn, column, numbered};
use super::context::Context;
use super::csv_files::{self, PackedCsv};
use super::form::count_cell;
use super::table::{SheetSpec, SheetTable};

const SUMMARY: &str = "合计核对";
const REPEATS: &str = "重复计入人员";

/// Heading of whether an entry counts.
const COUNTED: &str = "是否计入";
const NAME: &str = "登记姓名";

/// A figure of the form beside the list of its people.
struct FigureSum<'a> {
    list: &'a DrillDown,
    /// Money in fen; nothing where nobody can know it.
    printed: Option<i64>,
    persons: usize,
    repeats: usize,
    is_equal: bool,
    sheet: &'a str,
}

impl FigureSum<'_> {
    fn amount(&self, value: i64) -> Cell<'static> {
        match self.list.indicator.measure {
            Measure::Money(_) => csv_files::yuan(value).into(),
            _ => count_cell(value.unsigned_abs()),
        }
    }

    fn verdict(&self) -> Option<&'static str> {
        self.printed.map(|_| if self.is_equal { "通过" } else { "不符" })
    }

    fn counts_people(&self) -> bool {
        !matches!(self.list.indicator.measure, Measure::Money(_)) && self.printed.is_some()
    }

    /// By how much the sum is more than the people.
    fn more(&self) -> u64 {
        self.list.sum().unsigned_abs().saturating_sub(self.persons as u64)
    }
}

fn summary_columns<'a>() -> Vec<TableColumn<FigureSum<'a>>> {
    vec![
        numbered(6),
        column("指标", CellKind::Text, 48, |one| one.list.indicator.title().into()),
        column("单位", CellKind::Word, 8, |one| one.list.indicator.measure.unit().into()),
        column("表内总计", CellKind::Count, 14, |one| {
            one.printed.map_or("—".into(), |printed| one.amount(printed))
        }),
        column("明细合计", CellKind::Count, 14, |one| {
            one.printed.map_or("—".into(), |_| one.amount(one.list.sum()))
        }),
        column("核对", CellKind::Coloured, 8, |one| one.verdict().into()),
        column("去重人数", CellKind::Count, 12, |one| one.printed.map(|_| one.persons).into()),
        column("总计比去重\n多计", CellKind::Count, 12, |one| {
            one.counts_people().then(|| count_cell(one.more())).into()
        }),
        column("多计的人员", CellKind::Count, 12, |one| {
            one.counts_people().then_some(one.repeats).into()
        }),
        column("接近的\n行数", CellKind::Count, 12, |one| one.list.missed.len().into()),
        column("所在工作表", CellKind::Text, 26, |one| one.sheet.into()),
    ]
}

/// Somebody a figure counts more than once.
struct RepeatedPerson<'a> {
    lists: &'a PeopleLists<'a>,
    list: &'a DrillDown,
    repeat: Repeat,
    person: &'a Person,
}

impl RepeatedPerson<'_> {
    fn times(&self) -> u64 {
        self.repeat.lines.iter().map(|(_, times)| times).sum::<i64>().unsigned_abs()
    }

    fn places(&self) -> String {
        let unit = self.list.indicator.measure.unit();
        let place = |(line, times): &(u32, i64)| format!("{}{times}{unit}", self.lists.line(*line));
        self.repeat.lines.iter().map(place).collect::<Vec<_>>().join("、")
    }
}

fn repeat_columns<'a>() -> Vec<TableColumn<RepeatedPerson<'a>>> {
    vec![
        numbered(7),
        column("指标", CellKind::Text, 26, |one| one.list.indicator.name().into()),
        column(NAME, CellKind::Word, 12, |one| one.person.facts.name.raw().trim().into()),
        column("登记证件号码", CellKind::Code, 22, |one| {
            one.person.facts.id.raw().trim().into()
        }),
        column("人编号", CellKind::Code, 18, |one| one.person.person_no.as_str().into()),
        column("计入总计", CellKind::Count, 10, |one| count_cell(one.times())),
        column("多计", CellKind::Count, 8, |one| count_cell(one.times().saturating_sub(1))),
        column("计在哪里", CellKind::Text, 70, |one| one.places().into()),
    ]
}

/// An entry of a figure's list.
struct EntryLine<'a> {
    lists: &'a PeopleLists<'a>,
    grounds: &'a Grounds<'a>,
    entry: &'a FigureEntry,
    is_counted: bool,
    person: &'a Person,
    institution: &'a str,
    origin: Origin,
    spot: RowSpot<'a>,
}

impl EntryLine<'_> {
    fn amount(&self) -> Cell<'static> {
        self.is_counted.then(|| amount_cell(self.grounds.list, self.entry.amount)).into()
    }

    fn home(&self) -> String {
        self.lists.context.results.home(&self.person.facts.place).joined()
    }

    fn grounds(&self) -> String {
        self.lists.grounds(self.grounds, self.entry.evidence, self.origin)
    }
}

/// The columns of a figure's sheet and of its file for programs.
fn entry_columns<'a>(lists: &PeopleLists, list: &DrillDown) -> Vec<TableColumn<EntryLine<'a>>> {
    let amount = amount_look(list);
    vec![
        numbered(8),
        column(lists.row_heading(), CellKind::Text, 22, |one| {
            one.lists.line(one.entry.line).into()
        }),
        column(COUNTED, CellKind::Coloured, 10, |one| {
            if one.is_counted { states::COUNTED } else { states::NOT_COUNTED }.into()
        }),
        column(amount.heading, amount.kind, amount.widest, EntryLine::amount),
        column(NAME, CellKind::Word, 12, |one| one.person.facts.name.raw().trim().into()),
        column("登记证件号码", CellKind::Code, 22, |one| {
            one.person.facts.id.raw().trim().into()
        }),
        column("人编号", CellKind::Code, 18, |one| one.person.person_no.as_str().into()),
        column("县乡村", CellKind::Text, 20, |one| one.home().into()),
        column("学校/机构", CellKind::Text, 20, |one| one.institution.into()),
        column("依据单元格", CellKind::Text, 36, |one| one.grounds().into()),
        column("来源文件", CellKind::Text, 24, |one| one.spot.file.into()),
        column("工作表", CellKind::Text, 12, |one| one.spot.sheet.into()),
        column("行", CellKind::Word, 8, |one| one.spot.row.into()),
        column("说明", CellKind::Text, 28, |one| {
            remarks(one.grounds.list, one.entry, one.is_counted).into()
        }),
    ]
}

/// A row of the form, or all of them.
struct FormSum<'a> {
    list: &'a DrillDown,
    name: &'a str,
    row: RowSum,
}

fn row_columns<'a>(lists: &PeopleLists, list: &DrillDown) -> Vec<TableColumn<FormSum<'a>>> {
    let amount = amount_look(list);
    let widest = if amount.kind == CellKind::Money { 14 } else { 12 };
    vec![
        numbered(8),
        column(lists.row_heading(), CellKind::Text, 30, |one| one.name.into()),
        column(amount.heading, amount.kind, widest, |one| amount_cell(one.list, one.row.sum)),
        column("计入的行", CellKind::Count, 12, |one| one.row.counted.into()),
        column("接近的行", CellKind::Count, 12, |one| one.row.missed.into()),
    ]
}

/// A figure of a form, or one row of it.
#[derive(Clone, Copy, Debug)]
pub struct FigureRow<'a> {
    /// The form.
    pub annex: Annex,
    /// Code of the figure.
    pub code: &'a str,
    /// Row of the form; all of them where there is none.
    pub row: Option<u32>,
}

/// What a row of the form comes to in a figure's list.
#[derive(Clone, Copy, Debug, Default)]
struct RowSum {
    sum: i64,
    /// Lines that count, and lines that nearly do.
    counted: usize,
    missed: usize,
}

/// What the sheets of one form are made from.
struct PeopleLists<'run> {
    context: &'run Context<'run>,
    annex: Annex,
    figures: &'run [DrillDown],
    form: &'run FilledAnnex,
    /// Names of the form's rows.
    lines: Vec<String>,
}

/// Writes all sheets.
pub(super) fn fill(book: &mut Book, context: &Context, annex: Annex) -> Result<(), XlsxError> {
    let lists = PeopleLists::of(context, annex);
    let mut sheets = Vec::new();
    for name in [SUMMARY, REPEATS] {
        book.sheets.sheet(name);
    }
    for list in lists.figures {
        sheets.push(book.sheets.sheet(&list.indicator.name()));
    }
    let repeated: Vec<Vec<Repeat>> = lists.figures.iter().map(DrillDown::repeats).collect();
    lists.summary(book, &sheets, &repeated)?;
    lists.repeats(book, repeated)?;
    for (list, sheet) in lists.figures.iter().zip(&sheets) {
        if is_long(context, list) {
            lists.by_row(book, list, sheet)?;
        } else {
            lists.people(book, list, sheet, None)?;
        }
    }
    Ok(())
}

/// One figure's people, of one row of the form where a row is wanted.
pub(super) fn fill_figure(
    book: &mut Book,
    context: &Context,
    which: FigureRow<'_>,
) -> Result<(), XlsxError> {
    let lists = PeopleLists::of(context, which.annex);
    let list = lists.figures.iter().find(|list| list.indicator.code == which.code);
    let Some(list) = list else { return Ok(()) };
    let sheet = book.sheets.sheet(&list.indicator.name());
    lists.people(book, list, &sheet, which.row)
}

/// The long lists of a form: the file each goes to, and its place among the form's figures.
pub(super) fn long_lists(context: &Context, annex: Annex) -> Vec<(PathBuf, usize)> {
    let lists = PeopleLists::of(context, annex);
    let long = lists.figures.iter().enumerate().filter(|(_, list)| is_long(context, list));
    long.map(|(place, list)| (PathBuf::from(csv_name(annex, list)), place)).collect()
}

fn is_long(context: &Context, list: &DrillDown) -> bool {
    list.lines() > context.longest
}

fn csv_name(annex: Annex, list: &DrillDown) -> String {
    format!("明细/{}.csv.gz", portable(&format!("{} {}", annex.label(), list.indicator.name())))
}

/// All lines of a figure, for programs: the columns of its sheet.
pub(super) fn csv(
    path: &Path,
    context: &Context,
    annex: Annex,
    place: usize,
) -> Result<(), WorkbookError> {
    let lists = PeopleLists::of(context, annex);
    let list = &lists.figures[place];
    let columns = entry_columns(&lists, list);
    let headings: Vec<&str> = columns.iter().map(|column| column.look.heading).collect();
    let mut file = PackedCsv::create_packed(path, &headings)?;
    let grounds = Grounds::of(list, context.results.catalogue);
    for (number, line) in (1..).zip(lists.entries(&grounds, None)) {
        let cells = columns::cells(&columns, &line, Some(number));
        file.line(&cells.iter().map(Cell::text).collect::<Vec<_>>())?;
    }
    file.close_packed()
}

impl<'run> PeopleLists<'run> {
    fn of(context: &'run Context<'run>, annex: Annex) -> Self {
        let (form, figures) = context.results.statistics.form(annex);
        let lines = form.rows.iter().map(|row| told_apart(&row.name, &row.note)).collect();
        Self { context, annex, figures, form, lines }
    }

    fn line(&self, line: u32) -> &str {
        self.lines.get(line as usize).map_or("", String::as_str)
    }

    /// The figure of a row of the form, or of the total; money in fen.
    fn printed(&self, line: Option<usize>, code: &str) -> Option<i64> {
        let row = line.map_or(&self.form.total, |line| &self.form.rows[line]);
        row.values.get(code)
    }

    /// Whether the list adds up to the form in every row.
    fn agrees(&self, list: &DrillDown) -> bool {
        let code = list.indicator.code;
        let mut sums = vec![0; self.lines.len()];
        for entry in &list.counted {
            if let Some(sum) = sums.get_mut(entry.line as usize) {
                *sum += entry.amount;
            }
        }
        let rows = sums.iter().enumerate();
        let agrees = |printed: Option<i64>, sum: i64| printed.is_none_or(|printed| printed == sum);
        let mut rows = rows.map(|(line, sum)| agrees(self.printed(Some(line), code), *sum));
        rows.all(|same| same) && agrees(self.printed(None, code), list.sum())
    }

    /// Every figure with its sheet and the people who add more than one to it.
    fn summary(
        &self,
        book: &mut Book,
        sheets: &[String],
        repeated: &[Vec<Repeat>],
    ) -> Result<(), XlsxError> {
        let note = "“表内总计”取自报表，“明细合计”由各工作表的“计数”列相加；逐行相等为通过。\
                    多计的人员逐个列在“重复计入人员”。";
        let figures = self.figures.iter().zip(sheets).zip(repeated);
        let rows = figures.map(|((list, sheet), repeated)| FigureSum {
            list,
            printed: self.printed(None, list.indicator.code),
            persons: list.persons(),
            repeats: repeated.len(),
            is_equal: self.agrees(list),
            sheet,
        });
        SheetTable::write(book, spec(SUMMARY, SUMMARY, note), summary_columns(), rows)
    }

    fn repeats(&self, book: &mut Book, repeated: Vec<Vec<Repeat>>) -> Result<(), XlsxError> {
        let note = match self.annex {
            Annex::Two => {
                "在两个及以上单位都计入同一指标的人员：总计为各行之和，比去重人数多计的就是他们。"
            }
            Annex::Three => "参加两个及以上班次的人员：人次比人数多出的就是他们。",
        };
        let rows = self.figures.iter().zip(repeated).flat_map(|(list, repeated)| {
            repeated.into_iter().map(move |repeat| {
                let person = self.context.results.person(repeat.person);
                RepeatedPerson { lists: self, list, repeat, person }
            })
        });
        SheetTable::write(book, spec(REPEATS, REPEATS, note), repeat_columns(), rows)
    }

    fn row_heading(&self) -> &'static str {
        match self.annex {
            Annex::Two => "技工院校名称",
            Annex::Three => "县(市、区)名称",
        }
    }

    fn title(&self, list: &DrillDown) -> String {
        format!("{}　{}", self.annex.label(), list.indicator.title())
    }

    /// The people of a figure, or of one of its rows.
    fn people(
        &self,
        book: &mut Book,
        list: &DrillDown,
        sheet: &str,
        row: Option<u32>,
    ) -> Result<(), XlsxError> {
        let wanted = |entry: &&FigureEntry| row.is_none_or(|row| entry.line == row);
        let counted: Vec<&FigureEntry> = list.counted.iter().filter(wanted).collect();
        let missed = list.missed.iter().filter(wanted).count();
        let title = match row {
            None => self.title(list),
            Some(row) => format!("{}　{}", self.title(list), self.line(row)),
        };
        let note = note_of(list, &counted, missed);
        let spec = SheetSpec { frozen: 5, ..spec(sheet, &title, &note) };
        let spec = if row.is_some() { SheetSpec { back: None, ..spec } } else { spec };
        let mut table = SheetTable::open(book, spec, entry_columns(self, list))?;
        let grounds = Grounds::of(list, self.context.results.catalogue);
        for line in self.entries(&grounds, row) {
            table.row(&line)?;
        }
        let sum = counted.iter().map(|entry| entry.amount).sum();
        let unit = self.row_heading();
        table.total_of(|heading| match heading {
            NAME => format!("{}人", persons(&counted)).into(),
            _ if heading == unit => "总计".into(),
            _ if heading == amount_look(list).heading => amount_cell(list, sum),
            _ => Cell::Empty,
        })?;
        table.close()
    }

    /// The entries of a figure, or of one of its rows: those that count, then those that nearly do.
    fn entries<'a>(
        &'a self,
        grounds: &'a Grounds<'a>,
        row: Option<u32>,
    ) -> impl Iterator<Item = EntryLine<'a>> {
        let counted = grounds.list.counted.iter().map(|entry| (entry, true));
        let missed = grounds.list.missed.iter().map(|entry| (entry, false));
        let wanted =
            counted.chain(missed).filter(move |(entry, _)| row.is_none_or(|row| entry.line == row));
        wanted.map(|(entry, is_counted)| self.entry(grounds, entry, is_counted))
    }

    fn entry<'a>(
        &'a self,
        grounds: &'a Grounds<'a>,
        entry: &'a FigureEntry,
        is_counted: bool,
    ) -> EntryLine<'a> {
        let results = &self.context.results;
        let (origin, institution) = match entry.evidence {
            FigureEvidence::Source(row) => {
                let record = &results.records.sources[row as usize];
                (record.origin, results.institution(record))
            }
            FigureEvidence::Registry(row) => (results.person(row).origin, ""),
        };
        let (person, spot) = (results.person(entry.person), results.spot(origin));
        EntryLine { lists: self, grounds, entry, is_counted, person, institution, origin, spot }
    }

    /// What a long list comes to, by row of the form, and where its people are.
    fn by_row(&self, book: &mut Book, list: &DrillDown, sheet: &str) -> Result<(), XlsxError> {
        let all = list.lines();
        let note = format!(
            "本指标的明细有{all}行，一张表里看不过来，这里按{}列出合计。逐人的：在待核页面的“总览”里点“数字由谁组成”，选单位打开；全部在“{}”（供其他程序用）。",
            self.row_heading(),
            csv_name(self.annex, list)
        );
        let title = self.title(list);
        let columns = row_columns(self, list);
        let mut table = SheetTable::open(book, spec(sheet, &title, &note), columns)?;
        for (name, row) in self.lines.iter().zip(self.sums(list)) {
            table.row(&FormSum { list, name, row })?;
        }
        let (counted, missed) = (list.counted.len(), list.missed.len());
        let row = RowSum { sum: list.sum(), counted, missed };
        table.total(&FormSum { list, name: "总计", row })?;
        table.close()
    }

    fn sums(&self, list: &DrillDown) -> Vec<RowSum> {
        let mut sums = vec![RowSum::default(); self.lines.len()];
        for entry in &list.counted {
            if let Some(row) = sums.get_mut(entry.line as usize) {
                (row.sum, row.counted) = (row.sum + entry.amount, row.counted + 1);
            }
        }
        for entry in &list.missed {
            if let Some(row) = sums.get_mut(entry.line as usize) {
                row.missed += 1;
            }
        }
        sums
    }

    /// The cells an entry is counted by: address, heading and what the program reads there.
    fn grounds(&self, columns: &Grounds, evidence: FigureEvidence, origin: Origin) -> String {
        let results = &self.context.results;
        let (columns, value): (_, Box<dyn Fn(Field) -> String>) = match evidence {
            FigureEvidence::Source(row) => {
                let record = &results.records.sources[row as usize];
                (&columns.of_source, Box::new(move |field| source_value(record, field)))
            }
            FigureEvidence::Registry(row) => {
                let person = results.person(row);
                (&columns.of_registry, Box::new(move |field| person_value(person, field)))
            }
        };
        let mut text = String::new();
        for column in &columns[origin.sheet.0 as usize] {
            if !text.is_empty() {
                text.push('；');
            }
            let value = value(column.field);
            write!(text, "{}{} {} {value}", column.letters, origin.row, column.heading)
                .expect("writing to a string");
            text.truncate(text.trim_end().len());
        }
        text
    }
}

/// The columns a figure rests on, by sheet, made ready once.
struct Grounds<'list> {
    list: &'list DrillDown,
    of_source: Vec<Vec<GroundColumn>>,
    /// ① counts the registry by a setting.
    of_registry: Vec<Vec<GroundColumn>>,
}

struct GroundColumn {
    field: Field,
    letters: String,
    heading: String,
}

impl<'list> Grounds<'list> {
    fn of(list: &'list DrillDown, catalogue: &Catalogue) -> Self {
        let indicator = list.indicator;
        let of_students = indicator.frame() != Frame::People;
        let registry = if of_students { PAIRED_CELLS } else { indicator.cells };
        let by_sheet = |fields: &[Field]| -> Vec<Vec<GroundColumn>> {
            let of = |sheet: &SheetInfo| -> Vec<GroundColumn> {
                let columns = sheet.columns.iter();
                let columns = columns.filter(|column| fields.contains(&column.field));
                let made = columns.map(|column| GroundColumn {
                    field: column.field,
                    letters: column_letters(column.index),
                    heading: column.heading.split_whitespace().collect(),
                });
                made.collect()
            };
            catalogue.sheets.iter().map(of).collect()
        };
        Self { list, of_source: by_sheet(indicator.cells), of_registry: by_sheet(registry) }
    }
}

/// Why an entry adds nothing, and what settings would make of it.
fn remarks(list: &DrillDown, entry: &FigureEntry, counted: bool) -> String {
    let repeated = match list.indicator.measure {
        Measure::Persons => "同一人在前面的行已计",
        Measure::Times | Measure::Money(_) => "同一人同一班在前面的行已计",
    };
    let repeated = (counted && entry.amount == 0).then_some(repeated);
    repeated.into_iter().chain(list.remarks_of(entry)).collect::<Vec<_>>().join("；")
}

/// A county with what tells it from another of the same name.
fn told_apart(name: &str, note: &str) -> String {
    if note.is_empty() { name.to_owned() } else { format!("{name}（{note}）") }
}

#[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2^53 fen")]
fn yuan(fen: i64) -> f64 {
    fen as f64 / 100.0
}

fn spec<'a>(name: &'a str, title: &'a str, note: &'a str) -> SheetSpec<'a> {
    let back = (name != SUMMARY).then_some(SUMMARY);
    let frozen = if name == SUMMARY { 2 } else { 0 };
    SheetSpec { name, title, note, frozen, back }
}

/// Distinct persons.
fn persons(entries: &[&FigureEntry]) -> usize {
    entries.iter().map(|entry| entry.person).collect::<BTreeSet<u32>>().len()
}

fn note_of(list: &DrillDown, counted: &[&FigureEntry], missed: usize) -> String {
    if counted.is_empty() && missed == 0 {
        return "没有人计入，也没有接近的；没有载入可以计算本指标的数据的，报表填“—”。".to_owned();
    }
    let zero = match list.indicator.measure {
        Measure::Persons => "计数为0：同一人在同一行已计过",
        Measure::Times => "计数为0：同一人同一班已计过",
        Measure::Money(_) => "金额为0或未登记的不列",
    };
    format!(
        "计入{}行、{}人；未计入但接近的{missed}行，列在最后并写明原因。{zero}。行数超过一张工作表的，接在名称带(2)、(3)的工作表。",
        counted.len(),
        persons(counted),
    )
}

fn amount_cell(list: &DrillDown, amount: i64) -> Cell<'static> {
    match list.indicator.measure {
        Measure::Money(_) => Cell::Number(yuan(amount)),
        _ => count_cell(amount.unsigned_abs()),
    }
}

/// How the column of [`amount_cell`] looks.
fn amount_look(list: &DrillDown) -> ColumnLook {
    match list.indicator.measure {
        Measure::Money(_) => ColumnLook::plain("金额(元)", CellKind::Money, 12),
        _ => ColumnLook::plain("计数", CellKind::Count, 8),
    }
}
