//! Verdicts, claims and the census → findings F20 and F22–F28.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::census::{Census, ConflictAbout, MembershipEvidence, State, state_at};
use crate::config::{Per, Programme};
use crate::findings::{EvidenceCell, Finding, FindingKind, Owner, evidence};
use crate::records::money::yuan;
use crate::records::{CardConflict, Records};
use crate::vocabulary::Field;

use super::basis::ProgrammeBasis;
use super::claims::Claim;
use super::event::Event;
use super::judge::Verdicts;
use super::verdict::{Verdict, VerdictLine};

/// What the findings of a run's programmes are made from.
struct Desk<'run> {
    basis: &'run ProgrammeBasis<'run>,
    judged: &'run Verdicts,
    /// Events claimed by rows that may be about somebody else.
    perhaps_claimed: BTreeSet<u32>,
}

/// All findings of the programmes, in no order.
pub fn collect(basis: &ProgrammeBasis<'_>, judged: &Verdicts) -> Vec<Finding> {
    let unsure = judged.claims.list.iter().filter(|claim| !claim.is_sure);
    let perhaps_claimed = unsure.filter_map(|claim| claim.event).collect();
    let desk = Desk { basis, judged, perhaps_claimed };
    let mut found: Vec<Finding> = Vec::new();
    for line in &judged.lines {
        found.extend(desk.repeated(line));
        found.extend(desk.amount(line));
        found.extend(desk.unclaimed(line));
    }
    found.extend(judged.claims.list.iter().filter_map(|claim| desk.without_event(claim)));
    found.extend(desk.declared());
    found.extend(desk.conflicts());
    found
}

