//! One round against an earlier one: figure by figure, and person by person with the reason.

use std::collections::BTreeMap;

use crate::records::money::yuan;
use crate::vocabulary::{Annex, HalfYear};

use super::indicators::{Indicator, Measure, find};
use super::snapshot::{Figure, KnownPerson, Member, Sighting, Snapshot, SnapshotKey};

/// The unit of totals.
pub const TOTAL: &str = "总计";

/// Why a person is counted now and was not, or was counted and is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The registry did not have the person.
    NewlyRegistered,
    /// The row was there and found nobody.
    NewlyLinked,
    /// The row was in review.
    Settled,
    /// The school or agency lists the person for the first time.
    NewRow,
    /// Linked before, too; now the rule of the figure holds.
    NowCounts,
    /// The registry has the person no more.
    LeftRegistry,
    /// The row is still there and now is in review.
    InReview,
    /// The row is still there and now finds nobody, or somebody else.
    Unlinked,
    /// The school or agency lists the person no more.
    LeftList,
    /// Still linked; the rule of the figure holds no more.
    CountsNoMore,
}

impl Why {
    /// What users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::NewlyRegistered => "新登记：上期不在建档立卡信息中",
            Self::NewlyLinked => "新比中：上期已有此人的行，但未比中",
            Self::Settled => "认定改变：上期待核，本期比中",
            Self::NewRow => "新列入：学校（机构）本期新报的人",
            Self::NowCounts => "上期已比中，本期符合该指标",
            Self::LeftRegistry => "已不在建档立卡信息中",
            Self::InReview => "认定改变：上期比中，本期待核",
            Self::Unlinked => "认定改变：行仍在，本期没有比中此人",
            Self::LeftList => "学校（机构）本期没有报此人",
            Self::CountsNoMore => "仍比中，本期不再符合该指标",
        }
    }
}

/// A person who came or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// School or agency.
    pub unit: String,
    /// Column of Annex 2, 1 to 7.
    pub figure: u8,
    /// Came, or went.
    pub came: bool,
    /// Who.
    pub known: KnownPerson,
    /// Why.
    pub why: Why,
    /// 学籍状态 or the course's begin in the later round, else in the earlier.
    pub state: String,
}

/// A figure in both rounds.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Changed {
    /// `annex2`, `annex3` or `rows`.
    pub form: String,
    /// School, agency or county.
    pub unit: String,
    /// Code of the indicator.
    pub code: String,
    /// In the earlier round; `None` where it had no such row or source.
    pub before: Option<i64>,
    /// In the later round.
    pub now: Option<i64>,
}

/// Two rounds side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Every figure either has: in the order of the later round, then those only the earlier had.
    pub figures: Vec<Changed>,
    /// Who came and went, by unit and figure.
    pub moved: Vec<Moved>,
}

impl Changed {
    /// The indicator; `None` for a count of rows.
    pub fn indicator(&self) -> Option<&'static Indicator> {
        find(&self.code)
    }

    /// Which form it stands in, as users read it.
    pub fn form_label(&self) -> &'static str {
        Annex::of_key(&self.form).map_or("比对", Annex::label)
    }

    /// What users read: heading and unit.
    pub fn name(&self) -> String {
        match (self.indicator(), self.code.as_str()) {
            (Some(one), _) => format!("{}（{}）", one.title(), one.measure.unit()),
            (None, "link") => "比对一致（行）".to_owned(),
            (None, "review") => "待核（行）".to_owned(),
            (None, _) => "未比中（行）".to_owned(),
        }
    }

    /// A value as users read it; a dash where there is none.
    pub fn shown(&self, value: Option<i64>) -> String {
        match value {
            None => "—".to_owned(),
            Some(fen) if self.is_money() => yuan(fen),
            Some(count) => count.to_string(),
        }
    }

    /// `总计 ③在校生人数（人）4→5`.
    pub fn sentence(&self) -> String {
        let [before, now] = [self.before, self.now].map(|value| self.shown(value));
        format!("{} {} {before}→{now}", self.unit, self.name())
    }

    /// Whether the figure is in 分.
    pub fn is_money(&self) -> bool {
        self.indicator().is_some_and(|one| matches!(one.measure, Measure::Money(_)))
    }

    /// Later less earlier, where both rounds have it.
    pub fn difference(&self) -> Option<i64> {
        self.before.zip(self.now).map(|(before, now)| now - before)
    }
}

/// This round against an earlier one.
#[derive(Clone, Debug)]
pub struct HalfYearComparison {
    /// 上期 or 去年同期.
    pub name: &'static str,
    /// The earlier half-year.
    pub half: HalfYear,
    /// Its report date, ISO 8601.
    pub as_of: String,
    /// What has changed.
    pub change: Change,
}

