//! `bidui train`: a model's m, u and prior estimated from a project's own data.

use std::path::Path;

use super::arguments::TrainArguments;
use super::bars::Bars;
use super::run::{load, on_threads};
use super::screen::Screen;
use super::{DONE, FAILED};
use crate::linkage::training::Trained;
use crate::pipeline;

/// Estimates and writes the model file.
pub(super) fn run(arguments: &TrainArguments, screen: &mut Screen<'_>) -> u8 {
    let Some(project) = load(&arguments.common, screen) else { return FAILED };
    let bars = Bars::new(arguments.common.quiet);
    let outcome = on_threads(arguments.common.threads, || pipeline::train(&project, &bars));
    bars.clear();
    let written = outcome.map_err(|error| error.to_string()).and_then(|trained| {
        plausible(&trained)?;
        keep(trained, &arguments.out)
    });
    match written {
        Err(error) => {
            screen.complain(&format!("估计没有完成：{error}"));
            FAILED
        }
        Ok(trained) => {
            screen.say(&summary(&trained));
            screen.say(&format!("模型在：{}", arguments.out.display()));
            DONE
        }
    }
}

/// Writes the model file and hands the estimate on.
pub(super) fn keep(trained: Trained, to: &Path) -> Result<Trained, String> {
    let saved = fs_err::write(to, trained.model.to_toml());
    saved.map(|()| trained).map_err(|error| error.to_string())
}

/// A row has at most one match: more matches than rows mean that the estimate took households for
/// persons, and a model made of it would link relatives.
fn plausible(trained: &Trained) -> Result<(), String> {
    if trained.model.prior.matched < 0.999 {
        return Ok(());
    }
    Err(format!(
        "估计出的真匹配（{:.0} 个）不少于待比对的行数，说明数据不足以把本人与家人分开；没有写出模型，请继续使用现有模型",
        trained.matches
    ))
}

/// What the estimate rests on.
pub(super) fn summary(trained: &Trained) -> String {
    let mut lines = vec![format!(
        "候选对 {} 个，{} 种比较结果；{} 轮收敛，估计真匹配 {:.0} 个，先验 {:.4}",
        trained.pairs,
        trained.patterns,
        trained.iterations,
        trained.matches,
        trained.model.prior.matched
    )];
    for (comparison, level) in &trained.unseen {
        lines.push(format!("“{comparison}”的等级“{level}”在数据中没有出现，保留原来的 m"));
    }
    lines.join("\n")
}
