//! A generated city whose registers were kept so badly, and whose model is so strict, that thousands
//! of rows wait for a person.

use std::path::Path;
use std::process::Command;

const SHIPPED: &str = include_str!("../../schemas/linkage/people.toml");
const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// Makes it; the same every time.
pub(crate) fn make(folder: &Path) {
    let built = Path::new(env!("CARGO_BIN_EXE_bidui")).parent().expect("a folder");
    let status = Command::new(built.join("examples/generate"))
        .args(["city", "--seed", "4", "--formats", "csv", "--rates"])
        .arg(Path::new(HERE).join("benches/desk/damage.toml"))
        .arg("--out")
        .arg(folder)
        .stdout(std::process::Stdio::null())
        .status();
    assert!(status.expect("the generator; `make bench-desk` builds it").success(), "generated");
    let strict = replaced(SHIPPED, "\nlink = 0.98\n", "\nlink = 0.999\n");
    let strict = replaced(&strict, "\nreview = 0.15\n", "\nreview = 0.05\n");
    fs_err::write(folder.join("strict.toml"), strict).expect("written");
    let path = folder.join("project.toml");
    let project = fs_err::read_to_string(&path).expect("readable");
    fs_err::write(&path, format!("model = \"strict.toml\"\n{project}")).expect("written");
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "the shipped model has no {from:?}");
    text.replace(from, to)
}

/// The same project in a folder of its own, without a ledger.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).expect("made");
    for name in ["project.toml", "strict.toml"] {
        fs_err::copy(from.join(name), to.join(name)).expect("copied");
    }
    std::os::unix::fs::symlink(from.join("inputs"), to.join("inputs")).expect("linked");
}
