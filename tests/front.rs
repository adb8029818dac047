//! `bidui open`: from a folder of exports to results in a browser, and who may not come in.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::browser::CONTRAST;
use crate::support::chromium::Chromium;
use crate::support::desk::{Answer, Browser, Desk, program};
use crate::support::program::{fixture, small_project};

/// The start page beginning in a folder, with a home of its own for what it remembers.
pub fn open(folder: &Path, home: &Path) -> Desk {
    let mut command = Command::new(program());
    command
        .args(["open", ".", "--no-browser"])
        .env("XDG_CONFIG_HOME", home)
        .env("HOME", home)
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Desk::started(&mut command)
}

/// A browser that came in by the start address.
pub fn enter(desk: &Desk) -> Browser {
    let mut browser = Browser::new(&desk.host);
    let told = browser.get(&desk.start);
    assert_eq!(told.status, 303, "{}", told.body);
    told.header("set-cookie").split(';').next().expect("a pair").clone_into(&mut browser.cookie);
    let page = browser.get("/choose");
    page.after("name=\"secret\" value=\"").clone_into(&mut browser.secret);
    browser
}

/// Waits for the end of a job and hands out the page that shows what came of it.
pub fn done(browser: &Browser, place: &str) -> Answer {
    for _ in 0..1200 {
        let page = browser.get(place);
        if !page.body.contains("section class=\"run\"") {
            return page;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{place} never ends");
}

/// The files of a small project in one heap.
pub fn heap() -> tempfile::TempDir {
    let (project, folder) = (small_project(), tempfile::tempdir().expect("a folder"));
    for (from, to) in [
        ("registry/佳木斯市.csv", "登记.csv"),
        ("enrollment/佳木斯技师学院.csv", "佳木斯技师学院.csv"),
        ("training/惠民职业培训学校.csv", "惠民职业培训学校.csv"),
    ] {
        let from = project.path().join("inputs").join(from);
        fs_err::copy(from, folder.path().join(to)).expect("copied");
    }
    fs_err::write(folder.path().join("通知.txt"), "关于报送名单的通知\n").expect("written");
    folder
}

#[test]
fn from_a_folder_to_results_without_a_terminal() {
    let (folder, home) = (heap(), tempfile::tempdir().expect("a folder"));
    let desk = open(folder.path(), home.path());
    let browser = enter(&desk);
    let path =
        fs_err::canonicalize(folder.path()).expect("there").to_str().expect("text").to_owned();
    let chooser = browser.get("/choose");
    assert!(chooser.body.contains("辨认这个文件夹里的文件"), "{}", chooser.body);
    let begun = browser.post("/arrange", &[("folder", &path)]);
    assert_eq!((begun.status, begun.header("location")), (303, "/arranged"));
    let table = done(&browser, "/arranged");
    for words in
        ["认出 3 个文件，未列入 1 个", "value=\"佳木斯市\"", "通知.txt", "value=\"2019-06-30\""]
    {
        assert!(table.body.contains(words), "{words}: {}", table.body);
    }
    // The person knows better: another date; the files as they were recognised.
    let fields = [
        ("unit", "佳木斯市"),
        ("as_of", "2019-06-10"),
        ("k0", "registry"),
        ("k1", "enrollment"),
        ("k2", "training"),
        ("k3", ""),
    ];
    let wrong = browser.post("/write", &[("unit", ""), ("as_of", "2019-06-10")]);
    assert_eq!(wrong.header("location"), "/arranged");
    assert!(browser.get("/arranged").body.contains("请填写填报单位"));
    let written = browser.post("/write", &fields);
    assert_eq!((written.status, written.header("location")), (303, "/project"));
    let text = fs_err::read_to_string(folder.path().join("project.toml")).expect("written");
    assert!(text.contains("as_of = 2019-06-10    # 报告日期\n"), "{text}");
    assert_eq!(browser.post("/check", &[]).status, 303);
    let checked = done(&browser, "/project");
    assert!(checked.body.contains("每一列当作什么来读"), "{}", checked.body);
    assert_eq!(browser.post("/run", &[]).status, 303);
    let ran = done(&browser, "/project");
    for words in ["这一次比对", "02_差异报告.xlsx", "links.csv", "本期日程"] {
        assert!(ran.body.contains(words), "{words}: {}", ran.body);
    }
    let file = browser.get("/result?file=links.csv");
    assert!(file.body.starts_with("source_kind,source_file"), "{}", file.body);
    assert!(file.header("content-disposition").starts_with("attachment"), "{}", file.head);
    for outside in ["../project.toml", "project.toml", "/etc/passwd", ""] {
        assert_eq!(browser.get(&format!("/result?file={outside}")).status, 404, "{outside}");
    }
    assert_eq!(browser.post("/review", &[]).status, 303);
    let told = done(&browser, "/project");
    let address = told.after("待核页面已经打开：<a href=\"");
    let (host, start) = address.trim_start_matches("http://").split_once('/').expect("a path");
    let review = Browser::new(host).get(&format!("/{start}"));
    assert_eq!((review.status, review.header("location")), (303, "/door"));
    // The page remembers the project.
    assert!(browser.get("/").body.contains(&format!("{path}/project.toml")));
    let forgotten = browser.post("/forget", &[("project", &format!("{path}/project.toml"))]);
    assert_eq!(forgotten.status, 303);
    assert!(!browser.get("/").body.contains(&format!("value=\"{path}/project.toml\"")));
}

#[test]
fn nobody_else_comes_in() {
    let (folder, home) = (heap(), tempfile::tempdir().expect("a folder"));
    let desk = open(folder.path(), home.path());
    let stranger = Browser::new(&desk.host);
    for path in ["/", "/choose?at=/", "/project", "/result?file=links.csv"] {
        let told = stranger.get(path);
        assert_eq!(told.status, 401, "{path}");
        assert!(!told.body.contains("佳木斯"), "{path}: {}", told.body);
    }
    let browser = enter(&desk);
    assert_eq!(Browser::new(&desk.host).get(&desk.start).status, 401, "used up");
    let send = |headers: &[&str], secret: &str| {
        let body = crate::support::desk::form(&[("folder", "/"), ("secret", secret)]);
        browser.send("POST", "/arrange", headers, &body).expect("an answer").status
    };
    let own = format!("Origin: http://{}", desk.host);
    assert_eq!(send(&["Origin: http://evil.example"], &browser.secret), 403);
    assert_eq!(send(&[], &browser.secret), 403);
    assert_eq!(send(&[&own, "Sec-Fetch-Site: cross-site"], &browser.secret), 403);
    assert_eq!(send(&[&own], "guessed"), 403);
    let foreign = browser.send("GET", "/", &["Host: evil.example"], "").expect("an answer");
    assert_eq!(foreign.status, 403);
    let page = browser.get("/");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{policy}");
}

#[test]
fn a_project_that_cannot_be_read_is_told_on_the_page() {
    let (folder, home) =
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let text = "unit = \"佳木斯市\"\nas_off = 2019-06-10\n";
    fs_err::write(folder.path().join("project.toml"), text).expect("written");
    let desk = open(folder.path(), home.path());
    let browser = enter(&desk);
    let page = browser.get("/project");
    assert!(page.body.contains("as_off") && page.body.contains("第2行"), "{}", page.body);
    let example = fixture("example/project.toml");
    let opened = browser.post("/open", &[("project", example.to_str().expect("text"))]);
    assert_eq!(opened.header("location"), "/project");
    assert!(browser.get("/project").body.contains("2019-06-10"));
}

/// Fields without a name.
pub const NAMELESS: &str =
    "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
    .filter((field) => !field.labels.length && !field.ariaLabel).map((field) => field.outerHTML)";

#[test]
fn a_real_browser_goes_all_the_way_and_can_read_every_page() {
    let Some(mut chromium) = Chromium::start() else { return };
    let (folder, home) = (heap(), tempfile::tempdir().expect("a folder"));
    let desk = open(folder.path(), home.path());
    let window = chromium.window();
    let look = |chromium: &mut Chromium, path: &str| {
        chromium.wait(&window, &format!("location.pathname === '{path}'"));
        chromium.wait(&window, "document.readyState === 'complete'");
        chromium.wait(&window, "!document.querySelector('section.run')");
        let wide = chromium.value(&window, "document.documentElement.scrollWidth");
        assert!(wide.as_u64().is_some_and(|wide| wide <= 1366), "{path} is {wide} wide");
        let least = chromium.value(&window, CONTRAST);
        assert!(least[0].as_f64().is_some_and(|ratio| ratio >= 4.5), "{path}: {least}");
        assert_eq!(chromium.value(&window, NAMELESS), json!([]), "{path}");
    };
    chromium.open(&window, &format!("http://{}{}", desk.host, desk.start));
    look(&mut chromium, "/");
    // Enter on what has the focus, as with a keyboard.
    let steps = [
        ("a.button", "/choose", "里面的文件"),
        ("form[action='/arrange'] button", "/arranged", "写成项目文件"),
        ("form[action='/write'] button", "/project", "还没有比对过"),
        ("form[action='/check'] button", "/project", "每一列当作什么来读"),
        ("form[action='/run'] button", "/project", "这一次比对"),
    ];
    for (button, place, words) in steps {
        chromium.wait(&window, &format!("document.querySelector(\"{button}\") !== null"));
        chromium.value(&window, &format!("document.querySelector(\"{button}\").focus()"));
        chromium.press(&window, "Enter");
        chromium.wait(&window, &format!("document.body.textContent.includes('{words}')"));
        look(&mut chromium, place);
    }
    assert!(folder.path().join("project.toml").is_file());
    assert!(folder.path().join("runs").is_dir());
    assert!(chromium.troubles.is_empty(), "{:?}", chromium.troubles);
}
