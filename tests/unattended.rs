//! Runs that nobody watches: nothing new, late inputs, a lock, the log, and the dates of a round.

use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::support::program::{Outcome, bidui, names, small_project};
use crate::support::story;

const ROUTINE: [&str; 5] = ["run", "project.toml", "--if-new", "--log", "bidui.log"];

fn routine(folder: &Path) -> Outcome {
    bidui(folder, &ROUTINE)
}

fn log(folder: &Path) -> String {
    fs_err::read_to_string(folder.join("bidui.log")).expect("a log")
}

fn published(folder: &Path) -> usize {
    let runs = folder.join("runs");
    if runs.is_dir() { names(&runs).len() } else { 0 }
}

fn change(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = fs_err::read_to_string(&path).expect("there");
    assert!(text.contains(from), "{from} in {file}");
    fs_err::write(&path, text.replace(from, to)).expect("written");
}

#[test]
fn nothing_new_means_nothing_done() {
    let folder = small_project();
    let folder = folder.path();
    let first = routine(folder);
    assert!(matches!(first.status, 0 | 1), "{}", first.err);
    let ledger = fs_err::read(folder.join("bidui.db")).expect("a ledger");
    for _ in 0..2 {
        let again = routine(folder);
        assert_eq!(again.status, 0, "{}", again.err);
        assert!(again.out.starts_with("数据、设置和程序与上次比对相同"), "{}", again.out);
    }
    assert_eq!(published(folder), 1);
    assert_eq!(fs_err::read(folder.join("bidui.db")).expect("a ledger"), ledger);
}

type Change = fn(&Path);

#[test]
fn whatever_changed_is_something_new() {
    let folder = small_project();
    let folder = folder.path();
    routine(folder);
    let changes: [(&str, Change); 4] = [
        ("an input", |f| change(f, "inputs/training/惠民职业培训学校.csv", "中式烹调师", "电工")),
        ("a setting", |f| change(f, "project.toml", "2019-06-10", "2019-06-09")),
        ("a file more", |f| {
            let from = f.join("inputs/training/惠民职业培训学校.csv");
            fs_err::copy(from, f.join("inputs/training/又一所职业培训学校.csv")).expect("copied");
        }),
        ("the results taken away", |f| {
            fs_err::remove_dir_all(f.join("runs")).expect("removed");
        }),
    ];
    for (what, apply) in changes {
        apply(folder);
        let outcome = routine(folder);
        assert!(outcome.out.contains("结果在："), "{what}: {}{}", outcome.out, outcome.err);
        let again = routine(folder);
        assert!(again.out.starts_with("数据、设置和程序"), "{what}: {}", again.out);
    }
    let elsewhere = bidui(folder, &["run", "project.toml", "--if-new", "--out", "别处"]);
    assert!(elsewhere.out.contains("结果在："), "{}", elsewhere.out);
    let again = bidui(folder, &["run", "project.toml", "--if-new", "--out", "别处"]);
    assert!(again.out.starts_with("数据、设置和程序"), "{}", again.out);
}

#[test]
fn late_inputs_are_waited_for_by_failing_until_they_come() {
    let folder = small_project();
    let folder = folder.path();
    let (registry, aside) = (folder.join("inputs/registry"), folder.join("later"));
    fs_err::rename(&registry, &aside).expect("moved");
    for _ in 0..2 {
        let early = routine(folder);
        assert_eq!(early.status, 2, "{}", early.out);
        assert_eq!(published(folder), 0);
    }
    assert!(log(folder).contains("没有读到任何建档立卡信息"), "{}", log(folder));
    fs_err::rename(&aside, &registry).expect("moved");
    assert!(matches!(routine(folder).status, 0 | 1));
    assert_eq!(published(folder), 1);
}

#[test]
fn the_neighbours_registry_does_not_stand_for_the_own_one() {
    let folder = small_project();
    let folder = folder.path();
    let (registry, other) = (folder.join("inputs/registry"), folder.join("inputs/other"));
    story::copy(&registry, &other);
    let project = folder.join("project.toml");
    let text = fs_err::read_to_string(&project).expect("readable");
    let second =
        "[[source]]\nkind = \"registry\"\nregion = \"鹤岗市\"\nfiles = [\"inputs/other/*\"]\n";
    fs_err::write(&project, format!("{text}\n{second}")).expect("written");
    let aside = folder.join("later");
    fs_err::rename(&registry, &aside).expect("moved");
    let early = bidui(folder, &["run", "project.toml"]);
    assert_eq!(early.status, 2, "{}", early.out);
    assert!(
        early.err.contains("“inputs/registry/*”没有找到任何建档立卡信息的文件"),
        "{}",
        early.err
    );
    assert_eq!(published(folder), 0);
    fs_err::rename(&aside, &registry).expect("moved");
    assert!(matches!(bidui(folder, &["run", "project.toml"]).status, 0 | 1));
}

#[test]
fn a_run_under_way_is_waited_for() {
    let folder = small_project();
    let lock = fs_err::File::create(folder.path().join("bidui.lock")).expect("made");
    lock.try_lock().expect("free");
    let refused = routine(folder.path());
    assert_eq!(refused.status, 2, "{}", refused.out);
    assert!(
        log(folder.path()).contains("另一次比对正在这个文件夹里运行"),
        "{}",
        log(folder.path())
    );
    assert!(log(folder.path()).trim_end().ends_with("结束，退出状态 2"));
    thread::scope(|scope| {
        scope.spawn(move || {
            thread::sleep(Duration::from_millis(700));
            drop(lock);
        });
        let patient = [&ROUTINE[..], &["--wait", "60"]].concat();
        let outcome = bidui(folder.path(), &patient);
        assert!(matches!(outcome.status, 0 | 1), "{}", outcome.err);
    });
    assert_eq!(published(folder.path()), 1);
}

