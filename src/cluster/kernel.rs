//! One step: an Arrow stream in, an Arrow stream out. Every step takes its rows as they come and holds a
//! bounded number of them, but for `people`, which needs its few rows together.

use std::io::{Read, Write};

use super::batches::{Batch, BatchColumn, BatchLayout, Inflow, Outflow, StreamError};
use super::job::Job;
use super::layouts::{
    CANDIDATES, DECIDED, ENTITIES, KEYS, LEFT_KEYS, LIVING, MEMBERS, NAMED, PAIRS, PRIORS,
    RIGHT_KEYS, SCOPED, SCORED, SLICES, SOUND,
};
use super::steps::{
    self, DecidedLines, HouseholdBlock, MemberLines, NamedRow, PairBlock, ScopeBlock,
    take_candidate,
};
use crate::linkage::engine::prior::SoundRows;
use crate::linkage::parts::{DecidedRow, LaneKey, LeftRow, PartPlan, RightRow, ScopedRow, Side};

/// Steps that take a stream, in the order of a run, with what each does.
pub const STEPS: [(&str, &str); 9] = [
    ("people", "registry rows that share a number → the row that stands for each person"),
    ("members", "registry rows by household → names of the other members"),
    ("left-keys", "source rows → blocking keys"),
    ("filter", "blocking keys of source rows → slices of a bit set over them"),
    ("right-keys", "registry rows → blocking keys, of those that may meet"),
    ("compare", "pairs → comparison vectors and weights"),
    ("priors", "counts by group → prior shares"),
    ("judge", "scored pairs by source row → decisions"),
    ("share", "decisions by scope → decisions after assignment"),
];

/// Pairs compared in one go.
const PAIRS_AT_ONCE: usize = 65_536;

/// Rows judged in one go.
const ROWS_AT_ONCE: usize = 16_384;

/// What a step has to know beside its rows.
#[derive(Clone, Copy, Debug)]
pub struct StepInput<'a> {
    /// The run.
    pub job: &'a Job,
    /// Blocking rules, for keys.
    pub rules: &'a [usize],
    /// For keys of registry rows: the bit set of the keys of source rows; see [`KeyFilter`].
    pub filter: Option<&'a [u8]>,
    /// For the bit set: how large it is.
    pub bits: FilterSize,
    /// For judging: prior share by group.
    pub priors: &'a [f64],
}

