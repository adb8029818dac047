//! ID numbers (GB 11643-1999) as exports really carry them → [`IdNumber`].

use compact_str::CompactString;

use crate::sources::RawCell;

use super::area_code;
use super::check_digit::{check_digit, check_fits, digit_value};
use super::date::PartialDate;
use super::id_column::{ColumnVerdict, Damage, Fifteen, fifteen_digits, near_thousand, spacing};
use super::id_number::birth;
pub use super::id_number::{IdClass, IdNumber, IdParts, UNKNOWN, mask, note};
use super::text::{half_width, is_blank, is_invisible, unwrap_formula};

/// What 证件类型 says a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdKind {
    /// 居民身份证, 户口簿.
    Resident,
    /// 残疾人证.
    Disability,
    /// 军官证, 护照 and all others: no rule is known for them.
    Other,
}

impl IdKind {
    /// The kind a label of 证件类型 names (`001-居民身份证（户口簿）`), if it names one.
    pub fn from_label(label: &str) -> Option<Self> {
        let has = |word: &str| label.contains(word);
        if has("残疾") {
            Some(Self::Disability)
        } else if has("身份证") && !has("港澳") && !has("台") && !has("外国") {
            Some(Self::Resident)
        } else if has("证") || has("护照") {
            Some(Self::Other)
        } else {
            None
        }
    }
}

/// Reads one cell of an ID column under the verdict on its column.
///
/// Rules: GB 11643-1999 (18 characters, ISO 7064 MOD 11-2), its upgrade of 15-digit numbers, and
/// the 20 or 22 characters of a 残疾人证. A number in a numeric cell is exact up to 15 digits and
/// damaged above.
pub fn parse(cell: &RawCell, verdict: ColumnVerdict, hint: Option<IdKind>) -> IdNumber {
    let parts = match cell {
        RawCell::Empty | RawCell::Bool(_) => IdParts::blank(""),
        RawCell::Error(text) => IdParts::missing(text, note::PLACEHOLDER),
        RawCell::Number(number) | RawCell::Date(number) => from_number(*number, verdict),
        RawCell::Text(text) => from_text(text, verdict, hint),
    };
    parts.into()
}

impl IdNumber {
    /// The same cell, taken for a placeholder.
    #[must_use]
    pub(super) fn of_nobody(self) -> Self {
        IdParts::missing(self.raw(), self.notes | note::PLACEHOLDER).into()
    }

    /// For a number that went through a 64-bit float: the smallest and largest value its first 18
    /// digits can have had. Numbers ending in X never went through (they stay text).
    pub fn float_window(&self) -> Option<(u64, u64)> {
        if self.class != IdClass::Truncated || !self.has(note::FLOAT) {
            return None;
        }
        let value: u64 = self.text().parse().ok()?;
        let half = spacing(value) / 2;
        Some((value.saturating_sub(half), value.saturating_add(half)))
    }
}

impl IdParts {
    fn blank(raw: &str) -> Self {
        Self { digits: [UNKNOWN; 18], raw: raw.into(), ..Self::default() }
    }

    fn missing(raw: &str, notes: u16) -> Self {
        Self { notes, ..Self::blank(raw) }
    }

    fn invalid(raw: &str, text: &str, notes: u16) -> Self {
        Self { class: IdClass::Invalid, text: text.into(), ..Self::missing(raw, notes) }
    }

    fn birth(&self) -> PartialDate {
        birth(&self.digits)
    }
}

/// A number cell: up to 15 digits exact, above that damaged.
fn from_number(number: f64, verdict: ColumnVerdict) -> IdParts {
    let shown = super::text::number_text(number);
    let Some(value) = super::text::whole(number).and_then(|n| u64::try_from(n).ok()) else {
        return IdParts::invalid(&shown, &shown, note::NUMERIC | note::LENGTH);
    };
    let mut read = if value >= LONGEST_EXACT {
        damaged_number(&shown, value, verdict.numbers)
    } else {
        from_text(&shown, verdict, None)
    };
    read.notes |= note::NUMERIC;
    read
}

