//! Registry persons and source rows → columns → outcomes. The only place where linkage knows what
//! a student or a household is.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::compile;
use super::decisions::{self, Effect, Effects, Ruling, RulingCounts};
use super::engine::candidates::{self, BlockingCount};
use super::engine::columns::{
    Ages, Column, Household, Lists, PackedDate, PackedId, PackedPlace, PackedSex, Role, RoleKind,
    Table, Tables,
};
use super::engine::comparison::{IdentityLevel, Kind, NameLevel, Pair};
use super::engine::frequencies::Frequencies;
use super::engine::interner::{Interner, NONE, Names};
use super::engine::judging::{Context, Force, Judged, Reason};
use super::engine::plan::Plan;
use super::engine::posterior::{Ranked, RowPrior};
use super::engine::prior::Groups;
use super::engine::scoring::Scorer;
use super::households::{self, Kinship};
use super::judgement::{Judgement, judge};
use super::model::Model;
use super::offices;
use super::training::{self, Ground, Rulings, Trained};
use super::{Candidate, Contribution, Decision, MatchClass, Outcome, RULING};
use crate::problems::{Problem, Severity};
use crate::records::date::PartialDate;
use crate::records::identifier::{IdClass, IdNumber, note};
use crate::records::place::Place;
use crate::records::{Detail, Facts, Person, Records, Relative, SourceRecord, identity};

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
pub fn train(records: &Records, model: &Model, rulings: Option<&[Ruling]>) -> Trained {
    let left = Left::sources(records);
    let right = Right::registry(&records.persons);
    let (tables, context) = Builder::new(&right, &left).build(model);
    let frequencies = Frequencies::count(&tables);
    let plan = compile::plan(model);
    let candidates = candidates::find(&plan, &Scorer::new(&tables, &plan, &frequencies));
    let effects = rulings.map(|rulings| decisions::apply(records, rulings)).unwrap_or_default();
    let rulings = rulings.map(|list| Rulings { list, effects: &effects });
    let (tables, frequencies, candidates) = (&tables, &frequencies, &candidates);
    let context = &context;
    training::estimate(&Ground { tables, frequencies, candidates, context, rulings }, model)
}

/// Links all source rows with the registry under the rulings that stand.
pub fn link(records: &Records, model: &Model, rulings: &[Ruling]) -> Linked {
    link_left(records, &Left::sources(records), model, rulings)
}

/// Links the rows of the villages' lists of wishes with the registry, apart from schools and
/// agencies, so that a list never moves one of their links. Nobody is asked about these rows, so no
/// ruling bears on them.
pub fn link_intentions(records: &Records, model: &Model) -> Linked {
    if records.intentions.is_empty() {
        return Linked::default();
    }
    link_left(records, &Left::intentions(records), model, &[])
}

fn link_left(records: &Records, left: &Left, model: &Model, rulings: &[Ruling]) -> Linked {
    let effects = decisions::apply(records, rulings);
    link_sides(left, &Right::registry(&records.persons), model, (&effects, rulings))
}

/// Rows of lists that are looked up among people.
#[derive(Clone, Debug, Default)]
pub struct Roll<'run> {
    /// Who each row is about.
    pub facts: Vec<&'run Facts>,
    /// Relatives each row names.
    pub relatives: Vec<&'run [Relative]>,
    /// Rows of one group share a prior.
    pub group: Vec<u8>,
    /// Rows of one scope are different people.
    pub scope: Vec<u32>,
}

/// Links rows of lists with the registry; one outcome per row.
pub fn link_roll(roll: &Roll<'_>, registry: &[Person], model: &Model) -> Vec<Outcome> {
    let right = Right::registry(registry);
    link_sides(&Left::roll(roll), &right, model, (&Effects::default(), &[])).outcomes
}

/// Links rows of lists with other people; [`Candidate::person`] is an index into them.
pub fn link_among(roll: &Roll<'_>, people: &[&Facts], model: &Model) -> Vec<Outcome> {
    let right = Right::people(people);
    link_sides(&Left::roll(roll), &right, model, (&Effects::default(), &[])).outcomes
}

