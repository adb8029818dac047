//! The programmes in use on all events: conditions, then limits, then amounts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::config::{Advance, Limit, Programme, Rule, Subject};

use super::amounts::{Due, Paid, Purse};
use super::basis::ProgrammeBasis;
use super::catalogue::name_of;
use super::claims::{Claims, Sums};
use super::condition::{EventTest, EventUnderRule, OpenQuestion, RuleAnswer, dates};
use super::event::{Event, events};
use super::exemptions::{StudentTest, students};
use super::groups::{CensusGroups, Certainty};
use super::limits::{Fates, LimitFate, share_out};
use super::verdict::{Verdict, VerdictLine};

/// All verdicts of a run.
#[derive(Clone, Debug, Default)]
pub struct Verdicts {
    /// What happened to people.
    pub events: Vec<Event>,
    /// One per candidate event and rule: by programme, rule and place of the event.
    pub lines: Vec<VerdictLine>,
    /// Claims and payments.
    pub claims: Claims,
    /// Figures against targets.
    pub progress: Vec<super::ProgressRow>,
    /// Figures that stand in printed forms alone.
    pub in_forms: Vec<super::ProgressRow>,
    /// For each programme the lists nobody handed over, with how many people that leaves open.
    pub missing: Vec<Vec<(String, usize)>>,
}

/// Judges all events by all programmes.
pub fn judge(basis: &ProgrammeBasis<'_>) -> Verdicts {
    let mut events = events(basis.records, basis.census);
    events.extend(students(basis));
    let earlier: Vec<Event> = basis.past.iter().map(|past| past.event.clone()).collect();
    let claims = Claims::join(basis, &events, &earlier);
    let groups = CensusGroups::new(basis.records, basis.census, basis.lists);
    let sums = claims.named();
    let today = events.len();
    events.extend(earlier);
    let remembered = basis.past.iter().map(|past| past.event.person).collect();
    let court = Court { basis, groups: &groups, events: &events, sums: &sums, today, remembered };
    let mut lines = court.lines();
    claims.spread(&mut lines, basis.programmes);
    let missing = basis.programmes.iter().map(|one| court.missing(one, &lines)).collect();
    events.truncate(today);
    Verdicts { events, lines, claims, progress: Vec::new(), in_forms: Vec::new(), missing }
}

/// An event under a rule with what conditions and limits say.
struct JudgedEvent {
    programme: usize,
    candidate: EventUnderRule,
    fates: Fates,
}

struct Court<'run> {
    basis: &'run ProgrammeBasis<'run>,
    groups: &'run CensusGroups<'run>,
    /// Those of this run, then those of earlier half-years.
    events: &'run [Event],
    sums: &'run BTreeMap<(u32, usize, usize), Sums>,
    /// How many events are of this run.
    today: usize,
    /// People of whom earlier half-years tell.
    remembered: BTreeSet<u32>,
}

