//! What all charts share: the area, both axes with their grid, vertical marks, and the text around.

use std::fmt::Write as _;

use super::escape;

/// Colours that stay apart for colour-blind eyes and in grey.
pub(super) const BLUE: &str = "#1f5fa8";
pub(super) const ORANGE: &str = "#c2570c";
pub(super) const GREEN: &str = "#1b7a4b";
const INK: &str = "#222222";
const FAINT: &str = "#d7dade";
const MARK: &str = "#6b6f76";

const LEFT: f64 = 70.0;
const RIGHT: f64 = 26.0;
const TOP: f64 = 52.0;
const BOTTOM: f64 = 52.0;

/// How words look in charts of bars, line by line.
pub(super) const LOOK: &str = "font-size=\"13\" fill=\"#222222\"";

/// The beginning of a chart of which single lines may be links.
pub(super) fn opened(title: &str, width: f64, height: f64) -> String {
    format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" role=\"group\" aria-label=\"{}\">\n",
        escape(title)
    )
}

/// The name of a line, in the room that is there for it.
pub(super) fn line_name(name: &str, base: f64, room: f64) -> String {
    let squeeze = squeezed(name, room);
    format!("<text x=\"0\" y=\"{base:.1}\" {LOOK}{squeeze}>{}</text>", escape(name))
}

/// Puts a line into a chart; all of it leads to where its link does.
pub(super) fn put_line(text: &mut String, line: &str, link: Option<&str>) {
    match link {
        Some(link) => writeln!(text, "<a href=\"{}\">{line}</a>", escape(link)),
        None => writeln!(text, "{line}"),
    }
    .expect("writing to a string");
}

/// A point, in pixels or in values of both axes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl Point {
    pub(super) fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }
}

/// One axis: its range and what is written beside it.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What it measures.
    pub title: String,
    /// Value at its beginning.
    pub from: f64,
    /// Value at its end.
    pub to: f64,
    /// Places with a label.
    pub ticks: Vec<(f64, String)>,
}

impl Axis {
    /// Position along the axis, 0 to 1; what lies beyond an end is drawn at the end.
    fn share(&self, value: f64) -> f64 {
        let length = self.to - self.from;
        if length > 0.0 { ((value - self.from) / length).clamp(0.0, 1.0) } else { 0.5 }
    }
}

/// A vertical line with a name.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Where on the horizontal axis.
    pub at: f64,
    /// Its name.
    pub label: String,
}

/// What a chart has besides its data.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What it shows, in a few words.
    pub title: String,
    /// What can be seen in it, for those who cannot see it.
    pub description: String,
    /// Width in pixels.
    pub width: f64,
    /// Height in pixels.
    pub height: f64,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// Vertical lines.
    pub marks: Vec<Mark>,
}

/// An SVG in the making.
pub(super) struct Drawing<'chart> {
    chart: &'chart Chart,
    text: String,
}

impl<'chart> Drawing<'chart> {
    /// The frame with axes, grid and marks.
    pub(super) fn new(chart: &'chart Chart) -> Self {
        let mut drawing = Self { chart, text: String::new() };
        drawing.add(&format!(
            "<svg viewBox=\"0 0 {} {}\" width=\"{}\" role=\"img\" font-size=\"13\" fill=\"{INK}\">",
            chart.width, chart.height, chart.width
        ));
        drawing.add(&format!("<title>{}</title>", escape(&chart.title)));
        drawing.add(&format!("<desc>{}</desc>", escape(&chart.description)));
        drawing.axes();
        for mark in &chart.marks {
            drawing.mark(mark);
        }
        drawing
    }

    /// Adds an element.
    pub(super) fn add(&mut self, element: &str) {
        self.text.push_str(element);
        self.text.push('\n');
    }

    /// Horizontal pixel of a value.
    pub(super) fn x(&self, value: f64) -> f64 {
        LEFT + self.chart.x.share(value) * (self.chart.width - LEFT - RIGHT)
    }

    /// Vertical pixel of a value.
    pub(super) fn y(&self, value: f64) -> f64 {
        self.bottom() - self.chart.y.share(value) * (self.bottom() - TOP)
    }

    fn bottom(&self) -> f64 {
        self.chart.height - BOTTOM
    }

