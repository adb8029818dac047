//! Cells as text: what every reader of a column does first.
//!
//! Exports carry full-width forms, zero-width characters, NBSP and `="…"` wrappers in any column;
//! here they go once, so that the readers of names, numbers and labels see plain text.

use compact_str::{CompactString, ToCompactString};

use crate::sources::RawCell;

/// The cell as a report shows it: text untouched, whole numbers without exponent or `.0`.
pub fn shown(cell: &RawCell) -> CompactString {
    match cell {
        RawCell::Empty => CompactString::default(),
        RawCell::Text(text) => text.clone(),
        RawCell::Error(text) => CompactString::from(text.as_ref()),
        RawCell::Number(number) | RawCell::Date(number) => number_text(*number),
        RawCell::Bool(true) => CompactString::const_new("是"),
        RawCell::Bool(false) => CompactString::const_new("否"),
    }
}

/// A number as its digits: `2019` for 2019.0, `0.12` for 0.12.
pub fn number_text(number: f64) -> CompactString {
    whole(number).map_or_else(|| number.to_compact_string(), |whole| whole.to_compact_string())
}

/// The integer a float holds exactly, if it is one.
pub fn whole(number: f64) -> Option<i64> {
    const LIMIT: f64 = 9e18;
    if !number.is_finite() || number.abs() > LIMIT || number.fract().abs() > 0.0 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the range of i64")]
    let whole = number as i64;
    Some(whole)
}

/// The cell cleaned for reading: half-width, no invisible characters, no wrapper, trimmed.
/// Errors such as `#N/A` read as empty.
pub fn tidy(cell: &RawCell) -> CompactString {
    match cell {
        RawCell::Text(text) => tidy_text(text),
        RawCell::Error(_) => CompactString::default(),
        other => shown(other),
    }
}

/// [`tidy`] of a text.
pub fn tidy_text(text: &str) -> CompactString {
    let text = unwrap_formula(text.trim());
    if text.chars().all(is_plain) {
        return CompactString::from(text);
    }
    let folded: CompactString =
        text.chars().filter(|c| !is_invisible(*c)).map(half_width).collect();
    CompactString::from(folded.trim_matches(is_blank))
}

/// [`tidy`] without any blanks inside: what labels, places and numbers are compared as.
pub fn compact(cell: &RawCell) -> CompactString {
    match cell {
        RawCell::Text(text) => compact_text(text),
        other => tidy(other),
    }
}

/// A text without blanks and invisible characters, half-width.
pub fn compact_text(text: &str) -> CompactString {
    let text = unwrap_formula(text.trim());
    if text.chars().all(is_plain) {
        return CompactString::from(text);
    }
    let kept = text.chars().filter(|c| !is_blank(*c) && !is_invisible(*c));
    kept.map(half_width).collect()
}

/// A text in capitals. Hardly any has letters with another form, and looking each up takes its time.
pub(super) fn upper_case(text: CompactString) -> CompactString {
    let has_one_form = |letter: char| is_plain(letter) && !letter.is_ascii_lowercase();
    if text.chars().all(has_one_form) { text } else { text.to_uppercase() }
}

/// A number that names something, as it was before a spreadsheet or a data frame took it for an amount:
/// no blanks, no apostrophe, no `.0`.
pub fn code(cell: &RawCell) -> CompactString {
    let text = compact(cell);
    let text = text.trim_matches('\'');
    let whole = text.split_once('.').filter(|(digits, zeros)| {
        let number = |part: &str, fits: fn(u8) -> bool| !part.is_empty() && part.bytes().all(fits);
        number(digits, |byte| byte.is_ascii_digit()) && number(zeros, |byte| byte == b'0')
    });
    let text = whole.map_or(text, |(digits, _)| digits);
    if is_placeholder(text) { CompactString::default() } else { text.into() }
}

/// Opens `="…"`, the wrapper exports use to stop spreadsheets from ruining numbers.
pub fn unwrap_formula(text: &str) -> &str {
    text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}

/// Full-width ASCII and the ideographic space as their plain forms.
pub fn half_width(letter: char) -> char {
    match letter {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(letter) - 0xfee0).expect("the block maps onto ASCII")
        }
        other => other,
    }
}

/// Printable ASCII but the blank, and common characters: nearly all of a file, and nothing to do.
fn is_plain(letter: char) -> bool {
    matches!(letter, '!'..='~' | '\u{4e00}'..='\u{9fff}')
}

