//! Single cells: from what the parsers give to [`RawCell`], and their look as text.

use std::borrow::Cow;

use compact_str::CompactString;
use jiff::civil::{Date, DateTime, date};

use super::RawCell;

/// Days between the 1900 and the 1904 date system of Excel.
pub(super) const DAYS_1904: f64 = 1462.0;

/// Error values as they look in formats that keep them as text.
const ERRORS: [&str; 8] =
    ["#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#GETTING_DATA"];

/// Text of a cell: blanks only → empty, `="…"` opened, an error value told from text, everything
/// else untouched.
pub fn from_text(text: &str) -> RawCell {
    let inner = unwrap_formula(text);
    if inner.chars().all(is_blank) {
        RawCell::Empty
    } else if inner.trim_start().starts_with('#') && ERRORS.contains(&inner.trim()) {
        RawCell::Error(inner.trim().into())
    } else {
        RawCell::Text(CompactString::from(inner))
    }
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}')
}

/// `="230…"`, which exports write to keep Excel from making a number of it.
fn unwrap_formula(text: &str) -> &str {
    let trimmed = text.trim();
    trimmed.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}

/// An ISO 8601 date or date-time → serial day count of the 1900 system.
pub(super) fn from_iso(text: &str) -> RawCell {
    let text = text.trim_end_matches('Z');
    let moment = text.parse::<DateTime>().ok();
    let day = moment.map(DateTime::date).or_else(|| text.parse::<Date>().ok());
    match day {
        Some(day) => RawCell::Date(serial(day) + moment.map_or(0.0, day_fraction)),
        None => from_text(text),
    }
}

fn serial(day: Date) -> f64 {
    let days = date(1899, 12, 30).until(day).map_or(0, |span| span.get_days());
    f64::from(days)
}

fn day_fraction(moment: DateTime) -> f64 {
    let seconds = i32::from(moment.hour()) * 3600
        + i32::from(moment.minute()) * 60
        + i32::from(moment.second());
    f64::from(seconds) / 86400.0
}

/// How a cell looks in a heading, a title or a message. Large numbers are not printed as if their
/// digits were intact.
pub fn shown(cell: &RawCell) -> Cow<'_, str> {
    match cell {
        RawCell::Empty => Cow::Borrowed(""),
        RawCell::Text(text) => Cow::Borrowed(text.as_str()),
        RawCell::Error(text) => Cow::Borrowed(text),
        RawCell::Number(number) | RawCell::Date(number) if number.abs() < 1e15 => {
            Cow::Owned(number.to_string())
        }
        RawCell::Number(number) | RawCell::Date(number) => Cow::Owned(format!("{number:.5E}")),
        RawCell::Bool(yes) => Cow::Borrowed(if *yes { "TRUE" } else { "FALSE" }),
    }
}

#[cfg(test)]
mod tests {
    use super::{RawCell, from_iso, from_text, shown};

    #[test]
    fn wrappers_are_opened_and_blanks_are_empty() {
        let text = |text: &str| RawCell::Text(text.into());
        let cases = [
            ("=\"230102199001011234\"", text("230102199001011234")),
            (" 张 三 ", text(" 张 三 ")),
            ("'0123", text("'0123")),
            (" \u{3000}\u{a0}\t\u{200b}\u{1a}", RawCell::Empty),
            ("=\"\"", RawCell::Empty),
            (" #N/A", RawCell::Error("#N/A".into())),
            ("#N/A，待补", text("#N/A，待补")),
            ("=A1", text("=A1")),
        ];
        for (given, cell) in cases {
            assert_eq!(from_text(given), cell, "{given:?}");
        }
    }

    #[test]
    fn iso_dates_become_serials() {
        assert_eq!(from_iso("1900-03-01"), RawCell::Date(61.0));
        assert_eq!(from_iso("2019-09-01"), RawCell::Date(43709.0));
        assert_eq!(from_iso("2019-09-01T12:00:00"), RawCell::Date(43709.5));
        assert_eq!(from_iso("九月"), RawCell::Text("九月".into()));
    }

    #[test]
    fn damaged_numbers_do_not_look_intact() {
        assert_eq!(shown(&RawCell::Number(2.301_021_990_010_112e17)), "2.30102E17");
        assert_eq!(shown(&RawCell::Number(3.0)), "3");
    }

    #[test]
    fn a_cell_stays_small() {
        // A million rows of thirty columns have to stay well below 2 GB.
        assert!(std::mem::size_of::<RawCell>() <= 24);
    }
}
