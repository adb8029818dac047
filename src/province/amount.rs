//! One cell of a form → the figure it means, and what is odd about how it is written.

use crate::records::text::{compact, shown, whole};
use crate::sources::RawCell;

/// No count of people in a city comes near this.
const MOST: f64 = 10_000_000.0;
/// Fen: a hundred billion yuan.
const MOST_FEN: f64 = 1e13;

/// Words for “no source”.
const NO_SOURCE: [&str; 8] = ["-", "--", "—", "——", "/", "\\", "无", "―"];

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Persons or 人次: whole numbers.
    Whole,
    /// Money written in yuan.
    Yuan,
    /// Money written in 万元.
    TenThousandYuan,
}

impl Unit {
    /// Fen of one unit of money.
    fn fen(self) -> f64 {
        match self {
            Self::Whole => 1.0,
            Self::Yuan => 100.0,
            Self::TenThousandYuan => 1_000_000.0,
        }
    }
}

/// What a cell means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Meaning {
    /// The form has no such column.
    #[default]
    Absent,
    /// Nothing was written.
    Blank,
    /// “—”: no source.
    NoSource,
    /// A count, or fen.
    Value(i64),
    /// Something that is no figure.
    Unreadable,
}

/// What is odd about a cell whose figure is nevertheless clear, or why it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// A number stored as text.
    TextNumber,
    /// A number with full-width digits, blanks or a unit behind it.
    Worded,
    /// A number with a date format.
    DateFormat,
    /// Money whose own unit is not the column's; converted.
    OwnUnit,
    /// A formula without a stored value.
    EmptyFormula,
    /// Below zero.
    Negative,
    /// Part of a person.
    Fraction,
    /// Not a number, or beyond all measure.
    NotANumber,
}

/// A cell as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PrintedAmount {
    /// What it means.
    pub meaning: Meaning,
    /// What is odd about it.
    pub oddity: Option<Oddity>,
    /// As the file has it.
    pub written: String,
}

impl PrintedAmount {
    /// The figure, if there is one.
    pub fn value(&self) -> Option<i64> {
        match self.meaning {
            Meaning::Value(value) => Some(value),
            _ => None,
        }
    }

    fn of(cell: &RawCell, meaning: Meaning, oddity: Option<Oddity>) -> Self {
        Self { meaning, oddity, written: shown(cell).to_string() }
    }

    /// A formula whose value the file does not hold.
    pub fn empty_formula(formula: &str) -> Self {
        let written = format!("={}", formula.trim_start_matches('='));
        Self { meaning: Meaning::Unreadable, oddity: Some(Oddity::EmptyFormula), written }
    }
}

/// Reads a cell. `typed` says that the format tells numbers from text.
pub fn read(cell: &RawCell, unit: Unit, typed: bool) -> PrintedAmount {
    match cell {
        RawCell::Empty => PrintedAmount::of(cell, Meaning::Blank, None),
        RawCell::Number(number) => from_number(cell, *number, unit, None),
        RawCell::Date(number) => from_number(cell, *number, unit, Some(Oddity::DateFormat)),
        RawCell::Text(text) => from_text(cell, text, unit, typed),
        RawCell::Bool(_) | RawCell::Error(_) => refused(cell, Oddity::NotANumber),
    }
}

fn refused(cell: &RawCell, oddity: Oddity) -> PrintedAmount {
    PrintedAmount::of(cell, Meaning::Unreadable, Some(oddity))
}

fn from_number(cell: &RawCell, number: f64, unit: Unit, oddity: Option<Oddity>) -> PrintedAmount {
    if number < 0.0 {
        return refused(cell, Oddity::Negative);
    }
    let scaled = number * unit.fen();
    let value = match unit {
        Unit::Whole if number > MOST => return refused(cell, Oddity::NotANumber),
        Unit::Whole => whole(number),
        _ if scaled.is_nan() || scaled > MOST_FEN => return refused(cell, Oddity::NotANumber),
        _ => whole(scaled.round()),
    };
    match value {
        Some(value) => PrintedAmount::of(cell, Meaning::Value(value), oddity),
        None => refused(cell, Oddity::Fraction),
    }
}

