//! `bidui init`: a folder of exports as they come in, told by their content.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::program::{bidui, fixture};
use crate::support::story;

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder).expect("readable") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// The example's files, all in one folder.
fn heap() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for file in files(&fixture("example/inputs")) {
        let name = file.file_name().expect("a name");
        fs_err::copy(&file, folder.path().join(name)).expect("copied");
    }
    folder
}

/// Decision and person of each row, by the file's own name.
fn links(folder: &Path) -> BTreeMap<[String; 4], [String; 2]> {
    let table = story::table(&folder.join("out/links.csv"));
    let column = |name: &str| story::column(&table, name);
    let [file, sheet, row, decision, person, kind] =
        ["source_file", "source_sheet", "source_row", "decision", "person_id", "source_kind"]
            .map(column);
    let name = |path: &String| path.rsplit('/').next().unwrap_or(path).to_owned();
    let line = |line: &Vec<String>| {
        let key = [name(&line[file]), line[sheet].clone(), line[row].clone(), line[kind].clone()];
        (key, [line[decision].clone(), line[person].clone()])
    };
    table[1..].iter().map(line).collect()
}

#[test]
fn a_heap_of_exports_becomes_the_project_a_person_would_write() {
    let folder = heap();
    let add = |name: &str, bytes: &[u8]| {
        fs_err::write(folder.path().join(name), bytes).expect("written");
    };
    add("学籍空表.csv", "姓名,身份证号,入学年月,学籍状态,专业名称\n".as_bytes());
    add("附件2.csv", "附件2 统计表,,\n单位,①,②\n佳木斯技师学院,1,2\n".as_bytes());
    add("通知.txt", "关于报送名单的通知\n请于四月二十日前报送。\n".as_bytes());
    add("~$佳木斯技师学院.xls", b"x");
    add("照片.jpg", b"\xff\xd8\xff\xe0\0\0JFIF");
    let made = bidui(folder.path(), &["init", ".", "--as-of", "2019-06-10", "--quiet"]);
    assert_eq!(made.status, 1, "{}{}", made.out, made.err);
    for words in [
        "学籍空表.csv：是空表",
        "附件2.csv：是统计表",
        "填报单位 佳木斯市（由文件推断",
        "2019年上半年",
        "原来的文件都没有动",
    ] {
        assert!(made.out.contains(words), "{words}: {}", made.out);
    }
    let text = fs_err::read_to_string(folder.path().join("project.toml")).expect("written");
    assert!(text.contains("region = \"鹤岗市\"\nfiles = [\"鹤岗市绥滨县.xlsx\"]"), "{text}");
    let run = bidui(folder.path(), &["run", "--out", "out", "--quiet"]);
    assert!(run.status < 2, "{}", run.err);
    let other = tempfile::tempdir().expect("a folder");
    // A copy: the ledger beside a project is locked while it runs, and other tests run the example, too.
    story::copy(&fixture("example"), &other.path().join("example"));
    let example = other.path().join("example/project.toml");
    let whole = other.path().join("out");
    let words = ["run", example.to_str().expect("text"), "--quiet", "--out"];
    let usual = bidui(other.path(), &[&words[..], &[whole.to_str().expect("text")]].concat());
    assert!(usual.status < 2, "{}", usual.err);
    let (sorted, written) = (links(folder.path()), links(other.path()));
    assert_eq!(sorted.len(), written.len());
    assert!(sorted.len() > 100);
    let differ: Vec<_> =
        written.iter().filter(|(row, said)| sorted.get(*row) != Some(said)).collect();
    assert!(differ.is_empty(), "{differ:?}");
}

#[test]
fn a_project_that_is_there_is_left_alone() {
    let folder = heap();
    let project = folder.path().join("project.toml");
    fs_err::write(&project, "# mine\n").expect("written");
    let made = bidui(folder.path(), &["init", "."]);
    assert_eq!(made.status, 2);
    assert!(made.err.contains("已经有了，没有改动"), "{}", made.err);
    assert_eq!(fs_err::read_to_string(&project).expect("there"), "# mine\n");
    let nowhere = bidui(folder.path(), &["init", "没有的文件夹"]);
    assert_eq!(nowhere.status, 2);
    assert!(nowhere.err.contains("没有“没有的文件夹”这个文件夹"), "{}", nowhere.err);
}

