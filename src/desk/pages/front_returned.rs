//! The workbooks that came back, with what of each is in force, and the way to take it back.

use maud::{Markup, html};

use super::front::{front_frame, secret_field};
use super::headings;
use crate::desk::front::FrontState;
use crate::pipeline::{ReturnedEntry, ReturnedFile};
use crate::vocabulary::beijing_time;

/// Lines of one workbook that are shown.
const MOST: usize = 2000;

/// The page; or why the ledger cannot be read.
pub(in crate::desk) fn returned(
    state: &FrontState,
    secret: &str,
    files: &Result<Vec<ReturnedFile>, String>,
) -> Markup {
    let body = html! {
        h1 { "交回的表" }
        @match files {
            Err(why) => p.notice.refusal role="alert" { (why) },
            Ok(files) if files.is_empty() => p.empty { "还没有收过交回的表，或者都已撤回。" a href="/project" { "回到项目" } },
            Ok(files) => {
                p { "下面是已采用的。可以撤回一行，也可以整份撤回；撤回的下次比对时不再采用。同一份文件撤回以后再收，不会重新采用：要恢复，请让对方另存一份新填的交来。" }
                form method="post" action="/returned/undo" {
                    (secret_field(secret))
                    div.filters { label { "谁来撤回（姓名）" input name="clerk" required maxlength="40" autocomplete="name"; } }
                    @for file in files { (one(file)) }
                }
                p { a href="/project" { "回到项目" } }
            }
        }
    };
    front_frame(state, "/returned", "交回的表", &body)
}

fn one(file: &ReturnedFile) -> Markup {
    html! {
        section {
            h2 { (file.name) small { (file.clerks().join("、")) "　" (beijing_time(file.at)) "　" (file.lines.len()) " 条" } }
            p { button type="submit" name="undo" value=(file.short()) { "整份撤回（" (file.lines.len()) " 条）" span.hidden { "：" (file.name) } } }
            details {
                summary { "逐条看、逐条撤回" }
                table.list {
                    (headings(&["编号", "位置", "是谁", "填的", "填表人", "撤回"]))
                    tbody { @for line in file.lines.iter().take(MOST) { (entry(line)) } }
                }
                @if file.lines.len() > MOST { p.note { "另有 " (file.lines.len() - MOST) " 条没有列出。" } }
            }
        }
    }
}

fn entry(line: &ReturnedEntry) -> Markup {
    let number = line.number.label();
    html! {
        tr {
            td.keep { (number) } td.path { (line.place) } td { (line.who) } td { (line.said) } td { (line.clerk) }
            td { button.small type="submit" name="undo" value=(number) { "撤回" span.hidden { "第 " (number) " 号" } } }
        }
    }
}
