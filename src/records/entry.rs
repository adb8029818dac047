//! Rows of lists of people (`schemas/lists`) → [`Entry`].

use std::sync::Arc;

use compact_str::CompactString;
use jiff::civil::Date;

use super::date::PartialDate;
use super::identifier::IdClass;
use super::mentions::{MentionTrouble, Mentions};
use super::place::Place;
use super::sheet::SheetCells;
use super::text::{compact, compact_text};
use super::{Facts, Relative, training};
use crate::config::ListDefinition;
use crate::vocabulary::Field;
use crate::vocabulary::labels::{Insured, SkillLevel};

/// One row of a list of people: who, since when and until when, or what happened.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where the row stands.
    pub origin: super::Origin,
    /// Index into [`super::Records::lists`].
    pub list: u16,
    /// Who it is.
    pub facts: Facts,
    /// 户主, where the row names another person.
    pub relatives: Box<[Relative]>,
    /// First day on the list; `None` is open.
    pub from: Option<Date>,
    /// Last day on the list; `None` is open.
    pub to: Option<Date>,
    /// Whether the status says in words that the membership has ended.
    pub lapsed: bool,
    /// Code of the category, or the word of the file where the list does not know it.
    pub category: CompactString,
    /// 保障人口 of a household.
    pub household_size: Option<u8>,
    /// What the row's disability card says otherwise than its other cells.
    pub card: Option<CardConflict>,
    /// What happened.
    pub detail: EntryDetail,
}

/// A 残疾人证 number against the cells beside it: its first 18 places are the holder's ID number, the 19th is the
/// kind, the 20th the grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardConflict {
    /// Another ID number.
    Number,
    /// Another kind.
    Kind,
    /// Another grade.
    Grade,
}

/// What a list's row says besides who and when.
#[derive(Clone, Debug, Default)]
pub struct EntryDetail {
    /// 单位名称.
    pub unit: CompactString,
    /// 统一社会信用代码.
    pub unit_code: CompactString,
    /// 工种, 岗位.
    pub trade: CompactString,
    /// 等级.
    pub level: Option<SkillLevel>,
    /// 班级编号.
    pub class_no: CompactString,
    /// 证书编号.
    pub certificate_no: CompactString,
    /// First day of the class or stint.
    pub began: PartialDate,
    /// Last day.
    pub ended: PartialDate,
    /// 补贴项目.
    pub money_kind: CompactString,
    /// 金额 in 分.
    pub amount: Option<i64>,
    /// 发放年月, 申请月份.
    pub paid_on: PartialDate,
    /// Whether the employer pays social insurance.
    pub insured: Option<bool>,
    /// 人员类别 as written.
    pub trainee_kind: CompactString,
    /// 援助类型.
    pub measure: CompactString,
    /// 援助时间.
    pub served_on: PartialDate,
    /// 院校.
    pub school: CompactString,
    /// 专业.
    pub major: CompactString,
    /// 就业意向.
    pub job_wish: CompactString,
}

/// The list a sheet belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListedSheet<'a> {
    /// Index into [`super::Records::lists`].
    pub(super) list: u16,
    /// What such a list looks like.
    pub(super) definition: &'a ListDefinition,
}

/// Builds the entry of a row.
pub(super) fn entry(
    sheet: &SheetCells,
    row: usize,
    place: Arc<Place>,
    listed: ListedSheet<'_>,
    mentions: &mut Mentions,
) -> Entry {
    let definition = listed.definition;
    let facts = facts(sheet, row, place, mentions);
    let from = first_date(sheet, row, &definition.from, mentions);
    let to = first_date(sheet, row, &definition.to, mentions);
    let (from, to) = span(from, to, definition.whole_year);
    let head = sheet.relative(Field::HeadName, Field::HeadId, row);
    Entry {
        origin: sheet.origin(row),
        list: listed.list,
        relatives: head
            .filter(|head| head.name.folded() != facts.name.folded())
            .into_iter()
            .collect(),
        from,
        to,
        lapsed: is_lapsed(sheet, row, definition),
        category: category(sheet, row, definition, mentions),
        household_size: sheet.number(Field::HouseholdSize, row, mentions),
        card: card(sheet, row, &facts, definition),
        detail: detail(sheet, row, mentions),
        facts,
    }
}

/// Who a row is about. A list of households may name its heads only.
fn facts(sheet: &SheetCells, row: usize, place: Arc<Place>, mentions: &mut Mentions) -> Facts {
    if sheet.has(Field::Name) || !sheet.has(Field::HeadName) {
        return sheet.facts(row, place, mentions);
    }
    let head = sheet.relative(Field::HeadName, Field::HeadId, row);
    let mut facts = sheet.facts(row, place, &mut Mentions::default());
    if let Some(head) = head {
        facts.name = head.name;
        if facts.id.class == IdClass::Missing {
            facts.id = head.id;
        }
    }
    facts
}

fn first_date(
    sheet: &SheetCells,
    row: usize,
    fields: &[Field],
    mentions: &mut Mentions,
) -> PartialDate {
    let read = |field: &Field| match field {
        Field::GraduationYear => year(sheet, row),
        field => sheet.date(*field, row, mentions),
    };
    fields.iter().map(read).find(|date| !date.is_empty()).unwrap_or_default()
}

