//! Dates as people write them → [`PartialDate`].
//!
//! Seen: yyyyMMdd, yyyy-MM-dd, yyyy/M/d, yyyy.MM, yyyyMM, 2019年9月1日, 二〇一九年九月, a bare year,
//! Excel serials with and without a date format, and a time part behind any of them. What could
//! mean two days is refused, never guessed.

use jiff::civil::Date;

use super::text::{compact, is_placeholder, tidy, whole};
use crate::sources::RawCell;

/// A calendar date of which the day, or day and month, may be unknown (0).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
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

/// Why a date cell could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum DateError {
    /// A year of two digits: 99.9.1 can be 1999 or a day.
    #[error("年份只有两位")]
    TwoDigitYear,
    /// Day and month, or 2019.1 and 2019.10, cannot be told apart.
    #[error("日期有两种读法")]
    Ambiguous,
    /// The calendar has no such day, or the year is out of reach.
    #[error("没有这一天")]
    Impossible,
    /// Nothing a date could be.
    #[error("不是日期")]
    Unreadable,
}

/// First year taken for a date of a person or a course.
const FIRST_YEAR: i16 = 1900;

/// Reads a date cell. Placeholders (无, 0000-00-00, 1900-01-00, 1900-01-01) are empty dates.
/// A year more than ten years after `as_of` is impossible.
pub fn parse(cell: &RawCell, as_of: Date) -> Result<PartialDate, DateError> {
    let date = match cell {
        RawCell::Empty | RawCell::Error(_) => return Ok(PartialDate::default()),
        RawCell::Bool(_) => return Err(DateError::Unreadable),
        RawCell::Date(serial) => from_serial(*serial)?,
        RawCell::Number(number) => from_number(*number)?,
        RawCell::Text(_) => from_text(cell)?,
    };
    let late = date.year > as_of.year().saturating_add(10);
    if !date.is_empty() && (late || date.year < FIRST_YEAR) {
        return Err(DateError::Impossible);
    }
    Ok(date)
}

/// A date from an Excel serial day count of the 1900 system; 0 and 1 are placeholders.
fn from_serial(serial: f64) -> Result<PartialDate, DateError> {
    let days = whole(serial.floor()).filter(|days| (0..2_958_466).contains(days));
    let days = days.ok_or(DateError::Impossible)?;
    if days <= 1 {
        return Ok(PartialDate::default());
    }
    // Excel counts a 29 February 1900 that never was.
    let days = if days < 60 { days + 1 } else { days };
    let start = jiff::civil::date(1899, 12, 30);
    let date =
        start.checked_add(jiff::Span::new().days(days)).map_err(|_| DateError::Impossible)?;
    Ok(date.into())
}

/// A number without a date format: 20190901, 201909, 2019, a serial, or 2019.09.
fn from_number(number: f64) -> Result<PartialDate, DateError> {
    match whole(number) {
        Some(whole) => from_digits(&whole.to_string()),
        None if (1900.0..2100.0).contains(&number) => from_year_and_month(number),
        None => from_serial_in_range(number),
    }
}

/// 2019.09 typed as a number. 2019.1 may be October with its zero eaten, so it is refused.
fn from_year_and_month(number: f64) -> Result<PartialDate, DateError> {
    let text = format!("{number}");
    match text.split_once('.') {
        Some((year, month)) if month.len() == 2 => build(&[year, month]),
        _ => Err(DateError::Ambiguous),
    }
}

/// Serials between 1927 and 2119; smaller numbers are years or counts.
fn from_serial_in_range(serial: f64) -> Result<PartialDate, DateError> {
    if (10_000.0..80_000.0).contains(&serial) {
        from_serial(serial)
    } else {
        Err(DateError::Unreadable)
    }
}

fn from_text(cell: &RawCell) -> Result<PartialDate, DateError> {
    if is_placeholder(&compact(cell)) {
        return Ok(PartialDate::default());
    }
    let text = chinese_numerals(&tidy(cell));
    if let Some(date) = english(&text) {
        return date;
    }
    let date = without_time(&text);
    if let Some(digits) = digits_only(date) {
        return from_digits(digits);
    }
    let parts = numbers(date).ok_or(DateError::Unreadable)?;
    if parts.iter().all(|part| part.bytes().all(|b| b == b'0')) {
        return Ok(PartialDate::default());
    }
    build(&parts)
}

