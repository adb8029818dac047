//! `01_比对结果.xlsx`: every linked row, every row in review with its candidates,
//! every row nobody was found for, and the counts.

use rust_xlsxwriter::XlsxError;

use crate::linkage::{Candidate, Decision, MatchClass, Outcome};
use crate::records::{Person, SourceRecord};

use super::book::Book;
use super::columns::{self, Cell, CellKind, TableColumn, column, numbered};
use super::context::Context;
use super::table::{SheetSpec, SheetTable};
use crate::results::{RegisteredHome, Results, RowSpot, evidence, words};
use crate::workbooks::compared;

/// A source row beside one of its candidates.
struct MatchRow<'a> {
    record: &'a SourceRecord,
    outcome: &'a Outcome,
    candidate: &'a Candidate,
    person: &'a Person,
    institution: &'a str,
    /// Name and number, then those of the registry.
    sides: [Cell<'a>; 4],
    home: RegisteredHome<'a>,
    spot: RowSpot<'a>,
}

impl<'a> MatchRow<'a> {
    fn of(
        results: &Results<'a>,
        record: &'a SourceRecord,
        outcome: &'a Outcome,
        candidate: &'a Candidate,
    ) -> Self {
        let person = results.person(candidate.person);
        Self {
            record,
            outcome,
            candidate,
            person,
            institution: results.institution(record),
            sides: compared::compared(&record.facts, person),
            home: results.home(&person.facts.place),
            spot: results.spot(record.origin),
        }
    }
}

fn link_columns<'a>() -> Vec<TableColumn<MatchRow<'a>>> {
    vec![
        numbered(8),
        column("学校/机构", CellKind::Text, 26, |row| row.institution.into()),
        column("姓名", CellKind::Word, 14, |row| row.sides[0].lent()),
        column("证件号码", CellKind::Code, 24, |row| row.sides[1].lent()),
        column("登记姓名", CellKind::Word, 14, |row| row.sides[2].lent()),
        column("登记证件号码", CellKind::Code, 24, |row| row.sides[3].lent()),
        column("县(市、区)", CellKind::Word, 12, |row| row.home.county.into()),
        column("乡(镇)", CellKind::Word, 14, |row| row.home.town.into()),
        column("村", CellKind::Text, 18, |row| row.home.village.into()),
        column("户编号", CellKind::Code, 16, |row| row.person.household_no.as_str().into()),
        column("人编号", CellKind::Code, 18, |row| row.person.person_no.as_str().into()),
        column("与户主关系", CellKind::Word, 12, |row| words::relation(row.person).into()),
        column("比对类别", CellKind::Word, 14, |row| row.outcome.match_class.label().into()),
        column("匹配概率", CellKind::Rate, 8, |row| row.candidate.probability.into()),
        column("依据", CellKind::Text, 44, |row| evidence::sentence(row.outcome).into()),
        column("入学/开班", CellKind::Code, 12, |row| words::began(row.record).into()),
        column("学籍状态/培训类型", CellKind::Word, 16, |row| {
            words::state(row.record).into()
        }),
        column("自报", CellKind::Word, 6, |row| words::declared(row.record).into()),
        column("专业/工种", CellKind::Text, 18, |row| words::course(row.record)[0].into()),
        column("班级", CellKind::Text, 16, |row| words::course(row.record)[1].into()),
        column("脱贫属性", CellKind::Text, 18, |row| words::standing(row.person).into()),
        column("来源文件", CellKind::Text, 28, |row| row.spot.file.into()),
        column("工作表", CellKind::Text, 12, |row| row.spot.sheet.into()),
        column("行", CellKind::Word, 8, |row| row.spot.row.into()),
    ]
}

/// A candidate of a row in review.
struct CandidateLine<'a> {
    /// Of the source row: its candidates share it.
    number: usize,
    rank: usize,
    pair: MatchRow<'a>,
}

