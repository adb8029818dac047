//! Earlier half-years in a later judging: what rules said then uses up places of limits now, unless today's
//! data tell of the same events.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::keep::names_of;
use super::past_event::{PastEvent, PastVerdict};
use super::{KeptEvent, KeptKind, KeptVerdict, PeopleRecord, is_same};
use crate::census::{Census, PersonIndex};
use crate::config::{Programme, Subject};
use crate::programmes::Verdict;
use crate::programmes::event::{Event, folded};
use crate::records::identity::is_alike;
use crate::records::{Records, person_name};
use crate::vocabulary::labels::{CourseKind, SkillLevel};

/// Earlier half-years as the ledger has them, the latest first, and how it names people.
#[derive(Clone, Copy)]
pub struct PastRounds<'run> {
    /// What it keeps of each.
    pub rounds: &'run [PeopleRecord],
    /// The name in the ledger of a name of [`names_of`].
    pub keyed: &'run (dyn Fn(u64) -> u64 + Sync),
}

/// From when to when the data of a unit reach, by first days.
type Coverage = BTreeMap<(KeptKind, String), (Date, Date)>;

/// All events of earlier half-years that take part in today's limits. `today` is what this run would keep.
///
/// An event that a later half-year does not tell of, though its data of the same unit begin before and end
/// after it, may have been withdrawn: nobody knows whether it was, so it takes its place as an undecided one.
pub fn past_events<'run>(
    past: PastRounds<'run>,
    records: &Records,
    census: &Census,
    programmes: &[Programme],
    today: &'run PeopleRecord,
) -> Vec<PastEvent> {
    if past.rounds.is_empty() {
        return Vec::new();
    }
    let mut people = PersonFinder::of(past, records, census, today);
    let mut all = Vec::new();
    for round in past.rounds {
        let persons = people.find(round);
        let mut later = Coverage::new();
        let mut said: FxHashMap<u32, Vec<&KeptVerdict>> = FxHashMap::default();
        for one in &round.verdicts {
            said.entry(one.event).or_default().push(one);
        }
        for (index, event) in (0_u32..).zip(&round.events) {
            cover(&mut later, event);
            let Some(person) = persons[event.person as usize] else { continue };
            if people.knows(person, event) {
                continue;
            }
            let is_withdrawn = people.covers(event);
            let own = said.get(&index).into_iter().flatten();
            let verdicts: Vec<PastVerdict> =
                own.filter_map(|one| verdict(programmes, one, is_withdrawn)).collect();
            people.events.entry(person).or_default().push(event);
            if !verdicts.is_empty() {
                all.push(PastEvent { event: event_of(event, person), verdicts });
            }
        }
        people.widen(later);
    }
    all
}

fn verdict(programmes: &[Programme], one: &KeptVerdict, is_withdrawn: bool) -> Option<PastVerdict> {
    let programme = programmes.iter().position(|policy| policy.id == one.programme)?;
    let rule = programmes[programme].rules.iter().position(|rule| rule.id == one.rule)?;
    let is_due = one.verdict == Verdict::Entitled.key() || one.paid.is_some_and(|fen| fen > 0);
    let is_open = one.verdict == Verdict::Undecided.key();
    (is_due || is_open).then_some(PastVerdict {
        programme,
        rule,
        when: one.counted_on,
        is_sure: is_due && !is_withdrawn,
    })
}

fn event_of(kept: &KeptEvent, person: PersonIndex) -> Event {
    let is_work = kept.kind == KeptKind::OnTheJob;
    let course = CourseKind::ALL.iter().find(|kind| kind.label() == kept.course);
    let level = SkillLevel::ALL.iter().find(|level| level.label() == kept.level);
    Event {
        person,
        subject: Some(if is_work { Subject::Months } else { Subject::Attendance }),
        course: course.copied(),
        occupation_code: kept.occupation_code.as_str().into(),
        trade: folded(&kept.trade),
        level: level.copied(),
        began_on: kept.began,
        ended_on: kept.ended,
        is_exact: kept.is_exact,
        days: kept.days,
        certificate_on: kept.certificate_on,
        employed_on: kept.employed_on,
        class_no: kept.class_no.as_str().into(),
        unit: kept.unit.as_str().into(),
        ..Event::default()
    }
}

fn cover(coverage: &mut Coverage, event: &KeptEvent) {
    let Some(began) = event.began else { return };
    let own = coverage.entry((event.kind, event.unit.clone())).or_insert((began, began));
    *own = (own.0.min(began), own.1.max(began));
}

/// Who of the people of earlier half-years is who today, and what is known of them already.
struct PersonFinder<'run> {
    /// Name in the ledger → people of this run with their folded names.
    names: FxHashMap<u64, Vec<(PersonIndex, String)>>,
    events: FxHashMap<PersonIndex, Vec<&'run KeptEvent>>,
    coverage: Coverage,
}

impl<'run> PersonFinder<'run> {
    fn of(
        past: PastRounds<'_>,
        records: &Records,
        census: &Census,
        today: &'run PeopleRecord,
    ) -> Self {
        let faces = census.faces(records);
        let mut names: FxHashMap<u64, Vec<(PersonIndex, String)>> = FxHashMap::default();
        for ((person, own), face) in (0_u32..).zip(names_of(records, census)).zip(faces) {
            let folded = face.map_or_else(String::new, |facts| facts.name.folded().to_string());
            for name in own {
                let found = names.entry((past.keyed)(name)).or_default();
                found.push((person, folded.clone()));
            }
        }
        let mut coverage = Coverage::new();
        let mut events: FxHashMap<PersonIndex, Vec<&KeptEvent>> = FxHashMap::default();
        for event in &today.events {
            cover(&mut coverage, event);
            events.entry(event.person).or_default().push(event);
        }
        Self { names, events, coverage }
    }

    /// The person of this run each person of a half-year is.
    fn find(&self, round: &PeopleRecord) -> Vec<Option<PersonIndex>> {
        let own = |person: &super::KeptPerson| {
            let folded = person_name::fold(&person.name);
            let found = person.names.iter().filter_map(|name| self.names.get(name)).flatten();
            let mut found = found.filter(|(_, name)| is_alike(name, &folded));
            found.next().map(|(person, _)| *person)
        };
        round.people.iter().map(own).collect()
    }

    fn knows(&self, person: PersonIndex, event: &KeptEvent) -> bool {
        let own = self.events.get(&person);
        own.is_some_and(|own| own.iter().any(|known| is_same(known, event)))
    }

    fn covers(&self, event: &KeptEvent) -> bool {
        let reach = self.coverage.get(&(event.kind, event.unit.clone()));
        let within = |(first, last): &(Date, Date)| {
            event.began.is_some_and(|began| *first <= began && began <= *last)
        };
        reach.is_some_and(within)
    }

    fn widen(&mut self, more: Coverage) {
        for (of, (first, last)) in more {
            let own = self.coverage.entry(of).or_insert((first, last));
            *own = (own.0.min(first), own.1.max(last));
        }
    }
}
