//! The list of what is to be decided.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::desk::queue::{
    Item, QueueFilter, QueueOrder, QueueProgress, first_open, lacks_number, progress,
};
use crate::linkage::MatchClass;
use crate::linkage::decisions::Answer;
use crate::records::place::PlaceId;
use crate::results::people;
use crate::vocabulary::states;

use super::names::name;
use super::{PageView, changes, frame, headings, list_field, on_list, pager, secret};

/// Items on one page.
pub(in crate::desk) const PER_PAGE: usize = 50;

/// One page of the items a filter leaves; pages count from 1.
/// `busy` has the places others have before them, and who.
pub(in crate::desk) fn queue(
    view: PageView,
    list: &[usize],
    page: usize,
    busy: &BTreeMap<usize, &str>,
) -> Markup {
    let pages = list.len().div_ceil(PER_PAGE).max(1);
    let page = page.clamp(1, pages);
    let shown = list.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE);
    let number = (page - 1) * PER_PAGE;
    let rows = list.iter().map(|place| view.material.queue.items()[*place].row);
    let people = people::behind(&view.material.results(), rows);
    let body = html! {
        h1 { "待核清单" small { (people) " 人" } }
        (filters(view))
        (changes::waiting(view))
        @if list.is_empty() { p.empty { "这个范围内没有待核的人员。" } }
        @else {
            table.list {
                (headings(&["#序号", "姓名", "学校（机构）", "类别", "最可能的登记人员", "#概率", "#未认定候选", "结论"]))
                tbody {
                    @for (place, number) in shown.zip(number + 1..) {
                        (line(view, &view.material.queue.items()[*place], number, busy.get(place).copied()))
                    }
                }
            }
            (pager(&on_list("/cases", view.list), page, pages))
            (sent_back(view, list))
        }
        p.keys.screen { "按键：" kbd { "J" } kbd { "K" } " 上下移动　" kbd { "Enter" } " 打开　" kbd { "/" } " 查找　" kbd { "U" } " 撤回刚才的认定" }
        (undo_form(view))
    };
    frame(view, "/cases", "待核清单", &body)
}

/// The form behind the key U; nothing to see.
pub(super) fn undo_form(view: PageView) -> Markup {
    let last = view.session.made.last();
    html! {
        form.inline.screen method="post" action="/undo" {
            (secret(view))
            (list_field(view))
            // The ruling the page names is taken back, whatever another tab has done since.
            @if let Some(number) = last { input type="hidden" name="number" value=(number); }
            button data-key="u" data-deaf type="submit" disabled[last.is_none()] {
                @match last { Some(number) => { "撤回第 " (number) " 号 (U)" } None => { "撤回上一条 (U)" } }
            }
        }
    }
}

fn line(view: PageView, item: &Item, number: usize, busy: Option<&str>) -> Markup {
    let results = view.material.results();
    let (record, outcome) = results.row(item.row);
    let key = &results.cases[first_open(&results, item, view.standing)].key;
    let address = on_list(&format!("/case/{key}"), view.list);
    let best = results.best(outcome);
    html! {
        tr data-href=(address) {
            td.n { (number) }
            td.keep { a href=(address) { (name(record.facts.name.text())) } }
            td { (results.institution(record)) }
            td {
                (item.class.label())
                @if results.cases[item.cases.start].is_audit { "（抽查）" }
            }
            td {
                @if let Some((_, person)) = best {
                    (name(person.facts.name.text())) " " span.faint { (results.home(&person.facts.place).joined()) }
                }
            }
            td.n { @if let Some((found, _)) = best { (format!("{:.1}%", found.probability * 100.0)) } }
            td.n { (item.cases.len()) }
            td { (conclusion(view, item)) @if let Some(clerk) = busy { " " span.faint { (clerk) " 正在看" } } }
        }
    }
}

fn conclusion(view: PageView, item: &Item) -> Markup {
    let results = view.material.results();
    let answers: Vec<(Answer, &str)> = results.cases[item.cases.clone()]
        .iter()
        .filter_map(|case| view.standing.answer(&case.key))
        .map(|(answer, entry)| (answer, entry.clerk.as_str()))
        .collect();
    let best = answers.iter().min_by_key(|(answer, _)| *answer);
    html! {
        @match (best, progress(&results, item, view.standing)) {
            (None, _) => {
                span.open { (states::UNRULED) }
                @if let Some(clerk) = &item.unsure { " " span.faint { "上次无法判断 " (clerk) } }
            }
            (Some(_), QueueProgress::Open) => { span.open { "还有候选人" (states::UNRULED) } }
            (Some((answer, clerk)), QueueProgress::Done) => { (answer.label()) " " span.faint { (clerk) } }
        }
    }
}

