//! `bidui help [命令]`, and `bidui help 列名`.

use clap::CommandFactory as _;

use super::arguments::Arguments;
use super::screen::Screen;
use super::{DONE, FAILED, usage};
use crate::sources;

/// The topic that lists the headings of all kinds of lists.
const HEADINGS: &str = "列名";

/// Prints the help of the program, of one command or of a topic.
pub(super) fn run(command: Option<&str>, screen: &mut Screen<'_>) -> u8 {
    if command == Some(HEADINGS) {
        screen.say(&sources::describe_headings().join("\n"));
        return DONE;
    }
    if let Some(name) = command.filter(|name| !names().iter().any(|known| known == name)) {
        screen.complain(&usage::no_such_command(name));
        return FAILED;
    }
    screen.say(text(command).trim_end());
    DONE
}

/// The help of a command that exists, or of the program.
pub(super) fn text(command: Option<&str>) -> String {
    let mut top = Arguments::command();
    top.build();
    let below = command.and_then(|name| top.find_subcommand(name).cloned());
    below.unwrap_or(top).render_help().to_string()
}

/// The commands in the order the help lists them.
pub(super) fn names() -> Vec<String> {
    Arguments::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}
