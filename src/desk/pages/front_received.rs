//! What came of files that were handed over in the browser.

use maud::{Markup, html};

use super::front::{front_frame, kinds, region, secret_field};
use super::headings;
use crate::desk::front::{FrontState, ReceivedFile, ReceivedFiles};
use crate::pipeline::decide::ImportReport;

/// The page.
pub(in crate::desk) fn received(state: &FrontState, secret: &str) -> Markup {
    let root = state.open.as_ref().map(|open| open.project.root.to_string_lossy().into_owned());
    let body = html! {
        h1 { "收到的文件" }
        @match &state.received {
            None if state.running.is_some() => {},
            None => p.empty { "没有新收到的文件。" a href="/project" { "回到项目" } },
            Some(received) => {
                @match &received.taken {
                    Some(Ok(report)) => (taken(report, root.as_deref().unwrap_or_default())),
                    Some(Err(why)) => p.notice.refusal role="alert" { "交回的表没有收：" (why) },
                    None => {},
                }
                (lists(received, secret))
                p { a href="/project" { "回到项目" } }
            },
        }
    };
    front_frame(state, "/received", "收到的文件", &body)
}

/// A place without the folder the bureau keeps its files in.
fn inside<'a>(place: &'a str, root: &str) -> &'a str {
    place.strip_prefix(root).unwrap_or(place).trim_start_matches(['/', '\\'])
}

fn taken(report: &ImportReport, root: &str) -> Markup {
    html! {
        h2 { "交回的表" }
        p.notice role="status" {
            "工作簿 " (report.files) " 份：采用认定 " (report.taken) " 条、填报 " (report.lines) " 行（其中更正姓名、证件号码 " (report.corrections)
            " 行）；原已采用 " (report.unchanged) " 条，没有填的 " (report.open) " 行。"
        }
        @if report.taken > 0 || report.corrections > 0 { p { "再比对一次，就按这些认定和更正计算。" } }
        p { a href="/returned" { "收错了？看收过的表，可以撤回" } }
        @for line in &report.unusable { p.notice.refusal role="alert" { "不能用：" (inside(line, root)) } }
        @if !report.replaced.is_empty() {
            details { summary { "改了先前认定的 " (report.replaced.len()) " 条" } ul { @for line in &report.replaced { li { (inside(line, root)) } } } }
        }
        @if !report.refused.is_empty() {
            table.list {
                caption { "没有采用的 " (report.refused.len()) " 处" }
                (headings(&["位置", "为什么，怎么办"]))
                tbody { @for one in &report.refused { tr { td.path { (inside(&one.place, root)) } td { (one.message) } } } }
            }
        }
    }
}

fn lists(received: &ReceivedFiles, secret: &str) -> Markup {
    let is_new = |file: &ReceivedFile| !file.is_read;
    html! {
        @if !received.files.is_empty() {
            h2 { "其他文件" }
            form method="post" action="/received/add" {
                (secret_field(secret))
                table.list.sorted {
                    (headings(&["文件", "是什么", "外市登记（市名）", ""]))
                    tbody { @for (number, file) in received.files.iter().enumerate() { (line(number, file)) } }
                }
                @if received.files.iter().any(is_new) { p { button.main type="submit" { "加入项目" } } }
            }
        }
    }
}

fn line(number: usize, file: &ReceivedFile) -> Markup {
    html! {
        tr {
            td.path { (file.shown) }
            @if file.is_read {
                td colspan="2" { "项目已经列入，下次比对就会读" }
            } @else {
                td { (kinds(number, &file.shown, &file.list)) }
                td { (region(number, &file.shown, "")) }
            }
            td { (file.note) }
        }
    }
}