/// Compares an earlier round with a later one.
pub fn compare(before: &Snapshot, now: &Snapshot) -> Change {
    let gone = before.members.iter().filter(|one| now.members.binary_search(one).is_err());
    let come = now.members.iter().filter(|one| before.members.binary_search(one).is_err());
    let mut moved: Vec<Moved> = come
        .map(|one| moved(one, true, before, now))
        .chain(gone.map(|one| moved(one, false, before, now)))
        .collect();
    moved.sort_by(|a, b| order(a).cmp(&order(b)));
    Change { figures: figures(before, now), moved }
}

/// Rows by what became of their links between two runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkChange {
    /// Linked now and not before.
    pub newly: usize,
    /// Linked before and not now, or not there any more.
    pub no_longer: usize,
    /// Linked to another person than before.
    pub elsewhere: usize,
}

/// Compares the links of two runs row by row. Rows that say the very same have one key, so what is
/// compared are the persons all rows of a key are linked to.
pub fn changed_links(before: &Snapshot, now: &Snapshot) -> LinkChange {
    let mut rows: BTreeMap<SnapshotKey, BTreeMap<SnapshotKey, [usize; 2]>> = BTreeMap::new();
    for (side, snapshot) in [before, now].into_iter().enumerate() {
        for one in snapshot.sightings.iter().filter(|one| one.linked) {
            rows.entry(one.row).or_default().entry(one.person).or_default()[side] += 1;
        }
    }
    let mut change = LinkChange::default();
    for persons in rows.values() {
        let lost: usize = persons.values().map(|[old, new]| old.saturating_sub(*new)).sum();
        let won: usize = persons.values().map(|[old, new]| new.saturating_sub(*old)).sum();
        change.elsewhere += lost.min(won);
        change.newly += won.saturating_sub(lost);
        change.no_longer += lost.saturating_sub(won);
    }
    change
}

/// Figures of the two forms that are not the same in both, in the order of the later.
pub fn changed_figures(before: &Snapshot, now: &Snapshot) -> Vec<Changed> {
    let of_forms = |one: &Changed| one.indicator().is_some() && one.before != one.now;
    figures(before, now).into_iter().filter(of_forms).collect()
}

/// By what is shown of a person alone: keys are different in every ledger.
fn order(one: &Moved) -> impl Ord {
    let KnownPerson { name, id, place } = &one.known;
    (&one.unit, one.figure, !one.came, one.why, [place, name, id, &one.state])
}

fn moved(one: &Member, came: bool, before: &Snapshot, now: &Snapshot) -> Moved {
    let (had, has) = (before.seen(one.person, &one.unit), now.seen(one.person, &one.unit));
    let why = if came { why_came(one, before, had, has) } else { why_went(one, now, had, has) };
    let known = now.people.get(&one.person).or_else(|| before.people.get(&one.person));
    let state = |rows: &[Sighting]| rows.iter().map(|row| row.state.clone()).next_back();
    Moved {
        unit: one.unit.clone(),
        figure: one.figure,
        came,
        known: known.cloned().unwrap_or_else(nobody),
        why,
        state: state(has).or_else(|| state(had)).unwrap_or_default(),
    }
}

fn nobody() -> KnownPerson {
    KnownPerson { name: String::new(), id: String::new(), place: String::new() }
}

fn why_came(one: &Member, before: &Snapshot, had: &[Sighting], has: &[Sighting]) -> Why {
    let registered = contains(&before.registry, one.person);
    if had.iter().any(|row| row.linked) {
        Why::NowCounts
    } else if !registered {
        Why::NewlyRegistered
    } else if !had.is_empty() {
        Why::Settled
    } else if has.iter().any(|row| contains(&before.rows, row.row)) {
        Why::NewlyLinked
    } else {
        Why::NewRow
    }
}

fn why_went(one: &Member, now: &Snapshot, had: &[Sighting], has: &[Sighting]) -> Why {
    if has.iter().any(|row| row.linked) {
        Why::CountsNoMore
    } else if !contains(&now.registry, one.person) {
        Why::LeftRegistry
    } else if !has.is_empty() {
        Why::InReview
    } else if had.iter().any(|row| contains(&now.rows, row.row)) {
        Why::Unlinked
    } else {
        Why::LeftList
    }
}

fn contains(keys: &[SnapshotKey], key: SnapshotKey) -> bool {
    keys.binary_search(&key).is_ok()
}

