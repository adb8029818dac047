//! What became of people's rulings in a run.

use std::collections::BTreeMap;

use crate::linkage::decisions::{Answer, Force, Ruling, recognised};
use crate::results::Results;

/// What became of a ruling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RulingFate {
    /// It bears on a row.
    Applied,
    /// New data speaks against it, and how; the question is put again.
    Contradicted(String),
    /// Nothing came of it, and why.
    Unused(&'static str),
}

impl RulingFate {
    /// Whether this needs attention: a confirmed pair that is not linked.
    pub(super) fn is_lost(&self, answer: Answer) -> bool {
        match self {
            Self::Applied => false,
            Self::Contradicted(_) => true,
            Self::Unused(why) => answer == Answer::Same && *why != SETTLED,
        }
    }
}

const SETTLED: &str = "数据已改好或另有认定，用不到这一条";
const NO_ROW: &str = "学校（机构）的数据里已没有这一行";
const NO_PERSON: &str = "登记信息中已没有此人";
const NEITHER: &str = "学校（机构）的数据里已没有这一行，登记信息中也没有此人";

/// Every ruling the run knew, by its number.
pub(super) fn fates(results: &Results) -> BTreeMap<i64, RulingFate> {
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
            (true, true) => SETTLED,
            (false, true) => NO_ROW,
            (true, false) => NO_PERSON,
            (false, false) => NEITHER,
        };
        fates.insert(ruling.number, RulingFate::Unused(why));
    }
    fates
}
