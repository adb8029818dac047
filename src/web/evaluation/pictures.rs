//! The pictures of the evaluation: which figures go on which axes.

use crate::linkage::evaluation::{Bin, CurvePoint, Evaluation, Share, bits};
use crate::plots::{
    Axis, BarPair, Chart, Interval, Mark, PlotLine, intervals, line_chart, mirrored_bars,
};

/// Probabilities that have a label on a scale of odds.
const LABELLED: [(f64, &str); 13] = [
    (0.000_1, "0.0001"),
    (0.001, "0.001"),
    (0.01, "0.01"),
    (0.05, "0.05"),
    (0.15, "0.15"),
    (0.3, "0.3"),
    (0.5, "0.5"),
    (0.7, "0.7"),
    (0.9, "0.9"),
    (0.99, "0.99"),
    (0.999, "0.999"),
    (0.9999, "0.9999"),
    (0.99999, "0.99999"),
];

/// Stated against observed, all probabilities.
pub(super) fn reliability(bins: &[Bin]) -> String {
    let ticks = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];
    reliability_within(bins, "概率与实际正确率（全部）", &ticks)
}

/// The same where it matters most; points far below the diagonal are in the other picture only.
pub(super) fn reliability_top(bins: &[Bin]) -> String {
    let ticks = [0.8, 0.85, 0.9, 0.95, 1.0];
    reliability_within(bins, "概率与实际正确率（0.8 以上放大）", &ticks)
}

fn reliability_within(bins: &[Bin], title: &str, ticks: &[f64]) -> String {
    let axis = |name: &str| Axis {
        title: name.to_owned(),
        from: ticks[0],
        to: ticks[ticks.len() - 1],
        ticks: ticks.iter().map(|at| (*at, at.to_string())).collect(),
    };
    let filled = || bins.iter().filter(|bin| bin.right.whole > 0);
    let most = filled().map(|bin| bin.right.whole).max().unwrap_or(1);
    // The most certain first: where labels would collide, the earlier one is kept.
    let points: Vec<Interval> = filled()
        .rev()
        .map(|bin| Interval {
            x: bin.mean,
            y: bin.right.value,
            low: bin.right.low,
            high: bin.right.high,
            weight: Share::new(bin.right.whole, most).value,
            label: format!("{} 人", bin.right.whole),
        })
        .collect();
    let described = filled().map(|bin| {
        format!(
            "平均概率 {:.3} 的 {} 人，实际正确率 {:.3}",
            bin.mean, bin.right.whole, bin.right.value
        )
    });
    let chart = Chart {
        title: title.to_owned(),
        description: described.collect::<Vec<_>>().join("；"),
        width: 490.0,
        height: 430.0,
        x: axis("程序说的概率（各档平均）"),
        y: axis("实际正确率"),
        marks: Vec::new(),
    };
    intervals(&chart, "实际正确率与 95% 区间", "概率完全属实", &points)
}

/// Precision, recall and F1 against the threshold, on a scale of odds, because what matters lies
/// close to 1.
pub(super) fn curve(result: &Evaluation) -> String {
    let drawn: Vec<&CurvePoint> = drawn_points(result);
    let line = |name: &str, of: &dyn Fn(&CurvePoint) -> (f64, f64, f64)| PlotLine {
        name: name.to_owned(),
        points: drawn
            .iter()
            .map(|point| {
                let (value, low, high) = of(point);
                (bits(point.threshold), value, low, high)
            })
            .collect(),
    };
    let share = |share: &Share| (share.value, share.low, share.high);
    let lines = [
        line("准确率", &|point| share(&point.quality.precision)),
        line("召回率", &|point| share(&point.quality.recall)),
        line("F1", &|point| (point.quality.f1, point.quality.f1_low, point.quality.f1_high)),
    ];
    let values = lines.iter().flat_map(|line| line.points.iter().map(|(_, value, _, _)| *value));
    let first = drawn.first().map_or(0.0, |point| bits(point.threshold));
    let last = drawn.last().map_or(1.0, |point| bits(point.threshold));
    let chart = Chart {
        title: "准确率、召回率和 F1 随阈值的变化".to_owned(),
        description: "数字见下面的表“阈值与质量”".to_owned(),
        width: 1000.0,
        height: 400.0,
        x: odds_axis(result, "阈值（概率，按胜率取对数刻度）", first, last),
        y: share_axis(values.fold(1.0, f64::min)),
        marks: marks(result),
    };
    line_chart(&chart, &lines)
}

