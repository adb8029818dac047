//! `两后生名单.xlsx` and a county's part of it: registered young people who finished 初中 or 高中 and are
//! in no school and no course, household by household, for the teams that visit the villages. The
//! project's file masks ID numbers; a county's own office gets them, as in its other returns.

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use crate::linkage::decisions::{About, RegistryTrace};
use crate::records::Person;
use crate::records::place::PlaceId;
use crate::statistics::age_at;
use crate::statistics::youth::{Whereabouts, Young};
use crate::vocabulary::labels::Education;
use crate::vocabulary::states;

use super::book::Book;
use super::columns::{
    CellKind, ColumnLook, TableColumn, column, input, joined, looks, nth, numbered,
};
use super::context::Context;
use super::cover::{self, Cover};
use super::sent::{SentForm, SentList, SentTable, VISITED};
use super::table::{SheetSpec, SheetTable};
use crate::results::groups::{self, CountyKey};
use crate::results::words::{self, chinese_date};
use crate::results::{RegisteredHome, Results};

/// File name of the project's list.
pub(super) const FILE: &str = "两后生名单.xlsx";

const SUMMARY: &str = "汇总";
const LIST: &str = "名单";
/// The sheet in a county's workbook.
const SENT_LIST: &str = "两后生名单";

/// A town, or all of them.
struct TownCounts<'a> {
    county: String,
    town: &'a str,
    counts: OutreachCounts,
}

/// Headings of [`OutreachCounts`].
const COUNTED: [&str; 6] =
    ["两后生人数", "在技工院校就读", "技工院校毕业", "本期参加培训", "未就读未参训", "其中:待核"];

fn summary_columns<'a>() -> Vec<TableColumn<TownCounts<'a>>> {
    let counted = COUNTED.into_iter().enumerate().map(|(place, heading)| {
        let look = ColumnLook::plain(heading, CellKind::Count, 10);
        nth(look, place, |one: &TownCounts, place| one.counts[place].into())
    });
    joined([
        vec![
            numbered(8),
            column("县(市、区)", CellKind::Text, 18, |one| one.county.as_str().into()),
            column("乡(镇)", CellKind::Text, 20, |one| one.town.into()),
        ],
        counted.collect(),
    ])
}

/// A line about one of these people.
pub(super) struct YouthRow<'a> {
    context: &'a Context<'a>,
    one: &'a Young,
    person: &'a Person,
    home: RegisteredHome<'a>,
    /// Head of the household.
    head: Option<&'a Person>,
    whole_id: bool,
    /// The school they are to be reached by.
    pub(super) school: &'a str,
}

impl<'a> YouthRow<'a> {
    /// A line; with the whole ID number where its reader is to have it.
    pub(super) fn of(context: &'a Context<'a>, one: &'a Young, whole_id: bool) -> Self {
        let results = &context.results;
        let person = results.person(one.person);
        let head = context.heads.get(&groups::household(person)).map(|head| results.person(*head));
        let home = results.home(&person.facts.place);
        Self { context, one, person, home, head, whole_id, school: "" }
    }

    /// The same under the school that is to reach them.
    pub(super) fn of_school(self, school: &'a str) -> Self {
        Self { school, ..self }
    }

    fn sex(&self) -> &'static str {
        self.person.facts.id.sex().or(self.person.facts.sex).map_or("", |sex| sex.label())
    }

    fn age(&self) -> Option<usize> {
        let age = age_at(self.person, self.context.results.project.as_of)?;
        usize::try_from(age).ok()
    }

    fn id(&self) -> String {
        let id = &self.person.facts.id;
        if self.whole_id { id.raw().trim().to_owned() } else { id.masked() }
    }

    fn head_name(&self) -> &'a str {
        self.head.map_or(self.person.head_name.as_str(), |head| head.facts.name.raw().trim())
    }

    /// What the village's list says.
    fn wish(&self) -> Option<String> {
        self.one.wish.map(|row| wish(&self.context.results, row))
    }
}

/// The columns every list of these people has.
pub(super) fn person_columns<'a>() -> Vec<TableColumn<YouthRow<'a>>> {
    vec![
        numbered(8),
        column("县(市、区)", CellKind::Word, 14, |row| {
            row.context.county_name(groups::county(row.person)).into()
        }),
        column("乡(镇)", CellKind::Word, 14, |row| row.home.town.into()),
        column("村", CellKind::Text, 18, |row| row.home.village.into()),
        column("户编号", CellKind::Code, 16, |row| row.person.household_no.as_str().into()),
        column("人编号", CellKind::Code, 18, |row| row.person.person_no.as_str().into()),
        column("姓名", CellKind::Word, 12, |row| row.person.facts.name.raw().trim().into()),
        column("性别", CellKind::Word, 6, |row| row.sex().into()),
        column("年龄", CellKind::Count, 6, |row| row.age().into()),
        column("证件号码", CellKind::Code, 22, |row| row.id().into()),
        column("文化程度", CellKind::Word, 10, |row| {
            row.person.education.map(Education::label).into()
        }),
        column("与户主关系", CellKind::Word, 10, |row| words::relation(row.person).into()),
        column("户主", CellKind::Word, 12, |row| row.head_name().into()),
        column("联系电话", CellKind::Code, 26, |row| phones(row.person, row.head).into()),
        column("意愿名单", CellKind::Text, 24, |row| row.wish().into()),
        column("提示", CellKind::Text, 40, |row| hint(&row.context.results, row.one.at).into()),
    ]
}