/// Size of a bit set over keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct FilterSize {
    /// Binary logarithm of its bits.
    pub bits: u32,
    /// Binary logarithm of the number of slices it is made in.
    pub slices: u32,
}

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum KernelError {
    /// There is no such step.
    #[error("there is no step \"{0}\"; steps are: {1}")]
    Step(String, String),
    /// The job cannot be used.
    #[error("job.json cannot be used: {0}")]
    Job(String),
    /// An option cannot be used.
    #[error("{0}")]
    Option(String),
    /// The rows.
    #[error(transparent)]
    Stream(#[from] StreamError),
}

/// Runs a step from its input to its output.
pub fn run_step<R: Read, W: Write>(
    step: &str,
    given: &StepInput<'_>,
    input: R,
    output: W,
) -> Result<W, KernelError> {
    let plan = given.job.plan().map_err(KernelError::Job)?;
    if let Some(rule) = given.rules.iter().find(|rule| **rule >= plan.passes().concat().len()) {
        return Err(KernelError::Option(format!("the model has no blocking rule {rule}")));
    }
    match step {
        "people" => people(input, output),
        "members" => members(input, output),
        "left-keys" => left_keys(&plan, given, input, output),
        "right-keys" => right_keys(&plan, given, input, output),
        "filter" => filter(given, input, output),
        "compare" => compare(&plan, input, output),
        "priors" => priors(&plan, input, output),
        "judge" => judge(&plan, given, input, output),
        "share" => share(&plan, input, output),
        other => {
            let known = STEPS.map(|(name, _)| name).join(", ");
            Err(KernelError::Step(other.to_owned(), known))
        }
    }
}

/// Takes a stream's batches through a function.
fn each<R: Read>(
    input: R,
    layout: &BatchLayout,
    mut take: impl FnMut(&Batch) -> Result<(), StreamError>,
) -> Result<(), StreamError> {
    let mut stream = Inflow::open(input, layout)?;
    while let Some(batch) = stream.next_batch()? {
        take(&batch)?;
    }
    Ok(())
}

fn people<R: Read, W: Write>(input: R, output: W) -> Result<W, KernelError> {
    let mut rows = Vec::new();
    each(input, NAMED, |batch| {
        for row in 0..batch.rows() {
            rows.push(NamedRow::read(batch, row)?);
        }
        Ok(())
    })?;
    let mut out = Outflow::open(output, ENTITIES)?;
    out.put(&steps::entities(rows))?;
    Ok(out.finish()?)
}

fn members<R: Read, W: Write>(input: R, output: W) -> Result<W, KernelError> {
    let mut out = Outflow::open(output, MEMBERS)?;
    let mut block = HouseholdBlock::default();
    each(input, LIVING, |batch| {
        let mut lines = MemberLines::default();
        for row in 0..batch.rows() {
            if !block.is_of(batch, row)? {
                block.close(&mut lines);
            }
            block.take(batch, row)?;
        }
        out.put(&lines.cells())
    })?;
    let mut lines = MemberLines::default();
    block.close(&mut lines);
    out.put(&lines.cells())?;
    Ok(out.finish()?)
}

fn left_keys<R: Read, W: Write>(
    plan: &PartPlan,
    given: &StepInput<'_>,
    input: R,
    output: W,
) -> Result<W, KernelError> {
    let mut out = Outflow::open(output, KEYS)?;
    each(input, LEFT_KEYS, |batch| {
        let row = |row| steps::left_row(batch, row, "row");
        let rows = (0..batch.rows()).map(row).collect::<Result<Vec<LeftRow>, _>>()?;
        let keys = plan.keys(Side::Left, &plan.left_keys(&rows), given.rules);
        out.put(&steps::key_cells(&keys))
    })?;
    Ok(out.finish()?)
}

fn right_keys<R: Read, W: Write>(
    plan: &PartPlan,
    given: &StepInput<'_>,
    input: R,
    output: W,
) -> Result<W, KernelError> {
    let filter = given.filter.map(KeyFilter::of).transpose()?;
    let may_meet = |key: &LaneKey| filter.as_ref().is_none_or(|filter| filter.may_contain(key.key));
    let mut out = Outflow::open(output, KEYS)?;
    each(input, RIGHT_KEYS, |batch| {
        let row = |row| steps::right_key_row(batch, row);
        let rows = (0..batch.rows()).map(row).collect::<Result<Vec<RightRow>, _>>()?;
        let mut keys = plan.keys(Side::Right, &plan.right_keys(&rows), given.rules);
        keys.retain(may_meet);
        out.put(&steps::key_cells(&keys))
    })?;
    Ok(out.finish()?)
}

/// A bit set over the leading bits of keys: a clear bit means that no source row has the key.
struct KeyFilter<'a> {
    bits: &'a [u8],
    shift: u32,
}

impl<'a> KeyFilter<'a> {
    fn of(bits: &'a [u8]) -> Result<Self, KernelError> {
        let size = bits.len() as u64 * 8;
        if !size.is_power_of_two() || size < 8 {
            let what = format!("the filter has {} bytes, which is no power of two", bits.len());
            return Err(KernelError::Option(what));
        }
        Ok(Self { bits, shift: 64 - size.trailing_zeros() })
    }

    fn may_contain(&self, key: u64) -> bool {
        let at = key >> self.shift;
        let byte = usize::try_from(at / 8).ok().and_then(|byte| self.bits.get(byte));
        byte.is_none_or(|byte| byte >> (at % 8) & 1 == 1)
    }
}

/// Keys come with equal leading bits together, so that one slice is held at a time.
fn filter<R: Read, W: Write>(given: &StepInput<'_>, input: R, output: W) -> Result<W, KernelError> {
    let FilterSize { bits, slices } = given.bits;
    if bits <= slices + 3 || bits > 40 || slices == 0 {
        return Err(KernelError::Option(format!(
            "2^{bits} bits in 2^{slices} slices cannot be made"
        )));
    }
    let size = 1_usize << (bits - slices - 3);
    let mut out = Outflow::open(output, SLICES)?;
    let mut current: Option<(u64, Vec<u8>)> = None;
    let mut done: Vec<(u64, Vec<u8>)> = Vec::new();
    each(input, KEYS, |batch| {
        for row in 0..batch.rows() {
            let key = batch.long("key", row)?.cast_unsigned();
            let slice = key >> (64 - slices);
            if current.as_ref().is_none_or(|(known, _)| *known != slice) {
                done.extend(current.replace((slice, vec![0; size])));
            }
            if let Some((_, set)) = &mut current {
                let at = (key << slices) >> (64 - bits + slices);
                let byte = usize::try_from(at / 8).unwrap_or(0);
                set[byte] |= 1 << (at % 8);
            }
        }
        put_slices(&mut out, &mut done)
    })?;
    done.extend(current);
    put_slices(&mut out, &mut done)?;
    Ok(out.finish()?)
}

