//! The engine on a part of the rows: what one task of a distributed run does between two exchanges.
//!
//! Nothing in a part knows how many parts there are. What must be known of the whole registry comes in
//! with the rows ([`LeftKinship`], [`RightKinship`], entities, [`RowCounts`]); rows carry their numbers in the whole tables, and
//! texts go by their hashes. A task that holds the rows in the order of their numbers gives what the whole
//! run gives, bit by bit. No I/O.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::compile;
use super::decisions::{self, Answer, Force, RuledOn};
use super::engine::candidates;
use super::engine::columns::{NOBODY, PackedColumn, PackedId, PackedTable, Role, Tables};
use super::engine::comparison::Pair;
use super::engine::frequencies::{Frequencies, NameSpread, RowCounts};
use super::engine::interner::text_hash;
use super::engine::judging::{Decision, Judge, Judged, RowContext};
use super::engine::observed::RunObservations;
use super::engine::plan::{Assignment, BlockLimits, Plan};
use super::engine::posterior::{RowPrior, Scored};
use super::engine::prior::{self, PriorGroups, SoundRows};
use super::engine::scoring::{Compared, Scorer};
use super::engine::strangers::StrangerTotals;
use super::engine::{assignment, keys};
use super::households::{self, LeftKinship, RightKinship};
use super::index::{LeftBeside, SideIndex};
use super::model::Model;
use super::packed::{self, PersonBeside, SourceBeside, pack};
use super::sides::{Left, Right, RightColumns};
use crate::records::identity;
use crate::records::place::{Gazetteer, NOWHERE, Place};
use crate::records::{Facts, Records};

pub use super::owners::NumberClaim;
pub use super::packed::{LAYOUT, PlaceHashes, UnpackedRow};

/// A source row in a part.
#[derive(Clone, Debug)]
pub struct LeftRow {
    /// Its number in the whole table.
    pub number: u32,
    /// The row.
    pub row: UnpackedRow,
    /// The household that owns its number; [`NOBODY`] where nobody does.
    pub owner: u64,
    /// Households that own the numbers of its relatives.
    pub homes: Vec<u64>,
}

/// A registry row in a part.
#[derive(Clone, Debug)]
pub struct RightRow {
    /// Its number in the whole table.
    pub number: u32,
    /// The row that stands for the person.
    pub entity: u32,
    /// The row.
    pub row: UnpackedRow,
    /// Its household.
    pub household: u64,
    /// Names of the household's other members.
    pub members: Vec<u64>,
    /// What its frequencies are made of.
    pub counts: RowCounts,
    /// How many of the last bytes of the packed row they take.
    pub counts_length: usize,
}

/// A blocking key of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LaneKey {
    /// Keys meet within a lane only; see [`PartPlan::limits`].
    pub lane: u32,
    /// The key.
    pub key: u64,
    /// The row's number.
    pub row: u32,
}

/// A pair with its scores, and what else must be known of it before the rows are judged.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ScoredPair {
    /// Number of the source row.
    pub left: u32,
    /// The candidate.
    pub scored: Scored,
    /// Whether the row's sound number was found under its own name.
    pub hit: bool,
    /// Whether no other candidate can change the row's decision.
    pub settles: bool,
}

/// A source row with its decision.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DecidedRow {
    /// Its number.
    pub left: u32,
    /// The decision.
    pub judged: Judged,
    /// What the program said on its own of a row that somebody has ruled on.
    pub own: Option<Decision>,
}

/// A decided row with what assignment asks of it.
#[derive(Clone, Debug)]
pub struct ScopedRow {
    /// The row.
    pub row: DecidedRow,
    /// Rows of one scope are different people.
    pub scope: u64,
    /// Hash of the cleaned name.
    pub name: u64,
}

/// What people have ruled on a row, as a part needs it.
#[derive(Clone, Copy, Debug)]
pub struct PartRuling {
    /// Number of the source row.
    pub left: u32,
    /// Number of the registry row; `None` when the person has left the registry.
    pub right: Option<u32>,
    /// What the ruling does.
    pub force: Force,
    /// What was decided.
    pub answer: Answer,
    /// Whether the row is certainly the one the ruling was about.
    pub is_certain: bool,
}

/// A compiled model and what is known of the whole run.
#[derive(Clone, Debug)]
pub struct PartPlan {
    model: Model,
    plan: Plan,
    /// Registry rows in all.
    right_rows: usize,
    spread: NameSpread,
    strangers: StrangerTotals,
    groups: PriorGroups,
    /// By source row, in the order they were found.
    rulings: Vec<PartRuling>,
}

