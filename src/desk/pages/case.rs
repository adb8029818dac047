//! One question: both sides, what speaks for and against, who else it could be, and the answer.

use maud::{Markup, PreEscaped, html};

use crate::desk::material::Question;
use crate::desk::queue::Item;
use crate::ledger::{CaseEntry, Disclosure, RulingEntry, Verdict};
use crate::linkage::decisions::Answer;
use crate::linkage::{Candidate, Contribution};
use crate::plots::{Step, waterfall};
use crate::results::marks::MarkedText;
use crate::results::{evidence, words};
use crate::vocabulary::beijing_time;

use super::names::name;
use super::queue::undo_form;
use super::sides::{self, SideLine};
use super::{PageView, frame, headings, list_field, on_list, secret};

/// What the ledger knows about a question.
pub(in crate::desk) struct Past {
    /// All rulings on it, oldest first.
    pub(in crate::desk) rulings: Vec<RulingEntry>,
    /// To whom its numbers were shown.
    pub(in crate::desk) disclosures: Vec<Disclosure>,
}

/// Position of a question in the list: its number and how many there are, and its neighbours' keys.
pub(in crate::desk) struct QueuePlace {
    pub(in crate::desk) number: Option<usize>,
    pub(in crate::desk) of: usize,
    pub(in crate::desk) before: Option<String>,
    pub(in crate::desk) after: Option<String>,
    pub(in crate::desk) page: usize,
}

/// The page of a question; `None` where there is no such case.
pub(in crate::desk) fn case(
    view: PageView,
    item: &Item,
    case: usize,
    place: &QueuePlace,
    past: &Past,
) -> Option<Markup> {
    let question = view.material.question(case)?;
    let title = format!("{} 是不是同一人", name(&question.record.facts.name.text));
    let body = html! {
        (top(view, question, place))
        (comparison(view, question))
        div.columns {
            section.why { (why(question)) }
            section.others {
                (candidates(view, item, case))
                (household(view, question))
            }
        }
        (history(past))
        (verdict(view, question, past))
    };
    Some(frame(view, "/cases", &title, &body))
}

/// The page of a question that is no longer on the list.
pub(in crate::desk) fn gone(view: PageView, case: &CaseEntry, rulings: &[RulingEntry]) -> Markup {
    let (source, person) = (&case.pair.source, &case.pair.person);
    let body = html! {
        h1 { "这条待核已不在清单里" }
        p {
            (source.institution) " " b { (name(&source.who.name)) } " 与登记人员 " b { (name(&person.who.name)) }
            "：重新比对后，程序不再问这一条。"
            @if rulings.is_empty() { "没有人对它作过认定，可能是数据改了，或同一人的另一条认定已经解决。" }
            @else { "对它的认定见下；要改判，请在“认定记录”里撤回后重新比对。" }
        }
        (unsent(view, &case.key))
        (history(&Past { rulings: rulings.to_vec(), disclosures: Vec::new() }))
        p { a href="/cases" { "回到待核清单" } "　" a href="/changes" { "看变动" } "　" a href="/rulings" { "看认定记录" } }
    };
    frame(view, "/cases", "这条待核已不在清单里", &body)
}

fn top(view: PageView, question: Question, place: &QueuePlace) -> Markup {
    let results = view.material.results();
    let case = |key: &str| on_list(&format!("/case/{key}"), view.list);
    let list = pager_address(view, place.page);
    html! {
        div.top {
            h1 {
                (name(&question.record.facts.name.text))
                small { (results.institution(question.record)) "　" (question.outcome.match_class.label()) }
            }
            nav.steps.screen aria-label="前后" {
                a href=(list) data-key="Escape" { "清单 (Esc)" }
                @if let Some(key) = &place.before { a data-key="k" rel="prev" href=(case(key)) { "上一个 (K)" } }
                @if let Some(number) = place.number { span { (number) " / " (place.of) } }
                @if let Some(key) = &place.after { a data-key="j" rel="next" href=(case(key)) { "下一个 (J)" } }
            }
        }
    }
}

/// The page of the list one came from.
fn pager_address(view: PageView, page: usize) -> String {
    let address = on_list("/cases", view.list);
    let join = if view.list.is_some() { '&' } else { '?' };
    format!("{address}{join}page={page}")
}

