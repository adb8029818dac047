//! Scored pairs → priors → decisions.

use std::collections::BTreeMap;
use std::io::Write;

use rustc_hash::{FxHashMap, FxHashSet};

use super::items::{
    COUNTS, CountedRow, DECIDED, DecidedSource, FORCED, FOUND, RowBytes, RuleTally, SCORED,
    SourceRow, SourceTally, TALLY, TOTALS,
};
use super::job::{self, LinkSet, RuleCount};
use super::kernel::{KernelError, StepRun};
use super::mail::Outbox;
use super::parcels::StreamError;
use crate::linkage::engine::posterior::Scored;
use crate::linkage::engine::prior::SoundRows;
use crate::linkage::parts::{CandidateRow, DecidedRow, ScopedRow, ScoredPair};

impl StepRun<'_> {
    /// Counts of one file of source rows; or, of many files' counts, everything `links.json` says.
    pub(super) fn tally<W: Write>(&self, out: &mut Outbox<W>) -> Result<(), KernelError> {
        let tallies: Vec<SourceTally> = self.inbox.rows(TALLY)?;
        if tallies.is_empty() && self.given.job.left_rows > 0 {
            return Ok(out.add(0, TALLY, &self.counted()?)?);
        }
        let text = serde_json::to_vec(&self.totals(&tallies)?);
        let text = text.map_err(|error| KernelError::Job(error.to_string()))?;
        Ok(out.send(0, TOTALS, text)?)
    }

    fn counted(&self) -> Result<SourceTally, StreamError> {
        let groups = self.plan.groups();
        let mut tally =
            SourceTally { rows: vec![0; groups], hits: vec![0; groups], ..SourceTally::default() };
        let scored: Vec<ScoredPair> = self.inbox.rows(SCORED)?;
        let hits: FxHashSet<u32> =
            scored.iter().filter(|pair| pair.hit).map(|pair| pair.left).collect();
        // A row that no rule settled may meet the same person in two passes.
        let pairs: FxHashSet<(u32, u32)> =
            scored.iter().map(|pair| (pair.left, pair.scored.right)).collect();
        tally.pairs = pairs.len() as u64;
        for source in self.sources()?.iter().filter(|source| source.is_sound) {
            let group = source.group as usize;
            let unknown = || StreamError::parcel(TALLY, &format!("there is no group {group}"));
            *tally.rows.get_mut(group).ok_or_else(unknown)? += 1;
            tally.hits[group] += u32::from(hits.contains(&source.number));
        }
        Ok(tally)
    }

    fn totals(&self, tallies: &[SourceTally]) -> Result<LinkSet, StreamError> {
        let mut sound = vec![SoundRows::default(); self.plan.groups()];
        for tally in tallies {
            for ((sum, rows), hits) in sound.iter_mut().zip(&tally.rows).zip(&tally.hits) {
                sum.rows += rows;
                sum.hits += hits;
            }
        }
        let pairs: u64 = tallies.iter().map(|tally| tally.pairs).sum();
        Ok(LinkSet {
            id: self.given.job.id.clone(),
            pairs: usize::try_from(pairs).unwrap_or(usize::MAX),
            priors: self.plan.priors(&sound).into_iter().map(job::bits).collect(),
            observed: self.given.job.observed.clone(),
            blocking: self.blocking()?,
            parts: Vec::new(),
        })
    }

    /// What each rule found in all parts.
    fn blocking(&self) -> Result<Vec<RuleCount>, StreamError> {
        let rules = self.plan.passes().concat();
        let named = |rule: usize| {
            let name = self.plan.rule_name(rule).to_owned();
            (rule, RuleCount { rule: name, ..RuleCount::default() })
        };
        let mut counts: BTreeMap<usize, RuleCount> = rules.into_iter().map(named).collect();
        for found in self.inbox.rows::<RuleTally>(FOUND)? {
            let unknown = || StreamError::parcel(FOUND, "a rule is unknown");
            let count = counts.get_mut(&(found.rule as usize)).ok_or_else(unknown)?;
            let number = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
            count.left_rows += number(found.left_rows);
            count.pairs += number(found.pairs);
            count.oversized += number(found.oversized);
            count.oversized_rows += number(found.oversized_rows);
        }
        Ok(counts.into_values().collect())
    }

    pub(super) fn judge<W: Write>(&self, out: &mut Outbox<W>) -> Result<(), KernelError> {
        let (groups, told) = (self.plan.groups(), self.given.priors.len());
        if groups != told {
            return Err(KernelError::Option(format!("{groups} groups, and priors of {told}")));
        }
        let sources = self.sources()?;
        let counts: FxHashMap<u32, RowBytes<'_>> = self
            .inbox
            .rows::<CountedRow>(COUNTS)?
            .into_iter()
            .map(|row| (row.right, row.counts))
            .collect();
        let decided = self.plan.judge(&self.candidates(&sources)?, self.given.priors);
        for (source, row) in sources.iter().zip(decided) {
            let decided = with_counts(source, row, &counts)?;
            out.add(source.scope % self.given.parts, DECIDED, &decided)?;
        }
        Ok(())
    }

    /// Source rows with their candidates, both in order.
    fn candidates(&self, sources: &[SourceRow<'_>]) -> Result<Vec<CandidateRow>, StreamError> {
        let row = |source: &SourceRow<'_>| CandidateRow {
            left: source.number,
            group: source.group,
            ..CandidateRow::default()
        };
        let mut rows: Vec<CandidateRow> = sources.iter().map(row).collect();
        let first = sources.first().map_or(0, |source| source.number);
        for what in [SCORED, FORCED] {
            for pair in self.inbox.rows::<ScoredPair>(what)? {
                let at = pair.left.checked_sub(first).map(|at| at as usize);
                let unknown = || StreamError::parcel(what, "a source row is of another file");
                let row = at.and_then(|at| rows.get_mut(at)).ok_or_else(unknown)?;
                let list = if what == FORCED { &mut row.forced } else { &mut row.candidates };
                list.push(pair.scored);
            }
        }
        for row in &mut rows {
            in_order(&mut row.candidates);
            in_order(&mut row.forced);
        }
        Ok(rows)
    }

    pub(super) fn share<W: Write>(&self, out: &mut Outbox<W>) -> Result<(), KernelError> {
        let mut rows: Vec<DecidedSource<'_>> = self.inbox.rows(DECIDED)?;
        rows.sort_by_key(|row| (row.scope, row.row.left));
        for scope in rows.chunk_by_mut(|one, other| one.scope == other.scope) {
            let scoped = |one: &DecidedSource<'_>| ScopedRow {
                row: one.row.clone(),
                scope: u64::from(one.scope),
                name: one.name,
            };
            let mut shared: Vec<ScopedRow> = scope.iter().map(scoped).collect();
            self.plan.share_out(&mut shared);
            for (one, ScopedRow { row, .. }) in scope.iter_mut().zip(shared) {
                one.row = row;
                out.add(0, DECIDED, one)?;
            }
        }
        Ok(())
    }
}

/// In the order of the registry; found in two passes, a candidate is one.
fn in_order(candidates: &mut Vec<Scored>) {
    candidates.sort_by_key(|candidate| candidate.right);
    candidates.dedup_by_key(|candidate| candidate.right);
}

fn with_counts<'a>(
    source: &SourceRow<'_>,
    row: DecidedRow,
    known: &FxHashMap<u32, RowBytes<'a>>,
) -> Result<DecidedSource<'a>, StreamError> {
    let counted = |right: u32| {
        let unknown = || StreamError::parcel(COUNTS, "a candidate has none");
        Ok(CountedRow { right, counts: *known.get(&right).ok_or_else(unknown)? })
    };
    let counts = row.judged.ranked.iter().map(|candidate| counted(candidate.right));
    let counts = counts.collect::<Result<_, StreamError>>()?;
    Ok(DecidedSource { scope: source.scope, name: source.name, row, counts })
}
