//! What people have ruled against what the model says: how good review cases and links are, as far
//! as the rulings can tell, and whether the probabilities are true.
//!
//! Rulings are answers to questions, and questions come from the review cases. They show how good
//! these are; of the links they show single mistakes, and how many there are only where links were
//! drawn at random for a check.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::calibration::{self, Bin};
use super::cases::{self, WrongRow};
use super::groups::{self, DecisionAccuracy};
use super::row::EvaluatedRow;
use super::share::Share;
use crate::linkage::decisions::{
    self, Answer, Effects, Force, Ruling, is_registered_twice, own_decisions,
};
use crate::linkage::engine::count::to_f64;
use crate::linkage::{Candidate, Decision, Outcome};
use crate::records::Records;

/// How a pair was seen when it was ruled on.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenPair {
    /// Match probability.
    pub probability: f64,
    /// The model.
    pub model: String,
}

/// What is evaluated.
#[derive(Clone, Copy, Debug)]
pub struct Judgements<'run> {
    /// The inputs.
    pub records: &'run Records,
    /// What the model says of them on its own.
    pub outcomes: &'run [Outcome],
    /// The rulings in force.
    pub rulings: &'run [Ruling],
    /// How each of them was seen when it was made.
    pub seen: &'run [SeenPair],
    /// Pairs whose ruling was taken back.
    pub undone: usize,
    /// Links drawn for a check.
    pub audit: usize,
    /// Name and version of the model.
    pub model: &'run str,
}

/// What the figures stand on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answers {
    /// 同一人.
    pub same: usize,
    /// 不是同一人.
    pub different: usize,
    /// 无法判断: not evaluated.
    pub unsure: usize,
    /// Pairs whose ruling was taken back: not evaluated.
    pub undone: usize,
    /// Of same and different, those that bear on no row now: people who are not in the inputs, or
    /// new data contradicts them. They count for the time of the ruling only.
    pub absent: usize,
    /// Of those that bear on a row, those whose person the model does not name any more.
    pub unnamed: usize,
}

/// Stated probabilities of ruled pairs beside the answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stated {
    /// How many of the pairs are one person by the probabilities.
    pub expected: f64,
    /// How many are.
    pub same: Share,
    /// By probability.
    pub calibration: Vec<Bin>,
}

/// Links taken at random.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Audit {
    /// Students and trainees the model links.
    pub links: usize,
    /// Those that are drawn.
    pub drawn: usize,
    /// Drawn ones nobody could tell.
    pub unsure: usize,
    /// Right ones among the drawn that were ruled on.
    pub right: Share,
}

/// The whole evaluation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RulingEvaluation {
    /// What the figures stand on.
    pub answers: Answers,
    /// Name and version of the model now.
    pub model: String,
    /// Rulings by the model that had asked.
    pub models: BTreeMap<String, usize>,
    /// Probabilities when the rulings were made.
    pub then: Stated,
    /// Probabilities of the model now.
    pub now: Stated,
    /// Best candidates people have ruled on, right by decision.
    pub decisions: Vec<DecisionAccuracy>,
    /// The same by decision and match class.
    pub classes: Vec<DecisionAccuracy>,
    /// Links drawn for a check; `None` where the project asks for none.
    pub audit: Option<Audit>,
    /// Links of the model that a ruling contradicts.
    pub wrong_links: Vec<WrongRow>,
}

/// Rulings on one row: who it is, who it is not, and about whom it cannot be told.
#[derive(Clone, Debug, Default)]
struct OfRow {
    same: Option<u32>,
    different: Vec<u32>,
    is_unsure: bool,
}

/// Counts everything. `place` names a row of the sources.
pub fn evaluate_rulings(
    judgements: &Judgements,
    place: &dyn Fn(usize) -> String,
) -> RulingEvaluation {
    let Judgements { records, rulings, seen, .. } = *judgements;
    let effects = decisions::apply(records, rulings);
    let known = by_row(&effects);
    let rows: Vec<EvaluatedRow> = known
        .iter()
        .filter_map(|(row, of_row)| best_row(judgements, *row, of_row, place(*row as usize)))
        .collect();
    // Whom the model finds nobody for has no class.
    let of_somebody: Vec<EvaluatedRow> =
        rows.iter().filter(|row| row.decision != Decision::None).cloned().collect();
    let (pairs, unnamed) = pairs_now(judgements, &effects);
    let mut models: BTreeMap<String, usize> = BTreeMap::new();
    for view in seen {
        *models.entry(view.model.clone()).or_default() += 1;
    }
    let then = rulings.iter().zip(seen);
    let then = then.map(|(ruling, view)| (ruling.answer, view.probability));
    RulingEvaluation {
        answers: answers(judgements, &effects, unnamed),
        model: judgements.model.to_owned(),
        models,
        then: stated(then),
        now: stated(pairs.into_iter()),
        decisions: groups::decisions(&rows),
        classes: groups::answers(&of_somebody),
        audit: (judgements.audit > 0).then(|| audit(judgements, &known)),
        wrong_links: cases::wrong_links(&rows),
    }
}

