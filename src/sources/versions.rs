//! Lists that were handed over more than once: the same content under two names, an older export
//! beside a newer one, the old and the new list of one school. Each is told, and counted once.
//!
//! Two lists are versions of one where they have much the same columns and half the people of the
//! smaller one in common. The newest data wins: by 数据日期, else by the date in the names of sheet
//! and file, else by the latest date the rows hold. Where nothing tells, nobody guesses.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::file::TableDraft;
use super::fingerprint::{self, Keyed, Stamp};
use super::{Field, SourceKind};
use crate::problems::{Problem, Severity};

/// One list as it was handed over.
pub(super) struct HandedList<'a> {
    /// Kind of its source.
    pub(super) kind: SourceKind,
    /// City of a registry that is not the project's own.
    pub(super) region: Option<&'a str>,
    /// Which list of people; two lists of the same people are not versions of one.
    pub(super) list: Option<&'a str>,
    /// The list.
    pub(super) draft: &'a TableDraft,
}

/// What is to become of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ListFate {
    /// Read as it is.
    Kept,
    /// Left out: another list holds all of it.
    SetAside,
    /// These rows (indices) are left out, because a newer list has them.
    Trimmed(Vec<usize>),
}

/// The fates of all lists, and what is said about them.
#[derive(Debug, Default)]
pub(super) struct VersionFates {
    /// One per list.
    pub(super) fates: Vec<ListFate>,
    /// What was noticed.
    pub(super) problems: Vec<Problem>,
    /// Pairs of lists of which nobody can tell the newer.
    pub(super) unclear: Vec<[String; 2]>,
}

/// Fewer people in common are a coincidence.
const FEWEST_SHARED: usize = 3;

/// A person in more lists than this is a placeholder, not a person.
const MOST_LISTS: usize = 12;

/// What is known of one list.
struct KnownList<'a> {
    handed: &'a HandedList<'a>,
    /// Who each row is about; `None` where nothing tells.
    keys: Vec<Option<u64>>,
    /// The keys, sorted, each once.
    people: Vec<u64>,
    fields: Vec<Field>,
    stamp: Stamp,
    /// School or agency, where no column says it row by row.
    unit: Option<&'a str>,
}

impl KnownList<'_> {
    fn keyed(&self) -> Keyed<'_> {
        Keyed { draft: self.handed.draft, keys: &self.keys }
    }

    fn name(&self) -> String {
        let info = &self.handed.draft.info;
        if info.sheet.is_empty() {
            info.file.clone()
        } else {
            format!("{} › {}", info.file, info.sheet)
        }
    }

    fn problem(&self, code: &'static str) -> Problem {
        let info = &self.handed.draft.info;
        Problem::file(&info.file, code, Severity::Warning).at(&info.sheet, "")
    }
}

/// Looks for versions among all lists of a project.
pub(super) fn judge(lists: &[HandedList<'_>]) -> VersionFates {
    let known: Vec<KnownList<'_>> = lists.par_iter().map(know).collect();
    let mut verdict =
        VersionFates { fates: vec![ListFate::Kept; lists.len()], ..VersionFates::default() };
    let mut older: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for ((left, right), shared) in related(&known) {
        match compare(&known[left], &known[right], shared) {
            ListRelation::Apart => {}
            ListRelation::Beside => {
                verdict.problems.push(beside(&known[left], &known[right], shared));
            }
            ListRelation::Copy => {
                if verdict.fates[left] == ListFate::Kept && verdict.fates[right] == ListFate::Kept {
                    verdict.fates[right] = ListFate::SetAside;
                    verdict.problems.push(copy(&known[right], &known[left]));
                }
            }
            ListRelation::Older => older.entry(left).or_default().push(right),
            ListRelation::Newer => older.entry(right).or_default().push(left),
            ListRelation::Unclear => {
                verdict.unclear.push([known[left].name(), known[right].name()]);
            }
        }
    }
    for (old, newer) in older {
        if verdict.fates[old] == ListFate::Kept {
            supersede(&known, old, &newer, &mut verdict);
        }
    }
    verdict
}

fn know<'a>(handed: &'a HandedList<'a>) -> KnownList<'a> {
    let draft = handed.draft;
    let keys = fingerprint::people(handed.kind, draft);
    let mut people: Vec<u64> = keys.iter().flatten().copied().collect();
    people.sort_unstable();
    people.dedup();
    let mut fields: Vec<Field> = draft.columns.iter().map(|column| column.field).collect();
    fields.sort_unstable();
    let by_row = [Field::School, Field::Agency].iter().any(|field| fields.contains(field));
    let named = draft.named.first().map(|unit| unit.name.as_str());
    let unit = named.filter(|_| !by_row);
    KnownList { handed, keys, people, fields, stamp: Stamp::of(draft), unit }
}

/// Somebody of a list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct HeldPerson {
    /// See [`KnownList::people`].
    person: u64,
    /// The list's index.
    list: u32,
}