fn link_sides(
    left: &Left,
    right: &Right,
    model: &Model,
    (effects, rulings): (&Effects, &[Ruling]),
) -> Linked {
    let plan = compile::plan(model);
    let (tables, context) = Builder::new(right, left).build(model);
    let frequencies = Frequencies::count(&tables);
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
    let outcomes = (0..judgement.rows.len()).into_par_iter().map(|row| describe.outcome(row));
    Linked {
        outcomes: outcomes.collect(),
        problems: judgement.counts.iter().filter_map(oversized).collect(),
        blocking: judgement.counts.clone(),
        pairs: judgement.pairs,
        priors: judgement.priors.iter().copied().take(2).collect(),
        model_version: plan.version.clone(),
        rulings: effects.counts,
        effects: bearing(effects, &judgement),
    }
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

/// What linkage sees of the rows it looks people up for.
struct Left<'run> {
    facts: Vec<&'run Facts>,
    relatives: Vec<&'run [Relative]>,
    roles: Vec<Role>,
    groups: Groups,
    scope: Vec<u32>,
}

impl<'run> Left<'run> {
    fn sources(records: &'run Records) -> Self {
        let sources = &records.sources;
        Self {
            facts: sources.iter().map(|record| &record.facts).collect(),
            relatives: sources.iter().map(|record| &*record.relatives).collect(),
            roles: sources.iter().map(expected_role).collect(),
            groups: offices::groups(sources),
            scope: number_scopes(sources),
        }
    }

    fn roll(roll: &Roll<'run>) -> Self {
        Self {
            facts: roll.facts.clone(),
            relatives: roll.relatives.clone(),
            roles: vec![Role::default(); roll.facts.len()],
            groups: Groups {
                of_row: roll.group.iter().map(|group| u32::from(*group)).collect(),
                above: vec![
                    None;
                    roll.group.iter().max().map_or(1, |group| usize::from(*group) + 1)
                ],
            },
            scope: roll.scope.clone(),
        }
    }

    /// A list is one scope: its rows are different people unless they say the same person twice. A
    /// wish implies no age.
    fn intentions(records: &'run Records) -> Self {
        let rows = &records.intentions;
        Self {
            facts: rows.iter().map(|row| &row.facts).collect(),
            relatives: rows.iter().map(|row| &*row.relatives).collect(),
            roles: vec![Role::default(); rows.len()],
            groups: Groups::default(),
            scope: rows.iter().map(|row| row.origin.sheet.0).collect(),
        }
    }
}

/// The people rows are looked up among.
struct Right<'run> {
    facts: Vec<&'run Facts>,
    /// Household of every person.
    households: Vec<u64>,
    /// Rows in an order that does not hang on the order of files.
    order: Vec<u32>,
    /// Rows of one entity are one person.
    entity: Vec<u32>,
}

impl<'run> Right<'run> {
    fn registry(persons: &'run [Person]) -> Self {
        Self {
            facts: persons.iter().map(|person| &person.facts).collect(),
            households: households::of_persons(persons),
            order: households::order(persons),
            entity: identity::of_persons(persons),
        }
    }

    /// People of whose households nothing is known.
    fn people(facts: &[&'run Facts]) -> Self {
        let count = u32::try_from(facts.len()).expect("fewer than 2^32 persons");
        let own: Vec<u32> = (0..count).collect();
        let households = own.iter().map(|row| households::number(0, "", u64::from(*row)));
        let households = households.collect();
        Self { facts: facts.to_vec(), households, order: own.clone(), entity: own }
    }
}

/// Builds columns from both sides.
struct Builder<'run> {
    people: &'run Right<'run>,
    left: &'run Left<'run>,
    kinship: Kinship,
    names: Names,
    texts: Interner,
}

impl<'run> Builder<'run> {
    fn new(people: &'run Right<'run>, left: &'run Left<'run>) -> Self {
        let of_left = (&left.facts[..], &left.relatives[..]);
        let kinship =
            Kinship::of(&people.facts, people.households.clone(), &people.order, of_left);
        Self { people, left, kinship, names: Names::default(), texts: Interner::default() }
    }

    fn build(mut self, model: &Model) -> (Tables, Context) {
        let context = Context {
            groups: self.left.groups.clone(),
            scope: self.left.scope.clone(),
            entity: self.people.entity.clone(),
            number: Vec::new(),
        };
        let right = self.right(model);
        let left = self.left(model);
        let tables = Tables {
            left: Arc::new(left),
            right: Arc::new(right),
            names: Arc::new(self.names),
            texts: Arc::new(self.texts),
        };
        (tables, context)
    }

    fn right(&mut self, model: &Model) -> Table {
        let facts = &self.people.facts;
        let names = self.intern_names(facts);
        let columns = model.fields.iter().map(|field| match field.kind {
            Kind::Household => Column::Household(self.right_households()),
            Kind::Role => Column::Role(facts.iter().map(|f| birth_role(f)).collect()),
            Kind::Identity => {
                let mut ids = self.pack_ids(facts);
                for (id, household) in ids.iter_mut().zip(&self.kinship.household) {
                    id.owner = *household;
                }
                Column::Identity(ids)
            }
            kind => shared_column(kind, facts, &names),
        });
        Table { rows: facts.len(), columns: columns.collect() }
    }

