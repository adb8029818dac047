//! Rulings → what each means for the rows and persons of this run.

use std::collections::BTreeSet;

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::fit::{self, Fit};
use super::traces::{IdChange, IdTrace, PersonTrace, RegistryTrace, SourceTrace};
use super::{Answer, Ruling};
use crate::linkage::engine::judging::Force;
use crate::records::{Facts, Records, identity};

/// A ruling as it bears on one row.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Effect {
    /// Index into `Records::sources`.
    pub row: u32,
    /// Index into `Records::persons`; `None` when the person has left the registry.
    pub person: Option<u32>,
    /// What it does.
    pub force: Force,
    /// What was decided.
    pub answer: Answer,
    /// Whether the row is certainly the one the ruling was about.
    pub is_certain: bool,
    /// Index into the rulings.
    pub ruling: usize,
    /// For [`Force::Again`]: what has changed.
    pub why: String,
}

/// What became of the rulings; they add up to all that stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RulingCounts {
    /// Applied to a row at least.
    pub applied: usize,
    /// Contradicted by new data, so the question is put again.
    pub contradicted: usize,
    /// About people who are not in these inputs, or overtaken by other rulings or better data.
    pub unused: usize,
}

/// All effects of a run, by row.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    list: Vec<Effect>,
    /// What became of the rulings.
    pub counts: RulingCounts,
}

impl Effects {
    /// The effects on one row.
    pub fn of(&self, row: usize) -> &[Effect] {
        let start = self.list.partition_point(|effect| (effect.row as usize) < row);
        let rest = &self.list[start..];
        &rest[..rest.partition_point(|effect| effect.row as usize == row)]
    }

    /// All effects, row by row.
    pub fn by_row(&self) -> impl Iterator<Item = &[Effect]> {
        self.list.chunk_by(|a, b| a.row == b.row)
    }
}

/// Finds the rows and persons the rulings are about and says what follows. Later rulings on a pair
/// come before earlier ones.
pub fn apply(records: &Records, rulings: &[Ruling]) -> Effects {
    if rulings.is_empty() {
        return Effects::default();
    }
    let persons = find_persons(records, rulings);
    let rows = find_rows(records, rulings);
    let mut list = Vec::new();
    for (index, ruling) in rulings.iter().enumerate() {
        let subject = RuledPair { records, ruling, index };
        list.extend(subject.effects(&rows[index], persons[index].as_ref()));
    }
    let list = settle(list, rulings, records);
    let counts = count(&list, rulings.len());
    Effects { list, counts }
}

/// For each ruling, whether its row and its person can still be found.
pub fn recognised(records: &Records, rulings: &[Ruling]) -> Vec<(bool, bool)> {
    if rulings.is_empty() {
        return Vec::new();
    }
    let rows = find_rows(records, rulings);
    let persons = find_persons(records, rulings);
    let has_row = |rows: &Rows| !rows.same.is_empty() || !rows.changed.is_empty();
    let has_person =
        |found: &Option<(u32, Fit)>| found.as_ref().is_some_and(|(_, fit)| *fit != Fit::Other);
    rows.iter().map(has_row).zip(persons.iter().map(has_person)).collect()
}

/// Rows a ruling may be about.
#[derive(Clone, Debug, Default)]
struct Rows {
    same: Vec<(u32, IdChange)>,
    changed: Vec<(u32, String)>,
}

impl Rows {
    /// Where a row says the very same as then, others that might fit are not meant.
    fn narrow(&mut self) {
        if self.same.iter().any(|(_, change)| *change == IdChange::None) {
            self.same.retain(|(_, change)| *change == IdChange::None);
        }
    }
}

/// Places of rulings by what they can be found by.
#[derive(Default)]
struct RulingIndex {
    ids: FxHashMap<CompactString, Vec<usize>>,
    numbers: FxHashMap<String, Vec<usize>>,
    names: FxHashSet<CompactString>,
    combined: FxHashMap<String, Vec<usize>>,
}