/// Pairs of lists of one kind with people in common, and how many.
fn related(known: &[KnownList<'_>]) -> BTreeMap<(usize, usize), usize> {
    let held = (0_u32..).zip(known).flat_map(|(list, one)| {
        one.people.iter().map(move |person| HeldPerson { person: *person, list })
    });
    let mut held: Vec<HeldPerson> = held.collect();
    held.sort_unstable();
    let holders = held.chunk_by(|one, other| one.person == other.person);
    let mut pairs: FxHashMap<(usize, usize), usize> = FxHashMap::default();
    for lists in holders.filter(|lists| (2..=MOST_LISTS).contains(&lists.len())) {
        for (place, left) in lists.iter().enumerate() {
            for right in &lists[place + 1..] {
                *pairs.entry((left.list as usize, right.list as usize)).or_default() += 1;
            }
        }
    }
    let is_pair = |((left, right), _): &((usize, usize), usize)| {
        let (left, right) = (known[*left].handed, known[*right].handed);
        (left.kind, left.region, left.list) == (right.kind, right.region, right.list)
    };
    pairs.into_iter().filter(is_pair).collect()
}

/// How one list stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ListRelation {
    Apart,
    /// The same people under other columns: two lists, not two versions.
    Beside,
    Copy,
    Older,
    Newer,
    Unclear,
}

fn compare(left: &KnownList<'_>, right: &KnownList<'_>, shared: usize) -> ListRelation {
    let smaller = left.people.len().min(right.people.len());
    if shared * 2 < smaller || shared < FEWEST_SHARED.min(smaller) {
        return ListRelation::Apart;
    }
    let common: Vec<Field> =
        left.fields.iter().filter(|field| right.fields.contains(field)).copied().collect();
    let all = left.fields.len() + right.fields.len() - common.len();
    if common.len() * 10 < all * 6 {
        return ListRelation::Beside;
    }
    let agree = fingerprint::agree(left.keyed(), right.keyed(), &common);
    let order = left.people.len().cmp(&right.people.len());
    let contained = agree && shared == smaller;
    match order {
        Ordering::Equal if contained => ListRelation::Copy,
        // Two schools may share students; only the very same list is a copy.
        _ if left.unit != right.unit => ListRelation::Apart,
        Ordering::Less if contained => ListRelation::Older,
        Ordering::Greater if contained => ListRelation::Newer,
        // One or two people whose rows differ are people of two lists, however short these are.
        _ if shared < FEWEST_SHARED => ListRelation::Apart,
        _ => by_stamp(left, right),
    }
}

fn by_stamp(left: &KnownList<'_>, right: &KnownList<'_>) -> ListRelation {
    match left.stamp.compare(&right.stamp) {
        Some(Ordering::Less) => ListRelation::Older,
        Some(Ordering::Greater) => ListRelation::Newer,
        // A training ledger only ever grows: what both have is left out of one of them.
        _ if left.handed.kind == SourceKind::Training => ListRelation::Newer,
        _ => ListRelation::Unclear,
    }
}

/// Leaves out what newer lists have: all of an old list where they have nearly all its people, else
/// the people they have. A class that was held stays held, so a ledger only loses what is repeated.
fn supersede(known: &[KnownList<'_>], old: usize, newer: &[usize], verdict: &mut VersionFates) {
    let list = &known[old];
    let is_there =
        |person: &u64| newer.iter().any(|index| known[*index].people.binary_search(person).is_ok());
    let shared = list.people.iter().filter(|person| is_there(person)).count();
    let whole = shared == list.people.len()
        || (list.handed.kind != SourceKind::Training && shared * 10 >= list.people.len() * 8);
    let names: Vec<String> =
        newer.iter().map(|index| format!("“{}”", known[*index].name())).collect();
    let names = names.join("、");
    let gone = list.people.len() - shared;
    let problem = list.problem("list-older-version");
    let message = format!("与{names}是同一份名单的不同版本，有{shared}人相同，后者较新");
    if whole {
        verdict.fates[old] = ListFate::SetAside;
        let dropped = if gone == 0 {
            String::new()
        } else {
            format!("，只在旧名单里的{gone}人不再计")
        };
        let action = format!("只用较新的名单，此表未读入{dropped}；如应以此表为准，请移走另一份");
        verdict.problems.push(problem.saying(message, action));
        return;
    }
    let repeated = list.keys.iter().enumerate();
    let repeated = repeated.filter(|(_, key)| key.as_ref().is_some_and(is_there));
    let rows: Vec<usize> = repeated.map(|(row, _)| row).collect();
    let action = format!("相同的{}行只用较新的名单，其余{gone}人照常读入", rows.len());
    verdict.fates[old] = ListFate::Trimmed(rows);
    verdict.problems.push(problem.saying(message, action));
}

fn copy(list: &KnownList<'_>, first: &KnownList<'_>) -> Problem {
    let rows = list.handed.draft.rows.len();
    list.problem("list-repeated").saying(
        format!("{rows}行与“{}”的内容相同（同一份名单放了两份）", first.name()),
        "只计一次，此表未读入；请删去其中一份",
    )
}

fn beside(list: &KnownList<'_>, other: &KnownList<'_>, shared: usize) -> Problem {
    let problem = list.problem("list-same-people");
    Problem { severity: Severity::Note, ..problem }.saying(
        format!("有{shared}人也在“{}”里，两份名单的列不同", other.name()),
        "两份都读入，同一人在人数指标中只计一次；如是同一份名单的新旧版本，请只留较新的一份",
    )
}
