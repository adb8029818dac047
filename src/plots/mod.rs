//! Figures → charts as SVG text, to be embedded in a page.
//!
//! Comes in: axes and points. Goes out: one `<svg>` element that needs no script, style sheet or
//! other file, is described in words, and stays readable in black and white. Nothing else is known
//! here; what the figures mean is the caller's.

mod bars;
mod before_after;
mod frame;
mod intervals;
mod lines;
mod reached;
mod stacked;
mod waterfall;

#[cfg(test)]
mod tests;

pub use bars::{BarPair, mirrored_bars};
pub use before_after::{BeforeAfter, before_after};
pub use frame::{Axis, Chart, Mark};
pub use intervals::{Interval, intervals};
pub use lines::{PlotLine, line_chart};
pub use reached::{ReachedLine, reached};
pub use stacked::{StackedLine, stacked};
pub use waterfall::{Step, waterfall};

/// Text escaped for an element or an attribute of SVG and HTML.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // Other control characters are no characters of XML.
            letter if letter.is_control() && !matches!(letter, '\n' | '\t') => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}
