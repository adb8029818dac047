//! What was claimed and paid, joined to the events it was for.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::census::PersonIndex;
use crate::config::{Programme, Subject};
use crate::records::Entry;

use super::basis::ProgrammeBasis;
use super::event::{Event, folded};
use super::verdict::{Verdict, VerdictLine};

/// Lists of money by their names.
const LISTS: [(&str, bool); 2] = [("claims", false), ("payments", true)];

/// One row of a list of claims or payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Index into `Records::entries`.
    pub entry: u32,
    /// Whom it names.
    pub person: PersonIndex,
    /// Whether money has been paid.
    pub is_paid: bool,
    /// In 分.
    pub amount: Option<i64>,
    /// The event it is for; `None` where there is none.
    pub event: Option<u32>,
    /// Whether that is settled; otherwise it is an event of somebody the row only may be about.
    pub is_sure: bool,
    /// Whether an earlier half-year tells of what it is for.
    pub is_of_earlier: bool,
    /// Programme and rule its 补贴项目 names; several where the words fit several.
    pub rules: Vec<(usize, usize)>,
}

/// All claims and payments of a run.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// In input order.
    pub list: Vec<Claim>,
    /// Whether a list of claims or payments was handed over.
    pub is_loaded: bool,
    /// Whether a list of payments was.
    pub has_payments: bool,
}

/// Sums of one event under one rule, in 分.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) claimed: Option<i64>,
    pub(super) paid: Option<i64>,
}

impl Claims {
    /// Joins claims and payments to events, those nothing of today's data is for to `earlier` ones.
    pub(super) fn join(basis: &ProgrammeBasis<'_>, events: &[Event], earlier: &[Event]) -> Self {
        let ProgrammeBasis { records, census, programmes, .. } = *basis;
        let index = ClaimIndex::new(events);
        let before = ClaimIndex::new(earlier);
        let mut claims = Self::default();
        let of_money =
            |list: &str| LISTS.iter().find(|(name, _)| *name == list).map(|(_, paid)| *paid);
        claims.is_loaded = records.lists.iter().any(|list| of_money(&list.list).is_some());
        claims.has_payments = records.lists.iter().any(|list| of_money(&list.list) == Some(true));
        for (row, entry) in (0_u32..).zip(&records.entries) {
            let Some(is_paid) = of_money(&records.lists[usize::from(entry.list)].list) else {
                continue;
            };
            let person = census.of_entry[row as usize];
            let rules = rules(programmes, &entry.detail.money_kind);
            let subjects: Vec<Subject> =
                rules.iter().map(|(at, rule)| programmes[*at].rules[*rule].subject).collect();
            let sought = Sought { entry, subjects: &subjects, events };
            let own = index.find(&sought, person);
            let mut others = census.persons[person as usize].others.iter();
            let event = own.or_else(|| others.find_map(|other| index.find(&sought, *other)));
            let (is_sure, amount) = (own.is_some(), entry.detail.amount);
            let sought = Sought { events: earlier, ..sought };
            let is_of_earlier = event.is_none() && before.find(&sought, person).is_some();
            claims.list.push(Claim {
                entry: row,
                person,
                is_paid,
                amount,
                event,
                is_sure,
                is_of_earlier,
                rules,
            });
        }
        claims
    }

    /// What is claimed and paid for events under the one rule that is named.
    pub(super) fn named(&self) -> BTreeMap<(u32, usize, usize), Sums> {
        let mut sums: BTreeMap<(u32, usize, usize), Sums> = BTreeMap::new();
        for claim in &self.list {
            let (Some(event), [(programme, rule)]) = (claim.sure_event(), claim.rules.as_slice())
            else {
                continue;
            };
            sums.entry((event, *programme, *rule)).or_default().add(claim);
        }
        sums
    }

    /// Adds what is claimed in words that fit several rules to the line that has most right to it.
    pub(super) fn spread(&self, lines: &mut [VerdictLine], programmes: &[Programme]) {
        let several = |claim: &&Claim| claim.rules.len() > 1 && claim.is_sure;
        let open: Vec<&Claim> = self.list.iter().filter(several).collect();
        let asked: BTreeSet<u32> = open.iter().filter_map(|claim| claim.event).collect();
        let mut of: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| asked.contains(&line.event)) {
            of.entry(line.event).or_default().push(at);
        }
        for claim in open {
            let own = claim.event.and_then(|event| of.get(&event)).into_iter().flatten();
            let names = |line: &VerdictLine, (programme, rule): (usize, usize)| {
                programme == line.programme && programmes[programme].rules[rule].id == line.rule
            };
            let fits = |at: &&usize| claim.rules.iter().any(|rule| names(&lines[**at], *rule));
            let best = own.filter(fits).min_by_key(|at| right(lines[**at].verdict)).copied();
            if let Some(at) = best {
                let line = &mut lines[at];
                let mut sums = Sums { claimed: line.claimed, paid: line.paid };
                sums.add(claim);
                (line.claimed, line.paid) = (sums.claimed, sums.paid);
            }
        }
    }
}

