//! What is looked for in the sheets of an `.xlsx` before they are parsed: merged cells, hidden rows,
//! formulas without a value and long numbers. The bytes are searched, which costs far less than
//! parsing every sheet once more; only a sheet that has such a thing is gone through for it.

use std::io::{BufReader, Read};

use memchr::memmem;
use quick_xml::events::{BytesStart, Event};

use super::exact::{self, NumberEvidence};
use super::taker::Unseen;

/// What a sheet has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Traits {
    /// Merged cells.
    pub(super) merges: bool,
    /// Hidden rows, or formulas without a value.
    pub(super) unseen: bool,
    /// What its long numbers show.
    pub(super) digits: NumberEvidence,
    /// Whether it is in UTF-16 and was not looked into.
    pub(super) wide: bool,
}

/// Bytes looked at together, and those looked at again with the next ones: more than any tag of a row.
const PIECE: usize = 1 << 16;
const OVERLAP: usize = 1 << 10;

/// Formulas that end without a value behind them.
const VALUELESS: [&[u8]; 4] = [b"f></c>", b"f></x:c>", b"f><v></v>", b"f><v/>"];

/// Looks through a sheet.
///
/// # Errors
/// Where it cannot be unpacked.
pub(super) fn scan(mut stream: impl Read) -> std::io::Result<Traits> {
    let mut traits = Traits::default();
    let mut buffer = vec![0; PIECE + OVERLAP];
    let mut kept = 0;
    loop {
        let length = stream.read(&mut buffer[kept..])?;
        if length == 0 {
            return Ok(traits);
        }
        let filled = kept + length;
        let window = &buffer[..filled];
        if super::parts::is_wide(window) && kept == 0 {
            traits.wide = true;
            return Ok(traits);
        }
        look(window, &mut traits);
        let from = filled.saturating_sub(OVERLAP);
        buffer.copy_within(from..filled, 0);
        kept = filled - from;
    }
}

fn look(window: &[u8], traits: &mut Traits) {
    let has = |wanted: &[u8]| memmem::find(window, wanted).is_some();
    traits.merges = traits.merges || has(b"mergeCell ");
    traits.unseen =
        traits.unseen || hides_row(window) || VALUELESS.iter().any(|ending| has(ending));
    if !traits.digits.is_exact() {
        long_numbers(window, |start, end| {
            if let Ok(digits) = std::str::from_utf8(&window[start..end]) {
                traits.digits.look(digits);
            }
        });
    }
}

/// `hidden="1"` in the tag of a row; columns may be hidden as well.
fn hides_row(window: &[u8]) -> bool {
    memmem::find_iter(window, b" hidden=").any(|at| {
        let tag = memchr::memrchr(b'<', &window[..at]).map(|start| &window[start + 1..at]);
        tag.is_some_and(|tag| tag.starts_with(b"row ") || tag.starts_with(b"x:row "))
    })
}

/// Values of [`exact::FEWEST`] and more digits: `…v>digits<`.
fn long_numbers(window: &[u8], mut each: impl FnMut(usize, usize)) {
    let digit = |at: usize| window.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = exact::FEWEST - 1;
    while at < window.len() {
        if !digit(at) {
            at += exact::FEWEST;
            continue;
        }
        let start = (0..=at).rev().find(|place| !digit(*place)).map_or(0, |place| place + 1);
        let end = (at..window.len()).find(|place| !digit(*place)).unwrap_or(window.len());
        let value = window[..start].ends_with(b"v>") && window.get(end) == Some(&b'<');
        if value && end - start >= exact::FEWEST {
            each(start, end);
        }
        at = end + exact::FEWEST;
    }
}

/// A sheet whose long numbers are texts.
pub(super) fn with_exact_numbers(sheet: &str, evidence: NumberEvidence) -> String {
    let mut out = String::with_capacity(sheet.len() + 1024);
    let bytes = sheet.as_bytes();
    let mut done = 0;
    long_numbers(bytes, |start, end| {
        let exact = sheet.get(start..end).and_then(|digits| evidence.exact(digits));
        let Some(close) = exact.and_then(|_| number_cell(bytes, start)) else { return };
        if close >= done {
            out.push_str(sheet.get(done..close).unwrap_or_default());
            out.push_str(" t=\"str\"");
            done = close;
        }
    });
    out.push_str(sheet.get(done..).unwrap_or_default());
    out
}

/// Where the start tag of the cell around a value ends, if that is a cell of a number: `<c r="A1"><v>`.
fn number_cell(bytes: &[u8], value: usize) -> Option<usize> {
    let open = memchr::memrchr(b'<', bytes.get(..value)?)?;
    let close = open.checked_sub(1).filter(|at| bytes.get(*at) == Some(&b'>'))?;
    let tag = bytes.get(memchr::memrchr(b'<', bytes.get(..close)?)? + 1..close)?;
    let name = tag.split(u8::is_ascii_whitespace).next()?;
    let cell = name == b"c" || name.ends_with(b":c");
    (cell && memmem::find(tag, b" t=").is_none()).then_some(close)
}

