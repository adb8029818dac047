//! `bidui evaluate`: precision, recall and F1 of links against the truth.

use std::path::PathBuf;

use clap::Args;

use super::screen::Screen;
use super::{DONE, FAILED};
use crate::linkage::evaluation::evaluate_files;

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
pub(super) struct EvaluateArguments {
    /// Links as `run` or `link` write them.
    #[arg(
        long,
        value_name = "比对结果",
        help_heading = "选项",
        help = "run 写出的 links.csv，或 link 写出的结果文件"
    )]
    pub(super) links: PathBuf,
    /// The true links.
    #[arg(long, value_name = "真值文件", help_heading = "选项", help = "真实的对应关系（CSV）")]
    pub(super) truth: PathBuf,
}

/// Prints how good the links are.
pub(super) fn run(arguments: &EvaluateArguments, screen: &mut Screen<'_>) -> u8 {
    match evaluate_files(&arguments.links, &arguments.truth) {
        Err(error) => {
            screen.complain(&format!("评估没有完成：{error}"));
            FAILED
        }
        Ok(evaluation) => {
            screen.say(evaluation.text().trim_end());
            DONE
        }
    }
}
