//! Arguments of the commands that work on no project: `link` and `evaluate` on tables, `kernel` on a stream.

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
    #[arg(long, value_name = "CSV", help = "the left table, a CSV file with a header")]
    pub(super) left: PathBuf,
    #[arg(long, value_name = "CSV", help = "the right table, a CSV file with a header")]
    pub(super) right: PathBuf,
    #[arg(
        long,
        value_name = "TOML",
        help = "the model, or parameters that were estimated for one"
    )]
    pub(super) model: PathBuf,
    #[arg(long, value_name = "CSV", help = "where the links are written")]
    pub(super) out: PathBuf,
    #[arg(
        long,
        value_name = "TOML",
        help = "estimate m, u and the prior on the two tables first, without labels; keep them in this file and link by \
                them where they help"
    )]
    pub(super) train: Option<PathBuf>,
    #[arg(long, help = "list the candidate pairs that every blocking rule found")]
    pub(super) explain_blocking: bool,
    #[command(flatten)]
    help: EnglishHelp,
}

/// The help of a command that speaks English, in place of the program's own.
#[derive(Debug, Args)]
struct EnglishHelp {
    #[arg(id = "help", short = 'h', long = "help", action = ArgAction::Help, help = "print this help")]
    help: Option<bool>,
}

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
pub(super) struct EvaluateArguments {
    #[arg(
        long,
        value_name = "比对结果",
        required_unless_present = "decisions",
        help = "run 写出的 links.csv，或 link 写出的结果文件"
    )]
    pub(super) links: Option<PathBuf>,
    #[arg(
        long,
        value_name = "真值文件",
        required_unless_present = "decisions",
        help = "真实的对应关系（CSV）"
    )]
    pub(super) truth: Option<PathBuf>,
    #[arg(
        long,
        value_name = "项目文件",
        conflicts_with_all = ["links", "truth", "model", "partial"],
        help = "不用真值文件，而用这个项目的人工认定检验它的模型：待核、抽查的比对一致有多准，概率是否属实"
    )]
    pub(super) decisions: Option<PathBuf>,
    #[arg(long, value_name = "文件", help = "把全部数字写成 JSON 文件")]
    pub(super) json: Option<PathBuf>,
    #[arg(long, value_name = "文件", help = "写成带图的网页，用浏览器打开，可打印")]
    pub(super) html: Option<PathBuf>,
    #[arg(
        long,
        value_name = "模型文件",
        help = "在阈值曲线上标出这个模型的阈值；不写则取比对结果旁边 run.json 里的"
    )]
    pub(super) model: Option<PathBuf>,
    #[arg(long, help = "真值只抽查了一部分行：只评估真值中有的行")]
    pub(super) partial: bool,
}

/// Arguments of `kernel`, which programs call.
#[derive(Debug, Args)]
pub(super) struct KernelArguments {
    #[arg(value_name = "STEP", help = "the step, or describe")]
    pub(super) step: String,
    #[arg(long, value_name = "FILE", help = "job.json of the exported rows")]
    pub(super) job: PathBuf,
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', help = "blocking rules, for keys")]
    pub(super) rules: Vec<usize>,
    #[arg(
        long,
        value_name = "FILE",
        help = "bit set over the keys of source rows, for right-keys"
    )]
    pub(super) filter: Option<PathBuf>,
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1,
        help = "in how many parts keys and scopes are dealt out"
    )]
    pub(super) parts: u32,
    #[arg(long, help = "pairs are those that rulings ask for, for attach and compare")]
    pub(super) ruled: bool,
    #[arg(
        long,
        value_name = "FILE",
        help = "prior shares as hexadecimal bits, one a line, for judge"
    )]
    pub(super) priors: Option<PathBuf>,
    #[command(flatten)]
    help: EnglishHelp,
}
