//! The first rows of a file → which list it is.

use std::collections::BTreeMap;

use super::marks::{Contender, Spoken, contenders};
use super::{FileVerdict, ListName, words};
use crate::grids::{GridEvent, RawCell, Row, Taker as _};
use crate::sources::assembly::{AssembledSheet, Assembly, SheetOutcome};
use crate::sources::heading::one_line;
use crate::sources::meter::Meter;
use crate::sources::recognise::is_our_own;
use crate::sources::report::{self, ProblemPlace};
use crate::sources::sheet::Kept;
use crate::sources::{Progress, shown_cell};
use crate::vocabulary::SourceKind;

/// What one sheet is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum SheetVerdict {
    Empty,
    List(ListName),
    Blank,
    Form,
    Unclear(String),
}

/// Nobody watches a few rows being read once more.
struct Unwatched;

impl Progress for Unwatched {
    fn stage(&self, _name: &str, _total: u64) {}
    fn advance(&self, _by: u64) {}
}

/// One sheet as the heading search of one list saw it.
struct SheetSighting<'a> {
    contender: &'a Contender,
    headings: Vec<String>,
    rows: usize,
}

/// What a file is; `shown` is its path, whose words help where headings do not tell.
pub(super) fn of(events: &[GridEvent], shown: &str) -> FileVerdict {
    if sheet_names(events).iter().any(|name| is_our_own(&texts(events, name))) {
        return FileVerdict::Ours;
    }
    let (kinds, lists): (Vec<&Contender>, Vec<&Contender>) =
        contenders().iter().partition(|one| one.name.kind != SourceKind::List);
    let mut readings: Readings<'_> =
        kinds.into_iter().map(|contender| (contender, replay(events, contender))).collect();
    let first = verdicts(events, shown, &readings);
    // The four kinds are by far the most; the others are tried where these leave a doubt.
    let is_settled = |verdict: &SheetVerdict| !matches!(verdict, SheetVerdict::Unclear(_));
    let is_named = words::list(shown).is_some() || names_list(events);
    if !is_named && first.iter().all(is_settled) {
        return whole(first);
    }
    readings.extend(lists.into_iter().map(|contender| (contender, replay(events, contender))));
    whole(verdicts(events, shown, &readings))
}

/// How the heading search of each list read the sheets.
type Readings<'a> = Vec<(&'a Contender, Vec<AssembledSheet>)>;

fn verdicts(events: &[GridEvent], shown: &str, readings: &Readings<'_>) -> Vec<SheetVerdict> {
    let names = sheet_names(events).into_iter();
    names.map(|name| SheetLook { name, shown, events, readings }.verdict()).collect()
}

/// Whether sheet names or first rows name a list of persons.
fn names_list(events: &[GridEvent]) -> bool {
    let is_named = |event: &GridEvent| match event {
        GridEvent::Sheet { name, .. } => words::list(name).is_some(),
        GridEvent::Row(row) if row.number <= 3 => {
            row.cells.iter().any(|(_, cell)| words::list(&shown_cell(cell)).is_some())
        }
        _ => false,
    };
    events.iter().any(is_named)
}

fn replay(events: &[GridEvent], contender: &Contender) -> Vec<AssembledSheet> {
    let mut assembly = Assembly::new(&contender.synonyms, Meter::new(&Unwatched, 0));
    for event in events {
        assembly.take(event.clone());
    }
    assembly.sheets
}

fn sheet_names(events: &[GridEvent]) -> Vec<&str> {
    let names = events.iter().filter_map(|event| match event {
        GridEvent::Sheet { name, .. } => Some(name.as_str()),
        _ => None,
    });
    names.collect()
}

/// The texts of the first rows of a sheet.
fn texts(events: &[GridEvent], sheet: &str) -> Vec<String> {
    let mut of_sheet = false;
    let mut rows: Vec<&Row> = Vec::new();
    for event in events {
        match event {
            GridEvent::Sheet { name, .. } => of_sheet = name == sheet,
            GridEvent::Row(row) if of_sheet && rows.len() < 40 => rows.push(row),
            _ => {}
        }
    }
    let cells = rows.iter().flat_map(|row| &row.cells).map(|(_, cell)| cell);
    let texts = cells.filter(|cell| **cell != RawCell::Empty);
    texts.map(|cell| one_line(&shown_cell(cell))).collect()
}