fn answers(judgements: &Judgements, effects: &Effects, unnamed: usize) -> Answers {
    let count =
        |answer: Answer| judgements.rulings.iter().filter(|ruling| ruling.answer == answer).count();
    let in_force = effects.by_row().flatten().filter(|effect| is_answer(effect.force));
    let bearing: BTreeSet<usize> = in_force.map(|effect| effect.ruling).collect();
    let (same, different) = (count(Answer::Same), count(Answer::Different));
    Answers {
        same,
        different,
        unsure: count(Answer::Unsure),
        undone: judgements.undone,
        absent: same + different - bearing.len(),
        unnamed,
    }
}

fn is_answer(force: Force) -> bool {
    matches!(force, Force::Same | Force::Different)
}

fn by_row(effects: &Effects) -> BTreeMap<u32, OfRow> {
    let mut known: BTreeMap<u32, OfRow> = BTreeMap::new();
    for effect in effects.by_row().flatten() {
        let of_row = known.entry(effect.row).or_default();
        match (effect.force, effect.person) {
            (Force::Same, Some(person)) => of_row.same = Some(person),
            (Force::Different, Some(person)) => of_row.different.push(person),
            (Force::Unsure, _) => of_row.is_unsure = true,
            _ => {}
        }
    }
    known
}

/// A row whose best candidate is known to be right or wrong.
fn best_row(
    judgements: &Judgements,
    row: u32,
    known: &OfRow,
    place: String,
) -> Option<EvaluatedRow> {
    let outcome = &judgements.outcomes[row as usize];
    let best = outcome.best()?;
    let is_right = is_right(judgements, best, known)?;
    let person = |index: u32| judgements.records.persons[index as usize].person_no.to_string();
    let named = person(best.person);
    let right = known.same.map(person).into_iter().collect();
    Some(EvaluatedRow {
        place,
        decision: outcome.decision,
        probability: best.probability,
        class: outcome.match_class.label().to_owned(),
        persons: if is_right { vec![named.clone()] } else { right },
        person: named,
        errors: Vec::new(),
        school: String::new(),
    })
}

/// Whether the best candidate is the row's person, as far as people have ruled. Whoever is
/// somebody else is not this one.
fn is_right(judgements: &Judgements, best: &Candidate, known: &OfRow) -> Option<bool> {
    let is = |person: u32| is_one(judgements.records, best.person, person);
    match known.same {
        Some(person) => Some(is(person)),
        None => known.different.iter().any(|person| is(*person)).then_some(false),
    }
}

fn is_one(records: &Records, a: u32, b: u32) -> bool {
    a == b || is_registered_twice(a, b, records)
}

/// Ruled pairs with the probability the model states now, each ruling once (at its first row), and
/// how many of them the model does not name any more.
fn pairs_now(judgements: &Judgements, effects: &Effects) -> (Vec<(Answer, f64)>, usize) {
    let mut met = BTreeSet::new();
    let (mut pairs, mut unnamed) = (Vec::new(), 0);
    for effect in effects.by_row().flatten().filter(|effect| is_answer(effect.force)) {
        let Some(person) = effect.person.filter(|_| met.insert(effect.ruling)) else { continue };
        let candidates = &judgements.outcomes[effect.row as usize].candidates;
        let found =
            candidates.iter().find(|found| is_one(judgements.records, found.person, person));
        match found {
            Some(found) => pairs.push((effect.answer, found.probability)),
            None => unnamed += 1,
        }
    }
    (pairs, unnamed)
}

fn stated(pairs: impl Iterator<Item = (Answer, f64)>) -> Stated {
    let row = |(answer, probability): (Answer, f64)| EvaluatedRow {
        place: String::new(),
        decision: Decision::Review,
        person: "1".to_owned(),
        probability,
        class: String::new(),
        persons: if answer == Answer::Same { vec!["1".to_owned()] } else { Vec::new() },
        errors: Vec::new(),
        school: String::new(),
    };
    let rows: Vec<EvaluatedRow> =
        pairs.filter(|(answer, _)| *answer != Answer::Unsure).map(row).collect();
    let same = rows.iter().filter(|row| row.is_right()).count();
    Stated {
        expected: rows.iter().map(|row| row.probability).sum(),
        same: Share::new(same, rows.len()),
        calibration: calibration::bins(&rows),
    }
}

/// The links that are drawn, and what people say of those they have looked at.
fn audit(judgements: &Judgements, known: &BTreeMap<u32, OfRow>) -> Audit {
    let Judgements { records, outcomes, .. } = *judgements;
    let sample = decisions::draw(records, &own_decisions(outcomes, &[]), judgements.audit);
    let (mut right, mut ruled, mut unsure) = (0, 0, 0);
    for row in &sample.rows {
        let Some(of_row) = known.get(row) else { continue };
        let best = outcomes[*row as usize].best();
        match best.and_then(|best| is_right(judgements, best, of_row)) {
            Some(is_right) => {
                ruled += 1;
                right += usize::from(is_right);
            }
            None => unsure += usize::from(of_row.is_unsure),
        }
    }
    let (links, drawn) = (sample.links, sample.rows.len());
    Audit { links, drawn, unsure, right: Share::new(right, ruled) }
}

impl Audit {
    /// Links that are wrong, as far as the sample tells: the likely number and its bounds.
    pub fn wrong_links(&self) -> (f64, f64, f64) {
        let wrong = |share: f64| (1.0 - share) * to_f64(self.links);
        (wrong(self.right.value), wrong(self.right.high), wrong(self.right.low))
    }
}
