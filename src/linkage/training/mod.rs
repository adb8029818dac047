//! Two tables → m, u and prior, without labels or with some.
//!
//! u comes from random pairs (nearly all of them strangers), what relatives show from members of
//! registered households; the prior is observed on rows with a
//! sound ID where the model has one; m comes from expectation maximisation over counts of
//! comparison vectors, the candidates of a row in competition. Where people have ruled on a pair,
//! that is taken as known. Nothing here is called by a run that was not told to estimate; the
//! result is a parameter file.

mod em;
mod holdout;
mod labels;
mod observations;
mod random_pairs;
mod relatives;
mod shares;

use rustc_hash::FxHashMap;

use super::compile;
use super::decisions::{Answer, Effects, Ruling};
use super::engine::candidates::Candidates;
use super::engine::columns::Tables;
use super::engine::comparison::Pair;
use super::engine::count::to_f64;
use super::engine::frequencies::Frequencies;
use super::engine::judging::RowContext;
use super::engine::prior;
use super::engine::scoring::{Compared, Levels, Scorer};
use super::model::{Given, Model};
use super::parameters::DataNote;

use holdout::Holdout;
pub use labels::{Labels, PairLabel};

/// Random pairs compared for u: so many per left row, within bounds.
const PER_ROW: usize = 20;
/// See [`PER_ROW`].
const SAMPLE: std::ops::RangeInclusive<usize> = 20_000..=200_000;

/// Fewest random pairs that must show a level before its u is believed.
const BELIEVED: f64 = 10.0;

/// A comparison vector and how many pairs have it.
type Pattern = (Levels, u64);

/// What training found.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The model with new m, u and prior.
    pub model: Model,
    /// What the numbers rest on.
    pub data: DataNote,
    /// Distinct comparison vectors among the candidate pairs.
    pub patterns: usize,
    /// Log loss on rows kept out, before and after; `None` where too few rows have a sound ID.
    pub held_out: Option<HeldOut>,
}

/// How well two models tell who somebody is without an ID number: mean log loss per row, in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeldOut {
    /// Rows that were looked at.
    pub rows: usize,
    /// Of the model that training started from.
    pub before: f64,
    /// Of the estimate.
    pub after: f64,
    /// Standard error of the difference, which is taken row by row.
    pub error: f64,
}

/// Standard errors by which an estimate has to be better. With one, cities took estimates that were no
/// better on their truth.
const CLEARLY: f64 = 2.0;

impl HeldOut {
    /// The losses of both models, row by row.
    fn of(before: &[f64], after: &[f64]) -> Self {
        let rows = to_f64(before.len()).max(1.0);
        let mean = |losses: &[f64]| losses.iter().sum::<f64>() / rows;
        let (of_before, of_after) = (mean(before), mean(after));
        let gain = of_before - of_after;
        let square = |(b, a): (&f64, &f64)| (b - a - gain) * (b - a - gain);
        let spread: f64 = before.iter().zip(after).map(square).sum::<f64>() / rows;
        let error = libm::sqrt(spread / rows);
        Self { rows: before.len(), before: of_before, after: of_after, error }
    }

    /// Whether the estimate is better than chance makes it look.
    pub fn is_gain(&self) -> bool {
        self.before - self.after > CLEARLY * self.error
    }
}

/// Fewest expected matches an estimate has to rest on.
const ENOUGH: f64 = 200.0;

/// Refuses rulings none of which says who somebody is or is not, before anything is read for them.
/// That one does is not enough: [`Trained::usable`] knows whether it is about people of the data.
pub fn demand_labels(rulings: &[Ruling]) -> Result<(), TrainingRefusal> {
    let tells = |ruling: &Ruling| ruling.answer != Answer::Unsure;
    if rulings.iter().any(tells) { Ok(()) } else { Err(TrainingRefusal::NoLabels) }
}

impl Trained {
    /// Whether people may be linked by the estimate; `Err` says why not. A row has at most one
    /// match: as many matches as rows mean that the estimate took households for persons.
    pub fn usable(&self) -> Result<(), TrainingRefusal> {
        let matches = self.data.matches;
        if self.data.labels.is_some_and(|labels| labels.same + labels.different == 0) {
            Err(TrainingRefusal::NoLabels)
        } else if matches < ENOUGH {
            Err(TrainingRefusal::TooFew { matches })
        } else if self.model.prior.matched >= 0.999 {
            Err(TrainingRefusal::AsManyAsRows { matches })
        } else {
            match self.held_out {
                Some(held_out) if !held_out.is_gain() => Err(TrainingRefusal::NoGain(held_out)),
                _ => Ok(()),
            }
        }
    }
}

