//! Observed shares with their intervals against stated ones: the reliability plot.

use super::frame::{BLUE, Chart, Drawing, Point};

/// One point with its interval.
#[derive(Clone, Debug)]
pub struct Interval {
    /// Stated.
    pub x: f64,
    /// Observed.
    pub y: f64,
    /// Lower bound of the observed.
    pub low: f64,
    /// Upper bound of the observed.
    pub high: f64,
    /// Share of all cases in this point, 0 to 1; it makes the point larger.
    pub weight: f64,
    /// What is written beside it; where points crowd, the first keep their labels.
    pub label: String,
}

/// Points with intervals, and the diagonal on which they should lie, named `observed` and `ideal`.
/// Points beyond the axes are left out.
pub fn intervals(chart: &Chart, observed: &str, ideal: &str, points: &[Interval]) -> String {
    let mut drawing = Drawing::new(chart);
    let (from, to) = (chart.x.from.max(chart.y.from), chart.x.to.min(chart.y.to));
    let diagonal = "stroke=\"#8a8f98\" stroke-dasharray=\"5 4\"";
    drawing.line(Point::new(from, from), Point::new(to, to), diagonal);
    let inside = |point: &&Interval| {
        let within = |value: f64, from: f64, to: f64| value >= from && value <= to;
        within(point.x, chart.x.from, chart.x.to) && within(point.y, chart.y.from, chart.y.to)
    };
    let middle = f64::midpoint(chart.x.from, chart.x.to);
    let mut labels: Vec<(f64, f64)> = Vec::new();
    points.iter().filter(inside).for_each(|point| draw(&mut drawing, point));
    for point in points.iter().filter(inside) {
        label(&mut drawing, point, middle, &mut labels);
    }
    let dot = format!("<circle cx=\"13\" cy=\"0\" r=\"5\" fill=\"{BLUE}\"/>");
    let samples = [
        (format!("<path d=\"M13 -8V8\" stroke=\"{BLUE}\"/>{dot}"), observed),
        (format!("<path d=\"M0 0H26\" {diagonal}/>"), ideal),
    ];
    drawing.legend(&samples);
    drawing.finish()
}

fn draw(drawing: &mut Drawing, point: &Interval) {
    let bar = format!("stroke=\"{BLUE}\" stroke-width=\"1.5\"");
    drawing.line(Point::new(point.x, point.low), Point::new(point.x, point.high), &bar);
    let (x, y) = (drawing.x(point.x), drawing.y(point.y));
    for end in [drawing.y(point.low), drawing.y(point.high)] {
        let (left, right) = (x - 4.0, x + 4.0);
        drawing.add(&format!("<path d=\"M{left:.1} {end:.1}H{right:.1}\" {bar}/>"));
    }
    let radius = 3.5 + 5.0 * point.weight.clamp(0.0, 1.0).sqrt();
    drawing
        .add(&format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"{BLUE}\"/>"));
}

/// The point's label, towards the middle where there is room for it; none where it would run into
/// an earlier one.
fn label(drawing: &mut Drawing, point: &Interval, middle: f64, taken: &mut Vec<(f64, f64)>) {
    let (x, y) = (drawing.x(point.x), drawing.y(point.y));
    let near = |other: &(f64, f64)| (other.0 - x).abs() < 64.0 && (other.1 - y).abs() < 13.0;
    if taken.iter().any(near) {
        return;
    }
    taken.push((x, y));
    let (aside, anchor) = if point.x > middle { (-11.0, "end") } else { (11.0, "start") };
    // A white edge keeps the letters readable where they cross a bar.
    let edge = "stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\"";
    let look = format!("text-anchor=\"{anchor}\" font-size=\"12\" {edge}");
    drawing.words(Point::new(x + aside, y + 4.0), &look, &point.label);
}
