//! What a run keeps of its people for later half-years, and what it knows of them from earlier ones.

use crate::census::Census;
use crate::config::Project;
use crate::ledger::{Ledger, LedgerError, NameKeys};
use crate::origin::Catalogue;
use crate::programmes::history::{
    KeptSources, PastEvent, PastRounds, PeopleRecord, keep, past_events,
};
use crate::records::Records;
use crate::results::Results;
use crate::vocabulary::HalfYear;

/// Earlier half-years of the project's unit, for limits that reach over years.
#[derive(Clone, Debug, Default)]
pub(super) struct EarlierPeople {
    rounds: Vec<PeopleRecord>,
    /// What names them in a run's id.
    pub(super) state: Vec<String>,
    names: Option<NameKeys>,
}

impl EarlierPeople {
    /// What the ledger has; nothing where no programme is in use.
    pub(super) fn of(ledger: &Ledger, project: &Project) -> Result<Self, LedgerError> {
        let mut earlier = Self::default();
        if project.programmes.is_empty() {
            return Ok(earlier);
        }
        earlier.names = Some(ledger.name_keys());
        for past in ledger.rounds_before(&project.unit, HalfYear::of(project.as_of))? {
            let record = ledger.people_of_limits(&past)?;
            if !record.people.is_empty() {
                earlier.state.push(format!("people:{}", past.run_id));
                earlier.rounds.push(record);
            }
        }
        Ok(earlier)
    }

    /// Events of earlier half-years that today's data do not tell of.
    pub(super) fn events(
        &self,
        project: &Project,
        records: &Records,
        census: &Census,
        catalogue: &Catalogue,
    ) -> Vec<PastEvent> {
        let Some(names) = self.names.as_ref().filter(|_| !self.rounds.is_empty()) else {
            return Vec::new();
        };
        let keyed = |name: u64| names.keyed(name);
        let past = PastRounds { rounds: &self.rounds, keyed: &keyed };
        let today = keep(KeptSources {
            records,
            census,
            judged: None,
            programmes: &project.programmes,
            lists: &project.lists,
            catalogue,
            as_of: project.as_of,
        });
        past_events(past, records, census, &project.programmes, &today)
    }
}

/// What a run knows of its people; `None` without lists and programmes.
pub(super) fn of_run(results: &Results) -> Option<PeopleRecord> {
    let census = results.census?;
    Some(keep(KeptSources {
        records: results.records,
        census,
        judged: results.judged,
        programmes: &results.project.programmes,
        lists: &results.project.lists,
        catalogue: results.catalogue,
        as_of: results.project.as_of,
    }))
}
