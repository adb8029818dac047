//! A project's inputs as two plain tables of cleaned values, so that any record linker can be tried
//! on the same people: `registry.csv` and `sources.csv` with the columns the people model names.
//! What reading and cleaning could not tell stays empty; a lost digit of an ID number is `*`.
//!
//! With the truth of generated data (`truth/links.csv`) also `truth.csv`: the row number of
//! `sources.csv` and its persons, as `bidui evaluate` takes it for links of `bidui link`.
//!
//! `cargo run --release --example clean_tables -- PROJECT.toml OUT [TRUTH.csv]`

use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use bidui::config::Project;
use bidui::origin::{Catalogue, Origin};
use bidui::records::date::PartialDate;
use bidui::records::identifier::{IdNumber, UNKNOWN};
use bidui::records::place::{Gazetteer, Place};
use bidui::records::{self, Facts, Records, Settings, person_name};
use bidui::sources::{self, Silent};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What both tables have in common, behind their `unique_id`.
const FACTS: [&str; 10] =
    ["id_number", "name", "surname", "given", "birth", "sex", "county", "town", "village", "phone"];

#[expect(clippy::print_stdout, reason = "its result")]
fn main() -> Outcome<()> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let (project, out, truth) = match paths.as_slice() {
        [project, out] => (project, out, None),
        [project, out, truth] => (project, out, Some(truth)),
        _ => return Err("PROJECT.toml OUT [TRUTH.csv]".into()),
    };
    let (catalogue, records) = read(project)?;
    fs_err::create_dir_all(out)?;
    write_registry(&records, &out.join("registry.csv"))?;
    write_sources(&records, &catalogue, &out.join("sources.csv"))?;
    if let Some(truth) = truth {
        write_truth(&records, &catalogue, truth, &out.join("truth.csv"))?;
    }
    println!("registry {} sources {}", records.persons.len(), records.sources.len());
    Ok(())
}

fn read(project: &Path) -> Outcome<(Catalogue, Records)> {
    let project = Project::load(project, None).map_err(|errors| errors.to_string())?;
    let intake = sources::read(&project.root, &project.sources, &Silent);
    let settings = Settings {
        institutions: &project.institutions,
        as_of: project.as_of,
        places: &project.places,
        sources: &project.sources,
        unit: &project.unit,
    };
    let (records, _) = records::normalise(intake.tables, &intake.catalogue, &settings);
    Ok((intake.catalogue, records))
}

fn write_registry(records: &Records, out: &Path) -> Outcome<()> {
    let mut writer = csv::Writer::from_path(out)?;
    writer.write_record(["unique_id"].iter().chain(&FACTS))?;
    for person in &records.persons {
        writer.write_field(&person.person_no)?;
        writer.write_record(facts(&person.facts, &records.gazetteer))?;
    }
    Ok(writer.flush()?)
}

fn write_sources(records: &Records, catalogue: &Catalogue, out: &Path) -> Outcome<()> {
    let mut writer = csv::Writer::from_path(out)?;
    let origin = ["source_file", "source_sheet", "source_row"];
    writer.write_record(["unique_id"].iter().chain(&FACTS).chain(&origin))?;
    for (number, record) in (1_usize..).zip(&records.sources) {
        writer.write_field(number.to_string())?;
        for value in facts(&record.facts, &records.gazetteer) {
            writer.write_field(value)?;
        }
        writer.write_record(key(catalogue, record.origin))?;
    }
    Ok(writer.flush()?)
}

/// File, sheet and row, as `links.csv` names them.
fn key(catalogue: &Catalogue, origin: Origin) -> [String; 3] {
    let sheet = catalogue.sheet(origin.sheet);
    [sheet.file.clone(), sheet.sheet.clone(), origin.row.to_string()]
}

fn write_truth(records: &Records, catalogue: &Catalogue, truth: &Path, out: &Path) -> Outcome<()> {
    let mut persons: HashMap<[String; 3], String> = HashMap::new();
    for row in csv::Reader::from_path(truth)?.deserialize() {
        let row: HashMap<String, String> = row?;
        let text = |name: &str| row.get(name).cloned().ok_or(format!("no column {name}"));
        let key = [text("source_file")?, text("source_sheet")?, text("source_row")?];
        persons.insert(key, text("person_id")?);
    }
    let mut writer = csv::Writer::from_path(out)?;
    writer.write_record(["left_id", "right_id"])?;
    for (number, record) in (1_usize..).zip(&records.sources) {
        let key = key(catalogue, record.origin);
        let found = persons.get(&key).ok_or_else(|| format!("the truth lacks {key:?}"))?;
        writer.write_record([&number.to_string(), found])?;
    }
    Ok(writer.flush()?)
}

/// The values of [`FACTS`].
fn facts(facts: &Facts, gazetteer: &Gazetteer) -> [String; 10] {
    let name = facts.name.folded();
    let split = name.char_indices().nth(person_name::surname_length(name));
    let (surname, given) = name.split_at(split.map_or(name.len(), |(at, _)| at));
    let [county, town, village] = place(&facts.place, gazetteer);
    let phones: Vec<String> = facts.phones.iter().map(|number| phone(*number)).collect();
    [
        id_number(&facts.id),
        name.to_owned(),
        surname.to_owned(),
        given.to_owned(),
        birth(facts.birth),
        facts.sex.map_or("", bidui::vocabulary::labels::Sex::label).to_owned(),
        county,
        town,
        village,
        phones.join(";"),
    ]
}

/// The 18 characters as far as they are known; a number of another length as its text.
fn id_number(id: &IdNumber) -> String {
    if id.digits().iter().all(|digit| *digit == UNKNOWN) {
        return id.text().to_string();
    }
    let letter = |digit: &u8| match *digit {
        UNKNOWN => '*',
        10 => 'X',
        digit => char::from(b'0' + digit),
    };
    id.digits().iter().map(letter).collect()
}

/// Year, month and day as far as they are known: `2003-09-01`, `2003-09`, `2003`.
fn birth(date: PartialDate) -> String {
    match (date.year, date.month, date.day) {
        (0, _, _) => String::new(),
        (year, 0, _) => format!("{year:04}"),
        (year, month, 0) => format!("{year:04}-{month:02}"),
        (year, month, day) => format!("{year:04}-{month:02}-{day:02}"),
    }
}

/// County (with its city: two cities have a 向阳区), town and village.
fn place(place: &Place, gazetteer: &Gazetteer) -> [String; 3] {
    let name = |id: u32| gazetteer.name(id).to_owned();
    let county = name(place.county);
    let city = name(gazetteer.city_of(place.county));
    [format!("{city}{county}"), name(place.town), name(place.village)]
}

/// A number as it is dialled: the 0 of an area code is not part of the number that is kept.
fn phone(number: u64) -> String {
    let text = number.to_string();
    if text.len() == 11 && text.starts_with('1') { text } else { format!("0{text}") }
}
