//! The workbook stream of an `.xls`, made plain before the parser sees it: decrypted, its code page
//! set right, a bare sheet given a workbook around it; and what the parser does not tell: hidden
//! rows and formulas without a value.

use std::collections::BTreeMap;

use super::taker::Unseen;
use super::{Refusal, rc4, text};

/// Record types of [MS-XLS] 2.3.
const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const FILEPASS: u16 = 0x002F;
const CODEPAGE: u16 = 0x0042;
const BOUNDSHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const ROW: u16 = 0x0208;
const FORMULA: u16 = 0x0006;
const LABEL: u16 = 0x0204;
/// Records that hold cells, each with row and column in front.
const CELLS: [u16; 8] = [FORMULA, 0x00BD, 0x00D6, 0x00FD, 0x0203, LABEL, 0x0205, 0x027E];

/// Version words of the first record.
const BIFF5: u16 = 0x0500;
const BIFF8: u16 = 0x0600;
/// What the first record says it begins.
const GLOBALS: u16 = 0x0005;

/// Cells in the rectangles of all sheets: a million rows of forty columns. The parser holds every
/// cell of a rectangle, also the empty ones between two cells in opposite corners.
const MOST_CELLS: u64 = 40_000_000;
const COLUMNS: u16 = 256;

/// A stream the parser takes, and what it does not tell of it.
#[derive(Debug, Default)]
pub(super) struct BiffBook {
    /// The records.
    pub(super) stream: Vec<u8>,
    /// One for each worksheet, in the order of the workbook.
    pub(super) sheets: Vec<Unseen>,
}

/// Whether bytes are a stream of records without a container, as web pages send it.
pub(super) fn is_bare(bytes: &[u8]) -> bool {
    let length = word(bytes, 2);
    word(bytes, 0) == Some(BOF) && length.is_some_and(|length| (4..=16).contains(&length))
}

/// Makes a stream plain.
///
/// # Errors
/// [`Refusal::Encrypted`] or [`Refusal::WrongPassword`], and [`Refusal::Damaged`] for cells outside
/// every sheet.
pub(super) fn read(mut stream: Vec<u8>, passwords: &[String]) -> Result<BiffBook, Refusal> {
    if let Some(version) = old_version(&stream) {
        return Err(Refusal::OldFormat(version.into()));
    }
    if word(&stream, 6) != Some(GLOBALS) {
        stream = with_workbook(&stream);
    }
    decrypt(&mut stream, passwords)?;
    survey(stream)
}

/// Streams that begin with the mark of an older version, which containers hold too.
fn old_version(stream: &[u8]) -> Option<&'static str> {
    match word(stream, 0)? {
        0x0009 => Some("Excel 2.0旧格式"),
        0x0209 => Some("Excel 3.0旧格式"),
        0x0409 => Some("Excel 4.0旧格式"),
        _ => None,
    }
}

fn decrypt(stream: &mut [u8], passwords: &[String]) -> Result<(), Refusal> {
    let Some((at, length)) = records(stream).find(|r| r.kind == FILEPASS).map(|r| (r.at, r.length))
    else {
        return Ok(());
    };
    let info = stream.get(at..at + length).unwrap_or_default().to_vec();
    let key = rc4::unlock(&info, passwords)?;
    combine(stream, &key);
    // A type nobody knows, so that nobody asks for a password again.
    stream[at - 4..at - 2].copy_from_slice(&0x0FFF_u16.to_le_bytes());
    Ok(())
}

/// Combines the records with the bytes of a key, which both locks and opens them.
fn combine(stream: &mut [u8], key: &rc4::StreamKey) {
    let plain = key.keystream(stream.len());
    let places: Vec<(u16, usize, usize)> =
        records(stream).map(|r| (r.kind, r.at, r.length)).collect();
    for (kind, at, length) in places {
        // [MS-XLS] 2.2.10: what tells where things are stays readable.
        let clear = match kind {
            BOF | FILEPASS | 0x00E1 | 0x00E2 | 0x0195 | 0x0196 => length,
            BOUNDSHEET => 4.min(length),
            _ => 0,
        };
        for place in at + clear..at + length {
            stream[place] ^= plain[place];
        }
    }
}

/// Locks a stream, for tests.
#[cfg(test)]
pub(super) fn encrypt(stream: &mut [u8], key: &rc4::StreamKey) {
    combine(stream, key);
}

/// Walks the records once: sets the code page, notes what the parser does not tell.
fn survey(mut stream: Vec<u8>) -> Result<BiffBook, Refusal> {
    let is_8 = word(&stream, 4) == Some(BIFF8);
    let (mut pages, mut order) = (Vec::new(), Vec::new());
    let mut unseen: BTreeMap<usize, Unseen> = BTreeMap::new();
    let (mut extent, mut cells, mut current) = (Extent::default(), 0_u64, 0);
    for record in records(&stream) {
        let data = stream.get(record.at..record.at + record.length).unwrap_or_default();
        check(record.kind, data)?;
        match record.kind {
            BOF => {
                cells += std::mem::take(&mut extent).cells();
                current = record.at - 4;
            }
            CODEPAGE => pages.push(record.at),
            BOUNDSHEET if is_worksheet(data) => order.push(begin_of(data)),
            ROW => unseen.entry(current).or_default().hidden_rows.extend(hidden_row(data)),
            FORMULA => unseen.entry(current).or_default().valueless.extend(valueless(data)),
            _ => {}
        }
        if CELLS.contains(&record.kind) {
            extent.add(word(data, 0), word(data, 2));
        }
    }
    if cells + extent.cells() > MOST_CELLS {
        return Err(Refusal::Damaged("单元格散布得过远".to_owned()));
    }
    // Strings of BIFF8 are UTF-16 whatever the code page says, which the parser does not know.
    for at in pages.into_iter().filter(|_| is_8) {
        stream[at..at + 2].copy_from_slice(&1200_u16.to_le_bytes());
    }
    let sheets = order.iter().map(|begin| unseen.remove(begin).unwrap_or_default()).collect();
    Ok(BiffBook { stream, sheets })
}

