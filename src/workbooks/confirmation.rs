//! `派发/身份核实/<keeper>.xlsx`: whoever says that he or she belongs to a group and does not stand on its
//! list, for the list's keeper to fill in: 是, 否, 不清楚. Never for sensitive lists.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::XlsxError;

use crate::census::{Census, Evidence, Membership};
use crate::config::{ListDefinition, ListRole};
use crate::digest::TextDigest;
use crate::file_names::FileNames;
use crate::linkage::decisions::About;

use super::book::Book;
use super::context::Context;
use super::cover::{self, Cover};
use super::sent::{CHECK_COLUMN, KEY_COLUMN, SentForm, sealed};
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};
use crate::results::words::chinese_date;

const COLUMNS: [Column; 11] = [
    column("序号", CellKind::Count, 7),
    column("姓名", CellKind::Word, 10),
    column("证件号码", CellKind::Code, 22),
    column("学校/机构", CellKind::Text, 24),
    column("自报身份", CellKind::Word, 18),
    column("情况", CellKind::Text, 34),
    column("核实结果", CellKind::Input(&["是", "否", "不清楚"]), 12),
    column("起止时间", CellKind::Input(&[]), 22),
    column("备注", CellKind::Input(&[]), 20),
    KEY_COLUMN,
    CHECK_COLUMN,
];

/// The list of a keeper's workbook.
pub(super) const IDENTITY: SentForm =
    SentForm { key: "identity", title: "核实名单", columns: &COLUMNS };

/// One workbook per list with open questions: its path and the list's place among the project's.
pub(super) fn files<'a>(context: &'a Context<'a>) -> impl Iterator<Item = (PathBuf, usize)> + 'a {
    let mut taken = FileNames::default();
    let lists = context.results.project.lists.iter().enumerate();
    lists.filter(|(_, list)| !open(context, list).is_empty()).map(move |(index, list)| {
        let name = taken.give(&format!("{}_{}", list.keeper, list.title));
        (Path::new("派发").join("身份核实").join(format!("{name}.xlsx")), index)
    })
}

/// Memberships only people's own words speak for.
fn open<'a>(context: &Context<'a>, list: &ListDefinition) -> Vec<&'a Membership> {
    let Some(census) = context.results.census else { return Vec::new() };
    if list.sensitive || list.role != ListRole::Group {
        return Vec::new();
    }
    let own = census.memberships.iter().filter(|one| one.group == list.list);
    let declared = own.filter(|one| one.evidence == Evidence::Declared);
    declared.filter(|one| !is_listed(census, one)).collect()
}

/// Whether a row of the list is there for the person, at whatever time.
fn is_listed(census: &Census, declared: &Membership) -> bool {
    census.memberships_of(declared.person).iter().any(|one| {
        one.group == declared.group
            && matches!(one.evidence, Evidence::Confirmed | Evidence::Lapsed)
    })
}

/// Writes a workbook.
pub(super) fn fill(book: &mut Book, context: &Context, list: usize) -> Result<(), XlsxError> {
    let project = context.results.project;
    let list = &project.lists[list];
    let people = open(context, list);
    let persons: BTreeSet<u32> = people.iter().map(|one| one.person).collect();
    cover::write_asking(
        book,
        &Cover {
            title: format!("{}身份核实", list.title),
            lines: vec![
                (
                    "这是什么",
                    format!(
                        "下列{}人在学校、培训机构的数据里登记为{}，名单里没有找到。",
                        persons.len(),
                        list.title
                    ),
                ),
                ("统计时点", chinese_date(project.as_of)),
                ("请填写", "先在上方黄色格写填表人，再在黄色列填“是”“否”或“不清楚”；“是”的请填写起止时间。".to_owned()),
                ("返回", format!("请将填好的本工作簿返回{}。", project.bureau())),
                ("保密", "含个人信息，仅供核实身份使用，不得外传；用后妥善保存或删除。".to_owned()),
            ],
        },
    )?;
    let spec = TableSpec {
        name: "核实名单",
        title: "身份核实名单",
        note: "证件号码已遮盖中间各位。",
        columns: &COLUMNS,
        frozen: 2,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    for (number, one) in people.iter().enumerate() {
        table.row(&cells(context, number + 1, one, list))?;
    }
    table.close()
}

fn cells<'a>(
    context: &Context<'a>,
    number: usize,
    one: &Membership,
    list: &'a ListDefinition,
) -> Vec<Cell<'a>> {
    let results = &context.results;
    let source = results.records.sources.iter().find(|row| row.origin == one.origin);
    let entry = results.records.entries.iter().find(|row| row.origin == one.origin);
    let facts = source.map(|row| &row.facts).or(entry.map(|row| &row.facts));
    let loaded = results.records.lists.iter().any(|loaded| loaded.list == list.list);
    let unit =
        source.map(|row| results.institution(row)).or(entry.map(|row| row.detail.unit.as_str()));
    let cells = vec![
        number.into(),
        facts.map_or("", |facts| facts.name.raw.trim()).into(),
        facts.map_or_else(String::new, |facts| facts.id.masked()).into(),
        unit.unwrap_or_default().into(),
        list.title.as_str().into(),
        if loaded { "已载入的名单中没有" } else { "名单未载入" }.into(),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
    ];
    let key = TextDigest::of([list.list.as_str(), &results.person_key(one.person)]).hex(12);
    sealed(results.project, &IDENTITY, About::Keyed(key), cells)
}
