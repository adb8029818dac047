//! ID numbers as exports leave them, and what is known of each.

use super::*;

fn text(raw: &str) -> RawCell {
    RawCell::Text(raw.into())
}

fn read(raw: &str) -> IdNumber {
    parse(&text(raw), ColumnVerdict::SOUND, None)
}

#[test]
fn classes_of_written_numbers() {
    use IdClass::{Intact, Invalid, Masked, Missing, Repaired, Truncated};
    let cases = [
        ("11010519491231002X", Intact, 0),
        ("11010519491231002x", Intact, 0),
        (" 110105 19491231 002X", Intact, note::BLANKS),
        ("'11010519491231002X", Intact, note::BLANKS),
        ("=\"11010519491231002X\"", Intact, note::BLANKS),
        ("11010519491231002Х", Repaired, note::LOOK_ALIKE),
        ("11010519491231002×", Repaired, note::LOOK_ALIKE),
        ("１１０１０５１９４９１２３１００２Ｘ", Repaired, note::FULL_WIDTH),
        ("11O10519491231OO2X", Repaired, note::LOOK_ALIKE),
        ("l10105l94912310o2X", Repaired, note::LOOK_ALIKE),
        ("110105491231002", Repaired, note::FROM_15),
        ("11010519491231002X42", Repaired, note::DISABILITY),
        ("11010519491231002X42B1", Repaired, note::DISABILITY),
        ("110105194912310021", Invalid, note::CHECK_DIGIT),
        ("11010519491331002X", Invalid, note::BIRTH),
        ("1101051949123100X", Invalid, note::LENGTH),
        ("110105194912310021X", Invalid, note::LENGTH),
        ("110105491331002", Invalid, note::BIRTH),
        ("11010519491231002X92", Invalid, note::LENGTH),
        ("2.30120E+17", Truncated, note::SCIENTIFIC),
        ("110105********002X", Masked, 0),
        ("110105xxxxxxxx002X", Masked, 0),
        ("", Missing, 0),
        ("无", Missing, note::PLACEHOLDER),
        ("0", Missing, note::PLACEHOLDER),
        ("-", Missing, note::PLACEHOLDER),
        ("未办理", Missing, note::PLACEHOLDER),
        ("111111111111111111", Missing, note::PLACEHOLDER),
        ("123456789012345678", Missing, note::PLACEHOLDER),
        ("999999999999999999", Missing, note::PLACEHOLDER),
        ("999230123456700012", Missing, note::TEMPORARY),
        ("******************", Missing, note::PLACEHOLDER),
    ];
    for (raw, class, notes) in cases {
        let id = read(raw);
        assert_eq!(id.class, class, "{raw}");
        assert_eq!(id.notes & notes, notes, "{raw}: {:#b}", id.notes);
        assert_eq!(id.raw(), raw);
    }
}

#[test]
fn upgrade_follows_the_standard() {
    assert_eq!(read("110105491231002").text(), "11010519491231002X");
    let centenarian = read("110105911231996");
    assert_eq!(centenarian.birth().year, 1891);
    assert_eq!(read("11010519491231002X42").text(), "11010519491231002X");
}

#[test]
fn a_number_cell_keeps_what_a_spreadsheet_keeps() {
    let verdict =
        ColumnVerdict { numbers: Damage::Excel15, texts: Damage::None, ..ColumnVerdict::SOUND };
    let id = parse(&RawCell::Number(230_822_199_901_011_000.0), verdict, None);
    assert_eq!((id.class, id.text()), (IdClass::Truncated, "230822199901011000"));
    assert!(id.has(note::EXCEL_15) && id.has(note::NUMERIC));
    assert_eq!(id.digits()[..15], [2, 3, 0, 8, 2, 2, 1, 9, 9, 9, 0, 1, 0, 1, 1]);
    assert_eq!(id.digits()[15..], [UNKNOWN; 3]);
    assert_eq!((id.birth().year, id.birth().month, id.birth().day), (1999, 1, 1));
}

