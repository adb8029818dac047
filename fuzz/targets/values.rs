//! Mutates single cells: ID numbers, names, dates, addresses, money, and what CSV results do to them.

#![no_main]

use bidui_fuzz::csv_cells;
use bidui_fuzz::grids::RawCell;
use bidui_fuzz::privacy;
use bidui_fuzz::records::id_column::ColumnVerdict;
use bidui_fuzz::records::{date, identifier, person_name};
use jiff::civil::date as day;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut cells = vec![RawCell::Text(text.as_ref().into())];
    if let Some(bytes) = data.first_chunk::<8>() {
        let number = f64::from_le_bytes(*bytes);
        cells.extend([RawCell::Number(number), RawCell::Date(number)]);
    }
    for cell in &cells {
        let _ = identifier::parse(cell, ColumnVerdict::default(), None);
        let _ = person_name::parse(cell);
        let _date = date::parse(cell, day(2019, 6, 10));
    }
    let masked = identifier::mask(&text);
    assert_eq!(masked, identifier::mask(&masked), "what is masked stays as it is");
    let hidden = privacy::masked(&text);
    assert!(!privacy::holds_number(&hidden), "a number can still be read");
    assert_eq!(csv_cells::unguarded(&csv_cells::guarded(&text)), guarded_once(&text));
});

/// A text that already looks like a guarded one cannot be told from it.
fn guarded_once(text: &str) -> &str {
    if csv_cells::guarded(text) == text { csv_cells::unguarded(text) } else { text }
}
