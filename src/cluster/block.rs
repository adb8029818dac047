//! Keys of rows, and who meets in them.

use std::collections::BTreeMap;
use std::io::Write;

use rustc_hash::FxHashSet;

use super::items::{
    BITS, FOUND, LEFT_KEY, MetPair, PAIR, PERSON, RIGHT_KEY, RuleTally, SCORED, SOURCE,
};
use super::kernel::{KernelError, StepRun};
use super::mail::Outbox;
use super::parcels::StreamError;
use crate::linkage::engine::plan::BlockLimits;
use crate::linkage::parts::{LaneKey, LeftRow, PartPlan, RightRow, ScoredPair, Side};

/// Rows whose keys are made in one go.
const ROWS_AT_ONCE: usize = 65_536;

/// Where a key stands: keys are dealt out by their leading bits, and so are the bits of the bit set over them.
struct KeySpot {
    part: u32,
    /// Where in the part, as a share of it in units of 2^-64.
    within: u64,
}

impl KeySpot {
    fn of(key: u64, parts: u32) -> Self {
        let wide = u128::from(key) * u128::from(parts);
        let part = u32::try_from(wide >> 64).unwrap_or(u32::MAX);
        Self { part, within: u64::try_from(wide & u128::from(u64::MAX)).unwrap_or(u64::MAX) }
    }

    /// The bit of a part's bit set of so many bytes: byte and mask.
    fn bit(&self, bytes: usize) -> (usize, u8) {
        let at = (u128::from(self.within) * (bytes as u128 * 8)) >> 64;
        (usize::try_from(at / 8).unwrap_or(usize::MAX), 1 << (at % 8))
    }
}

fn unpackable(what: &str) -> StreamError {
    StreamError::parcel(what, "a row cannot be unpacked")
}

