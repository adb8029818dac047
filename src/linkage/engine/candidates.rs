//! Blocking: which pairs are worth comparing. Every pair comes out once, with no quadratic block.
//!
//! A rule is worked off by sorting: keys of the left rows are sorted, right rows whose key may
//! occur among them (a bit set decides most of them without a look) are sorted too, and one pass
//! over both lists meets the blocks. Cost is linear in rows but for the sorts. Participants are looked at for
//! several rules together, because rules share parts.

use rayon::prelude::*;

use super::columns::{PackedColumn, PackedId, PackedTable, Tables};
use super::comparison::{Kind, Pair};
use super::keys::{PartValues, RuleKeys};
use super::plan::{BlockLimits, Blocking, Plan, RuleVerdict};
use super::scoring::{Compared, Levels, Scorer, is_same_name};

/// Most rules for which rows are looked at together: the keys of all of them are held in memory.
const RULES_AT_ONCE: usize = 6;

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

impl BlockingCount {
    /// Adds what more rows of the same rule found.
    fn add(&mut self, other: &Self) {
        self.left_rows += other.left_rows;
        self.pairs += other.pairs;
        self.oversized += other.oversized;
        self.oversized_rows += other.oversized_rows;
    }
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
    let mut rows = Participants {
        settled: vec![false; tables.left.rows],
        left_sound: sound_rows(&tables.left, plan),
        right_sound: sound_rows(&tables.right, plan),
    };
    let mut found: Vec<Pair> = Vec::new();
    let mut counts = Vec::new();
    let stretches = plan.blocking.split_inclusive(|rule| rule.settles);
    for rules in stretches.flat_map(|stretch| stretch.chunks(RULES_AT_ONCE)) {
        for (rule, (pairs, count)) in rules.iter().zip(rows.pairs(tables, rules)) {
            if rule.settles {
                settle(&pairs, plan, scorer, &mut rows.settled);
            }
            found.extend(pairs);
            counts.push(count);
        }
    }
    found.sort_unstable_by_key(|pair| u64::from(pair.left) << 32 | u64::from(pair.right));
    found.dedup();
    Candidates { pairs: scorer.compare_all(&found), counts }
}

/// Whether each row has a sound ID that nobody else bears.
fn sound_rows(table: &PackedTable, plan: &Plan) -> Vec<bool> {
    let identity = plan.identity.map(|index| plan.comparisons[index].comparison.column);
    match identity.map(|column| &table.columns[column]) {
        Some(PackedColumn::Identity(ids)) => ids.iter().map(PackedId::is_own).collect(),
        _ => vec![false; table.rows],
    }
}

/// What decides which rows take part in a rule.
struct Participants {
    settled: Vec<bool>,
    left_sound: Vec<bool>,
    right_sound: Vec<bool>,
}

/// Left rows that look for pairs by a rule.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LeftRows {
    /// All that are not settled.
    All,
    /// Of these the ones without a sound ID.
    Unsound,
    /// The ones with a sound ID; they meet right rows without one only. Both are few, and two sound IDs
    /// that differ need no search for slips.
    Sound,
}

/// Some left rows under one of several rules.
#[derive(Clone, Copy)]
struct Lane {
    /// Index among the rules.
    rule: usize,
    left: LeftRows,
}

impl Lane {
    /// A rule for pairs without a sound ID takes the left rows that have none, and of the others only
    /// pairs with right rows that have none.
    fn of(rules: &[Blocking]) -> Vec<Self> {
        let mut lanes = Vec::new();
        for (rule, blocking) in rules.iter().enumerate() {
            let left: &[LeftRows] = if blocking.without_sound_id {
                &[LeftRows::Unsound, LeftRows::Sound]
            } else {
                &[LeftRows::All]
            };
            lanes.extend(left.iter().map(|left| Self { rule, left: *left }));
        }
        lanes
    }
}