/// A row's part in one side of blocking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Source rows.
    Left,
    /// Registry rows.
    Right,
}

impl PartPlan {
    /// A plan for parts of a run; `above` is the tree of the groups of source rows. Rulings come in the
    /// order of source rows.
    pub fn new(
        model: Model,
        right_rows: usize,
        observed: &RunObservations,
        above: Vec<Option<u32>>,
        rulings: Vec<PartRuling>,
    ) -> Self {
        let plan = observed.plan(compile::plan(&model));
        let groups = PriorGroups { of_row: Vec::new(), above };
        let RunObservations { spread, strangers, .. } = *observed;
        Self { model, plan, right_rows, spread, strangers, groups, rulings }
    }

    /// Blocking rules in the order they are worked off: rules of one pass need no news of each other; rows
    /// that a pass settles take no part in those behind it.
    pub fn passes(&self) -> Vec<Vec<usize>> {
        let rules: Vec<usize> = (0..self.plan.blocking.len()).collect();
        rules
            .split_inclusive(|rule| self.plan.blocking[*rule].settles)
            .map(<[usize]>::to_vec)
            .collect()
    }

    /// Name of a blocking rule.
    pub fn rule_name(&self, rule: usize) -> &str {
        &self.plan.blocking[rule].name
    }

    /// The two lanes of a rule. The second is that of left rows with a sound ID in rules for pairs without:
    /// they meet right rows without one only.
    fn lanes(rule: usize) -> [u32; 2] {
        let first = u32::try_from(rule * 2).expect("few rules");
        [first, first + 1]
    }

    /// The rule of a lane.
    pub fn rule(lane: u32) -> u32 {
        lane / 2
    }

    /// Which blocks of a lane of the rule are compared.
    pub fn limits(&self, rule: usize) -> BlockLimits {
        self.plan.blocking[rule].limits
    }

    /// Keys of rows under some rules.
    pub fn keys(&self, side: Side, rows: &KeyRows, rules: &[usize]) -> Vec<LaneKey> {
        let mut found = Vec::new();
        let tables = &rows.tables;
        let table = if side == Side::Left { &tables.left } else { &tables.right };
        for rule in rules {
            let blocking = &self.plan.blocking[*rule];
            let [any, sound_only] = Self::lanes(*rule);
            for (place, number) in rows.numbers.iter().enumerate() {
                let is_sound = rows.is_sound(self, table, place);
                let lanes: &[u32] = match (blocking.without_sound_id, side, is_sound) {
                    (true, Side::Left, true) => &[sound_only],
                    (true, Side::Right, false) => &[any, sound_only],
                    _ => &[any],
                };
                keys::keys(tables, table, place, &blocking.parts, &mut |key| {
                    found.extend(lanes.iter().map(|lane| LaneKey {
                        lane: *lane,
                        key,
                        row: *number,
                    }));
                });
            }
        }
        found
    }

    /// Rows of one side, ready for [`PartPlan::keys`].
    pub fn left_keys(&self, rows: &[LeftRow]) -> KeyRows {
        let (tables, _) = self.tables(rows, &[]);
        KeyRows { tables, numbers: rows.iter().map(|row| row.number).collect() }
    }

    /// The same for registry rows.
    pub fn right_keys(&self, rows: &[RightRow]) -> KeyRows {
        let (tables, _) = self.tables(&[], rows);
        KeyRows { tables, numbers: rows.iter().map(|row| row.number).collect() }
    }

