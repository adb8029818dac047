//! Somebody looked up in all sources, for the clerk on the telephone.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::desk::rounds::Rounds;
use crate::desk::search::{FoundPeople, SHOWN};
use crate::linkage::Decision;
use crate::results::words;

use super::names::name;
use super::{PageView, frame, headings, rounds, secret};

/// The page with what was found, by words or around one row.
pub(in crate::desk) fn people(
    view: PageView,
    is_row: bool,
    found: &FoundPeople,
    past: &Rounds,
) -> Markup {
    let sought = &view.session.sought;
    let body = html! {
        h1 { "查人" }
        form.filters method="post" action="/people" role="search" {
            (secret(view))
            label { "姓名、证件号或末四位、村" input #search data-key="/" type="search" name="words" value=(sought) autocomplete="off" autofocus[sought.is_empty()]; }
            button type="submit" { "查找" }
        }
        p.note { "可以写几个词，用空格隔开，都要符合。证件号已遮盖。" }
        @if is_row || !sought.is_empty() {
            h2 { "建档立卡登记 " small { (told(found.counts[0])) } }
            @if !found.persons.is_empty() { (persons(view, &found.persons, past)) }
            h2 { "学籍与培训 " small { (told(found.counts[1])) } }
            @if !found.rows.is_empty() { (rows(view, &found.rows)) }
            @if !is_row { (rounds::gone(past)) }
        }
    };
    frame(view, "/people", "查人", &body)
}

fn told(count: usize) -> String {
    match count {
        0 => "没有找到".to_owned(),
        count if count > SHOWN => format!("找到 {count} 条，列出前 {SHOWN} 条，请再加一个词"),
        count => format!("找到 {count} 条"),
    }
}

fn persons(view: PageView, list: &[u32], past: &Rounds) -> Markup {
    let results = view.material.results();
    let files = registered(view, list);
    html! {
        table {
            (headings(&["姓名", "证件号码", "地址", "户内身份", "状态", "本期比中的学籍、培训", "以前各期", "出处"]))
            tbody {
                @for index in list {
                    @let person = results.person(*index);
                    tr {
                        td.keep { (with_file(view, person.facts.name.text(), files.get(index).copied())) }
                        td.keep { (person.facts.id.masked()) }
                        td { (results.home(&person.facts.place).joined()) }
                        td { (words::relation(person)) }
                        td { (words::standing(person)) }
                        td {
                            @for row in view.material.rows_of(*index) {
                                @let (record, _) = results.row(row);
                                div { (results.institution(record)) " " span.faint { (words::began(record)) } }
                            }
                        }
                        td {
                            @if past.halves.is_empty() { span.faint { "台账中没有以前各期" } }
                            @else { (rounds::seen(past.of.get(index).map_or(&[], Vec::as_slice))) }
                        }
                        td.path { (results.name_cell(person.origin)) }
                    }
                }
            }
        }
    }
}

fn rows(view: PageView, list: &[u32]) -> Markup {
    let results = view.material.results();
    html! {
        table {
            (headings(&["姓名", "证件号码", "学校（机构）", "专业、工种", "入学、开班", "比对", "登记人员", "出处"]))
            tbody {
                @for index in list {
                    @let (record, outcome) = results.row(*index);
                    @let best = results.best(outcome).filter(|_| outcome.decision != Decision::None);
                    @let own = results.census.map(|census| census.of_source[*index as usize]);
                    tr {
                        td.keep { (with_file(view, record.facts.name.text(), own)) }
                        td.keep { (record.facts.id.masked()) }
                        td { (results.institution(record)) }
                        td { (words::course(record)[0]) }
                        td { (words::began(record)) }
                        td { (decision(view, *index, outcome.decision)) }
                        td {
                            @if let Some((_, person)) = best {
                                (name(person.facts.name.text())) " " span.faint { (results.home(&person.facts.place).joined()) }
                            }
                        }
                        td.path { (results.name_cell(record.origin)) }
                    }
                }
            }
        }
    }
}

/// Who of these registered persons is who of the lists' people.
fn registered(view: PageView, list: &[u32]) -> BTreeMap<u32, u32> {
    let census = view.material.results().census;
    let people = census.map_or(&[][..], |census| &census.persons);
    let known = (0_u32..).zip(people).filter_map(|(person, one)| Some((one.registry?, person)));
    known.filter(|(registry, _)| list.contains(registry)).collect()
}

/// A name, with the way to the person's file where lists or programmes made one.
fn with_file(view: PageView, text: &str, person: Option<u32>) -> Markup {
    html! {
        @match person {
            Some(person) => {
                a href=(super::person::file_of(person, view.material.serial())) { (name(text)) }
            }
            None => { (name(text)) }
        }
    }
}

/// The decision; for a row in review, with the way to it.
fn decision(view: PageView, row: u32, decision: Decision) -> Markup {
    let results = view.material.results();
    let case = results.cases.binary_search_by_key(&row, |case| case.row).ok();
    html! {
        @match case.filter(|_| decision == Decision::Review) {
            Some(case) => { a href=(format!("/case/{}", results.cases[case].key)) { (decision.label()) } }
            None => { (decision.label()) }
        }
    }
}
