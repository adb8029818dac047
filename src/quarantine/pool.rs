//! The readers of one stage of reading: as many as files are read at a time, each used again.

use std::path::Path;
use std::sync::Mutex;

use super::allowance::Allowance;
use super::watchdog::{Watchdog, lock};
use super::worker::{Finished, Order, Worker};
use super::{Reported, program, read_here};
use crate::grids::{Asked, Refusal, Taker};

/// Reads files, several at a time.
#[derive(Debug)]
pub struct Readers {
    /// Readers that wait for a file.
    idle: Mutex<Vec<Worker>>,
    /// None where this process reads the files itself.
    children: Option<(&'static Path, Watchdog)>,
}

impl Readers {
    /// Readers as the process was told to have them; none is started before it is needed.
    pub fn new() -> Self {
        let children = program().map(|program| (program, Watchdog::start()));
        Self { idle: Mutex::new(Vec::new()), children }
    }

    /// Reads one file: hands over what is in it, and tells its size and sum.
    pub fn read(&self, path: &Path, asked: Asked<'_>, taker: &mut dyn Taker) -> Reported {
        let Some((program, dog)) = &self.children else { return read_here(path, asked, taker) };
        let bytes = fs_err::metadata(path).map_or(0, |data| data.len());
        let order = Order { path, asked, allowance: Allowance::of(bytes) };
        let mut idle = lock(&self.idle).pop();
        loop {
            // A reader that waited may have ended meanwhile; a new one ends by this file alone.
            let is_new = idle.is_none();
            let mut worker = match idle.take().map_or_else(|| Worker::start(program), Ok) {
                Ok(worker) => worker,
                Err(error) => return unread(path, Refusal::NoReader(error.to_string())),
            };
            match worker.read(order, taker, dog) {
                Finished::Alive(outcome) => {
                    lock(&self.idle).push(worker);
                    return outcome;
                }
                Finished::Dead(outcome) => return outcome,
                Finished::Unbegun(refusal) if is_new => return unread(path, refusal),
                Finished::Unbegun(_) => {}
            }
        }
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
