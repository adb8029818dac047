//! `毕业生信息.xlsx` and `.csv`: what the platform of the unified query is handed. Fields as in the ministry's
//! formats; their order is reconstructed.

use std::path::Path;

use rust_xlsxwriter::XlsxError;

use super::WorkbookError;
use super::book::Book;
use super::columns::{self, Cell, CellKind, TableColumn, column, numbered};
use super::context::Context;
use super::csv_files::CsvFile;
use super::table::{SheetSpec, SheetTable};
use crate::config::{Ownership, UnitEntry, UnitKind};
use crate::programmes::{GraduateLine, Graduates, graduates};
use crate::records::date_ranges::show;
use crate::records::{Enrollment, Facts};
use crate::results::Results;
use crate::vocabulary::labels::StudyForm;

pub(super) const FILE: &str = "毕业生信息.xlsx";
pub(super) const CSV: &str = "毕业生信息.csv";

/// A line of the file for the platform.
struct GraduateRow<'a> {
    line: &'a GraduateLine,
    facts: &'a Facts,
    school: &'a str,
    /// What the school is.
    kind: &'static str,
    student: &'a Enrollment,
}

impl<'a> GraduateRow<'a> {
    fn of(results: &'a Results, line: &'a GraduateLine) -> Option<Self> {
        let (record, _) = results.row(line.row);
        let school = results.institution(record);
        let told = results.project.institutions.iter().find(|one| one.is_called(school));
        let kind = told.and_then(|one| one.kind).map_or(school_kind(school), UnitKind::label);
        Some(Self { line, facts: &record.facts, school, kind, student: record.enrollment()? })
    }

    fn sex(&self) -> &'static str {
        self.facts.id.sex().or(self.facts.sex).map_or("", |sex| sex.label())
    }
}

/// Of both files.
fn graduate_columns<'a>() -> Vec<TableColumn<GraduateRow<'a>>> {
    vec![
        column("姓名", CellKind::Word, 10, |row| row.facts.name.raw().trim().into()),
        column("性别", CellKind::Word, 7, |row| row.sex().into()),
        column("证件类型", CellKind::Word, 12, |row| {
            if row.facts.id.is_sound() { "居民身份证" } else { "" }.into()
        }),
        column("证件号码", CellKind::Code, 21, |row| row.facts.id.raw().trim().into()),
        column("院校", CellKind::Text, 26, |row| row.school.into()),
        column("院校类型", CellKind::Word, 14, |row| row.kind.into()),
        column("专业", CellKind::Text, 18, |row| row.student.major.as_str().into()),
        column("培养层次", CellKind::Word, 12, |row| {
            row.student.papers().training_level.as_str().into()
        }),
        column("学习形式", CellKind::Word, 10, |row| {
            row.student.study_form.map(StudyForm::label).into()
        }),
        column("入学时间", CellKind::Code, 12, |row| show(row.student.entry).into()),
        column("毕业时间", CellKind::Code, 12, |row| show(row.student.left).into()),
        column("毕业证书编号", CellKind::Code, 20, |row| {
            row.student.papers().graduation_no.as_str().into()
        }),
        column("技能等级证书名称", CellKind::Text, 18, |row| {
            row.student.papers().certificate_kind.as_str().into()
        }),
        column("技能等级证书等级", CellKind::Word, 10, |row| {
            row.student.papers().certificate_level.as_str().into()
        }),
        column("技能等级证书编号", CellKind::Code, 20, |row| {
            row.student.papers().certificate_no.as_str().into()
        }),
        // No list has it.
        column("发证时间", CellKind::Code, 12, |_| Cell::Empty),
        column("学籍编号", CellKind::Code, 20, |row| row.student.student_no.as_str().into()),
        column("同等待遇", CellKind::Text, 22, |row| row.line.equal_to.as_str().into()),
    ]
}

/// What a school has to look at.
struct ConcernLine<'a> {
    school: &'a str,
    name: &'a str,
    what: &'a str,
    place: String,
}

fn concern_columns<'a>() -> Vec<TableColumn<ConcernLine<'a>>> {
    vec![
        numbered(7),
        column("学校", CellKind::Text, 26, |one| one.school.into()),
        column("姓名", CellKind::Word, 10, |one| one.name.into()),
        column("问题", CellKind::Text, 26, |one| one.what.into()),
        column("出处", CellKind::Text, 44, |one| one.place.as_str().into()),
    ]
}

