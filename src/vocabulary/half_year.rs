//! A half-year: the period of a report, and of a round of comparison.

use jiff::civil::{Date, date};

/// The first or second half of a year.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct HalfYear {
    /// The year.
    pub year: i16,
    /// Whether it is the second half.
    pub second: bool,
}

impl HalfYear {
    /// The half-year a day lies in.
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), second: day.month() > 6 }
    }

    /// The one before.
    #[must_use]
    pub fn before(self) -> Self {
        let year = if self.second { self.year } else { self.year - 1 };
        Self { year, second: !self.second }
    }

    /// Its first day.
    pub fn start(self) -> Date {
        date(self.year, if self.second { 7 } else { 1 }, 1)
    }

    /// `2019年上半年`.
    pub fn label(self) -> String {
        format!("{}年{}半年", self.year, if self.second { "下" } else { "上" })
    }
}

#[cfg(test)]
mod tests {
    use crate::vocabulary::half_year::HalfYear;
    use jiff::civil::date;

    #[test]
    fn halves_follow_each_other() {
        let spring = HalfYear::of(date(2019, 6, 30));
        let autumn = HalfYear::of(date(2019, 7, 1));
        assert_eq!(
            (spring.label(), autumn.label()),
            ("2019年上半年".into(), "2019年下半年".into())
        );
        assert_eq!((autumn.before(), spring.before().label()), (spring, "2018年下半年".into()));
        assert_eq!(autumn.start(), date(2019, 7, 1));
    }
}