impl StepRun<'_> {
    /// Bytes of one part of the bit set: sixteen bits a key, as many as that makes one in sixteen others get through.
    fn bit_set(&self) -> usize {
        let keys = self.given.job.left_rows * self.given.rules.len().max(1);
        2 * keys / self.given.parts as usize + 1
    }

    pub(super) fn left_keys<W: Write>(&self, out: &mut Outbox<W>) -> Result<(), KernelError> {
        let scored: Vec<ScoredPair> = self.inbox.rows(SCORED)?;
        let settled: FxHashSet<u32> =
            scored.iter().filter(|pair| pair.settles).map(|pair| pair.left).collect();
        let mut open = self.sources()?;
        open.retain(|row| !settled.contains(&row.number));
        for rows in open.chunks(ROWS_AT_ONCE) {
            let unpacked = rows.iter().map(|row| LeftRow::unpack(row.number, row.row.0));
            let rows: Option<Vec<LeftRow>> = unpacked.collect();
            let rows = self.plan.left_keys(&rows.ok_or_else(|| unpackable(SOURCE))?);
            for key in self.plan.keys(Side::Left, &rows, self.given.rules) {
                out.add(KeySpot::of(key.key, self.given.parts).part, LEFT_KEY, &key)?;
            }
        }
        Ok(())
    }

    pub(super) fn filter<W: Write>(&self, out: &mut Outbox<W>) -> Result<(), KernelError> {
        let bytes = self.bit_set();
        let mut sets: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
        for key in self.inbox.rows::<LaneKey>(LEFT_KEY)? {
            let spot = KeySpot::of(key.key, self.given.parts);
            let (byte, mask) = spot.bit(bytes);
            sets.entry(spot.part).or_insert_with(|| vec![0; bytes])[byte] |= mask;
        }
        for part in &self.inbox.parts {
            let set = sets.remove(part).unwrap_or_else(|| vec![0; bytes]);
            out.send(*part, BITS, set)?;
        }
        Ok(())
    }

    pub(super) fn right_keys<W: Write>(&self, out: &mut Outbox<W>) -> Result<(), KernelError> {
        let bytes = self.bit_set();
        let whole = bytes * self.given.parts as usize;
        if self.given.filter.is_some_and(<[u8]>::is_empty) {
            // No source row has a key.
            return Ok(());
        }
        if let Some(filter) = self.given.filter.filter(|filter| filter.len() != whole) {
            let what = format!("the filter has {} bytes, and {whole} are wanted", filter.len());
            return Err(KernelError::Option(what));
        }
        for rows in self.persons()?.chunks(ROWS_AT_ONCE) {
            let unpacked = rows.iter().map(|row| RightRow::unpack(row.number, row.row.0));
            let rows: Option<Vec<RightRow>> = unpacked.collect();
            let rows = self.plan.right_keys(&rows.ok_or_else(|| unpackable(PERSON))?);
            for key in self.plan.keys(Side::Right, &rows, self.given.rules) {
                let spot = KeySpot::of(key.key, self.given.parts);
                let (byte, mask) = spot.bit(bytes);
                let set = |filter: &[u8]| filter[spot.part as usize * bytes + byte] & mask != 0;
                if self.given.filter.is_none_or(set) {
                    out.add(spot.part, RIGHT_KEY, &key)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn meet<W: Write>(&self, out: &mut Outbox<W>) -> Result<(), KernelError> {
        let mut left: Vec<LaneKey> = self.inbox.rows(LEFT_KEY)?;
        let mut right: Vec<LaneKey> = self.inbox.rows(RIGHT_KEY)?;
        left.sort_unstable_by_key(order);
        right.sort_unstable_by_key(order);
        let mut met = MetRows::default();
        let mut rest = &right[..];
        for lefts in left.chunk_by(|one, other| place(one) == place(other)) {
            let here = place(&lefts[0]);
            // Key by key: few registry rows have a key that no source row has.
            let before = rest.iter().take_while(|key| place(key) < here).count();
            rest = &rest[before..];
            let rights = &rest[..rest.iter().take_while(|key| place(key) == here).count()];
            let rule = PartPlan::rule(here.0);
            let limits = self.plan.limits(rule as usize);
            met.block(rule, lefts, rights, limits);
        }
        met.pairs.sort_unstable();
        met.pairs.dedup();
        for pair in &met.pairs {
            out.add(pair.right / self.given.job.file_rows.persons.max(1), PAIR, pair)?;
        }
        for found in met.found.values() {
            out.add(0, FOUND, found)?;
        }
        Ok(())
    }
}

/// Lane, key and row in one number, which is compared in one go.
fn order(key: &LaneKey) -> u128 {
    (u128::from(key.lane) << 96) | (u128::from(key.key) << 32) | u128::from(key.row)
}

/// Where keys meet.
fn place(key: &LaneKey) -> (u32, u64) {
    (key.lane, key.key)
}

/// Who met in some blocks.
#[derive(Default)]
struct MetRows {
    pairs: Vec<MetPair>,
    found: BTreeMap<u32, RuleTally>,
}

impl MetRows {
    /// Everybody of a block, where it is not too large.
    fn block(&mut self, rule: u32, lefts: &[LaneKey], rights: &[LaneKey], limits: BlockLimits) {
        let found = self.found.entry(rule).or_insert(RuleTally { rule, ..RuleTally::default() });
        let rows = lefts.len() as u64;
        found.left_rows += rows;
        if !limits.allow(lefts.len(), rights.len()) {
            found.oversized += 1;
            found.oversized_rows += rows;
            return;
        }
        found.pairs += rows * rights.len() as u64;
        for left in lefts {
            let met = rights.iter().map(|right| MetPair { right: right.row, left: left.row });
            self.pairs.extend(met);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_dealt_out_evenly_and_every_bit_of_a_part_serves() {
        for parts in [1, 3, 200] {
            let (mut of_part, mut bits) = (vec![0; parts as usize], BTreeMap::new());
            for number in 0..60_000_u64 {
                let spot = KeySpot::of(number.wrapping_mul(0x9E37_79B9_7F4A_7C15), parts);
                of_part[spot.part as usize] += 1;
                let (byte, mask) = spot.bit(5);
                assert!(byte < 5);
                *bits.entry((byte, mask)).or_insert(0) += 1;
            }
            assert!(of_part.iter().all(|keys| keys * parts > 50_000 && keys * parts < 70_000));
            assert!(bits.len() == 40 && bits.values().all(|keys| *keys > 1_000));
        }
    }

    #[test]
    fn a_block_is_left_out_by_either_limit_and_told() {
        let key = |row| LaneKey { lane: 0, key: 7, row };
        let (lefts, rights) = ([key(1), key(2)], [key(3), key(4), key(5)]);
        let found = |right, pairs| {
            let mut met = MetRows::default();
            met.block(0, &lefts, &rights, BlockLimits { right, pairs });
            (met.pairs.len(), met.found[&0].oversized, met.found[&0].oversized_rows)
        };
        assert_eq!(found(3, 6), (6, 0, 0));
        assert_eq!(found(2, 6), (0, 1, 2));
        assert_eq!(found(3, 5), (0, 1, 2));
    }
}
