//! The same figures for parts of the rows: by decision, match class, kind of error and school.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::{Decision, MatchClass};
use super::row::EvaluatedRow;
use super::share::{Quality, Share};

/// How often a decision was right.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DecisionAccuracy {
    /// `link`, `review` or `none`.
    pub decision: &'static str,
    /// Match class; empty for all of them.
    pub class: String,
    /// Rows whose named person is right; for `none`, rows that have no match.
    pub right: Share,
}

/// The figures of a part of the rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// What its rows share.
    pub name: String,
    /// How many rows.
    pub rows: usize,
    /// Rows that have a match.
    pub matched: usize,
    /// `link` alone.
    pub link: Quality,
    /// Right person in `link` or `review`, among rows that have a match.
    pub found: Share,
    /// Rows in `review`.
    pub review: usize,
    /// Rows linked to a wrong person.
    pub wrong_links: usize,
    /// Rows whose right person is neither linked nor shown.
    pub missed: usize,
}

impl Group {
    fn new(name: String, rows: &[&EvaluatedRow]) -> Self {
        let count =
            |test: &dyn Fn(&EvaluatedRow) -> bool| rows.iter().filter(|row| test(row)).count();
        let matched = count(&EvaluatedRow::is_matched);
        let linked = count(&|row| row.decision == Decision::Link);
        let right = count(&|row| row.decision == Decision::Link && row.is_right());
        let missed = count(&EvaluatedRow::is_missed);
        Self {
            name,
            rows: rows.len(),
            matched,
            link: Quality::new(right, linked, matched),
            found: Share::new(matched - missed, matched),
            review: count(&|row| row.decision == Decision::Review),
            wrong_links: count(&EvaluatedRow::is_wrong_link),
            missed,
        }
    }

    /// Whether there is anything to be right or wrong about.
    pub fn says_something(&self) -> bool {
        self.matched + self.link.precision.whole > 0
    }
}

/// All decisions that occur, each over all classes.
pub(super) fn decisions(rows: &[EvaluatedRow]) -> Vec<DecisionAccuracy> {
    let all = [Decision::Link, Decision::Review, Decision::None];
    all.into_iter()
        .map(|decision| {
            let of = || rows.iter().filter(|row| row.decision == decision);
            let right = |row: &&EvaluatedRow| match decision {
                Decision::None => !row.is_matched(),
                Decision::Link | Decision::Review => row.is_right(),
            };
            let share = Share::new(of().filter(right).count(), of().count());
            DecisionAccuracy { decision: decision.key(), class: String::new(), right: share }
        })
        .filter(|answer| answer.right.whole > 0)
        .collect()
}

/// Named persons that are right, by decision and match class.
pub(super) fn answers(rows: &[EvaluatedRow]) -> Vec<DecisionAccuracy> {
    let mut counts: BTreeMap<(Decision, &str), (usize, usize)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.is_named()) {
        let count = counts.entry((row.decision, row.class.as_str())).or_default();
        count.0 += usize::from(row.is_right());
        count.1 += 1;
    }
    let answer =
        |((decision, class), (part, whole)): ((Decision, &str), (usize, usize))| DecisionAccuracy {
            decision: decision.key(),
            class: class.to_owned(),
            right: Share::new(part, whole),
        };
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|((decision, class), _)| (*decision, class_place(class)));
    counts.into_iter().map(answer).collect()
}

/// Place of a class in the reports; unknown classes last.
fn class_place(name: &str) -> usize {
    MatchClass::ALL.iter().position(|class| class.label() == name).unwrap_or(usize::MAX)
}

/// By match class, in the order of the reports; unknown classes last, by name.
pub(super) fn classes(rows: &[EvaluatedRow]) -> Vec<Group> {
    let mut groups = grouped(rows, |row| vec![row.class.as_str()]);
    groups.sort_by_key(|group| class_place(&group.name));
    groups
}

/// By kind of error; a row with two of them counts under both.
pub(super) fn errors(rows: &[EvaluatedRow]) -> Vec<Group> {
    grouped(rows, |row| row.errors.iter().map(String::as_str).collect())
}

/// By school, the lowest F1 first; those without match and link last.
pub(super) fn schools(rows: &[EvaluatedRow]) -> Vec<Group> {
    let mut groups = grouped(rows, |row| vec![row.school.as_str()]);
    groups.sort_by(|a, b| {
        let silent = |group: &Group| !group.says_something();
        silent(a).cmp(&silent(b)).then(a.link.f1.total_cmp(&b.link.f1))
    });
    groups
}

/// Groups by name; rows without a name are in none.
fn grouped<'row>(
    rows: &'row [EvaluatedRow],
    names: impl Fn(&'row EvaluatedRow) -> Vec<&'row str>,
) -> Vec<Group> {
    let mut members: BTreeMap<&str, Vec<&EvaluatedRow>> = BTreeMap::new();
    for row in rows {
        let mut names = names(row);
        names.sort_unstable();
        names.dedup();
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            members.entry(name).or_default().push(row);
        }
    }
    members.into_iter().map(|(name, rows)| Group::new(name.to_owned(), &rows)).collect()
}
