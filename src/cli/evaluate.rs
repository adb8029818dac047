//! `bidui evaluate`: precision, recall and F1 of links against the truth, or the model against what
//! people have ruled.

use std::path::{Path, PathBuf};

use clap::Args;

use super::bars::Bars;
use super::screen::Screen;
use super::{DONE, FAILED};
use crate::config::Project;
use crate::linkage::evaluation::{Files, evaluate_files};
use crate::pages::{self, EvaluatedFiles};
use crate::pipeline;
use crate::private_files;

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

/// What was found, in the forms it can be handed on in.
struct EvaluationTexts {
    text: String,
    json: String,
    page: String,
}

/// Prints how good the links are, and writes the files asked for.
pub(super) fn run(arguments: &EvaluateArguments, screen: &mut Screen<'_>) -> u8 {
    let done = check_targets(arguments).and_then(|()| {
        let told = match &arguments.decisions {
            Some(project) => by_rulings(project)?,
            None => by_truth(arguments)?,
        };
        write(arguments, &told)?;
        Ok(told)
    });
    match done {
        Err(error) => {
            screen.complain(&format!("评估没有完成：{error}"));
            FAILED
        }
        Ok(told) => {
            screen.say(told.text.trim_end());
            for path in targets(arguments) {
                screen.say(&format!("已写入 {}", path.display()));
            }
            DONE
        }
    }
}

fn by_truth(arguments: &EvaluateArguments) -> Result<EvaluationTexts, String> {
    let (Some(links), Some(truth)) = (&arguments.links, &arguments.truth) else {
        return Err("缺少 --links 和 --truth".to_owned());
    };
    let model = arguments.model.as_deref();
    let files = Files { links, truth, model, partial: arguments.partial };
    let evaluation = evaluate_files(&files).map_err(|error| error.to_string())?;
    let (links, truth) = (links.to_string_lossy(), truth.to_string_lossy());
    let subject = EvaluatedFiles { links: &links, truth: &truth };
    Ok(EvaluationTexts {
        text: evaluation.text(),
        json: json(&evaluation)?,
        page: pages::evaluation(&evaluation, subject),
    })
}

fn by_rulings(path: &Path) -> Result<EvaluationTexts, String> {
    let project = Project::load(path, None).map_err(|error| error.to_string())?;
    let bars = Bars::new(false);
    let evaluation = pipeline::evaluate_rulings(&project, &bars);
    bars.clear();
    let evaluation = evaluation
        .map_err(|error| error.to_string())?
        .ok_or("这个项目还没有人工认定；请先在待核清单或 bidui review 里认定，再来评估")?;
    Ok(EvaluationTexts {
        text: evaluation.text(),
        json: json(&evaluation)?,
        page: pages::rulings(&evaluation, &path.to_string_lossy()),
    })
}

fn json(evaluation: &impl serde::Serialize) -> Result<String, String> {
    let text = serde_json::to_string_pretty(evaluation).map_err(|error| error.to_string())?;
    Ok(format!("{text}\n"))
}

fn targets(arguments: &EvaluateArguments) -> Vec<&PathBuf> {
    [&arguments.json, &arguments.html].into_iter().flatten().collect()
}

/// A slip of the hand must not replace what is to be evaluated, nor one result by the other.
fn check_targets(arguments: &EvaluateArguments) -> Result<(), String> {
    let settled =
        |path: &Path| fs_err::canonicalize(path).or_else(|_| std::path::absolute(path)).ok();
    let EvaluateArguments { links, truth, decisions, model, .. } = arguments;
    let inputs = [links, truth, decisions, model];
    let mut taken: Vec<_> = inputs.into_iter().flatten().map(|path| settled(path)).collect();
    for path in targets(arguments) {
        if taken.contains(&settled(path)) {
            return Err(format!("{} 在命令里已经用作别的文件，没有覆盖", path.display()));
        }
        taken.push(settled(path));
    }
    Ok(())
}

fn write(arguments: &EvaluateArguments, told: &EvaluationTexts) -> Result<(), String> {
    let put = |path: &Path, text: &str| {
        private_files::write_file(path, text)
            .map_err(|error| format!("写不了 {}：{error}", path.display()))
    };
    if let Some(path) = &arguments.json {
        put(path, &told.json)?;
    }
    if let Some(path) = &arguments.html {
        put(path, &told.page)?;
    }
    Ok(())
}
