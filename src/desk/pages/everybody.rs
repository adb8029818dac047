//! What stands in place of a page that needs everybody while they are read.

use maud::{Markup, html};

use super::{PageView, framed, secret};
use crate::desk::everybody::EverybodyRead;
use crate::desk::rerun::{RerunStep, STAGES};

/// The stages of a run but the last, which writes the results.
const READING: &[&str] = STAGES.split_at(STAGES.len() - 1).0;

/// The page one comes to by an address that needs everybody.
pub(in crate::desk) fn everybody_page(path: &str) -> &'static str {
    match path {
        "/findings" => "/findings",
        "/figures" => "/figures",
        "/programmes" | "/behind" => "/programmes",
        "/against" => "/overview",
        _ => "/people",
    }
}

/// The page.
pub(in crate::desk) fn everybody(view: PageView, path: &str, read: &EverybodyRead) -> Markup {
    let page = everybody_page(path);
    let tab = if page == "/figures" { "/overview" } else { page };
    let body = html! {
        @match &read.failed {
            Some(why) => { (failed(view, page, why)) }
            None => { (under_way(&read.running.clone().unwrap_or_default())) }
        }
    };
    framed(view, tab, "读取全部名单", &body, read.failed.is_none())
}

fn failed(view: PageView, page: &str, why: &str) -> Markup {
    html! {
        h1 { "全部名单没有读出来" }
        p.notice.refusal role="alert" { (why) }
        p { "待核、总览、认定记录照常可用。" a href="/cases" { "回到待核清单" } }
        form.inline method="post" action="/everybody" {
            (secret(view))
            input type="hidden" name="page" value=(page);
            button.main type="submit" { "再读一次" }
        }
    }
}

fn under_way(step: &RerunStep) -> Markup {
    let place = step.place().unwrap_or(0);
    let done = place * 100 + step.percent().unwrap_or(0);
    html! {
        h1 { "正在读取全部名单……" }
        section.run aria-live="polite" {
            h2 { @if step.name.is_empty() { (READING[0]) } @else { (step.name) } @if let Some(share) = step.percent() { "（" (share) "%）" } }
            progress aria-label="进度" max=(READING.len() * 100) value=(done) { (done / READING.len()) "%" }
            p.note { "这一页要用到全部人员：打开待核页面时只取出了待核的人，现在读取全部名单，一次就够。读完后这一页自动显示。" }
            p { "读取时照常可以认定：" a href="/cases" { "回到待核清单" } }
        }
    }
}
