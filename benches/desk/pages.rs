//! How long the pages take: over HTTP, and until Chromium has painted something.

use std::path::Path;
use std::time::Instant;

use crate::chromium::Chromium;
use crate::desk::{Browser, Desk};
use crate::paint::{self, Step};
use crate::{middle_and_worst, say};

const TIMES: usize = 20;

/// Milliseconds until something is painted that nobody feels as waiting.
const TARGET: f64 = 300.0;

pub(crate) fn measure(folder: &Path) {
    let start = Instant::now();
    let desk = Desk::open(folder);
    say(&format!("\nthe page is open after {:.1} s", start.elapsed().as_secs_f64()));
    let browser = desk.browser("赵核");
    let all = browser.get("/cases");
    let waiting = all.body.split("<span class=\"progress\">").nth(1).unwrap_or_default();
    let waiting = waiting.split(['<', '>']).nth(2).unwrap_or_default();
    say(&format!("rows in review: {waiting}"));
    let keys = keys(&all.body);
    over_http(&browser, &keys);
    match Chromium::start() {
        Some(mut chromium) => painted(&mut chromium, &desk, &keys),
        None => say("Chromium is not installed: first paint is not measured"),
    }
    say(&format!("peak memory of the server: {} MB", peak(desk.child.id()) / 1_000_000));
}

fn over_http(browser: &Browser, keys: &[String]) {
    say("over HTTP, ms                   middle    worst");
    let case = format!("/case/{}", keys[0]);
    for (name, path) in [
        ("list", "/cases"),
        ("last page of the list", "/cases?page=9999"),
        ("case", case.as_str()),
        ("overview", "/overview"),
        ("findings", "/findings"),
        ("rulings", "/rulings"),
        ("settings", "/settings"),
    ] {
        let times = (0..TIMES).map(|_| timed(|| assert_eq!(browser.get(path).status, 200)));
        line(name, times.collect());
    }
    for (name, path, words) in
        [("search in the list", "/filter", "王"), ("look-up of people", "/people", "王伟")]
    {
        let fields = [("words", words), ("progress", "open")];
        let times =
            (0..TIMES).map(|_| timed(|| assert!(browser.follow(path, &fields).status == 200)));
        line(name, times.collect());
    }
    browser.follow("/filter", &[("clear", "1")]);
}

fn painted(chromium: &mut Chromium, desk: &Desk, keys: &[String]) {
    let window = paint::come_in(chromium, desk);
    say("first contentful paint, ms      middle    worst");
    let case: Vec<String> = keys.iter().map(|key| format!("/case/{key}")).collect();
    let mut worst = 0.0_f64;
    for (name, paths) in [
        ("list", vec!["/cases".to_owned(), "/cases?page=2".to_owned()]),
        ("case", case),
        ("overview", vec!["/overview".to_owned()]),
        ("findings", vec!["/findings".to_owned()]),
        ("people", vec!["/people".to_owned()]),
    ] {
        let paths = paths.iter().cycle().take(TIMES);
        let times: Vec<_> =
            paths.map(|path| paint::of(chromium, &window, &Step::Open(desk, path))).collect();
        worst = times.iter().fold(worst, |worst, time| worst.max(time.as_secs_f64() * 1e3));
        line(name, times);
    }
    for (name, path, field, words) in [
        ("search in the list", "/cases", "#search", "王"),
        ("look-up of people", "/people", "main input:not([type=hidden])", "王伟"),
    ] {
        let step = Step::Ask(desk, path, field, words);
        let times: Vec<_> = (0..TIMES).map(|_| paint::of(chromium, &window, &step)).collect();
        worst = times.iter().fold(worst, |worst, time| worst.max(time.as_secs_f64() * 1e3));
        line(name, times);
    }
    let met = if worst < TARGET { "met" } else { "MISSED" };
    say(&format!("target {TARGET} ms for the worst: {met}"));
    assert!(chromium.troubles.is_empty(), "{:?}", chromium.troubles);
}

fn timed(work: impl FnOnce()) -> std::time::Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn line(name: &str, times: Vec<std::time::Duration>) {
    say(&format!("  {name:<26} {}", middle_and_worst(times)));
}

/// Keys of the questions on a list page.
pub(crate) fn keys(page: &str) -> Vec<String> {
    let rows = page.split("<tr data-href=\"/case/").skip(1);
    rows.map(|row| row.split('"').next().expect("a key").to_owned()).collect()
}

/// The most memory of a process that was resident, in bytes; zero where there is no `/proc`.
fn peak(process: u32) -> u64 {
    let status = fs_err::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    number.unwrap_or(0) * 1024
}
