//! Pairs with both rows, compared.

use std::io::Write;

use rustc_hash::FxHashMap;

use super::items::{
    ATTACHED, Attached, COUNTS, CountedRow, FORCED, MetPair, PAIR, PERSON, RowBytes, SCORED,
    SOURCE, SourceRow,
};
use super::job;
use super::kernel::{KernelError, StepRun};
use super::mail::Outbox;
use super::parcels::StreamError;
use crate::linkage::engine::comparison::Pair;
use crate::linkage::parts::{LeftRow, RightRow};

/// Pairs compared in one go.
const PAIRS_AT_ONCE: usize = 65_536;

/// A pair of source row and place in the list of attached rows; in the order of the rows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct PlacedPair {
    left: u32,
    right: u32,
    at: usize,
}

impl StepRun<'_> {
    /// Pairs of one file of registry rows: those that met, or those that rulings ask for.
    fn pairs(&self) -> Result<Vec<MetPair>, StreamError> {
        let job = self.given.job;
        let mut pairs: Vec<MetPair> = self.inbox.rows(PAIR)?;
        if self.given.ruled {
            let here = job::stretch(self.part(PERSON)?, job.file_rows.persons, job.right_rows);
            let asked = job
                .rulings
                .iter()
                .filter_map(|ruling| Some(MetPair { right: ruling.right?, left: ruling.left }));
            pairs = asked.filter(|pair| here.contains(&pair.right)).collect();
        }
        // One pair may come from several rules.
        pairs.sort_unstable();
        pairs.dedup();
        Ok(pairs)
    }

    pub(super) fn attach<W: Write>(&self, out: &mut Outbox<W>) -> Result<(), KernelError> {
        let persons = self.persons()?;
        let first = persons.first().map_or(0, |person| person.number);
        let rows = self.given.job.file_rows.sources.max(1);
        for pairs in self.pairs()?.chunk_by(|one, other| one.right == other.right) {
            let at = pairs[0].right.checked_sub(first).map(|at| at as usize);
            let unknown = || StreamError::parcel(PAIR, "a registry row is of another file");
            let person = *at.and_then(|at| persons.get(at)).ok_or_else(unknown)?;
            for pairs in pairs.chunk_by(|one, other| one.left / rows == other.left / rows) {
                let lefts = pairs.iter().map(|pair| pair.left).collect();
                out.add(pairs[0].left / rows, ATTACHED, &Attached { person, lefts })?;
            }
        }
        Ok(())
    }

    pub(super) fn compare<W: Write>(&self, out: &mut Outbox<W>) -> Result<(), KernelError> {
        let part = self.part(SOURCE)?;
        let sources = self.sources()?;
        let attached: Vec<Attached<'_>> = self.inbox.rows(ATTACHED)?;
        let mut pairs = Vec::new();
        for (at, one) in attached.iter().enumerate() {
            let right = one.person.number;
            pairs.extend(one.lefts.iter().map(|left| PlacedPair { left: *left, right, at }));
        }
        pairs.sort_unstable();
        let what = if self.given.ruled { FORCED } else { SCORED };
        for pairs in by_rows(&pairs) {
            let sides = Sides::of(pairs, &sources, &attached)?;
            for scored in self.plan.compare(&sides.left, &sides.right, &sides.pairs) {
                out.add(part, what, &scored)?;
            }
            for (row, at) in sides.right.iter().zip(sides.of_attached) {
                let packed = attached[at].person.row.0;
                let (_, counts) = packed.split_at(packed.len() - row.counts_length);
                out.add(part, COUNTS, &CountedRow { right: row.number, counts: RowBytes(counts) })?;
            }
        }
        Ok(())
    }
}

/// Pairs in stretches that divide no source row.
fn by_rows(mut pairs: &[PlacedPair]) -> impl Iterator<Item = &[PlacedPair]> {
    std::iter::from_fn(move || {
        let last = pairs.get(PAIRS_AT_ONCE.min(pairs.len()).checked_sub(1)?)?.left;
        let end = pairs.partition_point(|pair| pair.left <= last);
        let (now, rest) = pairs.split_at(end);
        pairs = rest;
        Some(now)
    })
}

/// Rows of both sides, and pairs of places in them.
#[derive(Default)]
struct Sides {
    left: Vec<LeftRow>,
    right: Vec<RightRow>,
    /// Of each of these its place in the list of attached rows.
    of_attached: Vec<usize>,
    pairs: Vec<Pair>,
}

impl Sides {
    fn of(
        pairs: &[PlacedPair],
        sources: &[SourceRow<'_>],
        attached: &[Attached<'_>],
    ) -> Result<Self, StreamError> {
        let mut sides = Self::default();
        let mut places: FxHashMap<usize, u32> = FxHashMap::default();
        for pair in pairs {
            if sides.left.last().is_none_or(|row| row.number != pair.left) {
                sides.left.push(left_row(sources, pair.left)?);
            }
            let next = place(sides.right.len());
            let right = *places.entry(pair.at).or_insert(next);
            if right == next {
                let row = RightRow::unpack(pair.right, attached[pair.at].person.row.0);
                sides.right.push(row.ok_or_else(|| unpackable(ATTACHED))?);
                sides.of_attached.push(pair.at);
            }
            sides.pairs.push(Pair { left: place(sides.left.len() - 1), right });
        }
        Ok(sides)
    }
}

fn left_row(sources: &[SourceRow<'_>], number: u32) -> Result<LeftRow, StreamError> {
    let first = sources.first().map_or(0, |row| row.number);
    let at = number.checked_sub(first).and_then(|at| sources.get(at as usize));
    let unknown = || StreamError::parcel(ATTACHED, "a source row is of another file");
    LeftRow::unpack(number, at.ok_or_else(unknown)?.row.0).ok_or_else(|| unpackable(SOURCE))
}

fn unpackable(what: &str) -> StreamError {
    StreamError::parcel(what, "a row cannot be unpacked")
}

fn place(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 rows")
}
