//! Registry persons and source rows → the two sides and their columns. The only place where linkage knows
//! what a student or a household is.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::engine::columns::{
    Ages, Household, Lists, NOBODY, OwnedBy, PackedColumn, PackedDate, PackedId, PackedPlace,
    PackedSex, PackedTable, Role, RoleKind, Tables, Told,
};
use super::engine::comparison::{Kind, is_impossible};
use super::engine::interner::{Interner, NONE, Names};
use super::engine::judging::RowContext;
use super::engine::prior::PriorGroups;
use super::households::{self, LeftKinship, NamedRelatives, RightKinship};
use super::model::FieldSpec;
use super::offices;
use super::owners::{Holders, NumberClaim, Precedence};
use crate::records::date::PartialDate;
use crate::records::identifier::{IdClass, IdNumber};
use crate::records::place::Place;
use crate::records::sound_number::SoundNumber;
use crate::records::{Detail, Facts, Person, Records, Relative, SourceRecord};

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

/// What linkage sees of the rows it looks people up for.
pub(super) struct Left<'run> {
    pub(super) facts: Vec<&'run Facts>,
    pub(super) relatives: Vec<&'run [Relative]>,
    pub(super) roles: Vec<Role>,
    pub(super) groups: PriorGroups,
    pub(super) scope: Vec<u32>,
}

impl<'run> Left<'run> {
    pub(super) fn sources(records: &'run Records) -> Self {
        let sources = &records.sources;
        Self {
            facts: sources.iter().map(|record| &record.facts).collect(),
            relatives: sources.iter().map(|record| &*record.relatives).collect(),
            roles: sources.iter().map(expected_role).collect(),
            groups: offices::groups(sources),
            scope: number_scopes(sources),
        }
    }

    pub(super) fn roll(roll: &Roll<'run>) -> Self {
        Self {
            facts: roll.facts.clone(),
            relatives: roll.relatives.clone(),
            roles: vec![Role::default(); roll.facts.len()],
            groups: PriorGroups {
                of_row: roll.group.iter().map(|group| u32::from(*group)).collect(),
                above: vec![
                    None;
                    roll.group.iter().max().map_or(1, |group| usize::from(*group) + 1)
                ],
            },
            scope: roll.scope.clone(),
        }
    }

    /// What the rows imply of the age, and no other column.
    pub(super) fn roles_alone(&self) -> PackedTable {
        PackedTable {
            rows: self.roles.len(),
            columns: vec![PackedColumn::Role(self.roles.clone())],
        }
    }

    /// The rows with the relatives they name.
    pub(super) fn named_relatives(&self) -> NamedRelatives<'_> {
        NamedRelatives { facts: &self.facts, relatives: &self.relatives }
    }

    /// What the rows and the people they are looked up among are to each other.
    pub(super) fn context(&self, people: &Right<'_>) -> RowContext {
        RowContext {
            groups: self.groups.clone(),
            scope: self.scope.clone(),
            entity: Arc::clone(&people.entity),
            number: Vec::new(),
        }
    }

    /// A list is one scope: its rows are different people unless they say the same person twice. A
    /// wish implies no age.
    pub(super) fn intentions(records: &'run Records) -> Self {
        let rows = &records.intentions;
        Self {
            facts: rows.iter().map(|row| &row.facts).collect(),
            relatives: rows.iter().map(|row| &*row.relatives).collect(),
            roles: vec![Role::default(); rows.len()],
            groups: PriorGroups::default(),
            scope: rows.iter().map(|row| row.origin.sheet.0).collect(),
        }
    }
}

/// The people rows are looked up among.
#[derive(Debug)]
pub(super) struct Right<'run> {
    pub(super) facts: Vec<&'run Facts>,
    /// Household of every person.
    pub(super) households: Vec<u64>,
    /// Who comes first.
    pub(super) precedence: Precedence<'run>,
    /// Rows of one entity are one person.
    pub(super) entity: Arc<[u32]>,
    /// Rows that bear a number rightly together: the entity, and rows of one name where no registry says who is
    /// one person.
    pub(super) bearer: Arc<[u32]>,
}

impl<'run> Right<'run> {
    /// Persons of a registry, with the rows that stand for each of them.
    pub(super) fn registry(persons: &'run [Person], entity: Arc<[u32]>) -> Self {
        Self {
            facts: persons.iter().map(|person| &person.facts).collect(),
            households: households::of_persons(persons),
            precedence: Precedence { persons },
            bearer: Arc::clone(&entity),
            entity,
        }
    }

    /// Persons of whom nothing is asked but who they are.
    pub(super) fn bare(persons: &'run [Person]) -> Self {
        let facts = persons.iter().map(|person| &person.facts).collect();
        Self::listed(facts, Arc::default())
    }

