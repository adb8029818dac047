//! The project file of a command line that does not name it: inside a folder with a `project.toml`
//! it may be left out, and a folder means the file in it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{Arg, Command};

use super::command_line::command_line;

/// Id of the argument that names a project file.
const PROJECT: &str = "project";

/// The words with the project file in its place, where the command wants one. Words the parser
/// will refuse are handed on as they are.
pub(super) fn with_project(words: &[OsString]) -> Vec<OsString> {
    let mut top = command_line();
    top.build();
    let (command, start) = innermost(&top, words);
    let takes_project = command.get_positionals().any(|argument| argument.get_id() == PROJECT);
    if !takes_project {
        return words.to_vec();
    }
    let default = default_name(command);
    let given = positionals(command, words, start);
    let mut words = words.to_vec();
    match given.first() {
        Some(&place) if names_project(&words[place]) => {
            words[place] = in_folder(&words[place], default);
        }
        _ if given.len() < wanted(command) && Path::new(default).is_file() => {
            words.insert(start, default.into());
        }
        _ => {}
    }
    words
}

/// The command the words end in, and where its own words begin.
fn innermost<'top>(top: &'top Command, words: &[OsString]) -> (&'top Command, usize) {
    let mut command = top;
    let mut start = 1;
    for (place, word) in words.iter().enumerate().skip(1) {
        match word.to_str().and_then(|word| command.find_subcommand(word)) {
            Some(below) if place == start => (command, start) = (below, place + 1),
            _ => break,
        }
    }
    (command, start)
}

/// A province's run reads a file of another name.
fn default_name(command: &Command) -> &'static str {
    if command.get_name() == "rollup" { "province.toml" } else { "project.toml" }
}

/// Places of the words that are neither options nor their values.
fn positionals(command: &Command, words: &[OsString], start: usize) -> Vec<usize> {
    let mut places = Vec::new();
    let mut value_follows = false;
    let mut only_positionals = false;
    for (place, word) in words.iter().enumerate().skip(start) {
        let text = word.to_string_lossy();
        if std::mem::take(&mut value_follows) {
            continue;
        }
        match text.as_ref() {
            "--" if !only_positionals => only_positionals = true,
            option if option.starts_with('-') && !only_positionals => {
                value_follows = takes_value(command, option);
            }
            _ => places.push(place),
        }
    }
    places
}

fn takes_value(command: &Command, option: &str) -> bool {
    let matches = |argument: &&Arg| {
        argument.get_long().is_some_and(|long| option.strip_prefix("--") == Some(long))
            || argument.get_short().is_some_and(|short| option == format!("-{short}"))
    };
    command
        .get_arguments()
        .find(matches)
        .is_some_and(|argument| argument.get_action().takes_values())
}

/// So many words the command takes at most; a list takes any number.
fn wanted(command: &Command) -> usize {
    let most = |argument: &Arg| argument.get_num_args().map_or(1, |range| range.max_values());
    command.get_positionals().map(most).fold(0, usize::saturating_add)
}

/// Whether a word is meant as a project: the name of a settings file, or a folder.
fn names_project(word: &OsStr) -> bool {
    let path = Path::new(word);
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) || path.is_dir()
}

fn in_folder(word: &OsStr, name: &str) -> OsString {
    let path = PathBuf::from(word);
    if path.is_dir() { path.join(name).into_os_string() } else { path.into_os_string() }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::with_project;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn a_folder_stands_for_the_file_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().to_str().expect("text").to_owned();
        let expected = format!("bidui run {path}/project.toml --out x");
        assert_eq!(with_project(&words(&format!("bidui run {path} --out x"))), words(&expected));
        let expected = format!("bidui decide import {path}/project.toml a.xlsx");
        let given = format!("bidui decide import {path} a.xlsx");
        assert_eq!(with_project(&words(&given)), words(&expected));
        let expected = format!("bidui rollup --out x {path}/province.toml");
        assert_eq!(with_project(&words(&format!("bidui rollup --out x {path}"))), words(&expected));
    }

    #[test]
    fn what_is_said_stays() {
        for line in ["bidui", "bidui help run", "bidui run a.toml", "bidui rnu", "bidui link x"] {
            assert_eq!(with_project(&words(line)), words(line), "{line}");
        }
    }
}
