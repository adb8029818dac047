//! A run's figures as its review page shows them first: counted once, and kept with the run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::groups::known_county;
use super::people::Open;
use super::{FindingWork, Results};
use crate::linkage::{Decision, MatchClass};
use crate::origin::{Origin, SheetId};
use crate::problems::Severity;
use crate::records::Facts;
use crate::records::identifier::IdClass;
use crate::records::place::PlaceId;
use crate::statistics::change::{Changed, HalfYearComparison, Moved, TOTAL};
use crate::statistics::indicators::ANNEX2;
use crate::vocabulary::{HalfYear, SourceKind};

/// Rows by decision: link, review, none.
pub type Decided = [usize; 3];

/// What a file is like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileQuality {
    /// Path relative to the project file.
    pub file: String,
    /// Data rows.
    pub rows: usize,
    /// The school or agency of all its rows; none where there are several, or none.
    pub institution: Option<u32>,
    /// ID numbers: sound, partly legible, invalid, missing.
    pub numbers: [usize; 4],
    /// Problems: errors, warnings, notes.
    pub problems: [usize; 3],
}

/// Best candidates whose match weight lies between two ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightBar {
    /// Lower end.
    pub from: f64,
    /// Upper end.
    pub to: f64,
    /// Those that are linked.
    pub linked: usize,
    /// The others.
    pub others: usize,
}

/// A total against an earlier half-year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierTotal {
    /// The figure.
    pub changed: Changed,
    /// Persons who are counted in it now and were not, and who were and are not; of Annex 2 alone.
    pub moved: Option<[usize; 2]>,
}

/// The totals against an earlier half-year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HalfYearTotals {
    /// 上期 or 去年同期.
    pub name: String,
    /// The earlier half-year.
    pub half: HalfYear,
    /// Its report date, ISO 8601.
    pub as_of: String,
    /// The totals, in the order of the forms.
    pub totals: Vec<EarlierTotal>,
}

/// The run's figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// Registered persons.
    pub persons: usize,
    /// By kind of source.
    pub kinds: BTreeMap<SourceKind, Decided>,
    /// By index of the school or agency.
    pub institutions: BTreeMap<u32, Decided>,
    /// By match class.
    pub classes: BTreeMap<MatchClass, Decided>,
    /// By county of the best candidate: registered persons, then rows linked and in review.
    pub counties: BTreeMap<PlaceId, [usize; 3]>,
    /// Best candidates by match weight.
    pub weights: Vec<WeightBar>,
    /// Files in input order.
    pub files: Vec<FileQuality>,
    /// Persons people have to decide about.
    pub open_people: usize,
    /// The mismatches.
    pub work: FindingWork,
    /// Against earlier half-years; none where there is none.
    pub half_years: Vec<HalfYearTotals>,
}

/// Ends of the weights that are drawn, and the width of a bar.
pub const WEIGHTS: (f64, f64, f64) = (-30.0, 60.0, 5.0);

impl Overview {
    /// Counts everything.
    pub fn new(results: &Results) -> Self {
        let mut counted = Self {
            persons: results.statistics.registered(),
            open_people: Open::of(results).people,
            work: FindingWork::of(results),
            half_years: results.comparisons.iter().map(totals).collect(),
            ..Self::default()
        };
        counted.count_persons(results);
        counted.count_rows(results);
        counted.weights = weights(results);
        counted.files = files(results);
        counted
    }

    /// Whoever stands in the registries twice is one.
    fn count_persons(&mut self, results: &Results) {
        for (row, person) in (0_u32..).zip(&results.records.persons) {
            let stands = results.statistics.representative(row) == row;
            if let (Some(county), true) = (known_county(person), stands) {
                self.counties.entry(county).or_default()[0] += 1;
            }
        }
    }

