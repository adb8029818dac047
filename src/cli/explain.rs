//! `bidui explain`: why a row got its decision.

use super::arguments::ExplainArguments;
use super::bars::Bars;
use super::run::{load, on_threads};
use super::screen::Screen;
use super::{DONE, FAILED};
use crate::pipeline;

/// Prints the row, its decision, its candidates and their weights. IDs are masked.
pub(super) fn run(arguments: &ExplainArguments, screen: &mut Screen<'_>) -> u8 {
    let Some(project) = load(&arguments.common, screen) else { return FAILED };
    let bars = Bars::new(arguments.common.quiet);
    let explained =
        on_threads(arguments.common.threads, || pipeline::explain(&project, &arguments.row, &bars));
    bars.clear();
    match explained {
        Err(error) => {
            screen.complain(&error.to_string());
            FAILED
        }
        Ok(text) => {
            screen.say(&text);
            DONE
        }
    }
}