#[test]
fn a_float_keeps_a_window() {
    let verdict =
        ColumnVerdict { numbers: Damage::Float, texts: Damage::None, ..ColumnVerdict::SOUND };
    let id = parse(&RawCell::Number(230_822_199_901_011_216.0), verdict, None);
    assert_eq!(id.class, IdClass::Truncated);
    let (low, high) = id.float_window().expect("a float");
    assert!((low..=high).contains(&230_822_199_901_011_216) && high - low == 32);
    assert_eq!(id.digits()[14], 1);
    // Near a multiple of 1000 the fifteenth digit is not certain any more.
    let edge = parse(&RawCell::Number(230_822_199_901_011_008.0), verdict, None);
    assert_eq!(edge.digits()[14], UNKNOWN);
    assert_eq!(edge.digits()[13], 1);
}

#[test]
fn exact_numbers_and_text_floats() {
    let exact = parse(&RawCell::Number(110_105_491_231_002.0), ColumnVerdict::SOUND, None);
    assert_eq!((exact.class, exact.text()), (IdClass::Repaired, "11010519491231002X"));
    let tail = read("230822199901011216.0");
    assert!(tail.class == IdClass::Truncated && tail.has(note::FLOAT));
    let full = read("2.3082219990101121e17");
    assert!(full.class == IdClass::Truncated && full.has(note::FLOAT));
    let known = |raw: &str| read(raw).digits().iter().filter(|d| **d != UNKNOWN).count();
    assert_eq!(known("2.30E+17"), 2);
    assert_eq!(known("2.30822E+17"), 6);
    assert_eq!(known("2.30822199901011E+17"), 15);
}

#[test]
fn a_damaged_text_column_is_not_believed() {
    // A tail of 000 fits the check digit once in eleven: find one that does.
    let fitting = (0..100)
        .map(|n| format!("2308{n:02}199901011000"))
        .find(|number| check_fits(number))
        .expect("one in eleven fits");
    assert_eq!(read(&fitting).class, IdClass::Intact);
    let verdict =
        ColumnVerdict { numbers: Damage::None, texts: Damage::Excel15, ..ColumnVerdict::SOUND };
    assert_eq!(parse(&text(&fitting), verdict, None).class, IdClass::Truncated);
    assert_eq!(parse(&text("11010519491231002X"), verdict, None).class, IdClass::Intact);
}

#[test]
fn birth_after_the_report_date_is_invalid() {
    let id = read("11010519491231002X");
    assert!(id.clone().judged_at(jiff::civil::date(2019, 6, 10)).is_sound());
    let late = id.judged_at(jiff::civil::date(1949, 1, 1));
    assert!(late.class == IdClass::Invalid && late.has(note::BIRTH));
}

proptest::proptest! {
    #[test]
    fn no_text_panics(raw in ".{0,30}") {
        let _ = read(&raw).masked();
    }

    #[test]
    fn number_like_texts_keep_class_and_digits(raw in "[0-9]{0,6}[0-9xX*O. ]{8,16}[0-9xX]{0,2}") {
        let once = read(&raw);
        let twice = read(once.text());
        let same_class = once.class == twice.class || (once.is_sound() && twice.is_sound());
        proptest::prop_assert!(same_class, "{:?} {:?}", once, twice);
        proptest::prop_assert_eq!(once.digits(), twice.digits());
        proptest::prop_assert_eq!(once.text(), twice.text());
    }

    #[test]
    fn numbers_never_panic(number in proptest::num::f64::ANY) {
        let verdict = ColumnVerdict { numbers: Damage::Mixed, texts: Damage::Mixed, ..ColumnVerdict::SOUND };
        let _ = parse(&RawCell::Number(number), verdict, None);
    }
}

#[test]
fn an_unsound_number_still_tells_the_year() {
    let cases = [
        ("230895199795272625", Some(1997)),
        ("2308911990723585X", Some(1990)),
        ("2308962000111192227", Some(2000)),
        ("230895299703272625", None),
        ("23089119907", None),
        ("11010519491231002X", None),
    ];
    for (raw, year) in cases {
        assert_eq!(read(raw).year_of_unsound(), year, "{raw}");
    }
}
