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
use super::columns::{Cell, CellKind, TableColumn, column, numbered};
use super::context::Context;
use super::form::signed;
use super::monitoring_book;
use super::table::{SheetSpec, SheetTable};
use crate::programmes::SchoolMonth;
use crate::results::words::chinese_date;

/// File name.
pub(super) const FILE: &str = "项目/学校指标排名.xlsx";

/// Where a school stands by one measure.
struct MeasuredSchool<'a> {
    school: &'a str,
    measure: SchoolMeasure,
    standing: &'a SchoolStanding,
}

fn rank_columns<'a>() -> Vec<TableColumn<MeasuredSchool<'a>>> {
    vec![
        numbered(7),
        column("学校", CellKind::Text, 30, |one| one.school.into()),
        column("指标", CellKind::Text, 24, |one| one.measure.label().into()),
        column("数", CellKind::Count, 10, |one| signed(one.standing.part)),
        column("总数", CellKind::Count, 10, |one| signed(one.standing.whole)),
        column("比例", CellKind::Rate, 10, |one| {
            Cell::Number(f64::from(one.standing.share()) / 10_000.0)
        }),
        column("日期", CellKind::Text, 16, |one| one.standing.day.map(chinese_date).into()),
        column("名次", CellKind::Word, 10, |one| {
            one.standing.rank.map_or("不排名".to_owned(), |rank| rank.to_string()).into()
        }),
    ]
}

/// Whom an institution has reached, among all of them.
struct InstitutionPlace<'a> {
    name: &'a str,
    own: &'a InstitutionReach,
    all: &'a [InstitutionReach],
}

impl InstitutionPlace<'_> {
    /// The place by one of the counts; who has none has no place.
    fn place(&self, count: fn(&InstitutionReach) -> usize) -> Cell<'static> {
        let own = count(self.own);
        if own == 0 {
            return "—".into();
        }
        (self.all.iter().filter(|other| count(other) > own).count() + 1).into()
    }
}

fn reach_columns<'a>() -> Vec<TableColumn<InstitutionPlace<'a>>> {
    vec![
        numbered(7),
        column("学校、培训机构", CellKind::Text, 34, |one| one.name.into()),
        column("毕业生就业人数", CellKind::Count, 12, |one| one.own.employed.into()),
        column("名次", CellKind::Word, 8, |one| one.place(|other| other.employed)),
        column("培训实训人数", CellKind::Count, 12, |one| one.own.trained.into()),
        column("名次", CellKind::Word, 8, |one| one.place(|other| other.trained)),
        column("其中贫困劳动力", CellKind::Count, 12, |one| one.own.trained_poor.into()),
        column("名次", CellKind::Word, 8, |one| one.place(|other| other.trained_poor)),
    ]
}

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
    let spec = SheetSpec {
        name: "排名",
        title: "学校指标排名",
        note: "每项指标单独排名，文件没有权重，不加总分；总数不足20的列出、不排名；比例、日期相同的名次相同；没有来源的不列。",
        frozen: 2,
        back: None,
    };
    let mut table = SheetTable::open(book, spec, rank_columns())?;
    for indicator in SchoolMeasure::ALL {
        let mut lines: Vec<_> = schools
            .iter()
            .filter_map(|school| Some((school.institution, school.figures.get(&indicator)?)))
            .collect();
        lines.sort_by_key(|(school, one)| (one.rank.unwrap_or(usize::MAX), *school));
        for (school, standing) in lines {
            let school = &context.results.records.institutions[school as usize].name;
            table.row(&MeasuredSchool { school, measure: indicator, standing })?;
        }
    }
    table.close()
}

/// 000 六 and 002（十三）: by people in work and people trained, a place per column.
fn reached(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let results = &context.results;
    let Some(census) = results.census else { return Ok(()) };
    let all = reach(results.records, results.outcomes, census);
    let spec = SheetSpec {
        name: "就业和培训人数",
        title: "学校、培训机构的毕业生就业人数和培训实训人数",
        note: "同一人在一个单位只计一次；贫困劳动力为比对一致的人员。每列单独排名，人数相同的名次相同，为0的不排名。",
        frozen: 2,
        back: None,
    };
    let rows = results.records.institutions.iter().zip(&all);
    let rows = rows.map(|(one, own)| InstitutionPlace { name: &one.name, own, all: &all });
    SheetTable::write(book, spec, reach_columns(), rows)
}