const VISIT_WORDS: [&str; 7] =
    ["愿就读", "愿培训", "已在读", "已就业", "参军", "无意愿", states::NOT_MET];

/// The columns of a county's list.
fn visit_columns<'a>() -> Vec<TableColumn<YouthRow<'a>>> {
    joined([
        person_columns(),
        vec![
            input("走访日期", &[], 12),
            input(VISITED, &VISIT_WORDS, 12),
            input("意向院校、工种或去向", &[], 26),
        ],
    ])
}

/// A county's list.
pub(super) const VISIT: SentForm =
    SentForm { key: "visit", title: SENT_LIST, looks: || looks(&visit_columns()) };

/// Writes the project's list.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let results = &context.results;
    let all = in_order(results, results.statistics.youth.iter().collect());
    cover::write(book, &cover(context, &all))?;
    summary(book, context, &all)?;
    list(book, context, &all)
}

/// Writes a county's list into its workbook.
pub(super) fn fill_county(
    book: &mut Book,
    context: &Context,
    key: CountyKey,
) -> Result<(), XlsxError> {
    let youth = &context.results.statistics.youth;
    let own = context.groups.counties[&key].youth.iter().map(|index| &youth[*index as usize]);
    let all = in_order(&context.results, own.collect());
    let note = "初中、高中毕业后未就读、未参加培训的青年；请走访后填写黄色列。";
    let name = book.sheets.sheet(SENT_LIST);
    let results = &context.results;
    let open: Vec<&Young> = all.into_iter().filter(|one| one.at.is_open()).collect();
    let answer = |one: &&Young| results.answer_of_person(VISIT.key, one.person);
    let is_answered = open.iter().any(|one| answer(one).is_some());
    let spec = SheetSpec { name: &name, title: SENT_LIST, ..spec(LIST, note) };
    let list = SentList { form: &VISIT, project: results.project, is_answered };
    let mut table = SentTable::open(book, spec, list, visit_columns())?;
    for one in &open {
        let row = YouthRow::of(context, one, true);
        let about = About::Keyed(RegistryTrace::of(row.person, results.records).key());
        table.line(&row, about, answer(one))?;
    }
    table.close()
}

/// Whether a county has anybody to visit.
pub(super) fn has_open(context: &Context, key: CountyKey) -> bool {
    let youth = &context.results.statistics.youth;
    context.groups.counties[&key].youth.iter().any(|index| youth[*index as usize].at.is_open())
}

fn cover(context: &Context, all: &[&Young]) -> Cover {
    let project = context.results.project;
    let [young, old] = project.figures.liang_hou_sheng_ages;
    let open = all.iter().filter(|one| one.at.is_open()).count();
    let rule = format!(
        "建档立卡信息中非在校、文化程度为初中或高中、{young}至{old}周岁（统计日期，含两端）、未丧失劳动力的人员，\
         加回当年已入学的人员。建档立卡信息没有毕业时间，应届与往届无法分开。"
    );
    let left_out = "比对一致的在校生（含保留学籍）、技工院校毕业生，以及正在培训或本统计期参加过培训的人员不列入“名单”。\
                    待核的人员仍列入，并在“提示”中写明疑似所在的学校、机构。";
    let outcome = format!("两后生{}人；其中未就读、未参训{open}人，列在“名单”。", all.len());
    let ids = "证件号码已遮盖；请按户编号、人编号在建档立卡信息中查找。含个人信息，不得外传。";
    let text = |text: &str| text.to_owned();
    Cover {
        title: format!("{}　两后生名单", project.unit),
        lines: vec![
            (
                "这是什么",
                text(
                    "初中、高中毕业后未就读、未参加培训的建档立卡青年，供驻村工作队入户动员就读或培训。",
                ),
            ),
            ("统计时点", chinese_date(project.as_of)),
            ("两后生", rule),
            ("不列入", text(left_out)),
            ("本次结果", outcome),
            (
                "局限",
                text(
                    "只能看到本次读入的学校和机构；在外地或普通高校就读、已就业的，走访后请写明去向。",
                ),
            ),
            ("注意", text(ids)),
        ],
    }
}

