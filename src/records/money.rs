//! Amounts as people type them → whole 分.

use super::text::{compact, is_placeholder};
use crate::sources::RawCell;

/// An amount in 分: `Ok(None)` for an empty cell or placeholder, `Err` when it cannot be read.
/// `in_wan` says that the heading counts in 万元.
pub(super) fn parse(cell: &RawCell, in_wan: bool) -> Result<Option<i64>, ()> {
    let text = compact(cell);
    if is_placeholder(&text) {
        return Ok(None);
    }
    let plain: String =
        text.chars().filter(|c| !matches!(c, ',' | '，' | '¥' | '￥' | '元' | '整')).collect();
    let (number, says_wan) = match plain.strip_suffix('万') {
        Some(rest) => (rest, true),
        None => (plain.as_str(), false),
    };
    let yuan: f64 = number.parse().map_err(|_| ())?;
    let fen = yuan * if in_wan || says_wan { 1_000_000.0 } else { 100.0 };
    // Above 10^12 yuan it is no subsidy but an ID number in the wrong column.
    if !fen.is_finite() || fen.abs() > 1e14 {
        return Err(());
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    let fen = fen.round() as i64;
    Ok(Some(fen))
}

/// Fen as yuan with two decimals, without going through a float.
pub fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:02}", fen / 100, fen % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        let cases = [
            ("1,200.00元", false, Ok(Some(120_000))),
            ("0.12万元", false, Ok(Some(120_000))),
            ("0.12", true, Ok(Some(120_000))),
            ("￥800", false, Ok(Some(80_000))),
            ("１２００", false, Ok(Some(120_000))),
            ("", false, Ok(None)),
            ("无", false, Ok(None)),
            ("一千元", false, Err(())),
            ("230822199901011216", false, Err(())),
        ];
        for (text, in_wan, expected) in cases {
            assert_eq!(parse(&RawCell::Text(text.into()), in_wan), expected, "{text}");
        }
        assert_eq!(parse(&RawCell::Number(0.07), false), Ok(Some(7)));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(raw in ".{0,24}") {
            parse(&RawCell::Text(raw.as_str().into()), true).ok();
        }
    }

    #[test]
    fn money_keeps_every_fen() {
        let cases = [(0, "0.00"), (5, "0.05"), (123_456, "1234.56"), (-150, "-1.50")];
        for (fen, expected) in cases {
            assert_eq!(yuan(fen), expected);
        }
        assert_eq!(yuan(i64::MAX), "92233720368547758.07");
    }
}
