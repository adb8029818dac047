//! One form → the city's figures, with what is wrong in its cells, rows and totals.

use std::collections::BTreeSet;

use crate::problems::Severity;
use crate::province::amount::{Meaning, Oddity, PrintedAmount, Unit};
use crate::province::fault::{Fault, FaultSpot, address};
use crate::province::form::{ReturnedForm, ReturnedRow};
use crate::province::wording::Wording;
use crate::statistics::indicators::indicators;
use crate::vocabulary::Annex;
use crate::vocabulary::states;

use super::wording::{figure_name, is_money};

/// What the province takes of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenFigure {
    /// A count, or fen.
    Value(i64),
    /// The city has no source for it.
    NoSource,
    /// Not usable.
    LeftOut,
}

impl TakenFigure {
    /// The figure, if one was taken.
    pub fn value(self) -> Option<i64> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }
}

/// The figures of one form of one city.
#[derive(Clone, Debug)]
pub(super) struct ReturnedFigures {
    /// By slot.
    pub(super) taken: Vec<TakenFigure>,
    /// Slots whose rows were added up because the total says something else.
    pub(super) summed: BTreeSet<usize>,
    /// What is wrong.
    pub(super) faults: Vec<Fault>,
}

/// Adds up the rows of a form and compares them with its total.
pub(super) fn compute(form: &ReturnedForm, wording: &Wording) -> ReturnedFigures {
    if let Some(fault) = blank(form) {
        let taken = vec![TakenFigure::LeftOut; indicators(form.annex).len()];
        return ReturnedFigures { taken, summed: BTreeSet::new(), faults: vec![fault] };
    }
    let mut judge = FigureJudge {
        form,
        wording,
        spoilt: BTreeSet::new(),
        summed: BTreeSet::new(),
        faults: vec![],
    };
    judge.columns();
    judge.outline();
    judge.rows();
    judge.cells();
    judge.money_units();
    let slots = 0..indicators(form.annex).len();
    let taken = slots.map(|slot| judge.column(slot)).collect();
    ReturnedFigures { taken, summed: judge.summed, faults: judge.faults }
}

/// A form in which no figure at all was filled in.
fn blank(form: &ReturnedForm) -> Option<Fault> {
    let mut amounts = form.rows.iter().chain(&form.total).flat_map(|row| &row.amounts);
    let is_blank = amounts.all(|one| matches!(one.meaning, Meaning::Blank | Meaning::Absent));
    is_blank.then(|| {
        let cell = address(form.name_column, form.header_row);
        let spot = FaultSpot { file: &form.file, sheet: &form.sheet, cell: &cell };
        Fault::at(spot, "form-blank", Severity::Error)
            .saying("这张表一个数也没有填", "请填写后重新报送，没有的填0")
            .so("整表未计入")
    })
}

struct FigureJudge<'a> {
    form: &'a ReturnedForm,
    wording: &'a Wording,
    /// Slots with a cell that cannot be used.
    spoilt: BTreeSet<usize>,
    summed: BTreeSet<usize>,
    faults: Vec<Fault>,
}

