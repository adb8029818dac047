//! What is done for many questions at once: rows without a whole number go back to their schools.

use super::App;
use super::asked::PageRequest;
use super::reply::Reply;
use crate::desk::pages;
use crate::desk::queue::lacks_number;
use crate::desk::sessions::{Session, lock};
use crate::linkage::decisions::Answer;
use crate::pipeline::decide::{self, GivenAnswer};

/// Rows that are sent back in one go, at most.
const MOST: usize = 1000;
/// What their rulings say.
const REMARK: &str = "退回学校补号";

/// Rules “unsure” on all open questions of the list whose rows have no whole number.
pub(super) fn send_back(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    let list = pages::on_list("/cases", asked.list());
    if session.clerk.is_empty() {
        session.refuse("请先填写核对人姓名，认定要记上是谁作的。");
        return Reply::Go("/door".to_owned());
    }
    let mut book = lock(&app.book);
    session.meet(&book.material);
    let keys = open_keys(&book, session, asked);
    let mut given = 0;
    for key in &keys {
        let seen = book.ledger.history(key).map(|all| all.last().map(|entry| entry.number));
        let answer = seen.map_err(Into::into).and_then(|seen| {
            let clerk = session.clerk.as_str();
            let answer = GivenAnswer {
                key,
                answer: Answer::Unsure,
                clerk,
                note: REMARK,
                seen,
                place: "bidui review",
            };
            decide::give(&mut book.ledger, answer, app.clock.now())
        });
        match answer {
            Ok(number) => {
                session.answered(key, number);
                given += 1;
            }
            Err(error) => session.refuse(format!("“{REMARK}”记到第 {given} 条时停下：{error}")),
        }
        if session.notice.is_some() {
            break;
        }
    }
    if let Err(error) = book.refresh() {
        return Reply::ledger(&error);
    }
    if session.notice.is_none() {
        session.tell(format!("已记 {given} 条“无法判断”，备注“{REMARK}”。"));
    }
    Reply::Go(list)
}

/// The questions that are meant.
fn open_keys(book: &super::OpenBook, session: &Session, asked: &PageRequest) -> Vec<String> {
    let results = book.material.results();
    let queue = &book.material.queue;
    let list = queue.filtered(&results, session.filter(asked.list()), &book.standing);
    let items = list.iter().map(|place| &queue.items()[*place]);
    let lacking = items.filter(|item| lacks_number(&results, item, &book.standing)).take(MOST);
    let cases = lacking.flat_map(|item| item.cases.clone()).map(|case| &results.cases[case].key);
    cases.filter(|key| book.standing.answer(key).is_none()).cloned().collect()
}