    /// A straight line between two values.
    pub(super) fn line(&mut self, from: Point, to: Point, look: &str) {
        let (x1, y1, x2, y2) = (self.x(from.x), self.y(from.y), self.x(to.x), self.y(to.y));
        self.add(&format!(
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" {look}/>"
        ));
    }

    /// Words at a pixel.
    pub(super) fn words(&mut self, at: Point, look: &str, words: &str) {
        let Point { x, y } = at;
        self.add(&format!("<text x=\"{x:.1}\" y=\"{y:.1}\" {look}>{}</text>", escape(words)));
    }

    /// A row of samples with their names above the area; each sample is drawn 26 pixels wide.
    pub(super) fn legend(&mut self, samples: &[(String, &str)]) {
        let mut x = LEFT;
        for (sample, name) in samples {
            self.add(&format!("<g transform=\"translate({x:.1} 14)\">{sample}</g>"));
            self.words(Point::new(x + 32.0, 18.0), "", name);
            x += 32.0 + wide(name) + 22.0;
        }
    }

    /// The finished element.
    pub(super) fn finish(mut self) -> String {
        self.text.push_str("</svg>\n");
        self.text
    }

    fn axes(&mut self) {
        let chart = self.chart;
        let (start, end) = (LEFT, chart.width - RIGHT);
        let bottom = self.bottom();
        for (at, label) in &chart.y.ticks {
            let y = self.y(*at);
            self.add(&format!(
                "<line x1=\"{start}\" y1=\"{y:.1}\" x2=\"{end}\" y2=\"{y:.1}\" stroke=\"{FAINT}\"/>"
            ));
            self.words(Point::new(start - 8.0, y + 4.5), "text-anchor=\"end\"", label);
        }
        for (at, label) in &chart.x.ticks {
            let x = self.x(*at);
            let below = bottom + 5.0;
            self.add(&format!(
                "<line x1=\"{x:.1}\" y1=\"{bottom}\" x2=\"{x:.1}\" y2=\"{below}\" stroke=\"{INK}\"/>"
            ));
            self.words(Point::new(x, bottom + 19.0), "text-anchor=\"middle\"", label);
        }
        self.add(&format!(
            "<line x1=\"{start}\" y1=\"{bottom}\" x2=\"{end}\" y2=\"{bottom}\" stroke=\"{INK}\"/>"
        ));
        let middle = f64::midpoint(start, end);
        self.words(
            Point::new(middle, chart.height - 8.0),
            "text-anchor=\"middle\"",
            &chart.x.title,
        );
        let middle = f64::midpoint(TOP, bottom);
        let turned = format!("text-anchor=\"middle\" transform=\"rotate(-90 16 {middle:.1})\"");
        self.words(Point::new(16.0, middle), &turned, &chart.y.title);
    }

    fn mark(&mut self, mark: &Mark) {
        let (x, bottom) = (self.x(mark.at), self.bottom());
        let end = self.chart.width - RIGHT;
        self.add(&format!(
            "<line x1=\"{x:.1}\" y1=\"{:.1}\" x2=\"{x:.1}\" y2=\"{bottom}\" stroke=\"{MARK}\" stroke-dasharray=\"2 3\"/>",
            TOP - 4.0
        ));
        // A name that would run out of the picture ends at its line.
        let half = wide(&mark.label) / 2.0;
        let anchor = if x + half > end { "end" } else { "middle" };
        let look = format!("text-anchor=\"{anchor}\" font-size=\"12\" fill=\"{MARK}\"");
        self.words(Point::new(x, TOP - 9.0), &look, &mark.label);
    }
}

/// About how wide words are at the charts' size of letters.
pub(super) fn wide(words: &str) -> f64 {
    words.chars().map(|letter| if letter.is_ascii() { 7.0 } else { 13.0 }).sum()
}

/// What makes a name fit into so much room; nothing where it does.
pub(super) fn squeezed(name: &str, room: f64) -> String {
    if wide(name) <= room {
        return String::new();
    }
    format!(" textLength=\"{room}\" lengthAdjust=\"spacingAndGlyphs\"")
}

/// `x,y x,y …` for a path of values.
pub(super) fn path(drawing: &Drawing, points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut text = String::new();
    for (x, y) in points {
        let (x, y) = (drawing.x(x), drawing.y(y));
        write!(text, "{x:.1},{y:.1} ").expect("writing to a string cannot fail");
    }
    text.trim_end().to_owned()
}
