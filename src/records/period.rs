//! Two dates in one cell (`2019.3.1-2019.3.20`, `2019年3月1日至20日`) → start and end.

use jiff::civil::Date;

use super::date::{PartialDate, parse};
use super::text::tidy;
use crate::sources::RawCell;

/// Marks that only stand between two dates.
const BETWEEN: [&str; 7] = ["至", "到", "~", "～", "〜", "--", "——"];

/// Start and end, where a cell holds both.
pub fn parse_period(cell: &RawCell, as_of: Date) -> Option<(PartialDate, PartialDate)> {
    let RawCell::Text(_) = cell else { return None };
    let text = tidy(cell);
    let (first, last) = halves(&text)?;
    let start = date(first, as_of).filter(|start| start.month != 0)?;
    let end = whole_date(last, as_of).or_else(|| rest_of_date(last, start, as_of))?;
    (end.first_day()? >= start.first_day()?).then_some((start, end))
}

/// The texts before and behind the mark between two dates.
fn halves(text: &str) -> Option<(&str, &str)> {
    let split = BETWEEN.iter().find_map(|mark| text.split_once(mark));
    let (first, last) = split.or_else(|| middle_dash(text))?;
    Some((first.trim(), last.trim()))
}

/// A dash between dates that are written with other marks or none; of five dashes the third one.
fn middle_dash(text: &str) -> Option<(&str, &str)> {
    let dashes: Vec<(usize, &str)> = text.match_indices(['-', '—', '–', '－']).collect();
    let marked = text.contains(['.', '/', '年', '月', '日']);
    let (at, dash) = match dashes.as_slice() {
        [only] if marked || text.find(only.1).is_some_and(|at| at >= 6) => *only,
        [_, _, middle, _, _] => *middle,
        _ => return None,
    };
    Some((text.get(..at)?, text.get(at + dash.len()..)?))
}

fn date(text: &str, as_of: Date) -> Option<PartialDate> {
    let date = parse(&RawCell::Text(text.into()), as_of).ok()?;
    (!date.is_empty()).then_some(date)
}

fn whole_date(text: &str, as_of: Date) -> Option<PartialDate> {
    let year = text.bytes().take_while(u8::is_ascii_digit).count();
    if matches!(year, 4 | 6 | 8) { date(text, as_of) } else { None }
}

/// An end that leaves out what it shares with the start: `3.20`, `3月20日`, `20日`, `4月`. Without
/// its year it may lie in the next one.
fn rest_of_date(text: &str, start: PartialDate, as_of: Date) -> Option<PartialDate> {
    let parts: Vec<&str> =
        text.split(|letter: char| !letter.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
    let short = parts.iter().all(|part| part.len() <= 2);
    let (month, day) = match parts.as_slice() {
        [month, day] if short => ((*month).to_owned(), Some(*day)),
        [month] if short && (text.ends_with('月') || start.day == 0) => {
            ((*month).to_owned(), None)
        }
        [day] if short => (start.month.to_string(), Some(*day)),
        _ => return None,
    };
    let in_year = |year: i16| {
        let day = day.map_or_else(String::new, |day| format!("-{day}"));
        date(&format!("{year}-{month}{day}"), as_of)
    };
    let end = in_year(start.year)?;
    if end.first_day() < start.first_day() { in_year(start.year + 1) } else { Some(end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Day = (i16, u8, u8);

    fn read(text: &str) -> Option<(Day, Day)> {
        let shown = |date: PartialDate| (date.year, date.month, date.day);
        let found = parse_period(&RawCell::Text(text.into()), jiff::civil::date(2019, 6, 10))?;
        Some((shown(found.0), shown(found.1)))
    }

    #[test]
    fn two_dates_in_one_cell() {
        let march = Some(((2019, 3, 1), (2019, 3, 20)));
        for text in [
            "2019.3.1-2019.3.20",
            "2019.03.01-03.20",
            "2019年3月1日至3月20日",
            "2019年3月1日—20日",
            "2019-03-01至2019-03-20",
            "2019-03-01-2019-03-20",
            "2019/3/1~2019/3/20",
            "２０１９．３．１—２０１９．３．２０",
            "20190301-20190320",
            "2019-03-01 -- 2019-03-20",
        ] {
            assert_eq!(read(text), march, "{text}");
        }
        assert_eq!(read("2018.12.20-1.10"), Some(((2018, 12, 20), (2019, 1, 10))));
        assert_eq!(read("2019.3-4月"), Some(((2019, 3, 0), (2019, 4, 0))));
        assert_eq!(read("201903-201904"), Some(((2019, 3, 0), (2019, 4, 0))));
    }

    #[test]
    fn one_date_is_no_period() {
        let texts =
            ["2019-03-01", "2019-03", "2019—03—01", "2019年3月", "20190301", "3.1-3.20", "无", "—"];
        for text in texts {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("2019.3.20-2019.3.1"), None, "the wrong way round");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[-0-9年月日.至—~ ]{0,24}") {
            read(&text);
        }
    }
}
