//! The first six digits of an ID: the county when the number was given out (GB/T 2260). They
//! never change afterwards, so they say nothing about where a person lives now.

use std::io::Read;
use std::sync::OnceLock;

/// Code, first and last year; `schemas/gazetteer/README.md` says where it is from.
const TIMELINE: &[u8] = include_bytes!("../../schemas/gazetteer/idcode_timeline.csv.gz");

/// Last years of each code, sorted by code; an open period ends in `i16::MAX`.
fn timeline() -> &'static [(u32, i16)] {
    static TABLE: OnceLock<Vec<(u32, i16)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let text = unpack(TIMELINE);
        let mut table: Vec<(u32, i16)> = text.lines().filter_map(period).collect();
        table.sort_unstable();
        table
    })
}

fn period(line: &str) -> Option<(u32, i16)> {
    let mut cells = line.split(',');
    let code = cells.next()?.parse().ok()?;
    let end = cells.nth(2).and_then(|year| year.parse().ok()).unwrap_or(i16::MAX);
    Some((code, end))
}

/// Whether a code was a county in the year of birth or at any time after it. Only Heilongjiang
/// (23) is known; codes of other provinces always pass.
pub(super) fn known_since(code: &str, birth_year: i16) -> bool {
    let Ok(code) = code.parse::<u32>() else { return false };
    if code / 10_000 != 23 {
        return true;
    }
    let table = timeline();
    let start = table.partition_point(|(other, _)| *other < code);
    table[start..].iter().take_while(|(other, _)| *other == code).any(|(_, end)| *end >= birth_year)
}

/// The text of an embedded gzip file.
pub(super) fn unpack(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes)
        .read_to_string(&mut text)
        .expect("embedded data is valid gzip of UTF-8");
    text
}

#[cfg(test)]
mod tests {
    use super::known_since;

    #[test]
    fn codes_have_their_time() {
        let cases = [
            ("230822", 1999, true),
            ("230121", 1999, true),
            ("230121", 2010, false),
            ("230899", 1999, false),
            ("110105", 1949, true),
        ];
        for (code, year, expected) in cases {
            assert_eq!(known_since(code, year), expected, "{code} {year}");
        }
    }
}
