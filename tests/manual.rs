//! The pictures of the manual, made of the pages themselves, and its page in the browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::browser::{CONTRAST, come_in};
use crate::support::answers;
use crate::support::chromium::{Chromium, Window};
use crate::support::desk::{Desk, program};
use crate::support::program::{bidui, fixture};
use crate::support::story;

/// Where docs/手册/图/make.sh wants pictures and results.
fn wanted() -> PathBuf {
    PathBuf::from(std::env::var_os("BIDUI_PICTURES").expect("BIDUI_PICTURES=FOLDER"))
}

/// A folder of exports with a name as an office would give it.
fn exports() -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("2019上半年");
    story::copy(&fixture("example/inputs"), &folder);
    (home, folder)
}

fn start(folder: &Path, home: &Path) -> Desk {
    let mut command = Command::new(program());
    let words = ["open", ".", "--no-browser"];
    command.args(words).env("XDG_CONFIG_HOME", home).env("HOME", home).current_dir(folder);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    Desk::started(&mut command)
}

/// Presses a button and waits for what comes of it.
fn press(chromium: &mut Chromium, window: &Window, button: &str, words: &str) {
    chromium.wait(window, &format!("document.querySelector(\"{button}\") !== null"));
    chromium.value(window, &format!("document.querySelector(\"{button}\").click()"));
    chromium.wait(window, &format!("document.body.textContent.includes('{words}')"));
    chromium.wait(window, "!document.querySelector('section.run')");
}

/// Shows the temporary folder under a name it would have in an office.
fn renamed(folder: &Path) -> String {
    let folder = folder.to_str().expect("text");
    format!(
        "for (const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); walk.nextNode();)
            walk.currentNode.data = walk.currentNode.data.replace('{folder}', 'D:/2019上半年')"
    )
}

/// A list of questions as somebody sends it back, one answer not to be understood.
fn filled_in(from: &Path, to: &Path) {
    let mut number = 0;
    answers::fill(from, to, "孙老师", |line| {
        number += 1;
        line.answer(if number == 2 { "差不多" } else { "同一人" }, "户口簿已核");
    });
}

/// Drops a file on the page's field for files.
fn drop_on_page(chromium: &mut Chromium, window: &Window, file: &Path) {
    let bytes = fs_err::read(file).expect("read");
    let numbers: Vec<String> = bytes.iter().map(ToString::to_string).collect();
    let name = file.file_name().and_then(|name| name.to_str()).expect("a name");
    let script = format!(
        "(() => {{ const data = new DataTransfer();
        data.items.add(new File([new Uint8Array([{}])], '{name}'));
        document.querySelector('form.drop').dispatchEvent(new DragEvent('drop',
            {{ dataTransfer: data, bubbles: true, cancelable: true }})); }})()",
        numbers.join(",")
    );
    chromium.value(window, &script);
}

#[test]
#[ignore = "docs/手册/图/make.sh makes the pictures of the manual with it"]
fn pictures() {
    let out = wanted();
    let mut chromium = Chromium::start().expect("Chromium");
    let (home, folder) = exports();
    let desk = start(&folder, home.path());
    let window = chromium.window();
    chromium.resize(&window, 1000, 700);
    let as_in_an_office = renamed(&folder);
    let keep = |chromium: &mut Chromium, name: &str, height: u32| {
        chromium.value(&window, &as_in_an_office);
        let picture = chromium.picture(&window, height);
        fs_err::write(out.join(format!("{name}.png")), picture).expect("written");
    };
    chromium.open(&window, &format!("http://{}{}", desk.host, desk.start));
    keep(&mut chromium, "开始", 360);
    press(&mut chromium, &window, "a.button", "里面的文件");
    press(&mut chromium, &window, "form[action='/arrange'] button", "写成项目文件");
    keep(&mut chromium, "辨认", 640);
    press(&mut chromium, &window, "form[action='/write'] button", "还没有比对过");
    press(&mut chromium, &window, "form[action='/run'] button", "这一次比对");
    keep(&mut chromium, "项目", 720);
    let host = desk.host.clone();
    let go = |chromium: &mut Chromium, path: &str| {
        chromium.open(&window, &format!("http://{host}{path}"));
        chromium.wait(&window, "document.readyState === 'complete'");
    };
    go(&mut chromium, "/columns");
    press(&mut chromium, &window, "form[action='/columns/read'] button", "前几行的内容");
    chromium.value(&window, "document.querySelector('details').open = false");
    keep(&mut chromium, "各列", 620);
    go(&mut chromium, "/settings");
    chromium.value(&window, "document.querySelectorAll('details.settings')[2].open = true");
    keep(&mut chromium, "设置", 640);
    let status = bidui(&folder, &["run", "project.toml", "--out", "结果", "--quiet"]).status;
    assert!(status <= 1, "{status}");
    let back = home.path().join("03_待核清单.xlsx");
    filled_in(&folder.join("结果/03_待核清单.xlsx"), &back);
    go(&mut chromium, "/project");
    drop_on_page(&mut chromium, &window, &back);
    chromium.wait(&window, "document.body.textContent.includes('没有采用的')");
    keep(&mut chromium, "收回来", 360);
    story::copy(&folder.join("结果"), &out.join("结果"));
    drop(desk);
    let desk = Desk::open(&folder);
    let window = come_in(&mut chromium, &desk, "王芳");
    chromium.wait(&window, "document.querySelector('a[href^=\"/case/\"]') !== null");
    chromium.value(&window, "document.querySelector('a[href^=\"/case/\"]').click()");
    chromium.wait(&window, "location.pathname.startsWith('/case/')");
    chromium.wait(&window, "document.readyState === 'complete'");
    chromium.resize(&window, 1000, 700);
    let picture = chromium.picture(&window, 700);
    fs_err::write(out.join("待核.png"), picture).expect("written");
}

#[test]
fn the_manual_is_read_in_the_browser_without_coming_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = start(folder.path(), folder.path());
    let Some(mut chromium) = Chromium::start() else { return };
    let window = chromium.window();
    for part in 1..=bidui::manual::titles().len() {
        chromium.open(&window, &format!("http://{}/help?part={part}", desk.host));
        let wide = chromium.value(&window, "document.documentElement.scrollWidth");
        assert!(wide.as_u64().is_some_and(|wide| wide <= 1366), "{part} is {wide} wide");
        let shown =
            "[...document.images].every((image) => image.complete && image.naturalWidth > 300)";
        chromium.wait(&window, shown);
        let least = chromium.value(&window, CONTRAST);
        assert!(least[0].as_f64().is_some_and(|ratio| ratio >= 4.5), "{part}: {least}");
    }
    assert!(chromium.troubles.is_empty(), "{:?}", chromium.troubles);
}
