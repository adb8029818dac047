//! Containers as flat bytes, so that a mutation meets the text inside and not the packing around it.
//!
//! A package is its parts one behind the other, each behind a line `>>>> name`. A compound file is its
//! `Workbook` stream alone.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;

const MARK: &[u8] = b"\n>>>> ";

/// The parts of a recipe, by name.
pub fn parts(recipe: &[u8]) -> Vec<(String, &[u8])> {
    let mut parts = Vec::new();
    let mut rest = recipe.strip_prefix(MARK).unwrap_or(recipe);
    while !rest.is_empty() {
        let end = memchr::memmem::find(rest, MARK).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        let line = part.iter().position(|byte| *byte == b'\n').unwrap_or(part.len());
        let (name, content) = part.split_at(line);
        parts.push((
            String::from_utf8_lossy(name).into_owned(),
            content.strip_prefix(b"\n").unwrap_or(content),
        ));
        rest = after.strip_prefix(MARK).unwrap_or(after);
    }
    parts
}

/// The package of a recipe, its parts stored as they are.
pub fn pack(recipe: &[u8]) -> Option<Vec<u8>> {
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts(recipe) {
        // A name that stands twice is left out, as the writer refuses it.
        if out.start_file(name, options).is_ok() {
            out.write_all(content).ok()?;
        }
    }
    Some(out.finish().ok()?.into_inner())
}

/// The recipe of a package.
pub fn unpack(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut recipe = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).ok()?;
        recipe.extend_from_slice(MARK);
        recipe.extend_from_slice(part.name_raw());
        recipe.push(b'\n');
        part.read_to_end(&mut recipe).ok()?;
    }
    Some(recipe)
}

/// A compound file around a stream of BIFF records.
pub fn wrap(stream: &[u8]) -> Option<Vec<u8>> {
    let mut container = cfb::CompoundFile::create(Cursor::new(Vec::new())).ok()?;
    container.create_stream("/Workbook").ok()?.write_all(stream).ok()?;
    container.flush().ok()?;
    Some(container.into_inner().into_inner())
}

/// The stream of BIFF records in a compound file.
pub fn unwrap(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut container = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let mut stream = Vec::new();
    for name in ["/Workbook", "/Book"] {
        if let Ok(mut found) = container.open_stream(name) {
            found.read_to_end(&mut stream).ok()?;
            return Some(stream);
        }
    }
    None
}
