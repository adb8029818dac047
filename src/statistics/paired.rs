//! ① from the registry (setting `paired-counties`): the 两后生 of the counties Annex 1 pairs with a
//! school.

use crate::config::LiangHouSheng;
use crate::records::Records;
use crate::records::place::PlaceId;
use crate::vocabulary::SourceKind;

use super::Basis;
use super::choices::Choice;
use super::counting::ByLine;
use super::forms::{AnnexRow, FigureTally};
use super::indicators::Indicator;
use super::masks::Masks;
use super::pairs::{counties_of, is_same_county};
use super::rules::FigureRule;

/// Rows of Annex 2 with the registered counties Annex 1 pairs with them.
pub struct Paired(Vec<(u32, Vec<PlaceId>)>);

/// Whether a figure counts the registry under a basis.
pub(super) fn counts_registry(indicator: &Indicator, basis: &Basis) -> bool {
    indicator.choices.contains(&Choice::LiangHouSheng)
        && basis.settings.liang_hou_sheng == LiangHouSheng::PairedCounties
}

impl Paired {
    /// The schools among the rows.
    pub fn of(records: &Records, rows: &[AnnexRow]) -> Self {
        let schools = (0..).zip(rows).filter(|(_, row)| row.kind == Some(SourceKind::Enrollment));
        let paired = schools.map(|(line, row)| (line, paired_places(records, &row.name)));
        Self(paired.filter(|(_, counties)| !counties.is_empty()).collect())
    }

    /// Who is counted, by row of the form.
    pub fn persons(&self, masks: &Masks) -> Vec<(u32, Vec<u32>)> {
        let young = masks.of(FigureRule::LiangHouSheng);
        let of = |counties: &[PlaceId]| masks.people(&(young & &masks.lies_in(counties)));
        self.0.iter().map(|(line, counties)| (*line, of(counties))).collect()
    }

    /// The figure; no row in review can raise it.
    pub fn count(&self, masks: &Masks) -> FigureTally {
        let number = |persons: &[u32]| i64::try_from(persons.len()).unwrap_or(i64::MAX);
        let persons = self.persons(masks);
        let by_line = persons.iter().map(|(line, persons)| (*line, number(persons))).collect();
        let mut all: Vec<u32> = persons.into_iter().flat_map(|(_, persons)| persons).collect();
        all.sort_unstable();
        all.dedup();
        FigureTally { by_line, pending: ByLine::new(), distinct: number(&all) }
    }
}

/// The places Annex 1 pairs with a school, those of them that are in the registries.
fn paired_places(records: &Records, school: &str) -> Vec<PlaceId> {
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
