//! Names and ID numbers that schools, agencies and counties corrected in what was sent to them, and
//! what becomes of them in the next run: a correction holds while the row says what it said when it
//! was sent out, and nobody has to type it into the export for that.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::traces::{IdTrace, RegistryTrace, SourceTrace};
use crate::origin::Origin;
use crate::records::id_column::ColumnVerdict;
use crate::records::identifier::{self, IdNumber};
use crate::records::identity::own_number;
use crate::records::{Facts, Records, SourceRecord, person_name};
use crate::sources::RawCell;

/// Whom a line of a returned workbook is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum About {
    /// A student or trainee, as the row was when the workbook was sent out.
    Row(SourceTrace),
    /// A registered person, likewise.
    Registered(RegistryTrace),
    /// Somebody only the digest of whose key is told.
    Keyed(String),
    /// Somebody who may belong to a list.
    Member {
        /// The list.
        list: String,
        /// As results name people when it is sent out; kept under what names the person for good.
        person: String,
        /// The name the line was sent out with.
        name: String,
    },
}

impl About {
    /// As a hidden cell and the ledger have it.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("traces are texts and numbers")
    }

    /// Reads [`About::to_text`]; `None` for anything else.
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The name for messages.
    pub fn name(&self) -> &str {
        match self {
            Self::Row(trace) => &trace.who.name,
            Self::Registered(trace) => &trace.who.name,
            Self::Keyed(_) => "",
            Self::Member { name, .. } => name,
        }
    }
}

/// A correction in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Its number in the ledger.
    pub number: i64,
    /// Whose.
    pub about: About,
    /// The corrected name; `None` where it was right.
    pub name: Option<String>,
    /// The corrected ID number; likewise.
    pub id: Option<String>,
    /// Who filled it in.
    pub clerk: String,
    /// When it was taken.
    pub on: Date,
}

/// What became of a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorrectionFate {
    /// The rows were read as corrected.
    Applied,
    /// The export says so itself by now.
    Done,
    /// The row says something else now.
    Changed,
    /// Several rows that differ may be meant.
    Several,
    /// Nothing like it is there any more.
    Absent,
}

/// What a correction did to a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionEffect {
    /// Index of the correction.
    pub correction: usize,
    /// What became of it.
    pub fate: CorrectionFate,
    /// The rows it changed, or those that contradict it.
    pub rows: Vec<Origin>,
}

/// Reads the rows that corrections are about as corrected; later corrections come after earlier ones.
pub fn correct(
    records: &mut Records,
    corrections: &[Correction],
    as_of: Date,
) -> Vec<CorrectionEffect> {
    let mut effects = Vec::with_capacity(corrections.len());
    if corrections.is_empty() {
        return effects;
    }
    let mut shelves = Shelves::of(records, corrections, as_of);
    for (index, correction) in corrections.iter().enumerate() {
        let (fate, rows) = shelves.find(records, correction, as_of);
        let mut origins = Vec::new();
        for row in rows {
            let (origin, facts) = row.facts_mut(records);
            origins.push(origin);
            if fate == CorrectionFate::Applied {
                correction.apply(facts, as_of);
                shelves.put(records, row);
            }
        }
        effects.push(CorrectionEffect { correction: index, fate, rows: origins });
    }
    effects
}

impl Correction {
    fn apply(&self, facts: &mut Facts, as_of: Date) {
        if let Some(name) = &self.name {
            facts.name = person_name::parse(&RawCell::Text(name.as_str().into()));
        }
        if let Some(id) = &self.id {
            facts.id = number(id, as_of);
        }
    }

    /// Whether a row already says what the correction wants.
    fn is_done(&self, facts: &Facts, as_of: Date) -> bool {
        let id = self.id.as_ref().is_none_or(|id| number(id, as_of).digits() == facts.id.digits());
        let name = self.name.as_ref().is_none_or(|name| {
            person_name::parse(&RawCell::Text(name.as_str().into())).folded() == facts.name.folded()
        });
        id && name
    }
}

