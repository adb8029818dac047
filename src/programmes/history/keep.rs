//! A run → what the ledger keeps of its people.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    CLAIMED, KeptEvent, KeptGroup, KeptKind, KeptPerson, KeptPlace, KeptVerdict, PAID, PeopleRecord,
};
use crate::census::{Census, state_at};
use crate::config::{ListDefinition, Programme, Subject};
use crate::digest::TextDigest;
use crate::origin::{Catalogue, Origin};
use crate::programmes::event::{Event, events};
use crate::programmes::verdict::VerdictLine;
use crate::programmes::{Verdicts, group_title};
use crate::records::identifier::{IdNumber, mask};
use crate::records::identity::own_number;
use crate::records::{Entry, Facts, Records, SourceRecord};

/// What a record of people is made from.
#[derive(Clone, Copy, Debug)]
pub struct KeptSources<'run> {
    /// People and rows.
    pub records: &'run Records,
    /// Who is who.
    pub census: &'run Census,
    /// Verdicts; `None` without programmes.
    pub judged: Option<&'run Verdicts>,
    /// The programmes in use.
    pub programmes: &'run [Programme],
    /// All lists there are.
    pub lists: &'run [ListDefinition],
    /// Files and sheets.
    pub catalogue: &'run Catalogue,
    /// Report date.
    pub as_of: Date,
}

/// What is kept of all people of a run.
pub fn keep(sources: KeptSources<'_>) -> PeopleRecord {
    let KeptSources { records, census, catalogue, .. } = sources;
    let names = names_of(records, census);
    let faces = census.faces(records);
    let people = (0_u32..).zip(names).zip(&faces).map(|((person, names), face)| KeptPerson {
        names,
        key: census.key(records, catalogue, person),
        name: face.map_or_else(String::new, |facts| facts.name.text().to_string()),
        id: face.map_or_else(String::new, |facts| facts.id.masked()),
        place: face.map_or_else(String::new, |facts| home(records, facts)),
    });
    let mut record = PeopleRecord { people: people.collect(), ..PeopleRecord::default() };
    let sheets = catalogue.sheets.iter();
    record.sheets = sheets.map(|sheet| (sheet.file.clone(), sheet.sheet.clone())).collect();
    sources.add_events(&mut record);
    sources.add_groups(&mut record);
    record
}

/// School, training, work, money and services alone, of everybody.
pub fn keep_events(sources: KeptSources<'_>) -> Vec<KeptEvent> {
    let mut record = PeopleRecord::default();
    sources.add_events(&mut record);
    record.events
}

/// The names by which each person is found again in another half-year: 人编号, sound numbers; without any of
/// them name, birth and address.
pub fn names_of(records: &Records, census: &Census) -> Vec<Vec<u64>> {
    let mut names: Vec<Vec<u64>> = vec![Vec::new(); census.persons.len()];
    for (own, person) in names.iter_mut().zip(&census.persons) {
        let Some(row) = person.registry else { continue };
        let registered = &records.persons[row as usize];
        let number = own_number(registered);
        if !number.is_empty() {
            own.push(name(&["人编号", number]));
        }
        own.extend(by_number(&registered.facts.id));
    }
    let sources = census.of_source.iter().zip(records.sources.iter().map(|row| &row.facts));
    let entries = census.of_entry.iter().zip(records.entries.iter().map(|row| &row.facts));
    for (person, facts) in sources.chain(entries) {
        names[*person as usize].extend(by_number(&facts.id));
    }
    for (own, face) in names.iter_mut().zip(census.faces(records)) {
        own.sort_unstable();
        own.dedup();
        if let (true, Some(facts)) = (own.is_empty(), face) {
            let born = facts.birth;
            let born = format!("{}-{}-{}", born.year, born.month, born.day);
            own.push(name(&["姓名", facts.name.folded(), &born, &facts.place.raw]));
        }
    }
    names
}

