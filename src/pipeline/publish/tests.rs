use std::path::{Path, PathBuf};

use super::{Draft, Leftover, PublishError, check_target, left_behind};

/// Publishes files of a path and a content each, with a manifest that lists them.
fn publish(target: &Path, files: &[(&str, &str)]) -> Result<(), PublishError> {
    let draft = Draft::begin(target, "2019-06-10-0123456789")?;
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
    draft.publish()
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
    let draft = Draft::begin(&target, "x").expect("begun");
    fs_err::write(draft.folder().join("links.csv"), "半").expect("written");
    drop(draft);
    assert_eq!(fs_err::read_to_string(target.join("links.csv")).expect("there"), "甲");
    assert_eq!(names(target.parent().expect("runs")), ["r"]);
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
fn leftovers_of_ended_programs_are_cleaned_or_put_back() {
    let (_folder, target) = place();
    let runs = target.parent().expect("runs");
    // No process has the highest number a 32-bit integer holds.
    let dead = u32::MAX;
    for name in [format!(".bidui-x.{dead}"), format!(".bidui-old.{dead}.r")] {
        fs_err::create_dir_all(runs.join(name)).expect("made");
    }
    fs_err::write(runs.join(format!(".bidui-old.{dead}.r/links.csv")), "甲").expect("written");
    drop(Draft::begin(&runs.join("other"), "y").expect("begun"));
    assert_eq!(names(runs), ["r"]);
    assert_eq!(fs_err::read_to_string(target.join("links.csv")).expect("back"), "甲");
}

#[test]
fn only_folders_of_ended_programs_count_as_left_behind() {
    let own = std::process::id();
    let dead = u32::MAX;
    let cases = [
        (format!(".bidui-2019-06-10-0123456789.{dead}"), Some(Leftover::Draft)),
        (format!(".bidui-old.{dead}.a.b"), Some(Leftover::Aside("a.b"))),
        (format!(".bidui-x.{own}"), None),
        (".bidui-notes".to_owned(), None),
        ("runs".to_owned(), None),
    ];
    for (name, expected) in cases {
        // Systems without /proc cannot tell a running process from an ended one.
        if Path::new("/proc").exists() {
            assert_eq!(left_behind(&name), expected, "{name}");
        }
    }
}
