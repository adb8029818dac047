//! Small measurements of the hot places, without a framework: each piece of work is repeated for
//! half a second after a warm-up, and the median round is printed.
//!
//! `cargo bench --bench hot` ; a word behind `--` picks the pieces whose names contain it.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bidui::records::id_column::ColumnVerdict;
use bidui::records::{date, identifier, person_name};
use bidui::sources::RawCell;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CELLS: usize = 1000;

fn main() {
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with("--")).unwrap_or_default();
    let as_of = jiff::civil::date(2019, 6, 10);
    let ids = texts(|n| format!("990822{:04}0101{:04}", 1960 + n % 50, n));
    measure(&wanted, "ID numbers", || {
        for cell in &ids {
            black_box(identifier::parse(cell, ColumnVerdict::SOUND, None));
        }
    });
    let names = texts(|n| ["王丽", "張　伟", "李淑华（大）", "赵?"][n % 4].to_owned());
    measure(&wanted, "names", || {
        for cell in &names {
            black_box(person_name::parse(cell));
        }
    });
    let dates = texts(|n| ["2019年9月1日", "20190901", "2019/9", "2018-09"][n % 4].to_owned());
    measure(&wanted, "dates", || {
        for cell in &dates {
            black_box(date::parse(cell, as_of)).ok();
        }
    });
    measure(&wanted, "sound keys", || {
        for cell in &names {
            if let RawCell::Text(text) = cell {
                black_box(person_name::sound_key(text));
            }
        }
    });
    measure(&wanted, "workbook cells", || {
        black_box(workbook().len());
    });
}

fn texts(make: impl Fn(usize) -> String) -> Vec<RawCell> {
    (0..CELLS).map(|number| RawCell::Text(make(number).into())).collect()
}

/// As many cells written the way the result tables are: streamed, each with a format.
fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let format = rust_xlsxwriter::Format::new().set_font_name("宋体").set_text_wrap();
    let sheet = book.add_worksheet_with_constant_memory().expect("a folder for it");
    for (row, column) in (0..50).flat_map(|row| (0..20).map(move |column| (row, column))) {
        let written = sheet.write_string_with_format(row, column, "佳木斯技师学院", &format);
        written.expect("within the sheet");
    }
    book.save_to_buffer().expect("in memory")
}

#[expect(clippy::print_stdout, reason = "its result")]
fn measure(wanted: &str, name: &str, mut work: impl FnMut()) {
    if !name.contains(wanted) {
        return;
    }
    work();
    let (start, mut rounds) = (Instant::now(), Vec::new());
    while start.elapsed() < Duration::from_millis(500) {
        let round = Instant::now();
        work();
        rounds.push(round.elapsed());
    }
    rounds.sort_unstable();
    let median = rounds.get(rounds.len() / 2).copied().unwrap_or_default();
    println!("{name:>16}: {median:>10.2?} for {CELLS} cells");
}
