//! `01_比对结果.xlsx`: every linked row, every row in review with its candidates,
//! every row nobody was found for, and the counts.

use rust_xlsxwriter::XlsxError;

use crate::linkage::{Candidate, Decision, MatchClass, Outcome};
use crate::records::{Person, SourceRecord};

use super::book::Book;
use super::context::Context;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};
use crate::results::evidence;
use crate::results::words;
use crate::workbooks::compared;

const LINK_COLUMNS: [Column; 24] = [
    column("序号", CellKind::Count, 8),
    column("学校/机构", CellKind::Text, 26),
    column("姓名", CellKind::Word, 14),
    column("证件号码", CellKind::Code, 24),
    column("登记姓名", CellKind::Word, 14),
    column("登记证件号码", CellKind::Code, 24),
    column("县(市、区)", CellKind::Word, 12),
    column("乡(镇)", CellKind::Word, 14),
    column("村", CellKind::Text, 18),
    column("户编号", CellKind::Code, 16),
    column("人编号", CellKind::Code, 18),
    column("与户主关系", CellKind::Word, 12),
    column("比对类别", CellKind::Word, 14),
    column("匹配概率", CellKind::Rate, 8),
    column("依据", CellKind::Text, 44),
    column("入学/开班", CellKind::Code, 12),
    column("学籍状态/培训类型", CellKind::Word, 16),
    column("自报", CellKind::Word, 6),
    column("专业/工种", CellKind::Text, 18),
    column("班级", CellKind::Text, 16),
    column("脱贫属性", CellKind::Text, 18),
    column("来源文件", CellKind::Text, 28),
    column("工作表", CellKind::Text, 12),
    column("行", CellKind::Word, 8),
];

const REVIEW_COLUMNS: [Column; 19] = [
    column("序号", CellKind::Count, 8),
    column("学校/机构", CellKind::Text, 26),
    column("姓名", CellKind::Word, 14),
    column("证件号码", CellKind::Code, 24),
    column("入学/开班", CellKind::Code, 12),
    column("自报", CellKind::Word, 6),
    column("候选", CellKind::Word, 6),
    column("登记姓名", CellKind::Word, 14),
    column("登记证件号码", CellKind::Code, 24),
    column("县乡村", CellKind::Text, 26),
    column("户编号", CellKind::Code, 16),
    column("人编号", CellKind::Code, 18),
    column("匹配概率", CellKind::Rate, 8),
    column("比对类别", CellKind::Word, 14),
    column("相符与不符", CellKind::Text, 40),
    column("待核原因", CellKind::Text, 30),
    column("来源文件", CellKind::Text, 28),
    column("工作表", CellKind::Text, 12),
    column("行", CellKind::Word, 8),
];

const UNMATCHED_COLUMNS: [Column; 11] = [
    column("序号", CellKind::Count, 8),
    column("学校/机构", CellKind::Text, 26),
    column("姓名", CellKind::Word, 14),
    column("证件号码", CellKind::Code, 24),
    column("入学/开班", CellKind::Code, 12),
    column("学籍状态/培训类型", CellKind::Word, 16),
    column("自报", CellKind::Word, 6),
    column("说明", CellKind::Text, 44),
    column("来源文件", CellKind::Text, 28),
    column("工作表", CellKind::Text, 12),
    column("行", CellKind::Word, 8),
];

const INSTITUTION_COLUMNS: [Column; 8] = [
    column("序号", CellKind::Count, 8),
    column("类型", CellKind::Word, 16),
    column("学校/机构", CellKind::Text, 40),
    column("数据行数", CellKind::Count, 12),
    column("比对一致", CellKind::Count, 12),
    column("待核", CellKind::Count, 12),
    column("未比中", CellKind::Count, 12),
    column("比对一致占比", CellKind::Rate, 12),
];

const CLASS_COLUMNS: [Column; 6] = [
    column("序号", CellKind::Count, 8),
    column("比对类别", CellKind::Text, 30),
    column("比对一致", CellKind::Count, 12),
    column("待核", CellKind::Count, 12),
    column("未比中", CellKind::Count, 12),
    column("合计", CellKind::Count, 12),
];

