//! What an earlier half-year tells of, for today's limits.

use jiff::civil::Date;

use crate::programmes::event::Event;

/// What a rule said of an event of an earlier half-year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastVerdict {
    /// Index into the programmes in use.
    pub programme: usize,
    /// Index into the programme's rules.
    pub rule: usize,
    /// The day that counted.
    pub when: Option<Date>,
    /// Whether it was paid or due; otherwise nobody knows.
    pub is_sure: bool,
}

/// An event of an earlier half-year that today's data do not tell of.
#[derive(Clone, Debug)]
pub struct PastEvent {
    /// The event, about a person of this run.
    pub event: Event,
    /// What was said of it.
    pub verdicts: Vec<PastVerdict>,
}