fn by_number(id: &IdNumber) -> Option<u64> {
    id.is_sound().then(|| {
        let digits = id.digits().into_iter().take(17).map(|digit| char::from(b'0' + digit));
        name(&["证件号码", &digits.collect::<String>()])
    })
}

/// The name of whoever has a number of 18 places, which anybody may ask for.
pub fn number_name(word: &str) -> Option<u64> {
    let digits = word.trim().get(..17).filter(|_| word.trim().len() == 18)?;
    digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| name(&["证件号码", digits]))
}

fn name(parts: &[&str]) -> u64 {
    let digest = TextDigest::of(parts).bytes();
    u64::from_be_bytes(*digest.first_chunk().expect("32 bytes"))
}

fn home(records: &Records, facts: &Facts) -> String {
    let place = &facts.place;
    let joined = [place.county, place.town, place.village].map(|one| records.gazetteer.name(one));
    let joined = joined.concat();
    if joined.is_empty() { place.raw.to_string() } else { joined }
}

fn place(origin: Option<Origin>) -> KeptPlace {
    origin.map_or_else(KeptPlace::default, |origin| KeptPlace {
        sheet: origin.sheet.0,
        row: origin.row,
    })
}

/// What lists of money say of an event.
#[derive(Clone, Copy, Default)]
struct Claimed {
    is_claimed: bool,
    is_paid: bool,
}

impl Claimed {
    fn words(self) -> String {
        let words = [(self.is_claimed, CLAIMED), (self.is_paid, PAID)];
        let said: Vec<&str> =
            words.into_iter().filter(|(is_said, _)| *is_said).map(|(_, word)| word).collect();
        said.join("、")
    }
}

