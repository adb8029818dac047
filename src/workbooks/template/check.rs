//! Whether a blank form can take what is bound to it: the sheet is there, the codes are known, the
//! cells are empty and stand alone. All mistakes at once.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{BESIDE_FIGURES, Binding, CellAddress, address};
use crate::grids::{Flow, GridEvent, ReadOptions, Taker, shown_cell};
use crate::origin::column_letters;
use crate::private_files::{read_small, reason};
use crate::problems::{Problem, Severity};
use crate::quarantine::Readers;

use super::BoundColumn;
use super::package::{self, Package};

/// A blank form as it stands in its file. Its cells are read by a reader of foreign files; of the
/// package itself only names and merges are looked at here.
pub(super) struct Blank {
    /// By row from 1 and column from 0.
    cells: BTreeMap<(u32, u32), String>,
    formulas: BTreeSet<(u32, u32)>,
    merges: Vec<Area>,
}

/// Merged cells.
#[derive(Clone, Copy, Debug)]
struct Area {
    first: CellAddress,
    last: CellAddress,
}

impl Area {
    /// `A1:C3`.
    fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once(':')?;
        Some(Self { first: address(first)?, last: address(last)? })
    }

    fn contains(&self, at: CellAddress) -> bool {
        (self.first.row..=self.last.row).contains(&at.row)
            && (self.first.column..=self.last.column).contains(&at.column)
    }
}

impl Blank {
    /// Reads the bound sheet.
    ///
    /// # Errors
    /// What is wrong with the file, or which sheets it has instead.
    pub(super) fn open(binding: &Binding) -> Result<Self, String> {
        let bytes = read_small(&binding.path, package::LARGEST).map_err(|error| reason(&error))?;
        let package = Package::open(&bytes)?;
        let mut bound = BoundSheet::new(&binding.sheet);
        let asked = ReadOptions { passwords: &[], formulas: true };
        let reported = Readers::new().read(&binding.path, asked, &mut bound);
        if let Err(refusal) = reported.read {
            return Err(format!("{}；空白表要存成 .xlsx", refusal.problem("").message));
        }
        let part = package.sheet(&binding.sheet);
        let (Some(part), true) = (part, bound.names.contains(&binding.sheet)) else {
            let names = bound.names.join("、");
            return Err(format!("没有工作表“{}”；这个文件里有：{names}", binding.sheet));
        };
        let merges = package.merges(&part).iter().filter_map(|text| Area::parse(text)).collect();
        Ok(Self { cells: bound.cells, formulas: bound.formulas, merges })
    }

    fn text(&self, at: CellAddress) -> String {
        self.cells.get(&(at.row, at.column)).map_or_else(String::new, |text| text.trim().to_owned())
    }

    fn has_formula(&self, at: CellAddress) -> bool {
        self.formulas.contains(&(at.row, at.column))
    }

    /// The merge a cell lies in.
    fn merge(&self, at: CellAddress) -> Option<&Area> {
        self.merges.iter().find(|merge| merge.contains(at))
    }

    /// What stands before the place to be filled in, `填表人: `; nothing of an empty cell, and `None`
    /// where something else stands there.
    pub(super) fn label(&self, at: CellAddress) -> Option<String> {
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
        self.cells.last_key_value().map_or(1, |((row, _), _)| *row)
    }
}

/// Keeps one sheet of a workbook, and the names of all.
struct BoundSheet<'name> {
    wanted: &'name str,
    is_open: bool,
    names: Vec<String>,
    cells: BTreeMap<(u32, u32), String>,
    formulas: BTreeSet<(u32, u32)>,
}

impl<'name> BoundSheet<'name> {
    fn new(wanted: &'name str) -> Self {
        let (names, cells, formulas) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        Self { wanted, is_open: false, names, cells, formulas }
    }
}

impl Taker for BoundSheet<'_> {
    fn take(&mut self, event: GridEvent) -> Flow {
        match event {
            GridEvent::Sheet { name, .. } => {
                self.is_open = name == self.wanted;
                self.names.push(name);
            }
            GridEvent::Row(row) if self.is_open => {
                let cells = row.cells.iter();
                let text = |cell| shown_cell(cell).to_string();
                let filled = cells.map(|(column, cell)| ((row.number, *column), text(cell)));
                self.cells.extend(filled);
            }
            GridEvent::Formula(formula) if self.is_open => {
                self.formulas.insert((formula.row, formula.column));
            }
            _ => {}
        }
        Flow::Continue
    }
}

/// Every mistake of a blank form and its binding.
pub(super) fn mistakes(binding: &Binding, codes: &[String]) -> Vec<Problem> {
    let judge = TemplateCheck { binding, codes };
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

struct TemplateCheck<'run> {
    binding: &'run Binding,
    /// Figures of the form.
    codes: &'run [String],
}

impl TemplateCheck<'_> {
    fn mistake(
        &self,
        at: Option<CellAddress>,
        message: impl Into<String>,
        action: &str,
    ) -> Problem {
        let cell = at.map_or_else(String::new, show);
        Problem::file(&self.binding.name, "template", Severity::Error)
            .at(&self.binding.sheet, &cell)
            .saying(message, action)
    }

    /// Columns that are bound to nothing we know.
    fn codes(&self) -> Vec<Problem> {
        let form = &self.binding.form;
        let beside =
            BESIDE_FIGURES.iter().filter(|what| BoundColumn::of(form, &[], what).is_some());
        let known = self.codes.iter().map(String::as_str).chain(beside.copied());
        let known: Vec<&str> = known.collect();
        let unknown = |(column, what): (&u32, &String)| {
            if known.contains(&what.as_str()) {
                return None;
            }
            let hint = format!("可写：{}", known.join("、"));
            let at = CellAddress { column: *column, row: self.binding.first_row };
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
                let at = CellAddress { column: *column, row };
                // A blank may count its rows already.
                let numbered = what == "number" && blank.text(at).parse::<u32>().is_ok();
                let trouble = self.alone(blank, at);
                found.extend(trouble.or_else(|| self.empty(blank, at).filter(|_| !numbered)));
            }
            let is_figure = self.codes.contains(what);
            if let Some(row) = binding.total_row.filter(|_| is_figure) {
                let at = CellAddress { column: *column, row };
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
        let mut columns = self.binding.columns.iter();
        let (column, _) = columns.find(|(column, what)| {
            let at = CellAddress { column: **column, row: total + 1 };
            self.codes.contains(what) && blank.has_formula(at)
        })?;
        let at = CellAddress { column: *column, row: total + 1 };
        let message = format!("总计行（第{total}行）下面这一格还有公式，会把总计再算一次");
        Some(self.mistake(Some(at), message, "请更正 total_row，或清空这一行"))
    }

    fn alone(&self, blank: &Blank, at: CellAddress) -> Option<Problem> {
        let merge = blank.merge(at)?;
        let message = format!("这一格在合并单元格 {} 里", range(merge));
        Some(self.mistake(Some(at), message, "请取消合并，或改绑别的列、行"))
    }

    fn empty(&self, blank: &Blank, at: CellAddress) -> Option<Problem> {
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
            let first = |merge: &&Area| merge.first != *at;
            if let Some(merge) = blank.merge(*at).filter(first) {
                let message =
                    format!("{what} 所指的格子在合并单元格 {} 里，不是它的第一格", range(merge));
                let start = show(merge.first);
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

fn show(at: CellAddress) -> String {
    format!("{}{}", column_letters(at.column), at.row)
}

fn range(merge: &Area) -> String {
    format!("{}:{}", show(merge.first), show(merge.last))
}
