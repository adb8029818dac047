//! What is behind the change of one figure against an earlier round: unit by unit, and who came and went.

use maud::{Markup, html};

use super::changes::difference;
use super::names::name;
use super::{PER_PAGE, PageView, frame, headings, pager};
use crate::statistics::change::{Changed, HalfYearComparison, Moved, TOTAL};
use crate::statistics::indicators::ANNEX2;

/// Which figure, against which round.
#[derive(Clone, Copy, Debug)]
pub(in crate::desk) struct FigureChange<'a> {
    /// Index into the comparisons.
    pub(in crate::desk) round: usize,
    /// `annex2`, `annex3` or `rows`.
    pub(in crate::desk) form: &'a str,
    /// Code of the figure.
    pub(in crate::desk) code: &'a str,
    /// From 1.
    pub(in crate::desk) page: usize,
}

/// The address of the page.
pub(super) fn address(round: usize, one: &Changed) -> String {
    format!("/against?round={round}&form={}&code={}", one.form, one.code)
}

/// The page; `None` for a figure or a round there is none of.
pub(in crate::desk) fn against(view: PageView, which: FigureChange<'_>) -> Option<Markup> {
    let comparison = view.material.results().comparisons.get(which.round)?;
    let is_it = |one: &&Changed| one.code == which.code && one.form == which.form;
    let figures: Vec<&Changed> = comparison.change.figures.iter().filter(is_it).collect();
    let total = figures.iter().find(|one| one.unit == TOTAL)?;
    let place = ANNEX2.iter().position(|one| one.code == which.code).map(|at| at + 1);
    let is_meant = |one: &&Moved| Some(usize::from(one.figure)) == place;
    let moved: Vec<&Moved> = comparison.change.moved.iter().filter(is_meant).collect();
    let title = format!("{}：与{}相比", total.name(), comparison.name);
    let body = html! {
        h1 { (title) small { (total.shown(total.before)) " → " (total.shown(total.now)) "（" (difference(total)) "）" } }
        p { a href="/overview" { "返回总览" } }
        (units(comparison, &figures))
        @if place.is_some() { (people(which, &moved)) }
        @else { p.note { "台账只留附件2各指标的人员；这一项的人员见结果里的明细。" } }
    };
    Some(frame(view, "/overview", "总览", &body))
}

fn units(comparison: &HalfYearComparison, figures: &[&Changed]) -> Markup {
    let changed: Vec<&&Changed> =
        figures.iter().filter(|one| one.unit != TOTAL && one.before != one.now).collect();
    html! {
        h2 { "各单位、各县" small { "只列有增减的 " (changed.len()) " 个" } }
        p.note { "对比期：" (comparison.half.label()) "（统计时点 " (comparison.as_of) "）" }
        @if changed.is_empty() { p.empty { "没有哪个单位有增减。" } } @else { table {
            (headings(&["单位", "#对比期", "#本期", "#增减"]))
            tbody {
                @for one in changed {
                    tr { th scope="row" { (one.unit) } td.n { (one.shown(one.before)) } td.n { (one.shown(one.now)) } td.n { (difference(one)) } }
                }
            }
        } }
    }
}

fn people(which: FigureChange<'_>, moved: &[&Moved]) -> Markup {
    let pages = moved.len().div_ceil(PER_PAGE).max(1);
    let page = which.page.clamp(1, pages);
    let came = moved.iter().filter(|one| one.came).count();
    let own = format!("/against?round={}&form={}&code={}", which.round, which.form, which.code);
    html! {
        h2 { "人员" small { "新计入 " (came) " 人，不再计入 " (moved.len() - came) " 人" } }
        @if moved.is_empty() { p.empty { "没有人新计入，也没有人不再计入。" } } @else { table {
            (headings(&["", "姓名", "证件号码", "住址", "学校（机构）", "原因", "状态"]))
            tbody {
                @for one in moved.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE) {
                    tr {
                        td { @if one.came { "新计入" } @else { "不再计入" } }
                        td.keep { (name(&one.known.name)) } td.keep { (one.known.id) } td { (one.known.place) }
                        td { (one.unit) } td { (one.why.label()) } td { (one.state) }
                    }
                }
            }
        } }
        (pager(&own, page, pages))
    }
}
