//! Bytes of a text file → text: UTF-16 by its mark or its pattern of zero bytes, else UTF-8 if it is
//! valid, else GB18030 (which contains GBK and GB2312), line by line where both occur. The mark of UTF-8
//! decides nothing, and zero bytes are left out.

use std::borrow::Cow;

use super::{Remark, Taker};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A decoded text.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    /// The text; what could not be decoded is U+FFFD.
    pub(super) text: Cow<'a, str>,
    /// How many places could not be decoded.
    pub(super) damaged: usize,
    /// How many zero bytes were left out.
    pub(super) zeros: usize,
    /// Whether lines are in different encodings.
    pub(super) mixed: bool,
}

/// Decodes a file. `declared` is the encoding the file itself names (HTML meta, XML declaration);
/// it only counts where the bytes do not contradict it.
pub(super) fn decode<'a>(bytes: &'a [u8], declared: Option<&str>) -> Decoded<'a> {
    match Encoding::for_bom(bytes) {
        // Pages that print the mark of UTF-8 may go on in GBK: the bytes decide.
        Some((encoding, length)) if encoding == UTF_8 => {
            unmarked(bytes.get(length..).unwrap_or_default(), declared)
        }
        Some((encoding, length)) => with(encoding, bytes.get(length..).unwrap_or_default()),
        None => unmarked(bytes, declared),
    }
}

fn unmarked<'a>(bytes: &'a [u8], declared: Option<&str>) -> Decoded<'a> {
    if memchr::memchr(0, bytes).is_none() {
        return narrow(bytes, declared);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return with(encoding, bytes);
    }
    // Fields of fixed length that a program filled up with zero bytes.
    let kept: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    let Decoded { text, damaged, mixed, .. } = narrow(&kept, declared);
    let zeros = bytes.len() - kept.len();
    Decoded { text: Cow::Owned(text.into_owned()), damaged, zeros, mixed }
}

/// Text without zero bytes: UTF-8, what it says it is, or GB18030; or two of them by turns.
fn narrow<'a>(bytes: &'a [u8], declared: Option<&str>) -> Decoded<'a> {
    if let Some(text) = valid_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), damaged: 0, zeros: 0, mixed: false };
    }
    let named = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    if let Some(encoding) = named
        && ![UTF_8, UTF_16LE, UTF_16BE, WINDOWS_1252, GB18030, GBK].contains(&encoding)
    {
        return with(encoding, bytes);
    }
    by_line(bytes)
}

/// Two programs may have written into one file, each in its own encoding: every line is looked at on its
/// own, and one that says nothing follows the line before it.
fn by_line(bytes: &[u8]) -> Decoded<'_> {
    let verdicts: Vec<(&[u8], Option<&'static Encoding>)> = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| (line, encoding_of(line)))
        .collect();
    let holds = |wanted| verdicts.iter().any(|(_, verdict)| *verdict == Some(wanted));
    match (holds(UTF_8), holds(GB18030)) {
        (true, true) => {}
        (true, false) => return with(UTF_8, bytes),
        _ => return with(GB18030, bytes),
    }
    let mut current = verdicts.iter().find_map(|(_, verdict)| *verdict).unwrap_or(GB18030);
    let mut all = Decoded { text: Cow::Owned(String::new()), damaged: 0, zeros: 0, mixed: true };
    let mut text = String::with_capacity(bytes.len());
    for (line, verdict) in verdicts {
        current = verdict.unwrap_or(current);
        let decoded = with(current, line);
        text.push_str(&decoded.text);
        all.damaged += decoded.damaged;
    }
    all.text = Cow::Owned(text);
    all
}

/// Which of the two encodings a line is in, where it shows. Hanzi are three bytes in UTF-8 and two in GBK:
/// bytes of the one make hardly any sound letter of the other, but a very short line may be both.
fn encoding_of(line: &[u8]) -> Option<&'static Encoding> {
    if line.is_ascii() {
        return None;
    }
    let (sound, broken) = letters_of_utf8(line);
    if broken == 0 {
        return (sound >= SURE).then_some(UTF_8);
    }
    Some(if sound > broken { UTF_8 } else { GB18030 })
}

