//! Bytes of a text file → text: byte-order mark, else valid UTF-8, else UTF-16 by its pattern of
//! zero bytes and line ends, else GB18030 (which contains GBK and GB2312).

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A decoded text.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    /// The text; what could not be decoded is U+FFFD.
    pub(super) text: Cow<'a, str>,
    /// How many places could not be decoded.
    pub(super) damaged: usize,
}

/// Decodes a file. `declared` is the encoding the file itself names (HTML meta, XML declaration);
/// it only counts where the bytes do not contradict it.
pub(super) fn decode<'a>(bytes: &'a [u8], declared: Option<&str>) -> Decoded<'a> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return with(encoding, bytes.get(length..).unwrap_or_default());
    }
    if let Some(text) = valid_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), damaged: 0 };
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return with(encoding, bytes);
    }
    let named = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    if let Some(encoding) = named
        && ![UTF_8, UTF_16LE, UTF_16BE, WINDOWS_1252].contains(&encoding)
    {
        return with(encoding, bytes);
    }
    // A UTF-8 file with a few bad bytes decodes worse as GB18030 than as itself.
    let (national, unicode) = (with(GB18030, bytes), with(UTF_8, bytes));
    if unicode.damaged < national.damaged { unicode } else { national }
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
    Decoded { text, damaged }
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
pub(super) fn undo_western(text: &str) -> Option<String> {
    if text.is_ascii() || text.chars().any(|letter| letter >= '\u{3000}') {
        return None;
    }
    let (bytes, _, failed) = WINDOWS_1252.encode(text);
    if failed {
        return None;
    }
    let (repaired, failed) = GB18030.decode_without_bom_handling(&bytes);
    let chinese = |letter: char| letter.is_ascii() || letter >= '\u{2010}' || letter == '·';
    (!failed && repaired.chars().all(chinese)).then(|| repaired.into_owned())
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
    fn western_mojibake_is_undone_and_nothing_else() {
        assert_eq!(undo_western("ÕÅÈý·á").as_deref(), Some("张三丰"));
        assert_eq!(undo_western("ÐÕÃû").as_deref(), Some("姓名"));
        assert_eq!(undo_western("姓名"), None);
        assert_eq!(undo_western("name"), None);
    }

    #[test]
    fn binary_is_told_from_text() {
        assert!(looks_binary("\u{1}\u{2}ab\u{0}\u{3}\u{4}"));
        assert!(!looks_binary("姓名\t证件号码\r\n"));
    }
}
