//! How contributions add up: each bar begins where the one above ended.

use std::fmt::Write as _;

use super::escape;
use super::frame::{BLUE, LOOK, ORANGE, wide};

/// One contribution.
#[derive(Clone, Debug)]
pub struct Step {
    /// What contributes.
    pub name: String,
    /// How much.
    pub value: f64,
}

const ROW: f64 = 26.0;
const TOP: f64 = 8.0;
const NAMES: f64 = 190.0;
const BARS: f64 = 340.0;
const VALUES: f64 = 60.0;

/// A horizontal waterfall from zero to the total.
pub fn waterfall(title: &str, steps: &[Step], total_name: &str) -> String {
    let sums: Vec<f64> = steps
        .iter()
        .scan(0.0, |sum, step| {
            *sum += step.value;
            Some(*sum)
        })
        .collect();
    let total = sums.last().copied().unwrap_or(0.0);
    let low = sums.iter().copied().fold(0.0, f64::min);
    let high = sums.iter().copied().fold(0.0, f64::max);
    let span = (high - low).max(1.0);
    let x = |value: f64| NAMES + (value - low) / span * BARS;
    let rows = f64::from(u32::try_from(steps.len() + 1).unwrap_or(1));
    let (width, height) = (NAMES + BARS + VALUES, TOP * 2.0 + rows * ROW);
    let words: Vec<String> =
        steps.iter().map(|step| format!("{}{:+.1}", step.name, step.value)).collect();
    let mut text = format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" role=\"img\"><title>{}</title>\
         <desc>{}；{}{total:+.1}</desc>\n",
        escape(title),
        escape(&words.join("，")),
        escape(total_name)
    );
    let zero = x(0.0);
    writeln!(
        text,
        "<line x1=\"{zero:.1}\" y1=\"0\" x2=\"{zero:.1}\" y2=\"{height}\" stroke=\"#6b6f76\"/>"
    )
    .expect("writing to a string");
    let mut y = TOP;
    let starts = std::iter::once(0.0).chain(sums.iter().copied());
    for (step, start) in steps.iter().zip(starts) {
        let bar = WaterfallBar { from: x(start), to: x(start + step.value), value: step.value };
        row(&mut text, y, &step.name, &bar);
        y += ROW;
    }
    row(&mut text, y, total_name, &WaterfallBar { from: zero, to: x(total), value: total });
    text.push_str("</svg>\n");
    text
}

/// A bar between two pixels, and the value it stands for.
struct WaterfallBar {
    from: f64,
    to: f64,
    value: f64,
}

/// One bar with its name before it and its value behind it.
fn row(text: &mut String, y: f64, name: &str, bar: &WaterfallBar) {
    let WaterfallBar { from, to, value } = *bar;
    let colour = if value < 0.0 { ORANGE } else { BLUE };
    let (left, long) = (from.min(to), (to - from).abs().max(1.0));
    let (base, end) = (y + 17.0, from.max(to) + 5.0);
    let squeeze = if wide(name) > NAMES - 8.0 {
        format!(" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", NAMES - 8.0)
    } else {
        String::new()
    };
    writeln!(
        text,
        "<text x=\"0\" y=\"{base:.1}\" {LOOK}{squeeze}>{}</text>\
         <rect x=\"{left:.1}\" y=\"{:.1}\" width=\"{long:.1}\" height=\"{}\" fill=\"{colour}\"/>\
         <text x=\"{end:.1}\" y=\"{base:.1}\" {LOOK} stroke=\"#ffffff\" stroke-width=\"4\" \
         paint-order=\"stroke\">{value:+.1}</text>",
        escape(name),
        y + 4.0,
        ROW - 8.0
    )
    .expect("writing to a string");
}
