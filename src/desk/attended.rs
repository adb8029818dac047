//! Which questions are open before whom, so that two clerks are not sent to the same one.

use std::collections::BTreeMap;

/// Seconds after which somebody who did nothing is taken to have left a question.
const ABSENT: f64 = 300.0;

/// The questions clerks look at, by their browsers' form secrets.
#[derive(Debug, Default)]
pub(super) struct OpenQuestions(BTreeMap<String, Attention>);

#[derive(Debug)]
struct Attention {
    key: String,
    clerk: String,
    /// Second of the clock.
    since: f64,
}

impl OpenQuestions {
    /// A clerk has a question before him.
    pub(super) fn note(&mut self, browser: &str, clerk: &str, key: &str, now: f64) {
        if !clerk.is_empty() {
            let attention = Attention { key: key.to_owned(), clerk: clerk.to_owned(), since: now };
            self.0.insert(browser.to_owned(), attention);
        }
    }

    /// A clerk looks at something else.
    pub(super) fn leave(&mut self, browser: &str) {
        self.0.remove(browser);
    }

    /// Questions others have before them, and who.
    pub(super) fn others(&self, browser: &str, now: f64) -> impl Iterator<Item = (&str, &str)> {
        let others = self.0.iter().filter(move |(known, _)| known.as_str() != browser);
        let here = others.map(|(_, one)| one).filter(move |one| now - one.since <= ABSENT);
        here.map(|one| (one.key.as_str(), one.clerk.as_str()))
    }
}
