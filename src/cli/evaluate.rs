//! `bidui evaluate`: precision, recall and F1 of links against the truth, or the model against what
//! people have ruled.

use std::path::{Path, PathBuf};

use crate::config::Project;
use crate::linkage::evaluation::{Files, evaluate_files};
use crate::web;
use crate::web::EvaluatedFiles;
use crate::{pipeline, private_files};

use super::bars::Bars;
use super::screen::Screen;
use super::table_arguments::EvaluateArguments;
use super::{DONE, FAILED};

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
        page: web::evaluation(&evaluation, subject),
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
        page: web::rulings(&evaluation, &path.to_string_lossy()),
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
