//! Turns the command line into one call of `cli::run` and its outcome into an exit status.

use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    let status = bidui::cli::run(std::env::args_os(), &mut io::stdout(), &mut io::stderr());
    ExitCode::from(status)
}
