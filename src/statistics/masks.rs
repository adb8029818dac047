//! Every rule's rows, one bit per row of its frame, evaluated at most once under each setting of the
//! figures. Forms, lists of people, near misses, what is unknown and what is told about it all take
//! their rows from here.

use std::sync::OnceLock;

use polars::prelude::{
    BooleanChunked, ChunkCompareEq, ChunkCompareIneq, ChunkFillNullValue, ChunkFull, DataFrame,
    Int32Chunked,
};

use crate::config::FigureSettings;
use crate::records::place::PlaceId;

use super::Basis;
use super::frames::{Frame, Frames};
use super::rules::FigureRule;
use super::window::Window;

/// One bit per row of a frame; never null.
pub(super) type Mask = BooleanChunked;

/// Why an operation on a frame of ours cannot fail.
pub(super) const SOUND: &str = "the rules only name columns of the frame they are made for";

/// What a rule depends on besides the row: day numbers and settings.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'run> {
    /// First day of the window.
    pub start: i32,
    /// Report date.
    pub as_of: i32,
    /// First day of the year of the report date.
    pub new_year: i32,
    /// Counting rules.
    pub settings: &'run FigureSettings,
}

impl<'run> Terms<'run> {
    /// The terms a basis sets.
    pub fn of(basis: &'run Basis) -> Self {
        let window = Window::of(basis);
        let new_year = window.end.first_of_year();
        Self {
            start: Window::day_number(window.start),
            as_of: Window::day_number(window.end),
            new_year: Window::day_number(new_year),
            settings: &basis.settings,
        }
    }
}

/// The rows of every rule under one basis.
pub struct Masks<'run> {
    pub(super) frames: &'run Frames,
    /// Settings and dates.
    pub basis: &'run Basis,
    /// What the rules depend on.
    pub terms: Terms<'run>,
    found: [OnceLock<Mask>; FigureRule::COUNT],
}

impl<'run> Masks<'run> {
    /// Evaluates nothing yet.
    pub fn new(frames: &'run Frames, basis: &'run Basis) -> Self {
        let found = std::array::from_fn(|_| OnceLock::new());
        Self { frames, basis, terms: Terms::of(basis), found }
    }

    /// The frame a rule is about.
    pub fn frame(&self, frame: Frame) -> &'run DataFrame {
        self.frames.of(frame)
    }

    /// The rows a rule holds for.
    pub fn of(&self, rule: FigureRule) -> &Mask {
        self.found[rule as usize].get_or_init(|| {
            let frame = self.frame(rule.frame());
            rule.evaluate(&On { masks: self, frame, terms: &self.terms })
        })
    }

    /// Registered persons of these places.
    pub fn lies_in(&self, places: &[PlaceId]) -> Mask {
        let frame = self.frame(Frame::People);
        let numbers = frame.column("place").and_then(|column| column.u32()).expect(SOUND);
        let each = places.iter().map(|place| told(&numbers.equal(*place)));
        let nobody = || Mask::full("".into(), false, frame.height());
        each.reduce(|left, right| left | right).unwrap_or_else(nobody)
    }

    /// The rows in review a rule holds for.
    pub fn in_review(&self, rule: FigureRule) -> Mask {
        self.of(rule) & self.of(FigureRule::InReview)
    }

    /// The linked rows a rule holds for; the registry's frames have no decision.
    pub fn linked(&self, rule: FigureRule) -> Mask {
        match rule.frame() {
            Frame::Rows => self.of(rule) & &!self.of(FigureRule::InReview),
            Frame::People | Frame::Wishes => self.of(rule).clone(),
        }
    }
}

/// One frame under one basis, as the rules see it. What is not known satisfies no rule.
pub(super) struct On<'a> {
    masks: &'a Masks<'a>,
    frame: &'a DataFrame,
    /// Window, report date and settings.
    pub terms: &'a Terms<'a>,
}

impl On<'_> {
    /// The rows of another rule of the same frame.
    pub(super) fn rule(&self, rule: FigureRule) -> &Mask {
        self.masks.of(rule)
    }

    fn numbers(&self, column: &str) -> &Int32Chunked {
        self.frame.column(column).and_then(|column| column.i32()).expect(SOUND)
    }

    /// A column of yes and no.
    pub(super) fn flag(&self, column: &str) -> Mask {
        self.frame.column(column).and_then(|column| column.bool().cloned()).expect(SOUND)
    }

    /// No row at all, or every row.
    pub(super) fn all(&self, holds: bool) -> Mask {
        Mask::full("".into(), holds, self.frame.height())
    }

    /// Whether a label or day is missing.
    pub(super) fn unknown(&self, column: &str) -> Mask {
        self.frame.column(column).expect(SOUND).is_null()
    }

    /// Whether a label is one of these, by their positions in the code list.
    pub(super) fn is(&self, column: &str, labels: &[i32]) -> Mask {
        let numbers = self.numbers(column);
        let each = labels.iter().map(|label| told(&numbers.equal(*label)));
        each.reduce(|left, right| left | right).unwrap_or_else(|| self.all(false))
    }

    /// Whether a number is at least this.
    pub(super) fn at_least(&self, column: &str, least: i32) -> Mask {
        told(&self.numbers(column).gt_eq(least))
    }

    /// Whether a number is at most this.
    pub(super) fn at_most(&self, column: &str, most: i32) -> Mask {
        told(&self.numbers(column).lt_eq(most))
    }

    /// Whether a number lies between two, both included.
    pub(super) fn between(&self, column: &str, [least, most]: [i32; 2]) -> Mask {
        self.at_least(column, least) & self.at_most(column, most)
    }

    /// Whether a day lies in the window.
    pub(super) fn within(&self, column: &str) -> Mask {
        self.between(column, [self.terms.start, self.terms.as_of])
    }

    /// Whether a day lies after the report date.
    pub(super) fn late(&self, column: &str) -> Mask {
        told(&self.numbers(column).gt(self.terms.as_of))
    }

    /// Whether the days a partial date can mean lie partly in the window and partly outside.
    pub(super) fn cut(&self, first: &str, last: &str) -> Mask {
        let touched = self.at_most(first, self.terms.as_of) & self.at_least(last, self.terms.start);
        touched & !(self.at_least(first, self.terms.start) & self.at_most(last, self.terms.as_of))
    }

    /// Whether a day lies before another column's.
    pub(super) fn before(&self, column: &str, other: &str) -> Mask {
        told(&self.numbers(column).lt(self.numbers(other)))
    }

    /// Whether a day is another column's or lies after it.
    pub(super) fn not_before(&self, column: &str, other: &str) -> Mask {
        told(&self.numbers(column).gt_eq(self.numbers(other)))
    }
}

/// What is not known does not hold.
fn told(mask: &Mask) -> Mask {
    mask.fill_null_with_values(false).expect("a bit fills a gap of bits")
}
