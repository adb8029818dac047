//! The two output streams.

use std::io::{self, ErrorKind, Write};

use super::log::Log;

/// Writes text to standard output and standard error; a reader that has gone away is ignored.
pub(super) struct Screen<'stream> {
    out: &'stream mut dyn Write,
    err: &'stream mut dyn Write,
    /// What could not be written to, by the name users know.
    broken: Option<&'static str>,
    log: Option<Log>,
}

impl<'stream> Screen<'stream> {
    pub(super) fn new(out: &'stream mut dyn Write, err: &'stream mut dyn Write) -> Self {
        Self { out, err, broken: None, log: None }
    }

    /// From now on everything goes into a log file, too.
    pub(super) fn log_to(&mut self, log: Log) {
        self.log = Some(log);
    }

    /// A line for the log alone.
    pub(super) fn note(&mut self, text: &str) {
        if self.log.as_mut().is_some_and(|log| log.write(text).is_err()) {
            self.broken.get_or_insert("日志文件");
        }
    }

    /// A line of results.
    pub(super) fn say(&mut self, text: &str) {
        self.note(text);
        let written = writeln!(self.out, "{text}").and_then(|()| self.out.flush());
        // `bidui check … | head` closes the pipe when it has seen enough.
        if written.is_err_and(|error| !has_gone(&error)) {
            self.broken.get_or_insert("屏幕输出");
        }
    }

    /// A line about what went wrong. Where even that cannot be written, the status must speak.
    pub(super) fn complain(&mut self, text: &str) {
        self.note(text);
        let written = writeln!(self.err, "{text}").and_then(|()| self.err.flush());
        if written.is_err_and(|error| !has_gone(&error)) {
            self.broken.get_or_insert("屏幕输出");
        }
    }

    /// What could not be written to for another reason, such as a full disk.
    pub(super) fn broken(&self) -> Option<&'static str> {
        self.broken
    }
}

/// Whether the reader at the other end has seen enough.
fn has_gone(error: &io::Error) -> bool {
    /// Windows' `ERROR_PIPE_NOT_CONNECTED`, which has no kind.
    const NOT_CONNECTED: i32 = 233;
    error.kind() == ErrorKind::BrokenPipe
        || cfg!(windows) && error.raw_os_error() == Some(NOT_CONNECTED)
}
