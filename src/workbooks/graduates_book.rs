//! `毕业生信息.xlsx` and `.csv`: what the platform of the unified query is handed. Fields as in the ministry's
//! formats; their order is reconstructed.

use std::path::Path;

use rust_xlsxwriter::XlsxError;

use super::WorkbookError;
use super::book::Book;
use super::context::Context;
use super::csv_files::CsvFile;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};
use crate::config::{Ownership, UnitKind};
use crate::programmes::{GraduateLine, Graduates, graduates};
use crate::records::date_ranges::show;
use crate::results::Results;

pub(super) const FILE: &str = "毕业生信息.xlsx";
pub(super) const CSV: &str = "毕业生信息.csv";

const COLUMNS: [Column; 18] = [
    column("姓名", CellKind::Word, 10),
    column("性别", CellKind::Word, 7),
    column("证件类型", CellKind::Word, 12),
    column("证件号码", CellKind::Code, 21),
    column("院校", CellKind::Text, 26),
    column("院校类型", CellKind::Word, 14),
    column("专业", CellKind::Text, 18),
    column("培养层次", CellKind::Word, 12),
    column("学习形式", CellKind::Word, 10),
    column("入学时间", CellKind::Code, 12),
    column("毕业时间", CellKind::Code, 12),
    column("毕业证书编号", CellKind::Code, 20),
    column("技能等级证书名称", CellKind::Text, 18),
    column("技能等级证书等级", CellKind::Word, 10),
    column("技能等级证书编号", CellKind::Code, 20),
    column("发证时间", CellKind::Code, 12),
    column("学籍编号", CellKind::Code, 20),
    column("同等待遇", CellKind::Text, 22),
];

const CONCERNS: [Column; 5] = [
    column("序号", CellKind::Count, 7),
    column("学校", CellKind::Text, 26),
    column("姓名", CellKind::Word, 10),
    column("问题", CellKind::Text, 26),
    column("出处", CellKind::Text, 44),
];

const SCHOOLS: [Column; 6] = [
    column("序号", CellKind::Count, 7),
    column("学校", CellKind::Text, 30),
    column("所在地区", CellKind::Word, 12),
    column("院校类型", CellKind::Word, 14),
    column("办学性质", CellKind::Word, 10),
    column("毕业生人数", CellKind::Count, 11),
];

/// The graduates of a run with lists or programmes; `None` where there are none.
pub(super) fn found(results: &Results) -> Option<Graduates> {
    let census = results.census?;
    let all = graduates(results.records, &census.of_source);
    (!all.lines.is_empty()).then_some(all)
}

/// Writes the file for the platform.
pub(super) fn csv(path: &Path, results: &Results) -> Result<(), WorkbookError> {
    let headings = COLUMNS.map(|column| column.heading);
    let mut file = CsvFile::create(path, &headings)?;
    for line in found(results).iter().flat_map(|all| &all.lines) {
        let cells = cells(results, line);
        file.line(&cells.each_ref().map(String::as_str))?;
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
    let spec = TableSpec {
        name: "毕业生信息",
        title: "毕业生信息",
        note: &note,
        columns: &COLUMNS,
        frozen: 1,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    for line in &all.lines {
        table.row(&cells(results, line).map(Cell::from))?;
    }
    table.close()?;
    concerns(book, results, &all)?;
    schools(book, context, &all)
}

fn cells(results: &Results, line: &GraduateLine) -> [String; 18] {
    let (record, _) = results.row(line.row);
    let facts = &record.facts;
    let school = results.institution(record);
    let told = results.project.institutions.iter().find(|one| one.is_called(school));
    let text = |text: &str| text.to_owned();
    let Some(student) = record.enrollment() else { return Default::default() };
    let kind = told.and_then(|one| one.kind).map_or(school_kind(school), UnitKind::label);
    [
        text(facts.name.raw.trim()),
        text(facts.id.sex().or(facts.sex).map_or("", |sex| sex.label())),
        text(if facts.id.is_sound() { "居民身份证" } else { "" }),
        text(facts.id.raw.trim()),
        text(school),
        text(kind),
        student.major.to_string(),
        student.training_level.to_string(),
        text(student.study_form.map_or("", |form| form.label())),
        show(student.entry),
        show(student.left),
        student.graduation_no.to_string(),
        student.certificate_kind.to_string(),
        student.certificate_level.to_string(),
        student.certificate_no.to_string(),
        String::new(),
        student.student_no.to_string(),
        line.equal_to.clone(),
    ]
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
    let spec = TableSpec {
        name: "须核对",
        title: "须核对",
        note: "报送前请学校改正；改正后重新运行。",
        columns: &CONCERNS,
        frozen: 2,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    for (number, one) in all.concerns.iter().enumerate() {
        let (record, _) = results.row(one.row);
        table.row(&[
            (number + 1).into(),
            results.institution(record).into(),
            record.facts.name.raw.trim().into(),
            one.what.into(),
            results.name_cell(record.origin).into(),
        ])?;
    }
    table.close()
}

/// 院校信息 for the platform (000 一（二）).
fn schools(book: &mut Book, context: &Context, all: &Graduates) -> Result<(), XlsxError> {
    let results = &context.results;
    let spec = TableSpec {
        name: "院校信息",
        title: "院校信息",
        note: "地区、类型、办学性质取自项目文件的 [[institution]]，没有写的类型按校名认。",
        columns: &SCHOOLS,
        frozen: 2,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    let institutions = &results.records.institutions;
    let schools = context.institution_order.iter().map(|index| (*index, &institutions[*index]));
    let schools = schools.filter(|(_, one)| one.kind == crate::vocabulary::SourceKind::Enrollment);
    for (number, (index, school)) in schools.enumerate() {
        let told = results.project.institutions.iter().find(|one| one.is_called(&school.name));
        let own = |line: &&GraduateLine| {
            let (record, _) = results.row(line.row);
            record.institution as usize == index && line.equal_to != "在读"
        };
        let area = told.and_then(|one| one.area.clone()).unwrap_or_default();
        let kind = told.and_then(|one| one.kind).map_or(school_kind(&school.name), UnitKind::label);
        let ownership = told.and_then(|one| one.ownership).map_or("", Ownership::label);
        table.row(&[
            (number + 1).into(),
            school.name.as_str().into(),
            area.into(),
            kind.into(),
            ownership.into(),
            all.lines.iter().filter(own).count().into(),
        ])?;
    }
    table.close()
}
