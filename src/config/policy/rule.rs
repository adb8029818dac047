//! The rules of a programme: who gets what for which event, and how often.

use jiff::civil::Date;

use crate::config::mistakes::MistakeCollector;
use crate::config::section::Section;

use super::amount::{self, Amount};
use super::per::Per;

const RULE_KEYS: [&str; 23] = [
    "id",
    "basis",
    "title",
    "subject",
    "groups_any",
    "groups_at",
    "kinds",
    "kinds_none",
    "needs",
    "only_if",
    "within",
    "insured_unless",
    "from",
    "to",
    "clip",
    "amount",
    "payee",
    "ask",
    "ask_groups",
    "yields_to",
    "full_time",
    "years",
    "note",
];

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// One person in one class.
    Attendance,
    /// One person at one school.
    Enrollment,
    /// One person's stint of work at one employer.
    Months,
}

impl Subject {
    /// The words of rule files.
    pub const WORDS: [(&'static str, Self); 3] = [
        ("attendance", Self::Attendance),
        ("enrollment", Self::Enrollment),
        ("months", Self::Months),
    ];
}

/// A date of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventDate {
    /// First day.
    BeganOn,
    /// Last day.
    EndedOn,
    /// Day of the certificate.
    CertificateOn,
    /// First day of work.
    EmployedOn,
    /// 录取日期.
    AdmittedOn,
    /// 入学时间.
    EntryDate,
    /// 毕业时间.
    GraduatedOn,
}

impl EventDate {
    /// The words of rule files.
    pub const WORDS: [(&'static str, Self); 7] = [
        ("began_on", Self::BeganOn),
        ("ended_on", Self::EndedOn),
        ("certificate_on", Self::CertificateOn),
        ("employed_on", Self::EmployedOn),
        ("admitted_on", Self::AdmittedOn),
        ("entry_date", Self::EntryDate),
        ("graduated_on", Self::GraduatedOn),
    ];

    /// The word of rule files and reason codes.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, one)| *one == self).map_or("", |(word, _)| word)
    }
}

/// Something an event must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventNeed {
    /// A date.
    Date(EventDate),
    /// Skill level.
    Level,
    /// Trade or occupation.
    Occupation,
    /// Whether the work is in the province.
    EmployedInProvince,
    /// Whether the agency found the work.
    Referred,
}

impl EventNeed {
    /// The word of rule files and reason codes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Date(date) => date.word(),
            Self::Level => "level",
            Self::Occupation => "occupation",
            Self::EmployedInProvince => "employed_in_province",
            Self::Referred => "referred",
        }
    }

    fn words() -> Vec<(&'static str, Self)> {
        let dates = EventDate::WORDS.iter().map(|(word, date)| (*word, Self::Date(*date)));
        let others = [Self::Level, Self::Occupation, Self::EmployedInProvince, Self::Referred];
        dates.chain(others.map(|need| (need.word(), need))).collect()
    }
}

/// A span of months between two dates of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Within {
    /// Beginning.
    pub from: EventDate,
    /// What must not come later.
    pub to: EventDate,
    /// Months between them at most.
    pub months: u32,
}

/// Which kinds of training a rule is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// Only these, where any are named.
    pub kinds: Vec<String>,
    /// None of these.
    pub kinds_none: Vec<String>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name in results.
    pub id: String,
    /// The paragraph it rests on.
    pub basis: String,
    /// The name of the subsidy, as claims write it.
    pub title: String,
    /// What it is about.
    pub subject: Subject,
    /// The person must belong to one of these groups.
    pub groups_any: Vec<String>,
    /// On this day.
    pub groups_at: EventDate,
    /// Kinds of training.
    pub condition: Condition,
    /// What must be known.
    pub needs: Vec<EventNeed>,
    /// Events that say nothing here are no candidates.
    pub only_if: Vec<EventNeed>,
    /// Two dates that must not lie too far apart.
    pub within: Option<Within>,
    /// Groups whose members need not be insured.
    pub insured_unless: Vec<String>,
    /// First day, where it is not the programme's.
    pub from: Option<Date>,
    /// Last day, where it is not the programme's.
    pub to: Option<Date>,
    /// Whether days outside are left out instead of the whole event.
    pub clip: bool,
    /// How much.
    pub amount: Amount,
    /// Who is paid.
    pub payee: String,
    /// A question only people can answer.
    pub ask: Option<String>,
    /// Groups the question is about; all where none are named.
    pub ask_groups: Vec<String>,
    /// Rules that come first: what they refuse for the same event is not decided here either.
    pub yields_to: Vec<String>,
    /// Whether only 全日制 is certain.
    pub full_time: bool,
    /// For how many years from the first term; without end where nothing is said.
    pub years: Option<u32>,
    /// What is reconstructed, printed as 推定.
    pub note: Option<String>,
}

/// What becomes of an event beyond a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitVerdict {
    /// Paid once already.
    Duplicate,
    /// Too many.
    OverLimit,
    /// Nowhere written.
    Undecided,
}

/// How often rules pay together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its name in reason codes.
    pub id: String,
    /// The paragraph it rests on.
    pub basis: String,
    /// The rules it counts.
    pub rules: Vec<String>,
    /// Places.
    pub count: usize,
    /// What they are counted by.
    pub per: Vec<Per>,
    /// What becomes of the others.
    pub over: LimitVerdict,
}

