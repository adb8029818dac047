//! The rows of Annex 2: schools and agencies.

use std::collections::BTreeMap;

use crate::records::Records;
use crate::vocabulary::SourceKind;

use super::forms::{AnnexRow, FormLines};
use super::indicators::ANNEX2;
use super::pairs::position;

/// The rows of the form and, for each institution, its row.
pub(super) struct Units {
    /// The form before anything is counted.
    pub lines: FormLines,
    /// Its row for each institution.
    pub of_institution: Vec<u32>,
}

/// The rows of Annex 2: every institution of the inputs; equal names are one row, a 技工院校 where
/// either input is an enrolment one. 技工院校 first; within a kind as the project file says, then
/// as Annex 1 does, then by name.
pub(super) fn units(records: &Records, order: &[String]) -> Units {
    let mut kinds: BTreeMap<&str, SourceKind> = BTreeMap::new();
    for institution in &records.institutions {
        let kind = kinds.entry(&institution.name).or_insert(institution.kind);
        *kind = institution.kind.min(*kind);
    }
    let mut rows: Vec<(&str, SourceKind)> = kinds.into_iter().collect();
    let wished = |name: &str| order.iter().position(|listed| listed == name).unwrap_or(usize::MAX);
    rows.sort_by_key(|(name, kind)| (*kind, wished(name), position(name), *name));
    let row_of = |name: &str| rows.iter().position(|(listed, _)| *listed == name).unwrap_or(0);
    let of_institution = records
        .institutions
        .iter()
        .map(|institution| u32::try_from(row_of(&institution.name)).expect("few institutions"))
        .collect();
    let row = |(name, kind): (&str, SourceKind)| AnnexRow {
        name: name.to_owned(),
        kind: Some(kind),
        ..AnnexRow::default()
    };
    let rows = rows.into_iter().map(row).collect();
    Units { lines: FormLines { indicators: ANNEX2, key: "unit", rows }, of_institution }
}

/// Indices of the institutions in the order of their rows; an institution that is school and agency
/// comes first as a school.
pub fn institution_order(records: &Records, order: &[String]) -> Vec<usize> {
    let units = units(records, order);
    let mut places: Vec<usize> = (0..records.institutions.len()).collect();
    places.sort_by_key(|place| (units.of_institution[*place], records.institutions[*place].kind));
    places
}