/// Blanks of any kind, NBSP and ideographic space included.
pub fn is_blank(letter: char) -> bool {
    letter.is_whitespace()
}

/// Characters nobody sees: zero-width marks, BOM, direction marks, controls.
pub fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{feff}' | '\u{00ad}' | '\u{fffe}')
        || (letter.is_control() && !letter.is_whitespace())
}

/// A code that went through a program that takes codes for numbers: `230800000001.0` and
/// `2.30800000001E+11` are 230800000001. Empty where digits are lost.
pub fn code_text(text: &str) -> CompactString {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(whole) = text.strip_suffix(".0").or(text.strip_suffix(".00"))
        && is_digits(whole)
    {
        return whole.into();
    }
    let Some((mantissa, power)) = text.split_once(['E', 'e']) else { return text.into() };
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let plain = is_digits(&digits) && mantissa.find('.') == Some(1);
    match power.strip_prefix('+').and_then(|power| power.parse::<usize>().ok()) {
        Some(power) if plain && digits.len() == power + 1 => digits.into(),
        Some(_) if plain => CompactString::default(),
        _ => text.into(),
    }
}

/// Whether a tidy text stands for "nothing": dashes, 无, 不详 and their kin.
pub fn is_placeholder(text: &str) -> bool {
    let is_word = matches!(
        text,
        "无" | "不详"
            | "未知"
            | "暂无"
            | "没有"
            | "空"
            | "未填"
            | "未填写"
            | "不清楚"
            | "待补"
            | "待补充"
            | "待查"
            | "待核实"
            | "待定"
            | "null"
            | "NULL"
            | "Null"
            | "none"
            | "None"
            | "N/A"
            | "n/a"
            | "NA"
            | "nan"
            | "NaN"
            | "无此项"
            | "略"
            | "测试"
            | "未办理"
            | "未办"
            | "未提供"
            | "缺"
            | "缺失"
            | "同上"
    );
    text.is_empty()
        || is_word
        || text.chars().all(|c| {
            matches!(c, '-' | '—' | '－' | '_' | '/' | '\\' | '.' | '…' | '、' | '–' | '*')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_name_something_become_what_they_were() {
        let cases = [
            ("230800000001.0", "230800000001"),
            ("'230800000001.00", "230800000001"),
            (" 2308 0000 0001", "230800000001"),
            ("2019.1", "2019.1"),
            ("A12.0", "A12.0"),
            (".0", ".0"),
            ("无", ""),
        ];
        for (raw, expected) in cases {
            assert_eq!(code(&RawCell::Text(raw.into())), expected, "{raw}");
        }
        assert_eq!(code(&RawCell::Number(230_800_000_001.0)), "230800000001");
    }

    #[test]
    fn cells_become_plain_text() {
        let text = |raw: &str| RawCell::Text(raw.into());
        let cases = [
            (text("  桦南县\u{3000}"), "桦南县"),
            (text("=\"230822\""), "230822"),
            (text("Ａ１\u{200b}２"), "A12"),
            (RawCell::Number(2019.0), "2019"),
            (RawCell::Number(0.12), "0.12"),
            (RawCell::Number(230_822_199_901_011_200.0), "230822199901011200"),
            (RawCell::Error("#N/A".into()), ""),
            (RawCell::Bool(true), "是"),
        ];
        for (cell, expected) in cases {
            assert_eq!(tidy(&cell), expected);
        }
        assert_eq!(compact_text("张 \u{a0}三"), "张三");
    }

    #[test]
    fn capitals_are_those_of_the_alphabet() {
        for text in ["焊工", "A12", "汽修b班", "ａ班", "straße", "å", ""] {
            assert_eq!(upper_case(text.into()), text.to_uppercase(), "{text}");
        }
    }

    #[test]
    fn placeholders_are_known() {
        for text in ["", "-", "——", "/", "无", "不详", "N/A"] {
            assert!(is_placeholder(text), "{text}");
        }
        assert!(!is_placeholder("无锡"));
    }

    #[test]
    fn codes_become_what_they_were() {
        let cases = [
            ("230800000001.0", "230800000001"),
            ("230800000001.00", "230800000001"),
            ("2.30800000001E+11", "230800000001"),
            ("2.308E+11", ""),
            ("230800000001", "230800000001"),
            ("1.2.0", "1.2.0"),
            ("E12", "E12"),
            ("A.0", "A.0"),
        ];
        for (text, code) in cases {
            assert_eq!(code_text(text), code, "{text}");
        }
    }
}
