//! `派发/身份核实/<keeper>.xlsx`: whoever says that he or she belongs to a group and does not stand on its
//! list, for the list's keeper to fill in: 是, 否, 不清楚. Protected, checked and taken back like what schools and
//! counties return. Never for sensitive lists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rust_xlsxwriter::XlsxError;

use crate::census::{Census, Membership, MembershipEvidence};
use crate::config::{ListDefinition, ListRole};
use crate::file_names::FileNames;
use crate::linkage::decisions::About;
use crate::origin::Origin;
use crate::records::{Facts, Records};

use super::book::Book;
use super::columns::{CellKind, TableColumn, column, input, looks, numbered};
use super::context::Context;
use super::cover::{self, Cover};
use super::sent::{SentForm, SentList, SentTable};
use super::table::SheetSpec;
use crate::results::words::chinese_date;

/// Heading of what the keeper says.
pub const ANSWER: &str = "核实结果";
/// Heading of since when and until when, behind a 是.
pub const SPAN: &str = "起止时间";

/// A question to a keeper.
struct KeeperQuestion<'a> {
    said: OwnWord<'a>,
    list: &'a ListDefinition,
    is_loaded: bool,
}

fn columns<'a>() -> Vec<TableColumn<KeeperQuestion<'a>>> {
    vec![
        numbered(7),
        column("姓名", CellKind::Word, 10, |one| {
            one.said.facts.map(|facts| facts.name.raw().trim()).into()
        }),
        column("证件号码", CellKind::Code, 22, |one| {
            one.said.facts.map(|facts| facts.id.masked()).into()
        }),
        column("学校/机构", CellKind::Text, 24, |one| one.said.unit.into()),
        column("自报身份", CellKind::Word, 18, |one| one.list.title.as_str().into()),
        column("情况", CellKind::Text, 34, |one| {
            if one.is_loaded { "已载入的名单中没有" } else { "名单未载入" }.into()
        }),
        input(ANSWER, &["是", "否", "不清楚"], 12),
        input(SPAN, &[], 22),
        input("备注", &[], 20),
    ]
}

/// The list of a keeper's workbook.
pub const IDENTITY: SentForm =
    SentForm { key: "identity", title: "核实名单", looks: || looks(&columns()) };

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
    let declared = own.filter(|one| one.evidence == MembershipEvidence::Declared);
    declared.filter(|one| !is_answered(census, one)).collect()
}

/// Whether a row of the list is there for the person, at whatever time, or its keeper has answered.
fn is_answered(census: &Census, declared: &Membership) -> bool {
    census.is_denied(declared.person, &declared.group)
        || census.memberships_of(declared.person).iter().any(|one| {
            one.group == declared.group
                && matches!(
                    one.evidence,
                    MembershipEvidence::Confirmed | MembershipEvidence::Lapsed
                )
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
                ("请填写", "先在上方黄色格写填表人，再在黄色列填“是”“否”或“不清楚”；“是”的填起止时间，如 2019-03-01至2020-12-31，至今有效的只填起始日期。".to_owned()),
                ("返回", format!("请将填好的本工作簿返回{}。", project.bureau())),
                ("保密", "含个人信息，仅供核实身份使用，不得外传；用后妥善保存或删除。".to_owned()),
            ],
        },
    )?;
    let spec = SheetSpec {
        name: "核实名单",
        title: "身份核实名单",
        note: "证件号码已遮盖中间各位。",
        frozen: 2,
        back: None,
    };
    let sent = SentList { form: &IDENTITY, project, is_answered: false };
    let mut table = SentTable::open(book, spec, sent, columns())?;
    let own_words = OwnWords::of(context, &people);
    let is_loaded = context.results.records.lists.iter().any(|loaded| loaded.list == list.list);
    for one in &people {
        let said = own_words.0.get(&one.origin).copied().unwrap_or_default();
        let about = About::Member {
            list: list.list.clone(),
            person: context.results.person_key(one.person),
            name: said.facts.map_or_else(String::new, |facts| facts.name.text().to_string()),
        };
        table.line(&KeeperQuestion { said, list, is_loaded }, about, None)?;
    }
    table.close()
}

/// Who says it of himself or herself, and where.
#[derive(Clone, Copy, Default)]
struct OwnWord<'a> {
    facts: Option<&'a Facts>,
    unit: &'a str,
}

/// What the rows say that memberships of own words come from, by origin: looked up once, because thousands of
/// people stand against hundreds of thousands of rows.
struct OwnWords<'a>(BTreeMap<Origin, OwnWord<'a>>);

impl<'a> OwnWords<'a> {
    fn of(context: &Context<'a>, people: &[&Membership]) -> Self {
        let wanted: BTreeSet<Origin> = people.iter().map(|one| one.origin).collect();
        let results = context.results;
        let records: &'a Records = results.records;
        let sources = records.sources.iter().filter(|row| wanted.contains(&row.origin));
        let entries = records.entries.iter().filter(|row| wanted.contains(&row.origin));
        let of_entries = entries
            .map(|row| (row.origin, OwnWord { facts: Some(&row.facts), unit: &row.detail.unit }));
        let of_sources = sources.map(|row| {
            (row.origin, OwnWord { facts: Some(&row.facts), unit: results.institution(row) })
        });
        Self(of_entries.chain(of_sources).collect())
    }
}