impl RulingIndex {
    fn add(&mut self, index: usize, who: &PersonTrace, number: &str, combined: &[String]) {
        if who.id.is_sound() {
            self.ids.entry(who.id.text.as_str().into()).or_default().push(index);
        }
        if !number.is_empty() {
            self.numbers.entry(number.to_owned()).or_default().push(index);
        }
        self.names.insert(who.folded());
        for key in combined {
            self.combined.entry(key.clone()).or_default().push(index);
        }
    }

    /// Whether a row is worth a closer look; nearly all are not.
    fn may_know(&self, facts: &Facts, number: &str) -> bool {
        self.names.contains(facts.name.folded())
            || self.numbers.contains_key(number)
            || (facts.id.is_sound() && self.ids.contains_key(IdTrace::of(&facts.id).text.as_str()))
    }

    fn find(&self, who: &PersonTrace, number: &str, combined: &[String]) -> BTreeSet<usize> {
        let by_id = self.ids.get(who.id.text.as_str());
        let by_number = self.numbers.get(number);
        let by_key = combined.iter().filter_map(|key| self.combined.get(key));
        by_id.into_iter().chain(by_number).chain(by_key).flatten().copied().collect()
    }
}

fn birth_key(who: &PersonTrace) -> Option<String> {
    let day = who.birth.full()?;
    Some(format!("{}\u{1f}{day}", who.folded()))
}

fn source_keys(trace: &SourceTrace) -> Vec<String> {
    let school = format!("{}\u{1f}{}", trace.institution, trace.who.folded());
    birth_key(&trace.who).into_iter().chain([school]).collect()
}

fn person_keys(trace: &RegistryTrace) -> Vec<String> {
    birth_key(&trace.who).into_iter().collect()
}

fn find_rows(records: &Records, rulings: &[Ruling]) -> Vec<Rows> {
    let mut known = RulingIndex::default();
    for (index, ruling) in rulings.iter().enumerate() {
        let trace = &ruling.pair.source;
        known.add(index, &trace.who, &trace.student_no, &source_keys(trace));
    }
    let mut rows = vec![Rows::default(); rulings.len()];
    for (row, record) in (0_u32..).zip(&records.sources) {
        let number = record.enrollment().map_or("", |enrollment| enrollment.student_no.as_str());
        if !known.may_know(&record.facts, number) {
            continue;
        }
        let trace = SourceTrace::of(record, records);
        for index in known.find(&trace.who, number, &source_keys(&trace)) {
            match fit::source(&rulings[index].pair.source, &trace) {
                Fit::Same(change) => rows[index].same.push((row, change)),
                Fit::Changed(why) => rows[index].changed.push((row, why)),
                Fit::Other => {}
            }
        }
    }
    rows.iter_mut().for_each(Rows::narrow);
    rows
}

/// For each ruling the person it is about, the best fit first found.
fn find_persons(records: &Records, rulings: &[Ruling]) -> Vec<Option<(u32, Fit)>> {
    let mut known = RulingIndex::default();
    for (index, ruling) in rulings.iter().enumerate() {
        let trace = &ruling.pair.person;
        known.add(index, &trace.who, &trace.person_no, &person_keys(trace));
    }
    let mut found: Vec<Option<(u32, Fit)>> = vec![None; rulings.len()];
    for (place, person) in (0_u32..).zip(&records.persons) {
        let number = identity::own_number(person);
        if !known.may_know(&person.facts, number) {
            continue;
        }
        let trace = RegistryTrace::of(person, records);
        for index in known.find(&trace.who, number, &person_keys(&trace)) {
            let fit = fit::person(&rulings[index].pair.person, &trace);
            let held = found[index].as_ref().map_or(3, |(_, held)| rank(held));
            if rank(&fit) < held.min(2) {
                found[index] = Some((place, fit));
            }
        }
    }
    found
}

fn rank(fit: &Fit) -> u8 {
    match fit {
        Fit::Same(_) => 0,
        Fit::Changed(_) => 1,
        Fit::Other => 2,
    }
}

