//! Headings as people write them → the form in which they are compared.

use unicode_normalization::UnicodeNormalization;

/// Letters that carry no meaning in a heading.
const NOISE: &str = "*★※:。.、,;\"'“”‘’_-—–/\\|?!#&·~`^+=<>《》…";

/// The two forms of a heading: with the words in brackets, and without them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Normal {
    /// `证件号码（必填）` → `证件号码必填`.
    pub whole: String,
    /// `证件号码（必填）` → `证件号码`; the words in brackets.
    pub bare: String,
    /// What stood in brackets.
    pub aside: String,
}

/// Longest heading, in bytes: with the explanations people write below it. A longer cell is none, and
/// comparing it with every heading there is would take minutes.
const LONGEST: usize = 1_200;

/// Full-width → half-width, lower case; blanks, line breaks, marks and brackets taken off.
pub fn normalise(heading: &str) -> Normal {
    let mut normal = Normal::default();
    if heading.len() > LONGEST {
        return normal;
    }
    let mut depth = 0_usize;
    let folded: String = heading.nfkc().collect::<String>().to_lowercase();
    for letter in without_number(&folded).chars() {
        match letter {
            '(' | '[' | '【' | '〔' | '{' | '「' | '『' => depth += 1,
            ')' | ']' | '】' | '〕' | '}' | '」' | '』' => depth = depth.saturating_sub(1),
            letter if is_noise(letter) => {}
            letter => {
                normal.whole.push(letter);
                if depth == 0 { normal.bare.push(letter) } else { normal.aside.push(letter) }
            }
        }
    }
    normal
}

fn is_noise(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}')
        || NOISE.contains(letter)
}

/// Takes a leading number such as `3.` or `12、` off.
fn without_number(heading: &str) -> &str {
    let trimmed = heading.trim_start();
    let rest = trimmed.trim_start_matches(|letter: char| letter.is_ascii_digit());
    if rest.len() == trimmed.len() {
        return trimmed;
    }
    rest.strip_prefix(['.', '、']).unwrap_or(trimmed)
}

/// A heading without its line breaks, for messages.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn headings_are_cleaned() {
        let cases = [
            ("姓　名*", "姓名", "姓名"),
            (" 证件\n号码 ：", "证件号码", "证件号码"),
            ("县(市、区、旗)", "县市区旗", "县"),
            ("补贴金额（元）", "补贴金额元", "补贴金额"),
            ("３．ＳＦＺＨ", "sfzh", "sfzh"),
            ("18位身份证号", "18位身份证号", "18位身份证号"),
            ("1、姓名", "姓名", "姓名"),
            ("*姓名【必填】", "姓名必填", "姓名"),
        ];
        for (heading, whole, bare) in cases {
            let normal = normalise(heading);
            assert_eq!((normal.whole.as_str(), normal.bare.as_str()), (whole, bare), "{heading}");
        }
    }
}
