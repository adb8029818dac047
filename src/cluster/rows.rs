//! A project's records → packed rows.

use std::io::Write;
use std::ops::Range;

use super::batches::{BatchColumn, Outflow, StreamError};
use super::layouts::{PERSONS, SOURCES};
use crate::linkage::engine::interner::text_hash;
use crate::linkage::engine::observed::RunObservations;
use crate::linkage::engine::strangers::StrangerCounts;
use crate::linkage::model::Model;
use crate::linkage::parts::{self, CountedFacts, WholeRun};
use crate::records::{Person, Records, identity};

/// A project's records, ready to be written as rows.
pub struct ExportRows<'run> {
    records: &'run Records,
    places: Vec<u64>,
    whole: WholeRun,
}

impl<'run> ExportRows<'run> {
    /// Of all records, which are to be linked by a model.
    pub fn of(records: &'run Records, model: &Model) -> Self {
        let places = parts::place_hashes(&records.gazetteer);
        Self { records, places, whole: WholeRun::of(records, model) }
    }

    /// The group above each group of source rows.
    pub fn above(&self) -> &[Option<u32>] {
        &self.whole.sources.above
    }

    /// What the rows show.
    pub fn observed(&self) -> &RunObservations {
        &self.whole.observed
    }
}

fn hashes(values: impl Iterator<Item = u64>) -> BatchColumn {
    BatchColumn::Long(values.map(|value| Some(value.cast_signed())).collect())
}

fn known_hashes(values: impl Iterator<Item = Option<u64>>) -> BatchColumn {
    BatchColumn::Long(values.map(|value| value.map(u64::cast_signed)).collect())
}

fn numbers<T: Into<i64>>(values: impl Iterator<Item = T>) -> BatchColumn {
    BatchColumn::Long(values.map(|value| Some(value.into())).collect())
}

fn rows_of(range: Range<usize>) -> BatchColumn {
    BatchColumn::Long(range.map(|row| i64::try_from(row).ok()).collect())
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> BatchColumn {
    BatchColumn::Text(values.map(|value| Some(value.to_owned())).collect())
}

fn strangers(counts: &StrangerCounts) -> Vec<i64> {
    counts.living.iter().chain(&counts.born).map(|count| i64::from(*count)).collect()
}

/// Writes some registry rows as a stream.
pub fn put_persons<W: Write>(
    rows: &ExportRows<'_>,
    range: Range<usize>,
    output: W,
) -> Result<W, StreamError> {
    let persons = &rows.records.persons[range.clone()];
    let counted: Vec<CountedFacts> =
        persons.iter().map(|person| CountedFacts::of(&person.facts)).collect();
    let own = |person: &Person| {
        let number = identity::own_number(person);
        (!number.is_empty()).then(|| number.to_owned())
    };
    let part =
        |at: usize| known_hashes(counted.iter().map(|facts| facts.name.map(|name| name[at])));
    let place = |at: usize| {
        let hash = |person: &Person| parts::place_of(&person.facts, &rows.places)[at];
        known_hashes(persons.iter().map(hash).map(|hash| (hash != 0).then_some(hash)))
    };
    let columns = [
        rows_of(range.clone()),
        numbers(persons.iter().map(|person| person.region)),
        texts(persons.iter().map(|person| person.person_no.as_str())),
        texts(persons.iter().map(|person| person.household_no.as_str())),
        hashes(rows.whole.households[range.clone()].iter().copied()),
        known_hashes(counted.iter().map(|facts| facts.sound_id)),
        BatchColumn::Text(persons.iter().map(own).collect()),
        texts(persons.iter().map(|person| person.facts.name.folded())),
        part(0),
        part(1),
        part(2),
        part(3),
        numbers(counted.iter().map(|facts| facts.year)),
        place(0),
        place(1),
        place(2),
        BatchColumn::Long(counted.iter().map(|facts| facts.area.map(i64::from)).collect()),
        BatchColumn::Longs(rows.whole.strangers[range.clone()].iter().map(strangers).collect()),
        BatchColumn::Bytes(
            range
                .zip(persons)
                .map(|(row, p)| parts::pack_person(&p.facts, &rows.places, rows.whole.persons[row]))
                .collect(),
        ),
    ];
    let mut stream = Outflow::open(output, PERSONS)?;
    stream.put(&columns)?;
    stream.finish()
}

/// Writes some source rows as a stream.
pub fn put_sources<W: Write>(
    rows: &ExportRows<'_>,
    range: Range<usize>,
    output: W,
) -> Result<W, StreamError> {
    let sources = &rows.records.sources[range.clone()];
    let relatives = |record: &crate::records::SourceRecord| {
        parts::relatives_ids(&record.relatives).map(u64::cast_signed).collect()
    };
    let sides = &rows.whole.sources;
    let packed = |row: usize| sides.pack(rows.records, row, &rows.places);
    let columns = [
        rows_of(range.clone()),
        numbers(range.clone().map(|row| sides.group[row])),
        numbers(range.clone().map(|row| sides.scope[row])),
        hashes(sources.iter().map(|record| text_hash(record.facts.name.text()))),
        known_hashes(sources.iter().map(|record| parts::sound_id(&record.facts))),
        BatchColumn::Longs(sources.iter().map(relatives).collect()),
        BatchColumn::Bytes(range.map(packed).collect()),
    ];
    let mut stream = Outflow::open(output, SOURCES)?;
    stream.put(&columns)?;
    stream.finish()
}