impl Court<'_> {
    fn lines(&self) -> Vec<VerdictLine> {
        let mut cases: Vec<JudgedEvent> = Vec::new();
        for programme in 0..self.basis.programmes.len() {
            cases.extend(self.cases(programme));
        }
        let verdicts: Vec<Paid> = cases.iter().map(|case| self.before_amounts(case)).collect();
        let yielding = self.yielding(&cases, &verdicts);
        let mut purse = Purse::default();
        let mut lines: Vec<VerdictLine> = Vec::new();
        for (at, (case, before)) in cases.iter().zip(verdicts).enumerate() {
            let paid = self.settle(case, before, yielding.get(&at), &mut purse);
            lines.push(self.line(case, paid));
        }
        lines.retain(|line| (line.event as usize) < self.today);
        lines.extend(self.exemptions());
        let advances = self.advances(&lines);
        lines.extend(advances);
        lines.sort_by(|a, b| self.place(a).cmp(&self.place(b)));
        lines
    }

    fn place<'a>(&self, line: &'a VerdictLine) -> (usize, &'a str, (u32, u32)) {
        (line.programme, &line.rule, self.events[line.event as usize].place())
    }

    /// All candidates of a programme in the order amounts are given: by the day that counts, then by
    /// beginning, then by place.
    fn cases(&self, programme: usize) -> Vec<JudgedEvent> {
        let policy = &self.basis.programmes[programme];
        let mut candidates: Vec<EventUnderRule> = Vec::new();
        for (index, rule) in policy.rules.iter().enumerate() {
            if rule.subject == Subject::Enrollment {
                continue;
            }
            let condition = EventTest { programme: policy, rule, groups: self.groups };
            for (number, event) in (0_u32..).zip(&self.events[..self.today]) {
                let named = self.sums.contains_key(&(number, programme, index));
                let Some((when, is_outside, finding)) = condition.candidate(event, named) else {
                    continue;
                };
                candidates.push(EventUnderRule {
                    rule: index,
                    event: number,
                    when,
                    is_outside,
                    finding,
                });
            }
        }
        candidates.extend(self.past(programme));
        let fates = self.fates(policy, &candidates);
        let with = candidates.into_iter().zip(fates);
        let mut cases: Vec<JudgedEvent> =
            with.map(|(candidate, fates)| JudgedEvent { programme, candidate, fates }).collect();
        cases.sort_by_key(|case| {
            let event = &self.events[case.candidate.event as usize];
            (case.candidate.when, event.began_on, event.place(), case.candidate.rule)
        });
        cases
    }

    /// What earlier half-years said by this programme's rules.
    fn past(&self, programme: usize) -> impl Iterator<Item = EventUnderRule> {
        let first = u32::try_from(self.today).unwrap_or(u32::MAX);
        let all = (first..).zip(self.basis.past);
        all.flat_map(move |(event, past)| {
            let own = past.verdicts.iter().filter(move |one| one.programme == programme);
            own.map(move |one| EventUnderRule {
                rule: one.rule,
                event,
                when: one.when,
                is_outside: false,
                finding: if one.is_sure {
                    RuleAnswer::Holds
                } else {
                    RuleAnswer::Open("ledger".to_owned())
                },
            })
        })
    }

    /// Limits count by person, so each person's candidates are looked at alone.
    fn fates(&self, policy: &Programme, candidates: &[EventUnderRule]) -> Vec<Fates> {
        let aside = Fates { fate: LimitFate::Passes, with_undecided: LimitFate::Passes };
        let mut fates = vec![aside; candidates.len()];
        let mut by_person: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (at, candidate) in candidates.iter().enumerate() {
            let person = self.events[candidate.event as usize].person;
            by_person.entry(person).or_default().push(at);
        }
        for (person, own) in &by_person {
            // Whoever may be the same person may have used places.
            let others = self.basis.census.persons[*person as usize].others.iter();
            let others = others.filter_map(|other| by_person.get(other)).flatten();
            let theirs: Vec<&EventUnderRule> =
                own.iter().chain(others).map(|at| &candidates[*at]).collect();
            for (at, fate) in own.iter().zip(share_out(policy, self.events, *person, &theirs)) {
                fates[*at] = fate;
            }
        }
        fates
    }

    fn rule(&self, case: &JudgedEvent) -> &Rule {
        &self.basis.programmes[case.programme].rules[case.candidate.rule]
    }

    /// The verdict as far as dates, conditions and limits go.
    fn before_amounts(&self, case: &JudgedEvent) -> Paid {
        let candidate = &case.candidate;
        if candidate.is_outside {
            return Paid::without_amount(Verdict::Outside, "");
        }
        match &candidate.finding {
            RuleAnswer::Fails(code) => return Paid::without_amount(Verdict::NotEligible, code),
            RuleAnswer::Open(code) => return Paid::without_amount(Verdict::Undecided, code),
            RuleAnswer::Holds => {}
        }
        let limits = &self.basis.programmes[case.programme].limits;
        match case.fates.fate {
            LimitFate::Aside | LimitFate::Passes => Paid::without_amount(Verdict::Entitled, ""),
            LimitFate::Refused(at) => Paid::without_amount(limits[at].over.into(), &limits[at].id),
            LimitFate::Tied(at) => {
                Paid::without_amount(Verdict::Undecided, format!("tie-{}", limits[at].id))
            }
            LimitFate::Depends(at) => {
                Paid::without_amount(Verdict::Undecided, format!("depends-{}", limits[at].id))
            }
        }
    }

    /// Cases whose rule yields to another that refuses the same event, or may: the other's name.
    fn yielding(&self, cases: &[JudgedEvent], verdicts: &[Paid]) -> FxHashMap<usize, String> {
        let mut refused: BTreeSet<(u32, &str)> = BTreeSet::new();
        for (case, before) in cases.iter().zip(verdicts) {
            let open = before.verdict == Verdict::Undecided
                && !matches!(case.fates.with_undecided, LimitFate::Passes | LimitFate::Aside);
            if open || matches!(before.verdict, Verdict::Duplicate | Verdict::OverLimit) {
                refused.insert((case.candidate.event, &self.rule(case).id));
            }
        }
        let mut yielding = FxHashMap::default();
        for (at, case) in cases.iter().enumerate() {
            let first = self.rule(case).yields_to.iter();
            let mut first =
                first.filter(|rule| refused.contains(&(case.candidate.event, rule.as_str())));
            if let Some(rule) = first.next() {
                yielding.insert(at, rule.clone());
            }
        }
        yielding
    }

    fn settle(
        &self,
        case: &JudgedEvent,
        before: Paid,
        first: Option<&String>,
        purse: &mut Purse,
    ) -> Paid {
        let rule = self.rule(case);
        let Some(when) = case.candidate.when else { return self.undated(before) };
        let span = dates(&self.basis.programmes[case.programme], rule);
        let catalogue = name_of(&rule.amount.kind);
        let catalogue = catalogue.and_then(|name| self.basis.catalogues.get(name));
        let event = &self.events[case.candidate.event as usize];
        let others = &self.basis.census.persons[event.person as usize].others;
        let due = Due { rule, event, when, span, catalogue, others };
        match (before.verdict, first) {
            (Verdict::Entitled, Some(first)) => {
                Paid::without_amount(Verdict::Undecided, format!("special-rule-{first}"))
            }
            (Verdict::Entitled, None) => purse.pay(due),
            (Verdict::Undecided, _) => {
                purse.reserve(due);
                before
            }
            _ => before,
        }
    }

    /// An event without any date can be in no year.
    fn undated(&self, before: Paid) -> Paid {
        match before.verdict {
            Verdict::Entitled => Paid::without_amount(Verdict::Undecided, "lacks-began_on"),
            _ => before,
        }
    }

    fn line(&self, case: &JudgedEvent, paid: Paid) -> VerdictLine {
        let (rule, event) = (self.rule(case), &self.events[case.candidate.event as usize]);
        let key = (case.candidate.event, case.programme, case.candidate.rule);
        let sums = self.sums.get(&key).copied().unwrap_or_default();
        let day = event.date(rule.groups_at).or(event.began_on);
        let mut note = self.note(case.programme, &paid.code, rule.ask.as_ref());
        let hangs = !matches!(case.fates.fate, LimitFate::Aside | LimitFate::Passes);
        if hangs && self.remembered.contains(&event.person) {
            if note.is_empty() {
                note = super::verdict::code_words(&paid.code, paid.verdict);
            }
            note.push_str("（计入台账所载以前各期）");
        }
        VerdictLine {
            programme: case.programme,
            rule: rule.id.clone(),
            event: case.candidate.event,
            person: event.person,
            counted_on: case.candidate.when,
            verdict: paid.verdict,
            code: paid.code,
            low: paid.low,
            high: paid.high,
            claimed: sums.claimed.or(event.claimed),
            paid: sums.paid,
            note,
            payee: rule.payee.clone(),
            groups: self.groups.named(event.person, &rule.groups_any, day),
        }
    }

    /// What a limit or a question says, for reasons that are one.
    fn note(&self, programme: usize, code: &str, ask: Option<&String>) -> String {
        if code == "ask" {
            return ask.cloned().unwrap_or_default();
        }
        let limits = &self.basis.programmes[programme].limits;
        limits.iter().find(|limit| limit.id == code).map(Limit::words).unwrap_or_default()
    }

    /// Lines of students, term by term.
    fn exemptions(&self) -> Vec<VerdictLine> {
        let mut found = Vec::new();
        for (programme, policy) in self.basis.programmes.iter().enumerate() {
            for rule in policy.rules.iter().filter(|rule| rule.subject == Subject::Enrollment) {
                let students = (0_u32..).zip(self.events);
                let students =
                    students.filter(|(_, event)| event.subject == Some(Subject::Enrollment));
                let test = StudentTest { basis: self.basis, groups: self.groups, programme, rule };
                found.extend(students.filter_map(|(index, event)| test.line(index, event)));
            }
        }
        found
    }

    /// Lines of amounts that may be paid before the rest: one per event of the rules they are part of.
    fn advances(&self, lines: &[VerdictLine]) -> Vec<VerdictLine> {
        let mut found = Vec::new();
        for (programme, policy) in self.basis.programmes.iter().enumerate() {
            for advance in &policy.advances {
                let base = lines.iter().filter(|line| {
                    line.programme == programme && advance.rules.contains(&line.rule)
                });
                let mut seen: BTreeSet<u32> = BTreeSet::new();
                for line in base {
                    if let Some(one) = self.advance(advance, line)
                        && seen.insert(line.event)
                    {
                        found.push(one);
                    }
                }
            }
        }
        found
    }

    fn advance(&self, advance: &Advance, base: &VerdictLine) -> Option<VerdictLine> {
        let event = &self.events[base.event as usize];
        let is_open = matches!(base.verdict, Verdict::Entitled | Verdict::Undecided);
        if !is_open || !self.groups.is_candidate(event.person, &advance.groups_any) {
            return None;
        }
        let institution = event.institution.map(|at| &self.basis.records.institutions[at as usize]);
        let area = self.basis.areas.place(institution.map_or("", |one| one.name.as_str()));
        if !advance.areas.is_empty() && advance.areas.iter().all(|one| one != area) {
            return None;
        }
        let day = event.began_on;
        let member = self.groups.any(event.person, &advance.groups_any, day);
        let asked = OpenQuestion::of_advance(advance).is_put(self.groups, event, day);
        let (verdict, code) = match (member, base.verdict) {
            (Certainty::No, _) => (Verdict::NotEligible, "not-member-then".to_owned()),
            (Certainty::Unknown, _) => (Verdict::Undecided, "membership".to_owned()),
            (_, Verdict::Undecided) => (Verdict::Undecided, format!("depends-{}", base.rule)),
            _ if asked => (Verdict::Undecided, "ask".to_owned()),
            _ => (Verdict::Entitled, String::new()),
        };
        let part = |fen: i64| fen * i64::from(advance.share) / 10_000;
        let due = verdict == Verdict::Entitled;
        Some(VerdictLine {
            rule: advance.id.clone(),
            note: self.note(base.programme, &code, advance.ask.as_ref()),
            verdict,
            code,
            low: base.low.filter(|_| due).map(part),
            high: base.high.filter(|_| due).map(part),
            claimed: None,
            paid: None,
            groups: self.groups.named(event.person, &advance.groups_any, day),
            ..base.clone()
        })
    }

    /// Lists a programme needs that nobody handed over, and how many people with events no line says
    /// anything about because of that.
    fn missing(&self, policy: &Programme, lines: &[VerdictLine]) -> Vec<(String, usize)> {
        let missing: Vec<&String> =
            policy.lists.iter().filter(|list| self.groups.is_missing(list)).collect();
        if missing.is_empty() {
            return Vec::new();
        }
        let judged: BTreeSet<u32> = lines.iter().map(|line| line.person).collect();
        let open: BTreeSet<u32> = self.events[..self.today]
            .iter()
            .filter(|event| is_within(policy, event))
            .map(|event| event.person)
            .filter(|person| !judged.contains(person))
            .collect();
        missing.into_iter().map(|list| (list.clone(), open.len())).collect()
    }
}

fn is_within(policy: &Programme, event: &Event) -> bool {
    let when: Option<Date> = policy.date.iter().find_map(|date| event.date(*date));
    when.is_some_and(|when| policy.from <= when && when <= policy.to)
}
