//! Rows that bear a sound number of the right side under another name: the person under a former name,
//! a relative, or a stranger. Which they are nobody says; but a relative's number brings the relative's
//! sex and birth along, a stranger shares neither telephone nor surname. So the three shares are
//! estimated by expectation maximisation over these rows alone, with what the comparisons say of each
//! held fast.

use super::super::comparison::{IdentityLevel, Kind, NameLevel};
use super::super::count::to_f64;
use super::super::plan::{Plan, Weighted};
use super::super::scoring::{Compared, Scorer, is_other_name};
use super::position;

/// How many rows the model's own expectation is worth.
const BORROWED: f64 = 20.0;

/// Rounds of expectation maximisation; shares of three are still long before.
const ROUNDS: usize = 100;

/// Levels of the number that a relative's number reaches as its owner's does.
const AGREEING: [IdentityLevel; 4] = [
    IdentityLevel::Equal,
    IdentityLevel::EqualText,
    IdentityLevel::Prefix,
    IdentityLevel::Near,
];

/// Who bears a sound number of the right side, as far as it can be told; numbers of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NumberBearers {
    /// The person under the same name.
    pub same: f64,
    /// The person under another name.
    pub former: f64,
    /// A relative of the person.
    pub relatives: f64,
    /// Somebody else.
    pub strangers: f64,
    /// Rows with a sound number that are nobody of the right side under the same name.
    pub others: f64,
    /// Right rows.
    pub right_rows: f64,
}

/// What the model expects of the three, before a row is looked at.
struct Expected {
    /// Share of other names among pairs of one person.
    former: f64,
    /// The same among relatives.
    relatives: f64,
    /// The same among strangers.
    strangers: f64,
}

impl Expected {
    fn of(name: &Weighted) -> Self {
        let others = || {
            let levels = name.levels.iter().enumerate();
            let other = |level: &usize| u8::try_from(*level).is_ok_and(is_other_name);
            levels.filter(move |(index, level)| other(index) && level.states != 0)
        };
        Self {
            former: others().map(|(_, level)| libm::exp2(level.m)).sum(),
            relatives: others().map(|(_, level)| libm::exp2(level.kin)).sum(),
            strangers: others().map(|(_, level)| libm::exp2(level.u)).sum(),
        }
    }
}

/// Estimates who bears the numbers, from the rows under other names.
pub(super) fn bearers(
    scorer: &Scorer,
    others: Vec<Compared>,
    same: usize,
    other_rows: usize,
) -> NumberBearers {
    let plan = scorer.plan();
    let (Some(identity), Some(name)) = (plan.identity, position(plan, Kind::Name)) else {
        return NumberBearers::default();
    };
    let mut bearers = NumberBearers {
        same: to_f64(same),
        others: to_f64(other_rows),
        right_rows: to_f64(scorer.tables().right.rows),
        ..NumberBearers::default()
    };
    let expected = Expected::of(&plan.comparisons[name]);
    let prior = bearers.expected(plan, identity, &expected);
    // The chances of another name as such are part of the shares.
    let weights: Vec<[f64; 3]> = others
        .iter()
        .map(|compared| {
            let score = scorer.score_beside(*compared, identity);
            [
                libm::exp2(score.weight) / expected.former,
                libm::exp2(score.kin) / expected.relatives,
                1.0 / expected.strangers,
            ]
        })
        .collect();
    [bearers.former, bearers.relatives, bearers.strangers] = mixture(&weights, prior);
    if std::env::var("DBG").is_ok() { eprintln!("DBG prior {prior:?} {bearers:?} n {}", weights.len()); }
    bearers
}

impl NumberBearers {
    /// How many rows of each kind the model makes expect.
    fn expected(&self, plan: &Plan, identity: usize, expected: &Expected) -> [f64; 3] {
        let equal = &plan.comparisons[identity].levels[IdentityLevel::Equal as usize];
        let former = self.same * expected.former / (1.0 - expected.former).max(0.5);
        let relatives =
            self.others * plan.prior.relative * libm::exp2(equal.kin) * expected.relatives;
        let strangers = self.others * self.right_rows * libm::exp2(equal.u) * expected.strangers;
        [former, relatives, strangers]
    }

    /// Sets what another name under the person's own number is worth.
    pub(super) fn weigh(&self, plan: &mut Plan) {
        let (Some(identity), Some(name)) = (plan.identity, position(plan, Kind::Name)) else {
            return;
        };
        let expected = Expected::of(&plan.comparisons[name]);
        let [former, relatives, strangers] = self.expected(plan, identity, &expected);
        let bits = |seen: f64, expected: f64| {
            if seen > 0.0 && expected > 0.0 { libm::log2(seen / expected) } else { 0.0 }
        };
        for level in AGREEING {
            let level = &mut plan.comparisons[identity].levels[level as usize];
            level.kin += bits(self.relatives, relatives);
        }
        let equal = &mut plan.comparisons[identity].levels[IdentityLevel::Equal as usize];
        equal.u += bits(self.strangers, strangers);
        let more = bits(self.former, former);
        set_former(&mut plan.comparisons[name], more);
    }
}

/// Makes other names of one person so many bits more likely, and the same name the less.
fn set_former(name: &mut Weighted, more: f64) {
    let former = Expected::of(name).former;
    let same = (1.0 - former * libm::exp2(more)) / (1.0 - former);
    for (index, level) in (0_u8..).zip(&mut name.levels).filter(|(_, level)| level.states != 0) {
        let glyph = index == NameLevel::UnknownGlyph as u8;
        level.m += match is_other_name(index) {
            true => more,
            false if glyph => 0.0,
            false => libm::log2(same.max(0.5)),
        };
    }
}

/// Numbers of three kinds among rows with the weights of each, which sum to the rows.
fn mixture(weights: &[[f64; 3]], prior: [f64; 3]) -> [f64; 3] {
    let all: f64 = prior.iter().sum();
    let borrowed = prior.map(|expected| BORROWED * expected / all);
    let rows = to_f64(weights.len());
    let mut counts = prior.map(|expected| rows * expected / all);
    for _ in 0..ROUNDS {
        let shares = [0, 1, 2].map(|kind| counts[kind] + borrowed[kind]);
        let mut sums = [0.0; 3];
        for row in weights {
            let mass = [0, 1, 2].map(|kind| shares[kind] * row[kind]);
            let total: f64 = mass.iter().sum();
            for kind in 0..3 {
                sums[kind] += mass[kind] / total;
            }
        }
        counts = sums;
    }
    let share = |kind: usize| (counts[kind] + borrowed[kind]) / (rows + BORROWED);
    // What is borrowed stands for shares, not for rows.
    [0, 1, 2].map(|kind| share(kind) * rows.max(1.0))
}

