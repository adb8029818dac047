//! `反馈/扶贫部门/<county>.xlsx`: what a county's 扶贫 department gets back: who of its registered persons
//! studies or trains where, what its registry has to mend, and what is still open.

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use crate::findings::Finding;
use crate::linkage::decisions::{About, RegistryTrace};
use crate::linkage::{Candidate, Outcome};
use crate::origin::Origin;
use crate::records::{Person, SourceRecord};
use crate::vocabulary::Field;

use super::book::Book;
use super::columns::{Cell, CellKind, TableColumn, column, input, joined, looks, numbered};
use super::context::Context;
use super::cover::{self, Cover};
use super::sent::{CODES, SentForm, SentList, SentTable, correction_columns, remark};
use super::table::{SheetSpec, SheetTable};
use super::{intentions, outreach, review};
use crate::results::groups;
use crate::results::groups::{CountyKey, CountyRows};
use crate::results::words::chinese_date;
use crate::results::{RegisteredHome, Results, RowSpot, words};
use crate::workbooks::compared;

const MATCHED: &str = "就读培训人员";
const TO_MEND: &str = "登记需更正";

/// A registered person of the county at a school or in a course.
struct AttendingPerson<'a> {
    person: &'a Person,
    candidate: &'a Candidate,
    record: &'a SourceRecord,
    outcome: &'a Outcome,
    institution: &'a str,
    /// Name and number, then those of the registry.
    sides: [Cell<'a>; 4],
    home: RegisteredHome<'a>,
    /// Without the bureau's folders.
    file: &'a str,
    spot: RowSpot<'a>,
}

fn matched_columns<'a>() -> Vec<TableColumn<AttendingPerson<'a>>> {
    vec![
        numbered(8),
        column("登记姓名", CellKind::Word, 12, |one| one.sides[2].lent()),
        column("登记证件号码", CellKind::Code, 22, |one| one.sides[3].lent()),
        column("乡(镇)", CellKind::Word, 14, |one| one.home.town.into()),
        column("村", CellKind::Text, 18, |one| one.home.village.into()),
        column("户编号", CellKind::Code, 16, |one| one.person.household_no.as_str().into()),
        column("人编号", CellKind::Code, 18, |one| one.person.person_no.as_str().into()),
        column("与户主关系", CellKind::Word, 10, |one| words::relation(one.person).into()),
        column("学校/机构", CellKind::Text, 28, |one| one.institution.into()),
        column("姓名", CellKind::Word, 12, |one| one.sides[0].lent()),
        column("证件号码", CellKind::Code, 24, |one| one.sides[1].lent()),
        column("专业/工种", CellKind::Text, 18, |one| words::course(one.record)[0].into()),
        column("入学/开班", CellKind::Code, 12, |one| words::began(one.record).into()),
        column("学籍状态/培训类型", CellKind::Word, 14, |one| {
            words::state(one.record).into()
        }),
        column("学校、机构填报为建档立卡", CellKind::Word, 12, |one| {
            words::declared(one.record).into()
        }),
        column("比对类别", CellKind::Word, 14, |one| one.outcome.match_class.label().into()),
        column("匹配概率", CellKind::Rate, 8, |one| one.candidate.probability.into()),
        column("登记文件", CellKind::Text, 24, |one| one.file.into()),
        column("工作表", CellKind::Text, 12, |one| one.spot.sheet.into()),
        column("行", CellKind::Word, 8, |one| one.spot.row.into()),
    ]
}

/// A registered row and what has to be mended in it.
struct RegistryMend<'a> {
    person: &'a Person,
    home: RegisteredHome<'a>,
    findings: &'a [&'a Finding],
    places: String,
}

impl RegistryMend<'_> {
    fn joined(&self, text: fn(&Finding) -> &str, gap: &str) -> Cell<'static> {
        let mut texts: Vec<&str> = self.findings.iter().map(|finding| text(finding)).collect();
        texts.dedup();
        texts.join(gap).into()
    }
}

fn mend_columns<'a>() -> Vec<TableColumn<RegistryMend<'a>>> {
    joined([
        vec![
            numbered(8),
            column(CODES, CellKind::Code, 8, |one| one.joined(|finding| finding.kind.code(), "、")),
            column("类别", CellKind::Word, 14, |one| {
                one.joined(|finding| finding.kind.label(), "、")
            }),
            column("登记姓名", CellKind::Word, 12, |one| {
                one.person.facts.name.raw().trim().into()
            }),
            column("登记证件号码", CellKind::Code, 22, |one| {
                one.person.facts.id.raw().trim().into()
            }),
            column("乡村", CellKind::Text, 24, |one| {
                [one.home.town, one.home.village].concat().into()
            }),
            column("户编号", CellKind::Code, 16, |one| one.person.household_no.as_str().into()),
            column("人编号", CellKind::Code, 18, |one| one.person.person_no.as_str().into()),
            column("原因", CellKind::Text, 44, |one| one.joined(|finding| &finding.reason, "\n")),
            column("登记单元格", CellKind::Text, 34, |one| one.places.as_str().into()),
        ],
        correction_columns(),
        vec![input("其他更正内容", &[], 22), remark()],
    ])
}

/// The list of a county's workbook.
pub(super) const REGISTRY: SentForm =
    SentForm { key: "registry", title: TO_MEND, looks: || looks(&mend_columns()) };

