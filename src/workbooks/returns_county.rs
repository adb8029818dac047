//! `反馈/扶贫部门/<county>.xlsx`: what a county's 扶贫 department gets back: who of its registered persons
//! studies or trains where, what its registry has to mend, and what is still open.

use rust_xlsxwriter::XlsxError;

use crate::findings::Finding;
use crate::linkage::Candidate;

use super::book::Book;
use super::context::Context;
use super::cover::{self, Cover};
use super::intentions;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};
use crate::results::groups;
use crate::results::groups::{CountyKey, CountyRows};
use crate::results::words::chinese_date;
use crate::results::{Results, evidence, words};
use crate::workbooks::compared;

const MATCHED: &str = "就读培训人员";
const TO_MEND: &str = "登记需更正";
const PENDING: &str = "待核";

const MATCHED_COLUMNS: [Column; 20] = [
    column("序号", CellKind::Count, 8),
    column("登记姓名", CellKind::Word, 12),
    column("登记证件号码", CellKind::Code, 22),
    column("乡(镇)", CellKind::Word, 14),
    column("村", CellKind::Text, 18),
    column("户编号", CellKind::Code, 16),
    column("人编号", CellKind::Code, 18),
    column("与户主关系", CellKind::Word, 10),
    column("学校/机构", CellKind::Text, 28),
    column("姓名", CellKind::Word, 12),
    column("证件号码", CellKind::Code, 24),
    column("专业/工种", CellKind::Text, 18),
    column("入学/开班", CellKind::Code, 12),
    column("学籍状态/培训类型", CellKind::Word, 14),
    column("学校、机构填报为建档立卡", CellKind::Word, 12),
    column("比对类别", CellKind::Word, 14),
    column("匹配概率", CellKind::Rate, 8),
    column("登记文件", CellKind::Text, 24),
    column("工作表", CellKind::Text, 12),
    column("行", CellKind::Word, 8),
];

const MEND_COLUMNS: [Column; 13] = [
    column("序号", CellKind::Count, 8),
    column("类别代码", CellKind::Code, 8),
    column("类别", CellKind::Word, 14),
    column("登记姓名", CellKind::Word, 12),
    column("登记证件号码", CellKind::Code, 22),
    column("乡村", CellKind::Text, 24),
    column("户编号", CellKind::Code, 16),
    column("人编号", CellKind::Code, 18),
    column("原因", CellKind::Text, 44),
    column("登记单元格", CellKind::Text, 34),
    column("核实结果", CellKind::Input(&["已更正", "登记无误", "正在核实"]), 12),
    column("更正内容", CellKind::Input(&[]), 22),
    column("备注", CellKind::Input(&[]), 18),
];

const PENDING_COLUMNS: [Column; 15] = [
    column("序号", CellKind::Count, 8),
    column("学校/机构", CellKind::Text, 26),
    column("姓名", CellKind::Word, 12),
    column("证件号码", CellKind::Code, 24),
    column("入学/开班", CellKind::Code, 12),
    column("登记姓名", CellKind::Word, 12),
    column("登记证件号码", CellKind::Code, 24),
    column("乡村", CellKind::Text, 24),
    column("户编号", CellKind::Code, 16),
    column("人编号", CellKind::Code, 18),
    column("匹配概率", CellKind::Rate, 8),
    column("相符与不符", CellKind::Text, 38),
    column("待核原因", CellKind::Text, 26),
    column("核实结果", CellKind::Input(&["是同一人", "不是同一人", "无法确定"]), 12),
    column("备注", CellKind::Input(&[]), 18),
];

/// Writes all sheets.
pub(super) fn fill(book: &mut Book, context: &Context, key: CountyKey) -> Result<(), XlsxError> {
    let rows = &context.groups.counties[&key];
    cover::write(book, &cover(context, key, rows))?;
    matched(book, &context.results, rows)?;
    to_mend(book, context, rows)?;
    pending(book, &context.results, key, rows)?;
    if rows.wishes.is_empty() {
        return Ok(());
    }
    intentions::fill_county(book, context, &rows.wishes)
}

fn cover(context: &Context, key: CountyKey, rows: &CountyRows) -> Cover {
    let project = context.results.project;
    let county = context.county_name(key);
    let outcome = format!(
        "登记{}人；其中就读、培训记录{}条，待核{}条，登记需更正{}条。",
        rows.persons,
        rows.links.len(),
        rows.reviews.len(),
        rows.findings.len()
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
            (MATCHED, text("已确认就读技工院校或参加职业培训的建档立卡人员及其所在学校、机构。")),
            (TO_MEND, text("请在建档立卡信息系统中核实更正，并在黄色列填写结果。")),
            (PENDING, text("学籍或培训数据中疑似本县登记人员，请入户或凭户口簿核对后填写黄色列。")),
            ("返回给谁", format!("请将填好黄色列的本工作簿返回{}。", project.bureau())),
            ("注意", text("含个人信息，仅供核对使用，不得外传；用后妥善保存或删除。")),
        ],
    }
}