/// The sheets' verdicts put together: a sheet of explanations beside a list is no mistake.
fn whole(verdicts: Vec<SheetVerdict>) -> FileVerdict {
    let mut lists: BTreeMap<ListName, usize> = BTreeMap::new();
    for verdict in &verdicts {
        if let SheetVerdict::List(name) = verdict {
            *lists.entry(name.clone()).or_default() += 1;
        }
    }
    let has = |wanted: &SheetVerdict| verdicts.contains(wanted);
    let mut by_count: Vec<(ListName, usize)> = lists.into_iter().collect();
    by_count.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut names = by_count.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    match names.len() {
        1 => FileVerdict::List(names.remove(0)),
        0 if has(&SheetVerdict::Form) => FileVerdict::Form,
        0 if has(&SheetVerdict::Blank) => FileVerdict::Blank,
        0 => verdicts
            .into_iter()
            .find_map(|verdict| match verdict {
                SheetVerdict::Unclear(why) => Some(FileVerdict::Unclear(why)),
                _ => None,
            })
            .unwrap_or_else(|| FileVerdict::Unread("文件里没有内容".to_owned())),
        _ => FileVerdict::Several(names),
    }
}

/// One sheet, and how each list's heading search saw it.
struct SheetLook<'a> {
    name: &'a str,
    shown: &'a str,
    events: &'a [GridEvent],
    readings: &'a Readings<'a>,
}

impl SheetLook<'_> {
    fn verdict(&self) -> SheetVerdict {
        let texts = texts(self.events, self.name);
        if texts.is_empty() {
            return SheetVerdict::Empty;
        }
        let seen = self.sightings();
        if seen.is_empty() {
            let is_form = words::is_form(&self.words(&texts));
            return if is_form { SheetVerdict::Form } else { self.why_none() };
        }
        if seen.iter().all(|sighting| sighting.rows == 0) {
            return SheetVerdict::Blank;
        }
        let words = self.words(&texts);
        match decide(&seen, &words) {
            Some(name) => SheetVerdict::List(name),
            None if words::is_form(&words) => SheetVerdict::Form,
            None => SheetVerdict::Unclear(undecided(&seen)),
        }
    }

    /// Path, sheet name and title rows.
    fn words(&self, texts: &[String]) -> String {
        let titles = self.readings.iter().flat_map(|(_, sheets)| sheets);
        let titles = titles.filter(|sheet| sheet.name == self.name).flat_map(|sheet| &sheet.titles);
        let titles = titles.flat_map(|row| &row.cells).map(|(_, cell)| shown_cell(cell));
        let mut words = format!("{} {}", self.shown, self.name);
        // Where no headings were found, the first line is the title.
        for text in titles.map(|text| text.to_string()).chain(texts.iter().take(2).cloned()) {
            words.push(' ');
            words.push_str(&text);
        }
        words
    }

    fn sightings(&self) -> Vec<SheetSighting<'_>> {
        let mut found = Vec::new();
        for (contender, sheets) in self.readings {
            let own = sheets.iter().filter(|sheet| sheet.name == self.name);
            let kept: Vec<&Kept> = own.filter_map(|sheet| sheet.outcome.kept()).collect();
            if let Some(first) = kept.first() {
                let headings = first.header.headings();
                let rows = kept.iter().map(|kept| kept.rows.len()).sum();
                found.push(SheetSighting { contender, headings, rows });
            }
        }
        found
    }

    /// Why no list's headings were found, as the reading of the likeliest list would say it.
    fn why_none(&self) -> SheetVerdict {
        let kind = words::kind(self.shown).map_or(SourceKind::Enrollment, |name| name.kind);
        let likeliest = self.readings.iter().find(|(one, _)| one.name.kind == kind);
        let problem = likeliest.and_then(|(contender, sheets)| {
            let sheet = sheets.iter().find(|sheet| sheet.name == self.name)?;
            let place =
                ProblemPlace { file: self.shown, sheet: self.name, synonyms: &contender.synonyms };
            match &sheet.outcome {
                SheetOutcome::Headless(seen) => Some(report::headless(&place, seen)),
                SheetOutcome::Incomplete(header, missing) => {
                    Some(report::incomplete(&place, header, missing))
                }
                SheetOutcome::Hidden | SheetOutcome::HiddenHelper => Some(report::hidden(&place)),
                _ => None,
            }
        });
        problem.map_or(SheetVerdict::Empty, |problem| SheetVerdict::Unclear(problem.message))
    }
}

