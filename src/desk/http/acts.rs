//! What people do: decide, take back, look behind a mask, choose what they see.

use std::sync::Arc;

use super::asked::PageRequest;
use super::reads::{EXPORTS, chosen, gone};
use super::reply::Reply;
use super::{App, OpenBook};
use crate::desk::pages;
use crate::desk::queue::{QueueFilter, QueueOrder, QueueProgress, first_open, progress};
use crate::desk::sessions::{Session, lock};
use crate::file_names;
use crate::findings::Finding;
use crate::ledger::{Disclosure, LedgerError};
use crate::linkage::MatchClass;
use crate::linkage::decisions::Answer;
use crate::pipeline::decide::{self, DecideError, GivenAnswer, Undoing};
use crate::workbooks::mismatch_book;

/// How rulings say where they came from.
const PLACE: &str = "bidui review";

const NO_CLERK: &str = "请先填写核对人姓名，认定要记上是谁作的。";

fn go(place: impl Into<String>) -> Reply {
    Reply::Go(place.into())
}

/// Letters of a remark, at most.
const REMARK: usize = 200;

fn case_address(key: &str, list: Option<usize>) -> String {
    pages::on_list(&format!("/case/{key}"), list)
}

pub(super) fn door(_: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    let clerk = asked.words("clerk", 40);
    if clerk.is_empty() {
        session.refuse(NO_CLERK);
        return go("/door");
    }
    session.clerk = clerk;
    go(session.back.take().unwrap_or_else(|| "/cases".to_owned()))
}

pub(super) fn filter(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    session.meet(&lock(&app.book).material);
    let open = QueueFilter { progress: Some(QueueProgress::Open), ..QueueFilter::default() };
    let filter = if asked.field("clear").is_empty() {
        QueueFilter {
            progress: match asked.field("progress") {
                "open" => Some(QueueProgress::Open),
                "done" => Some(QueueProgress::Done),
                _ => None,
            },
            class: MatchClass::ALL.into_iter().find(|c| c.label() == asked.field("class")),
            institution: asked.number("institution"),
            county: asked.number("county"),
            words: asked.words("words", 100),
            order: QueueOrder::ALL
                .into_iter()
                .find(|(_, name, _)| *name == asked.field("order"))
                .map_or_else(QueueOrder::default, |(order, _, _)| order),
        }
    } else {
        open
    };
    let list = session.choose(filter);
    go(pages::on_list("/cases", Some(list)))
}

/// A list that a picture or a figure leads to: open questions of a school, a county or a class.
pub(super) fn pick(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    session.meet(&lock(&app.book).material);
    let filter = QueueFilter {
        class: MatchClass::ALL.into_iter().find(|class| class.label() == asked.field("class")),
        institution: asked.number("institution"),
        county: asked.number("county"),
        ..QueueFilter::default()
    };
    let list = session.choose(filter);
    go(pages::on_list("/cases", Some(list)))
}

/// Whose findings are shown: the words stay out of the address.
pub(super) fn findings(_: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    session.finding = asked.words("words", 100);
    let number =
        |name: &str| asked.number::<u32>(name).map(|id| id.to_string()).unwrap_or_default();
    let kind: String = asked.words("kind", 8).chars().filter(char::is_ascii_alphanumeric).collect();
    go(format!("/findings?kind={kind}&place={}&county={}", number("place"), number("county")))
}

pub(super) fn people(_: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    session.sought = asked.words("words", 100);
    go("/people")
}

/// Keeps what is being typed.
pub(super) fn draft(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    if lock(&app.book).material.queue.find(&asked.key).is_some() {
        let [seen, typed] = ["seen", "typed"].map(|name| asked.number(name).unwrap_or(0_u64));
        let seen = i64::try_from(seen).unwrap_or(0);
        session.keep_remark(&asked.key, asked.words("note", 10 * REMARK), seen, typed);
    }
    Reply::Done
}

pub(super) fn verdict(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    let note = asked.words("note", usize::MAX);
    // Whatever becomes of the answer, the remark is there until a ruling holds it.
    session.hold_remark(&asked.key, &note);
    let known = lock(&app.book).material.queue.find(&asked.key).is_some();
    if !known {
        return gone(app, session, asked);
    }
    match examined(session, asked, &note) {
        Ok(answer) => rule(app, session, asked, answer, &note),
        Err(words) => {
            session.refuse(words);
            go(case_address(&asked.key, asked.list()))
        }
    }
}