#[test]
fn the_log_is_appended_to_and_tells_the_time_and_the_status() {
    let folder = small_project();
    let folder = folder.path();
    let status = routine(folder).status;
    let first = log(folder);
    let stamped = |line: &str| {
        let mut marks = line.bytes().take(20).enumerate();
        line.len() > 20
            && marks.all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                10 | 19 => byte == b' ',
                13 | 16 => byte == b':',
                _ => byte.is_ascii_digit(),
            })
    };
    assert!(first.lines().all(stamped), "{first}");
    assert!(first.contains("开始比对：project.toml") && first.contains("结果在："), "{first}");
    assert!(first.trim_end().ends_with(&format!("结束，退出状态 {status}")), "{first}");
    routine(folder);
    let second = log(folder);
    assert!(second.starts_with(&first) && second.len() > first.len(), "{second}");
    change(folder, "project.toml", "unit", "unti");
    assert_eq!(routine(folder).status, 2);
    assert!(log(folder).contains("是否应为“unit”？"), "{}", log(folder));
    let nowhere = bidui(folder, &["run", "project.toml", "--log", "none/bidui.log"]);
    assert_eq!(nowhere.status, 2);
    assert!(nowhere.err.contains("日志文件写不了"), "{}", nowhere.err);
}

#[cfg(unix)]
#[test]
fn the_log_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    for before in [false, true] {
        let folder = small_project();
        let path = folder.path().join("bidui.log");
        if before {
            fs_err::write(&path, "").expect("written");
            let open = std::fs::Permissions::from_mode(0o644);
            fs_err::set_permissions(&path, open).expect("opened");
        }
        routine(folder.path());
        let mode = fs_err::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "there before: {before}");
    }
}

/// What stands behind `run` in a file that starts the program.
fn command(text: &str) -> Vec<String> {
    let from = text.find("run ").expect("a command") + 4;
    let rest = text.split_at(from).1;
    let end = rest.find(['\n', '<', '>']).unwrap_or(rest.len());
    rest.split_at(end).0.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn the_shipped_files_start_a_command_that_works() {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let read = |path: &str| fs_err::read(deploy.join(path)).expect("shipped");
    let wide: Vec<u16> = read("windows/bidui-task.xml")
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let task = String::from_utf16(&wide).expect("UTF-16");
    let (_, task) = task.split_once("<Arguments>").expect("arguments");
    let service = String::from_utf8(read("systemd/bidui.service")).expect("UTF-8");
    let (_, service) = service.split_once("ExecStart=").expect("a command");
    let cron = String::from_utf8(read("cron/bidui")).expect("UTF-8");
    let (_, cron) = cron.split_once("&& bidui ").expect("a command");
    for text in [task, service, cron] {
        let words = command(text);
        let words: Vec<&str> =
            words.iter().map(|word| word.trim_start_matches("/srv/bidui/")).collect();
        let folder = small_project();
        let outcome = bidui(folder.path(), &[&["run"], &words[..]].concat());
        assert!(matches!(outcome.status, 0 | 1), "{words:?}: {}", outcome.err);
        assert!(log(folder.path()).contains("退出状态"), "{words:?}");
        let again = bidui(folder.path(), &[&["run"], &words[..]].concat());
        assert_eq!(again.status, 0, "{words:?}: {}", again.out);
    }
}

fn calendar(folder: &Path, today: &str) -> Outcome {
    bidui(folder, &["calendar", "project.toml", "--today", today, "--ics", "a.ics"])
}

#[test]
fn the_calendar_follows_the_ledger() {
    let folder = small_project();
    let folder = folder.path();
    let before = calendar(folder, "2019-04-22");
    assert_eq!(before.status, 0, "{}", before.err);
    for part in [
        "2019年4月20日前（星期六，周末）",
        "已逾期2天",
        "还剩8天",
        "还剩49天",
        "学籍数据、培训数据",
    ] {
        assert!(before.out.contains(part), "no {part} in\n{}", before.out);
    }
    assert_eq!(names(folder), ["a.ics", "inputs", "project.toml"], "no ledger is made");
    let early = fs_err::read(folder.join("a.ics")).expect("written");
    calendar(folder, "2019-04-22");
    assert_eq!(fs_err::read(folder.join("a.ics")).expect("written"), early);
    bidui(folder, &["run", "project.toml"]);
    let after = calendar(folder, "2019-04-22");
    assert_eq!(after.out.matches("已生成").count(), 3, "{}", after.out);
    assert!(!after.out.contains("台账中还没有"), "{}", after.out);
    let done = fs_err::read_to_string(folder.join("a.ics")).expect("written");
    let uids = |text: &str| text.matches("\r\nUID:").count();
    assert_eq!((uids(&done), done.matches("BEGIN:VALARM").count()), (3, 0));
    let autumn = calendar(folder, "2019-10-01");
    assert!(
        autumn.out.contains("2019年下半年") && autumn.out.contains("还剩19天"),
        "{}",
        autumn.out
    );
}
