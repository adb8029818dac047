//! `项目/<programme>.xlsx` of a programme with figures: one sheet per period, areas and schools as rows, the
//! people behind the numbers, and how they are counted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_xlsxwriter::XlsxError;

use crate::config::{Programme, ProgressFigure, Subject};
use crate::programmes::{ProgressRow, TOTAL};
use crate::records::Facts;
use crate::results::words::chinese_date;

use super::book::Book;
use super::columns::{Cell, CellKind, TableColumn, column, joined, numbered};
use super::context::Context;
use super::form::signed;
use super::plan_form::PlanReport;
use super::programme_book::explained_columns;
use super::table::{SheetSpec, SheetTable};

/// A line with the name of its figure.
struct ProgressLine<'a> {
    line: &'a ProgressRow,
    title: String,
}

impl AsRef<ProgressRow> for ProgressLine<'_> {
    fn as_ref(&self) -> &ProgressRow {
        self.line
    }
}

fn columns<'a>() -> Vec<TableColumn<ProgressLine<'a>>> {
    joined([
        vec![
            numbered(7),
            column("地区、学校", CellKind::Text, 34, |one| one.line.row.as_str().into()),
            column("指标", CellKind::Text, 32, |one| one.title.as_str().into()),
        ],
        progress_columns(),
        vec![
            column("人数", CellKind::Count, 11, |one| known(one.line.persons)),
            column("上期", CellKind::Count, 11, |one| one.line.previous.map(signed).into()),
        ],
    ])
}

/// What cities and the province say of a figure.
pub(super) fn progress_columns<R: AsRef<ProgressRow>>() -> Vec<TableColumn<R>> {
    vec![
        column("代码", CellKind::Code, 22, |one| one.as_ref().figure.as_str().into()),
        column("任务数", CellKind::Count, 11, |one| one.as_ref().target.map(signed).into()),
        column("完成数", CellKind::Count, 11, |one| known(one.as_ref().value)),
        column("完成率", CellKind::Rate, 10, |one| {
            one.as_ref().rate().and_then(|rate| rate.parse::<f64>().ok()).into()
        }),
        column("另:未确定", CellKind::Count, 11, |one| known(one.as_ref().pending)),
    ]
}

/// A number, or a dash where it cannot be known.
fn known(value: Option<i64>) -> Cell<'static> {
    value.map_or("—".into(), signed)
}

/// Somebody who counts in a figure.
struct FigurePerson<'a> {
    title: String,
    row: &'a str,
    facts: Option<&'a Facts>,
    place: String,
}

fn people_columns<'a>() -> Vec<TableColumn<FigurePerson<'a>>> {
    vec![
        numbered(7),
        column("指标", CellKind::Text, 30, |one| one.title.as_str().into()),
        column("地区、学校", CellKind::Text, 32, |one| one.row.into()),
        column("姓名", CellKind::Word, 10, |one| {
            one.facts.map(|facts| facts.name.raw().trim()).into()
        }),
        column("证件号码", CellKind::Code, 21, |one| {
            one.facts.map(|facts| facts.id.raw().trim()).into()
        }),
        column("出处", CellKind::Text, 40, |one| one.place.as_str().into()),
    ]
}

/// Writes the workbook of the programme of that index.
pub(super) fn fill(book: &mut Book, context: &Context, index: usize) -> Result<(), XlsxError> {
    let policy = &context.results.project.programmes[index];
    let all = lines(context, index);
    let lines = of_interest(&all, &context.results.project.unit);
    let mut periods: BTreeMap<(Date, Date), Vec<&ProgressRow>> = BTreeMap::new();
    for line in &lines {
        periods.entry((line.end, line.start)).or_default().push(line);
    }
    let report = PlanReport::of(context, index);
    if let Some(report) = report.filter(|report| report.own_blank(context).is_none()) {
        report.fill(book, context)?;
    }
    // The newest period first: that is the one to be reported.
    for lines in periods.values().rev() {
        period(book, context, policy, lines)?;
    }
    schools_without_students(book, context, policy, &all)?;
    people(book, context, policy, periods.values().next_back().map_or(&[], Vec::as_slice))?;
    explained(book, policy)
}

/// All lines of a programme. What only a form prints stands behind its row; a programme with a report of its
/// own prints it there.
fn lines<'run>(context: &Context<'run>, index: usize) -> Vec<&'run ProgressRow> {
    let Some(judged) = context.results.judged else { return Vec::new() };
    let own = |line: &&ProgressRow| line.programme == index;
    let mut lines: Vec<&ProgressRow> = judged.progress.iter().filter(own).collect();
    if context.results.project.programmes[index].periods.is_empty() {
        for extra in judged.in_forms.iter().filter(own) {
            let is_beside = |line: &&ProgressRow| {
                line.row == extra.row && (line.start, line.end) == (extra.start, extra.end)
            };
            let last = lines.iter().rposition(is_beside);
            lines.insert(last.map_or(lines.len(), |last| last + 1), extra);
        }
    }
    lines
}

/// A school with its rows.
struct SchoolRows<'a> {
    school: &'a str,
    rows: usize,
    newest: Option<Date>,
}

fn school_columns<'a>() -> Vec<TableColumn<SchoolRows<'a>>> {
    vec![
        numbered(7),
        column("学校", CellKind::Text, 32, |one| one.school.into()),
        column("学籍行数", CellKind::Count, 10, |one| one.rows.into()),
        column("最近入学时间", CellKind::Code, 14, |one| {
            one.newest.map(|day| day.to_string()).into()
        }),
    ]
}

