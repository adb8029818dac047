//! `bidui help [命令]`, and `bidui help 列名`.

use super::help_text::{names, text};
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