impl KeptSources<'_> {
    fn add_events(&self, record: &mut PeopleRecord) {
        let rows = self.records.sources.iter().zip(&self.census.of_source);
        record.events.extend(rows.filter_map(|(row, person)| self.student(row, *person)));
        let made: Vec<Event>;
        let judged: &[Event] = if let Some(judged) = self.judged {
            &judged.events
        } else {
            made = events(self.records, self.census);
            &made
        };
        let mut places: BTreeMap<u32, u32> = BTreeMap::new();
        let states = self.states();
        for (index, event) in (0_u32..).zip(judged) {
            if event.subject == Some(Subject::Enrollment) {
                continue;
            }
            places
                .insert(index, u32::try_from(record.events.len()).expect("fewer than 2^32 events"));
            let state = states.get(&index).copied().unwrap_or_default();
            record.events.push(self.attendance(event, state));
        }
        for (entry, person) in self.records.entries.iter().zip(&self.census.of_entry) {
            record.events.extend(self.listed(entry, *person));
        }
        let lines = self.judged.iter().flat_map(|judged| &judged.lines);
        let kept = lines.filter_map(|line| Some(self.verdict(line, *places.get(&line.event)?)));
        record.verdicts = kept.collect();
    }

    /// Whether somebody claimed or was paid for an event.
    fn states(&self) -> BTreeMap<u32, Claimed> {
        let mut states: BTreeMap<u32, Claimed> = BTreeMap::new();
        for claim in self.judged.iter().flat_map(|judged| &judged.claims.list) {
            let Some(event) = claim.sure_event() else { continue };
            let state = states.entry(event).or_default();
            state.is_paid |= claim.is_paid;
            state.is_claimed |= !claim.is_paid;
        }
        states
    }

    fn student(&self, row: &SourceRecord, person: u32) -> Option<KeptEvent> {
        let student = row.enrollment()?;
        let status = student.status.map_or("", |status| status.label());
        let state = match student.leave_kind {
            Some(kind) => format!("{status}（{}）", kind.label()),
            None => status.to_owned(),
        };
        Some(KeptEvent {
            person,
            kind: KeptKind::School,
            unit: self.unit(row.institution),
            trade: student.major.to_string(),
            level: student.papers().training_level.to_string(),
            class_no: student.class_name.to_string(),
            began: student.entry.first_day(),
            ended: student.left.first_day(),
            certificate: mask(&student.papers().graduation_no),
            employed_on: student.employed.first_day(),
            state,
            place: place(Some(row.origin)),
            ..KeptEvent::default()
        })
    }

    fn attendance(&self, event: &Event, state: Claimed) -> KeptEvent {
        let is_work = event.subject == Some(Subject::Months);
        KeptEvent {
            person: event.person,
            kind: if is_work { KeptKind::OnTheJob } else { KeptKind::Training },
            unit: event.institution.map_or_else(|| event.unit.to_string(), |at| self.unit(at)),
            trade: event.trade.to_string(),
            level: event.level.map_or("", |level| level.label()).to_owned(),
            course: event.course.map_or("", |course| course.label()).to_owned(),
            occupation_code: event.occupation_code.to_string(),
            class_no: event.class_no.to_string(),
            days: event.days,
            began: event.began_on,
            ended: event.ended_on,
            is_exact: event.is_exact,
            certificate: mask(&event.certificate_no),
            certificate_on: event.certificate_on,
            employed_on: event.employed_on,
            amount: event.claimed,
            state: state.words(),
            place: place(event.origin),
        }
    }

    /// Claims, payments and services.
    fn listed(&self, entry: &Entry, person: u32) -> Option<KeptEvent> {
        let detail = &entry.detail;
        let (kind, trade, day) = match self.records.lists[usize::from(entry.list)].list.as_str() {
            "claims" => (KeptKind::Claim, &detail.money_kind, detail.began),
            "payments" => (KeptKind::Payment, &detail.money_kind, detail.paid_on),
            "services" => (KeptKind::Service, &detail.measure, detail.served_on),
            _ => return None,
        };
        Some(KeptEvent {
            person,
            kind,
            unit: detail.unit.to_string(),
            trade: if trade.is_empty() { detail.trade.to_string() } else { trade.to_string() },
            class_no: detail.class_no.to_string(),
            began: day.first_day(),
            certificate: mask(&detail.certificate_no),
            amount: detail.amount,
            place: place(Some(entry.origin)),
            ..KeptEvent::default()
        })
    }

    fn verdict(&self, line: &VerdictLine, event: u32) -> KeptVerdict {
        let policy = &self.programmes[line.programme];
        let rule = policy.rule(&line.rule);
        let is_sensitive =
            |group: &String| self.lists.iter().any(|list| list.list == *group && list.sensitive);
        KeptVerdict {
            event,
            programme: policy.id.clone(),
            rule: line.rule.clone(),
            title: rule.map_or("先行拨付", |rule| rule.title.as_str()).to_owned(),
            counted_on: line.counted_on,
            verdict: line.verdict.key().to_owned(),
            reason: line.reason(),
            low: line.low,
            high: line.high,
            claimed: line.claimed,
            paid: line.paid,
            is_sensitive: rule.is_some_and(|rule| {
                !rule.groups_any.is_empty() && rule.groups_any.iter().all(is_sensitive)
            }),
        }
    }

    fn add_groups(&self, record: &mut PeopleRecord) {
        for one in &self.census.memberships {
            let list = self.lists.iter().find(|list| list.list == one.group);
            if list.is_some_and(|list| list.sensitive) {
                continue;
            }
            let kept = KeptGroup {
                person: one.person,
                title: group_title(self.lists, &one.group).to_owned(),
                from: one.from,
                to: one.to,
                state: state_at(one, self.as_of).label().to_owned(),
                place: place(Some(one.origin)),
            };
            // Every row of a student says so again.
            if !record.groups.last().is_some_and(|last| last.says_the_same(&kept)) {
                record.groups.push(kept);
            }
        }
    }

    fn unit(&self, institution: u32) -> String {
        let known = self.records.institutions.get(institution as usize);
        known.map_or_else(String::new, |one| one.name.clone())
    }
}
