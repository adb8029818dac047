//! Two distributions back to back: one upwards, one downwards, counts on a logarithmic scale, so
//! that a handful stays visible beside thousands.

use super::frame::{Axis, BLUE, Chart, Drawing, ORANGE, Point};

/// One bin.
#[derive(Clone, Debug)]
pub struct BarPair {
    /// Lower end.
    pub from: f64,
    /// Upper end.
    pub to: f64,
    /// Count drawn upwards.
    pub up: usize,
    /// Count drawn downwards.
    pub down: usize,
}

/// Bars of both distributions, named `up` and `down`. The chart's vertical axis gives its title
/// only; its range is that of the counts.
pub fn mirrored_bars(chart: &Chart, up: &str, down: &str, bins: &[BarPair]) -> String {
    let chart = Chart { y: count_axis(&chart.y.title, bins), ..chart.clone() };
    let mut drawing = Drawing::new(&chart);
    for bin in bins {
        bar(&mut drawing, bin, height(bin.up), bin.up, BLUE);
        bar(&mut drawing, bin, -height(bin.down), bin.down, ORANGE);
    }
    let ends = (chart.x.from, chart.x.to);
    drawing.line(Point::new(ends.0, 0.0), Point::new(ends.1, 0.0), "stroke=\"#222222\"");
    let sample =
        |colour: &str| format!("<rect y=\"-6\" width=\"26\" height=\"12\" fill=\"{colour}\"/>");
    drawing.legend(&[(sample(BLUE), up), (sample(ORANGE), down)]);
    drawing.finish()
}

/// One is as high as half a power of ten; none has no height.
fn height(count: usize) -> f64 {
    let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if count > 0.0 { libm::log10(count) + 0.5 } else { 0.0 }
}

fn bar(drawing: &mut Drawing, bin: &BarPair, height: f64, count: usize, colour: &str) {
    if count == 0 {
        return;
    }
    let (left, right) = (drawing.x(bin.from) + 0.5, drawing.x(bin.to) - 0.5);
    let (zero, end) = (drawing.y(0.0), drawing.y(height));
    let (top, tall, wide) = (zero.min(end), (zero - end).abs(), (right - left).max(1.0));
    drawing.add(&format!(
        "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{tall:.1}\" fill=\"{colour}\"/>"
    ));
    let beyond = if height > 0.0 { end - 3.0 } else { end + 11.0 };
    let look = "text-anchor=\"middle\" font-size=\"10\"";
    drawing.words(Point::new(f64::midpoint(left, right), beyond), look, &count.to_string());
}

fn count_axis(title: &str, bins: &[BarPair]) -> Axis {
    let highest = |of: fn(&BarPair) -> usize| bins.iter().map(of).max().unwrap_or(0);
    let (up, down) = (highest(|bin| bin.up), highest(|bin| bin.down));
    let powers = || (0_u32..9).map(|power| 10_usize.pow(power));
    let above = powers().take_while(|count| *count <= up).map(|count| (height(count), count));
    let below = powers().take_while(|count| *count <= down).map(|count| (-height(count), count));
    Axis {
        title: title.to_owned(),
        // Room for the numbers at the ends of the longest bars.
        from: -height(down) - 0.4,
        to: height(up) + 0.4,
        ticks: above.chain(below).map(|(at, count)| (at, count.to_string())).collect(),
    }
}