    /// Rows of which nothing is asked but who they are and which of them are one person.
    pub(super) fn listed(facts: Vec<&'run Facts>, entity: Arc<[u32]>) -> Self {
        let precedence = Precedence::default();
        Self { facts, households: Vec::new(), precedence, bearer: Arc::default(), entity }
    }

    /// People of whose households nothing is known.
    pub(super) fn people(facts: &[&'run Facts]) -> Self {
        let count = u32::try_from(facts.len()).expect("fewer than 2^32 persons");
        let households = (0..u64::from(count)).map(|row| households::number("", "", row));
        Self {
            facts: facts.to_vec(),
            households: households.collect(),
            precedence: Precedence::default(),
            entity: (0..count).collect(),
            bearer: bearers_by_name(facts),
        }
    }

    pub(super) fn holders(&self) -> Holders<'_, 'run> {
        Holders {
            facts: &self.facts,
            households: &self.households,
            entity: &self.bearer,
            precedence: self.precedence,
        }
    }
}

/// Rows of one sound number and one name have the number of the first of them.
fn bearers_by_name(facts: &[&Facts]) -> Arc<[u32]> {
    let mut first: FxHashMap<(SoundNumber, &str), u32> = FxHashMap::default();
    let mut bearers = Vec::with_capacity(facts.len());
    for (row, facts) in (0..).zip(facts) {
        let bearer = match facts.id.sound_number() {
            Some(number) => *first.entry((number, facts.name.folded())).or_insert(row),
            None => row,
        };
        bearers.push(bearer);
    }
    bearers.into()
}

/// The right side as columns, with the names and texts of all rows that were ever set beside it.
#[derive(Debug)]
pub(super) struct RightColumns {
    table: Arc<PackedTable>,
    interners: Interners,
}

impl RightColumns {
    pub(super) fn of(people: &Right<'_>, kin: &RightKinship, fields: &[FieldSpec]) -> Self {
        let facts = &people.facts;
        let mut interners = Interners::default();
        let names = interners.names(facts);
        let rows = || facts.iter().copied().zip(kin.claims.iter().copied());
        let columns = fields.iter().map(|field| match field.kind {
            Kind::Household => PackedColumn::Household(right_households(kin)),
            Kind::Role => {
                PackedColumn::Role(rows().map(|(facts, claim)| right_role(facts, claim)).collect())
            }
            Kind::Date => {
                PackedColumn::Date(rows().map(|(facts, claim)| right_birth(facts, claim)).collect())
            }
            Kind::Identity => PackedColumn::Identity(right_ids(interners.ids(facts), kin)),
            kind => shared_column(kind, facts, &names),
        });
        let table = PackedTable { rows: facts.len(), columns: columns.collect() };
        Self { table: Arc::new(table), interners }
    }

    /// The right side with nobody beside it.
    pub(super) fn alone(&self) -> Tables {
        Tables {
            right: Arc::clone(&self.table),
            names: Arc::clone(&self.interners.names),
            texts: Arc::clone(&self.interners.texts),
            ..Tables::default()
        }
    }

    /// Both sides.
    pub(super) fn beside(
        &mut self,
        left: &Left<'_>,
        kin: &LeftKinship,
        fields: &[FieldSpec],
    ) -> Tables {
        let table = self.interners.left(left, kin, fields);
        Tables { left: Arc::new(table), ..self.alone() }
    }
}

/// Distinct names and texts. Nobody else holds them while they grow.
#[derive(Debug, Default)]
struct Interners {
    names: Arc<Names>,
    texts: Arc<Interner>,
}

impl Interners {
    fn names(&mut self, facts: &[&Facts]) -> Vec<u32> {
        let names = Arc::make_mut(&mut self.names);
        facts.iter().map(|f| names.intern(f.name.text(), f.name.folded())).collect()
    }

    fn ids(&mut self, facts: &[&Facts]) -> Vec<PackedId> {
        let texts = Arc::make_mut(&mut self.texts);
        let pack = |facts: &&Facts| {
            let odd = facts.id.class == IdClass::Invalid && facts.id.text().len() != 18;
            PackedId::new(&facts.id, if odd { texts.intern(facts.id.text()) } else { NONE })
        };
        facts.iter().map(pack).collect()
    }

