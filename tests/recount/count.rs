//! Rows and registered people → who is counted where in both forms.

use std::collections::{BTreeMap, BTreeSet};

use super::registry::{Person, Registry};
use super::rows::Row;
use super::settings::Settings;

/// Who is counted in the seven columns, by unit.
pub type Units = BTreeMap<String, [BTreeSet<String>; 7]>;

/// Everything a recount is made from.
pub struct Town {
    pub settings: Settings,
    pub registry: Registry,
    pub rows: Vec<Row>,
    /// Who wants to train, by county; none where no village has handed in a list.
    pub willing: Option<BTreeMap<String, BTreeSet<String>>>,
}

/// Annex 1, as far as its schools stand in the generator's towns.
const PAIRED: [(&str, &[&str]); 1] = [("佳木斯技师学院", &["桦川县", "同江市"])];

impl Town {
    /// Who is counted in Annex 2.
    pub fn annex2(&self) -> Units {
        let mut units = Units::new();
        for row in &self.rows {
            let unit = units.entry(row.unit.clone()).or_default();
            for (set, counts) in unit.iter_mut().zip(row.counts(&self.settings)) {
                if counts {
                    set.insert(row.person.clone());
                }
            }
        }
        if self.settings.paired {
            for (unit, sets) in &mut units {
                sets[0] = self.paired(unit);
            }
        }
        units
    }

    /// ① by the registry: 两后生 of the counties paired with a school.
    fn paired(&self, unit: &str) -> BTreeSet<String> {
        let pair = PAIRED.iter().find(|(school, _)| *school == unit);
        let counties = pair.map_or(&[][..], |(_, counties)| counties);
        let entered = self.entered();
        let people = self.registry.people().filter(|one| counties.contains(&one.county.as_str()));
        let young = people.filter(|one| one.is_young(&self.settings, &entered));
        young.map(|one| one.number.clone()).collect()
    }

    /// Who was taken in by a school this year from 初中 or 高中, or from nobody knows where.
    fn entered(&self) -> BTreeSet<&str> {
        let settings = &self.settings;
        let this_year = |row: &&Row| {
            let day = row.day("entry").filter(|day| *day <= settings.as_of);
            let from = row.is_leaver() || row.text("from").is_empty();
            !row.training && from && day.is_some_and(|day| day / 10_000 == settings.year())
        };
        self.rows.iter().filter(this_year).map(|row| row.person.as_str()).collect()
    }

    /// What Annex 3 counts, by county; every county of the registries has a line.
    pub fn annex3(&self) -> BTreeMap<&str, County<'_>> {
        let mut counties: BTreeMap<&str, County> = BTreeMap::new();
        for person in self.registry.people() {
            counties.entry(&person.county).or_default().register(person, &self.settings);
        }
        for row in self.rows.iter().filter(|row| row.is_trained(&self.settings)) {
            counties.entry(&row.county).or_default().take(row, &self.settings);
        }
        counties
    }
}

/// A person's attendance of one class.
type Attendance<'a> = (&'a str, (String, String));

/// What Annex 3 counts in one county.
#[derive(Default)]
pub struct County<'a> {
    pub workers: BTreeSet<&'a str>,
    pub persons: BTreeSet<&'a str>,
    /// Which kind of training, by attendance.
    pub kinds: BTreeMap<Attendance<'a>, usize>,
    pub certified: BTreeSet<&'a str>,
    pub employed: BTreeSet<&'a str>,
    pub founded: BTreeSet<&'a str>,
    /// Yuan, by attendance.
    pub fees: BTreeMap<Attendance<'a>, [f64; 3]>,
}

impl<'a> County<'a> {
    fn register(&mut self, person: &'a Person, settings: &Settings) {
        if person.is_worker(settings) {
            self.workers.insert(&person.number);
        }
    }

    fn take(&mut self, row: &'a Row, settings: &Settings) {
        let person = row.person.as_str();
        self.persons.insert(person);
        let attendance = (person, row.class());
        self.kinds.insert(attendance.clone(), row.kind());
        let fees = self.fees.entry(attendance).or_default();
        for (fee, key) in fees.iter_mut().zip(["training_fee", "exam_fee", "living"]) {
            *fee = fee.max(row.text(key).parse().unwrap_or(0.0));
        }
        let sets = [
            (row.is_certified(), &mut self.certified),
            (row.counts(settings)[6], &mut self.employed),
            (row.is_founder(settings), &mut self.founded),
        ];
        for (_, set) in sets.into_iter().filter(|(counts, _)| *counts) {
            set.insert(person);
        }
    }

    /// Attendances of one of the six kinds.
    pub fn of_kind(&self, wanted: usize) -> usize {
        self.kinds.values().filter(|kind| **kind == wanted).count()
    }

    /// One of the three subsidies.
    pub fn money(&self, fee: usize) -> f64 {
        self.fees.values().fold(0.0, |sum, fees| sum + fees[fee])
    }

    /// The figures in the order of `annex3.csv`, from `a3_persons` to `a3_living`.
    pub fn figures(&self) -> Vec<String> {
        let mut figures = vec![self.persons.len(), self.kinds.len()];
        figures.extend((0..6).map(|kind| self.of_kind(kind)));
        figures.extend([&self.certified, &self.employed, &self.founded].map(BTreeSet::len));
        let money = (0..3).map(|fee| format!("{:.2}", self.money(fee)));
        figures.iter().map(ToString::to_string).chain(money).collect()
    }
}
