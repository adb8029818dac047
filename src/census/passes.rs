//! The people pass: in the order group lists by rank, schools, agencies, event lists by rank, each row
//! joins a person or founds one.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::founding::{Numbers, id_key, is_alike};
use super::{Census, CensusPerson, Listing};
use crate::config::ListRole;
use crate::linkage::index::RegistryIndex;
use crate::linkage::model::Model;
use crate::linkage::people::{Roll, link_among, link_roll, same_id_class};
use crate::linkage::{Decision, MatchClass, Outcome};
use crate::origin::Origin;
use crate::records::date::PartialDate;
use crate::records::identifier::IdClass;
use crate::records::{Facts, Records, Relative};

/// Rows with a sound number from which a list's own prior is observed; of shorter lists only equal
/// numbers and names link by themselves.
const OBSERVABLE: usize = 200;

/// Finds the person of every row. `of` names for every registry row the row that stands for its person.
pub(super) fn people(
    records: &Records,
    outcomes: &[Outcome],
    registry: &mut RegistryIndex<'_>,
    of: &[u32],
) -> Census {
    let model = registry.model();
    let mut pass = Pass::new(records, of);
    pass.register();
    let listings = pass.against_registry(registry);
    pass.listings = listings;
    for list in pass.order(ListRole::Group) {
        pass.list(list, model);
    }
    pass.sources(outcomes, model);
    for list in pass.order(ListRole::Event) {
        pass.list(list, model);
    }
    pass.tell_others();
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
    /// People who may be one, each pair both ways.
    pairs: Vec<(u32, u32)>,
}

/// What became of a row at once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Settled {
    /// It has the person of another row.
    Known,
    /// It made a person known.
    New,
    /// Its number says nothing.
    Open,
}

/// A row whose number makes nobody known.
#[derive(Clone, Copy)]
struct Stranger<'run> {
    facts: &'run Facts,
    relatives: &'run [Relative],
}

/// What the engine finds alike.
#[derive(Clone)]
struct LikePeople {
    outcome: Outcome,
    /// People the row may be, the likeliest first.
    people: Vec<u32>,
}

/// Less likely people are not asked about.
const LEAST_LIKELY: f64 = 0.02;

impl LikePeople {
    fn of(outcome: Outcome, people: &[u32]) -> Option<Self> {
        let likely = outcome.candidates.iter().enumerate();
        let likely = likely.filter(|(at, one)| *at == 0 || one.probability >= LEAST_LIKELY);
        let people: Vec<u32> = likely.map(|(_, one)| people[one.person as usize]).collect();
        (outcome.decision != Decision::None).then_some(Self { outcome, people })
    }

    /// Without the person the row itself has made known.
    fn without(mut self, own: u32) -> Self {
        self.people.retain(|person| *person != own);
        self
    }

    fn listing(self) -> Listing {
        Listing {
            decision: Decision::Review,
            match_class: self.outcome.match_class,
            registry: None,
            maybe: self.people.first().copied(),
            probability: self.outcome.best().map_or(0.0, |best| best.probability),
            outcome: Some(self.outcome),
        }
    }
}

/// What people have in common who may be one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum SharedTrait<'run> {
    Name(&'run str),
    Birth(PartialDate, Option<char>),
}

