//! Earlier rounds: the totals beside them, and where a person was counted in them.

use maud::{Markup, PreEscaped, html};

use crate::desk::rounds::{Round, Rounds};
use crate::desk::search::SHOWN;
use crate::plots::{BeforeAfter, before_after};
use crate::results::overview::{EarlierTotal, HalfYearTotals};
use crate::statistics::change::Changed;
use crate::statistics::indicators::{ANNEX2, Indicator};

use super::changes::difference;
use super::names::name;
use super::{PageView, headings};

/// This round against the last and against the same of last year.
pub(super) fn against(view: PageView) -> Markup {
    let half_years = &view.material.overview().half_years;
    html! {
        h2 { "与上期、去年同期相比" }
        @if half_years.is_empty() {
            p { "台账中没有更早一期的比对，本期无法与上期、去年同期比较。" }
        } @else {
            @for (number, earlier) in half_years.iter().enumerate() { (round(number, earlier)) }
            @if half_years.len() == 1 { p.note { "台账中只有这一期可比。" } }
            p.note { "各单位、各县的数字和每个人增减的原因见运行结果的 期间对比.xlsx。" }
        }
    }
}

/// The totals of both rounds, to be drawn; each leads to what is behind its change.
fn picture(number: usize, earlier: &HalfYearTotals) -> String {
    let float = |value: i64| f64::from(i32::try_from(value).unwrap_or(i32::MAX));
    let line = |one: &Changed| BeforeAfter {
        name: one.name(),
        before: one.before.map(float),
        now: one.now.map(float),
        words: format!("{} → {}（{}）", one.shown(one.before), one.shown(one.now), difference(one)),
        link: Some(super::against::address(number, one)),
    };
    let lines: Vec<BeforeAfter> = earlier.totals.iter().map(|total| line(&total.changed)).collect();
    let title = format!("与{}相比，点一行看由哪些单位、哪些人引起", earlier.name);
    before_after(&title, [&earlier.name, "本期"], &lines)
}

fn round(number: usize, earlier: &HalfYearTotals) -> Markup {
    html! {
        h3 { "与" (earlier.name) "相比：点一行看由哪些单位、哪些人引起" }
        figure { (PreEscaped(picture(number, earlier))) }
        details { summary { "数字" }
        table {
            caption { (earlier.name) "：" (earlier.half.label()) "（统计时点 " (earlier.as_of) "）" }
            (headings(&["表", "指标（总计）", "#对比期", "#本期", "#增减", "#新计入（人）", "#不再计入（人）"]))
            tbody {
                @for EarlierTotal { changed: one, moved } in &earlier.totals {
                    tr {
                        td { (one.form_label()) }
                        th scope="row" { (one.name()) }
                        td.n { (one.shown(one.before)) }
                        td.n { (one.shown(one.now)) }
                        td.n { (difference(one)) }
                        @match moved {
                            Some([came, went]) => { td.n { (came) } td.n { (went) } }
                            None => { td.n { "—" } td.n { "—" } }
                        }
                    }
                }
            }
        }
        }
    }
}

/// What earlier rounds know of one person.
pub(super) fn seen(rounds: &[Round]) -> Markup {
    html! {
        @if rounds.is_empty() { span.faint { "以前各期没有此人" } }
        @for round in rounds {
            div { b { (round.half) } "：" (presence(round)) }
        }
    }
}

fn presence(round: &Round) -> Markup {
    let presence = &round.presence;
    let places = presence.sightings.iter().map(|one| &one.unit);
    let mut places = places.chain(presence.members.iter().map(|one| &one.unit));
    let is_one_place = places.next().is_none_or(|first| places.all(|other| other == first));
    html! {
        @if presence.sightings.is_empty() { "只在建档立卡信息中，没有比中学籍、培训" }
        @for (index, one) in presence.sightings.iter().enumerate() {
            @if index > 0 { "；" }
            (one.unit) " "
            @if one.linked { "比对一致" } @else { "待核" }
            @if !one.state.is_empty() { "，" (one.state) }
        }
        @if !presence.members.is_empty() {
            "。计入附件2："
            @for (index, one) in presence.members.iter().enumerate() {
                @if index > 0 { "、" }
                (heading(one.figure)) @if !is_one_place { span.faint { "（" (one.unit) "）" } }
            }
        }
    }
}

fn heading(figure: u8) -> String {
    ANNEX2.get(usize::from(figure).saturating_sub(1)).map_or_else(String::new, Indicator::name)
}

/// People the words mean who are in earlier rounds only.
pub(super) fn gone(rounds: &Rounds) -> Markup {
    html! {
        @if rounds.halves.is_empty() {
            p.note { "台账中没有更早一期的比对，只能查本期。" }
        } @else {
            h2 { "只在以前各期 " small { (count(rounds.gone_count)) } }
            p.note {
                "登记信息中已没有、以前各期有的人；查了 " (rounds.halves.join("、"))
                "。台账只留下当时比中、待核或计入附件2的人的姓名和遮盖的证件号，其他人查不到。"
            }
            @if !rounds.gone.is_empty() {
                table {
                    (headings(&["姓名", "证件号码", "地址", "以前各期"]))
                    tbody {
                        @for (known, seen_in) in &rounds.gone {
                            tr {
                                td.keep { (name(&known.name)) }
                                td.keep { (known.id) }
                                td { (known.place) }
                                td { (seen(seen_in)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn count(count: usize) -> String {
    match count {
        0 => "没有找到".to_owned(),
        count if count > SHOWN => format!("找到 {count} 人，列出前 {SHOWN} 人，请再加一个词"),
        count => format!("找到 {count} 人"),
    }
}
