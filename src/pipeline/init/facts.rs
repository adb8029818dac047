//! What the files of a folder say once they are read: rows, places, names and dates by file.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::config::Source;
use crate::problems::{Problem, Severity};
use crate::records::date::PartialDate;
use crate::records::place::{Gazetteer, NOWHERE, PlaceId};
use crate::records::{self, Detail, Records, Settings};
use crate::sources::Intake;
use crate::vocabulary::{HalfYear, SourceKind};

/// Names of units or counties that are listed; more are counted.
const MOST_NAMES: usize = 3;

/// One in so many rows has to begin in a half-year: fewer are slips of the keyboard.
const FEWEST_SHARE: usize = 25;

/// What one file says.
#[derive(Clone, Debug, Default)]
pub(super) struct FileFacts {
    /// Data rows.
    pub(super) rows: usize,
    /// The city most of its people live in.
    pub(super) city: Option<String>,
    /// What a person should know.
    pub(super) notes: Vec<String>,
    cities: BTreeMap<PlaceId, usize>,
    counties: BTreeMap<PlaceId, usize>,
    institutions: BTreeMap<u32, usize>,
    dates: Vec<Date>,
    /// Days schools and courses began. They end later, often after the report.
    begins: Vec<Date>,
}

/// What all of them say.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    files: BTreeMap<String, FileFacts>,
    nothing: FileFacts,
    names: Vec<String>,
    gazetteer: Gazetteer,
}

/// Reads the rows and puts together what each file says.
pub(super) fn gather(intake: Intake, sources: &[Source], today: Date) -> Gathered {
    let Intake { catalogue, tables, files, problems, .. } = intake;
    let settings = Settings { as_of: today, places: &[], sources, institutions: &[], unit: "" };
    let (records, _) = records::normalise(tables, &catalogue, &settings);
    let mut gathered = Gathered {
        names: records.institutions.iter().map(|one| one.name.clone()).collect(),
        ..Gathered::default()
    };
    for file in &files {
        gathered.files.entry(file.path.clone()).or_default().rows = file.rows;
    }
    let file_of: Vec<&str> = catalogue.sheets.iter().map(|sheet| sheet.file.as_str()).collect();
    gathered.take_registry(&records, &file_of);
    gathered.take_lists(&records, &file_of);
    gathered.take_problems(&problems);
    gathered.gazetteer = records.gazetteer;
    gathered.name_cities();
    gathered
}

impl Gathered {
    /// What a file says; nothing where nobody could be read.
    pub(super) fn of(&self, shown: &str) -> &FileFacts {
        self.files.get(shown).unwrap_or(&self.nothing)
    }

    fn facts(&mut self, file: &str) -> &mut FileFacts {
        self.files.entry(file.to_owned()).or_default()
    }

    fn take_registry(&mut self, records: &Records, file_of: &[&str]) {
        for person in &records.persons {
            let facts = self.facts(file_of[person.origin.sheet.0 as usize]);
            *facts.cities.entry(person.facts.place.city).or_default() += 1;
            *facts.counties.entry(person.facts.place.county).or_default() += 1;
        }
    }

    fn take_lists(&mut self, records: &Records, file_of: &[&str]) {
        for source in &records.sources {
            let facts = self.facts(file_of[source.origin.sheet.0 as usize]);
            *facts.institutions.entry(source.institution).or_default() += 1;
            facts.begins.extend(source.began());
            let dates = match &source.detail {
                Detail::Enrollment(one) => [one.entry, one.left],
                Detail::Training(one) => [one.start, one.end],
            };
            facts.dates.extend(dates.into_iter().filter_map(PartialDate::first_day));
        }
        for wish in &records.intentions {
            let facts = self.facts(file_of[wish.origin.sheet.0 as usize]);
            *facts.counties.entry(wish.facts.place.county).or_default() += 1;
            facts.dates.extend(wish.filed_on.first_day());
        }
        for entry in &records.entries {
            let facts = self.facts(file_of[entry.origin.sheet.0 as usize]);
            facts.dates.extend([entry.from, entry.to].into_iter().flatten());
        }
    }

    /// The worst problem of each file is worth a word before the first run.
    fn take_problems(&mut self, problems: &[Problem]) {
        let severe = problems.iter().filter(|problem| problem.severity > Severity::Note);
        let mut worst: BTreeMap<&str, Vec<&Problem>> = BTreeMap::new();
        for problem in severe {
            worst.entry(&problem.file).or_default().push(problem);
        }
        for (file, mut problems) in worst {
            if !self.files.contains_key(file) {
                continue;
            }
            problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
            let more = match problems.len() {
                1 => String::new(),
                many => format!("（另有{}处，见 bidui check）", many - 1),
            };
            let note = problems.first().map(|first| format!("{}{more}", first.message));
            self.facts(file).notes.extend(note);
        }
    }

    fn name_cities(&mut self) {
        for facts in self.files.values_mut() {
            let known = facts.cities.iter().filter(|(city, _)| **city != NOWHERE);
            let most = known.max_by_key(|(city, count)| (**count, std::cmp::Reverse(**city)));
            facts.city = most.map(|(city, _)| self.gazetteer.name(*city).to_owned());
        }
    }

    /// The city most registered people live in.
    pub(super) fn own_city(&self) -> Option<String> {
        let mut people: BTreeMap<&str, usize> = BTreeMap::new();
        for facts in self.files.values() {
            if let Some(city) = &facts.city {
                *people.entry(city).or_default() += facts.rows;
            }
        }
        let most =
            people.into_iter().max_by_key(|(city, count)| (*count, std::cmp::Reverse(*city)));
        most.map(|(city, _)| city.to_owned())
    }

    /// Whether a registry of this city is there.
    pub(super) fn has_city(&self, name: &str) -> bool {
        self.files.values().any(|facts| facts.city.as_deref() == Some(name))
    }

    /// The latest half-year more than a stray date lies in, up to today.
    pub(super) fn latest_half_year(&self, today: Date) -> Option<HalfYear> {
        let dates = self.files.values().flat_map(|facts| &facts.begins);
        let mut halves: BTreeMap<HalfYear, usize> = BTreeMap::new();
        for date in dates.filter(|date| **date <= today) {
            *halves.entry(HalfYear::of(*date)).or_default() += 1;
        }
        let all: usize = halves.values().sum();
        let is_many = |(_, count): &(&HalfYear, &usize)| **count * FEWEST_SHARE >= all;
        halves.iter().rev().find(is_many).map(|(half, _)| *half)
    }
}

impl FileFacts {
    /// First and last day its rows speak of.
    pub(super) fn period(&self) -> Option<(Date, Date)> {
        Some((*self.dates.iter().min()?, *self.dates.iter().max()?))
    }

    /// Whose list it is.
    pub(super) fn whose(&self, kind: SourceKind, gathered: &Gathered) -> Vec<String> {
        let places = &gathered.gazetteer;
        let counties = self.counties.keys().filter(|county| **county != NOWHERE);
        let names: Vec<String> = match kind {
            SourceKind::Registry | SourceKind::Intention => {
                counties.map(|county| places.name(*county).to_owned()).collect()
            }
            _ => {
                let names = self.institutions.keys();
                names.filter_map(|one| gathered.names.get(*one as usize).cloned()).collect()
            }
        };
        let city = self.city.clone().into_iter();
        let more = names.len().saturating_sub(MOST_NAMES);
        let mut whose: Vec<String> = city.chain(names.into_iter().take(MOST_NAMES)).collect();
        if more > 0 {
            whose.push(format!("等{}个", more + MOST_NAMES));
        }
        whose
    }
}
