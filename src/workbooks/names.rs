//! Sheet names that Excel accepts, each used once, made from whatever a school, an agency or a county
//! is called in the exports.

use std::collections::BTreeSet;

/// Excel's limit for a sheet name, in UTF-16 units.
const SHEET_LIMIT: usize = 31;

/// Names already given away in one workbook.
#[derive(Clone, Debug, Default)]
pub(super) struct SheetNames {
    names: BTreeSet<String>,
}

impl SheetNames {
    /// A sheet name made of a label, not used before in this workbook.
    pub(super) fn sheet(&mut self, label: &str) -> String {
        let name = sheet_name(label);
        let mut number = 1_u32;
        loop {
            let tail = if number == 1 { String::new() } else { format!("({number})") };
            let candidate = shorten_utf16(&name, SHEET_LIMIT, &tail);
            // Excel compares without regard to case.
            if self.names.insert(candidate.to_lowercase()) {
                return candidate;
            }
            number += 1;
        }
    }
}

/// A label as Excel accepts it for a sheet: none of `[]:*?/\`, no apostrophe at either end, at most
/// 31 characters.
pub(super) fn sheet_name(label: &str) -> String {
    let clean: String = label.chars().map(|c| if is_sheet_mark(c) { '-' } else { c }).collect();
    let clean = shorten_utf16(clean.trim().trim_matches('\''), SHEET_LIMIT, "");
    let clean = clean.trim_matches('\'');
    if clean.is_empty() { "表".to_owned() } else { clean.to_owned() }
}

/// A label with a tail such as `(2)`, cut before the tail so that the whole fits.
fn shorten_utf16(label: &str, limit: usize, tail: &str) -> String {
    let room = limit.saturating_sub(tail.chars().map(char::len_utf16).sum());
    let mut used = 0;
    let kept = label.chars().take_while(|letter| {
        used += letter.len_utf16();
        used <= room
    });
    kept.chain(tail.chars()).collect()
}

fn is_sheet_mark(letter: char) -> bool {
    letter.is_control() || "[]:*?/\\".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::{SheetNames, sheet_name};

    #[test]
    fn sheet_names_fit_excel() {
        let long = "一二三四五六七八九十".repeat(4);
        let cases = [
            ("号同名异", "号同名异"),
            ("15↔18位/一致", "15↔18位-一致"),
            ("'引号'", "引号"),
            ("[a]:*?", "-a----"),
            ("  ", "表"),
            (long.as_str(), "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一"),
        ];
        for (label, expected) in cases {
            assert_eq!(sheet_name(label), expected);
        }
    }

    #[test]
    fn names_are_given_once_whatever_the_case() {
        let mut taken = SheetNames::default();
        assert_eq!(taken.sheet("School a"), "School a");
        assert_eq!(taken.sheet("School A"), "School A(2)");
        let long = "长".repeat(40);
        assert_eq!(taken.sheet(&long).chars().count(), 31);
        let second = taken.sheet(&long);
        assert!(second.ends_with("(2)") && second.chars().count() == 31, "{second}");
    }
}