/// An ID number as somebody typed it.
pub fn number(text: &str, as_of: Date) -> IdNumber {
    identifier::parse(&RawCell::Text(text.into()), ColumnVerdict::SOUND, None).judged_at(as_of)
}

/// A row of a source or of a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum AnyRow {
    Source(usize),
    Registry(usize),
}

impl AnyRow {
    fn facts(self, records: &Records) -> &Facts {
        match self {
            Self::Source(row) => &records.sources[row].facts,
            Self::Registry(row) => &records.persons[row].facts,
        }
    }

    fn facts_mut(self, records: &mut Records) -> (Origin, &mut Facts) {
        match self {
            Self::Source(row) => {
                let row = &mut records.sources[row];
                (row.origin, &mut row.facts)
            }
            Self::Registry(row) => {
                let row = &mut records.persons[row];
                (row.origin, &mut row.facts)
            }
        }
    }
}

/// The rows that can be meant, by what names their shelf and what a correction knows them by: a school
/// with thousands of rows and hundreds of corrections is gone through once.
struct Shelves(BTreeMap<(String, RowMark), Vec<AnyRow>>);

fn shelf_of(about: &About) -> String {
    match about {
        About::Row(trace) => format!("{} {}", trace.kind.key(), trace.institution),
        About::Registered(trace) if trace.person_no.is_empty() => {
            format!("named {}", trace.who.name)
        }
        About::Registered(trace) => format!("registry {}", trace.person_no),
        About::Keyed(key) => format!("key {key}"),
        About::Member { person, .. } => format!("member {person}"),
    }
}

/// What a correction finds a row by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum RowMark {
    /// All rows of the shelf: those of one registered person.
    Any,
    /// The name as it was.
    Name(String),
    /// The student number as it was.
    Student(String),
    /// The name it may have by now.
    NewName(String),
    /// The ID number it may have by now.
    NewId([u8; 18]),
}

/// What a correction's rows can be found by.
fn wanted_marks(correction: &Correction, as_of: Date) -> Vec<RowMark> {
    let About::Row(trace) = &correction.about else { return vec![RowMark::Any] };
    let mut marks = vec![RowMark::Name(trace.who.name.clone())];
    if !trace.student_no.is_empty() {
        marks.push(RowMark::Student(trace.student_no.clone()));
    }
    if let Some(id) = &correction.id {
        marks.push(RowMark::NewId(number(id, as_of).digits()));
    } else if let Some(name) = &correction.name {
        let name = person_name::parse(&RawCell::Text(name.as_str().into()));
        marks.push(RowMark::NewName(name.folded().to_string()));
    }
    marks
}

/// What a row of a school or agency can be found by.
fn own_marks(record: &SourceRecord) -> Vec<RowMark> {
    let facts = &record.facts;
    let mut marks = vec![
        RowMark::Name(facts.name.text().to_string()),
        RowMark::NewName(facts.name.folded().to_string()),
        RowMark::NewId(facts.id.digits()),
    ];
    let number = record.enrollment().map(|enrollment| enrollment.student_no.to_string());
    marks.extend(number.filter(|number| !number.is_empty()).map(RowMark::Student));
    marks
}

impl Shelves {
    fn of(records: &Records, corrections: &[Correction], as_of: Date) -> Self {
        let wanted = corrections.iter().flat_map(|correction| {
            let shelf = shelf_of(&correction.about);
            wanted_marks(correction, as_of).into_iter().map(move |mark| (shelf.clone(), mark))
        });
        let mut shelves = Self(wanted.map(|place| (place, Vec::new())).collect());
        for row in 0..records.sources.len() {
            shelves.put(records, AnyRow::Source(row));
        }
        for row in 0..records.persons.len() {
            shelves.put(records, AnyRow::Registry(row));
        }
        shelves
    }

