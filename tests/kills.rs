//! Killed at any moment: results stand whole or not at all, the ledger agrees with them, and the
//! next run goes through.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bidui::ledger::Ledger;

use crate::support::desk::program;
use crate::support::program::{bidui, names, small_project};
use crate::support::story;

const RUN: [&str; 5] = ["run", "project.toml", "--out", "out", "--quiet"];

fn start(folder: &Path) -> Child {
    Command::new(program())
        .args(RUN)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started")
}

/// Every file the manifest lists is there with its sum, and no other.
fn assert_whole(folder: &Path, what: &str) {
    let out = folder.join("out");
    if !out.exists() {
        return;
    }
    let manifest = fs_err::read_to_string(out.join("run.json")).expect(what);
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect(what);
    let listed = manifest["results"].as_array().expect(what);
    assert_eq!(story::files(&out).len(), listed.len() + 1, "{what}");
    for entry in listed {
        let path = out.join(entry["path"].as_str().expect(what));
        let bytes = fs_err::read(&path).expect(what);
        assert_eq!(bidui::digest::sha256(&bytes), entry["sha256"], "{what}: {}", path.display());
    }
}

/// A project whose first run stands; what is changed before each further run, and how long one takes.
struct Place {
    folder: tempfile::TempDir,
    list: String,
    whole_run: Duration,
}

impl Place {
    fn new() -> Self {
        let folder = small_project();
        let begun = std::time::Instant::now();
        assert!(bidui(folder.path(), &RUN).status < 2);
        let whole_run = begun.elapsed();
        let path = folder.path().join("inputs/enrollment/佳木斯技师学院.csv");
        let list = fs_err::read_to_string(path).expect("a list");
        Self { folder, list, whole_run }
    }

    /// Another input, so that the next run is another run.
    fn change(&self, number: u32) {
        let path = self.folder.path().join("inputs/enrollment/佳木斯技师学院.csv");
        let text = self.list.replace("焊接加工", &format!("焊接加工{number}"));
        fs_err::write(path, text).expect("written");
    }

    /// What must hold after every kill.
    fn assert_sound(&self, what: &str) {
        assert_whole(self.folder.path(), what);
        let runs = Ledger::open(self.folder.path()).expect(what).runs().expect(what);
        assert!(!runs.is_empty(), "{what}");
    }

    /// What must hold after the next run that nobody kills.
    fn assert_mended(&self) {
        let folder = self.folder.path();
        let last = bidui(folder, &RUN);
        assert!(last.status < 2, "{}", last.err);
        assert_whole(folder, "the last run");
        let manifest = fs_err::read_to_string(folder.join("out/run.json")).expect("a manifest");
        let runs = Ledger::open(folder).expect("a ledger").runs().expect("runs");
        let recorded = runs.last().expect("a run");
        assert!(manifest.contains(&recorded.run_id), "the ledger knows the results that stand");
        let left: Vec<String> =
            names(folder).into_iter().filter(|name| name.starts_with(".bidui")).collect();
        assert_eq!(left, Vec::<String>::new());
    }
}

/// Kills so many runs, each a little later than the last.
fn kill_by_time(kills: u32) {
    let place = Place::new();
    for kill in 0..kills {
        place.change(kill);
        let mut child = start(place.folder.path());
        std::thread::sleep(place.whole_run * (kill % 50) * 11 / 500 + Duration::from_millis(1));
        drop(child.kill());
        child.wait().expect("ended");
        place.assert_sound(&format!("kill {kill}"));
    }
    place.assert_mended();
}

/// Kills runs right at the n-th call of the system that puts something in its place, until a run
/// makes no such call any more or there were enough kills; how many there were.
#[cfg(target_os = "linux")]
fn kill_by_call(call: &str, most: u32) -> u32 {
    let place = Place::new();
    for nth in 1..=most {
        place.change(nth);
        let inject = format!("inject={call}:signal=SIGKILL:when={nth}");
        let status = Command::new("strace")
            .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject])
            .arg(env!("CARGO_BIN_EXE_bidui"))
            .args(RUN)
            .current_dir(place.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let Ok(status) = status else {
            eprintln!("there is no strace; kills at chosen calls are left out");
            return 0;
        };
        place.assert_sound(&format!("{call} {nth}"));
        if status.code().is_some_and(|code| code < 2) {
            place.assert_mended();
            return nth - 1;
        }
    }
    place.assert_mended();
    most
}

#[test]
fn a_killed_run_leaves_whole_results_and_nothing_else() {
    kill_by_time(10);
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_killed_while_it_publishes_is_undone_or_complete() {
    for (call, most) in [("renameat2", 2), ("rename", 4), ("unlink", 3)] {
        kill_by_call(call, most);
    }
}

#[test]
#[ignore = "half an hour; `cargo test --test suite -- --ignored kills`"]
fn five_hundred_killed_runs() {
    let mut kills = 250;
    kill_by_time(kills);
    #[cfg(target_os = "linux")]
    for call in
        ["renameat2", "rename", "unlink", "unlinkat", "fsync", "fdatasync", "mkdir", "write"]
    {
        kills += kill_by_call(call, 60);
    }
    eprintln!("{kills} runs were killed");
}
