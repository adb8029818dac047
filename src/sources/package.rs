//! What is checked about a container before the workbook parser sees it: unpacked sizes,
//! encryption, and records that would make the parser ask for absurd amounts of memory.

use std::io::{Cursor, Read};

use super::refusal::Refusal;

/// Unpacked size no workbook reaches.
const LARGEST: u64 = 2 << 30;
/// Above this unpacked size the ratio counts as well.
const LARGE: u64 = 100 << 20;
/// Sheets of repeated cells pack 1:30; nothing honest packs more than this.
const HIGHEST_RATIO: u64 = 200;
/// Rounds of key derivation: Office uses 100,000; more than this only burns time.
const MOST_ROUNDS: u64 = 10_000_000;
/// Cells in the rectangles of all sheets of an `.xls`: a million rows of forty columns. The parser
/// holds every cell of a rectangle, also the empty ones between two cells in opposite corners.
const MOST_XLS_CELLS: u64 = 40_000_000;
/// Columns of BIFF8.
const XLS_COLUMNS: u16 = 256;

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

/// Whether any sheet of an `.xlsx` has merged cells: looked for in the bytes, which costs far less
/// than parsing every sheet once more.
///
/// # Errors
/// [`Refusal::Damaged`] where a part cannot be unpacked.
pub(super) fn has_merged_cells(bytes: &[u8]) -> Result<bool, Refusal> {
    let damaged = |error: &dyn std::fmt::Display| Refusal::damaged(&error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|e| damaged(&e))?;
        let name = String::from_utf8_lossy(part.name_raw()).replace('\\', "/").to_lowercase();
        if name.contains("worksheets/")
            && holds(&mut part, b"mergeCell ").map_err(|e| damaged(&e))?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a stream holds some bytes, also across the border of two pieces.
fn holds(stream: &mut impl Read, wanted: &[u8]) -> std::io::Result<bool> {
    let finder = memchr::memmem::Finder::new(wanted);
    let keep = wanted.len() - 1;
    let mut buffer = vec![0; 1 << 16];
    let mut kept = 0;
    loop {
        let length = stream.read(&mut buffer[kept..])?;
        if length == 0 {
            return Ok(false);
        }
        let filled = kept + length;
        if finder.find(&buffer[..filled]).is_some() {
            return Ok(true);
        }
        let from = filled.saturating_sub(keep);
        buffer.copy_within(from..filled, 0);
        kept = filled - from;
    }
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
    // Excel opens a write-protected workbook by itself with this password.
    let built_in = std::iter::once("VelvetSweatshop");
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
    let info = ole_stream(bytes, "EncryptionInfo").unwrap_or_default();
    let info = String::from_utf8_lossy(&info);
    let rounds = info.split("spinCount=").skip(1).map(leading_number).max();
    match rounds {
        Some(rounds) if rounds > MOST_ROUNDS => Err(Refusal::Damaged("加密参数不合理".to_owned())),
        _ => Ok(()),
    }
}

fn ole_stream(bytes: &[u8], name: &str) -> Option<Vec<u8>> {
    let mut container = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let mut content = Vec::new();
    container.open_stream(name).ok()?.read_to_end(&mut content).ok()?;
    Some(content)
}

/// Walks the BIFF records of an `.xls`.
///
/// # Errors
/// [`Refusal::Encrypted`] for a password in any of the three ways BIFF knows, and
/// [`Refusal::Damaged`] for cells outside every sheet.
pub(super) fn check_xls(bytes: &[u8]) -> Result<(), Refusal> {
    let stream = ole_stream(bytes, "Workbook").or_else(|| ole_stream(bytes, "Book"));
    let Some(stream) = stream else {
        return Err(Refusal::Damaged("工作簿数据读不出来".to_owned()));
    };
    let mut rest = stream.as_slice();
    let (mut extent, mut cells) = (Extent::default(), 0_u64);
    while let Some((kind, data)) = next_record(&mut rest) {
        check_record(kind, data)?;
        if kind == BEGIN_OF_SHEET {
            cells += std::mem::take(&mut extent).cells();
        } else if CELLS.contains(&kind) {
            extent.add(word(data, 0), word(data, 2));
        }
    }
    if cells + extent.cells() > MOST_XLS_CELLS {
        return Err(Refusal::Damaged("单元格散布得过远".to_owned()));
    }
    Ok(())
}

/// BOF, and the records that hold cells.
const BEGIN_OF_SHEET: u16 = 0x0809;
const CELLS: [u16; 8] = [0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E];

/// The rectangle around the cells of a sheet.
#[derive(Default)]
struct Extent {
    rows: Option<(u16, u16)>,
    columns: Option<(u16, u16)>,
}

impl Extent {
    fn add(&mut self, row: Option<u16>, column: Option<u16>) {
        let grow = |range: &mut Option<(u16, u16)>, at: Option<u16>| {
            let Some(at) = at else { return };
            let (first, last) = range.unwrap_or((at, at));
            *range = Some((first.min(at), last.max(at)));
        };
        grow(&mut self.rows, row);
        grow(&mut self.columns, column);
    }

    fn cells(&self) -> u64 {
        let length = |range: Option<(u16, u16)>| {
            range.map_or(0, |(first, last)| u64::from(last - first) + 1)
        };
        length(self.rows) * length(self.columns)
    }
}

fn next_record<'a>(rest: &mut &'a [u8]) -> Option<(u16, &'a [u8])> {
    let kind = word(rest, 0)?;
    let length = usize::from(word(rest, 2)?);
    let data = rest.get(4..4 + length)?;
    *rest = rest.get(4 + length..)?;
    Some((kind, data))
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]))
}

/// [MS-XLS] 2.3: FILEPASS, DIMENSIONS and the cell records.
fn check_record(kind: u16, data: &[u8]) -> Result<(), Refusal> {
    let damaged = || Err(Refusal::Damaged("单元格位置超出工作表".to_owned()));
    match kind {
        0x002F => Err(Refusal::Encrypted),
        0x0200 if data.len() >= 14 => {
            let last_row =
                u32::from(word(data, 4).unwrap_or(0)) | u32::from(word(data, 6).unwrap_or(0)) << 16;
            if last_row > 65_536 || word(data, 10) > Some(XLS_COLUMNS) { damaged() } else { Ok(()) }
        }
        kind if CELLS.contains(&kind) && word(data, 2) >= Some(XLS_COLUMNS) => damaged(),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{Extent, holds};

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
    fn the_rectangle_around_cells_is_counted() {
        let mut extent = Extent::default();
        assert_eq!(extent.cells(), 0);
        extent.add(Some(5), Some(0));
        extent.add(Some(65_535), Some(255));
        assert_eq!(extent.cells(), 65_531 * 256);
    }

    #[test]
    fn words_are_found_across_pieces() {
        assert!(holds(&mut Drops(b"<x:mergeCell ref"), b"mergeCell ").unwrap());
        assert!(!holds(&mut Drops(b"<mergeCells/>"), b"mergeCell ").unwrap());
    }
}
