//! Blocking: which pairs are worth comparing. Every pair comes out once, with no quadratic block.
//!
//! A rule is worked off by sorting: keys of the left rows are sorted, right rows whose key may
//! occur among them (a bit set decides most of them without a look) are sorted too, and one pass
//! over both lists meets the blocks. Cost is linear in rows but for the sorts.

use rayon::prelude::*;

use super::columns::{Column, PackedId, Table, Tables};
use super::comparison::Pair;
use super::keys::{self, KeyPart};
use super::plan::{Blocking, Plan};
use super::scoring::{Compared, Scorer};

/// What one blocking rule found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockingCount {
    /// The rule.
    pub rule: String,
    /// Left rows that had a key and took part.
    pub left_rows: usize,
    /// Pairs found, also those other rules found too.
    pub pairs: usize,
    /// Blocks left out because they were too large.
    pub oversized: usize,
    /// Left rows in such blocks.
    pub oversized_rows: usize,
}

/// Candidate pairs, sorted, each once and compared, and what every rule contributed. The vectors
/// depend on the model's comparisons only, not on its probabilities.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// The pairs.
    pub pairs: Vec<Compared>,
    /// One per rule, in model order.
    pub counts: Vec<BlockingCount>,
}

/// Finds the candidate pairs of all rules.
pub fn find(plan: &Plan, scorer: &Scorer) -> Candidates {
    let tables = scorer.tables();
    let mut settled = vec![false; tables.left.rows];
    let sound = sound_rows(tables, plan);
    let mut found: Vec<Pair> = Vec::new();
    let mut counts = Vec::new();
    for rule in &plan.blocking {
        let open = |row: usize| !(settled[row] || rule.without_sound_id && sound[row]);
        let (pairs, count) = apply(tables, rule, &open);
        if rule.settles {
            settle(&pairs, plan, scorer, &mut settled);
        }
        found.extend(pairs);
        counts.push(count);
    }
    found.par_sort_unstable();
    found.dedup();
    Candidates { pairs: found.into_par_iter().map(|pair| scorer.compare(pair)).collect(), counts }
}

/// Whether each left row has a sound ID.
fn sound_rows(tables: &Tables, plan: &Plan) -> Vec<bool> {
    let identity = plan.identity.map(|index| plan.comparisons[index].comparison.column);
    match identity.map(|column| &tables.left.columns[column]) {
        Some(Column::Identity(ids)) => ids.iter().map(PackedId::is_sound).collect(),
        _ => vec![false; tables.left.rows],
    }
}

/// Marks left rows for which a `link` rule holds: no other candidate can change their decision.
fn settle(pairs: &[Pair], plan: &Plan, scorer: &Scorer, settled: &mut [bool]) {
    let links = |pair: &Pair| {
        let levels = scorer.levels(*pair);
        let first = plan.rules.iter().find(|rule| rule.holds(&levels));
        first.is_some_and(|rule| rule.verdict == super::plan::Verdict::Link)
    };
    let accepted: Vec<u32> =
        pairs.par_iter().filter(|pair| links(pair)).map(|pair| pair.left).collect();
    for left in accepted {
        settled[left as usize] = true;
    }
}

/// A key and its row.
type Keyed = (u64, u32);

fn apply(
    tables: &Tables,
    rule: &Blocking,
    open: &(impl Fn(usize) -> bool + Sync),
) -> (Vec<Pair>, BlockingCount) {
    let left = sorted_keys(tables, &tables.left, &rule.parts, open, &|_| true);
    let filter = Filter::new(&left);
    let right =
        sorted_keys(tables, &tables.right, &rule.parts, &|_| true, &|key| filter.may_contain(key));
    let mut count = BlockingCount {
        rule: rule.name.clone(),
        left_rows: left.len(),
        ..BlockingCount::default()
    };
    let pairs = join(&left, &right, rule.limit, &mut count);
    count.pairs = pairs.len();
    (pairs, count)
}