    fn count_rows(&mut self, results: &Results) {
        for (record, outcome) in results.records.sources.iter().zip(results.outcomes) {
            let slot = slot(outcome.decision);
            self.kinds.entry(record.kind()).or_default()[slot] += 1;
            self.institutions.entry(record.institution).or_default()[slot] += 1;
            self.classes.entry(outcome.match_class).or_default()[slot] += 1;
            let home = outcome.best().and_then(|best| known_county(results.person(best.person)));
            if let (Some(home), true) = (home, outcome.decision != Decision::None) {
                self.counties.entry(home).or_default()[slot + 1] += 1;
            }
        }
    }
}

fn totals(comparison: &HalfYearComparison) -> HalfYearTotals {
    let change = &comparison.change;
    let went = |came: bool, figure: usize| {
        let is_meant = |one: &&Moved| one.came == came && usize::from(one.figure) == figure;
        change.moved.iter().filter(is_meant).count()
    };
    let total = |one: &Changed| {
        let place = ANNEX2.iter().position(|known| known.code == one.code).map(|at| at + 1);
        let moved = place.map(|figure| [went(true, figure), went(false, figure)]);
        EarlierTotal { changed: one.clone(), moved }
    };
    let list = change.figures.iter().filter(|one| one.unit == TOTAL);
    HalfYearTotals {
        name: comparison.name.to_owned(),
        half: comparison.half,
        as_of: comparison.as_of.clone(),
        totals: list.map(total).collect(),
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
fn weights(results: &Results) -> Vec<WeightBar> {
    let (low, high, wide) = WEIGHTS;
    let mut bins = Vec::new();
    let mut from = low;
    while from < high {
        bins.push(WeightBar { from, to: from + wide, linked: 0, others: 0 });
        from += wide;
    }
    for outcome in results.outcomes {
        let Some(best) = outcome.best() else { continue };
        let inside = best.weight.clamp(low, high - wide / 2.0);
        let Some(bin) = bins.iter_mut().find(|bin| inside < bin.to) else { continue };
        if outcome.decision == Decision::Link { bin.linked += 1 } else { bin.others += 1 }
    }
    bins
}

/// The files of a run, and which one each sheet is of.
struct FileList<'run> {
    list: Vec<FileQuality>,
    places: BTreeMap<&'run str, usize>,
    of_sheet: Vec<usize>,
}

impl<'run> FileList<'run> {
    fn new(results: &Results<'run>) -> Self {
        let sheets = &results.catalogue.sheets;
        let mut files = Self { list: Vec::new(), places: BTreeMap::new(), of_sheet: Vec::new() };
        for sheet in sheets {
            let place = *files.places.entry(&sheet.file).or_insert(files.list.len());
            if place == files.list.len() {
                files.list.push(FileQuality { file: sheet.file.clone(), ..FileQuality::default() });
            }
            files.list[place].rows += sheet.rows;
            files.of_sheet.push(place);
        }
        files
    }

    fn of(&mut self, SheetId(sheet): SheetId) -> &mut FileQuality {
        &mut self.list[self.of_sheet[sheet as usize]]
    }

    fn count_number(&mut self, origin: Origin, facts: &Facts) {
        self.of(origin.sheet).numbers[legibility(facts)] += 1;
    }
}

fn files(results: &Results) -> Vec<FileQuality> {
    let mut files = FileList::new(results);
    let records = results.records;
    for person in &records.persons {
        files.count_number(person.origin, &person.facts);
    }
    let mut schools: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for record in &records.sources {
        files.count_number(record.origin, &record.facts);
        let known = schools.entry(files.of_sheet[record.origin.sheet.0 as usize]).or_default();
        if !known.contains(&record.institution) {
            known.push(record.institution);
        }
    }
    for (place, found) in schools {
        files.list[place].institution = found.first().copied().filter(|_| found.len() == 1);
    }
    for problem in results.problems {
        if let Some(place) = files.places.get(problem.file.as_str()) {
            files.list[*place].problems[weight_of(problem.severity)] += 1;
        }
    }
    files.list
}

fn weight_of(severity: Severity) -> usize {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    }
}

fn legibility(facts: &Facts) -> usize {
    match facts.id.class {
        IdClass::Intact | IdClass::Repaired => 0,
        IdClass::Truncated | IdClass::Masked => 1,
        IdClass::Invalid => 2,
        IdClass::Missing => 3,
    }
}
