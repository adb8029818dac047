//! A distributed run gives the bytes of one machine: rows are dealt out to parts by hand, the steps run in
//! this process, and parcels go from one to the other as a cluster moves them.

mod exchange;
mod streams;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use bidui::cluster::FileRows;
use bidui::config::Project;
use bidui::linkage::decisions::Answer;
use bidui::pipeline::{self, RunOptions};
use bidui::sources::Silent;

use crate::support::program::fixture;
use crate::support::{story, town};
use exchange::Exchange;
use streams::{read, stream};

/// All result files of a folder but `run.json`, which tells times.
fn results(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let paths = story::files(folder).into_iter().filter(|path| !path.ends_with("run.json"));
    let read = |path: std::path::PathBuf| {
        let bytes = fs_err::read(folder.join(&path)).expect("readable");
        (path.to_string_lossy().into_owned(), bytes)
    };
    paths.map(read).collect()
}

fn project(folder: &Path) -> Project {
    Project::load(&folder.join("project.toml"), None).expect("a project")
}

/// Writes a project's rows, each side in so many files or one more.
fn export(folder: &Path, rows: &Path, files: u32) {
    let whole = FileRows { persons: u32::MAX, sources: u32::MAX };
    let probe = folder.join(format!("probe-{files}"));
    let report = pipeline::export_rows(&project(folder), &probe, whole, &Silent).expect("exported");
    fs_err::remove_dir_all(probe).expect("removed");
    let in_file = |rows: usize| (u32::try_from(rows).expect("few rows") / files).max(1);
    let file_rows = FileRows { persons: in_file(report.persons), sources: in_file(report.sources) };
    pipeline::export_rows(&project(folder), rows, file_rows, &Silent).expect("exported");
}

/// Counts of the manifest, by stage.
fn counts(folder: &Path) -> serde_json::Value {
    let text = fs_err::read_to_string(folder.join("run.json")).expect("published");
    let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    manifest["counts"].clone()
}

/// The project of a folder in so many parts, and on one machine: byte for byte the same.
fn compare(folder: &Path, parts: u32) {
    let rows = folder.join(format!("rows-{parts}"));
    export(folder, &rows, parts);
    let links = folder.join(format!("links-{parts}"));
    Exchange::open(&rows, parts).run(&links);
    let out = folder.join(format!("out-{parts}"));
    let options =
        RunOptions { out: Some(out.clone()), links: Some(links), ..RunOptions::default() };
    story::run_with(&project(folder), &options).expect("a run");
    let (one, many) = (results(&folder.join("out")), results(&out));
    let differing: Vec<&String> =
        one.keys().filter(|name| one.get(*name) != many.get(*name)).collect();
    assert!(differing.is_empty() && one.len() == many.len(), "{parts} parts: {differing:?}");
    assert!(one.len() > 20, "{:?}", one.keys());
    assert_eq!(counts(&folder.join("out")), counts(&out), "{parts} parts");
}

/// People have ruled on most questions, links drawn for a check among them, with every answer.
fn rule(folder: &Path) -> usize {
    let path = folder.join("project.toml");
    let settings = fs_err::read_to_string(&path).expect("readable");
    fs_err::write(&path, format!("{settings}\n[review]\naudit = 60\n")).expect("written");
    let (survey, mut ledger) = story::survey(folder);
    let answers = [Some(Answer::Same), Some(Answer::Different), Some(Answer::Unsure), None];
    story::rule((&survey, &mut ledger), false, |_, place| answers[place % answers.len()]);
    survey.results().cases.len()
}

#[test]
fn parts_of_the_example_give_the_bytes_of_one_machine() {
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(&fixture("example"), folder.path());
    assert!(rule(folder.path()) > 20);
    let report = story::run(folder.path()).expect("a run");
    assert!(report.rulings.applied > 4, "{:?}", report.rulings);
    for parts in [1, 3, 16] {
        compare(folder.path(), parts);
    }
}

#[test]
fn parts_of_a_dirty_town_with_rulings_that_new_data_contradicts_give_the_bytes_of_one_machine() {
    let folder = town::unpack("dirty");
    let path = folder.path();
    rule(path);
    // Half of the registered people change their names: rulings on them are asked again, also of people
    // whom blocking finds no more.
    for file in story::files(&path.join("inputs/registry")) {
        rename_every_second(&path.join("inputs/registry").join(file));
    }
    let report = story::run(path).expect("a run");
    assert!(report.rulings.contradicted > 0, "{:?}", report.rulings);
    compare(path, 7);
}

/// Gives every second person of a registry file another name.
fn rename_every_second(path: &Path) {
    let rows = town::cells(path);
    let headings = rows.iter().position(|row| row.iter().any(|cell| cell == "姓名"));
    let headings = headings.expect("headings");
    let name = rows[headings].iter().position(|cell| cell == "姓名").expect("a column");
    let mut writer = csv::Writer::from_writer(Vec::new());
    for (place, row) in rows[headings..].iter().enumerate() {
        let mut row = row.clone();
        row.resize(rows[headings].len(), String::new());
        if place > 0 && place % 2 == 0 {
            row[name] = format!("欧阳{}", row[name].chars().rev().collect::<String>());
        }
        writer.write_record(&row).expect("in memory");
    }
    fs_err::write(path, writer.into_inner().expect("in memory")).expect("written");
}

