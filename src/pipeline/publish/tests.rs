use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::workshop::{Announcement, clean};
use super::{Draft, MANIFEST, PublishError, check_target, refuse_held, sum, walk};
use crate::ledger::{Ledger, RunEntry};

/// A run of that id; its time tells it from reruns.
fn run(id: &str) -> RunEntry {
    RunEntry {
        run_id: id.to_owned(),
        started_at: Timestamp::UNIX_EPOCH,
        finished_at: Timestamp::UNIX_EPOCH,
        title: String::new(),
        unit: String::new(),
        as_of: "2019-06-10".to_owned(),
        program_version: String::new(),
        model_version: String::new(),
        settings: "{}".to_owned(),
        folder: PathBuf::new(),
        exit_status: 0,
        inputs: Vec::new(),
        stages: Vec::new(),
        counts: Vec::new(),
        results: Vec::new(),
    }
}

/// The ledger of the folder above the target's.
fn ledger(target: &Path) -> Ledger {
    let root = target.parent().and_then(Path::parent).expect("two folders above");
    Ledger::open(root).expect("a ledger")
}

/// Files of a path and a content each, with a manifest that lists them, ready to be published.
fn draft(target: &Path, files: &[(&str, &str)]) -> Result<Draft, PublishError> {
    let draft = Draft::begin(target, &ledger(target))?;
    for (path, content) in files {
        let full = draft.folder().join(path);
        fs_err::create_dir_all(full.parent().expect("inside")).expect("made");
        fs_err::write(full, content).expect("written");
    }
    let entries = draft.seal().expect("sealed");
    let listed: Vec<_> = entries
        .iter()
        .map(|entry| serde_json::json!({"path": entry.path, "sha256": entry.sha256}))
        .collect();
    let manifest = serde_json::json!({"program": "bidui", "results": listed});
    draft.complete(&manifest.to_string())?;
    Ok(draft)
}

fn publish(target: &Path, files: &[(&str, &str)]) -> Result<(), PublishError> {
    let mut ledger = ledger(target);
    let (draft, entry) = (draft(target, files)?, run("2019-06-10-0123456789"));
    let pending = ledger.record(&entry).expect("recorded");
    let published = draft.publish(&entry, pending.path())?;
    pending.commit().expect("lasting");
    published.settle();
    Ok(())
}

fn names(folder: &Path) -> Vec<String> {
    let items = fs_err::read_dir(folder).expect("readable");
    let mut names: Vec<String> =
        items.map(|item| item.expect("item").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("runs").join("r");
    (folder, target)
}

#[test]
fn results_replace_an_earlier_result_and_nothing_else_is_left() {
    let (_folder, target) = place();
    publish(&target, &[("links.csv", "甲"), ("反馈/甲.xlsx", "乙")]).expect("first");
    publish(&target, &[("links.csv", "丙")]).expect("second");
    assert_eq!(names(&target), ["links.csv", "run.json"]);
    assert_eq!(fs_err::read_to_string(target.join("links.csv")).expect("there"), "丙");
    assert_eq!(names(target.parent().expect("runs")), ["r"]);
}

#[cfg(unix)]
#[test]
fn results_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, target) = place();
    publish(&target, &[("反馈/甲.xlsx", "乙")]).expect("published");
    let mode = |path: &str| {
        fs_err::metadata(target.join(path)).expect("there").permissions().mode() & 0o777
    };
    let modes = ["", "反馈", "反馈/甲.xlsx", "run.json"].map(mode);
    assert_eq!(modes, [0o700, 0o700, 0o600, 0o600]);
}

#[test]
fn a_draft_that_is_dropped_leaves_the_earlier_result() {
    let (_folder, target) = place();
    publish(&target, &[("links.csv", "甲")]).expect("first");
    let draft = Draft::begin(&target, &ledger(&target)).expect("begun");
    fs_err::write(draft.folder().join("links.csv"), "半").expect("written");
    drop(draft);
    assert_eq!(fs_err::read_to_string(target.join("links.csv")).expect("there"), "甲");
    assert_eq!(names(target.parent().expect("runs")), ["r"]);
}

