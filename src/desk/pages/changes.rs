//! A new run from the page: the button, how far it is, and what it has changed.

use maud::{Markup, html};

use crate::desk::changes::{ChangeLine, Changes, LISTED, Said, Transition};
use crate::desk::rerun::{RerunStep, STAGES};
use crate::statistics::change::Changed;
use crate::vocabulary::beijing_time;

use super::names::name;
use super::{PageView, frame, headings, pager, secret};

/// Rows on one page.
const PER_PAGE: usize = 100;

/// The page; `kind` names the transition whose rows are shown, all where it names none.
pub(in crate::desk) fn changes(view: PageView, kind: &str, page: usize) -> Markup {
    let rerun = view.rerun;
    let body = html! {
        h1 { "重新比对和变动" }
        @if let Some(step) = &rerun.running { (progress(step)) }
        @else {
            @if let Some(why) = &rerun.failed {
                p.notice.refusal role="alert" { (why) }
                p { "没有写出新的结果；页面上仍是原来的比对结果，已作的认定都在。" }
            }
            (invitation(view))
        }
        @match &rerun.changes {
            Some(changes) => { (told(view, changes, kind, page)) }
            None if rerun.running.is_none() => { p.empty { "打开本页面以来还没有重新比对过。完成后，这里列出哪些行、哪些数字变了。" } }
            None => {}
        }
    };
    frame(view, "/changes", "重新比对和变动", &body)
}

/// Says that rulings wait to be applied, with the button that applies them.
pub(super) fn waiting(view: PageView) -> Markup {
    html! {
        @if view.rerun.running.is_some() {
            p.note { "正在重新比对，完成前页面上仍是原来的结果。" a href="/changes" { "看进度" } }
        } @else if let Some(why) = lacking(view) {
            div.waiting {
                p { (why) "比对结果和附件2、附件3要重新比对才会更新。" }
                (button(view))
            }
        }
    }
}

/// What the published results lack.
fn lacking(view: PageView) -> Option<&'static str> {
    if view.standing.is_newer() {
        return Some("有新的认定还没有计入：");
    }
    let is_published = view.material.survey().is_published();
    (!is_published).then_some(
        "页面上的数字是现算的，还没有写成结果文件（数据、设置或认定在上次比对后有变化）：",
    )
}

fn invitation(view: PageView) -> Markup {
    html! {
        div.waiting {
            p {
                @if view.standing.is_newer() { b { "有新的认定还没有计入。" } }
                @else if !view.material.survey().is_published() { b { "页面上的数字是现算的，还没有写成结果文件。" } }
                "按现在的数据文件、设置和全部认定重新比对一次，与运行 bidui run 相同：结果写入新的文件夹并记入台账，以前的结果不动。比对时页面照常可用。"
            }
            (button(view))
        }
    }
}

fn button(view: PageView) -> Markup {
    html! {
        form.inline.screen method="post" action="/run" {
            (secret(view))
            button.main type="submit" { "按认定重新比对" }
        }
    }
}

/// How far a run is, without a script: the page asks again by itself.
fn progress(step: &RerunStep) -> Markup {
    let place = step.place();
    let done = place.unwrap_or(0) * 100 + step.percent().unwrap_or(0);
    html! {
        section.run aria-live="polite" {
            h2 { "正在重新比对" }
            ol.stages {
                @for (index, stage) in STAGES.into_iter().enumerate() {
                    @let current = place == Some(index);
                    @let done = place.is_some_and(|place| index < place);
                    li.done[done] aria-current=[current.then_some("step")] {
                        (stage)
                        @if done { " — 完成" }
                        @if current { " — 进行中" @if let Some(share) = step.percent() { "（" (share) "%）" } }
                    }
                }
            }
            @if place.is_none() { p { @if step.name.is_empty() { "正在开始……" } @else { (step.name) "……" } } }
            progress aria-label="进度" max=(STAGES.len() * 100) value=(done) { (done / STAGES.len()) "%" }
            p.note { "这一页每两秒自动更新。可以先到别的页继续工作，完成后新的结果会自动换上。" }
        }
    }
}

fn told(view: PageView, changes: &Changes, kind: &str, page: usize) -> Markup {
    let (before, now) = &changes.runs;
    html! {
        section {
            h2 { "最近一次重新比对的变动" }
            p { (beijing_time(changes.at)) " 完成，结果已写入 " b { (changes.folder.display()) } "。" }
            @if before == now { p { "数据、设置和认定都与原来相同，结果没有变化。" } }
            @else { p.note { "运行编号 " (before) " → " (now) } }
            @if changes.has_rows { (counts(changes)) }
            @else { p.notice { "打开待核页面以后数据文件、设置或交回的更正变过，原来的全部名单已读不出来，这一次不能逐行比较；数字的增减如下。" } }
            (figures(&changes.figures))
            (rows(view, changes, kind, page))
        }
    }
}

