//! A new run that is started from the desk: how far it is, and what came of it.

use std::sync::{Arc, Mutex};

use super::changes::Changes;
use super::sessions::lock;
use crate::sources::Progress;

/// What the desk knows of runs.
#[derive(Debug, Default)]
pub(super) struct Rerun {
    /// How far the run is that is under way.
    pub(super) running: Option<RerunStep>,
    /// Why the last run came to nothing.
    pub(super) failed: Option<String>,
    /// What the last run that was published has changed.
    pub(super) changes: Option<Changes>,
}

/// A stage of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RerunStep {
    /// Its name; empty before the first.
    pub(super) name: String,
    /// Units of work; 0 where they are not known.
    pub(super) total: u64,
    /// Those that are done.
    pub(super) done: u64,
}

/// The stages of a run in their order, as the run names them.
pub(super) const STAGES: [&str; 5] = ["读取文件", "整理记录", "比对", "查找差异、统计", "写出结果"];

impl RerunStep {
    /// Its place among the stages, from 0; `None` for what comes before them.
    pub(super) fn place(&self) -> Option<usize> {
        STAGES.iter().position(|name| *name == self.name)
    }

    /// How much of it is done; `None` where that is not known.
    pub(super) fn percent(&self) -> Option<usize> {
        let share = (self.done.min(self.total) * 100).checked_div(self.total)?;
        usize::try_from(share).ok()
    }
}

impl Rerun {
    /// Begins a run unless one is under way.
    pub(super) fn begin(&mut self) -> bool {
        let is_free = self.running.is_none();
        if is_free {
            self.running = Some(RerunStep::default());
            self.failed = None;
        }
        is_free
    }

    /// Ends the run without results.
    pub(super) fn fail(&mut self, why: String) {
        self.running = None;
        self.failed = Some(why);
    }

    /// Ends the run with results.
    pub(super) fn succeed(&mut self, changes: Changes) {
        *self = Self { changes: Some(changes), ..Self::default() };
    }
}

/// Tells the desk how far a run is.
pub(super) struct Watcher(pub(super) Arc<Mutex<Rerun>>);

impl Progress for Watcher {
    fn stage(&self, name: &str, total: u64) {
        lock(&self.0).running = Some(RerunStep { name: name.to_owned(), total, done: 0 });
    }

    fn advance(&self, by: u64) {
        if let Some(step) = &mut lock(&self.0).running {
            step.done += by;
        }
    }
}
