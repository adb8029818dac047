//! The whole command line: the arguments, with what all commands have alike.

use clap::{Command, CommandFactory as _};

use super::arguments::Arguments;

/// Commands for people and programs outside of the bureaus: all of their interface is English.
pub(super) const ENGLISH: [&str; 2] = ["link", "kernel"];

const TOP: &str = "{about}\n\n用法：{usage}\n\n{all-args}\n{after-help}";
const BELOW: &str = "{about}\n\n用法：{usage}\n\n{all-args}";

/// The command line as clap knows it.
pub(super) fn command_line() -> Command {
    in_chinese(Arguments::command()).help_template(TOP)
}

/// A command and those below it under Chinese headings. Defaults are told by the help texts.
fn in_chinese(command: Command) -> Command {
    if ENGLISH.contains(&command.get_name()) {
        return command;
    }
    command
        .help_template(BELOW)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .disable_help_subcommand(true)
        .mut_args(|argument| {
            let heading = if argument.is_positional() { "参数" } else { "选项" };
            let has_value = argument.get_action().takes_values();
            argument.help_heading(heading).hide_default_value(has_value)
        })
        .mut_subcommands(in_chinese)
}

#[cfg(test)]
mod tests {
    use super::command_line;

    #[test]
    fn the_definition_is_consistent() {
        command_line().debug_assert();
    }
}
