//! One step: a stream of parcels in, a stream of parcels out. A step holds the rows of its part and what belongs to
//! them, and nothing of any other part.

use std::io::{Read, Write};
use std::ops::Range;

use super::items::{
    ATTACHED, COUNTS, DECIDED, FORCED, FOUND, LEFT_KEY, PAIR, PERSON, PersonRow, RIGHT_KEY, SCORED,
    SOURCE, SourceRow, TALLY,
};
use super::job::{self, Job};
use super::mail::{Inbox, Outbox};
use super::parcels::StreamError;
use crate::linkage::parts::PartPlan;

/// A step: its name, what it takes, and what it does.
type StepOf = (&'static str, &'static [&'static str], &'static str);

/// Steps in the order of a run.
pub const STEPS: [StepOf; 9] = [
    ("left-keys", &[SOURCE, SCORED], "source rows that nothing has settled → blocking keys"),
    ("filter", &[LEFT_KEY], "blocking keys of source rows → a bit set over them"),
    ("right-keys", &[PERSON], "registry rows → blocking keys, of those that may meet"),
    ("meet", &[LEFT_KEY, RIGHT_KEY], "keys of both sides → pairs, and what each rule found"),
    ("attach", &[PERSON, PAIR], "pairs → registry rows with those they are compared with"),
    ("compare", &[SOURCE, ATTACHED], "both rows of every pair → comparison vectors and weights"),
    ("tally", &[SOURCE, SCORED, FOUND, TALLY], "scored pairs → counts by group; then all of them"),
    ("judge", &[SOURCE, SCORED, FORCED, COUNTS], "scored pairs → decisions"),
    ("share", &[DECIDED], "decisions by scope → decisions after assignment"),
];

/// What a step has to know beside its rows.
#[derive(Clone, Copy, Debug)]
pub struct StepInput<'a> {
    /// The run.
    pub job: &'a Job,
    /// Blocking rules, for keys and what meets in them.
    pub rules: &'a [usize],
    /// In how many parts keys and scopes are dealt out.
    pub parts: u32,
    /// For keys of registry rows: the bit set of the keys of source rows.
    pub filter: Option<&'a [u8]>,
    /// Whether pairs are those that rulings ask for.
    pub ruled: bool,
    /// For judging: prior share by group.
    pub priors: &'a [f64],
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

/// A step under way.
pub(super) struct StepRun<'a> {
    pub(super) plan: PartPlan,
    pub(super) given: &'a StepInput<'a>,
    pub(super) inbox: Inbox,
}

/// Runs a step from its input to its output.
pub fn run_step<R: Read, W: Write>(
    step: &str,
    given: &StepInput<'_>,
    input: R,
    output: W,
) -> Result<W, KernelError> {
    let Some((_, kinds, _)) = STEPS.iter().find(|(name, ..)| *name == step) else {
        let known = STEPS.map(|(name, ..)| name).join(", ");
        return Err(KernelError::Step(step.to_owned(), known));
    };
    let plan = given.job.plan().map_err(KernelError::Job)?;
    if let Some(rule) = given.rules.iter().find(|rule| **rule >= plan.passes().concat().len()) {
        return Err(KernelError::Option(format!("the model has no blocking rule {rule}")));
    }
    if given.parts == 0 {
        return Err(KernelError::Option("there has to be one part at least".to_owned()));
    }
    let this = StepRun { plan, given, inbox: Inbox::open(input, kinds)? };
    let mut out = Outbox::open(output)?;
    match step {
        "left-keys" => this.left_keys(&mut out)?,
        "filter" => this.filter(&mut out)?,
        "right-keys" => this.right_keys(&mut out)?,
        "meet" => this.meet(&mut out)?,
        "attach" => this.attach(&mut out)?,
        "compare" => this.compare(&mut out)?,
        "tally" => this.tally(&mut out)?,
        "judge" => this.judge(&mut out)?,
        _ => this.share(&mut out)?,
    }
    Ok(out.finish()?)
}

impl StepRun<'_> {
    /// The file whose rows are here.
    pub(super) fn part(&self, what: &str) -> Result<u32, StreamError> {
        let mut parts = self.inbox.parts.iter();
        match (parts.next(), parts.next()) {
            (Some(part), None) => Ok(*part),
            _ => Err(StreamError::parcel(what, "rows of one file are wanted, no more and no less")),
        }
    }

    /// All registry rows of a file, in order.
    pub(super) fn persons(&self) -> Result<Vec<PersonRow<'_>>, StreamError> {
        let job = self.given.job;
        let wanted = job::stretch(self.part(PERSON)?, job.file_rows.persons, job.right_rows);
        let mut rows: Vec<PersonRow<'_>> = self.inbox.rows(PERSON)?;
        rows.sort_by_key(|row| row.number);
        demand(PERSON, rows.iter().map(|row| row.number), wanted)?;
        Ok(rows)
    }

    /// All source rows of a file, in order.
    pub(super) fn sources(&self) -> Result<Vec<SourceRow<'_>>, StreamError> {
        let job = self.given.job;
        let wanted = job::stretch(self.part(SOURCE)?, job.file_rows.sources, job.left_rows);
        let mut rows: Vec<SourceRow<'_>> = self.inbox.rows(SOURCE)?;
        rows.sort_by_key(|row| row.number);
        demand(SOURCE, rows.iter().map(|row| row.number), wanted)?;
        Ok(rows)
    }
}

/// Refuses a file of which a row is missing, or there twice.
fn demand(
    what: &str,
    rows: impl Iterator<Item = u32> + Clone,
    wanted: Range<u32>,
) -> Result<(), StreamError> {
    if rows.clone().eq(wanted.clone()) {
        return Ok(());
    }
    let (there, from, to) = (rows.count(), wanted.start, wanted.end);
    Err(StreamError::parcel(what, &format!("{there} rows, and rows {from} to {to} are wanted")))
}
