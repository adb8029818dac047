//! What a rule sees: one frame, column by column, the terms, and the rows of the rules it builds upon.

use polars::prelude::{
    ChunkCompareEq, ChunkCompareIneq, ChunkFillNullValue, ChunkFull, DataFrame, Int32Chunked,
};

use super::frames::{Mask, SOUND};
use super::terms::Terms;

/// One frame under one basis, as the rules see it. What is not known satisfies no rule.
pub(super) struct FrameView<'a, Rule> {
    pub(super) frame: &'a DataFrame,
    /// Window, report date and settings.
    pub(super) terms: &'a Terms<'a>,
    /// The rows of the other rules of the same frame.
    pub(super) rules: &'a dyn Fn(Rule) -> &'a Mask,
}

impl<Rule> FrameView<'_, Rule> {
    /// The rows of another rule of the same frame.
    pub(super) fn rule(&self, rule: Rule) -> &Mask {
        (self.rules)(rule)
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
        let each = labels.iter().map(|label| known(&numbers.equal(*label)));
        each.reduce(|left, right| left | right).unwrap_or_else(|| self.all(false))
    }

    /// Whether a number is at least this.
    pub(super) fn at_least(&self, column: &str, least: i32) -> Mask {
        known(&self.numbers(column).gt_eq(least))
    }

    /// Whether a number is at most this.
    pub(super) fn at_most(&self, column: &str, most: i32) -> Mask {
        known(&self.numbers(column).lt_eq(most))
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
        known(&self.numbers(column).gt(self.terms.as_of))
    }

    /// Whether the days a partial date can mean lie partly in the window and partly outside.
    pub(super) fn cut(&self, first: &str, last: &str) -> Mask {
        let touched = self.at_most(first, self.terms.as_of) & self.at_least(last, self.terms.start);
        touched & !(self.at_least(first, self.terms.start) & self.at_most(last, self.terms.as_of))
    }

    /// Whether a day lies before another column's.
    pub(super) fn before(&self, column: &str, other: &str) -> Mask {
        known(&self.numbers(column).lt(self.numbers(other)))
    }

    /// Whether a day is another column's or lies after it.
    pub(super) fn not_before(&self, column: &str, other: &str) -> Mask {
        known(&self.numbers(column).gt_eq(self.numbers(other)))
    }
}

/// What is not known does not hold.
pub(super) fn known(mask: &Mask) -> Mask {
    mask.fill_null_with_values(false).expect("a bit fills a gap of bits")
}
