//! `bidui evaluate`: precision, recall and F1 of links against the truth.

use std::path::PathBuf;

use clap::Args;

use super::screen::Screen;
use super::{DONE, FAILED};
use crate::linkage::evaluation::{Files, evaluate_files};

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
    /// Where to write the figures.
    #[arg(long, value_name = "文件", help_heading = "选项", help = "把全部数字写成 JSON 文件")]
    pub(super) json: Option<PathBuf>,
    /// Where to write the page.
    #[arg(
        long,
        value_name = "文件",
        help_heading = "选项",
        help = "写成带图的网页，用浏览器打开，可打印"
    )]
    pub(super) html: Option<PathBuf>,
    /// A model whose thresholds are marked.
    #[arg(
        long,
        value_name = "模型文件",
        help_heading = "选项",
        help = "在阈值曲线上标出这个模型的阈值；不写则取比对结果旁边 run.json 里的"
    )]
    pub(super) model: Option<PathBuf>,
    /// The truth is a sample.
    #[arg(long, help_heading = "选项", help = "真值只抽查了一部分行：只评估真值中有的行")]
    pub(super) partial: bool,
}

/// Prints how good the links are.
pub(super) fn run(arguments: &EvaluateArguments, screen: &mut Screen<'_>) -> u8 {
    let files = Files {
        links: &arguments.links,
        truth: &arguments.truth,
        model: arguments.model.as_deref(),
        partial: arguments.partial,
    };
    match evaluate_files(&files) {
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
