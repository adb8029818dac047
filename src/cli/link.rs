//! `bidui link`: the linkage engine alone on any two tables.

use crate::linkage::model::Model;
use crate::linkage::tables::{LinkSummary, link_files};

use super::screen::Screen;
use super::table_arguments::LinkArguments;
use super::{DONE, FAILED};

/// Links the two tables and reports how many links were found.
pub(super) fn run(arguments: &LinkArguments, screen: &mut Screen<'_>) -> u8 {
    let LinkArguments { left, right, model, out, train, .. } = arguments;
    let linked = link_files(left, right, model, out, train.is_some());
    let kept = linked.map_err(|error| error.to_string()).and_then(|mut summary| {
        if let (Some(trained), Some(to)) = (summary.trained.take(), train) {
            let trained = super::train::keep(trained, Model::base(Some(model), to, None), to)?;
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
