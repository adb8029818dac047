//! `bidui kernel`: one step of a distributed run, from standard input to standard output. Its caller is a
//! program, so it speaks English, says one sentence on standard error when something is wrong, and prints
//! nothing else.

use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use super::screen::Screen;
use super::table_arguments::KernelArguments;
use super::{DONE, FAILED};
use crate::cluster::{self, Job, StepInput};

/// Runs the step.
pub(super) fn run(arguments: &KernelArguments, screen: &mut Screen<'_>) -> u8 {
    match step(arguments) {
        Ok(()) => DONE,
        Err(message) => {
            screen.complain(&format!("bidui kernel {}: {message}", arguments.step));
            FAILED
        }
    }
}

fn step(arguments: &KernelArguments) -> Result<(), String> {
    let job = Job::parse(&text(&arguments.job)?)?;
    if arguments.step == "describe" {
        let described = job.describe()?;
        return writeln!(io::stdout().lock(), "{described}").map_err(|error| error.to_string());
    }
    let filter = arguments.filter.as_deref().map(|path| said(path, fs_err::read(path)));
    let filter = filter.transpose()?;
    let priors = arguments.priors.as_deref().map(|path| text(path).and_then(|text| priors(&text)));
    let priors = priors.transpose()?.unwrap_or_default();
    let given = StepInput {
        job: &job,
        rules: &arguments.rules,
        parts: arguments.parts,
        filter: filter.as_deref(),
        ruled: arguments.ruled,
        priors: &priors,
    };
    let input = BufReader::with_capacity(1 << 20, io::stdin().lock());
    let output = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    cluster::run_step(&arguments.step, &given, input, output)
        .map(|_| ())
        .map_err(|error| error.to_string())
}

fn said<T>(path: &Path, read: io::Result<T>) -> Result<T, String> {
    read.map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

fn text(path: &Path) -> Result<String, String> {
    said(path, fs_err::read_to_string(path))
}

/// One share a line, as the bits of the float: nothing is rounded on the way.
fn priors(text: &str) -> Result<Vec<f64>, String> {
    let share = |line: &str| u64::from_str_radix(line, 16).ok().map(f64::from_bits);
    let shares = text.split_whitespace().map(share).collect::<Option<Vec<f64>>>();
    shares.ok_or_else(|| "the file of priors holds something that is no number".to_owned())
}
