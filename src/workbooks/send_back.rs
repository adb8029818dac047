//! `退回修改清单.xlsx`: by city what became of its forms, and every fault with its cell, what stands
//! there, what was done and what to send again.

use std::path::Path;

use rust_xlsxwriter::XlsxError;

use crate::problems::Severity;
use crate::province::{CityReturn, Collection, Fault, FormState};
use crate::results::words::chinese_date;
use crate::vocabulary::Annex;
use crate::vocabulary::HalfYear;

use super::book::Book;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};
use super::{ProvinceResults, WorkbookError};

/// Name of the file; the ledger tells a province's runs by it.
pub(super) const FILE: &str = "退回修改清单.xlsx";

const SUMMARY: [Column; 8] = [
    column("序号", CellKind::Count, 6),
    column("市(地)", CellKind::Word, 16),
    column("附件2", CellKind::Word, 14),
    column("附件3", CellKind::Word, 14),
    column("错误", CellKind::Count, 8),
    column("警告", CellKind::Count, 8),
    column("请重新报送", CellKind::Word, 18),
    column("未计入、待核实的数", CellKind::Text, 80),
];

const FAULTS: [Column; 11] = [
    column("序号", CellKind::Count, 6),
    column("市(地)", CellKind::Word, 14),
    column("表", CellKind::Word, 8),
    column("级别", CellKind::Coloured, 8),
    column("文件", CellKind::Text, 34),
    column("工作表", CellKind::Text, 14),
    column("单元格", CellKind::Code, 9),
    column("原值", CellKind::Text, 18),
    column("问题", CellKind::Text, 52),
    column("汇总时的处理", CellKind::Text, 20),
    column("请市(地)办理", CellKind::Text, 40),
];

/// Writes the workbook.
pub(super) fn write(target: &Path, results: &ProvinceResults) -> Result<(), WorkbookError> {
    let path = target.join(FILE);
    let filled = || -> Result<Book, XlsxError> {
        let province = results.province;
        let mut book = Book::new("退回修改清单", province.as_of, target)?;
        summary(&mut book, results)?;
        faults(&mut book, results.collection)?;
        Ok(book)
    };
    let book = filled().map_err(|source| WorkbookError::Excel { path: path.clone(), source })?;
    book.save(&path)
}

fn summary(book: &mut Book, results: &ProvinceResults) -> Result<(), XlsxError> {
    let (province, collection) = (results.province, results.collection);
    let half = HalfYear::of(province.as_of).label();
    let note = format!(
        "{half}，统计时点：{}。“部分计入”的表有一列或几列没有计入；每个问题的位置见“问题清单”。",
        chinese_date(province.as_of)
    );
    let title = format!("退回修改清单（{}）", province.title);
    let spec = TableSpec {
        name: "汇总",
        title: &title,
        note: &note,
        columns: &SUMMARY,
        frozen: 2,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    for (index, city) in collection.cities.iter().enumerate() {
        let own: Vec<&Fault> =
            collection.faults.iter().filter(|fault| fault.city == Some(index)).collect();
        let count = |severity| own.iter().filter(|f| f.problem.severity == severity).count();
        table.row(&[
            (index + 1).into(),
            city.name.as_str().into(),
            city.form(Annex::Two).word().into(),
            city.form(Annex::Three).word().into(),
            count(Severity::Error).into(),
            count(Severity::Warning).into(),
            again(city, &own).into(),
            open_figures(city).into(),
        ])?;
    }
    table.close()
}

/// Which forms have to come again: those with an error; a file that could not be read may have
/// held what is not there.
pub(super) fn again(city: &CityReturn, faults: &[&Fault]) -> String {
    let errors = faults.iter().filter(|fault| fault.problem.severity == Severity::Error);
    let mut forms: Vec<&str> = Vec::new();
    for fault in errors {
        let absent = |annex: &Annex| city.form(*annex).state != FormState::Taken;
        match fault.annex {
            Some(annex) => forms.push(annex.label()),
            None => forms.extend(Annex::ALL.iter().copied().filter(absent).map(Annex::label)),
        }
    }
    forms.sort_unstable();
    forms.dedup();
    if forms.is_empty() { "不需要".to_owned() } else { forms.join("、") }
}

fn open_figures(city: &CityReturn) -> String {
    let remark = |annex: Annex| {
        let remark = &city.form(annex).remark;
        (!remark.is_empty()).then(|| format!("{}：{remark}", annex.label()))
    };
    Annex::ALL.into_iter().filter_map(remark).collect::<Vec<_>>().join("\n")
}

fn faults(book: &mut Book, collection: &Collection) -> Result<(), XlsxError> {
    let note = "“错误”请改正后重新报送；“警告”请核实，数据已按右侧所写处理；“提示”无须办理。";
    let spec = TableSpec {
        name: "问题清单",
        title: "问题清单",
        note,
        columns: &FAULTS,
        frozen: 2,
        back: Some("汇总"),
    };
    let mut table = Table::open(book, spec)?;
    for (number, fault) in (1_usize..).zip(&collection.faults) {
        let city = fault.city.and_then(|city| collection.cities.get(city));
        let problem = &fault.problem;
        let name = city.map_or("（未知）", |city| city.name.as_str());
        let cells: [Cell; 11] = [
            number.into(),
            name.into(),
            fault.annex.map_or("", Annex::label).into(),
            problem.severity.label().into(),
            problem.file.as_str().into(),
            problem.sheet.as_str().into(),
            problem.cell.as_str().into(),
            fault.value.as_str().into(),
            problem.message.as_str().into(),
            fault.effect.as_str().into(),
            problem.action.as_str().into(),
        ];
        table.row(&cells)?;
    }
    table.close()
}