/// Integers from here on have more digits than a spreadsheet keeps.
const LONGEST_EXACT: u64 = 1_000_000_000_000_000;

/// A long number that went through a spreadsheet or a float: its leading digits stay known.
fn damaged_number(raw: &str, value: u64, damage: Damage) -> IdParts {
    let text = value.to_string();
    if text.len() != 18 {
        return IdParts::invalid(raw, &text, note::LENGTH);
    }
    let by_excel = match damage {
        Damage::Float => false,
        Damage::Excel15 => true,
        Damage::Mixed | Damage::None => near_thousand(value),
    };
    if by_excel && near_thousand(value) {
        let kept = (value + 500) / 1000;
        return truncated(raw, &format!("{kept}000"), 15, note::EXCEL_15);
    }
    let half = spacing(value) / 2;
    let (low, high) = ((value - half).to_string(), (value + half).to_string());
    let known = low.bytes().zip(high.bytes()).take_while(|(a, b)| a == b).count();
    truncated(raw, &text, known.min(15), note::FLOAT)
}

/// Keeps the first `known` digits of a damaged number.
fn truncated(raw: &str, text: &str, known: usize, notes: u16) -> IdParts {
    let mut digits = [UNKNOWN; 18];
    for (slot, letter) in digits.iter_mut().zip(text.chars().take(known)) {
        *slot = digit_value(letter).unwrap_or(UNKNOWN);
    }
    let read = IdParts { class: IdClass::Truncated, digits, ..IdParts::invalid(raw, text, notes) };
    let impossible = known >= 14 && read.birth().is_empty();
    IdParts { notes: if impossible { notes | note::BIRTH } else { notes }, ..read }
}

/// Whether a text is 18 plain characters to which nothing can have happened but a slip of the pen: no
/// filler, and of a column and with an end that no spreadsheet made.
fn is_plain(text: &str, verdict: ColumnVerdict) -> bool {
    let Some((last, digits)) = text.as_bytes().split_last() else { return false };
    digits.len() == 17
        && digits.iter().all(u8::is_ascii_digit)
        && (last.is_ascii_digit() || *last == b'X')
        && matches!(verdict.texts, Damage::None | Damage::Excel15)
        && !text.ends_with("000")
        && nothing_meant(text).is_none()
}

/// A text cell.
fn from_text(raw: &str, verdict: ColumnVerdict, hint: Option<IdKind>) -> IdParts {
    // Most numbers: what follows would find nothing to do.
    if is_plain(raw, verdict) {
        return eighteen(raw, raw);
    }
    let (text, notes) = clean(raw);
    if text.is_empty() {
        return IdParts::missing(raw, 0);
    }
    if let Some(kind) = nothing_meant(&text) {
        return IdParts::missing(raw, notes | kind);
    }
    if let Some(read) = scientific(raw, &text) {
        return IdParts { notes: read.notes | notes, ..read };
    }
    let (whole, through_float) = match without_fraction(&text) {
        Some(whole) => (whole, true),
        None => (text.as_str(), false),
    };
    let read = if let Some(read) = masked(raw, whole) {
        read
    } else if let Some(read) = damaged_text(raw, whole, through_float, verdict) {
        read
    } else if is_cut(whole, verdict) && hint != Some(IdKind::Other) {
        truncated(raw, whole, 15, note::CUT)
    } else {
        whole_number(raw, whole, hint)
    };
    folded(IdParts { notes: read.notes | notes, ..read })
}

/// `230822199901011216.0`: a program printed the number from a float.
fn without_fraction(text: &str) -> Option<&str> {
    let whole = text.strip_suffix(".00").or(text.strip_suffix(".0"))?;
    let number = matches!(whole.len(), 15 | 18) && whole.bytes().all(|b| b.is_ascii_digit());
    number.then_some(whole)
}

