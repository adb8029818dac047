//! The page of a project: what it reads, check, run, results, the dates of the round.

use std::collections::BTreeMap;

use jiff::civil::Date;
use maud::{Markup, html};

use super::front::{drop_zone, escaped, front_frame, secret_field};
use super::headings;
use crate::config::Project;
use crate::desk::front::{FrontState, OpenProject, ResultFile};
use crate::pipeline::{CheckReport, Deadline, RunReport};
use crate::problems::{Problem, Severity};
use crate::results::PROBLEMS;

/// Problems of one file that are shown; the others are in the results.
const MOST: usize = 30;

/// The page.
pub(in crate::desk) fn project(state: &FrontState, secret: &str, today: Date) -> Markup {
    let body = html! {
        @match &state.open {
            Some(open) => (of_project(open, secret, today)),
            None => { h1 { "项目" } p.empty { "没有打开的项目。" a href="/" { "回到开始页" } } }
        }
    };
    let title = state.open.as_ref().map_or("项目", |open| open.project.title.as_str());
    front_frame(state, "/project", title, &body)
}

fn of_project(open: &OpenProject, secret: &str, today: Date) -> Markup {
    let step = |address: &str, words: &str, told: &str| {
        html! {
            li {
                form.inline method="post" action=(address) { (secret_field(secret)) button.main type="submit" { (words) } }
                " " span.note { (told) }
            }
        }
    };
    html! {
        h1 { (open.project.title) small { "报告日期 " (open.project.as_of) } }
        p.path { "项目文件 " (open.project.path.to_string_lossy()) "（" a href="/settings" { "设置" } "、" a href="/columns" { "各列当作什么" } "可以在页面上改，也可以用记事本改）" }
        ol.steps-of-work {
            (step("/check", "检查", "读一遍全部文件，列出看懂了什么、有哪些问题；不写任何文件"))
            (step("/run", "比对", "写出比对结果、差异报告、附件2、附件3和反馈表"))
            (step("/review", "打开待核页面", "逐人认定看不准的，查人，看总览"))
        }
        @if let Some(address) = &open.review {
            p.notice role="status" { "待核页面已经打开：" a href=(address) target="_blank" rel="noopener" { "进入待核页面" } "（这个网址只能用一次；用过后再点一次“打开待核页面”）" }
        }
        (drop_zone(secret, &html! { input type="hidden" name="project" value="1"; }, "收下"))
        p.note { "新收到的名单，或各单位填好交回的表：名单放进项目，交回的表直接收进台账。" a href="/returned" { "看收过的表，撤回收错的" } }
        @if let Some(run) = &open.run { (ran(run)) }
        (results(open))
        @if let Some(check) = &open.check { (checked(check)) }
        (calendar(&open.deadlines, today))
        (sources(&open.project))
    }
}

fn ran(run: &RunReport) -> Markup {
    let review: usize = run.decisions.iter().map(|counts| counts.review).sum();
    html! {
        h2 { "这一次比对" }
        @for lack in &run.lacks { p.notice.refusal role="alert" { (lack) } }
        table {
            (headings(&["", "#行数", "#比对一致", "#待核", "#未比中"]))
            tbody {
                @for counts in &run.decisions {
                    tr { th scope="row" { (counts.kind.label()) } td.n { (counts.rows) } td.n { (counts.link) } td.n { (counts.review) } td.n { (counts.none) } }
                }
            }
        }
        p { "建档立卡信息 " (run.persons) " 行，" (run.people) " 人；差异：" (run.findings.words()) "；数据问题：错误 " (run.problems.errors) "、警告 " (run.problems.warnings) "。" }
        @if review > 0 { p { "有 " (review) " 行待核，点“打开待核页面”逐人认定，然后再比对一次。" } }
        @if !run.failed_checks.is_empty() { p.notice.refusal role="alert" { "勾稽关系不符 " (run.failed_checks.len()) " 处，见附件2、附件3的“勾稽关系”表。" } }
    }
}

fn results(open: &OpenProject) -> Markup {
    let (top, below): (Vec<_>, Vec<_>) =
        open.results.iter().partition(|file| !file.shown.contains('/'));
    let (for_programs, for_people): (Vec<_>, Vec<_>) =
        top.into_iter().partition(|file| is_for_programs(&file.shown));
    html! {
        h2 { "结果文件" }
        @if open.results.is_empty() { p.empty { "还没有比对过。" } }
        @else {
            p { a href="/forms" { "看附件2、附件3（打印的样子）" } }
            (files(&for_people))
            (folded("分发给各单位的表", &below))
            (folded("给其他程序用的数据", &for_programs))
        }
    }
}

