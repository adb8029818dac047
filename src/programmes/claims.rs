//! What was claimed and paid, joined to the events it was for.

use std::collections::BTreeMap;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::census::{Census, PersonIndex};
use crate::config::{Programme, Subject};
use crate::records::{Entry, Records};

use super::event::{Event, folded};

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
}

/// Sums of one event under one rule, in 分.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) claimed: Option<i64>,
    pub(super) paid: Option<i64>,
}

impl Claims {
    /// Joins claims and payments to events.
    pub(super) fn join(
        records: &Records,
        census: &Census,
        events: &[Event],
        programmes: &[Programme],
    ) -> Self {
        let index = ClaimIndex::new(events);
        let mut claims = Self::default();
        let of_money =
            |list: &str| LISTS.iter().find(|(name, _)| *name == list).map(|(_, paid)| *paid);
        claims.is_loaded = records.lists.iter().any(|list| of_money(&list.list).is_some());
        for (row, entry) in (0_u32..).zip(&records.entries) {
            let Some(is_paid) = of_money(&records.lists[usize::from(entry.list)].list) else {
                continue;
            };
            let person = census.of_entry[row as usize];
            let rules = rules(programmes, &entry.detail.money_kind);
            let subjects: Vec<Subject> =
                rules.iter().map(|(at, rule)| programmes[*at].rules[*rule].subject).collect();
            let event = index.find(entry, person, &subjects, events);
            let amount = entry.detail.amount;
            claims.list.push(Claim { entry: row, person, is_paid, amount, event, rules });
        }
        claims
    }

    /// Whether some claim for an event names a rule.
    pub(super) fn named(&self) -> BTreeMap<(u32, usize, usize), Sums> {
        let mut sums: BTreeMap<(u32, usize, usize), Sums> = BTreeMap::new();
        for claim in &self.list {
            let Some(event) = claim.event else { continue };
            for (programme, rule) in &claim.rules {
                let one = sums.entry((event, *programme, *rule)).or_default();
                let place = if claim.is_paid { &mut one.paid } else { &mut one.claimed };
                if let Some(amount) = claim.amount {
                    *place = Some(place.unwrap_or(0) + amount);
                }
            }
        }
        sums
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
    fn find(
        &self,
        entry: &Entry,
        person: PersonIndex,
        subjects: &[Subject],
        events: &[Event],
    ) -> Option<u32> {
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
        let told = !detail.trade.is_empty() || !detail.began.is_empty();
        let mut found = own.iter().filter(fits).filter(|index| {
            let event = &events[**index as usize];
            (detail.trade.is_empty()
                || event.trade.is_empty()
                || event.trade == folded(&detail.trade))
                && overlaps(entry, event)
        });
        let first = found.next();
        if told { first.copied() } else { first.filter(|_| found.next().is_none()).copied() }
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