    fn left(&mut self, model: &Model) -> Table {
        let left = self.left;
        let facts = &left.facts;
        let names = self.intern_names(facts);
        let columns = model.fields.iter().map(|field| match field.kind {
            Kind::Household => Column::Household(self.left_households()),
            Kind::Role => Column::Role(left.roles.clone()),
            Kind::Identity => {
                let mut ids = self.pack_ids(facts);
                for (id, owner) in ids.iter_mut().zip(&self.kinship.owner) {
                    id.owner = *owner;
                }
                Column::Identity(ids)
            }
            kind => shared_column(kind, facts, &names),
        });
        Table { rows: facts.len(), columns: columns.collect() }
    }

    fn intern_names(&mut self, facts: &[&Facts]) -> Vec<u32> {
        facts.iter().map(|f| self.names.intern(&f.name.text, &f.name.folded)).collect()
    }

    fn pack_ids(&mut self, facts: &[&Facts]) -> Vec<PackedId> {
        facts
            .iter()
            .map(|f| {
                let odd = f.id.class == IdClass::Invalid && f.id.text.len() != 18;
                let text = if odd { self.texts.intern(&f.id.text) } else { NONE };
                PackedId::new(&f.id, text)
            })
            .collect()
    }

    fn right_households(&self) -> Household {
        let mut homes = Lists::default();
        self.kinship.household.iter().for_each(|household| homes.push([*household]));
        Household { households: homes, names: self.kinship.members.clone() }
    }

    fn left_households(&self) -> Household {
        let mut names = Lists::default();
        for (own, relatives) in self.left.facts.iter().zip(&self.left.relatives) {
            names.push(households::relatives(own, relatives));
        }
        Household { households: self.kinship.homes.clone(), names }
    }
}

/// Columns that are built alike on both sides.
fn shared_column(kind: Kind, facts: &[&Facts], names: &[u32]) -> Column {
    match kind {
        Kind::Name => Column::Name(names.to_vec()),
        Kind::Date => Column::Date(facts.iter().map(|f| birth(f)).collect()),
        Kind::Sex => Column::Sex(facts.iter().map(|f| sex(f)).collect()),
        Kind::Place => Column::Place(facts.iter().map(|f| place(&f.place)).collect()),
        Kind::Phone => {
            let mut lists = Lists::default();
            for f in facts {
                lists.push(f.phones.iter().copied());
            }
            Column::Phone(lists)
        }
        _ => Column::Text(vec![NONE; facts.len()]),
    }
}

fn birth(facts: &Facts) -> PackedDate {
    PackedDate::new(facts.birth, number_birth(&facts.id))
}

/// The date inside a number; of an unsound one that makes no date the year at least.
fn number_birth(id: &IdNumber) -> PartialDate {
    let date = id.birth();
    match id.year_of_unsound().filter(|_| date.is_empty()) {
        Some(year) => PartialDate { year, month: 0, day: 0 },
        None => date,
    }
}

fn sex(facts: &Facts) -> PackedSex {
    PackedSex::new(facts.sex, facts.id.sex())
}

fn place(place: &Place) -> PackedPlace {
    PackedPlace { county: place.county, town: place.town, village: place.village }
}

/// Ages at the beginning of a school: a student enters after 初中 or 高中, seldom later.
const SCHOOL: (Ages, Ages) = (Ages { from: 14, to: 22 }, Ages { from: 12, to: 35 });

/// Ages at the beginning of a course: training is for people of working age.
const COURSE: (Ages, Ages) = (Ages { from: 16, to: 61 }, Ages { from: 15, to: 68 });

fn expected_role(record: &SourceRecord) -> Role {
    let (kind, (usual, possible)) = match record.detail {
        Detail::Enrollment(_) => (RoleKind::School, SCHOOL),
        Detail::Training(_) => (RoleKind::Course, COURSE),
    };
    let year = record.began().map_or(0, |date| date.year().unsigned_abs());
    let birth = birth(&record.facts);
    let told = (birth.value != 0).then_some(birth.told);
    Role { kind, usual, possible, year, told }
}

fn birth_role(facts: &Facts) -> Role {
    let id = facts.id.birth();
    let date = if facts.birth.is_empty() { id } else { facts.birth };
    Role { year: date.year.unsigned_abs(), ..Role::default() }
}

