//! The packed towns of `fixtures/recount`.

use bidui::linkage::model::{Model, RuleVerdict};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::program::fixture;
use super::story;

/// Unpacks a town into a new folder.
pub fn unpack(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    unpack_into(name, folder.path());
    folder
}

/// The dirty town with so many of its links drawn for a check.
pub fn audited(links: usize) -> tempfile::TempDir {
    let folder = unpack("dirty");
    let path = folder.path().join("project.toml");
    let project = fs_err::read_to_string(&path).expect("readable");
    fs_err::write(&path, format!("{project}\n[review]\naudit = {links}\n")).expect("written");
    folder
}

/// The dirty town after a run on four threads, which several tests look at; nobody may change it.
pub fn dirty() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dirty");
        if folder.exists() {
            fs_err::remove_dir_all(&folder).expect("removed");
        }
        unpack_into("dirty", &folder);
        let pool = bidui::pipeline::workers(4).build().expect("threads");
        pool.install(|| story::run(&folder)).expect("a run");
        folder
    });
    &FOLDER
}

fn unpack_into(name: &str, folder: &Path) {
    let town = fixture("recount").join(name);
    for path in story::files(&town) {
        let target = folder.join(&path);
        fs_err::create_dir_all(target.parent().expect("inside")).expect("made");
        let bytes = fs_err::read(town.join(&path)).expect("readable");
        if path.extension().is_some_and(|end| end == "gz") {
            fs_err::write(target.with_extension(""), inflate(&bytes)).expect("written");
        } else {
            fs_err::write(target, bytes).expect("written");
        }
    }
}

fn inflate(bytes: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut unpacked).expect("gzip");
    unpacked
}

/// The cells of a CSV file in UTF-8 or GB18030; row numbers are places plus one.
pub fn cells(path: &Path) -> Vec<Vec<String>> {
    let bytes = fs_err::read(path).expect("readable");
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => encoding_rs::GB18030.decode(&bytes).0.into_owned(),
    };
    let reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let records = reader.into_records().map(|record| record.expect("CSV"));
    records.map(|record| record.iter().map(plain).collect()).collect()
}

/// Blanks, line breaks and `="…"` taken off.
pub fn plain(cell: &str) -> String {
    let bare: String = cell.chars().filter(|letter| !letter.is_whitespace()).collect();
    bare.trim_start_matches("=\"").trim_end_matches('"').to_owned()
}

/// Makes a project doubt what it links by default: the shipped model leaves nobody of the town open.
pub fn doubting(folder: &Path) {
    let mut model = Model::shipped();
    model.rules.retain(|rule| rule.verdict != RuleVerdict::Link);
    model.thresholds.link = 0.9999;
    fs_err::write(folder.join("doubting.toml"), model.to_toml()).expect("written");
    let path = folder.join("project.toml");
    let project = fs_err::read_to_string(&path).expect("readable");
    fs_err::write(&path, format!("model = \"doubting.toml\"\n{project}")).expect("written");
}