/// How much right a verdict gives, the most first.
fn right(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Entitled => 0,
        Verdict::Undecided => 1,
        Verdict::Duplicate | Verdict::OverLimit => 2,
        Verdict::NotEligible => 3,
        Verdict::Outside => 4,
    }
}

impl Claim {
    /// The event the row is certainly for.
    pub(super) fn sure_event(&self) -> Option<u32> {
        self.event.filter(|_| self.is_sure)
    }
}

impl Sums {
    fn add(&mut self, claim: &Claim) {
        let place = if claim.is_paid { &mut self.paid } else { &mut self.claimed };
        if let Some(amount) = claim.amount {
            *place = Some(place.unwrap_or(0) + amount);
        }
    }
}

/// The rules whose title a 补贴项目 is: the very words first, then the words without brackets.
fn rules(programmes: &[Programme], kind: &str) -> Vec<(usize, usize)> {
    let kind = folded(kind);
    if kind.is_empty() {
        return Vec::new();
    }
    let all = || {
        let each = programmes.iter().enumerate();
        each.flat_map(|(at, one)| one.rules.iter().enumerate().map(move |(rule, r)| (at, rule, r)))
    };
    let exact: Vec<(usize, usize)> = all()
        .filter(|(_, _, rule)| folded(&rule.title) == kind || rule.id == kind.as_str())
        .map(|(at, rule, _)| (at, rule))
        .collect();
    if !exact.is_empty() {
        return exact;
    }
    let bare = |text: &str| -> CompactString {
        text.split('(').next().unwrap_or_default().trim_end_matches("补贴").into()
    };
    all()
        .filter(|(_, _, rule)| bare(&folded(&rule.title)) == bare(&kind))
        .map(|(at, rule, _)| (at, rule))
        .collect()
}

/// What an event is looked for by.
#[derive(Clone, Copy)]
struct Sought<'run> {
    entry: &'run Entry,
    /// Of the rules that are named.
    subjects: &'run [Subject],
    events: &'run [Event],
}

/// Events by what a claim can find them by.
struct ClaimIndex<'run> {
    by_certificate: FxHashMap<&'run str, Vec<u32>>,
    by_person: FxHashMap<PersonIndex, Vec<u32>>,
}

impl<'run> ClaimIndex<'run> {
    fn new(events: &'run [Event]) -> Self {
        let mut by_certificate: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
        let mut by_person: FxHashMap<PersonIndex, Vec<u32>> = FxHashMap::default();
        for (index, event) in (0_u32..).zip(events) {
            if !event.certificate_no.is_empty() {
                by_certificate.entry(&event.certificate_no).or_default().push(index);
            }
            by_person.entry(event.person).or_default().push(index);
        }
        Self { by_certificate, by_person }
    }

    /// The event of a claim: by certificate, else by class, else by trade and overlapping days, else
    /// the only one the person has.
    fn find(&self, sought: &Sought<'_>, person: PersonIndex) -> Option<u32> {
        let Sought { entry, subjects, events } = *sought;
        let detail = &entry.detail;
        let own = self.by_person.get(&person).map_or(&[][..], Vec::as_slice);
        let fits = |index: &&u32| {
            subjects.is_empty()
                || events[**index as usize].subject.is_some_and(|one| subjects.contains(&one))
        };
        let number = folded(&detail.certificate_no);
        if !number.is_empty()
            && let Some(found) = self.by_certificate.get(number.as_str())
        {
            let same = found.iter().find(|index| events[**index as usize].person == person);
            return same.or_else(|| found.first()).copied();
        }
        if !detail.class_no.is_empty() {
            let same = |index: &&u32| events[**index as usize].class_no == detail.class_no;
            if let Some(found) = own.iter().find(same) {
                return Some(*found);
            }
        }
        let trade = folded(&detail.trade);
        let fitting: Vec<u32> = own
            .iter()
            .filter(fits)
            .copied()
            .filter(|index| {
                let event = &events[*index as usize];
                (trade.is_empty() || event.trade.is_empty() || event.trade == trade)
                    && overlaps(entry, event)
            })
            .collect();
        // Of several the one of the very days; without anything told only a single one.
        let same_days = |index: &&u32| {
            let began = events[**index as usize].began_on;
            began.is_some() && began == detail.began.first_day()
        };
        let told = !trade.is_empty() || !detail.began.is_empty();
        let exact = fitting.iter().find(same_days).copied();
        exact.or_else(|| fitting.first().filter(|_| told || fitting.len() == 1).copied())
    }
}

/// Whether the days of a claim and an event have one in common, as far as both are known.
fn overlaps(entry: &Entry, event: &Event) -> bool {
    let detail = &entry.detail;
    let (Some(first), Some(began)) = (detail.began.first_day(), event.began_on) else {
        return true;
    };
    let last = detail.ended.first_day().unwrap_or(first);
    let ended = event.ended_on.unwrap_or(began);
    first <= ended && began <= last
}