/// From the lowest probability named; without a link there is no precision to draw.
fn drawn_points(result: &Evaluation) -> Vec<&CurvePoint> {
    let named = result.curve.first().map_or(0, |point| point.quality.precision.whole);
    let start = result.curve.iter().rposition(|point| point.quality.precision.whole == named);
    let from = start.unwrap_or(0);
    result.curve[from.min(result.curve.len())..]
        .iter()
        .filter(|point| point.quality.precision.whole > 0)
        .collect()
}

/// Right and wrong best candidates by match weight.
pub(super) fn distribution(result: &Evaluation) -> String {
    let bins: Vec<BarPair> = result
        .weights
        .iter()
        .map(|bin| BarPair {
            from: f64::from(bin.from),
            to: f64::from(bin.from + 1),
            up: bin.right,
            down: bin.wrong,
        })
        .collect();
    let from = bins.first().map_or(0.0, |bin| bin.from);
    let to = bins.last().map_or(1.0, |bin| bin.to);
    let right: usize = bins.iter().map(|bin| bin.up).sum();
    let wrong: usize = bins.iter().map(|bin| bin.down).sum();
    let chart = Chart {
        title: "对的和错的候选人按概率的分布".to_owned(),
        description: format!("对的 {right} 个，错的 {wrong} 个，按概率从低到高排列"),
        width: 1000.0,
        height: 360.0,
        x: odds_axis(result, "概率（每格一比特权重，最右一格包括 1）", from, to),
        y: Axis {
            title: "人数（对数刻度）".to_owned(), from: 0.0, to: 1.0, ticks: Vec::new()
        },
        marks: marks(result),
    };
    mirrored_bars(&chart, "对的", "错的", &bins)
}

fn marks(result: &Evaluation) -> Vec<Mark> {
    let Some(own) = result.thresholds else { return Vec::new() };
    let mark = |name: &str, at: f64| Mark { at: bits(at), label: format!("{name} {at}") };
    vec![mark("review", own.review), mark("link", own.link)]
}

/// From a little below to the end of what is drawn, with the run's thresholds in sight.
fn odds_axis(result: &Evaluation, title: &str, first: f64, last: f64) -> Axis {
    let marks = marks(result);
    let from = marks.iter().map(|mark| mark.at).fold(first, f64::min) - 0.5;
    let to = marks.iter().map(|mark| mark.at).fold(last, f64::max);
    let inside = |at: f64| at >= from && at <= to;
    Axis {
        title: title.to_owned(),
        from,
        to,
        ticks: LABELLED
            .iter()
            .map(|(probability, label)| (bits(*probability), (*label).to_owned()))
            .filter(|(at, _)| inside(*at))
            .collect(),
    }
}

/// From a round number below the lowest value to 1: shares near 1 fill the picture.
fn share_axis(lowest: f64) -> Axis {
    let starts = [(0.99, 0.002), (0.98, 0.005), (0.95, 0.01), (0.9, 0.02), (0.8, 0.05), (0.5, 0.1)];
    let fitting = starts.into_iter().find(|(start, _)| *start <= lowest);
    let (from, step) = fitting.unwrap_or((0.0, 0.2));
    let ticks =
        (0_u32..=10).map(|n| from + f64::from(n) * step).filter(|at| *at < 1.0 + step / 2.0);
    Axis {
        title: "比例".to_owned(),
        from,
        to: 1.0,
        ticks: ticks.map(|at| (at, format!("{:.1}%", at * 100.0))).collect(),
    }
}