    fn left(&mut self, left: &Left<'_>, kin: &LeftKinship, fields: &[FieldSpec]) -> PackedTable {
        let facts = &left.facts;
        let names = self.names(facts);
        let columns = fields.iter().map(|field| match field.kind {
            Kind::Household => PackedColumn::Household(left_households(left, kin)),
            Kind::Role => PackedColumn::Role(left.roles.clone()),
            Kind::Identity => PackedColumn::Identity(left_ids(self.ids(facts), left, kin)),
            kind => shared_column(kind, facts, &names),
        });
        PackedTable { rows: facts.len(), columns: columns.collect() }
    }
}

fn right_ids(mut ids: Vec<PackedId>, kin: &RightKinship) -> Vec<PackedId> {
    for (id, (household, claim)) in ids.iter_mut().zip(kin.household.iter().zip(&kin.claims)) {
        id.owner = *household;
        id.doubtful = claim.is_shared;
    }
    ids
}

fn left_ids(mut ids: Vec<PackedId>, left: &Left<'_>, kin: &LeftKinship) -> Vec<PackedId> {
    for (id, (owner, claim)) in ids.iter_mut().zip(kin.owner.iter().zip(&kin.claims)) {
        (id.owner, id.owned_by) = if *owner == NOBODY {
            (claim.household, OwnedBy::FirstDigits)
        } else {
            (*owner, OwnedBy::Number)
        };
        id.contradicted = claim.is_of_another;
    }
    for ((id, facts), role) in ids.iter_mut().zip(&left.facts).zip(&left.roles) {
        id.contradicted |= contradicts_itself(facts, *role);
    }
    ids
}

fn right_households(kin: &RightKinship) -> Household {
    let mut homes = Lists::default();
    for household in &kin.household {
        homes.push([*household]);
    }
    Household { households: homes, names: kin.members.clone() }
}

fn left_households(left: &Left<'_>, kin: &LeftKinship) -> Household {
    let mut names = Lists::default();
    for (own, relatives) in left.facts.iter().zip(&left.relatives) {
        names.push(households::relatives(own, relatives));
    }
    Household { households: kin.homes.clone(), names }
}

/// Whether a row's own sex, birth date or role says that its sound number is not its own.
fn contradicts_itself(facts: &Facts, role: Role) -> bool {
    if !facts.id.is_sound() {
        return false;
    }
    let is_denied = sex(facts).denies(facts.id.sex()) || birth(facts).denies(facts.id.birth());
    is_denied || is_impossible(role, facts.id.birth().year.unsigned_abs())
}

/// Columns that are built alike on both sides.
fn shared_column(kind: Kind, facts: &[&Facts], names: &[u32]) -> PackedColumn {
    match kind {
        Kind::Name => PackedColumn::Name(names.to_vec()),
        Kind::Date => PackedColumn::Date(facts.iter().map(|f| birth(f)).collect()),
        Kind::Sex => PackedColumn::Sex(facts.iter().map(|f| sex(f)).collect()),
        Kind::Place => PackedColumn::Place(facts.iter().map(|f| place(&f.place)).collect()),
        Kind::Phone => {
            let mut lists = Lists::default();
            for f in facts {
                lists.push(f.phones.iter().copied());
            }
            PackedColumn::Phone(lists)
        }
        _ => PackedColumn::Text(vec![NONE; facts.len()]),
    }
}

pub(super) fn birth(facts: &Facts) -> PackedDate {
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

pub(super) fn expected_role(record: &SourceRecord) -> Role {
    let kind = match record.detail {
        Detail::Enrollment(_) => RoleKind::School,
        Detail::Training(_) => RoleKind::Course,
    };
    let year = record.began().map_or(0, |date| date.year().unsigned_abs());
    let birth = birth(&record.facts);
    let told = (birth.value != 0).then_some(birth.told);
    role_of(kind, year, told)
}

/// What a school or course that began in a year implies of the age.
pub(super) fn role_of(kind: RoleKind, year: u16, told: Option<Told>) -> Role {
    let (usual, possible) = match kind {
        RoleKind::School => SCHOOL,
        RoleKind::Course => COURSE,
        RoleKind::None => return Role::default(),
    };
    Role { kind, usual, possible, year, told }
}

/// A birth date that a number of two people alone tells is as doubtful as the number.
fn right_birth(facts: &Facts, claim: NumberClaim) -> PackedDate {
    let date = birth(facts);
    let doubtful = claim.is_shared && date.told == Told::Number;
    PackedDate { told: if doubtful { Told::DoubtfulNumber } else { date.told }, ..date }
}

fn right_role(facts: &Facts, claim: NumberClaim) -> Role {
    let doubtful = claim.is_shared && facts.birth.is_empty();
    Role { told: doubtful.then_some(Told::DoubtfulNumber), ..birth_role(facts) }
}

fn birth_role(facts: &Facts) -> Role {
    Role { year: facts.birth_told().year.unsigned_abs(), ..Role::default() }
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
