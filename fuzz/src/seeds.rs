//! Seeds from the project's fixtures: `seeds FIXTURES CORPUS`.

use std::path::{Path, PathBuf};

use bidui_fuzz::{digest, recipe};
// Its library holds what the instrumentation of all crates calls.
use libfuzzer_sys as _;

/// Larger files slow the search down and show nothing smaller ones do not.
const LARGEST: usize = 256 << 10;

fn main() -> std::io::Result<()> {
    let words: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [fixtures, corpus] = words.as_slice() else {
        return Err(std::io::Error::other("seeds FIXTURES CORPUS"));
    };
    let mut folders = vec![fixtures.clone()];
    while let Some(folder) = folders.pop() {
        for item in fs_err::read_dir(folder)? {
            let path = item?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                sow(&path, corpus)?;
            }
        }
    }
    Ok(())
}

fn sow(path: &Path, corpus: &Path) -> std::io::Result<()> {
    let bytes = fs_err::read(path)?;
    let keep = |target: &str, bytes: &[u8]| {
        if bytes.len() > LARGEST {
            return Ok(());
        }
        let folder = corpus.join(target);
        fs_err::create_dir_all(&folder)?;
        fs_err::write(folder.join(digest::sha256(bytes)), bytes)
    };
    let ending = path.extension().map(|end| end.to_string_lossy().into_owned());
    match ending.as_deref() {
        Some("toml") => return keep("settings", &bytes),
        Some("rs" | "md" | "gz" | "png") => return Ok(()),
        _ => {}
    }
    if let Some(recipe) = recipe::unpack(&bytes) {
        keep("package", &recipe)?;
        return keep("raw", &bytes);
    }
    if let Some(stream) = recipe::unwrap(&bytes) {
        keep("biff", &stream)?;
        return keep("raw", &bytes);
    }
    keep("text", &bytes)?;
    // Cells of lists are what values are made of.
    for line in String::from_utf8_lossy(&bytes).lines().take(40) {
        for cell in line.split([',', '\t']).filter(|cell| !cell.is_empty()) {
            keep("values", cell.as_bytes())?;
        }
    }
    Ok(())
}
