//! `反馈/技工院校/<school>.xlsx` and `反馈/职业培训机构/<agency>.xlsx`: what one school or agency gets back.
//!
//! It names no registered person but those its own rows are linked to: candidates of rows in review
//! and persons of findings that are not linked stay with the 人社 and 扶贫 departments.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::XlsxError;

use crate::findings::{Finding, Owner};
use crate::linkage::decisions::{About, SourceTrace};
use crate::linkage::{Decision, Outcome};
use crate::records::{Institution, Person, SourceRecord};
use crate::vocabulary::{Field, SourceKind};

use super::book::Book;
use super::columns::{Cell, CellKind, TableColumn, column, input, joined, looks, numbered};
use super::context::Context;
use super::cover::{self, Cover};
use super::review;
use super::sent::{CODES, SentForm, SentList, SentTable, correction_columns, remark};
use super::table::SheetSpec;
use crate::results::groups::InstitutionRows;
use crate::results::words::chinese_date;
use crate::results::{RegisteredHome, Results, RowSpot, words};
use crate::workbooks::compared;

const MATCHED: &str = "比对一致人员";
const TO_MEND: &str = "需更正";
const PENDING: &str = "待核补号";

/// What may not be shown to a school about a person who is not its own.
const WITHHELD: &str = "（登记方信息不在此列出，请凭居民身份证、户口簿核对本行后反馈）";

/// One institution's part of the results.
struct ReturnPart<'a, 'run> {
    context: &'a Context<'run>,
    institution: &'run Institution,
    rows: &'a InstitutionRows,
    /// 技工院校 or 职业培训机构 decides the words.
    school: bool,
}

/// Writes all sheets.
pub(super) fn fill(book: &mut Book, context: &Context, index: usize) -> Result<(), XlsxError> {
    let institution = &context.results.records.institutions[index];
    let part = ReturnPart {
        context,
        institution,
        rows: &context.groups.institutions[index],
        school: institution.kind == SourceKind::Enrollment,
    };
    cover::write_asking(book, &part.cover(index))?;
    review::fill_institution(book, context, index)?;
    part.to_mend(book)?;
    part.pending(book)?;
    part.matched(book)
}

/// A row that is linked.
struct MatchedRow<'a> {
    record: &'a SourceRecord,
    outcome: &'a Outcome,
    person: &'a Person,
    /// Name and number, then those of the registry where they differ.
    sides: [Cell<'a>; 4],
    home: RegisteredHome<'a>,
    /// Without the bureau's folders.
    file: &'a str,
    spot: RowSpot<'a>,
}

const POLICY_WORDS: [&str; 4] = ["已落实", "部分落实", "未落实", "不适用"];

fn matched_columns<'a>() -> Vec<TableColumn<MatchedRow<'a>>> {
    vec![
        numbered(8),
        column("姓名", CellKind::Word, 12, |row| row.sides[0].lent()),
        column("证件号码", CellKind::Code, 24, |row| row.sides[1].lent()),
        column("登记姓名（不同时）", CellKind::Word, 14, |row| row.sides[2].lent()),
        column("登记证件号码（不同时）", CellKind::Code, 24, |row| row.sides[3].lent()),
        column("县(市、区)", CellKind::Word, 12, |row| row.home.county.into()),
        column("乡(镇)", CellKind::Word, 14, |row| row.home.town.into()),
        column("村", CellKind::Text, 18, |row| row.home.village.into()),
        column("与户主关系", CellKind::Word, 10, |row| words::relation(row.person).into()),
        column("脱贫属性", CellKind::Text, 18, |row| words::standing(row.person).into()),
        column("比对类别", CellKind::Word, 14, |row| row.outcome.match_class.label().into()),
        column("专业/工种", CellKind::Text, 16, |row| words::course(row.record)[0].into()),
        column("班级", CellKind::Text, 16, |row| words::course(row.record)[1].into()),
        column("入学/开班", CellKind::Code, 12, |row| words::began(row.record).into()),
        column("学籍状态/培训类型", CellKind::Word, 14, |row| {
            words::state(row.record).into()
        }),
        column("填报为建档立卡", CellKind::Word, 8, |row| {
            words::declared(row.record).into()
        }),
        input("政策落实情况", &POLICY_WORDS, 12),
        remark(),
        column("来源文件", CellKind::Text, 26, |row| row.file.into()),
        column("工作表", CellKind::Text, 12, |row| row.spot.sheet.into()),
        column("行", CellKind::Word, 8, |row| row.spot.row.into()),
    ]
}