/// A number that only became valid after look-alikes were folded is repaired, not intact.
fn folded(mut read: IdParts) -> IdParts {
    let changed = note::LOOK_ALIKE | note::FULL_WIDTH;
    if read.class == IdClass::Intact && read.notes & changed != 0 {
        read.class = IdClass::Repaired;
    }
    read
}

/// Text of a column that was damaged before it became text.
fn damaged_text(
    raw: &str,
    text: &str,
    through_float: bool,
    verdict: ColumnVerdict,
) -> Option<IdParts> {
    let value: u64 = (text.len() == 18).then(|| text.parse().ok()).flatten()?;
    if through_float {
        return Some(damaged_number(raw, value, Damage::Mixed));
    }
    if text.ends_with("000") {
        // A lost tail passes the check digit once in eleven times, so a damaged column is not
        // believed even where it fits; a misfit 000 tail betrays itself in any column.
        let lost = matches!(verdict.texts, Damage::Excel15 | Damage::Mixed) || !check_fits(text);
        return lost.then(|| truncated(raw, text, 15, note::EXCEL_15));
    }
    let by_float = matches!(verdict.texts, Damage::Float | Damage::Mixed);
    (by_float && value.is_multiple_of(spacing(value)))
        .then(|| damaged_number(raw, value, Damage::Float))
}

/// 15 digits that are the beginning of 18.
fn is_cut(text: &str, verdict: ColumnVerdict) -> bool {
    match fifteen_digits(text) {
        Some(Fifteen::Cut) => true,
        Some(Fifteen::Either) => verdict.cut,
        Some(Fifteen::Old) | None => false,
    }
}

/// `2.30120E+17`: the digits shown are all that is left. The last one may be rounded up, except
/// after six digits (a birth year's 1 or 2 follows) and after fifteen (zeros follow).
fn scientific(raw: &str, text: &str) -> Option<IdParts> {
    let (mantissa, exponent) = text.split_once(['E', 'e'])?;
    let power: u32 = exponent.trim_start_matches('+').parse().ok()?;
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let plain = mantissa.find('.') == Some(1) || digits.len() == 1;
    if !plain || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let notes = note::SCIENTIFIC;
    if power != 17 {
        return Some(IdParts::invalid(raw, text, notes | note::LENGTH));
    }
    if digits.len() >= 16 {
        let value = super::text::whole(text.parse().ok()?).and_then(|n| u64::try_from(n).ok())?;
        let read = damaged_number(raw, value, Damage::Mixed);
        return Some(IdParts { notes: read.notes | notes, ..read });
    }
    let known = if matches!(digits.len(), 6 | 15) { digits.len() } else { digits.len() - 1 };
    let read = truncated(raw, &digits, known, notes);
    Some(IdParts { text: text.into(), ..read })
}

/// A number with some characters hidden.
fn masked(raw: &str, text: &str) -> Option<IdParts> {
    let letters: Vec<char> = text.chars().collect();
    let hidden = |index: usize| match letters[index] {
        '*' => true,
        // A run of x is a mask; a single X at the end is a check digit.
        'X' => {
            let before = index > 0 && letters[index - 1] == 'X';
            let after = letters.get(index + 1) == Some(&'X');
            before || after
        }
        _ => false,
    };
    let mask: Vec<bool> = (0..letters.len()).map(hidden).collect();
    let known = mask.iter().filter(|hidden| !**hidden).count();
    if known == letters.len() {
        return None;
    }
    let readable =
        letters.iter().zip(&mask).all(|(c, hidden)| *hidden || digit_value(*c).is_some());
    if !readable {
        return Some(IdParts::invalid(raw, text, note::LENGTH));
    }
    if known == 0 {
        return Some(IdParts::missing(raw, note::PLACEHOLDER));
    }
    let shown: String =
        letters.iter().zip(&mask).map(|(c, hidden)| if *hidden { '*' } else { *c }).collect();
    let digits = known_positions(&letters, &mask);
    Some(IdParts { class: IdClass::Masked, digits, ..IdParts::invalid(raw, &shown, 0) })
}

