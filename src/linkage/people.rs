//! Registry persons and source rows → columns → outcomes.

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;

use super::compile;
use super::decisions::{self, Effect, Effects, Ruling, RulingCounts};
use super::engine::candidates::{self, BlockingCount};
use super::engine::columns::Tables;
use super::engine::comparison::{IdentityLevel, Kind, NameLevel, Pair};
use super::engine::frequencies::{Frequencies, RowCounts};
use super::engine::judging::{Force, Judged, Reason, RowContext};
use super::engine::observed::RunObservations;
use super::engine::plan::Plan;
use super::engine::posterior::{Ranked, RowPrior};
use super::engine::scoring::Scorer;
use super::index::{LeftBeside, RegistryIndex, SideIndex};
pub use super::judgement::Judgement;
use super::judgement::judge;
use super::model::Model;
pub use super::sides::Roll;
use super::sides::{Left, Right};
use super::training::{self, Rulings, Trained, TrainingInput};
use super::{Candidate, Contribution, Decision, MatchClass, Outcome};
use crate::problems::{Problem, Severity};
use crate::records::identifier::{IdClass, note};
use crate::records::{Facts, Records};

/// What linking a run's records gives.
#[derive(Clone, Debug, Default)]
pub struct Linked {
    /// One per source row, in input order.
    pub outcomes: Vec<Outcome>,
    /// Blocks left out because they were too large.
    pub problems: Vec<Problem>,
    /// What every blocking rule found.
    pub blocking: Vec<BlockingCount>,
    /// Candidate pairs scored.
    pub pairs: usize,
    /// Prior share of registered rows used for students and for trainees.
    pub priors: Vec<f64>,
    /// Name and version of the model.
    pub model_version: String,
    /// What became of the rulings.
    pub rulings: RulingCounts,
    /// Rulings as they bore on rows, with what the program said of the row on its own.
    pub effects: Vec<(Effect, Decision)>,
}

/// Estimates a model's parameters on a run's records: without labels, or with those that the
/// rulings give.
pub fn train(
    registry: &mut RegistryIndex<'_>,
    records: &Records,
    rulings: Option<&[Ruling]>,
) -> Trained {
    let model = registry.model();
    let left = Left::sources(records);
    let LeftBeside { right, tables, frequencies, .. } = registry.ready().beside(&left);
    let context = left.context(right);
    let plan = compile::plan(model);
    let candidates = candidates::find(&plan, &Scorer::new(&tables, &plan, &frequencies));
    let effects = rulings.map(|rulings| decisions::apply(records, rulings)).unwrap_or_default();
    let rulings = rulings.map(|list| Rulings { list, effects: &effects });
    let (tables, frequencies, candidates) = (&tables, &frequencies, &candidates);
    let context = &context;
    training::estimate(&TrainingInput { tables, frequencies, candidates, context, rulings }, model)
}

/// Links all source rows with the registry under the rulings that stand.
pub fn link(registry: &mut RegistryIndex<'_>, records: &Records, rulings: &[Ruling]) -> Linked {
    let effects = decisions::apply(records, rulings);
    let model = registry.model();
    link_sides(registry.ready(), &Left::sources(records), model, &effects, rulings)
}

/// Links the rows of the villages' lists of wishes with the registry, apart from schools and
/// agencies, so that a list never moves one of their links. Nobody is asked about these rows, so no
/// ruling bears on them.
pub fn link_intentions(registry: &mut RegistryIndex<'_>, records: &Records) -> Linked {
    if records.intentions.is_empty() {
        return Linked::default();
    }
    let model = registry.model();
    link_freely(registry.ready(), &Left::intentions(records), model)
}

/// Links rows of lists with the registry; one outcome per row.
pub fn link_roll(roll: &Roll<'_>, registry: &mut RegistryIndex<'_>) -> Vec<Outcome> {
    if roll.facts.is_empty() {
        return Vec::new();
    }
    let model = registry.model();
    link_freely(registry.ready(), &Left::roll(roll), model).outcomes
}

/// Links rows of lists with other people; [`Candidate::person`] is an index into them.
pub fn link_among(roll: &Roll<'_>, people: &[&Facts], model: &Model) -> Vec<Outcome> {
    link_freely(&mut SideIndex::of_people(people, model), &Left::roll(roll), model).outcomes
}

/// Links rows nobody has ruled on.
fn link_freely(index: &mut SideIndex<'_>, left: &Left, model: &Model) -> Linked {
    link_sides(index, left, model, &Effects::default(), &[])
}

