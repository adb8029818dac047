//! How often rules pay together. Places are given out in the order of time, all events of one day
//! together; an event one limit refuses takes no place of another.
//!
//! What is undecided may or may not take a place, so places are given out twice: without and with the
//! undecided. Refused without them is refused; paid with them is paid; the rest depends.

use compact_str::CompactString;
use jiff::civil::Date;

use crate::census::PersonIndex;
use crate::config::{Limit, Per, Programme};

use super::condition::{EventUnderRule, RuleAnswer, dates};
use super::event::Event;
use super::groups::Certainty;

/// What the limits say of a candidate; limits by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LimitFate {
    /// It takes no part.
    Aside,
    /// No limit stands against it.
    Passes,
    /// A limit refuses it.
    Refused(usize),
    /// It is one of several of one day for fewer places.
    Tied(usize),
    /// It depends on what is undecided.
    Depends(usize),
}

/// A candidate's fate, and its fate if everything undecided were paid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fates {
    pub(super) fate: LimitFate,
    pub(super) with_undecided: LimitFate,
}

/// Gives out the places of a programme's limits among the candidates of one person, and those of people
/// who may be the same.
pub(super) fn share_out(
    programme: &Programme,
    events: &[Event],
    person: PersonIndex,
    candidates: &[&EventUnderRule],
) -> Vec<Fates> {
    let round = |loose: bool| Allotment { programme, events, person, candidates, loose }.run();
    let (without, with) = (round(false), round(true));
    let settle = |(without, with): (&LimitFate, &LimitFate)| {
        let fate = match (*without, *with) {
            (LimitFate::Passes, LimitFate::Refused(limit) | LimitFate::Tied(limit)) => {
                LimitFate::Depends(limit)
            }
            (fate, _) => fate,
        };
        Fates { fate, with_undecided: *with }
    };
    without.iter().zip(&with).map(settle).collect()
}

/// One giving-out of places.
struct Allotment<'run> {
    programme: &'run Programme,
    events: &'run [Event],
    /// Whose places they are.
    person: PersonIndex,
    candidates: &'run [&'run EventUnderRule],
    /// Whether what is undecided, and what may be the same, takes places.
    loose: bool,
}