/// Why an estimate is not used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TrainingRefusal {
    /// Rulings were asked for and none can be learnt from.
    NoLabels,
    /// Too few matches to rest on.
    TooFew {
        /// How many at most.
        matches: f64,
    },
    /// As many matches as rows.
    AsManyAsRows {
        /// How many.
        matches: f64,
    },
    /// On the rows kept out it is no better than the model it started from.
    NoGain(HeldOut),
}

impl TrainingRefusal {
    /// For a bureau's user.
    pub fn chinese(self) -> String {
        match self {
            Self::NoLabels => "没有一条可用的人工认定（同一人、不是同一人，且双方都在本次数据中）；请先认定，或去掉 --with-decisions".to_owned(),
            Self::TooFew { matches } => format!(
                "估计出的真匹配最多 {matches:.0} 个，不到 {ENOUGH:.0} 个，数据太少，估计不可靠；请继续使用现有模型"
            ),
            Self::AsManyAsRows { matches } => format!(
                "估计出的真匹配（{matches:.0} 个）不少于待比对的行数，说明数据不足以把本人与家人分开；请继续使用现有模型"
            ),
            Self::NoGain(HeldOut { rows, before, after, error }) => format!(
                "在留出检验的 {rows} 行上，估计的参数没有明显好过现有模型（平均对数损失 {before:.4} → {after:.4}，差值的标准误 {error:.4}）；请继续使用现有模型"
            ),
        }
    }

    /// For whoever links tables of their own.
    pub fn english(self) -> String {
        match self {
            Self::NoLabels => "there is no decision to learn from".to_owned(),
            Self::TooFew { matches } => {
                format!("it rests on {matches:.0} matches at most, fewer than {ENOUGH:.0}")
            }
            Self::AsManyAsRows { matches } => format!(
                "it finds as many matches ({matches:.0}) as rows: without a row that has none nothing tells \
                 a person from somebody like them"
            ),
            Self::NoGain(HeldOut { rows, before, after, error }) => format!(
                "on {rows} rows kept out it is not clearly better than the model (mean log loss {before:.4} → \
                 {after:.4}, standard error of the difference {error:.4})"
            ),
        }
    }
}

/// What is estimated on.
#[derive(Clone, Copy, Debug)]
pub struct TrainingInput<'run> {
    /// The tables.
    pub tables: &'run Tables,
    /// Frequencies of the right table.
    pub frequencies: &'run Frequencies,
    /// Candidate pairs of the model's blocking rules.
    pub candidates: &'run Candidates,
    /// Groups of left rows (which share a prior), and which right rows are one person.
    pub context: &'run RowContext,
    /// Rulings in force; `None` to estimate without labels.
    pub rulings: Option<Rulings<'run>>,
}

/// Rulings and what they mean for the rows of a run.
#[derive(Clone, Copy, Debug)]
pub struct Rulings<'run> {
    /// The rulings in force.
    pub list: &'run [Ruling],
    /// Their effects.
    pub effects: &'run Effects,
}

/// Estimates a model's parameters.
pub fn estimate(ground: &TrainingInput, model: &Model) -> Trained {
    let TrainingInput { tables, frequencies, .. } = *ground;
    let mut trained =
        Trained { model: model.clone(), data: DataNote::default(), patterns: 0, held_out: None };
    trained.data.matches = most_matches(&ground.candidates.pairs);
    if trained.data.matches < ENOUGH {
        return trained;
    }
    let sample = (tables.left.rows * PER_ROW).clamp(*SAMPLE.start(), *SAMPLE.end());
    let random = {
        let plan = compile::plan(model);
        let scorer = Scorer::new(tables, &plan, frequencies);
        count_patterns(&scorer, &random_pairs::draw(tables, sample))
    };
    trained.data.random_pairs = random.iter().map(|(_, count)| count).sum();
    trained.data.u_not_seen = set_u(&mut trained.model, &random, tables.right.rows);
    relatives::set_kin(tables, frequencies, &mut trained.model);
    let observed = set_m(ground, &mut trained);
    if trained.usable().is_ok() {
        trained.held_out = Holdout::new(ground, model, &observed).map(|holdout| {
            HeldOut::of(&holdout.losses(ground, model), &holdout.losses(ground, &trained.model))
        });
    }
    trained
}

/// Rows with a candidate: no estimate finds more matches. `pairs` are sorted by left row.
fn most_matches(pairs: &[Compared]) -> f64 {
    to_f64(pairs.chunk_by(|a, b| a.pair.left == b.pair.left).count())
}

