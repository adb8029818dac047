//! What happened to an ID column as a whole.
//!
//! One ruined ID can look perfect: a tail of 000 passes the check digit once in eleven times, and
//! a rounded float looks like any other number. Only the column shows it, so the column is judged
//! before its cells are read.

use super::check_digit::check_fits;
use super::text::{compact, number_text, whole};
use crate::sources::RawCell;

/// What ate the last digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Damage {
    /// Nothing did.
    #[default]
    None,
    /// A spreadsheet kept 15 significant digits; the rest became 000.
    Excel15,
    /// A program held the numbers as 64-bit floats; the last two or three digits are rounded.
    Float,
    /// Both happened to different rows.
    Mixed,
}

/// The verdict on a column: numbers and texts in it may have had different lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnVerdict {
    /// What happened to the cells that are numbers.
    pub numbers: Damage,
    /// What had happened to the texts before they became texts.
    pub texts: Damage,
    /// Whether texts of 15 digits are what is left of 18, not numbers of the old kind.
    pub cut: bool,
    /// Whether some texts are numbers printed by a program or a screen: `2.30120E+17`,
    /// `230822199901011216.0`.
    pub printed: bool,
}

impl ColumnVerdict {
    /// Nothing happened.
    pub const SOUND: Self =
        Self { numbers: Damage::None, texts: Damage::None, cut: false, printed: false };

    /// Whether any cell of the column may be damaged.
    pub fn is_sound(self) -> bool {
        self == Self::SOUND
    }
}

#[derive(Default)]
struct Tally {
    numbers: usize,
    numbers_near_thousand: usize,
    texts: usize,
    texts_000: usize,
    texts_000_misfit: usize,
    texts_rounded: usize,
    texts_rounded_misfit: usize,
    printed: usize,
    old: usize,
    cut: usize,
    old_or_cut: usize,
}

/// Judges a column from all its cells.
pub fn judge_column<'a>(cells: impl IntoIterator<Item = &'a RawCell>) -> ColumnVerdict {
    let tally = cells.into_iter().fold(Tally::default(), count);
    ColumnVerdict {
        numbers: judge_numbers(&tally),
        texts: judge_texts(&tally),
        cut: tally.cut > 0 || (tally.old_or_cut > 0 && tally.old == 0),
        printed: tally.printed > 0,
    }
}

fn count(mut tally: Tally, cell: &RawCell) -> Tally {
    match cell {
        RawCell::Number(number) | RawCell::Date(number) => {
            if let Some(value) = eighteen_digits(*number) {
                tally.numbers += 1;
                tally.numbers_near_thousand += usize::from(near_thousand(value));
            } else {
                count_fifteen(&mut tally, &number_text(*number));
            }
        }
        RawCell::Text(_) => count_text(&mut tally, &compact(cell)),
        RawCell::Empty | RawCell::Bool(_) | RawCell::Error(_) => {}
    }
    tally
}

fn count_text(tally: &mut Tally, text: &str) {
    let text = text.trim_start_matches('\'');
    if text.ends_with("E+17")
        || text.ends_with("e+17")
        || (text.len() == 20 && text.ends_with(".0"))
    {
        tally.printed += 1;
    }
    count_fifteen(tally, text);
    if text.len() != 18 || text.starts_with("999") {
        return;
    }
    let Ok(value) = text.parse::<u64>() else { return };
    tally.texts += 1;
    let misfit = usize::from(!check_fits(text));
    if text.ends_with("000") {
        tally.texts_000 += 1;
        tally.texts_000_misfit += misfit;
    } else if value.is_multiple_of(spacing(value)) {
        tally.texts_rounded += 1;
        tally.texts_rounded_misfit += misfit;
    }
}

fn count_fifteen(tally: &mut Tally, text: &str) {
    match fifteen_digits(text) {
        Some(Fifteen::Old) => tally.old += 1,
        Some(Fifteen::Cut) => tally.cut += 1,
        Some(Fifteen::Either) => tally.old_or_cut += 1,
        None => {}
    }
}

/// What 15 digits can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fifteen {
    /// A number of the old kind: region, year of two digits, month, day, sequence.
    Old,
    /// The first 15 of 18 digits: region, year of four digits, month, day, one digit more.
    Cut,
    /// Both have a date: born in 1919 or 1920 by the old kind, in 1901–1912 or 2001–2012 cut off.
    Either,
}

/// Tells the two kinds of 15 digits apart by the date inside; `None` for anything else.
pub fn fifteen_digits(text: &str) -> Option<Fifteen> {
    if text.len() != 15 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    let small = |from: usize| text.get(from..from + 2)?.parse::<i8>().ok();
    let is_date = |year: Option<i16>, month: usize| {
        let date = year.zip(small(month).zip(small(month + 2)));
        date.is_some_and(|(year, (month, day))| jiff::civil::Date::new(year, month, day).is_ok())
    };
    let old = is_date(number(6, 8).map(|year| 1900 + year), 8);
    let cut = number(6, 10).is_some_and(|year| (1900..2100).contains(&year))
        && is_date(number(6, 10), 10);
    match (old, cut) {
        (true, false) => Some(Fifteen::Old),
        (false, true) => Some(Fifteen::Cut),
        (true, true) => Some(Fifteen::Either),
        (false, false) => None,
    }
}

