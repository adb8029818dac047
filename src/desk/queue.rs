//! The questions in the order of their worth, and which of them a filter leaves.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::linkage::decisions::{Answer, Force, worth};
use crate::linkage::{Contribution, MatchClass};
use crate::records::Facts;
use crate::records::place::PlaceId;
use crate::results::Results;
use crate::results::groups::known_county;

use super::search_words::SearchWords;
use super::standing::RulingsInForce;

/// One row of a school or agency with the questions about it.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// The row.
    pub(super) row: u32,
    /// Its questions, best candidate first; indices into the results' cases.
    pub(super) cases: Range<usize>,
    /// Persons a decision adds to the figures, as far as can be expected.
    pub(super) worth: f64,
    /// How the row compares with its best candidate.
    pub(super) class: MatchClass,
    /// Index into `Records::institutions`.
    pub(super) institution: u32,
    /// Counties of its candidates.
    pub(super) counties: BTreeSet<PlaceId>,
    /// Who answered “unsure” when it was asked before.
    pub(super) unsure: Option<String>,
}

/// All items, those first that are worth most; what was answered “unsure” before comes last.
#[derive(Debug)]
pub(super) struct Queue {
    items: Vec<Item>,
    places: BTreeMap<String, (usize, usize)>,
    /// Rank of each item by order.
    ranks: BTreeMap<QueueOrder, Vec<usize>>,
}

/// In which order items are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum QueueOrder {
    /// Those first that are worth most.
    #[default]
    Worth,
    /// By school or agency.
    School,
    /// Alike evidence together.
    Pattern,
}

impl QueueOrder {
    /// All, with the name a form uses and that people read.
    pub(super) const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Worth, "", "影响大的在前"),
        (Self::School, "school", "按学校（机构）"),
        (Self::Pattern, "pattern", "同样情形的在一起"),
    ];
}

/// How far an item is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum QueueProgress {
    /// Somebody has to decide.
    #[default]
    Open,
    /// Decided.
    Done,
}

/// Which items are shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct QueueFilter {
    /// Open, done or (`None`) all.
    pub(super) progress: Option<QueueProgress>,
    /// Match class.
    pub(super) class: Option<MatchClass>,
    /// School or agency.
    pub(super) institution: Option<u32>,
    /// County of a candidate.
    pub(super) county: Option<PlaceId>,
    /// Name, ID or its last four digits, village.
    pub(super) words: String,
    /// In which order.
    pub(super) order: QueueOrder,
}

impl Queue {
    /// The questions of a survey.
    pub(super) fn new(results: &Results) -> Self {
        let mut items = Vec::new();
        let unsure = unsure(results);
        let mut start = 0;
        for block in results.cases.chunk_by(|a, b| a.row == b.row) {
            let cases = start..start + block.len();
            start = cases.end;
            let (record, outcome) = results.row(block[0].row);
            let persons = outcome.candidates.iter().map(|found| results.person(found.person));
            items.push(Item {
                row: block[0].row,
                cases,
                worth: worth(outcome),
                class: outcome.match_class,
                institution: record.institution,
                counties: persons.filter_map(known_county).collect(),
                unsure: unsure.get(&block[0].row).map(|clerk| (*clerk).to_owned()),
            });
        }
        items.sort_by(|a, b| {
            let order = a.unsure.is_some().cmp(&b.unsure.is_some());
            order.then(b.worth.total_cmp(&a.worth)).then(a.row.cmp(&b.row))
        });
        let mut places = BTreeMap::new();
        for (place, item) in items.iter().enumerate() {
            for case in item.cases.clone() {
                places.insert(results.cases[case].key.clone(), (place, case));
            }
        }
        let ranks = QueueOrder::ALL.map(|(order, _, _)| (order, ranks(results, &items, order)));
        Self { items, places, ranks: ranks.into() }
    }

    /// All items.
    pub(super) fn items(&self) -> &[Item] {
        &self.items
    }

    /// Item and case of a key.
    pub(super) fn find(&self, key: &str) -> Option<(usize, usize)> {
        self.places.get(key).copied()
    }

