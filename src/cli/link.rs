//! `bidui link`: the linkage engine alone on any two tables.

use std::path::PathBuf;

use clap::Args;

use super::screen::Screen;
use super::{DONE, FAILED};
use crate::linkage::tables::link_files;

/// Arguments of `link`.
#[derive(Debug, Args)]
pub(super) struct LinkArguments {
    /// Left table, a headed CSV file.
    #[arg(long, value_name = "左表", help_heading = "选项", help = "左表（有标题行的 CSV 文件）")]
    pub(super) left: PathBuf,
    /// Right table, a headed CSV file.
    #[arg(long, value_name = "右表", help_heading = "选项", help = "右表（有标题行的 CSV 文件）")]
    pub(super) right: PathBuf,
    /// Model: columns, comparisons, thresholds.
    #[arg(long, value_name = "模型文件", help_heading = "选项", help = "模型文件（TOML）")]
    pub(super) model: PathBuf,
    /// Where the links go.
    #[arg(long, value_name = "结果文件", help_heading = "选项", help = "结果文件（CSV）")]
    pub(super) out: PathBuf,
}

/// Links the two tables and tells how many links came of it.
pub(super) fn run(arguments: &LinkArguments, screen: &mut Screen<'_>) -> u8 {
    let LinkArguments { left, right, model, out } = arguments;
    match link_files(left, right, model, out) {
        Err(error) => {
            screen.complain(&format!("比对没有完成：{error}"));
            FAILED
        }
        Ok(summary) => {
            screen.say(&format!(
                "左表 {} 行，右表 {} 行：比对一致 {}，待核 {}\n结果在：{}",
                summary.left_rows,
                summary.right_rows,
                summary.links,
                summary.reviews,
                out.display()
            ));
            DONE
        }
    }
}
