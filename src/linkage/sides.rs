//! Registry persons and source rows → the two sides and their columns. The only place where linkage knows
//! what a student or a household is.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::engine::columns::{
    Ages, Column, Household, Lists, PackedDate, PackedId, PackedPlace, PackedSex, Role, RoleKind,
    Table, Tables, Told,
};
use super::engine::comparison::{Kind, is_impossible};
use super::engine::interner::{Interner, NONE, Names};
use super::engine::judging::Context;
use super::engine::prior::Groups;
use super::households::{self, Kinship, NamedRelatives};
use super::model::Model;
use super::offices;
use crate::records::date::PartialDate;
use crate::records::identifier::{IdClass, IdNumber};
use crate::records::place::Place;
use crate::records::{Detail, Facts, Person, Records, Relative, SourceRecord, identity};

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
    pub(super) groups: Groups,
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
    pub(super) fn intentions(records: &'run Records) -> Self {
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
pub(super) struct Right<'run> {
    pub(super) facts: Vec<&'run Facts>,
    /// Household of every person.
    pub(super) households: Vec<u64>,
    /// Rows in an order that does not hang on the order of files.
    pub(super) order: Vec<u32>,
    /// Rows of one entity are one person.
    pub(super) entity: Vec<u32>,
}

impl<'run> Right<'run> {
    pub(super) fn registry(persons: &'run [Person]) -> Self {
        Self {
            facts: persons.iter().map(|person| &person.facts).collect(),
            households: households::of_persons(persons),
            order: households::order(persons),
            entity: identity::of_persons(persons),
        }
    }

    /// Persons of whom nothing is asked but who they are.
    pub(super) fn bare(persons: &'run [Person]) -> Self {
        let facts = persons.iter().map(|person| &person.facts).collect();
        Self { facts, households: Vec::new(), order: Vec::new(), entity: Vec::new() }
    }

    /// People of whose households nothing is known.
    pub(super) fn people(facts: &[&'run Facts]) -> Self {
        let count = u32::try_from(facts.len()).expect("fewer than 2^32 persons");
        let own: Vec<u32> = (0..count).collect();
        let households = own.iter().map(|row| households::number("", "", u64::from(*row)));
        let households = households.collect();
        Self { facts: facts.to_vec(), households, order: own.clone(), entity: own }
    }
}

/// Builds columns from both sides.
pub(super) struct Builder<'run> {
    people: &'run Right<'run>,
    left: &'run Left<'run>,
    kinship: Kinship,
    names: Names,
    texts: Interner,
}

impl<'run> Builder<'run> {
    pub(super) fn new(people: &'run Right<'run>, left: &'run Left<'run>) -> Self {
        let of_left = NamedRelatives { facts: &left.facts, relatives: &left.relatives };
        let households = people.households.clone();
        Self::with(people, left, Kinship::of(&people.facts, households, &people.order, &of_left))
    }

    /// With what the whole registry has said of these rows.
    pub(super) fn with(
        people: &'run Right<'run>,
        left: &'run Left<'run>,
        kinship: Kinship,
    ) -> Self {
        Self { people, left, kinship, names: Names::default(), texts: Interner::default() }
    }

    pub(super) fn build(mut self, model: &Model) -> (Tables, Context) {
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
            divisions: Arc::default(),
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
                for ((id, facts), role) in ids.iter_mut().zip(facts).zip(&left.roles) {
                    id.contradicted = contradicts_itself(facts, *role);
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
        for household in &self.kinship.household {
            homes.push([*household]);
        }
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

/// Whether a row's own sex or role says that its sound number is not its own.
fn contradicts_itself(facts: &Facts, role: Role) -> bool {
    if !facts.id.is_sound() {
        return false;
    }
    let other_sex = facts.sex.zip(facts.id.sex()).is_some_and(|(column, number)| column != number);
    other_sex || is_impossible(role, facts.id.birth().year.unsigned_abs())
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
