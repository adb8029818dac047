//! How much the headings of a sheet speak for each list.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::ListName;
use crate::config::{ListDefinition, shipped_lists};
use crate::sources::recognise::{marks, named, shipped, weak_marks};
use crate::sources::synonyms::Synonyms;
use crate::vocabulary::{Field, SourceKind};

/// One list a sheet may be, with its headings.
#[derive(Debug)]
pub(super) struct Contender {
    /// Which.
    pub(super) name: ListName,
    /// Its headings.
    pub(super) synonyms: Synonyms,
    /// Fields that no other list of people has.
    own: Vec<Field>,
    weak: Vec<Field>,
}

/// What any list of people may have.
const COMMON: [Field; 5] =
    [Field::Category, Field::Valid, Field::Unit, Field::HouseholdSize, Field::DisabilityNo];

static ALL: LazyLock<Vec<Contender>> = LazyLock::new(|| {
    let kinds = shipped().iter().map(|(kind, synonyms)| Contender {
        name: ListName::of(*kind),
        synonyms: synonyms.clone(),
        own: marks(*kind).to_vec(),
        weak: weak_marks(*kind).to_vec(),
    });
    kinds.chain(shipped_lists().iter().map(of_list)).collect()
});

fn of_list(list: &ListDefinition) -> Contender {
    let person: BTreeSet<Field> = shipped_lists()
        .iter()
        .map(|one| one.columns.iter().map(|column| column.field).collect::<BTreeSet<Field>>())
        .reduce(|shared, fields| shared.intersection(&fields).copied().collect())
        .unwrap_or_default();
    let fields = list.columns.iter().map(|column| column.field);
    let (weak, own) =
        fields.filter(|field| !person.contains(field)).partition(|field| COMMON.contains(field));
    Contender {
        name: ListName { kind: SourceKind::List, list: Some(list.list.clone()) },
        synonyms: Synonyms::of_list(list),
        own,
        weak,
    }
}

/// Every list there is: the four kinds, then the lists of persons by rank.
pub(super) fn contenders() -> &'static [Contender] {
    &ALL
}

impl Contender {
    /// Headings that speak for this list strongly, and weakly.
    pub(super) fn spoken_for<'a>(&self, headings: &'a [String]) -> Spoken<'a> {
        Spoken {
            strong: named(&self.synonyms, &self.own, headings).into_iter().collect(),
            weak: named(&self.synonyms, &self.weak, headings).into_iter().collect(),
        }
    }
}

/// The headings that speak for one list.
#[derive(Clone, Debug, Default)]
pub(super) struct Spoken<'a> {
    /// Those only such a list should have.
    pub(super) strong: BTreeSet<&'a str>,
    /// Those it may well have.
    pub(super) weak: BTreeSet<&'a str>,
}

impl Spoken<'_> {
    /// Whether a heading is among them.
    pub(super) fn has(&self, heading: &str) -> bool {
        self.strong.contains(heading) || self.weak.contains(heading)
    }

    /// How much they weigh beside what speaks for the others: what speaks for several speaks little.
    pub(super) fn weight(&self, others: &[&Self]) -> usize {
        let is_shared = |heading: &&str| others.iter().any(|other| other.strong.contains(heading));
        let (shared, own): (Vec<&str>, Vec<&str>) =
            self.strong.iter().copied().partition(|heading| is_shared(heading));
        let weak = self.weak.iter().filter(|heading| !is_shared(heading)).count();
        4 * own.len() + shared.len() + weak
    }
}
