//! What wholes are made of: one bar a line, its parts side by side, each line a link where it leads
//! somewhere.

use std::fmt::Write as _;

use super::escape;
use super::frame::{BLUE, LOOK, ORANGE, line_name, opened, put_line, wide};

/// One whole.
#[derive(Clone, Debug)]
pub struct StackedLine {
    /// Its name.
    pub name: String,
    /// Counts of its parts.
    pub parts: Vec<usize>,
    /// Where it leads.
    pub link: Option<String>,
}

const ROW: f64 = 22.0;
const NAMES: f64 = 230.0;
const BARS: f64 = 300.0;
const COUNTS: f64 = 150.0;
/// Parts in their order: told apart without colour by where they stand and by the counts behind them.
const COLOURS: [&str; 4] = [BLUE, ORANGE, "#9aa1ab", "#d5d9df"];

/// Bars of the same length, each divided by the shares of its parts; the counts stand behind them.
pub fn stacked(title: &str, parts: &[&str], lines: &[StackedLine]) -> String {
    let rows = f64::from(u32::try_from(lines.len() + 1).unwrap_or(1));
    let (width, height) = (NAMES + BARS + COUNTS, rows * ROW + 6.0);
    let mut text = opened(title, width, height);
    legend(&mut text, parts);
    for (number, line) in (1_u32..).zip(lines) {
        drawn(&mut text, f64::from(number) * ROW, line);
    }
    text.push_str("</svg>\n");
    text
}

fn legend(text: &mut String, parts: &[&str]) {
    let mut x = NAMES;
    for (name, colour) in parts.iter().zip(COLOURS) {
        let words = x + 18.0;
        write!(
            text,
            "<rect x=\"{x:.1}\" y=\"5\" width=\"12\" height=\"12\" fill=\"{colour}\" stroke=\"#6b6f76\"/>\
             <text x=\"{words:.1}\" y=\"16\" {LOOK}>{}</text>",
            escape(name)
        )
        .expect("writing to a string");
        x = words + wide(name) + 16.0;
    }
}

fn drawn(text: &mut String, y: f64, line: &StackedLine) {
    let float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let whole = float(line.parts.iter().sum::<usize>()).max(1.0);
    let base = y + 16.0;
    let mut bar = line_name(&line.name, base, NAMES - 8.0);
    let mut x = NAMES;
    for (count, colour) in line.parts.iter().zip(COLOURS) {
        let long = float(*count) / whole * BARS;
        if long > 0.0 {
            write!(
                bar,
                "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{long:.1}\" height=\"{}\" fill=\"{colour}\" stroke=\"#ffffff\"/>",
                y + 3.0,
                ROW - 6.0
            )
            .expect("writing to a string");
        }
        x += long;
    }
    let counts: Vec<String> = line.parts.iter().map(ToString::to_string).collect();
    write!(
        bar,
        "<text x=\"{:.1}\" y=\"{base:.1}\" {LOOK}>{}</text>",
        NAMES + BARS + 8.0,
        counts.join(" / ")
    )
    .expect("writing to a string");
    put_line(text, &bar, line.link.as_deref());
}
