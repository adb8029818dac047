//! What does not change until the next run: the survey, with the orders pages look things up by.

use crate::linkage::decisions::Case;
use crate::linkage::{Candidate, Outcome};
use crate::pipeline::Survey;
use crate::records::place::PlaceId;
use crate::records::{Person, SourceRecord};
use crate::results::Results;
use crate::results::fates::RulingFate;
use crate::results::overview::Overview;

use super::queue::Queue;

/// The survey and its indexes.
pub(super) struct Material {
    /// The questions, those first that are worth most.
    pub(super) queue: Queue,
    /// Registered persons by region and 户编号.
    by_household: Vec<u32>,
    /// Linked person and source row.
    links: Vec<(u32, u32)>,
    /// Which run since the desk was opened, from 0.
    serial: u32,
    /// The first run since which schools and counties have kept their numbers.
    numbered_since: u32,
    survey: Survey,
}

impl Material {
    /// Makes the indexes.
    pub(super) fn new(survey: Survey) -> Self {
        let results = survey.results();
        let persons = &results.records.persons;
        let mut by_household: Vec<u32> = (0_u32..).take(persons.len()).collect();
        by_household.sort_by(|a, b| {
            household(&persons[*a as usize])
                .cmp(&household(&persons[*b as usize]))
                .then_with(|| a.cmp(b))
        });
        let linked = (0_u32..).zip(results.outcomes);
        let mut links: Vec<(u32, u32)> =
            linked.filter_map(|(row, outcome)| Some((outcome.linked()?, row))).collect();
        links.sort_unstable();
        let queue = Queue::new(&results);
        let (serial, numbered_since) = (0, 0);
        Self { queue, by_household, links, serial, numbered_since, survey }
    }

    /// The same of a later run.
    pub(super) fn after(survey: Survey, before: &Self) -> Self {
        let new = Self::new(survey);
        let serial = before.serial + 1;
        let is_same = new.numbers() == before.numbers();
        let numbered_since = if is_same { before.numbered_since } else { serial };
        Self { serial, numbered_since, ..new }
    }

    /// The same run with everybody, for pages made of what it kept: the numbers stay.
    pub(super) fn whole(survey: Survey, kept: &Self) -> Self {
        let Self { serial, numbered_since, .. } = *kept;
        Self { serial, numbered_since, ..Self::new(survey) }
    }

    /// What pages call schools, agencies and counties by, in the order of their numbers.
    fn numbers(&self) -> (Vec<&str>, Vec<(PlaceId, &str)>) {
        let records = self.results().records;
        let schools = records.institutions.iter().map(|one| one.name.as_str()).collect();
        let ids = self.overview().counties.keys();
        (schools, ids.map(|id| (*id, records.gazetteer.name(*id))).collect())
    }

    /// Which run since the desk was opened, from 0.
    pub(super) fn serial(&self) -> u32 {
        self.serial
    }

    /// The first run since which schools and counties have kept their numbers.
    pub(super) fn numbered_since(&self) -> u32 {
        self.numbered_since
    }

    /// The run's figures.
    pub(super) fn overview(&self) -> &Overview {
        self.survey.overview()
    }

    /// What became of a ruling; `None` where the stages did not know it.
    pub(super) fn fate(&self, number: i64) -> Option<&RulingFate> {
        self.survey.fate(number)
    }

    /// The survey itself.
    pub(super) fn survey(&self) -> &Survey {
        &self.survey
    }

    /// Everything the stages made.
    pub(super) fn results(&self) -> Results<'_> {
        self.survey.results()
    }

    /// The members of a person's household, in input order; nobody where no 户编号 is known.
    pub(super) fn household(&self, person: &Person) -> &[u32] {
        if person.household_no.is_empty() {
            return &[];
        }
        let persons = &self.results().records.persons;
        let key = |index: &u32| household(&persons[*index as usize]);
        let wanted = household(person);
        let start = self.by_household.partition_point(|index| key(index) < wanted);
        let rest = &self.by_household[start..];
        &rest[..rest.partition_point(|index| key(index) == wanted)]
    }

    /// The source rows linked to a registered person.
    pub(super) fn rows_of(&self, person: u32) -> impl Iterator<Item = u32> {
        let start = self.links.partition_point(|(linked, _)| *linked < person);
        self.links[start..].iter().take_while(move |(l, _)| *l == person).map(|(_, row)| *row)
    }

    /// All of a question.
    pub(super) fn question(&self, case: usize) -> Option<Question<'_>> {
        let results = self.results();
        let case = results.cases.get(case)?;
        let (record, outcome) = results.row(case.row);
        let candidate = outcome.candidates.get(case.candidate)?;
        let person = results.person(candidate.person);
        Some(Question { case, record, outcome, candidate, person })
    }
}

/// A question with both sides.
#[derive(Clone, Copy)]
pub(super) struct Question<'run> {
    /// The question.
    pub(super) case: &'run Case,
    /// The row of the school or agency.
    pub(super) record: &'run SourceRecord,
    /// What linkage says of the row.
    pub(super) outcome: &'run Outcome,
    /// The candidate asked about.
    pub(super) candidate: &'run Candidate,
    /// The candidate's registry row.
    pub(super) person: &'run Person,
}

fn household(person: &Person) -> (u16, &str) {
    (person.region, person.household_no.as_str())
}