/// So many letters are not UTF-8 by chance.
const SURE: usize = 3;

/// Letters of three and more bytes, and places that are no UTF-8.
fn letters_of_utf8(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(sound, broken), chunk| {
        let long = chunk.valid().chars().filter(|letter| *letter >= '\u{800}').count();
        (sound + long, broken + usize::from(!chunk.invalid().is_empty()))
    })
}

/// Whether bytes are UTF-8 and would mean something else in any other encoding.
pub(super) fn is_utf8_beyond_ascii(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok()
}

/// The text of a file; what is damaged in it is told.
pub(super) fn decoded<'a>(
    bytes: &'a [u8],
    declared: Option<&str>,
    taker: &mut dyn Taker,
) -> Cow<'a, str> {
    let decoded = decode(bytes, declared);
    if decoded.damaged > 0 {
        taker.remark(Remark::Undecodable(decoded.damaged));
    }
    if decoded.zeros > 0 {
        taker.remark(Remark::ZeroBytes(decoded.zeros));
    }
    if decoded.mixed {
        taker.remark(Remark::MixedEncodings);
    }
    decoded.text
}

/// The encoding an HTML or XML head names.
pub(super) fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes)).to_lowercase();
    let after = head.split_once("charset=").or_else(|| head.split_once("encoding="))?.1;
    let name: String = after
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
        .collect();
    (!name.is_empty()).then_some(name)
}

/// The text if it is UTF-8, also when the last character is cut off.
fn valid_utf8(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()
        }
        Err(_) => None,
    }
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, failed) = encoding.decode_without_bom_handling(bytes);
    let damaged = if failed { text.matches('\u{FFFD}').count() } else { 0 };
    Decoded { text, damaged, zeros: 0, mixed: false }
}

/// Excel's “Unicode 文本” always has a mark, other programs forget it: digits, tabs and line ends
/// then show as zero bytes on one side only.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..4096).unwrap_or(bytes);
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let pairs = head.len() / 2;
    if pairs < 4 || (even + odd) * 20 < pairs {
        None
    } else if odd > even * 4 {
        Some(UTF_16LE)
    } else if even > odd * 4 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether a text is no text: control characters or undecodable places all over.
pub(super) fn looks_binary(text: &str) -> bool {
    let (mut all, mut bad) = (0_usize, 0_usize);
    for letter in text.chars() {
        all += 1;
        let control = letter.is_control() && !matches!(letter, '\t' | '\n' | '\r' | '\u{1a}');
        bad += usize::from(control || letter == '\u{FFFD}');
    }
    bad > 2 && bad * 50 > all
}

/// Undoes GBK bytes read as Windows-1252 (`ÕÅÈý·á` → `张三丰`), as old workbooks with a wrong code
/// page show them. `None` where the text is not of that kind.
pub fn undo_western(text: &str) -> Option<String> {
    if text.is_ascii() || text.chars().any(|letter| letter >= '\u{3000}') {
        return None;
    }
    let bytes = western_bytes(text)?;
    let (repaired, failed) = GB18030.decode_without_bom_handling(&bytes);
    let chinese = |letter: char| letter.is_ascii() || letter >= '\u{2010}' || letter == '·';
    (!failed && repaired.chars().all(chinese)).then(|| repaired.into_owned())
}

