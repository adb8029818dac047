//! Everything the desk knows → pages. Plain functions: the same input gives the same page.

mod against;
mod behind;
mod case;
mod changes;
mod door;
mod everybody;
mod figures;
mod findings;
mod front;
mod front_columns;
mod front_papers;
mod front_project;
mod front_received;
mod front_returned;
mod front_settings;
mod help;
mod names;
mod overview;
mod people;
mod person;
mod programmes;
mod queue;
mod rounds;
mod rulings;
mod settings;
mod sides;
mod trouble;

use maud::{DOCTYPE, Markup, html};

use super::material::Material;
use super::rerun::Rerun;
use super::sessions::Session;
use super::standing::RulingsInForce;
use crate::vocabulary::states;

pub(super) use against::{FigureChange, against};
pub(super) use behind::{Number, behind};
pub(super) use case::{Past, QueuePlace, case, gone};
pub(super) use changes::changes;
pub(super) use door::{door, outside};
pub(super) use everybody::{everybody, everybody_page};
pub(super) use figures::{figures, lines as figure_lines};
pub(super) use findings::{Chosen, chosen, findings, words as chosen_words};
pub(super) use front::{arranged, choose, home as front_home, turned_away};
pub(super) use front_columns::columns;
pub(super) use front_papers::{Paper, papers};
pub(super) use front_project::project;
pub(super) use front_received::received;
pub(super) use front_returned::returned;
pub(super) use front_settings::project_settings;
pub(super) use help::help;
pub(super) use names::name;
pub(super) use overview::overview;
pub(super) use people::people;
pub(super) use person::person;
pub(super) use programmes::programmes;
pub(super) use queue::{PER_PAGE, queue};
pub(super) use rulings::{PER_PAGE as RULINGS, RulingsExtent, is_lost, rulings};
pub(super) use settings::settings;
pub(super) use sides::places as number_places;
pub(super) use trouble::{DeskTrouble, RepeatedRequest, trouble};

/// What every page is made from.
#[derive(Clone, Copy)]
pub(super) struct PageView<'run> {
    /// What does not change.
    pub(super) material: &'run Material,
    /// The rulings.
    pub(super) standing: &'run RulingsInForce,
    /// Who looks.
    pub(super) session: &'run Session,
    /// A new run, under way or done.
    pub(super) rerun: &'run Rerun,
    /// The list the tab shows, where its address names one.
    pub(super) list: Option<usize>,
}

/// An address that belongs to a list of the session.
pub(super) fn on_list(address: &str, list: Option<usize>) -> String {
    list.map_or_else(|| address.to_owned(), |list| format!("{address}?list={list}"))
}

/// The hidden field of a form that belongs to a list.
fn list_field(view: PageView) -> Markup {
    html! { @if let Some(list) = view.list { input type="hidden" name="list" value=(list); } }
}

/// The pages one can go to from everywhere.
const TABS: [(&str, &str); 7] = [
    ("/cases", "待核"),
    ("/overview", "总览"),
    ("/people", "查人"),
    ("/findings", "差异"),
    ("/rulings", "认定记录"),
    ("/changes", "变动"),
    ("/settings", "设置"),
];

/// A page around its body; `tab` is the address of the tab it belongs to.
fn frame(view: PageView, tab: &str, title: &str, body: &Markup) -> Markup {
    framed(view, tab, title, body, view.rerun.running.is_some() && tab == "/changes")
}

/// The same for a page that may have to ask again how far something is.
fn framed(view: PageView, tab: &str, title: &str, body: &Markup, asks_again: bool) -> Markup {
    let project = view.material.results().project;
    let (open, done) = view.material.queue.counts(&view.material.results(), view.standing);
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head(&format!("{title} · {}", project.title), asks_again.then_some(REFRESH)))
            body {
                a.skip href="#main" { "跳到正文" }
                header {
                    b.project { (project.title) }
                    nav aria-label="各页" {
                        @for (address, name) in TABS {
                            a href=(on_list(address, view.list.filter(|_| address == "/cases"))) aria-current=[(address == tab).then_some("page")] { (name) }
                        }
                        @if !project.programmes.is_empty() {
                            a href="/programmes" aria-current=[(tab == "/programmes").then_some("page")] { "项目" }
                        }
                        a href="/help" target="_blank" data-key="?" title="按 ? 打开" { "帮助" }
                    }
                    @if view.rerun.running.is_some() { a.running href="/changes" { "正在重新比对" } }
                    span.progress { (states::UNRULED) " " b { (open) } " · " (states::RULED) " " b { (done) } }
                    span.clerk {
                        @if view.session.clerk.is_empty() { a href="/door" { "填写核对人" } }
                        @else { "核对人 " a href="/door" { (view.session.clerk) } }
                    }
                }
                main #main tabindex="-1" {
                    @if let Some(notice) = &view.session.notice {
                        p.notice.refusal[notice.is_refusal] role=(if notice.is_refusal { "alert" } else { "status" }) { (notice.words) }
                    }
                    (body)
                }
            }
        }
    }
}

/// Seconds after which a page that shows a run under way asks again.
const REFRESH: u8 = 2;

fn head(title: &str, refresh: Option<u8>) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            // With the script the page asks by itself and stays where it is.
            @if let Some(seconds) = refresh { noscript { meta http-equiv="refresh" content=(seconds); } }
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (title) }
            link rel="stylesheet" href="/desk.css";
            link rel="icon" href="data:,";
            script src="/desk.js" defer {}
        }
    }
}

/// The hidden field every form carries.
fn secret(view: PageView) -> Markup {
    html! { input type="hidden" name="secret" value=(view.session.form_secret); }
}

/// A table's line of headings; those that begin with `#` are above numbers.
fn headings(names: &[&str]) -> Markup {
    html! {
        thead { tr {
            @for name in names {
                @match name.strip_prefix('#') {
                    Some(name) => { th.n scope="col" { (name) } }
                    // What needs no heading is no heading.
                    None if name.is_empty() => { td {} }
                    None => { th scope="col" { (name) } }
                }
            }
        } }
    }
}

/// Links to the pages of a long list; pages count from 1.
fn pager(address: &str, page: usize, pages: usize) -> Markup {
    let join = if address.contains('?') { '&' } else { '?' };
    html! {
        @if pages > 1 {
            nav.pager aria-label="翻页" {
                @if page > 1 { a rel="prev" data-key="p" href=(format!("{address}{join}page={}", page - 1)) { "上一页 (P)" } }
                span { "第 " (page) " / " (pages) " 页" }
                @if page < pages { a rel="next" data-key="n" href=(format!("{address}{join}page={}", page + 1)) { "下一页 (N)" } }
            }
        }
    }
}
