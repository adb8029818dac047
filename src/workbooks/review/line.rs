//! One question → the cells of one line.

use std::fmt::Write as _;

use crate::linkage::decisions::Case;
use crate::linkage::{Candidate, Outcome};
use crate::records::identifier::IdClass;
use crate::records::{Facts, Person, SourceRecord};
use crate::results::marks;
use crate::results::marks::MarkedText;
use crate::results::{Results, evidence, words};
use crate::vocabulary::Field;
use crate::vocabulary::labels::Sex;
use crate::workbooks::context::Context;
use crate::workbooks::table::Cell;

use super::form::{COLUMNS, check, is_checked};

/// Who gets the workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// The bureau: everything in full.
    Bureau,
    /// The county a registered person belongs to: everything in full, but the bureau's folders.
    County,
    /// A school or agency: of the registered person no more than the question needs.
    Institution,
}

/// Both sides of a value.
type MarkedSides = [Vec<MarkedText>; 2];

/// The cells of a line, named `7` or, where a row has several candidates, `7-2`.
pub(super) fn cells<'run>(
    context: &Context<'run>,
    case: &Case,
    label: String,
    audience: Audience,
) -> [Cell<'run>; COLUMNS.len()] {
    let results = context.results;
    let (record, outcome) = results.row(case.row);
    let candidate = &outcome.candidates[case.candidate];
    let person = results.person(candidate.person);
    let [name, registered_name] = names(record, person, audience);
    let [id, registered_id] = numbers(record, person, audience);
    let [place, registered_place] = places(&results, record, person, audience);
    let mut cells = [
        label.into(),
        results.institution(record).into(),
        marked(name),
        marked(registered_name),
        marked(id),
        marked(registered_id),
        marked(place),
        marked(registered_place),
        relatives(record).into(),
        standing_in_household(person, audience).into(),
        course(record).into(),
        format!("{:.2}%", candidate.probability * 100.0).into(),
        reasons(outcome, candidate, case).into(),
        Cell::Empty,
        Cell::Empty,
        place_of(&results, record, audience).into(),
        case.key.clone().into(),
        Cell::Empty,
    ];
    let checked = cells.iter().enumerate().filter(|(index, _)| is_checked(*index));
    let texts: Vec<String> = checked.map(|(_, cell)| cell.text().into_owned()).collect();
    cells[COLUMNS.len() - 1] = check(&case.key, texts.iter().map(String::as_str)).into();
    cells
}

/// The row's cell; outside the bureau without its folders.
fn place_of(results: &Results, record: &SourceRecord, audience: Audience) -> String {
    match audience {
        Audience::Bureau => results.name_cell(record.origin),
        _ => results.catalogue.show_outside(record.origin, Some(Field::Name)),
    }
}

/// Stretches as a cell; text without a mark is plain.
fn marked<'a>(runs: Vec<MarkedText>) -> Cell<'a> {
    if runs.iter().any(|run| run.differs) {
        Cell::Marked(runs.into())
    } else {
        runs.into_iter().map(|run| run.text).collect::<String>().into()
    }
}

/// Name, then sex and birth date on a line of their own.
fn names(record: &SourceRecord, person: &Person, audience: Audience) -> MarkedSides {
    let (source, registered) = (&record.facts, &person.facts);
    let [name, registered_name] =
        marks::aligned(source.name.raw.trim(), registered.name.raw.trim());
    let [birth, registered_birth] = if audience == Audience::Institution {
        [vec![plain(&born(source))], Vec::new()]
    } else {
        marks::aligned(&born(source), &born(registered))
    };
    [under(name, birth), under(registered_name, registered_birth)]
}

/// The number alone: whoever looks for full numbers in texts finds none inside a sentence.
fn numbers(record: &SourceRecord, person: &Person, audience: Audience) -> MarkedSides {
    let (source, registered) = (&record.facts.id, &person.facts.id);
    if audience == Audience::Institution {
        [vec![plain(&words::id_as_filed(source))], vec![plain(&registered.masked())]]
    } else if source.class == IdClass::Truncated {
        // The digits after the damage differ by accident; marking them would mislead.
        [vec![plain(&words::id_as_filed(source))], vec![plain(registered.raw.trim())]]
    } else {
        marks::aligned(source.raw.trim(), registered.raw.trim())
    }
}

fn plain(text: &str) -> MarkedText {
    MarkedText { text: text.to_owned(), differs: false }
}

/// The second text on a line under the first.
fn under(mut first: Vec<MarkedText>, second: Vec<MarkedText>) -> Vec<MarkedText> {
    first.retain(|run| !run.text.is_empty());
    let mut second: Vec<MarkedText> =
        second.into_iter().filter(|run| !run.text.is_empty()).collect();
    if let (Some(last), false) = (first.last_mut(), second.is_empty()) {
        last.text.push('\n');
    }
    first.append(&mut second);
    first
}

/// `男 2001-03-05` as the row says, else as the number does.
fn born(facts: &Facts) -> String {
    let sex = facts.sex.or_else(|| facts.id.sex()).map_or("", Sex::label);
    let birth = facts.birth_told();
    format!("{sex} {}", words::date(birth)).trim().to_owned()
}

/// Both addresses; marked where both were understood, else as they stand.
fn places(
    results: &Results,
    record: &SourceRecord,
    person: &Person,
    audience: Audience,
) -> MarkedSides {
    let (source, registered) = (&record.facts.place, &person.facts.place);
    let (own, other) = (results.home(source), results.home(registered));
    let theirs = match audience {
        Audience::Bureau | Audience::County => other.joined(),
        Audience::Institution => [other.county, other.town].concat(),
    };
    if audience != Audience::Institution && !own.county.is_empty() && !own.village.is_empty() {
        return marks::aligned(&own.joined(), &theirs);
    }
    [vec![plain(source.raw.trim())], vec![plain(&theirs)]]
}

fn relatives(record: &SourceRecord) -> String {
    let named = record.relatives.iter().map(|relative| relative.name.text.as_str());
    named.filter(|name| !name.is_empty()).collect::<Vec<_>>().join("、")
}

/// 与户主关系; for the bureau with the head of the household.
fn standing_in_household(person: &Person, audience: Audience) -> String {
    let relation = words::relation(person);
    let head = person.head_name.as_str();
    let told = audience != Audience::Institution && !head.is_empty();
    let head = if told { format!("户主{head}") } else { String::new() };
    [relation, &head].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("，")
}

fn course(record: &SourceRecord) -> String {
    let [subject, class] = words::course(record);
    let began = words::began(record);
    let parts = [subject, class, &began];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("，")
}

/// What marks a link drawn for a check.
const AUDIT: &str = "抽查：程序已定为比对一致，随机抽出，请核对是否属实。";

/// Why it is asked, then the waterfall: what was compared, how it compares, what it weighs.
fn reasons(outcome: &Outcome, candidate: &Candidate, case: &Case) -> String {
    let mut text = if case.is_audit { AUDIT.to_owned() } else { String::new() };
    text.push_str(&outcome.reason);
    if case.rows > 1 {
        write!(text, "（此人共 {} 行）", case.rows).expect("writing to a string");
    }
    text.push('\n');
    text.push_str(&evidence::waterfall(candidate));
    text
}
