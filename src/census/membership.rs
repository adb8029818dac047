//! Who belongs to which group, since when, until when, and how we know.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::{Census, PersonIndex};
use crate::config::ListRole;
use crate::origin::Origin;
use crate::records::{Detail, Records, SourceRecord, Standing, declared_groups};
use crate::vocabulary::labels::{IntakeFrom, PovertyStatus};
use crate::vocabulary::states;

/// How a membership is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MembershipEvidence {
    /// By a row of the list.
    Confirmed,
    /// By a row of the list whose person is not settled.
    Review,
    /// By a row of the list that says the membership has ended, but not when.
    Lapsed,
    /// By the words of a school's, agency's or employer's row.
    Declared,
}

/// One person in one group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    /// The person.
    pub person: PersonIndex,
    /// Code of the group.
    pub group: String,
    /// How it is known.
    pub evidence: MembershipEvidence,
    /// First day; `None` is open.
    pub from: Option<Date>,
    /// Last day; `None` is open.
    pub to: Option<Date>,
    /// Code of the category.
    pub category: String,
    /// The row it is known by.
    pub origin: Origin,
}

/// A membership at a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// A member.
    Confirmed,
    /// Only the person says so.
    Declared,
    /// Not settled.
    Review,
    /// No longer.
    Past,
    /// Not yet.
    Future,
}

impl State {
    /// The word of `memberships.csv`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Declared => "declared",
            Self::Review => "review",
            Self::Past => "past",
            Self::Future => "future",
        }
    }

    /// The word users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Confirmed => "在名单上",
            Self::Declared => "自报",
            Self::Review => states::REVIEW,
            Self::Past => "已期满",
            Self::Future => "未开始",
        }
    }
}

/// What a membership is on a day.
pub fn state_at(one: &Membership, day: Date) -> State {
    match one.evidence {
        MembershipEvidence::Declared => State::Declared,
        _ if one.from.is_some_and(|from| from > day) => State::Future,
        _ if one.to.is_some_and(|to| to < day) => State::Past,
        MembershipEvidence::Confirmed => State::Confirmed,
        MembershipEvidence::Review => State::Review,
        MembershipEvidence::Lapsed => State::Past,
    }
}

/// All memberships, by person and group.
pub(super) fn collect(records: &Records, census: &Census, of: &[u32]) -> Vec<Membership> {
    let mut all = of_registry(records, census, of);
    all.extend(of_lists(records, census));
    all.extend(of_words(records, census));
    all.sort();
    all.dedup();
    all
}

/// 建档立卡 of everybody who stands in another row, too.
fn of_registry(records: &Records, census: &Census, of: &[u32]) -> Vec<Membership> {
    let mut asked: FxHashMap<u32, Vec<(PersonIndex, MembershipEvidence)>> = FxHashMap::default();
    for (index, person) in (0_u32..).zip(&census.persons) {
        let sure = person.registry.map(|row| (row, MembershipEvidence::Confirmed));
        let maybe = person.maybe.iter().map(|row| (*row, MembershipEvidence::Review));
        for (row, evidence) in sure.into_iter().chain(maybe) {
            asked.entry(row).or_default().push((index, evidence));
        }
    }
    let mut all = Vec::new();
    for (row, person) in of.iter().zip(&records.persons) {
        let Some(whom) = asked.get(row) else { continue };
        let Some(span) = registered(&person.standing) else { continue };
        for (index, evidence) in whom {
            let evidence =
                if *evidence == MembershipEvidence::Confirmed { span.evidence } else { *evidence };
            all.push(Membership {
                person: *index,
                group: "poor".to_owned(),
                evidence,
                from: span.from,
                to: span.to,
                category: String::new(),
                origin: person.origin,
            });
        }
    }
    all
}

struct Span {
    from: Option<Date>,
    to: Option<Date>,
    evidence: MembershipEvidence,
}

