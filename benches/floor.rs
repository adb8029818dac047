//! The floor of a run: parses all inputs of a project and writes the cells of its results, both with
//! the libraries of a run, and does nothing else. The cells are written as they come, without
//! formats, widths or filters. What a run takes beyond this is its own work.
//!
//! `cargo run --release --example floor -- PROJECT.toml RESULTS`

use std::error::Error;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::Instant;

use calamine::{Data, Ods, Reader, Xls, Xlsb, Xlsx};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16LE};
use rayon::prelude::*;

#[path = "plain.rs"]
mod plain;
#[path = "usage.rs"]
mod usage;

type Count = Result<u64, Box<dyn Error + Send + Sync>>;

/// What a part of the floor took.
struct Part {
    cells: u64,
    cpu_seconds: f64,
    wall_seconds: f64,
    /// The most memory up to its end.
    peak_bytes: u64,
}

fn timed(work: impl FnOnce() -> Count) -> Result<Part, Box<dyn Error + Send + Sync>> {
    let (start, before) = (Instant::now(), usage::now().cpu_seconds);
    let cells = work()?;
    let usage::Usage { cpu_seconds, peak_bytes } = usage::now();
    let wall_seconds = start.elapsed().as_secs_f64();
    Ok(Part { cells, cpu_seconds: cpu_seconds - before, wall_seconds, peak_bytes })
}

#[expect(clippy::print_stdout, reason = "its result")]
fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [project, results] = words.as_slice() else { return Err("PROJECT.toml RESULTS".into()) };
    let files = inputs(Path::new(project))?;
    let read = timed(|| files.par_iter().map(|file| cells(file)).sum())?;
    let books = plain::load(Path::new(results))?;
    let folder = tempfile::tempdir()?;
    let written = timed(|| plain::write(&books, folder.path()))?;
    for (name, part) in [("read", read), ("written", written)] {
        println!(
            "{name} cells {} cpu_seconds {:.2} wall_seconds {:.2} peak_bytes {}",
            part.cells, part.cpu_seconds, part.wall_seconds, part.peak_bytes
        );
    }
    Ok(())
}

fn inputs(project: &Path) -> Result<Vec<PathBuf>, Box<dyn Error + Send + Sync>> {
    let root = project.parent().unwrap_or(project);
    let table: toml::Table = fs_err::read_to_string(project)?.parse()?;
    let sources = table.get("source").and_then(toml::Value::as_array);
    let globs = sources.into_iter().flatten().filter_map(|source| source.get("files")?.as_array());
    let mut files = Vec::new();
    for pattern in globs.flatten().filter_map(toml::Value::as_str) {
        files.extend(glob::glob(&root.join(pattern).to_string_lossy())?.filter_map(Result::ok));
    }
    files.sort();
    Ok(files)
}

fn cells(file: &Path) -> Count {
    let bytes = fs_err::read(file)?;
    if bytes.starts_with(b"PK") {
        zipped(&bytes)
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        let mut book: Xls<_> = Xls::new(Cursor::new(bytes.as_slice()))?;
        Ok(book.worksheets().iter().map(|(_, range)| filled(range)).sum())
    } else {
        text(&bytes)
    }
}

fn zipped(bytes: &[u8]) -> Count {
    let input = Cursor::new(bytes);
    let parts = zip::ZipArchive::new(input.clone())?;
    let has = |name: &str| parts.index_for_name(name).is_some();
    let mut count = 0;
    if has("xl/workbook.bin") {
        let mut book = Xlsb::new(input)?;
        for name in book.sheet_names() {
            let mut cells = book.worksheet_cells_reader(&name)?;
            while cells.next_cell()?.is_some() {
                count += 1;
            }
        }
    } else if has("xl/workbook.xml") {
        let mut book = Xlsx::new(input)?;
        for name in book.sheet_names() {
            let mut cells = book.worksheet_cells_reader(&name)?;
            while cells.next_cell()?.is_some() {
                count += 1;
            }
        }
    } else {
        let mut book: Ods<_> = Ods::new(input)?;
        count = book.worksheets().iter().map(|(_, range)| filled(range)).sum();
    }
    Ok(count)
}

fn filled(range: &calamine::Range<Data>) -> u64 {
    range.used_cells().map(|_| 1).sum()
}

fn text(bytes: &[u8]) -> Count {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if bytes.iter().take(200).any(|byte| *byte == 0) => UTF_16LE,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => GB18030,
    };
    let (text, ..) = encoding.decode(bytes);
    let head = text.get(..200).unwrap_or(&text);
    if head.starts_with("<?xml") {
        return xml(&text);
    }
    if head.starts_with('<') {
        return Ok(html(&text));
    }
    let delimiter = if head.contains('\t') { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut count = 0;
    while reader.read_record(&mut record)? {
        count += record.iter().filter(|field| !field.is_empty()).count() as u64;
    }
    Ok(count)
}

fn xml(text: &str) -> Count {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    let mut count = 0;
    loop {
        match reader.read_event()? {
            Event::Start(tag) if tag.local_name().as_ref() == "Data" => count += 1,
            Event::Text(text) => {
                std::hint::black_box(text.len());
            }
            Event::Eof => return Ok(count),
            _ => {}
        }
    }
}

fn html(text: &str) -> u64 {
    use html5gum::{Token, Tokenizer};
    let tokens = Tokenizer::new(text).flatten();
    let cell = |token: &Token| matches!(token, Token::StartTag(tag) if **tag.name == *b"td");
    tokens.filter(|token| cell(token)).map(|_| 1).sum()
}
