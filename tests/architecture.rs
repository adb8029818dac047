//! The rules of the house, checked on the parsed source: who may import whom, how large things may
//! get, and that every idea has one name and one room.

use std::collections::BTreeMap;

use crate::support::source_code::{SourceFile, arrows, circles, files, tokens};

/// The stations in the order of the data's way. Each may import those before it.
const WAY: [&str; 23] = [
    // Not a station: what no text may say.
    "privacy",
    "vocabulary",
    // Not stations: how sums, values on their way to other processes and cells are written, how
    // whatever is written is kept from others, and what an interruption has to know.
    "digest",
    "packing",
    "csv_cells",
    "file_names",
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
    // One person for every row of every list, and the groups people belong to.
    "census",
    // Verdicts, figures and findings of the programmes in use.
    "programmes",
    "statistics",
    // Returned forms hold the figures of `statistics`; `workbooks` print them.
    "province",
    // Not a station: what the stages made, borrowed, for whatever writes or shows it.
    "results",
    "workbooks",
];

/// What stands beside the way: module → what it may import. Pictures know nothing of the way; pages
/// show what a stage found.
const BESIDE: [(&str, &[&str]); 11] = [
    // What past runs read and wrote shows which dates of a round are met.
    ("deadlines", &["digest", "vocabulary", "config", "sources", "ledger"]),
    ("plots", &[]),
    // The manual is part of the program and knows nothing of it.
    ("manual", &[]),
    // Rows on their way between the parts of a distributed run.
    ("cluster", &["packing", "records", "linkage"]),
    // A run's page tells of every stage but the workbooks.
    (
        "web",
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
            "digest",
            "vocabulary",
            "origin",
            "problems",
            "config",
            "sources",
            "records",
            "linkage",
            // What came back on cards.
            "programmes",
            "statistics",
            "private_files",
        ],
    ),
    (
        "pipeline",
        &[
            "digest",
            "vocabulary",
            "origin",
            "problems",
            "config",
            "sources",
            "records",
            "linkage",
            "cluster",
            "findings",
            "census",
            "programmes",
            "statistics",
            "province",
            "results",
            "digest",
            "file_names",
            "private_files",
            "interruption",
            "workbooks",
            // The page of a run is one of its results.
            "web",
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
            "manual",
            // The start page opens projects and remembers which.
            "config",
            "file_names",
            "private_files",
            "origin",
            "problems",
            "sources",
            "records",
            "linkage",
            "findings",
            "census",
            "programmes",
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
            // One step of a distributed run is a command.
            "cluster",
            "web",
            "private_files",
            // A person's file is written where the user says.
            "workbooks",
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

/// Rooms that take single things only from another: room, other room, what.
const ONLY: [(&str, &str, &[&str]); 1] = [
    // What a clerk exports is the mismatch report of some findings.
    ("desk", "workbooks", &["mismatch_book", "figure_book", "FigureRow", "LONGEST"]),
];

const MAX_FUNCTION: usize = 60;
const MAX_MEDIAN: usize = 10;
const MAX_95TH: usize = 45;
const MAX_PARAMETERS: usize = 5;
const MAX_CODE_LINES: usize = 600;

/// Text that must not occur in code: what, where it may nevertheless, and why not elsewhere.
const FORBIDDEN: [(&str, &[&str], &str); 12] = [
    ("todo!", &[], "finish it"),
    ("unimplemented!", &[], "finish it"),
    ("dbg!", &[], "take it out"),
    (".unwrap()", &[], "use expect with the invariant, or return the error"),
    (
        "std::fs::",
        &["ledger/lock.rs", "private_files/held.rs", "quarantine/own_limits.rs"],
        "fs_err names the path in its errors",
    ),
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
    // The lint can be lifted in place, as the fuzzing's allocator does; the program has no need of it.
    ("unsafe", &[], "leave it to a library"),
    // Cells that are made elsewhere than their columns drift from them.
    (
        "RowWriter",
        &["workbooks/table.rs", "workbooks/sent.rs"],
        "list columns, which make their cells",
    ),
];

fn allowed(module: &str, other: &str) -> bool {
    if module == other {
        return true;
    }
    if let Some((_, others)) = BESIDE.iter().find(|(name, _)| *name == module) {
        return others.contains(&other);
    }
    let place = |name| WAY.iter().position(|station| *station == name);
    matches!((place(other), place(module)), (Some(a), Some(b)) if a < b)
}

/// Whether a room may name a path of another one, where it takes single things only.
fn takes(module: &str, path: &[String]) -> bool {
    let room = path.first().map_or("", String::as_str);
    let only = ONLY.iter().find(|(from, to, _)| *from == module && *to == room);
    only.is_none_or(|(_, _, names)| path.get(1).is_some_and(|name| names.contains(&name.as_str())))
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
        let module = file.room();
        if !modules.contains(&module.as_str()) {
            complaints.push(format!("src/{}: module {module} has no place on the way", file.path));
        }
        for path in &file.paths {
            let Some(other) = path.first().filter(|other| modules.contains(&other.as_str())) else {
                continue;
            };
            if !allowed(&module, other) || !takes(&module, path) {
                let path = path.join("::");
                complaints.push(format!("src/{}: {module} must not use {path}", file.path));
            }
        }
    }
    none(&complaints);
}

#[test]
fn functions_are_short_and_take_few_parameters() {
    let mut complaints = Vec::new();
    let mut lengths = Vec::new();
    for file in files() {
        for function in &file.functions {
            let place = format!("src/{}:{} {}", file.path, function.line, function.name);
            if function.lines > MAX_FUNCTION {
                complaints
                    .push(format!("{place}: {} lines (limit {MAX_FUNCTION})", function.lines));
            }
            // Tuples are reported by a test of their own.
            if function.parameters > MAX_PARAMETERS && function.tuples == 0 {
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

/// Prints the figures of the house: `cargo test --test suite figures_of_the_house -- --ignored --nocapture`.
#[test]
#[ignore = "prints, and checks nothing"]
fn figures_of_the_house() {
    let functions = || files().iter().flat_map(|file| &file.functions);
    let mut lengths: Vec<usize> = functions().map(|function| function.lines).collect();
    lengths.sort_unstable();
    let at = |share: usize| lengths[(lengths.len() * share / 1000).min(lengths.len() - 1)];
    let tuples = functions().filter(|function| function.tuples > 0).count();
    let wide = functions().filter(|function| function.parameters > MAX_PARAMETERS).count();
    let code: usize = files().iter().map(|file| file.code_lines).sum();
    eprintln!(
        "{} files, {code} lines of code, {} functions: median {}, 95 % {}, 99 % {}, longest {}; \
         more than {MAX_PARAMETERS} parameters, tuples opened: {wide}; with tuple parameters: {tuples}; circles: {}",
        files().len(),
        lengths.len(),
        at(500),
        at(950),
        at(990),
        at(1000),
        circles(&arrows(files())).len(),
    );
}

#[test]
fn no_parameter_is_a_tuple() {
    let mut complaints = Vec::new();
    for file in files() {
        for function in file.functions.iter().filter(|function| function.tuples > 0) {
            complaints.push(format!("src/{}:{} {}", file.path, function.line, function.name));
        }
    }
    none(&complaints);
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    none(&circles(&arrows(files())));
}

#[test]
fn no_two_types_have_the_same_name() {
    let mut homes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in files() {
        for name in &file.types {
            homes.entry(name).or_default().push(&file.path);
        }
    }
    let twice = homes.iter().filter(|(_, homes)| homes.len() > 1);
    let complaints: Vec<String> =
        twice.map(|(name, homes)| format!("{name}: {}", homes.join(", "))).collect();
    none(&complaints);
}

#[test]
fn methods_are_in_the_room_of_their_type() {
    let mut homes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for file in files() {
        for name in &file.types {
            homes.entry(name).or_default().push(file.room());
        }
    }
    let mut complaints = Vec::new();
    for file in files() {
        for name in &file.inherent {
            // A type made by a macro has no definition to be found.
            let rooms = homes.get(name.as_str());
            if rooms.is_some_and(|rooms| !rooms.contains(&file.room())) {
                complaints.push(format!("src/{}: methods of {name}", file.path));
            }
        }
    }
    none(&complaints);
}

#[test]
fn files_are_small_and_tell_what_they_are() {
    let mut complaints = Vec::new();
    for file in files() {
        if file.code_lines > MAX_CODE_LINES {
            complaints.push(format!("src/{}: {} lines of code", file.path, file.code_lines));
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
    let forbidden = FORBIDDEN.map(|(what, where_allowed, why)| {
        (format!(" {} ", tokens(what)), what, where_allowed, why)
    });
    for file in files() {
        let code = format!(" {} ", file.tokens);
        for (pattern, what, where_allowed, why) in &forbidden {
            if code.contains(pattern) && !where_allowed.contains(&file.path.as_str()) {
                complaints.push(format!("src/{}: {what} ({why})", file.path));
            }
        }
        if ["TODO", "FIXME", "XXX"].iter().any(|mark| file.text.contains(mark)) {
            complaints.push(format!("src/{}: an open end is marked; finish it", file.path));
        }
    }
    none(&complaints);
}

#[test]
fn the_scanner_sees_imports_in_all_their_forms() {
    let text = "use crate::{records::{Field, place}, linkage};\nuse super::super::workbooks::X;\n\
                // use crate::cli;\nfn f() { let s = \"crate::cli\"; crate::statistics::f(); }\n\
                fn g() { html! { (crate::plots::h()) } }\n#[cfg(test)] mod tests { use crate::desk; }";
    let file = SourceFile::parse("sources/a.rs", text);
    let found: Vec<String> = file.paths.iter().map(|path| path.join("::")).collect();
    let expected = [
        "linkage",
        "plots::h",
        "records::Field",
        "records::place",
        "statistics::f",
        "workbooks::X",
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_scanner_measures_functions() {
    let text = "fn a(x: Vec<(u8, u8)>, f: fn(u8) -> u8) -> u8 {\n    '{';\n    \"}\";\n}\n\
                trait T { fn b(&self); }\nfn c() {}\nfn d(x: u8, (a, b): &(u8, u8)) {}\n";
    let file = SourceFile::parse("a.rs", text);
    let seen: Vec<_> = file
        .functions
        .iter()
        .map(|f| (f.name.as_str(), f.line, f.lines, f.parameters, f.tuples))
        .collect();
    assert_eq!(seen, [("a", 1, 4, 2, 0), ("c", 6, 1, 0, 0), ("d", 7, 1, 3, 1)]);
    assert_eq!(file.types, ["T"]);
}

#[test]
fn circles_are_seen_through_handed_on_names() {
    let file = SourceFile::parse;
    let all = [
        file("a/mod.rs", "mod b;\nmod c;\npub use b::X;"),
        file("a/b.rs", "use super::c::Y;\npub struct X;"),
        file("a/c.rs", "use crate::a::X;\npub struct Y;"),
    ];
    assert_eq!(circles(&arrows(&all)), ["a::b → a::c"]);
    assert_eq!(circles(&arrows(&all[..2])), [""; 0]);
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
    let path = |text: &str| text.split("::").map(str::to_owned).collect::<Vec<_>>();
    assert!(takes("desk", &path("workbooks::mismatch_book")));
    assert!(!takes("desk", &path("workbooks::Results")) && takes("cli", &path("config::x")));
}
