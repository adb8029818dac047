//! A clerk who knows the truth: answers every open question of a generated project by its truth and
//! leaves the answers in the project's ledger, so that it can be measured what they are worth.
//!
//! `cargo run --release --example clerk -- PROJECT.toml TRUTH.csv`

use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use bidui::config::Project;
use bidui::ledger::{NewRuling, RulingAct};
use bidui::linkage::decisions::{Answer, Case};
use bidui::pipeline::{self, Clock};
use bidui::results::Results;
use bidui::sources::Silent;
use jiff::Timestamp;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Right persons by file, sheet and row.
type Truth = HashMap<(String, String, u32), Vec<String>>;

/// A clock that stands still.
struct Frozen;

impl Clock for Frozen {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn seconds(&self) -> f64 {
        0.0
    }
}

#[expect(clippy::print_stdout, reason = "its result")]
fn main() -> Outcome<()> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [project, truth] = paths.as_slice() else { return Err("PROJECT.toml TRUTH.csv".into()) };
    let truth = read(truth)?;
    let project = Project::load(project, None)?;
    let (survey, mut ledger) = pipeline::survey(project, &Frozen, &Silent)?;
    let results = survey.results();
    let mut rulings = Vec::new();
    for case in results.cases {
        let before = ledger.history(&case.key)?;
        rulings.push(NewRuling {
            key: case.key.clone(),
            verdict: RulingAct::Answered(answer(&results, case, &truth)?),
            clerk: "真值".to_owned(),
            note: String::new(),
            place: "clerk".to_owned(),
            file_sha256: String::new(),
            after: before.last().map(|entry| entry.number),
        });
    }
    ledger.rule(&rulings, Timestamp::UNIX_EPOCH)?;
    let same = |ruling: &&NewRuling| ruling.verdict == RulingAct::Answered(Answer::Same);
    let audits = results.cases.iter().filter(|case| case.is_audit).count();
    let same = rulings.iter().filter(same).count();
    println!(
        "{} rulings, {same} of them 同一人; {audits} are links that were drawn",
        rulings.len()
    );
    Ok(())
}

fn answer(results: &Results, case: &Case, truth: &Truth) -> Outcome<Answer> {
    let origin = results.records.sources[case.row as usize].origin;
    let sheet = results.catalogue.sheet(origin.sheet);
    let key = (sheet.file.clone(), sheet.sheet.clone(), origin.row);
    let persons = truth.get(&key).ok_or("a row the truth does not name")?;
    let (_, outcome) = results.row(case.row);
    let person = results.person(outcome.candidates[case.candidate].person);
    let same = persons.iter().any(|number| *number == person.person_no);
    Ok(if same { Answer::Same } else { Answer::Different })
}

fn read(path: &Path) -> Outcome<Truth> {
    let mut reader = csv::Reader::from_path(path)?;
    let headings = reader.headers()?.clone();
    let column = |name: &str| headings.iter().position(|known| known == name).ok_or("no column");
    let [file, sheet, row, person] =
        ["source_file", "source_sheet", "source_row", "person_id"].map(column);
    let (file, sheet, row, person) = (file?, sheet?, row?, person?);
    let mut truth = Truth::new();
    for record in reader.records() {
        let record = record?;
        let persons = record[person].split('|').filter(|number| !number.is_empty());
        let key = (record[file].to_owned(), record[sheet].to_owned(), record[row].parse()?);
        truth.insert(key, persons.map(str::to_owned).collect());
    }
    Ok(truth)
}
