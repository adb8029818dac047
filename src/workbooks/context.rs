//! What all writers share: the results, their groups, the order of institutions, and how places
//! are named.

use std::collections::{BTreeMap, BTreeSet};

use crate::findings::Finding;
use crate::vocabulary::labels::Relation;
use crate::vocabulary::states::ANSWERED;

use crate::results::groups::{CountyKey, Groups, household};
use crate::results::words::chinese_date;
use crate::results::{Results, orders};

/// What all writers share, made once.
pub(super) struct Context<'run> {
    /// Everything the run knows.
    pub(super) results: Results<'run>,
    /// What belongs to which institution and county.
    pub(super) groups: Groups,
    /// Indices of institutions in the order the forms print them.
    pub(super) institution_order: Vec<usize>,
    /// Heads of the households of 两后生: index into `Records::persons`.
    pub(super) heads: BTreeMap<(u16, &'run str), u32>,
    /// Lines of a figure's list up to which a person reads it in a workbook.
    pub(super) longest: usize,
}

/// Longer lists of people are files for programs: a workbook of a million lines takes minutes to open.
pub const LONGEST: usize = 50_000;

impl<'run> Context<'run> {
    /// Groups the results.
    pub(super) fn new(results: Results<'run>) -> Self {
        let groups = Groups::new(&results);
        let institution_order = orders::institutions(&results);
        let longest = LONGEST;
        Self { results, groups, institution_order, heads: heads(&results), longest }
    }

    /// Names of people by their keys in results, for what came back on cards.
    pub(super) fn card_names(&self) -> BTreeMap<String, &'run str> {
        let records = self.results.records;
        let persons = records.persons.iter();
        let mut names: BTreeMap<String, &str> =
            persons.map(|one| (one.person_no.to_string(), one.facts.name.text())).collect();
        let Some(census) = self.results.census else { return names };
        for (person, face) in (0_u32..).zip(census.faces(records)) {
            if let Some(facts) = face {
                names.insert(self.results.person_key(person), facts.name.text());
            }
        }
        names
    }

    /// How many lines are answered, to stand behind their number; nothing where none is.
    pub(super) fn answered_words<'a>(
        &self,
        lines: impl Iterator<Item = &'a [&'a Finding]>,
    ) -> String {
        let is_done = |line: &&[&Finding]| line.iter().all(|one| self.results.is_answered(one));
        match lines.filter(is_done).count() {
            0 => String::new(),
            count => format!("（其中{ANSWERED}{count}）"),
        }
    }

    /// Unit and report date, as they stand under titles.
    pub(super) fn round_line(&self) -> String {
        let project = self.results.project;
        format!("{}　统计时点：{}", project.bureau(), chinese_date(project.as_of))
    }

    /// A county as its workbook is called; with its city where two counties share the name or the
    /// registry is another city's.
    pub(super) fn county_name(&self, key: CountyKey) -> String {
        let (region, place) = key;
        let gazetteer = &self.results.records.gazetteer;
        let name = gazetteer.name(place);
        if name.is_empty() {
            let city = if region == 0 { "" } else { self.region_name(region) };
            return format!("{city}县区未识别");
        }
        let same = |other: &CountyKey| *other != key && gazetteer.name(other.1) == name;
        if region == 0 && !self.groups.counties.keys().any(same) {
            return name.to_owned();
        }
        let parent = gazetteer.divisions.get(place as usize).map(|division| division.parent);
        let city = parent.map_or("", |parent| gazetteer.name(parent));
        format!("{city}{name}")
    }

    fn region_name(&self, region: u16) -> &str {
        self.results.records.regions.get(usize::from(region)).map_or("", String::as_str)
    }
}

fn heads<'run>(results: &Results<'run>) -> BTreeMap<(u16, &'run str), u32> {
    let youth = results.statistics.youth.iter();
    let households: BTreeSet<_> = youth.map(|one| household(results.person(one.person))).collect();
    let persons = (0_u32..).zip(&results.records.persons);
    let heads = persons.filter(|(_, person)| person.relation == Some(Relation::Head));
    heads
        .map(|(index, person)| (household(person), index))
        .filter(|(household, _)| !household.1.is_empty() && households.contains(household))
        .collect()
}