/// m by expectation maximisation, with the u that is in the model now. Hands out the observed priors.
fn set_m(ground: &TrainingInput, trained: &mut Trained) -> Vec<Option<f64>> {
    let TrainingInput { tables, context, .. } = *ground;
    let plan = compile::plan(&trained.model);
    let scorer = Scorer::new(tables, &plan, ground.frequencies);
    let pairs = &ground.candidates.pairs;
    let step = observations::step(tables);
    let labels = ground.rulings.map(|rulings| Labels::new(rulings, context, pairs, step));
    let labels = labels.unwrap_or_default();
    let observed = prior::observe(tables, &plan, &context.groups, pairs);
    let seen = observations::gather(&scorer, context, &labels, pairs);
    let start = em::Start { plan: &plan, observed: &observed, right_rows: tables.right.rows };
    let fitted = em::fit(&start, &seen);
    let data = &mut trained.data;
    (data.left_rows, data.right_rows) = (tables.left.rows, tables.right.rows);
    data.labels = labels.note;
    (data.pairs, data.matches, data.iterations) = (pairs.len(), fitted.matches, fitted.iterations);
    trained.patterns = seen.patterns.len();
    let rows: u64 = seen.totals.iter().sum();
    trained.model.prior.matched = (fitted.matches / to_f64(rows).max(1.0)).clamp(1e-4, 0.9999);
    for (index, spec) in trained.model.comparisons.iter_mut().enumerate() {
        let weighted = &plan.comparisons[index];
        for (position, level) in
            spec.level.iter_mut().enumerate().filter(|(_, l)| l.given != Given::Both)
        {
            let at = weighted.place_of(&level.name, position);
            match fitted.m[index][at] {
                Some(m) => level.m = m,
                None => data.m_not_seen.push(format!("{}/{}", spec.name, level.name)),
            }
        }
    }
    observed
}

/// Counts comparison vectors, in a fixed order.
fn count_patterns(scorer: &Scorer, pairs: &[Pair]) -> Vec<Pattern> {
    let mut counts: FxHashMap<Levels, u64> = FxHashMap::default();
    for compared in scorer.compare_all(pairs) {
        *counts.entry(compared.levels).or_default() += 1;
    }
    let mut patterns: Vec<Pattern> = counts.into_iter().collect();
    patterns.sort_unstable();
    patterns
}

/// u from random pairs; returns the levels that were seen too seldom and kept their u.
///
/// A random pair is the same person with probability λ/N. For a level as rare among strangers as an
/// equal ID that is most of what the sample shows, so it is taken off first.
fn set_u(model: &mut Model, random: &[Pattern], right_rows: usize) -> Vec<String> {
    let plan = compile::plan(model);
    let mut unseen = Vec::new();
    let same_person = model.prior.matched / to_f64(right_rows.max(1));
    for (index, spec) in model.comparisons.iter_mut().enumerate() {
        let weighted = &plan.comparisons[index];
        let levels = &weighted.levels;
        let mut counts = vec![0.0; levels.len()];
        for (vector, count) in random {
            counts[usize::from(vector[index])] += to_f64(*count);
        }
        let total: f64 =
            counts.iter().zip(levels).filter(|(_, l)| l.states > 0).map(|(c, _)| c).sum();
        for (count, level) in counts.iter_mut().zip(levels).filter(|(_, l)| l.estimated) {
            *count = (*count - same_person * libm::exp2(level.m) * total).max(0.0);
        }
        let found = shares::shares(levels, &counts);
        for (position, level) in
            spec.level.iter_mut().enumerate().filter(|(_, l)| l.given != Given::Both)
        {
            let at = weighted.place_of(&level.name, position);
            if counts[at] >= BELIEVED && level.given == Given::Nothing {
                level.u = found[at];
            } else {
                unseen.push(format!("{}/{}", spec.name, level.name));
            }
        }
    }
    unseen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trained(held_out: HeldOut) -> Trained {
        let data = DataNote { matches: ENOUGH, ..DataNote::default() };
        Trained { model: Model::shipped(), data, patterns: 0, held_out: Some(held_out) }
    }

    #[test]
    fn a_gain_that_chance_makes_is_none() {
        let before: Vec<f64> = (0..400).map(|row| f64::from(row % 2)).collect();
        // A tenth better on every row; better on all rows but one, which eats it up; as often better as worse.
        let steady: Vec<f64> = before.iter().map(|loss| loss - 0.1).collect();
        let mut one_row = steady.clone();
        one_row[7] += 30.0;
        let even: Vec<f64> = (0..)
            .zip(&before)
            .map(|(row, loss)| loss - if row % 4 < 2 { 0.3 } else { -0.28 })
            .collect();
        assert_eq!(trained(HeldOut::of(&before, &steady)).usable(), Ok(()));
        for after in [one_row, even, before.clone()] {
            let held_out = HeldOut::of(&before, &after);
            assert_eq!(trained(held_out).usable(), Err(TrainingRefusal::NoGain(held_out)));
        }
    }
}
