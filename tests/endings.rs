//! However the program ends: exit status 0, 1 or 2 and no other, in Chinese, and results stand whole
//! or not at all.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::desk::program;
use crate::support::program::{bidui, names, small_project};
use crate::support::story;

const RUN: [&str; 5] = ["run", "project.toml", "--out", "out", "--quiet"];

fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(words).current_dir(folder);
    command
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_screen_or_log_changes_no_status_of_a_published_run() {
    let folder = small_project();
    let usual = bidui(folder.path(), &RUN).status;
    let full = || fs_err::OpenOptions::new().write(true).open("/dev/full").expect("Linux");
    let screen = command(folder.path(), &RUN).stdout(full().into_parts().0).output().expect("ends");
    assert_eq!(screen.status.code(), Some(usual));
    let told = String::from_utf8_lossy(&screen.stderr).into_owned();
    assert!(told.contains("写不进去") && told.contains("结果已经写出"), "{told}");
    let log = bidui(folder.path(), &[&RUN[..], &["--log", "/dev/full"]].concat());
    assert_eq!(log.status, usual, "{}", log.err);
    assert!(log.err.contains("日志文件写不进去"), "{}", log.err);
    // What only speaks has failed where nobody could hear it.
    let check = command(folder.path(), &["check", "project.toml", "--quiet"])
        .stdout(full().into_parts().0)
        .output();
    assert_eq!(check.expect("ends").status.code(), Some(2));
}

#[test]
fn a_target_that_is_somebody_elses_is_refused_at_once() {
    let folder = small_project();
    let begun = Instant::now();
    let root = if cfg!(windows) { "C:\\" } else { "/" };
    let outcome = bidui(folder.path(), &["run", "project.toml", "--out", root, "--quiet"]);
    assert_eq!(outcome.status, 2, "{}", outcome.err);
    assert!(outcome.err.contains("也不是本程序写的结果"), "{}", outcome.err);
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[cfg(unix)]
#[test]
fn a_linked_lock_is_not_followed_and_a_wide_ledger_is_tightened() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = small_project();
    let precious = folder.path().join("重要.txt");
    fs_err::write(&precious, "原文").expect("written");
    symlink(&precious, folder.path().join("bidui.lock")).expect("linked");
    let refused = bidui(folder.path(), &RUN);
    assert_eq!(refused.status, 2, "{}", refused.out);
    assert!(refused.err.contains("是一个链接"), "{}", refused.err);
    assert_eq!(fs_err::read_to_string(&precious).expect("there"), "原文");
    fs_err::remove_file(folder.path().join("bidui.lock")).expect("removed");

    bidui(folder.path(), &RUN);
    let ledger = folder.path().join("bidui.db");
    let mode = || fs_err::metadata(&ledger).expect("there").permissions().mode() & 0o777;
    fs_err::set_permissions(&ledger, PermissionsExt::from_mode(0o666)).expect("changed");
    bidui(folder.path(), &RUN);
    assert_eq!(mode(), 0o600);
}

#[test]
fn somebody_elses_database_is_refused_and_left_as_it_is() {
    let folder = small_project();
    let path = folder.path().join("bidui.db");
    let made = |sql: &str| {
        let other = rusqlite::Connection::open(&path).expect("a database");
        other.execute_batch(sql).expect("made");
    };
    for sql in ["CREATE TABLE notes (text)", "PRAGMA application_id = 77; PRAGMA user_version = 3;"]
    {
        made(sql);
        let before = fs_err::read(&path).expect("there");
        let refused = bidui(folder.path(), &RUN);
        assert_eq!(refused.status, 2, "{}", refused.out);
        assert!(refused.err.contains("不是本程序的台账"), "{}", refused.err);
        assert!(fs_err::read(&path).expect("there") == before, "changed: {sql}");
        fs_err::remove_file(&path).expect("removed");
    }
}