fn traits(facts: &Facts) -> impl Iterator<Item = SharedTrait<'_>> {
    let name = facts.name.folded();
    let birth = birth(facts).map(|birth| SharedTrait::Birth(birth, name.chars().next()));
    Some(SharedTrait::Name(name)).filter(|_| !name.is_empty()).into_iter().chain(birth)
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
            of_source: Vec::new(),
            of_entry: vec![u32::MAX; records.entries.len()],
            listings: Vec::new(),
            pairs: Vec::new(),
        }
    }

    /// Writes down whom everybody may be besides.
    fn tell_others(&mut self) {
        for person in 0..u32::try_from(self.persons.len()).expect("fewer than 2^32 persons") {
            let maybe = &self.persons[person as usize].maybe;
            let known: Vec<u32> =
                maybe.iter().filter_map(|row| self.registered.get(row)).copied().collect();
            self.pair(person, &known);
        }
        self.pairs.sort_unstable();
        self.pairs.dedup();
        for (person, other) in std::mem::take(&mut self.pairs) {
            self.persons[person as usize].others.push(other);
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
    fn against_registry(&self, registry: &mut RegistryIndex<'_>) -> Vec<Option<Listing>> {
        let records = self.records;
        let mut listings: Vec<Option<Listing>> = vec![None; records.entries.len()];
        let mut open: Vec<u32> = Vec::new();
        let mut taken: BTreeSet<(u16, u32)> = BTreeSet::new();
        for (row, entry) in (0_u32..).zip(&records.entries) {
            let same = self.registry.find(&entry.facts).filter(|person| {
                records.persons[*person as usize].facts.name.folded() == entry.facts.name.folded()
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
        for (row, outcome) in open.iter().zip(link_roll(&roll, registry)) {
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
        let (mut fresh, mut open) = (Vec::new(), Vec::new());
        for row in &rows {
            match self.settle(*row) {
                Settled::Known => {}
                Settled::New => fresh.push(*row),
                Settled::Open => open.push(*row),
            }
        }
        self.compare(&fresh, model);
        self.among(&open, model);
        self.rows[list] = rows;
    }

    /// Gives a row its person where its number or the registry tells.
    fn settle(&mut self, row: u32) -> Settled {
        let entry = &self.records.entries[row as usize];
        let known = self.founded.find(&entry.facts);
        if let Some(listing) = &self.listings[row as usize] {
            let registry = listing.registry;
            let (person, settled) = match (listing.decision, registry) {
                (Decision::Link, Some(registry)) => (self.of_registry(registry), Settled::Known),
                _ => (
                    self.provisional(&entry.facts, entry.origin, registry.as_slice()),
                    if known.is_some() { Settled::Known } else { Settled::New },
                ),
            };
            self.of_entry[row as usize] = person;
            return settled;
        }
        if !entry.facts.id.is_sound() {
            return Settled::Open;
        }
        let (person, listing, settled) = match known {
            Some(person) => {
                let face = self.faces[person as usize];
                (person, joined(&entry.facts, face, None), Settled::Known)
            }
            None => (self.found(&entry.facts, entry.origin), alone(), Settled::New),
        };
        self.of_entry[row as usize] = person;
        self.listings[row as usize] = Some(listing);
        settled
    }

    /// Rows that made people known, who may be others all the same: those whose numbers say nothing.
    fn compare(&mut self, rows: &[u32], model: &Model) {
        let asked: Vec<Stranger<'_>> = rows.iter().map(|row| self.entry(*row)).collect();
        for (row, likeness) in rows.iter().zip(self.liken(&asked, model)) {
            let own = self.of_entry[*row as usize];
            let likeness =
                likeness.map(|one| one.without(own)).filter(|one| !one.people.is_empty());
            let Some(likeness) = likeness else { continue };
            self.pair(own, &likeness.people);
            let listing = &mut self.listings[*row as usize];
            if listing.as_ref().is_some_and(|one| one.decision == Decision::None) {
                *listing = Some(likeness.listing());
            }
        }
    }

    /// Rows without a sound number: the engine compares them with the people known so far who share
    /// their name or birth date; of the same name and birth date in one list they are one person.
    fn among(&mut self, rows: &[u32], model: &Model) {
        let asked: Vec<Stranger<'_>> = rows.iter().map(|row| self.entry(*row)).collect();
        let mut copies: FxHashMap<(&str, &str, PartialDate), u32> = FxHashMap::default();
        for (row, likeness) in rows.iter().zip(self.liken(&asked, model)) {
            let entry = &self.records.entries[*row as usize];
            let facts = &entry.facts;
            let key = (facts.name.folded(), facts.id.text(), facts.birth);
            let (person, listing) = match (copies.get(&key), likeness) {
                (Some(person), _) if is_told(facts) => {
                    (*person, joined(facts, self.faces[*person as usize], None))
                }
                (_, Some(likeness)) => {
                    let person = self.found(facts, entry.origin);
                    self.pair(person, &likeness.people);
                    (person, likeness.listing())
                }
                _ => (self.found(facts, entry.origin), alone()),
            };
            copies.insert(key, person);
            self.of_entry[*row as usize] = person;
            self.listings[*row as usize] = Some(listing);
        }
    }

    fn entry(&self, row: u32) -> Stranger<'run> {
        let entry = &self.records.entries[row as usize];
        Stranger { facts: &entry.facts, relatives: &entry.relatives }
    }

    /// Gives every row of a school or agency its person: linkage has spoken of the registry; the others
    /// are grouped by their own numbers, and where these say nothing, they may be whoever is like them.
    fn sources(&mut self, outcomes: &[Outcome], model: &Model) {
        let (mut fresh, mut open) = (Vec::new(), Vec::new());
        self.of_source = vec![u32::MAX; outcomes.len()];
        for (row, outcome) in outcomes.iter().enumerate() {
            let record = &self.records.sources[row];
            if let Some(registered) = outcome.linked() {
                self.of_source[row] = self.of_registry(self.of[registered as usize]);
                continue;
            }
            if !record.facts.id.is_sound() {
                open.push(row);
                continue;
            }
            let is_new = self.founded.find(&record.facts).is_none();
            self.of_source[row] = self.unlinked(row, outcome);
            if is_new {
                fresh.push(row);
            }
        }
        self.pair_sources(&fresh, model);
        for row in &open {
            self.of_source[*row] = self.unlinked(*row, &outcomes[*row]);
        }
        self.pair_sources(&open, model);
    }

    /// The person of a row the registry does not settle.
    fn unlinked(&mut self, row: usize, outcome: &Outcome) -> u32 {
        let record = &self.records.sources[row];
        let maybe =
            if outcome.decision == Decision::Review { &outcome.candidates[..] } else { &[] };
        let mut maybe: Vec<u32> =
            maybe.iter().map(|candidate| self.of[candidate.person as usize]).collect();
        maybe.sort_unstable();
        maybe.dedup();
        self.provisional(&record.facts, record.origin, &maybe)
    }

    fn pair_sources(&mut self, rows: &[usize], model: &Model) {
        let asked: Vec<Stranger<'_>> = rows
            .iter()
            .map(|row| &self.records.sources[*row])
            .map(|record| Stranger { facts: &record.facts, relatives: &record.relatives })
            .collect();
        let mut alike: FxHashMap<(&str, PartialDate), Vec<u32>> = FxHashMap::default();
        for (row, likeness) in rows.iter().zip(self.liken(&asked, model)) {
            let own = self.of_source[*row];
            if let Some(likeness) = likeness.map(|one| one.without(own)) {
                self.pair(own, &likeness.people);
            }
            let facts = &self.records.sources[*row].facts;
            if let Some(birth) = birth(facts).filter(|_| !facts.id.is_sound()) {
                let same = alike.entry((facts.name.folded(), birth)).or_default();
                let others = same.clone();
                same.push(own);
                self.pair(own, &others);
            }
        }
    }

    /// Two people who may be one.
    fn pair(&mut self, person: u32, others: &[u32]) {
        let others = others.iter().filter(|other| **other != person);
        self.pairs.extend(others.flat_map(|other| [(person, *other), (*other, person)]));
    }

    /// Whom beside the registry each row may be.
    fn liken(&self, asked: &[Stranger<'run>], model: &Model) -> Vec<Option<LikePeople>> {
        let mut found: Vec<Option<LikePeople>> = vec![None; asked.len()];
        for is_sound in [true, false] {
            let rows = (0..asked.len()).filter(|row| asked[*row].facts.id.is_sound() == is_sound);
            let rows: Vec<usize> = rows.collect();
            // Two sound numbers that differ are two people.
            let (rows, people) = self.similar(asked, rows, is_sound);
            if rows.is_empty() || people.is_empty() {
                continue;
            }
            let known: Vec<&Facts> =
                people.iter().map(|person| self.faces[*person as usize]).collect();
            let scopes = 0..u32::try_from(rows.len()).expect("fewer than 2^32 rows");
            let roll = Roll {
                facts: rows.iter().map(|row| asked[*row].facts).collect(),
                relatives: rows.iter().map(|row| asked[*row].relatives).collect(),
                group: vec![u8::MAX; rows.len()],
                scope: scopes.collect(),
            };
            for (row, outcome) in rows.iter().zip(link_among(&roll, &known, model)) {
                found[*row] = LikePeople::of(outcome, &people);
            }
        }
        found
    }

    /// Rows and people beside the registry that share name, or birth date and first character, with one
    /// of the other side.
    fn similar(
        &self,
        asked: &[Stranger<'run>],
        rows: Vec<usize>,
        only_unsound: bool,
    ) -> (Vec<usize>, Vec<u32>) {
        let of_rows: FxHashSet<SharedTrait<'_>> =
            rows.iter().flat_map(|row| traits(asked[*row].facts)).collect();
        let count = u32::try_from(self.persons.len()).expect("fewer than 2^32 persons");
        let is_near = |person: &u32| {
            let face = self.faces[*person as usize];
            self.persons[*person as usize].registry.is_none()
                && !(only_unsound && face.id.is_sound())
                && traits(face).any(|one| of_rows.contains(&one))
        };
        let people: Vec<u32> = (0..count).filter(is_near).collect();
        let of_people: FxHashSet<SharedTrait<'_>> =
            people.iter().flat_map(|person| traits(self.faces[*person as usize])).collect();
        let is_near = |row: &usize| traits(asked[*row].facts).any(|one| of_people.contains(&one));
        (rows.into_iter().filter(is_near).collect(), people)
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
    let date = facts.birth_told();
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
