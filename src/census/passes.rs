//! The people pass: in the order group lists by rank, schools, agencies, event lists by rank, each row
//! joins a person or founds one.

use std::collections::BTreeSet;

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::founding::{Numbers, id_key, is_alike};
use super::{Census, CensusPerson, Listing};
use crate::config::ListRole;
use crate::linkage::model::Model;
use crate::linkage::people::{Roll, link_among, link_roll, same_id_class};
use crate::linkage::{Decision, MatchClass, Outcome};
use crate::origin::Origin;
use crate::records::date::PartialDate;
use crate::records::identifier::IdClass;
use crate::records::{Facts, Records};

/// Rows with a sound number from which a list's own prior is observed; of shorter lists only equal
/// numbers and names link by themselves.
const OBSERVABLE: usize = 200;

/// Finds the person of every row. `of` names for every registry row the row that stands for its person.
pub(super) fn people(records: &Records, outcomes: &[Outcome], model: &Model, of: &[u32]) -> Census {
    let mut pass = Pass::new(records, of);
    pass.register();
    let listings = pass.against_registry(model);
    pass.listings = listings;
    for list in pass.order(ListRole::Group) {
        pass.list(list, model);
    }
    for (row, outcome) in outcomes.iter().enumerate() {
        pass.source(row, outcome);
    }
    for list in pass.order(ListRole::Event) {
        pass.list(list, model);
    }
    Census {
        persons: pass.persons,
        of_source: pass.of_source,
        of_entry: pass.of_entry,
        listings: pass.listings.into_iter().map(|one| one.expect("every row is listed")).collect(),
        ..Census::default()
    }
}

struct Pass<'run> {
    records: &'run Records,
    of: &'run [u32],
    /// Rows of each list, in input order.
    rows: Vec<Vec<u32>>,
    persons: Vec<CensusPerson>,
    faces: Vec<&'run Facts>,
    /// Registry representative → person.
    registered: FxHashMap<u32, u32>,
    /// Registry representatives by number and name.
    registry: Numbers<'run>,
    /// Other people by number and name.
    founded: Numbers<'run>,
    of_source: Vec<u32>,
    of_entry: Vec<u32>,
    listings: Vec<Option<Listing>>,
}

impl<'run> Pass<'run> {
    fn new(records: &'run Records, of: &'run [u32]) -> Self {
        let mut rows = vec![Vec::new(); records.lists.len()];
        for (row, entry) in (0_u32..).zip(&records.entries) {
            rows[usize::from(entry.list)].push(row);
        }
        Self {
            records,
            of,
            rows,
            persons: Vec::new(),
            faces: Vec::new(),
            registered: FxHashMap::default(),
            registry: Numbers::default(),
            founded: Numbers::default(),
            of_source: Vec::with_capacity(records.sources.len()),
            of_entry: vec![u32::MAX; records.entries.len()],
            listings: Vec::new(),
        }
    }

    /// Makes the registry's numbers known that some list names; others are never asked for.
    fn register(&mut self) {
        let asked: FxHashSet<u64> =
            self.records.entries.iter().filter_map(|entry| id_key(&entry.facts.id)).collect();
        for (row, person) in self.records.persons.iter().enumerate() {
            if id_key(&person.facts.id).is_some_and(|key| asked.contains(&key)) {
                self.registry.add(&person.facts, self.of[row]);
            }
        }
    }

    /// Lists of a role by rank.
    fn order(&self, role: ListRole) -> Vec<usize> {
        let lists = &self.records.lists;
        let mut order: Vec<usize> =
            (0..lists.len()).filter(|list| lists[*list].role == role).collect();
        order.sort_by(|a, b| {
            let key = |list: &usize| (lists[*list].rank, &lists[*list].list);
            key(a).cmp(&key(b))
        });
        order
    }

    fn role(&self, list: u16) -> ListRole {
        self.records.lists[usize::from(list)].role
    }

    /// Whom of the registry each row is or may be: by number and name at once, the others by the engine
    /// in one go. `None` for rows nobody of the registry fits.
    fn against_registry(&self, model: &Model) -> Vec<Option<Listing>> {
        let records = self.records;
        let mut listings: Vec<Option<Listing>> = vec![None; records.entries.len()];
        let mut open: Vec<u32> = Vec::new();
        let mut taken: BTreeSet<(u16, u32)> = BTreeSet::new();
        for (row, entry) in (0_u32..).zip(&records.entries) {
            let same = self.registry.find(&entry.facts).filter(|person| {
                records.persons[*person as usize].facts.name.folded == entry.facts.name.folded
            });
            match same {
                Some(person) => {
                    taken.insert((entry.list, person));
                    let facts = &records.persons[person as usize].facts;
                    listings[row as usize] = Some(joined(&entry.facts, facts, Some(person)));
                }
                None => open.push(row),
            }
        }
        let observed = self.observed();
        let roll = self.roll(&open);
        for (row, outcome) in open.iter().zip(link_roll(&roll, &records.persons, model)) {
            let entry = &records.entries[*row as usize];
            let best = outcome.best().map(|best| self.of[best.person as usize]);
            let alone = observed[usize::from(entry.list)];
            let rival = self.role(entry.list) == ListRole::Group
                && best.is_some_and(|best| taken.contains(&(entry.list, best)));
            let sure = is_sure(&outcome, &entry.facts, alone) && !rival;
            listings[*row as usize] = weighed(outcome, best, sure);
        }
        listings
    }

