//! The program as a library: what somebody would write who uses a part of it from Rust. The
//! documentation of the crate points here.

use std::path::{Path, PathBuf};

use bidui::config::Project;
use bidui::linkage::tables::link_files;
use bidui::pipeline::{self, Clock, RunOptions};
use bidui::records::{self, Settings};
use bidui::sources::{self, Silent};
use bidui::vocabulary::SourceKind;
use bidui::{findings, linkage};
use jiff::Timestamp;

fn shipped(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The caller tells the time; results do not depend on it.
struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn seconds(&self) -> f64 {
        0.0
    }
}

#[test]
fn stage_by_stage() {
    let path = shipped("fixtures/example/project.toml");
    let project = Project::load(&path, None).expect("the shipped example is sound");
    // Files → raw rows. Whatever cannot be used is a problem, never a stop.
    let intake = sources::read(&project.root, &project.sources, &Silent);
    assert!(intake.tables.iter().any(|table| table.kind == SourceKind::Registry));
    // Raw rows → records, every data row exactly once.
    let settings = Settings {
        as_of: project.as_of,
        places: &project.places,
        institutions: &project.institutions,
        sources: &project.sources,
        unit: &project.unit,
    };
    let (records, _problems) = records::normalise(intake.tables, &intake.catalogue, &settings);
    // Records → one outcome per source row.
    let model = linkage::model::Model::shipped();
    let mut registry = linkage::index::RegistryIndex::new(&records.persons, &model);
    let linked = linkage::people::link(&mut registry, &records, &[]);
    assert_eq!(linked.outcomes.len(), records.sources.len());
    // Outcomes → mismatches somebody has to mend.
    let found = findings::collect(&records, &linked.outcomes, project.as_of);
    assert!(found.iter().all(|finding| !finding.kind.code().is_empty()));
}

#[test]
fn a_whole_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = shipped("fixtures/example/project.toml");
    let mut project = Project::load(&path, None).expect("the shipped example is sound");
    // The ledger is kept beside the project; this one is thrown away.
    for source in &mut project.sources {
        for pattern in &mut source.files {
            *pattern = project.root.join(&*pattern).to_string_lossy().into_owned();
        }
    }
    project.root = folder.path().to_owned();
    let options = RunOptions { out: Some(folder.path().join("results")), ..RunOptions::default() };
    let report = pipeline::run(&project, &options, &Fixed, &Silent).expect("results");
    assert!(report.folder.join("links.csv").is_file() && report.persons > 0);
}

#[test]
fn the_engine_on_two_tables() {
    let folder = tempfile::tempdir().expect("a folder");
    let (left, right) = (folder.path().join("left.csv"), folder.path().join("right.csv"));
    let out = folder.path().join("links.csv");
    let head = "rec_id,given_name,surname,street_number,address_1,address_2,suburb,postcode,state,\
                date_of_birth,soc_sec_id\n";
    let one = "r1,kylie,ward,12,mayo close,,bonython,2905,act,19710321,4315162\n";
    let two = "r9,kylie,ward,12,mayo close,,bonython,2905,act,19710321,4315162\n";
    fs_err::write(&left, format!("{head}{one}")).expect("written");
    fs_err::write(&right, format!("{head}{two}")).expect("written");
    let model = shipped("schemas/linkage/febrl4.toml");
    let summary = link_files(&left, &right, &model, &out, false).expect("linked");
    assert_eq!((summary.left_rows, summary.links + summary.reviews), (1, 1));
}
