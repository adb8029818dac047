//! Files handed over on the start page: into a new folder, to an open project, and returned workbooks.

use std::path::Path;

use bidui::ledger::Ledger;

use crate::front::{done, enter, heap, open};
use crate::support::answers;
use crate::support::program::{bidui, fixture, small_project};
use crate::support::story;

/// The files of a heap with their contents.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs_err::read_dir(folder).expect("a folder").flatten();
    let read = |entry: fs_err::DirEntry| {
        let name = entry.file_name().into_string().expect("text");
        (name, fs_err::read(entry.path()).expect("read"))
    };
    let mut files: Vec<(String, Vec<u8>)> = entries.map(read).collect();
    files.sort();
    files
}

fn lent(files: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect()
}

#[test]
fn files_dropped_on_the_first_page_become_a_project() {
    let (folder, home) = (heap(), tempfile::tempdir().expect("a folder"));
    let place = tempfile::tempdir().expect("a folder");
    let desk = open(place.path(), home.path());
    let browser = enter(&desk);
    let files = contents(folder.path());
    let told = browser
        .upload(&[("secret", &browser.secret), ("new", "2019年/上半年: 佳木斯")], &lent(&files));
    assert_eq!((told.status, told.header("location")), (303, "/arranged"), "{}", told.body);
    let made = place.path().join("2019年_上半年_ 佳木斯");
    assert_eq!(contents(&made), files);
    let table = done(&browser, "/arranged");
    assert!(table.body.contains("认出 3 个文件，未列入 1 个"), "{}", table.body);
    // The name is taken now.
    let again = browser
        .upload(&[("secret", &browser.secret), ("new", "2019年/上半年: 佳木斯")], &lent(&files));
    assert!(again.status == 403 && again.body.contains("已经有了"), "{}", again.body);
    assert_eq!(contents(&made), files);
}

#[test]
fn nothing_is_taken_from_strangers_and_no_name_leads_out_of_the_folder() {
    let home = tempfile::tempdir().expect("a folder");
    let project = small_project();
    let desk = open(project.path(), home.path());
    let browser = enter(&desk);
    let inbox = project.path().join("收到的文件");
    for fields in [&[("secret", "guessed"), ("project", "1")][..], &[("project", "1")]] {
        let told = browser.upload(fields, &[("甲.csv", b"x")]);
        assert_eq!(told.status, 403, "{}", told.body);
    }
    let mut stranger = browser.clone();
    stranger.cookie.clear();
    let told =
        stranger.upload(&[("secret", &browser.secret), ("project", "1")], &[("甲.csv", b"x")]);
    assert_eq!(told.status, 401);
    assert!(!inbox.exists());
    let own = [("secret", browser.secret.as_str()), ("project", "1")];
    assert_eq!(browser.upload(&own, &[]).status, 403);
    let names: [(&str, &[u8]); 5] = [
        ("../../出去.csv", b"a"),
        ("..\\\\con.csv", b"b"),
        ("..", b"c"),
        ("x.tar.gz?.sh", b"d"),
        ("../../出去.csv", b"e"),
    ];
    assert_eq!(browser.upload(&own, &names).status, 303);
    done(&browser, "/received");
    let stored: Vec<String> = contents(&inbox).into_iter().map(|(name, _)| name).collect();
    assert_eq!(stored, ["_con.csv", "x.tar.gz_.sh", "出去(2).csv", "出去.csv", "未命名"]);
    for above in [project.path(), project.path().parent().expect("a folder")] {
        assert!(!above.join("出去.csv").exists() && !above.join("con.csv").exists());
    }
}

#[test]
fn a_list_that_comes_later_is_recognised_and_added_with_a_click() {
    let home = tempfile::tempdir().expect("a folder");
    let project = small_project();
    let file = project.path().join("project.toml");
    let text = fs_err::read_to_string(&file).expect("read");
    fs_err::write(&file, format!("# 老张的项目\n{text}# 完\n")).expect("written");
    let list =
        fs_err::read(project.path().join("inputs/training/惠民职业培训学校.csv")).expect("read");
    let desk = open(project.path(), home.path());
    let browser = enter(&desk);
    let own = [("secret", browser.secret.as_str()), ("project", "1")];
    let told =
        browser.upload(&own, &[("新来的[1].csv", &list), ("说明.txt", "没有名单\n".as_bytes())]);
    assert_eq!((told.status, told.header("location")), (303, "/received"), "{}", told.body);
    let page = done(&browser, "/received");
    assert!(page.body.contains("收到的文件/新来的[1].csv"), "{}", page.body);
    assert!(page.body.contains("<option value=\"training\" selected>"), "{}", page.body);
    let added = browser.post("/received/add", &[("k0", "training"), ("k1", "")]);
    assert_eq!(added.header("location"), "/project");
    let text = fs_err::read_to_string(&file).expect("read");
    assert!(text.starts_with("# 老张的项目\n") && text.ends_with("# 完\n"), "{text}");
    assert!(
        text.contains("files = [\"inputs/training/*\", \"收到的文件/新来的[[]1[]].csv\"]"),
        "{text}"
    );
    // Handed over once more it is stored beside and not taken for a new one of the project.
    browser.post("/check", &[]);
    let checked = done(&browser, "/project");
    assert!(checked.body.contains("新来的[1].csv"), "{}", checked.body);
}

#[test]
fn a_returned_workbook_is_taken_and_what_is_not_is_named() {
    let (folder, home) =
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    story::copy(&fixture("cases/namesakes"), folder.path());
    let status = bidui(folder.path(), &["run", "project.toml", "--out", "out", "--quiet"]).status;
    assert!(status <= 1);
    let back = folder.path().join("back.xlsx");
    let mut number = 0;
    answers::fill(&folder.path().join("out/03_待核清单.xlsx"), &back, "赵核", |line| {
        number += 1;
        line.answer(if number == 1 { "不是同一人" } else { "也许" }, "已核");
    });
    let desk = open(folder.path(), home.path());
    let browser = enter(&desk);
    let own = [("secret", browser.secret.as_str()), ("project", "1")];
    let told = browser.upload(&own, &[("03_待核清单.xlsx", &fs_err::read(&back).expect("read"))]);
    assert_eq!(told.header("location"), "/received", "{}", told.body);
    let page = done(&browser, "/received");
    for words in ["采用认定 1 条", "“也许”不是可选的结论", "收到的文件/03_待核清单.xlsx ›"]
    {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let own = folder.path().to_str().expect("text");
    assert!(!page.body.contains(own), "the bureau's own paths");
    let kept = Ledger::open(folder.path()).expect("a ledger").rulings_after(0).expect("readable");
    assert_eq!(kept.len(), 1);
}
