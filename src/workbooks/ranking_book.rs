//! `项目/学校指标排名.xlsx`: schools by indicators, a rank per indicator and no total; and whom each institution has
//! trained and brought into work.

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use crate::config::Subject;
use crate::programmes::{
    DaySpan, InstitutionReach, ProgressRow, RankBasis, RankedSchool, SchoolMeasure, SchoolStanding,
    rank, reach,
};

use super::book::Book;
use super::context::Context;
use super::monitoring_book;
use super::programme_book::yuan_value;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};
use crate::programmes::SchoolMonth;
use crate::results::words::chinese_date;

/// File name.
pub(super) const FILE: &str = "项目/学校指标排名.xlsx";

const COLUMNS: [Column; 8] = [
    column("序号", CellKind::Count, 7),
    column("学校", CellKind::Text, 30),
    column("指标", CellKind::Text, 24),
    column("数", CellKind::Count, 10),
    column("总数", CellKind::Count, 10),
    column("比例", CellKind::Rate, 10),
    column("日期", CellKind::Text, 16),
    column("名次", CellKind::Word, 10),
];

const REACHED: [Column; 8] = [
    column("序号", CellKind::Count, 7),
    column("学校、培训机构", CellKind::Text, 34),
    column("毕业生就业人数", CellKind::Count, 12),
    column("名次", CellKind::Word, 8),
    column("培训实训人数", CellKind::Count, 12),
    column("名次", CellKind::Word, 8),
    column("其中贫困劳动力", CellKind::Count, 12),
    column("名次", CellKind::Word, 8),
];

/// The programme whose figures count students, if there is one.
pub(super) fn programme(context: &Context) -> Option<usize> {
    let programmes = &context.results.project.programmes;
    programmes.iter().position(|one| {
        one.figures.iter().any(|figure| figure.subject == Some(Subject::Enrollment))
    })
}

/// Writes the workbook.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let results = &context.results;
    let (Some(census), Some(judged)) = (results.census, results.judged) else { return Ok(()) };
    let Some(index) = programme(context) else { return Ok(()) };
    let policy = &results.project.programmes[index];
    let own: Vec<&ProgressRow> =
        judged.progress.iter().filter(|one| one.programme == index).collect();
    let schools = rank(&RankBasis {
        records: results.records,
        census,
        outcomes: results.outcomes,
        findings: results.findings,
        progress: &own,
        window: DaySpan { first: policy.from, last: policy.to },
        monitored: &monitored(context),
    });
    ranks(book, context, &schools)?;
    reached(book, context)
}

/// Lines of the newest month's cards that came back, by school.
fn monitored(context: &Context) -> BTreeMap<String, SchoolStanding> {
    let month = monitoring_book::month(&context.results);
    let schools = month.into_iter().flat_map(|month| month.schools);
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let standing = |one: &SchoolMonth| SchoolStanding::of(count(one.filled), count(one.due));
    schools.filter_map(|(school, one)| Some((school, standing(&one)?))).collect()
}

fn ranks(book: &mut Book, context: &Context, schools: &[RankedSchool]) -> Result<(), XlsxError> {
    let spec = TableSpec {
        name: "排名",
        title: "学校指标排名",
        note: "每项指标单独排名，文件没有权重，不加总分；总数不足20的列出、不排名；比例、日期相同的名次相同；没有来源的不列。",
        columns: &COLUMNS,
        frozen: 2,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    let mut number = 0;
    for indicator in SchoolMeasure::ALL {
        let mut lines: Vec<_> = schools
            .iter()
            .filter_map(|(school, all)| Some((*school, all.get(&indicator)?)))
            .collect();
        lines.sort_by_key(|(school, one)| (one.rank.unwrap_or(usize::MAX), *school));
        for (school, one) in lines {
            number += 1;
            let school = &context.results.records.institutions[school as usize].name;
            table.row(&ranked(number, school, indicator, one))?;
        }
    }
    table.close()
}

fn ranked<'a>(
    number: usize,
    school: &'a str,
    indicator: SchoolMeasure,
    one: &SchoolStanding,
) -> [Cell<'a>; 8] {
    let count = |value: i64| yuan_value(value.saturating_mul(100));
    let place = one.rank.map_or("不排名".to_owned(), |rank| rank.to_string());
    [
        number.into(),
        school.into(),
        indicator.label().into(),
        Cell::Number(count(one.part)),
        Cell::Number(count(one.whole)),
        Cell::Number(f64::from(one.share()) / 10_000.0),
        one.day.map_or(Cell::Empty, |day| chinese_date(day).into()),
        place.into(),
    ]
}

/// 000 六 and 002（十三）: by people in work and people trained, a place per column.
fn reached(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let results = &context.results;
    let Some(census) = results.census else { return Ok(()) };
    let all = reach(results.records, results.outcomes, census);
    let spec = TableSpec {
        name: "就业和培训人数",
        title: "学校、培训机构的毕业生就业人数和培训实训人数",
        note: "同一人在一个单位只计一次；贫困劳动力为比对一致的人员。每列单独排名，人数相同的名次相同，为0的不排名。",
        columns: &REACHED,
        frozen: 2,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    let place = |of: fn(&InstitutionReach) -> usize, own: usize| {
        if own == 0 {
            return Cell::from("—");
        }
        let better = all.iter().filter(|other| of(other) > own).count();
        Cell::from(better + 1)
    };
    for (number, (one, own)) in results.records.institutions.iter().zip(&all).enumerate() {
        table.row(&[
            (number + 1).into(),
            one.name.as_str().into(),
            own.employed.into(),
            place(|one| one.employed, own.employed),
            own.trained.into(),
            place(|one| one.trained, own.trained),
            own.trained_poor.into(),
            place(|one| one.trained_poor, own.trained_poor),
        ])?;
    }
    table.close()
}
