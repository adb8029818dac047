//! A right side made ready for rows to be looked up in: columns, whose the numbers are, how common every
//! value is. It is made once, however many lists of rows are looked up.

use std::sync::Arc;

use super::engine::columns::Tables;
use super::engine::frequencies::Frequencies;
use super::engine::namesakes::NamesakeGround;
use super::households::{LeftKinship, RightKinship};
use super::model::{FieldSpec, Model};
use super::owners::Owners;
use super::sides::{Left, Right, RightColumns};
use crate::records::{Facts, Person, identity};

/// A registry in which rows are looked up under one model. It is made ready when the first row is asked
/// for.
#[derive(Debug)]
pub struct RegistryIndex<'run> {
    persons: &'run [Person],
    model: &'run Model,
    representatives: Option<Arc<[u32]>>,
    ready: Option<SideIndex<'run>>,
}

impl<'run> RegistryIndex<'run> {
    /// Of a registry; no work is done yet.
    pub fn new(persons: &'run [Person], model: &'run Model) -> Self {
        Self { persons, model, representatives: None, ready: None }
    }

    /// The model rows are looked up under.
    pub fn model(&self) -> &'run Model {
        self.model
    }

    /// For every row the one that stands for its person ([`identity::representatives`]); asked once.
    pub fn representatives(&mut self) -> Arc<[u32]> {
        let of = || identity::of_persons(self.persons).into();
        Arc::clone(self.representatives.get_or_insert_with(of))
    }

    /// The same, of a registry in which nothing more is looked up: what was made ready for that is given back.
    pub fn into_representatives(mut self) -> Arc<[u32]> {
        self.representatives()
    }

    pub(super) fn ready(&mut self) -> &mut SideIndex<'run> {
        let entity = self.representatives();
        let right = || Right::registry(self.persons, entity);
        self.ready.get_or_insert_with(|| SideIndex::of(right(), &self.model.fields))
    }
}

/// One right side with all that rows beside it are asked about.
#[derive(Debug)]
pub(super) struct SideIndex<'run> {
    right: Right<'run>,
    fields: &'run [FieldSpec],
    owners: Owners,
    columns: RightColumns,
    namesakes: NamesakeGround,
}

/// Rows beside a right side.
#[derive(Debug)]
pub(super) struct LeftBeside<'index, 'run> {
    pub(super) right: &'index Right<'run>,
    pub(super) tables: Tables,
    pub(super) frequencies: Frequencies,
    /// What the right side says of the rows.
    pub(super) kin: LeftKinship,
}

impl<'run> SideIndex<'run> {
    pub(super) fn of(right: Right<'run>, fields: &'run [FieldSpec]) -> Self {
        let owners = Owners::of(&right.holders());
        let kin = RightKinship::of(&right.holders(), &owners);
        let columns = RightColumns::of(&right, &kin, fields);
        let namesakes = NamesakeGround::of(&columns.alone());
        Self { right, fields, owners, columns, namesakes }
    }

    /// People of whose households nothing is known.
    pub(super) fn of_people(people: &[&'run Facts], model: &'run Model) -> Self {
        Self::of(Right::people(people), &model.fields)
    }

    /// What the right side says of its own rows, worked out once more: nobody else needs it kept.
    pub(super) fn kin(&self) -> RightKinship {
        RightKinship::of(&self.right.holders(), &self.owners)
    }

    /// Sets rows beside it.
    pub(super) fn beside(&mut self, left: &Left<'_>) -> LeftBeside<'_, 'run> {
        let kin = LeftKinship::of(&left.named_relatives(), &self.right.holders(), &self.owners);
        let tables = self.columns.beside(left, &kin, self.fields);
        let frequencies = self.namesakes.frequencies(&tables);
        LeftBeside { right: &self.right, tables, frequencies, kin }
    }
}
