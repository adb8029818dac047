//! What schools, agencies and counties answered on the lines that were sent to them, found again in the
//! rows of this run: an answer holds while the row says what it said. It changes no data; corrected names
//! and numbers do, and are applied before anything is linked.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Results;
use crate::findings::{Finding, Owner};
use crate::linkage::decisions::{About, RegistryTrace, SourceTrace};
use crate::records::Records;
use crate::vocabulary::HalfYear;

/// What an answer says of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// The unit has mended its own data: the next export must say so.
    Mended,
    /// Looked into; nothing in the data changes.
    Settled,
    /// Not done yet, or nothing but a remark.
    UnderWay,
}

/// An answer in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitAnswer {
    /// Name of the list it was filled in on.
    pub form: String,
    /// Whom the line is about.
    pub about: About,
    /// What it says of the line.
    pub kind: AnswerKind,
    /// What was filled in, in words; ID numbers masked.
    pub said: String,
    /// Codes of the mismatches the line asked about.
    pub asked: Vec<String>,
    /// Who filled it in.
    pub clerk: String,
    /// When it came back.
    pub on: Date,
    /// Half-year of the report it came back in; `None` where an earlier version took it.
    pub round: Option<HalfYear>,
}

impl UnitAnswer {
    /// Whether the unit says that its data is mended, and the export of a later half-year still says the
    /// same.
    fn is_stale(&self, as_of: Date) -> bool {
        self.kind == AnswerKind::Mended
            && self.round.is_none_or(|round| round < HalfYear::of(as_of))
    }

    /// Whether nothing is left to do about the line.
    fn settles(&self, as_of: Date) -> bool {
        self.kind != AnswerKind::UnderWay && !self.is_stale(as_of)
    }

    /// `已更正；备注：户口簿已核（钱校，2019-06-11）`.
    pub fn words(&self, as_of: Date) -> String {
        let stale = if self.is_stale(as_of) { "；本期数据仍未改" } else { "" };
        format!("{}（{}，{}）{stale}", self.said, self.clerk, self.on)
    }
}

/// All answers in force, by the rows and registered persons they are about.
#[derive(Debug, Default)]
pub struct UnitAnswers {
    list: Vec<UnitAnswer>,
    rows: BTreeMap<u32, Vec<usize>>,
    persons: BTreeMap<u32, Vec<usize>>,
}

impl UnitAnswers {
    const NONE: Self = Self { list: Vec::new(), rows: BTreeMap::new(), persons: BTreeMap::new() };

    /// Nobody has answered anything.
    pub fn none() -> &'static Self {
        static NONE: UnitAnswers = UnitAnswers::NONE;
        &NONE
    }

    /// Finds the rows that say what they said when they were answered.
    pub fn found(list: Vec<UnitAnswer>, records: &Records) -> Self {
        if list.is_empty() {
            return Self::NONE;
        }
        let mut wanted: BTreeMap<&About, Vec<usize>> = BTreeMap::new();
        for (index, answer) in list.iter().enumerate() {
            wanted.entry(&answer.about).or_default().push(index);
        }
        let find = |sides: [About; 2]| {
            let found = sides.iter().filter_map(|about| wanted.get(about));
            found.flatten().copied().collect::<Vec<usize>>()
        };
        let source = |row: &_| {
            let trace = SourceTrace::of(row, records);
            find([About::Keyed(trace.key()), About::Row(trace)])
        };
        let registered = |person: &_| {
            let trace = RegistryTrace::of(person, records);
            find([About::Keyed(trace.key()), About::Registered(trace)])
        };
        let there = |(_, found): &(u32, Vec<usize>)| !found.is_empty();
        let rows = (0_u32..).zip(records.sources.iter().map(source)).filter(there).collect();
        let persons = (0_u32..).zip(records.persons.iter().map(registered)).filter(there).collect();
        Self { list, rows, persons }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// What was answered on a list about a source row.
    pub fn of_row(&self, form: &str, row: u32) -> Option<&UnitAnswer> {
        self.at(&self.rows, row).find(|answer| answer.form == form)
    }

    /// What was answered on a list about a registered person.
    pub fn of_person(&self, form: &str, person: u32) -> Option<&UnitAnswer> {
        self.at(&self.persons, person).find(|answer| answer.form == form)
    }

    /// Later answers come first.
    fn at<'a>(
        &'a self,
        places: &'a BTreeMap<u32, Vec<usize>>,
        place: u32,
    ) -> impl Iterator<Item = &'a UnitAnswer> {
        places.get(&place).into_iter().flatten().rev().map(|index| &self.list[*index])
    }
}

impl<'run> Results<'run> {
    /// What whoever has to mend a finding answered when asked about its class.
    pub fn answer_to(&self, finding: &Finding) -> Option<&'run UnitAnswer> {
        let answers = self.answers;
        if answers.is_empty() {
            return None;
        }
        let code = finding.kind.code();
        let asked = |answer: &&UnitAnswer| answer.asked.iter().any(|one| one == code);
        match finding.owner {
            Owner::School | Owner::Agency => answers.at(&answers.rows, finding.record?).find(asked),
            Owner::PovertyOffice => {
                answers.at(&answers.persons, super::groups::person_of(self, finding)?).find(asked)
            }
            _ => None,
        }
    }

    /// Whether a finding is answered, so that it is no open work any more.
    pub fn is_answered(&self, finding: &Finding) -> bool {
        self.answer_to(finding).is_some_and(|answer| answer.settles(self.project.as_of))
    }

    /// What was answered on a list about a source row, in words.
    pub fn answer_of_row(&self, form: &str, row: u32) -> Option<String> {
        Some(self.answers.of_row(form, row)?.words(self.project.as_of))
    }

    /// What was answered on a list about a registered person, in words.
    pub fn answer_of_person(&self, form: &str, person: u32) -> Option<String> {
        Some(self.answers.of_person(form, person)?.words(self.project.as_of))
    }
}