fn is_worksheet(data: &[u8]) -> bool {
    data.get(5) == Some(&0)
}

fn begin_of(data: &[u8]) -> usize {
    let half = |at| usize::from(word(data, at).unwrap_or(0));
    half(0) | half(2) << 16
}

/// [MS-XLS] 2.4.221: `fDyZero`.
fn hidden_row(data: &[u8]) -> Option<u32> {
    let hidden = word(data, 12)? & 0x20 != 0;
    hidden.then_some(u32::from(word(data, 0)?) + 1)
}

/// [MS-XLS] 2.5.133: a result that is neither number, text, truth value nor error. Excel writes it
/// for an empty text, programs that cannot calculate write it for every formula.
fn valueless(data: &[u8]) -> Option<(u32, u32)> {
    let nothing = word(data, 12) == Some(0xFFFF) && data.get(6) == Some(&3);
    nothing.then_some((u32::from(word(data, 0)?) + 1, u32::from(word(data, 2)?)))
}

/// DIMENSIONS and the cell records.
fn check(kind: u16, data: &[u8]) -> Result<(), Refusal> {
    let damaged = || Err(Refusal::Damaged("单元格位置超出工作表".to_owned()));
    match kind {
        DIMENSIONS if data.len() >= 14 => {
            let last_row =
                u32::from(word(data, 4).unwrap_or(0)) | u32::from(word(data, 6).unwrap_or(0)) << 16;
            if last_row > 65_536 || word(data, 10) > Some(COLUMNS) { damaged() } else { Ok(()) }
        }
        kind if CELLS.contains(&kind) && word(data, 2) >= Some(COLUMNS) => damaged(),
        _ => Ok(()),
    }
}

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

/// A sheet without a workbook → a workbook of that sheet.
fn with_workbook(sheet: &[u8]) -> Vec<u8> {
    let version = if word(sheet, 4) == Some(BIFF8) { BIFF8 } else { BIFF5 };
    let start = |what: u16| record(BOF, &[version, what, 0, 0].map(u16::to_le_bytes).concat());
    let globals = [start(GLOBALS), record(CODEPAGE, &code_page(sheet).to_le_bytes())].concat();
    let name: &[u8] = if version == BIFF8 { b"\x06\x00Sheet1" } else { b"\x06Sheet1" };
    let position = globals.len() + 4 + 6 + name.len() + 4;
    let position = u32::try_from(position).unwrap_or(0).to_le_bytes();
    let bound = record(BOUNDSHEET, &[&position[..], &[0, 0], name].concat());
    let first = 4 + usize::from(word(sheet, 2).unwrap_or(0));
    let rows = sheet.get(first..).unwrap_or_default();
    [globals, bound, record(EOF, &[]), start(0x0010), rows.to_vec(), record(EOF, &[])].concat()
}

/// Pages send their labels in GBK or in UTF-8.
fn code_page(sheet: &[u8]) -> u16 {
    let labels = records(sheet).filter(|record| record.kind == LABEL);
    let texts: Vec<u8> = labels
        .flat_map(|r| sheet.get(r.at + 8..r.at + r.length).unwrap_or_default().iter().copied())
        .collect();
    if text::is_utf8_beyond_ascii(&texts) { 65_001 } else { 936 }
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap_or(0);
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

/// Where the data of a record is.
struct Record {
    kind: u16,
    at: usize,
    length: usize,
}

/// The records up to the first that is not whole.
fn records(stream: &[u8]) -> impl Iterator<Item = Record> + '_ {
    let mut next = 0;
    std::iter::from_fn(move || {
        let kind = word(stream, next)?;
        let length = usize::from(word(stream, next + 2)?);
        let at = next + 4;
        next = at + length;
        (next <= stream.len()).then_some(Record { kind, at, length })
    })
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]))
}

#[cfg(test)]
mod tests {
    use super::{BIFF8, BOF, Extent, GLOBALS, is_bare, read, record, word};

    #[test]
    fn the_rectangle_around_cells_is_counted() {
        let mut extent = Extent::default();
        assert_eq!(extent.cells(), 0);
        extent.add(Some(5), Some(0));
        extent.add(Some(65_535), Some(255));
        assert_eq!(extent.cells(), 65_531 * 256);
    }

    #[test]
    fn the_code_page_of_biff8_is_always_utf16() {
        let start = [BIFF8, GLOBALS, 0, 0].map(u16::to_le_bytes).concat();
        let stream = [record(BOF, &start), record(0x0042, &936_u16.to_le_bytes())].concat();
        assert!(is_bare(&stream));
        let book = read(stream, &[]).unwrap();
        assert_eq!(word(&book.stream, 16), Some(1200));
    }
}