#[test]
fn what_the_program_wrote_itself_is_left_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let source = tempfile::tempdir().expect("a folder");
    story::copy(&fixture("example"), source.path());
    let (example, out) = (source.path().join("project.toml"), root.join("out"));
    let [example, out] = [&example, &out].map(|path| path.to_str().expect("text"));
    let run = bidui(root, &["run", example, "--quiet", "--out", out]);
    assert!(run.status < 2, "{}", run.err);
    for list in ["registry/佳木斯市桦川县.csv", "enrollment/桦川县技工学校.xls"] {
        let from = fixture("example/inputs").join(list);
        fs_err::copy(&from, root.join(from.file_name().expect("a name"))).expect("copied");
    }
    // Workbooks that came back lie among the exports, out of their folder.
    let mut results = 0;
    for file in files(Path::new(out)) {
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or("");
        if ending == "xlsx" || ending == "csv" {
            results += 1;
            let name =
                format!("交回{results}_{}", file.file_name().expect("a name").to_string_lossy());
            fs_err::copy(&file, root.join(name)).expect("copied");
        }
    }
    let made = bidui(root, &["init", ".", "--quiet"]);
    assert!(made.status < 2, "{}", made.err);
    assert!(made.out.contains("out：是以前比对的结果"), "{}", made.out);
    assert!(made.out.contains("2019年上半年（由文件推断"), "{}", made.out);
    let text = fs_err::read_to_string(root.join("project.toml")).expect("written");
    let listed: Vec<&str> =
        text.lines().filter(|line| line.contains("交回") && !line.starts_with('#')).collect();
    assert!(results > 20 && listed.is_empty(), "{results} {listed:?}");
    assert!(text.contains("files = [\"桦川县技工学校.xls\"]"), "{text}");
}

#[test]
fn lists_of_persons_are_told_by_headings_and_names() {
    let folder = tempfile::tempdir().expect("a folder");
    for file in files(&fixture("programmes/inputs")) {
        let name = file.file_name().expect("a name");
        fs_err::copy(&file, folder.path().join(name)).expect("copied");
    }
    let made = bidui(folder.path(), &["init", ".", "--quiet"]);
    assert!(made.status < 2, "{}{}", made.out, made.err);
    let text = fs_err::read_to_string(folder.path().join("project.toml")).expect("written");
    let written = fs_err::read_to_string(fixture("programmes/project.toml")).expect("there");
    let source_of = |text: &str| -> BTreeMap<String, String> {
        let text: String = text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| format!("{line}\n"))
            .collect();
        let blocks = text.split("[[source]]").skip(1);
        let named = |block: &str| {
            let value = |key: &str| {
                let line = block.lines().find(|line| line.starts_with(key))?;
                line.split('"').nth(1).map(str::to_owned)
            };
            let file =
                value("files").expect("a file").rsplit('/').next().expect("a name").to_owned();
            (file, value("list").or(value("kind")).expect("a kind"))
        };
        blocks.map(named).collect()
    };
    let mut expected = source_of(&written);
    // A list of nobody is no list yet.
    expected.remove("毕业年度高校毕业生.csv");
    assert_eq!(source_of(&text), expected, "{text}");
}

#[cfg(unix)]
#[test]
fn a_hostile_folder_costs_nothing_but_a_line() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = heap();
    let root = folder.path();
    let school = fs_err::read(root.join("桦川县技工学校.xls")).expect("there");
    let odd =
        ["学籍[春]*?{a}.xls", "学籍\"引号\"#.xls", "学籍\\斜线.xls", "换\n行.xls", "-out.xls"];
    fs_err::create_dir_all(root.join("春[1]/深")).expect("made");
    let gbk = encoding_rs::GBK.encode("同江学籍.xls").0.into_owned();
    let odd = odd.map(|name| root.join("春[1]/深").join(name));
    let odd = [&odd[..], &[root.join(std::ffi::OsStr::from_bytes(&gbk))]].concat();
    for path in &odd {
        fs_err::write(path, &school).expect("written");
    }
    fs_err::remove_file(root.join("桦川县技工学校.xls")).expect("removed");
    std::os::unix::fs::symlink(root, root.join("转圈")).expect("linked");
    std::os::unix::fs::symlink("/nowhere/x.xls", root.join("断.xls")).expect("linked");
    let fifo = std::process::Command::new("mkfifo").arg(root.join("管道.csv")).status();
    assert!(fifo.expect("made").success());
    fs_err::write(root.join("坏.xlsx"), b"PK\x03\x04half").expect("written");
    fs_err::write(root.join("空.csv"), b"").expect("written");
    let made = bidui(root, &["init", ".", "--as-of", "2019-06-10", "--quiet"]);
    assert_eq!(made.status, 1, "{}{}", made.out, made.err);
    for words in [
        "断.xls：打不开",
        "转圈：是指向别处的链接",
        "管道.csv：不是普通文件",
        "坏.xlsx：",
        "空.csv：",
    ] {
        assert!(made.out.contains(words), "{words}: {}", made.out);
    }
    let check = bidui(root, &["check", "--quiet"]);
    assert!(check.status < 2, "{}\n{}", check.out, check.err);
    // Each of the odd names is read.
    assert!(!check.out.contains("没有找到“"), "{}", check.out);
    let read = check.out.lines().filter(|line| line.contains("学籍") && line.contains(" 行  "));
    assert!(read.count() > odd.len(), "{}", check.out);
}

#[test]
fn nothing_recognised_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    fs_err::write(folder.path().join("通知.txt"), "关于报送名单的通知\n").expect("written");
    let made = bidui(folder.path(), &["init", "."]);
    assert_eq!(made.status, 2);
    assert!(made.err.contains("没有认出任何名单"), "{}", made.err);
    assert!(!folder.path().join("project.toml").exists());
}
