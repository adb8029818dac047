//! What became of people's rulings in a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Results;
use crate::linkage::decisions::{Answer, Force, Ruling, recognised};

/// What became of a ruling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RulingFate {
    /// It bears on a row.
    Applied,
    /// New data speaks against it, and how; the question is put again.
    Contradicted(String),
    /// Nothing came of it, and why.
    Unused(UnusedBecause),
}

/// Why nothing came of a ruling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnusedBecause {
    /// Both sides are there, and nothing is left to decide.
    Settled,
    /// The row is gone.
    NoRow,
    /// The person is gone.
    NoPerson,
    /// Both are gone.
    Neither,
}

impl UnusedBecause {
    /// What users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Settled => "数据已改好或另有认定，用不到这一条",
            Self::NoRow => "学校（机构）的数据里已没有这一行",
            Self::NoPerson => "登记信息中已没有此人",
            Self::Neither => "学校（机构）的数据里已没有这一行，登记信息中也没有此人",
        }
    }
}

impl RulingFate {
    /// Whether this needs attention: a confirmed pair that is not linked.
    pub fn is_lost(&self, answer: Answer) -> bool {
        match self {
            Self::Applied => false,
            Self::Contradicted(_) => true,
            Self::Unused(why) => answer == Answer::Same && *why != UnusedBecause::Settled,
        }
    }
}

/// Every ruling the run knew, by its number.
pub fn fates(results: &Results) -> BTreeMap<i64, RulingFate> {
    let mut fates = BTreeMap::new();
    for (effect, _) in results.effects {
        let number = results.rulings[effect.ruling].number;
        match effect.force {
            Force::Again => {
                fates.entry(number).or_insert_with(|| RulingFate::Contradicted(effect.why.clone()));
            }
            _ => {
                fates.insert(number, RulingFate::Applied);
            }
        }
    }
    let unused = |ruling: &&Ruling| !fates.contains_key(&ruling.number);
    let unused: Vec<Ruling> = results.rulings.iter().filter(unused).cloned().collect();
    for (ruling, found) in unused.iter().zip(recognised(results.records, &unused)) {
        let why = match found {
            (true, true) => UnusedBecause::Settled,
            (false, true) => UnusedBecause::NoRow,
            (true, false) => UnusedBecause::NoPerson,
            (false, false) => UnusedBecause::Neither,
        };
        fates.insert(ruling.number, RulingFate::Unused(why));
    }
    fates
}