impl Allotment<'_> {
    fn run(&self) -> Vec<LimitFate> {
        let mut fates = vec![LimitFate::Aside; self.candidates.len()];
        let mut taking: Vec<usize> =
            (0..self.candidates.len()).filter(|at| self.takes_part(*at)).collect();
        taking.sort_by_key(|at| self.candidates[*at].when);
        // For each limit the candidates that hold a place.
        let mut places: Vec<Vec<usize>> = vec![Vec::new(); self.programme.limits.len()];
        for day in taking.chunk_by(|a, b| self.candidates[*a].when == self.candidates[*b].when) {
            self.one_day(day, &mut places, &mut fates);
        }
        fates
    }

    /// Whether a candidate may take a place: events before the document's first day in its calendar
    /// year do, too.
    fn takes_part(&self, at: usize) -> bool {
        let candidate = self.candidates[at];
        let Some(when) = candidate.when else { return false };
        let rule = &self.programme.rules[candidate.rule];
        let is_own = self.events[candidate.event as usize].person == self.person;
        let counts = match candidate.finding {
            RuleAnswer::Holds => is_own || self.loose,
            RuleAnswer::Open(_) => self.loose,
            RuleAnswer::Fails(_) => false,
        };
        let (start, _) = dates(self.programme, rule);
        let before = !rule.clip && when < start && when.year() == start.year();
        counts && (!candidate.is_outside || before)
    }

    fn one_day(&self, day: &[usize], places: &mut [Vec<usize>], fates: &mut [LimitFate]) {
        let mut alive: Vec<usize> = day.to_vec();
        let mut winners: Vec<usize> = Vec::new();
        for at in day {
            fates[*at] = LimitFate::Passes;
        }
        for (index, limit) in self.programme.limits.iter().enumerate() {
            let members: Vec<usize> =
                alive.iter().copied().filter(|at| self.is_counted(limit, *at)).collect();
            let mut tied: Vec<usize> = Vec::new();
            for at in &members {
                let used = self.events_among(limit, *at, &places[index]);
                let rivals = self.events_among(limit, *at, &members);
                if used >= limit.count {
                    fates[*at] = LimitFate::Refused(index);
                } else if used + rivals > limit.count {
                    fates[*at] = LimitFate::Tied(index);
                    tied.push(*at);
                    // Of those tied so many will be paid as places are left.
                    if self.events_among(limit, *at, &tied) <= limit.count - used {
                        winners.push(*at);
                    }
                }
            }
            alive.retain(|at| fates[*at] == LimitFate::Passes);
        }
        for (index, limit) in self.programme.limits.iter().enumerate() {
            let holders = alive.iter().chain(&winners).filter(|at| self.is_counted(limit, **at));
            places[index].extend(holders);
        }
    }

    fn is_counted(&self, limit: &Limit, at: usize) -> bool {
        let rule = &self.programme.rules[self.candidates[at].rule];
        limit.rules.contains(&rule.id)
    }

    /// How many events among others are the same as far as the limit goes; lines of one event are one.
    fn events_among(&self, limit: &Limit, at: usize, others: &[usize]) -> usize {
        let mut same: Vec<u32> = others
            .iter()
            .filter(|other| **other == at || self.is_same(limit, at, **other))
            .map(|other| self.candidates[*other].event)
            .collect();
        same.sort_unstable();
        same.dedup();
        same.len()
    }

    fn dated(&self, candidate: &EventUnderRule) -> DatedEvent<'_> {
        DatedEvent { event: &self.events[candidate.event as usize], when: candidate.when }
    }

    fn is_same(&self, limit: &Limit, at: usize, other: usize) -> bool {
        let (one, two) = (self.candidates[at], self.candidates[other]);
        if one.event == two.event {
            return true;
        }
        let (one, two) = (self.dated(one), self.dated(two));
        let same = limit.per.iter().map(|per| agrees(*per, one, two));
        match same.min().unwrap_or(Certainty::Yes) {
            Certainty::Yes => true,
            Certainty::Unknown => self.loose,
            Certainty::No => false,
        }
    }
}

/// An event with the day that counts under a rule.
#[derive(Clone, Copy)]
struct DatedEvent<'run> {
    event: &'run Event,
    when: Option<Date>,
}

/// Whether two events agree in what a limit counts by.
fn agrees(per: Per, one: DatedEvent, two: DatedEvent) -> Certainty {
    let when = [one.when, two.when].map(|day| day.map(Date::year));
    let (one, two) = (one.event, two.event);
    let equal = |is_equal: bool| if is_equal { Certainty::Yes } else { Certainty::No };
    match per {
        // Whoever else is among them may be the same person.
        Per::Person if one.person == two.person => Certainty::Yes,
        Per::Person => Certainty::Unknown,
        Per::Year => equal(when[0] == when[1]),
        Per::Occupation => occupation(one, two),
        Per::Level => match (one.level, two.level) {
            (Some(a), Some(b)) => equal(a == b),
            _ => Certainty::Unknown,
        },
        Per::Employer => texts(&one.unit, &two.unit),
        Per::Employment => equal(one.employed_on == two.employed_on),
    }
}

/// Codes decide where both rows have one, else the trades' words.
fn occupation(one: &Event, two: &Event) -> Certainty {
    if one.occupation_code.is_empty() || two.occupation_code.is_empty() {
        return texts(&one.trade, &two.trade);
    }
    texts(&one.occupation_code, &two.occupation_code)
}

fn texts(one: &CompactString, two: &CompactString) -> Certainty {
    match (one.is_empty() || two.is_empty(), one == two) {
        (true, _) => Certainty::Unknown,
        (_, true) => Certainty::Yes,
        _ => Certainty::No,
    }
}
