//! One file per subcommand: arguments in, one call of the pipeline, messages out.
//!
//! Comes in: the words of the command line. Goes out: text on the two streams and an exit status:
//! 0 done, 1 done but inputs or checks need a person, 2 failed and nothing published. Only here
//! are clock and terminal touched.

mod arguments;
mod bars;
mod calendar;
mod cards;
mod check;
mod clock;
mod command_line;
mod decide;
mod ending;
mod evaluate;
mod explain;
mod file;
mod help;
mod help_text;
mod init;
mod kernel;
mod link;
mod log;
mod message;
mod open;
mod places;
mod records;
mod review;
mod rollup;
mod run;
mod screen;
mod table_arguments;
mod train;
mod usage;
mod whereabouts;

use std::ffi::OsString;
use std::io::Write;

use clap::FromArgMatches as _;
use clap::error::ErrorKind;

use arguments::{Arguments, Command};
use command_line::command_line;
pub use ending::prepare;
use screen::Screen;

/// Done.
pub const DONE: u8 = 0;
/// Done, but inputs or checks need a person.
pub const NEEDS_PERSON: u8 = 1;
/// Failed; nothing was published.
pub const FAILED: u8 = 2;

/// Runs the program and returns its exit status. A reader that goes away early (`bidui … | head`)
/// is no failure.
pub fn run(
    words: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let words: Vec<OsString> = words.into_iter().collect();
    let words = whereabouts::with_project(&words);
    let mut screen = Screen::new(out, err);
    let mut keeps = false;
    let matches = command_line().try_get_matches_from(&words);
    let status = match matches.and_then(|found| Arguments::from_arg_matches(&found)) {
        Err(_) if words.len() <= 1 && open::is_desktop() => {
            let command = Command::Open(open::without_words());
            ending::guarded(&mut screen, |screen| dispatch(command, screen))
        }
        Ok(arguments) => {
            keeps = arguments.command.keeps_results();
            ending::guarded(&mut screen, |screen| dispatch(arguments.command, screen))
        }
        Err(error) => refuse(&error, &words, &mut screen),
    };
    match screen.broken() {
        None => status,
        // What was to be printed is the whole result, and nobody has seen it.
        Some(_) if !keeps => FAILED,
        Some(what) => {
            let done = if status == FAILED {
                "没有写出任何结果"
            } else {
                "结果已经写出，不受影响"
            };
            screen.complain(&format!("{what}写不进去（磁盘可能已满）；{done}"));
            status
        }
    }
}

/// The command line as clap knows it, for manual pages and completions.
pub fn command() -> clap::Command {
    command_line()
}

fn dispatch(command: Command, screen: &mut Screen<'_>) -> u8 {
    match command {
        Command::Run(arguments) => run::run(&arguments, screen),
        Command::Init(arguments) => init::run(&arguments, screen),
        Command::Open(arguments) => open::run(&arguments, screen),
        Command::Check(arguments) => check::run(&arguments, screen),
        Command::Link(arguments) => link::run(&arguments, screen),
        Command::Evaluate(arguments) => evaluate::run(&arguments, screen),
        Command::Train(arguments) => train::run(&arguments, screen),
        Command::Explain(arguments) => explain::run(&arguments, screen),
        Command::Decide(what) => decide::run(&what, screen),
        Command::Cards(what) => cards::run(&what, screen),
        Command::File(arguments) => file::run(&arguments, screen),
        Command::Review(arguments) => review::run(&arguments, screen),
        Command::Rollup(arguments) => rollup::run(&arguments, screen),
        Command::Calendar(arguments) => calendar::run(&arguments, screen),
        Command::Records(arguments) => records::run(&arguments, screen),
        Command::Kernel(arguments) => kernel::run(&arguments, screen),
        Command::ReadFiles => {
            crate::quarantine::serve();
            DONE
        }
        Command::Help(arguments) => help::run(arguments.command.as_deref(), screen),
    }
}

/// Help and version are no errors; everything else the parser reports is a usage error.
fn refuse(error: &clap::Error, words: &[OsString], screen: &mut Screen<'_>) -> u8 {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            screen.say(error.render().to_string().trim_end());
            DONE
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            screen.complain(help_text::text(None).trim_end());
            FAILED
        }
        _ => {
            screen.complain(&usage::explain(error, words));
            FAILED
        }
    }
}
