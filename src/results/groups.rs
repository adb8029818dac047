//! Which rows and findings belong to which school, agency and county, found once and shared by
//! all workbooks.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::findings::{Finding, Owner};
use crate::linkage::Decision;
use crate::origin::SheetId;
use crate::records::Person;
use crate::records::place::{NOWHERE, PlaceId};

use crate::results::Results;

/// What concerns one school or agency; indices into sources and findings, in input order.
#[derive(Clone, Debug, Default)]
pub struct InstitutionRows {
    /// Rows per decision: link, review, none.
    pub decided: [Vec<u32>; 3],
    /// Findings about its rows.
    pub findings: Vec<u32>,
}

impl InstitutionRows {
    /// Its rows of a decision.
    pub fn of(&self, decision: Decision) -> &[u32] {
        &self.decided[slot(decision)]
    }
}

/// A county of a registry. The project's own registry (region 0) comes first.
pub type CountyKey = (u16, PlaceId);

/// What concerns one county.
#[derive(Clone, Debug, Default)]
pub struct CountyRows {
    /// Registered persons; who stands there twice is one.
    pub persons: usize,
    /// Rows linked to a person of the county.
    pub links: Vec<u32>,
    /// Rows in review with a candidate of the county.
    pub reviews: Vec<u32>,
    /// Findings the 扶贫 side has to mend.
    pub findings: Vec<u32>,
    /// Rows of the villages' lists: of a person of the county, else of one who says to live there.
    pub wishes: Vec<u32>,
    /// 两后生 of the county, as indices into `Statistics::youth`.
    pub youth: Vec<u32>,
}

/// All groups of a run.
#[derive(Clone, Debug)]
pub struct Groups {
    /// Same order as `Records::institutions`.
    pub institutions: Vec<InstitutionRows>,
    /// Counties by region, then place.
    pub counties: BTreeMap<CountyKey, CountyRows>,
    /// Sheets that hold registry rows.
    pub registry_sheets: BTreeSet<SheetId>,
}

impl Groups {
    /// Groups everything.
    pub fn new(results: &Results) -> Self {
        let mut groups = Self {
            institutions: vec![InstitutionRows::default(); results.records.institutions.len()],
            counties: BTreeMap::new(),
            registry_sheets: BTreeSet::new(),
        };
        for (row, person) in (0_u32..).zip(&results.records.persons) {
            let rows = groups.counties.entry(county(person)).or_default();
            rows.persons += usize::from(results.statistics.representative(row) == row);
            groups.registry_sheets.insert(person.origin.sheet);
        }
        groups.group_rows(results);
        groups.group_findings(results);
        groups.group_wishes(results);
        let own = |key: &CountyKey, rows: &CountyRows| key.0 == 0 || !rows.is_empty();
        groups.counties.retain(|key, rows| own(key, rows));
        groups
    }

    fn group_rows(&mut self, results: &Results) {
        for (index, outcome) in (0_u32..).zip(results.outcomes) {
            let (record, _) = results.row(index);
            if let Some(rows) = self.institutions.get_mut(record.institution as usize) {
                rows.decided[slot(outcome.decision)].push(index);
            }
            let persons = outcome.candidates.iter().map(|candidate| candidate.person);
            match outcome.decision {
                Decision::Link => {
                    for person in persons.take(1) {
                        self.county_mut(results, person).links.push(index);
                    }
                }
                Decision::Review => {
                    let counties: BTreeSet<CountyKey> =
                        persons.map(|person| county(results.person(person))).collect();
                    for key in counties {
                        self.counties.entry(key).or_default().reviews.push(index);
                    }
                }
                Decision::None => {}
            }
        }
    }

    fn group_findings(&mut self, results: &Results) {
        for (index, finding) in (0_u32..).zip(results.findings) {
            if let Some(record) = finding.record {
                let (record, _) = results.row(record);
                if let Some(rows) = self.institutions.get_mut(record.institution as usize) {
                    rows.findings.push(index);
                }
            }
            if finding.owner == Owner::PovertyOffice
                && let Some(person) = person_of(results, finding)
            {
                self.county_mut(results, person).findings.push(index);
            }
        }
    }

    fn group_wishes(&mut self, results: &Results) {
        let rows = results.records.intentions.iter().zip(results.wishes);
        for (index, (row, outcome)) in (0_u32..).zip(rows) {
            let key = match outcome.best() {
                Some(best) if outcome.decision != Decision::None => {
                    county(results.person(best.person))
                }
                _ => (0, row.facts.place.county),
            };
            if let Some(rows) = self.counties.get_mut(&key) {
                rows.wishes.push(index);
            }
        }
        for (index, young) in (0_u32..).zip(&results.statistics.youth) {
            self.county_mut(results, young.person).youth.push(index);
        }
    }

    fn county_mut(&mut self, results: &Results, person: u32) -> &mut CountyRows {
        self.counties.entry(county(results.person(person))).or_default()
    }
}

impl CountyRows {
    fn is_empty(&self) -> bool {
        self.links.is_empty() && self.reviews.is_empty() && self.findings.is_empty()
    }
}

/// The county a person is registered in.
pub fn county(person: &Person) -> CountyKey {
    (person.region, person.facts.place.county)
}

/// The county of a registered person, where it is known.
pub fn known_county(person: &Person) -> Option<PlaceId> {
    Some(person.facts.place.county).filter(|county| *county != NOWHERE)
}

/// A household as registries number it.
pub fn household(person: &Person) -> (u16, &str) {
    (person.region, person.household_no.as_str())
}

/// These persons and the members of their households, in ascending order.
pub fn with_households(results: &Results, persons: &BTreeSet<u32>) -> Vec<u32> {
    let numbered = |person: &&Person| !person.household_no.is_empty();
    let wanted = persons.iter().map(|person| results.person(*person));
    let households: FxHashSet<_> = wanted.filter(numbered).map(household).collect();
    let everybody = (0_u32..).zip(&results.records.persons);
    let chosen = everybody.filter(|(number, person)| {
        households.contains(&household(person)) || persons.contains(number)
    });
    chosen.map(|(number, _)| number).collect()
}

/// The registered person a finding concerns: its own, else the one its row is linked to.
pub fn person_of(results: &Results, finding: &Finding) -> Option<u32> {
    let linked = || finding.record.and_then(|record| results.row(record).1.linked());
    finding.person.or_else(linked)
}

fn slot(decision: Decision) -> usize {
    match decision {
        Decision::Link => 0,
        Decision::Review => 1,
        Decision::None => 2,
    }
}