/// A row in which something has to be mended.
struct RowMend<'a> {
    codes: String,
    labels: String,
    /// Name and number, then those of the registry where they may be shown.
    sides: [Cell<'a>; 4],
    reasons: String,
    places: String,
}

fn mend_columns<'a>() -> Vec<TableColumn<RowMend<'a>>> {
    joined([
        vec![
            numbered(8),
            column(CODES, CellKind::Code, 8, |one| one.codes.as_str().into()),
            column("类别", CellKind::Word, 14, |one| one.labels.as_str().into()),
            column("姓名", CellKind::Word, 12, |one| one.sides[0].lent()),
            column("证件号码", CellKind::Code, 24, |one| one.sides[1].lent()),
            column("原因", CellKind::Text, 48, |one| one.reasons.as_str().into()),
            column("所在单元格", CellKind::Text, 36, |one| one.places.as_str().into()),
            column("登记姓名", CellKind::Word, 12, |one| one.sides[2].lent()),
            column("登记证件号码", CellKind::Code, 24, |one| one.sides[3].lent()),
        ],
        correction_columns(),
        vec![remark()],
    ])
}

/// A row of somebody who cannot be told yet.
struct OpenRow<'a> {
    record: &'a SourceRecord,
    outcome: &'a Outcome,
    /// Without the bureau's folders.
    file: &'a str,
    spot: RowSpot<'a>,
}

fn pending_columns<'a>() -> Vec<TableColumn<OpenRow<'a>>> {
    joined([
        vec![
            numbered(8),
            column("姓名", CellKind::Word, 12, |row| row.record.facts.name.raw().trim().into()),
            column("证件号码", CellKind::Code, 24, |row| {
                Cell::Text(words::id_as_filed(&row.record.facts.id))
            }),
            column("班级", CellKind::Text, 16, |row| words::course(row.record)[1].into()),
            column("入学/开班", CellKind::Code, 12, |row| words::began(row.record).into()),
            column("填报为建档立卡", CellKind::Word, 8, |row| {
                words::declared(row.record).into()
            }),
            column("待核类别", CellKind::Word, 14, |row| {
                row.outcome.match_class.label().into()
            }),
            column("请核对", CellKind::Text, 44, |row| what_to_check(row.record).into()),
        ],
        correction_columns(),
        vec![
            remark(),
            column("来源文件", CellKind::Text, 26, |row| row.file.into()),
            column("工作表", CellKind::Text, 12, |row| row.spot.sheet.into()),
            column("行", CellKind::Word, 8, |row| row.spot.row.into()),
        ],
    ])
}

/// The lists of a school's or agency's workbook.
pub(super) const POLICY: SentForm =
    SentForm { key: "policy", title: MATCHED, looks: || looks(&matched_columns()) };
pub(super) const MEND: SentForm =
    SentForm { key: "mend", title: TO_MEND, looks: || looks(&mend_columns()) };
pub(super) const SUPPLY: SentForm =
    SentForm { key: "supply", title: PENDING, looks: || looks(&pending_columns()) };

