//! What keepers of lists answered on 身份核实 lists: kept under what names a person for good, and told like
//! what came back on cards.

use crate::config::Project;
use crate::digest::TextDigest;
use crate::ledger::{Ledger, LedgerError, PastPeriod, ReturnEntry};
use crate::linkage::decisions::About;
use crate::programmes::{CONFIRMATION, CardLine};
use crate::vocabulary::HalfYear;
use crate::workbooks::confirmation::IDENTITY;

/// The half-year in which people of today's workbooks are looked for.
pub(super) fn newest(
    ledger: &Ledger,
    project: &Project,
) -> Result<Option<PastPeriod>, LedgerError> {
    let half = HalfYear::of(project.as_of);
    match ledger.period_of(&project.unit, half)? {
        Some(newest) => Ok(Some(newest)),
        None => ledger.period_before(&project.unit, half),
    }
}

/// Lines of a confirmation list name people as the run did that wrote them. Exports of lists change
/// their rows, so answers are kept under what names the person for good: the 人编号, or the keyed name in the
/// ledger's record of the half-year. `None` where the ledger does not know exactly one such person;
/// whatever is not about a member of a list stays as it is.
pub(super) fn lasting(
    ledger: &Ledger,
    newest: Option<&PastPeriod>,
    about: About,
) -> Result<Option<About>, LedgerError> {
    let About::Member { list, person, name } = about else { return Ok(Some(about)) };
    let Some(newest) = newest else { return Ok(None) };
    let found = ledger.people_called(newest, &person)?;
    let mut people = found.iter().flat_map(|record| &record.people).filter(|who| who.name == name);
    let (Some(one), None) = (people.next(), people.next()) else { return Ok(None) };
    let is_row = person.contains(':');
    let lasting = match (is_row, one.names.first()) {
        (false, _) => person,
        (true, Some(name)) => format!("{name:016x}"),
        (true, None) => return Ok(None),
    };
    Ok(Some(About::Member { list, person: lasting, name }))
}

/// The answers in force, a line per cell; `person` holds the keyed digest, as on cards.
pub(super) fn told(ledger: &Ledger, project: &Project) -> Result<Vec<CardLine>, LedgerError> {
    let keys = ledger.name_keys();
    let entries = ledger.returns()?;
    let answers = entries.iter().filter(|entry| entry.line.form == IDENTITY.key);
    let lines = answers.filter_map(|entry| {
        let About::Member { list, person, .. } = About::from_text(&entry.line.about)? else {
            return None;
        };
        let title = project.lists.iter().find(|own| own.list == list).map(|own| &own.title);
        Some(of_entry(entry, title.unwrap_or(&list), &keys.card(&person)))
    });
    Ok(lines.flatten().collect())
}

fn of_entry(entry: &ReturnEntry, unit: &str, person: &str) -> Vec<CardLine> {
    let day = jiff::tz::Offset::constant(8).to_datetime(entry.at).date();
    let filled = entry.line.filled.iter().map(|(field, value)| CardLine {
        card: CONFIRMATION.key.to_owned(),
        unit: unit.to_owned(),
        person: person.to_owned(),
        month: format!("{:04}-{:02}", day.year(), day.month()),
        field: field.clone(),
        value: value.clone(),
        filled_by: entry.line.clerk.clone(),
        source_file: entry.line.place.clone(),
        source_sheet: String::new(),
        source_row: 0,
    });
    filled.collect()
}

/// What answers add to a run's identity; nothing where nobody has answered.
pub(super) fn state(ledger: &Ledger) -> Result<Option<String>, LedgerError> {
    let mut digest = TextDigest::default();
    let mut is_any = false;
    for entry in ledger.returns()?.iter().filter(|entry| entry.line.form == IDENTITY.key) {
        is_any = true;
        digest.extend([entry.number.to_string()]);
        digest.extend(entry.line.filled.iter().flat_map(|(heading, text)| [heading, text]));
    }
    Ok(is_any.then(|| format!("keepers {}", digest.hex(16))))
}
