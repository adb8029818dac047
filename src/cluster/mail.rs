//! Rows ↔ parcels.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};

use serde::{Deserialize, Serialize};

use super::parcels::{Parcel, ParcelReader, ParcelWriter, StreamError};
use crate::packing;

/// A parcel that has grown to so many bytes is sent: no batch of them takes much memory anywhere.
const FULL: usize = 256 << 10;

/// All parcels are sent when they hold so many bytes together.
const FULL_TOGETHER: usize = 64 << 20;

/// Rows that go out, by part and kind.
pub(super) struct Outbox<W: Write> {
    writer: ParcelWriter<W>,
    held: BTreeMap<u32, BTreeMap<&'static str, Vec<u8>>>,
    bytes: usize,
}

impl<W: Write> Outbox<W> {
    pub(super) fn open(output: W) -> Result<Self, StreamError> {
        Ok(Self { writer: ParcelWriter::open(output)?, held: BTreeMap::new(), bytes: 0 })
    }

    /// Adds a row.
    pub(super) fn add(
        &mut self,
        part: u32,
        what: &'static str,
        row: &impl Serialize,
    ) -> Result<(), StreamError> {
        let held = self.held.entry(part).or_default().entry(what).or_default();
        let before = held.len();
        packing::append(row, held).map_err(|error| StreamError::Unwritten(error.to_string()))?;
        let now = held.len();
        self.bytes += now - before;
        if now >= FULL {
            let bytes = std::mem::take(held);
            self.bytes -= now;
            return self.send(part, what, bytes);
        }
        if self.bytes >= FULL_TOGETHER { self.send_all() } else { Ok(()) }
    }

    /// Sends a parcel at once.
    pub(super) fn send(
        &mut self,
        part: u32,
        what: &str,
        bytes: Vec<u8>,
    ) -> Result<(), StreamError> {
        self.writer.put(&[Parcel { part, what: what.to_owned(), bytes }])
    }

    fn send_all(&mut self) -> Result<(), StreamError> {
        self.bytes = 0;
        for (part, kinds) in std::mem::take(&mut self.held) {
            let full = kinds.into_iter().filter(|(_, bytes)| !bytes.is_empty());
            let parcel = |(what, bytes): (&str, _)| Parcel { part, what: what.to_owned(), bytes };
            self.writer.put(&full.map(parcel).collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// Sends what is left, and the end marker.
    pub(super) fn finish(mut self) -> Result<W, StreamError> {
        self.send_all()?;
        self.writer.finish()
    }
}

/// Parcels that came in, by kind.
#[derive(Default)]
pub(super) struct Inbox {
    /// Parts they were sent to.
    pub(super) parts: BTreeSet<u32>,
    held: BTreeMap<String, Vec<Vec<u8>>>,
}

impl Inbox {
    /// Takes all parcels of a stream, which have to be of these kinds.
    pub(super) fn open<R: Read>(input: R, kinds: &[&str]) -> Result<Self, StreamError> {
        let mut stream = ParcelReader::open(input)?;
        let mut inbox = Self::default();
        while let Some(parcels) = stream.next_parcels()? {
            for Parcel { part, what, bytes } in parcels {
                if !kinds.contains(&&*what) {
                    let wrong = format!("it is not wanted here; wanted: {}", kinds.join(", "));
                    return Err(StreamError::parcel(&what, &wrong));
                }
                inbox.parts.insert(part);
                inbox.held.entry(what).or_default().push(bytes);
            }
        }
        Ok(inbox)
    }

    /// All rows of a kind, parcel by parcel.
    pub(super) fn rows<'a, T: Deserialize<'a>>(
        &'a self,
        what: &str,
    ) -> Result<Vec<T>, StreamError> {
        let mut rows = Vec::new();
        for bytes in self.held.get(what).into_iter().flatten() {
            unpack(what, bytes, &mut rows)?;
        }
        Ok(rows)
    }
}

/// The rows of a parcel.
pub(super) fn unpack<'a, T: Deserialize<'a>>(
    what: &str,
    mut bytes: &'a [u8],
    rows: &mut Vec<T>,
) -> Result<(), StreamError> {
    while !bytes.is_empty() {
        let found = postcard::take_from_bytes(bytes);
        let (row, rest) =
            found.map_err(|_| StreamError::parcel(what, "a row cannot be unpacked"))?;
        rows.push(row);
        bytes = rest;
    }
    Ok(())
}
