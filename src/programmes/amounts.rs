//! How much: whole 分, and intervals where something is not known. A day of living subsidy is paid
//! once whatever classes overlap, a month of work once whatever employers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::census::PersonIndex;
use crate::config::{Amount, AmountKind, Per, Rule};
use crate::vocabulary::labels::SkillLevel;

use super::catalogue::CodeCatalogue;
use super::condition::months_after;
use super::event::Event;
use super::groups::Certainty;
use super::verdict::Verdict;

/// What a candidate gets after limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Paid {
    pub(super) verdict: Verdict,
    pub(super) code: String,
    pub(super) low: Option<i64>,
    pub(super) high: Option<i64>,
}

impl Paid {
    pub(super) fn without_amount(verdict: Verdict, code: impl Into<String>) -> Self {
        Self { verdict, code: code.into(), low: None, high: None }
    }

    fn of(low: i64, high: Option<i64>) -> Self {
        Self { verdict: Verdict::Entitled, code: String::new(), low: Some(low), high }
    }
}

/// Days of living subsidy a person has been given.
#[derive(Clone, Debug, Default)]
struct Days {
    /// Days certainly paid.
    paid: BTreeSet<Date>,
    /// Days of classes of which only the number of days is known or which may be somebody else's, by the class's
    /// place.
    hazy: BTreeMap<(u32, u32), BTreeSet<Date>>,
}

/// A calendar month, by year and month.
type Month = (i16, i8);

/// Months of work that have been given, if nothing undecided is paid and if everything is, what was given to
/// whoever may be the same person included.
#[derive(Clone, Debug, Default)]
struct Months {
    without: BTreeSet<Month>,
    with: BTreeSet<Month>,
}

/// What has been given so far, over all programmes.
#[derive(Default)]
pub(super) struct Purse {
    days: FxHashMap<PersonIndex, Days>,
    months: FxHashMap<(PersonIndex, String), Months>,
}

/// An event under a rule that is in force from one day to another.
#[derive(Clone, Copy)]
pub(super) struct Due<'run> {
    pub(super) rule: &'run Rule,
    pub(super) event: &'run Event,
    /// The day that counts.
    pub(super) when: Date,
    /// First and last day of the rule.
    pub(super) span: (Date, Date),
    pub(super) catalogue: Option<&'run CodeCatalogue>,
    /// People who may be the event's: what it takes may be theirs.
    pub(super) others: &'run [PersonIndex],
}

impl Purse {
    /// What an entitled event gets.
    pub(super) fn pay(&mut self, due: Due<'_>) -> Paid {
        let amount = &due.rule.amount;
        match &amount.kind {
            AmountKind::Fixed(fen) => {
                let fen = amount.on(*fen, due.when);
                Paid::of(fen, Some(fen))
            }
            AmountKind::Level { usual, urgent, .. } => level(due, usual, urgent.as_ref()),
            AmountKind::Year { fen, least } => {
                let sum = amount.on(*fen, due.when) * years(due.event);
                Paid::of(sum, (!least).then_some(sum))
            }
            AmountKind::Charge => Paid::without_amount(Verdict::Entitled, ""),
            AmountKind::Day(fen) => self.pay_days(due, *fen),
            AmountKind::Month { .. } => self.pay_months(due, true),
        }
    }

    /// Keeps in mind what an undecided event would get if it were paid.
    pub(super) fn reserve(&mut self, due: Due<'_>) {
        if matches!(due.rule.amount.kind, AmountKind::Month { .. })
            && due.event.began_on.is_some()
            && due.event.ended_on.is_some()
        {
            self.pay_months(due, false);
        }
    }

    fn pay_days(&mut self, due: Due<'_>, fen: i64) -> Paid {
        let (Some(first), Some(last)) = (due.event.began_on, due.event.ended_on) else {
            return Paid::without_amount(Verdict::Undecided, "lacks-ended_on");
        };
        let all = days(first, last);
        let (start, stop) = due.span;
        let is_cut = due.rule.clip && (first < start || stop < last);
        let in_force: Vec<Date> = all
            .iter()
            .copied()
            .filter(|day| !due.rule.clip || (start..=stop).contains(day))
            .collect();
        let counted = due.event.days.map(usize::from).filter(|count| *count < all.len());
        let held = self.days.entry(due.event.person).or_default();
        let free: Vec<Date> =
            in_force.iter().copied().filter(|day| !held.paid.contains(day)).collect();
        let place = due.event.place();
        let own = held.hazy.get(&place);
        if free.is_empty() || own.is_some_and(|own| free.iter().all(|day| own.contains(day))) {
            return Paid::without_amount(Verdict::Duplicate, "days-paid");
        }
        let is_blurred = held.hazy.values().any(|days| free.iter().any(|day| days.contains(day)));
        let is_partly = counted.is_some() && (is_cut || free.len() < in_force.len());
        if is_blurred || is_partly || (!due.event.is_exact && counted.is_none()) {
            return Paid::without_amount(Verdict::Undecided, "days-unknown");
        }
        let sum = if let Some(count) = counted {
            held.hazy.entry(place).or_default().extend(&free);
            due.rule.amount.on(fen, first) * i64::try_from(count).unwrap_or(i64::MAX)
        } else {
            held.paid.extend(&free);
            free.iter().map(|day| due.rule.amount.on(fen, *day)).sum()
        };
        for other in due.others {
            let held = self.days.entry(*other).or_default();
            held.hazy.entry(place).or_default().extend(&free);
        }
        Paid::of(sum, Some(sum))
    }

