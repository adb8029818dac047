//! What a later round needs to know of this one: the figures, who was counted where, and of every
//! registered person and every row that it was there.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::digest::TextDigest;
use crate::linkage::{Decision, Outcome};
use crate::records::identity::own_number;
use crate::records::{Detail, Facts, Person, Records, SourceRecord};
use crate::vocabulary::Annex;

use super::Statistics;
use super::indicators::indicators;

/// Names a person or a row across rounds: the first eight bytes of SHA-256 over what stays the same. It can
/// be found again by trying numbers, so the ledger keeps none of them: see `Ledger::keyed`.
pub type SnapshotKey = u64;

/// A registered person.
#[derive(Clone, Copy)]
struct RegisteredPerson {
    /// The registry row that stands for the person.
    row: u32,
    person: SnapshotKey,
}

/// One figure of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// `annex2`, `annex3` or `rows`.
    pub form: String,
    /// School, agency or county; `总计` in the total.
    pub unit: String,
    /// Code of the indicator, or a decision.
    pub code: String,
    /// Persons, times or 分.
    pub value: i64,
}

/// A person as lists show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    /// 姓名.
    pub name: String,
    /// 证件号码, masked.
    pub id: String,
    /// County, town and village.
    pub place: String,
}

/// A person counted in a figure of a row of Annex 2.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// School or agency.
    pub unit: String,
    /// Column of the form, 1 to 7.
    pub figure: u8,
    /// Who.
    pub person: SnapshotKey,
}

/// A row that is linked to a person, or in review about one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// Who.
    pub person: SnapshotKey,
    /// School or agency.
    pub unit: String,
    /// Linked, or in review.
    pub linked: bool,
    /// 学籍状态, or when the course began.
    pub state: String,
    /// The row.
    pub row: SnapshotKey,
}

/// One round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// All figures, form by form.
    pub figures: Vec<Figure>,
    /// Everybody counted or seen.
    pub people: BTreeMap<SnapshotKey, KnownPerson>,
    /// Who was counted where, sorted.
    pub members: Vec<Member>,
    /// Rows about registered persons, sorted.
    pub sightings: Vec<Sighting>,
    /// All registered persons, sorted.
    pub registry: Vec<SnapshotKey>,
    /// All rows of schools and agencies, sorted.
    pub rows: Vec<SnapshotKey>,
}

impl Snapshot {
    /// This round.
    pub fn take(records: &Records, outcomes: &[Outcome], statistics: &Statistics) -> Self {
        let registry: Vec<SnapshotKey> = records.persons.par_iter().map(person_key).collect();
        // Who stands in the registry twice is one person, whichever entry a row is linked to.
        let person = |row: u32| RegisteredPerson { row, person: registry[row as usize] };
        let people: Vec<RegisteredPerson> =
            statistics.representatives.iter().copied().map(person).collect();
        let rows: Vec<SnapshotKey> =
            records.sources.par_iter().map(|record| row_key(records, record)).collect();
        let mut snapshot = Self {
            figures: figures(records, outcomes, statistics),
            registry: sorted(registry),
            rows: sorted(rows.clone()),
            ..Self::default()
        };
        snapshot.see(records, outcomes, &people, &rows);
        for counted in &statistics.members {
            let one = people[counted.person as usize];
            snapshot.know(records, one);
            let unit = statistics.annex2.rows[counted.unit as usize].name.clone();
            snapshot.members.push(Member { unit, figure: counted.figure, person: one.person });
        }
        snapshot.members.sort_unstable();
        snapshot.members.dedup();
        snapshot
    }

    /// The same round under other names.
    #[must_use]
    pub fn renamed(self, name: &(impl Fn(SnapshotKey) -> SnapshotKey + Sync)) -> Self {
        let list = |keys: Vec<SnapshotKey>| sorted(keys.into_par_iter().map(name).collect());
        let mut members: Vec<Member> = self.members;
        members.par_iter_mut().for_each(|one| one.person = name(one.person));
        members.par_sort_unstable();
        let mut sightings: Vec<Sighting> = self.sightings;
        sightings
            .par_iter_mut()
            .for_each(|one| (one.person, one.row) = (name(one.person), name(one.row)));
        sightings.par_sort_unstable();
        Self {
            figures: self.figures,
            people: self.people.into_iter().map(|(key, known)| (name(key), known)).collect(),
            members,
            sightings,
            registry: list(self.registry),
            rows: list(self.rows),
        }
    }

