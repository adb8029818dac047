//! The cells of the inputs, and what stands in them: written for these tests alone.

use std::path::Path;

use crate::support::{answers, town};

use super::settings::Day;

/// A sheet's cells as text; row numbers are places plus one.
pub type Rows = Vec<Vec<String>>;

/// The sheets of a file. A text file has one, without a name.
pub fn sheets(path: &Path) -> Vec<(String, Rows)> {
    if path.extension().is_some_and(|end| end == "csv") {
        return vec![(String::new(), town::cells(path))];
    }
    let plain = |row: Vec<String>| row.iter().map(|cell| town::plain(cell)).collect();
    let sheet = |(name, rows): (String, Rows)| (name, rows.into_iter().map(plain).collect());
    answers::sheets(path).into_iter().map(sheet).collect()
}

/// The number 20190310 of `2019/3/10`, `2019年3月10日`, `20190310`, `2019.03` (its first day), and of
/// Excel's 43534.
pub fn day(text: &str) -> Option<Day> {
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let number = |text: &str| text.parse::<u32>().ok();
    match parts.as_slice() {
        [one] if one.len() == 8 => number(one),
        [one] if one.len() == 6 => Some(number(one)? * 100 + 1),
        [one] if one.len() == 5 => since_1900(number(one)?),
        [year, month] => Some(number(year)? * 10_000 + number(month)? * 100 + 1),
        [year, month, day, ..] => {
            Some(number(year)? * 10_000 + number(month)? * 100 + number(day)?)
        }
        _ => None,
    }
}

fn since_1900(days: u32) -> Option<Day> {
    let zero = jiff::civil::date(1899, 12, 30);
    let date = zero.checked_add(jiff::Span::new().days(days)).ok()?;
    let part = |value: i8| u32::try_from(value).ok();
    Some(u32::try_from(date.year()).ok()? * 10_000 + part(date.month())? * 100 + part(date.day())?)
}

/// Whole years from a birth date to a day.
pub fn age(birth: Day, on: Day) -> Option<u32> {
    let months_and_days = u32::from(on % 10_000 < birth % 10_000);
    (on / 10_000).checked_sub(birth / 10_000)?.checked_sub(months_and_days)
}

/// A column by the words its heading holds and does not hold; `true` where it has to be a date.
pub type Heading = (&'static str, &'static [&'static str], &'static [&'static str], bool);

/// The column of a heading: of the first list one word has to be there, of the second none.
pub fn column(headings: &[String], (_, any, none, date): &Heading) -> Option<usize> {
    let fits = |heading: &String| {
        let says = |word: &&str| heading.contains(*word);
        let dated = ["时间", "日期", "年月"].iter().any(|word| heading.contains(word));
        any.iter().any(says) && !none.iter().any(says) && (!date || dated)
    };
    headings.iter().position(fits)
}