fn link_sides(
    index: &mut SideIndex<'_>,
    left: &Left,
    model: &Model,
    effects: &Effects,
    rulings: &[Ruling],
) -> Linked {
    let LeftBeside { right, tables, frequencies, .. } = index.beside(left);
    let context = left.context(right);
    let plan = compile::plan(model);
    let plan = RunObservations::of(&tables, &plan, &frequencies).plan(plan);
    let scorer = Scorer::new(&tables, &plan, &frequencies);
    let judgement = judge(&scorer, &context, &candidates::find(&plan, &scorer), effects);
    let describe = Describe {
        right,
        left,
        plan: &plan,
        scorer: &scorer,
        judgement: &judgement,
        context: &context,
        effects,
        rulings,
        right_rows: tables.right.rows,
    };
    describe.linked()
}

/// All rows of a run as they were decided elsewhere.
#[derive(Debug, Default)]
pub struct DecidedElsewhere {
    /// The rows, with what blocking found and the priors.
    pub judgement: Judgement,
    /// Counts of every registry row that is somebody's candidate; of the others nothing.
    pub counts: Vec<RowCounts>,
    /// What the rows of the whole run showed before they were linked.
    pub observed: RunObservations,
}

/// What linking a run's records gives where the rows were judged elsewhere.
pub fn link_judged(
    records: &Records,
    model: &Model,
    rulings: &[Ruling],
    decided: DecidedElsewhere,
) -> Linked {
    let DecidedElsewhere { judgement, counts, observed } = decided;
    let effects = decisions::apply(records, rulings);
    let (left, right) = (Left::sources(records), Right::bare(&records.persons));
    let plan = observed.plan(compile::plan(model));
    let tables = Tables { left: Arc::new(left.roles_alone()), ..Tables::default() };
    let RunObservations { spread, strangers, .. } = observed;
    let frequencies = Frequencies::given(records.persons.len(), counts, spread, strangers);
    let context = RowContext { groups: left.groups.clone(), ..RowContext::default() };
    let describe = Describe {
        right: &right,
        left: &left,
        plan: &plan,
        scorer: &Scorer::new(&tables, &plan, &frequencies),
        judgement: &judgement,
        context: &context,
        effects: &effects,
        rulings,
        right_rows: records.persons.len(),
    };
    describe.linked()
}

fn bearing(effects: &Effects, judgement: &Judgement) -> Vec<(Effect, Decision)> {
    let of_row = |(row, own): &(u32, Decision)| {
        let own = *own;
        effects.of(*row as usize).iter().map(move |effect| (effect.clone(), own))
    };
    judgement.own.iter().flat_map(of_row).collect()
}

fn oversized(count: &BlockingCount) -> Option<Problem> {
    let problem = Problem::file("", "block-too-large", Severity::Note).saying(
        format!(
            "按“{}”分块时有 {} 块过大，涉及 {} 行",
            count.rule, count.oversized, count.oversized_rows
        ),
        "这些行仍按其他规则比对；如有漏比，请补全出生日期或户籍地址",
    );
    (count.oversized > 0).then_some(problem)
}

/// Turns judged rows into outcomes with words.
struct Describe<'run> {
    right: &'run Right<'run>,
    left: &'run Left<'run>,
    plan: &'run Plan,
    scorer: &'run Scorer<'run>,
    judgement: &'run Judgement,
    context: &'run RowContext,
    effects: &'run Effects,
    rulings: &'run [Ruling],
    right_rows: usize,
}

