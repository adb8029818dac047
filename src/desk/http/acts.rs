//! What people do: decide, take back, look behind a mask, choose what they see.

use std::sync::Arc;

use super::asked::Asked;
use super::reads::{EXPORTS, chosen, gone};
use super::reply::Reply;
use super::{App, OpenBook};
use crate::desk::pages;
use crate::desk::queue::{QueueFilter, QueueProgress, after, first_open, progress};
use crate::desk::sessions::{Session, lock};
use crate::findings::Finding;
use crate::ledger::Disclosure;
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

fn case_address(key: &str) -> String {
    format!("/case/{key}")
}

pub(super) fn door(_: &App, session: &mut Session, asked: &Asked) -> Reply {
    let clerk = asked.words("clerk", 40);
    if clerk.is_empty() {
        session.refuse(NO_CLERK);
        return go("/door");
    }
    session.clerk = clerk;
    go("/cases")
}

pub(super) fn filter(app: &App, session: &mut Session, asked: &Asked) -> Reply {
    session.meet(&lock(&app.book).material);
    let open = QueueFilter { progress: Some(QueueProgress::Open), ..QueueFilter::default() };
    session.filter = if asked.field("clear").is_empty() {
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
        }
    } else {
        open
    };
    go("/cases")
}

pub(super) fn people(_: &App, session: &mut Session, asked: &Asked) -> Reply {
    session.sought = asked.words("words", 100);
    go("/people")
}

pub(super) fn verdict(app: &App, session: &mut Session, asked: &Asked) -> Reply {
    let known = lock(&app.book).material.queue.find(&asked.key).is_some();
    if !known {
        return gone(app, session, &asked.key);
    }
    let Some(answer) = Answer::from_key(asked.field("answer")) else {
        session.refuse("没有选结论。");
        return go(case_address(&asked.key));
    };
    if session.clerk.is_empty() {
        session.refuse(NO_CLERK);
        return go(case_address(&asked.key));
    }
    let note = asked.words("note", 200);
    let given = GivenAnswer {
        key: &asked.key,
        answer,
        clerk: &session.clerk,
        note: &note,
        seen: asked.number("seen").filter(|number: &i64| *number > 0),
        place: PLACE,
    };
    let mut book = lock(&app.book);
    match decide::give(&mut book.ledger, given, app.clock.now()) {
        Ok(number) => {
            if session.made.last() != Some(&number) {
                session.made.push(number);
            }
            match book.refresh() {
                Ok(()) => next(session, &book, &asked.key, answer, number),
                Err(error) => Reply::Trouble(error.to_string()),
            }
        }
        Err(error) => refused(session, &error, case_address(&asked.key)),
    }
}

/// Goes on: to the item's next candidate while it is open, else to the next open item.
fn next(session: &mut Session, book: &OpenBook, key: &str, answer: Answer, number: i64) -> Reply {
    session.meet(&book.material);
    let results = book.material.results();
    let queue = &book.material.queue;
    // A run may have settled the question this very moment.
    let Some((place, _)) = queue.find(key) else {
        session.tell(format!("{}，已记入台账（第 {number} 号）。", answer.label()));
        return go("/cases");
    };
    let item = &queue.items()[place];
    let name = pages::name(&results.row(item.row).0.facts.name.text);
    let told = format!("{name}：{}，已记入台账（第 {number} 号）。", answer.label());
    let key = |place: usize| {
        let case = first_open(&results, &queue.items()[place], &book.standing);
        case_address(&results.cases[case].key)
    };
    if progress(&results, item, &book.standing) == QueueProgress::Open {
        session.tell(told);
        return go(key(place));
    }
    let open = QueueFilter { progress: Some(QueueProgress::Open), ..session.filter.clone() };
    let list = queue.filtered(&results, &open, &book.standing);
    if let Some(place) = after(&list, place) {
        session.tell(told);
        return go(key(place));
    }
    session.tell(format!("{told}这个范围内都已认定。"));
    go("/cases")
}

/// Tells on the next page why nothing was done.
fn refused(session: &mut Session, error: &DecideError, place: String) -> Reply {
    session.refuse(error.to_string());
    go(place)
}

pub(super) fn undo_last(app: &App, session: &mut Session, _: &Asked) -> Reply {
    if let Some(number) = session.made.pop() {
        return take_back(app, session, number, "/cases");
    }
    session.refuse("没有可撤回的：本窗口还没有作过认定。更早的在“认定记录”里撤回。");
    go("/cases")
}

pub(super) fn undo_that(app: &App, session: &mut Session, asked: &Asked) -> Reply {
    let Some(number) = asked.number("number") else { return Reply::NotFound };
    if session.clerk.is_empty() {
        session.refuse(NO_CLERK);
        return go("/rulings");
    }
    session.made.retain(|made| *made != number);
    take_back(app, session, number, "/rulings")
}

/// Takes a ruling back and goes to its question; `elsewhere` where it is none of this survey.
fn take_back(app: &App, session: &mut Session, number: i64, elsewhere: &str) -> Reply {
    let mut book = lock(&app.book);
    let who = Undoing { clerk: &session.clerk, note: "", place: PLACE };
    match decide::take_back(&mut book.ledger, number, who, app.clock.now()) {
        Ok(entry) => {
            let known = book.material.queue.find(&entry.key).is_some();
            let then = if known { "请重新判断" } else { "重新比对时不再采用" };
            session.tell(format!("已撤回第 {number} 号认定，{then}。"));
            go(if known { case_address(&entry.key) } else { elsewhere.to_owned() })
        }
        Err(error) => refused(session, &error, elsewhere.to_owned()),
    }
}

pub(super) fn reveal(app: &App, session: &mut Session, asked: &Asked) -> Reply {
    let material = Arc::clone(&lock(&app.book).material);
    let found = material.queue.find(&asked.key);
    let question = found.and_then(|(_, case)| material.question(case));
    let Some(question) = question else { return gone(app, session, &asked.key) };
    if session.clerk.is_empty() {
        session.refuse("请先填写核对人姓名：查看完整证件号要记上是谁看的。");
        return go(case_address(&asked.key));
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
            go(case_address(&asked.key))
        }
        Err(error) => Reply::Trouble(error.to_string()),
    }
}

/// The findings chosen as a workbook, which shows numbers in full: who takes it is kept first.
pub(super) fn export(app: &App, session: &mut Session, asked: &Asked) -> Reply {
    if session.clerk.is_empty() {
        session.refuse("请先填写核对人姓名：导出的表里有完整证件号码，要记上是谁导出的。");
        return go("/findings");
    }
    let chosen = chosen(asked);
    let material = Arc::clone(&lock(&app.book).material);
    let findings: Vec<Finding> = pages::chosen(&material, chosen).into_iter().cloned().collect();
    let words = pages::chosen_words(&material, chosen);
    let made = mismatch_book(&material.results(), &findings, &words);
    let bytes = match made {
        Ok(bytes) => bytes,
        Err(error) => return Reply::Trouble(error.to_string()),
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
            Reply::Workbook(format!("差异_{}_{as_of}.xlsx", words.replace('；', "_")), bytes)
        }
        Err(error) => Reply::Trouble(error.to_string()),
    }
}