/// The bytes behind a text shown in a western code page: Windows-1252, or Latin-1 where that has none.
fn western_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        if let Ok(byte) = u8::try_from(u32::from(letter)) {
            bytes.push(byte);
        } else {
            let mut buffer = [0; 4];
            let (encoded, _, failed) = WINDOWS_1252.encode(letter.encode_utf8(&mut buffer));
            let [byte] = *encoded else { return None };
            bytes.push((!failed).then_some(byte)?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{decode, looks_binary, undo_western};

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn every_encoding_of_an_office_reads_the_same() {
        let text = "姓名,证件号码\r\n张三丰,230102199001011234\r\n";
        let gbk = encoding_rs::GB18030.encode(text).0.into_owned();
        let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
        let wide = [b"\xff\xfe".as_slice(), &utf16(text, false)].concat();
        let cases =
            [text.as_bytes().to_vec(), gbk, marked, wide, utf16(text, false), utf16(text, true)];
        for bytes in cases {
            let decoded = decode(&bytes, None);
            assert_eq!((decoded.text.as_ref(), decoded.damaged), (text, 0));
        }
    }

    #[test]
    fn a_cut_off_last_character_keeps_utf8() {
        let bytes = "姓名,张".as_bytes();
        assert_eq!(decode(&bytes[..bytes.len() - 1], None).text, "姓名,");
    }

    #[test]
    fn bad_bytes_are_counted() {
        let decoded = decode(b"\xd0\xd5\xc3\xfb,\xff\xff", None);
        assert!(decoded.text.starts_with("姓名,"));
        assert!(decoded.damaged > 0);
    }

    #[test]
    fn a_mark_of_utf8_before_gbk_decides_nothing() {
        let text = "姓名,证件号码\r\n张三丰,230102199001011234\r\n";
        let bytes = [b"\xef\xbb\xbf".as_slice(), &gbk(text)].concat();
        let decoded = decode(&bytes, None);
        assert_eq!((decoded.text.as_ref(), decoded.damaged, decoded.mixed), (text, 0, false));
    }

    #[test]
    fn two_encodings_in_one_file_are_read_line_by_line() {
        let (one, two) = ("姓名,地址\n张三丰,桦南县\n,1\n", "李四,长发镇红光村\n王五,丰收村\n,2\n");
        let whole = format!("{one}{two}{one}");
        let front = [one.as_bytes(), &gbk(two), one.as_bytes()].concat();
        let back = [gbk(one), two.as_bytes().to_vec(), gbk(one)].concat();
        for bytes in [front, back] {
            let decoded = decode(&bytes, None);
            assert_eq!((decoded.text.as_ref(), decoded.damaged), (whole.as_str(), 0));
            assert!(decoded.mixed);
        }
    }

    #[test]
    fn a_few_bad_bytes_do_not_make_another_encoding() {
        let mut bytes = "姓名,地址\n张三丰,桦南县长发镇\n李四,红光村\n".repeat(3).into_bytes();
        let place = bytes.iter().rposition(|byte| *byte == 0xE6).unwrap();
        bytes.remove(place + 1);
        let decoded = decode(&bytes, None);
        assert!(!decoded.mixed);
        assert!(decoded.text.contains("桦南县长发镇"));
        assert!((1..=2).contains(&decoded.damaged), "{}", decoded.damaged);
    }

    #[test]
    fn zero_bytes_anywhere_are_left_out() {
        let text = "姓名,证件号码\n张三丰\0\0\0,230102199001011234\0\n";
        let plain = text.replace('\0', "");
        let late = format!("{}{text}", plain.repeat(500));
        for (given, expected) in [(text, plain.clone()), (&late, plain.repeat(501))] {
            for bytes in [given.as_bytes().to_vec(), gbk(given)] {
                let decoded = decode(&bytes, None);
                assert_eq!((decoded.text.as_ref(), decoded.zeros), (expected.as_str(), 4));
            }
        }
    }

    fn gbk(text: &str) -> Vec<u8> {
        encoding_rs::GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn western_mojibake_is_undone_and_nothing_else() {
        assert_eq!(undo_western("ÕÅÈý·á").as_deref(), Some("张三丰"));
        assert_eq!(undo_western("ÐÕÃû").as_deref(), Some("姓名"));
        // A hanzi whose bytes Windows-1252 does not have.
        let rare: String = gbk("丏").into_iter().map(char::from).collect();
        assert_eq!(undo_western(&rare).as_deref(), Some("丏"));
        assert_eq!(undo_western("姓名"), None);
        assert_eq!(undo_western("name"), None);
    }

    #[test]
    fn binary_is_told_from_text() {
        assert!(looks_binary("\u{1}\u{2}ab\u{0}\u{3}\u{4}"));
        assert!(!looks_binary("姓名\t证件号码\r\n"));
    }
}
