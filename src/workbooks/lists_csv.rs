//! `lists.csv`, `memberships.csv`, `entitlements.csv`: what lists and programmes give, for programs.

use std::path::Path;

use jiff::civil::Date;

use crate::census::{Listing, Membership, state_at};
use crate::programmes::{CardLine, ProgressRow, VerdictLine};
use crate::records::Entry;
use crate::records::money::yuan;

use super::csv_files::{CsvColumn, field, write_csv};
use super::{Results, WorkbookError};
use crate::results::{RowSpot, evidence};

/// A row of a list and what came of it.
struct ListLine<'a> {
    results: &'a Results<'a>,
    entry: &'a Entry,
    listing: &'a Listing,
    person: u32,
    spot: RowSpot<'a>,
}

impl<'a> ListLine<'a> {
    fn list(&self) -> &'a str {
        &self.results.records.lists[usize::from(self.entry.list)].list
    }

    fn registry(&self) -> Option<&'a str> {
        let row = self.listing.registry?;
        Some(self.results.person(row).person_no.as_str())
    }
}

/// One line per row of every list, in input order.
pub(super) fn lists(path: &Path, results: &Results) -> Result<(), WorkbookError> {
    let columns = [
        field("list", |line: &ListLine| line.list().into()),
        field("source_file", |line| line.spot.file.into()),
        field("source_sheet", |line| line.spot.sheet.into()),
        field("source_row", |line| line.spot.row.to_string().into()),
        field("decision", |line| line.listing.decision.key().into()),
        field("person", |line| line.results.person_key(line.person).into()),
        field("registry_person_id", |line| line.registry().unwrap_or_default().into()),
        field("probability", |line| format!("{:.6}", line.listing.probability).into()),
        field("match_class", |line| line.listing.match_class.label().into()),
        field("evidence", |line| weighed(line.listing).into()),
    ];
    let lines = results.census.into_iter().flat_map(|census| {
        let rows = results.records.entries.iter().zip(&census.listings).zip(&census.of_entry);
        rows.map(|((entry, listing), person)| {
            let spot = results.spot(entry.origin);
            ListLine { results, entry, listing, person: *person, spot }
        })
    });
    write_csv(path, &columns, lines)
}

fn weighed(listing: &Listing) -> String {
    match &listing.outcome {
        Some(outcome) => evidence::compact(outcome),
        None if listing.probability > 0.0 => "证件号码=一致;姓名=一致".to_owned(),
        None => String::new(),
    }
}

/// A membership and the row that says so.
struct MembershipLine<'a> {
    results: &'a Results<'a>,
    one: &'a Membership,
    spot: RowSpot<'a>,
}

/// One line per person, group and row that says so.
pub(super) fn memberships(path: &Path, results: &Results) -> Result<(), WorkbookError> {
    let columns = [
        field("person", |line: &MembershipLine| line.results.person_key(line.one.person).into()),
        field("group", |line| line.one.group.as_str().into()),
        field("category", |line| line.one.category.as_str().into()),
        field("from", |line| day(line.one.from).into()),
        field("to", |line| day(line.one.to).into()),
        field("state", |line| state_at(line.one, line.results.project.as_of).key().into()),
        field("source_file", |line| line.spot.file.into()),
        field("source_sheet", |line| line.spot.sheet.into()),
        field("source_row", |line| line.spot.row.to_string().into()),
    ];
    let all = results.census.iter().flat_map(|census| &census.memberships);
    let lines = all.map(|one| MembershipLine { results, one, spot: results.spot(one.origin) });
    write_csv(path, &columns, lines)
}

fn day(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// A verdict and the row its event stands in.
struct EntitlementLine<'a> {
    results: &'a Results<'a>,
    line: &'a VerdictLine,
    spot: Option<RowSpot<'a>>,
}

