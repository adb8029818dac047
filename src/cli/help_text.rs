//! The text of `bidui help`, and the commands it lists.

use clap::CommandFactory as _;

use super::arguments::Arguments;

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
