//! Cells of CSV results that Excel would run as formulas: a unit may be called `=cmd|…`.
//!
//! A text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return is written behind a single
//! quote, and nothing else is changed; a negative number is no text. Whoever reads such a file takes the
//! quote away again.

use std::borrow::Cow;

/// Beginnings that make a formula of a cell.
const TRIGGERS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell as it is written.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(TRIGGERS) && !is_negative_number(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// A cell as it was before it was written.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(TRIGGERS) => rest,
        _ => cell,
    }
}

fn is_negative_number(cell: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    cell.strip_prefix('-').is_some_and(|number| {
        number.split_once('.').map_or(digits(number), |(whole, part)| digits(whole) && digits(part))
    })
}

#[cfg(test)]
mod tests {
    use super::{guarded, unguarded};

    #[test]
    fn formulas_are_quoted_and_nothing_else_is_changed() {
        let cases = [
            ("=1+1", "'=1+1"),
            ("+86", "'+86"),
            ("-1+1", "'-1+1"),
            ("-", "'-"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("-12", "-12"),
            ("-0.50", "-0.50"),
            ("'甲", "'甲"),
            ("甲=乙", "甲=乙"),
            ("", ""),
        ];
        for (cell, written) in cases {
            assert_eq!(guarded(cell), written);
            assert_eq!(unguarded(written), cell);
        }
    }
}
