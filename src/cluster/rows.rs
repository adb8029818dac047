//! A project's records → packed rows.

use std::io::Write;
use std::ops::Range;

use super::items::{PERSON, PersonRow, RowBytes, SOURCE, SourceRow};
use super::mail::Outbox;
use super::parcels::StreamError;
use crate::linkage::engine::interner::text_hash;
use crate::linkage::engine::observed::RunObservations;
use crate::linkage::model::Model;
use crate::linkage::parts::WholeRun;
use crate::records::Records;

/// A project's records, ready to be written as rows.
pub struct ExportRows<'run> {
    records: &'run Records,
    whole: WholeRun,
}

impl<'run> ExportRows<'run> {
    /// Of all records, which are to be linked by a model.
    pub fn of(records: &'run Records, model: &Model) -> Self {
        Self { records, whole: WholeRun::of(records, model) }
    }

    /// The group above each group of source rows.
    pub fn above(&self) -> &[Option<u32>] {
        &self.whole.above
    }

    /// What the rows show.
    pub fn observed(&self) -> &RunObservations {
        &self.whole.observed
    }
}

fn numbered(range: Range<usize>) -> impl Iterator<Item = (u32, usize)> {
    range.map(|row| (u32::try_from(row).expect("fewer than 2^32 rows"), row))
}

/// Writes the registry rows of one file as a stream.
pub fn put_persons<W: Write>(
    rows: &ExportRows<'_>,
    part: u32,
    range: Range<usize>,
    output: W,
) -> Result<W, StreamError> {
    let mut out = Outbox::open(output)?;
    for (number, row) in numbered(range) {
        let packed = rows.whole.pack_person(rows.records, row);
        out.add(part, PERSON, &PersonRow { number, row: RowBytes(&packed) })?;
    }
    out.finish()
}

/// Writes the source rows of one file as a stream.
pub fn put_sources<W: Write>(
    rows: &ExportRows<'_>,
    part: u32,
    range: Range<usize>,
    output: W,
) -> Result<W, StreamError> {
    let mut out = Outbox::open(output)?;
    for (number, row) in numbered(range) {
        let facts = &rows.records.sources[row].facts;
        let packed = rows.whole.pack_source(rows.records, row);
        let source = SourceRow {
            number,
            group: rows.whole.group[row],
            scope: rows.whole.scope[row],
            name: text_hash(facts.name.text()),
            is_sound: facts.id.sound_number().is_some(),
            row: RowBytes(&packed),
        };
        out.add(part, SOURCE, &source)?;
    }
    out.finish()
}