/// What a kernel says of an input, which has to be one line, and its exit status.
fn told_by_kernel(words: &[&str], input: &[u8]) -> (String, Option<i32>) {
    let mut kernel = Command::new(env!("CARGO_BIN_EXE_bidui"))
        .arg("kernel")
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let sent = kernel.stdin.take().expect("a pipe").write_all(input);
    let output = kernel.wait_with_output().expect("ended");
    // A kernel that refuses need not take everything.
    assert!(sent.is_ok() || !output.status.success());
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(said.lines().count() <= 1, "{said}");
    (said, output.status.code())
}

#[test]
fn a_kernel_says_in_one_line_what_is_wrong_and_ends_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(&fixture("example"), folder.path());
    let rows = folder.path().join("rows");
    export(folder.path(), &rows, 1);
    let job = rows.join("job.json");
    let job = job.to_str().expect("UTF-8");
    let persons = fs_err::read(rows.join("persons-00000.arrow")).expect("readable");
    let keys = ["right-keys", "--job", job, "--rules", "0,4"];
    assert_eq!(told_by_kernel(&keys, &persons), (String::new(), Some(0)));
    // No source row has a key: nobody meets anybody, and nothing is wrong.
    let nothing = folder.path().join("nothing.bits");
    fs_err::write(&nothing, b"").expect("written");
    let filter = [&keys[..], &["--filter", nothing.to_str().expect("UTF-8")]].concat();
    assert_eq!(told_by_kernel(&filter, &persons), (String::new(), Some(0)));
    let refused = |words: &[&str], input: &[u8], what: &str| {
        let (said, status) = told_by_kernel(words, input);
        assert!(status == Some(2) && said.contains(what), "{what}: {status:?} {said}");
    };
    refused(&keys, &persons[..persons.len() - 8], "end marker");
    refused(&keys, &persons[..persons.len() / 2], "cannot be read");
    refused(&keys, b"", "cannot be read");
    refused(&keys, "姓名,证件号码\n".as_bytes(), "cannot be read");
    refused(
        &["left-keys", "--job", job, "--rules", "0"],
        &persons,
        "parcel \"person\": it is not wanted",
    );
    refused(&["right-keys", "--job", job, "--parts", "0"], &persons, "one part at least");
    refused(&["right-keys", "--job", job, "--filter", job], &persons, "are wanted");
    refused(&["right-keys", "--job", job, "--rules", "99"], &persons, "no blocking rule 99");
    let sources = fs_err::read(rows.join("sources-00000.arrow")).expect("readable");
    refused(&["judge", "--job", job], &sources, "priors of 0");
    let two = stream(&[read(&sources), read(&sources)].concat());
    refused(&["left-keys", "--job", job, "--rules", "0"], &two, "are wanted");
    let mut cut = read(&sources);
    let kept = cut[0].bytes.len() - 1;
    cut[0].bytes.truncate(kept);
    refused(&["left-keys", "--job", job, "--rules", "0"], &stream(&cut), "cannot be unpacked");
    cut[0].part = 1;
    refused(&["tally", "--job", job], &stream(&[read(&sources), cut].concat()), "of one file");
    refused(&["wash", "--job", job], &persons, "no step \"wash\"");
    refused(&["meet", "--job", "nowhere.json"], &persons, "nowhere.json cannot be read");
    let text = fs_err::read_to_string(job).expect("readable");
    let other = folder.path().join("other.json");
    let layout = format!("\"layout\": {}", bidui::linkage::parts::LAYOUT);
    assert!(text.contains(&layout));
    fs_err::write(&other, text.replace(&layout, "\"layout\": 9")).expect("written");
    refused(&["meet", "--job", other.to_str().expect("UTF-8")], &persons, "layout 9");
}

#[test]
fn decided_rows_of_other_data_or_a_broken_file_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(&fixture("example"), folder.path());
    let path = folder.path();
    let (rows, links) = (path.join("rows"), path.join("links"));
    export(path, &rows, 2);
    let again = pipeline::export_rows(&project(path), &rows, FileRows::default(), &Silent);
    assert!(again.expect_err("files are there").to_string().contains("已有文件"));
    Exchange::open(&rows, 2).run(&links);
    let with_links = || {
        let options = RunOptions {
            out: Some(path.join("out")),
            links: Some(links.clone()),
            ..RunOptions::default()
        };
        story::run_with(&project(path), &options).map(|_| ()).map_err(|error| error.to_string())
    };
    with_links().expect("a run");
    let part = links.join("part-00001.arrow");
    let bytes = fs_err::read(&part).expect("readable");
    let refused = |bytes: &[u8], what: &str| {
        fs_err::write(&part, bytes).expect("written");
        let error = with_links().expect_err("refused");
        assert!(error.contains(what), "{error}");
    };
    refused(&bytes[..bytes.len() - 8], "end marker");
    refused(&bytes[..bytes.len() / 2], "cannot be read");
    refused(
        &fs_err::read(links.join("part-00000.arrow")).expect("readable"),
        "source rows are there",
    );
    fs_err::write(&part, &bytes).expect("written");
    let settings = fs_err::read_to_string(path.join("project.toml")).expect("readable");
    fs_err::write(path.join("project.toml"), format!("count_suspended = true\n{settings}"))
        .expect("written");
    assert!(with_links().expect_err("refused").contains("另一批数据"));
    fs_err::remove_file(links.join("links.json")).expect("removed");
    assert!(with_links().expect_err("refused").contains("links.json"));
}
