//! The parent's side of one reader.

use std::io;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use super::allowance::Allowance;
use super::contents::FileIdentity;
use super::frames::{Exhausted, Message, Receiver, Request, Sender};
use super::watchdog::{SharedChild, Watchdog, lock};
use super::{COMMAND, Reported};
use crate::grids::{Flow, GridEvent, ReadOptions, Refusal, Taker};

/// A running reader.
#[derive(Debug)]
pub(super) struct Worker {
    child: SharedChild,
    requests: Sender<ChildStdin>,
    answers: Receiver<ChildStdout>,
}

/// A file, and what is asked of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order<'a> {
    /// The file.
    pub(super) path: &'a Path,
    /// What is asked.
    pub(super) asked: ReadOptions<'a>,
    /// What it may cost.
    pub(super) allowance: Allowance,
}

impl Worker {
    /// Starts a reader.
    ///
    /// # Errors
    /// Where the system starts no more processes.
    pub(super) fn start(program: &Path) -> io::Result<Self> {
        let mut child = Command::new(program)
            .arg(COMMAND)
            // Address space that is only reserved would count against the limit.
            .env("MIMALLOC_ARENA_RESERVE", "65536")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (Some(stdin), Some(stdout)) = (stdin, stdout) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        Ok(Self {
            child: Arc::new(Mutex::new(child)),
            requests: Sender::new(stdin),
            answers: Receiver::new(stdout),
        })
    }

    /// Has a file read.
    pub(super) fn read(
        &mut self,
        order: Order<'_>,
        taker: &mut dyn Taker,
        dog: &Watchdog,
    ) -> Finished {
        let mut sum = None;
        let child = Arc::clone(&self.child);
        let watching = dog.watch(&child, order.allowance.patience());
        let ended = self.ask(order).and_then(|()| self.listen(&mut sum, taker));
        let is_late = watching.is_late();
        drop(watching);
        match (ended, sum) {
            (Ok(read), sum) => {
                Finished::Alive(Reported { identity: sum.unwrap_or_default(), read })
            }
            (Err(ReaderEnding::Gone), None) => {
                Finished::Unbegun(self.why(order.allowance, is_late))
            }
            (Err(ReaderEnding::Gone), Some(identity)) => {
                Finished::Dead(Reported { identity, read: Err(self.why(order.allowance, is_late)) })
            }
            (Err(ReaderEnding::Exhausted(what)), sum) => Finished::Dead(Reported {
                identity: sum.unwrap_or_default(),
                read: Err(refused(what, order.allowance)),
            }),
        }
    }

    fn ask(&mut self, Order { path, asked, allowance }: Order<'_>) -> Result<(), ReaderEnding> {
        let request = Request {
            path: path.as_os_str().to_owned(),
            passwords: asked.passwords.to_vec(),
            formulas: asked.formulas,
            allowance,
        };
        let sent = self.requests.put(&request).and_then(|()| self.requests.send());
        sent.map_err(|_| ReaderEnding::Gone)
    }

    /// Hands on what the reader says until it is done with the file.
    fn listen(
        &mut self,
        sum: &mut Option<FileIdentity>,
        taker: &mut dyn Taker,
    ) -> Result<Result<(), Refusal>, ReaderEnding> {
        let mut is_wanted = true;
        loop {
            match self.answers.next::<Message>().map_err(|_| ReaderEnding::Gone)? {
                Message::Opened(opened) => *sum = Some(opened),
                Message::Event(event) => {
                    let is_row = matches!(event, GridEvent::Row(_));
                    if !is_row || is_wanted {
                        let flow = taker.take(event);
                        // The reader goes on; what its parent wants no more is dropped.
                        is_wanted = !is_row || flow == Flow::Continue;
                    }
                }
                Message::Done(read) => return Ok(read),
                Message::Exhausted(what) => return Err(ReaderEnding::Exhausted(what)),
            }
        }
    }

    /// Why a reader ended without a word.
    fn why(&self, allowance: Allowance, is_late: bool) -> Refusal {
        let mut child = lock(&self.child);
        // It has closed its output: it has ended, or is of no use.
        drop(child.kill());
        match child.wait().ok().and_then(ended_by) {
            _ if is_late => refused(Exhausted::Time, allowance),
            Some(what) => refused(what, allowance),
            None => Refusal::Damaged("解析程序意外中止".to_owned()),
        }
    }
}

/// A child that nobody waits for stays in the system's table.
impl Drop for Worker {
    fn drop(&mut self) {
        let mut child: std::sync::MutexGuard<'_, Child> = lock(&self.child);
        drop(child.kill());
        drop(child.wait());
    }
}

/// A file after its reading, and the reader with it.
pub(super) enum Finished {
    /// The reader waits for the next file.
    Alive(Reported),
    /// The file ended its reader.
    Dead(Reported),
    /// The reader was gone before it had opened the file, and why.
    Unbegun(Refusal),
}

/// How a reader ended in the middle of a file.
enum ReaderEnding {
    Exhausted(Exhausted),
    Gone,
}

fn refused(what: Exhausted, allowance: Allowance) -> Refusal {
    match what {
        Exhausted::Memory => Refusal::TooMuchMemory { megabytes: allowance.memory >> 20 },
        Exhausted::Time => Refusal::TooLong { seconds: allowance.seconds },
    }
}

/// What the system ended a process for. An abort is a failed allocation: a panic of a parser is
/// caught, and nothing else aborts. Whom nobody else killed, a system without memory did.
#[cfg(unix)]
fn ended_by(status: ExitStatus) -> Option<Exhausted> {
    use std::os::unix::process::ExitStatusExt as _;

    use rustix::process::Signal;
    let signal = status.signal()?;
    if signal == Signal::ABORT.as_raw() || signal == Signal::KILL.as_raw() {
        Some(Exhausted::Memory)
    } else if signal == Signal::XCPU.as_raw() {
        Some(Exhausted::Time)
    } else {
        None
    }
}

/// What the system ended a process for.
#[cfg(not(unix))]
fn ended_by(_status: ExitStatus) -> Option<Exhausted> {
    None
}