impl<'run> ReturnPart<'_, 'run> {
    fn results(&self) -> &Results<'run> {
        &self.context.results
    }

    fn answer(&self, form: &SentForm, row: u32) -> Option<String> {
        self.results().answer_of_row(form.key, row)
    }

    fn sent<'a>(&'a self, form: &'a SentForm, mut rows: impl Iterator<Item = u32>) -> SentList<'a> {
        let is_answered = rows.any(|row| self.answer(form, row).is_some());
        SentList { form, project: self.results().project, is_answered }
    }

    fn cover(&self, index: usize) -> Cover {
        let project = self.results().project;
        let rows = self.rows;
        let counts = [Decision::Link, Decision::Review, Decision::None].map(|d| rows.of(d).len());
        let all: usize = counts.iter().sum();
        let [linked, review, none] = counts;
        let source = if self.school { "学籍" } else { "培训实名制" };
        let purpose = format!(
            "将贵单位报送的{source}数据与建档立卡信息逐行比对的结果，依据黑人社发〔2019〕10号（四）反馈。"
        );
        let to_mend = self.mendable();
        let outcome = format!(
            "共{all}行：比对一致{linked}行，待核{review}行，未比中{none}行；待核清单{}条，需更正{}行{}。",
            review::cases_of(self.context, index),
            to_mend.len(),
            self.context.answered_words(to_mend.iter().map(|(_, findings)| findings.as_slice()))
        );
        let returned = format!(
            "在上方黄色格写填表人，填好各表的黄色格，存盘后将本工作簿交回{}（Excel、WPS、LibreOffice 保存的均可）。\
             可以只填一部分；没有填表人的不予采用。不要删行、删列，不要改黄色格以外的内容。",
            project.bureau()
        );
        let secrecy = "含个人信息，仅供本单位办理政策使用，不得外传；用后妥善保存或删除。";
        Cover {
            title: format!("{}　比对结果反馈", self.institution.name),
            lines: vec![
                ("这是什么", purpose),
                ("统计时点", chinese_date(project.as_of)),
                ("本次结果", outcome),
                (
                    "待核清单",
                    "左右两边是不是同一个人，在“结论”列选：同一人、不是同一人、无法判断；拿不准的空着。".to_owned(),
                ),
                (
                    TO_MEND,
                    "请按“所在单元格”在本单位数据中更正，填核实结果；姓名、证件号码有误的，填更正后的，下次比对即按更正后的办。".to_owned(),
                ),
                (
                    PENDING,
                    "尚不能确定是谁：请凭身份证、户口簿补填、更正姓名和证件号码。".to_owned(),
                ),
                (MATCHED, self.matched_use()),
                ("返回给谁", returned),
                ("注意", secrecy.to_owned()),
            ],
        }
    }

    fn matched_use(&self) -> String {
        let text = if self.school {
            "已确认为建档立卡家庭子女，请据此落实“五免一助”（免学费、鉴定费、住宿费、教材费、服装费，享受国家助学金），并每月了解其学习生活情况。"
        } else {
            "已确认为建档立卡家庭劳动者，请据此落实培训费、鉴定费补贴和培训期间生活费补贴（生活费补贴每人每年只享受一次）。"
        };
        text.to_owned()
    }

    fn matched(&self, book: &mut Book) -> Result<(), XlsxError> {
        let note = "姓名、证件号码为贵单位填报；登记的与之不同时另列，红色为不同的字。";
        let rows = self.rows.of(Decision::Link);
        let list = self.sent(&POLICY, rows.iter().copied());
        let spec = spec(MATCHED, note);
        let mut table = SentTable::open(book, spec, list, matched_columns())?;
        for &row in rows {
            if let Some(linked) = self.linked(row) {
                let about = About::Keyed(self.trace(linked.record).key());
                table.line(&linked, about, self.answer(&POLICY, row))?;
            }
        }
        table.close()
    }

    fn linked(&self, row: u32) -> Option<MatchedRow<'run>> {
        let results = self.results();
        let (record, outcome) = results.row(row);
        let (_, person) = results.best(outcome)?;
        let [name, id, registered_name, registered_id] = compared::compared(&record.facts, person);
        let (source, registry) = (&record.facts, &person.facts);
        let sides = [
            name,
            id,
            unless(source.name.raw().trim() == registry.name.raw().trim(), registered_name),
            unless(source.id.raw().trim() == registry.id.raw().trim(), registered_id),
        ];
        let home = results.home(&person.facts.place);
        let (file, spot) = (self.file_name(record), results.spot(record.origin));
        Some(MatchedRow { record, outcome, person, sides, home, file, spot })
    }

    fn trace(&self, record: &SourceRecord) -> SourceTrace {
        SourceTrace::of(record, self.results().records)
    }

    fn file_name(&self, record: &SourceRecord) -> &'run str {
        self.results().catalogue.sheet(record.origin.sheet).file_name()
    }

    /// Findings a school or agency has to mend, those of one row together.
    fn mendable(&self) -> Vec<(u32, Vec<&'run Finding>)> {
        let findings = self.results().findings;
        let own = self.rows.findings.iter().map(|&index| &findings[index as usize]);
        let mut rows: BTreeMap<u32, Vec<&Finding>> = BTreeMap::new();
        for finding in own {
            let is_own = matches!(finding.owner, Owner::School | Owner::Agency);
            if let (true, true, Some(row)) = (finding.kind.needs_mending(), is_own, finding.record)
            {
                rows.entry(row).or_default().push(finding);
            }
        }
        rows.into_iter().collect()
    }

    fn to_mend(&self, book: &mut Book) -> Result<(), XlsxError> {
        let note = "一行数据一行；请按所在单元格更正本单位数据，并在黄色列填写。";
        let lines = self.mendable();
        let list = self.sent(&MEND, lines.iter().map(|(row, _)| *row));
        let mut table = SentTable::open(book, spec(TO_MEND, note), list, mend_columns())?;
        for (row, findings) in &lines {
            let about = About::Row(self.trace(self.results().row(*row).0));
            table.line(&self.mend(*row, findings), about, self.answer(&MEND, *row))?;
        }
        table.close()
    }

    fn mend(&self, row: u32, findings: &[&'run Finding]) -> RowMend<'run> {
        let (record, outcome) = self.results().row(row);
        let linked = outcome.linked();
        let shown = linked.filter(|_| findings.iter().any(|finding| may_show(finding, linked)));
        let sides = match shown {
            Some(person) => compared::compared(&record.facts, self.results().person(person)),
            None => own_cells(record),
        };
        let joined = |text: &dyn Fn(&Finding) -> String, gap: &str| {
            let mut texts: Vec<String> = findings.iter().map(|finding| text(finding)).collect();
            texts.dedup();
            texts.join(gap)
        };
        let reason = |finding: &Finding| {
            if may_show(finding, linked) {
                finding.reason.clone()
            } else {
                format!("{}{WITHHELD}", finding.kind.definition())
            }
        };
        RowMend {
            codes: joined(&|finding| finding.kind.code().to_owned(), "、"),
            labels: joined(&|finding| finding.kind.label().to_owned(), "、"),
            sides,
            reasons: joined(&reason, "\n"),
            places: self.own_places(record, findings),
        }
    }

    /// Cells of the findings that stand in this institution's own rows.
    fn own_places(&self, record: &SourceRecord, findings: &[&Finding]) -> String {
        let catalogue = self.results().catalogue;
        let cells = findings.iter().flat_map(|finding| &finding.evidence);
        let own = cells.filter(|cell| cell.origin == record.origin);
        let places: BTreeSet<String> =
            own.map(|cell| catalogue.show_outside(cell.origin, Some(cell.field))).collect();
        if places.is_empty() {
            return catalogue.show_outside(record.origin, Some(Field::Name));
        }
        places.into_iter().collect::<Vec<_>>().join("\n")
    }

    fn pending(&self, book: &mut Book) -> Result<(), XlsxError> {
        let note = "以下人员与建档立卡登记相近但不能确定，请核对后补填、更正姓名和证件号码。";
        let rows = self.rows.of(Decision::Review);
        let list = self.sent(&SUPPLY, rows.iter().copied());
        let mut table = SentTable::open(book, spec(PENDING, note), list, pending_columns())?;
        for &row in rows {
            let (record, outcome) = self.results().row(row);
            let (file, spot) = (self.file_name(record), self.results().spot(record.origin));
            let about = About::Row(self.trace(record));
            let open = OpenRow { record, outcome, file, spot };
            table.line(&open, about, self.answer(&SUPPLY, row))?;
        }
        table.close()
    }
}

/// A finding's own words and person may be shown when it is about the row alone or about the
/// person the row is linked to.
fn may_show(finding: &Finding, linked: Option<u32>) -> bool {
    finding.person.is_none() || finding.person == linked
}

fn own_cells(record: &SourceRecord) -> [Cell<'_>; 4] {
    let facts = &record.facts;
    let id = Cell::Text(words::id_as_filed(&facts.id));
    [facts.name.raw().trim().into(), id, Cell::Empty, Cell::Empty]
}

/// What the school can look at, told by its own number's condition only: the registry's side is
/// not hinted at.
fn what_to_check(record: &SourceRecord) -> &'static str {
    use crate::records::identifier::IdClass;
    match record.facts.id.class {
        IdClass::Intact | IdClass::Repaired => {
            "请核对姓名、证件号码是否与居民身份证一致，并确认是否属建档立卡户。"
        }
        IdClass::Truncated => {
            "证件号码末几位在表格中已失真，请按居民身份证重新填写（设为文本格式）。"
        }
        IdClass::Masked => "证件号码含隐藏位，请提供完整号码。",
        IdClass::Invalid => "证件号码不符合编码规则，请按居民身份证更正。",
        IdClass::Missing => "没有证件号码，请按居民身份证补填。",
    }
}

fn unless(equal: bool, cell: Cell<'_>) -> Cell<'_> {
    if equal { Cell::Empty } else { cell }
}

fn spec<'a>(name: &'a str, note: &'a str) -> SheetSpec<'a> {
    SheetSpec { name, title: name, note, frozen: 3, back: None }
}
