//! What takes long is done on a thread of its own; the pages show how far it is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::FrontDesk;
use crate::desk::front::FrontState;
use crate::desk::http::reply::Reply;
use crate::desk::rerun::RerunStep;
use crate::desk::sessions::lock;
use crate::sources::Progress;

const BROKEN: &str = "这一步没有完成：程序出错；请把这句话转告程序的开发者";

/// What a job leaves in the state.
pub(super) type Finish = Box<dyn FnOnce(&mut FrontState) + Send>;

/// Tells the pages how far a job is.
pub(super) struct FrontWatcher(Arc<FrontDesk>);

impl Progress for FrontWatcher {
    fn stage(&self, name: &str, total: u64) {
        if let Some(job) = &mut lock(&self.0.state).running {
            job.step = RerunStep { name: name.to_owned(), total, done: 0 };
        }
    }

    fn advance(&self, by: u64) {
        if let Some(job) = &mut lock(&self.0.state).running {
            job.step.done += by;
        }
    }
}

/// Begins a job, unless one is under way; the page at `place` shows it and what comes of it.
pub(super) fn begin(
    app: &Arc<FrontDesk>,
    title: &'static str,
    place: &str,
    work: impl FnOnce(&FrontDesk, &FrontWatcher) -> Result<Finish, String> + Send + 'static,
) -> Reply {
    if !lock(&app.state).begin(title) {
        lock(&app.state).notice = Some("前一步还没有做完，这一次点击没有另外开始。".to_owned());
        return Reply::Go(place.to_owned());
    }
    let own = Arc::clone(app);
    let begun = std::thread::Builder::new().name("front".to_owned()).spawn(move || {
        let watcher = FrontWatcher(Arc::clone(&own));
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&own, &watcher)));
        let mut state = lock(&own.state);
        state.running = None;
        match outcome.unwrap_or_else(|_| Err(BROKEN.to_owned())) {
            Ok(finish) => finish(&mut state),
            Err(why) => state.failed = Some(why),
        }
    });
    if let Err(error) = begun {
        let mut state = lock(&app.state);
        (state.running, state.failed) = (None, Some(format!("没有开始：{error}")));
    }
    Reply::Go(place.to_owned())
}