fn comparison(view: PageView, question: Question) -> Markup {
    let results = view.material.results();
    let in_full = view.session.revealed.contains(&question.case.key);
    let lines = sides::lines(results, question, in_full);
    let source = results.catalogue.show(question.record.origin, None);
    let registry = results.catalogue.show(question.person.origin, None);
    html! {
        table.sides {
            caption.hidden { "两边的登记，不同的字带红色下划线" }
            thead { tr {
                th scope="col" { "项目" }
                th scope="col" { "学校（机构）填报" small.path { (source) } }
                th scope="col" { "建档立卡登记　人编号 " (question.person.person_no) small.path { (registry) } }
            } }
            tbody { @for line in &lines { (compared(line)) } }
        }
        @if !in_full {
            form.inline.screen method="post" action=(format!("/case/{}/reveal", question.case.key)) {
                (secret(view))
                (list_field(view))
                button.small type="submit" { "显示完整证件号、出生日期和电话（记入台账）" }
            }
        }
        @if question.case.is_audit {
            p.note { "抽查：程序已定为比对一致，随机抽出请人核对；除非认定“不是同一人”，仍按比对一致统计。" }
        }
        @if question.case.rows > 1 { p.note { "此人共 " (question.case.rows) " 行，结论对各行都适用。" } }
    }
}

fn compared(line: &SideLine) -> Markup {
    html! {
        tr {
            th scope="row" { (line.name) }
            td { (marked(&line.source.0)) (cell(&line.source.1)) }
            td { (marked(&line.registry.0)) (cell(&line.registry.1)) }
        }
    }
}

fn marked(runs: &[MarkedText]) -> Markup {
    html! {
        span.value {
            @if runs.iter().all(|run| run.text.trim().is_empty()) { span.faint { "（空）" } }
            @for run in runs {
                @if run.differs { mark { (run.text) } } @else { (run.text) }
            }
        }
    }
}

fn cell(address: &str) -> Markup {
    html! { @if !address.is_empty() { span.cell title="单元格" { (address) } } }
}

fn why(question: Question) -> Markup {
    let candidate = question.candidate;
    html! {
        h2 { "为什么待核" }
        p { (question.outcome.reason) }
        p { (weighing(candidate)) }
        figure { (PreEscaped(picture(candidate))) }
    }
}

fn is_prior(part: &Contribution) -> bool {
    part.comparison.starts_with("先验")
}

fn picture(candidate: &Candidate) -> String {
    let weighs = |part: &&Contribution| part.weight.abs() >= 0.05;
    let step = |part: &Contribution| Step { name: compared_as(part), value: part.weight };
    let steps: Vec<Step> = candidate.contributions.iter().filter(weighs).map(step).collect();
    waterfall("各项比对的得分（正数支持是同一人，负数反对）", &steps, "合计")
}

/// What was compared and how it compares.
fn compared_as(part: &Contribution) -> String {
    // Nobody at the desk need know the word.
    if is_prior(part) { format!("起点 {}", part.level) } else { evidence::words(part) }
}

/// What speaks for and against in words.
fn weighing(candidate: &Candidate) -> Markup {
    let named = |wanted: fn(f64) -> bool| {
        let parts = candidate.contributions.iter();
        let parts = parts.filter(|part| !is_prior(part) && wanted(part.weight));
        parts.map(compared_as).collect::<Vec<_>>().join("、")
    };
    let (speaks_for, against) = (named(|weight| weight > 0.05), named(|weight| weight < -0.05));
    html! {
        @if !speaks_for.is_empty() { "相符：" (speaks_for) "。" }
        @if !against.is_empty() { "不符：" b { (against) } "。" }
    }
}

fn candidates(view: PageView, item: &Item, shown: usize) -> Markup {
    let results = view.material.results();
    let (_, outcome) = results.row(item.row);
    let cases = &results.cases[item.cases.clone()];
    html! {
        h2 { "候选人（" (outcome.candidates.len()) "）" }
        ol.candidates {
            @for (rank, candidate) in outcome.candidates.iter().enumerate() {
                @let person = results.person(candidate.person);
                @let case = cases.iter().position(|case| case.candidate == rank);
                @let current = case.map(|place| item.cases.start + place) == Some(shown);
                li aria-current=[current.then_some("true")] {
                    @match case {
                        Some(place) if !current => { a href=(on_list(&format!("/case/{}", cases[place].key), view.list)) { (name(&person.facts.name.text)) } }
                        _ => { b { (name(&person.facts.name.text)) } }
                    }
                    " " (person.facts.id.masked()) " "
                    span.faint { (results.home(&person.facts.place).joined()) " " (words::relation(person)) }
                    " " (format!("{:.1}%", candidate.probability * 100.0))
                    @if let Some((answer, entry)) = case.and_then(|place| view.standing.answer(&cases[place].key)) {
                        " " b { (answer.label()) } " " span.faint { (entry.clerk) }
                    }
                }
            }
        }
    }
}

