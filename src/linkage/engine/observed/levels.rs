//! Levels of pairs of one person, counted → m.

use super::super::columns::Tables;
use super::super::comparison::{
    DateLevel, HouseholdLevel, InsideId, Kind, NameLevel, Pair, PhoneLevel, PlaceLevel, SexLevel,
};
use super::super::count::to_f64;
use super::super::plan::{Plan, Weighted};

/// How many pairs the model's own numbers are worth.
const BORROWED: f64 = 200.0;

/// Levels that share one probability out among themselves.
type Shares = &'static [u8];

/// Names that mean the same.
const NAMES: Shares = &[
    NameLevel::Equal as u8,
    NameLevel::Folded as u8,
    NameLevel::Sound as u8,
    NameLevel::MergedSound as u8,
    NameLevel::Shape as u8,
    NameLevel::Swapped as u8,
    NameLevel::OneMissing as u8,
];

/// Dates that are wholly known.
const DATES: Shares = &[
    DateLevel::Equal as u8,
    DateLevel::Swapped as u8,
    DateLevel::OneDigit as u8,
    DateLevel::Placeholder as u8,
    DateLevel::NearYear as u8,
    DateLevel::SameYear as u8,
    DateLevel::Different as u8,
];

/// Dates beside a number that agrees.
const IMPLIED_DATES: Shares = &[DateLevel::ImpliedEqual as u8, DateLevel::ImpliedConflict as u8];

const SEXES: Shares = &[SexLevel::Equal as u8, SexLevel::Different as u8];

const IMPLIED_SEXES: Shares = &[SexLevel::ImpliedEqual as u8, SexLevel::ImpliedConflict as u8];

const PHONES: Shares = &[PhoneLevel::Equal as u8, PhoneLevel::Different as u8];

const HOUSEHOLDS: Shares =
    &[HouseholdLevel::Points as u8, HouseholdLevel::Named as u8, HouseholdLevel::Different as u8];

/// Other places, as far as a village is known.
const PLACES: Shares = &[
    PlaceLevel::Village as u8,
    PlaceLevel::OtherVillage as u8,
    PlaceLevel::OtherTown as u8,
    PlaceLevel::Elsewhere as u8,
];

/// What is counted of a kind of comparison.
fn shares(kind: Kind) -> &'static [Shares] {
    match kind {
        Kind::Name => &[NAMES],
        Kind::Date => &[DATES, IMPLIED_DATES],
        Kind::Sex => &[SEXES, IMPLIED_SEXES],
        Kind::Phone => &[PHONES],
        Kind::Household => &[HOUSEHOLDS],
        Kind::Place => &[PLACES],
        Kind::Identity | Kind::Role | Kind::Text => &[],
    }
}

/// No pair yet.
pub(super) fn none(plan: &Plan) -> Vec<Vec<u32>> {
    let kinds = plan.comparisons.iter().map(|weighted| weighted.comparison.kind);
    kinds.map(|kind| vec![0; kind.level_names().len()]).collect()
}

/// Counts pairs of one number: what their columns say of their own, and once more beside the number.
pub(super) fn counted(plan: &Plan, tables: &Tables, pairs: &[Pair]) -> Vec<Vec<u32>> {
    let mut counts = none(plan);
    for (weighted, counts) in plan.comparisons.iter().zip(&mut counts) {
        for (inside, pair) in pairs_by_view(weighted.comparison.kind, pairs) {
            let level = weighted.comparison.level(tables, pair, inside);
            if let Some(count) = counts.get_mut(usize::from(level)) {
                *count += 1;
            }
        }
    }
    counts
}

fn pairs_by_view(kind: Kind, pairs: &[Pair]) -> impl Iterator<Item = (InsideId, Pair)> {
    views(kind).iter().flat_map(move |inside| pairs.iter().map(move |pair| (*inside, *pair)))
}

/// A date beside a relative's number is compared as if it stood alone, and left out where the row's number
/// alone tells it.
fn views(kind: Kind) -> &'static [InsideId] {
    match kind {
        Kind::Identity | Kind::Role | Kind::Text => &[],
        Kind::Date => &[InsideId::Relative, InsideId::Agrees],
        Kind::Sex => &[InsideId::Agrees],
        _ => &[InsideId::Open],
    }
}

/// Sets m as was counted.
pub(super) fn set_m(weighted: &mut Weighted, counts: &[u32]) {
    for levels in shares(weighted.comparison.kind) {
        let seen = seen(weighted.comparison.kind, counts);
        share_anew(weighted, levels, &seen);
    }
    if weighted.comparison.kind == Kind::Place {
        set_known_in_part(weighted);
    }
}

/// A sex of its own is mistyped as often as one beside a number.
fn seen(kind: Kind, counts: &[u32]) -> Vec<f64> {
    let mut seen: Vec<f64> = counts.iter().map(|count| to_f64(*count)).collect();
    if kind == Kind::Sex {
        let of = |level: SexLevel| counts.get(level as usize).map_or(0.0, |count| to_f64(*count));
        let own = [SexLevel::ImpliedEqual, SexLevel::ImpliedConflict].map(of);
        for (level, count) in [SexLevel::Equal, SexLevel::Different].into_iter().zip(own) {
            seen[level as usize] = count;
        }
    }
    seen
}

/// Shares the probability these levels have in all out anew among those the model lists.
fn share_anew(weighted: &mut Weighted, levels: &[u8], seen: &[f64]) {
    let listed = |level: &usize| weighted.levels[*level].states != 0;
    let levels: Vec<usize> =
        levels.iter().map(|level| usize::from(*level)).filter(listed).collect();
    let all: f64 = levels.iter().map(|level| libm::exp2(weighted.levels[*level].m)).sum();
    let pairs: f64 = levels.iter().map(|level| seen[*level]).sum();
    for level in levels {
        let m = &mut weighted.levels[level].m;
        let own = libm::exp2(*m) / all;
        let share = (seen[level] + BORROWED * own) / (pairs + BORROWED);
        *m = libm::log2(all * share);
    }
}

/// Where only the town or the county is known, it is the same one unless the person has moved out of it. Levels
/// the model does not list stay neutral.
fn set_known_in_part(weighted: &mut Weighted) {
    let m = |level: PlaceLevel| {
        let level = &weighted.levels[level as usize];
        if level.states == 0 { 0.0 } else { libm::exp2(level.m) }
    };
    let elsewhere = m(PlaceLevel::Elsewhere);
    let moved = [elsewhere + m(PlaceLevel::OtherTown), elsewhere];
    for (level, moved) in [PlaceLevel::Town, PlaceLevel::County].into_iter().zip(moved) {
        let level = &mut weighted.levels[level as usize];
        if level.states != 0 {
            level.m = libm::log2((1.0 - moved).max(0.5));
        }
    }
}