/// One ruling before these records.
struct RuledPair<'run> {
    records: &'run Records,
    ruling: &'run Ruling,
    index: usize,
}

impl RuledPair<'_> {
    fn effects(&self, rows: &Rows, person: Option<&(u32, Fit)>) -> Vec<Effect> {
        let (place, change) = match person {
            None if self.ruling.answer == Answer::Same => {
                return self.ask_all(rows, None, "登记信息中已没有此人");
            }
            None | Some((_, Fit::Other)) => return Vec::new(),
            Some((place, Fit::Changed(why))) => return self.ask_all(rows, Some(*place), why),
            Some((place, Fit::Same(change))) => (*place, *change),
        };
        if rows.same.is_empty() {
            let ask = |(row, why): &(u32, String)| self.ask(*row, Some(place), why);
            return rows.changed.iter().filter_map(ask).collect();
        }
        let meant = self.meant(&rows.same, place);
        if self.are_several(&meant) {
            return self.ask_all(rows, Some(place), "现有多行与当时的人员相符，分不清是哪一行");
        }
        let effect = |(row, own): &(u32, IdChange)| {
            let changed = change != IdChange::None || *own != IdChange::None;
            self.effect(*row, place, changed)
        };
        meant.iter().filter_map(effect).collect()
    }

    /// Of the rows that fit a confirmed person, those whose number can be the registered one, if
    /// there are any.
    fn meant(&self, rows: &[(u32, IdChange)], person: u32) -> Vec<(u32, IdChange)> {
        let can_be = |row: u32| {
            let (source, registered) = self.ids(row, person);
            source.change(&registered) != IdChange::Different
        };
        let rest = |(row, _): &&(u32, IdChange)| self.ruling.answer != Answer::Same || can_be(*row);
        let meant: Vec<(u32, IdChange)> = rows.iter().filter(rest).copied().collect();
        if meant.is_empty() { rows.to_vec() } else { meant }
    }

    /// Whether the rows say different things and none what was said then, so that they may be
    /// different people.
    fn are_several(&self, rows: &[(u32, IdChange)]) -> bool {
        if rows.iter().any(|(_, change)| *change == IdChange::None) {
            return false;
        }
        let trace = |row: u32| SourceTrace::of(&self.records.sources[row as usize], self.records);
        let traces: BTreeSet<SourceTrace> = rows.iter().map(|(row, _)| trace(*row)).collect();
        traces.len() > 1
    }

    /// The ruling as it stands, unless a number that was damaged then speaks against it now.
    fn effect(&self, row: u32, person: u32, changed: bool) -> Option<Effect> {
        let answer = self.ruling.answer;
        if !changed {
            let force = match answer {
                Answer::Same => Force::Same,
                Answer::Different => Force::Different,
                Answer::Unsure => Force::Unsure,
            };
            return Some(self.with(row, Some(person), force));
        }
        let (source, registered) = self.ids(row, person);
        let equal = source.is_sound() && source == registered;
        match answer {
            Answer::Same if source.change(&registered) != IdChange::Different => {
                Some(self.with(row, Some(person), Force::Same))
            }
            Answer::Same => self.ask(row, Some(person), "证件号码已补正，与登记的不是同一号码"),
            Answer::Different if equal => {
                self.ask(row, Some(person), "证件号码已补正，与登记的是同一号码")
            }
            Answer::Different => Some(self.with(row, Some(person), Force::Different)),
            // What could not be told then is looked at afresh.
            Answer::Unsure => None,
        }
    }

    fn ids(&self, row: u32, person: u32) -> (IdTrace, IdTrace) {
        let source = &self.records.sources[row as usize].facts.id;
        let registered = &self.records.persons[person as usize].facts.id;
        (IdTrace::of(source), IdTrace::of(registered))
    }

    fn ask_all(&self, rows: &Rows, person: Option<u32>, why: &str) -> Vec<Effect> {
        let same = rows.same.iter().map(|(row, _)| *row);
        let changed = rows.changed.iter().map(|(row, _)| *row);
        let is_certain = !self.are_several(&rows.same);
        let rows: BTreeSet<u32> =
            if rows.same.is_empty() { changed.collect() } else { same.collect() };
        let asked = rows.into_iter().filter_map(|row| self.ask(row, person, why));
        asked.map(|effect| Effect { is_certain, ..effect }).collect()
    }

    /// Puts the question again, unless the answer is plain from the numbers now or was none.
    fn ask(&self, row: u32, person: Option<u32>, why: &str) -> Option<Effect> {
        let confirmed = person.is_some_and(|person| {
            let (source, registered) = self.ids(row, person);
            self.ruling.answer == Answer::Same
                && source.is_sound()
                && source == registered
                && self.is_same_name(row, person)
        });
        if confirmed || self.ruling.answer == Answer::Unsure {
            return None;
        }
        Some(Effect { why: why.to_owned(), ..self.with(row, person, Force::Again) })
    }

    fn is_same_name(&self, row: u32, person: u32) -> bool {
        let source = &self.records.sources[row as usize].facts.name;
        source.folded() == self.records.persons[person as usize].facts.name.folded()
    }

    fn with(&self, row: u32, person: Option<u32>, force: Force) -> Effect {
        let answer = self.ruling.answer;
        let (ruling, why) = (self.index, String::new());
        Effect { row, person, force, answer, is_certain: true, ruling, why }
    }
}

