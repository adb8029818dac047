//! Annex 2: one row per school and agency.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, Expr, col, lit};

use crate::config::LiangHouSheng;
use crate::records::Records;
use crate::records::place::PlaceId;
use crate::sources::SourceKind;

use super::counting::{Figures, by_key, gain, over, overall, pairs_selected, persons};
use super::indicators::{ANNEX2, Frame};
use super::known::Known;
use super::pairs::{counties_of, is_same_county, position};
use super::rules::{Terms, liang_hou_sheng};
use super::{Annex2, Annex2Row, Counted};

/// The rows of the form and, for each institution, its row.
pub struct Units {
    /// Bare name and kind, in the order of the form.
    pub rows: Vec<(String, SourceKind)>,
    /// Index into `rows` for each institution.
    pub of_institution: Vec<u32>,
}

/// The rows of Annex 2: every institution of the inputs; equal names are one row, a 技工院校 where
/// either input is an enrolment one. 技工院校 first; within a kind as the project file says, then
/// as Annex 1 does, then by name.
pub fn units(records: &Records, order: &[String]) -> Units {
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
    let rows = rows.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect();
    Units { rows, of_institution }
}

/// Counts Annex 2.
pub fn count(
    records: &Records,
    units: &Units,
    rows: &DataFrame,
    people: &DataFrame,
    terms: &Terms,
) -> Counts {
    let indicators = over(ANNEX2, Frame::Rows);
    let linked = by_key(rows, "unit", Some(false), &indicators, terms);
    let either = by_key(rows, "unit", None, &indicators, terms);
    let row = |(index, (unit, kind)): (u32, &(String, SourceKind))| Line {
        unit: unit.clone(),
        kind: *kind,
        values: seven(linked.get(&index)),
        pending: std::array::from_fn(|column| gain(linked.get(&index), either.get(&index), column)),
    };
    let mut counts = Counts {
        lines: (0..).zip(&units.rows).map(row).collect(),
        distinct: seven(Some(&overall(rows, Some(false), &indicators, terms))),
    };
    if terms.settings.liang_hou_sheng == LiangHouSheng::PairedCounties {
        from_paired_counties(&mut counts, records, people, terms);
    }
    counts
}

/// What was counted, before it is known what can be known.
pub struct Counts {
    lines: Vec<Line>,
    distinct: [u64; 7],
}

struct Line {
    unit: String,
    kind: SourceKind,
    values: [u64; 7],
    pending: [u64; 7],
}

impl Counts {
    /// The form: what cannot be known is left out, and a total adds up what is known.
    pub fn form(self, known: Known) -> Annex2 {
        let row = |(row, line): (u32, &Line)| Annex2Row {
            unit: line.unit.clone(),
            kind: line.kind,
            values: std::array::from_fn(|slot| known.in_row(slot, row, line.values[slot])),
            pending: line.pending,
        };
        let rows: Vec<Annex2Row> = (0..).zip(&self.lines).map(row).collect();
        let sum = |slot: usize| rows.iter().filter_map(|row| row.values[slot]).sum();
        let total = std::array::from_fn(|slot| known.in_total(slot, sum(slot)));
        let distinct = std::array::from_fn(|slot| known.in_total(slot, self.distinct[slot]));
        Annex2 { total, distinct, rows, lacks: known.lacks }
    }
}

/// Who is counted in each figure of each row, sorted.
pub fn members(rows: &DataFrame, terms: &Terms) -> Vec<Counted> {
    let from_registry = terms.settings.liang_hou_sheng == LiangHouSheng::PairedCounties;
    let mut members = Vec::new();
    for (figure, indicator) in (1_u8..).zip(ANNEX2).filter(|(one, _)| *one > 1 || !from_registry) {
        let rule = (indicator.rule)(terms).and(col("pending").not());
        let counted = pairs_selected(rows, "unit", rule).into_iter();
        members.extend(counted.map(|(unit, person)| Counted { unit, figure, person }));
    }
    members.sort_unstable();
    members
}

fn seven(figures: Option<&Figures>) -> [u64; 7] {
    let figure = |index| figures.and_then(|figures| figures.get(index)).copied().unwrap_or(0);
    std::array::from_fn(|index| u64::try_from(figure(index)).unwrap_or(0))
}

/// ① from the registry: 两后生 of the counties Annex 1 pairs with a school.
fn from_paired_counties(annex: &mut Counts, records: &Records, people: &DataFrame, terms: &Terms) {
    let mut all_counties: Vec<PlaceId> = Vec::new();
    for row in &mut annex.lines {
        row.pending[0] = 0;
        row.values[0] = 0;
        if row.kind == SourceKind::Enrollment {
            let counties = paired_places(records, &row.unit);
            row.values[0] = persons(people, liang_hou_sheng(terms).and(lies_in(&counties)));
            all_counties.extend(counties);
        }
    }
    annex.distinct[0] = persons(people, liang_hou_sheng(terms).and(lies_in(&all_counties)));
}

/// The places Annex 1 pairs with a school, those of them that are in the registries.
pub fn paired_places(records: &Records, school: &str) -> Vec<PlaceId> {
    let listed = counties_of(school);
    if listed.is_empty() {
        return Vec::new();
    }
    let mut counties: Vec<PlaceId> =
        records.persons.iter().map(|person| person.facts.place.county).collect();
    counties.sort_unstable();
    counties.dedup();
    let name = |id: PlaceId| records.gazetteer.name(id);
    counties.retain(|id| listed.iter().any(|county| is_same_county(county, name(*id))));
    counties
}

/// Whether a person is registered in one of these places.
pub fn lies_in(counties: &[PlaceId]) -> Expr {
    let is = |county: &PlaceId| col("place").eq(lit(*county));
    counties.iter().map(is).reduce(Expr::or).unwrap_or(lit(false))
}
