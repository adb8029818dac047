//! The entry page, and the pages for those who may not enter.

use maud::{DOCTYPE, Markup, html};

use super::head;
use crate::desk::sessions::Session;

/// Asks for the name rulings are signed with.
pub(in crate::desk) fn door(title: &str, session: &Session) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head(title, None))
            body.door {
                main #main {
                    h1 { (title) }
                    @if let Some(notice) = &session.notice {
                        p.notice.refusal[notice.is_refusal] role="alert" { (notice.words) }
                    }
                    p { "每条认定都记上核对人的姓名和时间，下次比对照此执行。" }
                    form method="post" action="/door" {
                        input type="hidden" name="secret" value=(session.form_secret);
                        label for="clerk" { "核对人姓名" }
                        input #clerk name="clerk" value=(session.clerk) required maxlength="40" autocomplete="off" autofocus;
                        button.main type="submit" { "进入" }
                    }
                    p.note { "只在本机使用，不连外网。含个人信息，离开时请关闭浏览器窗口；久不操作会自动退出。" }
                    p { a href="/cases" { "不填姓名，只查看" } }
                }
            }
        }
    }
}

/// Why a request was not answered, and the ways on.
pub(in crate::desk) fn refusal(title: &str, words: &str, ways: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head(title, None))
            body.door { main #main { h1 { (title) } p { (words) } (ways) } }
        }
    }
}

/// For those who have to come in first. A remark that was sent too late is shown.
pub(in crate::desk) fn outside(title: &str, words: &str, remark: &str) -> Markup {
    let ways = html! {
        @if !remark.is_empty() {
            p { "您填的备注还没有记入，已替您留着，重新进入后在原处：" b.remark { (remark) } }
        }
        p { "运行 bidui review 的终端（命令行窗口）里可以显示一个新的进入网址，供坐在终端前的人打开：" }
        form method="post" action="/start" { button.main type="submit" { "在终端显示新的进入网址" } }
        p { "终端已经关闭的，请重新运行 bidui review。" }
        p { "刚刚已经进入、只是这一页没有打开的，" a href="/cases" { "点这里继续" } "。" }
    };
    refusal(title, words, &ways)
}
