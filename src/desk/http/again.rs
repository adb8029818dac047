//! A run started from the page: it goes on beside the pages, which show the old material until the
//! new results are published.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use super::asked::PageRequest;
use super::reply::Reply;
use super::{Again, App, Everybody, OpenBook, SharedClock};
use crate::desk::changes::Changes;
use crate::desk::material::Material;
use crate::desk::rerun::{Rerun, Watcher};
use crate::desk::sessions::{Session, lock};
use crate::desk::standing::RulingsInForce;
use crate::sources::Progress as _;

const BROKEN: &str =
    "重新比对没有完成：程序出错。原来的页面照常可用，已作的认定都在；请把这句话转告程序的开发者";

/// Begins a run, unless one is under way.
pub(super) fn run(app: &App, session: &mut Session, _: &PageRequest) -> Reply {
    if !lock(&app.rerun).begin() {
        session.refuse("已经在重新比对了，请等它完成；这一次点击没有另外开始。");
        return Reply::Go("/changes".to_owned());
    }
    let work = Work {
        book: Arc::clone(&app.book),
        everybody: app.everybody.clone(),
        rerun: Arc::clone(&app.rerun),
        again: Arc::clone(&app.again),
        clock: Arc::clone(&app.clock),
    };
    let begun = std::thread::Builder::new().name("run".to_owned()).spawn(move || work.finish());
    if let Err(error) = begun {
        lock(&app.rerun).fail(format!("重新比对没有开始：{error}"));
    }
    Reply::Go("/changes".to_owned())
}

/// What a run needs of the desk.
struct Work {
    book: Arc<Mutex<OpenBook>>,
    everybody: Everybody,
    rerun: Arc<Mutex<Rerun>>,
    again: Arc<Again>,
    clock: SharedClock,
}

impl Work {
    /// Runs to the end, whatever comes of it.
    fn finish(&self) {
        let outcome = catch_unwind(AssertUnwindSafe(|| self.run()));
        if let Err(why) = outcome.unwrap_or_else(|_| Err(BROKEN.to_owned())) {
            lock(&self.rerun).fail(why);
        }
    }

    fn run(&self) -> Result<(), String> {
        let watcher = Watcher(Arc::clone(&self.rerun));
        watcher.stage("读取原来的全部名单", 0);
        // What is to be compared is read before the files can be others.
        let whole = self.everybody.material();
        let (report, survey) = (self.again)(&watcher)?;
        let old = whole.unwrap_or_else(|_| Arc::clone(&lock(&self.book).material));
        let new = Arc::new(Material::after(survey, &old));
        let changes = Changes::between(&old, &new, self.clock.now(), report);
        let standing = self.standing(new.survey().known());
        let mut book = lock(&self.book);
        // If the ledger cannot be read now, the next page tries again and reports it.
        let turned = book.turn_to(new, standing).map_err(|error| error.to_string());
        lock(&self.rerun).succeed(changes);
        // The old material is large: it goes after the lock.
        drop(book);
        drop(old);
        turned
    }

    /// The rulings read beside the book, so that nobody waits while many are; none where they
    /// cannot be read, and the book reads them.
    fn standing(&self, known: i64) -> RulingsInForce {
        let another = lock(&self.book).ledger.another();
        let rulings = another.and_then(|ledger| ledger.rulings_after(0));
        let mut standing = RulingsInForce::new(known);
        standing.take(rulings.unwrap_or_default());
        standing
    }
}
