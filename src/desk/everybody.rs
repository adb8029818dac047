//! Everybody of a run, who is read beside pages made from what the run kept: how far that is.

use std::sync::{Arc, Mutex};

use super::rerun::RerunStep;
use super::sessions::lock;
use crate::sources::Progress;

/// What the desk knows of it.
#[derive(Clone, Debug, Default)]
pub(super) struct EverybodyRead {
    /// How far it is, while it is under way.
    pub(super) running: Option<RerunStep>,
    /// Why it came to nothing.
    pub(super) failed: Option<String>,
}

impl EverybodyRead {
    /// Begins unless it is under way, or has come to nothing and nobody has asked for it again.
    pub(super) fn begin(&mut self) -> bool {
        let is_free = self.running.is_none() && self.failed.is_none();
        if is_free {
            self.running = Some(RerunStep::default());
        }
        is_free
    }

    /// Ends, well where nothing is said.
    pub(super) fn end(&mut self, failed: Option<String>) {
        *self = Self { running: None, failed };
    }
}

/// Tells the desk how far it is.
pub(super) struct EverybodyWatcher(pub(super) Arc<Mutex<EverybodyRead>>);

impl Progress for EverybodyWatcher {
    fn stage(&self, name: &str, total: u64) {
        lock(&self.0).running = Some(RerunStep { name: name.to_owned(), total, done: 0 });
    }

    fn advance(&self, by: u64) {
        if let Some(step) = &mut lock(&self.0).running {
            step.done += by;
        }
    }
}
