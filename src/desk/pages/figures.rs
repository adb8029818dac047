//! Who makes the figures: a workbook of any figure, whole or of one unit.

use maud::{Markup, html};

use super::{PageView, frame, secret};
use crate::ledger::Disclosure;
use crate::statistics::drilldown::DrillDown;
use crate::vocabulary::{Annex, beijing_time};
use crate::workbooks::LONGEST;

/// Lines a choice has.
pub(in crate::desk) fn lines(list: &DrillDown, row: Option<u32>) -> usize {
    let Some(row) = row else { return list.lines() };
    list.counted.iter().chain(&list.missed).filter(|entry| entry.line == row).count()
}

/// The page.
pub(in crate::desk) fn figures(view: PageView, exports: &[Disclosure]) -> Markup {
    let body = html! {
        h1 { "数字由谁组成" }
        p { "选一个数、一个单位，打开的工作簿里是计入的每一行、凭哪些单元格，以及谁差一点没有计入、为什么。表里有完整证件号码，记入台账。" }
        @for annex in Annex::ALL { (of_form(view, annex)) }
        @if let Some(last) = exports.last() {
            p.note { "已打开 " (exports.len()) " 次，最近一次：" (beijing_time(last.at)) " " (last.clerk) "，" (last.places) }
        }
    };
    frame(view, "/overview", "数字由谁组成", &body)
}

fn of_form(view: PageView, annex: Annex) -> Markup {
    let results = view.material.results();
    let (form, lists) = results.statistics.form(annex);
    let unit = if annex == Annex::Two { "单位" } else { "县（市、区）" };
    html! {
        h2 { (annex.label()) }
        form.filters.screen method="post" action="/figures/book" data-again="1" {
            (secret(view))
            input type="hidden" name="form" value=(annex.key());
            label { "指标"
                select name="code" {
                    @for list in lists {
                        @let count = list.lines();
                        option value=(list.indicator.code) { (list.indicator.name()) "（" (count) " 行" @if count > LONGEST { "，须选" (unit) } "）" }
                    }
                }
            }
            label { (unit)
                select name="row" {
                    option value="" { "全部" }
                    @for (number, row) in form.rows.iter().enumerate() {
                        option value=(number) { (row.name) @if !row.note.is_empty() { "（" (row.note) "）" } }
                    }
                }
            }
            button type="submit" { "打开 Excel（含完整证件号码，记入台账）" }
        }
    }
}
