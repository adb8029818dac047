//! `bidui help [命令]`.

use super::help_text::{names, text};
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
