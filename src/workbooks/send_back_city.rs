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
use super::cover::{self, Cover};
use super::csv_files::yuan;
use super::send_back::again;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};
use super::{ProvinceResults, WorkbookError};

/// Folder of the workbooks.
const FOLDER: &str = "退回";

const FAULTS: &str = "请改正";
const COUNTED: &str = "本期计入的数";

const FAULT_COLUMNS: [Column; 9] = [
    column("序号", CellKind::Count, 6),
    column("表", CellKind::Word, 8),
    column("级别", CellKind::Coloured, 8),
    column("文件", CellKind::Text, 30),
    column("工作表", CellKind::Text, 14),
    column("单元格", CellKind::Code, 9),
    column("原值", CellKind::Text, 18),
    column("问题", CellKind::Text, 52),
    column("请办理", CellKind::Text, 44),
];

const COUNTED_COLUMNS: [Column; 4] = [
    column("表", CellKind::Word, 8),
    column("指标", CellKind::Text, 44),
    column("计入的数", CellKind::Word, 16),
    column("汇总时的处理", CellKind::Text, 50),
];

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
        let spec = spec(FAULTS, note, &FAULT_COLUMNS);
        let folders = self.folders();
        let mut table = Table::open(book, spec)?;
        for (number, fault) in (1_usize..).zip(&self.faults) {
            let problem = &fault.problem;
            let cells: [Cell; 9] = [
                number.into(),
                fault.annex.map_or("", Annex::label).into(),
                problem.severity.label().into(),
                bare(&problem.file).into(),
                problem.sheet.as_str().into(),
                problem.cell.as_str().into(),
                fault.value.as_str().into(),
                without(&folders, &problem.message).into(),
                without(&folders, &problem.action).into(),
            ];
            table.row(&cells)?;
        }
        table.close()
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
        let mut table = Table::open(book, spec(COUNTED, note, &COUNTED_COLUMNS))?;
        for annex in Annex::ALL {
            let form = self.city.form(annex);
            for (slot, taken) in form.taken.iter().enumerate() {
                let shown = match taken.value() {
                    None => "—".to_owned(),
                    Some(fen) if is_money(annex, slot) => format!("{}元", yuan(fen)),
                    Some(count) => count.to_string(),
                };
                let remark = if slot == 0 { form.remark.as_str() } else { "" };
                let name = figure_name(annex, slot);
                table.row(&[annex.label().into(), name.into(), shown.into(), remark.into()])?;
            }
        }
        table.close()
    }
}

/// A path's last part.
fn bare(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

fn without(folders: &[&str], text: &str) -> String {
    folders.iter().fold(text.to_owned(), |text, folder| text.replace(folder, ""))
}

fn spec<'a>(name: &'a str, note: &'a str, columns: &'a [Column]) -> TableSpec<'a> {
    TableSpec { name, title: name, note, columns, frozen: 2, back: None }
}
