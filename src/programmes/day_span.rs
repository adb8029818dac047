//! Days from a first to a last one.

use jiff::civil::Date;

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaySpan {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

impl DaySpan {
    /// Whether a day is one of them.
    pub(super) fn contains(self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }

    /// Whether the two have a day in common.
    pub(super) fn meets(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Whether all days are days of the other.
    pub(super) fn lies_in(self, other: Self) -> bool {
        other.first <= self.first && self.last <= other.last
    }
}
