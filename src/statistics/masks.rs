//! Every rule's rows, one bit per row of its frame, evaluated at most once under each setting of the
//! figures. Forms, lists of people, near misses, what is unknown and what is told about it all take
//! their rows from here.

use std::sync::OnceLock;

use polars::prelude::{ChunkCompareEq, ChunkFull, DataFrame};

use crate::records::place::PlaceId;

use super::Basis;
use super::frames::{Frame, Frames, Mask, SOUND};
use super::rules::{FigureRule, On};
use super::terms::Terms;
use super::view::known;

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
            rule.evaluate(&On { frame, terms: &self.terms, rules: &|one| self.of(one) })
        })
    }

    /// Registered persons of these places.
    pub fn lies_in(&self, places: &[PlaceId]) -> Mask {
        let frame = self.frame(Frame::People);
        let numbers = frame.column("place").and_then(|column| column.u32()).expect(SOUND);
        let each = places.iter().map(|place| known(&numbers.equal(*place)));
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
