//! The manual, a chapter a page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::head;
use crate::manual;

/// A chapter, counted from 0, with the way to the others.
pub(in crate::desk) fn help(number: usize) -> Markup {
    let titles = manual::titles();
    let number = number.min(titles.len().saturating_sub(1));
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head("帮助 · 比对", None))
            body {
                a.skip href="#main" { "跳到正文" }
                header {
                    b.project { "帮助" }
                    nav aria-label="各章" {
                        @for (place, title) in titles.iter().enumerate() {
                            a href=(address(place)) aria-current=[(place == number).then_some("page")] { (title) }
                        }
                    }
                }
                main.manual #main tabindex="-1" {
                    (PreEscaped(manual::chapter(number).unwrap_or_default()))
                    nav.pager aria-label="翻页" {
                        @if number > 0 { a rel="prev" href=(address(number - 1)) { "上一章" } }
                        @if number + 1 < titles.len() { a rel="next" href=(address(number + 1)) { "下一章" } }
                        a href="/" { "回到工作页面" }
                    }
                }
            }
        }
    }
}

fn address(number: usize) -> String {
    format!("/help?part={}", number + 1)
}
