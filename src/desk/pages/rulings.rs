//! What was decided, newest first, and how to take it back.

use maud::{Markup, html};

use super::case::verdict_words;
use super::{PageView, changes, frame, headings, pager, secret};
use crate::ledger::{CaseEntry, RulingAct, RulingEntry};
use crate::results::fates::RulingFate;
use crate::vocabulary::beijing_time;
use crate::vocabulary::states;

/// Rulings on one page.
pub(in crate::desk) const PER_PAGE: usize = 50;

/// Which rulings a page shows.
#[derive(Clone, Copy, Debug)]
pub(in crate::desk) struct RulingsExtent {
    /// The page, from 1.
    pub(in crate::desk) page: usize,
    /// Rulings on all pages.
    pub(in crate::desk) all: usize,
    /// Rulings of which nothing came, shown or not.
    pub(in crate::desk) lost: usize,
    /// Whether only those are shown.
    pub(in crate::desk) only_lost: bool,
}

/// Whether the last run could not apply a ruling, which needs attention.
pub(in crate::desk) fn is_lost(view: PageView, entry: &RulingEntry) -> bool {
    match entry.verdict {
        RulingAct::Answered(answer) => {
            view.material.fate(entry.number).is_some_and(|fate| fate.is_lost(answer))
        }
        RulingAct::Undone => false,
    }
}

/// One page of rulings with their questions, and the total.
pub(in crate::desk) fn rulings(
    view: PageView,
    list: &[(RulingEntry, Option<CaseEntry>)],
    RulingsExtent { page, all, lost, only_lost }: RulingsExtent,
) -> Markup {
    let address = if only_lost { "/rulings?only=lost" } else { "/rulings" };
    let pages = all.div_ceil(PER_PAGE).max(1);
    let body = html! {
        h1 { "认定记录" small { (all) " 条" } }
        (changes::waiting(view))
        @if lost > 0 {
            p.notice.refusal {
                "有 " (lost) " 条认定没有用上：学校或登记的数据变了，见“上次比对时”一列。"
                @if only_lost { a href="/rulings" { "显示全部认定" } }
                @else { a href="/rulings?only=lost" { "只看这些" } }
            }
        }
        p.note { "每条都是最新的；经过在各人的页面上。撤回也记入台账，原来的记录保留。" }
        @if list.is_empty() { p.empty { "还没有认定。" } }
        @else {
            table {
                (headings(&["#编号", "时间", "核对人", "学校（机构）", "姓名", "登记姓名", "结论", "备注", "上次比对时", ""]))
                tbody { @for (entry, case) in list { (line(view, entry, case.as_ref())) } }
            }
            (pager(address, page, pages))
        }
    };
    frame(view, "/rulings", "认定记录", &body)
}

fn line(view: PageView, entry: &RulingEntry, case: Option<&CaseEntry>) -> Markup {
    let known = view.material.queue.find(&entry.key).is_some();
    let stands = entry.verdict != RulingAct::Undone;
    html! {
        tr {
            td.n { (entry.number) }
            td.keep { (beijing_time(entry.at)) }
            td { (entry.clerk) }
            @if let Some(case) = case {
                td { (case.pair.source.institution) }
                td.keep {
                    @if known { a href=(format!("/case/{}", entry.key)) { (case.pair.source.who.name) } }
                    @else { (case.pair.source.who.name) }
                }
                td.keep { (case.pair.person.who.name) }
            } @else { td {} td {} td {} }
            td { (verdict_words(entry)) }
            td { (entry.note) }
            td { (fate(view, entry)) }
            td {
                @if stands && !view.session.clerk.is_empty() {
                    form.inline.screen method="post" action=(format!("/case/{}/undo", entry.key)) {
                        (secret(view))
                        input type="hidden" name="number" value=(entry.number);
                        button.small type="submit" { "撤回" }
                    }
                }
            }
        }
    }
}

/// What came of a ruling in the run the page shows.
fn fate(view: PageView, entry: &RulingEntry) -> Markup {
    let is_new = entry.number > view.material.survey().known();
    let lost = is_lost(view, entry);
    html! {
        @match (view.material.fate(entry.number), entry.verdict) {
            (_, RulingAct::Undone) => { @if is_new { "下次比对时不再采用" } @else { "不采用" } }
            (None, _) => { @if is_new { "下次比对时采用" } }
            (Some(RulingFate::Applied), _) => { (states::TAKEN) }
            (Some(RulingFate::Contradicted(why)), _) => { b.lost { "没有采用" } "：" (why) "，请重新核对" }
            (Some(RulingFate::Unused(why)), _) => { @if lost { b.lost { "没有用上" } } @else { "没有用到" } "：" (why.label()) }
        }
    }
}
