//! People over years: what the ledger keeps of a half-year, and what of it a later half-year takes into
//! account.

mod keep;
mod past;
mod past_event;

use jiff::civil::Date;

use super::verdict::Verdict;

pub use keep::{KeptSources, keep, keep_events, names_of, number_name};
pub use past::{PastRounds, past_events};
pub use past_event::{PastEvent, PastVerdict};

/// One person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptPerson {
    /// Names by which the person is found again: eight bytes of SHA-256 over what stays the same. The ledger
    /// keeps them keyed.
    pub names: Vec<u64>,
    /// The key in results.
    pub key: String,
    /// 姓名.
    pub name: String,
    /// 证件号码, masked.
    pub id: String,
    /// County, town and village, else what the address says.
    pub place: String,
}

/// What happened to people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeptKind {
    /// 学籍.
    School,
    /// 培训.
    #[default]
    Training,
    /// 以工代训.
    OnTheJob,
    /// 就业服务.
    Service,
    /// 补贴申领.
    Claim,
    /// 补贴发放.
    Payment,
}

impl KeptKind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::School, Self::Training, Self::OnTheJob, Self::Service, Self::Claim, Self::Payment];

    /// The word of the ledger.
    pub fn key(self) -> &'static str {
        match self {
            Self::School => "enrollment",
            Self::Training => "training",
            Self::OnTheJob => "on_the_job",
            Self::Service => "service",
            Self::Claim => "claim",
            Self::Payment => "payment",
        }
    }

    /// The kind of a word of the ledger.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// Where a row stands: index into [`PeopleRecord::sheets`], and the row from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeptPlace {
    /// The sheet.
    pub sheet: u32,
    /// The row.
    pub row: u32,
}

/// One thing that happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptEvent {
    /// Index into [`PeopleRecord::people`].
    pub person: u32,
    /// What it is.
    pub kind: KeptKind,
    /// School, agency, employer.
    pub unit: String,
    /// Trade, major, kind of subsidy or service.
    pub trade: String,
    /// Level as read.
    pub level: String,
    /// Kind of training.
    pub course: String,
    /// 职业编码.
    pub occupation_code: String,
    /// Class or class number.
    pub class_no: String,
    /// 培训天数.
    pub days: Option<u16>,
    /// First day: entry, first day of the class or stint, day of the service or payment.
    pub began: Option<Date>,
    /// Last day.
    pub ended: Option<Date>,
    /// Whether both days are known to the day.
    pub is_exact: bool,
    /// Number of the certificate, masked.
    pub certificate: String,
    /// Day of the certificate.
    pub certificate_on: Option<Date>,
    /// First day of work.
    pub employed_on: Option<Date>,
    /// In 分.
    pub amount: Option<i64>,
    /// 学籍状态, or which of the five stages are there.
    pub state: String,
    /// The first row that tells of it.
    pub place: KeptPlace,
}

impl KeptEvent {
    /// Which of the five stages of an attendance are known: 报名、培训、考核、就业、补贴.
    pub fn stages(&self) -> [bool; 5] {
        [
            self.state.contains(CLAIMED),
            self.began.is_some(),
            self.certificate_on.is_some() || !self.certificate.is_empty(),
            self.employed_on.is_some(),
            self.state.contains(PAID),
        ]
    }
}

/// In [`KeptEvent::state`] of an attendance: somebody claimed money for it.
pub(super) const CLAIMED: &str = "报名";
/// Somebody was paid.
pub(super) const PAID: &str = "发放";

/// The names of the five stages.
pub const STAGES: [&str; 5] = ["报名（申领）", "培训", "考核（取证）", "就业", "补贴（发放）"];

/// One membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptGroup {
    /// Index into [`PeopleRecord::people`].
    pub person: u32,
    /// Title of the list.
    pub title: String,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// How it is known, as users read it.
    pub state: String,
    /// The row it is known by.
    pub place: KeptPlace,
}

impl KeptGroup {
    /// Whether another row says the very same.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let said = |one: &Self| (one.person, one.from, one.to);
        said(self) == said(other) && self.title == other.title && self.state == other.state
    }
}

