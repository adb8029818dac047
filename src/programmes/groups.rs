//! Whether a person belongs to a group on a day: yes, no, or not known.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::census::{Census, MembershipEvidence, PersonIndex, State, state_at};
use crate::config::{ListDefinition, ListRole};
use crate::records::Records;

/// A three-valued answer; an unknown part makes a whole unknown unless another part decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Certainly not.
    No,
    /// Nobody can tell yet.
    Unknown,
    /// Certainly.
    Yes,
}

/// The name users read of a group.
pub fn group_title<'run>(lists: &'run [ListDefinition], group: &str) -> &'run str {
    let known = lists.iter().find(|one| one.list == group);
    known.map_or_else(|| derived_group(group), |one| one.title.as_str())
}

/// The name users read of a group no list of its own stands for.
fn derived_group(group: &str) -> &'static str {
    match group {
        "poor" => "建档立卡",
        "two_after" => "两后生（自报）",
        "rural_transfer" => "农村转移就业劳动者（自报）",
        "junior_senior" => "初高中毕业生（招生对象）",
        "migrant_new" => "新生代农民工（自报）",
        _ => "其他",
    }
}

/// Groups of a run's people.
#[derive(Clone, Debug)]
pub struct CensusGroups<'run> {
    census: &'run Census,
    /// Groups whose list nobody handed over.
    missing: BTreeSet<String>,
}

impl<'run> CensusGroups<'run> {
    /// `known` are all lists there are.
    pub fn new(records: &Records, census: &'run Census, known: &[ListDefinition]) -> Self {
        let is_loaded = |list: &str| records.lists.iter().any(|one| one.list == list);
        let groups = known.iter().filter(|one| one.role == ListRole::Group);
        let missing = groups.filter(|one| !is_loaded(&one.list)).map(|one| one.list.clone());
        Self { census, missing: missing.collect() }
    }

    /// Whether the list of a group was not handed over.
    pub fn is_missing(&self, group: &str) -> bool {
        self.missing.contains(group)
    }

    /// Whether anything at all says that the person belongs, belonged or may belong to one of the
    /// groups.
    pub fn is_candidate(&self, person: PersonIndex, groups: &[String]) -> bool {
        self.census.memberships_of(person).iter().any(|one| groups.contains(&one.group))
    }

    /// Whether the person belongs to a group on a day. A row of the list decides against a person's own
    /// words, and so does its keeper; an own word alone decides nothing.
    pub fn member(&self, person: PersonIndex, group: &str, day: Option<Date>) -> Certainty {
        let rows = self.census.memberships_of(person).iter().filter(|one| one.group == group);
        let mut answer = Certainty::No;
        let (mut is_listed, mut is_declared) = (false, false);
        for row in rows {
            is_declared |= row.evidence == MembershipEvidence::Declared;
            is_listed |=
                matches!(row.evidence, MembershipEvidence::Confirmed | MembershipEvidence::Lapsed);
            let Some(day) = day else {
                answer = Certainty::Unknown;
                continue;
            };
            let this = match (state_at(row, day), row.evidence) {
                (State::Confirmed, _) => Certainty::Yes,
                (State::Review, _) | (State::Past, MembershipEvidence::Lapsed) => {
                    Certainty::Unknown
                }
                _ => Certainty::No,
            };
            answer = answer.max(this);
        }
        if answer == Certainty::No
            && !self.census.is_denied(person, group)
            && (is_declared && !is_listed || self.missing.contains(group))
        {
            return Certainty::Unknown;
        }
        answer
    }

    /// Whether the person belongs to any of the groups.
    pub fn any(&self, person: PersonIndex, groups: &[String], day: Option<Date>) -> Certainty {
        let answers = groups.iter().map(|group| self.member(person, group, day));
        answers.max().unwrap_or(Certainty::Yes)
    }

    /// Those of the groups the person belongs or may belong to.
    pub fn named(&self, person: PersonIndex, groups: &[String], day: Option<Date>) -> Vec<String> {
        let best = self.any(person, groups, day);
        let fits =
            |group: &&String| best != Certainty::No && self.member(person, group, day) == best;
        groups.iter().filter(fits).cloned().collect()
    }
}
