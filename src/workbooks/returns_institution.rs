//! `反馈/技工院校/<school>.xlsx` and `反馈/职业培训机构/<agency>.xlsx`: what one school or agency gets back.
//!
//! It names no registered person but those its own rows are linked to: candidates of rows in review
//! and persons of findings that are not linked stay with the 人社 and 扶贫 departments.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::XlsxError;

use crate::findings::{Finding, Owner};
use crate::linkage::Decision;
use crate::linkage::decisions::{About, SourceTrace};
use crate::records::{Institution, SourceRecord};
use crate::vocabulary::{Field, SourceKind};

use super::book::Book;
use super::context::Context;
use super::cover::{self, Cover};
use super::review;
use super::sent::{
    CHECK_COLUMN, CODES, KEY_COLUMN, NEW_ID, NEW_NAME, REMARK, RESULT, SentColumns, SentForm,
    sealed,
};
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};
use crate::results::groups::InstitutionRows;
use crate::results::words::chinese_date;
use crate::results::{Results, words};
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

const MATCHED_COLUMNS: [Column; 23] = [
    column("序号", CellKind::Count, 8),
    column("姓名", CellKind::Word, 12),
    column("证件号码", CellKind::Code, 24),
    column("登记姓名（不同时）", CellKind::Word, 14),
    column("登记证件号码（不同时）", CellKind::Code, 24),
    column("县(市、区)", CellKind::Word, 12),
    column("乡(镇)", CellKind::Word, 14),
    column("村", CellKind::Text, 18),
    column("与户主关系", CellKind::Word, 10),
    column("脱贫属性", CellKind::Text, 18),
    column("比对类别", CellKind::Word, 14),
    column("专业/工种", CellKind::Text, 16),
    column("班级", CellKind::Text, 16),
    column("入学/开班", CellKind::Code, 12),
    column("学籍状态/培训类型", CellKind::Word, 14),
    column("填报为建档立卡", CellKind::Word, 8),
    column("政策落实情况", CellKind::Input(&["已落实", "部分落实", "未落实", "不适用"]), 12),
    column("备注", CellKind::Input(&[]), 18),
    column("来源文件", CellKind::Text, 26),
    column("工作表", CellKind::Text, 12),
    column("行", CellKind::Word, 8),
    KEY_COLUMN,
    CHECK_COLUMN,
];

const MEND_COLUMNS: [Column; 15] = [
    column("序号", CellKind::Count, 8),
    column(CODES, CellKind::Code, 8),
    column("类别", CellKind::Word, 14),
    column("姓名", CellKind::Word, 12),
    column("证件号码", CellKind::Code, 24),
    column("原因", CellKind::Text, 48),
    column("所在单元格", CellKind::Text, 36),
    column("登记姓名", CellKind::Word, 12),
    column("登记证件号码", CellKind::Code, 24),
    RESULT,
    NEW_NAME,
    NEW_ID,
    REMARK,
    KEY_COLUMN,
    CHECK_COLUMN,
];

const PENDING_COLUMNS: [Column; 17] = [
    column("序号", CellKind::Count, 8),
    column("姓名", CellKind::Word, 12),
    column("证件号码", CellKind::Code, 24),
    column("班级", CellKind::Text, 16),
    column("入学/开班", CellKind::Code, 12),
    column("填报为建档立卡", CellKind::Word, 8),
    column("待核类别", CellKind::Word, 14),
    column("请核对", CellKind::Text, 44),
    RESULT,
    NEW_NAME,
    NEW_ID,
    REMARK,
    column("来源文件", CellKind::Text, 26),
    column("工作表", CellKind::Text, 12),
    column("行", CellKind::Word, 8),
    KEY_COLUMN,
    CHECK_COLUMN,
];

/// The lists of a school's or agency's workbook.
pub(super) const POLICY: SentForm =
    SentForm { key: "policy", title: MATCHED, columns: &MATCHED_COLUMNS };
pub(super) const MEND: SentForm = SentForm { key: "mend", title: TO_MEND, columns: &MEND_COLUMNS };
pub(super) const SUPPLY: SentForm =
    SentForm { key: "supply", title: PENDING, columns: &PENDING_COLUMNS };

