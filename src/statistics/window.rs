//! The window of the flows: 当(半)年.

use jiff::civil::Date;

use crate::config::ReportWindow;
use crate::records::date::PartialDate;

use super::Basis;

/// Days from `start` to `end`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// First day.
    pub start: Date,
    /// The report date.
    pub end: Date,
}

impl Window {
    /// The window a basis asks for: the half-year or year of the report date, up to that date.
    pub(super) fn of(basis: &Basis) -> Self {
        let second_half = basis.as_of.month() > 6 && basis.window == ReportWindow::HalfYear;
        let month = if second_half { 7 } else { 1 };
        let start = Date::new(basis.as_of.year(), month, 1).unwrap_or(basis.as_of);
        Self { start, end: basis.as_of }
    }

    /// Whether a date lies in the window; a partial date is placed by its first day.
    pub(super) fn contains(self, date: PartialDate) -> bool {
        date.first_day().is_some_and(|day| self.start <= day && day <= self.end)
    }

    /// Days from 1970-01-01, as the frames keep dates.
    pub(super) fn day_number(day: Date) -> i32 {
        (day - Date::constant(1970, 1, 1)).get_days()
    }
}

#[cfg(test)]
mod tests {
    use super::Window;
    use crate::config::{FigureSettings, ReportWindow};
    use crate::statistics::Basis;
    use bidui_sample::day;
    use jiff::civil::{Date, date};

    fn window(as_of: Date, window: ReportWindow) -> Window {
        let settings = FigureSettings::default();
        Window::of(&Basis {
            as_of,
            window,
            settings,
            institution_order: Vec::new(),
            asked: Vec::new(),
        })
    }

    #[test]
    fn half_year_and_year_start_where_the_form_says() {
        use ReportWindow::{HalfYear, YearToDate};
        let cases = [
            (date(2019, 6, 10), HalfYear, date(2019, 1, 1)),
            (date(2019, 6, 30), HalfYear, date(2019, 1, 1)),
            (date(2019, 7, 1), HalfYear, date(2019, 7, 1)),
            (date(2019, 12, 10), HalfYear, date(2019, 7, 1)),
            (date(2019, 12, 10), YearToDate, date(2019, 1, 1)),
        ];
        for (as_of, kind, start) in cases {
            assert_eq!(window(as_of, kind), Window { start, end: as_of });
        }
    }

    #[test]
    fn partial_dates_count_by_their_first_day() {
        let window = window(date(2019, 6, 10), ReportWindow::HalfYear);
        let inside = ["2019-01-01", "2019-06-10", "2019-03", "2019-06", "2019"];
        let outside = ["2018-12-31", "2019-06-11", "2018", ""];
        assert!(inside.into_iter().all(|text| window.contains(day(text))));
        assert!(!outside.into_iter().any(|text| window.contains(day(text))));
        assert_eq!(Window::day_number(date(1970, 1, 2)), 1);
    }
}