/// Puts what is shown before the mask at the front and what is shown behind it at the back;
/// the number of stars people type is no evidence.
fn known_positions(letters: &[char], mask: &[bool]) -> [u8; 18] {
    let mut digits = [UNKNOWN; 18];
    let value = |index: usize| digit_value(letters[index]).unwrap_or(UNKNOWN);
    if letters.len() == 18 {
        for index in (0..18).filter(|index| !mask[*index]) {
            digits[index] = value(index);
        }
        return digits;
    }
    let head = mask.iter().position(|hidden| *hidden).unwrap_or(0);
    for (index, digit) in digits.iter_mut().enumerate().take(head.min(17)) {
        *digit = value(index);
    }
    let tail = mask.iter().rev().position(|hidden| *hidden).unwrap_or(0);
    // A 15-digit number has no check digit and another end, so its tail says nothing here.
    if letters.len() != 15 && head + tail <= 18 {
        for back in 1..=tail {
            digits[18 - back] = value(letters.len() - back);
        }
    }
    digits
}

/// A text without damage or mask: judged by its length.
fn whole_number(raw: &str, text: &str, hint: Option<IdKind>) -> IdParts {
    let readable = text.chars().all(|c| digit_value(c).is_some());
    match text.chars().count() {
        18 if readable => eighteen(raw, text),
        15 if readable && !text.contains('X') && hint != Some(IdKind::Other) => fifteen(raw, text),
        20 | 22 if hint != Some(IdKind::Other) => disability(raw, text),
        _ => IdParts::invalid(raw, text, note::LENGTH),
    }
}

fn eighteen(raw: &str, text: &str) -> IdParts {
    let mut digits = [UNKNOWN; 18];
    for (slot, letter) in digits.iter_mut().zip(text.chars()) {
        *slot = digit_value(letter).unwrap_or(UNKNOWN);
    }
    let mut read = IdParts { digits, ..IdParts::invalid(raw, text, 0) };
    let misplaced_x = digits[..17].contains(&10);
    if misplaced_x || read.birth().is_empty() || read.birth().year < 1850 {
        read.notes |= if misplaced_x { note::LENGTH } else { note::BIRTH };
    }
    if !misplaced_x && check_digit(&digits) != digits[17] {
        read.notes |= note::CHECK_DIGIT;
    }
    if read.notes == 0 {
        read.class = IdClass::Intact;
        if !area_code::known_since(text.get(..6).unwrap_or_default(), read.birth().year) {
            read.notes |= note::REGION;
        }
    }
    read
}

/// GB 11643-1999: `19` before the year and a check digit behind. Sequence numbers 996–999 were
/// kept for persons who were a hundred years old, born in 18xx.
fn fifteen(raw: &str, text: &str) -> IdParts {
    let (head, tail) = (text.get(..6).unwrap_or_default(), text.get(6..).unwrap_or_default());
    let century =
        if matches!(tail.get(6..), Some("996" | "997" | "998" | "999")) { "18" } else { "19" };
    let mut upgraded = format!("{head}{century}{tail}0");
    let digits: Vec<u8> = upgraded.chars().filter_map(digit_value).collect();
    upgraded.pop();
    upgraded.push(match check_digit(&digits) {
        10 => 'X',
        digit => char::from(b'0' + digit),
    });
    let read = eighteen(raw, &upgraded);
    if read.class == IdClass::Intact {
        return IdParts { class: IdClass::Repaired, notes: read.notes | note::FROM_15, ..read };
    }
    IdParts::invalid(raw, text, note::BIRTH)
}

