//! The quarterly report of a plan (003 row 24), as it is printed: areas as rows; the plan, the quarter and the year to
//! date, and what of it is whose. No document prescribes the columns; the sheet says so.

use jiff::civil::Date;
use rust_xlsxwriter::XlsxError;

use crate::config::{CountedBy, FigureRule, Programme};
use crate::programmes::{ProgressRow, TOTAL};
use crate::results::words::chinese_date;

use super::book::Book;
use super::context::Context;
use super::form::{self, Filling, Form, FormFigure, FormRow, Heading, Signature, heading};
use super::overlap;

/// A column of the report behind 完成%.
struct Part<'a> {
    rule: &'a FigureRule,
    /// As [`ProgressRow::figure`] has it.
    code: String,
    heading: Heading,
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

    /// Writes the sheet.
    pub(super) fn fill(&self, book: &mut Book, context: &Context) -> Result<(), XlsxError> {
        let Some(first) = self.policy.figures.first() else { return Ok(()) };
        let parts = self.parts(context);
        let mut headings = vec![
            heading("序号", 5.0),
            heading("市(地)", 11.0),
            heading("年度计划", 10.0),
            heading("本季人次", 9.0),
            heading("累计人次", 9.0),
            heading("完成%", 8.0),
        ];
        headings.extend(parts.iter().map(|part| part.heading.clone()));
        let form = Form {
            attachment: "季报",
            title: &format!("{}完成情况季报", self.policy.title),
            headings: &headings,
            heading_heights: [36.0, 62.0],
        };
        let figures = |row: &str| self.figures(first, &parts, row);
        let areas = self.areas();
        let rows = areas.iter().map(|area| FormRow { name: area.clone(), figures: figures(area) });
        let filling = Filling { rows: rows.collect(), total: figures(TOTAL), notes: self.notes() };
        form::write(book, &form, &Signature::of(context.results.project), &filling)
    }

    /// Whose the training was and what it came to, then what is counted beside it.
    fn parts(&self, context: &Context) -> Vec<Part<'a>> {
        let first = self.policy.figures.first().map_or("", |first| &first.code);
        let mut parts = Vec::new();
        for rule in self.policy.figures.iter().skip(1) {
            let group = (rule.of.as_deref() == Some(first)).then_some("其中（累计，各栏不相加）");
            if rule.each.len() < 2 {
                let code = match rule.each.first() {
                    Some(group) => format!("{}:{group}", rule.code),
                    None => rule.code.clone(),
                };
                let unit = if rule.count == CountedBy::Money { "（万元）" } else { "" };
                let text = format!("{}{unit}", rule.heading);
                parts.push(Part { rule, code, heading: Heading { group, text, width: 9.0 } });
                continue;
            }
            parts.extend(rule.each.iter().map(|one| {
                let text = overlap::title(context, one);
                let code = format!("{}:{one}", rule.code);
                Part { rule, code, heading: Heading { group, text, width: 9.0 } }
            }));
        }
        parts
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

    fn figures(&self, first: &FigureRule, parts: &[Part<'_>], row: &str) -> Vec<FormFigure> {
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
