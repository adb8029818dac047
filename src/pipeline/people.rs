//! What a run keeps of its people for later half-years, and what it knows of them from earlier ones.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::census::{Census, KeeperAnswer, PersonIndex};
use crate::config::Project;
use crate::ledger::{Ledger, LedgerError, NameKeys, PastPeriod};
use crate::origin::Catalogue;
use crate::programmes::CardLine;
use crate::programmes::history::{
    KeptSources, PastEvent, PastRounds, PeopleRecord, keep, names_of, past_events,
};
use crate::records::date_ranges::last_day;
use crate::records::period::parse_period;
use crate::records::{Records, date};
use crate::sources::RawCell;
use crate::vocabulary::HalfYear;
use crate::workbooks::confirmation::{ANSWER, SPAN};

use super::keepers;

/// Earlier half-years of the project's unit, for limits that reach over years.
#[derive(Clone, Debug, Default)]
pub(super) struct EarlierPeople {
    rounds: Vec<PeopleRecord>,
    /// What names them in a run's id.
    pub(super) state: Vec<String>,
    /// What keepers of lists answered.
    told: Vec<CardLine>,
    names: Option<NameKeys>,
}

/// Earlier half-years whose people the ledger keeps.
fn known(ledger: &Ledger, project: &Project) -> Result<Vec<PastPeriod>, LedgerError> {
    let mut known = Vec::new();
    for past in ledger.rounds_before(&project.unit, HalfYear::of(project.as_of))? {
        if ledger.has_people(&past)? {
            known.push(past);
        }
    }
    Ok(known)
}

fn named(past: &PastPeriod) -> String {
    format!("people:{}", past.run_id)
}

/// What the people of earlier half-years add to a run's identity.
pub(super) fn state(ledger: &Ledger, project: &Project) -> Result<Vec<String>, LedgerError> {
    if project.programmes.is_empty() {
        return Ok(Vec::new());
    }
    Ok(known(ledger, project)?.iter().map(named).collect())
}

impl EarlierPeople {
    /// What the ledger has; nothing where no programme is in use.
    pub(super) fn of(ledger: &Ledger, project: &Project) -> Result<Self, LedgerError> {
        let told = keepers::told(ledger, project)?;
        let mut earlier = Self { told, names: Some(ledger.name_keys()), ..Self::default() };
        if project.programmes.is_empty() {
            return Ok(earlier);
        }
        for past in known(ledger, project)? {
            earlier.state.push(named(&past));
            earlier.rounds.push(ledger.people_of_limits(&past)?);
        }
        Ok(earlier)
    }

    /// What keepers of lists say of today's people; the newest month's answer stands.
    pub(super) fn answers(
        &self,
        project: &Project,
        records: &Records,
        census: &Census,
    ) -> Vec<KeeperAnswer> {
        let Some(names) = self.names.as_ref().filter(|_| !self.told.is_empty()) else {
            return Vec::new();
        };
        let mut people: BTreeMap<String, PersonIndex> = BTreeMap::new();
        let known = (0_u32..).zip(&census.persons).zip(names_of(records, census));
        for ((person, one), own) in known {
            let number = one.registry.map(|row| &*records.persons[row as usize].person_no);
            for token in names.tokens(number, &own) {
                people.insert(names.card(&token), person);
            }
        }
        let mut answers: BTreeMap<(PersonIndex, String), KeeperAnswer> = BTreeMap::new();
        for line in self.told.iter().filter(|line| line.field == ANSWER) {
            let list = project.lists.iter().find(|list| list.title == line.unit);
            let (Some(list), Some(person)) = (list, people.get(&line.person)) else { continue };
            let is_member = match line.value.as_str() {
                "是" => true,
                "否" => false,
                _ => continue,
            };
            let same = |other: &&CardLine| {
                other.field == SPAN
                    && (&other.person, &other.unit, &other.month)
                        == (&line.person, &line.unit, &line.month)
            };
            let span = self.told.iter().find(same).map_or("", |other| other.value.as_str());
            let (from, to) = span_of(span, project.as_of);
            let answer =
                KeeperAnswer { person: *person, group: list.list.clone(), is_member, from, to };
            answers.insert((*person, list.list.clone()), answer);
        }
        answers.into_values().collect()
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

/// `2019-03-01至2020-12-31`, or a first day alone; two times nothing where a text is neither.
pub(super) fn span_of(text: &str, as_of: Date) -> (Option<Date>, Option<Date>) {
    let cell = RawCell::Text(text.into());
    if let Some((from, to)) = parse_period(&cell, as_of) {
        return (from.first_day(), last_day(to));
    }
    (date::parse(&cell, as_of).unwrap_or_default().first_day(), None)
}
