//! The rulings in force while the desk is open, read from the ledger as they arrive, whoever
//! made them.

use std::collections::BTreeMap;

use crate::ledger::{RulingAct, RulingEntry};
use crate::linkage::decisions::Answer;

/// The newest ruling on every pair.
#[derive(Debug)]
pub(super) struct RulingsInForce {
    newest: BTreeMap<String, RulingEntry>,
    last: i64,
    known: i64,
}

impl RulingsInForce {
    /// Nothing yet. Rulings up to `known` were there when the questions were put: what is asked is
    /// asked in spite of them.
    pub(super) fn new(known: i64) -> Self {
        Self { newest: BTreeMap::new(), last: 0, known }
    }

    /// The highest number taken so far.
    pub(super) fn last(&self) -> i64 {
        self.last
    }

    /// Takes rulings, oldest first.
    pub(super) fn take(&mut self, rulings: Vec<RulingEntry>) {
        for ruling in rulings {
            self.last = self.last.max(ruling.number);
            self.newest.insert(ruling.key.clone(), ruling);
        }
    }

    /// The answer that settles a question of this survey.
    pub(super) fn answer(&self, key: &str) -> Option<(Answer, &RulingEntry)> {
        let entry = self.newest.get(key).filter(|entry| entry.number > self.known)?;
        match entry.verdict {
            RulingAct::Answered(answer) => Some((answer, entry)),
            RulingAct::Undone => None,
        }
    }

    /// The rulings in force, newest first.
    pub(super) fn rulings(&self) -> Vec<&RulingEntry> {
        let mut list: Vec<&RulingEntry> = self.newest.values().collect();
        list.sort_by_key(|entry| std::cmp::Reverse(entry.number));
        list
    }

    /// Rulings and withdrawals since the survey.
    pub(super) fn is_newer(&self) -> bool {
        self.last > self.known
    }
}
