//! `bidui link`: the linkage engine alone on any two tables.

use std::path::PathBuf;

use clap::Args;

/// Arguments of `link`.
#[derive(Debug, Args)]
pub struct LinkArguments {
    /// Left table, a headed CSV file.
    #[arg(long, value_name = "左表", help_heading = "选项", help = "左表（有标题行的 CSV 文件）")]
    pub left: PathBuf,
    /// Right table, a headed CSV file.
    #[arg(long, value_name = "右表", help_heading = "选项", help = "右表（有标题行的 CSV 文件）")]
    pub right: PathBuf,
    /// Model: columns, comparisons, thresholds.
    #[arg(long, value_name = "模型文件", help_heading = "选项", help = "模型文件（TOML）")]
    pub model: PathBuf,
    /// Where the links go.
    #[arg(long, value_name = "结果文件", help_heading = "选项", help = "结果文件（CSV）")]
    pub out: PathBuf,
}
