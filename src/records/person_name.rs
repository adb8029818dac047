//! Names as people type them → [`PersonName`].
//!
//! The separator of names is U+00B7 (民委发〔2016〕33号); exports hold a dozen other dots. Namesakes
//! of one village get (大)/（二）/1 behind the name; characters a machine lacked are ?, □ or *.

use compact_str::CompactString;
use unicode_normalization::UnicodeNormalization;

use super::hanzi;
use super::text::{half_width, is_blank, is_invisible, is_placeholder, shown, unwrap_formula};
use crate::privacy;
use crate::sources::RawCell;

pub use super::hanzi::{
    SoundLevel, same_sound, similar_shape, sound_key, surname_length, toneless,
};

/// Flags of what was met in a name.
pub mod note {
    /// Blanks inside or around were taken off.
    pub const BLANKS: u8 = 1;
    /// Another mark stood where U+00B7 belongs.
    pub const SEPARATOR: u8 = 1 << 1;
    /// A suffix such as (大), （二） or 1 was taken off.
    pub const SUFFIX: u8 = 1 << 2;
    /// A character is unknown (?, □, *).
    pub const UNKNOWN_GLYPH: u8 = 1 << 3;
    /// Compatibility or full-width forms were folded.
    pub const COMPATIBILITY: u8 = 1 << 4;
}

/// What was understood of a cell of names, each thing by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameParts {
    /// As [`PersonName::raw`].
    pub raw: CompactString,
    /// As [`PersonName::text`].
    pub text: CompactString,
    /// As [`PersonName::folded`].
    pub folded: CompactString,
    /// Bits of [`note`].
    pub notes: u8,
}

/// One person's name. A registry has millions, and nearly all stand in their cells as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PersonName {
    raw: CompactString,
    /// What differs from the cell.
    apart: Option<Box<NameApart>>,
}

/// Of a name that was cleaned or folded.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct NameApart {
    text: CompactString,
    folded: CompactString,
    notes: u8,
}

impl From<NameParts> for PersonName {
    fn from(NameParts { raw, text, folded, notes }: NameParts) -> Self {
        let is_plain = raw == text && raw == folded && notes == 0;
        let apart = (!is_plain).then(|| Box::new(NameApart { text, folded, notes }));
        Self { raw, apart }
    }
}

impl PersonName {
    /// The cell as it stood, but for an ID number in it, which is masked.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Cleaned: no blanks, U+00B7 separators, no suffix; unknown glyphs are `?`. Empty when missing.
    pub fn text(&self) -> &str {
        self.apart.as_ref().map_or(&self.raw, |apart| &apart.text)
    }

    /// `text` with traditional and variant forms folded, for comparison only.
    pub fn folded(&self) -> &str {
        self.apart.as_ref().map_or(&self.raw, |apart| &apart.folded)
    }

    /// Bits of [`note`].
    pub fn notes(&self) -> u8 {
        self.apart.as_ref().map_or(0, |apart| apart.notes)
    }
}

/// The separator of the parts of a name.
const SEPARATOR: char = '\u{b7}';

/// Stands for a character nobody can read.
const UNKNOWN: char = '?';

/// Reads a name cell.
pub fn parse(cell: &RawCell) -> PersonName {
    let raw = match cell {
        RawCell::Error(_) => CompactString::default(),
        other => shown(other),
    };
    // Most names are plain characters: nothing to clean.
    if raw.chars().all(is_common) && !is_nobody(&raw) {
        return NameParts { text: raw.clone(), folded: fold(&raw), raw, notes: 0 }.into();
    }
    cleaned(&raw).into()
}

fn cleaned(raw: &str) -> NameParts {
    let (read, mut notes) = without_number(raw);
    let raw = CompactString::from(privacy::masked(raw));
    let (letters, more) = letters_of(unwrap_formula(read.trim()));
    notes |= more;
    if is_nobody(&letters.iter().collect::<String>()) {
        return NameParts { raw, ..NameParts::default() };
    }
    let kept = without_suffix(&letters);
    if kept.len() != letters.len() {
        notes |= note::SUFFIX;
    }
    let text = joined(kept, &mut notes);
    // What is left may be no name where the whole was (`无名1`).
    if is_nobody(&text) {
        return NameParts { raw, ..NameParts::default() };
    }
    let text = if text.chars().any(is_letter) { text } else { CompactString::default() };
    NameParts { folded: fold(&text), raw, text, notes }
}

