//! Foreign files are read where they can be stopped: in a child process of this same program, under
//! limits of memory and time that follow from the size of the file.
//!
//! Comes in: the path of a file and what is asked of it. Goes out: its [`GridEvent`]s in order, its
//! size and SHA-256, and at the end `Ok` or the [`Refusal`] that says why not. Whatever a file does
//! to its reader (a failed allocation, an endless loop, a crash), it costs that file and nothing else:
//! the child is replaced, the other files go on. What a child hands over is bounded by
//! [`crate::grids::read`] itself, so the memory of this process follows from honest sizes, too.
//!
//! The program's `main` calls [`read_in_children`] once; a library's caller who does not reads
//! in its own process: same results, but for files that would break it.

mod allowance;
mod child;
mod contents;
mod frames;
mod own_limits;
mod pool;
mod watchdog;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

pub use child::serve;
pub use contents::{FileIdentity, sum};
pub use pool::Readers;

use crate::grids::{self, ReadOptions, Refusal, Taker};

/// Word of the command line that makes this program a reader of files; in no help.
pub const COMMAND: &str = "read-files";

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// From now on all files are read in children of this program. Called by its `main`, and by
/// nothing that has no [`COMMAND`].
pub fn read_in_children() {
    // Under Linux this names the running program even after an update has replaced its file.
    let own = Path::new("/proc/self/exe");
    let is_named = cfg!(target_os = "linux") && own.exists();
    let program = if is_named { Some(own.to_owned()) } else { std::env::current_exe().ok() };
    if let Some(program) = program {
        PROGRAM.get_or_init(|| program);
    }
}

/// The program whose children read files; `None` where this process reads them itself.
fn program() -> Option<&'static Path> {
    PROGRAM.get().map(PathBuf::as_path)
}

/// What became of one file.
#[derive(Debug)]
pub struct Reported {
    /// Its size and sum, as far as it could be opened.
    pub identity: FileIdentity,
    /// Whether it was read.
    pub read: Result<(), Refusal>,
}

/// Reads a file in this process.
fn read_here(path: &Path, asked: ReadOptions<'_>, taker: &mut dyn Taker) -> Reported {
    match contents::read(path) {
        Err((identity, refusal)) => Reported { identity, read: Err(refusal) },
        Ok((identity, bytes)) => Reported { identity, read: grids::read(&bytes, asked, taker) },
    }
}
