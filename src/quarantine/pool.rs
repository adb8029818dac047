//! The readers of one stage of reading: as many as files are read at a time, each used again.

use std::io;
use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};

use super::allowance::Allowance;
use super::watchdog::{Watchdog, lock};
use super::worker::{Finished, Order, Worker};
use super::{Reported, program, read_here};
use crate::grids::{ReadOptions, Refusal, Taker};

/// Reads files, several at a time.
#[derive(Debug)]
pub struct Readers {
    workers: Mutex<Workers>,
    /// Told when a reader has done its file.
    freed: Condvar,
    /// None where this process reads the files itself.
    children: Option<(&'static Path, Watchdog)>,
}

/// The readers there are.
#[derive(Debug, Default)]
struct Workers {
    idle: Vec<Worker>,
    busy: usize,
}

/// A reader for one file.
struct Taken {
    worker: Worker,
    /// Started for this file: whatever ends it, the file does.
    is_new: bool,
}

impl Readers {
    /// Readers as the process was told to have them; none is started before it is needed.
    pub fn new() -> Self {
        let children = program().map(|program| (program, Watchdog::start()));
        Self { workers: Mutex::default(), freed: Condvar::new(), children }
    }

    /// Reads one file: hands over what is in it, and tells its size and sum.
    pub fn read(&self, path: &Path, asked: ReadOptions<'_>, taker: &mut dyn Taker) -> Reported {
        let Some((program, dog)) = &self.children else { return read_here(path, asked, taker) };
        let bytes = fs_err::metadata(path).map_or(0, |data| data.len());
        let order = Order { path, asked, allowance: Allowance::of(bytes) };
        loop {
            let Taken { mut worker, is_new } = match self.take(program) {
                Ok(taken) => taken,
                Err(error) => return unread(path, Refusal::NoReader(error.to_string())),
            };
            match worker.read(order, taker, dog) {
                Finished::Alive(reported) => {
                    self.give(Some(worker));
                    return reported;
                }
                Finished::Dead(reported) => {
                    self.give(None);
                    return reported;
                }
                Finished::Unbegun(refusal) => {
                    self.give(None);
                    // One that waited may have ended meanwhile; the next is a newer one.
                    if is_new {
                        return unread(path, refusal);
                    }
                }
            }
        }
    }

    /// A reader that waits, or a new one; where the system starts no more, the next that is free.
    fn take(&self, program: &Path) -> io::Result<Taken> {
        let mut workers = lock(&self.workers);
        if let Some(worker) = workers.idle.pop() {
            workers.busy += 1;
            return Ok(Taken { worker, is_new: false });
        }
        workers.busy += 1;
        drop(workers);
        let error = match Worker::start(program) {
            Ok(worker) => return Ok(Taken { worker, is_new: true }),
            Err(error) => error,
        };
        self.give(None);
        let mut workers = lock(&self.workers);
        loop {
            if let Some(worker) = workers.idle.pop() {
                workers.busy += 1;
                return Ok(Taken { worker, is_new: false });
            }
            if workers.busy == 0 {
                return Err(error);
            }
            workers = self.freed.wait(workers).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A file is done; its reader waits for the next one, if it lives.
    fn give(&self, worker: Option<Worker>) {
        let mut workers = lock(&self.workers);
        workers.busy -= 1;
        workers.idle.extend(worker);
        drop(workers);
        self.freed.notify_all();
    }
}

fn unread(path: &Path, refusal: Refusal) -> Reported {
    Reported { identity: super::sum(path), read: Err(refusal) }
}

impl Default for Readers {
    fn default() -> Self {
        Self::new()
    }
}
