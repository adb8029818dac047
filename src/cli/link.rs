//! `bidui link`: the linkage engine alone on any two tables.

use std::path::Path;

use crate::linkage::model_files;
use crate::linkage::parameters::Parameters;
use crate::linkage::tables::{LinkSummary, link_files};
use crate::linkage::training::{HeldOut, Trained};

use super::screen::Screen;
use super::table_arguments::LinkArguments;
use super::{DONE, FAILED};

/// Links the two tables and tells how many links came of it. All of it in English, as the model files
/// are: this command is for anybody's tables, not for a bureau's run.
pub(super) fn run(arguments: &LinkArguments, screen: &mut Screen<'_>) -> u8 {
    let LinkArguments { left, right, model, out, train, .. } = arguments;
    let linked = link_files(left, right, model, out, train.is_some());
    let told = linked.map_err(|error| error.to_string()).and_then(|summary| {
        let mut lines = Vec::new();
        if let (Some(trained), Some(to)) = (&summary.trained, train) {
            lines = keep(trained, model, to)?;
        }
        lines.extend(told(&summary, arguments));
        Ok(lines.join("\n"))
    });
    match told {
        Err(error) => {
            screen.complain(&format!("not linked: {error}"));
            FAILED
        }
        Ok(text) => {
            screen.say(&text);
            DONE
        }
    }
}

/// Keeps an estimate that helps, and says so; says why one is not used.
fn keep(trained: &Trained, model: &Path, to: &Path) -> Result<Vec<String>, String> {
    if let Err(refusal) = trained.usable() {
        return Ok(vec![format!(
            "the estimate is not used and {} is not written: {}; linked by the model as it is",
            to.display(),
            refusal.english()
        )]);
    }
    let base = model_files::base(Some(model), to, None);
    super::train::keep(trained, base, to, Parameters::to_english_toml)
        .map_err(|error| error.english())?;
    let data = &trained.data;
    let mut lines = vec![format!(
        "estimated from {} candidate pairs ({} patterns) and {} random pairs in {} iterations: {:.0} matches, \
         prior {:.4}; kept in {}",
        data.pairs,
        trained.patterns,
        data.random_pairs,
        data.iterations,
        data.matches,
        trained.model.prior.matched,
        to.display()
    )];
    lines.push(trained.held_out.map_or_else(
        || "no rows were kept out to check it by: too few have an ID number that can be trusted".to_owned(),
        |held_out| {
            let HeldOut { rows, before, after, error } = held_out;
            format!(
                "on {rows} rows kept out, told without their numbers: mean log loss {before:.4} → {after:.4} \
                 (standard error of the difference {error:.4})"
            )
        },
    ));
    let unseen = [("m", &data.m_not_seen), ("u", &data.u_not_seen)];
    let unseen = unseen.into_iter().filter(|(_, levels)| !levels.is_empty());
    lines.extend(
        unseen.map(|(what, levels)| {
            format!("{what} as it was, too seldom seen: {}", levels.join(", "))
        }),
    );
    Ok(lines)
}

fn told(summary: &LinkSummary, arguments: &LinkArguments) -> Vec<String> {
    let mut lines = vec![format!(
        "{} rows on the left, {} on the right, {} pairs compared: {} links, {} to review",
        summary.left_rows,
        summary.right_rows,
        summary.judgement.pairs,
        summary.links,
        summary.reviews
    )];
    if !summary.unfilled.is_empty() {
        lines.push(format!(
            "fields of the model that no column fills, and that are not compared: {}",
            summary.unfilled.join(", ")
        ));
    }
    for count in summary.judgement.counts.iter().filter(|_| arguments.explain_blocking) {
        lines.push(format!(
            "  blocking {}: {} rows on the left have a key, {} candidate pairs, {} blocks left out as too \
             large ({} rows)",
            count.rule, count.left_rows, count.pairs, count.oversized, count.oversized_rows
        ));
    }
    lines.push(format!("links: {}", arguments.out.display()));
    lines
}
