//! What a run measures of itself: when, how long, how many.

use jiff::Timestamp;

use crate::ledger::{CountEntry, StageEntry};

/// Tells the time; the only way time comes into a run.
pub trait Clock: Sync {
    /// The time of day.
    fn now(&self) -> Timestamp;
    /// Seconds since some fixed moment, never running backwards.
    fn seconds(&self) -> f64;
}

/// Takes the time of stages and keeps their counts.
pub(super) struct Watch<'clock> {
    clock: &'clock dyn Clock,
    started_at: Timestamp,
    start: f64,
    stages: Vec<StageEntry>,
    counts: Vec<CountEntry>,
}

impl<'clock> Watch<'clock> {
    pub(super) fn start(clock: &'clock dyn Clock) -> Self {
        let (started_at, start) = (clock.now(), clock.seconds());
        Self { clock, started_at, start, stages: Vec::new(), counts: Vec::new() }
    }

    /// Runs a stage and keeps how long it took.
    pub(super) fn time<T>(&mut self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let before = self.clock.seconds();
        let made = work();
        self.stages.push(StageEntry { stage, seconds: self.clock.seconds() - before });
        made
    }

    /// Keeps counts of a stage.
    pub(super) fn count<N: Into<String>>(
        &mut self,
        stage: &'static str,
        counts: impl IntoIterator<Item = (N, usize)>,
    ) {
        let entry = |(name, count): (N, usize)| CountEntry { stage, name: name.into(), count };
        self.counts.extend(counts.into_iter().map(entry));
    }

    pub(super) fn started_at(&self) -> Timestamp {
        self.started_at
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Seconds since the start.
    pub(super) fn seconds(&self) -> f64 {
        self.clock.seconds() - self.start
    }

    pub(super) fn stages(&self) -> Vec<StageEntry> {
        self.stages.clone()
    }

    pub(super) fn counts(&self) -> Vec<CountEntry> {
        self.counts.clone()
    }
}