impl Describe<'_> {
    fn linked(&self) -> Linked {
        let judgement = self.judgement;
        let outcomes = (0..judgement.rows.len()).into_par_iter().map(|row| self.outcome(row));
        Linked {
            outcomes: outcomes.collect(),
            problems: judgement.counts.iter().filter_map(oversized).collect(),
            blocking: judgement.counts.clone(),
            pairs: judgement.pairs,
            priors: judgement.priors.iter().copied().take(2).collect(),
            model_version: self.plan.version.clone(),
            rulings: self.effects.counts,
            effects: bearing(self.effects, judgement),
        }
    }

    fn outcome(&self, row: usize) -> Outcome {
        let judged = &self.judgement.rows[row];
        let shown = match judged.decision {
            Decision::Link => 1,
            Decision::Review => judged.ranked.len(),
            Decision::None => judged.ranked.len().min(1),
        };
        let candidates =
            judged.ranked[..shown].iter().map(|ranked| self.candidate(row, ranked)).collect();
        Outcome {
            decision: judged.decision,
            match_class: self.match_class(row, judged),
            candidates,
            reason: self.ruled_reason(row, judged),
        }
    }

    /// The reason, with who ruled on the row and when.
    fn ruled_reason(&self, row: usize, judged: &Judged) -> Cow<'static, str> {
        let effects = self.effects.of(row);
        if effects.is_empty() {
            return self.reason(judged);
        }
        let own = || self.reason(judged).into_owned();
        decisions::words(effects, self.rulings, judged.reason, &own).into()
    }

    fn candidate(&self, row: usize, ranked: &Ranked) -> Candidate {
        let left = u32::try_from(row).expect("fewer than 2^32 rows");
        let pair = Pair { left, right: ranked.right };
        let group = self.context.groups.of(row);
        let prior =
            RowPrior::new(self.judgement.priors[group], self.plan.prior.relative, self.right_rows);
        let start = Contribution::prior(prior.matched - prior.stranger);
        let compared = self.plan.comparisons.iter().enumerate().map(|(index, weighted)| {
            let (weight, _) = self.scorer.contribution(pair, &ranked.levels, index);
            Contribution::of_level(weighted.comparison.kind, ranked.levels[index], weight)
        });
        // Nearly every row has one of these: collected at once, they take no more room than they need.
        let contributions = self.confirmation(row, ranked).into_iter();
        let contributions = contributions.chain([start]).chain(compared).collect();
        Candidate {
            person: ranked.right,
            probability: ranked.probability.clamp(0.0, 1.0),
            weight: ranked.weight,
            contributions,
        }
    }

    /// A confirmed person's first line.
    fn confirmation(&self, row: usize, ranked: &Ranked) -> Option<Contribution> {
        let judged = &self.judgement.rows[row];
        let best = judged.ranked.first().is_some_and(|best| best.right == ranked.right);
        let is_confirmed = judged.reason == Reason::Ruled(Force::Same) && best;
        is_confirmed.then(Contribution::confirmed)
    }

    fn level(&self, ranked: &Ranked, kind: Kind) -> u8 {
        let index = self.plan.comparisons.iter().position(|c| c.comparison.kind == kind);
        index.map_or(u8::MAX, |index| ranked.levels[index])
    }

    fn match_class(&self, row: usize, judged: &Judged) -> MatchClass {
        let (Some(best), false) = (judged.ranked.first(), judged.decision == Decision::None) else {
            return MatchClass::NotFound;
        };
        let left = self.left.facts[row];
        let right = self.right.facts[best.right as usize];
        let identity = self.level(best, Kind::Identity);
        if identity == IdentityLevel::Equal as u8 {
            return equal_id_class(left, right, self.level(best, Kind::Name));
        }
        match left.id.class {
            _ if identity == IdentityLevel::Near as u8 => MatchClass::IdDiffers,
            _ if identity == IdentityLevel::Close as u8 => MatchClass::IdDiffers,
            IdClass::Missing => MatchClass::IdMissing,
            IdClass::Truncated | IdClass::Masked => MatchClass::IdTruncated,
            IdClass::Invalid => MatchClass::IdInvalid,
            IdClass::Intact | IdClass::Repaired => MatchClass::IdDiffers,
        }
    }

    fn reason(&self, judged: &Judged) -> Cow<'static, str> {
        let percent = |p: f64| format!("{:.2}%", p * 100.0);
        let best = judged.ranked.first().map_or(0.0, |best| best.probability);
        let (link, review) = (self.plan.thresholds.link, self.plan.thresholds.review);
        match judged.reason {
            Reason::NoCandidate => "登记信息中没有可比的人".into(),
            Reason::Rule(index) => self.plan.rules[index].name.clone().into(),
            Reason::AboveLink => {
                format!("匹配概率 {}，不低于 {}", percent(best), percent(link)).into()
            }
            Reason::BetweenThresholds => {
                format!("匹配概率 {}，低于 {}，须人工核实", percent(best), percent(link)).into()
            }
            Reason::Contested => "有两个以上候选人难分高下，须人工核实".into(),
            Reason::BelowReview => {
                format!("最接近的人匹配概率仅 {}，低于 {}", percent(best), percent(review)).into()
            }
            Reason::Taken => "同一学校（班级）另有一行更符合此人，须人工核实".into(),
            // Said by the ruling itself.
            Reason::Ruled(_) => Cow::Borrowed(""),
        }
    }
}

/// The class of two rows with one number under one name; names in another writing are one.
pub fn same_id_class(left: &Facts, right: &Facts) -> MatchClass {
    let exact = left.name.text() == right.name.text();
    let level = if exact { NameLevel::Equal } else { NameLevel::Folded };
    equal_id_class(left, right, level as u8)
}

fn equal_id_class(left: &Facts, right: &Facts, name_level: u8) -> MatchClass {
    let either = |bit: u16| left.id.has(bit) || right.id.has(bit);
    if name_level > NameLevel::Folded as u8 {
        MatchClass::NameDiffers
    } else if either(note::FROM_15) {
        MatchClass::Upgraded15
    } else if either(note::DISABILITY) {
        MatchClass::Disability
    } else if name_level == NameLevel::Folded as u8
        || left.name.notes() != 0
        || right.name.notes() != 0
    {
        MatchClass::NameFormat
    } else {
        MatchClass::Exact
    }
}