impl<'run> ReturnPart<'_, 'run> {
    fn results(&self) -> &Results<'run> {
        &self.context.results
    }

    fn answer(&self, form: &SentForm, row: u32) -> Option<String> {
        self.results().answer_of_row(form.key, row)
    }

    fn columns(&self, form: &SentForm, rows: &[u32]) -> SentColumns {
        SentColumns::of(form, rows.iter().map(|row| self.answer(form, *row)))
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
        let columns = self.columns(&POLICY, rows);
        let spec = spec(MATCHED, "比对一致人员", note, columns.columns());
        let mut table = Table::open(book, spec)?;
        for (number, &row) in rows.iter().enumerate() {
            if let Some(cells) = self.matched_cells(number + 1, row) {
                table.row(&columns.line(cells, self.answer(&POLICY, row)))?;
            }
        }
        table.close()
    }

    fn matched_cells(&self, number: usize, row: u32) -> Option<Vec<Cell<'run>>> {
        let (record, outcome) = self.results().row(row);
        let (_, person) = self.results().best(outcome)?;
        let [name, id, registered_name, registered_id] = compared::compared(&record.facts, person);
        let home = self.results().home(&person.facts.place);
        let spot = self.results().spot(record.origin);
        let [subject, class] = words::course(record);
        let (source, registry) = (&record.facts, &person.facts);
        let about = About::Keyed(self.trace(record).key());
        let cells = vec![
            number.into(),
            name,
            id,
            unless(source.name.raw.trim() == registry.name.raw.trim(), registered_name),
            unless(source.id.raw.trim() == registry.id.raw.trim(), registered_id),
            home.county.into(),
            home.town.into(),
            home.village.into(),
            words::relation(person).into(),
            words::standing(person).into(),
            outcome.match_class.label().into(),
            subject.into(),
            class.into(),
            words::began(record).into(),
            words::state(record).into(),
            words::declared(record).into(),
            Cell::Empty,
            Cell::Empty,
            self.file_name(record).into(),
            spot.sheet.into(),
            spot.row.into(),
        ];
        Some(sealed(self.results().project, &POLICY, about, cells))
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
        let rows: Vec<u32> = lines.iter().map(|(row, _)| *row).collect();
        let columns = self.columns(&MEND, &rows);
        let mut table = Table::open(book, spec(TO_MEND, "需更正", note, columns.columns()))?;
        for (number, (row, findings)) in (1_usize..).zip(lines) {
            let cells = self.mend_cells(number, row, &findings);
            table.row(&columns.line(cells, self.answer(&MEND, row)))?;
        }
        table.close()
    }

    fn mend_cells(&self, number: usize, row: u32, findings: &[&'run Finding]) -> Vec<Cell<'run>> {
        let (record, outcome) = self.results().row(row);
        let linked = outcome.linked();
        let shown = linked.filter(|_| findings.iter().any(|finding| may_show(finding, linked)));
        let [name, id, registered_name, registered_id] = match shown {
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
        let about = About::Row(self.trace(record));
        let cells = vec![
            number.into(),
            joined(&|finding| finding.kind.code().to_owned(), "、").into(),
            joined(&|finding| finding.kind.label().to_owned(), "、").into(),
            name,
            id,
            joined(&reason, "\n").into(),
            self.own_places(record, findings).into(),
            registered_name,
            registered_id,
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
        ];
        sealed(self.results().project, &MEND, about, cells)
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
        let columns = self.columns(&SUPPLY, rows);
        let mut table = Table::open(book, spec(PENDING, PENDING, note, columns.columns()))?;
        for (number, &row) in rows.iter().enumerate() {
            let cells = self.pending_cells(number + 1, row);
            table.row(&columns.line(cells, self.answer(&SUPPLY, row)))?;
        }
        table.close()
    }

    fn pending_cells(&self, number: usize, row: u32) -> Vec<Cell<'run>> {
        let (record, outcome) = self.results().row(row);
        let spot = self.results().spot(record.origin);
        let [_, class] = words::course(record);
        let [name, id, _, _] = own_cells(record);
        let cells = vec![
            number.into(),
            name,
            id,
            class.into(),
            words::began(record).into(),
            words::declared(record).into(),
            outcome.match_class.label().into(),
            what_to_check(record).into(),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            self.file_name(record).into(),
            spot.sheet.into(),
            spot.row.into(),
        ];
        sealed(self.results().project, &SUPPLY, About::Row(self.trace(record)), cells)
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
    [facts.name.raw.trim().into(), id, Cell::Empty, Cell::Empty]
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

fn spec<'a>(name: &'a str, title: &'a str, note: &'a str, columns: &'a [Column]) -> TableSpec<'a> {
    TableSpec { name, title, note, columns, frozen: 3, back: None }
}
