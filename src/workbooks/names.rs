//! Names that Excel and Windows accept, each used once: sheet names and file names made from
//! whatever a school, an agency or a county is called in the exports.

use std::collections::BTreeSet;

/// Excel's limit for a sheet name, in UTF-16 units.
const SHEET_LIMIT: usize = 31;

/// Longest file name without extension, in characters: 60 of four bytes stay below the 255 bytes
/// of the usual file systems, with room for a counter and the extension.
const FILE_LIMIT: usize = 56;

/// Device names Windows keeps for itself, whatever the extension.
const RESERVED: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];

/// Names already given away in one workbook or one folder.
#[derive(Clone, Debug, Default)]
pub(super) struct TakenNames {
    names: BTreeSet<String>,
}

impl TakenNames {
    /// A sheet name made of a label, not used before in this workbook.
    pub(super) fn sheet(&mut self, label: &str) -> String {
        self.claim(&sheet_name(label), |name, tail| shorten_utf16(name, SHEET_LIMIT, tail))
    }

    /// A file name (without extension) made of a label, not used before in this folder.
    pub(super) fn file(&mut self, label: &str) -> String {
        self.claim(&file_name(label), |name, tail| format!("{name}{tail}"))
    }

    /// Windows and Excel compare without regard to case, so names are kept in lower case.
    fn claim(&mut self, name: &str, join: impl Fn(&str, &str) -> String) -> String {
        let mut number = 1_u32;
        loop {
            let tail = if number == 1 { String::new() } else { format!("({number})") };
            let candidate = join(name, &tail);
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

/// A label as Windows accepts it for a file.
fn file_name(label: &str) -> String {
    let clean: String = label.chars().map(|c| if is_file_mark(c) { '_' } else { c }).collect();
    let kept: String = clean.trim().chars().take(FILE_LIMIT).collect();
    let kept = kept.trim_end_matches(['.', ' ']);
    match kept {
        "" => "未命名".to_owned(),
        name if is_reserved(name) => format!("_{name}"),
        name => name.to_owned(),
    }
}

fn is_sheet_mark(letter: char) -> bool {
    letter.is_control() || "[]:*?/\\".contains(letter)
}

fn is_file_mark(letter: char) -> bool {
    letter.is_control() || "\\/:*?\"<>|".contains(letter)
}

/// `CON`, `com1.txt` and the like.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_uppercase();
    let port = |prefix: &str| {
        let number = stem.strip_prefix(prefix);
        number.is_some_and(|rest| rest.len() == 1 && rest.chars().all(|c| c.is_ascii_digit()))
    };
    RESERVED.contains(&stem.as_str()) || port("COM") || port("LPT")
}

#[cfg(test)]
mod tests {
    use super::{TakenNames, file_name, sheet_name};

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
    fn file_names_fit_windows() {
        let cases = [
            ("佳木斯技师学院", "佳木斯技师学院"),
            ("A/B:学校?", "A_B_学校_"),
            ("学校. . ", "学校"),
            ("con", "_con"),
            ("LPT1.x", "_LPT1.x"),
            ("COMPANY", "COMPANY"),
            ("", "未命名"),
            ("...", "未命名"),
        ];
        for (label, expected) in cases {
            assert_eq!(file_name(label), expected);
        }
        assert!(file_name(&"𬱖".repeat(90)).len() < 240);
    }

    #[test]
    fn names_are_given_once_whatever_the_case() {
        let mut taken = TakenNames::default();
        assert_eq!(taken.file("School a"), "School a");
        assert_eq!(taken.file("School A"), "School A(2)");
        let long = "长".repeat(40);
        assert_eq!(taken.sheet(&long).chars().count(), 31);
        let second = taken.sheet(&long);
        assert!(second.ends_with("(2)") && second.chars().count() == 31, "{second}");
    }
}
