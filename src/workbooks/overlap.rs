//! `身份/名单重叠.xlsx`: how many people stand on two lists at once, for every pair of lists, and what
//! became of each list's rows. People of sensitive lists are counted here and named nowhere.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::XlsxError;

use crate::census::{Census, State, state_at};
use crate::linkage::Decision;
use crate::programmes::group_title;

use super::book::Book;
use super::columns::{Cell, CellKind, ColumnLook, TableColumn, column, nth};
use super::context::Context;
use super::table::{SheetSpec, SheetTable};

/// File name.
pub(super) const FILE: &str = "身份/名单重叠.xlsx";

/// What became of a list's rows.
struct ListRows<'a> {
    title: &'a str,
    keeper: &'a str,
    linked: usize,
    review: usize,
    fresh: usize,
    people: usize,
    poor: usize,
}

fn list_columns<'a>() -> Vec<TableColumn<ListRows<'a>>> {
    vec![
        column("名单", CellKind::Text, 26, |list| list.title.into()),
        column("保管方", CellKind::Text, 24, |list| list.keeper.into()),
        column("行数", CellKind::Count, 9, |list| {
            (list.linked + list.review + list.fresh).into()
        }),
        column("已有人员", CellKind::Count, 9, |list| list.linked.into()),
        column("待核", CellKind::Count, 9, |list| list.review.into()),
        column("新增人员", CellKind::Count, 9, |list| list.fresh.into()),
        column("人数", CellKind::Count, 9, |list| list.people.into()),
        column("其中:建档立卡", CellKind::Count, 12, |list| list.poor.into()),
    ]
}

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
    let spec = SheetSpec {
        name: "名单",
        title: "各名单的行与人",
        note: "行数＝已有人员＋待核＋新增人员。“已有人员”：这一行的人在建档立卡或排在前面的名单里已有；“新增人员”：此前没有出现过。",
        frozen: 1,
        back: None,
    };
    let counts = census.counts(records);
    let lists = records.lists.iter().enumerate().map(|(index, list)| {
        let count = |decision| counts[index].get(&decision).copied().unwrap_or(0);
        let rows = records.entries.iter().zip(&census.of_entry);
        let own = rows.filter(|(entry, _)| usize::from(entry.list) == index);
        let people: BTreeSet<u32> = own.map(|(_, person)| *person).collect();
        let is_poor = |one: &&u32| census.persons[**one as usize].registry.is_some();
        ListRows {
            title: &list.title,
            keeper: &list.keeper,
            linked: count(Decision::Link),
            review: count(Decision::Review),
            fresh: count(Decision::None),
            people: people.len(),
            poor: people.iter().filter(is_poor).count(),
        }
    });
    SheetTable::write(book, spec, list_columns(), lists)
}

/// A group beside all others.
struct GroupRow<'a> {
    title: &'a str,
    own: &'a BTreeSet<u32>,
    sets: &'a [(&'a str, BTreeSet<u32>)],
}

fn group_columns<'a>(sets: &[(&str, BTreeSet<u32>)]) -> Vec<TableColumn<GroupRow<'a>>> {
    let shared = |row: &GroupRow<'a>, other: usize| -> Cell<'_> {
        row.own.intersection(&row.sets[other].1).count().into()
    };
    let look = |group: &str| ColumnLook::plain(heading(group), CellKind::Count, 11);
    let others = sets.iter().enumerate().map(|(place, (group, _))| nth(look(group), place, shared));
    let own = column("名单", CellKind::Text, 26, |row: &GroupRow<'a>| row.title.into());
    std::iter::once(own).chain(others).collect()
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
    let spec = SheetSpec {
        name,
        title: "名单重叠（人数）",
        note: "对角线是该名单的人数，其余是同时在两个名单上的人数；按统计时点。“建档立卡”只含在其他名单、学籍或培训里出现过的人。",
        frozen: 1,
        back: None,
    };
    let rows = sets.iter().map(|(group, own)| GroupRow { title: &titles[group], own, sets: &sets });
    SheetTable::write(book, spec, group_columns(&sets), rows)
}

/// The name users read of a group.
pub(super) fn title(context: &Context, group: &str) -> String {
    context.results.group_title(group)
}

/// A heading for a group, of the shipped lists or derived: headings of tables are constants.
fn heading(group: &str) -> &'static str {
    group_title(crate::config::shipped_lists(), group)
}