/// Writes all sheets; the counts come first.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    institutions(book, context)?;
    classes(book, context)?;
    links(book, context)?;
    reviews(book, context)?;
    unmatched(book, context)
}

fn links(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let note = "每行为学籍或培训数据中的一行与登记人员的一条对应；红色为两边不同的字。";
    let spec = TableSpec {
        name: "比对结果",
        title: "比对结果（比对一致）",
        note,
        columns: &LINK_COLUMNS,
        frozen: 4,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    let mut number = 0;
    for (record, outcome) in context.results.records.sources.iter().zip(context.results.outcomes) {
        if outcome.decision != Decision::Link {
            continue;
        }
        if let Some((candidate, person)) = context.results.best(outcome) {
            number += 1;
            let match_row = MatchRow { number, record, outcome, candidate, person };
            table.row(&link_cells(context, &match_row))?;
        }
    }
    table.close()
}

/// A source row beside one of its candidates.
#[derive(Clone, Copy)]
struct MatchRow<'a> {
    /// Running number of the source row.
    number: usize,
    record: &'a SourceRecord,
    outcome: &'a Outcome,
    candidate: &'a Candidate,
    person: &'a Person,
}

fn link_cells<'a>(context: &Context<'a>, match_row: &MatchRow<'a>) -> [Cell<'a>; 24] {
    let MatchRow { number, record, outcome, candidate, person } = *match_row;
    let results = &context.results;
    let [name, id, registered_name, registered_id] = compared::compared(&record.facts, person);
    let home = results.home(&person.facts.place);
    let spot = results.spot(record.origin);
    let [subject, class] = words::course(record);
    [
        number.into(),
        results.institution(record).into(),
        name,
        id,
        registered_name,
        registered_id,
        home.county.into(),
        home.town.into(),
        home.village.into(),
        person.household_no.as_str().into(),
        person.person_no.as_str().into(),
        words::relation(person).into(),
        outcome.match_class.label().into(),
        candidate.probability.into(),
        evidence::sentence(outcome).into(),
        words::began(record).into(),
        words::state(record).into(),
        words::declared(record).into(),
        subject.into(),
        class.into(),
        words::standing(person).into(),
        spot.file.into(),
        spot.sheet.into(),
        spot.row.into(),
    ]
}

fn reviews(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let note = "同一序号为同一行数据的各个候选人，最可能的在前；结论请填在 03_待核清单.xlsx 里。";
    let spec = TableSpec {
        name: "待核",
        title: "待核（需人工核对）",
        note,
        columns: &REVIEW_COLUMNS,
        frozen: 4,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    let mut number = 0;
    for (record, outcome) in context.results.records.sources.iter().zip(context.results.outcomes) {
        if outcome.decision != Decision::Review {
            continue;
        }
        number += 1;
        for (rank, candidate) in outcome.candidates.iter().enumerate() {
            let person = context.results.person(candidate.person);
            let match_row = MatchRow { number, record, outcome, candidate, person };
            table.row(&review_cells(context, rank + 1, &match_row))?;
        }
    }
    table.close()
}

fn review_cells<'a>(
    context: &Context<'a>,
    rank: usize,
    match_row: &MatchRow<'a>,
) -> [Cell<'a>; 19] {
    let MatchRow { number, record, outcome, candidate, person } = *match_row;
    let results = &context.results;
    let [name, id, registered_name, registered_id] = compared::compared(&record.facts, person);
    let spot = results.spot(record.origin);
    [
        number.into(),
        results.institution(record).into(),
        name,
        id,
        words::began(record).into(),
        words::declared(record).into(),
        rank.to_string().into(),
        registered_name,
        registered_id,
        results.home(&person.facts.place).joined().into(),
        person.household_no.as_str().into(),
        person.person_no.as_str().into(),
        candidate.probability.into(),
        outcome.match_class.label().into(),
        evidence::weighing(candidate).into(),
        outcome.reason.as_str().into(),
        spot.file.into(),
        spot.sheet.into(),
        spot.row.into(),
    ]
}

