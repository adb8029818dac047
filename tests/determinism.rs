//! What must not matter: when a run happens, on how many threads, in which order and in how many
//! files the registry comes. And what must not happen: a lost row, or a panic on any bytes.

use std::collections::BTreeMap;
use std::path::Path;

use bidui::config::Project;
use bidui::linkage::index::RegistryIndex;
use bidui::linkage::model::Model;
use bidui::linkage::people;
use bidui::pipeline;
use bidui::records::Relative;
use bidui::sources::Silent;
use proptest::prelude::*;

use crate::support::program::small_project;
use crate::support::{story, town};

/// All result files but `run.json`, which tells times.
fn results(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let out = folder.join("out");
    let paths = story::files(&out).into_iter().filter(|path| !path.ends_with("run.json"));
    paths
        .map(|path| {
            let bytes = fs_err::read(out.join(&path)).expect("readable");
            (path.to_string_lossy().into_owned(), bytes)
        })
        .collect()
}

#[test]
fn runs_and_threads_change_no_byte() {
    let first = results(town::dirty());
    assert!(first.len() > 20, "{:?}", first.keys());
    let folder = town::unpack("dirty");
    let pool = bidui::pipeline::workers(1).build().expect("a thread");
    pool.install(|| story::run(folder.path())).expect("a run");
    let other = results(folder.path());
    let differing: Vec<&String> =
        first.keys().filter(|name| first.get(*name) != other.get(*name)).collect();
    assert!(differing.is_empty() && first.len() == other.len(), "{differing:?}");
}

/// `links.csv` by row of the inputs.
fn links(folder: &Path) -> BTreeMap<(String, usize), Vec<String>> {
    let table = story::table(&folder.join("out/links.csv"));
    let (file, row) = (story::column(&table, "source_file"), story::column(&table, "source_row"));
    let key = |line: &Vec<String>| (line[file].clone(), line[row].parse().expect("a row"));
    table[1..].iter().map(|line| (key(line), line.clone())).collect()
}

/// Turns the rows of a registry file round and puts every second one into a file of its own.
fn deal_out(path: &Path) {
    let rows = town::cells(path);
    let is_heading = |row: &&Vec<String>| row.iter().any(|cell| cell == "姓名");
    let headings = rows.iter().position(|row| is_heading(&row)).expect("headings");
    let halves = [0, 1].map(|half| {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&rows[headings]).expect("in memory");
        for row in rows[headings + 1..].iter().rev().skip(half).step_by(2) {
            writer.write_record(row).expect("in memory");
        }
        writer.into_inner().expect("in memory")
    });
    let [first, second] = halves;
    fs_err::write(path, first).expect("written");
    let stem = path.file_stem().expect("a name").to_string_lossy();
    fs_err::write(path.with_file_name(format!("又_{stem}.csv")), second).expect("written");
}

