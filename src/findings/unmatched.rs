//! Rows without a certain registry person in this city's registry, and what schools and agencies
//! declare: 待核, 省内市外, 自报未命中, 未自报但命中.

use crate::linkage::{Candidate, Decision};
use crate::records::Person;
use crate::vocabulary::Field;
use crate::vocabulary::labels::DeclaredPoor;

use super::{Finding, FindingKind, Inputs, Owner, evidence};

/// So many candidates of a review case are named in its reason.
const NAMED: usize = 3;
/// A second candidate at least this probable makes “several candidates” the trouble.
const RIVAL: f64 = 0.1;

const SOURCE_SIDE: &[Field] = &[Field::Name, Field::IdNumber, Field::Address, Field::DeclaredPoor];
const REGISTRY_SIDE: &[Field] =
    &[Field::Name, Field::IdNumber, Field::Village, Field::PersonNo, Field::PovertyStatus];

/// At most two findings: the result of the search, and what was declared.
pub(super) fn of_row(inputs: &Inputs, row: u32) -> Vec<Finding> {
    let result = match inputs.outcome(row).decision {
        Decision::Review => Some(to_review(inputs, row)),
        // Whoever is not registered is simply not poor; only a claim makes it a mismatch.
        Decision::None => None,
        Decision::Link => other_region(inputs, row),
    };
    result.into_iter().chain(declared(inputs, row)).collect()
}

fn to_review(inputs: &Inputs, row: u32) -> Finding {
    let outcome = inputs.outcome(row);
    let rivals = outcome.candidates.iter().skip(1).any(|other| other.probability >= RIVAL);
    let why = if rivals { "有多个候选" } else { "依据不足" };
    let named: Vec<String> =
        outcome.candidates.iter().take(NAMED).map(|other| name_candidate(inputs, other)).collect();
    let reason = format!("{why}：{}；最接近：{}", outcome.reason, named.join("；"));
    let best = outcome.best().map_or(0.0, |best| best.probability * 100.0);
    let brief = match outcome.candidates.len() {
        0 | 1 => format!("{why}：可能性{best:.0}%，须人工核实"),
        count => format!("{why}：{count}名候选，最高可能性{best:.0}%"),
    };
    let mut cells = evidence::of_source(inputs.record(row), SOURCE_SIDE);
    for candidate in outcome.candidates.iter().take(NAMED) {
        cells.extend(evidence::of_person(inputs.person(candidate.person), REGISTRY_SIDE));
    }
    let finding = inputs.on_row(FindingKind::ToReview, row, reason).owned_by(Owner::HumanResources);
    let finding = finding.briefly(brief).with(cells);
    match outcome.best() {
        Some(best) => finding.about(best.person),
        None => finding,
    }
}

fn name_candidate(inputs: &Inputs, candidate: &Candidate) -> String {
    let person = inputs.person(candidate.person);
    format!(
        "“{}”{}（{}，人编号{}，可能性{:.0}%）",
        person.facts.name.raw(),
        person.facts.id.masked(),
        home(inputs, person),
        person.person_no,
        candidate.probability * 100.0
    )
}

/// County and village of a registry person, with the city when it is not the project's own.
fn home(inputs: &Inputs, person: &Person) -> String {
    let gazetteer = &inputs.records.gazetteer;
    let place = &person.facts.place;
    let city = if person.region == 0 { "" } else { region(inputs, person.region) };
    format!("{city}{}{}", gazetteer.name(place.county), gazetteer.name(place.village))
}

fn region<'run>(inputs: &'run Inputs, index: u16) -> &'run str {
    inputs.records.regions.get(usize::from(index)).map_or("外市", String::as_str)
}

fn other_region(inputs: &Inputs, row: u32) -> Option<Finding> {
    let person = inputs.person(inputs.linked(row)?);
    if person.region == 0 {
        return None;
    }
    let own = inputs.records.regions.first().map_or("本市", String::as_str);
    let reason = format!(
        "“{}”登记在{}建档立卡信息（{}，人编号{}），不在{own}",
        person.facts.name.raw(),
        region(inputs, person.region),
        home(inputs, person),
        person.person_no
    );
    let mut cells = evidence::of_source(inputs.record(row), SOURCE_SIDE);
    cells.extend(evidence::of_person(person, REGISTRY_SIDE));
    let finding = inputs.on_row(FindingKind::OtherRegion, row, reason);
    let finding = finding.briefly(format!("登记在{}", home(inputs, person)));
    Some(finding.owned_by(Owner::HumanResources).with(cells))
}

/// 自报 against the result; a review case says nothing yet.
fn declared(inputs: &Inputs, row: u32) -> Option<Finding> {
    let record = inputs.record(row);
    match (inputs.outcome(row).decision, record.declared_poor) {
        (Decision::None, Some(DeclaredPoor::Yes)) => {
            let name = record.facts.name.raw();
            let reason =
                format!("来源登记“{name}”为建档立卡，建档立卡信息中未找到，请核对证件号码和户籍");
            let cells = evidence::of_source(record, SOURCE_SIDE);
            let brief = "登记为建档立卡，未找到此人，请核对证件号码和户籍".to_owned();
            let finding = inputs.on_row(FindingKind::DeclaredNotFound, row, reason);
            Some(finding.briefly(brief).with(cells))
        }
        (Decision::Link, Some(DeclaredPoor::No)) => found_not_declared(inputs, row, "登记为“否”"),
        (Decision::Link, None) if inputs.declaring_sheets.contains(&record.origin.sheet) => {
            found_not_declared(inputs, row, "未登记")
        }
        _ => None,
    }
}

fn found_not_declared(inputs: &Inputs, row: u32, said: &str) -> Option<Finding> {
    let person = inputs.person(inputs.linked(row)?);
    let reason = format!(
        "建档立卡信息中有“{}”（{}，人编号{}），来源{said}",
        person.facts.name.raw(),
        home(inputs, person),
        person.person_no
    );
    let mut cells = evidence::of_source(inputs.record(row), SOURCE_SIDE);
    cells.extend(evidence::of_person(person, REGISTRY_SIDE));
    let brief = format!("建档立卡信息中有此人，来源{said}");
    Some(inputs.on_row(FindingKind::FoundNotDeclared, row, reason).briefly(brief).with(cells))
}