/// Numbers are damaged anyway; the question is how. A rounded float lies near a multiple of 1000
/// about once in thirty times.
fn judge_numbers(tally: &Tally) -> Damage {
    let (all, near) = (tally.numbers, tally.numbers_near_thousand);
    if all == 0 {
        Damage::None
    } else if near == all {
        Damage::Excel15
    } else if near * 10 <= all || near <= 1 {
        Damage::Float
    } else {
        Damage::Mixed
    }
}

/// Genuine numbers end in 000 about once in 1100 times and always fit their check digit; genuine
/// numbers are multiples of the float spacing once in 32 times. Shares far above that, with check
/// digits that do not fit, are damage.
fn judge_texts(tally: &Tally) -> Damage {
    let lost =
        tally.texts_000 >= 2 && tally.texts_000 * 100 > tally.texts && tally.texts_000_misfit > 0;
    let rounded = tally.texts_rounded >= 4
        && tally.texts_rounded * 5 > tally.texts
        && tally.texts_rounded_misfit * 2 > tally.texts_rounded;
    match (lost, rounded) {
        (false, false) => Damage::None,
        (true, false) => Damage::Excel15,
        // A rounded float ends in 000 once in a hundred or so; more than that is both damages.
        (true, true) if tally.texts_000 * 20 > tally.texts_rounded => Damage::Mixed,
        (_, true) => Damage::Float,
    }
}

fn eighteen_digits(number: f64) -> Option<u64> {
    let value = u64::try_from(whole(number)?).ok()?;
    (100_000_000_000_000_000..1_000_000_000_000_000_000).contains(&value).then_some(value)
}

/// Distance between neighbouring 64-bit floats at this value: 16 below 1.44·10^17, 32 to
/// 2.88·10^17 (Heilongjiang), 64 to 5.76·10^17, 128 above.
pub fn spacing(value: u64) -> u64 {
    1 << value.max(1).ilog2().saturating_sub(52)
}

/// Whether a float of this value is what 15 digits and three zeros look like after reading: a
/// multiple of 1000 rounded to the float spacing.
pub fn near_thousand(value: u64) -> bool {
    let rest = value % 1000;
    rest.min(1000 - rest) <= spacing(value) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(values: &[&str]) -> Vec<RawCell> {
        values.iter().map(|value| RawCell::Text((*value).into())).collect()
    }

    #[test]
    fn float_spacing_follows_the_province() {
        let cases = [
            (110_105_194_912_310_021, 16),
            (230_822_199_901_011_216, 32),
            (320_822_199_901_011_216, 64),
            (620_822_199_901_011_216, 128),
        ];
        for (value, expected) in cases {
            assert_eq!(spacing(value), expected);
        }
    }

    #[test]
    fn numbers_tell_excel_from_floats() {
        let numbers = |step: u64, first: u64| {
            let texts = (0..20).map(|i| (first + i * step).to_string());
            texts.map(|text| RawCell::Number(text.parse().expect("digits"))).collect::<Vec<_>>()
        };
        let excel = numbers(1000, 230_822_199_901_011_000);
        assert_eq!(judge_column(&excel).numbers, Damage::Excel15);
        let float = numbers(1037, 230_822_199_901_011_217);
        assert_eq!(judge_column(&float).numbers, Damage::Float);
        let both: Vec<RawCell> = excel.into_iter().chain(float).collect();
        assert_eq!(judge_column(&both).numbers, Damage::Mixed);
    }

    #[test]
    fn cut_numbers_are_told_from_old_ones() {
        // Old: 1 March 1972. Cut: 12 May 1999; 20 November 2003 also reads as 11 March 1920.
        let cases = [
            ("230822720301123", Some(Fifteen::Old)),
            ("230822199905121", Some(Fifteen::Cut)),
            ("230822200311201", Some(Fifteen::Either)),
            ("230822991332123", None),
        ];
        for (text, kind) in cases {
            assert_eq!(fifteen_digits(text), kind, "{text}");
        }
        assert!(judge_column(&texts(&["230822200311201", "230822199905121"])).cut);
        assert!(judge_column(&texts(&["230822200311201"])).cut);
        assert!(!judge_column(&texts(&["230822200311201", "230822720301123"])).cut);
    }

    #[test]
    fn texts_are_judged_by_share_and_check_digit() {
        let sound = texts(&["11010519491231002X", "230822199901011000"]);
        assert_eq!(judge_column(&sound).texts, Damage::None);
        let lost = texts(&["230822199901011000", "230822199901021000", "230822199901031000"]);
        assert_eq!(judge_column(&lost).texts, Damage::Excel15);
        let rounded = texts(&[
            "230822199901011200",
            "230822199901012320",
            "230822199901013440",
            "230822199901014560",
            "230822199901015616",
        ]);
        assert_eq!(judge_column(&rounded).texts, Damage::Float);
    }
}
