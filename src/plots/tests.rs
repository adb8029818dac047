//! The pictures are well formed, and elements are placed where their values put them.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{
    Axis, BarPair, BeforeAfter, Chart, Interval, Mark, PlotLine, Step, before_after, escape,
    intervals, line_chart, mirrored_bars, waterfall,
};

/// An area of 100 × 100 pixels from (70, 52).
fn chart(x: (f64, f64), y: (f64, f64)) -> Chart {
    let axis = |(from, to): (f64, f64)| Axis {
        title: "<轴>".to_owned(),
        from,
        to,
        ticks: vec![(from, "a & b".to_owned()), (to, "c".to_owned())],
    };
    Chart {
        title: "图".to_owned(),
        description: "说明".to_owned(),
        width: 196.0,
        height: 204.0,
        x: axis(x),
        y: axis(y),
        marks: vec![Mark { at: x.1, label: "阈值".to_owned() }],
    }
}

/// All elements, once the text is known to be well formed.
fn elements(svg: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut reader = Reader::from_str(svg);
    let mut found = Vec::new();
    loop {
        match reader.read_event().expect("well formed") {
            Event::Eof => break,
            Event::Start(element) | Event::Empty(element) => found.push(element_of(&element)),
            _ => {}
        }
    }
    found
}

fn element_of(element: &BytesStart<'_>) -> (String, Vec<(String, String)>) {
    let attributes = element.attributes().map(|attribute| {
        let attribute = attribute.expect("an attribute");
        (attribute.key.as_ref().to_owned(), attribute.value.into_owned())
    });
    (element.name().as_ref().to_owned(), attributes.collect())
}

fn values(svg: &str, name: &str, attribute: &str) -> Vec<String> {
    let of_name = elements(svg).into_iter().filter(|(known, _)| known == name);
    let all = of_name.flat_map(|(_, attributes)| attributes);
    all.filter(|(known, _)| known == attribute).map(|(_, value)| value).collect()
}

#[test]
fn curves_run_through_their_points() {
    let points = vec![(0.0, 0.0, 0.0, 0.5), (5.0, 1.0, 0.5, 1.0), (20.0, 0.5, 0.5, 0.5)];
    let line = PlotLine { name: "准确率".to_owned(), points };
    let svg = line_chart(&chart((0.0, 10.0), (0.0, 1.0)), &[line]);
    assert_eq!(values(&svg, "polyline", "points"), ["70.0,152.0 120.0,52.0 170.0,102.0"]);
    let band = "70.0,102.0 120.0,52.0 170.0,102.0 170.0,102.0 120.0,102.0 70.0,152.0";
    assert_eq!(values(&svg, "polygon", "points"), [band]);
}

#[test]
fn points_beyond_the_axes_are_left_out() {
    let point = |x: f64, y: f64| Interval {
        x,
        y,
        low: y - 0.1,
        high: y + 0.1,
        weight: 1.0,
        label: "n=3".to_owned(),
    };
    let points = [point(0.75, 0.75), point(0.2, 0.75), point(0.75, 0.2)];
    let svg = intervals(&chart((0.5, 1.0), (0.5, 1.0)), "", "", &points);
    // The first circle is the point, the last the legend's.
    assert_eq!(values(&svg, "circle", "cx"), ["120.0", "13"]);
    assert_eq!(values(&svg, "circle", "cy"), ["102.0", "0"]);
}

#[test]
fn bars_grow_with_the_power_of_ten() {
    let bins = [
        BarPair { from: 0.0, to: 1.0, up: 10, down: 1 },
        BarPair { from: 1.0, to: 2.0, up: 1, down: 0 },
    ];
    let svg = mirrored_bars(&chart((0.0, 2.0), (0.0, 1.0)), "对", "错", &bins);
    // Counts reach from −0.5 to 1.5, with 0.4 of room at each end: 2.8 on 100 pixels.
    let heights = values(&svg, "rect", "height");
    assert_eq!(heights, ["53.6", "17.9", "17.9", "12", "12"]);
}

#[test]
fn nothing_to_draw_is_still_a_picture() {
    let empty = chart((0.0, 0.0), (0.0, 0.0));
    for svg in [
        line_chart(&empty, &[]),
        intervals(&empty, "", "", &[]),
        mirrored_bars(&empty, "", "", &[]),
    ] {
        assert!(!elements(&svg).is_empty() && !svg.contains("NaN"), "{svg}");
    }
}

#[test]
fn two_rounds_of_a_figure_are_drawn_to_one_scale() {
    let line = |before, now, link: Option<&str>| BeforeAfter {
        name: "③在校生人数".to_owned(),
        before,
        now,
        words: "4 → 5".to_owned(),
        link: link.map(str::to_owned),
    };
    let lines = [line(Some(4.0), Some(5.0), Some("/a?b=1&c=2")), line(None, Some(9000.0), None)];
    let svg = before_after("与上期相比", ["对比期", "本期"], &lines);
    assert_eq!(values(&svg, "rect", "width"), ["12", "12", "192.0", "240.0", "240.0"]);
    assert_eq!(values(&svg, "a", "href"), ["/a?b=1&amp;c=2"]);
}

#[test]
fn text_is_made_safe() {
    assert_eq!(escape("<a href=\"x\">&'\u{7}"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39; ");
}

#[test]
fn a_waterfall_begins_each_bar_where_the_last_ended() {
    let steps = [("先验", -10.0), ("姓名", 15.0), ("地址", -2.0)];
    let steps = steps.map(|(name, value)| Step { name: name.to_owned(), value });
    let svg = waterfall("得分", &steps, "合计");
    let number = |bar: &str, name: &str| -> f64 {
        let (_, rest) = bar.split_once(&format!("{name}=\"")).expect("there");
        rest.split('"').next().expect("an end").parse().expect("a number")
    };
    let bars: Vec<(f64, f64)> =
        svg.split("<rect").skip(1).map(|bar| (number(bar, " x"), number(bar, " width"))).collect();
    assert_eq!(bars.len(), 4);
    // −10 runs left from zero to where +15 begins; −2 comes back from its end; 3 remain.
    let unit = bars[0].1 / 10.0;
    let close = |a: f64, b: f64| assert!((a - b).abs() < 0.2, "{a} {b}: {svg}");
    close(bars[0].0, bars[1].0);
    close(bars[1].1, 15.0 * unit);
    close(bars[1].0 + bars[1].1, bars[2].0 + bars[2].1);
    close(bars[3].0, bars[0].0 + bars[0].1);
    close(bars[3].1, 3.0 * unit);
    assert!(svg.contains("合计+3.0"), "described in words");
}
