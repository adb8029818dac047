//! `bidui link`: the linkage engine alone on any two tables.

use std::path::PathBuf;

use clap::Args;

use super::screen::Screen;
use super::{DONE, FAILED};
use crate::linkage::model_files;
use crate::linkage::tables::{LinkSummary, link_files};

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
    /// Estimate the model on these tables first, and keep it here.
    #[arg(
        long,
        value_name = "模型文件",
        help_heading = "选项",
        help = "先由这两张表估计模型参数（不用标注），写到这个文件，再用它关联"
    )]
    pub(super) train: Option<PathBuf>,
    /// Print what every blocking rule found.
    #[arg(long, help_heading = "选项", help = "列出每条分块规则找到的候选对数")]
    pub(super) explain_blocking: bool,
}

/// Links the two tables and tells how many links came of it.
pub(super) fn run(arguments: &LinkArguments, screen: &mut Screen<'_>) -> u8 {
    let LinkArguments { left, right, model, out, train, .. } = arguments;
    let linked = link_files(left, right, model, out, train.is_some());
    let kept = linked.map_err(|error| error.to_string()).and_then(|mut summary| {
        if let (Some(trained), Some(to)) = (summary.trained.take(), train) {
            let trained =
                super::train::keep(trained, model_files::base(Some(model), to, None), to)?;
            screen.say(&super::train::summary(&trained));
        }
        Ok(summary)
    });
    match kept {
        Err(error) => {
            screen.complain(&format!("比对没有完成：{error}"));
            FAILED
        }
        Ok(summary) => {
            screen.say(&told(&summary, arguments));
            DONE
        }
    }
}

fn told(summary: &LinkSummary, arguments: &LinkArguments) -> String {
    let mut lines = vec![format!(
        "左表 {} 行，右表 {} 行，比较 {} 对：比对一致 {}，待核 {}",
        summary.left_rows,
        summary.right_rows,
        summary.judgement.pairs,
        summary.links,
        summary.reviews
    )];
    if !summary.unfilled.is_empty() {
        lines.push(format!(
            "模型的这些字段在表中没有对应的列，不参与比较：{}",
            summary.unfilled.join("、")
        ));
    }
    for count in summary.judgement.counts.iter().filter(|_| arguments.explain_blocking) {
        lines.push(format!(
            "  分块 {}：左表 {} 行有键，候选对 {}，过大而略去 {} 块（{} 行）",
            count.rule, count.left_rows, count.pairs, count.oversized, count.oversized_rows
        ));
    }
    lines.push(format!("结果在：{}", arguments.out.display()));
    lines.join("\n")
}