/// `Fri Mar 01 00:00:00 CST 2019`, as Java programs print dates, `01-Mar-2019`, `Mar-19`.
fn english(text: &str) -> Option<Result<PartialDate, DateError>> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    // Nearly all dates are digits and marks, and taking those apart for nothing is dear.
    if !text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let words: Vec<String> = text
        .split([' ', '-', ',', '/', '.'])
        .filter(|word| !word.is_empty() && !word.contains(':'))
        .map(str::to_ascii_lowercase)
        .collect();
    let month = |word: &String| MONTHS.iter().position(|month| word.starts_with(month));
    let month = (words.iter().find_map(month)? + 1).to_string();
    let numbers = words.iter().filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    let (years, days): (Vec<&String>, Vec<&String>) = numbers.partition(|word| word.len() == 4);
    Some(match (years.as_slice(), days.as_slice()) {
        ([year], [day]) => build(&[year, &month, day]),
        ([year], []) => build(&[year, &month]),
        ([], [_] | [_, _]) => Err(DateError::TwoDigitYear),
        _ => Err(DateError::Unreadable),
    })
}

fn digits_only(text: &str) -> Option<&str> {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all.then_some(digits)
}

/// Cuts a time part: `2019-09-01 00:00:00`, `2019-09-01T08:00`.
fn without_time(text: &str) -> &str {
    let cut = text.find(':').map_or(text, |colon| text.get(..colon).unwrap_or(text));
    if cut.len() == text.len() {
        return text.trim();
    }
    cut.rsplit_once([' ', 'T']).map_or(cut, |(date, _)| date).trim()
}

/// Digit runs of a text whose other characters are date marks only.
fn numbers(text: &str) -> Option<Vec<&str>> {
    let marks = ['-', '/', '.', '年', '月', '日', '号', '－', '—', '、', '。', ',', ' ', '·'];
    let parts: Vec<&str> = text.split(marks).filter(|part| !part.is_empty()).collect();
    let sound =
        parts.iter().all(|part| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit()));
    (sound && (1..=3).contains(&parts.len())).then_some(parts)
}

/// A run of digits without marks.
fn from_digits(digits: &str) -> Result<PartialDate, DateError> {
    if digits.bytes().all(|byte| byte == b'0') {
        return Ok(PartialDate::default());
    }
    let piece = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    match digits.len() {
        4 => build(&[digits]),
        5 => from_serial_in_range(digits.parse().map_err(|_| DateError::Unreadable)?),
        6 if plausible_year(piece(0, 4)) => build(&[piece(0, 4), piece(4, 6)]),
        6 => Err(DateError::TwoDigitYear),
        8 | 12 | 14 => build(&[piece(0, 4), piece(4, 6), piece(6, 8)]),
        _ => Err(DateError::Unreadable),
    }
}

fn plausible_year(text: &str) -> bool {
    text.parse().is_ok_and(|year: i16| (FIRST_YEAR..2100).contains(&year))
}

/// Year, month and day from their digits; the year stands first unless only the last part has
/// four digits and one of the others cannot be a month.
fn build(parts: &[&str]) -> Result<PartialDate, DateError> {
    let number = |text: &str| text.parse::<u16>().map_err(|_| DateError::Unreadable);
    let [first, middle, last] = match parts {
        [year] => [*year, "0", "0"],
        [year, month] => [*year, *month, "0"],
        [year, month, day] => [*year, *month, *day],
        _ => return Err(DateError::Unreadable),
    };
    if first.len() == 4 {
        return calendar(number(first)?, number(middle)?, number(last)?);
    }
    if last.len() != 4 {
        return Err(if first.len() == 2 { DateError::TwoDigitYear } else { DateError::Unreadable });
    }
    match (number(first)?, number(middle)?) {
        (day @ 13.., month) | (month, day @ 13..) => calendar(number(last)?, month, day),
        (day, month) if day == month => calendar(number(last)?, month, day),
        _ => Err(DateError::Ambiguous),
    }
}

/// Checks year, month and day (0: unknown) against the calendar. 1900-01-01 and 1899-12-30 are
/// what an empty cell becomes on its way through databases.
fn calendar(year: u16, month: u16, day: u16) -> Result<PartialDate, DateError> {
    let small = |value: u16| u8::try_from(value).map_err(|_| DateError::Impossible);
    let year = i16::try_from(year).map_err(|_| DateError::Impossible)?;
    let date = PartialDate { year, month: small(month)?, day: small(day)? };
    let known = (date.year, date.month, date.day);
    if year == 0 || matches!(known, (1900, 1, 0 | 1) | (1899 | 9999, 12, _)) {
        return Ok(PartialDate::default());
    }
    if date.month == 0 {
        return Ok(PartialDate { day: 0, ..date });
    }
    date.first_day().map(|_| date).ok_or(DateError::Impossible)
}

/// 二〇一九年九月十二日 → 2019年9月12日; other texts stay as they are.
fn chinese_numerals(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let letters: Vec<char> = text.chars().collect();
    for (index, letter) in letters.iter().enumerate() {
        let digit =
            |at: Option<usize>| at.and_then(|i| letters.get(i)).copied().and_then(chinese_digit);
        if *letter == '十' {
            // 十月 = 10, 十二 = 12, 二十 = 20, 二十一 = 21.
            let before = digit(index.checked_sub(1)).is_some();
            let after = digit(Some(index + 1)).is_some();
            out.push_str(match (before, after) {
                (true, true) => "",
                (true, false) => "0",
                (false, true) => "1",
                (false, false) => "10",
            });
        } else {
            out.push(chinese_digit(*letter).unwrap_or(*letter));
        }
    }
    out
}