/// `2020`, `2020年`, `2020年度`, `2020届`.
fn year(sheet: &SheetCells, row: usize) -> PartialDate {
    let text = compact(sheet.cell(Field::GraduationYear, row));
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let year = digits.get(..4).and_then(|digits| digits.parse().ok());
    let year = year.filter(|year: &i16| (1950..2100).contains(year)).unwrap_or(0);
    PartialDate { year, month: 0, day: 0 }
}

fn span(from: PartialDate, to: PartialDate, whole_year: bool) -> (Option<Date>, Option<Date>) {
    if !whole_year {
        return (from.first_day(), last_day(to));
    }
    let edge = |month, day| Date::new(from.year, month, day).ok().filter(|_| !from.is_empty());
    (edge(1, 1), edge(12, 31))
}

/// The last day a date can mean: 2019-09 → 2019-09-30.
fn last_day(date: PartialDate) -> Option<Date> {
    let first = date.first_day()?;
    Some(match (date.month, date.day) {
        (0, _) => Date::new(date.year, 12, 31).ok()?,
        (_, 0) => first.last_of_month(),
        _ => first,
    })
}

fn is_lapsed(sheet: &SheetCells, row: usize, definition: &ListDefinition) -> bool {
    let Some((field, out)) = &definition.status else { return false };
    let text = compact(sheet.cell(*field, row));
    !text.is_empty() && out.iter().any(|word| compact_text(word) == text)
}

fn category(
    sheet: &SheetCells,
    row: usize,
    definition: &ListDefinition,
    mentions: &mut Mentions,
) -> CompactString {
    let text = sheet.text(Field::Category, row);
    if text.is_empty() || definition.categories.is_empty() {
        return text;
    }
    let written = compact_text(&text);
    let known = |(_, words): &(&String, &Vec<String>)| {
        words.iter().any(|word| compact_text(word) == written)
    };
    if let Some((code, _)) = definition.categories.iter().find(known) {
        code.into()
    } else {
        let number = sheet.origin(row).row;
        mentions.add(Field::Category, MentionTrouble::UnknownLabel, &text, number);
        text
    }
}

fn card(
    sheet: &SheetCells,
    row: usize,
    facts: &Facts,
    definition: &ListDefinition,
) -> Option<CardConflict> {
    let field = [Field::DisabilityNo, Field::IdNumber]
        .into_iter()
        .find(|field| matches!(compact(sheet.cell(*field, row)).chars().count(), 20 | 22))?;
    let card = sheet.id(field, row);
    if !card.is_sound() {
        return None;
    }
    if facts.id.is_sound() && facts.id.digits() != card.digits() {
        return Some(CardConflict::Number);
    }
    let text = compact(sheet.cell(field, row));
    let mut last = text.chars().skip(18);
    let (kind, grade) = (last.next()?.to_string(), last.next()?);
    let written = sheet.text(Field::Category, row);
    let written = compact_text(&written);
    let code = |word: &str| {
        let known = definition.categories.iter();
        let mut known =
            known.filter(|(_, words)| words.iter().any(|one| compact_text(one) == word));
        known.next().map(|(code, _)| code)
    };
    if let (Some(said), Some(inside)) = (code(&written), code(&kind))
        && said != inside
    {
        return Some(CardConflict::Kind);
    }
    let said = grade_of(&sheet.text(Field::DisabilityGrade, row))?;
    (said != grade).then_some(CardConflict::Grade)
}

/// `一级`, `1`, `残疾一级` → 1.
fn grade_of(text: &str) -> Option<char> {
    let grades = [('1', '一'), ('2', '二'), ('3', '三'), ('4', '四')];
    let named = grades.iter().filter(|(digit, word)| text.contains([*digit, *word]));
    let named: Vec<char> = named.map(|(digit, _)| *digit).collect();
    if let [one] = named.as_slice() { Some(*one) } else { None }
}

fn detail(sheet: &SheetCells, row: usize, mentions: &mut Mentions) -> EntryDetail {
    let (began, ended) = sheet.period(row, mentions);
    EntryDetail {
        unit: sheet.text(Field::Unit, row),
        unit_code: sheet.text(Field::UnitCode, row),
        trade: sheet.text(Field::Trade, row),
        level: training::level(sheet, row),
        class_no: sheet.text(Field::ClassNo, row),
        certificate_no: sheet.text(Field::CertificateNo, row),
        began,
        ended,
        money_kind: sheet.text(Field::MoneyKind, row),
        amount: sheet.money(Field::Amount, row, mentions),
        paid_on: sheet.date(Field::PaidOn, row, mentions),
        insured: sheet
            .label::<Insured>(Field::Insured, row, mentions)
            .map(|insured| insured == Insured::Yes),
        trainee_kind: sheet.text(Field::TraineeKind, row),
        measure: sheet.text(Field::Measure, row),
        served_on: sheet.date(Field::ServedOn, row, mentions),
        school: sheet.text(Field::School, row),
        major: sheet.text(Field::Major, row),
        job_wish: sheet.text(Field::JobWish, row),
    }
}
