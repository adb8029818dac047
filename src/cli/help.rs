//! `bidui help [命令]`.

use clap::CommandFactory as _;

use super::arguments::Arguments;
use super::screen::Screen;
use super::{DONE, FAILED, usage};

/// Prints the help of the program or of one command.
pub(super) fn run(command: Option<&str>, screen: &mut Screen<'_>) -> u8 {
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
