//! `身份/名单重叠.xlsx`: how many people stand on two lists at once, for every pair of lists, and what
//! became of each list's rows. People of sensitive lists are counted here and named nowhere.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::XlsxError;

use crate::census::{Census, State, state_at};
use crate::linkage::Decision;
use crate::programmes::group_title;

use super::book::Book;
use super::context::Context;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};

/// File name.
pub(super) const FILE: &str = "身份/名单重叠.xlsx";

const LIST_COLUMNS: [Column; 8] = [
    column("名单", CellKind::Text, 26),
    column("保管方", CellKind::Text, 24),
    column("行数", CellKind::Count, 9),
    column("已有人员", CellKind::Count, 9),
    column("待核", CellKind::Count, 9),
    column("新增人员", CellKind::Count, 9),
    column("人数", CellKind::Count, 9),
    column("其中:建档立卡", CellKind::Count, 12),
];

/// Members of each group at the report date: certain ones, and those not settled.
#[derive(Default)]
struct Members {
    confirmed: BTreeSet<u32>,
    open: BTreeSet<u32>,
}

/// Writes the sheets.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let Some(census) = context.results.census else { return Ok(()) };
    let members = members(context, census);
    lists(book, context, census)?;
    for (name, confirmed) in [("确认的人", true), ("含待核、自报", false)] {
        matrix(book, context, &members, name, confirmed)?;
    }
    Ok(())
}

fn members(context: &Context, census: &Census) -> BTreeMap<String, Members> {
    let mut all: BTreeMap<String, Members> = BTreeMap::new();
    for one in &census.memberships {
        let group = all.entry(one.group.clone()).or_default();
        match state_at(one, context.results.project.as_of) {
            State::Confirmed => group.confirmed.insert(one.person),
            State::Declared | State::Review => group.open.insert(one.person),
            State::Past | State::Future => false,
        };
    }
    all
}

fn lists(book: &mut Book, context: &Context, census: &Census) -> Result<(), XlsxError> {
    let records = context.results.records;
    let spec = TableSpec {
        name: "名单",
        title: "各名单的行与人",
        note: "行数＝已有人员＋待核＋新增人员。“已有人员”：这一行的人在建档立卡或排在前面的名单里已有；“新增人员”：此前没有出现过。",
        columns: &LIST_COLUMNS,
        frozen: 1,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    let counts = census.counts(records);
    for (index, list) in records.lists.iter().enumerate() {
        let count = |decision| counts[index].get(&decision).copied().unwrap_or(0);
        let rows = records.entries.iter().zip(&census.of_entry);
        let own = rows.filter(|(entry, _)| usize::from(entry.list) == index);
        let people: BTreeSet<u32> = own.map(|(_, person)| *person).collect();
        let poor =
            people.iter().filter(|one| census.persons[**one as usize].registry.is_some()).count();
        let [link, review, none] = [Decision::Link, Decision::Review, Decision::None].map(count);
        table.row(&[
            list.title.as_str().into(),
            list.keeper.as_str().into(),
            (link + review + none).into(),
            link.into(),
            review.into(),
            none.into(),
            people.len().into(),
            poor.into(),
        ])?;
    }
    table.close()
}

fn matrix(
    book: &mut Book,
    context: &Context,
    members: &BTreeMap<String, Members>,
    name: &str,
    confirmed: bool,
) -> Result<(), XlsxError> {
    let titles: BTreeMap<&str, String> =
        members.keys().map(|group| (group.as_str(), title(context, group))).collect();
    let set = |group: &str| {
        let one = &members[group];
        if confirmed {
            one.confirmed.clone()
        } else {
            one.confirmed.union(&one.open).copied().collect()
        }
    };
    let sets: Vec<(&str, BTreeSet<u32>)> =
        members.keys().map(|group| (group.as_str(), set(group))).collect();
    let mut columns = vec![column("名单", CellKind::Text, 26)];
    columns.extend(sets.iter().map(|(group, _)| column(heading(group), CellKind::Count, 11)));
    let spec = TableSpec {
        name,
        title: "名单重叠（人数）",
        note: "对角线是该名单的人数，其余是同时在两个名单上的人数；按统计时点。“建档立卡”只含在其他名单、学籍或培训里出现过的人。",
        columns: &columns,
        frozen: 1,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    for (group, own) in &sets {
        let mut cells: Vec<Cell> = vec![titles[group].as_str().into()];
        cells.extend(sets.iter().map(|(_, other)| Cell::from(own.intersection(other).count())));
        table.row(&cells)?;
    }
    table.close()
}

/// The name users read of a group.
pub(super) fn title(context: &Context, group: &str) -> String {
    context.results.group_title(group)
}

/// A heading for a group, of the shipped lists or derived: headings of tables are constants.
fn heading(group: &str) -> &'static str {
    group_title(crate::config::shipped_lists(), group)
}
