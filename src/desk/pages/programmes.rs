//! The programmes in use: verdicts by rule, progress against targets, and what is open, the dearest first.

use maud::{Markup, html};

use super::{PageView, frame, headings};
use crate::programmes::{Line, ProgressRow, Verdict};
use crate::records::money::yuan;
use crate::results::Results;

/// Open lines shown; the workbook has all.
const SHOWN: usize = 100;

/// The page.
pub(in crate::desk) fn programmes(view: PageView) -> Markup {
    let results = view.material.results();
    let body = html! {
        h1 { "项目" small { "明细和口径见结果文件夹“项目”里的工作簿" } }
        @if results.judged.is_none() { p { "项目文件里没有 [programmes]，没有可看的项目。" } }
        @for (index, programme) in results.project.programmes.iter().enumerate() {
            h2 { (programme.title) small { (programme.document) } }
            @if !programme.rules.is_empty() { (verdicts(&results, index)) }
            @if !programme.figures.is_empty() { (progress(&results, index)) }
        }
        @if results.judged.is_some() { h2 { "待定" } (open(&results)) }
    };
    frame(view, "/programmes", "项目", &body)
}

fn lines<'run>(results: &Results<'run>, programme: usize) -> Vec<&'run Line> {
    let judged = results.judged.iter().flat_map(|judged| &judged.lines);
    judged.filter(|line| line.programme == programme).collect()
}

fn verdicts(results: &Results, index: usize) -> Markup {
    let lines = lines(results, index);
    let programme = &results.project.programmes[index];
    let mut names = vec!["规则", "名称"];
    let labels: Vec<String> = Verdict::ALL.iter().map(|one| format!("#{}", one.label())).collect();
    names.extend(labels.iter().map(String::as_str));
    names.push("#金额（元）");
    let count = |rule: &str, verdict: Verdict| {
        lines.iter().filter(|line| line.rule == rule && line.verdict == verdict).count()
    };
    let sum = |rule: &str| -> i64 {
        lines.iter().filter(|line| line.rule == rule).filter_map(|line| line.low).sum()
    };
    html! {
        table {
            (headings(&names))
            tbody {
                @for rule in &programme.rules {
                    tr {
                        td { (rule.id) } td.wrap { (rule.title) }
                        @for verdict in Verdict::ALL { td.n { (count(&rule.id, verdict)) } }
                        td.n { (yuan(sum(&rule.id))) }
                    }
                }
            }
        }
    }
}

/// The newest period's figures that have a target, or a value.
fn progress(results: &Results, index: usize) -> Markup {
    let all = results.judged.iter().flat_map(|judged| &judged.progress);
    let own: Vec<&ProgressRow> = all.filter(|line| line.programme == index).collect();
    let newest = own.iter().map(|line| line.end).max();
    let shown = own.iter().filter(|line| {
        Some(line.end) == newest && line.start == results.project.programmes[index].from
    });
    let number = |number: Option<i64>| number.map_or("—".to_owned(), |number| number.to_string());
    let shown: Vec<&&ProgressRow> =
        shown.filter(|line| line.target.is_some() || line.value.is_some()).collect();
    html! {
        table {
            (headings(&["地区、学校", "指标", "#任务数", "#完成数", "#完成率", "#另:未确定"]))
            tbody {
                @for line in shown {
                    tr {
                        td { (line.row) } td { (line.figure) }
                        td.n { (number(line.target)) } td.n { (number(line.value)) }
                        td.n { (line.rate().map_or("—".to_owned(), |rate| percent(&rate))) }
                        td.n { (number(line.pending)) }
                    }
                }
            }
        }
    }
}

/// `0.9027` as `90.27%`.
fn percent(rate: &str) -> String {
    rate.parse::<f64>().map_or_else(|_| rate.to_owned(), |rate| format!("{:.2}%", rate * 100.0))
}

fn open(results: &Results) -> Markup {
    let mut open: Vec<&Line> = results
        .judged
        .iter()
        .flat_map(|judged| &judged.lines)
        .filter(|line| line.verdict == Verdict::Undecided)
        .collect();
    open.sort_by_key(|line| std::cmp::Reverse(line.claimed.or(line.paid).unwrap_or(0)));
    let people = results.census.map(|census| census.faces(results.records)).unwrap_or_default();
    let name = |line: &Line| {
        let face = people.get(line.person as usize).copied().flatten();
        face.map_or("", |facts| facts.name.raw.trim())
    };
    html! {
        p { "共 " (open.len()) " 条，申领金额大的在前" @if open.len() > SHOWN { "；这里列出前 " (SHOWN) " 条" } "。" }
        table {
            (headings(&["规则", "姓名", "原因", "#申领（元）"]))
            tbody {
                @for line in open.iter().take(SHOWN) {
                    tr {
                        td { (line.rule) } td { (name(line)) } td.wrap { (line.reason()) }
                        td.n { (line.claimed.map_or("—".to_owned(), yuan)) }
                    }
                }
            }
        }
    }
}
