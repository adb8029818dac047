//! Decided rows, as they come back → what a run has in place of its own linking.

use std::io::Read;

use super::items::{DECIDED, DecidedSource};
use super::job::LinkSet;
use super::mail;
use super::parcels::{ParcelReader, StreamError};
use crate::linkage::engine::frequencies::RowCounts;
use crate::linkage::parts::DecidedRow;
use crate::linkage::people::{DecidedElsewhere, Judgement};

fn wrong(name: &str, what: &str) -> StreamError {
    StreamError::parcel(name, what)
}

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
        let mut stream = ParcelReader::open(input)?;
        let mut parcels = 0;
        while let Some(batch) = stream.next_parcels()? {
            parcels += batch.len();
            for parcel in batch {
                take(&parcel.bytes, &mut found, &mut counts)?;
            }
        }
        if parcels != part.parcels {
            let said = part.parcels;
            let what = format!("{} has {parcels} parcels, and links.json says {said}", part.file);
            return Err(wrong(DECIDED, &what));
        }
    }
    found.sort_by_key(|row| row.left);
    let complete = found.iter().zip(0_u32..).all(|(row, number)| row.left == number);
    if !complete || found.len() != rows {
        let what = format!("{} of {rows} source rows are there", found.len());
        return Err(wrong(DECIDED, &what));
    }
    let priors = set.shares().ok_or_else(|| wrong("priors", "a prior is no number"))?;
    let observed = set.observed.observed();
    let observed = observed.ok_or_else(|| wrong("observed", "a share is no number"))?;
    let own = found.iter().filter_map(|row| Some((row.left, row.own?))).collect();
    let rows = found.into_iter().map(|row| row.judged).collect();
    let judgement = Judgement { rows, counts: set.counts(), pairs: set.pairs, priors, own };
    Ok(DecidedElsewhere { judgement, counts, observed })
}

/// Takes the rows of a parcel, and the counts of their candidates.
fn take(
    bytes: &[u8],
    found: &mut Vec<DecidedRow>,
    counts: &mut [RowCounts],
) -> Result<(), StreamError> {
    let mut rows: Vec<DecidedSource<'_>> = Vec::new();
    mail::unpack(DECIDED, bytes, &mut rows)?;
    for row in rows {
        for counted in &row.counts {
            let unknown = || wrong(DECIDED, "a candidate is none of this run's persons");
            let known = counts.get_mut(counted.right as usize).ok_or_else(unknown)?;
            let unreadable = || wrong(DECIDED, "counts cannot be unpacked");
            *known = counted.counts().ok_or_else(unreadable)?;
        }
        let mut row = row.row;
        row.judged.ranked.shrink_to_fit();
        found.push(row);
    }
    Ok(())
}
