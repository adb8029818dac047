//! `bidui evaluate`: precision, recall and F1 of links against the truth.

use std::path::PathBuf;

use clap::Args;

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateArguments {
    /// Links as `run` or `link` write them.
    #[arg(
        long,
        value_name = "比对结果",
        help_heading = "选项",
        help = "run 写出的 links.csv，或 link 写出的结果文件"
    )]
    pub links: PathBuf,
    /// The true links.
    #[arg(long, value_name = "真值文件", help_heading = "选项", help = "真实的对应关系（CSV）")]
    pub truth: PathBuf,
}