fn put_slices<W: Write>(
    out: &mut Outflow<'_, W>,
    done: &mut Vec<(u64, Vec<u8>)>,
) -> Result<(), StreamError> {
    let (slices, bits): (Vec<Option<i64>>, Vec<Vec<u8>>) =
        done.drain(..).map(|(slice, bits)| (Some(slice.cast_signed()), bits)).unzip();
    out.put(&[BatchColumn::Long(slices), BatchColumn::Bytes(bits)])
}

fn compare<R: Read, W: Write>(plan: &PartPlan, input: R, output: W) -> Result<W, KernelError> {
    let mut out = Outflow::open(output, SCORED)?;
    let mut block = PairBlock::default();
    each(input, PAIRS, |batch| {
        for row in 0..batch.rows() {
            if block.pairs.len() >= PAIRS_AT_ONCE && PairBlock::begins(batch, row)? {
                let scored = plan.compare(&block.left, &block.right, &block.pairs);
                out.put(&steps::scored_cells(&scored))?;
                block.clear();
            }
            block.take(batch, row)?;
        }
        Ok(())
    })?;
    let scored = plan.compare(&block.left, &block.right, &block.pairs);
    out.put(&steps::scored_cells(&scored))?;
    Ok(out.finish()?)
}

fn priors<R: Read, W: Write>(plan: &PartPlan, input: R, output: W) -> Result<W, KernelError> {
    let mut sound = vec![SoundRows::default(); plan.groups()];
    each(input, SOUND, |batch| {
        for row in 0..batch.rows() {
            let group = batch.count("group_no", row)?;
            let counts =
                SoundRows { rows: batch.count("rows", row)?, hits: batch.count("hits", row)? };
            let unknown = || steps::wrong("group_no", &format!("there is no group {group}"));
            *sound.get_mut(group as usize).ok_or_else(unknown)? = counts;
        }
        Ok(())
    })?;
    let shares = plan.priors(&sound);
    let numbers = (0..shares.len()).map(|group| i64::try_from(group).ok()).collect();
    let mut out = Outflow::open(output, PRIORS)?;
    out.put(&[BatchColumn::Long(numbers), BatchColumn::Real(shares)])?;
    Ok(out.finish()?)
}

fn judge<R: Read, W: Write>(
    plan: &PartPlan,
    given: &StepInput<'_>,
    input: R,
    output: W,
) -> Result<W, KernelError> {
    if given.priors.len() != plan.groups() {
        let (groups, told) = (plan.groups(), given.priors.len());
        return Err(KernelError::Option(format!("{groups} groups, and priors of {told}")));
    }
    let mut out = Outflow::open(output, DECIDED)?;
    let mut rows = Vec::new();
    each(input, CANDIDATES, |batch| {
        for row in 0..batch.rows() {
            if rows.len() >= ROWS_AT_ONCE && batch.longs("right")?[row].is_none() {
                put_decided(&mut out, &plan.judge(&rows, given.priors))?;
                rows.clear();
            }
            take_candidate(&mut rows, batch, row)?;
        }
        Ok(())
    })?;
    put_decided(&mut out, &plan.judge(&rows, given.priors))?;
    Ok(out.finish()?)
}

fn put_decided<W: Write>(out: &mut Outflow<'_, W>, rows: &[DecidedRow]) -> Result<(), StreamError> {
    let mut lines = DecidedLines::default();
    for row in rows {
        lines.add(row);
    }
    out.put(&lines.cells())
}

fn share<R: Read, W: Write>(plan: &PartPlan, input: R, output: W) -> Result<W, KernelError> {
    let mut out = Outflow::open(output, DECIDED)?;
    let mut block = ScopeBlock::default();
    let mut close = |block: &mut ScopeBlock| {
        let mut rows: Vec<ScopedRow> = block.close();
        plan.share_out(&mut rows);
        let rows: Vec<DecidedRow> = rows.into_iter().map(|scoped| scoped.row).collect();
        put_decided(&mut out, &rows)
    };
    each(input, SCOPED, |batch| {
        for row in 0..batch.rows() {
            if !block.is_of(batch, row)? {
                close(&mut block)?;
            }
            block.take(batch, row)?;
        }
        Ok(())
    })?;
    close(&mut block)?;
    Ok(out.finish()?)
}