impl FigureJudge<'_> {
    fn add(&mut self, cell: &str, code: &'static str, severity: Severity, words: FigureWords<'_>) {
        let spot = FaultSpot { file: &self.form.file, sheet: &self.form.sheet, cell };
        let FigureWords { message, action, value, effect } = words;
        let fault = Fault::at(spot, code, severity).saying(message, action);
        self.faults.push(fault.quoting(value).so(effect));
    }

    fn name(&self, slot: usize) -> String {
        figure_name(self.form.annex, slot)
    }

    /// Columns that are missing, told by their place, or there twice.
    fn columns(&mut self) {
        let form = self.form;
        let heading = |index: u32| address(index, form.header_row);
        for slot in &form.missing {
            let message = format!("没有找到“{}”这一列", self.name(*slot));
            let words =
                FigureWords::new(message, "请按附件原样的表头填写这一列，重新报送", "该列未计入");
            self.add(&address(0, form.header_row), "column-missing", Severity::Error, words);
            self.spoilt.insert(*slot);
        }
        for column in form.columns.iter().filter(|column| column.by_place) {
            let message = format!(
                "表头“{}”认不出，按位置认作“{}”",
                one_line(&column.heading),
                self.name(column.slot)
            );
            let words = FigureWords::new(message, "请改回附件原样的表头", "已按此计入");
            let words = words.quoting(&column.heading);
            self.add(&heading(column.index), "column-by-place", Severity::Warning, words);
        }
        for column in &form.twice {
            let message = format!("“{}”有两列，只用了前一列", self.name(column.slot));
            let words = FigureWords::new(message, "请只保留附件原有的列", "后一列未计入");
            let words = words.quoting(&column.heading);
            self.add(&heading(column.index), "column-twice", Severity::Warning, words);
        }
        for column in form.columns.iter().filter(|column| column.unit == Unit::Yuan) {
            let message =
                format!("“{}”的表头以元为单位，附件3以万元为单位", self.name(column.slot));
            let words = FigureWords::new(message, "请以万元为单位填写", "已换算为万元计入");
            let words = words.quoting(&column.heading);
            self.add(&heading(column.index), "money-heading", Severity::Warning, words);
        }
    }

    /// A form without a total, or with nothing but one.
    fn outline(&mut self) {
        let last = self.form.rows.last().map_or(self.form.header_row, |row| row.number);
        let Some(total) = &self.form.total else {
            let cell = address(self.form.name_column, last + 1);
            let words = FigureWords::new("没有总计行".to_owned(), "请补填总计行", "按各行之和计入");
            self.add(&cell, "total-missing", Severity::Warning, words);
            return;
        };
        if self.form.rows.is_empty() {
            let cell = address(self.form.name_column, total.number);
            let message = "只有总计，没有分行的数".to_owned();
            let words = FigureWords::new(message, "请补填各单位（各县）的数", "按总计计入");
            self.add(&cell, "total-only", Severity::Warning, words);
        }
    }

    /// Rows below the total, without a name, or there twice.
    fn rows(&mut self) {
        let form = self.form;
        for (place, row) in form.rows.iter().enumerate() {
            let cell = address(form.name_column, row.number);
            if row.below_total {
                let message = format!("第{}行在总计行下面", row.number);
                let words = FigureWords::new(
                    message,
                    "请把这一行移到总计之上，并改正总计",
                    states::COUNTED,
                );
                self.add(&cell, "row-below-total", Severity::Warning, words.quoting(&row.name));
            }
            if row.name.is_empty() {
                let message = format!("第{}行有数字，没有名称", row.number);
                let words = FigureWords::new(message, "请补填名称，或删去这一行", states::COUNTED);
                self.add(&cell, "row-nameless", Severity::Warning, words);
            } else if row.amounts.iter().all(|one| one.written.is_empty()) {
                let message = format!("“{}”一个数也没有填", row.name);
                let words = FigureWords::new(message, "请填数，没有的填0", "按0计入");
                self.add(&cell, "row-empty", Severity::Warning, words.quoting(&row.name));
            }
            let same = |other: &&ReturnedRow| other.name == row.name && !row.name.is_empty();
            if let Some(first) = form.rows.iter().take(place).find(same) {
                let message = format!("“{}”与第{}行重复", row.name, first.number);
                let words = FigureWords::new(message, "请合并或删去其中一行", "两行均已计入");
                self.add(&cell, "row-repeated", Severity::Warning, words.quoting(&row.name));
            }
        }
    }

    /// Cells that cannot be read, or are oddly written.
    fn cells(&mut self) {
        let form = self.form;
        for amounts in form.rows.iter().map(|row| &row.amounts) {
            let unusable = |slot: &usize| amounts[*slot].meaning == Meaning::Unreadable;
            self.spoilt.extend((0..amounts.len()).filter(unusable));
        }
        for row in form.rows.iter().chain(&form.total) {
            let in_total = form.total.as_ref().is_some_and(|total| total.number == row.number);
            for (slot, amount) in row.amounts.iter().enumerate() {
                let Some(oddity) = amount.oddity else { continue };
                let cell = form.cell(slot, row.number);
                let unusable = amount.meaning == Meaning::Unreadable;
                let (code, what, action) = explain(oddity);
                let message = format!("{}：“{}”{what}", self.name(slot), one_line(&amount.written));
                let effect = match unusable {
                    true if in_total && !self.spoilt.contains(&slot) => "按各行之和计入",
                    true => "该列未计入",
                    false => "已按数字计入",
                };
                let severity = if unusable { Severity::Error } else { Severity::Warning };
                let words = FigureWords::new(message, action, effect).quoting(&amount.written);
                self.add(&cell, code, severity, words);
            }
        }
    }

    /// Money per 人次 that no subsidy pays: written in the other unit.
    fn money_units(&mut self) {
        let form = self.form;
        if form.annex != Annex::Three {
            return;
        }
        let Some(times) = slot_of(form.annex, "a3_times") else { return };
        for slot in (0..indicators(form.annex).len()).filter(|slot| is_money(form.annex, *slot)) {
            let odd: Vec<&ReturnedRow> = form
                .rows
                .iter()
                .filter(|row| self.wrong_unit(&row.amounts[slot], &row.amounts[times], slot))
                .collect();
            let paid = |row: &&ReturnedRow| row.amounts[slot].value().is_some_and(|fen| fen > 0);
            let all = form.rows.iter().filter(paid).count();
            if odd.len() >= 2 && odd.len() == all {
                let column = form.columns.iter().find(|column| column.slot == slot);
                let (heading, index) = column.map_or(("", 0), |c| (c.heading.as_str(), c.index));
                let cell = address(index, form.header_row);
                self.wrong_money(&cell, slot, heading, "整列");
            } else {
                for row in odd {
                    let cell = form.cell(slot, row.number);
                    self.wrong_money(&cell, slot, &row.amounts[slot].written, "");
                }
            }
        }
    }

    fn wrong_unit(&self, money: &PrintedAmount, times: &PrintedAmount, slot: usize) -> bool {
        let (Some(fen), Some(times)) = (money.value(), times.value()) else { return false };
        let limits = &self.wording.limits;
        let first = slot_of(Annex::Three, "a3_training_fee").unwrap_or(slot);
        let dearest = limits.dearest.get(slot - first).copied().unwrap_or(i64::MAX / 200);
        let attended = times.max(1);
        fen > dearest * 100 * attended || (fen > 0 && fen < limits.cheapest * 100 * attended)
    }

    fn wrong_money(&mut self, cell: &str, slot: usize, value: &str, what: &str) {
        let message = format!(
            "{}：{what}金额与培训人次不相称，疑把元写成了万元，或把万元写成了元",
            self.name(slot)
        );
        let action = "请核对单位（附件3以万元为单位），改正后重新报送";
        let words = FigureWords::new(message, action, "该列未计入").quoting(value);
        self.add(cell, "money-unit", Severity::Error, words);
        self.spoilt.insert(slot);
    }

    /// What is taken of one column.
    fn column(&mut self, slot: usize) -> TakenFigure {
        let form = self.form;
        if form.rows.is_empty() {
            return self.only_total(slot);
        }
        let meaning = |row: &ReturnedRow| row.amounts[slot].meaning;
        let sum: i64 = form.rows.iter().filter_map(|row| row.amounts[slot].value()).sum();
        let blanks = self.blanks(slot);
        if self.spoilt.contains(&slot) {
            self.report_blanks(slot, &blanks, "该列未计入");
            return TakenFigure::LeftOut;
        }
        let stands_open = |row: &ReturnedRow| meaning(row) == Meaning::NoSource;
        // A total that says “—” over rows without a figure: nobody knows, whatever the rows say.
        let total_open = form.total.as_ref().is_some_and(stands_open);
        if form.rows.iter().all(stands_open) || (total_open && sum == 0) {
            return TakenFigure::NoSource;
        }
        self.report_open(slot, form.rows.iter().filter(|row| stands_open(row)).count());
        if form.rows.iter().chain(&form.total).all(|row| meaning(row) == Meaning::Blank) {
            return self.empty_column(slot);
        }
        let total = form.total.as_ref().map(|total| &total.amounts[slot]);
        let stated = total.and_then(PrintedAmount::value);
        if !blanks.is_empty() && stated != Some(sum) {
            self.report_blanks(slot, &blanks, "该列未计入");
            return TakenFigure::LeftOut;
        }
        self.report_blanks(slot, &blanks, "按0计入（与总计相符）");
        self.compare(slot, sum, total);
        TakenFigure::Value(sum)
    }

    /// Rows whose cell is blank where a figure is due: an agency has no pupils, a school may
    /// train nobody, so that a whole group of blanks means that there is none.
    fn blanks(&self, slot: usize) -> Vec<u32> {
        let group = match self.form.annex {
            Annex::Two if slot < 5 => 0..5,
            Annex::Two => 5..7,
            Annex::Three => slot..slot + 1,
        };
        let blank = |row: &ReturnedRow, slot: usize| row.amounts[slot].meaning == Meaning::Blank;
        let due = |row: &&ReturnedRow| {
            let whole_group =
                self.form.annex == Annex::Two && group.clone().all(|slot| blank(row, slot));
            blank(row, slot) && !whole_group
        };
        self.form.rows.iter().filter(due).map(|row| row.number).collect()
    }

    fn report_blanks(&mut self, slot: usize, rows: &[u32], effect: &'static str) {
        for row in rows {
            let message = format!("{}：没有填", self.name(slot));
            let words = FigureWords::new(message, "请填数，没有的填0，没有来源的填“—”", effect);
            self.add(&self.form.cell(slot, *row), "cell-blank", Severity::Warning, words);
        }
    }

    /// Rows without a source beside rows with figures: the sum is not whole.
    fn report_open(&mut self, slot: usize, rows: usize) {
        if rows == 0 {
            return;
        }
        let message = format!("{}：有{rows}行填“—”，没有来源", self.name(slot));
        let words =
            FigureWords::new(message, "如能补上来源，请重新报送", "按其余各行之和计入，不含这些行");
        let cell = self.form.cell(slot, self.form.header_row);
        self.add(&cell, "figure-partial", Severity::Note, words);
    }

    fn empty_column(&mut self, slot: usize) -> TakenFigure {
        let message = format!("{}：整列没有填", self.name(slot));
        let words =
            FigureWords::new(message, "请填数，没有的填0，没有来源的填“—”", "按没有来源处理");
        let cell = self.form.cell(slot, self.form.header_row);
        self.add(&cell, "column-empty", Severity::Warning, words);
        TakenFigure::NoSource
    }

    /// A form of which only the total row was filled in.
    fn only_total(&mut self, slot: usize) -> TakenFigure {
        let Some(total) = &self.form.total else { return TakenFigure::LeftOut };
        match total.amounts[slot].meaning {
            Meaning::Value(value) if !self.spoilt.contains(&slot) => TakenFigure::Value(value),
            Meaning::NoSource => TakenFigure::NoSource,
            _ => TakenFigure::LeftOut,
        }
    }

    /// The total the form states against the sum of its rows.
    fn compare(&mut self, slot: usize, sum: i64, total: Option<&PrintedAmount>) {
        let Some(total) = total else { return };
        let form = self.form;
        let row = form.total.as_ref().map_or(form.header_row, |total| total.number);
        let cell = form.cell(slot, row);
        let shown = |value: i64| shown(form.annex, slot, value);
        match total.meaning {
            Meaning::Value(value) if self.agrees(slot, value, sum) => {}
            Meaning::Value(value) => {
                let (stated, real) = (shown(value), shown(sum));
                let message = format!(
                    "{}：总计写{stated}，各行之和为{real}，差{}",
                    self.name(slot),
                    shown((value - sum).abs())
                );
                let words =
                    FigureWords::new(message, "请核对各行与总计，改正后重新报送", "按各行之和计入");
                self.add(&cell, "total-wrong", Severity::Error, words.quoting(&total.written));
                self.summed.insert(slot);
            }
            Meaning::Unreadable => {
                self.summed.insert(slot);
            }
            Meaning::Blank | Meaning::NoSource => {
                let message = format!("{}：总计没有填，各行之和为{}", self.name(slot), shown(sum));
                let words = FigureWords::new(message, "请补填总计", "按各行之和计入");
                let words = words.quoting(&total.written);
                self.add(&cell, "total-blank", Severity::Warning, words);
                self.summed.insert(slot);
            }
            Meaning::Absent => {}
        }
    }

    /// Money is printed in 万元 with two decimals, so that a typed total may be off by the
    /// rounding of its rows. A total that leaves out the rows below it has been reported with them.
    fn agrees(&self, slot: usize, stated: i64, sum: i64) -> bool {
        let rows = i64::try_from(self.form.rows.len()).unwrap_or(0);
        let slack = if is_money(self.form.annex, slot) { 5_000 * (rows + 1) } else { 0 };
        let below = self.form.rows.iter().filter(|row| row.below_total);
        let below: i64 = below.filter_map(|row| row.amounts[slot].value()).sum();
        (stated - sum).abs() <= slack || (below > 0 && stated == sum - below)
    }
}

