//! What was decided, newest first, and how to take it back.

use maud::{Markup, html};

use super::case::verdict_words;
use super::{View, frame, headings, pager, secret};
use crate::ledger::{CaseEntry, RulingEntry, Verdict};
use crate::pipeline::beijing_time;

/// Rulings on one page.
pub(in crate::desk) const PER_PAGE: usize = 50;

/// One page of rulings with their questions, of so many in all.
pub(in crate::desk) fn rulings(
    view: View,
    list: &[(RulingEntry, Option<CaseEntry>)],
    (page, all): (usize, usize),
) -> Markup {
    let pages = all.div_ceil(PER_PAGE).max(1);
    let body = html! {
        h1 { "认定记录" small { (all) " 条" } }
        p.note { "每条都是最新的；经过在各人的页面上。撤回也记入台账，原来的记录保留。" }
        @if list.is_empty() { p.empty { "还没有认定。" } }
        @else {
            table {
                (headings(&["#编号", "时间", "核对人", "学校（机构）", "姓名", "登记姓名", "结论", "备注", ""]))
                tbody { @for (entry, case) in list { (line(view, entry, case.as_ref())) } }
            }
            (pager("/rulings", page, pages))
        }
    };
    frame(view, ("/rulings", "认定记录"), &body)
}

fn line(view: View, entry: &RulingEntry, case: Option<&CaseEntry>) -> Markup {
    let known = view.material.queue.find(&entry.key).is_some();
    let stands = entry.verdict != Verdict::Undone;
    html! {
        tr {
            td.n { (entry.number) }
            td { (beijing_time(entry.at)) }
            td { (entry.clerk) }
            @if let Some(case) = case {
                td { (case.pair.source.institution) }
                td {
                    @if known { a href=(format!("/case/{}", entry.key)) { (case.pair.source.who.name) } }
                    @else { (case.pair.source.who.name) }
                }
                td { (case.pair.person.who.name) }
            } @else { td {} td {} td {} }
            td { (verdict_words(entry)) }
            td { (entry.note) }
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
