//! The run's figures, counted once when the desk opens.

use std::collections::BTreeMap;

use crate::linkage::{Decision, MatchClass};
use crate::origin::Catalogue;
use crate::plots::BarPair;
use crate::problems::Severity;
use crate::records::Facts;
use crate::records::identifier::IdClass;
use crate::records::place::PlaceId;
use crate::results::Results;
use crate::results::groups::known_county;
use crate::vocabulary::SourceKind;

/// Rows by decision: link, review, none.
pub(super) type Decided = [usize; 3];

/// What a file is like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FileQuality {
    /// Path relative to the project file.
    pub(super) file: String,
    /// Data rows.
    pub(super) rows: usize,
    /// The school or agency of all its rows; none where there are several, or none.
    pub(super) institution: Option<u32>,
    /// ID numbers: sound, partly legible, invalid, missing.
    pub(super) numbers: [usize; 4],
    /// Problems: errors, warnings, notes.
    pub(super) problems: [usize; 3],
}

/// The run's figures.
#[derive(Clone, Debug, Default)]
pub(super) struct Overview {
    /// Registered persons.
    pub(super) persons: usize,
    /// By kind of source.
    pub(super) kinds: BTreeMap<SourceKind, Decided>,
    /// By index of the school or agency.
    pub(super) institutions: BTreeMap<u32, Decided>,
    /// By match class.
    pub(super) classes: BTreeMap<MatchClass, Decided>,
    /// By county of the best candidate: registered persons, then rows linked and in review.
    pub(super) counties: BTreeMap<PlaceId, [usize; 3]>,
    /// Best candidates by match weight: linked above, the others below.
    pub(super) weights: Vec<BarPair>,
    /// Files in input order.
    pub(super) files: Vec<FileQuality>,
}

/// Ends of the weights that are drawn, and the width of a bar.
pub(super) const WEIGHTS: (f64, f64, f64) = (-30.0, 60.0, 5.0);

impl Overview {
    /// Counts everything.
    pub(super) fn new(results: &Results) -> Self {
        let records = results.records;
        let mut counted = Self { persons: results.statistics.registered(), ..Self::default() };
        for (row, person) in (0_u32..).zip(&records.persons) {
            let stands = results.statistics.representative(row) == row;
            if let (Some(county), true) = (known_county(person), stands) {
                counted.counties.entry(county).or_default()[0] += 1;
            }
        }
        for (index, outcome) in (0_u32..).zip(results.outcomes) {
            let (record, _) = results.row(index);
            let slot = slot(outcome.decision);
            counted.kinds.entry(record.kind()).or_default()[slot] += 1;
            counted.institutions.entry(record.institution).or_default()[slot] += 1;
            counted.classes.entry(outcome.match_class).or_default()[slot] += 1;
            let home = outcome.best().and_then(|best| known_county(results.person(best.person)));
            if let (Some(home), true) = (home, outcome.decision != Decision::None) {
                counted.counties.entry(home).or_default()[slot + 1] += 1;
            }
        }
        counted.weights = weights(results);
        counted.files = files(results);
        counted
    }
}

fn slot(decision: Decision) -> usize {
    match decision {
        Decision::Link => 0,
        Decision::Review => 1,
        Decision::None => 2,
    }
}

/// What lies beyond an end is counted in the last bar.
fn weights(results: &Results) -> Vec<BarPair> {
    let (low, high, wide) = WEIGHTS;
    let mut bins = Vec::new();
    let mut from = low;
    while from < high {
        bins.push(BarPair { from, to: from + wide, up: 0, down: 0 });
        from += wide;
    }
    for outcome in results.outcomes {
        let Some(best) = outcome.best() else { continue };
        let inside = best.weight.clamp(low, high - wide / 2.0);
        let Some(bin) = bins.iter_mut().find(|bin| inside < bin.to) else { continue };
        if outcome.decision == Decision::Link { bin.up += 1 } else { bin.down += 1 }
    }
    bins
}

fn files(results: &Results) -> Vec<FileQuality> {
    let mut list: Vec<FileQuality> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let catalogue: &Catalogue = results.catalogue;
    for sheet in &catalogue.sheets {
        let place = *places.entry(&sheet.file).or_insert(list.len());
        if place == list.len() {
            list.push(FileQuality { file: sheet.file.clone(), ..FileQuality::default() });
        }
        list[place].rows += sheet.rows;
    }
    let records = results.records;
    let persons = records.persons.iter().map(|person| (person.origin, &person.facts));
    let sources = records.sources.iter().map(|record| (record.origin, &record.facts));
    for (origin, facts) in persons.chain(sources) {
        if let Some(place) = places.get(catalogue.sheet(origin.sheet).file.as_str()) {
            list[*place].numbers[legibility(facts)] += 1;
        }
    }
    let mut schools: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for record in &records.sources {
        if let Some(place) = places.get(catalogue.sheet(record.origin.sheet).file.as_str()) {
            let known = schools.entry(*place).or_default();
            if !known.contains(&record.institution) {
                known.push(record.institution);
            }
        }
    }
    for (place, found) in schools {
        list[place].institution = found.first().copied().filter(|_| found.len() == 1);
    }
    for problem in results.problems {
        if let Some(place) = places.get(problem.file.as_str()) {
            let weight = match problem.severity {
                Severity::Error => 0,
                Severity::Warning => 1,
                Severity::Note => 2,
            };
            list[*place].problems[weight] += 1;
        }
    }
    list
}

fn legibility(facts: &Facts) -> usize {
    match facts.id.class {
        IdClass::Intact | IdClass::Repaired => 0,
        IdClass::Truncated | IdClass::Masked => 1,
        IdClass::Invalid => 2,
        IdClass::Missing => 3,
    }
}
