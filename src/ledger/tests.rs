use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use super::lock;
use super::{
    EarlierRun, InputEntry, InputKind, Ledger, LedgerError, ResultEntry, RunEntry, StageEntry,
};
use crate::sources::SourceKind;

fn result(path: &str, sha256: &str) -> ResultEntry {
    ResultEntry { path: path.to_owned(), sha256: sha256.to_owned(), bytes: 7 }
}

fn entry(run_id: &str, second: i64) -> RunEntry {
    let at = Timestamp::from_second(second).expect("a time");
    RunEntry {
        run_id: run_id.to_owned(),
        started_at: at,
        finished_at: at,
        title: "甲".to_owned(),
        unit: "佳木斯市".to_owned(),
        as_of: "2019-06-10".to_owned(),
        program_version: "0.1.0".to_owned(),
        model_version: "1".to_owned(),
        settings: "{}".to_owned(),
        folder: PathBuf::from("runs/x"),
        exit_status: 0,
        inputs: vec![InputEntry {
            kind: InputKind::Source(SourceKind::Registry),
            path: "a.csv".to_owned(),
            sha256: "00".to_owned(),
            rows: 3,
        }],
        stages: vec![StageEntry { stage: "read", seconds: 0.5 }],
        counts: Vec::new(),
        results: vec![result("links.csv", "aa")],
    }
}

#[test]
fn the_latest_run_of_an_id_is_found_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = Ledger::open(folder.path()).expect("a ledger");
    assert_eq!(ledger.earlier("r").expect("readable"), None);
    for second in [100, 200] {
        ledger.record(&entry("r", second)).expect("recorded").commit().expect("committed");
    }
    drop(ledger);
    let ledger = Ledger::open(folder.path()).expect("opens again");
    let earlier = ledger.earlier("r").expect("readable").expect("there");
    assert_eq!(earlier.started_at.as_second(), 200);
    assert_eq!(earlier.results, [result("links.csv", "aa")]);
    assert_eq!(ledger.earlier("other").expect("readable"), None);
}

#[test]
fn a_run_that_is_not_committed_leaves_no_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = Ledger::open(folder.path()).expect("a ledger");
    drop(ledger.record(&entry("r", 100)).expect("recorded"));
    assert_eq!(ledger.earlier("r").expect("readable"), None);
}

#[test]
fn differences_name_changed_new_and_lost_files() {
    let earlier = EarlierRun {
        started_at: Timestamp::UNIX_EPOCH,
        folder: PathBuf::new(),
        results: vec![result("a", "1"), result("b", "2"), result("c", "3")],
    };
    let now = [result("a", "1"), result("b", "9"), result("d", "4")];
    assert_eq!(earlier.differences(&now), ["b", "c", "d"]);
    assert!(earlier.differences(&earlier.results).is_empty());
}

#[test]
fn a_file_that_is_no_ledger_and_a_later_one_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(super::FILE_NAME);
    fs_err::write(&path, "这是别的文件，不是数据库。".repeat(100)).expect("written");
    let error = Ledger::open(folder.path()).expect_err("refused");
    assert!(matches!(error, LedgerError::Foreign { .. }), "{error}");

    fs_err::remove_file(&path).expect("removed");
    drop(Ledger::open(folder.path()).expect("a ledger"));
    let connection = rusqlite::Connection::open(&path).expect("open");
    connection.pragma_update(None, "user_version", 99).expect("set");
    drop(connection);
    let error = Ledger::open(folder.path()).expect_err("refused");
    assert!(matches!(error, LedgerError::Newer { found: 99, .. }), "{error}");
}

#[test]
fn a_folder_that_is_not_there_is_a_clear_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = Ledger::open(&folder.path().join("missing")).expect_err("refused");
    assert!(matches!(error, LedgerError::Unwritable { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn the_ledger_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    drop(Ledger::open(folder.path()).expect("a ledger"));
    let mode = fs_err::metadata(folder.path().join(super::FILE_NAME)).expect("there").permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
}

#[test]
fn a_second_run_is_refused_or_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = lock::acquire(folder.path(), Duration::ZERO, &|| ()).expect("free");
    let refused = lock::acquire(folder.path(), Duration::ZERO, &|| ()).expect_err("busy");
    let holder = std::process::id().to_string();
    assert!(refused.to_string().contains(&holder), "{refused}");

    let told = Cell::new(0);
    let wait = Duration::from_millis(250);
    lock::acquire(folder.path(), wait, &|| told.set(told.get() + 1)).expect_err("still busy");
    assert_eq!(told.get(), 1);
    drop(first);
    lock::acquire(folder.path(), Duration::ZERO, &|| ()).expect("free again");
}

#[test]
fn waiting_ends_when_the_other_run_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = lock::acquire(folder.path(), Duration::ZERO, &|| ()).expect("free");
    std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            drop(first);
        });
        lock::acquire(folder.path(), Duration::from_secs(20), &|| ()).expect("free in the end");
    });
}
