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
use super::columns::{CellKind, TableColumn, column, numbered};
use super::table::{SheetSpec, SheetTable};
use super::{ProvinceResults, WorkbookError};

/// Name of the file; the ledger tells a province's runs by it.
pub(super) const FILE: &str = "退回修改清单.xlsx";

/// A city with its faults.
struct CityFaults<'a> {
    city: &'a CityReturn,
    faults: Vec<&'a Fault>,
}

impl CityFaults<'_> {
    fn count(&self, severity: Severity) -> usize {
        self.faults.iter().filter(|fault| fault.problem.severity == severity).count()
    }
}

fn summary_columns<'a>() -> Vec<TableColumn<CityFaults<'a>>> {
    vec![
        numbered(6),
        column("市(地)", CellKind::Word, 16, |one| one.city.name.as_str().into()),
        column("附件2", CellKind::Word, 14, |one| one.city.form(Annex::Two).word().into()),
        column("附件3", CellKind::Word, 14, |one| one.city.form(Annex::Three).word().into()),
        column("错误", CellKind::Count, 8, |one| one.count(Severity::Error).into()),
        column("警告", CellKind::Count, 8, |one| one.count(Severity::Warning).into()),
        column("请重新报送", CellKind::Word, 18, |one| again(one.city, &one.faults).into()),
        column("未计入、待核实的数", CellKind::Text, 80, |one| {
            open_figures(one.city).into()
        }),
    ]
}

/// A fault of a city; of none where nobody knows whose it is.
struct CityFault<'a> {
    city: Option<&'a CityReturn>,
    fault: &'a Fault,
}

fn fault_columns<'a>() -> Vec<TableColumn<CityFault<'a>>> {
    vec![
        numbered(6),
        column("市(地)", CellKind::Word, 14, |one| {
            one.city.map_or("（未知）", |city| city.name.as_str()).into()
        }),
        column("表", CellKind::Word, 8, |one| one.fault.annex.map(Annex::label).into()),
        column("级别", CellKind::Coloured, 8, |one| one.fault.problem.severity.label().into()),
        column("文件", CellKind::Text, 34, |one| one.fault.problem.file.as_str().into()),
        column("工作表", CellKind::Text, 14, |one| one.fault.problem.sheet.as_str().into()),
        column("单元格", CellKind::Code, 9, |one| one.fault.problem.cell.as_str().into()),
        column("原值", CellKind::Text, 18, |one| one.fault.value.as_str().into()),
        column("问题", CellKind::Text, 52, |one| one.fault.problem.message.as_str().into()),
        column("汇总时的处理", CellKind::Text, 20, |one| one.fault.effect.as_str().into()),
        column("请市(地)办理", CellKind::Text, 40, |one| {
            one.fault.problem.action.as_str().into()
        }),
    ]
}

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
    let spec = SheetSpec { name: "汇总", title: &title, note: &note, frozen: 2, back: None };
    let rows = collection.cities.iter().enumerate().map(|(index, city)| {
        let own = collection.faults.iter().filter(|fault| fault.city == Some(index));
        CityFaults { city, faults: own.collect() }
    });
    SheetTable::write(book, spec, summary_columns(), rows)
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
    let spec =
        SheetSpec {
            name: "问题清单", title: "问题清单", note, frozen: 2, back: Some("汇总")
        };
    let city = |fault: &Fault| fault.city.and_then(|city| collection.cities.get(city));
    let rows = collection.faults.iter().map(|fault| CityFault { city: city(fault), fault });
    SheetTable::write(book, spec, fault_columns(), rows)
}
