//! A project's records → packed rows.

use std::io::Write;

use super::batches::{BatchColumn, Outflow, StreamError};
use super::layouts::{PERSONS, SOURCES};
use crate::linkage::engine::interner::text_hash;
use crate::linkage::households;
use crate::linkage::parts::{self, CountedFacts, SourceSides};
use crate::records::{Person, Records, identity};

/// A project's records, ready to be written as rows.
pub struct ExportRows<'run> {
    records: &'run Records,
    places: Vec<u64>,
    sides: SourceSides,
}

impl<'run> ExportRows<'run> {
    /// Of all records.
    pub fn of(records: &'run Records) -> Self {
        let places = parts::place_hashes(&records.gazetteer);
        Self { records, places, sides: SourceSides::of(records) }
    }

    /// The group above each group of source rows.
    pub fn above(&self) -> &[Option<u32>] {
        &self.sides.above
    }
}

fn hash(value: u64) -> Option<i64> {
    Some(value.cast_signed())
}

fn number(row: usize) -> Option<i64> {
    i64::try_from(row).ok()
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

/// Writes some registry rows as a stream.
pub fn put_persons<W: Write>(
    rows: &ExportRows<'_>,
    range: std::ops::Range<usize>,
    output: W,
) -> Result<W, StreamError> {
    let persons = &rows.records.persons[range.clone()];
    let counted: Vec<CountedFacts> =
        persons.iter().map(|person| CountedFacts::of(&person.facts)).collect();
    let region = |person: &Person| {
        let name = rows.records.regions.get(usize::from(person.region));
        name.map_or("", String::as_str)
    };
    let household = |(row, person): (usize, &Person)| {
        hash(households::number(region(person), &person.household_no, row as u64))
    };
    let own = |person: &Person| {
        let number = identity::own_number(person);
        (!number.is_empty()).then(|| number.to_owned())
    };
    let part = |at: usize| {
        let one = |facts: &CountedFacts| facts.name.and_then(|name| hash(name[at]));
        BatchColumn::Long(counted.iter().map(one).collect())
    };
    let place = |at: usize| {
        let one = |person: &Person| {
            let found = parts::place_of(&person.facts, &rows.places)[at];
            (found != 0).then(|| found.cast_signed())
        };
        BatchColumn::Long(persons.iter().map(one).collect())
    };
    let columns = [
        BatchColumn::Long(range.clone().map(number).collect()),
        BatchColumn::Long(persons.iter().map(|person| Some(i64::from(person.region))).collect()),
        BatchColumn::Text(persons.iter().map(|person| text(&person.person_no)).collect()),
        BatchColumn::Text(persons.iter().map(|person| text(&person.household_no)).collect()),
        BatchColumn::Long(range.zip(persons).map(household).collect()),
        BatchColumn::Long(counted.iter().map(|facts| facts.sound_id.and_then(hash)).collect()),
        BatchColumn::Text(persons.iter().map(own).collect()),
        BatchColumn::Text(persons.iter().map(|person| text(&person.facts.name.folded)).collect()),
        part(0),
        part(1),
        part(2),
        BatchColumn::Long(counted.iter().map(|facts| Some(i64::from(facts.year))).collect()),
        place(0),
        place(1),
        place(2),
        BatchColumn::Bytes(
            persons.iter().map(|p| parts::pack_person(&p.facts, &rows.places)).collect(),
        ),
    ];
    let mut stream = Outflow::open(output, PERSONS)?;
    stream.put(&columns)?;
    stream.finish()
}

/// Writes some source rows as a stream.
pub fn put_sources<W: Write>(
    rows: &ExportRows<'_>,
    range: std::ops::Range<usize>,
    output: W,
) -> Result<W, StreamError> {
    let sources = &rows.records.sources[range.clone()];
    let relatives = |record: &crate::records::SourceRecord| {
        parts::relatives_ids(&record.relatives).map(u64::cast_signed).collect()
    };
    let sides = &rows.sides;
    let packed = |row: usize| sides.pack(rows.records, row, &rows.places);
    let columns = [
        BatchColumn::Long(range.clone().map(number).collect()),
        BatchColumn::Long(range.clone().map(|row| Some(i64::from(sides.group[row]))).collect()),
        BatchColumn::Long(range.clone().map(|row| Some(i64::from(sides.scope[row]))).collect()),
        BatchColumn::Long(sources.iter().map(|r| hash(text_hash(&r.facts.name.text))).collect()),
        BatchColumn::Long(
            sources.iter().map(|r| parts::sound_id(&r.facts).and_then(hash)).collect(),
        ),
        BatchColumn::Longs(sources.iter().map(relatives).collect()),
        BatchColumn::Bytes(range.map(packed).collect()),
    ];
    let mut stream = Outflow::open(output, SOURCES)?;
    stream.put(&columns)?;
    stream.finish()
}
