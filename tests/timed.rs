//! Two hundred questions of a generated city, answered on the real page in a real browser by keys alone:
//! what the machine takes and how many keys a question needs. `make bench-cases` makes the city and runs it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::json;

use crate::browser::come_in;
use crate::support::chromium::{Chromium, Window};
use crate::support::desk::Desk;

const QUESTIONS: usize = 200;
const LISTENING: &str = "document.documentElement.dataset.listening !== undefined";
/// Milliseconds from the key that leads to a page until the last byte of it, redirections included, and
/// until it is whole.
const TIMES: &str = "(() => { const one = performance.getEntriesByType('navigation')[0];
    return [one.responseEnd, one.domComplete]; })()";

/// A clerk who keeps count of keys and of what the machine takes.
struct Clerk<'a> {
    chromium: &'a mut Chromium,
    window: Window,
    keys: u32,
    /// By what was done: until the last byte, and until the page was whole.
    times: BTreeMap<&'static str, Vec<[f64; 2]>>,
}

impl Clerk<'_> {
    /// Presses a key that leads to another page.
    fn go(&mut self, what: &'static str, key: &str) {
        self.chromium.wait(&self.window, LISTENING);
        self.chromium.value(&self.window, "window.isOld = true");
        self.chromium.press(&self.window, key);
        self.keys += 1;
        self.chromium.wait(&self.window, "!window.isOld && document.readyState === 'complete'");
        let times = self.chromium.value(&self.window, TIMES);
        let times = [0, 1].map(|place| times[place].as_f64().expect("a time"));
        self.times.entry(what).or_default().push(times);
    }

    fn is(&mut self, expression: &str) -> bool {
        self.chromium.value(&self.window, expression) == json!(true)
    }

    /// Writes a remark into its field and leaves it.
    fn remark(&mut self, words: &str) {
        self.chromium.wait(&self.window, LISTENING);
        self.chromium.press(&self.window, "b");
        self.chromium.wait(&self.window, "document.activeElement.name === 'note'");
        self.chromium.write(&self.window, words);
        self.chromium.press(&self.window, "Enter");
        self.keys += 2 + words.chars().count() as u32;
    }

    /// One question: the other candidates looked at, numbers and remarks now and then, an answer.
    fn answer(&mut self, number: usize) {
        let others = "document.querySelectorAll('table.sides thead a').length";
        let others = self.chromium.value(&self.window, others).as_u64().unwrap_or(0);
        if others > 0 {
            let place = self.chromium.value(&self.window, "location.pathname");
            let mut seen = 0;
            loop {
                self.go("the next candidate (C)", "c");
                seen += 1;
                let now = self.chromium.value(&self.window, "location.pathname");
                if now == place || seen > others {
                    break;
                }
            }
        }
        if number % 10 == 3 && self.is("document.querySelector('form[action$=reveal]') !== null") {
            self.go("the numbers in full (R)", "r");
        }
        if number % 4 == 1 {
            self.remark("户口簿已核");
        }
        self.go("an answer (1, 2, 3)", ["1", "2", "3"][number % 3]);
        if number % 25 == 24 {
            self.go("taken back (U)", "u");
            self.go("an answer (1, 2, 3)", "2");
        }
        if number % 50 == 49 {
            self.go("the list (Esc)", "Escape");
            self.chromium.wait(&self.window, LISTENING);
            self.chromium.press(&self.window, "j");
            self.keys += 1;
            self.go("a question of the list (Enter)", "Enter");
        }
    }
}

/// The value so far up in a sorted list.
fn at(sorted: &[f64], share: f64) -> f64 {
    let place = (f64::from(sorted.len() as u32) * share).ceil() as usize;
    sorted[place.clamp(1, sorted.len()) - 1]
}

fn column(times: &[[f64; 2]], place: usize) -> String {
    let mut sorted: Vec<f64> = times.iter().map(|one| one[place]).collect();
    sorted.sort_by(f64::total_cmp);
    let worst = sorted.last().expect("some");
    format!("{:.0} | {:.0} | {worst:.0}", at(&sorted, 0.5), at(&sorted, 0.95))
}

#[test]
#[ignore = "takes minutes and needs a city: `make bench-cases`"]
fn two_hundred_questions_by_keys() {
    let folder = PathBuf::from(std::env::var_os("BIDUI_CITY").expect("BIDUI_CITY=FOLDER"));
    let desk = Desk::open(&folder);
    let mut chromium = Chromium::start().expect("chromium is installed");
    let window = come_in(&mut chromium, &desk, "赵核");
    let waiting = chromium.value(&window, "document.querySelector('header .progress').innerText");
    let waiting = waiting.as_str().expect("a text").to_owned();
    let start = std::time::Instant::now();
    let mut clerk = Clerk { chromium: &mut chromium, window, keys: 0, times: BTreeMap::new() };
    clerk.chromium.press(&clerk.window, "j");
    clerk.keys += 1;
    clerk.go("a question of the list (Enter)", "Enter");
    let mut keys = Vec::new();
    for number in 0..QUESTIONS {
        let before = clerk.keys;
        clerk.answer(number);
        keys.push(f64::from(clerk.keys - before));
    }
    let seconds = start.elapsed().as_secs_f64();
    eprintln!("{waiting} before; {QUESTIONS} questions in {seconds:.0} s");
    eprintln!("| key | times | last byte p50 | p95 | worst | page whole p50 | p95 | worst |");
    eprintln!("|---|---|---|---|---|---|---|---|");
    let all: Vec<[f64; 2]> = clerk.times.values().flatten().copied().collect();
    for (what, times) in
        clerk.times.iter().map(|(what, times)| (*what, times)).chain([("all", &all)])
    {
        eprintln!("| {what} | {} | {} | {} |", times.len(), column(times, 0), column(times, 1));
    }
    let sum: f64 = keys.iter().sum();
    keys.sort_by(f64::total_cmp);
    let mean = sum / f64::from(QUESTIONS as u32);
    eprintln!("keys a question: mean {mean:.2}, p50 {}, p95 {}", at(&keys, 0.5), at(&keys, 0.95));
    assert!(chromium.troubles.is_empty(), "{:?}", chromium.troubles);
}
