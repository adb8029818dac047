//! The forms as they will print, read from the workbooks themselves.

use std::path::Path;
use std::sync::Arc;

use super::FrontDesk;
use crate::desk::http::asked::PageRequest;
use crate::desk::http::reply::Reply;
use crate::desk::pages::{self, Paper};
use crate::desk::sessions::lock;
use crate::sources::sorting::pictures;

/// The forms of the newest results.
pub(super) fn show(app: &Arc<FrontDesk>, _: &str, _: &PageRequest) -> Reply {
    let files = lock(&app.state).open.as_ref().map(|open| open.results.clone()).unwrap_or_default();
    let forms = files.into_iter().filter(|file| is_form(&file.shown));
    let papers: Vec<Paper> = forms
        .map(|file| Paper {
            sheet: pictures(&file.path, &[]).map(|mut sheets| {
                sheets.truncate(1);
                sheets.pop().unwrap_or_default()
            }),
            file: file.shown,
        })
        .collect();
    Reply::Page(pages::papers(&lock(&app.state), &papers))
}

/// Whether a result is a form that is stamped, and no list of those counted on it.
fn is_form(name: &str) -> bool {
    let is_annex = ["附件2", "附件3"].iter().any(|annex| name.starts_with(annex));
    let is_book = Path::new(name).extension().is_some_and(|ending| ending == "xlsx");
    is_annex && is_book && !name.contains("明细") && !name.contains('/')
}