    /// Both sides as columns.
    fn tables(&self, left: &[LeftRow], right: &[RightRow]) -> (Tables, RowContext) {
        let mut divisions = Divisions::default();
        let left_facts: Vec<Facts> = left.iter().map(|row| divisions.placed(&row.row)).collect();
        let right_facts: Vec<Facts> = right.iter().map(|row| divisions.placed(&row.row)).collect();
        let mut of_right = RightKinship {
            household: right.iter().map(|row| row.household).collect(),
            claims: right.iter().map(|row| row.row.claim).collect(),
            ..RightKinship::default()
        };
        for row in right {
            of_right.members.push(row.members.iter().copied());
        }
        let mut of_left = LeftKinship {
            owner: left.iter().map(|row| row.owner).collect(),
            claims: left.iter().map(|row| row.row.claim).collect(),
            ..LeftKinship::default()
        };
        for row in left {
            of_left.homes.push(row.homes.iter().copied());
        }
        let left = Left {
            facts: left_facts.iter().collect(),
            relatives: left.iter().map(|row| &row.row.relatives[..]).collect(),
            roles: left.iter().map(|row| row.row.role).collect(),
            groups: PriorGroups::default(),
            scope: Vec::new(),
        };
        let entity = right.iter().map(|row| row.entity).collect();
        let people = Right::listed(right_facts.iter().collect(), entity);
        let fields = &self.model.fields;
        let mut tables =
            RightColumns::of(&people, &of_right, fields).beside(&left, &of_left, fields);
        let mut context = left.context(&people);
        tables.divisions = Arc::new(divisions.hashes);
        context.number = right.iter().map(|row| row.number).collect();
        (tables, context)
    }

    /// Compares and scores pairs, given as places in the two lists.
    pub fn compare(&self, left: &[LeftRow], right: &[RightRow], pairs: &[Pair]) -> Vec<ScoredPair> {
        let (tables, context) = self.tables(left, right);
        let counts = right.iter().map(|row| row.counts).collect();
        let frequencies = Frequencies::given(self.right_rows, counts, self.spread, self.strangers);
        let scorer = Scorer::new(&tables, &self.plan, &frequencies);
        let judge = Judge { plan: &self.plan, scorer: &scorer, context: &context, priors: &[] };
        let one = |pair: &Pair| {
            let compared: Compared = scorer.compare(*pair);
            let row = &left[pair.left as usize];
            let is_sound = row.row.facts.id.is_sound();
            ScoredPair {
                left: row.number,
                scored: judge.scored(compared),
                hit: is_sound && prior::is_hit(&self.plan, &compared.levels),
                settles: candidates::settles(&self.plan, &compared.levels),
            }
        };
        pairs.iter().map(one).collect()
    }

    /// Prior share of matched rows by group, from the counts of the rows that stand in each itself.
    pub fn priors(&self, sound: &[SoundRows]) -> Vec<f64> {
        let mut counts = vec![SoundRows::default(); self.groups.count()];
        counts.iter_mut().zip(sound).for_each(|(count, known)| *count = *known);
        let seen = if prior::is_observed(&self.plan) {
            prior::shares(&self.groups, counts)
        } else {
            vec![None; self.groups.count()]
        };
        seen.into_iter().map(|share| share.unwrap_or(self.plan.prior.matched)).collect()
    }

    /// Judges source rows by their candidates, which come in the order of the registry rows. Candidates
    /// whom only a ruling brought in (`forced`) count for the ruling alone.
    pub fn judge(&self, rows: &[CandidateRow], priors: &[f64]) -> Vec<DecidedRow> {
        let priors: Vec<RowPrior> = priors
            .iter()
            .map(|share| RowPrior::new(*share, self.plan.prior.relative, self.right_rows))
            .collect();
        let (tables, frequencies) = (Tables::default(), Frequencies::default());
        let scorer = Scorer::new(&tables, &self.plan, &frequencies);
        let groups = PriorGroups {
            of_row: rows.iter().map(|row| row.group).collect(),
            ..PriorGroups::default()
        };
        let context = RowContext { groups, ..RowContext::default() };
        let judge = Judge { plan: &self.plan, scorer: &scorer, context: &context, priors: &priors };
        rows.iter().enumerate().map(|(place, row)| self.decide(&judge, place, row)).collect()
    }

    fn decide(&self, judge: &Judge<'_>, place: usize, row: &CandidateRow) -> DecidedRow {
        let judged = judge.judged(place, &row.candidates);
        let rulings = self.rulings_on(row.left);
        if rulings.is_empty() {
            return DecidedRow { left: row.left, judged, own: None };
        }
        let mut scored = row.candidates.clone();
        for right in rulings.iter().filter_map(|ruling| ruling.right) {
            if !scored.iter().any(|known| known.right == right) {
                scored.extend(row.forced.iter().find(|forced| forced.right == right));
            }
        }
        let row_place = u32::try_from(place).expect("fewer than 2^32 rows");
        let entity_of =
            |right: u32| scored.iter().find(|known| known.right == right).map(|known| known.entity);
        let ruled_on = |ruling: &PartRuling| RuledOn {
            row: row_place,
            entity: ruling.right.and_then(entity_of),
            force: ruling.force,
            answer: ruling.answer,
            is_certain: ruling.is_certain,
        };
        let ruled: Vec<RuledOn> = rulings.iter().map(ruled_on).collect();
        let under = decisions::under_rulings(judge, &ruled, scored, &judged);
        DecidedRow { left: row.left, own: Some(judged.decision), judged: under }
    }

