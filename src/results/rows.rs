//! A row, a person, a place of a run by its index.

use crate::census::PersonIndex;
use crate::findings::Finding;
use crate::linkage::{Candidate, Outcome};
use crate::origin::{Catalogue, Origin};
use crate::records::place::Place;
use crate::records::{Facts, Person, SourceRecord};
use crate::vocabulary::Field;

use super::{Results, groups};

/// County, town and village as the registry has them.
pub struct RegisteredHome<'run> {
    /// 县.
    pub county: &'run str,
    /// 乡镇.
    pub town: &'run str,
    /// 村.
    pub village: &'run str,
}

impl RegisteredHome<'_> {
    /// 县、乡镇、村 in one text.
    pub fn joined(&self) -> String {
        [self.county, self.town, self.village].concat()
    }
}

/// Who a row of a source or of a list tells of, and in what words.
pub struct ToldRow<'run> {
    /// Index into the census.
    pub person: PersonIndex,
    /// What the row says.
    pub facts: &'run Facts,
}

/// Position of a row, in three cells.
pub struct RowSpot<'run> {
    /// File, relative to the project.
    pub file: &'run str,
    /// Sheet; empty for text files.
    pub sheet: &'run str,
    /// Row number.
    pub row: usize,
}

impl<'run> Results<'run> {
    /// The row of a source or of a list at a place; nothing without lists and programmes, and where no such
    /// row is.
    pub fn told_at(&self, origin: Origin) -> Option<ToldRow<'run>> {
        let (records, census) = (self.records, self.census?);
        if let Ok(row) = records.sources.binary_search_by_key(&origin, |row| row.origin) {
            let facts = &records.sources[row].facts;
            return Some(ToldRow { person: census.of_source[row], facts });
        }
        let row = records.entries.binary_search_by_key(&origin, |row| row.origin).ok()?;
        Some(ToldRow { person: census.of_entry[row], facts: &records.entries[row].facts })
    }

    /// The source row with its outcome.
    pub fn row(&self, index: u32) -> (&'run SourceRecord, &'run Outcome) {
        let index = index as usize;
        (&self.records.sources[index], &self.outcomes[index])
    }

    /// The registered person a finding concerns: its own, else the one its row is linked to.
    pub fn person_of(&self, finding: &Finding) -> Option<u32> {
        groups::person_of(self, finding)
    }

    /// The registry person.
    pub fn person(&self, index: u32) -> &'run Person {
        &self.records.persons[index as usize]
    }

    /// The best candidate with its person.
    pub fn best(&self, outcome: &'run Outcome) -> Option<(&'run Candidate, &'run Person)> {
        outcome.best().map(|candidate| (candidate, self.person(candidate.person)))
    }

    /// Name of the school or agency of a row.
    pub fn institution(&self, record: &SourceRecord) -> &'run str {
        let institutions = &self.records.institutions;
        institutions.get(record.institution as usize).map_or("", |found| found.name.as_str())
    }

    /// Names of a registered person's divisions. A village nobody could place shows as the file
    /// wrote it.
    pub fn home(&self, place: &'run Place) -> RegisteredHome<'run> {
        let gazetteer = &self.records.gazetteer;
        let village = gazetteer.name(place.village);
        RegisteredHome {
            county: gazetteer.name(place.county),
            town: gazetteer.name(place.town),
            village: if village.is_empty() { place.rest.as_str() } else { village },
        }
    }

    /// File, sheet and row.
    pub fn spot(&self, origin: Origin) -> RowSpot<'run> {
        let catalogue: &'run Catalogue = self.catalogue;
        let sheet = catalogue.sheet(origin.sheet);
        RowSpot { file: &sheet.file, sheet: &sheet.sheet, row: origin.row as usize }
    }

    /// `file › sheet › cell` of the name of a row, the cell a reader looks for first.
    pub fn name_cell(&self, origin: Origin) -> String {
        self.catalogue.show(origin, Some(Field::Name))
    }
}
