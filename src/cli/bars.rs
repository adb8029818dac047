//! Progress on a terminal; elsewhere nothing.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::sources::Progress;

/// One bar that each stage takes over from the last.
#[derive(Debug)]
pub(super) struct Bars {
    bar: ProgressBar,
}

impl Bars {
    /// Shown on standard error when that is a terminal and nobody asked for quiet.
    pub(super) fn new(quiet: bool) -> Self {
        if quiet || !std::io::stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(style(0));
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar }
    }

    /// Takes the bar off the screen, before anything else is printed.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// A spinner where the amount of work is not known, else a bar.
fn style(total: u64) -> ProgressStyle {
    let template = if total == 0 {
        "{spinner} {msg} {elapsed}"
    } else {
        "{spinner} {msg} {bar:30} {percent}% {elapsed}"
    };
    ProgressStyle::with_template(template).expect("a valid template")
}

impl Progress for Bars {
    fn stage(&self, name: &str, total: u64) {
        self.bar.set_style(style(total));
        self.bar.set_length(total);
        self.bar.set_position(0);
        self.bar.set_message(name.to_owned());
    }

    fn advance(&self, by: u64) {
        self.bar.inc(by);
    }
}
