//! One question → the cells of one line.

use std::fmt::Write as _;

use crate::linkage::decisions::{Answer, Case};
use crate::linkage::{Candidate, Outcome};
use crate::records::identifier::IdClass;
use crate::records::{Facts, Person, SourceRecord};
use crate::results::marks;
use crate::results::marks::MarkedText;
use crate::results::{Results, evidence, words};
use crate::vocabulary::Field;
use crate::vocabulary::labels::Sex;
use crate::workbooks::columns::{self, Cell, CellKind, TableColumn, column, input};
use crate::workbooks::context::Context;

use super::form::{ANSWER, CHECK, KEY, NAMES, NOTE, NUMBERS, check, is_checked};

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

/// A question: a row beside one candidate.
pub(super) struct QuestionLine<'a> {
    results: &'a Results<'a>,
    case: &'a Case,
    /// `7` or, where a row has several candidates, `7-2`.
    label: String,
    audience: Audience,
    record: &'a SourceRecord,
    outcome: &'a Outcome,
    candidate: &'a Candidate,
    person: &'a Person,
    /// Both sides of what is compared at a glance.
    names: [Cell<'a>; 2],
    numbers: [Cell<'a>; 2],
    places: [Cell<'a>; 2],
}

impl<'a> QuestionLine<'a> {
    pub(super) fn of(
        context: &'a Context<'a>,
        case: &'a Case,
        label: String,
        audience: Audience,
    ) -> Self {
        let results = &context.results;
        let (record, outcome) = results.row(case.row);
        let candidate = &outcome.candidates[case.candidate];
        let person = results.person(candidate.person);
        Self {
            results,
            case,
            label,
            audience,
            record,
            outcome,
            candidate,
            person,
            names: names(record, person, audience).map(marked),
            numbers: numbers(record, person, audience).map(marked),
            places: places(results, record, person, audience).map(marked),
        }
    }
}

const ANSWERS: [&str; 3] =
    [Answer::Same.label(), Answer::Different.label(), Answer::Unsure.label()];

/// The columns. Widths are fixed, so that both sides stand at the same place on every page.
pub(super) fn columns<'a>() -> Vec<TableColumn<QuestionLine<'a>>> {
    vec![
        column(columns::NUMBER, CellKind::Code, 7, |one| one.label.as_str().into()),
        column("学校/机构", CellKind::Text, 12, |one| {
            one.results.institution(one.record).into()
        }),
        column(NAMES[0], CellKind::Word, 13, |one| one.names[0].lent()),
        column(NAMES[1], CellKind::Word, 13, |one| one.names[1].lent()),
        column(NUMBERS[0], CellKind::Code, 20, |one| one.numbers[0].lent()),
        column(NUMBERS[1], CellKind::Code, 20, |one| one.numbers[1].lent()),
        column("户籍地址", CellKind::Text, 14, |one| one.places[0].lent()),
        column("登记地址", CellKind::Text, 14, |one| one.places[1].lent()),
        column("家长", CellKind::Text, 10, |one| relatives(one.record).into()),
        column("登记的户内身份", CellKind::Text, 11, |one| {
            standing_in_household(one.person, one.audience).into()
        }),
        column("专业、班级、入学（开班）", CellKind::Text, 14, |one| {
            course(one.record).into()
        }),
        column("匹配概率", CellKind::Code, 9, |one| {
            format!("{:.2}%", one.candidate.probability * 100.0).into()
        }),
        column("待核原因与权重", CellKind::Text, 34, |one| {
            reasons(one.outcome, one.candidate, one.case).into()
        }),
        input(ANSWER, &ANSWERS, 11),
        input(NOTE, &[], 14),
        // What stands from here on is not printed, and from the key on it is hidden.
        column("出处", CellKind::Text, 30, |one| {
            place_of(one.results, one.record, one.audience).into()
        }),
        column(KEY, CellKind::Code, 10, |one| one.case.key.as_str().into()),
        column(CHECK, CellKind::Code, 10, |_| Cell::Empty),
    ]
}

/// The cells of a line; its check value is made from the others.
pub(super) fn cells<'row, 'run>(
    columns: &[TableColumn<QuestionLine<'run>>],
    question: &'row QuestionLine<'run>,
) -> Vec<Cell<'row>> {
    let mut cells = columns::cells(columns, question, None);
    let checked = cells.iter().zip(columns).filter(|(_, column)| is_checked(&column.look));
    let texts: Vec<String> = checked.map(|(cell, _)| cell.text().into_owned()).collect();
    let value = check(&question.case.key, texts.iter().map(String::as_str));
    for (cell, column) in cells.iter_mut().zip(columns) {
        if column.look.heading == CHECK {
            *cell = value.clone().into();
        }
    }
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
        marks::aligned(source.name.raw().trim(), registered.name.raw().trim());
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
        [vec![plain(&words::id_as_filed(source))], vec![plain(registered.raw().trim())]]
    } else {
        marks::aligned(source.raw().trim(), registered.raw().trim())
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
    let named = record.relatives.iter().map(|relative| relative.name.text());
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
