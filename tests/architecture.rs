//! The rules of the house, checked on the source text: who may import whom, and how large things
//! may get.

use crate::support::source_code::{SourceFile, blank, files};

/// The stations in the order of the data's way. Each may import those before it.
const WAY: [&str; 19] = [
    // Not a station: what no text may say.
    "privacy",
    "vocabulary",
    // Not stations: how sums and cells are written, how whatever is written is kept from others, and
    // what an interruption has to know.
    "digest",
    "csv_cells",
    "private_files",
    "interruption",
    "origin",
    "problems",
    "config",
    // Every file format; its own room, so that it can run in a process of its own.
    "grids",
    // Foreign files are read in processes of their own.
    "quarantine",
    "sources",
    "records",
    "linkage",
    "findings",
    "statistics",
    // Returned forms hold the figures of `statistics`; `workbooks` print them.
    "submissions",
    // Not a station: what the stages made, borrowed, for whatever writes or shows it.
    "results",
    "workbooks",
];

/// What stands beside the way: module → what it may import. Pictures know nothing of the way; pages
/// show what a stage found.
const BESIDE: [(&str, &[&str]); 9] = [
    // What past runs read and wrote shows which dates of a round are met.
    ("deadlines", &["vocabulary", "config", "sources", "ledger"]),
    ("plots", &[]),
    // A run's page tells of every stage but the workbooks.
    (
        "pages",
        &[
            "vocabulary",
            "origin",
            "problems",
            "sources",
            "records",
            "linkage",
            "findings",
            "statistics",
            "results",
            "plots",
        ],
    ),
    // Rulings are kept with the dates of both sides, which are of records' type.
    (
        "ledger",
        &[
            "vocabulary",
            "origin",
            "problems",
            "config",
            "sources",
            "records",
            "linkage",
            "statistics",
            "private_files",
        ],
    ),
    (
        "pipeline",
        &[
            "vocabulary",
            "origin",
            "problems",
            "config",
            "sources",
            "records",
            "linkage",
            "findings",
            "statistics",
            "submissions",
            "results",
            "digest",
            "private_files",
            "interruption",
            "workbooks",
            // The page of a run is one of its results.
            "pages",
            "ledger",
            "deadlines",
        ],
    ),
    // The desk shows what a run would say, in the workbooks' words, and hands rulings to the
    // pipeline; only its `http` meets the ledger. Rounds and runs are compared by `statistics`.
    (
        "desk",
        &[
            "vocabulary",
            "origin",
            "problems",
            "sources",
            "records",
            "linkage",
            "findings",
            "statistics",
            "results",
            "workbooks",
            "plots",
            "ledger",
            "pipeline",
        ],
    ),
    (
        "cli",
        &[
            "vocabulary",
            "problems",
            "config",
            "sources",
            "linkage",
            "pages",
            "private_files",
            "interruption",
            // The program is its own reader of files.
            "quarantine",
            "ledger",
            "pipeline",
            "desk",
        ],
    ),
    ("main", &["cli"]),
    ("lib", &[]),
];

const MAX_FUNCTION: usize = 60;
const MAX_MEDIAN: usize = 10;
const MAX_95TH: usize = 45;
const MAX_PARAMETERS: usize = 5;
const MAX_CODE_LINES: usize = 600;

/// Text that must not occur in code: what, where it may nevertheless, and why not elsewhere.
const FORBIDDEN: [(&str, &[&str], &str); 10] = [
    ("todo!", &[], "finish it"),
    ("unimplemented!", &[], "finish it"),
    ("dbg!", &[], "take it out"),
    (".unwrap()", &[], "use expect with the invariant, or return the error"),
    ("std::fs::", &["ledger/lock.rs"], "fs_err names the path in its errors"),
    ("Timestamp::now", &["cli/clock.rs"], "the run's clock is passed in"),
    ("SystemTime", &[], "the run's clock is passed in"),
    // Readers that hang are ended by the clock; no result ever sees it.
    (
        "Instant::now",
        &["cli/clock.rs", "quarantine/watchdog.rs", "quarantine/own_limits.rs"],
        "the run's clock is passed in",
    ),
    // A handler of Ctrl+C and a reader that is out of bounds have nobody to return to.
    ("process::exit", &["cli/ending.rs", "quarantine/own_limits.rs"], "return the status"),
    ("mod utils", &[], "name the data"),
];

fn allowed(module: &str, other: &str) -> bool {
    if module == other {
        return true;
    }
    if let Some((_, others)) = BESIDE.iter().find(|(name, _)| *name == module) {
        return others.contains(&other);
    }
    let place = |name| WAY.iter().position(|station| *station == name);
    let forward = matches!((place(other), place(module)), (Some(a), Some(b)) if a < b);
    forward
}

