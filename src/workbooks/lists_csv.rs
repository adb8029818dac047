//! `lists.csv`, `memberships.csv`, `entitlements.csv`: what lists and programmes give, for programs.

use std::path::Path;

use jiff::civil::Date;

use crate::census::{Listing, state_at};
use crate::programmes::ProgressRow;
use crate::records::money::yuan;

use super::csv_files::CsvFile;
use super::{Results, WorkbookError};
use crate::results::evidence;

/// One line per row of every list, in input order.
pub(super) fn lists(path: &Path, results: &Results) -> Result<(), WorkbookError> {
    let headings = [
        "list",
        "source_file",
        "source_sheet",
        "source_row",
        "decision",
        "person",
        "registry_person_id",
        "probability",
        "match_class",
        "evidence",
    ];
    let mut file = CsvFile::create(path, &headings)?;
    let Some(census) = results.census else { return file.close() };
    let rows = results.records.entries.iter().zip(&census.listings).zip(&census.of_entry);
    for ((entry, listing), person) in rows {
        let spot = results.spot(entry.origin);
        let registry = listing.registry.map(|row| results.person(row).person_no.as_str());
        file.line(&[
            results.records.lists[usize::from(entry.list)].list.as_str(),
            spot.file,
            spot.sheet,
            &spot.row.to_string(),
            listing.decision.key(),
            &results.person_key(*person),
            registry.unwrap_or_default(),
            &format!("{:.6}", listing.probability),
            listing.match_class.label(),
            &weighed(listing),
        ])?;
    }
    file.close()
}

fn weighed(listing: &Listing) -> String {
    match &listing.outcome {
        Some(outcome) => evidence::compact(outcome),
        None if listing.probability > 0.0 => "证件号码=一致;姓名=一致".to_owned(),
        None => String::new(),
    }
}

/// One line per person, group and row that says so.
pub(super) fn memberships(path: &Path, results: &Results) -> Result<(), WorkbookError> {
    let headings = [
        "person",
        "group",
        "category",
        "from",
        "to",
        "state",
        "source_file",
        "source_sheet",
        "source_row",
    ];
    let mut file = CsvFile::create(path, &headings)?;
    for one in results.census.iter().flat_map(|census| &census.memberships) {
        let spot = results.spot(one.origin);
        file.line(&[
            results.person_key(one.person).as_str(),
            &one.group,
            &one.category,
            &day(one.from),
            &day(one.to),
            state_at(one, results.project.as_of).key(),
            spot.file,
            spot.sheet,
            &spot.row.to_string(),
        ])?;
    }
    file.close()
}

fn day(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// One line per candidate event and rule.
pub(super) fn entitlements(path: &Path, results: &Results) -> Result<(), WorkbookError> {
    let headings = [
        "programme",
        "rule",
        "person",
        "source_file",
        "source_sheet",
        "source_row",
        "counted_on",
        "verdict",
        "reason_code",
        "reason",
        "amount_low",
        "amount_high",
        "amount_claimed",
        "amount_paid",
        "payee",
    ];
    let mut file = CsvFile::create(path, &headings)?;
    let Some(judged) = results.judged else { return file.close() };
    for line in &judged.lines {
        let event = &judged.events[line.event as usize];
        let spot = event.origin.map(|origin| results.spot(origin));
        let (place, sheet) = spot.as_ref().map_or(("", ""), |spot| (spot.file, spot.sheet));
        let row = spot.as_ref().map_or_else(String::new, |spot| spot.row.to_string());
        file.line(&[
            results.project.programmes[line.programme].id.as_str(),
            &line.rule,
            &results.person_key(line.person),
            place,
            sheet,
            &row,
            &day(line.counted_on),
            line.verdict.key(),
            &line.code,
            &line.reason(),
            &short_yuan(line.low),
            &short_yuan(line.high),
            &short_yuan(line.claimed),
            &short_yuan(line.paid),
            &line.payee,
        ])?;
    }
    file.close()
}

/// One line per figure, row and period.
pub(super) fn progress(path: &Path, results: &Results) -> Result<(), WorkbookError> {
    let mut file = CsvFile::create(path, &PROGRESS_HEADINGS)?;
    for line in results.judged.iter().flat_map(|judged| &judged.progress) {
        let id = &results.project.programmes[line.programme].id;
        file.line(&progress_cells(id, line))?;
    }
    file.close()
}

/// Columns of `progress.csv`.
pub(super) const PROGRESS_HEADINGS: [&str; 11] = [
    "programme",
    "figure",
    "row",
    "period_start",
    "period_end",
    "target",
    "value",
    "pending",
    "distinct_persons",
    "rate",
    "previous",
];

/// A line of `progress.csv`.
pub(super) fn progress_cells(id: &str, line: &ProgressRow) -> [String; 11] {
    let count = |number: Option<i64>| number.map_or_else(String::new, |n| n.to_string());
    [
        id.to_owned(),
        line.figure.clone(),
        line.row.clone(),
        line.start.to_string(),
        line.end.to_string(),
        count(line.target),
        count(line.value),
        count(line.pending),
        count(line.persons),
        line.rate().unwrap_or_default(),
        count(line.previous),
    ]
}

/// One line per filled-in cell of a returned card.
pub(super) fn cards(path: &Path, results: &Results) -> Result<(), WorkbookError> {
    let headings = [
        "card",
        "unit",
        "person",
        "month",
        "field",
        "value",
        "filled_by",
        "source_file",
        "source_sheet",
        "source_row",
    ];
    let mut file = CsvFile::create(path, &headings)?;
    for line in results.cards {
        file.line(&[
            line.card.as_str(),
            &line.unit,
            &line.person,
            &line.month,
            &line.field,
            &line.value,
            &line.filled_by,
            &line.source_file,
            &line.source_sheet,
            &line.source_row.to_string(),
        ])?;
    }
    file.close()
}

/// Yuan, without decimals where there are none.
pub(super) fn short_yuan(fen: Option<i64>) -> String {
    fen.map_or_else(String::new, |fen| yuan(fen).trim_end_matches(".00").to_owned())
}