/// Newest first on each pair; a later ruling on a row silences earlier ones that were contradicted;
/// two persons for one row are none.
fn settle(mut list: Vec<Effect>, rulings: &[Ruling], records: &Records) -> Vec<Effect> {
    let number = |effect: &Effect| rulings[effect.ruling].number;
    list.sort_by_key(|effect| (effect.row, effect.person, std::cmp::Reverse(number(effect))));
    list.dedup_by_key(|effect| (effect.row, effect.person));
    let mut settled = Vec::with_capacity(list.len());
    for block in list.chunk_by(|a, b| a.row == b.row) {
        let in_force = block.iter().filter(|effect| effect.force != Force::Again).map(number);
        let newest = in_force.max().unwrap_or(i64::MIN);
        let kept = block.iter().filter(|e| e.force != Force::Again || number(e) > newest);
        let mut kept: Vec<Effect> = kept.cloned().collect();
        ask_about_two_persons(&mut kept, records);
        settled.append(&mut kept);
    }
    settled
}

fn ask_about_two_persons(effects: &mut [Effect], records: &Records) {
    let bound = effects.iter().filter(|effect| effect.force == Force::Same);
    let persons: Vec<u32> = bound.filter_map(|effect| effect.person).collect();
    let Some((first, rest)) = persons.split_first() else { return };
    if rest.iter().all(|other| is_registered_twice(*first, *other, records)) {
        return;
    }
    for effect in effects.iter_mut().filter(|effect| effect.force == Force::Same) {
        effect.force = Force::Again;
        "另有一条认定，把这一行认作另一登记人员".clone_into(&mut effect.why);
    }
}

/// Whether two rows of the registry are one person.
pub(in crate::linkage) fn is_registered_twice(a: u32, b: u32, records: &Records) -> bool {
    identity::is_one(&records.persons[a as usize], &records.persons[b as usize])
}

fn count(list: &[Effect], all: usize) -> RulingCounts {
    let mut applied = vec![false; all];
    let mut again = vec![false; all];
    for effect in list {
        let counted = if effect.force == Force::Again { &mut again } else { &mut applied };
        counted[effect.ruling] = true;
    }
    let contradicted = again.iter().zip(&applied).filter(|(again, applied)| **again && !**applied);
    let contradicted = contradicted.count();
    let applied = applied.iter().filter(|applied| **applied).count();
    RulingCounts { applied, contradicted, unused: all - applied - contradicted }
}