/// A student's scope is the school, a trainee's the class.
fn number_scopes(sources: &[SourceRecord]) -> Vec<u32> {
    let mut known: FxHashMap<(u32, &str), u32> = FxHashMap::default();
    let mut scopes = Vec::with_capacity(sources.len());
    for record in sources {
        let class = record.training().map_or("", |training| training.class_no.as_str());
        let next = u32::try_from(known.len()).expect("fewer than 2^32 scopes");
        scopes.push(*known.entry((record.institution, class)).or_insert(next));
    }
    scopes
}

/// Turns judged rows into outcomes with words.
struct Describe<'run> {
    right: &'run Right<'run>,
    left: &'run Left<'run>,
    plan: &'run Plan,
    scorer: &'run Scorer<'run>,
    judgement: &'run Judgement,
    context: &'run Context,
    effects: &'run Effects,
    rulings: &'run [Ruling],
    right_rows: usize,
}

impl Describe<'_> {
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
    fn ruled_reason(&self, row: usize, judged: &Judged) -> String {
        let effects = self.effects.of(row);
        if effects.is_empty() {
            return self.reason(judged);
        }
        let own = || self.reason(judged);
        decisions::words(effects, self.rulings, judged.reason, &own)
    }

    fn candidate(&self, row: usize, ranked: &Ranked) -> Candidate {
        let left = u32::try_from(row).expect("fewer than 2^32 rows");
        let pair = Pair { left, right: ranked.right };
        let group = self.context.groups.of(row);
        let prior =
            RowPrior::new(self.judgement.priors[group], self.plan.prior.relative, self.right_rows);
        let mut contributions = self.confirmation(row, ranked);
        contributions.push(Contribution {
            comparison: "先验",
            level: "登记人口中任一人",
            weight: prior.matched - prior.stranger,
        });
        for (index, weighted) in self.plan.comparisons.iter().enumerate() {
            let (weight, _) = self.scorer.contribution(pair, &ranked.levels, index);
            let kind = weighted.comparison.kind;
            let level = usize::from(ranked.levels[index]);
            contributions.push(Contribution {
                comparison: kind.label(),
                level: kind.level_labels().get(level).copied().unwrap_or(""),
                weight,
            });
        }
        Candidate {
            person: ranked.right,
            probability: ranked.probability.clamp(0.0, 1.0),
            weight: ranked.weight,
            contributions,
        }
    }

    /// A confirmed person's first line; it weighs nothing, since it is no evidence of the data.
    fn confirmation(&self, row: usize, ranked: &Ranked) -> Vec<Contribution> {
        let judged = &self.judgement.rows[row];
        let best = judged.ranked.first().is_some_and(|best| best.right == ranked.right);
        if judged.reason == Reason::Ruled(Force::Same) && best {
            vec![Contribution { comparison: RULING, level: "同一人", weight: 0.0 }]
        } else {
            Vec::new()
        }
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

    fn reason(&self, judged: &Judged) -> String {
        let percent = |p: f64| format!("{:.2}%", p * 100.0);
        let best = judged.ranked.first().map_or(0.0, |best| best.probability);
        let (link, review) = (self.plan.thresholds.link, self.plan.thresholds.review);
        match judged.reason {
            Reason::NoCandidate => "登记信息中没有可比的人".to_owned(),
            Reason::Rule(index) => self.plan.rules[index].name.clone(),
            Reason::AboveLink => format!("匹配概率 {}，不低于 {}", percent(best), percent(link)),
            Reason::BetweenThresholds => {
                format!("匹配概率 {}，低于 {}，须人工核实", percent(best), percent(link))
            }
            Reason::Contested => "有两个以上候选人难分高下，须人工核实".to_owned(),
            Reason::BelowReview => {
                format!("最接近的人匹配概率仅 {}，低于 {}", percent(best), percent(review))
            }
            Reason::Taken => "同一学校（班级）另有一行更符合此人，须人工核实".to_owned(),
            // Said by the ruling itself.
            Reason::Ruled(_) => String::new(),
        }
    }
}

/// The class of two rows with one number under one name; names in another writing are one.
pub fn same_id_class(left: &Facts, right: &Facts) -> MatchClass {
    let exact = left.name.text == right.name.text;
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
    } else if name_level == NameLevel::Folded as u8 || left.name.notes != 0 || right.name.notes != 0
    {
        MatchClass::NameFormat
    } else {
        MatchClass::Exact
    }
}