#[test]
fn what_is_saved_into_the_results_while_a_run_goes_is_not_lost() {
    let (_folder, target) = place();
    publish(&target, &[("03_待核清单.xlsx", "甲")]).expect("first");
    let draft = draft(&target, &[("03_待核清单.xlsx", "乙")]).expect("made");
    fs_err::write(target.join("03_待核清单.xlsx"), "填好").expect("saved");
    let refused = draft.publish(&run("2019-06-10-0123456789"), Path::new("bidui.db"));
    let error = refused.expect_err("refused").to_string();
    assert!(error.contains("03_待核清单.xlsx") && error.contains("没有覆盖"), "{error}");
    let kept = fs_err::read_to_string(target.join("03_待核清单.xlsx")).expect("there");
    assert_eq!(kept, "填好");
}

/// What Excel keeps open cannot be replaced on Windows; the sentence is the same wherever it is asked.
#[test]
fn a_workbook_somebody_has_open_is_named() {
    let (_folder, target) = place();
    publish(&target, &[("02_差异报告.xlsx", "甲"), ("links.csv", "乙")]).expect("first");
    let found = walk(&target).expect("walked");
    let is_open = |path: &Path| path.extension().is_some_and(|ending| ending == "xlsx");
    let error = refuse_held(&target, &found, is_open).expect_err("refused").to_string();
    assert!(
        error.contains("里的 02_差异报告.xlsx 正在别的程序（如 Excel、WPS）里打开着"),
        "{error}"
    );
    assert!(error.contains("原有的结果没有动") && error.contains("关闭后再运行一次"), "{error}");
    refuse_held(&target, &found, |_| false).expect("nothing is open");
}

#[test]
fn what_the_program_did_not_write_is_never_replaced() {
    let (folder, target) = place();
    let foreign = folder.path().join("文档");
    fs_err::create_dir(&foreign).expect("made");
    check_target(&foreign).expect("an empty folder may be used");
    fs_err::write(foreign.join("账.txt"), "1").expect("written");
    let error = check_target(&foreign).expect_err("refused");
    assert!(matches!(error, PublishError::Foreign(_)), "{error}");
    let error = check_target(&foreign.join("账.txt")).expect_err("refused");
    assert!(matches!(error, PublishError::NotAFolder(_)), "{error}");

    publish(&target, &[("a.xlsx", "甲")]).expect("first");
    fs_err::write(target.join("Thumbs.db"), "").expect("written");
    check_target(&target).expect("litter does not matter");
    for (path, expected) in [("a.xlsx", "移到别处"), ("~$a.xlsx", "关闭")] {
        publish(&target, &[("a.xlsx", "甲")]).expect("again");
        fs_err::write(target.join(path), "改").expect("written");
        let error = publish(&target, &[("a.xlsx", "甲")]).expect_err("refused").to_string();
        assert!(error.contains(expected) && error.contains(path), "{error}");
        fs_err::remove_dir_all(&target).expect("removed");
    }
}

#[test]
fn results_without_a_record_are_taken_back() {
    let (_folder, target) = place();
    let read = || fs_err::read_to_string(target.join("a.csv")).expect("there");
    let entry = run("2019-06-10-0123456789");
    let path = ledger(&target).path().to_owned();
    for earlier in [None, Some("旧")] {
        if let Some(text) = earlier {
            publish(&target, &[("a.csv", text)]).expect("published");
        }
        let new = draft(&target, &[("a.csv", "新")]).expect("a draft");
        let published = new.publish(&entry, &path).expect("in place");
        assert_eq!(read(), "新");
        drop(published);
        assert_eq!(target.exists().then(read).as_deref(), earlier);
    }
    assert_eq!(names(target.parent().expect("runs")), ["r"]);
}