/// By county as official tables have them, then by town, village, household and person.
pub(super) fn in_order<'a>(results: &Results, mut all: Vec<&'a Young>) -> Vec<&'a Young> {
    let person = |one: &Young| results.person(one.person);
    let mut places: Vec<PlaceId> = all.iter().map(|one| person(one).facts.place.county).collect();
    places.sort_unstable();
    places.dedup();
    let ordered = results.records.gazetteer.official_order(&places);
    let rank: BTreeMap<PlaceId, usize> = ordered.into_iter().zip(0..).collect();
    all.sort_by_cached_key(|one| {
        let person = person(one);
        let home = results.home(&person.facts.place);
        let county = person.facts.place.county;
        (
            (person.region > 0, rank.get(&county).copied(), county),
            (home.town.to_owned(), home.village.to_owned()),
            (person.household_no.clone(), person.person_no.clone(), one.person),
        )
    });
    all
}

/// What is counted per town: 两后生, at school, graduated, in a course, open, pending.
type OutreachCounts = [usize; 6];

fn counts_of(at: Whereabouts) -> OutreachCounts {
    match at {
        Whereabouts::School(_) => [1, 1, 0, 0, 0, 0],
        Whereabouts::Graduated(_) => [1, 0, 1, 0, 0, 0],
        Whereabouts::Course(_) => [1, 0, 0, 1, 0, 0],
        Whereabouts::Nowhere { pending, .. } => [1, 0, 0, 0, 1, usize::from(pending.is_some())],
    }
}

fn add(sum: &mut OutreachCounts, more: OutreachCounts) {
    for (sum, more) in sum.iter_mut().zip(more) {
        *sum += more;
    }
}

fn summary(book: &mut Book, context: &Context, all: &[&Young]) -> Result<(), XlsxError> {
    let results = &context.results;
    let note = "按县、乡(镇)列出；“待核”为名单中疑似已就读或参训、尚未核实的人员。";
    let mut table = SheetTable::open(book, spec(SUMMARY, note), summary_columns())?;
    let place = |one: &Young| {
        let person = results.person(one.person);
        let home = results.home(&person.facts.place);
        (context.county_name(groups::county(person)), home.town)
    };
    let mut total = OutreachCounts::default();
    for town in all.chunk_by(|one, next| place(one) == place(next)) {
        let mut counts = OutreachCounts::default();
        for one in town {
            add(&mut counts, counts_of(one.at));
        }
        add(&mut total, counts);
        let (county, name) = place(town[0]);
        let name = if name.is_empty() { "（乡镇不详）" } else { name };
        table.row(&TownCounts { county, town: name, counts })?;
    }
    table.total(&TownCounts { county: "总计".to_owned(), town: "", counts: total })?;
    table.close()
}

fn list(book: &mut Book, context: &Context, all: &[&Young]) -> Result<(), XlsxError> {
    let note = "证件号码已遮盖。各县的一份在其反馈工作簿里。";
    let open = all.iter().filter(|one| one.at.is_open());
    let rows = open.map(|one| YouthRow::of(context, one, false));
    SheetTable::write(book, spec(LIST, note), person_columns(), rows)
}

/// Own numbers first, then the head's.
fn phones(person: &Person, head: Option<&Person>) -> String {
    let own = person.facts.phones.iter();
    let heads = head.into_iter().flat_map(|head| head.facts.phones.iter());
    let mut seen: Vec<String> = Vec::new();
    for number in own.chain(heads).map(u64::to_string) {
        if !seen.contains(&number) {
            seen.push(number);
        }
    }
    seen.join("、")
}

/// What the village's list says of a person.
fn wish(results: &Results, row: u32) -> String {
    let row = &results.records.intentions[row as usize];
    let mut words = Vec::new();
    if row.wants_training() {
        words.push(["愿培训", row.trade.as_str()].join(if row.trade.is_empty() {
            ""
        } else {
            "："
        }));
    }
    if row.wants_school() {
        words.push(format!("愿就读：{}{}", row.school, row.major));
    }
    if words.is_empty() { "无培训意愿".to_owned() } else { words.join("；") }
}

/// What to know before the visit.
fn hint(results: &Results, at: Whereabouts) -> String {
    let Whereabouts::Nowhere { former, pending } = at else { return String::new() };
    let place = |row: u32| {
        let (record, _) = results.row(row);
        (results.institution(record), words::began(record), words::state(record))
    };
    let former =
        former.map(place).map(|(unit, began, state)| format!("曾在{unit}（{began}，{state}）"));
    let pending =
        pending.map(place).map(|(unit, began, _)| format!("疑似在{unit}（{began}），待核"));
    former.into_iter().chain(pending).collect::<Vec<_>>().join("；")
}

fn spec<'a>(name: &'a str, note: &'a str) -> SheetSpec<'a> {
    SheetSpec { name, title: name, note, frozen: 4, back: None }
}
