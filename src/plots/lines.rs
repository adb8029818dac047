//! Several curves over one axis, each with a band around it.

use super::frame::{BLUE, Chart, Drawing, GREEN, ORANGE, path};

/// One curve.
#[derive(Clone, Debug)]
pub struct PlotLine {
    /// Its name in the legend.
    pub name: String,
    /// Where it runs: horizontal value, value, lower and upper bound.
    pub points: Vec<(f64, f64, f64, f64)>,
}

/// Colours with dash patterns that distinguish them in black and white.
const LOOKS: [(&str, &str); 3] = [(BLUE, ""), (ORANGE, "7 3"), (GREEN, "2 2")];

/// Curves with bands; a fourth curve looks like the first.
pub fn line_chart(chart: &Chart, lines: &[PlotLine]) -> String {
    let mut drawing = Drawing::new(chart);
    let looks = || LOOKS.iter().cycle();
    for (line, (colour, _)) in lines.iter().zip(looks()) {
        let upper = line.points.iter().map(|(x, _, _, high)| (*x, *high));
        let lower = line.points.iter().rev().map(|(x, _, low, _)| (*x, *low));
        let band = path(&drawing, upper.chain(lower));
        drawing
            .add(&format!("<polygon points=\"{band}\" fill=\"{colour}\" fill-opacity=\"0.13\"/>"));
    }
    for (line, (colour, dashes)) in lines.iter().zip(looks()) {
        let points = path(&drawing, line.points.iter().map(|(x, y, _, _)| (*x, *y)));
        drawing.add(&format!("<polyline points=\"{points}\" {}/>", stroke(colour, dashes)));
    }
    let samples: Vec<(String, &str)> = lines
        .iter()
        .zip(looks())
        .map(|(line, (colour, dashes))| {
            (format!("<path d=\"M0 0H26\" {}/>", stroke(colour, dashes)), &*line.name)
        })
        .collect();
    drawing.legend(&samples);
    drawing.finish()
}

fn stroke(colour: &str, dashes: &str) -> String {
    format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"")
}
