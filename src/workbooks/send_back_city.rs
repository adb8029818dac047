//! `退回/<city>.xlsx`: what goes back to one city: which forms to send again, every fault of its own with
//! its cell, and what was counted of its figures. It shows no other city, and none of the province's folders.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::XlsxError;

use crate::file_names::FileNames;
use crate::private_files;
use crate::province::{CityReturn, Fault, figure_name, is_money};
use crate::results::words::chinese_date;
use crate::vocabulary::{Annex, HalfYear, states};

use super::book::Book;
use super::columns::{CellKind, TableColumn, column, numbered};
use super::cover::{self, Cover};
use super::csv_files::yuan;
use super::send_back::again;
use super::table::{SheetSpec, SheetTable};
use super::{ProvinceResults, WorkbookError};

/// Folder of the workbooks.
const FOLDER: &str = "退回";

const FAULTS: &str = "请改正";
const COUNTED: &str = "本期计入的数";

/// A fault as its city sees it: without the province's folders.
struct OwnFault<'a> {
    fault: &'a Fault,
    folders: &'a [&'a str],
}

fn fault_columns<'a>() -> Vec<TableColumn<OwnFault<'a>>> {
    vec![
        numbered(6),
        column("表", CellKind::Word, 8, |one| one.fault.annex.map(Annex::label).into()),
        column("级别", CellKind::Coloured, 8, |one| one.fault.problem.severity.label().into()),
        column("文件", CellKind::Text, 30, |one| bare(&one.fault.problem.file).into()),
        column("工作表", CellKind::Text, 14, |one| one.fault.problem.sheet.as_str().into()),
        column("单元格", CellKind::Code, 9, |one| one.fault.problem.cell.as_str().into()),
        column("原值", CellKind::Text, 18, |one| one.fault.value.as_str().into()),
        column("问题", CellKind::Text, 52, |one| {
            without(one.folders, &one.fault.problem.message).into()
        }),
        column("请办理", CellKind::Text, 44, |one| {
            without(one.folders, &one.fault.problem.action).into()
        }),
    ]
}

/// A figure of the city's form as it was counted.
struct CountedFigure<'a> {
    annex: Annex,
    slot: usize,
    value: Option<i64>,
    /// What is said of the whole form.
    remark: &'a str,
}

fn counted_columns<'a>() -> Vec<TableColumn<CountedFigure<'a>>> {
    vec![
        column("表", CellKind::Word, 8, |one| one.annex.label().into()),
        column("指标", CellKind::Text, 44, |one| figure_name(one.annex, one.slot).into()),
        column("计入的数", CellKind::Word, 16, |one| match one.value {
            None => "—".into(),
            Some(fen) if is_money(one.annex, one.slot) => format!("{}元", yuan(fen)).into(),
            Some(count) => count.to_string().into(),
        }),
        column("汇总时的处理", CellKind::Text, 50, |one| {
            if one.slot == 0 { one.remark } else { "" }.into()
        }),
    ]
}

/// One city's part of the results.
struct CityPart<'a> {
    results: &'a ProvinceResults<'a>,
    city: &'a CityReturn,
    faults: Vec<&'a Fault>,
}

/// Writes a workbook for every city that has something to mend or to send.
pub(super) fn write(target: &Path, results: &ProvinceResults) -> Result<(), WorkbookError> {
    let mut names = FileNames::default();
    for (index, city) in results.collection.cities.iter().enumerate() {
        let name = names.give(&city.name);
        let own = |fault: &&Fault| fault.city == Some(index) && fault.needs_return();
        let faults: Vec<&Fault> = results.collection.faults.iter().filter(own).collect();
        if faults.is_empty() {
            continue;
        }
        let folder = target.join(FOLDER);
        private_files::make_folder(&folder)?;
        CityPart { results, city, faults }.write(&folder.join(format!("{name}.xlsx")))?;
    }
    Ok(())
}

impl CityPart<'_> {
    fn write(&self, path: &Path) -> Result<(), WorkbookError> {
        let filled = || -> Result<Book, XlsxError> {
            let title = format!("{}　退回修改", self.city.name);
            let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
            let mut book = Book::new(&title, self.results.province.as_of, &folder)?;
            cover::write(&mut book, &self.cover(title))?;
            self.to_mend(&mut book)?;
            self.counted(&mut book)?;
            Ok(book)
        };
        let excel = |source| WorkbookError::Excel { path: path.to_owned(), source };
        filled().map_err(excel)?.save(path)
    }

    fn cover(&self, title: String) -> Cover {
        let province = self.results.province;
        let half = HalfYear::of(province.as_of).label();
        let standing =
            Annex::ALL.map(|annex| format!("{}：{}", annex.label(), self.city.form(annex).word()));
        let again = again(self.city, &self.faults);
        let lines = vec![
            ("这是什么", format!("贵单位报送的{half}附件2、附件3经核对发现的问题。")),
            ("统计时点", chinese_date(province.as_of)),
            ("贵单位两张表", format!("{}。", standing.join("；"))),
            ("请重新报送", format!("{again}。改正原表后整张重新报送，不必填写本工作簿。")),
            (
                FAULTS,
                format!(
                    "共{}处，逐处写明文件、工作表、单元格。“错误”请改正；“警告”请核对，没有错的，请在重报时或回复中说明。",
                    self.faults.len()
                ),
            ),
            (COUNTED, format!("现在全省汇总表里贵单位的数；“{}”的请先核对。", states::TO_CHECK)),
            ("报送给谁", format!("{}。", province.bureau())),
        ];
        Cover { title, lines }
    }

    fn to_mend(&self, book: &mut Book) -> Result<(), XlsxError> {
        let note = "单元格是贵单位报送的文件里的位置。";
        let folders = self.folders();
        let rows = self.faults.iter().map(|fault| OwnFault { fault, folders: &folders });
        SheetTable::write(book, spec(FAULTS, note), fault_columns(), rows)
    }

    /// Folders files lie in, longest first, with the stroke behind them.
    fn folders(&self) -> Vec<&str> {
        let forms = self.results.collection.cities.iter().flat_map(|city| &city.forms);
        let forms = forms.filter_map(|one| Some(one.form.as_ref()?.file.as_str()));
        let faults = self.results.collection.faults.iter().map(|one| one.problem.file.as_str());
        let folder = |file: &'_ str| file.rfind('/').map(|end| end + 1);
        let mut folders: Vec<&str> =
            forms.chain(faults).filter_map(|file| file.get(..folder(file)?)).collect();
        folders.sort_by_key(|folder| (std::cmp::Reverse(folder.len()), *folder));
        folders.dedup();
        folders
    }

    fn counted(&self, book: &mut Book) -> Result<(), XlsxError> {
        let note = "“—”为没有计入或贵单位没有这项数据。";
        let rows = Annex::ALL.into_iter().flat_map(|annex| {
            let form = self.city.form(annex);
            form.taken.iter().enumerate().map(move |(slot, taken)| {
                let value = taken.value();
                CountedFigure { annex, slot, value, remark: &form.remark }
            })
        });
        SheetTable::write(book, spec(COUNTED, note), counted_columns(), rows)
    }
}

/// A path's last part.
fn bare(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

fn without(folders: &[&str], text: &str) -> String {
    folders.iter().fold(text.to_owned(), |text, folder| text.replace(folder, ""))
}

fn spec<'a>(name: &'a str, note: &'a str) -> SheetSpec<'a> {
    SheetSpec { name, title: name, note, frozen: 2, back: None }
}