fn figures(before: &Snapshot, now: &Snapshot) -> Vec<Changed> {
    type Name<'a> = (&'a str, &'a str, &'a str);
    fn name(one: &Figure) -> Name<'_> {
        (&one.form, &one.unit, &one.code)
    }
    let old: BTreeMap<Name, i64> =
        before.figures.iter().map(|one| (name(one), one.value)).collect();
    let new: BTreeMap<Name, i64> = now.figures.iter().map(|one| (name(one), one.value)).collect();
    let only_old = before.figures.iter().filter(|one| !new.contains_key(&name(one)));
    let all = now.figures.iter().chain(only_old);
    let changed = |one: &Figure| Changed {
        form: one.form.clone(),
        unit: one.unit.clone(),
        code: one.code.clone(),
        before: old.get(&name(one)).copied(),
        now: new.get(&name(one)).copied(),
    };
    all.map(changed).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{LinkChange, Why, changed_figures, changed_links, compare};
    use crate::statistics::snapshot::{Figure, KnownPerson, Member, Sighting, Snapshot};

    fn member(person: u64) -> Member {
        Member { unit: "甲校".to_owned(), figure: 3, person }
    }

    fn sighting(person: u64, linked: bool) -> Sighting {
        let (unit, state) = ("甲校".to_owned(), "正式学籍".to_owned());
        Sighting { person, unit, linked, state, row: person + 100 }
    }

    /// Persons counted, persons seen (linked or not), persons registered, and persons whose row is
    /// there.
    fn round(counted: &[u64], seen: &[(u64, bool)], registry: &[u64], rows: &[u64]) -> Snapshot {
        let known = |id: u64| {
            let name = format!("甲{id}");
            (id, KnownPerson { name, id: String::new(), place: String::new() })
        };
        Snapshot {
            members: counted.iter().map(|id| member(*id)).collect(),
            sightings: seen.iter().map(|(id, linked)| sighting(*id, *linked)).collect(),
            registry: registry.to_vec(),
            rows: rows.iter().map(|id| id + 100).collect(),
            people: counted.iter().map(|id| known(*id)).collect::<BTreeMap<_, _>>(),
            ..Snapshot::default()
        }
    }

    #[test]
    fn everybody_who_came_or_went_has_a_reason() {
        let before = round(
            &[6, 7, 8, 9, 10],
            &[(3, false), (5, true), (6, true), (7, true), (8, true), (9, true), (10, true)],
            &[2, 3, 4, 5, 6, 7, 8, 9, 10],
            &[2, 3, 5, 6, 7, 8, 9, 10],
        );
        let now = round(
            &[1, 2, 3, 4, 5],
            &[(1, true), (2, true), (3, true), (4, true), (5, true), (7, false), (10, true)],
            &[1, 2, 3, 4, 5, 7, 8, 9, 10],
            &[1, 2, 3, 4, 5, 7, 8, 10],
        );
        let moved = compare(&before, &now).moved;
        let mut found: Vec<(&str, bool, Why)> =
            moved.iter().map(|one| (one.known.name.as_str(), one.came, one.why)).collect();
        found.sort_by_key(|(name, _, _)| name.trim_start_matches('甲').parse::<u8>().unwrap());
        assert_eq!(
            found,
            [
                ("甲1", true, Why::NewlyRegistered),
                ("甲2", true, Why::NewlyLinked),
                ("甲3", true, Why::Settled),
                ("甲4", true, Why::NewRow),
                ("甲5", true, Why::NowCounts),
                ("甲6", false, Why::LeftRegistry),
                ("甲7", false, Why::InReview),
                ("甲8", false, Why::Unlinked),
                ("甲9", false, Why::LeftList),
                ("甲10", false, Why::CountsNoMore),
            ]
        );
    }

    #[test]
    fn every_row_that_changed_its_link_is_counted_once() {
        let linked = |row: u64, person: u64| Sighting { row, ..sighting(person, true) };
        let review = |row: u64, person: u64| Sighting { row, ..sighting(person, false) };
        let with = |sightings: &[Sighting]| Snapshot {
            sightings: sightings.to_vec(),
            ..Snapshot::default()
        };
        // Row 5 stands twice in the lists: one of the two has found another person.
        let before =
            [linked(1, 1), linked(2, 2), review(3, 3), linked(4, 4), linked(5, 5), linked(5, 5)];
        let now =
            [linked(1, 1), review(2, 2), linked(3, 3), linked(4, 44), linked(5, 5), linked(5, 55)];
        let change = changed_links(&with(&before), &with(&now));
        assert_eq!(change, LinkChange { newly: 1, no_longer: 1, elsewhere: 2 });
        assert_eq!(changed_links(&with(&now), &with(&now)), LinkChange::default());
    }

    #[test]
    fn only_figures_of_the_forms_that_changed_are_told() {
        let figure = |form: &str, code: &str, value| {
            let (form, unit, code) = (form.to_owned(), "总计".to_owned(), code.to_owned());
            Figure { form, unit, code, value }
        };
        let with =
            |figures: &[Figure]| Snapshot { figures: figures.to_vec(), ..Snapshot::default() };
        let before =
            [figure("annex2", "a2_3", 4), figure("annex2", "a2_4", 2), figure("rows", "link", 9)];
        let now =
            [figure("annex2", "a2_3", 5), figure("annex2", "a2_4", 2), figure("rows", "link", 8)];
        let changed = changed_figures(&with(&before), &with(&now));
        let seen: Vec<_> = changed.iter().map(|one| (&*one.code, one.difference())).collect();
        assert_eq!(seen, [("a2_3", Some(1))]);
    }

    #[test]
    fn equal_rounds_have_nothing_to_tell() {
        let round = round(&[1], &[(1, true)], &[1], &[1]);
        assert!(compare(&round, &round).moved.is_empty());
    }
}
