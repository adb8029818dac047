//! `附件2_明细.xlsx`, `附件3_明细.xlsx`: a sheet per figure with the people that make it, the cells they
//! are counted by, and who is nearly counted and why not; before them how sums and distinct persons
//! agree, and by whom they differ.

use std::fmt::Write as _;

use rust_xlsxwriter::XlsxError;

use crate::findings::evidence::{person_value, source_value};
use crate::origin::{Catalogue, Origin, SheetInfo, column_letters};
use crate::statistics::drilldown::{DrillDown, Entry, Evidence, Repeat};
use crate::statistics::forms::FilledAnnex;
use crate::statistics::frames::Frame;
use crate::statistics::indicators::{Measure, PAIRED_CELLS};
use crate::vocabulary::Annex;
use crate::vocabulary::Field;
use crate::vocabulary::states;

use super::book::Book;
use super::context::Context;
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
        lists.people(book, list, sheet)?;
    }
    Ok(())
}

impl<'run> PeopleLists<'run> {
    fn of(context: &'run Context<'run>, annex: Annex) -> Self {
        let statistics = context.results.statistics;
        let (figures, form) = match annex {
            Annex::Two => (&statistics.details.annex2, &statistics.annex2),
            Annex::Three => (&statistics.details.annex3, &statistics.annex3),
        };
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

    fn people(&self, book: &mut Book, list: &DrillDown, sheet: &str) -> Result<(), XlsxError> {
        let one = list.indicator;
        let amount = match one.measure {
            Measure::Money(_) => column("金额(元)", CellKind::Money, 12),
            _ => column("计数", CellKind::Count, 8),
        };
        let unit = match self.annex {
            Annex::Two => "技工院校名称",
            Annex::Three => "县(市、区)名称",
        };
        let columns = columns(unit, amount);
        let title = format!("{}　{}", self.annex.label(), one.title());
        let note = note_of(list);
        let mut table =
            Table::open(book, TableSpec { frozen: 5, ..spec(sheet, &title, &note, &columns) })?;
        let mut number = 0_usize;
        let grounds = Grounds::of(list, self.context.results.catalogue);
        for entry in &list.counted {
            number += 1;
            table.row(&self.cells(number, &grounds, entry, true))?;
        }
        for entry in &list.missed {
            number += 1;
            table.row(&self.cells(number, &grounds, entry, false))?;
        }
        let mut total =
            vec![Cell::Empty, "总计".into(), Cell::Empty, amount_cell(list, list.sum())];
        total.push(format!("{}人", list.persons()).into());
        total.resize(columns.len(), Cell::Empty);
        table.total(&total)?;
        table.close()
    }

    fn cells<'a>(
        &'a self,
        number: usize,
        grounds: &Grounds<'a>,
        entry: &Entry,
        counted: bool,
    ) -> [Cell<'a>; 14] {
        let list = grounds.list;
        let results = &self.context.results;
        let person = results.person(entry.person);
        let (origin, institution) = match entry.evidence {
            Evidence::Source(row) => {
                let record = &results.records.sources[row as usize];
                (record.origin, results.institution(record))
            }
            Evidence::Registry(row) => (results.person(row).origin, ""),
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
    fn grounds(&self, columns: &Grounds, evidence: Evidence, origin: Origin) -> String {
        let results = &self.context.results;
        let (columns, value): (_, Box<dyn Fn(Field) -> String>) = match evidence {
            Evidence::Source(row) => {
                let record = &results.records.sources[row as usize];
                (&columns.of_source, Box::new(move |field| source_value(record, field)))
            }
            Evidence::Registry(row) => {
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
fn remarks(list: &DrillDown, entry: &Entry, counted: bool) -> String {
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

fn note_of(list: &DrillDown) -> String {
    if list.counted.is_empty() && list.missed.is_empty() {
        return "没有人计入，也没有接近的；没有载入可以计算本指标的数据的，报表填“—”。".to_owned();
    }
    let zero = match list.indicator.measure {
        Measure::Persons => "计数为0：同一人在同一行已计过",
        Measure::Times => "计数为0：同一人同一班已计过",
        Measure::Money(_) => "金额为0或未登记的不列",
    };
    format!(
        "计入{}行、{}人；未计入但接近的{}行，列在最后并写明原因。{zero}。行数超过一张工作表的，接在名称带(2)、(3)的工作表。",
        list.counted.len(),
        list.persons(),
        list.missed.len()
    )
}

fn amount_cell(list: &DrillDown, amount: i64) -> Cell<'static> {
    match list.indicator.measure {
        Measure::Money(_) => Cell::Number(yuan(amount)),
        _ => count_cell(amount.unsigned_abs()),
    }
}