fn matched(book: &mut Book, results: &Results, rows: &CountyRows) -> Result<(), XlsxError> {
    let note = "一行为一条就读或培训记录，同一人可有多行；红色为两边不同的字。";
    let mut table = Table::open(book, spec(MATCHED, note, &MATCHED_COLUMNS))?;
    for (number, &row) in rows.links.iter().enumerate() {
        if let Some(cells) = matched_cells(results, number + 1, row) {
            table.row(&cells)?;
        }
    }
    table.close()
}

fn matched_cells<'run>(
    results: &Results<'run>,
    number: usize,
    row: u32,
) -> Option<[Cell<'run>; 20]> {
    let (record, outcome) = results.row(row);
    let (candidate, person) = results.best(outcome)?;
    let [name, id, registered_name, registered_id] = compared::compared(&record.facts, person);
    let home = results.home(&person.facts.place);
    let spot = results.spot(person.origin);
    let [subject, _] = words::course(record);
    Some([
        number.into(),
        registered_name,
        registered_id,
        home.town.into(),
        home.village.into(),
        person.household_no.as_str().into(),
        person.person_no.as_str().into(),
        words::relation(person).into(),
        results.institution(record).into(),
        name,
        id,
        subject.into(),
        words::began(record).into(),
        words::state(record).into(),
        words::declared(record).into(),
        outcome.match_class.label().into(),
        candidate.probability.into(),
        spot.file.into(),
        spot.sheet.into(),
        spot.row.into(),
    ])
}

fn to_mend(book: &mut Book, context: &Context, rows: &CountyRows) -> Result<(), XlsxError> {
    let note = "请按登记单元格核实更正，并在黄色列填写结果。";
    let mut table = Table::open(book, spec(TO_MEND, note, &MEND_COLUMNS))?;
    for (number, &index) in rows.findings.iter().enumerate() {
        let finding = &context.results.findings[index as usize];
        if let Some(cells) = mend_cells(context, number + 1, finding) {
            table.row(&cells)?;
        }
    }
    table.close()
}

fn mend_cells<'run>(
    context: &Context<'run>,
    number: usize,
    finding: &'run Finding,
) -> Option<[Cell<'run>; 13]> {
    let results = &context.results;
    let person = results.person(groups::person_of(results, finding)?);
    let home = results.home(&person.facts.place);
    Some([
        number.into(),
        finding.kind.code().into(),
        finding.kind.label().into(),
        person.facts.name.raw.trim().into(),
        person.facts.id.raw.trim().into(),
        [home.town, home.village].concat().into(),
        person.household_no.as_str().into(),
        person.person_no.as_str().into(),
        finding.reason.as_str().into(),
        registry_places(context, finding, person.origin).into(),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
    ])
}

/// The finding's registry cells, one per line; the person's name where it names none.
fn registry_places(context: &Context, finding: &Finding, origin: crate::origin::Origin) -> String {
    let results = &context.results;
    let sheets = &context.groups.registry_sheets;
    let cells = finding.evidence.iter().filter(|cell| sheets.contains(&cell.origin.sheet));
    let places: Vec<String> =
        cells.map(|cell| results.catalogue.show(cell.origin, Some(cell.field))).collect();
    if places.is_empty() { results.name_cell(origin) } else { places.join("\n") }
}

fn pending(
    book: &mut Book,
    results: &Results,
    key: CountyKey,
    rows: &CountyRows,
) -> Result<(), XlsxError> {
    let note = "只列本县的候选人；同一序号为同一行数据。请核对后填写黄色列。";
    let mut table = Table::open(book, spec(PENDING, note, &PENDING_COLUMNS))?;
    for (number, &row) in rows.reviews.iter().enumerate() {
        let candidates = results.row(row).1.candidates.iter();
        let own = |c: &&Candidate| groups::county(results.person(c.person)) == key;
        for candidate in candidates.filter(own) {
            table.row(&pending_cells(results, number + 1, row, candidate))?;
        }
    }
    table.close()
}

fn pending_cells<'run>(
    results: &Results<'run>,
    number: usize,
    row: u32,
    candidate: &'run Candidate,
) -> [Cell<'run>; 15] {
    let (record, outcome) = results.row(row);
    let person = results.person(candidate.person);
    let [name, id, registered_name, registered_id] = compared::compared(&record.facts, person);
    let home = results.home(&person.facts.place);
    [
        number.into(),
        results.institution(record).into(),
        name,
        id,
        words::began(record).into(),
        registered_name,
        registered_id,
        [home.town, home.village].concat().into(),
        person.household_no.as_str().into(),
        person.person_no.as_str().into(),
        candidate.probability.into(),
        evidence::weighing(candidate).into(),
        outcome.reason.as_str().into(),
        Cell::Empty,
        Cell::Empty,
    ]
}

fn spec<'a>(name: &'a str, note: &'a str, columns: &'a [Column]) -> TableSpec<'a> {
    TableSpec { name, title: name, note, columns, frozen: 3, back: None }
}
