//! The people behind a number of the page 项目: those with one verdict of a rule, or those a figure counts.

use maud::{Markup, html};

use super::person::file_of;
use super::{PER_PAGE, PageView, frame, headings};
use crate::origin::Origin;
use crate::programmes::{Verdict, VerdictLine};
use crate::records::Facts;
use crate::records::money::yuan;
use crate::results::words::chinese_date;
use crate::results::{Results, ToldRow};

/// Which number.
#[derive(Clone, Copy, Debug)]
pub(in crate::desk) enum Number<'a> {
    /// Lines of a rule with one verdict.
    Verdict {
        /// Index into the programmes.
        programme: usize,
        /// The rule.
        rule: &'a str,
        /// The verdict.
        verdict: Verdict,
    },
    /// What a line of the progress tables counts, by its index among all of the run.
    Figure(usize),
}

/// The address of a number's page in one run.
pub(super) fn address(number: &Number<'_>, serial: u32) -> String {
    match number {
        Number::Verdict { programme, rule, verdict } => {
            let verdict = verdict.key();
            format!("/behind?programme={programme}&rule={rule}&verdict={verdict}&run={serial}")
        }
        Number::Figure(line) => format!("/behind?line={line}&run={serial}"),
    }
}

/// A person of the list.
struct Counted<'run> {
    person: u32,
    facts: Option<&'run Facts>,
    place: String,
    said: String,
    amount: Option<i64>,
}

/// The page; `None` for a number there is none of.
pub(in crate::desk) fn behind(view: PageView, number: &Number<'_>, page: usize) -> Option<Markup> {
    let results = view.material.results();
    let serial = view.material.serial();
    let (title, people) = match number {
        Number::Verdict { programme, rule, verdict } => {
            let policy = results.project.programmes.get(*programme)?;
            let title = &policy.rule(rule)?.title;
            let is_it = |line: &&VerdictLine| {
                line.programme == *programme && line.rule == *rule && line.verdict == *verdict
            };
            let lines = results.judged?.lines.iter().filter(is_it);
            let people: Vec<Counted<'_>> = lines.map(|line| of_line(&results, line)).collect();
            (format!("{rule} {title}：{}", verdict.label()), people)
        }
        Number::Figure(line) => {
            let line = results.judged?.progress.get(*line)?;
            let policy = &results.project.programmes[line.programme];
            let people = line.rows.iter().filter_map(|origin| of_row(&results, *origin)).collect();
            let figure = results.figure_title(policy, &line.figure);
            let (from, to) = (chinese_date(line.start), chinese_date(line.end));
            (format!("{}：{figure}（{from}至{to}）", line.row), people)
        }
    };
    let first = page.saturating_sub(1).saturating_mul(PER_PAGE);
    let next = format!("{}&page={}", address(number, serial), page + 1);
    let body = html! {
        h1 { (title) small { (people.len()) " 条" } }
        p { a href="/programmes" { "返回项目" } }
        table {
            (headings(&["姓名", "证件号码", "出处", "说明", "#金额（元）"]))
            tbody {
                @for one in people.iter().skip(first).take(PER_PAGE) {
                    tr {
                        td { a href=(file_of(one.person, serial)) {
                            (one.facts.map_or("（没有姓名）", |facts| facts.name.raw().trim()))
                        } }
                        td { (one.facts.map_or_else(String::new, |facts| facts.id.masked())) }
                        td.wrap { (one.place) } td.wrap { (one.said) }
                        td.n { (one.amount.map_or_else(String::new, yuan)) }
                    }
                }
            }
        }
        @if first + PER_PAGE < people.len() { p { a href=(next) { "下一页" } } }
    };
    Some(frame(view, "/programmes", "项目", &body))
}

fn of_line<'run>(results: &Results<'run>, line: &VerdictLine) -> Counted<'run> {
    let event = results.judged.and_then(|judged| judged.events.get(line.event as usize));
    let origin = event.and_then(|event| event.origin);
    Counted {
        person: line.person,
        facts: origin.and_then(|origin| results.told_at(origin)).map(|row| row.facts),
        place: origin.map_or_else(String::new, |one| results.catalogue.show(one, None)),
        said: line.reason(),
        amount: line.low,
    }
}

fn of_row<'run>(results: &Results<'run>, origin: Origin) -> Option<Counted<'run>> {
    let ToldRow { person, facts } = results.told_at(origin)?;
    let place = results.catalogue.show(origin, None);
    Some(Counted { person, facts: Some(facts), place, said: String::new(), amount: None })
}
