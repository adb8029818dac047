//! `bidui evaluate`: precision, recall and F1 of links against the truth.

use std::path::{Path, PathBuf};

use clap::Args;

use super::screen::Screen;
use super::{DONE, FAILED};
use crate::linkage::evaluation::{Evaluation, Files, evaluate_files};
use crate::pages::{self, Subject};
use crate::private_files;

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

/// Prints how good the links are, and writes the files asked for.
pub(super) fn run(arguments: &EvaluateArguments, screen: &mut Screen<'_>) -> u8 {
    let files = Files {
        links: &arguments.links,
        truth: &arguments.truth,
        model: arguments.model.as_deref(),
        partial: arguments.partial,
    };
    let done = check_targets(arguments).and_then(|()| {
        let evaluation = evaluate_files(&files).map_err(|error| error.to_string())?;
        write(arguments, &evaluation)?;
        Ok(evaluation)
    });
    match done {
        Err(error) => {
            screen.complain(&format!("评估没有完成：{error}"));
            FAILED
        }
        Ok(evaluation) => {
            screen.say(evaluation.text().trim_end());
            for path in targets(arguments) {
                screen.say(&format!("已写入 {}", path.display()));
            }
            DONE
        }
    }
}

fn targets(arguments: &EvaluateArguments) -> Vec<&PathBuf> {
    [&arguments.json, &arguments.html].into_iter().flatten().collect()
}

/// A slip of the hand must not replace what is to be evaluated, nor one result by the other.
fn check_targets(arguments: &EvaluateArguments) -> Result<(), String> {
    let settled =
        |path: &Path| fs_err::canonicalize(path).or_else(|_| std::path::absolute(path)).ok();
    let inputs = [Some(&arguments.links), Some(&arguments.truth), arguments.model.as_ref()];
    let mut taken: Vec<_> = inputs.into_iter().flatten().map(|path| settled(path)).collect();
    for path in targets(arguments) {
        if taken.contains(&settled(path)) {
            return Err(format!("{} 在命令里已经用作别的文件，没有覆盖", path.display()));
        }
        taken.push(settled(path));
    }
    Ok(())
}

fn write(arguments: &EvaluateArguments, evaluation: &Evaluation) -> Result<(), String> {
    let put = |path: &Path, text: &str| {
        private_files::write_file(path, text)
            .map_err(|error| format!("写不了 {}：{error}", path.display()))
    };
    if let Some(path) = &arguments.json {
        let text = serde_json::to_string_pretty(evaluation).map_err(|error| error.to_string())?;
        put(path, &format!("{text}\n"))?;
    }
    if let Some(path) = &arguments.html {
        let (links, truth) = (arguments.links.to_string_lossy(), arguments.truth.to_string_lossy());
        let subject = Subject { links: &links, truth: &truth };
        put(path, &pages::evaluation(evaluation, subject))?;
    }
    Ok(())
}