fn filters(view: PageView) -> Markup {
    let filter = view.session.filter(view.list);
    html! {
        form.filters.screen method="post" action="/filter" role="search" {
            (secret(view))
            label { "查找" input #search data-key="/" type="search" name="words" value=(filter.words) placeholder="姓名、证件号或末四位、村" autocomplete="off"; }
            label { "进度" (choices("progress", &progresses(filter))) }
            label { "类别" (choices("class", &classes(view, filter))) }
            label { "学校（机构）" (choices("institution", &institutions(view, filter))) }
            label { "县（市、区）" (choices("county", &counties(view, filter))) }
            label { "次序" (choices("order", &orders(filter))) }
            button type="submit" { "筛选" }
            button type="submit" name="clear" value="1" { "清除" }
        }
    }
}

/// One line of a drop-down: value, words, whether it is chosen.
type FilterChoice = (String, String, bool);

fn choices(field: &str, list: &[FilterChoice]) -> Markup {
    html! {
        select name=(field) {
            @for (value, words, chosen) in list { option value=(value) selected[*chosen] { (words) } }
        }
    }
}

fn all(chosen: bool) -> FilterChoice {
    (String::new(), "全部".to_owned(), chosen)
}

fn progresses(filter: &QueueFilter) -> Vec<FilterChoice> {
    let choice = |value: &str, words: &str, progress: Option<QueueProgress>| {
        (value.to_owned(), words.to_owned(), filter.progress == progress)
    };
    vec![
        choice("open", states::UNRULED, Some(QueueProgress::Open)),
        choice("done", states::RULED, Some(QueueProgress::Done)),
        choice("", "全部", None),
    ]
}

fn orders(filter: &QueueFilter) -> Vec<FilterChoice> {
    let choice = |(order, name, words): (QueueOrder, &str, &str)| {
        (name.to_owned(), words.to_owned(), filter.order == order)
    };
    QueueOrder::ALL.into_iter().map(choice).collect()
}

/// Rows without a whole number, to be sent back to their schools in one go. Nobody is confirmed in bulk: of
/// the best pattern, too, some are others.
fn sent_back(view: PageView, list: &[usize]) -> Markup {
    let results = view.material.results();
    let items = view.material.queue.items();
    let lacking =
        list.iter().filter(|place| lacks_number(&results, &items[**place], view.standing)).count();
    html! {
        @if lacking > 0 && !view.session.clerk.is_empty() {
            details.screen {
                summary { "退回学校补号（本清单 " (lacking) " 人没有完好的证件号）" }
                form.inline method="post" action="/send-back" {
                    (secret(view))
                    (list_field(view))
                    button type="submit" { "这 " (lacking) " 人都记为“无法判断”，备注“退回学校补号”" }
                    span.note { "反馈表里已列出他们；学校补回证件号、收进来以后，重新比对时再判断。可在“认定记录”里逐条撤回。" }
                }
            }
        }
    }
}

fn classes(view: PageView, filter: &QueueFilter) -> Vec<FilterChoice> {
    let of = |class: MatchClass| {
        view.material.queue.items().iter().filter(|item| item.class == class).count()
    };
    let counted = MatchClass::ALL.into_iter().map(|class| (class, of(class)));
    let known = counted.filter(|(_, count)| *count > 0).map(|(class, count)| {
        let words = format!("{}（{count}）", class.label());
        (class.label().to_owned(), words, filter.class == Some(class))
    });
    std::iter::once(all(filter.class.is_none())).chain(known).collect()
}

fn institutions(view: PageView, filter: &QueueFilter) -> Vec<FilterChoice> {
    let results = view.material.results();
    let mut counts = vec![0_usize; results.records.institutions.len()];
    for item in view.material.queue.items() {
        if let Some(count) = counts.get_mut(item.institution as usize) {
            *count += 1;
        }
    }
    let known = (0_u32..).zip(&results.records.institutions).zip(counts);
    let choice = |((index, institution), count): ((u32, &crate::records::Institution), usize)| {
        let words = format!("{}（{count}）", institution.name);
        (index.to_string(), words, filter.institution == Some(index))
    };
    let known = known.filter(|(_, count)| *count > 0).map(choice);
    std::iter::once(all(filter.institution.is_none())).chain(known).collect()
}

fn counties(view: PageView, filter: &QueueFilter) -> Vec<FilterChoice> {
    let gazetteer = &view.material.results().records.gazetteer;
    let mut ids: Vec<PlaceId> =
        view.material.queue.items().iter().flat_map(|item| item.counties.iter().copied()).collect();
    ids.sort_unstable();
    ids.dedup();
    let choice =
        |id: PlaceId| (id.to_string(), gazetteer.name(id).to_owned(), filter.county == Some(id));
    let known = gazetteer.official_order(&ids).into_iter().map(choice);
    std::iter::once(all(filter.county.is_none())).chain(known).collect()
}
