//! Whether a blank form can take what is bound to it: the sheet is there, the codes are known, the
//! cells are empty and stand alone. All mistakes at once.

use crate::statistics::indicators::indicators;
use std::io::Cursor;

use calamine::{Data, Dimensions, Range, Reader as _, Xlsx};

use crate::config::{Address, Binding};
use crate::origin::column_letters;
use crate::problems::{Problem, Severity};

use super::Column;

/// A blank form as it stands in its file.
pub(super) struct Blank {
    values: Range<Data>,
    formulas: Range<String>,
    merges: Vec<Dimensions>,
}

impl Blank {
    /// Reads the bound sheet.
    ///
    /// # Errors
    /// What is wrong with the file, or which sheets it has instead.
    pub(super) fn open(binding: &Binding) -> Result<Self, String> {
        let bytes = fs_err::read(&binding.path).map_err(|error| error.to_string())?;
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes))
            .map_err(|error| format!("打不开这个工作簿（{error}）；空白表要存成 .xlsx"))?;
        let sheets = book.sheet_names();
        if !sheets.contains(&binding.sheet) {
            return Err(format!(
                "没有工作表“{}”；这个文件里有：{}",
                binding.sheet,
                sheets.join("、")
            ));
        }
        let damaged = |error: calamine::XlsxError| format!("读不懂工作表：{error}");
        Ok(Self {
            values: book.worksheet_range(&binding.sheet).map_err(damaged)?,
            formulas: book.worksheet_formula(&binding.sheet).map_err(damaged)?,
            merges: book.merge_cells_by_sheet_name(&binding.sheet).map_err(damaged)?,
        })
    }

    fn text(&self, at: Address) -> String {
        let value = self.values.get_value((at.row - 1, at.column));
        value.map(ToString::to_string).unwrap_or_default().trim().to_owned()
    }

    fn has_formula(&self, at: Address) -> bool {
        let formula = self.formulas.get_value((at.row - 1, at.column));
        formula.is_some_and(|formula| !formula.is_empty())
    }

    /// The merge a cell lies in.
    fn merge(&self, at: Address) -> Option<&Dimensions> {
        self.merges.iter().find(|merge| merge.contains(at.row - 1, at.column))
    }

    /// What stands before the place to be filled in, `填表人: `; nothing of an empty cell, and `None`
    /// where something else stands there.
    pub(super) fn label(&self, at: Address) -> Option<String> {
        let text = self.text(at);
        if text.is_empty() {
            return Some(String::new());
        }
        let colon = text.find([':', '：'])?;
        let width = text.get(colon..)?.chars().next().map_or(0, char::len_utf8);
        let (label, rest) = text.split_at(colon + width);
        let open =
            rest.contains('_') || rest.chars().all(|c| c.is_whitespace() || "年月日".contains(c));
        open.then(|| format!("{label} "))
    }

    /// Last row the sheet uses, from 1.
    fn last_row(&self) -> u32 {
        self.values.end().map_or(1, |(row, _)| row + 1)
    }
}

/// Every mistake of a blank form and its binding.
pub(super) fn mistakes(binding: &Binding) -> Vec<Problem> {
    let judge = Judge { binding };
    let mut found = judge.codes();
    match Blank::open(binding) {
        Err(reason) => {
            found.push(judge.mistake(None, reason, "请更正表样说明里的 sheet 或换一个文件"));
        }
        Ok(blank) => {
            found.extend(judge.headings(&blank));
            found.extend(judge.below(&blank));
            found.extend(judge.table(&blank));
        }
    }
    found
}

struct Judge<'run> {
    binding: &'run Binding,
}