    fn rulings_on(&self, left: u32) -> &[PartRuling] {
        let start = self.rulings.partition_point(|ruling| ruling.left < left);
        let rest = &self.rulings[start..];
        &rest[..rest.partition_point(|ruling| ruling.left == left)]
    }

    /// Lets the rows of whole scopes share the registry out; they come in the order of their numbers.
    pub fn share_out(&self, rows: &mut [ScopedRow]) {
        let mut scopes = FxHashMap::default();
        let mut names = FxHashMap::default();
        let scope: Vec<u32> = rows.iter().map(|row| local(&mut scopes, row.scope)).collect();
        let name: Vec<u32> = rows.iter().map(|row| local(&mut names, row.name)).collect();
        let mut judged: Vec<Judged> = rows.iter().map(|row| row.row.judged.clone()).collect();
        let own: Vec<(u32, Decision)> =
            rows.iter().zip(0..).filter_map(|(row, place)| Some((place, row.row.own?))).collect();
        let ruled = decisions::ruled(&own, &judged);
        if self.plan.assignment == Assignment::OneToOne || !scope.is_empty() {
            assignment::share_out(&self.plan, &scope, &name, &mut judged);
        }
        decisions::settle(&self.plan, &scope, ruled, &mut judged);
        for (row, judged) in rows.iter_mut().zip(judged) {
            row.row.judged = judged;
        }
    }

    /// How many deterministic rules there are, which reasons may name.
    pub fn rules(&self) -> usize {
        self.plan.rules.len()
    }

    /// How many groups of source rows there are.
    pub fn groups(&self) -> usize {
        self.groups.count()
    }
}

fn local(known: &mut FxHashMap<u64, u32>, value: u64) -> u32 {
    let next = u32::try_from(known.len()).expect("fewer than 2^32 values");
    *known.entry(value).or_insert(next)
}

/// A source row with its scored candidates.
#[derive(Clone, Debug, Default)]
pub struct CandidateRow {
    /// Its number.
    pub left: u32,
    /// Its group, which gives it its prior.
    pub group: u32,
    /// Its candidates, in the order of registry rows.
    pub candidates: Vec<Scored>,
    /// Persons somebody has ruled on, whether blocking found them or not.
    pub forced: Vec<Scored>,
}

/// One side of a part as columns, for its keys.
#[derive(Debug)]
pub struct KeyRows {
    tables: Tables,
    numbers: Vec<u32>,
}

impl KeyRows {
    fn is_sound(&self, plan: &PartPlan, table: &PackedTable, place: usize) -> bool {
        let identity = plan.plan.identity;
        let column = identity.map(|index| plan.plan.comparisons[index].comparison.column);
        match column.map(|column| &table.columns[column]) {
            Some(PackedColumn::Identity(ids)) => PackedId::is_own(&ids[place]),
            _ => false,
        }
    }
}

/// Divisions of a part, numbered as they come.
#[derive(Debug, Default)]
struct Divisions {
    numbers: FxHashMap<u64, u32>,
    hashes: Vec<u64>,
    places: FxHashMap<PlaceHashes, Arc<Place>>,
}

impl Divisions {
    fn placed(&mut self, row: &UnpackedRow) -> Facts {
        if let Some(place) = self.places.get(&row.place) {
            return Facts { place: Arc::clone(place), ..row.facts.clone() };
        }
        let [county, town, village] = row.place.map(|hash| self.number(hash));
        let place = Arc::new(Place { county, town, village, ..Place::default() });
        self.places.insert(row.place, Arc::clone(&place));
        Facts { place, ..row.facts.clone() }
    }

    fn number(&mut self, hash: u64) -> u32 {
        if hash == NOBODY {
            return NOWHERE;
        }
        let next = u32::try_from(self.hashes.len()).expect("fewer than 2^32 divisions");
        let number = *self.numbers.entry(hash).or_insert(next);
        if number == next {
            self.hashes.push(hash);
        }
        number
    }
}

