//! The reader's side: one file after another, until its parent has no more.

use std::path::Path;
use std::sync::{Mutex, OnceLock};

use super::contents;
use super::frames::{Message, Receiver, Request, Sender};
use super::own_limits::{AnswerLine, AnswerOutput, OwnLimits};
use crate::grids::{self, Flow, GridEvent, RawCell, ReadOptions, Taker};

/// Reads the files it is asked for on standard input, and answers on standard output. Ends when
/// the parent does.
pub fn serve() {
    static LINE: OnceLock<AnswerLine> = OnceLock::new();
    let Ok(output) = output() else { return };
    let line = LINE.get_or_init(|| Mutex::new(Sender::new(output)));
    end_with_parent();
    let mut requests = Receiver::new(std::io::stdin());
    while let Ok(request) = requests.next::<Request>() {
        if answer(&request, line).is_none() {
            break;
        }
    }
}

/// Standard output without the buffer that looks for the ends of lines.
fn output() -> std::io::Result<AnswerOutput> {
    #[cfg(unix)]
    let own = {
        use std::os::fd::AsFd as _;
        std::io::stdout().as_fd().try_clone_to_owned()?
    };
    #[cfg(windows)]
    let own = {
        use std::os::windows::io::AsHandle as _;
        std::io::stdout().as_handle().try_clone_to_owned()?
    };
    Ok(AnswerOutput::from(own))
}

/// A reader whose parent was killed has nobody to read for.
fn end_with_parent() {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::process::{Signal, set_parent_process_death_signal};
        // Elsewhere, and where it is refused, the closed input ends it after the file.
        if set_parent_process_death_signal(Some(Signal::KILL)).is_err() {}
    }
}

/// `None` where the parent has gone.
fn answer(request: &Request, line: &'static AnswerLine) -> Option<()> {
    let _limits = OwnLimits::set(request.allowance, line);
    let done = match contents::read(Path::new(&request.path)) {
        Err((sum, refusal)) => {
            send(line, &Message::Opened(sum))?;
            Err(refusal)
        }
        Ok((sum, bytes)) => {
            send(line, &Message::Opened(sum))?;
            line.lock().ok()?.send().ok()?;
            let asked = ReadOptions { passwords: &request.passwords, formulas: request.formulas };
            let mut handing = Handing { line, is_heard: true };
            let read = grids::read(&bytes, asked, &mut handing);
            handing.is_heard.then_some(())?;
            read
        }
    };
    send(line, &Message::Done(done))?;
    line.lock().ok()?.send().ok()
}

fn send(line: &AnswerLine, answer: &Message) -> Option<()> {
    line.lock().ok()?.put(answer).ok()
}

/// Hands events on to the parent.
struct Handing {
    line: &'static AnswerLine,
    is_heard: bool,
}

impl Taker for Handing {
    fn take(&mut self, mut event: GridEvent) -> Flow {
        if let GridEvent::Row(row) = &mut event {
            row.cells.retain(|(_, cell)| *cell != RawCell::Empty);
        }
        self.is_heard = self.is_heard && send(self.line, &Message::Event(event)).is_some();
        if self.is_heard { Flow::Continue } else { Flow::Stop }
    }
}
