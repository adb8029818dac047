//! The entry page, and the page for those who may not enter.

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

/// Why a request was not answered.
pub(in crate::desk) fn refusal(title: &str, words: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head { meta charset="utf-8"; title { (title) } link rel="stylesheet" href="/desk.css"; }
            body.door { main { h1 { (title) } p { (words) } } }
        }
    }
}