    /// Places of the items a filter leaves, in order.
    pub(super) fn filtered(
        &self,
        results: &Results,
        filter: &QueueFilter,
        standing: &RulingsInForce,
    ) -> Vec<usize> {
        let words = SearchWords::new(&filter.words);
        let shown = |item: &Item| {
            filter.class.is_none_or(|class| class == item.class)
                && filter.institution.is_none_or(|index| index == item.institution)
                && filter.county.is_none_or(|county| item.counties.contains(&county))
                && filter.progress.is_none_or(|wanted| wanted == progress(results, item, standing))
                && (words.is_empty() || facts(results, item).any(|f| words.mean(results, f)))
        };
        let shown = (0..self.items.len()).filter(|place| shown(&self.items[*place]));
        let mut list: Vec<usize> = shown.collect();
        list.sort_by_key(|place| self.rank(filter.order, *place));
        list
    }

    /// Where an item stands in an order.
    pub(super) fn rank(&self, order: QueueOrder, place: usize) -> usize {
        self.ranks.get(&order).and_then(|ranks| ranks.get(place)).copied().unwrap_or(place)
    }

    /// Where the work goes on after an item in a list of this order.
    pub(super) fn after(&self, list: &[usize], order: QueueOrder, place: usize) -> Option<usize> {
        after(list, place, |place| self.rank(order, place))
    }

    /// Open and done.
    pub(super) fn counts(&self, results: &Results, standing: &RulingsInForce) -> (usize, usize) {
        let done = |item: &&Item| progress(results, item, standing) == QueueProgress::Done;
        let done = self.items.iter().filter(done).count();
        (self.items.len() - done, done)
    }
}

/// Who answered “unsure”, by row.
fn unsure<'run>(results: &Results<'run>) -> BTreeMap<u32, &'run str> {
    let effects = results.effects.iter().map(|(effect, _)| effect);
    let open = effects.filter(|effect| effect.force == Force::Unsure);
    open.map(|effect| (effect.row, results.rulings[effect.ruling].clerk.as_str())).collect()
}

/// The row and its candidates.
fn facts<'run>(results: &Results<'run>, item: &Item) -> impl Iterator<Item = &'run Facts> {
    let (record, outcome) = results.row(item.row);
    let persons = &results.records.persons;
    let candidates = outcome.candidates.iter().map(|found| &persons[found.person as usize].facts);
    std::iter::once(&record.facts).chain(candidates)
}

/// An item is done when one candidate is confirmed, or something was said of each.
pub(super) fn progress(results: &Results, item: &Item, standing: &RulingsInForce) -> QueueProgress {
    let mut open = false;
    for case in &results.cases[item.cases.clone()] {
        match standing.answer(&case.key) {
            Some((Answer::Same, _)) => return QueueProgress::Done,
            Some(_) => {}
            None => open = true,
        }
    }
    if open { QueueProgress::Open } else { QueueProgress::Done }
}

/// Whether an item is open because the school wrote no whole number.
pub(super) fn lacks_number(results: &Results, item: &Item, standing: &RulingsInForce) -> bool {
    let is_whole = results.row(item.row).0.facts.id.is_sound();
    !is_whole && progress(results, item, standing) == QueueProgress::Open
}

/// The first question of an item nobody has answered, else its first.
pub(super) fn first_open(results: &Results, item: &Item, standing: &RulingsInForce) -> usize {
    let open = |case: &usize| standing.answer(&results.cases[*case].key).is_none();
    item.cases.clone().find(open).unwrap_or(item.cases.start)
}

/// Where the work goes on after an item: the next in the list after it, else from the start.
pub(super) fn after(list: &[usize], place: usize, rank: impl Fn(usize) -> usize) -> Option<usize> {
    let next = list.iter().find(|other| rank(**other) > rank(place));
    next.or_else(|| list.iter().find(|other| **other != place)).copied()
}

/// The rank of each item in an order; those that are worth most first where it says nothing.
fn ranks(results: &Results, items: &[Item], order: QueueOrder) -> Vec<usize> {
    let mut places: Vec<usize> = (0..items.len()).collect();
    match order {
        QueueOrder::Worth => {}
        QueueOrder::School => places.sort_by_key(|place| items[*place].institution),
        QueueOrder::Pattern => places.sort_by_cached_key(|place| {
            let best = results.row(items[*place].row).1.best();
            let parts = best.map_or(&[][..], |best| best.contributions.as_slice());
            let levels: Vec<&str> = parts.iter().map(Contribution::level).collect();
            (items[*place].class, levels)
        }),
    }
    let mut ranks = vec![0; items.len()];
    for (rank, place) in places.into_iter().enumerate() {
        ranks[place] = rank;
    }
    ranks
}