impl Judge<'_> {
    fn mistake(&self, at: Option<Address>, message: impl Into<String>, action: &str) -> Problem {
        let cell = at.map_or_else(String::new, show);
        Problem::file(&self.binding.name, "template", Severity::Error)
            .at(&self.binding.sheet, &cell)
            .saying(message, action)
    }

    /// Columns that are bound to nothing we know.
    fn codes(&self) -> Vec<Problem> {
        let form = self.binding.form;
        let unknown = |(column, what): (&u32, &String)| {
            if Column::of(form, what).is_some() {
                return None;
            }
            let known = indicators(form).iter().map(|one| one.code);
            let known: Vec<&str> = known.chain(["number", "name", "note"]).collect();
            let hint = format!("可写：{}", known.join("、"));
            let at = Address { column: *column, row: self.binding.first_row };
            Some(self.mistake(
                Some(at),
                format!("[columns] 的 {} 写的“{what}”不是本表的指标", column_letters(*column)),
                &hint,
            ))
        };
        self.binding.columns.iter().filter_map(unknown).collect()
    }

    /// The cells of rows and total.
    fn table(&self, blank: &Blank) -> Vec<Problem> {
        let binding = self.binding;
        let end = binding.total_row.unwrap_or_else(|| blank.last_row().max(binding.first_row) + 1);
        let mut found = Vec::new();
        for (column, what) in &binding.columns {
            for row in binding.first_row..end {
                let at = Address { column: *column, row };
                // A blank may count its rows already.
                let numbered = what == "number" && blank.text(at).parse::<u32>().is_ok();
                let trouble = self.alone(blank, at);
                found.extend(trouble.or_else(|| self.empty(blank, at).filter(|_| !numbered)));
            }
            let is_figure = indicators(binding.form).iter().any(|one| one.code == what);
            if let Some(row) = binding.total_row.filter(|_| is_figure) {
                let at = Address { column: *column, row };
                let summed = blank.has_formula(at) || blank.text(at) == "0";
                let trouble = self.alone(blank, at);
                found.extend(trouble.or_else(|| self.empty(blank, at).filter(|_| !summed)));
            }
        }
        found
    }

    /// Sums right below the total would count it again: the total row is one of the rows.
    fn below(&self, blank: &Blank) -> Option<Problem> {
        let total = self.binding.total_row?;
        let figures = indicators(self.binding.form);
        let mut columns = self.binding.columns.iter();
        let (column, _) = columns.find(|(column, what)| {
            let at = Address { column: **column, row: total + 1 };
            figures.iter().any(|one| one.code == what.as_str()) && blank.has_formula(at)
        })?;
        let at = Address { column: *column, row: total + 1 };
        let message = format!("总计行（第{total}行）下面这一格还有公式，会把总计再算一次");
        Some(self.mistake(Some(at), message, "请更正 total_row，或清空这一行"))
    }

    fn alone(&self, blank: &Blank, at: Address) -> Option<Problem> {
        let merge = blank.merge(at)?;
        let message = format!("这一格在合并单元格 {} 里", range(merge));
        Some(self.mistake(Some(at), message, "请取消合并，或改绑别的列、行"))
    }

    fn empty(&self, blank: &Blank, at: Address) -> Option<Problem> {
        let text = blank.text(at);
        let said =
            if blank.has_formula(at) { "公式".to_owned() } else { format!("“{text}”") };
        let filled = !text.is_empty() || blank.has_formula(at);
        filled.then(|| {
            let message = format!("要填数的格子不是空的，里面是{said}");
            self.mistake(Some(at), message, "请清空，或更正 first_row、total_row、columns")
        })
    }

    /// The cells above and below the table. A merged one is written at its first cell.
    fn headings(&self, blank: &Blank) -> Vec<Problem> {
        let last = self.binding.total_row.unwrap_or(self.binding.first_row);
        let mut found = Vec::new();
        for (what, at) in &self.binding.cells {
            let first = |merge: &&Dimensions| merge.start != (at.row - 1, at.column);
            if let Some(merge) = blank.merge(*at).filter(first) {
                let message =
                    format!("{what} 所指的格子在合并单元格 {} 里，不是它的第一格", range(merge));
                let start = show(Address { column: merge.start.1, row: merge.start.0 + 1 });
                found.push(self.mistake(Some(*at), message, &format!("请写 {start}")));
            } else if blank.label(*at).is_none() {
                let message = format!("{what} 所指的格子里已有“{}”", blank.text(*at));
                let action = "请指空格，或写着“填表人:”这样以冒号结尾的格子";
                found.push(self.mistake(Some(*at), message, action));
            } else if (self.binding.first_row..=last).contains(&at.row) {
                let message = format!("{what} 所指的格子在数据行里，填数时会被盖掉");
                found.push(self.mistake(Some(*at), message, "请指表格之外的格子"));
            }
        }
        found
    }
}

fn show(at: Address) -> String {
    format!("{}{}", column_letters(at.column), at.row)
}

fn range(merge: &Dimensions) -> String {
    let corner = |(row, column): (u32, u32)| show(Address { column, row: row + 1 });
    format!("{}:{}", corner(merge.start), corner(merge.end))
}