fn review_columns<'a>() -> Vec<TableColumn<CandidateLine<'a>>> {
    vec![
        column(columns::NUMBER, CellKind::Count, 8, |row| row.number.into()),
        column("学校/机构", CellKind::Text, 26, |row| row.pair.institution.into()),
        column("姓名", CellKind::Word, 14, |row| row.pair.sides[0].lent()),
        column("证件号码", CellKind::Code, 24, |row| row.pair.sides[1].lent()),
        column("入学/开班", CellKind::Code, 12, |row| words::began(row.pair.record).into()),
        column("自报", CellKind::Word, 6, |row| words::declared(row.pair.record).into()),
        column("候选", CellKind::Word, 6, |row| row.rank.to_string().into()),
        column("登记姓名", CellKind::Word, 14, |row| row.pair.sides[2].lent()),
        column("登记证件号码", CellKind::Code, 24, |row| row.pair.sides[3].lent()),
        column("县乡村", CellKind::Text, 26, |row| row.pair.home.joined().into()),
        column("户编号", CellKind::Code, 16, |row| row.pair.person.household_no.as_str().into()),
        column("人编号", CellKind::Code, 18, |row| row.pair.person.person_no.as_str().into()),
        column("匹配概率", CellKind::Rate, 8, |row| row.pair.candidate.probability.into()),
        column("比对类别", CellKind::Word, 14, |row| {
            row.pair.outcome.match_class.label().into()
        }),
        column("相符与不符", CellKind::Text, 40, |row| {
            evidence::weighing(row.pair.candidate).into()
        }),
        column("待核原因", CellKind::Text, 30, |row| (&*row.pair.outcome.reason).into()),
        column("来源文件", CellKind::Text, 28, |row| row.pair.spot.file.into()),
        column("工作表", CellKind::Text, 12, |row| row.pair.spot.sheet.into()),
        column("行", CellKind::Word, 8, |row| row.pair.spot.row.into()),
    ]
}

/// A source row nobody was found for.
struct UnmatchedRow<'a> {
    record: &'a SourceRecord,
    outcome: &'a Outcome,
    institution: &'a str,
    spot: RowSpot<'a>,
}

impl UnmatchedRow<'_> {
    /// Why, and what it does not mean.
    fn caution(&self) -> String {
        if self.record.facts.id.is_sound() {
            self.outcome.reason.to_string()
        } else {
            format!("{}；证件号码不可用，不能断定没有登记", self.outcome.reason)
        }
    }
}

fn unmatched_columns<'a>() -> Vec<TableColumn<UnmatchedRow<'a>>> {
    vec![
        numbered(8),
        column("学校/机构", CellKind::Text, 26, |row| row.institution.into()),
        column("姓名", CellKind::Word, 14, |row| row.record.facts.name.raw().trim().into()),
        column("证件号码", CellKind::Code, 24, |row| {
            words::id_as_filed(&row.record.facts.id).into_owned().into()
        }),
        column("入学/开班", CellKind::Code, 12, |row| words::began(row.record).into()),
        column("学籍状态/培训类型", CellKind::Word, 16, |row| {
            words::state(row.record).into()
        }),
        column("自报", CellKind::Word, 6, |row| words::declared(row.record).into()),
        column("说明", CellKind::Text, 44, |row| row.caution().into()),
        column("来源文件", CellKind::Text, 28, |row| row.spot.file.into()),
        column("工作表", CellKind::Text, 12, |row| row.spot.sheet.into()),
        column("行", CellKind::Word, 8, |row| row.spot.row.into()),
    ]
}

/// How many rows are linked, in review, and none.
#[derive(Clone, Copy, Default)]
struct DecidedCounts([usize; 3]);

impl DecidedCounts {
    fn all(self) -> usize {
        self.0.iter().sum()
    }

    fn add(&mut self, more: Self) {
        for (sum, more) in self.0.iter_mut().zip(more.0) {
            *sum += more;
        }
    }
}

/// The rows of an institution, or of all.
struct InstitutionCounts<'a> {
    kind: &'a str,
    name: &'a str,
    counts: DecidedCounts,
}

fn institution_columns<'a>() -> Vec<TableColumn<InstitutionCounts<'a>>> {
    vec![
        numbered(8),
        column("类型", CellKind::Word, 16, |one| one.kind.into()),
        column("学校/机构", CellKind::Text, 40, |one| one.name.into()),
        column("数据行数", CellKind::Count, 12, |one| one.counts.all().into()),
        column("比对一致", CellKind::Count, 12, |one| one.counts.0[0].into()),
        column("待核", CellKind::Count, 12, |one| one.counts.0[1].into()),
        column("未比中", CellKind::Count, 12, |one| one.counts.0[2].into()),
        column("比对一致占比", CellKind::Rate, 12, |one| {
            let all = one.counts.all();
            (all > 0).then(|| columns::share(one.counts.0[0], all)).into()
        }),
    ]
}