/// Writes all sheets.
pub(super) fn fill(book: &mut Book, context: &Context, key: CountyKey) -> Result<(), XlsxError> {
    let rows = &context.groups.counties[&key];
    cover::write_asking(book, &cover(context, key, rows))?;
    review::fill_county(book, context, key)?;
    to_mend(book, context, rows)?;
    if outreach::has_open(context, key) {
        outreach::fill_county(book, context, key)?;
    }
    matched(book, &context.results, rows)?;
    if rows.wishes.is_empty() {
        return Ok(());
    }
    intentions::fill_county(book, context, &rows.wishes)
}

fn cover(context: &Context, key: CountyKey, rows: &CountyRows) -> Cover {
    let project = context.results.project;
    let county = context.county_name(key);
    let to_mend = mendable(context, rows);
    let outcome = format!(
        "登记{}人；其中就读、培训记录{}行，待核{}行，登记需更正{}人{}。",
        rows.persons,
        rows.links.len(),
        rows.reviews.len(),
        to_mend.len(),
        context.answered_words(to_mend.iter().map(|(_, findings)| findings.as_slice()))
    );
    let text = |text: &str| text.to_owned();
    Cover {
        title: format!("{county}　比对结果反馈（扶贫部门）"),
        lines: vec![
            (
                "这是什么",
                text("本县建档立卡人员与技工院校学籍、职业培训实名制数据逐行比对的结果。"),
            ),
            ("统计时点", chinese_date(project.as_of)),
            ("本次结果", outcome),
            (
                "待核清单",
                text(
                    "学籍或培训数据中疑似本县登记人员，请入户或凭户口簿核对，在“结论”列选：同一人、不是同一人、无法判断。",
                ),
            ),
            (
                TO_MEND,
                text(
                    "请在建档立卡信息系统中核实更正，填核实结果；姓名、证件号码有误的，填更正后的，下次比对即按更正后的办。",
                ),
            ),
            ("两后生名单", text("未就读、未参训的两后生；有这张表的，请走访后填写黄色列。")),
            (MATCHED, text("已确认就读技工院校或参加职业培训的建档立卡人员及其所在学校、机构。")),
            (
                "返回给谁",
                format!(
                    "在上方黄色格写填表人，填好各表的黄色格，存盘后将本工作簿交回{}（Excel、WPS、LibreOffice 保存的均可）。\
                     可以只填一部分；没有填表人的不予采用。不要删行、删列，不要改黄色格以外的内容。",
                    project.bureau()
                ),
            ),
            ("注意", text("含个人信息，仅供核对使用，不得外传；用后妥善保存或删除。")),
        ],
    }
}

fn matched(book: &mut Book, results: &Results, rows: &CountyRows) -> Result<(), XlsxError> {
    let note = "一行为一条就读或培训记录，同一人可有多行；红色为两边不同的字。";
    let people = rows.links.iter().filter_map(|row| {
        let (record, outcome) = results.row(*row);
        let (candidate, person) = results.best(outcome)?;
        Some(AttendingPerson {
            person,
            candidate,
            record,
            outcome,
            institution: results.institution(record),
            sides: compared::compared(&record.facts, person),
            home: results.home(&person.facts.place),
            file: results.catalogue.sheet(person.origin.sheet).file_name(),
            spot: results.spot(person.origin),
        })
    });
    SheetTable::write(book, spec(MATCHED, note), matched_columns(), people)
}

/// Findings the 扶贫 side has to mend, those of one registered row together.
fn mendable<'run>(context: &Context<'run>, rows: &CountyRows) -> Vec<(u32, Vec<&'run Finding>)> {
    let mut persons: BTreeMap<u32, Vec<&Finding>> = BTreeMap::new();
    for &index in &rows.findings {
        let finding = &context.results.findings[index as usize];
        if let Some(person) = groups::person_of(&context.results, finding) {
            persons.entry(person).or_default().push(finding);
        }
    }
    persons.into_iter().collect()
}

fn to_mend(book: &mut Book, context: &Context, rows: &CountyRows) -> Result<(), XlsxError> {
    let note = "一行登记一行；请按登记单元格核实更正，并在黄色列填写。";
    let lines = mendable(context, rows);
    let answer = |person: u32| context.results.answer_of_person(REGISTRY.key, person);
    let results = &context.results;
    let is_answered = lines.iter().any(|(person, _)| answer(*person).is_some());
    let list = SentList { form: &REGISTRY, project: results.project, is_answered };
    let mut table = SentTable::open(book, spec(TO_MEND, note), list, mend_columns())?;
    for (index, findings) in &lines {
        let person = results.person(*index);
        let home = results.home(&person.facts.place);
        let places = registry_places(context, findings, person.origin);
        let about = About::Registered(RegistryTrace::of(person, results.records));
        table.line(&RegistryMend { person, home, findings, places }, about, answer(*index))?;
    }
    table.close()
}

/// The findings' registry cells, one per line; the person's name where they name none.
fn registry_places(context: &Context, findings: &[&Finding], origin: Origin) -> String {
    let catalogue = context.results.catalogue;
    let sheets = &context.groups.registry_sheets;
    let cells = findings.iter().flat_map(|finding| &finding.evidence);
    let own = cells.filter(|cell| sheets.contains(&cell.origin.sheet));
    let mut places: Vec<String> = Vec::new();
    for place in own.map(|cell| catalogue.show_outside(cell.origin, Some(cell.field))) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    if places.is_empty() {
        return catalogue.show_outside(origin, Some(Field::Name));
    }
    places.join("\n")
}

fn spec<'a>(name: &'a str, note: &'a str) -> SheetSpec<'a> {
    SheetSpec { name, title: name, note, frozen: 3, back: None }
}
