//! Runs the program as a user does.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What a call of the program did.
pub struct Outcome {
    pub status: i32,
    pub out: String,
    pub err: String,
}

/// Runs `bidui` in a folder.
pub fn bidui(folder: &Path, arguments: &[&str]) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_bidui"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program starts");
    Outcome {
        status: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A folder of the project's fixtures.
pub fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)
}

/// Names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let items = fs_err::read_dir(folder).expect("readable");
    let mut names: Vec<String> = items
        .map(|item| item.expect("an item").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