impl Participants {
    /// The pairs of each rule among rows that are not settled.
    fn pairs(&self, tables: &Tables, rules: &[Blocking]) -> Vec<(Vec<Pair>, BlockingCount)> {
        let none = |rule: &Blocking| {
            let count = BlockingCount { rule: rule.name.clone(), ..BlockingCount::default() };
            (Vec::new(), count)
        };
        let mut found: Vec<(Vec<Pair>, BlockingCount)> = rules.iter().map(none).collect();
        let (lanes, left) = self.left_keys(tables, rules);
        let right = self.right_keys(tables, rules, &lanes, &left);
        let joined: Vec<(Vec<Pair>, BlockingCount)> = (lanes.par_iter())
            .zip(left.into_par_iter().zip(right))
            .map(|(lane, (left, right))| joined(rules[lane.rule].limits, left, right))
            .collect();
        for (lane, (pairs, count)) in lanes.iter().zip(joined) {
            let (known, sum) = &mut found[lane.rule];
            sum.add(&count);
            if known.is_empty() {
                *known = pairs;
            } else {
                known.extend(pairs);
            }
        }
        found
    }

    /// Lanes in which a left row has a key, with these keys.
    fn left_keys(&self, tables: &Tables, rules: &[Blocking]) -> (Vec<Lane>, Vec<Vec<KeyedRow>>) {
        let lanes = Lane::of(rules);
        let parts = rules.iter().map(|rule| &*rule.parts);
        let keys = RuleKeys::new(tables, &tables.left, parts);
        let takes_row = |lane: Lane, row: usize| self.takes_left(lane.left, row);
        let keyed = keyed_rows(&keys, tables.left.rows, &lanes, &takes_row, &|_, _| true);
        lanes.into_iter().zip(keyed).filter(|(_, keyed)| !keyed.is_empty()).unzip()
    }

    /// The right rows' keys that may occur among those of the left rows.
    fn right_keys(
        &self,
        tables: &Tables,
        rules: &[Blocking],
        lanes: &[Lane],
        left: &[Vec<KeyedRow>],
    ) -> Vec<Vec<KeyedRow>> {
        let is_asked = |rule: usize| lanes.iter().any(|lane| lane.rule == rule);
        let parts = rules.iter().enumerate();
        let parts = parts.map(|(at, rule)| if is_asked(at) { &*rule.parts } else { &[] });
        let keys = RuleKeys::new(tables, &tables.right, parts);
        let filters: Vec<Filter> = left.par_iter().map(|keyed| Filter::new(keyed)).collect();
        let takes_row =
            |lane: Lane, row: usize| lane.left != LeftRows::Sound || !self.right_sound[row];
        let occurs = |lane: usize, key: u64| filters[lane].may_contain(key);
        keyed_rows(&keys, tables.right.rows, lanes, &takes_row, &occurs)
    }

    fn takes_left(&self, left: LeftRows, row: usize) -> bool {
        !self.settled[row]
            && match left {
                LeftRows::All => true,
                LeftRows::Unsound => !self.left_sound[row],
                LeftRows::Sound => self.left_sound[row],
            }
    }
}

/// Marks left rows for which a `link` rule holds under the same name: no other candidate can change
/// their decision. Under another name one can: the number may be a brother's.
fn settle(pairs: &[Pair], plan: &Plan, scorer: &Scorer, settled: &mut [bool]) {
    for compared in scorer.compare_all(pairs).iter().filter(|one| settles(plan, &one.levels)) {
        settled[compared.pair.left as usize] = true;
    }
}

/// Whether a comparison vector settles a left row.
pub fn settles(plan: &Plan, levels: &Levels) -> bool {
    let name = plan.comparisons.iter().position(|c| c.comparison.kind == Kind::Name);
    if name.is_some_and(|name| !is_same_name(levels[name])) {
        return false;
    }
    let first = plan.rules.iter().find(|rule| rule.holds(levels));
    first.is_some_and(|rule| rule.verdict == RuleVerdict::Link)
}

/// A key and its row.
type KeyedRow = (u64, u32);

/// The pairs of one lane.
fn joined(
    limits: BlockLimits,
    mut left: Vec<KeyedRow>,
    mut right: Vec<KeyedRow>,
) -> (Vec<Pair>, BlockingCount) {
    left.sort_unstable();
    right.sort_unstable();
    let mut count = BlockingCount { left_rows: left.len(), ..BlockingCount::default() };
    let pairs = join(&left, &right, limits, &mut count);
    count.pairs = pairs.len();
    (pairs, count)
}