/// The answer of a form, or why it cannot be taken.
fn examined(session: &Session, asked: &PageRequest, note: &str) -> Result<Answer, &'static str> {
    let answer = Answer::from_key(asked.field("answer")).ok_or("没有选结论。")?;
    if session.clerk.is_empty() {
        return Err(NO_CLERK);
    }
    if note.chars().count() > REMARK {
        return Err("备注超过 200 个字，没有记入；请改短后再作认定。");
    }
    let page = asked.number("shown").unwrap_or(0);
    if !session.has_shown(page, &asked.key) {
        return Err(
            "这个回答不是从这一条的页面上作的（或页面太旧），没有记入；请看清下面这一条再作认定。",
        );
    }
    Ok(answer)
}

fn rule(
    app: &App,
    session: &mut Session,
    asked: &PageRequest,
    answer: Answer,
    note: &str,
) -> Reply {
    let given = GivenAnswer {
        key: &asked.key,
        answer,
        clerk: &session.clerk,
        note,
        seen: asked.number("seen").filter(|number: &i64| *number > 0),
        place: PLACE,
    };
    let mut book = lock(&app.book);
    match decide::give(&mut book.ledger, given, app.clock.now()) {
        Ok(number) => {
            session.answered(&asked.key, number);
            let told = format!("{}，已记入台账（第 {number} 号）。", answer.label());
            if book.refresh().is_ok() {
                return next(session, &mut book, asked, &told, app.clock.seconds());
            }
            // It is kept; only the others' rulings could not be read.
            session.tell(told);
            go(pages::on_list("/cases", asked.list()))
        }
        Err(error) => refused(session, &error, case_address(&asked.key, asked.list())),
    }
}

/// Goes on: to the item's next candidate while it is open, else to the next open item.
fn next(
    session: &mut Session,
    book: &mut OpenBook,
    asked: &PageRequest,
    told: &str,
    now: f64,
) -> Reply {
    let list = asked.list();
    session.meet(&book.material);
    let material = Arc::clone(&book.material);
    let (results, queue) = (material.results(), &material.queue);
    // A run may have settled the question this very moment.
    let Some((place, _)) = queue.find(&asked.key) else {
        session.tell(told);
        return go(pages::on_list("/cases", list));
    };
    let item = &queue.items()[place];
    let name = pages::name(results.row(item.row).0.facts.name.text());
    let told = format!("{name}：{told}");
    let go_on = |book: &mut OpenBook, place: usize| {
        let case = first_open(&results, &queue.items()[place], &book.standing);
        let key = results.cases[case].key.as_str();
        // Before anybody else is sent on: the next clerk gets another one.
        book.attended.note(&session.form_secret, &session.clerk, key, now);
        go(case_address(key, list))
    };
    if progress(&results, item, &book.standing) == QueueProgress::Open {
        let reply = go_on(book, place);
        session.tell(told);
        return reply;
    }
    let open = QueueFilter { progress: Some(QueueProgress::Open), ..session.filter(list).clone() };
    let mut left = queue.filtered(&results, &open, &book.standing);
    let all = left.len();
    let others = book.attended.others(&session.form_secret, now);
    let busy: Vec<usize> = others.filter_map(|(key, _)| Some(queue.find(key)?.0)).collect();
    left.retain(|place| !busy.contains(place));
    if let Some(place) = queue.after(&left, open.order, place) {
        let reply = go_on(book, place);
        session.tell(told);
        return reply;
    }
    let rest = if all > left.len() {
        "这个范围内余下的，别人正开着。"
    } else {
        "这个范围内都已认定。"
    };
    session.tell(format!("{told}{rest}"));
    go(pages::on_list("/cases", list))
}

/// Tells on the next page why nothing was done; a ledger that cannot be used has a page of its own,
/// from which the same can be sent once more.
fn refused(session: &mut Session, error: &DecideError, place: String) -> Reply {
    if let DecideError::Ledger(error) = error
        && !matches!(error, LedgerError::Overtaken)
    {
        return Reply::ledger(error);
    }
    session.refuse(error.to_string());
    go(place)
}

