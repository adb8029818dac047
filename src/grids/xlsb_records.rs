//! The records of an `.xlsb` sheet ([MS-XLSB] 2.1.4), made plain before the parser sees them: short cells,
//! which leave out their column, written in full; and what the parser does not tell: merges and
//! hidden rows.

use super::taker::Unseen;
use super::{Merge, Refusal};

/// `BrtRowHdr`.
const ROW: u32 = 0;
/// `BrtCellBlank` to `BrtFmlaError`: cells with their column in front.
const CELLS: std::ops::RangeInclusive<u32> = 1..=11;
/// `BrtShortBlank` to `BrtShortIsst`: the same as 1 to 7 without a column.
const SHORT_CELLS: std::ops::RangeInclusive<u32> = 12..=18;
const SHORTER: u32 = 11;
/// `BrtMergeCell`.
const MERGE: u32 = 176;

/// What a sheet holds beside its cells.
#[derive(Debug, Default)]
pub(super) struct XlsbSheet {
    /// The sheet in full, where it had short cells.
    pub(super) plain: Option<Vec<u8>>,
    /// Merges.
    pub(super) merges: Vec<Merge>,
    /// Hidden rows.
    pub(super) unseen: Unseen,
}

/// Walks the records of a sheet.
///
/// # Errors
/// [`Refusal::Damaged`] where a record reaches beyond the end.
pub(super) fn read(part: &[u8]) -> Result<XlsbSheet, Refusal> {
    let mut sheet = XlsbSheet::default();
    let mut plain = Vec::new();
    let (mut short, mut column) = (false, 0);
    let mut rest = part;
    while !rest.is_empty() {
        let (kind, data) =
            record(&mut rest).ok_or_else(|| Refusal::Damaged("内部结构不符合格式".to_owned()))?;
        match kind {
            ROW => {
                column = 0;
                sheet.unseen.hidden_rows.extend(hidden_row(data));
            }
            MERGE => sheet.merges.extend(merge(data)),
            kind if CELLS.contains(&kind) => {
                column = number(data, 0).unwrap_or(0).saturating_add(1);
            }
            _ => {}
        }
        if SHORT_CELLS.contains(&kind) {
            short = true;
            put(&mut plain, kind - SHORTER, &[&column.to_le_bytes(), data].concat());
            column = column.saturating_add(1);
        } else {
            put(&mut plain, kind, data);
        }
    }
    sheet.plain = short.then_some(plain);
    Ok(sheet)
}

/// `BrtBundleSh` of a workbook: relationship and name of every sheet.
pub(super) fn sheets(workbook: &[u8]) -> Vec<(String, String)> {
    const BUNDLE: u32 = 156;
    let mut rest = workbook;
    let records = std::iter::from_fn(|| record(&mut rest));
    let bundles = records.filter(|(kind, _)| *kind == BUNDLE);
    bundles
        .filter_map(|(_, data)| {
            let (id, next) = wide_text(data.get(8..)?)?;
            Some((id, wide_text(next)?.0))
        })
        .collect()
}

/// [MS-XLSB] 2.5.168: `XLWideString`.
fn wide_text(data: &[u8]) -> Option<(String, &[u8])> {
    let length = usize::try_from(number(data, 0)?).ok()?.checked_mul(2)?;
    let (units, rest) = data.get(4..)?.split_at_checked(length)?;
    let units: Vec<u16> =
        units.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    Some((String::from_utf16_lossy(&units), rest))
}

/// [MS-XLSB] 2.4.726: `fDyZero`.
fn hidden_row(data: &[u8]) -> Option<u32> {
    let hidden = data.get(11)? & 0x10 != 0;
    hidden.then_some(number(data, 0)?.saturating_add(1))
}

/// [MS-XLSB] 2.5.151: first and last row, first and last column.
fn merge(data: &[u8]) -> Option<Merge> {
    let row = |at| Some(number(data, at)?.saturating_add(1));
    let (column, last_column) = (number(data, 8)?, number(data, 12)?);
    Some(Merge { first_row: row(0)?, last_row: row(4)?, column, last_column })
}

fn number(data: &[u8], at: usize) -> Option<u32> {
    let bytes = data.get(at..at + 4)?;
    Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

/// Type in one or two bytes and size in up to four, seven bits in each.
fn record<'a>(rest: &mut &'a [u8]) -> Option<(u32, &'a [u8])> {
    let kind = sevens(rest, 2)?;
    let size = usize::try_from(sevens(rest, 4)?).ok()?;
    let data = rest.get(..size)?;
    *rest = rest.get(size..)?;
    Some((kind, data))
}

fn sevens(rest: &mut &[u8], most: u32) -> Option<u32> {
    let mut value = 0;
    for place in 0..most {
        let (first, behind) = rest.split_first()?;
        *rest = behind;
        value |= u32::from(first & 0x7F) << (7 * place);
        if first & 0x80 == 0 {
            break;
        }
    }
    Some(value)
}

fn put(out: &mut Vec<u8>, kind: u32, data: &[u8]) {
    let low = |value: usize| u8::try_from(value & 0x7F).unwrap_or(0);
    let mut number = |mut value: usize| {
        while value > 0x7F {
            out.push(low(value) | 0x80);
            value >>= 7;
        }
        out.push(low(value));
    };
    number(usize::try_from(kind).unwrap_or(0));
    number(data.len());
    out.extend_from_slice(data);
}

#[cfg(test)]
mod tests {
    use super::{Merge, put, read, record};

    fn row(number: u8, hidden: bool) -> Vec<u8> {
        let mut data = vec![0; 17];
        data[0] = number;
        data[11] = if hidden { 0x10 } else { 0 };
        data
    }

    #[test]
    fn short_cells_get_their_column() {
        let mut part = Vec::new();
        put(&mut part, 0, &row(4, true));
        put(&mut part, 7, &[2, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0]);
        put(&mut part, 18, &[0, 0, 0, 0, 5, 0, 0, 0]);
        put(&mut part, 17, &[[0; 4].as_slice(), &[1; 300]].concat());
        put(&mut part, 0, &row(5, false));
        put(&mut part, 12, &[0; 4]);
        put(&mut part, 176, &[1, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0]);
        let sheet = read(&part).unwrap();
        assert_eq!(sheet.unseen.hidden_rows, [5]);
        assert_eq!(sheet.merges, [Merge { first_row: 2, last_row: 4, column: 2, last_column: 2 }]);
        let plain = sheet.plain.unwrap();
        let mut rest = plain.as_slice();
        let mut found = Vec::new();
        while let Some((kind, data)) = record(&mut rest) {
            found.push((kind, data[0], data.len()));
        }
        let expected =
            [(0, 4, 17), (7, 2, 12), (7, 3, 12), (6, 4, 308), (0, 5, 17), (1, 0, 8), (176, 1, 16)];
        assert_eq!(found, expected);
        assert!(read(&part[..part.len() - 1]).is_err());
    }
}