/// The rows of a class, or of all.
struct MatchClassCounts {
    label: &'static str,
    counts: DecidedCounts,
}

fn class_columns() -> Vec<TableColumn<MatchClassCounts>> {
    vec![
        numbered(8),
        column("比对类别", CellKind::Text, 30, |one| one.label.into()),
        column("比对一致", CellKind::Count, 12, |one| one.counts.0[0].into()),
        column("待核", CellKind::Count, 12, |one| one.counts.0[1].into()),
        column("未比中", CellKind::Count, 12, |one| one.counts.0[2].into()),
        column("合计", CellKind::Count, 12, |one| one.counts.all().into()),
    ]
}

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
    let spec =
        SheetSpec {
            name: "比对结果", title: "比对结果（比对一致）", note, frozen: 4, back: None
        };
    let rows = decided(context, Decision::Link).filter_map(|(record, outcome)| {
        let candidate = outcome.best()?;
        Some(MatchRow::of(&context.results, record, outcome, candidate))
    });
    SheetTable::write(book, spec, link_columns(), rows)
}

/// Source rows with that decision.
fn decided<'run>(
    context: &Context<'run>,
    decision: Decision,
) -> impl Iterator<Item = (&'run SourceRecord, &'run Outcome)> {
    let rows = context.results.records.sources.iter().zip(context.results.outcomes);
    rows.filter(move |(_, outcome)| outcome.decision == decision)
}

fn reviews(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let note = "同一序号为同一行数据的各个候选人，最可能的在前；结论请填在 03_待核清单.xlsx 里。";
    let spec = SheetSpec {
        name: "待核", title: "待核（需人工核对）", note, frozen: 4, back: None
    };
    let mut table = SheetTable::open(book, spec, review_columns())?;
    for (number, (record, outcome)) in (1..).zip(decided(context, Decision::Review)) {
        for (rank, candidate) in (1..).zip(&outcome.candidates) {
            let pair = MatchRow::of(&context.results, record, outcome, candidate);
            table.row(&CandidateLine { number, rank, pair })?;
        }
    }
    table.close()
}

fn unmatched(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let spec = SheetSpec {
        name: "查无此人",
        title: "查无此人（已载入的建档立卡信息中没有）",
        note: "没有登记不是差错；自报为建档立卡的另列在 02_差异报告.xlsx 的“自报未命中”。",
        frozen: 4,
        back: None,
    };
    let results = &context.results;
    let rows = decided(context, Decision::None).map(|(record, outcome)| UnmatchedRow {
        record,
        outcome,
        institution: results.institution(record),
        spot: results.spot(record.origin),
    });
    SheetTable::write(book, spec, unmatched_columns(), rows)
}

fn institutions(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let title = format!("{}　比对结果汇总", context.results.project.title);
    let note = context.round_line();
    let spec = SheetSpec { name: "汇总", title: &title, note: &note, frozen: 0, back: None };
    let mut table = SheetTable::open(book, spec, institution_columns())?;
    let mut sum = DecidedCounts::default();
    for &index in &context.institution_order {
        let institution = &context.results.records.institutions[index];
        let rows = &context.groups.institutions[index].decided;
        let counts = DecidedCounts(rows.each_ref().map(Vec::len));
        sum.add(counts);
        let kind = words::institution_kind(institution.kind);
        table.row(&InstitutionCounts { kind, name: &institution.name, counts })?;
    }
    table.total(&InstitutionCounts { kind: "总计", name: "", counts: sum })?;
    table.close()
}

fn classes(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let spec = SheetSpec {
        name: "按比对类别",
        title: "比对类别汇总",
        note: "单位：行。一行数据只属于一个比对类别。",
        frozen: 0,
        back: None,
    };
    let mut table = SheetTable::open(book, spec, class_columns())?;
    let mut sum = DecidedCounts::default();
    for class in MatchClass::ALL {
        let counts = [Decision::Link, Decision::Review, Decision::None]
            .map(|decision| count(context.results.outcomes, class, decision));
        let counts = DecidedCounts(counts);
        sum.add(counts);
        table.row(&MatchClassCounts { label: class.label(), counts })?;
    }
    table.total(&MatchClassCounts { label: "总计", counts: sum })?;
    table.close()
}

fn count(outcomes: &[Outcome], class: MatchClass, decision: Decision) -> usize {
    outcomes.iter().filter(|o| o.match_class == class && o.decision == decision).count()
}
