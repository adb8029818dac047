//! One rule on one event: the definite answers first.

use jiff::Span;
use jiff::civil::Date;

use crate::config::{Advance, AmountKind, EventDate, EventNeed, Programme, Rule, Subject};
use crate::records::CertificateMark;

use super::event::Event;
use super::groups::{CensusGroups, Certainty};

/// What a rule says of an event, dates and limits left aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RuleAnswer {
    /// Every condition holds.
    Holds,
    /// One fails.
    Fails(String),
    /// One is not known.
    Open(String),
}

/// An event under a rule, before limits and amounts.
#[derive(Clone, Debug)]
pub(super) struct EventUnderRule {
    /// Index into the programme's rules.
    pub(super) rule: usize,
    /// Index into the events.
    pub(super) event: u32,
    /// The day that decides year and validity.
    pub(super) when: Option<Date>,
    /// Whether that day lies outside the rule's dates.
    pub(super) is_outside: bool,
    /// What the rule says apart from dates.
    pub(super) finding: RuleAnswer,
}

/// The days a rule is in force.
pub(super) fn dates(programme: &Programme, rule: &Rule) -> (Date, Date) {
    (rule.from.unwrap_or(programme.from), rule.to.unwrap_or(programme.to))
}

/// Judges events by one rule.
pub(super) struct EventTest<'run> {
    pub(super) programme: &'run Programme,
    pub(super) rule: &'run Rule,
    pub(super) groups: &'run CensusGroups<'run>,
}

impl EventTest<'_> {
    /// The candidate an event is, if it is one; `named` says that a claim names the rule.
    pub(super) fn candidate(
        &self,
        event: &Event,
        named: bool,
    ) -> Option<(Option<Date>, bool, RuleAnswer)> {
        let rule = self.rule;
        if event.subject != Some(rule.subject) || rule.only_if.iter().any(|need| !has(event, *need))
        {
            return None;
        }
        let kind = self.kind(event);
        if kind == Certainty::No {
            return None;
        }
        if !named && !self.groups.is_candidate(event.person, &rule.groups_any) {
            return None;
        }
        let (when, is_outside) = self.place(event)?;
        let finding = self.finding(event, kind);
        Some((when, is_outside, finding))
    }

    /// Whether the event's kind of training is the rule's.
    fn kind(&self, event: &Event) -> Certainty {
        let condition = &self.rule.condition;
        if condition.kinds.is_empty() && condition.kinds_none.is_empty() {
            return Certainty::Yes;
        }
        let Some(kind) = event.course else { return Certainty::Unknown };
        let named = |kinds: &[String]| kinds.iter().any(|one| one == kind.label());
        let fits = condition.kinds.is_empty() || named(&condition.kinds);
        if fits && !named(&condition.kinds_none) { Certainty::Yes } else { Certainty::No }
    }

    /// The day that counts, and whether it lies outside; `None` where another rule has the rest of the
    /// programme's time.
    fn place(&self, event: &Event) -> Option<(Option<Date>, bool)> {
        let (start, stop) = dates(self.programme, self.rule);
        let when = self.programme.date.iter().find_map(|date| event.date(*date));
        if !self.rule.clip {
            return Some((when, when.is_some_and(|when| when < start || stop < when)));
        }
        let Some(first) = event.began_on else { return Some((when, false)) };
        let ends_before = self.latest_end(event).is_some_and(|last| last < start);
        if ends_before || stop < first {
            let own = self.rule.from.is_some() || self.rule.to.is_some();
            return if own { None } else { Some((Some(first), true)) };
        }
        Some((Some(first.max(start)), false))
    }

    /// The last day of an event; without one, the day of its certificate, which comes no earlier.
    fn latest_end(&self, event: &Event) -> Option<Date> {
        event.ended_on.or(event.certificate_on)
    }

    fn finding(&self, event: &Event, kind: Certainty) -> RuleAnswer {
        let day = event.date(self.rule.groups_at).or(event.began_on);
        let group = self.groups.any(event.person, &self.rule.groups_any, day);
        if group == Certainty::No {
            return RuleAnswer::Fails("not-member-then".to_owned());
        }
        let steps = [self.within(event), self.refusal(event), self.insured(event, day)];
        if let Some(found) = steps.into_iter().flatten().next() {
            return found;
        }
        if kind == Certainty::Unknown {
            return RuleAnswer::Open("lacks-kind".to_owned());
        }
        if let Some(found) = self.lacks(event).or_else(|| self.certificate(event)) {
            return found;
        }
        if group == Certainty::Unknown {
            return RuleAnswer::Open("membership".to_owned());
        }
        if OpenQuestion::of_rule(self.rule).is_put(self.groups, event, day) {
            return RuleAnswer::Open("ask".to_owned());
        }
        RuleAnswer::Holds
    }

    fn within(&self, event: &Event) -> Option<RuleAnswer> {
        let within = self.rule.within?;
        let to = event.date(within.to)?;
        let Some(from) = event.date(within.from) else {
            return Some(RuleAnswer::Open(format!("lacks-{}", within.from.word())));
        };
        if to < from {
            return Some(RuleAnswer::Fails("too-early".to_owned()));
        }
        (months_after(from, within.months) < to).then(|| RuleAnswer::Fails("too-late".to_owned()))
    }

    /// A needed yes-or-no field that says no.
    fn refusal(&self, event: &Event) -> Option<RuleAnswer> {
        let says_no = |need: &&EventNeed| answer(event, **need) == Some(false);
        let need = self.rule.needs.iter().find(says_no)?;
        Some(RuleAnswer::Fails(format!("no-{}", need.word())))
    }

    fn insured(&self, event: &Event, day: Option<Date>) -> Option<RuleAnswer> {
        let exempt = &self.rule.insured_unless;
        if exempt.is_empty() || event.insured == Some(true) {
            return None;
        }
        match (self.groups.any(event.person, exempt, day), event.insured) {
            (Certainty::Yes, _) => None,
            (Certainty::No, Some(false)) => Some(RuleAnswer::Fails("not-insured".to_owned())),
            _ => Some(RuleAnswer::Open("insured-unknown".to_owned())),
        }
    }

    /// What the rule needs and the event does not say.
    fn lacks(&self, event: &Event) -> Option<RuleAnswer> {
        let needs = self.rule.needs.iter().copied();
        let all = needs.chain(measured(self.rule));
        let mut lacking: Vec<&str> =
            all.filter(|need| !has(event, *need)).map(EventNeed::word).collect();
        lacking.dedup();
        (!lacking.is_empty()).then(|| RuleAnswer::Open(format!("lacks-{}", lacking.join("+"))))
    }

    /// A certificate of a kind the documents do not name.
    fn certificate(&self, event: &Event) -> Option<RuleAnswer> {
        let needed = self.rule.needs.contains(&EventNeed::Date(EventDate::CertificateOn));
        let open = needed && event.certificate == CertificateMark::Other;
        open.then(|| RuleAnswer::Open("certificate-kind".to_owned()))
    }
}