/// What a program that was killed at some step of publishing leaves, by the folders of its workshop
/// (new, old) and what stands at the target.
#[test]
fn the_next_start_undoes_or_completes_what_a_kill_left() {
    let made = |at: &Path, text: &str| {
        fs_err::create_dir_all(at).expect("made");
        let manifest = serde_json::json!({"program": "bidui", "results": [], "text": text});
        fs_err::write(at.join(MANIFEST), manifest.to_string()).expect("written");
    };
    // Workshop's results, workshop's replaced, target; then what must stand at the target, without
    // a record of the run and with one.
    let cases = [
        // before the exchange
        ([Some("新"), None, Some("旧")], [Some("旧"), Some("旧")]),
        ([Some("新"), None, None], [None, None]),
        // between two renamings of a system that cannot exchange
        ([Some("新"), Some("旧"), None], [Some("旧"), Some("旧")]),
        // after the exchange, before the old one has its name
        ([Some("旧"), None, Some("新")], [Some("旧"), Some("新")]),
        // after all of it
        ([None, Some("旧"), Some("新")], [Some("旧"), Some("新")]),
        ([None, None, Some("新")], [None, Some("新")]),
    ];
    for (left, expected) in cases {
        for (is_recorded, expected) in [false, true].into_iter().zip(expected) {
            let (_folder, target) = place();
            let parent = target.parent().expect("runs").to_owned();
            let workshop = parent.join(".bidui-draft.0123456789abcdef");
            let places = [workshop.join("results"), workshop.join("replaced"), target.clone()];
            for (at, text) in places.iter().zip(left) {
                if let Some(text) = text {
                    made(at, text);
                }
            }
            let new = places.iter().zip(left).find(|(_, text)| *text == Some("新"));
            let manifest = new.map(|(at, _)| sum(&at.join(MANIFEST)).expect("a sum").0);
            let mut ledger = ledger(&target);
            let entry = run("2019-06-10-0123456789");
            let notice = Announcement {
                ledger: ledger.path().to_owned(),
                run_id: entry.run_id.clone(),
                started_at: entry.started_at.to_string(),
                manifest: manifest.expect("one is new"),
                target: target.clone(),
            };
            let text = serde_json::to_string(&notice).expect("JSON");
            fs_err::create_dir_all(&workshop).expect("made");
            fs_err::write(workshop.join("publishing.json"), text).expect("written");
            if is_recorded {
                ledger.record(&entry).expect("recorded").commit().expect("lasting");
            }
            clean(&parent, &ledger).expect("cleaned");
            let stands = fs_err::read_to_string(target.join(MANIFEST)).ok();
            let says = |text: &str| stands.as_ref().is_some_and(|found| found.contains(text));
            // A run is recorded after the exchange only.
            if !is_recorded || left[2] == Some("新") {
                assert!(
                    expected.map_or(stands.is_none(), says),
                    "{left:?} {is_recorded} {stands:?}"
                );
            }
            assert!(!workshop.exists(), "{left:?}");
        }
    }
}

#[test]
fn a_workshop_in_use_and_foreign_things_are_left_alone() {
    let (_folder, target) = place();
    let runs = target.parent().expect("runs").to_owned();
    let working = draft(&target, &[("a.csv", "甲")]).expect("a draft");
    fs_err::write(runs.join(".bidui-x.999999"), "杂物").expect("written");
    fs_err::write(runs.join(".bidui-draft.0123456789abcdef"), "杂物").expect("written");
    fs_err::create_dir(runs.join(".bidui-notes")).expect("made");
    clean(&runs, &ledger(&target)).expect("cleaned");
    assert!(working.folder().join("a.csv").is_file());
    assert_eq!(names(&runs).len(), 4);
}

#[test]
fn leftovers_of_early_versions_are_cleaned_or_put_back() {
    let (_folder, target) = place();
    let runs = target.parent().expect("runs");
    // The number of this very process: in a container every run has the same.
    let process = std::process::id();
    let names_left =
        [format!(".bidui-2019-06-10-0123456789.{process}"), format!(".bidui-old.{process}.r")];
    for name in &names_left {
        fs_err::create_dir_all(runs.join(name)).expect("made");
        fs_err::write(runs.join(name).join("links.csv"), "甲").expect("written");
    }
    drop(Draft::begin(&runs.join("other"), &ledger(&target)).expect("begun"));
    assert_eq!(names(runs), ["r"]);
    assert_eq!(fs_err::read_to_string(target.join("links.csv")).expect("back"), "甲");
}