/// What only somebody who has all rows can say of them: it is found where they are written.
#[derive(Clone, Debug)]
pub struct WholeRun {
    /// The group above each group of source rows.
    pub above: Vec<Option<u32>>,
    /// Group of every source row.
    pub group: Vec<u32>,
    /// Scope of every source row.
    pub scope: Vec<u32>,
    /// What the rows show.
    pub observed: RunObservations,
    roles: Vec<Role>,
    of_sources: LeftKinship,
    of_persons: RightKinship,
    entity: Arc<[u32]>,
    counts: Vec<RowCounts>,
    places: Vec<u64>,
}

impl WholeRun {
    /// Of a run's records under a model.
    pub fn of(records: &Records, model: &Model) -> Self {
        let left = Left::sources(records);
        let entity: Arc<[u32]> = identity::representatives(records).into();
        let right = Right::registry(&records.persons, Arc::clone(&entity));
        let right = Right { households: households::of_records(records), ..right };
        let mut index = SideIndex::of(right, &model.fields);
        let LeftBeside { tables, frequencies, kin, .. } = index.beside(&left);
        let observed = RunObservations::of(&tables, &compile::plan(model), &frequencies);
        let persons = 0..records.persons.len();
        let counts = persons.map(|row| frequencies.row(&tables, row)).collect();
        let Left { roles, groups, scope, .. } = left;
        Self {
            above: groups.above,
            group: groups.of_row,
            scope,
            observed,
            roles,
            of_sources: kin,
            of_persons: index.kin(),
            entity,
            counts,
            places: place_hashes(&records.gazetteer),
        }
    }

    /// Packs a registry row.
    pub fn pack_person(&self, records: &Records, row: usize) -> Vec<u8> {
        let (facts, kin) = (&records.persons[row].facts, &self.of_persons);
        let place = place_of(facts, &self.places);
        let beside = PersonBeside {
            entity: self.entity[row],
            household: kin.household[row],
            members: kin.members.get(row).to_vec(),
        };
        let packed = pack(facts, place, &[], Role::default(), kin.claims[row]);
        packed::with(packed::with(packed, &beside), &self.counts[row])
    }

    /// Packs a source row.
    pub fn pack_source(&self, records: &Records, row: usize) -> Vec<u8> {
        let (record, kin) = (&records.sources[row], &self.of_sources);
        let place = place_of(&record.facts, &self.places);
        let beside = SourceBeside { owner: kin.owner[row], homes: kin.homes.get(row).to_vec() };
        let packed =
            pack(&record.facts, place, &record.relatives, self.roles[row], kin.claims[row]);
        packed::with(packed, &beside)
    }
}

impl LeftRow {
    /// A row of this number from its bytes; `None` where they are none.
    pub fn unpack(number: u32, bytes: &[u8]) -> Option<Self> {
        let (row, SourceBeside { owner, homes }, _) = packed::unpack(bytes)?;
        Some(Self { number, row, owner, homes })
    }
}

impl RightRow {
    /// A row of this number from its bytes; `None` where they are none.
    pub fn unpack(number: u32, bytes: &[u8]) -> Option<Self> {
        let (row, PersonBeside { entity, household, members }, rest) = packed::unpack(bytes)?;
        let (counts, counts_length) = (postcard::from_bytes(rest).ok()?, rest.len());
        Some(Self { number, entity, row, household, members, counts, counts_length })
    }
}

/// Where somebody lives, by hashes out of [`place_hashes`].
fn place_of(facts: &Facts, places: &[u64]) -> PlaceHashes {
    let hash = |id: u32| places.get(id as usize).copied().unwrap_or(0);
    let place = &facts.place;
    [hash(place.county), hash(place.town), hash(place.village)]
}

/// A hash of every division by its path from the city down, the same in every process that knows the
/// division; of several that share a path, by which of them it is.
fn place_hashes(gazetteer: &Gazetteer) -> Vec<u64> {
    let mut known: FxHashMap<u64, u64> = FxHashMap::default();
    let mut paths: Vec<u64> = Vec::with_capacity(gazetteer.divisions.len());
    for division in &gazetteer.divisions {
        let above = paths.get(division.parent as usize).copied().unwrap_or(0);
        let path = text_hash(&format!("{above:x}/{}", division.name));
        let seen = known.entry(path).or_insert(0);
        let own = if *seen == 0 { path } else { text_hash(&format!("{path:x}#{seen}")) };
        *seen += 1;
        paths.push(own.max(1));
    }
    paths
}