/// What a rule said of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptVerdict {
    /// Index into [`PeopleRecord::events`].
    pub event: u32,
    /// Id of the programme.
    pub programme: String,
    /// Id of the rule.
    pub rule: String,
    /// Title of the rule.
    pub title: String,
    /// The day that counts.
    pub counted_on: Option<Date>,
    /// Word of `entitlements.csv`.
    pub verdict: String,
    /// Why, in words.
    pub reason: String,
    /// Least amount in 分.
    pub low: Option<i64>,
    /// Greatest amount in 分.
    pub high: Option<i64>,
    /// What was claimed in 分.
    pub claimed: Option<i64>,
    /// What was paid in 分.
    pub paid: Option<i64>,
    /// Whether only sensitive lists make people eligible: never shown.
    pub is_sensitive: bool,
}

impl KeptVerdict {
    /// What users read.
    pub fn verdict_label(&self) -> &str {
        let known = Verdict::ALL.into_iter().find(|one| one.key() == self.verdict);
        known.map_or(&self.verdict, |one| one.label())
    }
}

/// What a half-year says of people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleRecord {
    /// The people.
    pub people: Vec<KeptPerson>,
    /// What happened to them.
    pub events: Vec<KeptEvent>,
    /// What they belong to; never sensitive lists.
    pub groups: Vec<KeptGroup>,
    /// What rules said.
    pub verdicts: Vec<KeptVerdict>,
    /// File and sheet of places.
    pub sheets: Vec<(String, String)>,
}

impl PeopleRecord {
    /// `file › sheet › 第17行`.
    pub fn show(&self, place: KeptPlace) -> String {
        match self.sheets.get(place.sheet as usize) {
            None => String::new(),
            Some((file, sheet)) if sheet.is_empty() => format!("{file} › 第{}行", place.row),
            Some((file, sheet)) => format!("{file} › {sheet} › 第{}行", place.row),
        }
    }

    /// What is said of one person alone.
    #[must_use]
    pub fn of(&self, person: u32) -> Self {
        let own = |event: &KeptEvent| event.person == person;
        let mut places = vec![None; self.events.len()];
        let mut events = Vec::new();
        for (at, event) in self.events.iter().enumerate().filter(|(_, event)| own(event)) {
            places[at] = u32::try_from(events.len()).ok();
            events.push(KeptEvent { person: 0, ..event.clone() });
        }
        let verdicts = self.verdicts.iter().filter_map(|one| {
            let event = places.get(one.event as usize).copied().flatten()?;
            Some(KeptVerdict { event, ..one.clone() })
        });
        let groups = self.groups.iter().filter(|one| one.person == person);
        Self {
            people: self.people.get(person as usize).cloned().into_iter().collect(),
            verdicts: verdicts.collect(),
            events,
            groups: groups.map(|one| KeptGroup { person: 0, ..one.clone() }).collect(),
            sheets: self.sheets.clone(),
        }
    }
}

/// Whether two things that happened to one person are the same, as two half-years tell of it: one class
/// number, one trade with the same days, or one unit on the same first day.
pub fn is_same(one: &KeptEvent, other: &KeptEvent) -> bool {
    let differ = |a: Option<Date>, b: Option<Date>| a.zip(b).is_some_and(|(a, b)| a != b);
    let equal = |a: &str, b: &str| !a.is_empty() && a == b;
    if one.kind != other.kind || differ(one.began, other.began) {
        return false;
    }
    let began = one.began.is_some() && one.began == other.began;
    let trade = equal(&one.trade, &other.trade) && began && one.ended == other.ended;
    let by_class = matches!(one.kind, KeptKind::Training) && equal(&one.class_no, &other.class_no);
    by_class || trade || equal(&one.unit, &other.unit) && began
}

/// Whether what an earlier half-year says of an event is not what a later one says: a value there is another
/// now. What was added since is no correction.
pub fn corrected(earlier: &KeptEvent, later: &KeptEvent) -> bool {
    let text = |a: &str, b: &str| !a.is_empty() && a != b;
    let day = |a: Option<Date>, b: Option<Date>| a.is_some() && a != b;
    text(&earlier.trade, &later.trade)
        || text(&earlier.level, &later.level)
        || day(earlier.ended, later.ended)
        || day(earlier.certificate_on, later.certificate_on)
        || day(earlier.employed_on, later.employed_on)
        || earlier.days.is_some() && earlier.days != later.days
}
