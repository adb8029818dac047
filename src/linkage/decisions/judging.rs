//! Where rulings meet the judgement: rows somebody has ruled on are judged again under the ruling,
//! and whoever competes with a confirmed person yields.

use rustc_hash::FxHashMap;

use super::Answer;
use super::Force;
use super::effects::{Effect, Effects};
use crate::linkage::engine::comparison::{IdentityLevel, Kind, NameLevel, Pair};
use crate::linkage::engine::judging::{Decision, Judge, Judged, KEPT, Reason, RowContext};
use crate::linkage::engine::plan::Plan;
use crate::linkage::engine::posterior::{Ranked, Scored, rank};
use crate::linkage::engine::scoring::Compared;

/// Judges the rows with rulings again, in place. Hands out what the program said of them on its
/// own, by row.
pub(in crate::linkage) fn rejudge(
    judge: &Judge<'_>,
    effects: &Effects,
    pairs: &[Compared],
    rows: &mut [Judged],
) -> Vec<(u32, Decision)> {
    let mut own = Vec::new();
    for block in effects.by_row() {
        let row = block[0].row;
        let start = pairs.partition_point(|compared| compared.pair.left < row);
        let end = pairs.partition_point(|compared| compared.pair.left <= row);
        let Some(judged) = rows.get_mut(row as usize) else { continue };
        own.push((row, judged.decision));
        let scored = candidates(judge, block, &pairs[start..end]);
        let ruled: Vec<RuledOn> =
            block.iter().map(|effect| RuledOn::of(effect, judge.context)).collect();
        *judged = under_rulings(judge, &ruled, scored, judged);
    }
    own
}

/// The rows whose decision is a ruling's, to be put back after assignment.
pub(in crate::linkage) fn ruled(own: &[(u32, Decision)], rows: &[Judged]) -> Vec<(u32, Judged)> {
    let judged = own.iter().filter_map(|(row, _)| Some((*row, rows.get(*row as usize)?.clone())));
    judged.filter(|(_, judged)| matches!(judged.reason, Reason::Ruled(_))).collect()
}

/// The candidates of a row, and after them whoever somebody has ruled on and blocking did not find.
fn candidates(judge: &Judge<'_>, effects: &[Effect], pairs: &[Compared]) -> Vec<Scored> {
    let mut pairs = pairs.to_vec();
    for effect in effects {
        if let Some(person) = effect.person
            && !pairs.iter().any(|compared| compared.pair.right == person)
        {
            pairs.push(judge.scorer.compare(Pair { left: effect.row, right: person }));
        }
    }
    pairs.iter().map(|pair| judge.scored(*pair)).collect()
}

/// A ruling on a row, as far as judging it goes.
#[derive(Clone, Copy, Debug)]
pub(in crate::linkage) struct RuledOn {
    /// The row.
    pub row: u32,
    /// The entity of the person; `None` when the person has left the registry.
    pub entity: Option<u32>,
    /// What it does.
    pub force: Force,
    /// What was decided.
    pub answer: Answer,
    /// Whether the row is certainly the one the ruling was about.
    pub is_certain: bool,
}

impl RuledOn {
    fn of(effect: &Effect, context: &RowContext) -> Self {
        Self {
            row: effect.row,
            entity: effect.person.map(|person| context.entity_of(person)),
            force: effect.force,
            answer: effect.answer,
            is_certain: effect.is_certain,
        }
    }
}

/// Judges a row by its candidates and what people have ruled; `own` is what the program said of it.
pub(in crate::linkage) fn under_rulings(
    judge: &Judge<'_>,
    effects: &[RuledOn],
    scored: Vec<Scored>,
    own: &Judged,
) -> Judged {
    let row = effects[0].row;
    let force_on = |of: u32| effects.iter().find(|e| e.entity == Some(of)).map(|e| e.force);
    let score = |scored: Scored| {
        let force = force_on(scored.entity);
        let vetoed = match force {
            Some(Force::Different) => true,
            // Who ruled has seen what a rule of the model objects to, and is to see it again.
            Some(Force::Same | Force::Unsure | Force::Again) => false,
            None => scored.vetoed,
        };
        Scored { vetoed, ..scored }
    };
    let scored: Vec<Scored> = scored.into_iter().map(score).collect();
    let mut ranked = rank(&scored, judge.prior(row as usize));
    bring_forward(&mut ranked, force_on);
    ranked.truncate(KEPT);
    let (decision, reason) = decide(judge, effects, &ranked, own);
    Judged { decision, reason, ranked }
}

