//! What is checked about a container before the workbook parser sees it: unpacked sizes,
//! encryption, and records that would make the parser ask for absurd amounts of memory.

use std::io::{Cursor, Read};

use super::Refusal;
use super::ole::Ole;
use super::rc4::BUILT_IN_PASSWORD;

/// Unpacked size no workbook reaches.
const LARGEST: u64 = 2 << 30;
/// Above this unpacked size the ratio counts as well.
const LARGE: u64 = 100 << 20;
/// Sheets of repeated cells pack 1:30; nothing honest packs more than this.
const HIGHEST_RATIO: u64 = 200;
/// Rounds of key derivation: Office uses 100,000; more than this only burns time.
const MOST_ROUNDS: u64 = 10_000_000;

/// Refuses zip containers that unpack to far too much.
///
/// The declared sizes are enough: the zip reader stops with an error as soon as a part grows past
/// what it declares, so a lying header ends as a damaged file.
///
/// # Errors
/// [`Refusal::Bomb`], or [`Refusal::Truncated`] where the archive cannot be opened.
pub(super) fn check_zip(bytes: &[u8]) -> Result<(), Refusal> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_error| Refusal::Truncated)?;
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|e| Refusal::damaged(&e.to_string()))?;
        total = total.saturating_add(part.size());
    }
    let packed = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if total > LARGEST || (total > LARGE && total / packed.max(1) > HIGHEST_RATIO) {
        return Err(Refusal::Bomb(total >> 20));
    }
    check_string_count(&mut archive)
}

/// The parser reserves room for as many shared strings as the part claims to have.
fn check_string_count(archive: &mut zip::ZipArchive<Cursor<&[u8]>>) -> Result<(), Refusal> {
    let Ok(part) = archive.by_name("xl/sharedStrings.xml") else { return Ok(()) };
    let size = part.size();
    let mut head = Vec::new();
    part.take(65_536).read_to_end(&mut head).map_err(|e| Refusal::damaged(&e.to_string()))?;
    let head = String::from_utf8_lossy(&head);
    let claimed = head.split_once("uniqueCount=").map(|(_, rest)| leading_number(rest));
    if claimed.is_some_and(|count| count > size) {
        return Err(Refusal::Damaged("共享字符串的个数不合理".to_owned()));
    }
    Ok(())
}

fn leading_number(text: &str) -> u64 {
    let digits: String = text
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
}

/// Decrypts an encrypted OOXML workbook with the first password that fits.
///
/// # Errors
/// [`Refusal::Encrypted`] without any password, [`Refusal::WrongPassword`] where none fits.
pub(super) fn decrypt(bytes: &[u8], passwords: &[String]) -> Result<Vec<u8>, Refusal> {
    check_rounds(bytes)?;
    let built_in = std::iter::once(BUILT_IN_PASSWORD);
    for password in passwords.iter().map(String::as_str).chain(built_in) {
        let plain = office_crypto::decrypt_from_bytes(bytes.to_vec(), password);
        // A wrong password may decrypt to garbage without an error.
        if let Ok(plain) = plain
            && plain.starts_with(b"PK\x03\x04")
        {
            return Ok(plain);
        }
    }
    Err(if passwords.is_empty() { Refusal::Encrypted } else { Refusal::WrongPassword })
}

fn check_rounds(bytes: &[u8]) -> Result<(), Refusal> {
    let info = Ole::open(bytes)?.stream("EncryptionInfo").unwrap_or_default();
    let info = String::from_utf8_lossy(&info);
    let rounds = info.split("spinCount=").skip(1).map(leading_number).max();
    match rounds {
        Some(rounds) if rounds > MOST_ROUNDS => Err(Refusal::Damaged("加密参数不合理".to_owned())),
        _ => Ok(()),
    }
}
