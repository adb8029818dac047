//! The figures of both forms, counted a second time: from the decisions in `links.csv` and the
//! cells of the inputs, with nothing of the program's own reading or counting.

mod cells;
mod count;
mod lists;
mod random;
pub mod registry;
mod rows;
mod settings;
pub mod verdicts;
mod wishes;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::support::{story, town};

use count::Town;
use registry::Registry;
use settings::Settings;

/// A finished run, read again.
fn read(folder: &Path, settings: &Settings) -> Town {
    let registry = Registry::read(folder);
    let rows = rows::linked(folder, &registry);
    assert!(rows.len() > 200, "{}", rows.len());
    let willing = wishes::willing(folder, &registry, settings);
    Town { settings: settings.clone(), registry, rows, willing }
}

/// Lines of a form by their first cell, from one column to another; 总计 left out.
fn form(path: &Path, from: &str, to: &str) -> BTreeMap<String, Vec<String>> {
    let table = story::table(path);
    let (from, to) = (story::column(&table, from), story::column(&table, to));
    let rows = table[1..].iter().filter(|row| row[0] != "总计");
    rows.map(|row| (row[0].clone(), row[from..=to].to_vec())).collect()
}

/// Where the two forms and the recount disagree; nothing where they agree.
fn disagreements(town: &Town, out: &Path) -> Vec<String> {
    let mut printed = form(&out.join("annex2.csv"), "a2_1", "a2_7");
    // A unit without a linked row stands in the form with noughts.
    printed.retain(|_, figures| figures.iter().any(|figure| figure != "0"));
    let sizes = |sets: &[BTreeSet<String>; 7]| sets.iter().map(|s| s.len().to_string()).collect();
    let mut counted: BTreeMap<String, Vec<String>> =
        town.annex2().iter().map(|(unit, sets)| (unit.clone(), sizes(sets))).collect();
    counted.retain(|_, figures| figures.iter().any(|figure| figure != "0"));
    let mut found = differences("附件2", &printed, &counted);

    let printed = form(&out.join("annex3.csv"), "a3_persons", "a3_living");
    let counties = town.annex3();
    let counted = counties.iter().map(|(name, one)| ((*name).to_owned(), one.figures())).collect();
    found.extend(differences("附件3", &printed, &counted));
    let printed = form(&out.join("annex3.csv"), "a3_workers", "a3_workers");
    let workers = |(name, one): (&&str, &count::County)| {
        ((*name).to_owned(), vec![one.workers.len().to_string()])
    };
    found.extend(differences("劳动力", &printed, &counties.iter().map(workers).collect()));
    found.extend(willing(town, out));
    found
}

/// 有培训意愿 against the villages' lists, where there are any.
fn willing(town: &Town, out: &Path) -> Vec<String> {
    let Some(willing) = &town.willing else { return Vec::new() };
    let mut printed = form(&out.join("annex3.csv"), "a3_willing", "a3_willing");
    printed.retain(|_, figure| figure[0] != "0");
    let counted = willing.iter().map(|(county, set)| (county.clone(), vec![set.len().to_string()]));
    differences("有培训意愿", &printed, &counted.collect())
}

fn differences(
    what: &str,
    printed: &BTreeMap<String, Vec<String>>,
    counted: &BTreeMap<String, Vec<String>>,
) -> Vec<String> {
    let names: BTreeSet<&String> = printed.keys().chain(counted.keys()).collect();
    let differ = |name: &&String| printed.get(*name) != counted.get(*name);
    let told =
        |name: &String| format!("{what} {name}: {:?} ≠ {:?}", printed.get(name), counted.get(name));
    names.into_iter().filter(differ).map(told).collect()
}

/// Counts a town again after its run.
fn recount(folder: &Path) {
    let out = folder.join("out");
    let town = read(folder, &Settings::default());
    assert_eq!(disagreements(&town, &out), Vec::<String>::new());
}

#[test]
fn every_list_holds_exactly_the_people_of_its_figure() {
    let folder = town::dirty();
    let town = read(folder, &Settings::default());
    assert_eq!(lists::disagreements(&town, &folder.join("out")), Vec::<String>::new());
}

#[test]
fn suspended_students_are_the_near_misses_of_those_in_school() {
    let folder = town::dirty();
    let town = read(folder, &Settings::default());
    let people = town.annex2();
    let suspended = town.rows.iter().filter(|row| {
        row.text("status").contains("保留学籍") && !people[&row.unit][2].contains(&row.person)
    });
    let expected: BTreeSet<(&str, &str)> =
        suspended.map(|row| (row.unit.as_str(), row.person.as_str())).collect();
    let sheets = lists::listed(&folder.join("out"), "附件2_明细.xlsx");
    let missed = sheets["③在校生人数"].missed.iter();
    let found: BTreeSet<(&str, &str)> = missed
        .filter(|(_, _, why)| why.contains("count_suspended = true 时计入"))
        .map(|(unit, person, _)| (unit.as_str(), person.as_str()))
        .collect();
    assert!(!expected.is_empty());
    assert_eq!(found, expected);
}

#[test]
fn the_forms_are_what_the_links_and_the_inputs_say() {
    recount(town::dirty());
}

/// Branches, campuses, numbers: every unit has its own line, with its own figures.
#[test]
fn units_stay_apart_under_the_names_they_have() {
    let folder = tempfile::tempdir().expect("a folder");
    let order = crate::generator::project::Order {
        size: crate::generator::size::find("example").expect("a size"),
        rates: crate::generator::rates::Rates::load(None, true).expect("rates"),
        formats: crate::generator::project::formats("all").expect("formats"),
        seed: 12,
        out: folder.path().to_owned(),
        wishes: false,
        lists: None,
        rounds: 1,
        odd_names: true,
        provinces: 1,
        province: crate::generator::provinces::Province::ALONE,
    };
    crate::generator::project::make(&order).expect("made");
    story::run(folder.path()).expect("a run");
    let lines = |name: &str| -> BTreeSet<Vec<String>> {
        story::table(&folder.path().join(name)).into_iter().collect()
    };
    let (found, truth) = (lines("out/annex2.csv"), lines("truth/annex2.csv"));
    assert!(truth.iter().any(|line| line[0].contains("分院")), "{truth:?}");
    assert_eq!(found, truth);
}

#[test]
fn the_forms_of_a_clean_town_are_the_generators() {
    let folder = town::unpack("clean");
    story::run(folder.path()).expect("a run");
    recount(folder.path());
    let (truth, out) = (folder.path().join("truth"), folder.path().join("out"));
    let lines = |path: &Path| -> BTreeSet<Vec<String>> { story::table(path).into_iter().collect() };
    assert_eq!(lines(&out.join("annex2.csv")), lines(&truth.join("annex2.csv")));
    let figures = |folder: &Path| form(&folder.join("annex3.csv"), "a3_workers", "a3_founded");
    assert_eq!(figures(&out), figures(&truth));
}