/// One line per candidate event and rule.
pub(super) fn entitlements(path: &Path, results: &Results) -> Result<(), WorkbookError> {
    let lines = results.judged.into_iter().flat_map(|judged| {
        judged.lines.iter().map(|line| {
            let origin = judged.events[line.event as usize].origin;
            EntitlementLine { results, line, spot: origin.map(|origin| results.spot(origin)) }
        })
    });
    write_csv(path, &entitlement_columns(), lines)
}

fn entitlement_columns<'a>() -> Vec<CsvColumn<EntitlementLine<'a>>> {
    vec![
        field("programme", |one| {
            one.results.project.programmes[one.line.programme].id.as_str().into()
        }),
        field("rule", |one| one.line.rule.as_str().into()),
        field("person", |one| one.results.person_key(one.line.person).into()),
        field("source_file", |one| one.spot.as_ref().map_or("", |spot| spot.file).into()),
        field("source_sheet", |one| one.spot.as_ref().map_or("", |spot| spot.sheet).into()),
        field("source_row", |one| {
            one.spot.as_ref().map_or_else(String::new, |spot| spot.row.to_string()).into()
        }),
        field("counted_on", |one| day(one.line.counted_on).into()),
        field("verdict", |one| one.line.verdict.key().into()),
        field("reason_code", |one| one.line.code.as_str().into()),
        field("reason", |one| one.line.reason().into()),
        field("amount_low", |one| short_yuan(one.line.low).into()),
        field("amount_high", |one| short_yuan(one.line.high).into()),
        field("amount_claimed", |one| short_yuan(one.line.claimed).into()),
        field("amount_paid", |one| short_yuan(one.line.paid).into()),
        field("payee", |one| one.line.payee.as_str().into()),
    ]
}

/// A figure of a programme by row and period.
pub(super) struct FigureLine<'a> {
    /// Name of the programme.
    pub(super) programme: &'a str,
    /// The figure.
    pub(super) line: &'a ProgressRow,
}

/// One line per figure, row and period.
pub(super) fn progress(path: &Path, results: &Results) -> Result<(), WorkbookError> {
    let all = results.judged.iter().flat_map(|judged| &judged.progress);
    let lines = all
        .map(|line| FigureLine { programme: &results.project.programmes[line.programme].id, line });
    write_csv(path, &progress_fields(), lines)
}

/// Columns of every `progress.csv`.
pub(super) fn progress_fields<'a>() -> Vec<CsvColumn<FigureLine<'a>>> {
    vec![
        field("programme", |one| one.programme.into()),
        field("figure", |one| one.line.figure.as_str().into()),
        field("row", |one| one.line.row.as_str().into()),
        field("period_start", |one| one.line.start.to_string().into()),
        field("period_end", |one| one.line.end.to_string().into()),
        field("target", |one| number(one.line.target).into()),
        field("value", |one| number(one.line.value).into()),
        field("pending", |one| number(one.line.pending).into()),
        field("distinct_persons", |one| number(one.line.persons).into()),
        field("rate", |one| one.line.rate().unwrap_or_default().into()),
        field("previous", |one| number(one.line.previous).into()),
    ]
}

fn number(number: Option<i64>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

/// One line per filled-in cell of a returned card.
pub(super) fn cards(path: &Path, results: &Results) -> Result<(), WorkbookError> {
    let columns = [
        field("card", |line: &&CardLine| line.card.as_str().into()),
        field("unit", |line| line.unit.as_str().into()),
        field("person", |line| line.person.as_str().into()),
        field("month", |line| line.month.as_str().into()),
        field("field", |line| line.field.as_str().into()),
        field("value", |line| line.value.as_str().into()),
        field("filled_by", |line| line.filled_by.as_str().into()),
        field("source_file", |line| line.source_file.as_str().into()),
        field("source_sheet", |line| line.source_sheet.as_str().into()),
        field("source_row", |line| line.source_row.to_string().into()),
    ];
    write_csv(path, &columns, results.cards)
}

/// Yuan, without decimals where there are none.
pub(super) fn short_yuan(fen: Option<i64>) -> String {
    fen.map_or_else(String::new, |fen| yuan(fen).trim_end_matches(".00").to_owned())
}
