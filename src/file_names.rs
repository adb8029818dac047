//! File names made of what people call things: schools, counties, programmes, persons.
//!
//! A name is made so that Windows accepts it, on every system alike: equal inputs give equal files
//! wherever they are run, and results travel between systems.

use std::collections::BTreeSet;

/// Longest name without extension, in characters: 60 of four bytes stay below the 255 bytes of the
/// usual file systems, with room for a counter and the extension.
const LIMIT: usize = 56;

/// Device names Windows keeps for itself, whatever the extension.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// What such a name stands for where nothing of a label is left.
const NAMELESS: &str = "未命名";

/// Names already given away in one folder.
#[derive(Clone, Debug, Default)]
pub struct FileNames {
    taken: BTreeSet<String>,
}

impl FileNames {
    /// A name (without extension) made of a label, not used before in this folder.
    pub fn give(&mut self, label: &str) -> String {
        let name = portable(label);
        let mut number = 1_u32;
        loop {
            let candidate = if number == 1 { name.clone() } else { format!("{name}({number})") };
            // Windows compares without regard to case.
            if self.taken.insert(candidate.to_lowercase()) {
                return candidate;
            }
            number += 1;
        }
    }
}

/// A label as Windows accepts it for a file, without extension.
pub fn portable(label: &str) -> String {
    let clean: String = label.chars().map(|c| if is_mark(c) { '_' } else { c }).collect();
    let kept: String = clean.trim().chars().take(LIMIT).collect();
    // A leading dot hides a file, a trailing one is lost.
    let kept = kept.trim_start_matches(['.', ' ']).trim_end_matches(is_lost);
    match kept {
        "" => NAMELESS.to_owned(),
        name if is_device(name) => format!("_{name}"),
        name => name.to_owned(),
    }
}

/// Whether a file or folder of that name, extension included, can be on every system.
pub fn is_portable(name: &str) -> bool {
    let fits = !name.is_empty() && name.chars().count() <= LIMIT + 12;
    fits && !name.contains(is_mark) && !name.ends_with(is_lost) && !is_device(name)
}

fn is_mark(letter: char) -> bool {
    letter.is_control() || is_unseen(letter) || "\\/:*?\"<>|".contains(letter)
}

/// Marks that turn or split a text without being seen: `报表xslx.exe` could look like a workbook.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn is_lost(letter: char) -> bool {
    letter == '.' || letter.is_whitespace()
}

/// `CON`, `com1.txt`, `LPT²` and the like.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let port = |prefix: &str| {
        let mut rest = stem.strip_prefix(prefix).unwrap_or_default().chars();
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³');
        rest.next().is_some_and(is_number) && rest.next().is_none()
    };
    DEVICES.contains(&stem.as_str()) || port("COM") || port("LPT")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{FileNames, is_portable, portable};

    #[test]
    fn names_fit_windows() {
        let cases = [
            ("佳木斯技师学院", "佳木斯技师学院"),
            ("A/B:学校?", "A_B_学校_"),
            ("a*b\"c<d>e|f\\g", "a_b_c_d_e_f_g"),
            ("学校. . ", "学校"),
            ("学校\u{3000}", "学校"),
            (" .隐藏", "隐藏"),
            ("con", "_con"),
            ("con .x", "_con .x"),
            ("LPT1.x", "_LPT1.x"),
            ("com²", "_com²"),
            ("CONOUT$", "_CONOUT$"),
            ("COMPANY", "COMPANY"),
            ("COM12", "COM12"),
            ("报表\u{202e}xslx", "报表_xslx"),
            ("一\t二\n三", "一_二_三"),
            ("", "未命名"),
            ("...", "未命名"),
        ];
        for (label, expected) in cases {
            assert_eq!(portable(label), expected, "{label:?}");
        }
        assert!(portable(&"𬱖".repeat(90)).len() < 240);
    }

    #[test]
    fn names_are_given_once_whatever_the_case() {
        let mut names = FileNames::default();
        assert_eq!(names.give("School a"), "School a");
        assert_eq!(names.give("School A"), "School A(2)");
        assert_eq!(names.give("School:a"), "School_a");
        assert_eq!(names.give("School?a"), "School_a(2)");
    }

    proptest! {
        #[test]
        fn whatever_people_call_a_thing_it_has_a_name_everywhere(label in any::<String>()) {
            let mut names = FileNames::default();
            for _ in 0..3 {
                let name = format!("{}.xlsx", names.give(&label));
                assert!(is_portable(&name), "{label:?} → {name:?}");
            }
        }
    }
}