fn chinese_digit(letter: char) -> Option<char> {
    let position = match letter {
        '〇' | '零' | '○' | 'Ｏ' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    };
    char::from_digit(position, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &RawCell) -> Result<(i16, u8, u8), DateError> {
        parse(cell, jiff::civil::date(2019, 6, 10)).map(|d| (d.year, d.month, d.day))
    }

    #[test]
    fn written_dates() {
        use DateError::{Ambiguous, Impossible, TwoDigitYear, Unreadable};
        let cases = [
            ("20190901", Ok((2019, 9, 1))),
            ("2019-09-01", Ok((2019, 9, 1))),
            ("2019/9/1", Ok((2019, 9, 1))),
            ("2019.09", Ok((2019, 9, 0))),
            ("2019.9", Ok((2019, 9, 0))),
            ("201909", Ok((2019, 9, 0))),
            ("2019年9月", Ok((2019, 9, 0))),
            ("2019年9月1日", Ok((2019, 9, 1))),
            ("２０１９年９月", Ok((2019, 9, 0))),
            ("2019", Ok((2019, 0, 0))),
            ("2019年", Ok((2019, 0, 0))),
            ("2019-00-00", Ok((2019, 0, 0))),
            ("43709", Ok((2019, 9, 1))),
            ("2019-09-01 00:00:00", Ok((2019, 9, 1))),
            ("2019/9/1 8:30", Ok((2019, 9, 1))),
            ("2019-09-01T00:00:00", Ok((2019, 9, 1))),
            ("20190901000000", Ok((2019, 9, 1))),
            ("二〇一九年九月", Ok((2019, 9, 0))),
            ("二零一九年十二月二十一日", Ok((2019, 12, 21))),
            ("二〇一九年十月三十日", Ok((2019, 10, 30))),
            ("Sun Sep 01 00:00:00 CST 2019", Ok((2019, 9, 1))),
            ("01-Sep-2019", Ok((2019, 9, 1))),
            ("Sep-19", Err(TwoDigitYear)),
            ("marx", Err(Unreadable)),
            ("13/9/2019", Ok((2019, 9, 13))),
            ("9/13/2019", Ok((2019, 9, 13))),
            ("", Ok((0, 0, 0))),
            ("无", Ok((0, 0, 0))),
            ("0000-00-00", Ok((0, 0, 0))),
            ("1900-01-00", Ok((0, 0, 0))),
            ("1900-01-01", Ok((0, 0, 0))),
            ("0", Ok((0, 0, 0))),
            ("1/9/2019", Err(Ambiguous)),
            ("19.9.1", Err(TwoDigitYear)),
            ("990901", Err(TwoDigitYear)),
            ("2019-02-30", Err(Impossible)),
            ("2019-13", Err(Impossible)),
            ("2199-01-01", Err(Impossible)),
            ("春季", Err(Unreadable)),
            ("2019年春季", Err(Unreadable)),
        ];
        for (text, expected) in cases {
            assert_eq!(read(&RawCell::Text(text.into())), expected, "{text}");
        }
    }

    #[test]
    fn numeric_cells() {
        use DateError::{Ambiguous, Unreadable};
        let cases = [
            (RawCell::Number(20_190_901.0), Ok((2019, 9, 1))),
            (RawCell::Number(201_909.0), Ok((2019, 9, 0))),
            (RawCell::Number(2019.0), Ok((2019, 0, 0))),
            (RawCell::Number(2019.09), Ok((2019, 9, 0))),
            (RawCell::Number(2019.1), Err(Ambiguous)),
            (RawCell::Number(43_709.0), Ok((2019, 9, 1))),
            (RawCell::Number(43_709.5), Ok((2019, 9, 1))),
            (RawCell::Number(-5.0), Err(Unreadable)),
            (RawCell::Number(f64::NAN), Err(Unreadable)),
            (RawCell::Date(43_709.0), Ok((2019, 9, 1))),
            (RawCell::Date(59.0), Ok((1900, 2, 28))),
            (RawCell::Date(61.0), Ok((1900, 3, 1))),
            (RawCell::Date(0.0), Ok((0, 0, 0))),
            (RawCell::Date(1.0), Ok((0, 0, 0))),
        ];
        for (cell, expected) in cases {
            assert_eq!(read(&cell), expected, "{cell:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,24}") {
            read(&RawCell::Text(text.as_str().into())).ok();
        }

        #[test]
        fn no_number_panics(number in proptest::num::f64::ANY) {
            read(&RawCell::Number(number)).ok();
            read(&RawCell::Date(number)).ok();
        }
    }
}
