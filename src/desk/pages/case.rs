//! One question: both sides, what speaks for and against, who else it could be, and the answer.

use maud::{Markup, PreEscaped, html};

use crate::desk::material::Question;
use crate::desk::queue::Item;
use crate::ledger::{CaseEntry, Disclosure, RulingAct, RulingEntry};
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
    /// Another clerk who has the same row before him right now.
    pub(in crate::desk) beside: Option<String>,
}

/// Position of a question in the list: its number and how many there are, and its neighbours' keys.
pub(in crate::desk) struct QueuePlace {
    pub(in crate::desk) number: Option<usize>,
    pub(in crate::desk) of: usize,
    pub(in crate::desk) before: Option<String>,
    pub(in crate::desk) after: Option<String>,
    pub(in crate::desk) page: usize,
    /// The next candidate of the same row, if it has a question of its own.
    pub(in crate::desk) other: Option<String>,
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
    let title = format!("{} 是不是同一人", name(question.record.facts.name.text()));
    let body = html! {
        (top(view, question, place))
        @if let Some(clerk) = &past.beside { p.notice role="status" { (clerk) " 也正开着这一条，请先商定由谁认定。" } }
        (comparison(view, item, case, question))
        div.columns.reasons {
            section.why { (why(question)) }
            section.others { (household(view, question)) }
            details.sum { summary { "得分图" } figure { (PreEscaped(picture(question))) } }
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
        (history(&Past { rulings: rulings.to_vec(), disclosures: Vec::new(), beside: None }))
        p { a href="/cases" { "回到待核清单" } "　" a href="/changes" { "看变动" } "　" a href="/rulings" { "看认定记录" } }
    };
    frame(view, "/cases", "这条待核已不在清单里", &body)
}

fn top(view: PageView, question: Question, place: &QueuePlace) -> Markup {
    let results = view.material.results();
    let case = |key: &str| on_list(&format!("/case/{key}"), view.list);
    let list = pager_address(view, place.page);
    let row = view.material.survey().row_in_run(question.case.row);
    html! {
        div.top {
            h1 {
                (name(question.record.facts.name.text()))
                small { (results.institution(question.record)) "　" (question.outcome.match_class.label()) }
            }
            nav.steps.screen aria-label="前后" {
                a href=(format!("/people?row={row}&run={}", view.material.serial())) data-key="f" { "查此人 (F)" }
                (reveal(view, question))
                @if let Some(key) = place.other.as_deref() { a data-key="c" href=(case(key)) { "下一候选 (C)" } }
                a href=(format!("{list}#{}", question.case.key)) data-key="Escape" { "清单 (Esc)" }
                @if let Some(key) = &place.before { a data-key="k" rel="prev" href=(case(key)) { "上一个 (K)" } }
                @if let Some(number) = place.number { span { (number) " / " (place.of) } }
                @if let Some(key) = &place.after { a data-key="j" rel="next" href=(case(key)) { "下一个 (J)" } }
            }
        }
    }
}

/// The button behind which numbers are shown in full; who presses it is kept.
fn reveal(view: PageView, question: Question) -> Markup {
    html! {
        @if !view.session.revealed.contains(&question.case.key) {
            form.inline method="post" action=(format!("/case/{}/reveal", question.case.key)) {
                (secret(view))
                (list_field(view))
                button.small data-key="r" type="submit" title="完整证件号、出生日期和电话，记入台账" { "显示完整号码（记入台账）(R)" }
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

/// The row of the school beside everybody it may be, with what each line weighs.
fn comparison(view: PageView, item: &Item, case: usize, question: Question) -> Markup {
    let results = view.material.results();
    let in_full = view.session.revealed.contains(&question.case.key);
    let columns = columns(view, item, case, question, in_full);
    let own = columns.iter().find(|column| column.is_asked).map_or(&[][..], |one| &one.lines);
    let source = results.catalogue.show(question.record.origin, None);
    html! {
        table.sides {
            caption.hidden { "填报的一行和各候选人，不同的字带红色下划线，右边是每一项的得分" }
            thead { tr {
                th scope="col" { "项目" }
                th scope="col" { "学校（机构）填报" small.path title=(source) { (results.catalogue.show_outside(question.record.origin, None)) } }
                @for (rank, column) in columns.iter().enumerate() { (column_head(view, rank, column)) }
            } }
            tbody {
                @for (at, line) in own.iter().enumerate() {
                    tr {
                        th scope="row" { (line.name) }
                        td { (marked(&line.source.0)) (cell(&line.source.1)) }
                        @for column in &columns { (compared(column, at)) }
                    }
                }
                tr {
                    th scope="row" { "本期已比中" }
                    td {}
                    @for column in &columns {
                        td.asked[column.is_asked] { (elsewhere(view, column.question.candidate.person, question.case.row)) }
                    }
                }
                tr {
                    th scope="row" { "得分、概率" }
                    td { @if question.case.rows > 1 { "此人共 " (question.case.rows) " 行，结论对各行都适用" } }
                    @for column in &columns {
                        td.asked[column.is_asked] { (summed(column.question)) }
                    }
                }
            }
        }
        @if question.case.is_audit {
            p.note { "抽查：程序已定为比对一致，随机抽出请人核对；除非认定“不是同一人”，仍按比对一致统计。" }
        }
    }
}

/// What is added to the lines' weights, and what it comes to.
fn summed(question: Question) -> Markup {
    let odds = SharedOdds::of(question);
    let rest = odds.steps().into_iter().filter(|step| step.value.abs() >= 0.05);
    let rest: Vec<String> =
        rest.map(|step| format!("，{} {:+.1}", step.name, step.value)).collect();
    html! {
        "概率 " b { (percent(question.candidate)) }
        span.faint {
            "（合计 " (format!("{:+.1}", log_odds(question.candidate.probability)))
            "：起点 " (format!("{:+.1}", odds.start)) "，各项如上" (rest.concat()) "）"
        }
    }
}

/// One candidate of the row.
struct CandidateColumn<'run> {
    question: Question<'run>,
    lines: Vec<SideLine>,
    /// Whether the page asks about this one.
    is_asked: bool,
    /// Index of the question about this one, if there is one.
    case: Option<usize>,
}

fn columns<'run>(
    view: PageView<'run>,
    item: &Item,
    case: usize,
    question: Question<'run>,
    in_full: bool,
) -> Vec<CandidateColumn<'run>> {
    let results = view.material.results();
    let cases = &view.material.results().cases[item.cases.clone()];
    let column = |(rank, candidate): (usize, &'run Candidate)| {
        let own = cases.iter().position(|case| case.candidate == rank);
        let own = own.map(|place| item.cases.start + place);
        let is_asked = own == Some(case);
        let question = Question { candidate, person: results.person(candidate.person), ..question };
        let lines = sides::lines(results, question, in_full);
        CandidateColumn { question, lines, is_asked, case: own }
    };
    question.outcome.candidates.iter().enumerate().map(column).collect()
}

fn column_head(view: PageView, rank: usize, column: &CandidateColumn) -> Markup {
    let results = view.material.results();
    let person = column.question.person;
    let key = column.case.map(|case| results.cases[case].key.as_str());
    let answer = key.and_then(|key| view.standing.answer(key));
    let named = name(person.facts.name.text());
    html! {
        th.asked[column.is_asked] scope="col" aria-current=[column.is_asked.then_some("true")] {
            "候选 " (rank + 1) " "
            @match key {
                Some(key) if !column.is_asked => { a href=(on_list(&format!("/case/{key}"), view.list)) { (named) } },
                _ => b { (named) },
            }
            " " (percent(column.question.candidate))
            @if let Some((answer, entry)) = answer { " " b { (answer.label()) } " " span.faint { (entry.clerk) } }
            small.path title=(results.catalogue.show(person.origin, None)) { "人编号 " (person.person_no) "　" (results.catalogue.show_outside(person.origin, None)) }
        }
    }
}

fn percent(candidate: &Candidate) -> String {
    format!("{:.1}%", candidate.probability * 100.0)
}

fn compared(column: &CandidateColumn, at: usize) -> Markup {
    let line = &column.lines[at];
    let weight = line.weight(column.question.candidate);
    html! {
        td.asked[column.is_asked] {
            @if let Some(weight) = weight.filter(|weight| weight.abs() >= 0.05) {
                b.weight title="得分" { (format!("{weight:+.1}")) }
            }
            (marked(&line.registry.0)) (cell(&line.registry.1))
        }
    }
}

/// The other rows a registered person is linked to: where, since when, how surely.
fn elsewhere(view: PageView, person: u32, but: u32) -> Markup {
    let results = view.material.results();
    let rows: Vec<u32> = view.material.rows_of(person).filter(|row| *row != but).collect();
    html! {
        @if rows.is_empty() { span.faint { "没有" } }
        @for row in &rows {
            @let (record, outcome) = results.row(*row);
            div {
                (results.institution(record)) " " (words::began(record)) " "
                span.faint { @if let Some(best) = outcome.best() { (percent(best)) } }
            }
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
    }
}

/// What a candidate's comparisons leave out of the probability: others share the odds.
struct SharedOdds {
    /// Where everybody in the registry begins.
    start: f64,
    /// The other candidates are alike, too.
    rivals: f64,
    /// It may be somebody of the family.
    family: f64,
}

impl SharedOdds {
    fn of(question: Question) -> Self {
        let candidate = question.candidate;
        let start = sides::weight_of(candidate, |name| name.starts_with("先验")).unwrap_or(0.0);
        let others = question.outcome.candidates.iter();
        let others = others.filter(|other| other.person != candidate.person);
        let odds: f64 = others.map(|other| libm::exp2(other.weight)).sum();
        let rivals = -libm::log2(1.0 + odds);
        let compared: f64 = candidate.contributions.iter().map(|part| part.weight).sum();
        Self { start, rivals, family: log_odds(candidate.probability) - compared - rivals }
    }

    /// The two parts that stand in no line of the table.
    fn steps(&self) -> [Step; 2] {
        [("其他候选人", self.rivals), ("家里人", self.family)]
            .map(|(name, value)| Step { name: name.to_owned(), value })
    }
}

/// The waterfall up to the probability shown: what was compared, then those who share the odds.
fn picture(question: Question) -> String {
    let candidate = question.candidate;
    let part = |part: &Contribution| Step { name: compared_as(part), value: part.weight };
    let mut steps: Vec<Step> = candidate.contributions.iter().map(part).collect();
    steps.extend(SharedOdds::of(question).steps());
    steps.retain(|step| step.value.abs() >= 0.05);
    let total = format!("合计，概率 {}", percent(candidate));
    waterfall("各项比对的得分（正数支持是同一人，负数反对），加起来就是概率", &steps, &total)
}

/// Log2 odds of a probability; one that is certain as near as a number can say.
fn log_odds(probability: f64) -> f64 {
    let inside = probability.clamp(1e-12, 1.0 - 1e-12);
    libm::log2(inside / (1.0 - inside))
}

/// What was compared and how it compares.
fn compared_as(part: &Contribution) -> String {
    // Nobody at the desk need know the word.
    if part.is_prior() { format!("起点 {}", part.level()) } else { evidence::words(part) }
}

/// What speaks for and against in words.
fn weighing(candidate: &Candidate) -> Markup {
    let named = |wanted: fn(f64) -> bool| {
        let parts = candidate.contributions.iter();
        let parts = parts.filter(|part| !part.is_prior() && wanted(part.weight));
        parts.map(compared_as).collect::<Vec<_>>().join("、")
    };
    let (speaks_for, against) = (named(|weight| weight > 0.05), named(|weight| weight < -0.05));
    html! {
        @if !speaks_for.is_empty() { "相符：" (speaks_for) "。" }
        @if !against.is_empty() { "不符：" b { (against) } "。" }
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
                (headings(&["姓名", "与户主关系", "证件号码", "本期已比中"]))
                tbody {
                    @for index in members {
                        @let person = results.person(*index);
                        @let named = relatives.iter().any(|one| !one.name.folded().is_empty() && one.name.folded() == person.facts.name.folded());
                        tr {
                            td { (name(person.facts.name.text())) }
                            td { (words::relation(person)) }
                            td { (person.facts.id.masked()) }
                            td {
                                @if *index == question.candidate.person { b { "本候选人" } }
                                @else if named { b { "与填报的家长同名" } }
                                @else { (linked_short(view, *index)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The rows a member of the family is linked to.
fn linked_short(view: PageView, person: u32) -> Markup {
    html! { @if view.material.rows_of(person).next().is_some() { (elsewhere(view, person, u32::MAX)) } }
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
        RulingAct::Answered(answer) => answer.label(),
        RulingAct::Undone => "撤回",
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

/// Remarks clerks write most, to be chosen.
const READY: [&str; 6] = [
    "户口簿已核",
    "身份证复印件已核",
    "电话问过本人或家长",
    "学校来电确认",
    "村里来电确认",
    "退回学校补号",
];

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
            label.note { "备注" input data-key="b" name="note" value=(view.session.remark(key)) list="ready" maxlength="200" autocomplete="off" placeholder="依据，如：户口簿已核 (B)"; }
            datalist #ready { @for words in READY { option value=(words) {} } }
        }
    }
}
