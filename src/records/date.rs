//! Dates as people write them → [`PartialDate`].

use jiff::civil::Date;

/// A calendar date of which the day, or day and month, may be unknown (0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    /// Year; 0 means nothing is known.
    pub year: i16,
    /// Month 1–12; 0 means unknown.
    pub month: u8,
    /// Day 1–31; 0 means unknown.
    pub day: u8,
}

impl PartialDate {
    /// Whether nothing is known.
    pub fn is_empty(self) -> bool {
        self.year == 0
    }

    /// The full date, when day and month are known.
    pub fn full(self) -> Option<Date> {
        Date::new(self.year, i8::try_from(self.month).ok()?, i8::try_from(self.day).ok()?).ok()
    }

    /// The first day the date can mean: 2019-09 → 2019-09-01.
    pub fn first_day(self) -> Option<Date> {
        if self.is_empty() {
            return None;
        }
        Self { month: self.month.max(1), day: self.day.max(1), ..self }.full()
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self {
            year: date.year(),
            month: date.month().unsigned_abs(),
            day: date.day().unsigned_abs(),
        }
    }
}