fn figures(list: &[Changed]) -> Markup {
    html! {
        h2 { "附件2、附件3的数字" }
        @if list.is_empty() { p { "两张表的数字没有变化。" } }
        @else {
            table {
                (headings(&["表", "单位、县（市、区）", "指标", "#原来", "#现在", "#增减"]))
                tbody {
                    @for one in list {
                        tr.total[one.unit == "总计"] {
                            td { (one.form_label()) }
                            td { (one.unit) }
                            td { (one.name()) }
                            td.n { (one.shown(one.before)) }
                            td.n { b { (one.shown(one.now)) } }
                            td.n { (difference(one)) }
                        }
                    }
                }
            }
        }
    }
}

/// `+3`, `-3`, `0`, or a dash where one of both is not known.
pub(super) fn difference(one: &Changed) -> String {
    let difference = one.difference();
    let sign = if difference.is_some_and(|by| by > 0) { "+" } else { "" };
    format!("{sign}{}", one.shown(difference))
}

fn counts(changes: &Changes) -> Markup {
    html! {
        h2 { "比对结果变了的行" }
        @if changes.counts.is_empty() { p { "没有哪一行的比对结果改变。" } }
        @else {
            table {
                (headings(&["变动", "#行数"]))
                tbody {
                    @for (transition, count) in &changes.counts {
                        tr {
                            td { a href=(format!("/changes?kind={}#rows", transition.key())) { (transition.label()) } }
                            td.n { (count) }
                        }
                    }
                }
            }
        }
    }
}

fn rows(view: PageView, changes: &Changes, kind: &str, page: usize) -> Markup {
    let is_shown = |transition: Transition| {
        let known = changes.counts.iter().any(|(one, _)| one.key() == kind);
        !known || transition.key() == kind
    };
    let list: Vec<&ChangeLine> =
        changes.lines.iter().filter(|line| is_shown(line.transition)).collect();
    let pages = list.len().div_ceil(PER_PAGE).max(1);
    let page = page.clamp(1, pages);
    let cut = changes.counts.iter().any(|(one, count)| is_shown(*one) && *count > LISTED);
    html! {
        @if !list.is_empty() {
            h2 #rows { "逐行列出" @if !kind.is_empty() { small { a href="/changes#rows" { "显示全部" } } } }
            @if cut { p.note { "每种变动最多列出 " (LISTED) " 行；全部结果在上面的文件夹里。" } }
            table {
                (headings(&["变动", "姓名", "证件号码", "学校（机构）", "原来的登记人员", "现在的登记人员", "现在的理由", "出处"]))
                tbody { @for line in list.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE) { (row(view, changes.serial, line)) } }
            }
            (pager(&format!("/changes?kind={kind}"), page, pages))
        }
    }
}

fn row(view: PageView, serial: u32, line: &ChangeLine) -> Markup {
    let shown = line.now.as_ref().or(line.before.as_ref());
    let person = |side: &Option<Said>| {
        html! {
            @if let Some((person, home)) = side.as_ref().and_then(|said| said.person.as_ref()) {
                (name(person)) " " span.faint { (home) }
            }
        }
    };
    html! {
        tr {
            td { (line.transition.label()) }
            @if let Some(said) = shown {
                td.keep { (linked(view, serial, line.row, &said.name)) }
                td.keep { (said.id) }
                td { (said.institution) }
                td { (person(&line.before)) }
                td { (person(&line.now)) }
                td { @if let Some(now) = &line.now { (now.reason) } }
                td.path { (said.place) }
            }
        }
    }
}

/// A row's name: the way to its question, or else to all that is known of the person.
fn linked(view: PageView, serial: u32, row: Option<u32>, text: &str) -> Markup {
    let results = view.material.results();
    let row = row.filter(|_| serial == view.material.serial());
    let case = row.and_then(|row| results.cases.binary_search_by_key(&row, |case| case.row).ok());
    html! {
        @match (case, row) {
            (Some(case), _) => { a href=(format!("/case/{}", results.cases[case].key)) { (name(text)) } }
            (None, Some(row)) => { a href=(format!("/people?run={serial}&row={row}")) { (name(text)) } }
            (None, None) => { (name(text)) }
        }
    }
}