/// Since when and until when a registered person is entitled, as finding F18 sees it; `None` for
/// households that only stand in the export.
fn registered(standing: &Standing) -> Option<Span> {
    if standing.household_type() == "一般农户" && standing.monitor_type().is_empty() {
        return None;
    }
    let from = standing.identified_on.first_day();
    let open = Span { from, to: None, evidence: MembershipEvidence::Confirmed };
    if standing.poverty_status == Some(PovertyStatus::LiftedIneligible) {
        return Some(match standing.exit_year.and_then(|year| Date::new(year, 12, 31).ok()) {
            Some(end) => Span { to: Some(end), ..open },
            None => Span { evidence: MembershipEvidence::Lapsed, ..open },
        });
    }
    let monitored_only =
        !standing.monitor_type().is_empty() && !standing.household_type().contains("脱贫户");
    if monitored_only && standing.risk_cleared != Some(false) {
        return Some(Span { to: standing.risk_cleared_on.first_day(), ..open });
    }
    Some(open)
}

fn of_lists(records: &Records, census: &Census) -> Vec<Membership> {
    let mut all = Vec::new();
    for (row, entry) in records.entries.iter().enumerate() {
        let list = &records.lists[usize::from(entry.list)];
        if list.role != ListRole::Group {
            continue;
        }
        let evidence = match (entry.lapsed, entry.to) {
            (true, None) => MembershipEvidence::Lapsed,
            _ => MembershipEvidence::Confirmed,
        };
        let one = |person: PersonIndex, evidence: MembershipEvidence| Membership {
            person,
            group: list.list.clone(),
            evidence,
            from: entry.from,
            to: entry.to,
            category: entry.category.to_string(),
            origin: entry.origin,
        };
        // Whoever the person may be is perhaps a member.
        let person = census.of_entry[row];
        all.push(one(person, evidence));
        let others = &census.persons[person as usize].others;
        all.extend(others.iter().map(|other| one(*other, MembershipEvidence::Review)));
    }
    all
}

/// What rows of schools, agencies and employers say of their people's kind.
fn of_words(records: &Records, census: &Census) -> Vec<Membership> {
    let mut all = Vec::new();
    for (row, record) in records.sources.iter().enumerate() {
        let groups = source_groups(records, record);
        all.extend(
            groups.iter().map(|group| declared(census.of_source[row], group, record.origin)),
        );
    }
    for (row, entry) in records.entries.iter().enumerate() {
        let groups = groups_named(records, &entry.detail.trainee_kind);
        all.extend(groups.iter().map(|group| declared(census.of_entry[row], group, entry.origin)));
    }
    // One line per person and group: the first row that says it.
    all.sort();
    all.dedup_by(|later, earlier| (later.person, &later.group) == (earlier.person, &earlier.group));
    all
}

fn declared(person: PersonIndex, group: &str, origin: Origin) -> Membership {
    Membership {
        person,
        group: group.to_owned(),
        evidence: MembershipEvidence::Declared,
        from: None,
        to: None,
        category: String::new(),
        origin,
    }
}

fn source_groups(records: &Records, record: &SourceRecord) -> Vec<String> {
    match &record.detail {
        Detail::Training(course) => groups_named(records, &course.trainee_kind),
        Detail::Enrollment(student) => {
            let group = match student.intake_from {
                Some(IntakeFrom::JuniorMiddle | IntakeFrom::SeniorMiddle) => "junior_senior",
                Some(IntakeFrom::Soldier) => "veteran",
                Some(IntakeFrom::Employee) => "employee",
                _ => return Vec::new(),
            };
            vec![group.to_owned()]
        }
    }
}

/// Groups a text names: words of 学员类型, or the title of a list.
fn groups_named(records: &Records, text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    let titles = records.lists.iter().filter(|list| list.role == ListRole::Group);
    let titles = titles.filter(|list| text == list.title).map(|list| list.list.clone());
    let mut groups: Vec<String> =
        declared_groups(text).into_iter().map(ToOwned::to_owned).chain(titles).collect();
    groups.sort();
    groups.dedup();
    groups
}