/// A question only people can answer, as a rule or an advance asks it.
#[derive(Clone, Copy)]
pub(super) struct OpenQuestion<'run> {
    is_asked: bool,
    /// The groups it is about; all where none are named.
    about: &'run [String],
    /// The groups that make a person eligible.
    eligible: &'run [String],
}

impl<'run> OpenQuestion<'run> {
    pub(super) fn of_rule(rule: &'run Rule) -> Self {
        let (about, eligible) = (&rule.ask_groups, &rule.groups_any);
        Self { is_asked: rule.ask.is_some(), about, eligible }
    }

    pub(super) fn of_advance(advance: &'run Advance) -> Self {
        let (about, eligible) = (&advance.ask_groups, &advance.groups_any);
        Self { is_asked: advance.ask.is_some(), about, eligible }
    }

    /// Whether it is put about the event: not where a group the question is not about makes the person
    /// eligible.
    pub(super) fn is_put(
        self,
        groups: &CensusGroups<'_>,
        event: &Event,
        day: Option<Date>,
    ) -> bool {
        let free = |group: &&String| !self.about.is_empty() && !self.about.contains(group);
        let mut others = self.eligible.iter().filter(free);
        self.is_asked
            && !others.any(|group| groups.member(event.person, group, day) == Certainty::Yes)
    }
}

/// What the amount is measured by.
fn measured(rule: &Rule) -> impl Iterator<Item = EventNeed> + use<> {
    let (began, ended) = (EventNeed::Date(EventDate::BeganOn), EventNeed::Date(EventDate::EndedOn));
    let needs = match (&rule.amount.kind, rule.subject) {
        (AmountKind::Day(_) | AmountKind::Month { .. }, _) => vec![began, ended],
        (AmountKind::Year { .. }, Subject::Attendance) => vec![began],
        _ => Vec::new(),
    };
    needs.into_iter()
}

/// Whether an event says something.
fn has(event: &Event, need: EventNeed) -> bool {
    match need {
        EventNeed::Date(date) => event.date(date).is_some(),
        EventNeed::Level => event.level.is_some(),
        EventNeed::Occupation => !event.trade.is_empty() || !event.occupation_code.is_empty(),
        EventNeed::EmployedInProvince | EventNeed::Referred => answer(event, need).is_some(),
    }
}

fn answer(event: &Event, need: EventNeed) -> Option<bool> {
    match need {
        EventNeed::EmployedInProvince => event.employed_in_province,
        EventNeed::Referred => event.referred,
        _ => None,
    }
}

/// The same day so many months later; the last day of the month where there is no such day.
pub(super) fn months_after(day: Date, months: u32) -> Date {
    day.checked_add(Span::new().months(i64::from(months))).unwrap_or(Date::MAX)
}