/// `text` with traditional, variant and rare forms as one common character each, for comparison.
pub fn fold(text: &str) -> CompactString {
    text.chars().map(|letter| hanzi::folded(letter).to_ascii_uppercase()).collect()
}

/// Plain characters of the basic block, ○ and the like excluded.
fn is_common(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

fn is_letter(letter: char) -> bool {
    letter.is_alphabetic() || letter == UNKNOWN
}

/// A name without the ID number that stands beside it in the cell. Where nothing but a number
/// stands there, that is what is read, and it is nobody's name.
fn without_number(raw: &str) -> (CompactString, u8) {
    if !privacy::holds_number(raw) || !raw.chars().any(is_common) {
        return (raw.into(), 0);
    }
    let is_part = |c: char| c.is_ascii_digit() || matches!(half_width(c), '0'..='9' | 'X' | 'x');
    (raw.chars().filter(|c| !is_part(*c)).collect(), note::SUFFIX)
}

/// Digits of a number that stands where a name should.
const NUMBER_DIGITS: usize = 6;

/// Words that stand where a name should: 无, 不详, 测试, 姓名, a lone number.
fn is_nobody(text: &str) -> bool {
    const WORDS: &[&str] =
        &["无名", "无名氏", "姓名", "测试人员", "张三丰测试", "某某", "某某某", "合计", "总计"];
    is_placeholder(text)
        || WORDS.contains(&text)
        || text.starts_with("测试")
        || text.chars().all(|c| c.is_ascii_digit())
        || text.chars().filter(char::is_ascii_digit).count() >= NUMBER_DIGITS
}

/// Characters without blanks, compatibility forms opened, marks of unknown characters as `?`.
fn letters_of(raw: &str) -> (Vec<char>, u8) {
    let mut notes = 0;
    let mut letters = Vec::new();
    for letter in raw.chars() {
        if is_blank(letter) || is_invisible(letter) || matches!(letter, '\'' | '"' | '`') {
            notes |= note::BLANKS;
        } else if is_unknown(letter) {
            notes |= note::UNKNOWN_GLYPH;
            letters.push(UNKNOWN);
        } else if is_common(letter) || letter == SEPARATOR {
            letters.push(letter);
        } else {
            let opened: Vec<char> =
                std::iter::once(letter).nfkc().filter(|c| !is_blank(*c)).collect();
            if opened != [letter] {
                notes |= note::COMPATIBILITY;
            }
            letters.extend(opened);
        }
    }
    (letters, notes)
}

/// Marks left where a machine had no glyph: question marks, boxes, circles, stars, private use.
fn is_unknown(letter: char) -> bool {
    matches!(letter,
        '?' | '？' | '□' | '■' | '▢' | '▯' | '◻' | '*' | '＊' | '○' | '◯' | '〇' | '●' | '\u{fffd}' | '〓'
        | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Takes off bracketed suffixes and the number or letter behind the name of a namesake.
fn without_suffix(letters: &[char]) -> &[char] {
    let mut kept = letters;
    while let [head @ .., last] = kept {
        let opening = matches!(last, ')' | '）' | ']' | '】' | '〕')
            .then(|| head.iter().rposition(|c| matches!(c, '(' | '（' | '[' | '【' | '〔')))
            .flatten();
        let cut = match opening {
            // All of it stands in brackets: what is in them is the name.
            Some(0) => {
                kept = &head[1..];
                continue;
            }
            Some(start) => start,
            None if head.len() >= 2 && is_counter(*last) && head.iter().any(|c| is_common(*c)) => {
                head.len()
            }
            None if !is_letter(*last) && !last.is_alphanumeric() => head.len(),
            None => break,
        };
        if cut == 0 {
            break;
        }
        kept = &kept[..cut];
    }
    kept
}

fn is_counter(letter: char) -> bool {
    letter.is_ascii_digit() || matches!(letter, 'A'..='E' | 'a'..='e')
}

/// The letters with every separator as U+00B7 and none at the ends.
fn joined(letters: &[char], notes: &mut u8) -> CompactString {
    let mut text = CompactString::default();
    let mut pending = false;
    for letter in letters {
        if *letter == SEPARATOR || is_other_separator(*letter) {
            if *letter != SEPARATOR {
                *notes |= note::SEPARATOR;
            }
            pending = true;
        } else if is_letter(*letter) || letter.is_alphanumeric() {
            if pending && !text.is_empty() {
                text.push(SEPARATOR);
            }
            pending = false;
            text.push(*letter);
        }
    }
    text
}

/// The dots and dashes that stand where U+00B7 belongs.
fn is_other_separator(letter: char) -> bool {
    matches!(
        letter,
        '.' | '。'
            | '．'
            | '‧'
            | '•'
            | '․'
            | '・'
            | '･'
            | '⋅'
            | '∙'
            | '﹒'
            | '｡'
            | '-'
            | '－'
            | '—'
            | '–'
            | '\u{387}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> PersonName {
        parse(&RawCell::Text(raw.into()))
    }

    #[test]
    fn names_are_cleaned() {
        let cases = [
            ("王丽", "王丽", 0),
            ("王  丽", "王丽", note::BLANKS),
            ("王\u{3000}丽", "王丽", note::BLANKS),
            ("阿依古丽·买买提", "阿依古丽·买买提", 0),
            ("阿依古丽．买买提", "阿依古丽·买买提", note::SEPARATOR),
            ("阿依古丽•买买提", "阿依古丽·买买提", note::SEPARATOR),
            ("阿依古丽。买买提", "阿依古丽·买买提", note::SEPARATOR),
            ("王丽（大）", "王丽", note::SUFFIX),
            ("王丽(二)", "王丽", note::SUFFIX),
            ("王丽1", "王丽", note::SUFFIX),
            ("王丽２", "王丽", note::SUFFIX),
            ("王丽A", "王丽", note::SUFFIX),
            ("王丽(女)", "王丽", note::SUFFIX),
            ("王?丽", "王?丽", note::UNKNOWN_GLYPH),
            ("王□", "王?", note::UNKNOWN_GLYPH),
            ("王\u{e123}", "王?", note::UNKNOWN_GLYPH),
            ("王*", "王?", note::UNKNOWN_GLYPH),
            ("", "", 0),
            ("无", "", 0),
            ("不详", "", 0),
            ("测试", "", 0),
            ("-", "", 0),
            ("123", "", 0),
            ("23992120021130226X", "", 0),
            ("230800000001", "", 0),
            ("沈若梅23992120021130226X", "沈若梅", note::SUFFIX),
            ("A", "A", 0),
            ("（张三）", "张三", 0),
            ("（张三1）", "张三", note::SUFFIX),
            ("（大11）", "大1", note::SUFFIX),
            ("无名1", "", 0),
        ];
        for (raw, text, notes) in cases {
            let name = read(raw);
            assert_eq!(name.text(), text, "{raw}");
            assert_eq!(name.notes() & notes, notes, "{raw}");
        }
    }

    #[test]
    fn a_number_in_the_name_column_is_never_quoted_in_full() {
        for raw in ["23992120021130226X", "沈若梅23992120021130226X", "239921 20021130 226X"] {
            assert!(read(raw).raw().contains("********"), "{raw}");
        }
    }

    #[test]
    fn folding_keeps_the_original_beside() {
        let name = read("張喆");
        assert_eq!((name.text(), name.folded()), ("張喆", "张哲"));
    }

    proptest::proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(raw in ".{0,12}") {
            let once = read(&raw);
            let twice = read(once.text());
            proptest::prop_assert_eq!(once.text(), twice.text());
            proptest::prop_assert_eq!(fold(once.folded()), once.folded());
            let _ = (toneless(twice.folded()), sound_key(twice.folded()));
        }

        #[test]
        fn cleaning_chinese_names_twice_changes_nothing(raw in "[王李張單?□·.• （）大1A髙]{0,8}") {
            let once = read(&raw);
            let twice = read(once.text());
            proptest::prop_assert_eq!(once.text(), twice.text());
        }
    }
}