/// The confirmed person first; one that is to be looked at again among those that are shown.
fn bring_forward(ranked: &mut [Ranked], force_on: impl Fn(u32) -> Option<Force>) {
    for (force, front) in [(Force::Again, KEPT - 1), (Force::Unsure, KEPT - 1), (Force::Same, 0)] {
        let place = ranked.iter().position(|found| force_on(found.entity) == Some(force));
        if let Some(place) = place.filter(|place| *place > front) {
            ranked[front..=place].rotate_right(1);
        }
    }
}

fn decide(
    judge: &Judge<'_>,
    effects: &[RuledOn],
    ranked: &[Ranked],
    own: &Judged,
) -> (Decision, Reason) {
    let has = |force| effects.iter().any(|effect| effect.force == force);
    let Some(best) = ranked.first() else { return (Decision::None, Reason::NoCandidate) };
    if has(Force::Same) {
        return (Decision::Link, Reason::Ruled(Force::Same));
    }
    if effects.iter().any(|effect| is_open(effect, own, best)) {
        return (Decision::Review, Reason::Ruled(Force::Again));
    }
    // A link drawn for a check stays one where nobody can tell.
    if has(Force::Unsure) && own.decision != Decision::Link {
        return (Decision::Review, Reason::Ruled(Force::Unsure));
    }
    judge.decide(ranked)
}

/// Whether a contradicted ruling leaves a question: not where the program now links the very
/// person who was confirmed (or anybody, where it is not certain that this row was meant), nor where
/// it finds nobody and the ruling was that it is somebody else.
fn is_open(effect: &RuledOn, own: &Judged, best: &Ranked) -> bool {
    let same = effect.entity == Some(best.entity);
    let settled = match effect.answer {
        Answer::Same => own.decision == Decision::Link && (same || !effect.is_certain),
        Answer::Different | Answer::Unsure => own.decision == Decision::None,
    };
    effect.force == Force::Again && !settled
}

/// After assignment: what people have decided stands as decided, and a row of the same school or
/// class that is linked to a confirmed person, though neither number nor name is the person's,
/// goes to review.
pub(in crate::linkage) fn settle(
    plan: &Plan,
    scope: &[u32],
    kept: Vec<(u32, Judged)>,
    rows: &mut [Judged],
) {
    let mut confirmed: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    for (row, judged) in kept {
        if judged.decision == Decision::Link
            && let (Some(scope), Some(best)) = (scope.get(row as usize), judged.ranked.first())
        {
            confirmed.insert((*scope, best.entity), row);
        }
        rows[row as usize] = judged;
    }
    if confirmed.is_empty() {
        return;
    }
    for (index, row) in rows.iter_mut().enumerate() {
        let (Some(scope), Some(best)) = (scope.get(index), row.ranked.first()) else {
            continue;
        };
        let rival = confirmed.contains_key(&(*scope, best.entity));
        let free = row.decision == Decision::Link && row.reason != Reason::Ruled(Force::Same);
        if rival && free && !is_the_person(plan, best) {
            (row.decision, row.reason) = (Decision::Review, Reason::Taken);
        }
    }
}

fn is_the_person(plan: &Plan, best: &Ranked) -> bool {
    let level = |kind: Kind| {
        let index = plan.comparisons.iter().position(|c| c.comparison.kind == kind);
        index.map(|index| best.levels[index])
    };
    level(Kind::Identity) == Some(IdentityLevel::Equal as u8)
        || level(Kind::Name) == Some(NameLevel::Equal as u8)
}
