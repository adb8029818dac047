//! Dates of a document: what is due when, once or at the end of every month, quarter or year.

use jiff::civil::Date;

use crate::config::mistakes::MistakeCollector;
use crate::config::section::Section;

/// When something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueOn {
    /// Once.
    Day(Date),
    /// On the last day of every month.
    MonthEnd,
    /// On the last day of every calendar quarter.
    QuarterEnd,
    /// On the last day of every year.
    YearEnd,
}

/// Something due under a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDate {
    /// When.
    pub on: DueOn,
    /// Who does what.
    pub task: String,
    /// Paragraph of a document.
    pub basis: String,
    /// Beginning of the path of a result that shows it is done; empty where none does.
    pub result: String,
}

/// Reads a `[[due]]`.
pub(super) fn due(
    section: &Section<'_, '_>,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<DueDate> {
    section.allow(&["day", "every", "task", "basis", "result"], mistakes);
    section.demand(&["task", "basis"], mistakes);
    let every =
        [("month", DueOn::MonthEnd), ("quarter", DueOn::QuarterEnd), ("year", DueOn::YearEnd)];
    let day = section.date("day", mistakes).map(DueOn::Day);
    let every = section.word("every", &every, mistakes);
    if day.is_some() == every.is_some() {
        let message = "[[due]] 要写“day”（一个日期）或“every”（month、quarter、year），两者写一个";
        mistakes.add(&section.span_of("task"), message);
    }
    let (task, basis) = (section.text("task", mistakes), section.text("basis", mistakes));
    let result = section.text("result", mistakes).unwrap_or_default();
    Some(DueDate { on: day.or(every)?, task: task?, basis: basis?, result })
}

impl DueDate {
    /// The days it is due on within a span.
    pub fn days(&self, from: Date, to: Date) -> Vec<Date> {
        if let DueOn::Day(day) = self.on {
            return [day].into_iter().filter(|day| (from..=to).contains(day)).collect();
        }
        let mut days = Vec::new();
        let mut day = from.last_of_month();
        while day <= to {
            let is_due = match self.on {
                DueOn::QuarterEnd => day.month() % 3 == 0,
                DueOn::YearEnd => day.month() == 12,
                DueOn::Day(_) | DueOn::MonthEnd => true,
            };
            days.extend(is_due.then_some(day));
            let Ok(next) = day.tomorrow() else { break };
            day = next.last_of_month();
        }
        days
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{DueDate, DueOn};

    #[test]
    fn ends_of_months_quarters_and_years() {
        let due =
            |on| DueDate { on, task: String::new(), basis: String::new(), result: String::new() };
        let days = |on| due(on).days(date(2019, 7, 1), date(2019, 12, 31)).len();
        assert_eq!(days(DueOn::MonthEnd), 6);
        assert_eq!(days(DueOn::QuarterEnd), 2);
        assert_eq!(days(DueOn::YearEnd), 1);
        assert_eq!(days(DueOn::Day(date(2019, 10, 20))), 1);
        assert_eq!(days(DueOn::Day(date(2020, 4, 30))), 0);
    }
}