/// The texts of a fault.
struct FigureWords<'a> {
    message: String,
    action: &'a str,
    value: &'a str,
    effect: &'a str,
}

impl<'a> FigureWords<'a> {
    fn new(message: String, action: &'a str, effect: &'a str) -> Self {
        Self { message, action, value: "", effect }
    }

    fn quoting(mut self, value: &'a str) -> Self {
        self.value = value;
        self
    }
}

/// A heading or value with its line breaks taken out.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The slot of a figure by its code.
pub(super) fn slot_of(annex: Annex, code: &str) -> Option<usize> {
    indicators(annex).iter().position(|indicator| indicator.code == code)
}

/// A figure as the form prints it: money in 万元.
pub(super) fn shown(annex: Annex, slot: usize, value: i64) -> String {
    if !is_money(annex, slot) {
        return value.to_string();
    }
    let sign = if value < 0 { "-" } else { "" };
    let fen = value.unsigned_abs();
    let digits = format!("{sign}{}.{:06}", fen / 1_000_000, fen % 1_000_000);
    format!("{}万元", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// Code, what is odd, and what to do.
fn explain(oddity: Oddity) -> (&'static str, &'static str, &'static str) {
    match oddity {
        Oddity::TextNumber => {
            ("number-as-text", "是文本格式的数字", "请把单元格改为数值格式，以免公式漏算")
        }
        Oddity::Worded => ("number-worded", "带有单位、空格或全角字符", "请只填数字"),
        Oddity::DateFormat => ("number-as-date", "是日期格式", "请把单元格改为数值格式"),
        Oddity::OwnUnit => ("money-own-unit", "写了与表头不同的单位", "请按表头的单位只填数字"),
        Oddity::EmptyFormula => (
            "formula-without-value",
            "是公式，文件里没有存计算结果",
            "请在Excel/WPS中打开并保存，或直接填数",
        ),
        Oddity::Negative => ("cell-negative", "是负数", "请核对后改正"),
        Oddity::Fraction => ("cell-fraction", "不是整数", "人数、人次应为整数，请核对后改正"),
        Oddity::NotANumber => ("cell-unreadable", "不是可用的数字", "请只填一个数字"),
    }
}
