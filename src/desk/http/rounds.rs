//! The people sought in the rounds the ledger keeps.

use std::collections::BTreeMap;

use crate::desk::material::Material;
use crate::desk::rounds::{Round, Rounds, mean};
use crate::desk::search::{FoundPeople, SHOWN};
use crate::desk::search_words::SearchWords;
use crate::ledger::{Ledger, LedgerError, PastPeriod};
use crate::statistics::snapshot::{KnownPerson, SnapshotKey, person_key};

/// In which rounds before this one the people found were seen, and who is meant and was seen in
/// those alone.
pub(super) fn look_up(
    ledger: &Ledger,
    material: &Material,
    sought: &str,
    found: &FoundPeople,
) -> Result<Rounds, LedgerError> {
    let survey = material.survey();
    let results = material.results();
    let past = ledger.rounds_before(&results.project.unit, survey.half_year())?;
    let mut rounds =
        Rounds { halves: past.iter().map(|one| one.half.label()).collect(), ..Rounds::default() };
    let key = |index: &u32| ledger.keyed_row(person_key(results.person(*index)));
    let keys: Vec<SnapshotKey> = found.persons.iter().map(key).collect();
    let gone = gone(ledger, &past, sought, &survey.snapshot().registry)?;
    rounds.gone_count = gone.len();
    let gone: Vec<(SnapshotKey, KnownPerson)> = gone.into_iter().take(SHOWN).collect();
    rounds.gone = gone.iter().map(|(_, known)| (known.clone(), Vec::new())).collect();
    for round in &past {
        let reader = RoundsReader::new(ledger, round, !(keys.is_empty() && gone.is_empty()))?;
        for (index, key) in found.persons.iter().zip(&keys) {
            rounds.of.entry(*index).or_default().extend(reader.read(*key)?);
        }
        for ((key, _), (_, seen)) in gone.iter().zip(&mut rounds.gone) {
            seen.extend(reader.read(*key)?);
        }
    }
    Ok(rounds)
}

/// Whom the words mean among those the registry has no more, each as last known, by name.
fn gone(
    ledger: &Ledger,
    past: &[PastPeriod],
    sought: &str,
    registry: &[SnapshotKey],
) -> Result<Vec<(SnapshotKey, KnownPerson)>, LedgerError> {
    let words = SearchWords::new(sought);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut people: BTreeMap<SnapshotKey, KnownPerson> = BTreeMap::new();
    for round in past {
        for (key, known) in ledger.people_of(round, &|known| mean(&words, known))? {
            if registry.binary_search(&key).is_err() {
                people.entry(key).or_insert(known);
            }
        }
    }
    let mut people: Vec<(SnapshotKey, KnownPerson)> = people.into_iter().collect();
    people.sort_by(|(_, one), (_, other)| {
        (&one.name, &one.place, &one.id).cmp(&(&other.name, &other.place, &other.id))
    });
    Ok(people)
}

/// One round being read.
struct RoundsReader<'run> {
    ledger: &'run Ledger,
    round: &'run PastPeriod,
    registered: Vec<SnapshotKey>,
}

impl<'run> RoundsReader<'run> {
    fn new(
        ledger: &'run Ledger,
        round: &'run PastPeriod,
        is_needed: bool,
    ) -> Result<Self, LedgerError> {
        let registered = if is_needed { ledger.registered(round)? } else { Vec::new() };
        Ok(Self { ledger, round, registered })
    }

    /// What the round knows of a person, if anything.
    fn read(&self, person: SnapshotKey) -> Result<Option<Round>, LedgerError> {
        if self.registered.binary_search(&person).is_err() {
            return Ok(None);
        }
        let presence = self.ledger.presence(self.round, person)?;
        Ok(Some(Round { half: self.round.half.label(), presence }))
    }
}
