//! A ledger with 100,000 rulings: its size, and what they cost a run.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use bidui::ledger::{CaseEntry, Ledger, NewRuling, RulingAct};
use bidui::linkage::decisions::Answer;
use jiff::Timestamp;

use crate::say;

const RULINGS: usize = 100_000;

pub(crate) fn measure(folder: &Path) {
    let before = run(folder);
    let start = Instant::now();
    fill(folder);
    let filled = start.elapsed().as_secs_f64();
    let path = folder.join("bidui.db");
    let bytes = fs_err::metadata(&path).expect("there").len();
    say(&format!("\n{RULINGS} rulings written in {filled:.1} s: {bytes} bytes"));
    shares(&path);
    timed("ledger opened", || drop(Ledger::open(folder).expect("a ledger")));
    let ledger = Ledger::open(folder).expect("a ledger");
    timed("rulings in force read", || assert!(!ledger.rulings().expect("readable").is_empty()));
    timed("all rulings read", || {
        assert_eq!(ledger.rulings_after(0).expect("readable").len(), RULINGS);
    });
    timed("bidui decide list", || call(folder, &["decide", "list", "project.toml"]));
    let after = run(folder);
    say(&format!("bidui run: {before:.1} s without rulings, {after:.1} s with them"));
}

fn timed(name: &str, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    say(&format!("  {name:<24} {:>8.2} s", start.elapsed().as_secs_f64()));
}

fn run(folder: &Path) -> f64 {
    let start = Instant::now();
    call(folder, &["run", "project.toml", "--out", "out", "--quiet"]);
    start.elapsed().as_secs_f64()
}

fn call(folder: &Path, words: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bidui"));
    command.args(words).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().expect("the program starts");
    assert!(status.code().is_some_and(|code| code < 2), "{words:?}: {status}");
}

/// The questions of the last run, and the same questions about people nobody has heard of, as if
/// of many earlier rounds.
fn fill(folder: &Path) {
    let mut ledger = Ledger::open(folder).expect("a ledger");
    let asked = asked(folder, &ledger);
    let cases: Vec<CaseEntry> = (0..RULINGS).map(|number| of_round(&asked, number)).collect();
    ledger.put_cases(&cases).expect("kept");
    let mut confirmed = BTreeSet::new();
    let rulings: Vec<NewRuling> = cases
        .iter()
        .enumerate()
        .map(|(number, case)| {
            let is_first = confirmed.insert(case.pair.source.key());
            let other = [Answer::Different, Answer::Unsure][number % 2];
            ruling(case, if is_first { Answer::Same } else { other })
        })
        .collect();
    let at: Timestamp = "2019-06-11T02:00:00Z".parse().expect("a time");
    for list in rulings.chunks(100) {
        ledger.rule(list, at).expect("kept");
    }
}

fn asked(folder: &Path, ledger: &Ledger) -> Vec<CaseEntry> {
    let connection = rusqlite::Connection::open(folder.join("bidui.db")).expect("a database");
    let mut statement = connection.prepare("SELECT pair FROM cases ORDER BY pair").expect("SQL");
    let keys = statement.query_map([], |row| row.get::<_, String>(0)).expect("readable");
    keys.map(|key| ledger.case(&key.expect("a key")).expect("readable").expect("there")).collect()
}

fn of_round(asked: &[CaseEntry], number: usize) -> CaseEntry {
    let mut case = asked[number % asked.len()].clone();
    let round = number / asked.len();
    if round > 0 {
        case.pair.source.student_no = format!("{}第{round}轮", case.pair.source.student_no);
        case.key = case.pair.key();
    }
    case
}

fn ruling(case: &CaseEntry, answer: Answer) -> NewRuling {
    NewRuling {
        key: case.key.clone(),
        verdict: RulingAct::Answered(answer),
        clerk: "赵核".to_owned(),
        note: "户口簿已核".to_owned(),
        place: "bidui review".to_owned(),
        file_sha256: String::new(),
        after: None,
    }
}

/// How much of the file is text of the evidence, which stands with the question as it was seen last
/// and with every ruling as it was seen then.
fn shares(path: &Path) {
    let connection = rusqlite::Connection::open(path).expect("a database");
    for (name, query) in [
        ("evidence with questions", "SELECT SUM(OCTET_LENGTH(evidence)) FROM cases"),
        ("evidence with rulings", "SELECT SUM(OCTET_LENGTH(evidence)) FROM rulings"),
    ] {
        let bytes: i64 = connection.query_row(query, [], |row| row.get(0)).expect("a sum");
        say(&format!("  {name:<24} {bytes:>10} bytes"));
    }
}
