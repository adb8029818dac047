//! Pages that need everybody, of a desk that was opened with what the last run kept: everybody is read
//! once, on a thread of its own, when the first of them is asked for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use axum::http::Uri;
use axum::routing::MethodRouter;

use super::asked::{Handler, PageRequest, look, seen};
use super::body::Fields;
use super::reads::page;
use super::reply::Reply;
use super::{App, OpenBook};
use crate::desk::everybody::{EverybodyRead, EverybodyWatcher};
use crate::desk::material::Material;
use crate::desk::pages;
use crate::desk::sessions::{Session, lock};
use crate::pipeline::Survey;
use crate::sources::Progress;

/// Reads the whole run of which a survey has what was kept; or says why it cannot be.
pub type ReadWhole = dyn Fn(&Survey, &dyn Progress) -> Result<Survey, String> + Send + Sync;

const BROKEN: &str = "全部名单没有读出来：程序出错。待核照常可用；请把这句话转告程序的开发者";

/// Everybody of the run in the book.
#[derive(Clone)]
pub(super) struct Everybody {
    book: Arc<Mutex<OpenBook>>,
    whole: Arc<ReadWhole>,
    read: Arc<Mutex<EverybodyRead>>,
    /// Held while everybody is read.
    turn: Arc<Mutex<()>>,
}

impl Everybody {
    pub(super) fn new(book: &Arc<Mutex<OpenBook>>, whole: Arc<ReadWhole>) -> Self {
        Self { book: Arc::clone(book), whole, read: Arc::default(), turn: Arc::default() }
    }

    /// Whether the pages have everybody.
    pub(super) fn is_there(&self) -> bool {
        lock(&self.book).material.survey().is_whole()
    }

    /// Whether everybody is being read.
    pub(super) fn is_coming(&self) -> bool {
        lock(&self.read).running.is_some()
    }

    /// The material with everybody, which is read now where it is not there. Others wait for whoever reads.
    pub(super) fn material(&self) -> Result<Arc<Material>, String> {
        let _turn = lock(&self.turn);
        let kept = Arc::clone(&lock(&self.book).material);
        let read = if kept.survey().is_whole() { Ok(kept) } else { self.read_whole(&kept) };
        lock(&self.read).end(read.as_ref().err().cloned());
        read
    }

    fn read_whole(&self, kept: &Arc<Material>) -> Result<Arc<Material>, String> {
        let watcher = EverybodyWatcher(Arc::clone(&self.read));
        let read = catch_unwind(AssertUnwindSafe(|| {
            let survey = (self.whole)(kept.survey(), &watcher)?;
            Ok(Arc::new(Material::whole(survey, kept)))
        }));
        let whole: Arc<Material> = read.unwrap_or_else(|_| Err(BROKEN.to_owned()))?;
        let mut book = lock(&self.book);
        // A new run may have been published meanwhile.
        if Arc::ptr_eq(&book.material, kept) {
            book.material = Arc::clone(&whole);
        }
        Ok(whole)
    }

    /// Begins to read on a thread of its own, unless that is under way.
    fn begin(&self) {
        if !lock(&self.read).begin() {
            return;
        }
        let own = self.clone();
        let thread = std::thread::Builder::new().name("everybody".to_owned());
        let begun = thread.spawn(move || {
            // Why it failed is kept for the page.
            if own.material().is_err() {}
        });
        if let Err(error) = begun {
            lock(&self.read).end(Some(format!("没有开始读取全部名单：{error}")));
        }
    }
}

/// A page that shows everybody: while they are being read, one that says so stands in its place.
pub(super) fn read_whole(handler: Handler) -> MethodRouter<Arc<App>> {
    seen(handler, |handler, app, session, uri| {
        let waiting = waiting(app, session, uri);
        waiting.unwrap_or_else(|| look(handler, app, session, uri))
    })
}

fn waiting(app: &App, session: &mut Session, uri: &Uri) -> Option<Reply> {
    if app.everybody.is_there() {
        return None;
    }
    app.everybody.begin();
    let read = lock(&app.everybody.read).clone();
    let asked = PageRequest::new(uri, Fields::new());
    let make =
        |view: pages::PageView, _: &OpenBook| Ok(Some(pages::everybody(view, uri.path(), &read)));
    Some(page(app, session, &asked, make))
}

/// Tries again what came to nothing.
pub(super) fn again(app: &App, _: &mut Session, asked: &PageRequest) -> Reply {
    lock(&app.everybody.read).failed = None;
    Reply::Go(pages::everybody_page(asked.field("page")).to_owned())
}