impl<'run> Desk<'run> {
    fn records(&self) -> &'run Records {
        self.basis.records
    }

    fn census(&self) -> &'run Census {
        self.basis.census
    }

    fn event(&self, line: &VerdictLine) -> &'run Event {
        &self.judged.events[line.event as usize]
    }

    fn policy(&self, line: &VerdictLine) -> &'run Programme {
        &self.basis.programmes[line.programme]
    }

    /// A finding about a verdict. Where it would tell of a sensitive group it names no row and no
    /// person, so that it reaches no school, agency or county.
    fn on_line(&self, kind: FindingKind, line: &VerdictLine, reason: String) -> Finding {
        let finding = self.on_event(kind, self.event(line), reason);
        let rule = self.policy(line).rule(&line.rule);
        let groups = rule.map(|rule| rule.groups_any.as_slice()).unwrap_or_default();
        if groups.iter().all(|group| !self.is_sensitive(group)) {
            return finding;
        }
        Finding { record: None, person: None, entry: None, ..finding }
    }

    fn is_sensitive(&self, group: &str) -> bool {
        self.basis.lists.iter().any(|list| list.sensitive && list.list == group)
    }

    /// A finding about the row of an event.
    fn on_event(&self, kind: FindingKind, event: &Event, reason: String) -> Finding {
        match event.source {
            Some(row) => {
                let record = &self.records().sources[row as usize];
                let fields = [
                    Field::Name,
                    Field::IdNumber,
                    Field::Trade,
                    Field::StartDate,
                    Field::EndDate,
                    Field::CertificateDate,
                ];
                Finding {
                    kind,
                    record: Some(row),
                    person: self.census().persons[event.person as usize].registry,
                    entry: None,
                    reason,
                    brief: String::new(),
                    owner: Owner::of_row(record),
                    evidence: evidence::of_source(record, &fields),
                }
            }
            None => self.on_entry(kind, event.entry, reason, Owner::Employer),
        }
    }

    /// A finding about the row of a list.
    fn on_entry(
        &self,
        kind: FindingKind,
        entry: Option<u32>,
        reason: String,
        owner: Owner,
    ) -> Finding {
        let row = entry.map(|entry| &self.records().entries[entry as usize]);
        let cell = |field: Field, value: &str| {
            let origin = row.map(|row| row.origin)?;
            Some(EvidenceCell { origin, field, value: value.to_owned() })
        };
        let facts = row.map(|row| &row.facts);
        let name = facts.and_then(|facts| cell(Field::Name, facts.name.raw().trim()));
        let id = facts.and_then(|facts| cell(Field::IdNumber, facts.id.raw().trim()));
        let person = entry.map(|entry| self.census().of_entry[entry as usize]);
        let person = person.and_then(|person| self.census().persons[person as usize].registry);
        let evidence = name.into_iter().chain(id).collect();
        let brief = String::new();
        Finding { kind, record: None, person, entry, reason, brief, owner, evidence }
    }

    fn name(&self, event: &Event) -> String {
        let source = event.source.map(|row| &self.records().sources[row as usize].facts);
        let entry = event.entry.map(|row| &self.records().entries[row as usize].facts);
        source.or(entry).map_or_else(String::new, |facts| facts.name.raw().trim().to_owned())
    }

    /// Too often or too long: F20 for the same occupation and level, F22 for what is given once, F23 for
    /// what is given a number of times. Where claims or payments are loaded, only what they name.
    fn repeated(&self, line: &VerdictLine) -> Option<Finding> {
        let kind = match line.verdict {
            Verdict::Duplicate if self.is_of_occupation(line) => FindingKind::SubsidyRepeated,
            Verdict::Duplicate => FindingKind::ItemRepeated,
            Verdict::OverLimit => FindingKind::OverLimit,
            _ => return None,
        };
        let is_named = line.claimed.is_some() || line.paid.is_some();
        if self.judged.claims.is_loaded && !is_named && kind != FindingKind::SubsidyRepeated {
            return None;
        }
        let event = self.event(line);
        let reason = format!(
            "“{}”{}（{}）{}：{}",
            self.name(event),
            self.title(line),
            line.rule,
            line.verdict.label(),
            line.reason()
        );
        Some(self.on_line(kind, line, reason))
    }

    fn is_of_occupation(&self, line: &VerdictLine) -> bool {
        let limits = self.policy(line).limits.iter();
        let mut limits = limits.filter(|limit| limit.id == line.code);
        limits.any(|limit| limit.per.contains(&Per::Occupation))
    }

    fn title(&self, line: &VerdictLine) -> &'run str {
        self.policy(line).rule(&line.rule).map_or("", |rule| rule.title.as_str())
    }

    /// F25: claimed or paid, but not what the rules come to.
    fn amount(&self, line: &VerdictLine) -> Option<Finding> {
        let [least, most] = match (line.verdict, line.low, line.high) {
            (Verdict::Entitled, Some(low), high) => [low, high.unwrap_or(i64::MAX)],
            (Verdict::NotEligible | Verdict::Duplicate | Verdict::OverLimit, _, _) => [0, 0],
            _ => return None,
        };
        let is_off = |fen: &i64| *fen < least || most < *fen;
        let (what, fen) = match (line.claimed.filter(is_off), line.paid.filter(is_off)) {
            (_, Some(fen)) => ("发放", fen),
            (Some(fen), _) => ("申领", fen),
            _ => return None,
        };
        let due = match (least == most, most == i64::MAX) {
            (true, _) => format!("{}元", yuan(least)),
            (_, true) => format!("不低于{}元", yuan(least)),
            _ => format!("{}—{}元", yuan(least), yuan(most)),
        };
        let event = self.event(line);
        let reason = format!(
            "“{}”{}（{}）{what}{}元，按规定应为{due}",
            self.name(event),
            self.title(line),
            line.rule,
            yuan(fen)
        );
        Some(self.on_line(FindingKind::AmountDiffers, line, reason))
    }

    /// F28: due, and nobody claimed it.
    fn unclaimed(&self, line: &VerdictLine) -> Option<Finding> {
        let is_rule = self.policy(line).rule(&line.rule).is_some();
        let open = line.claimed.is_none()
            && line.paid.is_none()
            && !self.perhaps_claimed.contains(&line.event);
        if !self.judged.claims.is_loaded || line.verdict != Verdict::Entitled || !open || !is_rule {
            return None;
        }
        let event = self.event(line);
        let reason = format!(
            "“{}”按{}可享受{}（{}），没有申领或发放记录",
            self.name(event),
            self.policy(line).document,
            self.title(line),
            line.rule
        );
        Some(self.on_line(FindingKind::NotClaimed, line, reason))
    }

    /// F27: money without anything it could be for.
    fn without_event(&self, claim: &Claim) -> Option<Finding> {
        if claim.event.is_some() || claim.is_of_earlier {
            return None;
        }
        let entry = &self.records().entries[claim.entry as usize];
        let what = if claim.is_paid { "发放" } else { "申领" };
        let reason = format!(
            "“{}”{what}“{}”，没有找到对应的培训、就业或学籍",
            entry.facts.name.raw().trim(),
            entry.detail.money_kind
        );
        Some(self.on_entry(FindingKind::NothingBehind, Some(claim.entry), reason, Owner::Agency))
    }

    /// F24: a row says its person belongs to a group; the list is there and does not, or not on the day.
    fn declared(&self) -> Vec<Finding> {
        let census = self.census();
        let mut found = Vec::new();
        for event in &self.judged.events {
            let (Some(row), Some(day)) = (event.source, event.began_on) else { continue };
            let own = census.memberships_of(event.person);
            let course = self.records().sources[row as usize].training();
            let says = course.map(|course| course.trainee_kind.as_str()).unwrap_or_default();
            for group in crate::records::declared_groups(says) {
                if self.is_sensitive(group) || self.is_listed(own, group, day) {
                    continue;
                }
                let Some(title) = self.loaded(group) else { continue };
                let reason = format!(
                    "“{}”的学员类型为“{says}”，{title}名单中没有此人，或开班时（{day}）不在期限内",
                    self.name(event)
                );
                let finding = self.on_event(FindingKind::GroupDiffers, event, reason);
                found.push(Finding { owner: Owner::ListKeeper, ..finding });
            }
        }
        found
    }

    fn is_listed(&self, own: &[crate::census::Membership], group: &str, day: Date) -> bool {
        own.iter()
            .filter(|one| one.group == group && one.evidence != MembershipEvidence::Declared)
            .any(|one| matches!(state_at(one, day), State::Confirmed | State::Review))
    }

    /// Title of a group's list, if it was handed over; the registry has findings of its own.
    fn loaded(&self, group: &str) -> Option<&'run str> {
        let lists = self.records().lists.iter();
        lists.filter(|list| list.list == group).map(|list| list.title.as_str()).next()
    }

    /// F26: one number under two names, or one person under two numbers.
    fn conflicts(&self) -> Vec<Finding> {
        let conflict = |one: &crate::census::Conflict| {
            let entry = &self.records().entries[one.entry as usize];
            let list = &self.records().lists[usize::from(entry.list)].title;
            let what = match one.about {
                ConflictAbout::Names => "与另一行证件号码相同，姓名不同",
                ConflictAbout::Numbers => "与另一行是同一人，证件号码不同",
                ConflictAbout::Card(CardConflict::Number) => "的残疾人证号前18位与证件号码不同",
                ConflictAbout::Card(CardConflict::Kind) => "的残疾人证号第19位与类别不符",
                ConflictAbout::Card(CardConflict::Grade) => "的残疾人证号第20位与等级不符",
            };
            let reason = format!("{list}名单“{}”{what}", entry.facts.name.raw().trim());
            let mut finding = self.on_entry(
                FindingKind::PeopleConflict,
                Some(one.entry),
                reason,
                Owner::ListKeeper,
            );
            finding.evidence.push(EvidenceCell {
                origin: one.other,
                field: Field::Name,
                value: String::new(),
            });
            finding
        };
        self.census().conflicts.iter().map(conflict).collect()
    }
}