/// A school as the platform knows it.
struct SchoolRow<'a> {
    name: &'a str,
    told: Option<&'a UnitEntry>,
    graduates: usize,
}

fn school_columns<'a>() -> Vec<TableColumn<SchoolRow<'a>>> {
    vec![
        numbered(7),
        column("学校", CellKind::Text, 30, |school| school.name.into()),
        column("所在地区", CellKind::Word, 12, |school| {
            school.told.and_then(|one| one.area.as_deref()).into()
        }),
        column("院校类型", CellKind::Word, 14, |school| {
            let kind = school.told.and_then(|one| one.kind);
            kind.map_or(school_kind(school.name), UnitKind::label).into()
        }),
        column("办学性质", CellKind::Word, 10, |school| {
            school.told.and_then(|one| one.ownership).map(Ownership::label).into()
        }),
        column("毕业生人数", CellKind::Count, 11, |school| school.graduates.into()),
    ]
}

/// The graduates of a run with lists or programmes; `None` where there are none.
pub(super) fn found(results: &Results) -> Option<Graduates> {
    let census = results.census?;
    let all = graduates(results.records, &census.of_source);
    (!all.lines.is_empty()).then_some(all)
}

/// Writes the file for the platform.
pub(super) fn csv(path: &Path, results: &Results) -> Result<(), WorkbookError> {
    let columns = graduate_columns();
    let headings: Vec<&str> = columns.iter().map(|column| column.look.heading).collect();
    let mut file = CsvFile::create(path, &headings)?;
    for line in found(results).iter().flat_map(|all| &all.lines) {
        let Some(row) = GraduateRow::of(results, line) else { continue };
        let cells = columns::cells(&columns, &row, None);
        file.line(&cells.iter().map(Cell::text).collect::<Vec<_>>())?;
    }
    file.close()
}

/// Writes the workbook.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let results = &context.results;
    let all = found(results).unwrap_or_default();
    let note = format!(
        "毕业生及毕业后升入高一层次的在读学生，共{}行；结业、预毕业、预结业的{}行不列。依据黑政办规〔2019〕14号一、七（栏目顺序推定）。",
        all.lines.len(),
        all.withheld
    );
    let spec =
        SheetSpec {
            name: "毕业生信息", title: "毕业生信息", note: &note, frozen: 1, back: None
        };
    let rows = all.lines.iter().filter_map(|line| GraduateRow::of(results, line));
    SheetTable::write(book, spec, graduate_columns(), rows)?;
    concerns(book, results, &all)?;
    schools(book, context, &all)
}

/// What a school's name says of its kind.
fn school_kind(name: &str) -> &'static str {
    if name.contains("高级技工学校") {
        "高级技工学校"
    } else if name.contains("技师学院") {
        "技师学院"
    } else {
        "普通技工学校"
    }
}

fn concerns(book: &mut Book, results: &Results, all: &Graduates) -> Result<(), XlsxError> {
    let spec = SheetSpec {
        name: "须核对",
        title: "须核对",
        note: "报送前请学校改正；改正后重新运行。",
        frozen: 2,
        back: None,
    };
    let rows = all.concerns.iter().map(|one| {
        let (record, _) = results.row(one.row);
        ConcernLine {
            school: results.institution(record),
            name: record.facts.name.raw().trim(),
            what: one.what,
            place: results.name_cell(record.origin),
        }
    });
    SheetTable::write(book, spec, concern_columns(), rows)
}

/// 院校信息 for the platform (000 一（二）).
fn schools(book: &mut Book, context: &Context, all: &Graduates) -> Result<(), XlsxError> {
    let results = &context.results;
    let spec = SheetSpec {
        name: "院校信息",
        title: "院校信息",
        note: "地区、类型、办学性质取自项目文件的 [[institution]]，没有写的类型按校名认。",
        frozen: 2,
        back: None,
    };
    let institutions = &results.records.institutions;
    let schools = context.institution_order.iter().map(|index| (*index, &institutions[*index]));
    let schools = schools.filter(|(_, one)| one.kind == crate::vocabulary::SourceKind::Enrollment);
    let rows = schools.map(|(index, school)| {
        let own = |line: &&GraduateLine| {
            let (record, _) = results.row(line.row);
            record.institution as usize == index && line.equal_to != "在读"
        };
        SchoolRow {
            name: &school.name,
            told: results.project.institutions.iter().find(|one| one.is_called(&school.name)),
            graduates: all.lines.iter().filter(own).count(),
        }
    });
    SheetTable::write(book, spec, school_columns(), rows)
}