    /// Whether a list has numbers enough for a prior of its own.
    fn observed(&self) -> Vec<bool> {
        let sound = |row: &&u32| self.records.entries[**row as usize].facts.id.is_sound();
        self.rows.iter().map(|rows| rows.iter().filter(sound).count() >= OBSERVABLE).collect()
    }

    /// Rows as the engine takes them: a group list is one scope, rows of event lists are each their own.
    fn roll(&self, rows: &[u32]) -> Roll<'run> {
        let entries = &self.records.entries;
        let lists = u32::try_from(self.records.lists.len()).expect("fewer than 2^16 lists");
        let entry = |row: &u32| &entries[*row as usize];
        let scope = |row: &u32| match self.role(entry(row).list) {
            ListRole::Group => u32::from(entry(row).list),
            ListRole::Event => lists + row,
        };
        let group = |row: &u32| u8::try_from(entry(row).list).unwrap_or(u8::MAX);
        Roll {
            facts: rows.iter().map(|row| &entry(row).facts).collect(),
            relatives: rows.iter().map(|row| &*entry(row).relatives).collect(),
            group: rows.iter().map(group).collect(),
            scope: rows.iter().map(scope).collect(),
        }
    }

    /// Gives every row of a list its person.
    fn list(&mut self, list: usize, model: &Model) {
        let rows = std::mem::take(&mut self.rows[list]);
        let mut open = Vec::new();
        for row in &rows {
            if !self.settle(*row) {
                open.push(*row);
            }
        }
        self.among(&open, model);
        self.rows[list] = rows;
    }

    /// Gives a row its person where its number or the registry tells; whether they do.
    fn settle(&mut self, row: u32) -> bool {
        let entry = &self.records.entries[row as usize];
        if let Some(listing) = &self.listings[row as usize] {
            let registry = listing.registry;
            let person = match (listing.decision, registry) {
                (Decision::Link, Some(registry)) => self.of_registry(registry),
                _ => self.provisional(&entry.facts, entry.origin, registry.as_slice()),
            };
            self.of_entry[row as usize] = person;
            return true;
        }
        if !entry.facts.id.is_sound() {
            return false;
        }
        let (person, listing) = match self.founded.find(&entry.facts) {
            Some(person) => (person, joined(&entry.facts, self.faces[person as usize], None)),
            None => (self.found(&entry.facts, entry.origin), alone()),
        };
        self.of_entry[row as usize] = person;
        self.listings[row as usize] = Some(listing);
        true
    }

    /// Rows without a sound number: the engine compares them with the people known so far who share
    /// their name or birth date; of the same name and birth date in one list they are one person.
    fn among(&mut self, rows: &[u32], model: &Model) {
        if rows.is_empty() {
            return;
        }
        let records = self.records;
        let people = self.similar(rows);
        let known: Vec<&Facts> = people.iter().map(|person| self.faces[*person as usize]).collect();
        let outcomes = if known.is_empty() {
            vec![None; rows.len()]
        } else {
            let found = link_among(&self.roll(rows), &known, model);
            found.into_iter().map(Some).collect()
        };
        let mut copies: FxHashMap<(CompactString, CompactString, PartialDate), u32> =
            FxHashMap::default();
        for (row, outcome) in rows.iter().zip(outcomes) {
            let entry = &records.entries[*row as usize];
            let facts = &entry.facts;
            let key = (facts.name.folded.clone(), facts.id.text.clone(), facts.birth);
            let best = outcome.as_ref().and_then(Outcome::best);
            let best = best.map(|best| people[best.person as usize]);
            let open = outcome.filter(|one| one.decision != Decision::None);
            let (person, listing) = match (copies.get(&key), open) {
                (Some(person), _) if is_told(facts) => {
                    (*person, joined(facts, self.faces[*person as usize], None))
                }
                (_, Some(outcome)) => {
                    let person = self.found(facts, entry.origin);
                    let probability = outcome.best().map_or(0.0, |best| best.probability);
                    let match_class = outcome.match_class;
                    (
                        person,
                        Listing {
                            decision: Decision::Review,
                            match_class,
                            registry: None,
                            maybe: best,
                            probability,
                            outcome: Some(outcome),
                        },
                    )
                }
                _ => (self.found(facts, entry.origin), alone()),
            };
            copies.insert(key, person);
            self.of_entry[*row as usize] = person;
            self.listings[*row as usize] = Some(listing);
        }
    }

    /// People beside the registry who share name or birth date with one of the rows.
    fn similar(&self, rows: &[u32]) -> Vec<u32> {
        let facts = || rows.iter().map(|row| &self.records.entries[*row as usize].facts);
        let names: FxHashSet<&str> = facts().map(|one| one.name.folded.as_str()).collect();
        let births: FxHashSet<PartialDate> = facts().filter_map(birth).collect();
        let is_near = |face: &Facts| {
            names.contains(face.name.folded.as_str())
                || birth(face).is_some_and(|birth| births.contains(&birth))
        };
        let count = u32::try_from(self.persons.len()).expect("fewer than 2^32 persons");
        let other = |person: &u32| {
            let index = *person as usize;
            self.persons[index].registry.is_none() && is_near(self.faces[index])
        };
        (0..count).filter(other).collect()
    }

    /// Gives a school's or agency's row its person: linkage has spoken, only the others are grouped by
    /// their own numbers.
    fn source(&mut self, row: usize, outcome: &Outcome) {
        let record = &self.records.sources[row];
        let person = match outcome.decision {
            Decision::Link => {
                let person = outcome.best().map(|best| best.person);
                self.of_registry(self.of[person.expect("a link names its person") as usize])
            }
            Decision::Review => {
                let mut maybe: Vec<u32> = outcome
                    .candidates
                    .iter()
                    .map(|candidate| self.of[candidate.person as usize])
                    .collect();
                maybe.sort_unstable();
                maybe.dedup();
                self.provisional(&record.facts, record.origin, &maybe)
            }
            Decision::None => {
                let known = self.founded.find(&record.facts);
                known.unwrap_or_else(|| self.found(&record.facts, record.origin))
            }
        };
        self.of_source.push(person);
    }

    /// The person of a registry representative.
    fn of_registry(&mut self, registry: u32) -> u32 {
        if let Some(person) = self.registered.get(&registry) {
            return *person;
        }
        let one = CensusPerson { registry: Some(registry), ..CensusPerson::default() };
        let person = self.add(one, &self.records.persons[registry as usize].facts);
        self.registered.insert(registry, person);
        person
    }

    /// The person of a row that may be one of the registry.
    fn provisional(&mut self, facts: &'run Facts, origin: Origin, maybe: &[u32]) -> u32 {
        let known = self.founded.find(facts);
        let person = known.unwrap_or_else(|| self.found(facts, origin));
        let one = &mut self.persons[person as usize];
        one.maybe.extend(maybe);
        one.maybe.sort_unstable();
        one.maybe.dedup();
        person
    }

    /// A person the registry does not know.
    fn found(&mut self, facts: &'run Facts, origin: Origin) -> u32 {
        let one = CensusPerson { founder: Some(origin), ..CensusPerson::default() };
        let person = self.add(one, facts);
        self.founded.add(facts, person);
        person
    }

    fn add(&mut self, one: CensusPerson, facts: &'run Facts) -> u32 {
        let person = u32::try_from(self.persons.len()).expect("fewer than 2^32 persons");
        self.persons.push(one);
        self.faces.push(facts);
        person
    }
}

