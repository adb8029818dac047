//! What came back to the open project, and taking it back.

use std::sync::Arc;

use super::FrontDesk;
use crate::config::Project;
use crate::desk::http::asked::PageRequest;
use crate::desk::http::reply::Reply;
use crate::desk::pages;
use crate::desk::sessions::lock;
use crate::pipeline::decide::{self, DecideError, Undoing};
use crate::pipeline::{self, ReturnedNumber};
use crate::vocabulary::states::TAKEN_BACK;

/// How entries say where they came from.
const PLACE: &str = "bidui open";

/// The workbooks that came back.
pub(super) fn show(app: &Arc<FrontDesk>, secret: &str, _: &PageRequest) -> Reply {
    let state = lock(&app.state);
    let Some(open) = &state.open else { return Reply::Go("/".to_owned()) };
    let files = pipeline::came_back(&open.project).map_err(|error| error.to_string());
    Reply::Page(pages::returned(&state, secret, &files))
}

/// Takes back a line or a whole workbook.
pub(super) fn undo(app: &Arc<FrontDesk>, _: &str, asked: &PageRequest) -> Reply {
    let mut state = lock(&app.state);
    (state.notice, state.failed) = (None, None);
    let Some(open) = &state.open else { return Reply::Go("/".to_owned()) };
    let clerk = asked.words("clerk", 40);
    let done = if clerk.is_empty() {
        Err("没有撤回：请先填写谁来撤回，台账要记上。".to_owned())
    } else {
        taken_back(app, &open.project, asked.field("undo"), &clerk)
            .map_err(|error| error.to_string())
    };
    match done {
        Ok(words) => state.notice = Some(words),
        Err(why) => state.failed = Some(why),
    }
    Reply::Go("/returned".to_owned())
}

fn taken_back(
    app: &FrontDesk,
    project: &Project,
    what: &str,
    clerk: &str,
) -> Result<String, DecideError> {
    let at = app.settings.clock.now();
    let who = match ReturnedNumber::parse(what) {
        None => {
            let file = pipeline::undo_file(project, what, clerk, at)?;
            format!("“{}”的 {} 条", file.name, file.lines.len())
        }
        Some(ReturnedNumber::Line(number)) => {
            decide::undo_return(project, number, clerk, at)?;
            format!("第 G{number} 号填报")
        }
        Some(ReturnedNumber::Ruling(number)) => {
            let who = Undoing { clerk, note: "", place: PLACE };
            decide::undo_as(project, number, who, at)?;
            format!("第 {number} 号认定")
        }
    };
    Ok(format!("{TAKEN_BACK}{who}；再比对一次，结果就不再采用。"))
}
