//! Runs a project through the library and tells its results as short text.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use bidui::config::Project;
use bidui::ledger::{Ledger, NewRuling, RulingAct};
use bidui::linkage::decisions::{Answer, Case};
use bidui::pipeline::{self, Clock, RunError, RunOptions, RunReport, Survey};
use bidui::sources::Silent;
use calamine::{Data, Reader as _, Xlsx};
use jiff::Timestamp;
use rayon::ThreadPool;

/// A clock that stands still.
pub struct Frozen;

impl Clock for Frozen {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn seconds(&self) -> f64 {
        0.0
    }
}

/// Copies a folder with all below it.
pub fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).expect("made");
    for item in fs_err::read_dir(from).expect("readable") {
        let path = item.expect("an item").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs_err::copy(&path, &target).expect("copied");
        }
    }
}

/// Runs `project.toml` of a folder into `out` beside it.
pub fn run(folder: &Path) -> Result<RunReport, String> {
    let project = Project::load(&folder.join("project.toml"), None).map_err(|e| e.to_string())?;
    let options = RunOptions { out: Some(folder.join("out")), ..RunOptions::default() };
    run_with(&project, &options).map_err(|error| error.to_string())
}

/// A run on workers as the program has them: the usual ones have too little stack for an unoptimised build.
pub fn run_with(project: &Project, options: &RunOptions) -> Result<RunReport, RunError> {
    static WORKERS: LazyLock<ThreadPool> =
        LazyLock::new(|| pipeline::workers(0).build().expect("threads"));
    WORKERS.install(|| pipeline::run(project, options, &Frozen, &Silent))
}

/// The questions of a folder's `project.toml`, which stand in its ledger then.
pub fn survey(folder: &Path) -> (Survey, Ledger) {
    let project = Project::load(&folder.join("project.toml"), None).expect("a project");
    pipeline::survey(project, &Frozen, &Silent).expect("a survey")
}

/// Answers questions of a survey, straight into its ledger; `answer` gets the question and its place
/// among all. The rulings are made from the last to the first where asked to.
pub fn rule(
    (survey, ledger): (&Survey, &mut Ledger),
    backwards: bool,
    answer: impl Fn(&Case, usize) -> Option<Answer>,
) {
    let ruling = |(place, case): (usize, &Case)| {
        let verdict = RulingAct::Answered(answer(case, place)?);
        let before = ledger.history(&case.key).expect("readable");
        Some(NewRuling {
            key: case.key.clone(),
            verdict,
            clerk: "赵核".to_owned(),
            note: String::new(),
            place: "test".to_owned(),
            file_sha256: String::new(),
            after: before.last().map(|entry| entry.number),
        })
    };
    let cases = survey.results().cases;
    let mut rulings: Vec<NewRuling> = cases.iter().enumerate().filter_map(ruling).collect();
    if backwards {
        rulings.reverse();
    }
    ledger.rule(&rulings, Timestamp::UNIX_EPOCH).expect("kept");
}

/// A CSV file as its records, the headings first.
pub fn table(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(path)
        .expect("readable");
    let records = reader.records().map(|record| record.expect("CSV"));
    records.map(|record| record.iter().map(str::to_owned).collect()).collect()
}

/// The column of this heading.
pub fn column(table: &[Vec<String>], heading: &str) -> usize {
    let headings = table.first().expect("headings");
    headings.iter().position(|cell| cell == heading).expect(heading)
}

/// `links.csv` as a reader sees it: the decisions, and how sure they are. Weights stay out, so
/// that an expectation says what has to come out and not how.
pub fn links(out: &Path) -> String {
    let table = table(&out.join("links.csv"));
    let wanted = ["source_file", "source_row", "decision", "person_id", "match_class"];
    let columns = wanted.map(|heading| column(&table, heading));
    let probability = column(&table, "probability");
    let mut lines = vec![format!("{},probability", wanted.join(","))];
    for row in &table[1..] {
        let value: f64 = row[probability].parse().expect("a number");
        let cells = columns.map(|column| row[column].as_str()).join(",");
        lines.push(format!("{cells},{value:.2}"));
    }
    text(&lines)
}

/// The findings of `02_差异报告.xlsx`, one line each.
pub fn findings(out: &Path) -> String {
    let path = out.join("02_差异报告.xlsx");
    let mut book: Xlsx<_> = calamine::open_workbook(&path).expect("a workbook");
    let mut lines = Vec::new();
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).expect("a sheet");
        let rows: Vec<&[Data]> = range.rows().collect();
        let Some(head) = rows.iter().position(|row| is(row, "类别代码") && is(row, "责任方"))
        else {
            continue;
        };
        let column = |name: &str| rows[head].iter().position(|cell| *cell == name).expect(name);
        let wanted =
            ["类别代码", "学校/机构", "姓名", "登记姓名", "责任方", "决定", "原因"].map(column);
        let cells = column("源单元格");
        for row in rows.iter().skip(head + 1).filter(|row| row[wanted[0]] != Data::Empty) {
            let said = wanted.map(|column| row[column].to_string()).join(" | ");
            let places = row[cells].to_string();
            // The first cell leads to the row; the others belong to the workbook's own tests.
            let first = places.lines().next().unwrap_or("").split('、').next().unwrap_or("");
            lines.push(format!("{sheet} | {said} | {first}"));
        }
    }
    text(&lines)
}

fn is(row: &[Data], heading: &str) -> bool {
    row.iter().any(|cell| *cell == heading)
}

fn text(lines: &[String]) -> String {
    let ended: Vec<&str> = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    ended.concat()
}

/// All files below a folder, relative to it, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(below) = open.pop() {
        for item in fs_err::read_dir(below).expect("readable") {
            let path = item.expect("an item").path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(folder).expect("below").to_owned());
            }
        }
    }
    found.sort();
    found
}