fn from_text(cell: &RawCell, text: &str, unit: Unit, typed: bool) -> PrintedAmount {
    let compact = compact(cell);
    if NO_SOURCE.contains(&compact.as_str()) {
        return PrintedAmount::of(cell, Meaning::NoSource, None);
    }
    let compact = compact.trim_start_matches('\'');
    let (bare, stated) = without_unit(compact, unit);
    let digits: String = bare.chars().filter(|letter| !matches!(letter, ',' | '，')).collect();
    let is_number =
        !digits.is_empty() && digits.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    let Some(number) = digits.parse::<f64>().ok().filter(|_| is_number) else {
        let negative = digits.strip_prefix('-').is_some_and(|rest| rest.parse::<f64>().is_ok());
        return refused(cell, if negative { Oddity::Negative } else { Oddity::NotANumber });
    };
    let oddity = match stated {
        Some(own) if own != unit => Some(Oddity::OwnUnit),
        _ if text != digits => Some(Oddity::Worded),
        _ => typed.then_some(Oddity::TextNumber),
    };
    from_number(cell, number, stated.unwrap_or(unit), oddity)
}

/// Takes the unit off the end of a number, with what it says of money.
fn without_unit(text: &str, unit: Unit) -> (&str, Option<Unit>) {
    let units: &[(&str, Unit)] = match unit {
        Unit::Whole => {
            &[("人次", Unit::Whole), ("人", Unit::Whole), ("名", Unit::Whole), ("个", Unit::Whole)]
        }
        _ => &[("万元", Unit::TenThousandYuan), ("万", Unit::TenThousandYuan), ("元", Unit::Yuan)],
    };
    let stated = units.iter().find_map(|(word, own)| Some((text.strip_suffix(word)?, Some(*own))));
    stated.unwrap_or((text, None))
}

#[cfg(test)]
mod tests {
    use crate::province::amount::{Meaning, Oddity, Unit, read};
    use crate::sources::RawCell;

    fn text(written: &str, unit: Unit) -> (Meaning, Option<Oddity>) {
        let amount = read(&RawCell::Text(written.into()), unit, true);
        (amount.meaning, amount.oddity)
    }

    #[test]
    fn counts_are_read_as_people_write_them() {
        let value = |value, oddity| (Meaning::Value(value), Some(oddity));
        let no = |oddity| (Meaning::Unreadable, Some(oddity));
        let cases = [
            ("12", value(12, Oddity::TextNumber)),
            (" １２ 人", value(12, Oddity::Worded)),
            ("1,234", value(1234, Oddity::Worded)),
            ("12人次", value(12, Oddity::Worded)),
            ("'12", value(12, Oddity::Worded)),
            ("—", (Meaning::NoSource, None)),
            ("-3", no(Oddity::Negative)),
            ("12.5", no(Oddity::Fraction)),
            ("约30", no(Oddity::NotANumber)),
            ("12+3", no(Oddity::NotANumber)),
            ("1.2万", no(Oddity::NotANumber)),
            ("230899200103051818", no(Oddity::NotANumber)),
        ];
        for (written, expected) in cases {
            assert_eq!(text(written, Unit::Whole), expected, "{written}");
        }
    }

    #[test]
    fn money_keeps_its_unit() {
        let cases = [
            (Unit::TenThousandYuan, "1.25", 1_250_000, Oddity::TextNumber),
            (Unit::TenThousandYuan, "12500元", 1_250_000, Oddity::OwnUnit),
            (Unit::TenThousandYuan, "1.25万元", 1_250_000, Oddity::Worded),
            (Unit::Yuan, "12,500.00元", 1_250_000, Oddity::Worded),
            (Unit::Yuan, "1.25万", 1_250_000, Oddity::OwnUnit),
        ];
        for (unit, written, fen, oddity) in cases {
            assert_eq!(text(written, unit), (Meaning::Value(fen), Some(oddity)), "{written}");
        }
        let plain = read(&RawCell::Number(1.25), Unit::TenThousandYuan, true);
        assert_eq!((plain.meaning, plain.oddity), (Meaning::Value(1_250_000), None));
    }

    #[test]
    fn numbers_that_count_nobody_are_refused() {
        let oddity = |number: f64| read(&RawCell::Number(number), Unit::Whole, true).oddity;
        let cases = [
            (-1.0, Some(Oddity::Negative)),
            (0.5, Some(Oddity::Fraction)),
            (1e9, Some(Oddity::NotANumber)),
            (f64::NAN, Some(Oddity::Fraction)),
            (7.0, None),
        ];
        for (number, expected) in cases {
            assert_eq!(oddity(number), expected, "{number}");
        }
    }

    #[test]
    fn a_format_without_types_stores_no_text_numbers() {
        let amount = read(&RawCell::Text("12".into()), Unit::Whole, false);
        assert_eq!((amount.value(), amount.oddity), (Some(12), None));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(raw in ".{0,24}") {
            read(&RawCell::Text(raw.as_str().into()), Unit::Yuan, true);
        }
    }
}
