//! Answers as fast as they can be given, by keys in Chromium and over HTTP; and the server killed in
//! the middle of a thousand.

use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use bidui::ledger::Ledger;

use crate::chromium::Chromium;
use crate::desk::{Browser, Desk};
use crate::pages::keys;
use crate::{middle_and_worst, paint, say};

const ANSWERS: usize = 200;
const SEEN: &str = "name=\"seen\" value=\"";

pub(crate) fn measure(folder: &Path) {
    let desk = Desk::open(folder);
    if let Some(mut chromium) = Chromium::start() {
        let times = by_keys(&mut chromium, &desk);
        report("by keys in Chromium, without the 400 ms in which a new page is deaf", times);
    }
    let times = over_http(&desk.browser("钱科"));
    report("over HTTP", times);
    let kept = Ledger::open(folder).expect("a ledger").rulings_after(0).expect("readable").len();
    say(&format!("rulings in the ledger: {kept}"));
}

fn report(name: &str, times: Vec<Duration>) {
    let seconds = times.iter().sum::<Duration>().as_secs_f64();
    let count = f64::from(u32::try_from(times.len()).expect("few"));
    say(&format!(
        "\n{ANSWERS} answers {name}: {seconds:.1} s, {:.0} a minute",
        count * 60.0 / seconds
    ));
    say(&format!("  from key to the next question, ms: middle, worst {}", middle_and_worst(times)));
}

/// The first question is opened from the list; every answer leads to the next.
fn by_keys(chromium: &mut Chromium, desk: &Desk) -> Vec<Duration> {
    let window = paint::come_in(chromium, desk);
    chromium.press(&window, "j");
    paint::go(chromium, &window, "Enter");
    let answer = |number: usize| {
        // A page that has just come up hears no answers.
        chromium.wait(&window, "document.documentElement.dataset.listening !== undefined");
        let start = Instant::now();
        paint::go(chromium, &window, ["1", "2", "3"][number % 3]);
        start.elapsed()
    };
    (0..ANSWERS).map(answer).collect()
}

fn over_http(browser: &Browser) -> Vec<Duration> {
    let key = keys(&browser.get("/cases").body).remove(0);
    let mut path = format!("/case/{key}");
    let mut page = browser.get(&path);
    let answer = |number: usize| {
        let start = Instant::now();
        let seen = page.after(SEEN).to_owned();
        let answer = ["same", "different", "unsure"][number % 3];
        let told = browser.post(&format!("{path}/verdict"), &[("answer", answer), ("seen", &seen)]);
        told.header("location").clone_into(&mut path);
        page = browser.get(&path);
        assert!(page.body.contains("已记入台账"), "{}", page.body);
        start.elapsed()
    };
    (0..ANSWERS).map(answer).collect()
}

/// Four clerks answer at once; after half of a thousand acknowledged answers the server is killed.
pub(crate) fn kill(folder: &Path) {
    let mut desk = Desk::open(folder);
    let browsers: Vec<Browser> =
        ["赵核", "钱科", "孙某", "李某"].iter().map(|clerk| desk.browser(clerk)).collect();
    let keys = keys(&browsers[0].get("/cases").body);
    let (sender, receiver) = mpsc::channel();
    let acknowledged: Vec<String> = std::thread::scope(|scope| {
        for (browser, own) in browsers.iter().zip(keys.chunks(keys.len() / 4)) {
            let sender = sender.clone();
            scope.spawn(move || hammer(browser, own, &sender));
        }
        drop(sender);
        let mut notes: Vec<String> = receiver.iter().take(500).collect();
        desk.kill();
        notes.extend(receiver.iter());
        notes
    });
    let ledger = Ledger::open(folder).expect("it opens again");
    let kept = ledger.rulings_after(0).expect("readable");
    let kept: std::collections::BTreeSet<&str> = kept.iter().map(|one| one.note.as_str()).collect();
    let lost = acknowledged.iter().filter(|note| !kept.contains(note.as_str())).count();
    say(&format!(
        "\nkilled in the middle of 1,000 answers: {} acknowledged, {} kept, {lost} lost",
        acknowledged.len(),
        kept.len()
    ));
    assert_eq!(lost, 0, "acknowledged and lost");
    let connection = rusqlite::Connection::open(folder.join("bidui.db")).expect("a database");
    let sound: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("it can be checked");
    say(&format!("integrity_check: {sound}"));
    assert_eq!(sound, "ok");
}

/// A quarter of a thousand answers, each with a note of its own, until the server is gone.
fn hammer(browser: &Browser, keys: &[String], acknowledged: &mpsc::Sender<String>) {
    let mut seen = vec!["0".to_owned(); keys.len()];
    for number in 0..250 {
        let place = number % keys.len();
        let note = format!("{} {number}", keys[place]);
        let answer = ["different", "unsure"][number / keys.len() % 2];
        let path = format!("/case/{}", keys[place]);
        let fields = [("answer", answer), ("seen", &*seen[place]), ("note", &note)];
        let Ok(told) = browser.try_post(&format!("{path}/verdict"), &fields) else { return };
        if told.status != 303 {
            return;
        }
        acknowledged.send(note).expect("somebody counts");
        let Ok(page) = browser.send("GET", &path, &[], "") else { return };
        page.after(SEEN).clone_into(&mut seen[place]);
    }
}