impl Limit {
    /// The limit in words.
    pub fn words(&self) -> String {
        let per: Vec<&str> = self.per.iter().map(|per| per.label()).collect();
        format!("{}：{}最多{}次", self.basis, per.join("、"), self.count)
    }
}

/// Part of other rules' amounts that may be paid before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advance {
    /// Its name in results.
    pub id: String,
    /// The paragraph it rests on.
    pub basis: String,
    /// The rules.
    pub rules: Vec<String>,
    /// Groups.
    pub groups_any: Vec<String>,
    /// Areas of the agencies; all where none are named.
    pub areas: Vec<String>,
    /// Share in hundredths of a percent: 7000 for 0.70.
    pub share: u32,
    /// A question only people can answer.
    pub ask: Option<String>,
    /// Groups the question is about.
    pub ask_groups: Vec<String>,
}

/// Reads one `[[rule]]`.
pub(super) fn rule(section: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Option<Rule> {
    section.allow(&RULE_KEYS, mistakes);
    section.demand(&["id", "title", "subject", "amount"], mistakes);
    let within = section.section("within", mistakes).and_then(|one| within(&one, mistakes));
    let needs = EventNeed::words();
    let amount = section.section("amount", mistakes);
    let amount = amount.and_then(|one| amount::amount(&one, mistakes));
    let groups_at = section.word("groups_at", &EventDate::WORDS, mistakes);
    let subject = section.word("subject", &Subject::WORDS, mistakes);
    let (id, title) = (section.text("id", mistakes), section.text("title", mistakes));
    Some(Rule {
        basis: section.text("basis", mistakes).unwrap_or_default(),
        groups_any: section.texts("groups_any", mistakes),
        groups_at: groups_at.unwrap_or(EventDate::BeganOn),
        condition: condition(section, mistakes),
        needs: section.word_list("needs", &needs, mistakes),
        only_if: section.word_list("only_if", &needs, mistakes),
        within,
        insured_unless: section.texts("insured_unless", mistakes),
        from: section.date("from", mistakes),
        to: section.date("to", mistakes),
        clip: section.flag("clip", mistakes).unwrap_or(false),
        payee: section.text("payee", mistakes).unwrap_or_default(),
        ask: section.text("ask", mistakes),
        ask_groups: section.texts("ask_groups", mistakes),
        yields_to: section.texts("yields_to", mistakes),
        full_time: section.flag("full_time", mistakes).unwrap_or(false),
        years: section.count("years", mistakes).and_then(|years| u32::try_from(years).ok()),
        note: section.text("note", mistakes),
        id: id?,
        title: title?,
        subject: subject?,
        amount: amount?,
    })
}

/// Reads `kinds` and `kinds_none`.
pub(super) fn condition(
    section: &Section<'_, '_>,
    mistakes: &mut MistakeCollector<'_>,
) -> Condition {
    Condition {
        kinds: section.texts("kinds", mistakes),
        kinds_none: section.texts("kinds_none", mistakes),
    }
}

fn within(section: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Option<Within> {
    section.allow(&["from", "to", "months"], mistakes);
    section.demand(&["from", "to", "months"], mistakes);
    let from = section.word("from", &EventDate::WORDS, mistakes);
    let to = section.word("to", &EventDate::WORDS, mistakes);
    let months = section.count("months", mistakes);
    Some(Within { from: from?, to: to?, months: u32::try_from(months?).ok()? })
}

/// Reads one `[[limit]]`.
pub(super) fn limit(
    section: &Section<'_, '_>,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<Limit> {
    section.allow(&["id", "basis", "rules", "count", "per", "over"], mistakes);
    section.demand(&["id", "rules", "count", "per"], mistakes);
    let words = [
        ("duplicate", LimitVerdict::Duplicate),
        ("over-limit", LimitVerdict::OverLimit),
        ("undecided", LimitVerdict::Undecided),
    ];
    let over = section.word("over", &words, mistakes);
    let (id, count) = (section.text("id", mistakes), section.count("count", mistakes));
    let (rules, per) = (section.texts("rules", mistakes), Per::list(section, mistakes));
    let count = count?;
    let usual = if count == 1 { LimitVerdict::Duplicate } else { LimitVerdict::OverLimit };
    let basis = section.text("basis", mistakes).unwrap_or_default();
    Some(Limit { id: id?, basis, rules, count, per, over: over.unwrap_or(usual) })
}

/// Reads one `[[advance]]`.
pub(super) fn advance(
    section: &Section<'_, '_>,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<Advance> {
    let keys = ["id", "basis", "rules", "groups_any", "areas", "share", "ask", "ask_groups"];
    section.allow(&keys, mistakes);
    section.demand(&["id", "rules", "share"], mistakes);
    let (id, share) = (section.text("id", mistakes), section.share("share", mistakes));
    Some(Advance {
        basis: section.text("basis", mistakes).unwrap_or_default(),
        rules: section.texts("rules", mistakes),
        groups_any: section.texts("groups_any", mistakes),
        areas: section.texts("areas", mistakes),
        ask: section.text("ask", mistakes),
        ask_groups: section.texts("ask_groups", mistakes),
        id: id?,
        share: share?,
    })
}