/// Fails with all complaints at once.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn imports_follow_the_way_of_the_data() {
    let modules: Vec<&str> = WAY.into_iter().chain(BESIDE.iter().map(|(name, _)| *name)).collect();
    let mut complaints = Vec::new();
    for file in files() {
        let module = file.module().to_owned();
        if !modules.contains(&module.as_str()) {
            complaints.push(format!("src/{}: module {module} has no place on the way", file.path));
        }
        let others =
            file.imports().into_iter().filter(|(other, _)| modules.contains(&other.as_str()));
        for (other, rest) in others.filter(|(other, _)| !allowed(&module, other)) {
            complaints.push(format!("src/{}: {module} must not use {other}::{rest}", file.path));
        }
    }
    none(&complaints);
}

#[test]
fn functions_are_short_and_take_few_parameters() {
    let mut complaints = Vec::new();
    let mut lengths = Vec::new();
    for file in files() {
        for function in file.functions() {
            let place = format!("src/{}:{} {}", file.path, function.line, function.name);
            if function.lines > MAX_FUNCTION {
                complaints
                    .push(format!("{place}: {} lines (limit {MAX_FUNCTION})", function.lines));
            }
            if function.parameters > MAX_PARAMETERS {
                complaints.push(format!("{place}: {} parameters", function.parameters));
            }
            lengths.push(function.lines);
        }
    }
    none(&complaints);
    lengths.sort_unstable();
    let (median, high) = (lengths[lengths.len() / 2], lengths[lengths.len() * 95 / 100]);
    assert!(median <= MAX_MEDIAN, "median function is {median} lines (limit {MAX_MEDIAN})");
    assert!(high <= MAX_95TH, "95 % of functions are up to {high} lines (limit {MAX_95TH})");
}

#[test]
fn files_are_small_and_tell_what_they_are() {
    let mut complaints = Vec::new();
    for file in files() {
        let lines = file.code_lines();
        if lines > MAX_CODE_LINES {
            complaints.push(format!("src/{}: {lines} lines of code", file.path));
        }
        if !file.text.starts_with("//!") {
            complaints.push(format!("src/{}: does not start with //!", file.path));
        }
    }
    none(&complaints);
}

#[test]
fn nothing_forbidden_stands_in_the_code() {
    let mut complaints = Vec::new();
    for file in files() {
        for (what, where_allowed, why) in FORBIDDEN {
            if file.code.contains(what) && !where_allowed.contains(&file.path.as_str()) {
                complaints.push(format!("src/{}: {what} ({why})", file.path));
            }
        }
        if ["TODO", "FIXME", "XXX"].iter().any(|mark| file.text.contains(mark)) {
            complaints.push(format!("src/{}: an open end is marked; finish it", file.path));
        }
    }
    none(&complaints);
}

/// A file as the scanner sees it.
fn scanned(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned(), code: blank(text) }
}

#[test]
fn the_scanner_sees_imports_in_all_their_forms() {
    let text = "use crate::{records::{Field, place}, linkage};\nuse super::super::workbooks::X;\n\
                // use crate::cli;\nlet s = \"crate::cli\"; crate::statistics::f();";
    let mut found: Vec<String> = scanned("sources/a.rs", text)
        .imports()
        .into_iter()
        .map(|(other, rest)| format!("{other}::{rest}"))
        .collect();
    found.sort();
    let expected = ["linkage::", "records::{Field, place}", "statistics::f", "workbooks::X"];
    assert_eq!(found, expected);
}

#[test]
fn the_scanner_measures_functions() {
    let text = "fn a(x: Vec<(u8, u8)>, f: fn(u8) -> u8) -> u8 {\n    '{';\n    \"}\";\n}\ntrait T { fn b(&self); }\n\
                fn c() {}\n";
    let found = scanned("a.rs", text).functions();
    let seen: Vec<_> =
        found.iter().map(|f| (f.name.as_str(), f.line, f.lines, f.parameters)).collect();
    assert_eq!(seen, [("a", 1, 4, 2), ("c", 6, 1, 0)]);
}

#[test]
fn the_arrows_point_one_way() {
    let cases = [
        ("records", "sources", true),
        ("sources", "records", false),
        ("config", "vocabulary", true),
        ("config", "sources", false),
        ("linkage", "findings", false),
        ("main", "pipeline", false),
    ];
    for (module, other, expected) in cases {
        assert_eq!(allowed(module, other), expected, "{module} → {other}");
    }
}
