//! The text of `bidui help`, and the commands it lists.

use super::command_line::command_line;

/// The help of a command that exists, or of the program.
pub(super) fn text(command: Option<&str>) -> String {
    let mut top = command_line();
    top.build();
    let below = command.and_then(|name| top.find_subcommand(name).cloned());
    below.unwrap_or(top).render_help().to_string()
}

/// The commands in the order the help lists them.
pub(super) fn names() -> Vec<String> {
    command_line().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}