/// Schools that handed in rows, none of them of a new student (哈政办规〔2019〕20号二（四）2).
fn schools_without_students(
    book: &mut Book,
    context: &Context,
    policy: &Programme,
    lines: &[&ProgressRow],
) -> Result<(), XlsxError> {
    let counts_students = |figure: &ProgressFigure| figure.subject == Some(Subject::Enrollment);
    let Some(first) = policy.figures.first().filter(|first| counts_students(first)) else {
        return Ok(());
    };
    let with_students: BTreeSet<&str> = lines
        .iter()
        .filter(|line| line.figure == first.code && line.value != Some(0))
        .filter_map(|line| Some(line.row.split_once('/')?.1))
        .collect();
    let schools = entries_of_schools(context);
    let without = schools.into_iter().filter(|(school, _)| !with_students.contains(school));
    let spec = SheetSpec {
        name: "没有新生的学校",
        title: "期限内没有招收新生的学校",
        note: "交来了学籍、但没有一名学生在期限内录取（入学）的学校；没有交数据的学校不在内。",
        frozen: 2,
        back: None,
    };
    let rows = without.map(|(school, (rows, newest))| SchoolRows { school, rows, newest });
    SheetTable::write(book, spec, school_columns(), rows)
}

/// Rows and newest day of entry of every school.
fn entries_of_schools<'run>(context: &Context<'run>) -> BTreeMap<&'run str, (usize, Option<Date>)> {
    let records = context.results.records;
    let mut schools: BTreeMap<&str, (usize, Option<Date>)> = BTreeMap::new();
    for record in &records.sources {
        let Some(student) = record.enrollment() else { continue };
        let school = &records.institutions[record.institution as usize].name;
        let (rows, newest) = schools.entry(school).or_default();
        *rows += 1;
        *newest = (*newest).max(student.entry.first_day());
    }
    schools
}

/// Lines of the unit's own area, of all together, and of areas with some number: a city need not read
/// through the plans of all the others, a province must.
fn of_interest<'a>(lines: &[&'a ProgressRow], unit: &str) -> Vec<&'a ProgressRow> {
    fn area(line: &ProgressRow) -> &str {
        line.row.split('/').next().unwrap_or(&line.row)
    }
    let known: BTreeSet<&str> =
        lines.iter().filter(|line| line.value.is_some()).map(|line| area(line)).collect();
    let is_area = lines.iter().any(|line| area(line) == unit);
    let wanted = |line: &&&ProgressRow| {
        !is_area || area(line) == unit || line.row == TOTAL || known.contains(area(line))
    };
    lines.iter().filter(wanted).copied().collect()
}

fn period(
    book: &mut Book,
    context: &Context,
    policy: &Programme,
    lines: &[&ProgressRow],
) -> Result<(), XlsxError> {
    let Some(first) = lines.first() else { return Ok(()) };
    let project = context.results.project;
    let note = format!(
        "{}　{}　{} 至 {}。“其中”各项不相加；没有载入来源或没有行的留空。（表样推定）",
        policy.document,
        project.bureau(),
        chinese_date(first.start),
        chinese_date(first.end)
    );
    let name = book.sheets.sheet(&format!("{}至{}", day(first.start), day(first.end)));
    let title = &policy.title;
    let spec = SheetSpec { name: &name, title, note: &note, frozen: 2, back: None };
    let rows = lines
        .iter()
        .map(|line| ProgressLine { line, title: heading(context, policy, &line.figure) });
    SheetTable::write(book, spec, columns(), rows)
}

fn day(date: Date) -> String {
    date.strftime("%y.%m.%d").to_string()
}

fn heading(context: &Context, policy: &Programme, code: &str) -> String {
    context.results.figure_title(policy, code)
}

fn people(
    book: &mut Book,
    context: &Context,
    policy: &Programme,
    lines: &[&ProgressRow],
) -> Result<(), XlsxError> {
    let results = &context.results;
    let spec = SheetSpec {
        name: "人员",
        title: "最近一期各数的人员",
        note: "每个数由这些行加出来；同一人在一个数里只计一次的，列出其各行。",
        frozen: 2,
        back: None,
    };
    // Areas and totals hold the same people; the rows of institutions or areas say it once.
    let wanted = lines.iter().filter(|line| line.row != TOTAL);
    let people = wanted.flat_map(|line| {
        line.rows.iter().map(|origin| FigurePerson {
            title: heading(context, policy, &line.figure),
            row: &line.row,
            facts: results.told_at(*origin).map(|row| row.facts),
            place: results.catalogue.show(*origin, None),
        })
    });
    SheetTable::write(book, spec, people_columns(), people)
}

fn explained(book: &mut Book, policy: &Programme) -> Result<(), XlsxError> {
    let spec = SheetSpec {
        name: "口径说明",
        title: "口径说明",
        note: "设置可在项目文件的 [programmes] settings 里改。",
        frozen: 1,
        back: None,
    };
    let mut lines = vec![
        ("文件".to_owned(), policy.document.clone()),
        ("期限".to_owned(), format!("{} 至 {}", policy.from, policy.to)),
        (
            "人数与人次".to_owned(),
            "没有可用证件号码的计入人次，不计入人数；重复的行只计一次".to_owned(),
        ),
        (
            "扩招（推定）".to_owned(),
            "文件只下达数字，没有定义；三种算法并列：全部招收、标为“扩招”的、比上年同期增加；\
             有“是否扩招”列的用它，否则有上年同期数的用增加数，否则用全部招收数（未扣除上年同期）"
                .to_owned(),
        ),
        (
            "补贴性（推定）".to_owned(),
            "有申领、发放记录，班级性质为补贴班，或按规则可享受的计入；说不清的列入“另:未确定”"
                .to_owned(),
        ),
    ];
    let settings = policy.settings.iter();
    lines.extend(settings.map(|(key, value)| (format!("设置 {key}"), value.shown())));
    SheetTable::write(book, spec, explained_columns(), lines)
}
