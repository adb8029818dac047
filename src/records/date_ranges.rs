//! Comparing dates of which the day or month may be unknown: only what holds for every day the
//! date can mean is called certain.

use jiff::civil::Date;

use crate::records::date::PartialDate;

/// The last day the date can mean: 2019-02 → 2019-02-28; `None` when nothing is known.
pub fn last_day(date: PartialDate) -> Option<Date> {
    let first = date.first_day()?;
    if date.month == 0 {
        return Date::new(first.year(), 12, 31).ok();
    }
    Some(if date.day == 0 { first.last_of_month() } else { first })
}

/// Whether `late` lies after `early` whatever days are meant.
pub fn surely_after(late: PartialDate, early: PartialDate) -> bool {
    matches!((late.first_day(), last_day(early)), (Some(late), Some(early)) if late > early)
}

/// The date as far as it is known: `2019-09-01`, `2019年9月`, `2019年`; empty when unknown.
pub fn show(date: PartialDate) -> String {
    match (date.year, date.month, date.day) {
        (0, _, _) => String::new(),
        (year, 0, _) => format!("{year}年"),
        (year, month, 0) => format!("{year}年{month}月"),
        (year, month, day) => format!("{year:04}-{month:02}-{day:02}"),
    }
}

/// Age in whole years on a day.
pub fn age(birth: Date, on: Date) -> i16 {
    let before_birthday = (on.month(), on.day()) < (birth.month(), birth.day());
    on.year() - birth.year() - i16::from(before_birthday)
}

/// Years of age for certain and at most, on a day: an unknown day or month widens the range.
pub fn age_range(birth: PartialDate, on: Date) -> Option<(i16, i16)> {
    Some((age(last_day(birth)?, on), age(birth.first_day()?, on)))
}

#[cfg(test)]
mod tests {
    use crate::records::date::PartialDate;
    use crate::records::date_ranges::{age, age_range, last_day, show, surely_after};
    use jiff::civil::date;

    fn partial(year: i16, month: u8, day: u8) -> PartialDate {
        PartialDate { year, month, day }
    }

    #[test]
    fn ranges_of_partial_dates() {
        let cases = [
            (partial(2019, 2, 0), Some(date(2019, 2, 28)), "2019年2月"),
            (partial(2020, 2, 0), Some(date(2020, 2, 29)), "2020年2月"),
            (partial(2019, 0, 0), Some(date(2019, 12, 31)), "2019年"),
            (partial(2019, 9, 1), Some(date(2019, 9, 1)), "2019-09-01"),
            (partial(0, 0, 0), None, ""),
        ];
        for (input, last, text) in cases {
            assert_eq!((last_day(input), show(input).as_str()), (last, text));
        }
    }

    #[test]
    fn only_certain_order_counts() {
        assert!(surely_after(partial(2019, 6, 2), partial(2019, 6, 1)));
        assert!(!surely_after(partial(2019, 6, 1), partial(2019, 6, 1)));
        assert!(!surely_after(partial(2019, 6, 20), partial(2019, 6, 0)));
        assert!(surely_after(partial(2019, 7, 0), partial(2019, 6, 0)));
        assert!(!surely_after(partial(2019, 7, 1), partial(0, 0, 0)));
    }

    #[test]
    fn ages_turn_on_the_birthday() {
        let birth = date(2003, 6, 10);
        assert_eq!(age(birth, date(2019, 6, 9)), 15);
        assert_eq!(age(birth, date(2019, 6, 10)), 16);
        assert_eq!(age_range(partial(2003, 0, 0), date(2019, 6, 10)), Some((15, 16)));
    }
}
