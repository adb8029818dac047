//! What is in parcels.

use serde::{Deserialize, Serialize, Serializer};

use crate::linkage::engine::frequencies::RowCounts;
use crate::linkage::parts::DecidedRow;

/// Registry rows ([`PersonRow`]), as `bidui records` writes them.
pub(super) const PERSON: &str = "person";
/// Source rows ([`SourceRow`]), as `bidui records` writes them.
pub(super) const SOURCE: &str = "source";
/// Blocking keys of source rows.
pub(super) const LEFT_KEY: &str = "left-key";
/// Blocking keys of registry rows that may meet one of a source row.
pub(super) const RIGHT_KEY: &str = "right-key";
/// A part of the bit set over the keys of source rows.
pub(super) const BITS: &str = "bits";
/// Rows that met ([`MetPair`]).
pub(super) const PAIR: &str = "pair";
/// What blocking found ([`RuleTally`]).
pub(super) const FOUND: &str = "found";
/// Registry rows with those they are compared with ([`Attached`]).
pub(super) const ATTACHED: &str = "attached";
/// Scored pairs.
pub(super) const SCORED: &str = "scored";
/// Scored pairs that a ruling asked for.
pub(super) const FORCED: &str = "forced";
/// Counts of the registry rows of scored pairs ([`CountedRow`]).
pub(super) const COUNTS: &str = "counts";
/// Rows and pairs ([`SourceTally`]).
pub(super) const TALLY: &str = "tally";
/// All of a run but its rows, as JSON.
pub(super) const TOTALS: &str = "totals";
/// Decided rows ([`DecidedSource`]).
pub(super) const DECIDED: &str = "decided";

/// A packed row, which travels as it is.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct RowBytes<'a>(#[serde(borrow)] pub(super) &'a [u8]);

impl Serialize for RowBytes<'_> {
    // All at once: a slice of integers would be written one by one.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

/// A registry row.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct PersonRow<'a> {
    pub(super) number: u32,
    #[serde(borrow)]
    pub(super) row: RowBytes<'a>,
}

/// A source row.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct SourceRow<'a> {
    pub(super) number: u32,
    pub(super) group: u32,
    pub(super) scope: u32,
    /// Hash of the cleaned name.
    pub(super) name: u64,
    /// Whether it has a sound ID number.
    pub(super) is_sound: bool,
    #[serde(borrow)]
    pub(super) row: RowBytes<'a>,
}

/// A pair to be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct MetPair {
    pub(super) right: u32,
    pub(super) left: u32,
}

/// What one blocking rule found in a part.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct RuleTally {
    pub(super) rule: u32,
    pub(super) left_rows: u64,
    pub(super) pairs: u64,
    pub(super) oversized: u64,
    pub(super) oversized_rows: u64,
}

/// A registry row with the source rows of one file that it is compared with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Attached<'a> {
    #[serde(borrow)]
    pub(super) person: PersonRow<'a>,
    /// Rising.
    pub(super) lefts: Vec<u32>,
}

/// How common the values of a registry row are.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct CountedRow<'a> {
    pub(super) right: u32,
    /// [`RowCounts`], which only the run at the end looks into.
    #[serde(borrow)]
    pub(super) counts: RowBytes<'a>,
}

impl CountedRow<'_> {
    /// The counts; `None` where the bytes are none.
    pub(super) fn counts(&self) -> Option<RowCounts> {
        postcard::from_bytes(self.counts.0).ok()
    }
}

/// Source rows with a sound number by group, those of them that found it, and pairs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct SourceTally {
    pub(super) rows: Vec<u32>,
    pub(super) hits: Vec<u32>,
    pub(super) pairs: u64,
}

/// A decided row with what assignment asks of it and the counts of its candidates.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct DecidedSource<'a> {
    pub(super) scope: u32,
    pub(super) name: u64,
    pub(super) row: DecidedRow,
    #[serde(borrow)]
    pub(super) counts: Vec<CountedRow<'a>>,
}