    fn see(
        &mut self,
        records: &Records,
        outcomes: &[Outcome],
        people: &[RegisteredPerson],
        rows: &[SnapshotKey],
    ) {
        for ((record, outcome), row) in records.sources.iter().zip(outcomes).zip(rows) {
            let best = outcome.best().filter(|_| outcome.decision != Decision::None);
            let Some(best) = best else { continue };
            let one = people[best.person as usize];
            self.know(records, one);
            self.sightings.push(Sighting {
                person: one.person,
                unit: unit(records, record).to_owned(),
                linked: outcome.decision == Decision::Link,
                state: state(record),
                row: *row,
            });
        }
        self.sightings.sort_unstable();
    }

    fn know(&mut self, records: &Records, one: RegisteredPerson) {
        self.people.entry(one.person).or_insert_with(|| {
            let facts = &records.persons[one.row as usize].facts;
            let name = |place| records.gazetteer.name(place);
            let place = &facts.place;
            KnownPerson {
                name: facts.name.text().to_string(),
                id: facts.id.masked(),
                place: [name(place.county), name(place.town), name(place.village)].concat(),
            }
        });
    }

    /// The rows about a person at a school or agency.
    pub fn seen(&self, person: SnapshotKey, unit: &str) -> &[Sighting] {
        let of = |one: &Sighting| (one.person, one.unit.as_str()).cmp(&(person, unit));
        let start = self.sightings.partition_point(|one| of(one).is_lt());
        let end = self.sightings.partition_point(|one| of(one).is_le());
        &self.sightings[start..end]
    }

    /// A figure, if the round has it.
    pub fn figure(&self, form: &str, unit: &str, code: &str) -> Option<i64> {
        let is = |one: &&Figure| (&*one.form, &*one.unit, &*one.code) == (form, unit, code);
        self.figures.iter().find(is).map(|one| one.value)
    }
}

fn sorted(mut keys: Vec<SnapshotKey>) -> Vec<SnapshotKey> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn key(parts: &[&str]) -> SnapshotKey {
    let digest = TextDigest::of(parts).bytes();
    u64::from_be_bytes(*digest.first_chunk().expect("32 bytes"))
}

/// What names a registered person across rounds: 人编号 where the registry has one; else the ID
/// number with the name; else what is known.
pub fn person_key(person: &Person) -> SnapshotKey {
    let number = own_number(person);
    if !number.is_empty() {
        return key(&["人编号", number]);
    }
    who("登记", &person.facts)
}

/// What names a row of a school or agency across rounds.
pub fn row_key(records: &Records, record: &SourceRecord) -> SnapshotKey {
    who(unit(records, record), &record.facts)
}

/// A name with its ID number, or with birth and village where there is none.
fn who(place: &str, facts: &Facts) -> SnapshotKey {
    let id = facts.id.text();
    if !id.is_empty() {
        return key(&[place, facts.name.folded(), id]);
    }
    let birth = facts.birth;
    let birth = format!("{}-{}-{}", birth.year, birth.month, birth.day);
    key(&[place, facts.name.folded(), &birth, &facts.place.raw])
}

fn unit<'run>(records: &'run Records, record: &SourceRecord) -> &'run str {
    records.institutions.get(record.institution as usize).map_or("", |one| &one.name)
}

fn state(record: &SourceRecord) -> String {
    match &record.detail {
        Detail::Enrollment(student) => {
            let status = student.status.map_or("", |status| status.label());
            match student.leave_kind {
                Some(kind) => format!("{status}（{}）", kind.label()),
                None => status.to_owned(),
            }
        }
        Detail::Training(course) => {
            course.start.first_day().map_or_else(String::new, |day| format!("{day}开班"))
        }
    }
}

fn figures(records: &Records, outcomes: &[Outcome], statistics: &Statistics) -> Vec<Figure> {
    let figure = |form: &str, unit: &str, code: &str, value: i64| Figure {
        form: form.to_owned(),
        unit: unit.to_owned(),
        code: code.to_owned(),
        value,
    };
    let mut all = Vec::new();
    for (annex, filled) in [(Annex::Two, &statistics.annex2), (Annex::Three, &statistics.annex3)] {
        for row in filled.rows.iter().chain([&filled.total]) {
            let known = indicators(annex)
                .iter()
                .filter_map(|one| Some((one.code, row.values.get(one.code)?)));
            all.extend(known.map(|(code, value)| figure(annex.key(), &row.name, code, value)));
        }
    }
    let mut rows: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for (record, outcome) in records.sources.iter().zip(outcomes) {
        for unit in [unit(records, record), "总计"] {
            *rows.entry((unit, outcome.decision.key())).or_default() += 1;
        }
    }
    all.extend(rows.into_iter().map(|((unit, code), count)| figure("rows", unit, code, count)));
    all
}
