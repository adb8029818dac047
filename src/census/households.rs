//! Lists of households (城市低保): a row may name the head alone. Members who have no row are perhaps members of the
//! group, as long as 保障人口 says that there are more of them than rows.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::founding::id_key;
use super::membership::{Membership, MembershipEvidence};
use super::{Census, PersonIndex};
use crate::records::{Entry, Records};

/// A household of which more people are looked after than have rows.
struct OpenHousehold<'run> {
    entry: &'run Entry,
    head: PersonIndex,
}

/// Memberships nobody has settled: whoever the registry has in the household of such a head, and whoever's row at a
/// school or agency names the head among the relatives.
pub(super) fn members(records: &Records, census: &Census, of: &[u32]) -> Vec<Membership> {
    let open = open(records, census);
    if open.is_empty() {
        return Vec::new();
    }
    let listed: FxHashSet<(u16, PersonIndex)> =
        records.entries.iter().zip(&census.of_entry).map(|(one, who)| (one.list, *who)).collect();
    let (home, faces) = (SharedHomes::of(records, census, of), census.faces(records));
    let mut all = Vec::new();
    for household in &open {
        let head = Head {
            person: household.head,
            number: faces[household.head as usize].and_then(|facts| id_key(&facts.id)),
        };
        for person in home.members(records, census, &head) {
            if !listed.contains(&(household.entry.list, person)) {
                all.push(uncertain(records, household.entry, person));
            }
        }
    }
    all
}

fn uncertain(records: &Records, entry: &Entry, person: PersonIndex) -> Membership {
    Membership {
        person,
        group: records.lists[usize::from(entry.list)].list.clone(),
        evidence: MembershipEvidence::Review,
        from: entry.from,
        to: entry.to,
        category: entry.category.to_string(),
        origin: entry.origin,
    }
}

/// One row for each such household.
fn open<'run>(records: &'run Records, census: &Census) -> Vec<OpenHousehold<'run>> {
    let by_id: FxHashMap<u64, PersonIndex> = records
        .entries
        .iter()
        .zip(&census.of_entry)
        .filter_map(|(entry, person)| Some((id_key(&entry.facts.id)?, *person)))
        .collect();
    let mut households: BTreeMap<(u16, PersonIndex), (usize, &Entry)> = BTreeMap::new();
    for (entry, person) in records.entries.iter().zip(&census.of_entry) {
        if !records.lists[usize::from(entry.list)].household {
            continue;
        }
        let named = entry.relatives.first().and_then(|head| by_id.get(&id_key(&head.id)?)).copied();
        let head = named.unwrap_or(*person);
        households.entry((entry.list, head)).or_insert((0, entry)).0 += 1;
    }
    let is_open = |rows: usize, entry: &Entry| {
        entry.household_size.is_some_and(|size| usize::from(size) > rows)
    };
    households
        .into_iter()
        .filter(|(_, (rows, entry))| is_open(*rows, entry))
        .map(|((_, head), (_, entry))| OpenHousehold { entry, head })
        .collect()
}

/// The head of a household.
struct Head {
    person: PersonIndex,
    /// Its number, as [`id_key`] has it.
    number: Option<u64>,
}

/// Who lives with whom.
struct SharedHomes<'run> {
    /// Region and 户编号 → people.
    registered: FxHashMap<(u16, &'run str), Vec<PersonIndex>>,
    /// Number of a relative → people whose rows name it.
    named: FxHashMap<u64, Vec<PersonIndex>>,
}

impl<'run> SharedHomes<'run> {
    fn of(records: &'run Records, census: &Census, of: &[u32]) -> Self {
        let mut registered: FxHashMap<(u16, &str), Vec<PersonIndex>> = FxHashMap::default();
        let people: FxHashMap<u32, PersonIndex> = (0_u32..)
            .zip(&census.persons)
            .filter_map(|(person, one)| Some((one.registry?, person)))
            .collect();
        for (row, one) in records.persons.iter().enumerate() {
            let person = people.get(&of[row]);
            if let (Some(person), false) = (person, one.household_no.is_empty()) {
                registered.entry((one.region, &one.household_no)).or_default().push(*person);
            }
        }
        let mut named: FxHashMap<u64, Vec<PersonIndex>> = FxHashMap::default();
        for (record, person) in records.sources.iter().zip(&census.of_source) {
            for key in record.relatives.iter().filter_map(|one| id_key(&one.id)) {
                named.entry(key).or_default().push(*person);
            }
        }
        Self { registered, named }
    }

    /// Who lives with a head.
    fn members(&self, records: &Records, census: &Census, head: &Head) -> Vec<PersonIndex> {
        let registry = census.persons[head.person as usize].registry;
        let registry = registry.map(|row| &records.persons[row as usize]);
        let home = registry.and_then(|one| self.registered.get(&(one.region, &*one.household_no)));
        let named = head.number.and_then(|key| self.named.get(&key));
        let mut all: Vec<PersonIndex> = home.into_iter().chain(named).flatten().copied().collect();
        all.retain(|person| *person != head.person);
        all.sort_unstable();
        all.dedup();
        all
    }
}
