//! A log file for runs nobody watches: what the screen shows, with the time of day, appended.

use std::io::{self, Write as _};
use std::path::Path;

use fs_err::File;

use super::clock;
use crate::private_files;

/// An open log file, readable by its owner only: messages quote the inputs.
#[derive(Debug)]
pub(super) struct Log {
    file: File,
}

impl Log {
    /// Opens a file to append to, making it where it is absent.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = private_files::append_to(path)?;
        // A device or a pipe belongs to all.
        if file.metadata()?.is_file() {
            private_files::restrict(path)?;
        }
        Ok(Self { file })
    }

    /// Appends a text, each of its lines with the time.
    pub(super) fn write(&mut self, text: &str) -> io::Result<()> {
        let now = clock::here();
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let stamped: String = lines.flat_map(|line| [now.as_str(), " ", line, "\n"]).collect();
        self.file.write_all(stamped.as_bytes())
    }
}
