//! `派发/身份核实/<keeper>.xlsx`: whoever says that he or she belongs to a group and does not stand on its
//! list, for the list's keeper to fill in: 是, 否, 不清楚. A card like the others: protected, checked, taken back
//! by `bidui cards import`. Never for sensitive lists.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::XlsxError;

use crate::census::{Census, Evidence, Membership};
use crate::config::{ListDefinition, ListRole};
use crate::file_names::FileNames;

use super::book::Book;
use super::cards::{self, CONFIRMATION, Card, CardRow};
use super::context::Context;

/// One workbook per list with open questions: its path and the list's place among the project's.
pub(super) fn files<'a>(context: &'a Context<'a>) -> impl Iterator<Item = (PathBuf, usize)> + 'a {
    let mut taken = FileNames::default();
    let lists = context.results.project.lists.iter().enumerate();
    lists.filter(|(_, list)| !open(context, list).is_empty()).map(move |(index, list)| {
        let name = taken.give(&format!("{}_{}", list.keeper, list.title));
        (Path::new("派发").join("身份核实").join(format!("{name}.xlsx")), index)
    })
}

/// Memberships only people's own words speak for, and nobody has answered yet.
fn open<'a>(context: &'a Context<'a>, list: &ListDefinition) -> Vec<&'a Membership> {
    let Some(census) = context.results.census else { return Vec::new() };
    if list.sensitive || list.role != ListRole::Group {
        return Vec::new();
    }
    let own = census.memberships.iter().filter(|one| one.group == list.list);
    let declared = own.filter(|one| one.evidence == Evidence::Declared);
    declared.filter(|one| !is_answered(census, one)).collect()
}

/// Whether a row of the list is there for the person, at whatever time, or its keeper has answered.
fn is_answered(census: &Census, declared: &Membership) -> bool {
    census.is_denied(declared.person, &declared.group)
        || census.memberships_of(declared.person).iter().any(|one| {
            one.group == declared.group
                && matches!(one.evidence, Evidence::Confirmed | Evidence::Lapsed)
        })
}

/// Writes a workbook.
pub(super) fn fill(book: &mut Book, context: &Context, list: usize) -> Result<(), XlsxError> {
    let results = &context.results;
    let list = &results.project.lists[list];
    let rows = open(context, list).into_iter().map(|one| row(context, one, list)).collect();
    let as_of = results.project.as_of;
    let month = format!("{:04}-{:02}", as_of.year(), as_of.month());
    let card = Card { unit: list.title.clone(), month, rows };
    cards::fill(book, results, &CONFIRMATION, &card)
}

fn row(context: &Context, one: &Membership, list: &ListDefinition) -> CardRow {
    let results = &context.results;
    let source = results.records.sources.iter().find(|row| row.origin == one.origin);
    let entry = results.records.entries.iter().find(|row| row.origin == one.origin);
    let facts = source.map(|row| &row.facts).or(entry.map(|row| &row.facts));
    let loaded = results.records.lists.iter().any(|loaded| loaded.list == list.list);
    let unit =
        source.map(|row| results.institution(row)).or(entry.map(|row| row.detail.unit.as_str()));
    CardRow {
        person: results.person_key(one.person),
        texts: vec![
            facts.map_or_else(String::new, |facts| facts.name.raw.trim().to_owned()),
            facts.map_or_else(String::new, |facts| facts.id.masked()),
            unit.unwrap_or_default().to_owned(),
            list.title.clone(),
            if loaded { "已载入的名单中没有" } else { "名单未载入" }.to_owned(),
        ],
    }
}