/// Goes through a sheet for what the parser does not tell. A sheet that is broken further on is
/// refused by the parser.
pub(super) fn unseen(stream: impl Read) -> Unseen {
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(stream));
    reader.config_mut().check_end_names = false;
    let mut walk = SurveyWalk::default();
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => walk.open(&tag, false),
            Ok(Event::Empty(tag)) => walk.open(&tag, true),
            Ok(Event::Text(text)) => walk.value |= walk.in_value && !text.is_empty(),
            Ok(Event::End(tag)) => walk.close(tag.local_name().as_ref()),
            Ok(Event::Eof) | Err(_) => return walk.found,
            Ok(_) => {}
        }
        buffer.clear();
    }
}

#[derive(Default)]
struct SurveyWalk {
    row: u32,
    column: u32,
    formula: bool,
    value: bool,
    in_value: bool,
    found: Unseen,
}

impl SurveyWalk {
    fn open(&mut self, tag: &BytesStart<'_>, empty: bool) {
        let attribute = |name: &str| tag.try_get_attribute(name).ok().flatten();
        match tag.local_name().as_ref() {
            "row" => {
                let given = attribute("r").and_then(|value| value.value.trim().parse().ok());
                self.row = given.unwrap_or(self.row.saturating_add(1));
                self.column = 0;
                let hidden =
                    attribute("hidden").is_some_and(|a| matches!(a.value.trim(), "1" | "true"));
                if hidden {
                    self.found.hidden_rows.push(self.row);
                }
            }
            "c" => {
                let given = attribute("r").and_then(|value| column_of(&value.value));
                // Columns count from 1 here: the one after a cell is the next one's.
                self.column = given.unwrap_or(self.column.saturating_add(1));
                (self.formula, self.value) = (false, false);
            }
            "f" => self.formula = true,
            "v" => self.in_value = !empty,
            "is" => self.value = true,
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "v" => self.in_value = false,
            "c" => {
                if self.formula && !self.value {
                    self.found.valueless.push((self.row, self.column.saturating_sub(1)));
                }
                self.formula = false;
            }
            _ => {}
        }
    }
}

/// Column of `AB12`, from 1.
fn column_of(address: &str) -> Option<u32> {
    let letters = address.bytes().take_while(u8::is_ascii_uppercase);
    let number = letters.fold(0_u32, |sum, letter| {
        sum.saturating_mul(26).saturating_add(u32::from(letter - b'A') + 1)
    });
    (number > 0).then_some(number)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{Traits, scan, unseen, with_exact_numbers};

    /// Gives one byte at a time.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            into[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn traits_are_seen_across_pieces() {
        type Trait = fn(&Traits) -> bool;
        let cases: [(&str, Trait); 4] = [
            ("<x:mergeCell ref", |t| t.merges),
            ("<row r=\"3\" hidden=\"1\">", |t| t.unseen),
            ("<c r=\"A1\"><f>B1</f></c>", |t| t.unseen),
            ("<c><v>239921200304121134</v>", |t| t.digits.is_exact()),
        ];
        for (text, has) in cases {
            assert!(has(&scan(Drops(text.as_bytes())).unwrap()), "{text}");
            let far = format!("{}{text}", " ".repeat(70_000));
            assert!(has(&scan(far.as_bytes()).unwrap()), "{text}");
        }
        let none =
            "<mergeCells/><col min=\"1\" hidden=\"1\"/><t>239921200304121134</t><f>1</f><v>1</v>";
        assert_eq!(scan(none.as_bytes()).unwrap(), Traits::default());
    }

    #[test]
    fn only_cells_of_numbers_become_texts() {
        let sheet = "<c r=\"A1\"><v>239921200304121134</v></c><c r=\"B1\" t=\"str\"><v>239921200304121135</v></c>\
            <c s=\"1\"><v>239921200304121136</v></c><c><f>1</f><v>239921200304121137</v></c>";
        let traits = scan(sheet.as_bytes()).unwrap();
        let expected = sheet
            .replace("<c r=\"A1\">", "<c r=\"A1\" t=\"str\">")
            .replace("<c s=\"1\">", "<c s=\"1\" t=\"str\">");
        assert_eq!(with_exact_numbers(sheet, traits.digits), expected);
    }

    #[test]
    fn hidden_rows_and_formulas_without_values_are_placed() {
        let sheet = "<row r=\"2\" hidden=\"1\"><c r=\"B2\"><f>A1</f></c><c><f>A1</f><v>3</v></c></row>\
            <row><c/><c><f>A1</f><v></v></c></row><row hidden=\"0\"><c><f/><v/></c></row>";
        let found = unseen(sheet.as_bytes());
        assert_eq!(found.hidden_rows, [2]);
        assert_eq!(found.valueless, [(2, 1), (3, 1), (4, 0)]);
    }
}