/// 残疾人证: the holder's ID, the kind 1–7, the grade 1–4, and B with a count after a reissue.
fn disability(raw: &str, text: &str) -> IdParts {
    let letters: Vec<char> = text.chars().collect();
    let holder: String = letters[..18].iter().collect();
    let kind = matches!(letters[18], '1'..='7') && matches!(letters[19], '1'..='4');
    let reissue = letters.len() == 20 || (letters[20] == 'B' && letters[21].is_ascii_digit());
    let readable = holder.chars().all(|c| digit_value(c).is_some());
    let read = if readable { eighteen(raw, &holder) } else { IdParts::blank(raw) };
    if read.class == IdClass::Intact && kind && reissue {
        return IdParts { class: IdClass::Repaired, notes: read.notes | note::DISABILITY, ..read };
    }
    let notes = read.notes | note::DISABILITY;
    IdParts::invalid(raw, text, if kind && reissue { notes } else { notes | note::LENGTH })
}

/// Takes off what nobody meant to type and folds look-alikes; says which was met.
fn clean(raw: &str) -> (CompactString, u16) {
    let mut notes = 0;
    let opened = unwrap_formula(raw.trim());
    if opened.len() != raw.len() {
        notes |= note::BLANKS;
    }
    let mut text = CompactString::default();
    for letter in opened.chars() {
        let plain = half_width(letter);
        if is_blank(plain) || is_invisible(plain) || is_quote(plain) {
            notes |= note::BLANKS;
            continue;
        }
        if plain != letter {
            notes |= note::FULL_WIDTH;
        }
        text.push(plain.to_ascii_uppercase());
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits < 6 {
        return (text, notes);
    }
    let folded: CompactString = text.chars().filter(|c| !is_dash(*c)).map(look_alike).collect();
    // The E of 2.30E+17 and the B of a reissued 残疾人证 are no look-alikes.
    if folded.chars().count() != text.chars().count() {
        notes |= note::BLANKS;
    }
    if text.chars().filter(|c| !is_dash(*c)).ne(folded.chars()) {
        notes |= note::LOOK_ALIKE;
    }
    (folded, notes)
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '\'' | '"' | '`' | '‘' | '’' | '“' | '”' | '´' | '＇')
}

fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '－' | '—' | '–' | '_')
}

/// Letters and signs that stand for a digit, X or a mask in what is otherwise a number.
fn look_alike(letter: char) -> char {
    match letter {
        '×' | '✕' | '╳' | '✖' | 'Х' | 'х' | 'Χ' | 'χ' | 'Ⅹ' | 'ⅹ' => 'X',
        'O' | 'О' | 'о' | 'Ο' | 'ο' | '〇' | '○' => '0',
        'L' | 'I' | '|' | 'І' | 'і' | 'Ι' | 'l' => '1',
        '●' | '•' | '■' | '█' | '?' | '#' | '⋆' | '＊' | '∗' => '*',
        other => other,
    }
}

/// Texts that stand for no number at all: the note that says so.
fn nothing_meant(text: &str) -> Option<u16> {
    const WORDS: &[&str] = &[
        "无证",
        "无身份证",
        "无证件",
        "未上户",
        "未落户",
        "未上户口",
        "无户口",
        "办理中",
        "正在办理",
        "待办",
        "待办理",
        "丢失",
        "遗失",
        "未带",
        "无号码",
        "无身份证号",
        "身份证丢失",
    ];
    let bytes = text.as_bytes();
    let same = bytes.len() != 1 && bytes.windows(2).all(|pair| pair[0] == pair[1]);
    let zero = bytes.iter().all(|byte| *byte == b'0');
    let numeric = bytes.iter().all(u8::is_ascii_digit);
    let sample = text.starts_with("1234567890") || text.starts_with("0123456789");
    if super::text::is_placeholder(text) || WORDS.contains(&text) || zero {
        return Some(note::PLACEHOLDER);
    }
    if (same && text.is_ascii()) || sample || text.starts_with("999999") {
        return Some(note::PLACEHOLDER);
    }
    // 999 + school code (10) + serial (5): given out by school systems to pupils without a number.
    (numeric && bytes.len() == 18 && text.starts_with("999")).then_some(note::TEMPORARY)
}

#[cfg(test)]
#[path = "identifier_tests.rs"]
mod tests;
