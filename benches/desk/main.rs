//! The review page under load: a project with more than 5,000 rows in review, a real Chromium, the
//! keys of a hurried clerk, a kill in the middle of 1,000 answers, and 100,000 rulings.
//!
//! `make bench-desk`; a word behind `--` picks the parts whose names contain it.

#![allow(unreachable_pub, reason = "a program has no public items")]
#![allow(dead_code, reason = "the tests use more of what is shared with them")]

#[path = "../../tests/support/chromium.rs"]
mod chromium;
#[path = "../../tests/support/desk.rs"]
mod desk;

mod answers;
mod pages;
mod paint;
mod project;
mod rulings;

use std::path::Path;
use std::time::Duration;

/// Measures in a folder with a project, and says what came out.
type Part = fn(&Path);

fn main() {
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with("--")).unwrap_or_default();
    let folder = tempfile::tempdir().expect("a folder");
    project::make(folder.path());
    let parts: [(&str, Part); 4] = [
        ("pages", pages::measure),
        ("answers", answers::measure),
        ("kill", answers::kill),
        ("ledger", rulings::measure),
    ];
    for (name, measure) in parts {
        if name.contains(&wanted) {
            // Every part begins with a ledger nobody has ruled in.
            let own = folder.path().join(name);
            project::copy(folder.path(), &own);
            measure(&own);
        }
    }
}

/// The middle and the worst of several times, in milliseconds.
fn middle_and_worst(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let milliseconds = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1e3);
    let middle = milliseconds(times.get(times.len() / 2));
    format!("{middle:>8.1} {:>8.1}   ({} times)", milliseconds(times.last()), times.len())
}

#[expect(clippy::print_stdout, reason = "its result")]
fn say(words: &str) {
    println!("{words}");
}
