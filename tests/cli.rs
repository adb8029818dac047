//! The program from outside: help, usage errors, exit statuses, what is published and what not.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::desk::program;
use crate::support::program::{Outcome, bidui, names, small_project};

fn anywhere(arguments: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    bidui(folder.path(), arguments)
}

#[test]
fn help_and_version_always_work() {
    for arguments in [&["help"][..], &["--help"], &["-h"], &["help", "run"], &["check", "--help"]] {
        let outcome = anywhere(arguments);
        assert_eq!((outcome.status, outcome.err.as_str()), (0, ""), "{arguments:?}");
        assert!(outcome.out.contains("用法：bidui"), "{}", outcome.out);
        let english = ["Usage", "Options", "Commands", "Arguments", "Print", "default", "possible"];
        for word in english {
            assert!(!outcome.out.contains(word), "{word} in\n{}", outcome.out);
        }
    }
    let version = format!("bidui {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(anywhere(&["--version"]).out, version);
}

#[test]
fn usage_errors_are_explained_in_chinese() {
    let cases: [(&[&str], &str); 12] = [
        (&["rnu", "x"], "没有“rnu”这个命令；是否要用“run”？\n用法见：bidui help\n"),
        (&["help", "chek"], "没有“chek”这个命令；是否要用“check”？\n用法见：bidui help\n"),
        (&["run"], "缺少 <项目文件>\n用法见：bidui help run\n"),
        (&["run", "a", "--as-off", "1"], "不认识的选项“--as-off”；是否为 --as-of？\n"),
        (&["run", "a", "-x"], "不认识的选项“-x”\n"),
        (&["run", "a", "b"], "多余的参数“b”\n"),
        (&["run", "a", "--as-of", "2019-06-31"], "--as-of <日期> 的“2019-06-31”不是有效日期"),
        (&["run", "a", "--threads", "0"], "--threads <个数> 的“0”应为 1 到 1024 的整数"),
        (&["run", "a", "--wait", "-1"], "不认识的选项“-1”"),
        (&["run", "a", "--out"], "--out <文件夹> 后面缺少内容"),
        (&["run", "a", "--quiet=3"], "--quiet 后面的内容多了"),
        (&["run", "a", "--out", "x", "--out", "y"], "--out <文件夹> 写了不止一次"),
    ];
    for (arguments, expected) in cases {
        let outcome = anywhere(arguments);
        assert_eq!((outcome.status, outcome.out.as_str()), (2, ""), "{arguments:?}");
        assert!(outcome.err.starts_with(expected), "{arguments:?}:\n{}", outcome.err);
    }
    let outcome = anywhere(&[]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.err.contains("命令:"), "{}", outcome.err);
}

/// `link` is for anybody's tables: its help, its mistakes and its messages are in English.
#[test]
fn link_speaks_english_throughout() {
    let help = anywhere(&["link", "--help"]);
    assert_eq!((help.status, help.err.as_str()), (0, ""));
    assert!(help.out.contains("Usage: bidui link --left <CSV>"), "{}", help.out);
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/linkage/febrl4.toml");
    let model = model.to_str().expect("UTF-8");
    let tables = ["link", "--left", "a.csv", "--right", "b.csv", "--out", "o.csv"];
    let cases: [(&[&str], &str); 6] = [
        (&["link", "--left", "a"], "missing: --right <CSV>, --model <TOML>, --out <CSV>\n"),
        (&["link", "--rigth", "a"], "there is no argument \"--rigth\"; did you mean --right?\n"),
        (&["link", "--left", "a", "--left", "b"], "--left <CSV> is given more than once\n"),
        (&["link", "--left"], "--left <CSV> lacks its value\n"),
        (
            &[&tables[..], &["--model", "m.toml"]].concat(),
            "not linked: the model file cannot be read",
        ),
        (&[&tables[..], &["--model", model]].concat(), "not linked: a.csv"),
    ];
    for (arguments, expected) in cases {
        let outcome = anywhere(arguments);
        assert_eq!((outcome.status, outcome.out.as_str()), (2, ""), "{arguments:?}");
        assert!(outcome.err.starts_with(expected), "{arguments:?}:\n{}", outcome.err);
        let is_chinese = |letter: char| ('\u{3000}'..='\u{9fff}').contains(&letter);
        assert!(
            !outcome.err.contains(is_chinese) && !help.out.contains(is_chinese),
            "{}",
            outcome.err
        );
    }
}

#[test]
fn inside_a_project_its_file_may_be_left_out() {
    let folder = small_project();
    let row = "inputs/enrollment/佳木斯技师学院.csv::2";
    let calls: [&[&str]; 6] = [
        &["run", "--out", "out"],
        &["run", ".", "--out", "out", "--quiet"],
        &["check", "--quiet"],
        &["explain", row],
        &["decide", "list"],
        &["calendar", "--today", "2019-06-01"],
    ];
    for arguments in calls {
        let outcome = bidui(folder.path(), arguments);
        assert!(matches!(outcome.status, 0 | 1), "{arguments:?}: {}", outcome.err);
    }
    let refused = bidui(folder.path(), &["decide", "import", "没有这个.xlsx"]);
    assert!(refused.err.contains("没有这个.xlsx"), "{}", refused.err);
    let none = bidui(&folder.path().join("inputs"), &["run"]);
    assert!(none.err.starts_with("缺少 <项目文件>"), "{}", none.err);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = Command::new(program())
        .arg("help")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

/// Runs the small project into `out` beside it.
fn run(folder: &Path) -> Outcome {
    bidui(folder, &["run", "project.toml", "--out", "out"])
}

#[test]
fn a_run_publishes_everything_and_says_where() {
    let folder = small_project();
    let outcome = run(folder.path());
    assert!(matches!(outcome.status, 0 | 1), "{}\n{}", outcome.out, outcome.err);
    for part in ["佳木斯市技能脱贫数据比对（报告日期 2019-06-10）", "技工院校学籍", "结果在："]
    {
        assert!(outcome.out.contains(part), "no {part} in\n{}", outcome.out);
    }
    let published = names(&folder.path().join("out"));
    for file in ["links.csv", "problems.csv", "annex2.csv", "annex3.csv", "run.json"] {
        assert!(published.iter().any(|name| name == file), "no {file} in {published:?}");
    }
    let left = names(folder.path());
    assert_eq!(left, ["bidui.db", "bidui.lock", "inputs", "out", "project.toml"]);
}

#[test]
fn the_manifest_accounts_for_inputs_and_rows() {
    let folder = small_project();
    run(folder.path());
    let text = fs_err::read_to_string(folder.path().join("out/run.json")).expect("run.json");
    let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let rows: Vec<_> = manifest["inputs"]
        .as_array()
        .expect("inputs")
        .iter()
        .map(|input| (input["path"].as_str().expect("path"), input["rows"].as_u64()))
        .collect();
    let expected = [
        ("inputs/registry/佳木斯市.csv", Some(3)),
        ("inputs/enrollment/佳木斯技师学院.csv", Some(2)),
        ("inputs/training/惠民职业培训学校.csv", Some(1)),
    ];
    assert_eq!(rows, expected);
    assert_eq!(manifest["as_of"], "2019-06-10");
    assert_eq!(manifest["rows_accounted_for"], true);
    let id = manifest["run_id"].as_str().expect("an id");
    assert!(id.starts_with("2019-06-10-") && id.len() == 21, "{id}");
    let links = fs_err::read_to_string(folder.path().join("out/links.csv")).expect("links");
    assert_eq!(links.lines().count(), 1 + 3);
}

#[test]
fn a_second_run_says_that_nothing_changed() {
    let folder = small_project();
    let first = run(folder.path());
    assert!(!first.out.contains("逐字节一致"), "{}", first.out);
    let second = run(folder.path());
    assert!(second.out.contains("的运行输入相同，结果逐字节一致"), "{}", second.out);
    let other = bidui(folder.path(), &["run", "project.toml", "--as-of", "2019-06-11"]);
    assert!(!other.out.contains("逐字节一致"), "{}", other.out);
    assert!(names(&folder.path().join("runs"))[0].starts_with("2019-06-11-"));
}

#[test]
fn nothing_is_published_where_a_run_fails() {
    let folder = small_project();
    fs_err::remove_dir_all(folder.path().join("inputs/registry")).expect("removed");
    let outcome = run(folder.path());
    assert_eq!(outcome.status, 2, "{}", outcome.out);
    assert!(outcome.err.starts_with("比对没有完成：没有读到任何建档立卡信息"), "{}", outcome.err);
    assert!(!folder.path().join("out").exists() && !folder.path().join("runs").exists());
}

#[test]
fn somebody_elses_folder_is_refused_and_kept() {
    let folder = small_project();
    let out = folder.path().join("out");
    fs_err::create_dir(&out).expect("made");
    fs_err::write(out.join("账.txt"), "1").expect("written");
    let outcome = run(folder.path());
    assert_eq!(outcome.status, 2);
    assert!(outcome.err.contains("也不是本程序写的结果"), "{}", outcome.err);
    assert_eq!(names(&out), ["账.txt"]);
}

#[test]
fn results_somebody_worked_on_are_not_overwritten() {
    let folder = small_project();
    run(folder.path());
    let links = folder.path().join("out/links.csv");
    fs_err::write(&links, "改过").expect("written");
    let outcome = run(folder.path());
    assert_eq!(outcome.status, 2, "{}", outcome.out);
    assert!(outcome.err.contains("links.csv"), "{}", outcome.err);
    assert_eq!(fs_err::read_to_string(links).expect("there"), "改过");
}

#[test]
fn a_second_run_at_the_same_time_is_refused() {
    let folder = small_project();
    let path = folder.path().join("bidui.lock");
    let lock = fs_err::File::create(path).expect("made");
    lock.try_lock().expect("free");
    let outcome = run(folder.path());
    assert_eq!(outcome.status, 2, "{}", outcome.out);
    assert!(outcome.err.contains("另一次比对正在这个文件夹里运行"), "{}", outcome.err);
    assert!(!folder.path().join("out").exists());
    drop(lock);
    assert!(matches!(run(folder.path()).status, 0 | 1));
}

#[test]
fn check_shows_the_mapping_and_writes_nothing() {
    let folder = small_project();
    let before = names(folder.path());
    let outcome = bidui(folder.path(), &["check", "project.toml"]);
    assert!(matches!(outcome.status, 0 | 1), "{}\n{}", outcome.out, outcome.err);
    for part in ["佳木斯市人力资源社会保障局", "输入文件 3 个", "身份证号", "数据问题："]
    {
        assert!(outcome.out.contains(part), "no {part} in\n{}", outcome.out);
    }
    assert_eq!(names(folder.path()), before);
}

#[cfg(unix)]
#[test]
fn everything_written_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = small_project();
    run(folder.path());
    let mut open: Vec<PathBuf> = vec![folder.path().join("out")];
    let mut paths = vec![folder.path().join("bidui.db"), folder.path().join("bidui.lock")];
    while let Some(below) = open.pop() {
        for name in names(&below) {
            let path = below.join(name);
            if path.is_dir() { open.push(path) } else { paths.push(path) }
        }
        paths.push(below);
    }
    for path in paths {
        let mode = fs_err::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let folder = small_project();
    // A folder in the ledger's place: unlike a mode, this stops a privileged user, too.
    fs_err::create_dir(folder.path().join("bidui.db")).expect("made");
    let outcome = run(folder.path());
    assert_eq!(outcome.status, 2);
    assert!(outcome.err.contains("bidui.db"), "{}", outcome.err);
}

/// Institutions are called what they are called; their files have names that every system takes, the same
/// on each.
#[test]
fn institutions_with_names_no_system_takes_get_files_all_the_same() {
    let project = small_project();
    let path = project.path().join("inputs/training/惠民职业培训学校.csv");
    let text = fs_err::read_to_string(&path).expect("there");
    let (heading, row) = text.split_once('\n').expect("two lines");
    let mut all = format!("{heading}\n");
    for name in ["CON", "惠民:培训*学校?", "惠民<培训>学校|", "..", "com1.技校", "技校 . ", "Nul"]
    {
        let renamed = row.replace("惠民职业培训学校", name);
        all.push_str(&renamed);
    }
    fs_err::write(&path, all).expect("written");
    let told = bidui(project.path(), &["run", "project.toml", "--out", "out"]);
    assert!(told.status <= 1, "{}{}", told.out, told.err);
    let files = names(&project.path().join("out/反馈/职业培训机构"));
    for file in &files {
        let stem = file.strip_suffix(".xlsx").expect("a workbook");
        assert!(!stem.contains(['\\', '/', ':', '*', '?', '"', '<', '>', '|']), "{file}");
        assert!(!stem.ends_with(['.', ' ']) && !stem.starts_with('.'), "{file}");
    }
    for expected in
        ["_CON.xlsx", "惠民_培训_学校_.xlsx", "惠民_培训_学校_(2).xlsx", "_com1.技校.xlsx"]
    {
        assert!(files.iter().any(|file| file == expected), "{expected} is not in {files:?}");
    }
}
