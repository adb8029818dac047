//! The registry against itself: 建档立卡重复 and 户号异常.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::records::Person;
use crate::records::place::NOWHERE;
use crate::vocabulary::Field;
use crate::vocabulary::labels::Relation;

use super::identity::id_key;
use super::logic_registry::sex;
use super::{Finding, FindingKind, Inputs, evidence};
use crate::records::identity::is_one;

const SHOWN: &[Field] =
    &[Field::Name, Field::IdNumber, Field::PersonNo, Field::HouseholdNo, Field::Village];

/// Registry rows that share a sound ID number or a 人编号; one finding per row.
pub(super) fn repeated(inputs: &Inputs) -> Vec<Finding> {
    let persons = &inputs.records.persons;
    let rows = || (0_u32..).zip(persons);
    let mut by_id: Vec<(u64, u32)> =
        rows().filter_map(|(row, person)| id_key(&person.facts.id).map(|key| (key, row))).collect();
    by_id.par_sort_unstable();
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for run in by_id.chunk_by(|left, right| left.0 == right.0).filter(|run| run.len() > 1) {
        let run: Vec<u32> = run.iter().map(|(_, row)| *row).collect();
        seen.extend(run.iter().copied());
        found.extend(repeats(inputs, &run));
    }
    let mut by_number: Vec<(u16, &str, u32)> = rows()
        .filter(|(row, person)| !person.person_no.is_empty() && !seen.contains(row))
        .map(|(row, person)| (person.region, person.person_no.as_str(), row))
        .collect();
    by_number.par_sort_unstable();
    let same =
        |left: &(u16, &str, u32), right: &(u16, &str, u32)| (left.0, left.1) == (right.0, right.1);
    for run in by_number.chunk_by(same).filter(|run| run.len() > 1) {
        let run: Vec<u32> = run.iter().map(|(_, _, row)| *row).collect();
        found.extend(repeats(inputs, &run));
    }
    found
}

fn repeats(inputs: &Inputs, run: &[u32]) -> Vec<Finding> {
    let finding = |row: &u32| {
        let other = if *row == run[0] { run[1] } else { run[0] };
        let (person, twin) = (inputs.person(*row), inputs.person(other));
        let (reason, brief) = compare(inputs, person, twin, run.len());
        Finding::on_person(FindingKind::RegistryRepeated, *row, reason)
            .briefly(brief)
            .with(evidence::of_person(person, SHOWN))
            .with(evidence::of_person(twin, SHOWN))
    };
    run.iter().map(finding).collect()
}

/// What two rows share and where they differ, and the same in a few words.
fn compare(inputs: &Inputs, person: &Person, twin: &Person, count: usize) -> (String, String) {
    let same_id =
        id_key(&person.facts.id).is_some() && id_key(&person.facts.id) == id_key(&twin.facts.id);
    let lacks_id = [person, twin].iter().any(|one| id_key(&one.facts.id).is_none());
    let what = if same_id {
        format!("证件号码{}出现{count}次", person.facts.id.masked())
    } else {
        let ids = if lacks_id { "有的没有可用的证件号码" } else { "证件号码不同" };
        format!("人编号{}出现{count}次，{ids}", person.person_no)
    };
    let region = |person: &Person| {
        inputs.records.regions.get(usize::from(person.region)).map_or("", String::as_str)
    };
    let where_to = if person.region != twin.region {
        format!("分在{}和{}", region(person), region(twin))
    } else if person.household_no == twin.household_no {
        "在同一户".to_owned()
    } else {
        format!("在两户（户编号{}与{}）", person.household_no, twin.household_no)
    };
    let names = if person.facts.name.folded() == twin.facts.name.folded() {
        format!("姓名同为“{}”", person.facts.name.raw())
    } else {
        let counted = if is_one(person, twin) { "按同一人计数" } else { "未合并计数" };
        format!("姓名“{}”与“{}”不同，{counted}", person.facts.name.raw(), twin.facts.name.raw())
    };
    let shared = if same_id { "证件号码" } else { "人编号" };
    let brief = format!("{shared}出现{count}次，{where_to}");
    let numbers = format!("人编号{}与{}", person.person_no, twin.person_no);
    (format!("{what}，{where_to}；{numbers}；{names}"), brief)
}

/// Households with two heads, with head and spouse of one sex, or in two counties.
pub(super) fn households(inputs: &Inputs) -> Vec<Finding> {
    let persons = &inputs.records.persons;
    let key = |row: u32| {
        let person = &persons[row as usize];
        (person.region, person.household_no.as_str())
    };
    let mut rows: Vec<u32> = (0_u32..)
        .zip(persons)
        .filter(|(_, person)| !person.household_no.is_empty())
        .map(|(row, _)| row)
        .collect();
    rows.par_sort_by_key(|row| (key(*row), *row));
    rows.chunk_by(|left, right| key(*left) == key(*right))
        .filter(|household| household.len() > 1)
        .flat_map(|household| {
            let mut found = Vec::new();
            found.extend(two_heads(inputs, household));
            found.extend(same_sex(inputs, household));
            found.extend(two_counties(inputs, household));
            found
        })
        .collect()
}

fn with_relation(inputs: &Inputs, household: &[u32], relation: Relation) -> Vec<u32> {
    let is = |row: &u32| inputs.person(*row).relation == Some(relation);
    household.iter().copied().filter(is).collect()
}

fn between(inputs: &Inputs, row: u32, other: u32, reason: String) -> Finding {
    let fields =
        [Field::Name, Field::IdNumber, Field::PersonNo, Field::HouseholdNo, Field::Relation];
    Finding::on_person(FindingKind::Household, row, reason)
        .with(evidence::of_person(inputs.person(row), &fields))
        .with(evidence::of_person(inputs.person(other), &fields))
}

fn two_heads(inputs: &Inputs, household: &[u32]) -> Option<Finding> {
    let heads = with_relation(inputs, household, Relation::Head);
    let (first, last) = (*heads.first()?, *heads.last()?);
    let (one, other) = (inputs.person(first), inputs.person(last));
    // The same row exported twice is a repeated row, not a second head.
    (first != last && !is_one(one, other)).then(|| {
        let (names, no) = ((one.facts.name.raw(), other.facts.name.raw()), &one.household_no);
        let reason = format!("户编号{no}有{}名户主：“{}”与“{}”", heads.len(), names.0, names.1);
        between(inputs, last, first, reason)
    })
}

fn same_sex(inputs: &Inputs, household: &[u32]) -> Option<Finding> {
    let head = *with_relation(inputs, household, Relation::Head).first()?;
    let spouse = *with_relation(inputs, household, Relation::Spouse).first()?;
    let (one, other) = (&inputs.person(head).facts, &inputs.person(spouse).facts);
    let shared = sex(one).filter(|found| Some(*found) == sex(other))?;
    let (label, names) = (shared.label(), (one.name.raw(), other.name.raw()));
    let reason = format!("户主“{}”与配偶“{}”性别同为“{label}”", names.0, names.1);
    Some(between(inputs, spouse, head, reason))
}

fn two_counties(inputs: &Inputs, household: &[u32]) -> Option<Finding> {
    let county = |row: u32| inputs.person(row).facts.place.county;
    let known = || household.iter().copied().filter(|row| county(*row) != NOWHERE);
    let first = known().next()?;
    let other = known().find(|row| county(*row) != county(first))?;
    let name = |row: u32| inputs.records.gazetteer.name(county(row));
    let no = &inputs.person(first).household_no;
    let reason = format!("户编号{no}的人员分在{}和{}", name(first), name(other));
    Some(between(inputs, other, first, reason))
}
