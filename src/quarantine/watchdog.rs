//! Ends readers that do not answer: stopped, or waiting for a disk that has gone.

use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often it looks while files are read.
const PAUSE: Duration = Duration::from_millis(200);

/// A child that can be ended from another thread than the one that listens to it.
pub(super) type SharedChild = Arc<Mutex<Child>>;

/// Whom to end, and when.
#[derive(Debug, Default)]
struct Watched {
    children: Vec<(SharedChild, Instant)>,
    is_over: bool,
}

/// What the watching thread and its callers share.
#[derive(Debug, Default)]
struct WatchList {
    watched: Mutex<Watched>,
    /// Told of every change of `watched`.
    changed: Condvar,
}

/// Watches all readers of one pool.
#[derive(Debug)]
pub(super) struct Watchdog {
    shared: Arc<WatchList>,
    thread: Option<JoinHandle<()>>,
}

impl Watchdog {
    /// Begins to watch. Without a thread to be had, nobody is watched.
    pub(super) fn start() -> Self {
        let shared = Arc::<WatchList>::default();
        let own = Arc::clone(&shared);
        let thread = thread::Builder::new().name("watchdog".to_owned()).spawn(move || watch(&own));
        Self { shared, thread: thread.ok() }
    }

    /// Ends the child when it has had so much time, unless the guard is dropped before.
    pub(super) fn watch<'a>(&'a self, child: &'a SharedChild, patience: Duration) -> Watching<'a> {
        let end = Instant::now().checked_add(patience);
        if let Some(end) = end {
            lock(&self.shared.watched).children.push((Arc::clone(child), end));
        }
        self.shared.changed.notify_all();
        Watching { dog: self, child, end }
    }
}

/// A child is watched while this lives.
#[derive(Debug)]
pub(super) struct Watching<'a> {
    dog: &'a Watchdog,
    child: &'a SharedChild,
    end: Option<Instant>,
}

impl Watching<'_> {
    /// Whether the child has had all its time.
    pub(super) fn is_late(&self) -> bool {
        self.end.is_some_and(|end| Instant::now() >= end)
    }
}

impl Drop for Watching<'_> {
    fn drop(&mut self) {
        let children = &mut lock(&self.dog.shared.watched).children;
        children.retain(|(child, _)| !Arc::ptr_eq(child, self.child));
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        lock(&self.shared.watched).is_over = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            // It only ends children; nothing is lost.
        }
    }
}

fn watch(shared: &WatchList) {
    let mut watched = lock(&shared.watched);
    while !watched.is_over {
        let now = Instant::now();
        for (child, _) in watched.children.iter().filter(|(_, end)| *end <= now) {
            // One that has ended already is none to end.
            drop(lock(child).kill());
        }
        watched = if watched.children.is_empty() {
            shared.changed.wait(watched).unwrap_or_else(PoisonError::into_inner)
        } else {
            let waited = shared.changed.wait_timeout(watched, PAUSE);
            waited.unwrap_or_else(PoisonError::into_inner).0
        };
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