/// Birth date of the column or the number, where the day is known.
fn birth(facts: &Facts) -> Option<PartialDate> {
    let date = if facts.birth.is_empty() { facts.id.birth() } else { facts.birth };
    (date.day != 0).then_some(date)
}

/// Whether a row without a sound number tells enough to know it again in its own list.
fn is_told(facts: &Facts) -> bool {
    facts.birth.day != 0 || facts.id.class == IdClass::Invalid
}

/// Whether a link of the engine stands: always for equal numbers and names, otherwise only where the
/// list has a prior of its own and the number is not masked.
fn is_sure(outcome: &Outcome, facts: &Facts, observed: bool) -> bool {
    let certain = matches!(
        outcome.match_class,
        MatchClass::Exact
            | MatchClass::NameFormat
            | MatchClass::Upgraded15
            | MatchClass::Disability
    );
    certain || observed && facts.id.class != IdClass::Masked
}

fn weighed(outcome: Outcome, best: Option<u32>, sure: bool) -> Option<Listing> {
    let decision = match outcome.decision {
        Decision::None => return None,
        Decision::Link if sure => Decision::Link,
        _ => Decision::Review,
    };
    let probability = outcome.best().map_or(0.0, |best| best.probability);
    let match_class = outcome.match_class;
    let outcome = Some(outcome);
    Some(Listing { decision, match_class, registry: best, maybe: None, probability, outcome })
}

/// A row that joined a person by number and name.
fn joined(facts: &Facts, person: &Facts, registry: Option<u32>) -> Listing {
    let match_class = if facts.id.is_sound() && is_alike(&facts.name, &person.name) {
        same_id_class(facts, person)
    } else {
        MatchClass::IdInvalid
    };
    Listing {
        decision: Decision::Link,
        match_class,
        registry,
        maybe: None,
        probability: 1.0,
        outcome: None,
    }
}

/// A row that is a new person.
fn alone() -> Listing {
    Listing {
        decision: Decision::None,
        match_class: MatchClass::NotFound,
        registry: None,
        maybe: None,
        probability: 0.0,
        outcome: None,
    }
}