/// Keys of each lane with their rows, of the rows and keys that are taken.
fn keyed_rows(
    keys: &RuleKeys<'_>,
    rows: usize,
    lanes: &[Lane],
    takes_row: &(impl Fn(Lane, usize) -> bool + Sync),
    takes_key: &(impl Fn(usize, u64) -> bool + Sync),
) -> Vec<Vec<KeyedRow>> {
    const CHUNK: usize = 16_384;
    let chunk = |start: usize| {
        let rows = start..rows.min(start + CHUNK);
        let mut values = PartValues::default();
        keys.look(rows.clone(), &mut values);
        let of_lane = |(at, lane): (usize, &Lane)| {
            let mut found: Vec<KeyedRow> = Vec::new();
            for row in rows.clone().filter(|row| takes_row(*lane, *row)) {
                let number = u32::try_from(row).expect("fewer than 2^32 rows");
                keys.emit(lane.rule, row, &values, |key| {
                    if takes_key(at, key) {
                        found.push((key, number));
                    }
                });
            }
            found
        };
        lanes.iter().enumerate().map(of_lane).collect::<Vec<Vec<KeyedRow>>>()
    };
    let starts: Vec<usize> = (0..rows).step_by(CHUNK).collect();
    let mut chunks: Vec<Vec<Vec<KeyedRow>>> = starts.into_par_iter().map(chunk).collect();
    let lane = |lane: usize| {
        let parts: Vec<Vec<KeyedRow>> =
            chunks.iter_mut().map(|chunk| std::mem::take(&mut chunk[lane])).collect();
        parts.concat()
    };
    (0..lanes.len()).map(lane).collect()
}

/// A bit set over hashed keys: a clear bit means the key does not occur.
struct Filter {
    bits: Vec<u64>,
    mask: u64,
}

impl Filter {
    fn new(keyed: &[KeyedRow]) -> Self {
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

fn join(
    left: &[KeyedRow],
    right: &[KeyedRow],
    limits: BlockLimits,
    count: &mut BlockingCount,
) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut rest = right;
    for block in left.chunk_by(|a, b| a.0 == b.0) {
        let key = block[0].0;
        rest = &rest[rest.partition_point(|keyed| keyed.0 < key)..];
        let size = rest.partition_point(|keyed| keyed.0 == key);
        if !limits.allow(block.len(), size) {
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

    fn right(most: usize) -> BlockLimits {
        BlockLimits { right: most, pairs: usize::MAX }
    }

    #[test]
    fn a_block_of_too_many_pairs_is_left_out_whatever_its_right_side() {
        let (lefts, rights) = (keyed(&[7, 7, 7, 9]), keyed(&[7, 7, 9]));
        let limits = BlockLimits { pairs: 5, ..right(9) };
        let mut count = BlockingCount::default();
        assert_eq!(join(&lefts, &rights, limits, &mut count).len(), 1);
        assert_eq!((count.oversized, count.oversized_rows), (1, 3));
    }

    fn keyed(keys: &[u64]) -> Vec<KeyedRow> {
        let mut keyed: Vec<KeyedRow> = keys.iter().copied().zip(0..).collect();
        keyed.sort_unstable();
        keyed
    }

    #[test]
    fn a_block_joins_every_left_with_every_right_row() {
        let mut count = BlockingCount::default();
        let mut pairs = join(&keyed(&[7, 3, 7, 9]), &keyed(&[7, 7, 1, 3]), right(10), &mut count);
        pairs.sort_unstable();
        let rows: Vec<(u32, u32)> = pairs.iter().map(|p| (p.left, p.right)).collect();
        assert_eq!(rows, [(0, 0), (0, 1), (1, 3), (2, 0), (2, 1)]);
        assert_eq!(count.oversized, 0);
    }

    #[test]
    fn a_block_over_the_limit_is_left_out_and_counted() {
        let mut count = BlockingCount::default();
        let pairs = join(&keyed(&[7, 7, 3]), &keyed(&[7, 7, 7, 3]), right(2), &mut count);
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
