//! A country of several invented provinces: nothing is shared between them, and nobody of it can be real; the
//! program finds its places although no gazetteer knows them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use crate::generator::provinces::Province;
use crate::generator::writers::Format;
use crate::generator::{project, rates::Rates, size};
use crate::support::story;

/// A country without damage, after a run; nobody may change it.
fn country() -> &'static Path {
    static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let order = project::Order {
            size: size::find("example").expect("a size"),
            rates: Rates::load(None, true).expect("rates"),
            formats: vec![Format::CsvUtf8],
            seed: 7,
            out: folder.path().to_owned(),
            wishes: false,
            lists: None,
            rounds: 1,
            odd_names: false,
            provinces: 3,
            province: Province::ALONE,
        };
        project::make(&order).expect("made");
        story::run(folder.path()).expect("a run");
        folder
    });
    FOLDER.path()
}

/// What stands under these headings in the files of a folder, whichever of them a file has.
fn values(folder: &Path, headings: &[&str]) -> BTreeSet<String> {
    let files = story::files(folder).into_iter().map(|file| story::table(&folder.join(file)));
    let mut values = BTreeSet::new();
    for table in files {
        let first =
            table.iter().position(|row| row.iter().any(|cell| headings.contains(&cell.as_str())));
        let Some(first) = first else { continue };
        let columns =
            (0..table[first].len()).filter(|at| headings.contains(&table[first][*at].as_str()));
        for column in columns {
            let cells = table[first + 1..].iter().filter_map(|row| row.get(column));
            values.extend(cells.map(|cell| cell.trim_matches(['=', '"']).to_owned()));
        }
    }
    values.remove("");
    values
}

/// The check character of seventeen digits, after GB 11643-1999.
fn check(number: &str) -> char {
    let weight = |at: usize| (1_u32 << (17 - at)) % 11;
    let digits = number.chars().take(17).enumerate();
    let sum: u32 =
        digits.map(|(at, digit)| digit.to_digit(10).expect("a digit") * weight(at)).sum();
    ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize]
}

#[test]
fn provinces_share_no_number_and_nobody_is_real() {
    let inputs = country().join("inputs");
    let folders = ["黑龙江省", "东岭省", "白河省"].map(|province| inputs.join(province));
    let columns: [&[&str]; 5] = [
        &["证件号码"],
        &["人编号", "人口编号"],
        &["户编号"],
        &["联系电话", "户联系电话", "成员联系电话", "人联系电话"],
        &["县", "县(市、区、旗)"],
    ];
    for headings in columns {
        let sets = folders.each_ref().map(|folder| values(&folder.join("registry"), headings));
        assert!(sets.iter().all(|set| set.len() > 4), "{headings:?}");
        let all: BTreeSet<&String> = sets.iter().flatten().collect();
        assert_eq!(all.len(), sets.iter().map(BTreeSet::len).sum::<usize>(), "{headings:?}");
    }
    let classes = folders
        .each_ref()
        .map(|folder| values(&folder.join("training"), &["班级编号", "班期编号"]));
    assert!(
        classes.iter().flatten().collect::<BTreeSet<_>>().len()
            >= classes.iter().map(BTreeSet::len).sum()
    );
    for (folder, code) in folders.iter().zip(["23", "24", "25"]) {
        for number in values(&folder.join("registry"), &["证件号码"]) {
            assert!(number.starts_with(code) && number.ends_with(check(&number)), "{number}");
        }
    }
}

#[test]
fn places_no_gazetteer_knows_are_the_registrys() {
    let (truth, out) = (country().join("truth"), country().join("out"));
    let problems = story::table(&out.join("problems.csv"));
    let is_registry = |row: &&Vec<String>| row[0].contains("registry");
    let is_lost = |row: &&Vec<String>| row.iter().any(|cell| cell == "place-unresolved");
    let lost: Vec<_> = problems.iter().filter(is_registry).filter(is_lost).collect();
    assert_eq!(lost, Vec::<&Vec<String>>::new());
    let lines = |path: &Path| -> BTreeSet<Vec<String>> { story::table(path).into_iter().collect() };
    assert_eq!(lines(&out.join("annex2.csv")), lines(&truth.join("annex2.csv")));
    let workers = |folder: &Path| -> BTreeMap<String, String> {
        let table = story::table(&folder.join("annex3.csv"));
        let column = story::column(&table, "a3_workers");
        table.iter().map(|row| (row[0].clone(), row[column].clone())).collect()
    };
    assert_eq!(workers(&out), workers(&truth));
}
