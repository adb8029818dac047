//! Every page of both servers, looked at by axe-core: no violation of any of its rules.

use serde_json::{Value, json};

use crate::browser::come_in;
use crate::front::{heap, open};
use crate::support::chromium::{Chromium, Window};
use crate::support::desk::Desk;
use crate::support::program::{bidui, fixture};
use crate::support::story;

const AXE: &str = include_str!("support/axe/axe.min.js");

/// What axe says against the page that is open: rules with the elements that break them.
fn violations(chromium: &mut Chromium, window: &Window) -> Value {
    chromium.wait(window, "document.readyState === 'complete'");
    chromium.value(window, AXE);
    chromium.value(
        window,
        "(window.found = null, axe.run().then((told) => { window.found = told.violations.map((rule) =>
            [rule.id, rule.help, rule.nodes.map((node) => node.html.slice(0, 200))]); }), true)",
    );
    chromium.wait(window, "window.found !== null");
    chromium.value(window, "window.found")
}

pub fn looked_at(chromium: &mut Chromium, window: &Window, host: &str, paths: &[&str]) {
    for path in paths {
        chromium.open(window, &format!("http://{host}{path}"));
        assert_eq!(violations(chromium, window), json!([]), "{path}");
    }
}

#[test]
fn axe_finds_nothing_on_the_review_pages() {
    let Some(mut chromium) = Chromium::start() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    // With an earlier round, so that the overview has something to compare.
    story::copy(&fixture("example"), folder.path());
    let file = folder.path().join("project.toml");
    let text = fs_err::read_to_string(&file).expect("there");
    fs_err::write(&file, text.replace("2019-06-10", "2018-12-10")).expect("set");
    story::run(folder.path()).expect("a run");
    fs_err::write(&file, text).expect("set");
    let desk = Desk::open(folder.path());
    let window = chromium.window();
    let host = desk.host.clone();
    looked_at(&mut chromium, &window, &host, &["/cases", "/help", "/help?part=4"]);
    let window = come_in(&mut chromium, &desk, "赵核");
    let paths = [
        "/door",
        "/cases",
        "/overview",
        "/against?round=0&form=annex2&code=a2_2",
        "/figures",
        "/people",
        "/findings",
        "/rulings",
        "/changes",
        "/settings",
    ];
    looked_at(&mut chromium, &window, &host, &paths);
    chromium.open(&window, &format!("http://{host}/cases"));
    let case = chromium.value(&window, "document.querySelector('tr[data-href]').dataset.href");
    looked_at(&mut chromium, &window, &host, &[case.as_str().expect("a case"), "/nowhere"]);
}

#[test]
fn axe_finds_nothing_on_the_pages_of_programmes() {
    let Some(mut chromium) = Chromium::start() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(&fixture("programmes"), folder.path());
    let desk = Desk::open(folder.path());
    let host = desk.host.clone();
    let window = come_in(&mut chromium, &desk, "赵核");
    looked_at(&mut chromium, &window, &host, &["/programmes"]);
    let leads = |chromium: &mut Chromium, window: &Window, to: &str| {
        let link = format!("document.querySelector(\"a[href^='{to}']\").getAttribute('href')");
        chromium.value(window, &link).as_str().expect("a link").to_owned()
    };
    let people = leads(&mut chromium, &window, "/behind");
    looked_at(&mut chromium, &window, &host, &[&people]);
    let person = leads(&mut chromium, &window, "/person");
    looked_at(&mut chromium, &window, &host, &[&person]);
}

#[test]
fn axe_finds_nothing_on_the_start_pages() {
    let Some(mut chromium) = Chromium::start() else { return };
    let (folder, home) = (heap(), tempfile::tempdir().expect("a folder"));
    let desk = open(folder.path(), home.path());
    let window = chromium.window();
    let host = desk.host.clone();
    chromium.open(&window, &format!("http://{host}{}", desk.start));
    looked_at(&mut chromium, &window, &host, &["/", "/choose", "/arranged"]);
    chromium.open(&window, &format!("http://{host}/choose"));
    let press = |chromium: &mut Chromium, button: &str, until: &str| {
        chromium.wait(&window, &format!("document.querySelector(\"{button}\") !== null"));
        chromium.value(&window, &format!("document.querySelector(\"{button}\").click()"));
        chromium.wait(&window, &format!("document.readyState === 'complete' && {until}"));
        chromium.wait(&window, "!document.querySelector('section.run')");
    };
    let shows = |words: &str| format!("document.body.textContent.includes('{words}')");
    press(&mut chromium, "form[action='/arrange'] button", &shows("写成项目文件"));
    assert_eq!(violations(&mut chromium, &window), json!([]), "/arranged");
    press(&mut chromium, "form[action='/write'] button", &shows("还没有比对过"));
    press(&mut chromium, "form[action='/check'] button", &shows("每一列当作什么来读"));
    press(&mut chromium, "form[action='/run'] button", &shows("这一次比对"));
    looked_at(
        &mut chromium,
        &window,
        &host,
        &["/project", "/settings", "/columns", "/forms", "/received", "/returned"],
    );
    chromium.open(&window, &format!("http://{host}/columns"));
    press(
        &mut chromium,
        "form[action='/columns/read'] button",
        "document.querySelector('td.samples') !== null",
    );
    assert_eq!(violations(&mut chromium, &window), json!([]), "/columns");
}

#[test]
fn axe_finds_nothing_on_the_page_of_a_run() {
    let Some(mut chromium) = Chromium::start() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(&fixture("example"), folder.path());
    assert!(bidui(folder.path(), &["run", "project.toml", "--out", "out", "--quiet"]).status <= 1);
    let window = chromium.window();
    let page = folder.path().join("out/报告.html");
    chromium.open(&window, &format!("file://{}", page.to_str().expect("text")));
    assert_eq!(violations(&mut chromium, &window), json!([]));
}