    /// Puts a row where corrections look for it, as it is now.
    fn put(&mut self, records: &Records, row: AnyRow) {
        let (shelf, marks) = match row {
            AnyRow::Source(row) => {
                let record = &records.sources[row];
                let institution = records.institutions.get(record.institution as usize);
                let name = institution.map_or("", |found| found.name.as_str());
                (format!("{} {name}", record.kind().key()), own_marks(record))
            }
            AnyRow::Registry(row) => {
                let person = &records.persons[row];
                let shelf = match own_number(person) {
                    "" => format!("named {}", person.facts.name.text()),
                    number => format!("registry {number}"),
                };
                (shelf, vec![RowMark::Any])
            }
        };
        for mark in marks {
            if let Some(rows) = self.0.get_mut(&(shelf.clone(), mark)) {
                rows.push(row);
            }
        }
    }

    fn find(
        &self,
        records: &Records,
        correction: &Correction,
        as_of: Date,
    ) -> (CorrectionFate, Vec<AnyRow>) {
        let shelf = shelf_of(&correction.about);
        let marks = wanted_marks(correction, as_of).into_iter();
        let found = marks.filter_map(|mark| self.0.get(&(shelf.clone(), mark)));
        let shelf: BTreeSet<AnyRow> = found.flatten().copied().collect();
        let fits: Vec<(AnyRow, RowLikeness)> = shelf
            .iter()
            .map(|row| (*row, likeness(*row, records, &correction.about)))
            .filter(|(_, likeness)| *likeness > RowLikeness::None)
            .collect();
        let of = |wanted: RowLikeness| -> Vec<AnyRow> {
            fits.iter().filter(|(_, one)| *one == wanted).map(|(row, _)| *row).collect()
        };
        let (exact, same) = (of(RowLikeness::Exact), of(RowLikeness::SamePerson));
        match (exact.is_empty(), same.as_slice()) {
            (false, _) => (CorrectionFate::Applied, exact),
            (true, [_]) => (CorrectionFate::Applied, same),
            (true, [_, ..]) => (CorrectionFate::Several, same),
            (true, []) => {
                let done = |row: &&AnyRow| correction.is_done(row.facts(records), as_of);
                let done: Vec<AnyRow> = shelf.iter().filter(done).copied().collect();
                let changed = of(RowLikeness::Other);
                match (done.is_empty(), changed.is_empty()) {
                    (false, _) => (CorrectionFate::Done, done),
                    (true, false) => (CorrectionFate::Changed, changed),
                    (true, true) => (CorrectionFate::Absent, Vec::new()),
                }
            }
        }
    }
}

/// How much a row is the one that was sent out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum RowLikeness {
    None,
    /// The same student number or 人编号, or the same name, but not the same name and ID number.
    Other,
    /// Name and ID number as they were.
    SamePerson,
    /// All as it was.
    Exact,
}

fn likeness(row: AnyRow, records: &Records, about: &About) -> RowLikeness {
    let facts = row.facts(records);
    match (row, about) {
        (AnyRow::Source(row), About::Row(trace)) => {
            let now = SourceTrace::of(&records.sources[row], records);
            let numbered = !trace.student_no.is_empty() && now.student_no == trace.student_no;
            if now == *trace {
                RowLikeness::Exact
            } else if says(facts, &trace.who.name, &trace.who.id)
                && (numbered || trace.student_no.is_empty())
            {
                RowLikeness::SamePerson
            } else if numbered || (trace.student_no.is_empty() && now.who.name == trace.who.name) {
                RowLikeness::Other
            } else {
                RowLikeness::None
            }
        }
        (AnyRow::Registry(row), About::Registered(trace)) => {
            let now = RegistryTrace::of(&records.persons[row], records);
            if now == *trace {
                RowLikeness::Exact
            } else if says(facts, &trace.who.name, &trace.who.id) {
                RowLikeness::SamePerson
            } else {
                RowLikeness::Other
            }
        }
        _ => RowLikeness::None,
    }
}

fn says(facts: &Facts, name: &str, id: &IdTrace) -> bool {
    facts.name.text() == name && IdTrace::of(&facts.id) == *id
}
