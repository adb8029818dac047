//! How much of each target is reached: a bar a line, and one mark for how much of the time is gone.

use std::fmt::Write as _;

use super::escape;
use super::frame::{BLUE, LOOK, ORANGE, opened, put_line, squeezed};

/// One target.
#[derive(Clone, Debug)]
pub struct ReachedLine {
    /// Whose.
    pub name: String,
    /// Part of the target that is reached; above 1 where more was done. `None` where nothing is known.
    pub share: Option<f64>,
    /// What stands behind the bar.
    pub words: String,
    /// Where it leads.
    pub link: Option<String>,
}

const ROW: f64 = 22.0;
const NAMES: f64 = 190.0;
/// Length of a bar that reaches its target.
const WHOLE: f64 = 300.0;
/// Bars stop growing at this multiple of the target; the words tell the rest.
const MOST: f64 = 1.2;
const WORDS: f64 = 230.0;

/// Bars against targets; `gone` is the part of the time that has passed.
pub fn reached(title: &str, gone: f64, lines: &[ReachedLine]) -> String {
    let rows = f64::from(u32::try_from(lines.len() + 1).unwrap_or(1));
    let (width, height) = (NAMES + WHOLE * MOST + WORDS, rows * ROW + 6.0);
    let mut text = opened(title, width, height);
    for (number, line) in (1_u32..).zip(lines) {
        drawn(&mut text, f64::from(number) * ROW, line);
    }
    let bottom = rows * ROW;
    for (share, colour, words) in [(1.0, "#222222", "任务"), (gone, ORANGE, "时间进度")] {
        let x = NAMES + WHOLE * share.clamp(0.0, MOST);
        // The two words never stand in each other's way: one ends where the other begins.
        let (anchor, at) = if share < 1.0 { ("end", x - 4.0) } else { ("start", x + 4.0) };
        writeln!(
            text,
            "<line x1=\"{x:.1}\" y1=\"4\" x2=\"{x:.1}\" y2=\"{bottom:.1}\" stroke=\"{colour}\" stroke-width=\"2\"/>\
             <text x=\"{at:.1}\" y=\"16\" text-anchor=\"{anchor}\" {LOOK}>{words}{}</text>",
            if share < 1.0 { format!(" {:.0}%", share * 100.0) } else { String::new() }
        )
        .expect("writing to a string");
        if gone >= 1.0 {
            break;
        }
    }
    text.push_str("</svg>\n");
    text
}

fn drawn(text: &mut String, y: f64, line: &ReachedLine) {
    let base = y + 16.0;
    let squeeze = squeezed(&line.name, NAMES - 8.0);
    let long = line.share.unwrap_or(0.0).clamp(0.0, MOST) * WHOLE;
    let bar = format!(
        "<text x=\"0\" y=\"{base:.1}\" {LOOK}{squeeze}>{}</text>\
         <rect x=\"{NAMES}\" y=\"{:.1}\" width=\"{long:.1}\" height=\"{}\" fill=\"{BLUE}\"/>\
         <text x=\"{:.1}\" y=\"{base:.1}\" {LOOK}>{}</text>",
        escape(&line.name),
        y + 3.0,
        ROW - 6.0,
        NAMES + WHOLE * MOST + 8.0,
        escape(&line.words)
    );
    put_line(text, &bar, line.link.as_deref());
}

#[cfg(test)]
mod tests {
    use super::{ReachedLine, reached};

    #[test]
    fn a_bar_is_as_long_as_its_share_and_never_runs_off() {
        let line = |share| ReachedLine {
            name: "佳木斯市".to_owned(),
            share,
            words: String::new(),
            link: None,
        };
        let text = reached("进度", 0.5, &[line(Some(0.5)), line(Some(7.0)), line(None)]);
        let widths: Vec<&str> = text
            .lines()
            .filter_map(|line| line.split("<rect").nth(1)?.split("width=\"").nth(1))
            .collect();
        let widths: Vec<&str> = widths.iter().filter_map(|text| text.split('"').next()).collect();
        assert_eq!(widths, ["150.0", "360.0", "0.0"]);
        assert!(text.contains("时间进度 50%"));
    }
}
