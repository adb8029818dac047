//! The quarterly report of a plan (003 row 24), as it is printed: areas as rows; the plan, the quarter and the year to
//! date, and what of it is whose. No document prescribes the columns; the sheet says so.

use jiff::civil::Date;
use rust_xlsxwriter::XlsxError;

use crate::config::{Binding, BoundForm, CountedBy, Programme, ProgressFigure};
use crate::programmes::{ProgressRow, TOTAL};
use crate::results::words::chinese_date;

use super::book::Book;
use super::context::Context;
use super::form::{self, Filling, Form, FormFigure, FormRow, Heading, Signature, heading};
use super::overlap;

/// A column of the report behind 完成%.
struct Part<'a> {
    rule: &'a ProgressFigure,
    /// The group, of a figure that stands for several.
    group: Option<&'a str>,
    /// As [`ProgressRow::figure`] has it.
    code: String,
}

/// Columns behind 完成%: whose the training was and what it came to, then what is counted beside it.
fn parts(policy: &Programme) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    for rule in policy.figures.iter().skip(1) {
        if rule.each.is_empty() {
            parts.push(Part { rule, group: None, code: rule.code.clone() });
        }
        parts.extend(rule.each.iter().map(|one| Part {
            rule,
            group: (rule.each.len() > 1).then_some(one.as_str()),
            code: format!("{}:{one}", rule.code),
        }));
    }
    parts
}

/// What a column of a bureau's own blank may be bound to, in the order of the report's figures; nothing of a
/// programme without figures.
pub(super) fn codes(policy: &Programme) -> Vec<String> {
    let Some(first) = policy.figures.first() else { return Vec::new() };
    let own = ["plan", "quarter", &first.code, "rate"].map(str::to_owned);
    own.into_iter().chain(parts(policy).into_iter().map(|part| part.code)).collect()
}

/// All lines of one plan.
pub(super) struct PlanReport<'a> {
    policy: &'a Programme,
    lines: Vec<&'a ProgressRow>,
    /// Last day counted.
    end: Date,
}

impl<'a> PlanReport<'a> {
    /// The report of a programme that is counted by quarters; `None` of others and before its first day.
    pub(super) fn of(context: &'a Context, index: usize) -> Option<Self> {
        let policy = &context.results.project.programmes[index];
        if policy.periods.is_empty() {
            return None;
        }
        let judged = context.results.judged?;
        let lines = judged.progress.iter().chain(&judged.in_forms);
        let lines: Vec<&ProgressRow> = lines.filter(|line| line.programme == index).collect();
        let end = lines.iter().map(|line| line.end).max()?;
        Some(Self { policy, lines, end })
    }

    /// The bureau's own blank for it.
    pub(super) fn own_blank<'run>(&self, context: &Context<'run>) -> Option<&'run Binding> {
        context.results.project.blank_of(&BoundForm::Report(self.policy.id.clone()))
    }

    /// Writes the sheet.
    pub(super) fn fill(&self, book: &mut Book, context: &Context) -> Result<(), XlsxError> {
        let Some(filling) = self.filling() else { return Ok(()) };
        let parts = parts(self.policy);
        let mut headings = vec![
            heading("序号", 5.0),
            heading("市(地)", 11.0),
            heading("年度计划", 10.0),
            heading("本季人次", 9.0),
            heading("累计人次", 9.0),
            heading("完成%", 8.0),
        ];
        headings.extend(parts.iter().map(|part| self.heading(context, part)));
        let form = Form {
            attachment: "季报",
            title: &format!("{}完成情况季报", self.policy.title),
            headings: &headings,
            heading_heights: [36.0, 62.0],
        };
        form::write(book, &form, &Signature::of(context.results.project), &filling)
    }

    /// What fills the report; `None` of a programme without figures.
    pub(super) fn filling(&self) -> Option<Filling> {
        let first = self.policy.figures.first()?;
        let parts = parts(self.policy);
        let figures = |row: &str| self.figures(first, &parts, row);
        let areas = self.areas();
        let rows = areas.iter().map(|area| FormRow { name: area.clone(), figures: figures(area) });
        Some(Filling { rows: rows.collect(), total: figures(TOTAL), notes: self.notes() })
    }

    /// What it is counted for: the quarter and the year as far as it has come.
    pub(super) fn period(&self) -> String {
        format!("{}至{}", chinese_date(self.policy.from), chinese_date(self.end))
    }

    fn heading(&self, context: &Context, part: &Part<'_>) -> Heading {
        let first = self.policy.figures.first().map_or("", |first| &first.code);
        let rule = part.rule;
        let group = (rule.of.as_deref() == Some(first)).then_some("其中（累计，各栏不相加）");
        let text = if let Some(one) = part.group {
            overlap::title(context, one)
        } else {
            let unit = if rule.count == CountedBy::Money { "（万元）" } else { "" };
            format!("{}{unit}", rule.heading)
        };
        Heading { group, text, width: 9.0 }
    }

    /// Areas in the order of the lines, which is that of the plan.
    fn areas(&self) -> Vec<String> {
        let mut areas: Vec<String> = Vec::new();
        for line in self.lines.iter().filter(|line| line.row != TOTAL && !line.row.contains('/')) {
            if !areas.contains(&line.row) {
                areas.push(line.row.clone());
            }
        }
        areas
    }

    /// The line of the quarter, or of the year to date.
    fn line(&self, code: &str, row: &str, is_to_date: bool) -> Option<&'a ProgressRow> {
        let own = self.lines.iter().filter(|line| line.figure == code && line.row == row);
        let mut own = own.filter(|line| line.end == self.end);
        own.find(|line| (line.start == self.policy.from) == is_to_date).copied()
    }

    fn figures(&self, first: &ProgressFigure, parts: &[Part<'_>], row: &str) -> Vec<FormFigure> {
        let to_date = self.line(&first.code, row, true);
        // In the first quarter the year to date is the quarter.
        let quarter = self.line(&first.code, row, false).or(to_date);
        let value = |line: Option<&ProgressRow>| count(line.and_then(|line| line.value));
        let mut figures = vec![
            count(to_date.and_then(|line| line.target)),
            value(quarter),
            value(to_date),
            to_date.map_or(FormFigure::Missing, completed),
        ];
        figures.extend(parts.iter().map(|part| {
            let own = self.line(&part.code, row, true).and_then(|line| line.value);
            match (own, part.rule.count) {
                (Some(fen), CountedBy::Money) => FormFigure::Money(fen),
                (own, _) => count(own),
            }
        }));
        figures
    }

    fn notes(&self) -> Vec<String> {
        let first = self.policy.figures.first().map_or("", |first| &first.code);
        let open = self.line(first, TOTAL, true).and_then(|line| line.pending).unwrap_or(0);
        let mut notes = vec![
            format!(
                "注：表样推定；统计到{}。一人属于几类群体的，各栏都计。",
                chinese_date(self.end)
            ),
            "注：“—”为没有载入来源。群体只计名单确认的人员，自报的不计。".to_owned(),
        ];
        if open > 0 {
            notes.push(format!("注：另有{open}人次不能确定是否补贴性培训，未计入。"));
        }
        notes
    }
}

fn count(value: Option<i64>) -> FormFigure {
    value.map_or(FormFigure::Missing, |value| FormFigure::Count(value.unsigned_abs()))
}

/// `68.0%`; nothing without a plan.
fn completed(line: &ProgressRow) -> FormFigure {
    let rate = line.rate().and_then(|rate| rate.parse::<f64>().ok());
    rate.map_or(FormFigure::Missing, |rate| FormFigure::Remark(format!("{:.1}%", rate * 100.0)))
}
