//! `bidui train`: a model's m, u and prior estimated from a project's own data.

use std::path::Path;

use super::arguments::TrainArguments;
use super::bars::Bars;
use super::run::{load, on_threads};
use super::screen::Screen;
use super::{DONE, FAILED};
use crate::linkage::mistake::ModelError;
use crate::linkage::model_files;
use crate::linkage::parameters::Parameters;
use crate::linkage::training::{HeldOut, Trained};
use crate::pipeline;

/// Estimates and writes the model file.
pub(super) fn run(arguments: &TrainArguments, screen: &mut Screen<'_>) -> u8 {
    let Some(project) = load(&arguments.common, screen) else { return FAILED };
    let bars = Bars::new(arguments.common.quiet);
    let outcome = on_threads(arguments.common.threads, || {
        pipeline::train(&project, arguments.with_decisions, &bars)
    });
    bars.clear();
    let written = outcome.map_err(|error| error.to_string()).and_then(|trained| {
        trained.usable().map_err(super::super::linkage::training::TrainingRefusal::chinese)?;
        let base = model_files::base(project.model.as_deref(), &arguments.out, Some(&project.root));
        keep(&trained, base, &arguments.out, Parameters::to_toml)
            .map_err(|error| error.to_string())?;
        Ok(trained)
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

/// Writes the parameter file of an estimate with the name of its base, and says what failed. `text` is the
/// language of its first line.
pub(super) fn keep(
    trained: &Trained,
    base: Result<String, ModelError>,
    to: &Path,
    text: fn(&Parameters) -> String,
) -> Result<(), ModelError> {
    let parameters = Parameters::of(&trained.model, base?, trained.data.clone());
    fs_err::write(to, text(&parameters)).map_err(ModelError::from)
}

/// What the estimate rests on.
fn summary(trained: &Trained) -> String {
    let data = &trained.data;
    let mut lines = vec![format!(
        "候选对 {} 个，{} 种比较结果；随机对 {} 个；{} 轮收敛，估计真匹配 {:.0} 个，先验 {:.4}",
        data.pairs,
        trained.patterns,
        data.random_pairs,
        data.iterations,
        data.matches,
        trained.model.prior.matched
    )];
    lines.push(trained.held_out.map_or_else(
        || "证件号码齐全的行太少，没有留出检验".to_owned(),
        |held_out| {
            let HeldOut { rows, before, after, error } = held_out;
            format!("留出检验 {rows} 行（不看证件号码）：平均对数损失 {before:.4} → {after:.4}，差值的标准误 {error:.4}")
        },
    ));
    lines.extend(data.labels.map(|labels| {
        format!(
            "人工认定 {} 条：{} 行已知是谁，另有 {} 对已知不是同一人；无法判断的 {} 条和没有用上的 {} 条（人员不在本次数据中、与新数据不符或不在候选对中）不计",
            labels.rulings, labels.same, labels.different, labels.unsure, labels.unused
        )
    }));
    let kept = |what: &str, why: &str, levels: &[String]| {
        (!levels.is_empty()).then(|| format!("保留原来的 {what}（{why}）：{}", levels.join("、")))
    };
    lines.extend(kept("m", "候选对中没有出现", &data.m_not_seen));
    lines.extend(kept("u", "随机对中出现太少", &data.u_not_seen));
    lines.join("\n")
}