#[test]
fn a_ledger_in_use_is_told_in_chinese() {
    let folder = small_project();
    bidui(folder.path(), &RUN);
    let other = rusqlite::Connection::open(folder.path().join("bidui.db")).expect("a ledger");
    other.execute_batch("BEGIN EXCLUSIVE").expect("held");
    let outcome = bidui(folder.path(), &RUN);
    assert_eq!(outcome.status, 2, "{}", outcome.out);
    assert!(outcome.err.contains("正被另一个程序占用"), "{}", outcome.err);
    assert!(!outcome.err.contains("locked"), "{}", outcome.err);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_says_so_and_leaves_nothing() {
    use rustix::process::{Pid, Signal, kill_process};
    let folder = small_project();
    bidui(folder.path(), &RUN);
    let before = fs_err::read(folder.path().join("out/links.csv")).expect("results");
    let mut interrupted = 0;
    for pause in [20, 60, 120, 250] {
        let child = command(folder.path(), &RUN)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        std::thread::sleep(Duration::from_millis(pause));
        let pid = Pid::from_raw(i32::try_from(child.id()).expect("small")).expect("a process");
        if kill_process(pid, Signal::INT).is_err() {}
        let output = child.wait_with_output().expect("ended");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.code() {
            // Before the handler was there the system's own ending counts.
            None => {}
            Some(2) => {
                assert!(told.contains("没有写出任何结果"), "{told}");
                interrupted += 1;
            }
            Some(status) => assert!(status < 2, "{status} {told}"),
        }
        assert_eq!(fs_err::read(folder.path().join("out/links.csv")).expect("results"), before);
    }
    assert!(interrupted > 0, "never in the middle of a run");
    bidui(folder.path(), &RUN);
    let left: Vec<String> =
        names(folder.path()).into_iter().filter(|name| name.starts_with(".bidui")).collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn names_that_are_formulas_are_quoted_in_csv_results() {
    let folder = small_project();
    let list = folder.path().join("inputs/enrollment/佳木斯技师学院.csv");
    let text = fs_err::read_to_string(&list).expect("a list");
    fs_err::write(&list, text.replace("佳木斯技师学院", "=HYPERLINK(\"\"http://x\"\")技师学院"))
        .expect("written");
    let registry = folder.path().join("inputs/registry/佳木斯市.csv");
    let text = fs_err::read_to_string(&registry).expect("a registry");
    fs_err::write(&registry, text.replace("230000000102", "@230000000102")).expect("written");
    bidui(folder.path(), &RUN);
    for file in ["links.csv", "annex2.csv", "annex3.csv", "problems.csv"] {
        for row in story::table(&folder.path().join("out").join(file)) {
            for cell in row {
                assert!(!cell.starts_with(['=', '+', '@', '\t', '\r']), "{file}: {cell}");
            }
        }
    }
    let links = story::links(&folder.path().join("out"));
    assert!(links.contains(",'@230000000102,"), "{links}");
    // Who reads the file again sees the number as it is.
    let truth = folder.path().join("truth.csv");
    let rows = "source_file,source_sheet,source_row,person_id\n\
                inputs/enrollment/佳木斯技师学院.csv,,2,@230000000102\n";
    fs_err::write(&truth, rows).expect("written");
    let words = ["evaluate", "--links", "out/links.csv", "--truth", "truth.csv", "--partial"];
    let judged = bidui(folder.path(), &words);
    assert!(judged.out.contains("（1/1，"), "{}{}", judged.out, judged.err);
}

/// Returned forms and review lists are as foreign as any file.
#[test]
fn a_hostile_return_is_named_and_nothing_else() {
    let folder = small_project();
    bidui(folder.path(), &RUN);
    for case in ["far-corners", "ods-square", "sst-count-false"] {
        let inputs = crate::support::program::fixture("broken").join(case).join("inputs");
        for name in names(&inputs) {
            let path = inputs.join(&name).to_string_lossy().into_owned();
            let outcome = bidui(folder.path(), &["decide", "import", "project.toml", &path]);
            assert_eq!(outcome.status, 2, "{case}: {}", outcome.out);
            assert!(outcome.err.contains(&name), "{case}: {}", outcome.err);
        }
    }
}
