//! What a run counts over everybody, once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::results::Results;
use crate::results::fates::{RulingFate, fates};
use crate::results::overview::Overview;

/// What a run counts over everybody for its review page.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::pipeline) struct CountedOnce {
    /// The figures.
    pub(in crate::pipeline) overview: Overview,
    /// What became of every ruling the run knew, by its number.
    pub(in crate::pipeline) fates: BTreeMap<i64, RulingFate>,
}

impl CountedOnce {
    /// Counts.
    pub(in crate::pipeline) fn of(results: &Results) -> Self {
        Self { overview: Overview::new(results), fates: fates(results) }
    }
}