/// Takes back the ruling the page named, or the last where it named none. A form that is sent twice
/// takes back one.
pub(super) fn undo_last(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    let number = asked.number("number").or_else(|| session.made.last().copied());
    let Some(number) = number.filter(|number| session.made.contains(number)) else {
        session.refuse(
            "没有可撤回的：本浏览器还没有作过认定，或那一条已经撤回。更早的在“认定记录”里撤回。",
        );
        return go(pages::on_list("/cases", asked.list()));
    };
    take_back(app, session, asked, number, "/cases")
}

pub(super) fn undo_that(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    let Some(number) = asked.number("number") else { return Reply::not_found() };
    if session.clerk.is_empty() {
        session.refuse(NO_CLERK);
        return go("/rulings");
    }
    take_back(app, session, asked, number, "/rulings")
}

/// Takes a ruling back and goes to its question; elsewhere where it is none of this survey.
fn take_back(
    app: &App,
    session: &mut Session,
    asked: &PageRequest,
    number: i64,
    elsewhere: &str,
) -> Reply {
    let mut book = lock(&app.book);
    let who = Undoing { clerk: &session.clerk, note: "", place: PLACE };
    match decide::take_back(&mut book.ledger, number, who, app.clock.now()) {
        Ok(entry) => {
            session.made.retain(|made| *made != number);
            let known = book.material.queue.find(&entry.key).is_some();
            let then = if known { "请重新判断" } else { "重新比对时不再采用" };
            session.tell(format!("已撤回第 {number} 号认定，{then}。"));
            let list = asked.list();
            go(if known { case_address(&entry.key, list) } else { elsewhere.to_owned() })
        }
        Err(error) => {
            if matches!(error, DecideError::NotStanding(_)) {
                session.made.retain(|made| *made != number);
            }
            refused(session, &error, elsewhere.to_owned())
        }
    }
}

pub(super) fn reveal(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    let material = Arc::clone(&lock(&app.book).material);
    let found = material.queue.find(&asked.key);
    let question = found.and_then(|(_, case)| material.question(case));
    let Some(question) = question else { return gone(app, session, asked) };
    if session.clerk.is_empty() {
        session.refuse("请先填写核对人姓名：查看完整证件号要记上是谁看的。");
        return go(case_address(&asked.key, asked.list()));
    }
    let disclosure = Disclosure {
        key: asked.key.clone(),
        clerk: session.clerk.clone(),
        at: app.clock.now(),
        places: pages::number_places(material.results(), question),
    };
    match lock(&app.book).ledger.disclose(&disclosure) {
        Ok(()) => {
            session.revealed.insert(asked.key.clone());
            go(case_address(&asked.key, asked.list()))
        }
        Err(error) => Reply::ledger(&error),
    }
}

/// The findings chosen as a workbook, which shows numbers in full: who takes it is kept first.
pub(super) fn export(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    if session.clerk.is_empty() {
        session.refuse("请先填写核对人姓名：导出的表里有完整证件号码，要记上是谁导出的。");
        return go("/findings");
    }
    if !app.everybody.is_there() {
        return go("/findings");
    }
    let chosen = chosen(session, asked);
    let material = Arc::clone(&lock(&app.book).material);
    let findings: Vec<Finding> = pages::chosen(&material, &chosen).into_iter().cloned().collect();
    let words = pages::chosen_words(&material, &chosen);
    let made = mismatch_book(&material.results(), &findings, &words);
    let bytes = match made {
        Ok(bytes) => bytes,
        Err(error) => return Reply::failed(error.to_string()),
    };
    let disclosure = Disclosure {
        key: EXPORTS.to_owned(),
        clerk: session.clerk.clone(),
        at: app.clock.now(),
        places: format!("{} 条：{words}", findings.len()),
    };
    match lock(&app.book).ledger.disclose(&disclosure) {
        Ok(()) => {
            let as_of = material.results().project.as_of;
            let name = file_names::portable(&format!("差异_{}", words.replace('；', "_")));
            Reply::Workbook(format!("{name}_{as_of}.xlsx"), bytes)
        }
        Err(error) => Reply::ledger(&error),
    }
}
