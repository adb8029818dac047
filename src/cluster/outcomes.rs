//! Decided rows, as they come back → what a run has in place of its own linking.

use std::io::Read;

use super::batches::{Inflow, StreamError};
use super::job::LinkSet;
use super::layouts::OUTCOMES;
use super::steps::{self, take_decided, wrong};
use crate::linkage::engine::frequencies::RowCounts;
use crate::linkage::parts::DecidedRow;
use crate::linkage::people::{DecidedElsewhere, Judgement};

/// Reads the decided rows of a link set, file after file, for a run of so many source and registry rows.
pub fn decided<R: Read>(
    set: &LinkSet,
    parts: impl IntoIterator<Item = R>,
    rows: usize,
    persons: usize,
) -> Result<DecidedElsewhere, StreamError> {
    let mut found: Vec<DecidedRow> = Vec::with_capacity(rows);
    let mut counts = vec![RowCounts::default(); persons];
    for (input, part) in parts.into_iter().zip(&set.parts) {
        let mut stream = Inflow::open(input, OUTCOMES)?;
        let mut lines = 0;
        while let Some(batch) = stream.next_batch()? {
            for row in 0..batch.rows() {
                take_decided(&mut found, &batch, row)?;
                if let Some(right) = batch.longs("right")?[row] {
                    let place = usize::try_from(right).ok();
                    let place = place.and_then(|right| counts.get_mut(right));
                    let unknown = || wrong("right", "a candidate is none of this run's persons");
                    *place.ok_or_else(unknown)? = steps::counts(&batch.lists("counts")?[row])?;
                }
            }
            lines += batch.rows();
        }
        if lines != part.lines {
            let what =
                format!("{} has {lines} lines, and links.json says {}", part.file, part.lines);
            return Err(wrong("left", &what));
        }
    }
    let complete = found.iter().zip(0_u32..).all(|(row, number)| row.left == number);
    if !complete || found.len() != rows {
        let what = format!("{} of {rows} source rows are there", found.len());
        return Err(wrong("left", &what));
    }
    let priors = set.shares().ok_or_else(|| wrong("priors", "a prior is no number"))?;
    let observed = set.observed.observed();
    let observed = observed.ok_or_else(|| wrong("observed", "a share is no number"))?;
    let own = found.iter().filter_map(|row| Some((row.left, row.own?))).collect();
    let rows = found.into_iter().map(|row| row.judged).collect();
    let judgement = Judgement { rows, counts: set.counts(), pairs: set.pairs, priors, own };
    Ok(DecidedElsewhere { judgement, counts, observed })
}
