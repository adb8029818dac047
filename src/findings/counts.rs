//! How many findings of each kind each school, agency and the registry has.

use crate::records::Records;
use crate::vocabulary::SourceKind;

use super::{Finding, FindingKind};

/// A column of the summary: a school, an agency, or the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedPlace {
    /// Index into `Records::institutions`; `None` for the registry itself.
    pub institution: Option<u32>,
    /// Registry, enrolment or training.
    pub kind: SourceKind,
    /// Bare name; `建档立卡信息` for the registry.
    pub name: String,
}

/// Findings by kind and place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingCounts {
    /// Schools, then agencies, each by name, then the registry; all of them, even without findings.
    pub places: Vec<CountedPlace>,
    /// One line per kind in report order: the kind and its count at each place.
    pub kinds: Vec<(FindingKind, Vec<u64>)>,
}

impl FindingCounts {
    /// Findings of one kind at all places.
    pub fn of_kind(&self, kind: FindingKind) -> u64 {
        let line = self.kinds.iter().find(|(listed, _)| *listed == kind);
        line.map_or(0, |(_, counts)| counts.iter().sum())
    }

    /// Findings of all kinds at one place.
    pub fn of_place(&self, place: usize) -> u64 {
        self.kinds.iter().filter_map(|(_, counts)| counts.get(place)).sum()
    }

    /// All findings.
    pub fn total(&self) -> u64 {
        self.kinds.iter().flat_map(|(_, counts)| counts).sum()
    }
}

/// Counts findings by kind and by the institution whose row they are about.
pub fn count_by_institution(records: &Records, findings: &[Finding]) -> FindingCounts {
    let places = places(records, findings);
    let registry = places.iter().position(|place| place.kind == SourceKind::Registry).unwrap_or(0);
    let lists = places.iter().position(|place| place.kind == SourceKind::List);
    let mut column = vec![registry; records.institutions.len()];
    for (index, place) in places.iter().enumerate() {
        if let Some(institution) = place.institution {
            column[institution as usize] = index;
        }
    }
    let has_lists = findings.iter().any(|finding| finding.kind.is_of_lists());
    let mut kinds: Vec<(FindingKind, Vec<u64>)> = FindingKind::ALL
        .iter()
        .filter(|kind| has_lists || !kind.is_of_lists())
        .map(|kind| (*kind, vec![0; places.len()]))
        .collect();
    for finding in findings {
        let institution = finding.record.map(|row| records.sources[row as usize].institution);
        let other = if finding.entry.is_some() { lists.unwrap_or(registry) } else { registry };
        let place = institution.map_or(other, |index| column[index as usize]);
        if let Ok(line) = kinds.binary_search_by_key(&finding.kind, |(kind, _)| *kind) {
            kinds[line].1[place] += 1;
        }
    }
    FindingCounts { places, kinds }
}

fn places(records: &Records, findings: &[Finding]) -> Vec<CountedPlace> {
    let mut places: Vec<CountedPlace> = (0_u32..)
        .zip(&records.institutions)
        .map(|(index, institution)| CountedPlace {
            institution: Some(index),
            kind: institution.kind,
            name: institution.name.clone(),
        })
        .collect();
    places.sort_by(|left, right| (left.kind, &left.name).cmp(&(right.kind, &right.name)));
    places.push(CountedPlace {
        institution: None,
        kind: SourceKind::Registry,
        name: "建档立卡信息".to_owned(),
    });
    if findings.iter().any(|finding| finding.entry.is_some()) {
        places.push(CountedPlace {
            institution: None,
            kind: SourceKind::List,
            name: SourceKind::List.label().to_owned(),
        });
    }
    places
}
