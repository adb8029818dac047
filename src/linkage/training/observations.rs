//! Candidate pairs → what estimation sees: rows of competing comparison vectors, equal rows
//! counted once. Estimation works on these counts and never touches a table again.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::holdout::is_kept_out;
use super::{Labels, PairLabel};
use crate::linkage::engine::columns::Tables;
use crate::linkage::engine::judging::RowContext;
use crate::linkage::engine::scoring::{Compared, Levels, Scorer};

/// Most left rows that are looked at; more change nothing in the third digit.
const MOST_ROWS: usize = 200_000;

/// Steps of rarity per bit: finer differences do not matter to an estimate and would keep rows
/// from being counted together.
const STEPS: f64 = 8.0;

/// A candidate of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Observed {
    /// Index of the comparison vector.
    pub pattern: u32,
    /// What the rarity of the shared values adds to the weights, in eighths of a bit.
    rarity: i32,
    /// What is known of the pair.
    pub label: PairLabel,
}

impl Observed {
    /// A candidate whose shared values have a rarity of so many bits.
    pub(super) fn new(pattern: u32, rarity: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "a rarity is a few dozen bits")]
        let rarity = (rarity * STEPS).round() as i32;
        Self { pattern, rarity, label: PairLabel::Open }
    }

    /// The same, with what is known of the pair.
    pub(super) fn known_as(self, label: PairLabel) -> Self {
        Self { label, ..self }
    }

    /// The rarity in bits.
    pub(super) fn bits(self) -> f64 {
        f64::from(self.rarity) / STEPS
    }
}

/// Rows that look alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AlikeRows {
    /// Group the prior is shared by.
    pub group: u32,
    /// The candidates, in a fixed order.
    pub candidates: Vec<Observed>,
    /// How many rows look like this.
    pub count: u64,
}

/// All that estimation sees.
#[derive(Clone, Debug, Default)]
pub(super) struct Observations {
    /// Distinct comparison vectors.
    pub patterns: Vec<Levels>,
    /// Distinct rows.
    pub rows: Vec<AlikeRows>,
    /// Rows by group, those without a candidate included.
    pub totals: Vec<u64>,
}

/// Every how many left rows one is looked at.
pub(super) fn step(tables: &Tables) -> usize {
    tables.left.rows.div_ceil(MOST_ROWS).max(1)
}

/// Which left rows the estimate is made on.
struct SeenRows<'run> {
    step: usize,
    /// Whether rows are kept out: only those with a number can tell anything afterwards.
    keeps_out: bool,
    labels: &'run Labels,
}

impl SeenRows<'_> {
    fn has(&self, row: usize) -> bool {
        let kept_out = self.keeps_out && is_kept_out(row) && !self.labels.has(row);
        row.is_multiple_of(self.step) && !kept_out
    }
}

/// Gathers the rows' candidates. `pairs` are sorted by left row.
pub(super) fn gather(
    scorer: &Scorer,
    context: &RowContext,
    labels: &Labels,
    pairs: &[Compared],
) -> Observations {
    let tables = scorer.tables();
    let groups = &context.groups;
    let rows_seen =
        SeenRows { step: step(tables), keeps_out: scorer.plan().identity.is_some(), labels };
    let blocks: Vec<&[Compared]> = pairs
        .chunk_by(|a, b| a.pair.left == b.pair.left)
        .filter(|block| rows_seen.has(block[0].pair.left as usize))
        .collect();
    let (patterns, numbers) = distinct(&blocks);
    let row = |block: &&[Compared]| {
        let observed = |Compared { pair, levels }: &Compared| {
            let label = labels.of(pair.left, context.entity_of(pair.right));
            Observed::new(numbers[levels], scorer.rarity(*pair, levels)).known_as(label)
        };
        let mut candidates: Vec<Observed> = block.iter().map(observed).collect();
        candidates.sort_unstable();
        let group = groups.of_row.get(block[0].pair.left as usize).copied().unwrap_or(0);
        AlikeRows { group, candidates, count: 1 }
    };
    let rows: Vec<AlikeRows> = blocks.par_iter().map(row).collect();
    let mut totals = vec![0; groups.count()];
    for row in (0..tables.left.rows).filter(|row| rows_seen.has(*row)) {
        totals[groups.of(row)] += 1;
    }
    Observations { patterns, rows: count_equal(rows), totals }
}

/// The distinct comparison vectors in ascending order, and the place of each.
fn distinct(blocks: &[&[Compared]]) -> (Vec<Levels>, FxHashMap<Levels, u32>) {
    let all = blocks.iter().flat_map(|block| block.iter().map(|compared| compared.levels));
    let mut patterns: Vec<Levels> = all.collect::<FxHashSet<Levels>>().into_iter().collect();
    patterns.sort_unstable();
    let numbers = patterns.iter().copied().zip(0..).collect();
    (patterns, numbers)
}

fn count_equal(mut rows: Vec<AlikeRows>) -> Vec<AlikeRows> {
    rows.par_sort_unstable();
    rows.dedup_by(|next, kept| {
        let equal = next.group == kept.group && next.candidates == kept.candidates;
        kept.count += u64::from(equal);
        equal
    });
    rows
}
