//! `附件2_明细.xlsx`, `附件3_明细.xlsx`: a sheet per figure with the people that make it, the cells they
//! are counted by, and who is nearly counted and why not; before them how sums and distinct persons
//! agree, and by whom they differ. A figure with more lines than a person reads ([`Context::longest`]) is told
//! by row of the form there; all of it is a CSV file, and the review page makes a workbook of any one row.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::XlsxError;

use crate::file_names::portable;
use crate::findings::evidence::{person_value, source_value};
use crate::origin::{Catalogue, Origin, SheetInfo, column_letters};
use crate::statistics::drilldown::{DrillDown, FigureEntry, FigureEvidence, Repeat};
use crate::statistics::forms::FilledAnnex;
use crate::statistics::frames::Frame;
use crate::statistics::indicators::{Measure, PAIRED_CELLS};
use crate::vocabulary::Annex;
use crate::vocabulary::Field;
use crate::vocabulary::states;

use super::WorkbookError;
use super::book::Book;
use super::context::Context;
use super::csv_files::PackedCsv;
use super::form::count_cell;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};

const SUMMARY: &str = "合计核对";
const REPEATS: &str = "重复计入人员";

const SUMMARY_COLUMNS: [Column; 11] = [
    column("序号", CellKind::Count, 6),
    column("指标", CellKind::Text, 48),
    column("单位", CellKind::Word, 8),
    column("表内总计", CellKind::Count, 14),
    column("明细合计", CellKind::Count, 14),
    column("核对", CellKind::Coloured, 8),
    column("去重人数", CellKind::Count, 12),
    column("总计比去重\n多计", CellKind::Count, 12),
    column("多计的人员", CellKind::Count, 12),
    column("接近的\n行数", CellKind::Count, 12),
    column("所在工作表", CellKind::Text, 26),
];

const REPEAT_COLUMNS: [Column; 8] = [
    column("序号", CellKind::Count, 7),
    column("指标", CellKind::Text, 26),
    column("登记姓名", CellKind::Word, 12),
    column("登记证件号码", CellKind::Code, 22),
    column("人编号", CellKind::Code, 18),
    column("计入总计", CellKind::Count, 10),
    column("多计", CellKind::Count, 8),
    column("计在哪里", CellKind::Text, 70),
];