#[test]
fn order_and_files_of_the_registry_change_no_decision() {
    let dealt = town::unpack("dirty");
    let registry = dealt.path().join("inputs/registry");
    for file in story::files(&registry) {
        deal_out(&registry.join(file));
    }
    story::run(dealt.path()).expect("a run");
    let (before, after) = (links(town::dirty()), links(dealt.path()));
    assert_eq!(before.len(), after.len());
    let differing: Vec<_> =
        before.iter().filter(|(key, line)| after.get(*key) != Some(line)).collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

/// A student without a number names a father who is registered in two households, of which each has a child
/// of the student's name. Who the best candidate is, by 人编号.
fn best_of_two_homes(backwards: bool) -> (String, f64) {
    let mut world = bidui_sample::Sample::new();
    let father = bidui_sample::id_of("19750610", 11);
    for (name, number, home) in [
        ("王大山", father.clone(), "甲户"),
        ("王大山", father.clone(), "乙户"),
        ("王丽", bidui_sample::id(""), "甲户"),
        ("王丽", bidui_sample::id(""), "乙户"),
    ] {
        let row = world.person(name, number);
        world.person_mut(row).household_no = home.into();
    }
    let row = world.row(0, bidui_sample::facts("王丽", bidui_sample::id("")), bidui_sample::none());
    let name = bidui_sample::facts("王大山", father.clone()).name;
    world.records.sources[row as usize].relatives = [Relative { name, id: father }].into();
    if backwards {
        world.records.persons.reverse();
    }
    let model = Model::shipped();
    let mut registry = RegistryIndex::new(&world.records.persons, &model);
    let linked = people::link(&mut registry, &world.records, &[]);
    let best = linked.outcomes[row as usize].best().expect("a candidate");
    let person = &world.records.persons[best.person as usize];
    (person.person_no.to_string(), best.weight)
}

#[test]
fn whose_household_a_number_is_does_not_hang_on_the_order_of_the_registry() {
    let forwards = best_of_two_homes(false);
    assert_eq!(forwards.0, "P002", "the first registration of the father counts");
    assert_eq!(forwards, best_of_two_homes(true));
}

/// First words of rows that close a list.
const CLOSING: [&str; 6] = ["合计", "总计", "小计", "填表人", "制表人", "备注"];

/// Of a list without gaps in the links, what stands right above has to be the headings and what
/// stands below must not be people.
fn assert_no_row_is_lost(rows: &[Vec<String>], listed: &[usize], path: &str) {
    let (first, last) = (*listed.first().expect("rows"), *listed.last().expect("rows"));
    assert_eq!(listed, (first..=last).collect::<Vec<_>>(), "{path}");
    let headings = &rows[first - 2];
    assert!(headings.iter().any(|cell| cell.contains("姓名")), "{path}: {headings:?}");
    for row in &rows[last..] {
        let filled = row.iter().find(|cell| !cell.is_empty());
        let closes = |cell: &String| CLOSING.iter().any(|word| cell.starts_with(word));
        assert!(filled.is_none_or(closes), "{path}: {row:?}");
    }
}

#[test]
fn every_data_row_is_linked_or_not_exactly_once() {
    let folder = town::dirty();
    let links = links(folder);
    let count = story::table(&folder.join("out/links.csv")).len() - 1;
    assert_eq!(links.len(), count, "a row stands twice");
    for kind in ["enrollment", "training"] {
        for file in story::files(&folder.join("inputs").join(kind)) {
            let path = format!("inputs/{kind}/{}", file.to_string_lossy());
            let own = links.keys().filter(|(name, _)| *name == path);
            let listed: Vec<usize> = own.map(|(_, row)| *row).collect();
            assert_no_row_is_lost(&town::cells(&folder.join(&path)), &listed, &path);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_stop_a_check(
        kind in prop::sample::select(vec!["registry", "enrollment", "training"]),
        name in prop::sample::select(vec!["a.csv", "a.xls", "a.xlsx", "a.txt"]),
        start in prop::sample::select(vec![
            "", "PK\u{3}\u{4}", "姓名,证件号码,出生日期,入学时间,户籍地址\n", "姓名\t身份证号\n", "<table><tr><td>姓名",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..400),
        text in "[\\PC\n,，0-9年月日.X*]{0,200}",
    ) {
        let folder = small_project();
        let bytes = [start.as_bytes(), text.as_bytes(), &rest].concat();
        let path = folder.path().join("inputs").join(kind).join(name);
        fs_err::write(path, bytes).expect("written");
        let project = Project::load(&folder.path().join("project.toml"), None).expect("a project");
        let report = pipeline::check(&project, &story::Frozen, &Silent);
        prop_assert_eq!(report.inputs.len(), 4);
        // Whatever a registry's file cannot be read from stops a run, in so many words.
        let stops = kind == "registry"
            && report.fatal.as_deref().is_some_and(|why| why.contains("没有读入"));
        prop_assert!(report.fatal.is_none() || stops, "{:?}", report.fatal);
    }
}
