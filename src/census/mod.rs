//! Rows of all lists and sources → one census of people, and the groups each belongs to.
//!
//! Comes in: records, and what linkage said of schools' and agencies' rows. Goes out: a [`Census`]: one
//! person for every row, one [`Listing`] for every row of a list, memberships with their dates. What
//! linkage decided is never touched: the census only adds persons the registry does not know. No I/O, no
//! clock; time grows with the rows of the lists.

mod conflicts;
mod founding;
mod households;
mod membership;
mod passes;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::linkage::index::RegistryIndex;
use crate::linkage::{Decision, MatchClass, Outcome};
use crate::origin::{Catalogue, Origin};
use crate::records::{Facts, Records};

pub use conflicts::{Conflict, ConflictAbout};
pub use membership::{Membership, MembershipEvidence, State, state_at};

/// Index into [`Census::persons`].
pub type PersonIndex = u32;

/// One human over all lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CensusPerson {
    /// The registry row that stands for the person; `None` for people the registry does not know.
    pub registry: Option<u32>,
    /// The row that made the person known, for people the registry does not know.
    pub founder: Option<Origin>,
    /// Registry persons this one may be, as long as nobody has ruled on it.
    pub maybe: Vec<u32>,
    /// Other people of the census this one may be; each of two such names the other.
    pub others: Vec<PersonIndex>,
}

/// What became of one row of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// Whether the row joined a person (link), may be a person (review) or is a new one (none).
    pub decision: Decision,
    /// How it compares with the person.
    pub match_class: MatchClass,
    /// The registry person joined, or the best candidate of a review.
    pub registry: Option<u32>,
    /// Another person than the registry's whom a row in review may be.
    pub maybe: Option<PersonIndex>,
    /// Match probability of that person.
    pub probability: f64,
    /// What the comparison weighed; `None` where equal numbers and names decided.
    pub outcome: Option<Outcome>,
}

/// All people of a run that stand in some row, and what they belong to.
#[derive(Clone, Debug, Default)]
pub struct Census {
    /// The people.
    pub persons: Vec<CensusPerson>,
    /// Person of each row of `Records::sources`.
    pub of_source: Vec<PersonIndex>,
    /// Person of each row of `Records::entries`.
    pub of_entry: Vec<PersonIndex>,
    /// What became of each row of `Records::entries`.
    pub listings: Vec<Listing>,
    /// Memberships by person, in the order of groups.
    pub memberships: Vec<Membership>,
    /// Numbers and names that contradict each other.
    pub conflicts: Vec<Conflict>,
    /// People of whom the keeper of a list says that they do not belong to its group.
    denied: BTreeSet<(PersonIndex, String)>,
}

/// What the keeper of a list says of somebody who claims to belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeeperAnswer {
    /// Who.
    pub person: PersonIndex,
    /// Code of the group.
    pub group: String,
    /// Whether the person belongs to it.
    pub is_member: bool,
    /// First day; `None` is open.
    pub from: Option<Date>,
    /// Last day; `None` is open.
    pub to: Option<Date>,
}

impl Census {
    /// Puts the census together.
    pub fn build(
        records: &Records,
        outcomes: &[Outcome],
        registry: &mut RegistryIndex<'_>,
    ) -> Self {
        let of = &registry.representatives();
        let mut census = passes::people(records, outcomes, registry, of);
        census.memberships = membership::collect(records, &census, of);
        census.memberships.extend(households::members(records, &census, of));
        census.memberships.sort();
        census.conflicts = conflicts::find(records, &census);
        census
    }

    /// Takes in what keepers of lists answered: a yes is as good as a row of the list, a no decides against
    /// the person's own words.
    pub fn answer(&mut self, answers: &[KeeperAnswer]) {
        let mut confirmed = Vec::new();
        for one in answers {
            let mut own = self.memberships_of(one.person).iter();
            let Some(told) = own.find(|row| row.group == one.group).cloned() else { continue };
            if one.is_member {
                confirmed.push(Membership {
                    evidence: MembershipEvidence::Confirmed,
                    from: one.from,
                    to: one.to,
                    ..told
                });
            } else {
                self.denied.insert((one.person, one.group.clone()));
            }
        }
        self.memberships.extend(confirmed);
        self.memberships.sort();
    }

    /// Whether the keeper of a list has said that somebody does not belong to its group.
    pub fn is_denied(&self, person: PersonIndex, group: &str) -> bool {
        self.denied.contains(&(person, group.to_owned()))
    }

    /// The memberships of a person.
    pub fn memberships_of(&self, person: PersonIndex) -> &[Membership] {
        let start = self.memberships.partition_point(|one| one.person < person);
        let rest = &self.memberships[start..];
        &rest[..rest.partition_point(|one| one.person == person)]
    }

    /// The key of a person in results: the registry's 人编号, else the row that made the person known.
    pub fn key(&self, records: &Records, catalogue: &Catalogue, person: PersonIndex) -> String {
        let one = &self.persons[person as usize];
        match (one.registry, one.founder) {
            (Some(row), _) => records.persons[row as usize].person_no.to_string(),
            (None, Some(origin)) => {
                let sheet = catalogue.sheet(origin.sheet);
                format!("{}:{}:{}", sheet.file, sheet.sheet, origin.row)
            }
            (None, None) => String::new(),
        }
    }

    /// The row of each person that shows who it is.
    pub fn faces<'run>(&self, records: &'run Records) -> Vec<Option<&'run Facts>> {
        let mut faces: Vec<Option<&Facts>> = self
            .persons
            .iter()
            .map(|one| one.registry.map(|row| &records.persons[row as usize].facts))
            .collect();
        let sources = self.of_source.iter().zip(records.sources.iter().map(|row| &row.facts));
        let entries = self.of_entry.iter().zip(records.entries.iter().map(|row| &row.facts));
        for (person, facts) in sources.chain(entries) {
            faces[*person as usize].get_or_insert(facts);
        }
        faces
    }

    /// Rows of each list by decision, in the order of `Records::lists`.
    pub fn counts(&self, records: &Records) -> Vec<BTreeMap<Decision, usize>> {
        let mut counts = vec![BTreeMap::new(); records.lists.len()];
        for (entry, listing) in records.entries.iter().zip(&self.listings) {
            *counts[usize::from(entry.list)].entry(listing.decision).or_default() += 1;
        }
        counts
    }
}
