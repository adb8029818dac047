//! What is wrong with a command line, said in Chinese from what the parser found; of a command that speaks
//! English, in English.

use std::error::Error as _;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::config::nearest;

use super::command_line::{ENGLISH, command_line};
use super::help_text;

/// One or two lines: the mistake, and where to find the usage.
pub(super) fn explain(error: &clap::Error, words: &[OsString]) -> String {
    let command = command_of(words);
    if let Some(name) = command.as_deref().filter(|name| ENGLISH.contains(name)) {
        return explain_in_english(error, name);
    }
    let argument = || context(error, ContextKind::InvalidArg);
    let mistake = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            return no_such_command(&context(error, ContextKind::InvalidSubcommand));
        }
        ErrorKind::UnknownArgument => unknown_argument(&argument(), command.as_deref()),
        ErrorKind::MissingRequiredArgument => format!("缺少 {}", argument()),
        ErrorKind::ValueValidation | ErrorKind::InvalidValue => bad_value(error),
        ErrorKind::ArgumentConflict => conflict(error),
        ErrorKind::TooManyValues => format!("{} 后面的内容多了", argument()),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            format!("{} 后面的内容不全", argument())
        }
        ErrorKind::InvalidUtf8 => "命令里有无法识别的文字（不是 UTF-8 编码）".to_owned(),
        _ => "命令写法不对".to_owned(),
    };
    let more = command.map_or_else(|| "bidui help".to_owned(), |name| format!("bidui help {name}"));
    format!("{mistake}\n用法见：{more}")
}

fn explain_in_english(error: &clap::Error, command: &str) -> String {
    let argument = context(error, ContextKind::InvalidArg).replace('、', ", ");
    let mistake = match error.kind() {
        ErrorKind::MissingRequiredArgument => format!("missing: {argument}"),
        ErrorKind::UnknownArgument => {
            let meant = meant(&argument, Some(command));
            let hint = meant.map_or_else(String::new, |meant| format!("; did you mean --{meant}?"));
            format!("there is no argument \"{argument}\"{hint}")
        }
        ErrorKind::InvalidValue => format!("{argument} lacks its value"),
        ErrorKind::ArgumentConflict => format!("{argument} is given more than once"),
        ErrorKind::TooManyValues => format!("{argument} takes no value"),
        _ => "this command line cannot be understood".to_owned(),
    };
    format!("{mistake}\nsee: bidui {command} --help")
}

/// A command that does not exist, with the one that may be meant.
pub(super) fn no_such_command(name: &str) -> String {
    let names = help_text::names();
    let hint = match nearest(name, names.iter().map(String::as_str)) {
        Some(meant) => format!("是否要用“{meant}”？"),
        None => format!("可用的命令：{}", names.join("、")),
    };
    format!("没有“{name}”这个命令；{hint}\n用法见：bidui help")
}

fn unknown_argument(argument: &str, command: Option<&str>) -> String {
    if !argument.starts_with('-') {
        return format!("多余的参数“{argument}”");
    }
    let hint =
        meant(argument, command).map_or_else(String::new, |meant| format!("；是否为 --{meant}？"));
    format!("不认识的选项“{argument}”{hint}")
}

/// The option of a command that is most like an unknown one.
fn meant(argument: &str, command: Option<&str>) -> Option<String> {
    let known = options(command);
    let name = argument.trim_start_matches('-');
    nearest(name, known.iter().map(String::as_str)).map(str::to_owned)
}

fn bad_value(error: &clap::Error) -> String {
    let argument = context(error, ContextKind::InvalidArg);
    let value = context(error, ContextKind::InvalidValue);
    if value.is_empty() {
        return format!("{argument} 后面缺少内容");
    }
    let reason = error.source().map_or_else(|| "不可用".to_owned(), ToString::to_string);
    format!("{argument} 的“{value}”{reason}")
}

/// Two options that exclude each other, or one with itself.
fn conflict(error: &clap::Error) -> String {
    let (option, other) =
        (context(error, ContextKind::InvalidArg), context(error, ContextKind::PriorArg));
    if other.is_empty() || option == other {
        return format!("{option} 写了不止一次；请只写一次");
    }
    format!("{option} 不能与 {other} 同时使用")
}

/// Long names of a command's options.
fn options(command: Option<&str>) -> Vec<String> {
    let mut top = command_line();
    top.build();
    let below = command.and_then(|name| top.find_subcommand(name).cloned());
    let command = below.unwrap_or(top);
    command.get_arguments().filter_map(|option| option.get_long()).map(str::to_owned).collect()
}

/// The first word that names a command.
fn command_of(words: &[OsString]) -> Option<String> {
    let names = help_text::names();
    let mut words = words.iter().skip(1).filter_map(|word| word.to_str());
    words.find_map(|word| names.iter().find(|name| *name == word).cloned())
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        _ => String::new(),
    }
}
