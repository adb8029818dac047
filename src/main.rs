//! Turns the command line into one call of `cli::run` and its outcome into an exit status.

use std::io;
use std::process::ExitCode;

/// A run makes millions of small strings on several threads: this allocator is faster at it, and
/// gives back what the tables of raw cells took.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    bidui::cli::prepare();
    let status = bidui::cli::run(std::env::args_os(), &mut io::stdout(), &mut io::stderr());
    ExitCode::from(status)
}