/// What nobody opens to read: a workbook or a page tells the same.
fn is_for_programs(file: &str) -> bool {
    [".csv", ".csv.gz", ".json"].iter().any(|ending| file.ends_with(ending))
}

fn folded(heading: &str, of: &[&ResultFile]) -> Markup {
    html! {
        @if !of.is_empty() {
            details { summary { (heading) "（" (of.len()) " 个）" } (files(of)) }
        }
    }
}

fn files(of: &[&ResultFile]) -> Markup {
    html! {
        ul.files {
            @for file in of { li { a href=(format!("/result?file={}", escaped(&file.shown))) { (file.shown) } } }
        }
    }
}

fn checked(check: &CheckReport) -> Markup {
    html! {
        h2 { "检查" }
        @if let Some(fatal) = &check.fatal { p.notice.refusal role="alert" { "现在还不能比对：" (fatal) } }
        @for lack in &check.lacks { p.notice.refusal role="alert" { (lack) } }
        table {
            caption { "读入的文件" }
            (headings(&["文件", "是什么", "#行数"]))
            tbody { @for input in &check.inputs { tr { td.path { (input.path) } td { (input.kind.label()) } td.n { (input.rows) } } } }
        }
        (problems(&check.problems))
        details {
            summary { "每一列当作什么来读" }
            p { a href="/columns" { "不对的可以改" } }
            pre { (check.mapping) }
        }
    }
}

/// Problems by file: the files with the worst first, and in each the worst first.
fn problems(all: &[Problem]) -> Markup {
    let mut by_file: BTreeMap<&str, Vec<&Problem>> = BTreeMap::new();
    for problem in all {
        by_file.entry(&problem.file).or_default().push(problem);
    }
    let mut files: Vec<(&str, Vec<&Problem>)> = by_file.into_iter().collect();
    for (_, problems) in &mut files {
        problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
    }
    let worst = |problems: &[&Problem]| {
        let count = |severity| problems.iter().filter(|one| one.severity == severity).count();
        (count(Severity::Error), count(Severity::Warning))
    };
    files.sort_by_key(|(_, problems)| std::cmp::Reverse(worst(problems)));
    html! {
        h3 { "数据问题" }
        @if files.is_empty() { p.empty { "没有发现问题。" } }
        @for (file, problems) in &files {
            @let (errors, warnings) = worst(problems);
            details open[errors > 0] {
                summary { (file) small { "错误 " (errors) "，警告 " (warnings) "，提示 " (problems.len() - errors - warnings) } }
                table.list {
                    (headings(&["程度", "位置", "问题", "怎么办"]))
                    tbody {
                        @for problem in problems.iter().take(MOST) {
                            tr {
                                td { @if problem.severity == Severity::Error { b.lost { (problem.severity.label()) } } @else { (problem.severity.label()) } }
                                td { (problem.sheet) " " (problem.cell) } td { (problem.message) } td { (problem.action) }
                            }
                        }
                    }
                }
                @if problems.len() > MOST { p.note { "另有 " (problems.len() - MOST) " 处，见比对结果中的 " (PROBLEMS) "。" } }
            }
        }
    }
}

fn calendar(deadlines: &[Deadline], today: Date) -> Markup {
    html! {
        h2 { "本期日程" small { "今天 " (today) } }
        table.list {
            (headings(&["期", "日期", "还有多久", "做什么", "依据", "还缺"]))
            tbody {
                @for one in deadlines {
                    tr {
                        td { (one.round.label()) } td.keep { (one.day) "（" (one.weekday()) "）" } td.keep { (one.standing(today).label()) }
                        td { (one.task) } td { (one.basis) } td { (one.missing().join("、")) }
                    }
                }
            }
        }
    }
}

fn sources(project: &Project) -> Markup {
    html! {
        details {
            summary { "项目文件列出的输入" }
            table {
                (headings(&["是什么", "文件"]))
                tbody { @for source in &project.sources { tr { td { (source.kind.label()) } td.path { (source.files.join("、")) } } } }
            }
        }
    }
}
