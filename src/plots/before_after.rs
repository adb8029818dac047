//! A figure in two rounds: the earlier bar above the later one, each line to its own scale and a link where
//! it leads somewhere. Figures of one table differ by thousands; what is compared is the two of a line.

use std::fmt::Write as _;

use super::escape;
use super::frame::{BLUE, LOOK, line_name, opened, put_line, squeezed, wide};

/// One figure.
#[derive(Clone, Debug)]
pub struct BeforeAfter {
    /// Its name.
    pub name: String,
    /// In the earlier round; `None` where it had none.
    pub before: Option<f64>,
    /// In the later round.
    pub now: Option<f64>,
    /// Both in words, as they stand behind the bars.
    pub words: String,
    /// Where it leads.
    pub link: Option<String>,
}

const ROW: f64 = 26.0;
const NAMES: f64 = 250.0;
const BARS: f64 = 240.0;
const WORDS: f64 = 210.0;
const HIGH: f64 = 9.0;
const GREY: &str = "#9aa1ab";

/// The lines; `names` says what the two bars are.
pub fn before_after(title: &str, names: [&str; 2], lines: &[BeforeAfter]) -> String {
    let rows = f64::from(u32::try_from(lines.len() + 1).unwrap_or(1));
    let (width, height) = (NAMES + BARS + WORDS, rows * ROW + 6.0);
    let mut text = opened(title, width, height);
    let mut x = NAMES;
    for (name, colour) in names.into_iter().zip([GREY, BLUE]) {
        let words = x + 18.0;
        write!(
            text,
            "<rect x=\"{x:.1}\" y=\"6\" width=\"12\" height=\"{HIGH}\" fill=\"{colour}\"/>\
             <text x=\"{words:.1}\" y=\"16\" {LOOK}>{}</text>",
            escape(name)
        )
        .expect("writing to a string");
        x = words + wide(name) + 16.0;
    }
    for (number, line) in (1_u32..).zip(lines) {
        drawn(&mut text, f64::from(number) * ROW, line);
    }
    text.push_str("</svg>\n");
    text
}

fn drawn(text: &mut String, y: f64, line: &BeforeAfter) {
    let most = line.before.unwrap_or(0.0).max(line.now.unwrap_or(0.0)).max(1.0);
    let base = y + 17.0;
    let mut bar = line_name(&line.name, base, NAMES - 8.0);
    let pair = [(line.before, y + 3.0, GREY), (line.now, y + 3.0 + HIGH, BLUE)];
    for (value, top, colour) in
        pair.into_iter().filter_map(|(value, top, c)| Some((value?, top, c)))
    {
        let long = (value / most * BARS).max(1.0);
        write!(
            bar,
            "<rect x=\"{NAMES:.1}\" y=\"{top:.1}\" width=\"{long:.1}\" height=\"{HIGH}\" fill=\"{colour}\"/>"
        )
        .expect("writing to a string");
    }
    write!(
        bar,
        "<text x=\"{:.1}\" y=\"{base:.1}\" {LOOK}{}>{}</text>",
        NAMES + BARS + 8.0,
        squeezed(&line.words, WORDS - 8.0),
        escape(&line.words)
    )
    .expect("writing to a string");
    put_line(text, &bar, line.link.as_deref());
}
