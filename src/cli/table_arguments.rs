//! Arguments of the commands that work on tables alone: `link` and `evaluate`.

use std::path::PathBuf;

use clap::{ArgAction, Args};

/// Help of `link`, the one command for people outside of the bureaus.
pub(super) const LINK: &str = "\
Links any two tables row by row by a model file (docs/linkage.md describes model files)

Usage: {usage}

{all-args}";

/// Arguments of `link`, which speaks English: it is for anybody's tables, not for a bureau's run.
#[derive(Debug, Args)]
pub(super) struct LinkArguments {
    /// Left table, a headed CSV file.
    #[arg(long, value_name = "CSV", help = "the left table, a CSV file with a header")]
    pub(super) left: PathBuf,
    /// Right table, a headed CSV file.
    #[arg(long, value_name = "CSV", help = "the right table, a CSV file with a header")]
    pub(super) right: PathBuf,
    /// Model: columns, comparisons, thresholds.
    #[arg(
        long,
        value_name = "TOML",
        help = "the model, or parameters that were estimated for one"
    )]
    pub(super) model: PathBuf,
    /// Where the links go.
    #[arg(long, value_name = "CSV", help = "where the links are written")]
    pub(super) out: PathBuf,
    /// Estimate the model on these tables first, and keep it here.
    #[arg(
        long,
        value_name = "TOML",
        help = "estimate m, u and the prior on the two tables first, without labels; keep them in this file and link by \
                them where they help"
    )]
    pub(super) train: Option<PathBuf>,
    /// Print what every blocking rule found.
    #[arg(long, help = "list the candidate pairs that every blocking rule found")]
    pub(super) explain_blocking: bool,
    /// In place of the program's own, which speaks Chinese.
    #[arg(id = "help", short = 'h', long = "help", action = ArgAction::Help, help = "print this help")]
    pub(super) help: Option<bool>,
}

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
pub(super) struct EvaluateArguments {
    /// Links as `run` or `link` write them.
    #[arg(
        long,
        value_name = "比对结果",
        help_heading = "选项",
        required_unless_present = "decisions",
        help = "run 写出的 links.csv，或 link 写出的结果文件"
    )]
    pub(super) links: Option<PathBuf>,
    /// The true links.
    #[arg(
        long,
        value_name = "真值文件",
        help_heading = "选项",
        required_unless_present = "decisions",
        help = "真实的对应关系（CSV）"
    )]
    pub(super) truth: Option<PathBuf>,
    /// A project whose rulings take the place of a truth.
    #[arg(
        long,
        value_name = "项目文件",
        help_heading = "选项",
        conflicts_with_all = ["links", "truth", "model", "partial"],
        help = "不用真值文件，而用这个项目的人工认定检验它的模型：待核、抽查的比对一致有多准，概率是否属实"
    )]
    pub(super) decisions: Option<PathBuf>,
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