/// The list its own headings speak for; where they leave it open, the one the words name.
fn decide(seen: &[SheetSighting<'_>], words: &str) -> Option<ListName> {
    let weighed = weigh(seen, words);
    let most = weighed.iter().map(|(_, weight)| *weight).max().filter(|most| *most > 0);
    let first: Vec<&ListName> =
        weighed.iter().filter(|(_, weight)| Some(*weight) == most).map(|(name, _)| *name).collect();
    match (first.as_slice(), most) {
        ([only], Some(_)) => Some((*only).clone()),
        _ => words::kind(words).filter(|named| {
            let may_be = |name: &ListName| most.is_none() || first.contains(&name);
            seen.iter().any(|one| one.contender.name == *named) && may_be(named)
        }),
    }
}

/// What a list of persons' own words weigh.
const BY_NAME: usize = 6;

fn weigh<'a>(seen: &'a [SheetSighting<'_>], words: &str) -> Vec<(&'a ListName, usize)> {
    let (kinds, lists): (Vec<_>, Vec<_>) =
        seen.iter().partition(|one| one.contender.name.kind != SourceKind::List);
    let spoken: Vec<Spoken<'_>> =
        kinds.iter().map(|one| one.contender.spoken_for(&one.headings)).collect();
    let rivals = |own: usize| -> Vec<&Spoken<'_>> {
        let others = spoken.iter().enumerate().filter(|(at, _)| *at != own);
        others.map(|(_, spoken)| spoken).collect()
    };
    let weights = kinds.iter().enumerate().map(|(at, one)| {
        let name = &one.contender.name;
        (name, spoken[at].weight(&rivals(at)) + of_the_village(name, &spoken[at], words))
    });
    let named = words::list(words);
    let known: Vec<&Spoken<'_>> = spoken.iter().collect();
    let of_lists = lists.iter().filter_map(|one| {
        let own = one.contender.spoken_for(&one.headings);
        let is_named = named.is_some() && one.contender.name.list.as_deref() == named;
        let weight = if is_named {
            4 * own.strong.len() + own.weak.len() + BY_NAME
        } else {
            // Without its name, only headings none of the four kinds knows.
            let unknown = |heading: &&&str| !known.iter().any(|one| one.has(heading));
            4 * own.strong.iter().filter(unknown).count()
        };
        // A list that others' headings would do for, too, needs its name.
        let is_sure = is_named || weight > 0;
        is_sure.then_some((&one.contender.name, weight))
    });
    weights.chain(of_lists).collect()
}

/// A village's list of wishes is drawn from the registry and keeps its columns.
fn of_the_village(name: &ListName, spoken: &Spoken<'_>, words: &str) -> usize {
    let wishes = spoken.strong.len();
    let is_wished = name.kind == SourceKind::Intention && wishes > 0;
    if is_wished && (words.contains("意愿") || wishes > 1) { 100 } else { 0 }
}

/// What is said where nothing decides.
fn undecided(seen: &[SheetSighting<'_>]) -> String {
    let headings = seen.first().map(|one| one.headings.as_slice()).unwrap_or_default();
    let shown: Vec<String> =
        headings.iter().take(8).map(|heading| format!("“{}”", one_line(heading))).collect();
    format!("是一份人员名单，但看不出是哪一种；看到的标题有{}", shown.join("、"))
}