fn sorted_keys(
    tables: &Tables,
    table: &Table,
    parts: &[KeyPart],
    take_row: &(impl Fn(usize) -> bool + Sync),
    take_key: &(impl Fn(u64) -> bool + Sync),
) -> Vec<Keyed> {
    const CHUNK: usize = 16_384;
    let chunk = |start: usize| {
        let mut found = Vec::new();
        for row in (start..table.rows.min(start + CHUNK)).filter(|row| take_row(*row)) {
            let number = u32::try_from(row).expect("fewer than 2^32 rows");
            keys::keys(tables, table, row, parts, &mut |key| {
                if take_key(key) {
                    found.push((key, number));
                }
            });
        }
        found
    };
    let starts: Vec<usize> = (0..table.rows).step_by(CHUNK).collect();
    let mut keyed: Vec<Keyed> = starts.into_par_iter().flat_map_iter(chunk).collect();
    keyed.par_sort_unstable();
    keyed
}

/// A bit set over hashed keys: a clear bit means the key does not occur.
struct Filter {
    bits: Vec<u64>,
    mask: u64,
}

impl Filter {
    fn new(keyed: &[Keyed]) -> Self {
        let size = (keyed.len() * 16).next_power_of_two().max(64) as u64;
        let mut filter =
            Self { bits: vec![0; usize::try_from(size / 64).unwrap_or(1)], mask: size - 1 };
        for (key, _) in keyed {
            let (word, bit) = filter.place(*key);
            filter.bits[word] |= 1 << bit;
        }
        filter
    }

    fn place(&self, key: u64) -> (usize, u64) {
        let at = (key ^ (key >> 32)) & self.mask;
        (usize::try_from(at / 64).unwrap_or(0), at % 64)
    }

    fn may_contain(&self, key: u64) -> bool {
        let (word, bit) = self.place(key);
        self.bits[word] >> bit & 1 == 1
    }
}

fn join(left: &[Keyed], right: &[Keyed], limit: usize, count: &mut BlockingCount) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut rest = right;
    for block in left.chunk_by(|a, b| a.0 == b.0) {
        let key = block[0].0;
        rest = &rest[rest.partition_point(|keyed| keyed.0 < key)..];
        let size = rest.partition_point(|keyed| keyed.0 == key);
        if size > limit {
            count.oversized += 1;
            count.oversized_rows += block.len();
            continue;
        }
        for (_, l) in block {
            pairs.extend(rest[..size].iter().map(|(_, r)| Pair { left: *l, right: *r }));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyed(keys: &[u64]) -> Vec<Keyed> {
        let mut keyed: Vec<Keyed> = keys.iter().copied().zip(0..).collect();
        keyed.sort_unstable();
        keyed
    }

    #[test]
    fn a_block_joins_every_left_with_every_right_row() {
        let mut count = BlockingCount::default();
        let mut pairs = join(&keyed(&[7, 3, 7, 9]), &keyed(&[7, 7, 1, 3]), 10, &mut count);
        pairs.sort_unstable();
        let rows: Vec<(u32, u32)> = pairs.iter().map(|p| (p.left, p.right)).collect();
        assert_eq!(rows, [(0, 0), (0, 1), (1, 3), (2, 0), (2, 1)]);
        assert_eq!(count.oversized, 0);
    }

    #[test]
    fn a_block_over_the_limit_is_left_out_and_counted() {
        let mut count = BlockingCount::default();
        let pairs = join(&keyed(&[7, 7, 3]), &keyed(&[7, 7, 7, 3]), 2, &mut count);
        assert_eq!(pairs, [Pair { left: 2, right: 3 }]);
        assert_eq!((count.oversized, count.oversized_rows), (1, 2));
    }

    #[test]
    fn the_filter_never_loses_a_key() {
        let keys: Vec<u64> = (0..1000_u64).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
        let filter = Filter::new(&keyed(&keys));
        assert!(keys.iter().all(|key| filter.may_contain(*key)));
    }
}