fn household(view: PageView, question: Question) -> Markup {
    let results = view.material.results();
    let members = view.material.household(question.person);
    let relatives = &question.record.relatives;
    html! {
        h2 { "候选人家庭" @if !question.person.household_no.is_empty() { small { "户编号 " (question.person.household_no) } } }
        @if members.is_empty() { p.note { "建档立卡信息里没有户编号。" } }
        @else {
            table {
                (headings(&["姓名", "与户主关系", "证件号码", ""]))
                tbody {
                    @for index in members {
                        @let person = results.person(*index);
                        @let named = relatives.iter().any(|one| !one.name.folded.is_empty() && one.name.folded == person.facts.name.folded);
                        tr {
                            td { (name(&person.facts.name.text)) }
                            td { (words::relation(person)) }
                            td { (person.facts.id.masked()) }
                            td {
                                @if *index == question.candidate.person { b { "本候选人" } }
                                @else if named { b { "与填报的家长同名" } }
                                @else if view.material.rows_of(*index).next().is_some() { "已比中" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn history(past: &Past) -> Markup {
    html! {
        @if !past.rulings.is_empty() || !past.disclosures.is_empty() {
            section.history {
                h2 { "经过" }
                ul {
                    @for entry in &past.rulings {
                        li {
                            "第 " (entry.number) " 号　" (beijing_time(entry.at)) "　" (entry.clerk) "　"
                            b { (verdict_words(entry)) }
                            @if !entry.note.is_empty() { "　" (entry.note) }
                            span.faint { "　" (entry.place) }
                        }
                    }
                    @for shown in &past.disclosures {
                        li.faint { (beijing_time(shown.at)) "　" (shown.clerk) "　查看了完整证件号" }
                    }
                }
            }
        }
    }
}

/// The word of a ruling.
pub(super) fn verdict_words(entry: &RulingEntry) -> &'static str {
    match entry.verdict {
        Verdict::Answered(answer) => answer.label(),
        Verdict::Undone => "撤回",
    }
}

/// A remark that has no field here.
fn unsent(view: PageView, key: &str) -> Markup {
    let remark = view.session.remark(key);
    html! { @if !remark.is_empty() { p { "您填的备注（没有记入）：" b.remark { (remark) } } } }
}

/// The bar of answers; where another clerk has answered, only the way to take that back.
fn verdict(view: PageView, question: Question, past: &Past) -> Markup {
    let key = &question.case.key;
    let settled = view.standing.answer(key);
    let by_other = settled.filter(|(_, entry)| entry.clerk != view.session.clerk);
    html! {
        div.verdict.screen {
            @if view.session.clerk.is_empty() {
                p { "要作认定，请先" a href="/door" { "填写核对人姓名" } "。" }
                (unsent(view, key))
            } @else if let Some((answer, entry)) = by_other {
                (unsent(view, key))
                form.inline method="post" action=(format!("/case/{key}/undo")) {
                    (secret(view))
                    (list_field(view))
                    input type="hidden" name="number" value=(entry.number);
                    span { (entry.clerk) " 已认定 " b { (answer.label()) } "。如须改判，请与其商定后先撤回：" }
                    button type="submit" { "撤回第 " (entry.number) " 号" }
                }
            } @else {
                (answers(view, question, past))
            }
            (undo_form(view))
        }
    }
}

/// The form of answers. It says which question its page showed, and the newest ruling on it.
fn answers(view: PageView, question: Question, past: &Past) -> Markup {
    let key = &question.case.key;
    let seen = past.rulings.last().map_or(0, |entry| entry.number);
    let settled = view.standing.answer(key);
    html! {
        form.inline method="post" action=(format!("/case/{key}/verdict")) data-draft=(format!("/case/{key}/draft")) {
            (secret(view))
            (list_field(view))
            input type="hidden" name="seen" value=(seen);
            input type="hidden" name="shown" value=(view.session.page());
            // Enter in the remark presses the first button: one that does nothing.
            button.hidden type="submit" disabled tabindex="-1" aria-hidden="true" {}
            @for (digit, answer) in ["1", "2", "3"].into_iter().zip(Answer::ALL) {
                button.answer data-key=(digit) data-deaf type="submit" name="answer" value=(answer.key())
                    aria-pressed=[settled.map(|(given, _)| if given == answer { "true" } else { "false" })] {
                    kbd { (digit) } " " (answer.label())
                }
            }
            label.note { "备注" input data-key="b" name="note" value=(view.session.remark(key)) maxlength="200" autocomplete="off" placeholder="依据，如：户口簿已核 (B)"; }
        }
    }
}