    /// Gives months of work; an undecided stint takes them only in the count with the undecided.
    fn pay_months(&mut self, due: Due<'_>, is_sure: bool) -> Paid {
        let Amount { kind, .. } = &due.rule.amount;
        let AmountKind::Month { fen, at_most, per } = kind else {
            return Paid::without_amount(Verdict::Entitled, "");
        };
        let (Some(first), Some(last)) = (due.event.began_on, due.event.ended_on) else {
            return Paid::without_amount(Verdict::Undecided, "lacks-ended_on");
        };
        let unit =
            if per.contains(&Per::Employer) { due.event.unit.to_string() } else { String::new() };
        let stint = months(first, last);
        let at_most = usize::try_from(*at_most).unwrap_or(usize::MAX);
        for other in due.others {
            let held = self.months.entry((*other, unit.clone())).or_default();
            take(&mut held.with, &stint, at_most);
        }
        let held = self.months.entry((due.event.person, unit)).or_default();
        let low = take(&mut held.with, &stint, at_most);
        if !is_sure {
            return Paid::without_amount(Verdict::Undecided, "");
        }
        let is_full = held.without.len() >= at_most;
        let high = take(&mut held.without, &stint, at_most);
        let of = stint.len();
        match (low, high) {
            (_, 0) if is_full => Paid::without_amount(Verdict::OverLimit, "at-most"),
            (_, 0) => Paid::without_amount(Verdict::Duplicate, "months-paid"),
            (0, _) => Paid::without_amount(Verdict::Undecided, "depends-at-most"),
            (low, high) => {
                let month = due.rule.amount.on(*fen, due.when);
                let sum = |count: usize| month * i64::try_from(count).unwrap_or(i64::MAX);
                let code = match (low == high, high < of) {
                    (true, true) => format!("months {high} of {of}"),
                    (false, _) => format!("months {low}-{high} of {of}"),
                    _ => String::new(),
                };
                Paid { code, ..Paid::of(sum(low), Some(sum(high))) }
            }
        }
    }
}

/// Takes the months of a stint that are free, as many as are left; how many.
fn take(held: &mut BTreeSet<Month>, stint: &[Month], at_most: usize) -> usize {
    let left = at_most.saturating_sub(held.len());
    let fresh: Vec<Month> =
        stint.iter().copied().filter(|month| !held.contains(month)).take(left).collect();
    let count = fresh.len();
    held.extend(fresh);
    count
}

/// All days from the first to the last.
fn days(first: Date, last: Date) -> Vec<Date> {
    let mut all = Vec::new();
    let mut day = first;
    // A class of more than ten years is a slip of the pen.
    while day <= last && all.len() < 3_660 {
        all.push(day);
        match day.tomorrow() {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    all
}

/// Months begun between two days, each by the month it begins in: 15 January – 14 May are four.
fn months(first: Date, last: Date) -> Vec<Month> {
    let starts = (0..1_200).map(|count| months_after(first, count));
    starts.take_while(|start| *start <= last).map(|start| (start.year(), start.month())).collect()
}

/// Years begun; one where the end is not known.
fn years(event: &Event) -> i64 {
    let (Some(first), Some(last)) = (event.began_on, event.ended_on) else { return 1 };
    let starts = (0..100).map(|count| months_after(first, count * 12));
    i64::try_from(starts.take_while(|start| *start <= last).count()).unwrap_or(1).max(1)
}

/// Amounts by level, the lowest first.
type AmountsByLevel = [i64; 5];

fn level(due: Due<'_>, usual: &AmountsByLevel, urgent: Option<&AmountsByLevel>) -> Paid {
    let place = due.event.level.and_then(|level| {
        let ranked = &SkillLevel::ALL[..usual.len()];
        ranked.iter().position(|one| *one == level)
    });
    let Some(place) = place else {
        return Paid::without_amount(Verdict::Undecided, "lacks-level");
    };
    let Some(urgent) = urgent else { return Paid::of(usual[place], Some(usual[place])) };
    let is_urgent =
        due.catalogue.map_or(Certainty::Unknown, |catalogue| catalogue.holds(due.event, due.when));
    match is_urgent {
        Certainty::Yes => Paid::of(urgent[place], Some(urgent[place])),
        Certainty::No => Paid::of(usual[place], Some(usual[place])),
        Certainty::Unknown => {
            let (a, b) = (usual[place], urgent[place]);
            Paid::of(a.min(b), Some(a.max(b)))
        }
    }
}