/// The columns of a figure's sheet.
const fn columns(unit: &'static str, amount: Column) -> [Column; 14] {
    [
        column("序号", CellKind::Count, 8),
        column(unit, CellKind::Text, 22),
        column("是否计入", CellKind::Coloured, 10),
        amount,
        column("登记姓名", CellKind::Word, 12),
        column("登记证件号码", CellKind::Code, 22),
        column("人编号", CellKind::Code, 18),
        column("县乡村", CellKind::Text, 20),
        column("学校/机构", CellKind::Text, 20),
        column("依据单元格", CellKind::Text, 36),
        column("来源文件", CellKind::Text, 24),
        column("工作表", CellKind::Text, 12),
        column("行", CellKind::Word, 8),
        column("说明", CellKind::Text, 28),
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
    lists.summary(book, &sheets)?;
    lists.repeats(book)?;
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
    let columns = lists.columns(list);
    let headings: Vec<&str> = columns.iter().map(|column| column.heading).collect();
    let mut file = PackedCsv::create_packed(path, &headings)?;
    let grounds = Grounds::of(list, context.results.catalogue);
    let all = list.counted.iter().map(|entry| (entry, true));
    let all = all.chain(list.missed.iter().map(|entry| (entry, false)));
    for (number, (entry, counted)) in (1..).zip(all) {
        let cells = lists.cells(number, &grounds, entry, counted);
        let texts: Vec<Cow<'_, str>> = cells.iter().map(Cell::text).collect();
        file.line(&texts)?;
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

    fn summary(&self, book: &mut Book, sheets: &[String]) -> Result<(), XlsxError> {
        let note = "“表内总计”取自报表，“明细合计”由各工作表的“计数”列相加；逐行相等为通过。\
                    多计的人员逐个列在“重复计入人员”。";
        let spec = spec(SUMMARY, SUMMARY, note, &SUMMARY_COLUMNS);
        let mut table = Table::open(book, spec)?;
        for (number, (list, sheet)) in (1..).zip(self.figures.iter().zip(sheets)) {
            table.row(&self.summary_cells(number, list, sheet))?;
        }
        table.close()
    }

    fn summary_cells<'a>(&self, number: usize, list: &DrillDown, sheet: &'a str) -> [Cell<'a>; 11] {
        let one = list.indicator;
        let printed = self.printed(None, one.code);
        let amount = |value: i64| match one.measure {
            Measure::Money(_) => super::csv_files::yuan(value).into(),
            _ => count_cell(value.unsigned_abs()),
        };
        let (persons, repeats) = (list.persons(), list.repeats());
        let counts_people = !matches!(one.measure, Measure::Money(_)) && printed.is_some();
        let more = list.sum().unsigned_abs().saturating_sub(persons as u64);
        let verdict = match printed {
            None => "",
            Some(_) if self.agrees(list) => "通过",
            Some(_) => "不符",
        };
        let counted = |count: Cell<'a>| if counts_people { count } else { Cell::Empty };
        [
            number.into(),
            one.title().into(),
            one.measure.unit().into(),
            printed.map_or("—".into(), amount),
            printed.map_or("—".into(), |_| amount(list.sum())),
            verdict.into(),
            printed.map_or(Cell::Empty, |_| persons.into()),
            counted(count_cell(more)),
            counted(repeats.len().into()),
            list.missed.len().into(),
            sheet.into(),
        ]
    }

    fn repeats(&self, book: &mut Book) -> Result<(), XlsxError> {
        let note = match self.annex {
            Annex::Two => {
                "在两个及以上单位都计入同一指标的人员：总计为各行之和，比去重人数多计的就是他们。"
            }
            Annex::Three => "参加两个及以上班次的人员：人次比人数多出的就是他们。",
        };
        let spec = spec(REPEATS, REPEATS, note, &REPEAT_COLUMNS);
        let mut table = Table::open(book, spec)?;
        let mut number = 0_usize;
        for list in self.figures {
            for repeat in list.repeats() {
                number += 1;
                table.row(&self.repeat_cells(number, list, &repeat))?;
            }
        }
        table.close()
    }

    fn repeat_cells(&self, number: usize, list: &DrillDown, repeat: &Repeat) -> [Cell<'run>; 8] {
        let person = self.context.results.person(repeat.person);
        let unit = list.indicator.measure.unit();
        let times: i64 = repeat.lines.iter().map(|(_, times)| times).sum();
        let place = |(line, times): &(u32, i64)| format!("{}{times}{unit}", self.line(*line));
        let places: Vec<String> = repeat.lines.iter().map(place).collect();
        [
            number.into(),
            list.indicator.name().into(),
            person.facts.name.raw.trim().into(),
            person.facts.id.raw.trim().into(),
            person.person_no.as_str().into(),
            count_cell(times.unsigned_abs()),
            count_cell(times.unsigned_abs().saturating_sub(1)),
            places.join("、").into(),
        ]
    }

    fn columns(&self, list: &DrillDown) -> [Column; 14] {
        let amount = match list.indicator.measure {
            Measure::Money(_) => column("金额(元)", CellKind::Money, 12),
            _ => column("计数", CellKind::Count, 8),
        };
        columns(self.row_heading(), amount)
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
        let columns = self.columns(list);
        let wanted = |entry: &&FigureEntry| row.is_none_or(|row| entry.line == row);
        let counted: Vec<&FigureEntry> = list.counted.iter().filter(wanted).collect();
        let missed: Vec<&FigureEntry> = list.missed.iter().filter(wanted).collect();
        let title = match row {
            None => self.title(list),
            Some(row) => format!("{}　{}", self.title(list), self.line(row)),
        };
        let note = note_of(list, &counted, missed.len());
        let spec = TableSpec { frozen: 5, ..spec(sheet, &title, &note, &columns) };
        let spec = if row.is_some() { TableSpec { back: None, ..spec } } else { spec };
        let mut table = Table::open(book, spec)?;
        let mut number = 0_usize;
        let grounds = Grounds::of(list, self.context.results.catalogue);
        for entry in &counted {
            number += 1;
            table.row(&self.cells(number, &grounds, entry, true))?;
        }
        for entry in &missed {
            number += 1;
            table.row(&self.cells(number, &grounds, entry, false))?;
        }
        let sum = counted.iter().map(|entry| entry.amount).sum();
        let mut total = vec![Cell::Empty, "总计".into(), Cell::Empty, amount_cell(list, sum)];
        total.push(format!("{}人", persons(&counted)).into());
        total.resize(columns.len(), Cell::Empty);
        table.total(&total)?;
        table.close()
    }

    /// What a long list comes to, by row of the form, and where its people are.
    fn by_row(&self, book: &mut Book, list: &DrillDown, sheet: &str) -> Result<(), XlsxError> {
        let all = list.lines();
        let note = format!(
            "本指标的明细有{all}行，一张表里看不过来，这里按{}列出合计。逐人的：在待核页面的“总览”里点“数字由谁组成”，选单位打开；全部在“{}”（供其他程序用）。",
            self.row_heading(),
            csv_name(self.annex, list)
        );
        let amount = match list.indicator.measure {
            Measure::Money(_) => column("金额(元)", CellKind::Money, 14),
            _ => column("计数", CellKind::Count, 12),
        };
        let columns = [
            column("序号", CellKind::Count, 8),
            column(self.row_heading(), CellKind::Text, 30),
            amount,
            column("计入的行", CellKind::Count, 12),
            column("接近的行", CellKind::Count, 12),
        ];
        let title = self.title(list);
        let mut table = Table::open(book, spec(sheet, &title, &note, &columns))?;
        let sums = self.sums(list);
        for (number, (line, row)) in (1_usize..).zip(self.lines.iter().zip(&sums)) {
            let RowSum { sum, counted, missed } = *row;
            let sum = amount_cell(list, sum);
            table.row(&[
                number.into(),
                line.as_str().into(),
                sum,
                counted.into(),
                missed.into(),
            ])?;
        }
        let sum = amount_cell(list, list.sum());
        let (counted, missed) = (list.counted.len().into(), list.missed.len().into());
        table.total(&[Cell::Empty, "总计".into(), sum, counted, missed])?;
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

    fn cells<'a>(
        &'a self,
        number: usize,
        grounds: &Grounds<'a>,
        entry: &FigureEntry,
        counted: bool,
    ) -> [Cell<'a>; 14] {
        let list = grounds.list;
        let results = &self.context.results;
        let person = results.person(entry.person);
        let (origin, institution) = match entry.evidence {
            FigureEvidence::Source(row) => {
                let record = &results.records.sources[row as usize];
                (record.origin, results.institution(record))
            }
            FigureEvidence::Registry(row) => (results.person(row).origin, ""),
        };
        let spot = results.spot(origin);
        [
            number.into(),
            self.line(entry.line).into(),
            (if counted { states::COUNTED } else { states::NOT_COUNTED }).into(),
            if counted { amount_cell(list, entry.amount) } else { Cell::Empty },
            person.facts.name.raw.trim().into(),
            person.facts.id.raw.trim().into(),
            person.person_no.as_str().into(),
            results.home(&person.facts.place).joined().into(),
            institution.into(),
            self.grounds(grounds, entry.evidence, origin).into(),
            spot.file.into(),
            spot.sheet.into(),
            spot.row.into(),
            remarks(list, entry, counted).into(),
        ]
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

fn spec<'a>(name: &'a str, title: &'a str, note: &'a str, columns: &'a [Column]) -> TableSpec<'a> {
    let back = (name != SUMMARY).then_some(SUMMARY);
    let frozen = if name == SUMMARY { 2 } else { 0 };
    TableSpec { name, title, note, columns, frozen, back }
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