fn unmatched(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let spec = TableSpec {
        name: "查无此人",
        title: "查无此人（已载入的建档立卡信息中没有）",
        note: "没有登记不是差错；自报为建档立卡的另列在 02_差异报告.xlsx 的“自报未命中”。",
        columns: &UNMATCHED_COLUMNS,
        frozen: 4,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    let rows = context.results.records.sources.iter().zip(context.results.outcomes);
    let none = rows.filter(|(_, outcome)| outcome.decision == Decision::None);
    for (number, (record, outcome)) in (1_usize..).zip(none) {
        table.row(&unmatched_cells(context, number, record, outcome))?;
    }
    table.close()
}

fn unmatched_cells<'a>(
    context: &Context<'a>,
    number: usize,
    record: &'a SourceRecord,
    outcome: &'a Outcome,
) -> [Cell<'a>; 11] {
    let results = &context.results;
    let spot = results.spot(record.origin);
    let caution = if record.facts.id.is_sound() {
        outcome.reason.clone()
    } else {
        format!("{}；证件号码不可用，不能断定没有登记", outcome.reason)
    };
    [
        number.into(),
        results.institution(record).into(),
        record.facts.name.raw.trim().into(),
        words::id_as_filed(&record.facts.id).into_owned().into(),
        words::began(record).into(),
        words::state(record).into(),
        words::declared(record).into(),
        caution.into(),
        spot.file.into(),
        spot.sheet.into(),
        spot.row.into(),
    ]
}

fn institutions(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let title = format!("{}　比对结果汇总", context.results.project.title);
    let note = context.round_line();
    let spec = TableSpec {
        name: "汇总",
        title: &title,
        note: &note,
        columns: &INSTITUTION_COLUMNS,
        frozen: 0,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    let mut sum = [0; 3];
    for (number, &index) in context.institution_order.iter().enumerate() {
        let institution = &context.results.records.institutions[index];
        let counts = context.groups.institutions[index].decided.each_ref().map(Vec::len);
        sum = [sum[0] + counts[0], sum[1] + counts[1], sum[2] + counts[2]];
        let names = [words::institution_kind(institution.kind), institution.name.as_str()];
        table.row(&count_cells((number + 1).into(), names, counts))?;
    }
    table.total(&count_cells(Cell::Empty, ["总计", ""], sum))?;
    table.close()
}

fn count_cells<'a>(number: Cell<'a>, names: [&'a str; 2], counts: [usize; 3]) -> [Cell<'a>; 8] {
    let [linked, review, none] = counts;
    let all = linked + review + none;
    let share = if all == 0 { Cell::Empty } else { super::table::share(linked, all).into() };
    let [kind, name] = names;
    [number, kind.into(), name.into(), all.into(), linked.into(), review.into(), none.into(), share]
}

fn classes(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let spec = TableSpec {
        name: "按比对类别",
        title: "比对类别汇总",
        note: "单位：行。一行数据只属于一个比对类别。",
        columns: &CLASS_COLUMNS,
        frozen: 0,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    let mut sum = [0; 3];
    for (number, class) in MatchClass::ALL.into_iter().enumerate() {
        let counts = [Decision::Link, Decision::Review, Decision::None]
            .map(|decision| count(context.results.outcomes, class, decision));
        sum = [sum[0] + counts[0], sum[1] + counts[1], sum[2] + counts[2]];
        table.row(&class_cells((number + 1).into(), class.label(), counts))?;
    }
    table.total(&class_cells(Cell::Empty, "总计", sum))?;
    table.close()
}

fn class_cells<'a>(number: Cell<'a>, label: &'a str, counts: [usize; 3]) -> [Cell<'a>; 6] {
    let [linked, review, none] = counts;
    let all = linked + review + none;
    [number, label.into(), linked.into(), review.into(), none.into(), all.into()]
}

fn count(outcomes: &[Outcome], class: MatchClass, decision: Decision) -> usize {
    outcomes.iter().filter(|o| o.match_class == class && o.decision == decision).count()
}
